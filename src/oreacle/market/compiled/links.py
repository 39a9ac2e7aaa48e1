"""Flows on the links of one case, compiled.

Does      Evaluates flows under caps and quotas, and their slopes, as `oreacle.market.links`.
Units     t/yr; prices as log over base.
Method    The same formulas link by link. A quota is shared out by one level for all bound flows:
          links at their own cap are settled, and the level of the others is worked out anew.
Assumes   Links sorted by exporter.
Not here  Balances: see `oreacle.market.compiled.balance`.
"""

from __future__ import annotations

import math

import numpy as np

from oreacle.market.compiled.elementary import exp_all, log_all
from oreacle.market.compiled.jit import jitted
from oreacle.market.compiled.pack import (
    CAP,
    DOLLARS,
    EXCESS,
    FLOW,
    FREE,
    FREE_TAIL,
    HEAD,
    OUTSIDE,
    QUOTA,
    RATE,
    SHARED,
    STRENGTH,
    SUBSTITUTION,
    TOTAL,
    WISH,
    Links,
)
from oreacle.market.links import HUGE_EXPONENT


@jitted
def carry(
    links: Links, nodes: np.ndarray, prices: np.ndarray, work: np.ndarray, out: np.ndarray
) -> None:
    """Write flows and slopes, and take flows from balances of tails to those of heads.

    Parameters
    ----------
    links, nodes
        Links of one case, and what holds at its nodes.
    prices
        Log prices, shape (node,).
    work, out
        What is written at nodes and at links.
    """
    places, numbers = links.places, links.numbers
    tail = links.tail
    if not _wish(links, nodes, prices, out):
        work[EXCESS, tail] = np.nan
        return
    for t in range(links.first.size - 1):
        node = tail + t
        first, last = links.first[t], links.first[t + 1]
        s, sent, leaving = nodes[SUBSTITUTION, node], 0.0, 0.0
        for link in range(first, last):
            wish, cap = out[WISH, link], numbers[CAP, link]
            free = s * wish if wish < cap else 0.0
            out[FLOW, link] = min(wish, cap)
            out[FREE, link] = free
            out[FREE_TAIL, link] *= free
            out[SHARED, link] = 0.0
        for link in range(first, last):
            sent += out[FLOW, link]
            leaving += places[OUTSIDE, link] * out[FLOW, link]
        work[TOTAL, node] = 0.0
        if leaving > nodes[QUOTA, node]:
            level = _water_level(places, first, last, nodes[QUOTA, node], out)
            work[TOTAL, node], sent = _held_back(places, first, last, level, out)
        work[EXCESS, node] -= sent
        for link in range(first, last):
            work[EXCESS, places[HEAD, link]] += out[FLOW, link]


@jitted
def _wish(links: Links, nodes: np.ndarray, prices: np.ndarray, out: np.ndarray) -> bool:
    """Write what links would carry without limits, and the share of cost that moves with the tail.

    Return False where a landed cost is not positive.
    """
    places, numbers = links.places, links.numbers
    wish, share, scratch, landed = out[WISH], out[FREE_TAIL], out[FLOW], out[SHARED]
    least, tail = 1.0, links.tail
    for t in range(links.first.size - 1):
        price = math.exp(prices[tail + t])
        for link in range(links.first[t], links.first[t + 1]):
            paid = price * numbers[RATE, link]
            landed[link] = paid + numbers[DOLLARS, link]
            share[link] = paid / landed[link]
            wish[link] = landed[link]
    for link in range(wish.size):
        least = min(least, landed[link])
    log_all(wish, scratch)
    for t in range(links.first.size - 1):
        s = nodes[SUBSTITUTION, tail + t]
        for link in range(links.first[t], links.first[t + 1]):
            gap = prices[places[HEAD, link]] - wish[link]
            wish[link] = min(s * gap, HUGE_EXPONENT)
    exp_all(wish, scratch)
    for link in range(wish.size):
        wish[link] *= numbers[STRENGTH, link]
    return least > 0.0


@jitted
def _held_back(
    places: np.ndarray, first: int, last: int, level: float, out: np.ndarray
) -> tuple[float, float]:
    """Scale down what leaves a territory; return what shares the quota, and all that is sent."""
    total, sent = 0.0, 0.0
    for link in range(first, last):
        wish, limit = out[WISH, link], out[FLOW, link]
        if places[OUTSIDE, link] != 0:
            scaled = level * wish
            out[FLOW, link] = min(scaled, limit)
            out[FREE, link] = 0.0
            out[FREE_TAIL, link] = 0.0
            if scaled < limit:
                out[SHARED, link] = scaled
                total += scaled
        sent += out[FLOW, link]
    return total, sent


@jitted
def _water_level(places: np.ndarray, first: int, last: int, quota: float, out: np.ndarray) -> float:
    """Return t with sum(min(t wish, limit)) = quota over links that leave the territory."""
    level = 0.0
    for _ in range(last - first + 1):
        settled, still = 0.0, 0.0
        for link in range(first, last):
            if places[OUTSIDE, link] != 0:
                wish, limit = out[WISH, link], out[FLOW, link]
                if level > 0.0 and level * wish >= limit:
                    settled += limit
                else:
                    still += wish
        if still <= 0.0:
            return level
        higher = (quota - settled) / still
        if higher <= level:
            return level
        level = higher
    return level
