"""Prices, flows and quantities with policies, and how they moved.

Does      Labels what a cleared batch holds by country and link.
Units     USD/t, t/yr; relative changes of prices [1].
Method    None: differences from the reference case by case.
Assumes   A country without a stage has no price and no quantity there: missing, not zero.
Not here  Money and shortage: see `oreacle.market.welfare` and `oreacle.market.shortage`.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from oreacle.market.comparison import DRAW, Column, Comparison, table_of
from oreacle.market.money import dollar_prices


def price_table(comparison: Comparison) -> xr.Dataset:
    """Return dollar prices by place and case [USD/t], and their relative changes [1]."""
    now, then = comparison.now, comparison.then
    problem = now.problem
    places = (problem.miners, problem.refiners, problem.refiners, problem.users)
    names = ("mine", "gate", "refined", "delivered")
    after = dollar_prices(problem, now.prices)
    before = dollar_prices(then.problem, then.prices)
    parts: dict[str, Column] = {}
    for name, countries, price, old in zip(names, places, after, before, strict=True):
        parts[name] = Column(price, countries, "USD/t")
        parts[f"{name}_change"] = Column(price / old - 1.0, countries, "1")
    return table_of(parts)


def flow_table(comparison: Comparison) -> xr.Dataset:
    """Return flows by origin and destination and case, and their changes [t/yr]."""
    problem, after, before = comparison.now.problem, comparison.now.balance, comparison.then.balance
    kinds = (
        ("ore", problem.miners, problem.refiners, after.ore.flow, before.ore.flow),
        ("refined", problem.refiners, problem.users, after.metal.flow, before.metal.flow),
    )
    data: dict[str, object] = {}
    coords: dict[str, list[str]] = {}
    for name, tails, heads, flow, old in kinds:
        dims = (DRAW, f"{name}_exporter", f"{name}_importer")
        coords |= {dims[1]: list(tails), dims[2]: list(heads)}
        data[name] = (dims, flow, {"units": "t/yr"})
        data[f"{name}_change"] = (dims, flow - old, {"units": "t/yr"})
    return xr.Dataset(data, coords)


def quantity_table(comparison: Comparison) -> xr.Dataset:
    """Return output, supply from scrap, use and net releases of stocks by country and case [t/yr].

    `ore_released` is at refinery gates, `released` at users, below zero where holders buy; each
    column has its change beside it.
    """
    problem, after, before = comparison.now.problem, comparison.now.balance, comparison.then.balance
    rows = (
        ("mined", problem.miners, after.output, before.output),
        ("refined", problem.refiners, after.throughput, before.throughput),
        ("recycled", problem.refiners, after.scrap, before.scrap),
        ("used", problem.users, after.use, before.use),
        ("ore_released", problem.refiners, *_released(comparison, "ore_release", after.throughput)),
        ("released", problem.users, *_released(comparison, "metal_release", after.use)),
    )
    parts = {}
    for name, countries, value, old in rows:
        parts[name] = Column(value, countries, "t/yr")
        parts[f"{name}_change"] = Column(value - old, countries, "t/yr")
    return table_of(parts)


def _released(comparison: Comparison, name: str, like: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return net releases of stocks with and without policies; zero in a market without stocks."""
    now, then = comparison.now.balance, comparison.then.balance
    none = np.zeros(like.shape)
    return none + getattr(now, name), none + getattr(then, name)


def route_table(comparison: Comparison) -> xr.Dataset:
    """Return what goes through entrepots by case and way [t/yr], and its change.

    Returns
    -------
    Dataset
        `flow` and `change` over `way`, with coordinates `link`, `origin`, `via` and `importer`.
    """
    problem, now, then = comparison.now.problem, comparison.now.balance, comparison.then.balance
    kinds = (
        ("ore", problem.miners, problem.refiners, problem.ore.ways, now.ore, then.ore),
        ("refined", problem.refiners, problem.users, problem.refined.ways, now.metal, then.metal),
    )
    names: dict[str, list[str]] = {"link": [], "origin": [], "via": [], "importer": []}
    flows, changes = [], []
    for link, tails, heads, ways, after, before in kinds:
        if ways is None:
            continue
        names["link"] += [link] * len(ways.via)
        names["origin"] += [tails[k] for k in ways.tail]
        names["via"] += list(ways.via)
        names["importer"] += [heads[k] for k in ways.head]
        flows.append(after.way_flow)
        changes.append(after.way_flow - before.way_flow)
    nothing = np.zeros((comparison.size, 0))
    units = {"units": "t/yr"}
    return xr.Dataset(
        {
            "flow": ((DRAW, "way"), np.concatenate([nothing, *flows], axis=1), units),
            "change": ((DRAW, "way"), np.concatenate([nothing, *changes], axis=1), units),
        },
        coords={name: ("way", np.array(values, dtype=object)) for name, values in names.items()},
    )
