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
    NodeScale,
    evaluate,
    imbalance,
    newton_step,
    node_scale,
)
from oreacle.market.certification import Certification, at_premium, find_premium
from oreacle.market.levelling import levelled
from oreacle.market.links import made_ready
from oreacle.market.newton import (
    HALVINGS,
    LEAST_FALL,
    bounded,
    flat_step,
    iterate,
    unflat,
)
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
FAST_ITERATIONS = 40
SLOW_ITERATIONS = 400
OTHER_LEVELS = (3.0, 2.0, 1.0, -1.0, -2.0)
"""Log price at all places from which what neither solver clears is tried again [1]: where demand
has risen tenfold, base prices are a far start."""


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


def solve(
    problem: Problem,
    start: Prices | None = None,
    *,
    threads: int = 1,
    tolerance: float = TOLERANCE,
    level: bool = False,
    compiled: bool = False,
) -> Solution:
    """Return the clearing prices of every case of a batch.

    Parameters
    ----------
    problem
        The market.
    start
        Where to begin; base prices if None.
    threads
        Threads that share the cases; the answer does not depend on their number.
    tolerance
        Largest residual over node size at which a case counts as solved [1]. A regime of
        certificates is always cleared to `TOLERANCE`: its premium hangs on small differences.
    level
        True to level nodes that are far out of balance at the start first: for markets that begin
        at the prices of another year (see `oreacle.market.levelling`).
    compiled
        True to take the compiled Newton where the market fits it, on one thread: for many batches
        on end, since loading it takes longer than one of them (see
        `oreacle.market.compiled.kinds`).
    """
    if compiled and _fits(problem):
        return _solve_compiled(problem, start, tolerance, level)
    if level:
        start = levelled(problem, base_prices(problem) if start is None else start)
    if threads > 1 and problem.size > 1:
        return _solve_in_parts(problem, start, min(threads, problem.size), tolerance)
    if problem.certification is None:
        return _solve_prices(problem, start, tolerance)
    return _solve_premium(problem, problem.certification, start)


def priced(problem: Problem, solution: Solution) -> Problem:
    """Return the market with the premium of its solution in place, as `evaluate` needs it."""
    if problem.certification is None:
        return problem
    return replace(problem, certification=at_premium(problem.certification, solution.premium))


