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
    DIAGONAL,
    EXCESS,
    FREE,
    FREE_TAIL,
    HEAD,
    HERE,
    HIGH,
    LOW,
    MADE,
    MORE,
    SCALE,
    SLOPE,
    STEP,
    TAIL,
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
    at, scale, mines, plants = work.nodes, case.nodes[SCALE], case.mines, case.plants
    links = at[DIAGONAL]
    links[:] = 0.0
    _put_slopes(case.ore, work.ore, at)
    _put_slopes(case.metal, work.metal, at)
    at[STEP] = 0.0
    is_far = False
    for node in range(mines + 2 * plants):
        made, excess, own, size = at[MADE, node], at[EXCESS, node], at[SLOPE, node], scale[node]
        # Sales and output of mines and refined nodes; use and arrivals of gates.
        over, under, by_over, by_under = made - excess, made, links[node], own
        if mines <= node < mines + plants:
            over, under, by_over, by_under = made, made + excess, own, links[node]
        elif node >= mines + plants:
            under += at[MADE, node - plants]
            over += at[MADE, node - plants]
            by_under += at[MORE, node]
        at[STEP, node], far = _move((over, under), (by_over, by_under), NOTHING * size)
        is_far = is_far or far
    return is_far


@jitted
def _move(
    tonnes: tuple[float, float], slopes: tuple[float, float], least: float
) -> tuple[float, bool]:
    """Return the change of a node's log price, and True if it is far out of balance.

    Parameters
    ----------
    tonnes
        What leaves and what arrives, whose logs should be the same [t/yr].
    slopes
        Their slopes over the node's log price, of opposite signs, both given as positive.
    least
        Tonnes that count as none [t/yr].
    """
    above, below = max(tonnes[0], least), max(tonnes[1], least)
    gap = math.log(above) - math.log(below)
    response = slopes[0] / above + slopes[1] / below
    if not abs(gap) > FAR:
        return 0.0, False
    if not response > 0.0:
        return 0.0, True
    return min(max(gap / response, -LONGEST_MOVE), LONGEST_MOVE), True


@jitted
def _put_slopes(links: Links, state: np.ndarray, at: np.ndarray) -> None:
    """Add the slopes of what links carry over the prices of their tails and heads."""
    for link in range(links.places.shape[1]):
        at[DIAGONAL, links.places[TAIL, link]] += state[FREE_TAIL, link]
        at[DIAGONAL, links.places[HEAD, link]] += state[FREE, link]
