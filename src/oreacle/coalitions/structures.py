"""Coalition structures: who should, and who would, stand with whom.

Does      Finds the partition of players that is worth most, and the partitions that are stable.
Units     Values and payoffs: the unit of the game.
Method    Best partition by dynamic programming over subsets. Stable ones by listing all partitions.
Assumes   A coalition's value does not depend on how outsiders are organised. For stability: a
          player cares only about its own coalition (hedonic), whose value is divided by one rule.
Not here  One club with outsiders that feel it: see `oreacle.coalitions.stability`.

References
----------
Yeh, D. Y. (1986). A dynamic programming approach to the complete set partitioning problem. BIT 26,
467-474.
Bogomolnaia, A. and Jackson, M. O. (2002). The stability of hedonic coalition structures. Games and
Economic Behavior 38(2), 201-230.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from oreacle.coalitions.game import Game, checked_tolerance, membership
from oreacle.core.errors import CoalitionError

# Partitions are listed for so many players: 8 have 4140.
MOST_PARTITIONED = 8

Rule = Callable[[Game], np.ndarray]
"""Divides the value of a game among its players: payoffs (n,) in their order."""


@dataclass(frozen=True)
class BestStructure:
    """The partition of players that is worth most.

    Attributes
    ----------
    value
        Sum of the values of its coalitions, in the unit of the game.
    coalitions
        The coalitions, by their first players; of equally good partitions one with the fewest.
    """

    value: float
    coalitions: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class StableStructures:
    """All partitions of the players, their payoffs and which of them are stable.

    Attributes
    ----------
    players
        Names, in the order of the columns.
    own : ndarray (partitions, n) of int
        Mask of each player's coalition.
    payoff : ndarray (partitions, n)
        What each player gets, in the unit of the game.
    core, nash, individual : ndarray (partitions,) of bool
        Core stable: no coalition would all be better off on its own. Nash stable: nobody gains by
        moving alone to another coalition or to none. Individually stable: nobody gains by such a
        move that hurts no member of the coalition it enters.
    tolerance
        Gains up to this are no gains.
    """

    players: tuple[str, ...]
    own: np.ndarray
    payoff: np.ndarray
    core: np.ndarray
    nash: np.ndarray
    individual: np.ndarray
    tolerance: float

    def named(self, stable: np.ndarray) -> tuple[tuple[tuple[str, ...], ...], ...]:
        """Return the partitions that a row of booleans picks, by name."""
        masks = [list(dict.fromkeys(row)) for row in self.own[np.asarray(stable)].tolist()]
        return tuple(tuple(self._members(mask) for mask in row) for row in masks)

    def _members(self, mask: int) -> tuple[str, ...]:
        return tuple(name for bit, name in enumerate(self.players) if mask >> bit & 1)


def best_structure(game: Game) -> BestStructure:
    """Return the partition of up to 12 players that is worth most.

    f(S) = max over T in S of v(T) + f(S - T), where T holds the first player of S.

    References
    ----------
    Yeh (1986).

    Examples
    --------
    >>> best_structure(Game.of("abc", lambda members: len(members) == 2))
    BestStructure(value=1.0, coalitions=(('a',), ('b', 'c')))
    """
    masks, slack = np.arange(game.grand + 1), game.tolerance
    best = np.zeros(game.grand + 1)
    first_part, blocks = np.zeros((2, game.grand + 1), dtype=int)
    for mask in range(1, game.grand + 1):
        lowest = mask & -mask
        below = masks[: mask + 1]
        parts = below[(below & ~mask == 0) & (below & lowest != 0)]
        worth = game.values[parts] + best[mask ^ parts]
        as_good = np.flatnonzero(worth >= worth.max() - slack)
        pick = as_good[np.argmin(blocks[mask ^ parts[as_good]])]
        best[mask], first_part[mask] = worth[pick], parts[pick]
        blocks[mask] = 1 + blocks[mask ^ parts[pick]]
    coalitions, rest = [], game.grand
    while rest:
        coalitions.append(game.members(int(first_part[rest])))
        rest ^= int(first_part[rest])
    return BestStructure(float(best[-1]), tuple(coalitions))


def equal_split(game: Game) -> np.ndarray:
    """Return the same share of the value of all for each player, shape (n,)."""
    return np.full(game.size, game.values[-1] / game.size)


def partitions(size: int) -> np.ndarray:
    """Return all partitions of up to 8 players, as the mask of each player's coalition.

    Returns
    -------
    ndarray (Bell(n), n) of int

    Raises
    ------
    CoalitionError
        ORE-COA-011 for more than 8 players or none.

    Examples
    --------
    >>> partitions(2).tolist()
    [[3, 3], [1, 2]]
    """
    check_listed(size)
    return _partitions(size)


def check_listed(size: int) -> None:
    """Refuse more players than lists of partitions and of moves are made for (ORE-COA-011)."""
    if not 1 <= size <= MOST_PARTITIONED:
        raise CoalitionError(
            "ORE-COA-011",
            f"{size} players; lists of partitions and of moves go up to {MOST_PARTITIONED}.",
            why="their number grows faster than any power: 8 players have 4140 partitions.",
            fix="pool players that decide alike, or restrict the game to the decisive ones.",
        )


def stable_structures(
    game: Game, rule: Rule, *, tolerance: float | None = None
) -> StableStructures:
    """Return which partitions are stable when each coalition divides its value by `rule`.

    Parameters
    ----------
    game
        Up to 8 players.
    rule
        Takes the game among the members of a coalition and returns their payoffs; such as
        `equal_split` or `oreacle.coalitions.shapley.shapley`.
    tolerance
        Gains up to this, in the unit of the game, are no gains; if not given, `Game.tolerance`.

    Raises
    ------
    CoalitionError
        ORE-COA-011 for more than 8 players; ORE-COA-012 if the rule does not return one finite
        payoff for each member; ORE-COA-009 on a negative tolerance.

    References
    ----------
    Bogomolnaia and Jackson (2002), section 2: core, Nash and individual stability.

    Examples
    --------
    >>> pairs = Game.of("abc", lambda members: {1: 0, 2: 4, 3: 5}[len(members)])
    >>> found = stable_structures(pairs, equal_split)
    >>> found.named(found.core)
    ((('a', 'b'), ('c',)), (('a', 'c'), ('b',)), (('a',), ('b', 'c')))
    >>> found.named(found.nash)
    ((('a', 'b', 'c'),),)
    """
    own = partitions(game.size)
    slack = checked_tolerance(game.tolerance if tolerance is None else tolerance)
    hedonic = _hedonic(game, rule)
    payoff = hedonic[own, np.arange(game.size)]
    core = np.ones(len(own), dtype=bool)
    for mask in range(1, game.grand + 1):
        inside = membership(game.size)[mask]
        core &= ~(hedonic[mask, inside] > payoff[:, inside] + slack).all(axis=1)
    nash, individual = _single_moves(own, payoff, hedonic, slack)
    return StableStructures(game.players, own, payoff, core, nash, individual, slack)


def _single_moves(
    own: np.ndarray, payoff: np.ndarray, hedonic: np.ndarray, slack: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return which partitions are Nash and individually stable."""
    size = own.shape[1]
    inside = membership(size)
    nash, individual = np.ones((2, len(own)), dtype=bool)
    for player in range(size):
        bit = 1 << player
        alone = hedonic[bit, player] > payoff[:, player] + slack
        nash &= ~alone
        individual &= ~alone
        for host in range(size):
            after = own[:, host] | bit
            moves = own[:, host] & bit == 0
            gains = moves & (hedonic[after, player] > payoff[:, player] + slack)
            hurt = (inside[own[:, host]] & (hedonic[after] < payoff - slack)).any(axis=1)
            nash &= ~gains
            individual &= ~(gains & ~hurt)
    return nash, individual


