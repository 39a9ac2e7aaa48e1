"""What members of a club get, and what they would get without it, draw by draw.

Does      Holds and checks the amounts inside and outside, the weights and the causes of draws.
Units     USD/yr; weights are probabilities.
Method    Gain from leaving = amount outside - amount inside, in the same draw. A draw with several
          causes counts in equal parts for each of them, so that causes add up to the whole.
Assumes   One allocation rule; who leaves leaves alone and the others stay together.
Not here  What the gains mean for the club: see `oreacle.coalitions.fault_lines`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from oreacle.core.errors import CoalitionError

QUIET = "no shock"
WEIGHT_TOLERANCE = 1e-9
# Markets close to about 1e-9 of their money: a smaller gain is the error of a solver.
SMALLEST_SHARE = 1e-9


@dataclass(frozen=True)
class ClubDraws:
    """Amounts of members inside and outside a club under one allocation rule.

    Parameters
    ----------
    inside : ndarray (draw, member) [USD/yr]
        What each member gets when the club holds.
    outside : ndarray (draw, member) [USD/yr]
        What the member would get in that draw had it left and the others stayed together.
    weight : ndarray (draw,) [1]
        Probabilities of draws, sum 1.
    causes
        What happens in each draw: a word, or a tuple of words; an empty tuple is a draw
        without a shock.
    members
        Names, one a column.

    Raises
    ------
    CoalitionError
        ORE-COA-040 if shapes do not fit, ORE-COA-041 if weights are no probabilities,
        ORE-COA-042 if an amount is missing or infinite, ORE-COA-043 if causes or names do
        not fit the draws.

    Examples
    --------
    >>> club = ClubDraws(np.array([[4.0, 4.0]]), np.array([[5.0, 1.0]]), np.ones(1), ("ban",),
    ...                  ("JPN", "KOR"))
    >>> club.gain.tolist()
    [[1.0, -3.0]]
    """

    inside: np.ndarray
    outside: np.ndarray
    weight: np.ndarray
    causes: tuple[str | tuple[str, ...], ...]
    members: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse what cannot be used."""
        for name in ("inside", "outside", "weight"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=float))
        object.__setattr__(self, "causes", tuple(self.causes))
        object.__setattr__(self, "members", tuple(self.members))
        _check_shapes(self)
        check_weight(self.weight)
        _check_amounts(self)
        _check_words(self)

    @property
    def gain(self) -> np.ndarray:
        """Return what members gain from leaving, shape (draw, member) [USD/yr]."""
        return np.asarray(self.outside - self.inside)

    @property
    def smallest(self) -> float:
        """Return the gain up to which nobody is said to gain [USD/yr]."""
        largest = max(float(np.abs(self.inside).max()), float(np.abs(self.outside).max()))
        return SMALLEST_SHARE * largest

    def with_payments(self, payments: np.ndarray) -> ClubDraws:
        """Return the club after payments to members; negative payments are paid by them.

        Parameters
        ----------
        payments : ndarray (member,) or (draw, member) [USD/yr]
            Received by members while they are inside; who leaves neither pays nor gets.
        """
        return replace(self, inside=self.inside + payments)

    def cause_shares(self) -> tuple[tuple[str, ...], np.ndarray]:
        """Return causes in order of their names, and the part of each draw that each has.

        Returns
        -------
        tuple of str, ndarray (draw, cause) [1]
            Rows sum to 1.

        Examples
        --------
        >>> club = ClubDraws(np.ones((2, 2)), np.ones((2, 2)), np.full(2, 0.5),
        ...                  ("ban", ("ban", "flood")), ("JPN", "KOR"))
        >>> club.cause_shares()[1].tolist()
        [[1.0, 0.0], [0.5, 0.5]]
        """
        by_draw = [_words(cause) for cause in self.causes]
        names = tuple(sorted({word for words in by_draw for word in words}))
        place = {name: k for k, name in enumerate(names)}
        shares = np.zeros((len(by_draw), len(names)))
        for draw, words in enumerate(by_draw):
            for word in words:
                shares[draw, place[word]] += 1.0 / len(words)
        return names, shares


