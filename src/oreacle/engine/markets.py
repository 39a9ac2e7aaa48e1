"""Markets of one year for a block of members: the reference and the case with new measures.

Does      Scales the base market to the year's capacity and demand, clears it without and with
          new measures, and sums what the engine needs.
Units     Capacity and demand over base [1]; prices over base [1]; money USD/yr.
Method    Link strengths grow with both ends over the world's mean growth, so that equal growth
          everywhere leaves prices alone. Only members with a measure in force are cleared twice.
Assumes   Registered caps keep their tonnes; new bans and quotas refer to the grown flows.
Not here  Who restricts what: see `oreacle.engine.measures`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from oreacle.market.apply import PolicyDesk
from oreacle.market.balance import Tonnes, tonnes
from oreacle.market.groups import lean, writable
from oreacle.market.kernel import Solution, priced, solve
from oreacle.market.money import consumer_loss
from oreacle.market.policies import Policy
from oreacle.market.problem import Prices, Problem

TOLERANCE = 1e-10
"""Largest residual over node size at which a year counts as cleared [1]. The sizes of all nodes
add up to four times the world, so that the residual of the world stays below the 1e-8 that its
certificate asks for."""
ACCEPTED = 1e-9
"""Residual at which a case counts that no solver brings to the tolerance [1]: a mine that is all
but shut, at a price e^19 times base, balances to round-off only. The world's residual is still
below the 1e-8 of its certificate."""


@dataclass(frozen=True)
class Start:
    """Prices of last year from which a year is cleared.

    Attributes
    ----------
    case, reference
        Log prices over base with all measures, and without the new ones.
    """

    case: Prices
    reference: Prices


@dataclass(frozen=True)
class Growth:
    """Size of the market over base.

    Attributes
    ----------
    mines, refineries
        Capacity over base, shapes (member, mine) and (member, refinery) [1].
    demand
        Use at base price over base, shape (member,) [1].
    """

    mines: np.ndarray
    refineries: np.ndarray
    demand: np.ndarray


@dataclass(frozen=True)
class Cleared:
    """One mineral's year.

    Attributes
    ----------
    prices, reference
        Log prices over base with all measures, and without the new ones.
    mined, refined, used
        Output, as publishers count it, and use, shapes (member, node) [t/yr].
    from_ore
        Refined output from ore, shape (member, refinery) [t/yr].
    supplied
        What reaches users, from ore and from scrap, shape (member,) [t/yr].
    price_delivered, price_reference
        World mean delivered price over base with and without the new measures, weighted by use
        at base prices, shape (member,) [1].
    loss
        Users' loss from the new measures, shape (member, user) [USD/yr].
    shortage
        Use lost to the new measures over reference use, shape (member,) [1].
    margin
        Relative refining margin less one, shape (member, refinery) [1].
    wanted
        Use at base prices, shape (member,) [t/yr].
    solved
        True where both clearings solved, shape (member,).
    """

    prices: Prices
    reference: Prices
    mined: np.ndarray
    refined: np.ndarray
    from_ore: np.ndarray
    supplied: np.ndarray
    used: np.ndarray
    price_delivered: np.ndarray
    price_reference: np.ndarray
    loss: np.ndarray
    shortage: np.ndarray
    margin: np.ndarray
    wanted: np.ndarray
    solved: np.ndarray


def grown(base: Problem, growth: Growth) -> Problem:
    """Return the base market scaled to a year's capacity and demand."""
    mine_total = _mean_level(growth.mines, base.mine_slack)
    plant_total = _mean_level(growth.refineries, base.refinery_slack)
    pairs = growth.mines[:, :, None] * growth.refineries[:, None, :]
    ore = pairs / np.sqrt(mine_total * plant_total)[:, None, None]
    # Scrap follows use: its share in supply stays that of the base year.
    recycled = base.recycled * growth.demand[:, None]
    supply = base.refinery_slack * growth.refineries + recycled
    places = supply / np.maximum(base.refinery_slack + base.recycled, np.finfo(float).tiny)
    supply_total = supply.sum(axis=1) / (base.refinery_slack + base.recycled).sum(axis=1)
    sales = places[:, :, None] * growth.demand[:, None, None]
    metal = sales / np.sqrt(supply_total * growth.demand)[:, None, None]
    return replace(
        base,
        mine_slack=base.mine_slack * growth.mines,
        mine_capacity=base.mine_capacity * growth.mines,
        refinery_slack=base.refinery_slack * growth.refineries,
        refinery_capacity=base.refinery_capacity * growth.refineries,
        demand=base.demand * growth.demand[:, None],
        recycled=recycled,
        recycled_capacity=base.recycled_capacity * growth.demand[:, None],
        ore=base.ore.scaled(ore),
        refined=base.refined.scaled(metal),
    )


def _mean_level(level: np.ndarray, base: np.ndarray) -> np.ndarray:
    return np.asarray((level * base).sum(axis=1) / base.sum(axis=1))


