"""Cooperation and rivalry of every dyad, moved by acts and fading.

Does      Holds the intensity of cooperation and rivalry between actors, lets it fade by a year
          and adds the acts of the year; turns both into one signed weight.
Units     Faded acts: 1 is one act of weight one this year. Signed weights [1], -1 to 1.
Method    Exponential fading with a half-life each; the signed weight of a dyad is its balance
          of acts, shrunk towards 0 where few acts speak: (C - R) / (kappa + C + R).
Assumes   Acts of a year come at its end: they fade from the next year on. Rivalry of a dyad is
          that of both directions together.
Not here  Which acts there are: see `oreacle.engine`. Blocs: see `.blocs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from oreacle.core.errors import RelationsError

HALF_LIFE = 5.0
"""Half-life of cooperation and of rivalry [yr]: a prior. The acts of 2000-2014 do not identify
that of cooperation; for rivalry they allow 2 to 8 years, and 5 is 0.02 nats below the best (see
`docs/network.md`)."""
HALF_SATURATION = 1.0
"""Acts at which a dyad without contrary acts has a weight of one half [acts]; assumed."""
SYMMETRY = 1e-9
"""Largest difference between the two halves of a symmetric array, over its largest entry [1]."""


@dataclass(frozen=True)
class NetworkState:
    """Intensity of relations at the end of a year.

    Attributes
    ----------
    cooperation
        Symmetric, shape (member, actor, actor) [faded acts].
    rivalry
        From who acts to who is aimed at, shape (member, actor, actor) [faded acts].
    """

    cooperation: np.ndarray
    rivalry: np.ndarray

    @property
    def dyad_rivalry(self) -> np.ndarray:
        """Rivalry in both directions together, symmetric, shape as `rivalry` [faded acts]."""
        return np.asarray(self.rivalry + np.swapaxes(self.rivalry, 1, 2))


@dataclass(frozen=True)
class HalfLives:
    """How long relations last.

    Attributes
    ----------
    cooperation, rivalry
        One figure, or one of each member, shape (member,) [yr].
    """

    cooperation: float | np.ndarray = HALF_LIFE
    rivalry: float | np.ndarray = HALF_LIFE


PRIOR = HalfLives()


def empty_network(actors: int, *, members: int = 1) -> NetworkState:
    """Return a network without acts."""
    shape = (members, actors, actors)
    return NetworkState(np.zeros(shape), np.zeros(shape))


def advance(
    state: NetworkState,
    cooperation: np.ndarray,
    rivalry: np.ndarray,
    half_lives: HalfLives = PRIOR,
) -> NetworkState:
    """Return the network a year later, with the acts of that year.

    Parameters
    ----------
    state
        As it stood at the end of the year before.
    cooperation : ndarray (member, actor, actor) [acts]
        Cooperative acts of the year, symmetric, zero on the diagonal.
    rivalry : ndarray (member, actor, actor) [acts]
        Rivalrous acts of the year from actor to target, zero on the diagonal.
    half_lives
        Time in which an intensity halves [yr].

    Raises
    ------
    RelationsError
        ORE-REL-030 if acts are missing, negative, of another shape, on the diagonal, or not
        symmetric where they must be; ORE-REL-031 if a half-life is not above 0.

    Examples
    --------
    >>> act = np.array([[[0.0, 1.0], [1.0, 0.0]]])
    >>> later = advance(advance(empty_network(2), act, 0 * act), 0 * act, 0 * act)
    >>> round(float(later.cooperation[0, 0, 1]), 4)
    0.8706
    """
    check_dyads(cooperation, "cooperative acts", like=state.cooperation, symmetric=True)
    check_dyads(rivalry, "rivalrous acts", like=state.rivalry)
    return NetworkState(
        state.cooperation * _kept(half_lives.cooperation) + cooperation,
        state.rivalry * _kept(half_lives.rivalry) + rivalry,
    )


def signed_weights(state: NetworkState, half_saturation: float = HALF_SATURATION) -> np.ndarray:
    """Return one weight of each dyad: cooperation less rivalry, bounded.

    One act of cooperation alone gives 1/2, three give 3/4; as much rivalry as cooperation
    gives 0. It is the mean of the balance of acts under `half_saturation` acts of prior
    experience that speak for neither.

    Parameters
    ----------
    state
        Intensities.
    half_saturation
        Acts of prior experience, above 0 [acts].

    Returns
    -------
    ndarray (member, actor, actor) [1]
        Symmetric, zero on the diagonal and for dyads without acts, inside -1 to 1.
    """
    bad = state.dyad_rivalry
    total = state.cooperation + bad
    total += half_saturation
    weights = state.cooperation - bad
    weights /= total
    return np.asarray(weights)


def check_dyads(
    values: np.ndarray,
    what: str,
    *,
    like: np.ndarray | None = None,
    symmetric: bool = False,
    signed: bool = False,
) -> np.ndarray:
    """Return `values` if they are figures of dyads, shape (member, actor, actor).

    Raises
    ------
    RelationsError
        ORE-REL-030 as in `advance`; negative figures are allowed if `signed`.
    """
    if values.ndim != 3 or values.shape[1] != values.shape[2]:
        _refuse(what, f"have the shape {values.shape}, not (member, actor, actor)")
    if like is not None and like.shape[1:] != values.shape[1:]:
        _refuse(what, f"are of {values.shape[1]} actors in a network of {like.shape[1]}")
    if like is not None and values.shape[0] not in (1, like.shape[0]) and like.shape[0] != 1:
        _refuse(what, f"are of {values.shape[0]} members in a network of {like.shape[0]}")
    if not np.isfinite(values).all():
        _refuse(what, "are missing or infinite somewhere")
    if not signed and (values < 0.0).any():
        _refuse(what, "are negative somewhere")
    if np.diagonal(values, axis1=1, axis2=2).any():
        _refuse(what, "link an actor with itself")
    if symmetric and values.size:
        gap = np.abs(values - np.swapaxes(values, 1, 2)).max()
        if gap > SYMMETRY * np.abs(values).max():
            _refuse(what, "differ between the two directions of a dyad")
    return values


def _kept(half_life: float | np.ndarray) -> np.ndarray:
    """Return what is left of an intensity after a year, to multiply with (member, actor, actor)."""
    years = np.asarray(half_life, dtype=float)
    if not (years > 0.0).all():  # also refuses missing ones
        raise RelationsError(
            "ORE-REL-031",
            f"a half-life of {float(np.min(years)):g} years.",
            why="relations would vanish at once or grow by themselves.",
            fix="give half-lives above 0; the prior is 5 years.",
        )
    return np.asarray(0.5 ** (1.0 / years)).reshape(-1, 1, 1)


def _refuse(what: str, how: str) -> NoReturn:
    raise RelationsError(
        "ORE-REL-030",
        f"the {what} {how}.",
        why="ties between actors would be wrong without a trace; a missing act is not the "
        "same as no act.",
        fix="give finite figures of shape (member, actor, actor), zero on the diagonal; put 0 "
        "only where it is known that nobody acted.",
    )
