"""Who gains and who loses: by country where it arises, and by who owns it.

Does      Splits the world's change of welfare by kind of income and country, and by owner.
Units     USD/yr.
Method    Surpluses are integrals over dollar prices; revenue of states and income from trade are
          sums over links. By the money identity their sum is the change of what use is worth less
          the change of what mining, refining, recycling, carrying, licensing and leaking cost.
Assumes   Carriers earn what their service costs: freight is a cost, listed beside welfare and not
          in it. The gap between price and cost on a link is the seller's: rent where a limit
          binds, else trade margin.
Not here  Integrals and sums over links: see `oreacle.market.money`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from oreacle.market.comparison import DRAW, Column, Comparison, State, table_of
from oreacle.market.links import LinkState
from oreacle.market.money import (
    LinkMoney,
    consumer_loss,
    dollar_prices,
    link_money,
    mine_profit,
    refinery_profit,
    scrap_profit,
)
from oreacle.market.owners import Owners

Pieces = list[tuple[Sequence[str], np.ndarray]]
"""Money at places, each with values of shape (case, place) [USD/yr]."""
OWNED = {"mines": "mined", "refineries": "refined"}
"""Income of owners, and the stage whose output they own."""
BINDS = 1.0 - 1e-12
"""A link that carries less than this share of what it would without a limit is held by it."""


def welfare(comparison: Comparison) -> xr.Dataset:
    """Return changes of welfare by country and case [USD/yr].

    Returns
    -------
    Dataset
        `users` (surplus), `mines`, `refineries` and `scrap` (profit), `export_taxes` and `tariffs`
        (revenue of states), `rents` (links that a limit holds) and `margins` (other links), both
        where the link starts, and `total`, their sum. A country without the stage is missing.
    """
    now, then = comparison.now, comparison.then
    problem = now.problem
    users = -consumer_loss(problem, then.prices.delivered, now.prices.delivered)
    profits = _change(_profits(now), _profits(then))
    trade = _change(_link_incomes(now), _link_incomes(then))
    return _with_total({"users": Column(users, problem.users, "USD/yr"), **profits, **trade})


def trade_costs(comparison: Comparison) -> xr.Dataset:
    """Return changes of what trade uses up by country and case: nobody's income [USD/yr].

    Returns
    -------
    Dataset
        `freight`, paid where a link ends; `licensing`, time and paper where it starts.
    """
    return table_of(_change(_link_costs(comparison.now), _link_costs(comparison.then)))


def owned(located: xr.Dataset, owners: Owners) -> xr.Dataset:
    """Return welfare by the actor that owns it.

    Profit of mines and refineries goes to their owners; all else stays with the actor of the
    country where it arises.

    Parameters
    ----------
    located
        As from `welfare`.

    Returns
    -------
    Dataset
        The same names by case and actor [USD/yr], totals as large as the located ones.
    """
    countries = [str(country) for country in located["country"].values]
    columns = {}
    for name in (str(name) for name in located.data_vars if name != "total"):
        matrix = owners.matrix(OWNED.get(name), countries)
        columns[name] = Column(_known(located, name) @ matrix, owners.actors, "USD/yr")
    sizes = sum(np.abs(column.values).sum(axis=0) for column in columns.values())
    touched = np.flatnonzero(np.asarray(sizes) > 0.0)
    actors = [owners.actors[k] for k in touched]
    kept = {
        name: Column(column.values[:, touched], actors, "USD/yr")
        for name, column in columns.items()
    }
    return _with_total(kept, "actor")


def sourced_share(located: xr.Dataset, owners: Owners) -> np.ndarray:
    """Return the part of changed profit whose owner a source names, shape (case,) [1].

    Weighs the size of each country's change; NaN where no profit changes.
    """
    countries = [str(country) for country in located["country"].values]
    told, moved = 0.0, 0.0
    for name, stage in OWNED.items():
        size = np.abs(_known(located, name))
        told = told + size @ owners.known(stage, countries)
        moved = moved + size.sum(axis=1)
    share = np.full(np.shape(moved), np.nan)
    return np.divide(told, moved, out=share, where=np.asarray(moved) > 0.0)


def _known(table: xr.Dataset, name: str) -> np.ndarray:
    """Return values of shape (case, country), zero where a country has no such stage."""
    return np.nan_to_num(table[name].to_numpy())


def _with_total(columns: dict[str, Column], kind: str = "country") -> xr.Dataset:
    table = table_of(columns, kind)
    total = sum(_known(table, str(name)) for name in table.data_vars)
    return table.assign(total=((DRAW, kind), total, {"units": "USD/yr"}))


def _change(now: dict[str, Pieces], then: dict[str, Pieces]) -> dict[str, Column]:
    """Return the change of each kind of money by country, summed over the stages it arises at."""
    found = {}
    for name, pieces in now.items():
        places = sorted({place for countries, _ in pieces for place in countries})
        at = {place: k for k, place in enumerate(places)}
        change = np.zeros((pieces[0][1].shape[0], len(places)))
        for sign, side in ((1.0, pieces), (-1.0, then[name])):
            for countries, values in side:
                change[:, [at[country] for country in countries]] += sign * values
        found[name] = Column(change, places, "USD/yr")
    return found


def _profits(state: State) -> dict[str, Pieces]:
    problem, prices = state.problem, state.prices
    return {
        "mines": [(problem.miners, mine_profit(problem, prices))],
        "refineries": [(problem.refiners, refinery_profit(problem, prices))],
        "scrap": [(problem.refiners, scrap_profit(problem, prices))],
    }


def _link_incomes(state: State) -> dict[str, Pieces]:
    """Return export taxes, tariffs, rents and margins of both kinds of links."""
    incomes: dict[str, Pieces] = {"export_taxes": [], "tariffs": [], "rents": [], "margins": []}
    for tails, heads, money, links in _links(state):
        held = links.flow < links.unrestricted * BINDS
        incomes["export_taxes"].append((tails, money.charge.sum(axis=2)))
        incomes["tariffs"].append((heads, money.tariff.sum(axis=1)))
        incomes["rents"].append((tails, np.where(held, money.rent, 0.0).sum(axis=2)))
        incomes["margins"].append((tails, np.where(held, 0.0, money.rent).sum(axis=2)))
    return incomes


def _link_costs(state: State) -> dict[str, Pieces]:
    costs: dict[str, Pieces] = {"freight": [], "licensing": []}
    for tails, heads, money, _ in _links(state):
        costs["freight"].append((heads, money.freight.sum(axis=1)))
        costs["licensing"].append((tails, money.licence.sum(axis=2)))
    return costs


def _links(
    state: State,
) -> tuple[tuple[Sequence[str], Sequence[str], LinkMoney, LinkState], ...]:
    """Return tails, heads, money and flows of ore links and of refined links."""
    problem, prices, balance = state.problem, state.prices, state.balance
    _, gate, _, delivered = dollar_prices(problem, prices)
    ore = link_money(problem.ore, balance.ore, prices.mine, gate)
    metal = link_money(problem.refined, balance.metal, prices.refined, delivered)
    return (
        (problem.miners, problem.refiners, ore, balance.ore),
        (problem.refiners, problem.users, metal, balance.metal),
    )
