"""Balancing a matrix to given row and column sums.

Does      Finds the matrix nearest to a prior (in relative entropy) with the given margins.
Units     Those of the margins.
Method    Iterative proportional fitting: Deming and Stephan (1940); its limit minimises
          sum x ln(x / prior) under the margins (Ireland and Kullback 1968).
Assumes   Margins positive with equal sums; prior non-negative with a feasible zero pattern.
Not here  Where the prior comes from: see `trade_prior`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oreacle.core.errors import DataError

TOLERANCE = 1e-12
ROUNDS = 200_000


@dataclass(frozen=True)
class BalanceResult:
    """A balanced matrix, the largest relative miss of a margin, and whether it is small."""

    matrix: NDArray[np.float64]
    residual: float
    rounds: int
    converged: bool


def balance(
    prior: NDArray[np.float64],
    supply: NDArray[np.float64],
    demand: NDArray[np.float64],
    *,
    tolerance: float = TOLERANCE,
    rounds: int = ROUNDS,
) -> BalanceResult:
    """Return the prior scaled by rows and columns until it has the margins.

    Parameters
    ----------
    prior : Array (supplier, buyer)
        Non-negative; a zero stays zero.
    supply, demand
        Margins, all positive; they must have the same sum to `tolerance`.
    tolerance
        Largest relative miss of any margin.
    rounds
        Most rounds.

    Returns
    -------
    BalanceResult
        Not converged is said, never hidden: the caller decides.

    Raises
    ------
    DataError
        ORE-DAT-045 if margins are not positive, or their sums differ.

    Examples
    --------
    >>> made = balance(np.ones((2, 2)), np.array([3.0, 1.0]), np.array([2.0, 2.0]))
    >>> made.matrix.round(6).tolist(), made.converged
    ([[1.5, 1.5], [0.5, 0.5]], True)
    """
    _refuse_bad_margins(supply, demand)
    matrix = prior.astype(float, copy=True)
    residual = np.inf
    for round_number in range(1, rounds + 1):
        row_sums = matrix.sum(axis=1)
        matrix *= np.divide(supply, row_sums, out=np.zeros_like(supply), where=row_sums > 0)[
            :, None
        ]
        column_sums = matrix.sum(axis=0)
        matrix *= np.divide(demand, column_sums, out=np.zeros_like(demand), where=column_sums > 0)
        if round_number % 10 == 0 or round_number == rounds:
            miss_rows = np.abs(matrix.sum(axis=1) / supply - 1.0).max()
            miss_columns = np.abs(matrix.sum(axis=0) / demand - 1.0).max()
            residual = float(max(miss_rows, miss_columns))
            if residual <= tolerance:
                return BalanceResult(matrix, residual, round_number, converged=True)
    return BalanceResult(matrix, residual, rounds, converged=False)


def balance_sparse(
    prior: NDArray[np.float64],
    supply: NDArray[np.float64],
    demand: NDArray[np.float64],
    *,
    least_share: float,
    place: str,
    rounds: int = ROUNDS,
) -> NDArray[np.float64]:
    """Return the balanced matrix without negligible cells, margins exact.

    Cells below `least_share` of the throughput are dropped first, then the rest is balanced.

    Raises
    ------
    DataError
        ORE-DAT-046 if the margins cannot be met.
    """
    first = balance(prior, supply, demand, tolerance=1e-6, rounds=rounds)
    kept = np.where(first.matrix >= least_share * supply.sum(), first.matrix, 0.0)
    final = balance(kept, supply, demand, rounds=rounds)
    if not final.converged:
        raise DataError(
            "ORE-DAT-046",
            f"the matrix of {place} does not balance: a margin is missed by {final.residual:.2g} "
            f"after {final.rounds} rounds.",
            why="its links leave some output without a buyer or some use without a supplier.",
            fix="check the vectors and codes of the mineral in `assumed/chains.csv`.",
        )
    return final.matrix


def _refuse_bad_margins(supply: NDArray[np.float64], demand: NDArray[np.float64]) -> None:
    positive = bool((supply > 0).all() and (demand > 0).all())
    gap = abs(float(supply.sum()) - float(demand.sum())) / max(float(supply.sum()), 1e-300)
    if positive and gap <= TOLERANCE:
        return
    raise DataError(
        "ORE-DAT-045",
        f"margins are not positive or their sums differ by {gap:.2g} of the total.",
        why="no matrix has such row and column sums.",
        fix="leave out nodes without output, and scale both margins to the throughput.",
    )
