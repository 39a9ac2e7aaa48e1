"""Games in coalitional form: what every set of players is worth.

Does      Holds a game with transferable payoffs, and what everyone gets when one club forms.
Units     Values carry the unit that the game names; a table holds one number for every coalition.
Method    A coalition is a bitmask: bit i is set if players[i] is in. Tables are indexed by it.
Assumes   Payoffs are finite and complete: a coalition that was not evaluated has no game.
Not here  What a coalition is worth and why; solution concepts: see the modules beside this one.

References
----------
von Neumann, J. and Morgenstern, O. (1944). Theory of Games and Economic Behavior. Princeton.
Thrall, R. M. and Lucas, W. F. (1963). N-person games in partition function form. Naval Research
Logistics Quarterly 10(1), 281-298.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np

from oreacle.core.errors import CoalitionError

MOST_PLAYERS = 12
# Two figures count as equal within this share of the largest one at stake [1].
RELATIVE_TOLERANCE = 1e-9
# Rounding of sums, as a share of the largest figure of a table [1].
ROUNDING = 1e-13


@cache
def membership(size: int) -> np.ndarray:
    """Return who is in which coalition, shape (2**size, size), read-only booleans.

    Examples
    --------
    >>> membership(2).astype(int).tolist()
    [[0, 0], [1, 0], [0, 1], [1, 1]]
    """
    table = (np.arange(1 << size)[:, None] >> np.arange(size)) & 1 == 1
    table.flags.writeable = False
    return np.asarray(table)


@cache
def coalition_sizes(size: int) -> np.ndarray:
    """Return how many players each coalition has, shape (2**size,), read-only integers."""
    sizes = membership(size).sum(axis=1)
    sizes.flags.writeable = False
    return np.asarray(sizes)


class _Players:
    """Names of players and the bitmasks of their coalitions."""

    players: tuple[str, ...]

    @property
    def size(self) -> int:
        """Return the number of players."""
        return len(self.players)

    @property
    def grand(self) -> int:
        """Return the mask of the coalition of all."""
        return (1 << self.size) - 1

    def mask_of(self, names: Iterable[str]) -> int:
        """Return the mask of a coalition given by names.

        Raises
        ------
        CoalitionError
            ORE-COA-004 if a name is not a player's, or stands twice.
        """
        mask = 0
        for name in names:
            bit = 1 << self.players.index(name) if name in self.players else 0
            if not bit or mask & bit:
                raise CoalitionError(
                    "ORE-COA-004",
                    f"{name!r} is no player of this game, or stands twice in one coalition.",
                    why="a coalition is a set of the game's players.",
                    fix=f"name each member once, out of: {', '.join(self.players)}.",
                )
            mask |= bit
        return mask

    def members(self, mask: int) -> tuple[str, ...]:
        """Return the names of the members of a coalition, in the order of the players.

        Raises
        ------
        CoalitionError
            ORE-COA-004 if the mask is negative or has bits beyond the players.
        """
        self.check_mask(mask)
        return tuple(name for bit, name in enumerate(self.players) if mask >> bit & 1)

    def check_mask(self, mask: int) -> None:
        """Refuse a mask that is no coalition of this game (ORE-COA-004)."""
        if not 0 <= mask <= self.grand:
            raise CoalitionError(
                "ORE-COA-004",
                f"mask {mask} is no coalition of {self.size} players.",
                why=f"coalitions are numbered from 0 (nobody) to {self.grand} (all).",
                fix="make masks with `mask_of`.",
            )


@dataclass(frozen=True, eq=False)
class Game(_Players):
    """A game with transferable payoffs: the value of each coalition.

    Parameters
    ----------
    players
        1 to 12 different names.
    values : ndarray (2**n,)
        Value of each coalition by bitmask, in `unit`; the empty one is worth exactly 0. Copied
        and made read-only.
    unit
        Unit of the values.

    Raises
    ------
    CoalitionError
        ORE-COA-001 on names that are empty or not unique; ORE-COA-002 on no player or more than
        12; ORE-COA-003 on a table of another shape, values that are not finite, or an empty
        coalition that is worth something.

    Examples
    --------
    >>> glove = Game(("left", "right", "other"), [0, 0, 0, 1, 0, 1, 0, 1])
    >>> glove.value(["left", "other"])
    1.0
    >>> glove.members(0b110)
    ('right', 'other')
    """

    players: tuple[str, ...]
    values: np.ndarray
    unit: str = "1"

    def __post_init__(self) -> None:
        object.__setattr__(self, "players", _checked_players(self.players))
        values = _checked_table(self.values, (1 << self.size,), "values")
        if values[0] != 0.0:
            raise CoalitionError(
                "ORE-COA-003",
                f"the empty coalition is worth {values[0]:g}.",
                why="solution concepts divide what coalitions gain over nothing.",
                fix="subtract what is had without any coalition.",
            )
        object.__setattr__(self, "values", values)

    @classmethod
    def of(
        cls, players: Iterable[str], value: Callable[[tuple[str, ...]], float], unit: str = "1"
    ) -> Game:
        """Return the game whose coalitions are worth what `value` says; nobody is worth 0.

        Examples
        --------
        >>> Game.of("abc", lambda members: len(members) ** 2).values.tolist()
        [0.0, 1.0, 1.0, 4.0, 1.0, 4.0, 4.0, 9.0]
        """
        names = _checked_players(tuple(players))
        inside = membership(len(names))[1:]
        sets = [
            tuple(name for name, is_in in zip(names, row, strict=True) if is_in) for row in inside
        ]
        return cls(names, np.array([0.0, *(value(members) for members in sets)]), unit)

    def value(self, names: Iterable[str]) -> float:
        """Return the value of a coalition given by names."""
        return float(self.values[self.mask_of(names)])

    def restricted(self, mask: int) -> Game:
        """Return the game among the members of one coalition (at least one)."""
        self.check_mask(mask)
        bits = np.flatnonzero(membership(self.size)[mask])
        inside = membership(len(bits)) @ (1 << bits) if len(bits) else np.zeros(1, dtype=int)
        return Game(self.members(mask), self.values[inside], self.unit)

    @property
    def tolerance(self) -> float:
        """Return the difference below which two values count as equal, in `unit`.

        A share of 1e-9 of the largest gain over standing alone, or rounding if that is larger.
        """
        gains = self.values - membership(self.size) @ self.values[1 << np.arange(self.size)]
        return _tolerance(gains, self.values)


@dataclass(frozen=True, eq=False)
class ClubPayoffs(_Players):
    """What everyone gets when one club forms and all others stand alone.

    A partition function with a single club: outsiders feel the club, and may gain from it.

    Parameters
    ----------
    players
        1 to 12 different names.
    payoff : ndarray (2**n, n)
        `payoff[S, i]` to player i, inside or outside, when the club with mask S forms. Row 0: no
        club. Copied and made read-only.
    unit
        Unit of the payoffs.

    Raises
    ------
    CoalitionError
        ORE-COA-001, ORE-COA-002 as for `Game`; ORE-COA-005 on a table of another shape or with
        payoffs that are not finite.

    Examples
    --------
    >>> pair = ClubPayoffs(("a", "b"), [[0, 0], [0, 0], [0, 0], [3, 1]])
    >>> pair.game().values.tolist()
    [0.0, 0.0, 0.0, 4.0]
    """

    players: tuple[str, ...]
    payoff: np.ndarray
    unit: str = "1"

    def __post_init__(self) -> None:
        object.__setattr__(self, "players", _checked_players(self.players))
        table = _checked_table(self.payoff, (1 << self.size, self.size), "payoffs")
        object.__setattr__(self, "payoff", table)

    def game(self) -> Game:
        """Return the game in which a club is worth the sum of its members' payoffs.

        Outsiders are passive; what members have without a club is not subtracted.
        """
        inside = membership(self.size)
        return Game(self.players, np.where(inside, self.payoff, 0.0).sum(axis=1), self.unit)

    def spillover(self, mask: int) -> np.ndarray:
        """Return what each outsider gains from the club over no club, shape (n,), NaN for members.

        Gains of outsiders that do not pay are what free-riding is worth.
        """
        self.check_mask(mask)
        inside = membership(self.size)[mask]
        return np.where(inside, np.nan, self.payoff[mask] - self.payoff[0])

    @property
    def tolerance(self) -> float:
        """Return the difference below which two payoffs count as equal, in `unit`.

        A share of 1e-9 of the largest change over no club, or rounding if that is larger.
        """
        return _tolerance(self.payoff - self.payoff[0], self.payoff)


def check_payoffs(game: Game, payoffs: np.ndarray) -> np.ndarray:
    """Return a division of payoffs as an array (n,).

    Raises
    ------
    CoalitionError
        ORE-COA-008 if it does not give one finite number to each player.
    """
    array = np.asarray(payoffs, dtype=float)
    if array.shape != (game.size,) or not np.isfinite(array).all():
        raise CoalitionError(
            "ORE-COA-008",
            f"payoffs of shape {array.shape} for {game.size} players, or a payoff is missing.",
            why="a division gives one finite number to each player.",
            fix="give the payoffs in the order of `players`.",
        )
    return array


def checked_tolerance(tolerance: float) -> float:
    """Return the tolerance, or refuse it (ORE-COA-009) if it is negative or not finite."""
    if not (np.isfinite(tolerance) and tolerance >= 0.0):
        raise CoalitionError(
            "ORE-COA-009",
            f"tolerance {tolerance!r}.",
            why="it says up to which difference two payoffs are equal.",
            fix="give a finite number of at least 0, in the unit of the payoffs.",
        )
    return float(tolerance)


def _tolerance(stakes: np.ndarray, table: np.ndarray) -> float:
    share = RELATIVE_TOLERANCE * float(np.abs(stakes).max())
    return max(share, ROUNDING * float(np.abs(table).max()))


def _checked_players(players: Iterable[str]) -> tuple[str, ...]:
    names = tuple(players)
    if not 1 <= len(names) <= MOST_PLAYERS:
        raise CoalitionError(
            "ORE-COA-002",
            f"{len(names)} players; tables hold 1 to {MOST_PLAYERS}.",
            why=f"a table has 2^n rows, and exact concepts are too slow beyond {MOST_PLAYERS}.",
            fix="pool players, or sample the Shapley value with `shapley_sampled`.",
        )
    if len(set(names)) < len(names) or not all(names):
        raise CoalitionError(
            "ORE-COA-001",
            f"players {names!r} are not different, non-empty names.",
            why="coalitions are told by the names of their members.",
            fix="give each player a name of its own.",
        )
    return names


def _checked_table(table: np.ndarray, shape: tuple[int, ...], word: str) -> np.ndarray:
    array = np.array(table, dtype=float)
    if array.shape != shape or not np.isfinite(array).all():
        found = "numbers that are not finite" if array.shape == shape else f"shape {array.shape}"
        raise CoalitionError(
            "ORE-COA-003" if word == "values" else "ORE-COA-005",
            f"the table of {word} has {found}; {shape} finite numbers are needed.",
            why="a coalition without a number is not a coalition worth zero.",
            fix="evaluate every coalition, also the empty one (row 0).",
        )
    array.flags.writeable = False
    return array
