"""Money of clubs beside what the market books, and how it is divided.

Does      Holds what a lever pays and earns, and divides the pot of each group by a rule.
Units     USD/yr.
Method    What arises at a place is booked there; the pot of a group (its costs, and income that
          belongs to all) is divided by use, by contribution or by gain.
Assumes   The pot of a player is its own contribution to it: the sum is the group's.
Not here  The incomes of the market: see `oreacle.market.incomes`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.coalitions.rule_shares import GAIN, USE, share_money
from oreacle.engine.clubs.piece import Piece
from oreacle.engine.clubs.rules import CONTRIBUTION, PRICE


@dataclass(frozen=True)
class Money:
    """Money of one lever, or of several [USD/yr], of shape (case, player) unless said otherwise.

    Attributes
    ----------
    placed
        What stays with the player, beside the market's own books.
    pot
        What each player contributes to the pot of its group; costs are negative.
    elsewhere
        What falls to actors that are no players, beside the market's own books, shape
        (case, actor) with zeros for players; 0 for nothing.
    """

    placed: np.ndarray
    pot: np.ndarray
    elsewhere: np.ndarray | float = 0.0

    def __add__(self, other: Money) -> Money:
        """Return both together."""
        elsewhere = self.elsewhere + other.elsewhere
        return Money(self.placed + other.placed, self.pot + other.pot, elsewhere)


def no_money(piece: Piece) -> Money:
    """Return no money for any player."""
    nothing = np.zeros(piece.group.shape)
    return Money(nothing, nothing)


def divided(
    rule: str, pot: np.ndarray, group: np.ndarray, use: np.ndarray, gain: np.ndarray
) -> np.ndarray:
    """Return the pots of an arrangement divided by a rule, shape (draw, player) [USD/yr].

    Parameters
    ----------
    rule
        Name of a rule of `oreacle.engine.clubs.rules`.
    pot
        Each player's own contribution to the pot of its group, shape (draw, player) [USD/yr].
    group
        Group of each player, negative for none, shape (player,).
    use
        Use at base prices, shape (player,) [t/yr].
    gain
        Expected gain of each player before the pot, shape (player,) [USD/yr].
    """
    if rule == CONTRIBUTION:
        return pot
    parts = np.zeros_like(pot)
    name = GAIN if rule == PRICE else USE
    for number in np.unique(group[group >= 0]):
        inside = np.flatnonzero(group == number)
        shape = (len(pot), inside.size)
        parts[:, inside] = share_money(
            name,
            pot[:, inside].sum(axis=1),
            np.broadcast_to(use[inside], shape),
            use[inside],
            np.broadcast_to(gain[inside], shape),
        )
    return parts