def check_weight(weight: np.ndarray) -> np.ndarray:
    """Return weights of draws as floats if they are probabilities that sum to 1.

    Raises
    ------
    CoalitionError
        ORE-COA-041 if one is negative or missing, or the sum is not 1.
    """
    found = np.asarray(weight, dtype=float)
    if found.ndim != 1 or not found.size or not np.isfinite(found).all() or (found < 0.0).any():
        raise CoalitionError(
            "ORE-COA-041",
            f"weights of draws of shape {found.shape} are not a row of numbers of at least 0.",
            why="a weight is the probability of its draw.",
            fix="give one finite probability per draw.",
        )
    if abs(float(found.sum()) - 1.0) > WEIGHT_TOLERANCE:
        raise CoalitionError(
            "ORE-COA-041",
            f"weights of draws sum to {float(found.sum()):.9g}.",
            why="expectations and probabilities would be off by that factor.",
            fix="divide the weights by their sum.",
        )
    return found


def same_draws(clubs: Mapping[str, ClubDraws]) -> None:
    """Refuse clubs that do not stand on the same draws and members.

    Raises
    ------
    CoalitionError
        ORE-COA-047 naming the first that differs.
    """
    names = list(clubs)
    for name in names[1:]:
        first, other = clubs[names[0]], clubs[name]
        if not (
            np.array_equal(first.weight, other.weight)
            and first.causes == other.causes
            and first.members == other.members
        ):
            raise CoalitionError(
                "ORE-COA-047",
                f"'{name}' and '{names[0]}' differ in weights, causes or members.",
                why="their difference would mix the rule with the luck of the draws.",
                fix="evaluate every rule on the same draws and members.",
            )


def _check_shapes(club: ClubDraws) -> None:
    shape = club.inside.shape
    fits = len(shape) == 2 and shape == club.outside.shape and club.weight.shape == shape[:1]
    if not fits or shape[0] < 1 or shape[1] < 2:
        raise CoalitionError(
            "ORE-COA-040",
            f"inside {shape}, outside {club.outside.shape} and weight {club.weight.shape} do not "
            "fit, or there are fewer than 1 draw or 2 members.",
            why="a gain from leaving compares the same member in the same draw.",
            fix="give inside and outside as (draw, member) and weight as (draw,).",
        )


def _check_amounts(club: ClubDraws) -> None:
    for name in ("inside", "outside"):
        bad = np.argwhere(~np.isfinite(getattr(club, name)))
        if bad.size:
            raise CoalitionError(
                "ORE-COA-042",
                f"{name} is missing or infinite in {len(bad)} places, first at draw {bad[0][0]}, "
                f"member {bad[0][1]}.",
                why="a draw that did not solve is not a draw in which the club is worth nothing.",
                fix="leave such draws out and give the others weights that sum to 1; say how many.",
            )


def _check_words(club: ClubDraws) -> None:
    n_draws, n_members = club.inside.shape
    is_named = len(club.members) == n_members == len(set(club.members))
    is_told = len(club.causes) == n_draws and all(
        word and isinstance(word, str) for cause in club.causes for word in _words(cause)
    )
    if not is_named or not is_told:
        raise CoalitionError(
            "ORE-COA-043",
            f"{len(club.causes)} causes for {n_draws} draws, {len(club.members)} names for "
            f"{n_members} members; or a name twice, or an empty cause.",
            why="a fault line would be told of the wrong member or shock.",
            fix="give one word or tuple of words per draw and one name per member.",
        )


def _words(cause: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return the different words of a draw's causes."""
    words = (cause,) if isinstance(cause, str) else tuple(dict.fromkeys(cause))
    return words or (QUIET,)