def _solve_in_parts(
    problem: Problem, start: Prices | None, parts: int, tolerance: float
) -> Solution:
    rows = np.array_split(np.arange(problem.size), parts)
    with ThreadPoolExecutor(parts) as pool:
        jobs = [
            pool.submit(
                solve,
                problem.take(part),
                None if start is None else start.take(part),
                tolerance=tolerance,
            )
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


def _fits(problem: Problem) -> bool:
    """Return True if the compiled Newton can clear the market."""
    no_ways = problem.ore.ways is None and problem.refined.ways is None
    return problem.certification is None and no_ways


def _solve_compiled(
    problem: Problem, start: Prices | None, tolerance: float, level: bool
) -> Solution:
    from oreacle.market.compiled.search import iterate as iterate_compiled

    prices = base_prices(problem) if start is None else start.copy()
    iterations = np.zeros(problem.size, dtype=np.int64)
    residual = iterate_compiled(problem, prices, iterations, (FAST_ITERATIONS, tolerance), level)
    slow = residual > tolerance
    if slow.any():
        # Only what is left meets the slow solvers, so that it does not matter what it came with.
        rows = np.flatnonzero(slow)
        part, there, count = _ready(problem.take(rows)), prices.take(rows), iterations[rows]
        reached = _solve_slowly(part, there, residual[rows], count, tolerance)
        prices.put(rows, there)
        residual[rows], iterations[rows] = reached, count
    nothing = np.zeros(problem.size)
    return Solution(prices, residual, iterations, residual <= tolerance, slow, nothing)


def _ready(problem: Problem) -> Problem:
    return replace(problem, ore=made_ready(problem.ore), refined=made_ready(problem.refined))


def _solve_prices(problem: Problem, start: Prices | None, tolerance: float = TOLERANCE) -> Solution:
    problem = _ready(problem)
    prices = base_prices(problem) if start is None else start.copy()
    iterations = np.zeros(problem.size, dtype=np.int64)
    residual = iterate(problem, prices, iterations, FAST_ITERATIONS, tolerance)
    slow = residual > tolerance
    residual = _solve_slowly(problem, prices, residual, iterations, tolerance)
    nothing = np.zeros(problem.size)
    return Solution(prices, residual, iterations, residual <= tolerance, slow, nothing)


def _solve_slowly(
    problem: Problem,
    prices: Prices,
    residual: np.ndarray,
    iterations: np.ndarray,
    tolerance: float,
) -> np.ndarray:
    """Solve what Newton has left, in place; return the residuals, shape (batch,) [1]."""
    slow = residual > tolerance
    if slow.any():
        rows = np.flatnonzero(slow)
        part = problem.take(rows)
        again = base_prices(part)
        count = np.zeros(rows.size, dtype=np.int64)
        residual[rows] = _run_damped(part, again, count, tolerance)
        prices.put(rows, again)
        iterations[rows] += count
    _restart(problem, prices, residual, iterations, tolerance)
    _rescue(problem, prices, residual, iterations, tolerance)
    return residual


def _restart(
    problem: Problem,
    prices: Prices,
    residual: np.ndarray,
    iterations: np.ndarray,
    tolerance: float,
) -> None:
    """Try what is left from other levels of all prices, in place."""
    for level in OTHER_LEVELS:
        rows = np.flatnonzero(residual > tolerance)
        if rows.size == 0:
            return
        part = problem.take(rows)
        shifted = Prices(*(prices_of + level for prices_of in base_prices(part).parts))
        again, count = bounded(part, shifted), np.zeros(rows.size, dtype=np.int64)
        reached = iterate(part, again, count, FAST_ITERATIONS, tolerance)
        iterations[rows] += count
        done = np.flatnonzero(reached <= tolerance)
        prices.put(rows[done], again.take(done))
        residual[rows[done]] = reached[done]


def _rescue(
    problem: Problem,
    prices: Prices,
    residual: np.ndarray,
    iterations: np.ndarray,
    tolerance: float,
) -> None:
    """Solve what is left one by one by another method, and polish it, in place."""
    for row in np.flatnonzero(residual > tolerance):
        rows = np.array([row])
        part = problem.take(rows)
        for level in (0.0, *OTHER_LEVELS):
            if residual[row] <= tolerance:
                break
            shifted = Prices(*(prices_of + level for prices_of in base_prices(part).parts))
            again = rescue(part, bounded(part, shifted))
            count = np.zeros(1, dtype=np.int64)
            reached = iterate(part, again, count, FAST_ITERATIONS, tolerance)
            iterations[rows] += count
            if reached[0] < residual[row]:
                prices.put(rows, again)
                residual[row] = reached[0]


def _run_damped(
    problem: Problem, prices: Prices, iterations: np.ndarray, tolerance: float
) -> np.ndarray:
    """Iterate in place with an adaptive ridge, until solved or too long; return residuals."""
    ridge, residual = (
        np.ones(problem.size),
        imbalance(evaluate(problem, prices), node_scale(problem)),
    )
    for _ in range(SLOW_ITERATIONS):
        rows = np.flatnonzero(residual > tolerance)
        if rows.size == 0:
            break
        part, here = problem.take(rows), prices.take(rows)
        scale = node_scale(part)
        there, reached = _best_length(part, here, residual[rows], scale, ridge[rows])
        iterations[rows] += 1
        better = reached < residual[rows]
        ridge[rows] = np.where(better, ridge[rows] * 0.3, np.maximum(ridge[rows], 1e-6) * 4.0)
        moved = np.flatnonzero(better)
        prices.put(rows[moved], there.take(moved))
        residual[rows[moved]] = reached[moved]
    return residual


def _best_length(
    problem: Problem, here: Prices, residual: np.ndarray, scale: NodeScale, ridge: np.ndarray
) -> tuple[Prices, np.ndarray]:
    """Take one damped step, shorter where a longer one does not help; return where it leads."""
    step = unflat(problem, flat_step(newton_step(problem, evaluate(problem, here), scale, ridge)))
    length = np.ones(problem.size)
    there = bounded(problem, here.moved(step, length))
    reached = imbalance(evaluate(problem, there), scale)
    for _ in range(HALVINGS):
        worse = np.flatnonzero(~(reached < residual * (1.0 - LEAST_FALL * length)))
        if worse.size == 0:
            break
        length[worse] *= 0.5
        part = problem.take(worse)
        trial = bounded(part, here.take(worse).moved(step.take(worse), length[worse]))
        there.put(worse, trial)
        reached[worse] = imbalance(evaluate(part, trial), node_scale(part))
    return there, reached
