"""Acts that call forth acts: a self- and cross-exciting process on directed dyads.

Does      Fits how many acts of the same side, and of the other side, one act calls forth.
Units     Periods are whole numbers (months or days); branching in acts per act.
Method    Hawkes (1971) in discrete time, its kernel an exponential that sums to one over the
          periods after the act. Rate of direction d in period t:
          `w_d exp(a_class + b_year) + own S_d(t) + cross S_reverse(d)(t)`, where `S` is the
          kernel summed over earlier acts. `w_d = u_pair v_d` are lognormal with mean one: lasting
          hostility of a pair, and of one side, is not taken for excitation, nor is a wave that
          all dyads share. Penalised likelihood, integrated over `u` and `v` on a grid.
Assumes   An act known to a stretch of periods happened in one of them, each as likely, and
          excites only after the last. Own plus cross branching stays below 0.8.
Not here  Intervals and tests: see `.excitation_profile`; the events: `oreacle.forecasting`.

References
----------
Hawkes, A. G. (1971). Spectra of some self-exciting and mutually exciting point processes.
Biometrika 58(1), 83-90.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

from oreacle.core.errors import RelationsError
from oreacle.core.status import SolveStatus

MOST_BRANCHING = 0.8
"""Bound of own plus cross branching [1]: above one, acts would breed without end."""
NODES = np.arange(-3.0, 5.01, 0.25)
"""Standard normal nodes of the integrals over lasting hostility."""
LOG_WEIGHTS = -0.5 * NODES**2 - logsumexp(-0.5 * NODES**2)
YEAR_PENALTY = 1.0
CLASS_PENALTY = 0.05
"""Ridges on the levels of years, and on those of classes around their common level."""
SPREAD_BOUNDS = (1e-3, 3.5)
MOST_ITERATIONS = 300


@dataclass(frozen=True)
class DyadActs:
    """Acts on directed dyads in whole periods.

    Attributes
    ----------
    direction
        Direction of each act, shape (act,): `2 pair` or `2 pair + 1`, so that the reverse of a
        direction is `direction ^ 1`.
    first, last
        Periods between which it happened, shape (act,).
    class_of
        Class of each direction, shape (direction,).
    year_of
        Year index of each period of the window, shape (period,).
    start
        First period of the window; earlier acts are memory and no outcomes.
    """

    direction: np.ndarray
    first: np.ndarray
    last: np.ndarray
    class_of: np.ndarray
    year_of: np.ndarray
    start: int

    @property
    def end(self) -> int:
        """First period after the window."""
        return self.start + len(self.year_of)


@dataclass(frozen=True)
class Memory:
    """What the likelihood needs of the acts, for one half-life.

    Attributes
    ----------
    direction, year, own, cross
        Of each act in the window: direction among the active ones, year index, and mean kernel of
        earlier acts of its own and of the other side, shape (act,).
    own_total, cross_total
        Kernel summed over the window, shape (active direction,).
    active_class
        Class of each active direction; pairs stand together, shape (active direction,).
    idle
        Pairs without any act, by the classes of their directions, shape (class, class).
    periods
        Periods of each year, shape (year,).
    """

    direction: np.ndarray
    year: np.ndarray
    own: np.ndarray
    cross: np.ndarray
    own_total: np.ndarray
    cross_total: np.ndarray
    active_class: np.ndarray
    idle: np.ndarray
    periods: np.ndarray


@dataclass(frozen=True)
class ExcitationFit:
    """Maximum of the penalised likelihood.

    Attributes
    ----------
    own, cross
        Branching [acts per act].
    half_life
        Of the kernel [period].
    class_level
        Log rate by class, shape (class,) [log acts per period].
    year_level
        Deviation by year, shape (year,) [log].
    pair_spread, side_spread
        Standard deviations of the log hostility of pairs and of sides [1].
    value
        Penalised log-likelihood.
    status
        How the search ended.
    """

    own: float
    cross: float
    half_life: float
    class_level: np.ndarray
    year_level: np.ndarray
    pair_spread: float
    side_spread: float
    value: float
    status: SolveStatus


def kernel_memory(times: np.ndarray, at: np.ndarray, half_life: float) -> np.ndarray:
    """Return the summed kernel of acts that ended at `times` in the periods `at`.

    Examples
    --------
    >>> kernel_memory(np.array([0]), np.array([0, 1, 2]), 1.0).tolist()
    [0.0, 0.5, 0.25]
    """
    decay = 0.5 ** (1.0 / half_life)
    lag = np.asarray(at)[:, None] - np.asarray(times)[None, :]
    weight = (1.0 - decay) * decay ** np.maximum(lag - 1.0, 0.0)
    return np.asarray(np.where(lag > 0, weight, 0.0).sum(axis=1))


def memory_of(acts: DyadActs, half_life: float) -> Memory:
    """Return the memory of the acts at one half-life.

    Raises
    ------
    RelationsError
        ORE-REL-030 if no act lies in the window.
    """
    known = acts.last < acts.end
    inside = np.flatnonzero(known & (acts.first >= acts.start))
    if not inside.size:
        raise RelationsError(
            "ORE-REL-030",
            "no act of a named dyad lies in the window.",
            why="a branching ratio without acts would be made up.",
            fix="widen the window, or look at how the acts were read.",
        )
    pairs = np.unique(acts.direction[known] // 2)
    active = np.stack([2 * pairs, 2 * pairs + 1], axis=1).ravel()
    spot = {int(direction): k for k, direction in enumerate(active)}
    ends = {int(d): acts.last[known & (acts.direction == d)] for d in active}
    own, cross = np.zeros(len(inside)), np.zeros(len(inside))
    for k, act in enumerate(inside):
        at = np.arange(acts.first[act], acts.last[act] + 1)
        side = int(acts.direction[act])
        own[k] = kernel_memory(ends[side], at, half_life).mean()
        cross[k] = kernel_memory(ends[side ^ 1], at, half_life).mean()
    total = np.array([_window_share(ends[int(d)], acts, half_life) for d in active])
    classes = int(acts.class_of.max()) + 1
    idle = np.zeros((classes, classes))
    rest = np.setdiff1d(np.arange(len(acts.class_of) // 2), pairs)
    np.add.at(idle, (acts.class_of[2 * rest], acts.class_of[2 * rest + 1]), 1.0)
    return Memory(
        direction=np.array([spot[int(d)] for d in acts.direction[inside]]),
        year=acts.year_of[acts.first[inside] - acts.start],
        own=own,
        cross=cross,
        own_total=total,
        cross_total=total.reshape(-1, 2)[:, ::-1].ravel(),
        active_class=acts.class_of[active],
        idle=idle,
        periods=np.bincount(acts.year_of).astype(float),
    )


def _window_share(ends: np.ndarray, acts: DyadActs, half_life: float) -> float:
    """Return how much of the kernels of acts falls into the window [acts]."""
    decay = 0.5 ** (1.0 / half_life)
    left = decay ** np.maximum(acts.start - ends - 1.0, 0.0)
    over = decay ** np.maximum(acts.end - ends - 1.0, 0.0)
    return float((left - over).sum())


def fit_excitation(
    acts: DyadActs,
    half_life: float,
    *,
    held: Mapping[str, float] | None = None,
    start: ExcitationFit | None = None,
) -> ExcitationFit:
    """Return the fit at one half-life.

    Parameters
    ----------
    held
        Values at which `own` or `cross` (or both), `pair_spread` and `side_spread` are held.
    start
        Fit to start from.

    Raises
    ------
    RelationsError
        ORE-REL-030 if no act lies in the window; ORE-REL-003 if the search fails.
    """
    memory, fixed = memory_of(acts, half_life), dict(held or {})
    point, bounds = _start(memory, fixed, start)
    best = minimize(
        lambda x: _negative(x, memory, fixed),
        point,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": MOST_ITERATIONS, "ftol": 1e-10, "gtol": 1e-4},
    )
    if not np.isfinite(best.fun):
        raise RelationsError(
            "ORE-REL-003",
            f"the branching fit ended with '{best.message}'.",
            why="numbers of an unfinished fit are not estimates.",
            fix="look for a dyad with acts and no rate, or hold a spread.",
        )
    classes, years = len(memory.idle), len(memory.periods)
    own, cross = _branching(best.x[-2:], fixed)
    return ExcitationFit(
        own=own,
        cross=cross,
        half_life=half_life,
        class_level=best.x[:classes],
        year_level=best.x[classes : classes + years],
        pair_spread=float(best.x[-4]),
        side_spread=float(best.x[-3]),
        value=-float(best.fun),
        status=SolveStatus.SOLVED if best.success else SolveStatus.NOT_CONVERGED,
    )


def _start(
    memory: Memory, held: Mapping[str, float], start: ExcitationFit | None
) -> tuple[np.ndarray, list[tuple[float, float]]]:
    """Return a starting point and bounds: levels, spreads, then total and cross share."""
    classes, years = len(memory.idle), len(memory.periods)
    if start is None:
        sides = 2.0 * memory.idle.sum() + len(memory.active_class)
        level = np.log(len(memory.year) / (sides * memory.periods.sum()))
        point = np.concatenate([np.full(classes, level), np.zeros(years), [1.0, 0.5, 0.2, 0.3]])
    else:
        total = min(max(start.own + start.cross, 0.01), MOST_BRANCHING - 0.01)
        share = start.cross / max(start.own + start.cross, 1e-9)
        tail = [start.pair_spread, start.side_spread, total, share]
        point = np.concatenate([start.class_level, start.year_level, tail])
    bounds = [(-30.0, 3.0)] * classes + [(-6.0, 6.0)] * years
    for k, name in enumerate(("pair_spread", "side_spread")):
        value = held.get(name)
        bounds.append(SPREAD_BOUNDS if value is None else (value, value))
        point[classes + years + k] = point[classes + years + k] if value is None else value
    bounds += [(0.0, MOST_BRANCHING), (0.0, 1.0)]
    return point, bounds


def _branching(tail: np.ndarray, held: Mapping[str, float]) -> tuple[float, float]:
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


def _negative(
    point: np.ndarray, memory: Memory, held: Mapping[str, float]
) -> tuple[float, np.ndarray]:
    """Return the negative penalised log-likelihood and its slopes."""
    classes, years = len(memory.idle), len(memory.periods)
    alpha, beta = point[:classes], point[classes : classes + years]
    own, cross = _branching(point[-2:], held)
    log_w = _log_hostility(point[-4], point[-3])
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


def _log_hostility(pair_spread: float, side_spread: float) -> np.ndarray:
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
    log_w = _log_hostility(float(spreads[0]), float(spreads[1]))
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
    w, p = np.exp(log_w), np.exp(LOG_WEIGHTS)
    quiet = np.exp(-w[None] * expected[:, None, None]) * p[None, None, :]
    silent = quiet.sum(axis=2)
    value, slope, spread = 0.0, np.zeros(len(expected)), [0.0, 0.0]
    for one, two in np.argwhere(memory.idle > 0):
        count = memory.idle[one, two]
        joint = p * silent[one] * silent[two]
        total = joint.sum()
        value += count * float(np.log(total))
        for mine, other in ((one, two), (two, one)):
            weight = (p * silent[other])[:, None] * quiet[mine] / total
            part = -count * expected[mine] * weight * w
            slope[mine] += part.sum()
            spread[0] += float(((NODES - spreads[0])[:, None] * part).sum())
            spread[1] += float(((NODES - spreads[1])[None, :] * part).sum())
    return value, slope, -float(slope.sum()), (spread[0], spread[1])
