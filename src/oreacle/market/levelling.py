"""A first guess where a node is far out of balance: its own price moves until it is about level.

Does      Moves prices of mines and refineries whose sales and output differ by a large factor.
Units     Log prices over base.
Method    Newton on the log of sales over output at each node alone, all other prices held. In logs
          the response of a link is nearly a straight line: two sweeps price a mine that an accident
          leaves with a thousandth of its capacity about right, where Newton on tonnes needs a step
          for every factor of e.
Assumes   It shapes the start only: what counts as solved is decided elsewhere, and a case that the
          sweeps leave worse off keeps its first start.
Not here  The solution: see `oreacle.market.kernel`.
"""

from __future__ import annotations

import numpy as np

from oreacle.market.balance import (
    Balance,
    NodeScale,
    evaluate,
    imbalance,
    node_scale,
    over_heads,
    over_tails,
)
from oreacle.market.newton import bounded
from oreacle.market.problem import Prices, Problem

SWEEPS = 2
"""Sweeps; more of them save no time: Newton takes over from there."""
FAR = 1.0
"""Log of sales over output from which on a node is levelled [1]: Newton deals well with less."""
LONGEST_MOVE = 4.0
"""Largest change of a log price in a sweep [1]."""
NOTHING = 1e-9
"""Tonnes over node size that count as none [1]."""


def levelled(problem: Problem, prices: Prices) -> Prices:
    """Return prices with nodes that are far out of balance about level.

    Parameters
    ----------
    problem
        The market.
    prices
        Log prices over base where the solve would begin; they are not written.
    """
    scale = node_scale(problem)
    balance = evaluate(problem, prices)
    rows = np.flatnonzero(_is_far(balance, scale))
    if rows.size == 0:
        return prices
    part, here = problem.take(rows), prices.take(rows)
    scale = node_scale(part)
    balance = evaluate(part, here)
    first = imbalance(balance, scale)
    for _ in range(SWEEPS):
        here = bounded(part, _swept(balance, scale, here))
        balance = evaluate(part, here)
        if not _is_far(balance, scale).any():
            break
    better = np.flatnonzero(imbalance(balance, scale) < first)
    moved = prices.copy()
    moved.put(rows[better], here.take(better))
    return moved


def _is_far(balance: Balance, scale: NodeScale) -> np.ndarray:
    """Return True for cases in which some node is far out, shape (batch,)."""
    gaps = _gaps(balance, scale)
    return np.asarray(np.any([(np.abs(gap) > FAR).any(axis=1) for gap in gaps], axis=0))


def _gaps(balance: Balance, scale: NodeScale) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return log of tonnes leaving over arriving at mines, gates and refineries [1]."""
    arriving = balance.throughput + balance.gate
    made = balance.throughput + balance.scrap
    return (
        _log(balance.output - balance.mine, scale.mine) - _log(balance.output, scale.mine),
        _log(balance.throughput, scale.refinery) - _log(arriving, scale.refinery),
        _log(made - balance.refined, scale.refinery) - _log(made, scale.refinery),
    )


def _log(tonnes: np.ndarray, scale: np.ndarray) -> np.ndarray:
    return np.asarray(np.log(np.maximum(tonnes, NOTHING * scale)))


def _swept(balance: Balance, scale: NodeScale, here: Prices) -> Prices:
    """Return prices after one step of each far node alone."""
    mine, gate, refined = _gaps(balance, scale)
    made = balance.throughput + balance.scrap

    def per(slope: np.ndarray, tonnes: np.ndarray, size: np.ndarray) -> np.ndarray:
        return np.asarray(slope / np.maximum(tonnes, NOTHING * size))

    at_mine = per(over_heads(balance.ore.free_tail), balance.output - balance.mine, scale.mine)
    at_mine += per(balance.output_slope, balance.output, scale.mine)
    at_gate = per(
        over_tails(balance.ore.free), balance.throughput + balance.gate, scale.refinery
    ) + per(balance.by_gate, balance.throughput, scale.refinery)
    sold = made - balance.refined
    at_plant = per(over_heads(balance.metal.free_tail), sold, scale.refinery)
    at_plant += per(balance.by_refined + balance.scrap_slope, made, scale.refinery)
    return Prices(
        here.mine + _move(mine, at_mine),
        here.gate + _move(gate, at_gate),
        here.refined + _move(refined, at_plant),
        here.delivered,
    )


def _move(gap: np.ndarray, response: np.ndarray) -> np.ndarray:
    """Return the change of each node's log price; none where it is near level or cannot answer."""
    step = np.divide(gap, response, out=np.zeros_like(gap), where=response > 0)
    return np.where(np.abs(gap) > FAR, np.clip(step, -LONGEST_MOVE, LONGEST_MOVE), 0.0)
