"""Nucleolus: the division whose worst-off coalitions complain as little as possible.

Does      Computes nucleolus and prenucleolus, and proves the result by Kohlberg's criterion.
Units     Payoffs and excesses: the unit of the game.
Method    Linear programs in sequence on the scaled game. Coalitions with a positive dual weight
          have the same excess at every optimum and are fixed; coalitions in the span of fixed
          ones drop out. Each round raises the rank of the fixed ones: n - 1 rounds at most. The
          division then solves the linear system of the fixed coalitions.
Assumes   Coalitions can divide freely what they are worth. Excesses within 1e-8 of the largest gain
          over standing alone are equal.
Not here  All divisions without objections: see `oreacle.coalitions.core`.

References
----------
Schmeidler, D. (1969). The nucleolus of a characteristic function game. SIAM Journal on Applied
Mathematics 17(6), 1163-1170.
Kopelowitz, A. (1967). Computation of the kernels of simple games and the nucleolus of n-person
games. Research memorandum 31, Hebrew University of Jerusalem.
Kohlberg, E. (1971). On the nucleolus of a characteristic function game. SIAM Journal on Applied
Mathematics 20(1), 62-66.
Maschler, M., Peleg, B. and Shapley, L. S. (1979). Geometric properties of the kernel, nucleolus,
and related solution concepts. Mathematics of Operations Research 4(4), 303-338.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from threadpoolctl import threadpool_limits

from oreacle.coalitions.game import RELATIVE_TOLERANCE, Game, membership
from oreacle.coalitions.kohlberg import kohlberg_gap
from oreacle.coalitions.programs import EQUAL, ScaledGame, minimise, proper, scaled
from oreacle.coalitions.span import Span

# A dual weight below this may be rounding [1]; the weights of a round sum to 1 over at most n + 1
# coalitions, so that at least one is far above.
POSITIVE_DUAL = 1e-6


class NucleolusStatus(StrEnum):
    """How the computation of a nucleolus ended."""

    SOLVED = "solved"
    NO_IMPUTATION = "no_imputation"
    NOT_SOLVED = "not_solved"
    NOT_CERTIFIED = "not_certified"


@dataclass(frozen=True, eq=False)
class NucleolusResult:
    """A nucleolus or prenucleolus with its certificate.

    Attributes
    ----------
    status
        ``solved``. ``no_imputation``: what all are worth cannot give everyone what it has alone, so
        there is no nucleolus; the point is the prenucleolus. ``not_solved``: a program failed, and
        numbers are NaN. ``not_certified``: the point fails Kohlberg's criterion; do not use it.
    point : ndarray (n,)
        The division, in the unit of the game.
    levels
        Excess of the coalitions fixed in each round, largest first, in the unit of the game.
    certificate
        How far Kohlberg's criterion is missed, on the scaled game; 0 is met, NaN not solved.
    rounds
        Linear programs of the sequence.
    """

    status: NucleolusStatus
    point: np.ndarray
    levels: tuple[float, ...]
    certificate: float
    rounds: int


def nucleolus(game: Game) -> NucleolusResult:
    """Return the nucleolus: individually rational, and lexicographically least in its excesses.

    Lies in the core if that is not empty, and in the least core among imputations. If the value of
    all is less than the sum of what each has alone, the set of imputations is empty: then the
    prenucleolus is returned, with the status ``no_imputation``.

    References
    ----------
    Schmeidler (1969); programs: Kopelowitz (1967) and Maschler, Peleg and Shapley (1979),
    section 6; certificate: Kohlberg (1971), property I.

    Examples
    --------
    >>> estate, claims = 200, {"a": 100, "b": 200, "c": 300}
    >>> talmud = Game.of(claims, lambda members: max(
    ...     0, estate - sum(claim for name, claim in claims.items() if name not in members)))
    >>> nucleolus(talmud).point.round(6).tolist()
    [50.0, 75.0, 75.0]
    """
    unit = scaled(game)
    if unit.values[-1] < -RELATIVE_TOLERANCE:
        return _solve(unit, individual=False, status=NucleolusStatus.NO_IMPUTATION)
    return _solve(unit, individual=True, status=NucleolusStatus.SOLVED)


def prenucleolus(game: Game) -> NucleolusResult:
    """Return the prenucleolus: as the nucleolus, without individual rationality.

    It always exists, and equals the nucleolus where the core is not empty.

    References
    ----------
    Sobolev, A. I. (1975). The characterization of optimality principles in cooperative games by
    functional equations. Mathematical Methods in the Social Sciences 6, 94-151.

    Examples
    --------
    >>> prenucleolus(Game(("a", "b"), [0, 4, 1, 3])).point.round(6).tolist()
    [3.0, 0.0]
    """
    return _solve(scaled(game), individual=False, status=NucleolusStatus.SOLVED)


def _solve(unit: ScaledGame, *, individual: bool, status: NucleolusStatus) -> NucleolusResult:
    """Run the sequence, solve for the point and certify it."""
    with threadpool_limits(limits=1):
        found = _sequence(unit, individual=individual)
        if found is None:
            nothing = np.full(unit.size, np.nan)
            return NucleolusResult(NucleolusStatus.NOT_SOLVED, nothing, (), np.nan, 0)
        point, levels = found
        gap = kohlberg_gap(unit.values, point, individual=individual)
    if not gap <= EQUAL:
        status = NucleolusStatus.NOT_CERTIFIED
    scaled_levels = tuple(unit.scale * level for level in levels)
    return NucleolusResult(status, unit.payoffs(point), scaled_levels, gap, len(levels))


def _sequence(unit: ScaledGame, *, individual: bool) -> tuple[np.ndarray, list[float]] | None:
    """Return the division and the excess of each round, or None if a program is not solved."""
    size = unit.size
    inside = membership(size)
    fixed = Span(size)
    fixed.add(inside[-1], unit.values[-1])
    free = proper(size)
    levels: list[float] = []
    aim = np.append(np.zeros(size), 1.0)
    low = np.append(np.zeros(size) if individual else np.full(size, -np.inf), -np.inf)
    while fixed.rank < size:
        free = free[~fixed.contains(inside[free])]
        rows = np.column_stack([inside[free], np.ones(len(free))])
        known = np.column_stack([fixed.rows, np.zeros(len(fixed.rows))])
        done = minimise(
            aim,
            at_least=(rows, unit.values[free]),
            equal=(known, fixed.right),
            bounds=(low, np.full(size + 1, np.inf)),
        )
        if not done.solved:
            return None
        levels.append(done.value)
        before = fixed.rank
        for pick in np.argsort(-done.duals, kind="stable"):
            if done.duals[pick] > POSITIVE_DUAL:
                fixed.add(inside[free[pick]], unit.values[free[pick]] - done.value)
        if fixed.rank == before:
            return None
    return fixed.solution(), levels
