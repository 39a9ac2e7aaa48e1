"""Standardise features.

Does      Takes the mean and standard deviation of each feature and applies them.
Units     In: as each feature says. Out: standard deviations from the mean.
Method    Population mean and standard deviation of the fitting rows, kept with the model.
Assumes   New units are scaled by the fitting rows, never by themselves.
Not here  What the features mean: see `oreacle.engine.acts`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import RelationsError

FLAT = 1e-12
"""Standard deviation below which a feature counts as constant [1]."""


@dataclass(frozen=True)
class Scaling:
    """Mean and standard deviation of each term.

    Attributes
    ----------
    terms
        Names of the features.
    mean, sd
        Shapes (term,), in the unit of the feature.
    """

    terms: tuple[str, ...]
    mean: np.ndarray
    sd: np.ndarray

    def apply(self, features: np.ndarray) -> np.ndarray:
        """Return standardised features, shape (..., term).

        Raises
        ------
        RelationsError
            ORE-REL-004 if the number of terms differs.
        """
        self.check_width(features.shape[-1])
        return np.asarray((features - self.mean) / self.sd)

    def check_width(self, width: int) -> None:
        """Refuse another number of features than there are terms.

        Raises
        ------
        RelationsError
            ORE-REL-004 if the number of terms differs.
        """
        if width != len(self.terms):
            raise RelationsError(
                "ORE-REL-004",
                f"got {width} features where the model has {len(self.terms)} terms.",
                why="coefficients would be applied to the wrong features.",
                fix=f"give them in this order: {', '.join(self.terms)}.",
            )


def scaling_of(features: np.ndarray, terms: tuple[str, ...]) -> Scaling:
    """Return the scaling of the fitting rows.

    Raises
    ------
    RelationsError
        ORE-REL-005 if a feature is constant, ORE-REL-004 if names and columns differ.
    """
    scaling = Scaling(terms, features.mean(axis=0), features.std(axis=0))
    scaling.check_width(features.shape[-1])
    flat = [term for term, sd in zip(terms, scaling.sd, strict=True) if sd < FLAT]
    if flat:
        raise RelationsError(
            "ORE-REL-005",
            f"constant features: {', '.join(flat)}.",
            why="a feature that never varies cannot be told from the level.",
            fix="leave it out of the terms, or use a window in which it varies.",
        )
    return scaling
