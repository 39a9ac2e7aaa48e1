"""Clear markets: Newton with step control, and a slow solver behind it.

Does      Finds the prices at which every node balances, for a batch of cases.
Units     Log prices over base; residuals relative to node size.
Method    Newton on excess supply with backtracking; where that stalls, damped Newton with an
          adaptive ridge (pseudo-transient continuation), which an M-matrix allows.
Assumes   A cold start at base prices unless the member's own last prices are given.
Not here  What the solution means: see `oreacle.market.outcome`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.market.balance import (
    Balance,
    NodeScale,
    evaluate,
    imbalance,
    newton_step,
    node_scale,
)
from oreacle.market.problem import Prices, Problem, base_prices

TOLERANCE = 1e-10
"""Largest residual over node size at which a case counts as solved [1]."""
LONGEST_STEP = 1.5
"""Largest change of any log price in one step [1]."""
FAST_ITERATIONS = 40
SLOW_ITERATIONS = 400
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
    """

    prices: Prices
    residual: np.ndarray
    iterations: np.ndarray
    solved: np.ndarray
    slow: np.ndarray


def solve(problem: Problem, start: Prices | None = None) -> Solution:
    """Return the clearing prices of every case of a batch.

    Parameters
    ----------
    problem
        The market.
    start
        Where to begin; base prices if None.
    """
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
    return Solution(prices, residual, iterations, residual <= TOLERANCE, slow)


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
    step = _clipped(newton_step(problem, here, balance, scale, ridge))
    length = np.ones(problem.size)
    there = _bounded(problem, here.moved(step, length))
    balance = evaluate(problem, there)
    reached, is_whole = imbalance(balance, scale), True
    for _ in range(HALVINGS):
        worse = np.flatnonzero(~(reached < residual * (1.0 - 1e-4 * length)))
        if worse.size == 0:
            break
        is_whole = False
        length[worse] *= 0.5
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
    return Prices(
        np.maximum(prices.mine, problem.mine_curve.floor),
        prices.gate,
        prices.refined,
        np.minimum(prices.delivered, problem.demand_curve.highest_choke),
    )
