"""Probabilities of at least one act within a horizon, from yearly log-odds.

Does      Integrates over what is uncertain: coefficients, effects and the level of the years.
Units     Probabilities [1].
Method    Log-odds of a unit are normal with the posterior's variance plus that of the level;
          the probability of no act in any year of the window is averaged over them by
          Gauss-Hermite quadrature with 9 nodes. Features stand as known at the origin.
Assumes   What is uncertain is common to the years of a window.
Not here  Paths in which acts and markets answer each other: see `oreacle.engine`.
"""

from __future__ import annotations

import numpy as np

from oreacle.forecasting.events.fit import EventFit
from oreacle.forecasting.events.rows import UnitRows
from oreacle.relations.logistic import NODES, WEIGHTS, sigmoid
from oreacle.relations.sampling import nonempty_inclusion


def yearly(fit: EventFit, rows: UnitRows, ahead: int) -> np.ndarray:
    """Return the yearly probability by node of the quadrature, shape (node, row).

    Parameters
    ----------
    fit
        The model.
    rows
        Units as known at the origin.
    ahead
        Years after the origin.
    """
    mean, variance = fit.with_level(rows, ahead)
    return sigmoid(mean + NODES[:, None] * np.sqrt(variance))


def within(chances: list[np.ndarray]) -> np.ndarray:
    """Return the probability of at least one act, shape (row,).

    Parameters
    ----------
    chances
        Probability of each year by node, shape (node, row).
    """
    none = np.prod([1.0 - chance for chance in chances], axis=0)
    return np.asarray(1.0 - WEIGHTS @ none)


def unit_forecast(fit: EventFit, rows: UnitRows, horizon: int) -> np.ndarray:
    """Return the probability of at least one act of each unit within a horizon, shape (row,)."""
    return within([yearly(fit, rows, ahead) for ahead in range(1, horizon + 1)])


def mineral_forecast(
    act: EventFit, scope: EventFit, actors: UnitRows, links: UnitRows, horizon: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the probability of a new restriction by actor and mineral.

    Parameters
    ----------
    act, scope
        The two models.
    actors
        Actors at risk as known at the origin.
    links
        All links at risk, sorted by actor; the second party is the mineral.
    horizon
        Years after the origin.

    Returns
    -------
    tuple of ndarray
        Cells, shape (cell, 2): actor and mineral; and probabilities, shape (cell,).
    """
    keys, inclusion = covered_minerals(scope, links)
    row = actor_rows(actors, keys)
    chances = [yearly(act, actors, ahead)[:, row] * inclusion for ahead in range(1, horizon + 1)]
    return keys, within(chances)


def covered_minerals(scope: EventFit, links: UnitRows) -> tuple[np.ndarray, np.ndarray]:
    """Return cells of actor and mineral, (cell, 2), and how likely an act covers each, (cell,)."""
    covered = covering(scope, links)
    keys, inverse = np.unique(
        np.stack([links.first, links.second], axis=1), axis=0, return_inverse=True
    )
    either = np.zeros(len(keys))
    np.add.at(either, inverse.ravel(), np.log1p(-np.minimum(covered, 1.0 - 1e-12)))
    return keys, scope.reach * _given_some(-np.expm1(either), keys[:, 0])


def actor_rows(actors: UnitRows, keys: np.ndarray) -> np.ndarray:
    """Return the row of the actor of each cell, shape (cell,)."""
    spot = {int(actor): at for at, actor in enumerate(actors.first)}
    return np.array([spot[int(actor)] for actor in keys[:, 0]], dtype=int)


def covering(scope: EventFit, links: UnitRows) -> np.ndarray:
    """Return the mean probability that an act covers each link, before the condition, (row,)."""
    mean, variance = scope.log_odds(links)
    return np.asarray(WEIGHTS @ sigmoid(mean + NODES[:, None] * np.sqrt(variance)))


def _given_some(chance: np.ndarray, actor: np.ndarray) -> np.ndarray:
    """Return inclusion probabilities given that an act covers something, shape (cell,)."""
    found = np.empty(len(chance))
    for one in np.unique(actor):
        found[actor == one] = nonempty_inclusion(chance[actor == one])
    return found
