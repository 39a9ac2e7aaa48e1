"""Clear markets: Newton with step control, and a slow solver behind it.

Does      Finds the prices at which every node balances, for a batch of cases.
Units     Log prices over base; residuals relative to node size.
Method    Newton on excess supply with backtracking; where that stalls, damped Newton with an
          adaptive ridge (pseudo-transient continuation), which an M-matrix allows; what is left
          is tried from other levels of prices.
Assumes   A cold start at base prices unless the member's own last prices are given.
Not here  What the solution means: see `oreacle.market.outcome`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from oreacle.market.balance import (
    Balance,
    NodeScale,
    evaluate,
    imbalance,
    newton_step,
    node_scale,
)
from oreacle.market.certification import Certification, at_premium, find_premium
from oreacle.market.links import made_ready
from oreacle.market.problem import Prices, Problem, base_prices
from oreacle.market.rescue import rescue

TOLERANCE = 1e-10
"""Largest residual over node size at which a case counts as solved [1]."""
CERTIFICATE_GAP = 1e-9
"""Largest gap of certificates over world throughput at which a premium counts as found [1]."""
FIRST_PREMIUM = 0.05
"""Premium over the base price at mines that is tried first [1]."""
MOST_FAILURES = 2
"""Premiums at which a case may fail to clear; then it counts as not solved and is left alone."""
LONGEST_STEP = 1.5
"""Largest change of any log price in one step [1]."""
FAST_ITERATIONS = 40
SLOW_ITERATIONS = 400
LOWEST_CERTIFIED = -12.0
"""Lowest log price at a mine that lives on certificates: buyers may get its ore almost free [1]."""
OTHER_LEVELS = (3.0, 2.0, 1.0, -1.0, -2.0)
"""Log price at all places from which what neither solver clears is tried again [1]: where demand
has risen tenfold, base prices are a far start."""
HALVINGS = 4
"""Beyond these the short step is taken all the same: at a kink the residual may have to rise
before it falls, and four halvings left fewest cases to the slow solver on random markets."""


@dataclass(frozen=True)
class Solution:
    """Prices and how they were reached.

    Attributes
    ----------
    prices
        Log prices over base, shapes (batch, node).
    residual
        Largest residual over node size, shape (batch,) [1].
    iterations
        Newton steps taken, shape (batch,).
    solved
        True where the residual is within tolerance, shape (batch,).
    slow
        True where the slow solver was needed, shape (batch,).
    premium
        Premium of certified supply, shape (batch,) [USD/t]; 0 without a regime.
    """

    prices: Prices
    residual: np.ndarray
    iterations: np.ndarray
    solved: np.ndarray
    slow: np.ndarray
    premium: np.ndarray


def solve(problem: Problem, start: Prices | None = None, *, threads: int = 1) -> Solution:
    """Return the clearing prices of every case of a batch.

    Parameters
    ----------
    problem
        The market.
    start
        Where to begin; base prices if None.
    threads
        Threads that share the cases; the answer does not depend on their number.
    """
    if threads > 1 and problem.size > 1:
        return _solve_in_parts(problem, start, min(threads, problem.size))
    if problem.certification is None:
        return _solve_prices(problem, start)
    return _solve_premium(problem, problem.certification, start)


def priced(problem: Problem, solution: Solution) -> Problem:
    """Return the market with the premium of its solution in place, as `evaluate` needs it."""
    if problem.certification is None:
        return problem
    return replace(problem, certification=at_premium(problem.certification, solution.premium))


def _solve_in_parts(problem: Problem, start: Prices | None, parts: int) -> Solution:
    rows = np.array_split(np.arange(problem.size), parts)
    with ThreadPoolExecutor(parts) as pool:
        jobs = [
            pool.submit(solve, problem.take(part), None if start is None else start.take(part))
            for part in rows
        ]
        found = [job.result() for job in jobs]
    prices = Prices(
        *(np.concatenate(part) for part in zip(*(f.prices.parts for f in found), strict=True))
    )
    return Solution(
        prices,
        *(
            np.concatenate([getattr(f, name) for f in found])
            for name in ("residual", "iterations", "solved", "slow", "premium")
        ),
    )


def _solve_premium(problem: Problem, regime: Certification, start: Prices | None) -> Solution:
    """Clear certificates round the market: each premium asked for is a market cleared."""
    last: list[Solution] = []
    failures = np.zeros(problem.size, dtype=np.int64)

    def excess(premium: np.ndarray) -> np.ndarray:
        asked = replace(problem, certification=at_premium(regime, premium))
        tried = failures < MOST_FAILURES
        last.append(_solve_some(asked, tried, last[-1] if last else None, start))
        failures[~last[-1].solved] += 1
        found = evaluate(asked, last[-1].prices).certificates
        if found is None:
            return np.zeros(problem.size)
        return np.where(tried, found / problem.world, 0.0)

    choke = np.broadcast_to(problem.demand_curve.highest_choke, problem.demand.shape)
    highest = problem.price_delivered * np.exp(choke.max(axis=1))
    first = np.full(problem.size, FIRST_PREMIUM * problem.price_mine)
    premium = find_premium(excess, highest, np.minimum(first, highest))
    gap = excess(premium)
    final = last[-1]
    cleared = (np.abs(gap) <= CERTIFICATE_GAP) | ((premium <= 0.0) & (gap >= 0.0))
    return replace(
        final,
        premium=premium,
        iterations=np.sum([one.iterations for one in last], axis=0),
        solved=final.solved & cleared,
        slow=np.any([one.slow for one in last], axis=0),
    )


def _solve_some(
    problem: Problem, rows: np.ndarray, last: Solution | None, start: Prices | None
) -> Solution:
    """Clear some cases from their last prices; the others keep their last solution."""
    if last is None or rows.all():
        return _solve_prices(problem, start if last is None else last.prices)
    at = np.flatnonzero(rows)
    prices = last.prices.copy()
    if at.size == 0:
        return last
    part = _solve_prices(problem.take(at), prices.take(at))
    prices.put(at, part.prices)
    kept = {}
    for name in ("residual", "iterations", "solved", "slow", "premium"):
        kept[name] = getattr(last, name).copy()
        kept[name][at] = getattr(part, name)
    return Solution(prices, **kept)


def _solve_prices(problem: Problem, start: Prices | None) -> Solution:
    problem = replace(problem, ore=made_ready(problem.ore), refined=made_ready(problem.refined))
    prices = base_prices(problem) if start is None else start.copy()
    iterations = np.zeros(problem.size, dtype=np.int64)
    residual = _run(problem, prices, iterations, FAST_ITERATIONS, damping=0.0)
    slow = residual > TOLERANCE
    if slow.any():
        rows = np.flatnonzero(slow)
        part = problem.take(rows)
        again = base_prices(part)
        count = np.zeros(rows.size, dtype=np.int64)
        residual[rows] = _run(part, again, count, SLOW_ITERATIONS, damping=1.0)
        prices.put(rows, again)
        iterations[rows] += count
    _restart(problem, prices, residual, iterations)
    _rescue(problem, prices, residual, iterations)
    nothing = np.zeros(problem.size)
    return Solution(prices, residual, iterations, residual <= TOLERANCE, slow, nothing)


def _restart(
    problem: Problem, prices: Prices, residual: np.ndarray, iterations: np.ndarray
) -> None:
    """Try what is left from other levels of all prices, in place."""
    for level in OTHER_LEVELS:
        rows = np.flatnonzero(residual > TOLERANCE)
        if rows.size == 0:
            return
        part = problem.take(rows)
        shifted = Prices(*(prices_of + level for prices_of in base_prices(part).parts))
        again, count = _bounded(part, shifted), np.zeros(rows.size, dtype=np.int64)
        reached = _run(part, again, count, FAST_ITERATIONS, damping=0.0)
        iterations[rows] += count
        done = np.flatnonzero(reached <= TOLERANCE)
        prices.put(rows[done], again.take(done))
        residual[rows[done]] = reached[done]


def _rescue(problem: Problem, prices: Prices, residual: np.ndarray, iterations: np.ndarray) -> None:
    """Solve what is left one by one by another method, and polish it, in place."""
    for row in np.flatnonzero(residual > TOLERANCE):
        rows = np.array([row])
        part = problem.take(rows)
        for level in (0.0, *OTHER_LEVELS):
            if residual[row] <= TOLERANCE:
                break
            shifted = Prices(*(prices_of + level for prices_of in base_prices(part).parts))
            again = rescue(part, _bounded(part, shifted))
            count = np.zeros(1, dtype=np.int64)
            reached = _run(part, again, count, FAST_ITERATIONS, damping=0.0)
            iterations[rows] += count
            if reached[0] < residual[row]:
                prices.put(rows, again)
                residual[row] = reached[0]


def _run(
    problem: Problem, prices: Prices, iterations: np.ndarray, limit: int, *, damping: float
) -> np.ndarray:
    """Iterate in place until every case is solved or the limit is reached; return residuals."""
    ridge = np.full(problem.size, damping)
    first = evaluate(problem, prices)
    residual = imbalance(first, node_scale(problem))
    balance: Balance | None = first
    part, rows = problem, np.arange(problem.size)
    for _ in range(limit):
        left = residual[rows] > TOLERANCE
        if not left.any():
            break
        if not left.all():
            rows = rows[left]
            part, balance = problem.take(rows), None
        here, scale = prices.take(rows), node_scale(part)
        at = evaluate(part, here) if balance is None else balance
        there, reached, balance = _advance(part, here, at, residual[rows], scale, ridge[rows])
        iterations[rows] += 1
        if damping > 0.0:
            better = reached < residual[rows]
            ridge[rows] = np.where(better, ridge[rows] * 0.3, np.maximum(ridge[rows], 1e-6) * 4.0)
            if not better.all():
                there.put(np.flatnonzero(~better), here.take(np.flatnonzero(~better)))
                reached, balance = np.where(better, reached, residual[rows]), None
        prices.put(rows, there)
        residual[rows] = reached
    return residual


def _advance(
    problem: Problem,
    here: Prices,
    balance: Balance,
    residual: np.ndarray,
    scale: NodeScale,
    ridge: np.ndarray,
) -> tuple[Prices, np.ndarray, Balance | None]:
    """Take one step from `here`; return where it leads, and residual and balance there.

    The balance is None if some cases had to shorten their step.
    """
    step = _clipped(newton_step(problem, balance, scale, ridge))
    length = np.ones(problem.size)
    there = _bounded(problem, here.moved(step, length))
    balance = evaluate(problem, there)
    reached, is_whole = imbalance(balance, scale), True
    for _ in range(HALVINGS):
        worse = np.flatnonzero(~(reached < residual * (1.0 - 1e-4 * length)))
        if worse.size == 0:
            break
        length[worse] *= 0.5
        if worse.size == problem.size:
            there = _bounded(problem, here.moved(step, length))
            balance, is_whole = evaluate(problem, there), True
            reached = imbalance(balance, scale)
            continue
        is_whole = False
        # Bounds may differ by case: those of the cases that are tried, not of all.
        part = problem.take(worse)
        trial = _bounded(part, here.take(worse).moved(step.take(worse), length[worse]))
        there.put(worse, trial)
        reached[worse] = imbalance(
            evaluate(part, trial), NodeScale(*(s[worse] for s in _scales(scale)))
        )
    return there, reached, balance if is_whole else None


def _clipped(step: Prices) -> Prices:
    """Bound each price's move alone: a saturated node must not hold up all the others."""
    return Prices(*(np.clip(part, -LONGEST_STEP, LONGEST_STEP) for part in step.parts))


def _scales(scale: NodeScale) -> tuple[np.ndarray, ...]:
    return scale.mine, scale.refinery, scale.user


def _bounded(problem: Problem, prices: Prices) -> Prices:
    """Keep prices where curves respond: mines above shut-down, users below the choke."""
    lowest = problem.mine_curve.floor
    if problem.certification is not None:
        lowest = np.where(problem.certification.certified > 0, LOWEST_CERTIFIED, lowest)
    return Prices(
        np.maximum(prices.mine, lowest),
        prices.gate,
        prices.refined,
        np.minimum(prices.delivered, problem.demand_curve.highest_choke),
    )
