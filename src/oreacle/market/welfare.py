"""Who gains and who loses: by country where it arises, and by who owns it.

Does      Splits the world's change of welfare by kind of income and country, and by owner.
Units     USD/yr.
Method    Users' surplus, profits, revenue of states and income from trade, each against the
          reference. By the money identity their sum is the change of what use is worth less the
          change of what mining, refining, recycling, carrying, licensing and leaking cost.
Assumes   Carriers earn what their service costs: freight is a cost, listed beside welfare and not
          in it. Users are valued by their demand in the case: what a shift of demand itself is
          worth is left out.
Not here  The single incomes: see `oreacle.market.incomes`.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from oreacle.market.comparison import DRAW, Column, Comparison, table_of
from oreacle.market.incomes import Pieces, costs, incomes, price_gaps
from oreacle.market.money import consumer_loss
from oreacle.market.owners import Owners

OWNED = {"mines": "mined", "refineries": "refined"}
"""Income of owners, and the stage whose output they own."""


def welfare(comparison: Comparison) -> xr.Dataset:
    """Return changes of welfare by country and case [USD/yr].

    Returns
    -------
    Dataset
        `users` (surplus), `mines`, `refineries` and `scrap` (profit), `stocks` (gain of holders),
        `export_taxes`, `tariffs` and `support` (states; support is paid, so negative),
        `certificates` (false ones, and those sold below cost), `rents` (ways that a limit holds)
        and `margins` (other ways), and `total`, their sum. A country without the stage is missing.
    """
    now, then = comparison.now, comparison.then
    problem = now.problem
    users = -consumer_loss(problem, then.prices.delivered, now.prices.delivered)
    before = price_gaps(then)
    others = _change(incomes(now, before), incomes(then, before))
    return _with_total({"users": Column(users, problem.users, "USD/yr"), **others})


def trade_costs(comparison: Comparison) -> xr.Dataset:
    """Return changes of what trade uses up by country and case: nobody's income [USD/yr].

    Returns
    -------
    Dataset
        `freight` and `leaks`, paid where a link ends; `licensing`, time and paper where it starts;
        `unexplained`, where a link ends: tonnes times the gap between price and cost that their way
        has in the reference (see `oreacle.market.incomes`).
    """
    before = price_gaps(comparison.then)
    return table_of(_change(costs(comparison.now, before), costs(comparison.then, before)))


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
    told = np.zeros(located.sizes[DRAW])
    moved = np.zeros(located.sizes[DRAW])
    for name, stage in OWNED.items():
        size = np.abs(_known(located, name))
        told += size @ owners.known(stage, countries)
        moved += size.sum(axis=1)
    return np.divide(told, moved, out=np.full_like(moved, np.nan), where=moved > 0.0)


def _known(table: xr.Dataset, name: str) -> np.ndarray:
    """Return values of shape (case, country), zero where a country has no such stage."""
    return np.asarray(np.nan_to_num(table[name].to_numpy()))


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
