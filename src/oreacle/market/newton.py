"""Newton's method with step control for a batch of cases, each at its own pace.

Does      Iterates prices until every case of a batch balances or runs out of steps.
Units     Log prices over base; residuals relative to node size.
Method    Newton on excess supply. A case that a step leaves worse off halves it and tries again
          while the others go on; cases that are done leave the batch when it pays to close ranks.
Assumes   Prices of all nodes stand in one array, so that a step is one operation.
Not here  The balances: see `oreacle.market.balance`; what is tried next: `oreacle.market.kernel`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.market.balance import evaluate, imbalance, newton_step, node_scale
from oreacle.market.problem import Prices, Problem

LONGEST_STEP = 1.5
"""Largest change of any log price in one step [1]."""
LOWEST_CERTIFIED = -12.0
"""Lowest log price at a mine that lives on certificates: buyers may get its ore almost free [1]."""
HALVINGS = 4
"""Beyond these the short step is taken all the same: at a kink the residual may have to rise
before it falls, and four halvings left fewest cases to the slow solver on random markets."""
LEAST_FALL = 1e-4
"""Share of its length by which a step has to lower the residual [1]."""
LENGTHS = 0.5 ** np.arange(HALVINGS + 1)
FEW = 3
"""Cases left at which all lengths of a step are tried at once: so few cost the time of calls, not
of arithmetic."""
CLOSE_RANKS = 0.75
"""Share of a batch still at work below which the others leave it [1]: taking rows costs about as
much as two evaluations of them."""


@dataclass
class Search:
    """Cases of a batch at work, in the order of their rows.

    Attributes
    ----------
    problem
        Their market.
    rows
        Their rows in the whole batch, shape (case,).
    live
        True for cases not yet done, shape (case,).
    here, residual
        Log prices at all nodes where each case stands, shape (case, node), and its residual there.
    step, length
        Direction, shape (case, node), and share of it to be tried, shape (case,).
    """

    problem: Problem
    rows: np.ndarray
    live: np.ndarray
    here: np.ndarray
    residual: np.ndarray
    step: np.ndarray
    length: np.ndarray

    def close_ranks(self) -> None:
        """Let cases that are done leave the batch."""
        at = np.flatnonzero(self.live)
        self.problem = self.problem.take(at)
        for name in ("rows", "live", "here", "residual", "step", "length"):
            setattr(self, name, getattr(self, name)[at])


def iterate(
    problem: Problem, prices: Prices, iterations: np.ndarray, limit: int, tolerance: float
) -> np.ndarray:
    """Iterate prices in place; return the residuals, shape (batch,) [1].

    Parameters
    ----------
    problem
        The market.
    prices
        Where to begin; where each case ends.
    iterations
        Steps taken, to which those taken here are added, shape (batch,).
    limit
        Most steps of a case.
    tolerance
        Largest residual over node size at which a case is done [1].
    """
    start = np.concatenate(prices.parts, axis=1)
    scale = node_scale(problem)
    balance = evaluate(problem, prices)
    final = imbalance(balance, scale)
    live = final > tolerance
    if not live.any():
        return final
    ends, taken = start.copy(), np.zeros(problem.size, dtype=np.int64)
    at = Search(
        problem,
        np.arange(problem.size),
        live,
        start,
        final.copy(),
        flat_step(newton_step(problem, balance, scale, np.zeros(problem.size))),
        np.ones(problem.size),
    )
    low, high = bounds(problem)
    while at.live.any():
        if np.count_nonzero(at.live) <= FEW:
            _finish(at, (ends, final, taken), limit, tolerance)
            break
        if np.count_nonzero(at.live) < CLOSE_RANKS * at.live.size:
            at.close_ranks()
            scale, (low, high) = node_scale(at.problem), bounds(at.problem)
        there = at.here + at.length[:, None] * at.step
        there = np.minimum(np.maximum(there, low, out=there), high, out=there)
        balance = evaluate(at.problem, unflat(at.problem, there))
        accepted = _accept(at, there, imbalance(balance, scale))
        taken[at.rows[accepted]] += 1
        done = accepted & ~((at.residual > tolerance) & (taken[at.rows] < limit))
        if done.any():
            ends[at.rows[done]], final[at.rows[done]] = at.here[done], at.residual[done]
            at.live &= ~done
        moved = accepted & at.live
        if moved.any():
            _aim(at, moved, newton_step(at.problem, balance, scale, 0.0 * at.length))
    iterations += taken
    for part, found in zip(prices.parts, unflat(problem, ends).parts, strict=True):
        part[:] = found
    return final


def _accept(at: Search, there: np.ndarray, reached: np.ndarray) -> np.ndarray:
    """Move cases whose step lowers the residual, or is short enough; return which."""
    better = reached < at.residual * (1.0 - LEAST_FALL * at.length)
    accepted = at.live & (better | (at.length <= 0.5**HALVINGS))
    if accepted.all():
        at.here, at.residual = there, reached
        return accepted
    at.here[accepted], at.residual[accepted] = there[accepted], reached[accepted]
    at.length = np.where(at.live, 0.5 * at.length, 0.0)
    return accepted


def _aim(at: Search, moved: np.ndarray, step: Prices) -> None:
    """Give cases that moved their next step."""
    found = flat_step(step)
    if moved.all():
        at.step = found
        at.length[:] = 1.0
        return
    at.step[moved], at.length[moved] = found[moved], 1.0
    at.length[~at.live] = 0.0


def _finish(
    at: Search, found: tuple[np.ndarray, np.ndarray, np.ndarray], limit: int, tolerance: float
) -> None:
    """Iterate the last few cases to their end: the same steps, all lengths of one at once.

    Parameters
    ----------
    found
        Where each case ends, its residual there and steps taken, by rows of the whole batch.
    """
    ends, final, taken = found
    while at.live.any():
        at.close_ranks()
        count = at.rows.size
        copies = np.repeat(np.arange(count), LENGTHS.size)
        problem = at.problem.take(copies)
        scale, (low, high) = node_scale(problem), bounds(problem)
        along = np.tile(LENGTHS, count)
        while at.live.all():
            there = at.here[copies] + along[:, None] * at.step[copies]
            there = np.minimum(np.maximum(there, low, out=there), high, out=there)
            balance = evaluate(problem, unflat(problem, there))
            reached = imbalance(balance, scale)
            better = reached < at.residual[copies] * (1.0 - LEAST_FALL * along)
            better[LENGTHS.size - 1 :: LENGTHS.size] = True
            chosen = better.reshape(count, -1).argmax(axis=1) + LENGTHS.size * np.arange(count)
            at.here, at.residual = there[chosen], reached[chosen]
            taken[at.rows] += 1
            at.live = (at.residual > tolerance) & (taken[at.rows] < limit)
            if at.live.any():
                # Not from the trials: one that overshot may have no step at all.
                now = evaluate(at.problem, unflat(at.problem, at.here))
                whole = node_scale(at.problem)
                at.step = flat_step(newton_step(at.problem, now, whole, np.zeros(count)))
        ends[at.rows], final[at.rows] = at.here, at.residual


def flat_step(step: Prices) -> np.ndarray:
    """Return a step in one array, shape (batch, node): a saturated node must not hold up others."""
    whole = np.concatenate(step.parts, axis=1)
    return np.clip(whole, -LONGEST_STEP, LONGEST_STEP, out=whole)


def unflat(problem: Problem, values: np.ndarray) -> Prices:
    """Return views of an array of all prices, shape (batch, node), by kind of node."""
    first = len(problem.miners)
    second = first + len(problem.refiners)
    third = second + len(problem.refiners)
    return Prices(
        values[:, :first], values[:, first:second], values[:, second:third], values[:, third:]
    )


def bounds(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Return the lowest and highest log price at each node, shape (batch or 1, node).

    Prices are kept where curves respond: mines above shut-down, users below the choke.
    """
    lowest = np.asarray(problem.mine_curve.floor)
    if problem.certification is not None:
        lowest = np.where(problem.certification.certified > 0, LOWEST_CERTIFIED, lowest)
    highest = problem.demand_curve.highest_choke
    size = problem.size if lowest.size > 1 or highest.size > 1 else 1
    nodes = len(problem.miners) + 2 * len(problem.refiners) + len(problem.users)
    low, high = np.full((size, nodes), -np.inf), np.full((size, nodes), np.inf)
    low[:, : len(problem.miners)] = lowest
    high[:, nodes - len(problem.users) :] = highest
    return low, high


def bounded(problem: Problem, prices: Prices) -> Prices:
    """Return prices within their bounds."""
    low, high = (unflat(problem, part) for part in bounds(problem))
    return Prices(
        *(
            np.minimum(np.maximum(part, least), most)
            for part, least, most in zip(prices.parts, low.parts, high.parts, strict=True)
        )
    )
