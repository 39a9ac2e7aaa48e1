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
from oreacle.market.stocks import no_stocks

MONTHS = 12.0
"""Months of a year [1]."""


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
    """Return output, supply from scrap, use and what stocks do, by country and case [t/yr].

    `ore_released` is at refinery gates, `released` at users, net of what is bought for stock and
    below zero where holders buy; each has its change beside it. `released` is
    `private_released` + `ordered_released` - `ordered_bought` [t/yr]. `ore_left` and
    `private_left` are what private holders have at the end of the year [t], `private_cover` how
    long the latter lasts at use in the case [months].
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
    return table_of(parts | _stock_columns(comparison))


def _stock_columns(comparison: Comparison) -> dict[str, Column]:
    """Return what private and ordered stocks give and take, what is left, and for how long."""
    problem, prices = comparison.now.problem, comparison.now.prices
    plants, users = problem.refiners, problem.users
    stocks = problem.stocks or no_stocks(comparison.size, len(plants), len(users), 1.0)
    private, use = stocks.metal_release(prices.delivered)[0], comparison.now.balance.use
    left = stocks.metal - private
    cover = np.divide(MONTHS * left, use, out=np.full_like(use, np.nan), where=use > 0)
    return {
        "private_released": Column(private, users, "t/yr"),
        "ordered_released": Column(stocks.released(prices.delivered)[0], users, "t/yr"),
        "ordered_bought": Column(stocks.bought(prices.delivered)[0], users, "t/yr"),
        "ore_left": Column(stocks.ore - stocks.ore_release(prices.gate)[0], plants, "t"),
        "private_left": Column(left, users, "t"),
        "private_cover": Column(cover, users, "months"),
    }


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
