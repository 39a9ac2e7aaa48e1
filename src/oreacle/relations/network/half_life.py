"""How long relations last: the profile likelihood of half-lives.

Does      Asks which half-life of past acts best tells the acts of the next year.
Units     Years; log-likelihood in nats.
Method    For each half-life of a grid a logistic regression of "the dyad acts in a year" on the
          log of its faded acts and on the log of all acts of its two actors so far, which takes
          up that some actors act more; the interval holds what lies within half the 95 % point of
          chi-squared (3.84) of the best.
Assumes   Dyads and years are independent given the features.
Not here  Which acts: see `oreacle.engine.relations_history.half_lives`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import RelationsError

GRID = (0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 40.0)
"""Half-lives tried [yr]."""
CHI_SQUARED_95 = 3.841458820694124
STEPS = 100
CLOSE = 1e-8
"""Gain of a step, in nats, below which the fit has ended."""


@dataclass(frozen=True)
class HalfLifeProfile:
    """Log-likelihood over half-lives.

    Attributes
    ----------
    half_lives
        Grid, shape (point,) [yr].
    log_likelihood
        Best over the other coefficients, shape (point,) [nats].
    acts, rows
        Dyad-years with an act, and all that were scored.
    """

    half_lives: np.ndarray
    log_likelihood: np.ndarray
    acts: int
    rows: int

    @property
    def loss(self) -> np.ndarray:
        """Nats below the best, shape (point,)."""
        return np.asarray(self.log_likelihood.max() - self.log_likelihood)

    @property
    def best(self) -> float:
        """Half-life of the grid with the highest likelihood [yr]."""
        return float(self.half_lives[self.log_likelihood.argmax()])

    @property
    def is_identified(self) -> bool:
        """True if the 95 % interval leaves out both ends of the grid."""
        inside = self.loss <= CHI_SQUARED_95 / 2.0
        return bool(not inside[0] and not inside[-1])


def half_life_profile(
    acts: np.ndarray, first_scored: int, half_lives: tuple[float, ...] = GRID
) -> HalfLifeProfile:
    """Return the profile likelihood of the half-life of acts.

    Parameters
    ----------
    acts : ndarray (year, actor, actor) [acts]
        Symmetric: acts of each dyad and year.
    first_scored
        Position of the first year whose acts are told from those before it, at least 1.
    half_lives
        Grid [yr].

    Raises
    ------
    RelationsError
        ORE-REL-033 if nobody or everybody acts in the years that are scored.
    """
    above = np.triu_indices(acts.shape[1], 1)
    dyads = acts[:, above[0], above[1]]
    happens = (dyads[first_scored:] > 0.0).ravel()
    if not 0 < happens.sum() < happens.size:
        raise RelationsError(
            "ORE-REL-033",
            f"{happens.sum()} of {happens.size} dyad-years have an act.",
            why="acts that never or always happen say nothing about how long they are remembered.",
            fix="score a longer window that starts after the first year.",
        )
    so_far = np.cumsum(acts.sum(axis=2), axis=0)[first_scored - 1 : -1]
    busy = np.log1p(so_far[:, above[0]]) + np.log1p(so_far[:, above[1]])
    found = []
    for half_life in half_lives:
        memory = _faded(dyads, half_life)[first_scored - 1 : -1]
        features = np.stack([np.ones(happens.size), np.log1p(memory).ravel(), busy.ravel()], 1)
        found.append(_log_likelihood(features, happens.astype(float)))
    return HalfLifeProfile(
        np.array(half_lives), np.array(found), int(happens.sum()), int(happens.size)
    )


def _faded(dyads: np.ndarray, half_life: float) -> np.ndarray:
    """Return faded acts at the end of each year, shape (year, dyad)."""
    kept, memory = 0.5 ** (1.0 / half_life), np.zeros(dyads.shape[1])
    found = np.empty(dyads.shape)
    for at, acts in enumerate(dyads):
        memory = memory * kept + acts
        found[at] = memory
    return found


def _log_likelihood(features: np.ndarray, happens: np.ndarray) -> float:
    """Return the highest log-likelihood of a logistic regression, by Newton's method.

    A step that would lower the likelihood is halved: acts are rare, and a full step overshoots.
    """
    mean = happens.mean()
    beta = np.zeros(features.shape[1])
    beta[0] = np.log(mean / (1.0 - mean))
    best = _likelihood(features, happens, beta)
    for _ in range(STEPS):
        chance = 1.0 / (1.0 + np.exp(-(features @ beta)))
        slope = features.T @ (happens - chance)
        bend = (features * (chance * (1.0 - chance))[:, None]).T @ features
        step = np.linalg.solve(bend + 1e-9 * np.eye(len(beta)), slope)
        if float(slope @ step) < CLOSE:  # twice what is left to gain
            return best
        while (found := _likelihood(features, happens, beta + step)) < best:
            step = step / 2.0
        beta, best = beta + step, found
    raise RelationsError(
        "ORE-REL-003",
        f"the fit of a half-life did not end in {STEPS} steps.",
        why="its likelihood would be too low, and the profile wrong.",
        fix="look for a feature that separates dyads that act from those that do not.",
    )


def _likelihood(features: np.ndarray, happens: np.ndarray, beta: np.ndarray) -> float:
    odds = features @ beta
    return float((happens * odds - np.logaddexp(0.0, odds)).sum())
