"""Excess supply at every node of one case, compiled.

Does      Evaluates the four balances and the slopes that Newton needs, as `oreacle.market.balance`.
Units     t/yr; prices as log over base.
Method    The same formulas, node by node and link by link.
Assumes   One case of a market as `oreacle.market.compiled.pack` lays it out.
Not here  The step: see `oreacle.market.compiled.step`.
"""

from __future__ import annotations

import math

import numpy as np

from oreacle.market.compiled.curves import (
    helped,
    metal_given,
    private,
    seen,
    sold,
    supplied,
    used,
)
from oreacle.market.compiled.jit import jitted
from oreacle.market.compiled.links import carry
from oreacle.market.compiled.pack import EXCESS, MADE, MORE, SCALE, SLOPE, Market, Work


@jitted
def evaluate(case: Market, work: Work, prices: np.ndarray) -> float:
    """Write the balances at log `prices`; return the largest residual over node size [1].

    It is infinite where a balance is not a number.
    """
    nodes, at = case.nodes, work.nodes
    plant = case.mines + case.plants
    _mines(nodes, at, prices, case.mines, case.price_mine)
    _refineries(nodes, at, prices, (case.mines, plant), (case.price_gate, case.price_refined))
    _users(nodes, at, prices, case.groups, case.weight)
    carry(case.ore, nodes, prices, at, work.ore)
    carry(case.metal, nodes, prices, at, work.metal)
    worst = 0.0
    for node in range(prices.size):
        part = abs(at[EXCESS, node]) / nodes[SCALE, node]
        if not part <= worst:
            if math.isnan(part):
                return np.inf
            worst = part
    return worst


@jitted
def _mines(nodes: np.ndarray, at: np.ndarray, prices: np.ndarray, count: int, base: float) -> None:
    for m in range(count):
        if helped(nodes, m):
            price, moves = seen(nodes, m, base * math.exp(prices[m]))
            output, slope = supplied(nodes, m, math.log(price / base))
            slope *= moves / price
            part, rises = sold(nodes, m, prices[m])
            output, slope = output * part, slope * part + output * rises
        else:
            output, slope = supplied(nodes, m, prices[m])
        at[MADE, m], at[SLOPE, m], at[EXCESS, m] = output, slope, output


@jitted
def _refineries(
    nodes: np.ndarray,
    at: np.ndarray,
    prices: np.ndarray,
    first: tuple[int, int],
    base: tuple[float, float],
) -> None:
    """Write balances of gates and refined nodes, which begin at `first`."""
    margin = base[1] - base[0]
    for gate in range(first[0], first[1]):
        plant = gate - first[0] + first[1]
        cost = base[0] * math.exp(prices[gate])
        price = moves = base[1] * math.exp(prices[plant])
        part, rises = 1.0, 0.0
        if helped(nodes, plant):
            price, moves = seen(nodes, plant, price)
            part, rises = sold(nodes, plant, prices[plant])
        made, slope = supplied(nodes, gate, (price - cost) / margin - 1.0)
        per_dollar = slope / margin * part
        scrap, scrap_slope = supplied(nodes, plant, prices[plant])
        released, release_slope = private(nodes, gate, prices[gate])
        at[MADE, gate], at[MADE, plant] = made * part, scrap
        at[SLOPE, gate] = per_dollar * cost
        at[SLOPE, plant] = per_dollar * moves + made * rises
        at[MORE, gate], at[MORE, plant] = release_slope, scrap_slope
        at[EXCESS, gate] = released - made * part
        at[EXCESS, plant] = made * part + scrap


@jitted
def _users(
    nodes: np.ndarray, at: np.ndarray, prices: np.ndarray, groups: np.ndarray, weight: np.ndarray
) -> None:
    first = prices.size - weight.shape[0]
    for user in range(weight.shape[0]):
        node = first + user
        use, slope = used(groups, weight[user], prices[node])
        given, rises = metal_given(nodes, node, prices[node])
        at[SLOPE, node] = slope - rises
        at[EXCESS, node] = given - use
