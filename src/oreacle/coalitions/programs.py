"""Linear programs over divisions of a game's value.

Does      Brings a game to a common scale and solves small linear programs with explicit status.
Units     A scaled game has no unit: gains over standing alone, the largest of which is 1.
Method    Dual simplex of HiGHS; a program that is not solved to optimality gives no numbers.
Assumes   At most 12 players, so at most 4094 coalitions and 13 unknowns.
Not here  Which programs: see `oreacle.coalitions.core` and `oreacle.coalitions.nucleolus`.

References
----------
Huangfu, Q. and Hall, J. A. J. (2018). Parallelizing the dual revised simplex method. Mathematical
Programming Computation 10, 119-142.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from oreacle.coalitions.game import Game, membership

# Largest violation of a constraint, on the scaled game [1]; the smallest that HiGHS accepts.
FEASIBILITY = 1e-10
# Two excesses of a scaled game are equal, and a gap is no gap, up to this [1].
EQUAL = 1e-8
_OPTIMAL = 0


@dataclass(frozen=True, eq=False)
class ScaledGame:
    """A strategically equivalent game on a common scale.

    Attributes
    ----------
    values : ndarray (2**n,)
        Gains over standing alone, over `scale`: single players are worth 0, the largest gain
        (either sign) is 1.
    alone : ndarray (n,)
        What each player is worth alone, in the unit of the game.
    scale
        Unit of the game per unit of `values`; 1 if nobody gains or loses by cooperating.
    """

    values: np.ndarray
    alone: np.ndarray
    scale: float

    @property
    def size(self) -> int:
        """Return the number of players."""
        return len(self.alone)

    def payoffs(self, scaled: np.ndarray) -> np.ndarray:
        """Return a scaled division in the unit of the game."""
        return self.alone + self.scale * scaled

    def division(self, payoffs: np.ndarray) -> np.ndarray:
        """Return a division in the unit of the game on the common scale."""
        return np.asarray((payoffs - self.alone) / self.scale)


@dataclass(frozen=True, eq=False)
class Program:
    """Solution of a linear program.

    Attributes
    ----------
    solved
        False if no optimum was found; then the arrays are NaN.
    point : ndarray (unknowns,)
        Optimal unknowns.
    value
        Optimal value of the aim.
    duals : ndarray (inequalities,)
        Dual weights of the inequalities, non-negative.
    """

    solved: bool
    point: np.ndarray
    value: float
    duals: np.ndarray


def scaled(game: Game) -> ScaledGame:
    """Return the zero-normalised game over its largest gain.

    Core, nucleolus and excesses are covariant under this change of scale and origin.
    """
    alone = game.values[1 << np.arange(game.size)]
    gains = game.values - membership(game.size) @ alone
    gains[np.abs(gains) <= 1e-13 * np.abs(game.values).max()] = 0.0  # rounding of the sums
    largest = float(np.abs(gains).max())
    scale = largest if largest > 0.0 else 1.0
    return ScaledGame(gains / scale, alone, scale)


def proper(size: int) -> np.ndarray:
    """Return the masks of all coalitions but nobody and everybody."""
    return np.arange(1, (1 << size) - 1)


def minimise(
    aim: np.ndarray,
    *,
    at_least: tuple[np.ndarray, np.ndarray],
    equal: tuple[np.ndarray, np.ndarray] | None = None,
    bounds: tuple[np.ndarray, np.ndarray] | None = None,
) -> Program:
    """Minimise aim @ x with rows @ x >= right-hand side, equalities and bounds (none: free).

    Parameters
    ----------
    aim : ndarray (unknowns,)
    at_least, equal
        Rows (m, unknowns) and right-hand sides (m,).
    bounds
        Lower and upper bounds, each (unknowns,); infinite where there is none.
    """
    rows, right = at_least
    low, high = bounds if bounds is not None else (-np.inf, np.inf)
    limits = np.column_stack([np.broadcast_to(low, aim.shape), np.broadcast_to(high, aim.shape)])
    done = linprog(
        aim,
        A_ub=-rows,
        b_ub=-right,
        A_eq=None if equal is None else equal[0],
        b_eq=None if equal is None else equal[1],
        bounds=limits,
        method="highs-ds",
        options={
            "primal_feasibility_tolerance": FEASIBILITY,
            "dual_feasibility_tolerance": FEASIBILITY,
        },
    )
    if done.status != _OPTIMAL:
        missing = np.full(len(aim), np.nan)
        return Program(False, missing, float("nan"), np.full(len(right), np.nan))
    duals = np.maximum(-np.asarray(done.ineqlin.marginals), 0.0)
    return Program(True, np.asarray(done.x), float(done.fun), duals)
