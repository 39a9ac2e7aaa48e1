"""What dyads remember of earlier acts, in whole periods.

Does      Holds acts on directed dyads, and sums an exponential kernel over earlier ones.
Units     Periods are whole numbers (months or days); kernel in acts.
Method    An act weighs `(1 - r) r^(k - 1)` in the k-th period after it, `r = 2^(-1 / half_life)`:
          one in all. An act known to a stretch of periods excites only after the last of them.
Assumes   Acts before the window are known and excite; those after it are not looked at.
Not here  Rates and the likelihood: see `.excitation_likelihood`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import RelationsError


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
        ORE-REL-050 if no act lies in the window.
    """
    known = acts.last < acts.end
    inside = np.flatnonzero(known & (acts.first >= acts.start))
    if not inside.size:
        raise RelationsError(
            "ORE-REL-050",
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
