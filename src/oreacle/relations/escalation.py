"""Ladders: the acts that one act is expected to call forth.

Does      Holds measured branching and gives the expected follow-up acts of one act.
Units     Acts; months.
Method    With own branching a and cross branching b, N = [[a, b], [b, a]] acts follow each act
          directly, and N + N^2 + ... in all: (I - N)^-1 - I (Hawkes and Oakes 1974). Within a
          number of months: the same sum over the steps of the kernel.
Assumes   The same branching for every dyad; a + b < 1.
Not here  How it was measured: see `.excitation` and `oreacle.forecasting.escalation.fit`.

References
----------
Hawkes, A. G. and Oakes, D. (1974). A cluster process representation of a self-exciting process.
Journal of Applied Probability 11(3), 493-503.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import RelationsError


@dataclass(frozen=True)
class Branching:
    """Measured branching.

    Attributes
    ----------
    own
        Further acts of the same side on the same target that one act calls forth directly [1].
    cross
        Acts of the target on the imposer that it calls forth directly [1].
    half_life
        Of the kernel [month].
    own_interval, cross_interval, half_life_interval
        Ends of the 90 % intervals.
    status
        ``measured``, or what is not identified.
    """

    own: float
    cross: float
    half_life: float
    own_interval: tuple[float, float]
    cross_interval: tuple[float, float]
    half_life_interval: tuple[float, float]
    status: str


@dataclass(frozen=True)
class Ladder:
    """Expected follow-up acts of one act.

    Attributes
    ----------
    same, other
        By the imposer, and by the target [acts].
    same_interval, other_interval
        At the ends of the intervals of branching, both low and both high: wider than a joint
        90 % interval.
    months
        Within how many; None for all time.
    """

    same: float
    other: float
    same_interval: tuple[float, float]
    other_interval: tuple[float, float]
    months: int | None

    @property
    def total(self) -> float:
        """Follow-up acts of both sides."""
        return self.same + self.other


def ladder(branching: Branching, months: int | None = None) -> Ladder:
    """Return the expected follow-up acts of one act.

    Parameters
    ----------
    months
        Count those within this many months after it; None for all.

    Raises
    ------
    RelationsError
        ORE-REL-052 if branching is negative or own plus cross reaches one.

    Examples
    --------
    >>> one = Branching(0.0, 0.5, 6.0, (0.0, 0.0), (0.5, 0.5), (6.0, 6.0), "measured")
    >>> round(ladder(one).other, 4), round(ladder(one).same, 4)
    (0.6667, 0.3333)
    """
    ends = [
        follow_ups(own, cross, branching.half_life, months)
        for own, cross in (
            (branching.own, branching.cross),
            (branching.own_interval[0], branching.cross_interval[0]),
            (branching.own_interval[1], branching.cross_interval[1]),
        )
    ]
    (same, other), low, high = ends
    return Ladder(same, other, (low[0], high[0]), (low[1], high[1]), months)


def follow_ups(
    own: float, cross: float, half_life: float, months: int | None = None
) -> tuple[float, float]:
    """Return the expected later acts of the same and of the other side after one act [acts].

    Raises
    ------
    RelationsError
        ORE-REL-052 as `ladder`.
    """
    if own < 0.0 or cross < 0.0 or not own + cross < 1.0 or not half_life > 0.0:
        raise RelationsError(
            "ORE-REL-052",
            f"own branching {own:g}, cross branching {cross:g}, half-life {half_life:g} months "
            "give no finite ladder.",
            why="one act would call forth acts without end.",
            fix="use branching of zero or more whose sum is below one, and a half-life above zero.",
        )
    if months is None:
        total, swing = 1.0 / (1.0 - own - cross), 1.0 / (1.0 - own + cross)
        return 0.5 * (total + swing) - 1.0, 0.5 * (total - swing)
    decay = 0.5 ** (1.0 / half_life)
    memory, made = np.array([1.0 - decay, 0.0]), np.zeros(2)
    for _ in range(months):
        born = np.array([own * memory[0] + cross * memory[1], own * memory[1] + cross * memory[0]])
        made += born
        memory = decay * memory + (1.0 - decay) * born
    return float(made[0]), float(made[1])
