"""Coalitions whose payoff is fixed, and those whose payoff follows from them.

Does      Holds independent coalitions with their payoffs, and tells which others follow.
Units     Payoffs: those of a scaled game, without unit.
Method    Gram-Schmidt with one repetition; coalitions are 0/1 vectors, so that a residual is either
          rounding or clearly not.
Assumes   At most 12 players.
Not here  Which coalitions are fixed, and why: see `oreacle.coalitions.nucleolus`.
"""

from __future__ import annotations

import numpy as np

# Length of a residual below which a coalition lies in the span [1]. The distance of a 0/1 vector
# of up to 12 players from a span of others is a ratio of small integers, far above this.
IN_SPAN = 1e-7


class Span:
    """Linearly independent coalitions; grows by `add`."""

    def __init__(self, size: int) -> None:
        self.rows = np.empty((0, size))
        self.right = np.empty(0)
        self._basis = np.empty((0, size))

    @property
    def rank(self) -> int:
        """Return the number of independent coalitions."""
        return len(self.rows)

    def add(self, coalition: np.ndarray, payoff: float) -> bool:
        """Fix the payoff of a coalition, shape (n,); return False if it was spanned before."""
        row = np.asarray(coalition, dtype=float)
        rest = self._residual(row[None, :])[0]
        length = float(np.linalg.norm(rest))
        if length <= IN_SPAN:
            return False
        self._basis = np.vstack([self._basis, rest / length])
        self.rows = np.vstack([self.rows, row])
        self.right = np.append(self.right, payoff)
        return True

    def contains(self, coalitions: np.ndarray) -> np.ndarray:
        """Return which coalitions, shape (m, n), lie in the span."""
        rest = self._residual(np.asarray(coalitions, dtype=float))
        return np.asarray(np.linalg.norm(rest, axis=1) <= IN_SPAN)

    def solution(self) -> np.ndarray:
        """Return the division (n,) with these payoffs; the span must be the whole space."""
        return np.asarray(np.linalg.solve(self.rows, self.right))

    def _residual(self, rows: np.ndarray) -> np.ndarray:
        for _ in range(2):  # twice is enough against rounding (Giraud et al. 2005)
            rows = rows - (rows @ self._basis.T) @ self._basis
        return rows
