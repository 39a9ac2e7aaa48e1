"""Farsighted stability: who looks ahead leaves only if what follows is worth it.

Does      Finds the largest consistent set of an abstract game, and of the clubs of a table.
Units     Utilities are compared, never added: any unit.
Method    Indirect dominance by search backwards from each state; then states with a move that
          nothing deters are removed until none is left to remove.
Assumes   Moves are public, agreements do not bind, and players fear whatever may follow: a set that
          is consistent rules out with confidence and predicts cautiously. One club at a time; it
          loses members or takes in members, not both in one move.
Not here  Single moves without a look ahead: see `oreacle.coalitions.stability`.

References
----------
Chwe, M. S.-Y. (1994). Farsighted coalitional stability. Journal of Economic Theory 63(2), 299-325.
Harsanyi, J. C. (1974). An equilibrium-point interpretation of stable sets and a proposed
alternative definition. Management Science 20(11), 1472-1495.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.coalitions.game import ClubPayoffs, checked_tolerance
from oreacle.coalitions.stability import Joining, checked_joining
from oreacle.coalitions.structures import check_listed
from oreacle.core.errors import CoalitionError


@dataclass(frozen=True, eq=False)
class Moves:
    """Which players can replace one state by another together.

    Attributes
    ----------
    start, end : ndarray (moves,) of int
        States, numbered by the rows of the utilities.
    acting : ndarray (moves,) of int
        Mask of the players who make the move; never 0.
    """

    start: np.ndarray
    end: np.ndarray
    acting: np.ndarray


@dataclass(frozen=True, eq=False)
class FarsightedResult:
    """Largest consistent set and what it rests on.

    Attributes
    ----------
    consistent : ndarray (states,) of bool
        States in the set. Never empty.
    dominates : ndarray (states, states) of bool
        `dominates[a, b]`: b indirectly dominates a.
    rounds
        Times that states were removed.
    """

    consistent: np.ndarray
    dominates: np.ndarray
    rounds: int


def largest_consistent_set(
    utilities: np.ndarray, moves: Moves, *, tolerance: float = 0.0
) -> FarsightedResult:
    """Return the largest consistent set of an abstract game.

    b indirectly dominates a if moves lead from a to b such that each who moves likes b better than
    the state that it leaves. A set X is consistent if it holds exactly the states a at which every
    move by some S to some d is deterred: there is e in X, equal to d or indirectly dominating d,
    that not all of S like better than a.

    Parameters
    ----------
    utilities : ndarray (states, n)
        Finite; larger is better. At most 62 players.
    moves
        All moves between states.
    tolerance
        Differences of utility up to this are none.

    Raises
    ------
    CoalitionError
        ORE-COA-013 if utilities or moves do not fit; ORE-COA-009 on a negative tolerance.

    References
    ----------
    Chwe (1994), section 2: indirect dominance, consistent set, and proposition 1 on the largest.

    Examples
    --------
    One player could move from state 0 to 1, from where the other would go on to 2. The first likes
    2 least and stays.

    >>> steps = Moves(np.array([0, 1]), np.array([1, 2]), np.array([1, 2]))
    >>> largest_consistent_set(np.array([[1, 0], [2, 0], [0, 1]]), steps).consistent.tolist()
    [True, False, True]
    """
    table = _checked_utilities(utilities)
    _check_moves(moves, table)
    better = _better(table, checked_tolerance(tolerance))
    # Of each move and each state: do all who move like that state better than where they start?
    gains = moves.acting[:, None] & ~better[moves.start] == 0
    dominates = _indirect_dominance(gains, moves, len(table))
    # Where a move may end up: at its end, or at what dominates it.
    ends = (dominates | np.eye(len(table), dtype=bool))[moves.end]
    inside = np.ones(len(table), dtype=bool)
    rounds = 0
    while True:
        deterred = (ends & ~gains & inside).any(axis=1)
        stays = np.ones(len(table), dtype=bool)
        stays[moves.start[~deterred]] = False
        if not (inside & ~stays).any():
            return FarsightedResult(inside, dominates, rounds)
        inside &= stays
        rounds += 1


def club_moves(size: int, joining: Joining = "open") -> Moves:
    """Return the moves between clubs of up to 8 players; states are masks.

    Any members may leave together; they act. Any outsiders may join together: they act alone if
    joining is ``open``, with all members if it is ``exclusive``.

    Raises
    ------
    CoalitionError
        ORE-COA-011 for more than 8 players; ORE-COA-010 on another rule of joining.

    Examples
    --------
    >>> moves = club_moves(1)
    >>> moves.start.tolist(), moves.end.tolist(), moves.acting.tolist()
    ([1, 0], [0, 1], [1, 1])
    """
    check_listed(size)
    exclusive = checked_joining(joining) == "exclusive"
    club, group = (axis.ravel() for axis in np.meshgrid(*[np.arange(1 << size)] * 2, indexing="ij"))
    leaves = (group > 0) & (group & ~club == 0)
    joins = (group > 0) & (group & club == 0)
    consent = group[joins] | (club[joins] if exclusive else 0)
    return Moves(
        start=np.concatenate([club[leaves], club[joins]]),
        end=np.concatenate([club[leaves] ^ group[leaves], club[joins] | group[joins]]),
        acting=np.concatenate([group[leaves], consent]),
    )


def farsighted_clubs(
    payoffs: ClubPayoffs, *, joining: Joining = "open", tolerance: float | None = None
) -> tuple[tuple[str, ...], ...]:
    """Return the clubs in the largest consistent set, by mask; ``()`` stands for no club.

    Parameters
    ----------
    payoffs
        What everyone gets under each club, for up to 8 players.
    joining
        As in `club_moves`.
    tolerance
        Gains up to this, in the unit of the payoffs, are no gains; if not given,
        `ClubPayoffs.tolerance`.

    Raises
    ------
    CoalitionError
        ORE-COA-009, ORE-COA-010 or ORE-COA-011 as in `club_moves`.

    References
    ----------
    Chwe (1994), section 2, on moves between clubs.

    Examples
    --------
    >>> pair = ClubPayoffs(("a", "b"), [[0, 0], [0, 0], [0, 0], [3, 1]])
    >>> farsighted_clubs(pair)
    (('a', 'b'),)
    """
    moves = club_moves(payoffs.size, joining)
    slack = payoffs.tolerance if tolerance is None else tolerance
    found = largest_consistent_set(payoffs.payoff, moves, tolerance=slack)
    return tuple(payoffs.members(int(mask)) for mask in np.flatnonzero(found.consistent))


def _better(table: np.ndarray, slack: float) -> np.ndarray:
    """Return who likes state b better than a, as masks, shape (states, states)."""
    likes = table[None, :, :] > table[:, None, :] + slack
    return np.asarray(likes @ (1 << np.arange(table.shape[1])))


def _indirect_dominance(gains: np.ndarray, moves: Moves, states: int) -> np.ndarray:
    """Search backwards from all states at once: each pass adds chains that are one move longer."""
    reached = np.zeros((states, states), dtype=bool)
    while True:
        # A move towards b counts if it ends at b, or at a state that b dominates already.
        leads = gains & (reached | np.eye(states, dtype=bool))[moves.end]
        longer = reached.copy()
        np.logical_or.at(longer, moves.start, leads)
        if (longer == reached).all():
            return reached
        reached = longer


def _checked_utilities(utilities: np.ndarray) -> np.ndarray:
    table = np.asarray(utilities, dtype=float)
    if table.ndim != 2 or not table.size or table.shape[1] > 62 or not np.isfinite(table).all():
        raise CoalitionError(
            "ORE-COA-013",
            f"utilities of shape {table.shape}, or a utility is missing.",
            why="players compare every pair of states.",
            fix="give a finite table with a row for each state and a column for each player.",
        )
    return table


def _check_moves(moves: Moves, table: np.ndarray) -> None:
    states, players = table.shape
    ends = np.concatenate([moves.start, moves.end])
    same = moves.start.shape == moves.end.shape == moves.acting.shape == (len(moves.start),)
    if not same or ((ends < 0) | (ends >= states)).any():
        _refuse_moves("name a state that is not there, or have columns of different length")
    if ((moves.acting <= 0) | (moves.acting >= 1 << players)).any():
        _refuse_moves("are made by nobody, or by players without a utility")


def _refuse_moves(fault: str) -> None:
    raise CoalitionError(
        "ORE-COA-013",
        f"moves {fault}.",
        why="a move leads from one state to another and is made by some players.",
        fix="number states by the rows of the utilities and players by the bits of `acting`.",
    )
