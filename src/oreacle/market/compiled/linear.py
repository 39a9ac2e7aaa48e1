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
        _reduce(matrix, right, half, i)
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
def _reduce(matrix: np.ndarray, right: np.ndarray, half: int, i: int) -> None:
    """Leave nothing of row i before its diagonal; the rows above are done."""
    k = 0
    while k < i:
        last = half if k < half < i else i
        if k + 4 <= last:
            _take_off_four(matrix, right, half, i, k)
            k += 4
        else:
            if matrix[i, k] != 0.0:
                _take_off(matrix, right, half, i, k)
            k += 1


@jitted
def _take_off_four(matrix: np.ndarray, right: np.ndarray, half: int, i: int, k: int) -> None:
    """Take multiples of four rows, from k on, off row i: it is read and written once for four."""
    a = matrix[i, k] / matrix[k, k]
    rest = matrix[i, k + 1] - a * matrix[k, k + 1]
    b = rest / matrix[k + 1, k + 1]
    rest = matrix[i, k + 2] - a * matrix[k, k + 2] - b * matrix[k + 1, k + 2]
    c = rest / matrix[k + 2, k + 2]
    rest = matrix[i, k + 3] - a * matrix[k, k + 3] - b * matrix[k + 1, k + 3]
    d = (rest - c * matrix[k + 2, k + 3]) / matrix[k + 3, k + 3]
    if a == 0.0 and b == 0.0 and c == 0.0 and d == 0.0:
        return
    for j in range(k + 4, half if k < half else matrix.shape[0]):
        taken = a * matrix[k, j] + b * matrix[k + 1, j]
        matrix[i, j] -= taken + (c * matrix[k + 2, j] + d * matrix[k + 3, j])
    if k < half:
        for j in range(half, half + k + 4):
            taken = a * matrix[k, j] + b * matrix[k + 1, j]
            matrix[i, j] -= taken + (c * matrix[k + 2, j] + d * matrix[k + 3, j])
    for j in range(right.shape[1]):
        taken = a * right[k, j] + b * right[k + 1, j]
        right[i, j] -= taken + (c * right[k + 2, j] + d * right[k + 3, j])


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
