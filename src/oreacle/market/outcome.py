"""The outcome of a cleared market, labelled, and how it differs from a reference.

Does      Turns a solution into labelled prices, flows, shortage and welfare with a certificate.
Units     In `attrs["units"]` of every array.
Method    Shortage = max(0, D(w_ref) - D(w)), split into priced out and unserved at the choke
          (MODEL: market, shortage).
Assumes   Reference and case share the demand at base prices, unless a policy changes it.
Not here  The solve: see `oreacle.market.kernel`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from oreacle.market.balance import evaluate
from oreacle.market.certificate import Certificate, certify
from oreacle.market.kernel import Solution
from oreacle.market.money import (
    consumer_loss,
    dollar_prices,
    link_money,
    mine_profit,
    refinery_profit,
    scrap_profit,
)
from oreacle.market.problem import Prices, Problem


@dataclass(frozen=True)
class Outcome:
    """One cleared market against its reference.

    Attributes
    ----------
    mineral
        Slug.
    prices
        Dataset with `mine`, `gate`, `refined`, `delivered` by country [USD/t] and the same over
        the reference as `*_change` [1].
    flows
        Dataset with `ore` and `refined` flows by exporter and importer [t/yr], and `*_change`.
    quantities
        Dataset with mine output, refinery output and use by country [t/yr], and `*_change`.
    shortage
        Dataset with `total`, `priced_out` and `unserved` by country [t/yr].
    welfare
        Dataset by country of changes in users' surplus, mine profit, refining margin, export
        taxes (`*_charges`) and rents of capped links (`*_rents`) [USD/yr]. What licensing costs
        is nobody's gain; margins of free links, tariffs and freight are left out, so the sum is
        not the world's welfare.
    certificate, reference_certificate
        Evidence for both clearings.
    """

    mineral: str
    prices: xr.Dataset
    flows: xr.Dataset
    quantities: xr.Dataset
    shortage: xr.Dataset
    welfare: xr.Dataset
    certificate: Certificate
    reference_certificate: Certificate


def make_outcome(
    problem: Problem, solution: Solution, reference: Problem, reference_solution: Solution
) -> Outcome:
    """Label the first case of a batch against the first case of its reference."""
    first = np.array([0])
    here, there = problem.take(first), reference.take(first)
    now, then = solution.prices.take(first), reference_solution.prices.take(first)
    certificate = certify(problem, solution, 0)
    return Outcome(
        mineral=problem.mineral,
        prices=_prices(here, now, there, then),
        flows=_flows(here, now, there, then),
        quantities=_quantities(here, now, there, then),
        shortage=_shortage(here, now, then),
        welfare=_welfare(here, now, there, then),
        certificate=certificate,
        reference_certificate=certify(reference, reference_solution, 0),
    )


def _by_country(values: np.ndarray, countries: tuple[str, ...], units: str) -> xr.DataArray:
    return xr.DataArray(
        values, dims="country", coords={"country": list(countries)}, attrs={"units": units}
    )


def _gather(parts: dict[str, xr.DataArray]) -> xr.Dataset:
    """Join stages on the union of their countries; a country without the stage is missing."""
    return xr.Dataset(dict(zip(parts, xr.align(*parts.values(), join="outer"), strict=True)))


def _prices(here: Problem, now: Prices, there: Problem, then: Prices) -> xr.Dataset:
    places = (here.miners, here.refiners, here.refiners, here.users)
    names = ("mine", "gate", "refined", "delivered")
    parts = {}
    rows = zip(names, places, dollar_prices(here, now), dollar_prices(there, then), strict=True)
    for name, countries, price, before in rows:
        parts[name] = _by_country(price[0], countries, "USD/t")
        parts[f"{name}_change"] = _by_country(price[0] / before[0] - 1.0, countries, "1")
    return _gather(parts)


def _flows(here: Problem, now: Prices, there: Problem, then: Prices) -> xr.Dataset:
    after, before = evaluate(here, now), evaluate(there, then)
    data = {}
    kinds = (
        ("ore", here.miners, here.refiners, after.ore.flow[0], before.ore.flow[0]),
        ("refined", here.refiners, here.users, after.metal.flow[0], before.metal.flow[0]),
    )
    for name, tails, heads, flow, old in kinds:
        dims = (f"{name}_exporter", f"{name}_importer")
        coords = {dims[0]: list(tails), dims[1]: list(heads)}
        data[name] = xr.DataArray(flow, coords, dims, attrs={"units": "t/yr"})
        data[f"{name}_change"] = xr.DataArray(flow - old, coords, dims, attrs={"units": "t/yr"})
    return xr.Dataset(data)


def _quantities(here: Problem, now: Prices, there: Problem, then: Prices) -> xr.Dataset:
    after, before = evaluate(here, now), evaluate(there, then)
    rows = (
        ("mined", here.miners, after.output[0], before.output[0]),
        ("refined", here.refiners, after.throughput[0], before.throughput[0]),
        ("recycled", here.refiners, after.scrap[0], before.scrap[0]),
        ("used", here.users, after.use[0], before.use[0]),
    )
    parts = {}
    for name, countries, value, old in rows:
        parts[name] = _by_country(value, countries, "t/yr")
        parts[f"{name}_change"] = _by_country(value - old, countries, "t/yr")
    return _gather(parts)


def _shortage(here: Problem, now: Prices, then: Prices) -> xr.Dataset:
    wanted, _ = here.demand_curve.by_group(here.demand, then.delivered)
    served, _ = here.demand_curve.by_group(here.demand, now.delivered)
    total = np.maximum(wanted.sum(-1) - served.sum(-1), 0.0)
    given_up = now.delivered[..., None] >= here.demand_curve.log_choke
    unserved = np.minimum(np.where(given_up, np.maximum(wanted, 0.0), 0.0).sum(-1), total)
    return xr.Dataset(
        {
            "total": _by_country(total[0], here.users, "t/yr"),
            "priced_out": _by_country((total - unserved)[0], here.users, "t/yr"),
            "unserved": _by_country(unserved[0], here.users, "t/yr"),
        }
    )


def _welfare(here: Problem, now: Prices, there: Problem, then: Prices) -> xr.Dataset:
    users = -consumer_loss(here, then.delivered, now.delivered)[0]
    mines = (mine_profit(here, now) - mine_profit(there, then))[0]
    plants = (refinery_profit(here, now) - refinery_profit(there, then))[0]
    scrap = (scrap_profit(here, now) - scrap_profit(there, then))[0]
    ore_charge, ore_rent = _link_change(here, now, there, then, "ore")
    metal_charge, metal_rent = _link_change(here, now, there, then, "refined")
    parts = {
        "users": _by_country(users, here.users, "USD/yr"),
        "mines": _by_country(mines, here.miners, "USD/yr"),
        "refineries": _by_country(plants, here.refiners, "USD/yr"),
        "scrap": _by_country(scrap, here.refiners, "USD/yr"),
        "ore_charges": _by_country(ore_charge, here.miners, "USD/yr"),
        "refined_charges": _by_country(metal_charge, here.refiners, "USD/yr"),
        "ore_rents": _by_country(ore_rent, here.miners, "USD/yr"),
        "refined_rents": _by_country(metal_rent, here.refiners, "USD/yr"),
    }
    return _gather(parts)


def _link_change(
    here: Problem, now: Prices, there: Problem, then: Prices, link: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return the change of export charges and of rents by exporter, shape (tail,) [USD/yr]."""
    sums = []
    for problem, prices in ((here, now), (there, then)):
        balance = evaluate(problem, prices)
        _, gate, _, delivered = dollar_prices(problem, prices)
        if link == "ore":
            money = link_money(problem.ore, balance.ore, prices.mine, gate)
        else:
            money = link_money(problem.refined, balance.metal, prices.refined, delivered)
        sums.append((money.charge[0].sum(axis=1), money.held_rent[0].sum(axis=1)))
    (charge, rent), (old_charge, old_rent) = sums
    return charge - old_charge, rent - old_rent
