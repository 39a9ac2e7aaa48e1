"""Outcomes of what-ifs as plain records.

Does      Clears each mineral that policies touch and turns the outcome into rows.
Units     In the key `units` of each table.
Method    One row for each country or link; links without flow before and after are left out.
Assumes   Policies are valid for the world.
Not here  Showing outcomes to people: see `oreacle.present`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from oreacle.market.clear import clear
from oreacle.market.policies import Policy
from oreacle.scenario.sentence import policy_sentence
from oreacle.world.snapshot import World

if TYPE_CHECKING:
    import xarray as xr

    from oreacle.market.outcome import Outcome

LINKS = ("ore", "refined")
SMALLEST_FLOW = 1e-9
"""Flows and changes below this share of the largest are left out [1]."""


def clear_all(world: World, policies: Sequence[Policy]) -> list[tuple[tuple[Policy, ...], Outcome]]:
    """Return the outcome of each mineral touched, with its policies, in the order of mention."""
    minerals = dict.fromkeys(policy.mineral for policy in policies)
    cases = [
        (mineral, tuple(policy for policy in policies if policy.mineral == mineral))
        for mineral in minerals
    ]
    return [(own, clear(world, mineral, own)) for mineral, own in cases]


def outcome_record(policies: Sequence[Policy], outcome: Outcome, world: World) -> dict[str, Any]:
    """Return an outcome as plain values, with what is known of the mineral's trade."""
    return {
        "mineral": outcome.mineral,
        "trade_data": world.chain(outcome.mineral).trade_data,
        "policies": [policy_sentence(policy) for policy in policies],
        "certificate": outcome.certificate,
        "prices": _by_country(outcome.prices),
        "quantities": _by_country(outcome.quantities),
        "shortage": _by_country(outcome.shortage),
        "welfare": _by_country(outcome.welfare),
        "flows": {"units": {"quantity": "t/yr", "change": "t/yr"}, "rows": _links(outcome)},
    }


def _by_country(data: xr.Dataset) -> dict[str, Any]:
    names = [str(name) for name in data.data_vars]
    units = {name: data[name].attrs.get("units", "") for name in names}
    rows = [
        {"country": str(country), **{name: float(data[name].values[k]) for name in names}}
        for k, country in enumerate(data["country"].values)
    ]
    return {"units": units, "rows": rows}


def _links(outcome: Outcome) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for link in LINKS:
        flow = outcome.flows[link]
        change = outcome.flows[f"{link}_change"]
        size = np.maximum(np.abs(flow.values), np.abs(change.values))
        tails, heads = (flow[dim].values for dim in flow.dims)
        rows += [
            {
                "link": link,
                "exporter": str(tails[i]),
                "importer": str(heads[k]),
                "quantity": float(flow.values[i, k]),
                "change": float(change.values[i, k]),
            }
            for i, k in np.argwhere(size > SMALLEST_FLOW * size.max(initial=0.0))
        ]
    return rows
