"""Draws of coefficients from a cluster bootstrap.

Does      Refits a model under random weights of whole clusters of rows.
Units     Coefficients in log-odds.
Method    Bayesian bootstrap (Rubin 1981): each cluster gets an exponential weight of mean 1; with
          several ways to cluster (actor and year) a row gets the product of its weights, which
          is mildly conservative for crossed effects (Owen and Eckles 2012).
Assumes   Clusters, not rows, are exchangeable.
Not here  The fit itself: see `oreacle.relations.logistic`.

References
----------
Rubin, D. B. (1981). The Bayesian bootstrap. Annals of Statistics 9(1), 130-134.
Owen, A. B. and Eckles, D. (2012). Bootstrapping data arrays of arbitrary order. Annals of
Applied Statistics 6(3), 895-927.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from oreacle.core.errors import RelationsError

SMALLEST_WEIGHT = 1e-6


def cluster_weights(clusters: Sequence[np.ndarray], *, rng: np.random.Generator) -> np.ndarray:
    """Return one set of row weights that is constant within crossed clusters.

    Parameters
    ----------
    clusters
        One or more labellings of the rows, each of shape (row,).
    rng
        Source of randomness.

    Returns
    -------
    ndarray (row,) [1]
        Positive weights that sum to the number of rows.

    Raises
    ------
    RelationsError
        ORE-REL-006 if a labelling has fewer than two clusters or none is given.
    """
    if not clusters:
        _refuse_clusters(0)
    weights = np.ones(len(clusters[0]))
    for labels in clusters:
        names, index = np.unique(labels, return_inverse=True)
        if len(names) < 2:
            _refuse_clusters(len(names))
        weights *= rng.standard_exponential(len(names))[index]
    weights = np.maximum(weights, SMALLEST_WEIGHT)
    return np.asarray(weights * (len(weights) / weights.sum()))


def bootstrap_draws(
    refit: Callable[[np.ndarray], np.ndarray],
    clusters: Sequence[np.ndarray],
    *,
    draws: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return coefficients under `draws` random weightings, shape (draw, coefficient).

    Parameters
    ----------
    refit
        Takes row weights of shape (row,) and returns the coefficients.
    clusters
        As in `cluster_weights`.
    draws
        How many.
    rng
        Source of randomness.
    """
    return np.stack([refit(cluster_weights(clusters, rng=rng)) for _ in range(draws)])


def _refuse_clusters(count: int) -> None:
    raise RelationsError(
        "ORE-REL-006",
        f"{count} cluster(s) to resample.",
        why="one cluster has no spread, so the draws would claim certainty.",
        fix="cluster by a label that takes at least two values.",
    )
