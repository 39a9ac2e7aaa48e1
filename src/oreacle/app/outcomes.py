"""Outcomes of what-ifs as plain records.

Does      Clears each mineral that policies touch and turns the outcome into rows.
Units     In the key `units` of each table.
Method    One row for each country, link or way; links and ways without flow before and after are
          left out. With draws, each number has its interval beside it as `*_low` and `*_high`.
Assumes   Policies are valid for the world.
Not here  Showing outcomes to people: see `oreacle.present`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from oreacle.market.policies import Policy
from oreacle.present.shock_facts import shock_facts
from oreacle.present.stock_view import UNITS as STOCK_UNITS
from oreacle.present.stock_view import stock_facts
from oreacle.scenario.sentence import policy_sentence
from oreacle.world.snapshot import World

if TYPE_CHECKING:
    import xarray as xr

    from oreacle.market.by_products import Markets
    from oreacle.market.outcome import Outcome

LINKS = ("ore", "refined")
SMALLEST_FLOW = 1e-9
"""Flows and changes below this share of the largest are left out [1]."""
BY_PLACE = {
    "prices": "country",
    "quantities": "country",
    "shortage": "country",
    "welfare": "country",
    "owned": "actor",
    "trade_costs": "country",
    "gdp_at_risk": "country",
}
"""Tables with one row for each place, and what their places are."""


def asked_outcomes(
    markets: Markets, policies: Sequence[Policy]
) -> list[tuple[tuple[Policy, ...], Outcome]]:
    """Return the outcome of each mineral that policies name, in the order of mention."""
    minerals = dict.fromkeys(policy.mineral for policy in policies)
    return [
        (tuple(policy for policy in policies if policy.mineral == mineral), outcome)
        for mineral, outcome in ((name, markets.outcomes[name]) for name in minerals)
    ]


def by_product_records(
    markets: Markets, policies: Sequence[Policy], world: World
) -> list[dict[str, Any]]:
    """Return what moved hosts do to by-products, with the markets that no policy names.

    Changes of output are over base [1] and in t/yr of base output.
    """
    named = {policy.mineral for policy in policies}
    records = []
    for mineral, outcome in markets.outcomes.items():
        effects = [asdict(one) for one in markets.host_effects if one.mineral == mineral]
        if effects:
            market = None if mineral in named else outcome_record((), outcome, world)
            records.append({"mineral": mineral, "hosts": effects, "market": market})
    return records


def outcome_record(policies: Sequence[Policy], outcome: Outcome, world: World) -> dict[str, Any]:
    """Return an outcome as plain values, with what is known of the mineral's trade."""
    chain = world.chain(outcome.mineral)
    return {
        "mineral": outcome.mineral,
        "data_grade": chain.grades,
        "trade_data": chain.trade_data,
        "policies": [policy_sentence(policy) for policy in policies],
        "certificate": outcome.certificate,
        "reference_certificate": outcome.reference_certificate,
        "intervals": _interval_record(outcome),
        "summary": shock_facts(outcome, world.territory, policies).summary(),
        "stocks": {
            "units": STOCK_UNITS,
            "rows": [asdict(fact) for fact in stock_facts(outcome, world)],
        },
        **{name: _by_place(outcome, name, kind) for name, kind in BY_PLACE.items()},
        "flows": {"units": {"quantity": "t/yr", "change": "t/yr"}, "rows": _links(outcome)},
        "routes": {"units": {"quantity": "t/yr", "change": "t/yr"}, "rows": _routes(outcome)},
    }


def _interval_record(outcome: Outcome) -> dict[str, Any] | None:
    draws = outcome.draws
    if draws is None:
        return None
    return {
        "share_inside": 0.9,
        "draws": draws.asked,
        "failed": draws.failed,
        "seed": draws.seed,
        "parameters": [str(name) for name in draws.parameters.data_vars],
    }


def _intervals(outcome: Outcome, table: str) -> xr.Dataset | None:
    return None if outcome.draws is None else outcome.interval(table)


def _by_place(outcome: Outcome, table: str, kind: str) -> dict[str, Any]:
    data: xr.Dataset = getattr(outcome, table)
    names = [str(name) for name in data.data_vars]
    units = {name: data[name].attrs.get("units", "") for name in names}
    columns = {name: data[name].to_numpy() for name in names}
    columns |= _ends(_intervals(outcome, table), names)
    rows = [
        {kind: str(place), **{name: float(values[k]) for name, values in columns.items()}}
        for k, place in enumerate(data[kind].values)
    ]
    return {"units": units, "rows": rows}


def _ends(ranges: xr.Dataset | None, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Return the ends of intervals as columns `*_low` and `*_high`."""
    if ranges is None:
        return {}
    return {
        f"{name}_{end}": ranges[name].sel(bound=end).to_numpy()
        for name in names
        for end in ("low", "high")
    }


def _links(outcome: Outcome) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    ranges = _intervals(outcome, "flows")
    for link in LINKS:
        flow, change = outcome.flows[link], outcome.flows[f"{link}_change"]
        columns = {"quantity": flow.to_numpy(), "change": change.to_numpy()}
        ends = _ends(ranges, [link, f"{link}_change"])
        for old, new in ((link, "quantity"), (f"{link}_change", "change")):
            columns |= {f"{new}_{end}": ends[f"{old}_{end}"] for end in ("low", "high") if ends}
        tails, heads = (flow[dim].values for dim in flow.dims)
        rows += [
            {
                "link": link,
                "exporter": str(tails[i]),
                "importer": str(heads[k]),
                **{name: float(values[i, k]) for name, values in columns.items()},
            }
            for i, k in np.argwhere(_moves(columns["quantity"], columns["change"]))
        ]
    return rows


def _routes(outcome: Outcome) -> list[dict[str, Any]]:
    table = outcome.routes
    columns = {"quantity": table["flow"].to_numpy(), "change": table["change"].to_numpy()}
    ends = _ends(_intervals(outcome, "routes"), ["flow", "change"])
    for old, new in (("flow", "quantity"), ("change", "change")):
        columns |= {f"{new}_{end}": ends[f"{old}_{end}"] for end in ("low", "high") if ends}
    names = ("link", "origin", "via", "importer")
    return [
        {
            **{name: str(table[name].values[k]) for name in names},
            **{name: float(values[k]) for name, values in columns.items()},
        }
        for k in np.flatnonzero(_moves(columns["quantity"], columns["change"]))
    ]


def _moves(flow: np.ndarray, change: np.ndarray) -> np.ndarray:
    size = np.maximum(np.abs(flow), np.abs(change))
    return np.asarray(size > SMALLEST_FLOW * size.max(initial=0.0))
