"""A first guess where a node of one case is far out of balance, compiled.

Does      Moves prices of mines and refineries whose sales and output differ by a large factor.
Units     Log prices over base.
Method    As `oreacle.market.levelling`, node by node.
Assumes   It shapes the start only; a case that the sweeps leave worse off keeps its first start.
Not here  The solution: see `oreacle.market.compiled.search`.
"""

from __future__ import annotations

import math

import numpy as np

from oreacle.market.compiled.balance import evaluate
from oreacle.market.compiled.jit import jitted
from oreacle.market.compiled.pack import (
    BY_HEAD,
    EXCESS,
    FREE,
    FREE_TAIL,
    HERE,
    HIGH,
    LOW,
    MADE,
    MORE,
    SCALE,
    SLOPE,
    STEP,
    THERE,
    Links,
    Market,
    Work,
)
from oreacle.market.levelling import FAR, LONGEST_MOVE, NOTHING, SWEEPS


@jitted
def levelled(case: Market, work: Work, first: float) -> float:
    """Put prices at which no node is far out of balance in place of the start, if better.

    Parameters
    ----------
    case, work
        The case, and its balances at the start.
    first
        Residual at the start [1].

    Returns
    -------
    residual
        Residual where the case then stands, whose balances are in place [1].
    """
    at = work.nodes
    reached = first
    at[THERE] = at[HERE]
    for sweep in range(SWEEPS):
        if not _swept(case, work):
            if sweep == 0:
                return first
            break
        for node in range(at.shape[1]):
            moved = at[THERE, node] + at[STEP, node]
            at[THERE, node] = min(max(moved, case.nodes[LOW, node]), case.nodes[HIGH, node])
        reached = evaluate(case, work, at[THERE])
    if reached < first:
        at[HERE] = at[THERE]
        return reached
    return evaluate(case, work, at[HERE])


@jitted
def _swept(case: Market, work: Work) -> bool:
    """Write the step of each far node alone; return False if no node is far."""
    at, scale = work.nodes, case.nodes[SCALE]
    is_far = False
    at[STEP] = 0.0
    for m in range(case.mines):
        made, size = at[MADE, m], NOTHING * scale[m]
        tails = _slope_by_tail(case.ore, work.ore, m)
        at[STEP, m], far = _move(made - at[EXCESS, m], made, (tails, at[SLOPE, m]), size)
        is_far = is_far or far
    for k in range(case.plants):
        gate, plant = case.mines + k, case.mines + case.plants + k
        size, from_ore = NOTHING * scale[gate], at[MADE, gate]
        heads = _slope_by_head(case.ore, work.ore, k)
        arriving = from_ore + at[EXCESS, gate]
        at[STEP, gate], far = _move(from_ore, arriving, (at[SLOPE, gate], heads), size)
        is_far = is_far or far
        made = from_ore + at[MADE, plant]
        tails = _slope_by_tail(case.metal, work.metal, k)
        own = at[SLOPE, plant] + at[MORE, plant]
        at[STEP, plant], far = _move(made - at[EXCESS, plant], made, (tails, own), size)
        is_far = is_far or far
    return is_far


@jitted
def _move(
    over: float, under: float, slopes: tuple[float, float], least: float
) -> tuple[float, bool]:
    """Return the change of a node's log price, and True if it is far out of balance.

    Parameters
    ----------
    over, under
        Tonnes whose logs should be the same [t/yr].
    slopes
        Their slopes over the node's log price, of opposite signs, both given as positive.
    least
        Tonnes that count as none [t/yr].
    """
    above, below = max(over, least), max(under, least)
    gap = math.log(above) - math.log(below)
    response = slopes[0] / above + slopes[1] / below
    if not abs(gap) > FAR:
        return 0.0, False
    if not response > 0.0:
        return 0.0, True
    return min(max(gap / response, -LONGEST_MOVE), LONGEST_MOVE), True


@jitted
def _slope_by_tail(links: Links, state: np.ndarray, tail: int) -> float:
    total = 0.0
    for link in range(links.first[tail], links.first[tail + 1]):
        total += state[FREE_TAIL, link]
    return total


@jitted
def _slope_by_head(links: Links, state: np.ndarray, head: int) -> float:
    total = 0.0
    for place in range(links.first_by_head[head], links.first_by_head[head + 1]):
        total += state[FREE, links.places[BY_HEAD, place]]
    return total
