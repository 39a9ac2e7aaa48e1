"""Properties of a game: does cooperation pay, and more so the more join.

Does      Checks superadditivity, convexity, monotonicity and essentiality, with the coalitions that
          break them.
Units     Gaps: the unit of the game.
Method    All pairs of coalitions from the table of values.
Assumes   Gaps up to the stated tolerance are rounding.
Not here  What follows for divisions: see `oreacle.coalitions.core`.

References
----------
Shapley, L. S. (1971). Cores of convex games. International Journal of Game Theory 1, 11-26.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from oreacle.coalitions.game import Game, checked_tolerance, membership

# Violations that a check lists; it counts them all.
MOST_LISTED = 10


@dataclass(frozen=True)
class Violation:
    """Two coalitions that break a property, and by how much, in the unit of the game."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    gap: float


@dataclass(frozen=True)
class PropertyCheck:
    """Whether a game has a property.

    Attributes
    ----------
    holds
        No violation beyond the tolerance.
    violations
        How many pairs of coalitions break it.
    worst
        The largest of them, at most 10, largest gap first.
    """

    holds: bool
    violations: int
    worst: tuple[Violation, ...]


def is_superadditive(game: Game, *, tolerance: float | None = None) -> PropertyCheck:
    """Return whether two disjoint coalitions are never worth less together.

    v(S + T) >= v(S) + v(T) for disjoint S, T. Violations name S and T.

    Examples
    --------
    >>> is_superadditive(Game(("a", "b"), [0, 2, 2, 3])).worst
    (Violation(first=('a',), second=('b',), gap=1.0),)
    """
    values, masks = game.values, np.arange(game.grand + 1)

    def pairs() -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        for mask in range(1, game.grand):
            # Each pair once: the second coalition is the one with the larger mask.
            others = masks[mask + 1 :][masks[mask + 1 :] & mask == 0]
            gap = values[mask] + values[others] - values[others | mask]
            yield np.full(len(others), mask), others, gap

    return _check(game, pairs(), tolerance)


def is_convex(game: Game, *, tolerance: float | None = None) -> PropertyCheck:
    """Return whether a player adds the more, the larger the coalition that it joins.

    v(S + i + j) + v(S) >= v(S + i) + v(S + j). Violations name S + i and S + j. A convex game has a
    core, which contains the Shapley value.

    References
    ----------
    Shapley (1971), convexity by increasing marginal contributions; theorems 4 and 7 on the core.

    Examples
    --------
    >>> is_convex(Game.of("abc", lambda members: len(members) ** 2)).holds
    True
    """
    values, inside = game.values, membership(game.size)

    def pairs() -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        for i in range(game.size):
            for j in range(i + 1, game.size):
                base = np.flatnonzero(~inside[:, i] & ~inside[:, j])
                one, two = base | 1 << i, base | 1 << j
                yield one, two, values[one] + values[two] - values[one | two] - values[base]

    return _check(game, pairs(), tolerance)


def is_monotone(game: Game, *, tolerance: float | None = None) -> PropertyCheck:
    """Return whether a further member never lowers what a coalition is worth.

    v(S + i) >= v(S). Violations name S and S + i.

    Examples
    --------
    >>> is_monotone(Game(("a", "b"), [0, 2, 2, 1])).violations
    2
    """
    values, inside = game.values, membership(game.size)

    def pairs() -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        for player in range(game.size):
            without = np.flatnonzero(~inside[:, player])
            larger = without | 1 << player
            yield without, larger, values[without] - values[larger]

    return _check(game, pairs(), tolerance)


def is_essential(game: Game, *, tolerance: float | None = None) -> bool:
    """Return whether all together are worth more than the sum of what each has alone.

    If not, there is nothing to divide beyond what everyone has.

    Examples
    --------
    >>> is_essential(Game(("a", "b"), [0, 2, 2, 4]))
    False
    """
    slack = checked_tolerance(game.tolerance if tolerance is None else tolerance)
    alone = game.values[1 << np.arange(game.size)].sum()
    return bool(game.values[-1] - alone > slack)


def _check(
    game: Game,
    pairs: Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]],
    tolerance: float | None,
) -> PropertyCheck:
    """Count pairs whose gap is beyond the tolerance and name the worst."""
    slack = checked_tolerance(game.tolerance if tolerance is None else tolerance)
    count = 0
    worst: list[tuple[float, int, int]] = []
    for first, second, gaps in pairs:
        broken = np.flatnonzero(gaps > slack)
        count += len(broken)
        top = broken[np.argsort(-gaps[broken], kind="stable")[:MOST_LISTED]]
        worst += zip((-gaps[top]).tolist(), first[top].tolist(), second[top].tolist(), strict=True)
        worst = sorted(worst)[:MOST_LISTED]
    named = tuple(Violation(game.members(s), game.members(t), -gap) for gap, s, t in worst)
    return PropertyCheck(count == 0, count, named)
