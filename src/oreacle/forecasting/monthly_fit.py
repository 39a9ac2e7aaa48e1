"""Fit the monthly path of licensing on one documented case, and score it on the others.

Does      Estimates the five parameters of the path on the cases marked for the fit, gives each an
          interval, and compares path and naive path with what happened in the other cases.
Units     Exports over those before [1]; parameters as in `oreacle.market.monthly.path`.
Method    Least squares on monthly exports over base, from several starts (trust region,
          scipy.optimize.least_squares), for the path with all five parameters and with some left
          at zero; the form is the one that AICc (Hurvich and Tsai 1989) prefers on the fitted
          cases. Interval of a parameter: the profile of the sum of
          squares up to 1 + F(1, n - k)/(n - k) times its least value (Bates and Watts 1988,
          section 6.1), 90 %. Error of a path: mean absolute difference over observed months.
Assumes   Errors of months are alike and independent; the intervals of a fit on nine months are
          wide and rest on this.
Not here  The path: see `oreacle.market.monthly.path`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
import pandas as pd
from scipy.optimize import brentq, least_squares
from scipy.stats import f as f_distribution

from oreacle.core.errors import MarketError
from oreacle.market.monthly.path import (
    ExportPath,
    Notice,
    PathParameters,
    calendar,
    export_path,
    naive_path,
)

NAMES = tuple(field.name for field in fields(PathParameters))
LOWER = np.array([0.0, 0.0, 0.02, 0.0, 0.0])
UPPER = np.array([5.0, 6.0, 6.0, 0.9, 3.0])
"""Bounds of the parameters: what could not be told apart from never or at once."""
STARTS = (
    (2.0, 2.0, 1.0, 0.3, 0.4),
    (1.5, 0.5, 0.5, 0.1, 0.2),
    (2.0, 3.0, 4.0, 0.35, 0.4),
    (1.0, 1.0, 0.2, 0.0, 1.0),
)
FORMS: tuple[tuple[str, ...], ...] = (
    (),
    ("floor",),
    ("payback",),
    ("delay",),
    ("delay", "floor"),
    ("delay", "payback"),
    ("floor", "payback"),
)
"""Parameters left at zero in each form; rush and rate are in all of them."""
FEWEST = 8
"""Least months to fit on: fewer leave no correction for five parameters [month]."""
LEVEL = 0.9
SMALL = 1e-6
"""Added to the limit of a profile, so that a perfect fit has an interval, too [1]."""


@dataclass(frozen=True)
class MonthlyCase:
    """A measure with exports month by month.

    Attributes
    ----------
    case, mineral, actor, kind
        Label, slug, who, and kind of measure.
    notice
        When it was announced and in force.
    fitted
        True if parameters are fitted on it.
    months
        Year and month of each observation.
    exports
        Exports over those before, shape (month,) [1].
    base_note
        What the base is.
    """

    case: str
    mineral: str
    actor: str
    kind: str
    notice: Notice
    fitted: bool
    months: tuple[tuple[int, int], ...]
    exports: np.ndarray
    base_note: str

    def of(self, path: ExportPath) -> np.ndarray:
        """Return the path in the observed months, shape (month,) [1]."""
        at = {month: k for k, month in enumerate(path.months)}
        return np.array([path.exports[at[month]] for month in self.months])

    @property
    def horizon(self) -> int:
        """Calendar months from the announcement to the last observation."""
        first = self.notice.announced.year * 12 + self.notice.announced.month
        return max(year * 12 + month for year, month in self.months) - first + 1


@dataclass(frozen=True)
class MonthlyFit:
    """Fitted parameters with intervals.

    Attributes
    ----------
    parameters
        Estimates.
    low, high
        Ends of the 90 % intervals in the order of the parameters, shape (5,); at a bound where
        the profile does not close.
    squares
        Sum of squared errors [1].
    cases
        Labels of the cases fitted on.
    observations
        Months fitted on.
    held
        Parameters that the chosen form leaves at zero.
    """

    parameters: PathParameters
    low: np.ndarray
    high: np.ndarray
    squares: float
    cases: tuple[str, ...]
    observations: int
    held: tuple[str, ...]


@dataclass(frozen=True)
class FormFit:
    """A fit of one form.

    Attributes
    ----------
    held
        Parameters that the form leaves at zero.
    values
        All five parameters, shape (5,).
    squares
        Sum of squared errors [1].
    criterion
        Akaike's criterion corrected for few observations (Hurvich and Tsai 1989) [1].
    """

    held: tuple[str, ...]
    values: np.ndarray
    squares: float
    criterion: float


@dataclass(frozen=True)
class MonthlyScore:
    """How path and naive path did on one case; errors in months of exports before [1]."""

    case: MonthlyCase
    path: np.ndarray
    naive: np.ndarray
    path_error: float
    naive_error: float


def fit_path(cases: Sequence[MonthlyCase]) -> MonthlyFit:
    """Fit the path of licensing on the cases marked for it, in the form that AICc prefers.

    Raises
    ------
    MarketError
        ORE-MKT-071 if there are too few months.
    """
    chosen = [case for case in cases if case.fitted]
    count = sum(len(case.months) for case in chosen)
    if count < FEWEST:
        raise MarketError(
            "ORE-MKT-071",
            f"{count} months are there to fit up to {len(NAMES)} parameters on.",
            why="the path would go through every point and say nothing.",
            fix=f"mark cases with {FEWEST} months or more for the fit.",
        )
    fits = form_fits(chosen)
    best = min(fits, key=lambda one: one.criterion)
    ends = [
        (0.0, 0.0) if NAMES[k] in best.held else _profile(chosen, k, best, count)
        for k in range(len(NAMES))
    ]
    low, high = np.array(ends).T
    labels = tuple(case.case for case in chosen)
    parameters = PathParameters(*best.values.tolist())
    return MonthlyFit(parameters, low, high, best.squares, labels, count, best.held)


def form_fits(chosen: Sequence[MonthlyCase]) -> tuple[FormFit, ...]:
    """Return the fits of all forms on some cases, the richest form first."""
    count = sum(len(case.months) for case in chosen)
    found = []
    for held in FORMS:
        values, squares = _least(chosen, dict.fromkeys(held, 0.0))
        free = len(NAMES) - len(held)
        small = 2.0 * free * (free + 1) / (count - free - 1)
        criterion = count * math.log(max(squares, SMALL) / count) + 2.0 * free + small
        found.append(FormFit(held, values, squares, criterion))
    return tuple(found)


def _errors(cases: Sequence[MonthlyCase], values: np.ndarray) -> np.ndarray:
    parameters = PathParameters(*values.tolist())
    return np.concatenate(
        [
            case.of(export_path(case.notice, parameters, months=case.horizon)) - case.exports
            for case in cases
        ]
    )


def _least(cases: Sequence[MonthlyCase], held: Mapping[str, float]) -> tuple[np.ndarray, float]:
    """Return parameters and sum of squares of the best of several fits, some parameters held."""
    free = np.array([k for k, name in enumerate(NAMES) if name not in held])
    fixed = np.array([held.get(name, 0.0) for name in NAMES])

    def full(part: np.ndarray) -> np.ndarray:
        values = fixed.copy()
        values[free] = part
        return values

    found = [
        least_squares(
            lambda part: _errors(cases, full(part)),
            np.clip(np.array(start), LOWER + 1e-3, UPPER - 1e-3)[free],
            bounds=(LOWER[free], UPPER[free]),
            diff_step=1e-3,
        )
        for start in STARTS
    ]
    best = min(found, key=lambda one: float(one.cost))
    return full(best.x), float(2.0 * best.cost)


def _profile(
    cases: Sequence[MonthlyCase], k: int, best: FormFit, count: int
) -> tuple[float, float]:
    spare = count - (len(NAMES) - len(best.held))
    limit = best.squares * (1.0 + float(f_distribution.ppf(LEVEL, 1, spare)) / spare) + SMALL

    def above(value: float) -> float:
        held = {**dict.fromkeys(best.held, 0.0), NAMES[k]: value}
        return _least(cases, held)[1] - limit

    ends = []
    for bound in (LOWER[k], UPPER[k]):
        if above(float(bound)) <= 0.0:
            ends.append(float(bound))
        elif above(float(best.values[k])) > 0.0:
            ends.append(float(best.values[k]))
        else:
            span = sorted((float(bound), float(best.values[k])))
            ends.append(float(brentq(above, *span, xtol=5e-3)))
    return ends[0], ends[1]


def score_cases(
    cases: Sequence[MonthlyCase], parameters: PathParameters
) -> tuple[MonthlyScore, ...]:
    """Return how the path and the naive path did on each case."""
    scores = []
    for case in cases:
        path = case.of(export_path(case.notice, parameters, months=case.horizon))
        naive = case.of(naive_path(case.notice, months=case.horizon))
        wrong, plain = (float(np.abs(one - case.exports).mean()) for one in (path, naive))
        scores.append(MonthlyScore(case, path, naive, wrong, plain))
    return tuple(scores)


def monthly_cases(table: pd.DataFrame) -> tuple[MonthlyCase, ...]:
    """Return the cases of the table `monthly_cases`, in its order.

    Raises
    ------
    MarketError
        ORE-MKT-072 if a case has no base, a month before its announcement, or a month twice.
    """
    found = []
    for name, rows in table.groupby("case", sort=True):
        first = rows.iloc[0]
        notice = Notice(
            date.fromisoformat(str(first["announced"])), date.fromisoformat(str(first["in_force"]))
        )
        months = tuple(zip(rows["year"].astype(int), rows["month"].astype(int), strict=True))
        base = float(first["base"])
        start = calendar(notice.announced, 1)[0]
        if not base > 0.0 or min(months) < start or len(set(months)) < len(months):
            raise MarketError(
                "ORE-MKT-072",
                f"the monthly case {name} has no base, or a month before {notice.announced} or "
                "twice.",
                why="its exports could not be set beside a path.",
                fix="give a base above zero and each month once, from the announcement on.",
            )
        found.append(
            MonthlyCase(
                case=str(name),
                mineral=str(first["mineral"]),
                actor=str(first["actor"]),
                kind=str(first["kind"]),
                notice=notice,
                fitted=bool(first["fitted"]),
                months=months,
                exports=rows["exports"].to_numpy(dtype=float) / base,
                base_note=str(first["base_note"]),
            )
        )
    return tuple(found)


def parameters_table(fit: MonthlyFit) -> pd.DataFrame:
    """Return the fitted parameters as the rows of kind `licensing` of `monthly_parameters`."""
    units = {"rush": "1", "delay": "month", "rate": "1/month", "floor": "1", "payback": "1/month"}
    return pd.DataFrame(
        {
            "kind": "licensing",
            "name": NAMES,
            "value": fit.parameters.values,
            "low": fit.low,
            "high": fit.high,
            "unit": [units[name] for name in NAMES],
            "basis": "estimated",
            "reason": [
                f"left at zero by AICc on {', '.join(fit.cases)}"
                if name in fit.held
                else f"least squares on {fit.observations} months of {', '.join(fit.cases)}"
                for name in NAMES
            ],
        }
    )


def fitted_parameters(table: pd.DataFrame) -> PathParameters:
    """Return the parameters of the table `monthly_parameters`.

    Raises
    ------
    MarketError
        ORE-MKT-071 if one is missing.
    """
    values = dict(zip(table["name"].astype(str), table["value"].astype(float), strict=True))
    missing = [name for name in NAMES if name not in values]
    if missing:
        raise MarketError(
            "ORE-MKT-071",
            f"monthly_parameters lacks {', '.join(missing)}.",
            why="a path without it would follow from nothing.",
            fix="rebuild the tables with `oreacle data build`.",
        )
    return PathParameters(*(values[name] for name in NAMES))
