"""Optional groups of a market: fill them in to write on them, drop those that do nothing.

Does      Gives a problem writable support, stocks and certification, or takes idle ones away.
Units     Those of the groups.
Method    A market without a group and one with an idle group are the same market; the first is
          cleared faster.
Assumes   A private stock that holds nothing and no order is idle.
Not here  What writes on the groups: see `oreacle.market.apply`.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np

from oreacle.market.batch import BATCHED
from oreacle.market.certification import no_certification
from oreacle.market.links import LinkTerms
from oreacle.market.problem import Problem
from oreacle.market.stocks import no_stocks
from oreacle.market.support import no_support

Group = TypeVar("Group")
FULL_RESPONSE = 1.0
"""Response of stocks in a market that had none: it multiplies nothing [1]."""


def writable(problem: Problem) -> Problem:
    """Return a copy whose arrays by case may be written, with every group present."""
    size, users = problem.demand.shape
    mines, plants = len(problem.miners), len(problem.refiners)
    support = problem.support or no_support(size, mines, plants)
    stocks = problem.stocks or no_stocks(size, plants, users, FULL_RESPONSE)
    regime = problem.certification or no_certification(size, mines, users)
    shares = problem.demand_curve.shares
    wide = np.broadcast_to(shares, (size, users, shares.shape[-1]))
    return replace(
        _copied(problem),
        ore=_writable_links(problem.ore),
        refined=_writable_links(problem.refined),
        demand_curve=replace(problem.demand_curve, shares=np.array(wide)),
        support=_copied(support),
        stocks=_copied(stocks),
        certification=_copied(regime),
    )


def lean(problem: Problem) -> Problem:
    """Return the same market without groups that do nothing in any case."""
    support, stocks, regime = problem.support, problem.stocks, problem.certification
    if support is not None and not any(array.any() for array in _arrays(support)):
        support = None
    if stocks is not None and not any(
        array.any() for array in (stocks.ore, stocks.metal, stocks.release, stocks.purchase)
    ):
        stocks = None
    if regime is not None and not regime.bound.any():
        regime = None
    curve = problem.demand_curve
    if curve.shares.ndim > 1 and (curve.shares == curve.shares[:1, :1]).all():
        curve = replace(curve, shares=curve.shares[0, 0])
    return replace(
        problem, support=support, stocks=stocks, certification=regime, demand_curve=curve
    )


def _writable_links(terms: LinkTerms) -> LinkTerms:
    ways = None if terms.ways is None else _copied(terms.ways)
    return replace(_copied(terms), ways=ways)


def _copied(record: Group) -> Group:
    """Return the record with copies of its arrays by case."""
    changed: dict[str, Any] = {
        item.name: getattr(record, item.name).copy()
        for item in fields(record)  # type: ignore[arg-type]
        if item.metadata.get(BATCHED)
    }
    return replace(record, **changed)  # type: ignore[type-var]


def _arrays(record: object) -> list[np.ndarray]:
    return [getattr(record, item.name) for item in fields(record)]  # type: ignore[arg-type]
