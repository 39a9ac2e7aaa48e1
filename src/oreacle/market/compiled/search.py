"""Newton's method with step control, one case after the other, compiled.

Does      Iterates prices of each case until it balances or runs out of steps.
Units     Log prices over base; residuals relative to node size.
Method    As `oreacle.market.newton`. Where the whole step does not lower the residual enough, all
          halved lengths are tried and the one with the lowest residual is taken: many cases would
          else go to and fro about a kink. A case that ends nowhere begins once more at base prices.
Assumes   What one case does depends on that case alone.
Not here  What is tried with cases that are left: see `oreacle.market.kernel`.
"""

from __future__ import annotations

import math

import numpy as np

from oreacle.market.compiled.balance import evaluate
from oreacle.market.compiled.jit import entry, jitted
from oreacle.market.compiled.levelling import levelled
from oreacle.market.compiled.pack import (
    HERE,
    HIGH,
    LOW,
    STEP,
    THERE,
    Links,
    Market,
    Work,
    packed,
    workspace,
)
from oreacle.market.compiled.step import newton_step
from oreacle.market.newton import HALVINGS, LEAST_FALL, LONGEST_STEP
from oreacle.market.problem import Prices, Problem

MOST_HALVINGS = 8
"""Halvings that are tried before a step that lowers no residual is taken [1]."""
MORE_STEPS = 100
"""Most steps of a second try, from base prices: of 17,700 engine cases 22 needed it, and all of
them ended there; the slow solvers take a hundred times as long."""
SOLVED, LEFT, SINGULAR, NOT_FINITE = 0, 1, 2, 3
"""How the search of a case ended."""


@entry
def search_all(
    market: Market, work: Work, prices: np.ndarray, limit: int, tolerance: float, level: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Move prices, shape (case, node), in place; return residuals, steps and how each case ended.

    Parameters
    ----------
    market, work
        The market, and arrays to write on.
    prices
        Where to begin; where each case ends.
    limit
        Most steps of a case from there.
    tolerance
        Largest residual over node size at which a case is done [1].
    level
        True to level nodes that are far out of balance first.
    """
    size = prices.shape[0]
    residual, taken = np.zeros(size), np.zeros(size, dtype=np.int64)
    status = np.zeros(size, dtype=np.int64)
    for row in range(size):
        case = _case(market, row)
        work.nodes[HERE] = prices[row]
        first = evaluate(case, work, work.nodes[HERE])
        if level:
            first = levelled(case, work, first)
        residual[row], taken[row], status[row] = _search(case, work, first, limit, tolerance)
        if status[row] != SOLVED:
            work.nodes[HERE] = 0.0
            first = evaluate(case, work, work.nodes[HERE])
            residual[row], more, status[row] = _search(case, work, first, MORE_STEPS, tolerance)
            taken[row] += more
        prices[row] = work.nodes[HERE]
    return residual, taken, status


@jitted
def _case(market: Market, row: int) -> Market:
    """Return one case of a batch."""
    ore, metal = market.ore, market.metal
    return Market(
        market.mines,
        market.plants,
        market.users,
        market.price_mine,
        market.price_gate,
        market.price_refined,
        market.nodes[row],
        market.groups[row],
        market.weight[row],
        Links(ore.tail, ore.places, ore.first, ore.numbers[row]),
        Links(metal.tail, metal.places, metal.first, metal.numbers[row]),
    )


@jitted
def _search(
    case: Market, work: Work, residual: float, limit: int, tolerance: float
) -> tuple[float, int, int]:
    """Move one case; return its residual, the steps taken and how it ended."""
    step = work.nodes[STEP]
    for taken in range(limit):
        if residual <= tolerance:
            return residual, taken, SOLVED
        if not math.isfinite(residual):
            return residual, taken, NOT_FINITE
        if not newton_step(case, work):
            return residual, taken, SINGULAR
        for node in range(step.size):
            step[node] = min(max(step[node], -LONGEST_STEP), LONGEST_STEP)
        residual = _moved(case, work, residual)
    return residual, limit, SOLVED if residual <= tolerance else LEFT


@jitted
def _moved(case: Market, work: Work, residual: float) -> float:
    """Move the case along its step; return the residual where it then stands."""
    at, low, high = work.nodes, case.nodes[LOW], case.nodes[HIGH]
    length, chosen, least, reached = 1.0, 0.5**HALVINGS, np.inf, residual
    for trial in range(MOST_HALVINGS + 2):
        if trial == MOST_HALVINGS + 1:
            length = chosen
        for node in range(low.size):
            moved = at[HERE, node] + length * at[STEP, node]
            at[THERE, node] = min(max(moved, low[node]), high[node])
        reached = evaluate(case, work, at[THERE])
        if reached < residual * (1.0 - LEAST_FALL * length):
            if trial == 0:
                break
            if reached < least:
                chosen, least = length, reached
        length *= 0.5
    at[HERE] = at[THERE]
    return reached


def iterate(
    problem: Problem,
    prices: Prices,
    iterations: np.ndarray,
    until: tuple[int, float],
    level: bool,
) -> np.ndarray:
    """Iterate prices in place, as `oreacle.market.newton.iterate`; return the residuals.

    Parameters
    ----------
    problem
        A market without certificates and indirect ways.
    prices
        Where to begin; where each case ends.
    iterations
        Steps taken, to which those taken here are added, shape (batch,).
    until
        Most steps of a case from its start, and the largest residual at which it is done [1].
    level
        True to level nodes that are far out of balance first.

    Returns
    -------
    residual
        Shape (batch,) [1]; infinite where a case met a singular system, or prices at which a
        balance is not a number.
    """
    market = packed(problem)
    flat = np.concatenate(prices.parts, axis=1)
    residual, taken, status = search_all(market, workspace(market), flat, *until, level)
    iterations += taken
    ends = np.cumsum([part.shape[1] for part in prices.parts])[:-1]
    for part, found in zip(prices.parts, np.split(flat, ends, axis=1), strict=True):
        part[:] = found
    return np.where(status >= SINGULAR, np.inf, residual)
