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
    >>> rows = np.array([[2.0, -1.0], [-1.0, 2.0]])
    >>> solved(rows, right, 0), right.ravel().round(12)
    (True, array([4.33333333, 3.66666667]))
    """
    for i in range(right.shape[0]):
        for k in range(i):
            if matrix[i, k] != 0.0:
                _take_off(matrix, right, half, i, k)
        if not matrix[i, i] > 0.0:
            return False
    for i in range(right.shape[0] - 1, -1, -1):
        for k in range(i + 1, right.shape[0]):
            if matrix[i, k] != 0.0:
                for j in range(right.shape[1]):
                    right[i, j] -= matrix[i, k] * right[k, j]
        for j in range(right.shape[1]):
            right[i, j] /= matrix[i, i]
    return True


@jitted
def _take_off(matrix: np.ndarray, right: np.ndarray, half: int, i: int, k: int) -> None:
    """Take a multiple of row k, which is done, off row i, so that nothing is left in column k."""
    factor = matrix[i, k] / matrix[k, k]
    end = half if k < half else matrix.shape[0]
    for j in range(k + 1, end):
        matrix[i, j] -= factor * matrix[k, j]
    if k < half:
        for j in range(half, half + k + 1):
            matrix[i, j] -= factor * matrix[k, j]
    for j in range(right.shape[1]):
        right[i, j] -= factor * right[k, j]
