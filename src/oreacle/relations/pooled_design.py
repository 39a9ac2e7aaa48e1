"""Rows of a pooled model: features and groups, and sums over them.

Does      Adds up gradients and curvatures without ever writing out a column per group member.
Units     Features standardised; coefficients in log-odds.
Method    Each row belongs to one label of each group, so that its part of the normal equations
          is a sum over rows with equal labels (counts, not dense products).
Assumes   Coefficients are ordered: intercept, slopes, then the groups one after the other.
Not here  The fit: see `oreacle.relations.pooled`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class PooledDesign:
    """Design of a pooled model.

    Attributes
    ----------
    fixed
        Ones and standardised features, shape (row, 1 + term).
    groups
        Label position of each row by group, shape (row,) each.
    sizes
        Number of labels by group.
    """

    fixed: np.ndarray
    groups: Mapping[str, np.ndarray]
    sizes: Mapping[str, int]

    @property
    def slices(self) -> dict[str, slice]:
        """Where the effects of each group stand among the coefficients."""
        at, found = self.fixed.shape[1], {}
        for name, size in self.sizes.items():
            found[name] = slice(at, at + size)
            at += size
        return found

    @property
    def width(self) -> int:
        """Number of coefficients."""
        return int(self.fixed.shape[1]) + sum(self.sizes.values())

    def log_odds(self, beta: np.ndarray) -> np.ndarray:
        """Return the log-odds of the rows, shape (row,)."""
        odds = self.fixed @ beta[: self.fixed.shape[1]]
        for name, part in self.slices.items():
            odds = odds + beta[part][self.groups[name]]
        return np.asarray(odds)

    def back(self, values: np.ndarray) -> np.ndarray:
        """Return the design transposed times values of the rows, shape (coefficient,)."""
        parts = [self.fixed.T @ values]
        parts += [
            np.bincount(self.groups[name], weights=values, minlength=size)
            for name, size in self.sizes.items()
        ]
        return np.concatenate(parts)

    def curvature(self, weights: np.ndarray) -> np.ndarray:
        """Return the design transposed times weighted design, (coefficient, coefficient)."""
        total = np.zeros((self.width, self.width))
        fixed, slices = self.fixed.shape[1], self.slices
        weighted = self.fixed * weights[:, None]
        total[:fixed, :fixed] = weighted.T @ self.fixed
        names = list(self.sizes)
        for at, name in enumerate(names):
            label, size, part = self.groups[name], self.sizes[name], slices[name]
            cross = np.stack(
                [np.bincount(label, weights=column, minlength=size) for column in weighted.T]
            )
            total[:fixed, part], total[part, :fixed] = cross, cross.T
            diagonal = np.bincount(label, weights=weights, minlength=size)
            total[part, part] = np.diag(diagonal)
            for other in names[at + 1 :]:
                block = self._between(name, other, weights)
                total[part, slices[other]], total[slices[other], part] = block, block.T
        return total

    def variance(self, covariance: np.ndarray) -> np.ndarray:
        """Return the variance of the log-odds of the rows, shape (row,) [log-odds squared]."""
        fixed, slices = self.fixed.shape[1], self.slices
        whole = np.einsum("ij,ij->i", self.fixed @ covariance[:fixed, :fixed], self.fixed)
        names = list(self.sizes)
        for at, name in enumerate(names):
            label = self.groups[name]
            column = covariance[:fixed, slices[name]][:, label]
            whole = whole + 2.0 * np.einsum("ij,ji->i", self.fixed, column)
            block = covariance[slices[name]]
            whole = whole + block[label, slices[name].start + label]
            for other in names[at + 1 :]:
                whole = whole + 2.0 * block[label, slices[other].start + self.groups[other]]
        return np.asarray(whole)

    def _between(self, one: str, other: str, weights: np.ndarray) -> np.ndarray:
        rows, columns = self.sizes[one], self.sizes[other]
        flat = self.groups[one] * columns + self.groups[other]
        return np.bincount(flat, weights=weights, minlength=rows * columns).reshape(rows, columns)


def design_of(
    features: np.ndarray, groups: Mapping[str, np.ndarray], sizes: Mapping[str, int]
) -> PooledDesign:
    """Return the design of standardised features and groups."""
    ones = np.ones((len(features), 1))
    return PooledDesign(np.hstack([ones, features]), dict(groups), dict(sizes))
