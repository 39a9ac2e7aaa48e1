"""Shapley value: what a player adds to those who came before, over all orders of coming.

Does      Divides the value of all by mean marginal contributions; exactly, or from sampled orders.
Units     In and out: the unit of the game.
Method    Exact from the table of values. Sampled: random orders in pairs, each with its reverse,
          and the standard error of the mean over pairs.
Assumes   All orders are equally likely; transfers are possible. It may lie outside the core.
Not here  Divisions that no coalition rejects: see `oreacle.coalitions.core`.

References
----------
Shapley, L. S. (1953). A value for n-person games. Contributions to the Theory of Games II, 307-317.
Castro, J., Gomez, D. and Tejada, J. (2009). Polynomial calculation of the Shapley value based on
sampling. Computers and Operations Research 36(5), 1726-1730.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import comb

import numpy as np

from oreacle.coalitions.game import Game, coalition_sizes, membership
from oreacle.core.errors import CoalitionError


def shapley(game: Game) -> np.ndarray:
    """Return the Shapley value of each player.

    phi_i is the sum over S without i of s! (n - s - 1)! / n! (v(S + i) - v(S)).

    Parameters
    ----------
    game
        Up to 12 players.

    Returns
    -------
    ndarray (n,) [unit of the game]
        Sums to the value of all.

    References
    ----------
    Shapley (1953), equation (13).

    Examples
    --------
    >>> shapley(Game(("left", "right", "other"), [0, 0, 0, 1, 0, 1, 0, 1])).round(4).tolist()
    [0.6667, 0.1667, 0.1667]
    """
    size = game.size
    by_size = np.array([1.0 / (size * comb(size - 1, s)) for s in range(size)])
    value = np.empty(size)
    for player in range(size):
        without = np.flatnonzero(~membership(size)[:, player])
        added = game.values[without | 1 << player] - game.values[without]
        value[player] = by_size[coalition_sizes(size)[without]] @ added
    return value


@dataclass(frozen=True, eq=False)
class ShapleySample:
    """An estimate of the Shapley value from sampled orders.

    Attributes
    ----------
    players
        Names, in the order of the arrays.
    mean, standard_error : ndarray (n,)
        Estimate and its standard error, in the unit of the values. The means sum to the value of
        all whatever the sample.
    permutations
        Orders used: twice the number of pairs.
    evaluations
        Coalitions whose value was asked for, each once.
    """

    players: tuple[str, ...]
    mean: np.ndarray
    standard_error: np.ndarray
    permutations: int
    evaluations: int


def shapley_sampled(
    players: Iterable[str],
    value: Callable[[frozenset[str]], float],
    *,
    pairs: int,
    rng: np.random.Generator,
) -> ShapleySample:
    """Return the Shapley value estimated from random orders, for any number of players.

    Parameters
    ----------
    players
        Different names.
    value
        Value of a coalition, given as a set of names. The empty one is worth 0 and never asked.
    pairs
        How many random orders, each used forwards and backwards; at least 2.
    rng
        Source of randomness.

    Raises
    ------
    CoalitionError
        ORE-COA-001 on names that are not unique; ORE-COA-006 on fewer than two pairs or no
        player; ORE-COA-007 if a value is not finite.

    References
    ----------
    Castro, Gomez and Tejada (2009); the reverse of each order is an antithetic draw.

    Examples
    --------
    >>> sample = shapley_sampled("abc", lambda club: len(club) ** 2, pairs=4,
    ...                          rng=np.random.default_rng(1))
    >>> sample.mean.tolist(), float(sample.standard_error.max())
    ([3.0, 3.0, 3.0], 0.0)
    """
    names = tuple(players)
    _check_sample(names, pairs)
    known: dict[frozenset[str], float] = {frozenset(): 0.0}
    draws = np.empty((pairs, len(names)))
    for pair in range(pairs):
        order = rng.permutation(len(names))
        forwards = _contributions(names, order, value, known)
        draws[pair] = (forwards + _contributions(names, order[::-1], value, known)) / 2.0
    error = draws.std(axis=0, ddof=1) / np.sqrt(pairs)
    return ShapleySample(names, draws.mean(axis=0), error, 2 * pairs, len(known) - 1)


def _contributions(
    names: tuple[str, ...],
    order: np.ndarray,
    value: Callable[[frozenset[str]], float],
    known: dict[frozenset[str], float],
) -> np.ndarray:
    """Return what each player adds to those before it in one order, shape (n,)."""
    added = np.empty(len(names))
    club: frozenset[str] = frozenset()
    before = 0.0
    for player in order:
        club |= {names[player]}
        if club not in known:
            known[club] = _finite(float(value(club)), club)
        added[player] = known[club] - before
        before = known[club]
    return added


def _finite(value: float, club: frozenset[str]) -> float:
    if not np.isfinite(value):
        raise CoalitionError(
            "ORE-COA-007",
            f"the coalition of {', '.join(sorted(club))} has value {value}.",
            why="a mean over orders needs the value of every coalition that it passes.",
            fix="give a finite value for every coalition, or leave players out of the game.",
        )
    return value


def _check_sample(names: tuple[str, ...], pairs: int) -> None:
    if len(set(names)) < len(names):
        raise CoalitionError(
            "ORE-COA-001",
            f"players {names!r} are not different names.",
            why="coalitions are told by the names of their members.",
            fix="give each player a name of its own.",
        )
    if pairs < 2 or not names:
        raise CoalitionError(
            "ORE-COA-006",
            f"{pairs} pair(s) of orders over {len(names)} player(s).",
            why="a standard error needs at least two draws, and a draw at least one player.",
            fix="sample at least two pairs; some hundreds are usual.",
        )
