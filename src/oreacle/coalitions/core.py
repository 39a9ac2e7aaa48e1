"""Core: divisions that no coalition can better on its own.

Does      Says whether the core is empty, with a certificate; finds points, the least core and the
          range of what each player can get; names the coalition that objects most.
Units     Payoffs and excesses: the unit of the game. Balancing weights: dimensionless.
Method    Linear programs on the scaled game. Excess of S at x: e(S, x) = v(S) - x(S).
Assumes   Coalitions can divide freely what they are worth. Gaps below 1e-9 of the largest gain over
          standing alone count as none.
Not here  One division out of many: see `oreacle.coalitions.nucleolus`.

References
----------
Gillies, D. B. (1959). Solutions to general non-zero-sum games. Contributions to the Theory of
Games IV, 47-85.
Bondareva, O. N. (1963). Some applications of linear programming methods to the theory of
cooperative games. Problemy Kibernetiki 10, 119-139.
Shapley, L. S. (1967). On balanced sets and cores. Naval Research Logistics Quarterly 14, 453-460.
Maschler, M., Peleg, B. and Shapley, L. S. (1979). Geometric properties of the kernel, nucleolus,
and related solution concepts. Mathematics of Operations Research 4(4), 303-338.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from oreacle.coalitions.game import (
    RELATIVE_TOLERANCE,
    Game,
    check_payoffs,
    checked_tolerance,
    membership,
)
from oreacle.coalitions.programs import Program, ScaledGame, minimise, proper, scaled

# Balancing weights below are zero but for rounding [1].
SMALLEST_WEIGHT = 1e-9


class CoreStatus(StrEnum):
    """What is known about a core."""

    NON_EMPTY = "non_empty"
    EMPTY = "empty"
    NOT_SOLVED = "not_solved"


@dataclass(frozen=True, eq=False)
class CoreResult:
    """Whether the core is empty, and why.

    Attributes
    ----------
    status
        Numbers below are NaN if it is ``not_solved``.
    least_excess
        Least-core value: the smallest epsilon for which the strong epsilon-core is not empty, in
        the unit of the game. Above 0: what each coalition would have to give up for objecting.
        Below 0: how much better each is off than alone. NaN with one player: nobody can object.
    least_core_point : ndarray (n,)
        A division at which no excess is above `least_excess`.
    point : ndarray (n,)
        A division in the core (the one of the least core); NaN if the core is empty.
    missing
        What the value of all lacks for a core; not positive if the core is not empty. A subsidy of
        this size would make the core non-empty.
    balancing
        Coalitions and their weights, which sum to 1 over the coalitions of each player. If the
        core is empty the weighted values exceed the value of all by `missing`: a proof.
    """

    status: CoreStatus
    least_excess: float
    least_core_point: np.ndarray
    point: np.ndarray
    missing: float
    balancing: tuple[tuple[tuple[str, ...], float], ...]


@dataclass(frozen=True)
class CoreCheck:
    """Whether a division lies in the core.

    Attributes
    ----------
    inside
        No coalition has an excess above epsilon, and the division adds up.
    worst_excess
        Largest excess of a proper coalition, in the unit of the game; NaN with one player.
    objecting
        The coalition that has it (the first by mask if several).
    unallocated
        Value of all minus what is handed out.
    """

    inside: bool
    worst_excess: float
    objecting: tuple[str, ...]
    unallocated: float


@dataclass(frozen=True, eq=False)
class CoreRange:
    """Least and most that each player gets in the core, shape (n,); NaN if it is empty.

    The ends belong to different divisions: players cannot all get their most.
    """

    status: CoreStatus
    low: np.ndarray
    high: np.ndarray


def core(game: Game) -> CoreResult:
    """Return whether the core is empty, with a point or a proof.

    References
    ----------
    Emptiness and balancing weights: Bondareva (1963), Shapley (1967) (the core is not
    empty if and only if sum over S of weight(S) v(S) <= v(N) for all balancing weights). Least
    core: Maschler, Peleg and Shapley (1979), section 2.

    Examples
    --------
    >>> majority = Game.of("abc", lambda members: len(members) >= 2)
    >>> found = core(majority)
    >>> found.status.value, round(found.least_excess, 6), round(found.missing, 6)
    ('empty', 0.333333, 0.5)
    >>> [("".join(members), round(weight, 6)) for members, weight in found.balancing]
    [('ab', 0.5), ('ac', 0.5), ('bc', 0.5)]
    """
    nothing = np.full(game.size, np.nan)
    if game.size == 1:  # nobody can object; there is no proper coalition
        all_of_it = game.values[1:].copy()
        return CoreResult(CoreStatus.NON_EMPTY, np.nan, all_of_it, all_of_it, 0.0, ())
    unit = scaled(game)
    coalitions = proper(game.size)
    rows = membership(game.size)[coalitions].astype(float)
    total = minimise(np.ones(game.size), at_least=(rows, unit.values[coalitions]))
    least = _least_core(unit, rows, coalitions)
    if not (total.solved and least.solved):
        return CoreResult(CoreStatus.NOT_SOLVED, np.nan, nothing, nothing, np.nan, ())
    missing = total.value - float(unit.values[-1])
    empty = missing > RELATIVE_TOLERANCE
    point = unit.payoffs(least.point[:-1])
    return CoreResult(
        status=CoreStatus.EMPTY if empty else CoreStatus.NON_EMPTY,
        least_excess=unit.scale * least.value,
        least_core_point=point,
        point=nothing if empty else point,
        missing=unit.scale * missing,
        balancing=tuple(
            (game.members(int(mask)), float(weight))
            for mask, weight in zip(coalitions, total.duals, strict=True)
            if weight > SMALLEST_WEIGHT
        ),
    )


def in_core(
    game: Game, payoffs: np.ndarray, *, epsilon: float = 0.0, tolerance: float | None = None
) -> CoreCheck:
    """Return whether a division lies in the core, or in the strong epsilon-core.

    Parameters
    ----------
    game
        Up to 12 players.
    payoffs : ndarray (n,)
        One payoff for each player, in the unit of the game.
    epsilon
        Excess up to which a coalition does not object, in the unit of the game; may be negative.
    tolerance
        Differences up to this count as none; if not given, `Game.tolerance`.

    Raises
    ------
    CoalitionError
        ORE-COA-008 on payoffs of another shape; ORE-COA-009 on a negative tolerance.

    References
    ----------
    Maschler, Peleg and Shapley (1979), section 2 (strong epsilon-core).

    Examples
    --------
    >>> glove = Game(("left", "right", "other"), [0, 0, 0, 1, 0, 1, 0, 1])
    >>> in_core(glove, [1.0, 0.0, 0.0]).inside
    True
    >>> in_core(glove, [0.5, 0.5, 0.0])
    CoreCheck(inside=False, worst_excess=0.5, objecting=('left', 'other'), unallocated=0.0)
    """
    division = check_payoffs(game, payoffs)
    slack = checked_tolerance(game.tolerance if tolerance is None else tolerance)
    left = float(game.values[-1] - division.sum())
    adds_up = abs(left) <= slack
    if game.size == 1:
        return CoreCheck(adds_up, float("nan"), (), left)
    excess = game.values - membership(game.size) @ division
    worst = 1 + int(np.argmax(excess[1:-1]))
    inside = adds_up and bool(excess[worst] <= epsilon + slack)
    return CoreCheck(inside, float(excess[worst]), game.members(worst), left)


def core_range(game: Game) -> CoreRange:
    """Return the least and the most that each player gets in the core.

    Two linear programs for each player; a core that is empty has no range.

    Examples
    --------
    >>> pair = Game(("a", "b"), [0, 1, 2, 5])
    >>> core_range(pair).low.tolist(), core_range(pair).high.tolist()
    ([1.0, 2.0], [3.0, 4.0])
    """
    found = core(game)
    nothing = np.full(game.size, np.nan)
    if found.status is not CoreStatus.NON_EMPTY:
        return CoreRange(found.status, nothing, nothing)
    if game.size == 1:
        return CoreRange(found.status, found.point, found.point)
    unit = scaled(game)
    coalitions = proper(game.size)
    rows = membership(game.size)[coalitions].astype(float)
    # A core of one point may miss by rounding: the constraints give way by what is missing.
    give = max(found.missing / unit.scale, 0.0)
    right = unit.values[coalitions] - give
    whole = (np.ones((1, game.size)), unit.values[-1:])
    ends = np.empty((2, game.size))
    for player in range(game.size):
        for end, sign in enumerate((1.0, -1.0)):
            aim = np.zeros(game.size)
            aim[player] = sign
            done = minimise(aim, at_least=(rows, right), equal=whole)
            if not done.solved:
                return CoreRange(CoreStatus.NOT_SOLVED, nothing, nothing)
            ends[end, player] = sign * done.value
    return CoreRange(found.status, unit.payoffs(ends[0]), unit.payoffs(ends[1]))


def _least_core(unit: ScaledGame, rows: np.ndarray, coalitions: np.ndarray) -> Program:
    """Minimise the largest excess over efficient divisions; unknowns: payoffs, then epsilon."""
    aim = np.append(np.zeros(unit.size), 1.0)
    with_epsilon = np.column_stack([rows, np.ones(len(rows))])
    whole = (np.append(np.ones(unit.size), 0.0)[None, :], unit.values[-1:])
    return minimise(aim, at_least=(with_epsilon, unit.values[coalitions]), equal=whole)
