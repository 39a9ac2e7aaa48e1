"""Acts that call forth acts: a self- and cross-exciting process on directed dyads.

Does      Fits how many acts of the same side, and of the other side, one act calls forth.
Units     Periods are whole numbers (months or days); branching in acts per act.
Method    Hawkes (1971) in discrete time, its kernel an exponential that sums to one over the
          periods after the act. Rate of direction d in period t:
          `w_d exp(a_class + b_year) + own S_d(t) + cross S_reverse(d)(t)`, where `S` is the
          kernel summed over earlier acts. `w_d = u_pair v_d` are lognormal with mean one: lasting
          hostility of a pair, and of one side, is not taken for excitation, nor is a wave that
          all dyads share. Penalised likelihood, integrated over `u` and `v` on a grid.
Assumes   An act known to a stretch of periods happened in one of them, each as likely, and
          excites only after the last. Own plus cross branching stays below 0.8.
Not here  Intervals and tests: see `.excitation_profile`; the likelihood:
          `.excitation_likelihood`; the events: `oreacle.forecasting.escalation`.

References
----------
Hawkes, A. G. (1971). Spectra of some self-exciting and mutually exciting point processes.
Biometrika 58(1), 83-90.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from oreacle.core.errors import RelationsError
from oreacle.core.status import SolveStatus
from oreacle.relations.excitation_likelihood import (
    MOST_BRANCHING,
    branching_of,
    negative_likelihood,
)
from oreacle.relations.excitation_memory import DyadActs, Memory, memory_of

SPREAD_BOUNDS = (1e-3, 3.5)
MOST_ITERATIONS = 300


@dataclass(frozen=True)
class ExcitationFit:
    """Maximum of the penalised likelihood.

    Attributes
    ----------
    own, cross
        Branching [acts per act].
    half_life
        Of the kernel [period].
    class_level
        Log rate by class, shape (class,) [log acts per period].
    year_level
        Deviation by year, shape (year,) [log].
    pair_spread, side_spread
        Standard deviations of the log hostility of pairs and of sides [1].
    value
        Penalised log-likelihood.
    status
        How the search ended.
    """

    own: float
    cross: float
    half_life: float
    class_level: np.ndarray
    year_level: np.ndarray
    pair_spread: float
    side_spread: float
    value: float
    status: SolveStatus


def fit_excitation(
    acts: DyadActs,
    half_life: float,
    *,
    held: Mapping[str, float] | None = None,
    start: ExcitationFit | None = None,
) -> ExcitationFit:
    """Return the fit at one half-life.

    Parameters
    ----------
    held
        Values at which `own` or `cross` (or both), `pair_spread` and `side_spread` are held.
    start
        Fit to start from.

    Raises
    ------
    RelationsError
        ORE-REL-050 if no act lies in the window; ORE-REL-003 if the search fails.
    """
    memory, fixed = memory_of(acts, half_life), dict(held or {})
    point, bounds = _start(memory, fixed, start)
    best = minimize(
        lambda x: negative_likelihood(x, memory, fixed),
        point,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": MOST_ITERATIONS, "ftol": 1e-10, "gtol": 1e-4},
    )
    if not np.isfinite(best.fun):
        raise RelationsError(
            "ORE-REL-003",
            f"the branching fit ended with '{best.message}'.",
            why="numbers of an unfinished fit are not estimates.",
            fix="look for a dyad with acts and no rate, or hold a spread.",
        )
    classes, years = len(memory.idle), len(memory.periods)
    own, cross = branching_of(best.x[-2:], fixed)
    return ExcitationFit(
        own=own,
        cross=cross,
        half_life=half_life,
        class_level=best.x[:classes],
        year_level=best.x[classes : classes + years],
        pair_spread=float(best.x[-4]),
        side_spread=float(best.x[-3]),
        value=-float(best.fun),
        status=SolveStatus.SOLVED if best.success else SolveStatus.NOT_CONVERGED,
    )


def _start(
    memory: Memory, held: Mapping[str, float], start: ExcitationFit | None
) -> tuple[np.ndarray, list[tuple[float, float]]]:
    """Return a starting point and bounds: levels, spreads, then total and cross share."""
    classes, years = len(memory.idle), len(memory.periods)
    if start is None:
        sides = 2.0 * memory.idle.sum() + len(memory.active_class)
        level = np.log(len(memory.year) / (sides * memory.periods.sum()))
        point = np.concatenate([np.full(classes, level), np.zeros(years), [1.0, 0.5, 0.2, 0.3]])
    else:
        total = min(max(start.own + start.cross, 0.01), MOST_BRANCHING - 0.01)
        share = start.cross / max(start.own + start.cross, 1e-9)
        tail = [start.pair_spread, start.side_spread, total, share]
        point = np.concatenate([start.class_level, start.year_level, tail])
    bounds = [(-30.0, 3.0)] * classes + [(-6.0, 6.0)] * years
    for k, name in enumerate(("pair_spread", "side_spread")):
        value = held.get(name)
        bounds.append(SPREAD_BOUNDS if value is None else (value, value))
        point[classes + years + k] = point[classes + years + k] if value is None else value
    bounds += [(0.0, MOST_BRANCHING), (0.0, 1.0)]
    return point, bounds
