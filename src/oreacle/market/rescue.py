"""Solve a market that Newton's method gives up on.

Does      Finds the prices of one case by trust-region least squares on the logs of its balances.
Units     Log prices over base.
Method    Residual log(in / out) at each node, where the curves of a market are near to linear,
          with the exact Jacobian (Branch, Coleman and Li 1999, as `scipy.optimize.least_squares`).
          A node that moves next to nothing counts by its plain difference over its size.
Assumes   A handful of cases in many thousands: it takes tens of milliseconds for each.
Not here  The usual way: see `oreacle.market.kernel`.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import least_squares

from oreacle.market.balance import Balance, evaluate, node_scale
from oreacle.market.links import LinkState
from oreacle.market.problem import Prices, Problem

MOST_STEPS = 400
TINY = 1e-9
"""Share of its size below which a node counts by its plain difference [1]."""
FARTHEST = 30.0
"""Bound on all log prices that have no bound of their own [1]."""


def rescue(problem: Problem, start: Prices) -> Prices:
    """Return prices of a single case that balance it, or come as near as the method gets.

    Parameters
    ----------
    problem
        A market with one case.
    start
        Where to begin, inside the bounds of the curves.
    """
    low, high = _bounds(problem)
    first = np.clip(_flat(start), low + 1e-9, high - 1e-9)
    found = least_squares(
        lambda x: _residual(problem, evaluate(problem, _prices(problem, x))),
        first,
        jac=lambda x: _jacobian(problem, evaluate(problem, _prices(problem, x))),
        bounds=(low, high),
        xtol=1e-15,
        ftol=1e-15,
        gtol=1e-15,
        max_nfev=MOST_STEPS,
    )
    return _prices(problem, found.x)


def _flat(prices: Prices) -> np.ndarray:
    return np.concatenate([part[0] for part in prices.parts])


def _prices(problem: Problem, flat: np.ndarray) -> Prices:
    mines, plants = len(problem.miners), len(problem.refiners)
    ends = np.cumsum([mines, plants, plants])
    return Prices(*(part[None] for part in np.split(flat, ends)))


def _bounds(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    mines, plants, users = len(problem.miners), len(problem.refiners), len(problem.users)
    free = np.full(2 * plants, FARTHEST)
    floor = np.broadcast_to(np.asarray(problem.mine_curve.floor).ravel(), (mines,))
    choke = np.broadcast_to(np.asarray(problem.demand_curve.highest_choke).ravel(), (users,))
    most = np.full(mines, FARTHEST)
    return np.concatenate([floor, -free, np.full(users, -FARTHEST)]), np.concatenate(
        [most, free, choke]
    )


def _sides(problem: Problem, balance: Balance) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what links carry at each node, its own side, and its size, shape (node,) [t/yr].

    The sign is that of excess supply: own side less links at mines and refined nodes, links less
    own side at gates and users.
    """
    scale = node_scale(problem)
    made = balance.throughput + balance.scrap
    links = (
        balance.ore.flow.sum(axis=2),
        balance.ore.flow.sum(axis=1) + balance.ore_release,
        balance.metal.flow.sum(axis=2),
        balance.metal.flow.sum(axis=1),
    )
    own = (balance.output, balance.throughput, made, balance.use - balance.metal_release)
    sizes = (scale.mine, scale.refinery, scale.refinery, scale.user)
    flat = [np.concatenate([part[0] for part in parts]) for parts in (links, own, sizes)]
    return flat[0], flat[1], flat[2]


def _signs(problem: Problem) -> np.ndarray:
    mines, plants, users = len(problem.miners), len(problem.refiners), len(problem.users)
    return np.concatenate([np.ones(mines), -np.ones(plants), np.ones(plants), -np.ones(users)])


def _weights(problem: Problem, balance: Balance) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the residual, and what divides the slopes of links and of the own side."""
    links, own, size = _sides(problem, balance)
    usable = (links > TINY * size) & (own > TINY * size)
    safe_links, safe_own = np.where(usable, links, size), np.where(usable, own, size)
    gap = np.where(usable, np.log(safe_own / safe_links), (own - links) / size)
    return _signs(problem) * gap, safe_links, safe_own


def _residual(problem: Problem, balance: Balance) -> np.ndarray:
    return _weights(problem, balance)[0]


def _jacobian(problem: Problem, balance: Balance) -> np.ndarray:
    """Return the slopes of the residual over all log prices, shape (node, node)."""
    _, links, own = _weights(problem, balance)
    by_links, by_own = _link_slopes(problem, balance), _own_slopes(problem, balance)
    return np.asarray(by_links / links[:, None] + by_own / own[:, None])


def _own_slopes(problem: Problem, balance: Balance) -> np.ndarray:
    """Return slopes of excess supply that come from nodes' own curves."""
    mines, plants, users = len(problem.miners), len(problem.refiners), len(problem.users)
    m, g, r = np.arange(mines), mines + np.arange(plants), mines + plants + np.arange(plants)
    u = mines + 2 * plants + np.arange(users)
    slopes = np.zeros((u.size + u[0], u.size + u[0]))
    slopes[m, m] = balance.output_slope[0]
    slopes[g, g], slopes[g, r] = balance.by_gate[0], -balance.by_refined[0]
    slopes[r, g] = -balance.by_gate[0]
    slopes[r, r] = balance.by_refined[0] + balance.scrap_slope[0]
    slopes[u, u] = -balance.use_slope[0]
    return slopes


def _link_slopes(problem: Problem, balance: Balance) -> np.ndarray:
    """Return slopes of excess supply that come from links, and from ore in stock."""
    mines, plants, users = len(problem.miners), len(problem.refiners), len(problem.users)
    size = mines + 2 * plants + users
    slopes = np.zeros((size, size))
    _put(slopes, balance.ore, 0, mines)
    _put(slopes, balance.metal, mines + plants, mines + 2 * plants)
    gates = mines + np.arange(plants)
    slopes[gates, gates] += np.broadcast_to(balance.gate_slope, (1, plants))[0]
    return slopes


def _put(slopes: np.ndarray, state: LinkState, tail: int, head: int) -> None:
    """Add the slopes of one kind of links whose nodes begin at `tail` and `head`."""
    tails, heads = state.flow.shape[1:]
    t, h = tail + np.arange(tails), head + np.arange(heads)
    slopes[t, t] += state.free_tail[0].sum(axis=1)
    slopes[np.ix_(t, h)] -= state.free[0]
    slopes[np.ix_(h, t)] -= state.free_tail[0].T
    slopes[h, h] += (state.free + state.bound)[0].sum(axis=0)
    for k in np.flatnonzero(state.shared_total[0] > 0):
        coupling = np.outer(state.bound[0, k], state.shared[0, k]) / state.shared_total[0, k]
        slopes[np.ix_(h, h)] -= coupling
