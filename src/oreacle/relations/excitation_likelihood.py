"""The likelihood of acts that call forth acts, with its slopes.

Does      Gives the penalised log-likelihood of `.excitation` and its gradient.
Units     Log-likelihood; branching in acts per act.
Method    Integral over the lasting hostility of pairs and sides on a grid of normal nodes; slopes
          by Fisher's identity: the mean of the complete-data slopes under the posterior of the
          grid (Louis 1982).
Assumes   A point is laid out as levels of classes, levels of years, spreads of pairs and of
          sides, total branching, and the share of cross branching in it.
Not here  The search: see `.excitation`.

References
----------
Louis, T. A. (1982). Finding the observed information matrix when using the EM algorithm. Journal
of the Royal Statistical Society B 44(2), 226-233.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.special import logsumexp

from oreacle.relations.excitation_memory import Memory

MOST_BRANCHING = 0.8
"""Bound of own plus cross branching [1]: above one, acts would breed without end."""
NODES = np.arange(-3.0, 5.01, 0.25)
"""Standard normal nodes of the integrals over lasting hostility."""
LOG_WEIGHTS = -0.5 * NODES**2 - logsumexp(-0.5 * NODES**2)
YEAR_PENALTY = 1.0
CLASS_PENALTY = 0.05
"""Ridges on the levels of years, and on those of classes around their common level."""


def branching_of(tail: np.ndarray, held: Mapping[str, float]) -> tuple[float, float]:
    """Return own and cross branching of the last two numbers of a point.

    With one of them held, the first number is the other one, squeezed below the bound.
    """
    total, share = float(tail[0]), float(tail[1])
    own, cross = held.get("own"), held.get("cross")
    if own is not None and cross is not None:
        return own, cross
    if cross is not None:
        return total * (1.0 - cross / MOST_BRANCHING), cross
    if own is not None:
        return own, total * (1.0 - own / MOST_BRANCHING)
    return total * (1.0 - share), total * share


def _tail_slope(
    tail: np.ndarray, held: Mapping[str, float], own: float, cross: float
) -> tuple[float, float]:
    """Return the slopes in the last two numbers from those in own and cross branching."""
    total, share = float(tail[0]), float(tail[1])
    if "own" in held and "cross" in held:
        return 0.0, 0.0
    if "cross" in held:
        return own * (1.0 - held["cross"] / MOST_BRANCHING), 0.0
    if "own" in held:
        return cross * (1.0 - held["own"] / MOST_BRANCHING), 0.0
    return own * (1.0 - share) + cross * share, total * (cross - own)


def negative_likelihood(
    point: np.ndarray, memory: Memory, held: Mapping[str, float]
) -> tuple[float, np.ndarray]:
    """Return the negative penalised log-likelihood and its slopes."""
    classes, years = len(memory.idle), len(memory.periods)
    alpha, beta = point[:classes], point[classes : classes + years]
    own, cross = branching_of(point[-2:], held)
    log_w = log_hostility(point[-4], point[-3])
    weights, value = hostility_weights(memory, alpha, beta, point[-4:-2], (own, cross))
    slope = np.zeros(len(point))
    rate, live = np.exp(alpha), float(memory.periods @ np.exp(beta))
    base = np.exp(log_w)[None] * np.exp(alpha[memory.active_class])[memory.direction, None, None]
    base = base * np.exp(beta[memory.year])[:, None, None]
    fed = own * memory.own + cross * memory.cross
    mine = weights[memory.direction] / (base + fed[:, None, None])
    part = (mine * base).sum(axis=(1, 2))
    inverse = mine.sum(axis=(1, 2))
    w_mean = (weights * np.exp(log_w)).sum(axis=(1, 2))
    np.add.at(slope, memory.active_class[memory.direction], part)
    np.add.at(slope, memory.active_class, -w_mean * rate[memory.active_class] * live)
    np.add.at(slope, classes + memory.year, part)
    idle_value, idle_slope, idle_base, idle_spread = _idle(memory, rate * live, log_w, point[-4:-2])
    slope[:classes] += idle_slope
    gone = (w_mean * rate[memory.active_class]).sum() + idle_base / live
    slope[classes : classes + years] -= gone * memory.periods * np.exp(beta)
    tilt = (mine * base).reshape(len(part), -1).sum(axis=0).reshape(log_w.shape)
    scale = rate[memory.active_class] * live
    tilt -= (weights * scale[:, None, None]).sum(axis=0) * np.exp(log_w)
    slope[-4] = ((NODES - point[-4])[:, None] * tilt).sum() + idle_spread[0]
    slope[-3] = ((NODES - point[-3])[None, :] * tilt).sum() + idle_spread[1]
    by_own = float(inverse @ memory.own - memory.own_total.sum())
    by_cross = float(inverse @ memory.cross - memory.cross_total.sum())
    slope[-2:] = _tail_slope(point[-2:], held, by_own, by_cross)
    centre = alpha - alpha.mean()
    value += idle_value - 0.5 * (CLASS_PENALTY * centre @ centre + YEAR_PENALTY * beta @ beta)
    slope[:classes] -= CLASS_PENALTY * centre
    slope[classes : classes + years] -= YEAR_PENALTY * beta
    return -value, -slope


def log_hostility(pair_spread: float, side_spread: float) -> np.ndarray:
    """Return the log of u v on the grid, shape (node of u, node of v); both have mean one."""
    u = pair_spread * NODES - 0.5 * pair_spread**2
    v = side_spread * NODES - 0.5 * side_spread**2
    return np.asarray(u[:, None] + v[None, :])


def hostility_weights(
    memory: Memory,
    class_level: np.ndarray,
    year_level: np.ndarray,
    spreads: np.ndarray,
    branching: tuple[float, float],
) -> tuple[np.ndarray, float]:
    """Return what the acts say about lasting hostility, and the log-likelihood of active pairs.

    Parameters
    ----------
    spreads
        Those of pairs and of sides.
    branching
        Own and cross.

    Returns
    -------
    ndarray (active direction, node of u, node of v)
        Posterior weights of the grid.
    float
        Log-likelihood, up to a constant.
    """
    own, cross = branching
    log_w = log_hostility(float(spreads[0]), float(spreads[1]))
    w, live = np.exp(log_w), float(memory.periods @ np.exp(year_level))
    level = class_level[memory.active_class]
    base = np.exp(level[memory.direction] + year_level[memory.year])
    fed = own * memory.own + cross * memory.cross
    logs = np.log(w[None] * base[:, None, None] + fed[:, None, None])
    sides = np.zeros((len(level), *w.shape))
    np.add.at(sides, memory.direction, logs)
    sides -= w[None] * (np.exp(level) * live)[:, None, None]
    sides -= (own * memory.own_total + cross * memory.cross_total)[:, None, None]
    joint = sides + LOG_WEIGHTS[None, None, :]
    given_u = logsumexp(joint, axis=2)
    pairs = given_u[0::2] + given_u[1::2] + LOG_WEIGHTS[None, :]
    total = logsumexp(pairs, axis=1)
    on_u = np.repeat(np.exp(pairs - total[:, None]), 2, axis=0)
    weights = on_u[:, :, None] * np.exp(joint - given_u[:, :, None])
    return weights, float(total.sum())


def _idle(
    memory: Memory, expected: np.ndarray, log_w: np.ndarray, spreads: np.ndarray
) -> tuple[float, np.ndarray, float, tuple[float, float]]:
    """Return log-likelihood and slopes of the pairs without acts."""
    w = np.exp(log_w)
    quiet = LOG_WEIGHTS[None, None, :] - w[None] * expected[:, None, None]
    silent = logsumexp(quiet, axis=2)
    value, slope, spread = 0.0, np.zeros(len(expected)), [0.0, 0.0]
    for one, two in np.argwhere(memory.idle > 0):
        count = memory.idle[one, two]
        total = float(logsumexp(LOG_WEIGHTS + silent[one] + silent[two]))
        value += count * total
        for mine, other in ((one, two), (two, one)):
            weight = np.exp((LOG_WEIGHTS + silent[other])[:, None] + quiet[mine] - total)
            part = -count * expected[mine] * weight * w
            slope[mine] += part.sum()
            spread[0] += float(((NODES - spreads[0])[:, None] * part).sum())
            spread[1] += float(((NODES - spreads[1])[None, :] * part).sum())
    return value, slope, -float(slope.sum()), (spread[0], spread[1])
