"""Small dense systems of equations, compiled.

Does      Solves a system for one or several right sides.
Units     None.
Method    Gaussian elimination row by row. A system of a market is an M-matrix whose diagonal
          outweighs the rest of its column, and so is what elimination leaves: partial pivoting
          would swap no rows, so none are. What is known to be zero is passed over.
Assumes   Some dozens of equations: then it needs no library, and the same bytes come out anywhere.
Not here  What the equations say: see `oreacle.market.compiled.step`.
"""

from __future__ import annotations

import numpy as np

from oreacle.market.compiled.jit import jitted


@jitted
def solved(matrix: np.ndarray, right: np.ndarray, half: int) -> bool:
    """Overwrite `right` with the solution of the system; return False without a positive pivot.

    Parameters
    ----------
    matrix
        Square matrix; overwritten. Its upper right block, of `half` rows, is diagonal.
    right
        Right sides, shape (row, column).
    half
        Rows of the upper blocks; 0 for a system of one block.

    Examples
    --------
    >>> right = np.array([[5.0], [3.0]])
    >>> solved(np.array([[2.0, -1.0], [-1.0, 2.0]]), right, 0), right.ravel().round(12)
    (True, array([4.33333333, 3.66666667]))
    """
    size = right.shape[0]
    for i in range(size):
        for k in range(i):
            if matrix[i, k] == 0.0:
                continue
            factor = matrix[i, k] / matrix[k, k]
            end = half if k < half else size
            for j in range(k + 1, end):
                matrix[i, j] -= factor * matrix[k, j]
            if k < half:
                for j in range(half, half + k + 1):
                    matrix[i, j] -= factor * matrix[k, j]
            for j in range(right.shape[1]):
                right[i, j] -= factor * right[k, j]
        if not matrix[i, i] > 0.0:
            return False
    for i in range(size - 1, -1, -1):
        for k in range(i + 1, size):
            factor = matrix[i, k]
            if factor != 0.0:
                for j in range(right.shape[1]):
                    right[i, j] -= factor * right[k, j]
        for j in range(right.shape[1]):
            right[i, j] /= matrix[i, i]
    return True
