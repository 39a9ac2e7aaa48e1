"""A few draws with weights of their own that stand for all: how thousands of clubs are valued.

Does      Chooses draws and weights with which the expected values of sample clubs are reproduced.
Units     Weights [1].
Method    Empirical cubature: every club's expected gain is a weighted sum over draws; draws are
          taken one by one, each the one that explains most of what is left, and all weights are
          refitted, none negative, until clubs that were kept out of the fit are met
          (Farhat et al. 2015, energy-conserving sampling and weighting; Hernandez et al. 2017).
          The kinks of a club's gain lie within draws, so that clearing those draws exactly keeps
          them; a polynomial in the members did not (docs/decisions/0022).
Assumes   Sample clubs show how gains of other clubs vary over the draws: checked on others.
Not here  Which clubs are cleared: see `oreacle.engine.clubs.values`.

References
----------
Farhat, C., Chapman, T., and Avery, P. (2015). Structure-preserving, stability, and accuracy
properties of the energy-conserving sampling and weighting method. International Journal for
Numerical Methods in Engineering 102(5), 1077-1110.
Hernandez, J. A., Caicedo, M. A., and Ferrer, A. (2017). Dimensional hyper-reduction of nonlinear
finite element models via empirical cubature. Computer Methods in Applied Mechanics and Engineering
313, 687-722.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

MOST_DRAWS = 64
"""More draws are not taken: the sample is then too small, which the check shows."""
FEWEST_DRAWS = 8
STEP = 4
"""Draws between two looks at the clubs that were kept out."""


@dataclass(frozen=True)
class Cubature:
    """Chosen draws.

    Attributes
    ----------
    draws
        Indices of the draws, shape (chosen,).
    weight
        Their weights, none negative, shape (chosen,).
    error
        Largest gap to the clubs that were kept out, in the unit of the gains.
    """

    draws: np.ndarray
    weight: np.ndarray
    error: float


def choose_draws(
    gain: np.ndarray,
    weight: np.ndarray,
    kept_out: np.ndarray,
    *,
    tolerance: float,
    most: int = MOST_DRAWS,
) -> Cubature:
    """Return draws and weights that reproduce expected gains.

    Parameters
    ----------
    gain
        Figures by draw, shape (figure, draw).
    weight
        Probabilities of the draws, shape (draw,).
    kept_out
        True for figures that are not fitted but looked at, shape (figure,).
    tolerance
        Gap to these at which no more draws are taken, in the unit of the gains.
    most
        Most draws.

    Examples
    --------
    >>> found = choose_draws(np.array([[1.0, 1.0, 3.0], [2.0, 2.0, 6.0]]), np.full(3, 1.0 / 3.0),
    ...                      np.array([False, True]), tolerance=1e-9)
    >>> round(float(np.array([2.0, 2.0, 6.0])[found.draws] @ found.weight), 6)
    3.333333
    """
    wanted = gain @ weight
    fit, seen = gain[~kept_out], gain[kept_out]
    # Where nothing is gained anywhere, any scale will do for the sum of the weights.
    size = float(np.abs(wanted).max()) or float(np.abs(gain).max()) or 1.0
    # One row holds the sum of the weights, so that what all draws share (costs) is met too.
    rows = np.vstack([fit, size * np.ones(gain.shape[1])])
    aim = np.append(wanted[~kept_out], size)
    length = np.linalg.norm(rows, axis=0)
    chosen: list[int] = []
    left, found = aim, np.zeros(0)
    best = Cubature(np.zeros(0, dtype=np.int64), found, np.inf)
    for count in range(1, min(most, gain.shape[1]) + 1):
        score = np.divide(rows.T @ left, length, out=np.zeros_like(length), where=length > 0.0)
        score[chosen] = -np.inf
        chosen.append(int(np.argmax(score)))
        found, _ = nnls(rows[:, chosen], aim)
        left = aim - rows[:, chosen] @ found
        if (count >= FEWEST_DRAWS and count % STEP == 0) or count == min(most, gain.shape[1]):
            error = _largest(seen[:, chosen] @ found - wanted[kept_out])
            if error < best.error:
                best = Cubature(np.array(chosen), found, error)
            if error <= tolerance:
                break
    used = best.weight > 0.0
    return Cubature(best.draws[used], best.weight[used], best.error)


def _largest(gaps: np.ndarray) -> float:
    return float(np.abs(gaps).max(initial=0.0))
