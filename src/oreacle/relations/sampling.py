"""Draw which members of a set are covered, at least one of them.

Does      Samples the scope of an act: independent inclusions given that the set is not empty.
Units     Probabilities.
Method    Exact sequential sampling: an element is drawn with its probability given that
          nothing is chosen yet and the rest may still come.
Assumes   Inclusions are independent apart from the condition.
Not here  The probabilities: see `oreacle.relations.model`.
"""

from __future__ import annotations

import numpy as np


def include_nonempty(probability: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """Return which elements are included, given that at least one is, from given draws.

    Parameters
    ----------
    probability : ndarray (..., element)
        Inclusion probabilities; 0 for elements that cannot be included.
    uniform : ndarray (..., element)
        Uniform draws on [0, 1).

    Returns
    -------
    ndarray (..., element) of bool
        All False only where every probability is 0.
    """
    chance = np.clip(np.asarray(probability, dtype=float), 0.0, 1.0)
    miss = np.log1p(-np.minimum(chance, 1.0 - 1e-15))
    later = np.cumsum(miss[..., ::-1], axis=-1)[..., ::-1]
    some = -np.expm1(later)
    first = np.where(some > 0.0, chance / np.where(some > 0.0, some, 1.0), 0.0)
    chosen = np.zeros(chance.shape, dtype=bool)
    empty = np.ones(chance.shape[:-1], dtype=bool)
    for k in range(chance.shape[-1]):
        limit = np.where(empty, first[..., k], chance[..., k])
        chosen[..., k] = uniform[..., k] < limit
        empty &= ~chosen[..., k]
    return chosen


def nonempty_inclusion(probability: np.ndarray) -> np.ndarray:
    """Return inclusion probabilities given that the set is not empty, shape (..., element).

    Examples
    --------
    >>> nonempty_inclusion(np.array([0.5, 0.0])).tolist()
    [1.0, 0.0]
    """
    chance = np.clip(np.asarray(probability, dtype=float), 0.0, 1.0)
    miss = np.log1p(-np.minimum(chance, 1.0 - 1e-15))
    some = -np.expm1(miss.sum(axis=-1, keepdims=True))
    return np.where(some > 0.0, chance / np.where(some > 0.0, some, 1.0), 0.0)
