"""The tables of the event models: coefficients, scaling, base rates and marks.

Does      Fits every model on the whole history and lays out what a run reads.
Units     Coefficients and effects in log-odds; rates per year.
Method    Draw 0 is the posterior mode, the others are draws of the Laplace posterior. Base rates:
          unit frequency shrunk to its class (beta-binomial); kinds without a model have the
          world's rate of the last ten years with half an act added (Jeffreys).
Assumes   Acts are those that the chronicle reports.
Not here  The fit: see `.fit`; marks: `.marks`; scores: `.track_record`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from oreacle.core.streams import member_stream
from oreacle.data.store import read_table
from oreacle.data.vintage import read_vintage
from oreacle.engine.acts.classes import CLASS_NAMES, CLASSES, PRIOR_ONLY, SCOPE
from oreacle.engine.history_panel import PANEL_TABLES
from oreacle.forecasting.events.fit import YEAR, EventFit, FitSettings, Warm, all_terms
from oreacle.forecasting.events.marks import STRENGTHS_FILE, marks_table
from oreacle.forecasting.events.origins import fit_at, unit_labels
from oreacle.forecasting.events.rows import LINKS, HistoryCase, UnitRows, all_rows, history_case
from oreacle.relations.model import FIXED, INTERCEPT, LEVEL, REACH
from oreacle.relations.rates import fit_beta_binomial

DRAWS = 100
"""Draws of the posterior beside the mode."""
SEED = 20241231
PRIOR_MODEL, PRIOR_YEARS = "prior_rate", 10
"""Name of the rows of kinds without a model, and the years that their rate is taken from [yr]."""
DECIMALS = 5
"""Digits kept of draws: a hundred-thousandth of a log-odds changes no probability that is shown."""


@dataclass(frozen=True)
class FittedEvents:
    """Every model fitted on the whole history.

    Attributes
    ----------
    case
        History.
    rows
        Rows by class, scope and links.
    fits
        Fitted models by class, and the scope.
    """

    case: HistoryCase
    rows: Mapping[str, UnitRows]
    fits: Mapping[str, EventFit]


def read_history(tables_dir: Path | str | None = None) -> dict[str, pd.DataFrame]:
    """Return the tables that history is made from, by name."""
    return {name: read_table(name, tables_dir) for name in PANEL_TABLES}


def fit_events(
    tables: Mapping[str, pd.DataFrame], last_year: int, settings: FitSettings | None = None
) -> FittedEvents:
    """Fit every model on the acts to a year.

    A class with too few acts for a model is not among the fits.
    """
    chosen = settings or FitSettings()
    years = np.arange(chosen.first_year, last_year + 2)
    case = history_case(tables, years)
    rows = all_rows(case, years)
    warm = Warm()
    found = {
        name: fit_at(case, rows[name], last_year, chosen, warm=warm)
        for name in (*CLASS_NAMES, SCOPE)
    }
    return FittedEvents(case, rows, {k: fit for k, fit in found.items() if fit is not None})


def event_tables(
    tables_dir: Path | str | None = None, last_year: int | None = None
) -> dict[str, pd.DataFrame]:
    """Return the four tables that a run reads, by name.

    Parameters
    ----------
    tables_dir
        Directory of the history tables; the embedded ones if None.
    last_year
        Last year of acts; that of the history of the fit if None.
    """
    tables = read_history(tables_dir)
    vintage = read_vintage(tables_dir)
    last = last_year or vintage.fitted_year
    fitted = fit_events(tables, last)
    strengths = pd.read_csv(STRENGTHS_FILE, keep_default_na=False, encoding="utf-8")
    register = read_table("register", tables_dir)
    return {
        "relations_coefficients": coefficients_table(fitted),
        "relations_scaling": scaling_table(fitted),
        "relations_rates": rates_table(fitted, tables["events"], last),
        "relations_marks": marks_table(tables["events"], register, strengths, vintage.events_to),
    }


def model_name(name: str) -> str:
    """Return the name of the model of a class or of the scope.

    Examples
    --------
    >>> model_name("agreement"), model_name("restriction_scope")
    ('agreement_act', 'restriction_scope')
    """
    return CLASSES[name].model if name in CLASSES else name


def coefficients_table(fitted: FittedEvents, draws: int = DRAWS) -> pd.DataFrame:
    """Return `relations_coefficients`."""
    parts = []
    for number, (name, fit) in enumerate(fitted.fits.items()):
        rng = member_stream(SEED, 0, purpose=number + 1)
        values = fit.fit.draws(draws, rng)
        for group, labels, columns in _groups(fitted, name, fit):
            block = values[:, columns]
            parts.append(
                pd.DataFrame(
                    {
                        "model": model_name(name),
                        "group": group,
                        "label": np.tile(np.array(labels, dtype=object), len(block)),
                        "draw": np.repeat(np.arange(len(block)), len(labels)),
                        "value": np.round(block.ravel(), DECIMALS),
                    }
                )
            )
        parts.append(_level_rows(name, fit, values))
    return pd.concat(parts, ignore_index=True)


def _groups(
    fitted: FittedEvents, name: str, fit: EventFit
) -> Iterator[tuple[str, list[str], np.ndarray]]:
    """Yield group, labels and coefficient positions of what a run needs."""
    yield FIXED, [INTERCEPT, *fit.terms], np.arange(len(fit.terms) + 1)
    panel = fitted.case.panel
    for group, part in fit.fit.slices.items():
        if group != YEAR:
            axis = panel.minerals if group == "mineral" else panel.actors
            yield group, list(axis), np.arange(part.start, part.stop)


def _level_rows(name: str, fit: EventFit, values: np.ndarray) -> pd.DataFrame:
    """Return how the level goes on: its last value in every draw, persistence and spread.

    A scope has no level; its reach stands there. A term that did not vary has coefficient 0.
    """
    rows: list[tuple[str, str, int, float]] = []
    if YEAR in fit.fit.slices:
        last = values[:, fit.fit.slices[YEAR].stop - 1]
        rows += [(LEVEL, "last", draw, float(value)) for draw, value in enumerate(last)]
        rows += [
            (LEVEL, "persistence", 0, fit.path.persistence),
            (LEVEL, "spread", 0, fit.path.spread),
        ]
    else:
        rows.append((REACH, "share", 0, fit.reach))
    rows += [(FIXED, term, draw, 0.0) for term in _flat(name, fit) for draw in range(len(values))]
    frame = pd.DataFrame(rows, columns=["group", "label", "draw", "value"])
    frame["value"] = frame["value"].round(DECIMALS)
    return frame.assign(model=model_name(name))


def scaling_table(fitted: FittedEvents) -> pd.DataFrame:
    """Return `relations_scaling`."""
    parts = [
        pd.DataFrame(
            {
                "model": model_name(name),
                "term": [*fit.terms, *_flat(name, fit)],
                "mean": np.append(fit.scaling.mean, np.zeros(len(_flat(name, fit)))),
                "sd": np.append(fit.scaling.sd, np.ones(len(_flat(name, fit)))),
            }
        )
        for name, fit in fitted.fits.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _flat(name: str, fit: EventFit) -> list[str]:
    """Return the terms that did not vary: they have coefficient 0."""
    return [term for term in all_terms(name) if term not in fit.terms]


def rates_table(fitted: FittedEvents, events: pd.DataFrame, last_year: int) -> pd.DataFrame:
    """Return `relations_rates`: base rates of units, and of kinds without a model."""
    parts = []
    for name in (*CLASS_NAMES, LINKS):
        rows = fitted.rows[name]
        known = rows.take(rows.year <= last_year)
        counts = unit_counts(unit_labels(fitted.case, known), known.outcome)
        acts, years = counts["acts"].to_numpy(), counts["years"].to_numpy()
        rate = np.full(len(counts), (acts.sum() + 0.5) / (years.sum() + 1.0))
        if acts.sum() > 0:
            rate = fit_beta_binomial(acts, years).rate(acts, years)
        model = SCOPE if name == LINKS else model_name(name)
        parts.append(counts.assign(model=model, rate=rate))
    parts.append(prior_rates(events, last_year))
    columns = ["model", "unit", "acts", "years", "rate"]
    return pd.concat(parts, ignore_index=True)[columns]


def unit_counts(unit: np.ndarray, outcome: np.ndarray) -> pd.DataFrame:
    """Return acts and years at risk by unit, columns `unit`, `acts` and `years`."""
    grouped = pd.Series(outcome).groupby(unit).agg(["sum", "count"])
    return pd.DataFrame(
        {
            "unit": grouped.index.astype(str),
            "acts": grouped["sum"].to_numpy(dtype=float),
            "years": grouped["count"].to_numpy(dtype=float),
        }
    )


def prior_rates(events: pd.DataFrame, last_year: int) -> pd.DataFrame:
    """Return the world's yearly chance of an act of each kind without a model."""
    recent = events[events["year"].between(last_year - PRIOR_YEARS + 1, last_year)]
    years = {kind: recent.loc[recent["kind"] == kind, "year"].nunique() for kind in PRIOR_ONLY}
    return pd.DataFrame(
        {
            "model": PRIOR_MODEL,
            "unit": list(years),
            "acts": [float(count) for count in years.values()],
            "years": float(PRIOR_YEARS),
            "rate": [(count + 0.5) / (PRIOR_YEARS + 1.0) for count in years.values()],
        }
    )