def clear_year(
    problem: Problem,
    desk: PolicyDesk,
    policies: Sequence[Sequence[Policy]],
    standing: Sequence[Sequence[Policy]],
    start: Start | None,
    seen: Callable[[Problem, Prices, np.ndarray], None] | None = None,
    *,
    compiled: bool = False,
) -> Cleared:
    """Clear one mineral's year for a block of members.

    Parameters
    ----------
    problem
        The year's market without measures beyond the base-year register.
    desk
        Applies policies of this mineral.
    policies
        New measures in force, by member.
    standing
        Changes of the register in force without any forecast measure, by member: measures known
        at the as-of date that base trade does not show, and liftings.
    start
        Each member's own prices of last year, or None: the reference starts from those without
        measures, the case from this year's reference and last year's gap between both.
    seen
        Shown the reference, then the case (`oreacle.engine.watch`); None for nobody.
    compiled
        True to take the compiled kernel where it can be (see `oreacle.market.kernel.solve`).
    """
    cleared = partial(solve, tolerance=TOLERANCE, level=True, compiled=compiled)
    if any(standing):
        problem = _with(problem, desk, standing)
    reference = cleared(problem, None if start is None else start.reference)
    problem = priced(problem, reference)
    affected = np.array([k for k, active in enumerate(policies) if active], dtype=np.int64)
    prices = reference.prices.copy()
    cleared_before = _accepted(reference)
    solved = cleared_before.copy()
    case = problem
    loss = np.zeros_like(problem.demand)
    if affected.size:
        case = _with(problem, desk, policies)
        part = case.take(affected)
        before = reference.prices.take(affected)
        first = before if start is None else _shifted(before, start, affected)
        with_measures = cleared(part, first)
        # What certificates cost holds in the figures as in the clearing.
        premium = reference.premium.copy()
        premium[affected] = with_measures.premium
        case, part = priced(case, replace(reference, premium=premium)), priced(part, with_measures)
        prices.put(affected, with_measures.prices)
        solved[affected] &= _accepted(with_measures)
        after = with_measures.prices.delivered
        loss[affected] = consumer_loss(part, before.delivered, after, reference.premium[affected])
    if seen is not None:
        seen(problem, reference.prices, cleared_before)
        seen(case, prices, solved)
    return _summed(case, prices, problem, reference, loss, solved)


def _accepted(found: Solution) -> np.ndarray:
    """Return True for cases that count as solved, shape (batch,)."""
    near = (found.residual <= ACCEPTED) & (found.premium == 0.0)
    return np.asarray(found.solved | near)


def _shifted(before: Prices, start: Start, rows: np.ndarray) -> Prices:
    """Return prices of some members moved by the gap of last year between case and reference."""
    last, without = start.case.take(rows), start.reference.take(rows)
    return Prices(
        *(
            now + (one - other)
            for now, one, other in zip(before.parts, last.parts, without.parts, strict=True)
        )
    )


def _with(problem: Problem, desk: PolicyDesk, policies: Sequence[Sequence[Policy]]) -> Problem:
    fresh = writable(problem)
    for member, active in enumerate(policies):
        if active:
            desk.put_in_force(fresh, active, slice(member, member + 1))
    return lean(fresh)


def _summed(
    case: Problem,
    prices: Prices,
    problem: Problem,
    reference: Solution,
    loss: np.ndarray,
    solved: np.ndarray,
) -> Cleared:
    now = tonnes(case, prices)
    # A shift of demand is no shortage: what is lost is what users of the case would have bought.
    then = case.demand_curve.use(case.demand, reference.prices.delivered)
    lost = np.maximum(then - now.use, 0.0).sum(axis=1)
    margin = case.price_refined * np.exp(prices.refined) - case.price_gate * np.exp(prices.gate)
    # Weights of what the world wants, not of what it gets: a buyer who is cut off counts.
    weight = problem.demand / problem.demand.sum(axis=1, keepdims=True)
    delivered = (weight * np.exp(prices.delivered)).sum(axis=1)
    before = (weight * np.exp(reference.prices.delivered)).sum(axis=1)
    gaps = ~solved
    return Cleared(
        prices=prices,
        reference=reference.prices,
        mined=_missing(now.output, gaps),
        refined=_missing(_published(case, now), gaps),
        from_ore=_missing(now.throughput, gaps),
        supplied=np.where(gaps, np.nan, (now.throughput + now.scrap).sum(axis=1)),
        used=_missing(now.use, gaps),
        price_delivered=np.where(gaps, np.nan, delivered),
        price_reference=np.where(gaps, np.nan, before),
        loss=_missing(loss, gaps),
        shortage=np.where(gaps, np.nan, lost / then.sum(axis=1)),
        margin=margin / case.base_margin - 1.0,
        wanted=problem.demand.sum(axis=1),
        solved=solved,
    )


def _published(case: Problem, now: Tonnes) -> np.ndarray:
    """Return refined output as publishers count it, shape (member, refinery) [t/yr]."""
    return now.throughput + now.scrap if case.recycled_counted else now.throughput


def _missing(values: np.ndarray, gaps: np.ndarray) -> np.ndarray:
    """Return values with unsolved members missing."""
    return np.where(gaps[:, None], np.nan, values)
