"""Cases of clubs in a batch: which draw each lives in, and who acts with whom.

Does      Holds arrangements of players in groups and sums figures over a player's own group.
Units     Those of what is summed.
Method    A group number for each player; -1 is a player that does nothing. Several groups may act
          side by side, so that a club, its members apart, and a club beside the member that left
          are one kind of case.
Assumes   A player is in one group at a time.
Not here  What groups do: see `oreacle.engine.clubs.levers`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from oreacle.engine.clubs.field import ClubField
from oreacle.engine.clubs.rules import Rule

PASSIVE = -1
"""Group number of a player that does nothing."""


@dataclass(frozen=True)
class Piece:
    """A batch of cases.

    Attributes
    ----------
    field
        The market without clubs.
    rule
        How groups divide tonnes.
    row
        Draw of each case, shape (case,).
    group
        Group of each player, `PASSIVE` for none, shape (case, player).
    """

    field: ClubField
    rule: Rule
    row: np.ndarray
    group: np.ndarray

    @cached_property
    def active(self) -> np.ndarray:
        """True for players in a group, shape (case, player)."""
        return np.asarray(self.group != PASSIVE)

    @cached_property
    def same(self) -> np.ndarray:
        """1 where two players act together, shape (case, player, player)."""
        equal = self.group[:, :, None] == self.group[:, None, :]
        return np.asarray(equal & self.active[:, :, None], dtype=float)

    def total(self, values: np.ndarray) -> np.ndarray:
        """Return the sum over each player's group; 0 for passive ones, shape (case, player).

        Parameters
        ----------
        values
            Figures by player, shape (player,) or (case, player).
        """
        wide = np.broadcast_to(values, self.group.shape)
        return np.asarray(np.einsum("cij,cj->ci", self.same, wide))

    def largest(self, values: np.ndarray) -> np.ndarray:
        """Return the largest figure in each player's group, shape (case, player)."""
        return np.asarray((self.same * np.asarray(values)[None, None, :]).max(axis=2))


def club(players: int, members: Iterable[int]) -> np.ndarray:
    """Return the arrangement of one club, all others passive, shape (player,).

    Examples
    --------
    >>> club(4, [0, 2]).tolist()
    [0, -1, 0, -1]
    """
    group = np.full(players, PASSIVE)
    group[list(members)] = 0
    return group


def apart(players: int, members: Iterable[int]) -> np.ndarray:
    """Return the arrangement of members that act each alone, shape (player,).

    Examples
    --------
    >>> apart(4, [0, 2]).tolist()
    [0, -1, 1, -1]
    """
    group = np.full(players, PASSIVE)
    named = list(members)
    group[named] = np.arange(len(named))
    return group


def together_apart_alone(players: int) -> np.ndarray:
    """Return all as one club, all apart at once, and each alone, shape (2 + player, player).

    Examples
    --------
    >>> together_apart_alone(2).tolist()
    [[0, 0], [0, 1], [0, -1], [-1, 0]]
    """
    everyone = range(players)
    lone = (club(players, [k]) for k in everyone)
    return np.array([club(players, everyone), apart(players, everyone), *lone])


def left(players: int, members: Iterable[int], leaver: int) -> np.ndarray:
    """Return the arrangement of a club beside the member that left and acts alone.

    Examples
    --------
    >>> left(4, [0, 2, 3], 2).tolist()
    [0, -1, 1, 0]
    """
    group = club(players, [k for k in members if k != leaver])
    group[leaver] = 1
    return group
