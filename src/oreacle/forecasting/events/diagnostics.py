"""How the event models were fitted: rows, acts, convergence, and events that are not in them.

Does      Reports for each class what its fit rests on and how it ended.
Units     Counts; standard deviations in log-odds; the residual over the number of rows [1].
Method    From the fits themselves. A fit that has not converged is refused, not reported.
Assumes   Nothing.
Not here  How far acts call forth further ones: see `.branching`; scores: see `.track_record`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from oreacle.engine.acts.classes import CLASS_NAMES, SCOPE
from oreacle.forecasting.events.fit import FIRST_YEAR
from oreacle.forecasting.events.tables import FittedEvents


@dataclass(frozen=True)
class FitDiagnostics:
    """One model.

    Attributes
    ----------
    name
        Class, or the scope.
    rows, acts
        Units at risk over the years, and those that acted [1]; for the scope links.
    rounds
        Rounds until the standard deviations of the groups stood still; None without a model.
    residual
        Largest gradient component over the rows [1]; None without a model.
    spread
        Standard deviations of effects by group [log-odds].
    outside
        Acts of units that were not at risk, in the years of the fit [1].
    left_out
        Events of all years that could not be coded, by reason [1].
    """

    name: str
    rows: int
    acts: int
    rounds: int | None
    residual: float | None
    spread: Mapping[str, float]
    outside: int
    left_out: Mapping[str, int]

    @property
    def is_fitted(self) -> bool:
        """True if the class has a model; too few acts give none."""
        return self.rounds is not None

    def as_dict(self) -> dict[str, Any]:
        """Return all figures by name, for output."""
        return {**asdict(self), "spread": dict(self.spread), "left_out": dict(self.left_out)}


def fit_diagnostics(
    fitted: FittedEvents, *, first_year: int = FIRST_YEAR
) -> tuple[FitDiagnostics, ...]:
    """Return how each class and the scope were fitted.

    Parameters
    ----------
    fitted
        Models fitted on the whole history; the last year of its rows has no outcomes and does
        not count.
    first_year
        First year of the rows of the fit.
    """
    return tuple(_of_model(fitted, name, first_year) for name in (*CLASS_NAMES, SCOPE))


def _of_model(fitted: FittedEvents, name: str, first_year: int) -> FitDiagnostics:
    last = max(fitted.case.inputs) - 1
    rows = fitted.rows[name]
    known = rows.take((rows.year >= first_year) & (rows.year <= last))
    fit = fitted.fits.get(name)
    mark = f"{name} "
    left_out = {
        key.removeprefix(mark): count
        for key, count in sorted(fitted.case.acts.left_out.items())
        if key.startswith(mark)
    }
    return FitDiagnostics(
        name,
        len(known.outcome),
        int(known.outcome.sum()),
        fit.fit.rounds if fit else None,
        fit.fit.residual if fit else None,
        dict(fit.fit.spread) if fit else {},
        sum(count for year, count in rows.outside.items() if first_year <= year <= last),
        left_out,
    )