def _hedonic(game: Game, rule: Rule) -> np.ndarray:
    """Return what each member gets in each coalition, shape (2**n, n); 0 for outsiders."""
    inside = membership(game.size)
    table = np.zeros(inside.shape)
    for mask in range(1, game.grand + 1):
        payoffs = np.asarray(rule(game.restricted(mask)), dtype=float)
        if payoffs.shape != (inside[mask].sum(),) or not np.isfinite(payoffs).all():
            raise CoalitionError(
                "ORE-COA-012",
                f"the rule gives {payoffs.tolist()!r} to {', '.join(game.members(mask))}.",
                why="who would move where depends on every member's payoff in every coalition.",
                fix="return one finite payoff for each player of the game that the rule is given.",
            )
        table[mask, inside[mask]] = payoffs
    return table


@cache
def _partitions(size: int) -> np.ndarray:
    """List partitions by putting each player into a coalition of its forerunners or a new one."""
    found: list[list[int]] = [[]]
    for player in range(size):
        bit = 1 << player
        found = [
            [*(mask | bit if mask == home else mask for mask in blocks), *([] if home else [bit])]
            for blocks in found
            for home in [*blocks, 0]
        ]
    table = np.array(
        [[next(m for m in blocks if m >> p & 1) for p in range(size)] for blocks in found]
    )
    table.flags.writeable = False
    return table
