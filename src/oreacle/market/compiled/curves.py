"""Supply and demand curves, support and stocks of one node, compiled.

Does      Evaluates at one node what `curves`, `support` and `stocks` evaluate for arrays.
Units     t/yr; prices as log over base; slopes t/yr per unit of the argument.
Method    The same formulas; what is nil is not worked out.
Assumes   One case of a market as `oreacle.market.compiled.pack` lays it out.
Not here  Why the curves have these forms: see `oreacle.market.curves`.
"""

from __future__ import annotations

import math

import numpy as np

from oreacle.market.compiled.jit import jitted
from oreacle.market.compiled.pack import (
    BONUS,
    CHOKE,
    ELASTICITY,
    FILLED,
    FLOOR,
    FULL,
    GROUP_ELASTICITY,
    GUARANTEE,
    LAST,
    MIDDLE,
    PURCHASE,
    PURCHASE_LIMIT,
    RELEASE,
    RELEASE_FROM,
    RESPONSE,
    RHO,
    SPREAD,
    STOCK,
    USUAL,
    WHOLE,
    WIDTH,
)
from oreacle.market.curves import MOST_OVER, SHUTDOWN_SHARPNESS
from oreacle.market.stocks import ORDER_WIDTH
from oreacle.market.support import UNSOLD_WIDTH

FARTHEST = 50.0
"""Widths beyond which an order is filled for good [1], as in `oreacle.market.stocks`."""


@jitted
def supplied(nodes: np.ndarray, node: int, argument: float) -> tuple[float, float]:
    """Return output and slope of a mine, a refinery or scrap, as `SupplyCurve.output`."""
    full = nodes[FULL, node]
    if full == 0.0:
        return 0.0, 0.0
    elasticity, floor, rho = nodes[ELASTICITY, node], nodes[FLOOR, node], nodes[RHO, node]
    filled = nodes[FILLED, node]
    held = max(argument, floor)
    decay = math.exp(SHUTDOWN_SHARPNESS * (floor - held))
    gap = math.exp(min((-rho * elasticity) * held, MOST_OVER)) * (1.0 - filled)
    bracket = max(gap + filled, 1e-300)
    body = math.exp(math.log(bracket) * (-1.0 / rho)) * full
    run = 1.0 - decay
    begun = SHUTDOWN_SHARPNESS * decay if argument > floor else 0.0
    return body * run, (gap / bracket * elasticity * run + begun) * body


@jitted
def used(groups: np.ndarray, weight: np.ndarray, w: float) -> tuple[float, float]:
    """Return use of one user over all groups and its slope, as `DemandCurve.total`.

    Parameters
    ----------
    groups, weight
        What holds in groups, shape (5, group), and the user's demand, (group,).
    w
        Log delivered price over base.
    """
    use, slope = 0.0, 0.0
    for group in range(weight.size):
        if weight[group] == 0.0 or w >= groups[CHOKE, group]:
            continue
        elasticity, width = groups[GROUP_ELASTICITY, group], groups[SPREAD, group]
        gone = math.exp(min((w - groups[MIDDLE, group]) / width, MOST_OVER))
        keep = 1.0 / (1.0 + gone)
        level = math.exp(-elasticity * w) * weight[group]
        kept = level * max(keep - groups[LAST, group], 0.0)
        use += kept
        slope -= elasticity * kept + level * (gone * keep * keep / width)
    return use, slope


@jitted
def helped(nodes: np.ndarray, node: int) -> bool:
    """Return True for a producer with support."""
    return bool(nodes[BONUS, node] != 0.0 or nodes[GUARANTEE, node] != 0.0)


@jitted
def seen(nodes: np.ndarray, node: int, price: float) -> tuple[float, float]:
    """Return a producer's price and how it moves with the market price, as `seen_price`."""
    floor = nodes[GUARANTEE, node]
    return max(price, floor) + nodes[BONUS, node], price if price >= floor else 0.0


@jitted
def sold(nodes: np.ndarray, node: int, log_price: float) -> tuple[float, float]:
    """Return the share of output that finds a buyer and its slope, as `sold_share`."""
    if not (nodes[BONUS, node] > 0.0 or nodes[GUARANTEE, node] > 0.0):
        return 1.0, 0.0
    above = max(log_price - nodes[FLOOR, node], 0.0)
    decay = math.exp(-above / UNSOLD_WIDTH)
    return 1.0 - decay, decay / UNSOLD_WIDTH if above > 0.0 else 0.0


@jitted
def private(nodes: np.ndarray, node: int, log_price: float) -> tuple[float, float]:
    """Return what private holders release and its slope, as `private_release`."""
    stock, response = nodes[STOCK, node], nodes[RESPONSE, node]
    if stock == 0.0:
        return 0.0, 0.0
    distance = log_price - nodes[USUAL, node]
    decay = math.exp(-response * abs(distance))
    moved = stock * (1.0 - decay)
    return moved if distance >= 0.0 else -moved, stock * response * decay


@jitted
def metal_given(nodes: np.ndarray, node: int, log_price: float) -> tuple[float, float]:
    """Return what stocks give to a user, net of what they buy, as `metal_supply`."""
    flow, slope = private(nodes, node, log_price)
    release, purchase = nodes[RELEASE, node], nodes[PURCHASE, node]
    if release != 0.0:
        distance = (log_price - nodes[RELEASE_FROM, node]) / nodes[WIDTH, node]
        if distance > 0.0:
            held = math.exp(-min(distance, FARTHEST))
            flow += release * (1.0 - held)
            slope += release * held / nodes[WIDTH, node]
    if purchase != 0.0:
        distance = (nodes[PURCHASE_LIMIT, node] - log_price) / ORDER_WIDTH
        if distance > 0.0:
            gap = math.exp(-min(distance, FARTHEST))
            flow -= purchase * (1.0 - gap) / nodes[WHOLE, node]
            slope += purchase * gap / nodes[WHOLE, node] / ORDER_WIDTH
    return flow, slope
