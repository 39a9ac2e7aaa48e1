"""Base rates of units: the forecast that a model has to beat.

Does      Makes the table `relations_rates` and the counts behind it.
Units     Acts and years at risk in unit-years; rates per year.
Method    Unit frequency shrunk to the class mean (beta-binomial, fitted by class).
Assumes   Years of a unit are exchangeable over the window.
Not here  The shrinkage itself: see `oreacle.relations.rates`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from oreacle.engine.features import links_at_risk
from oreacle.forecasting.fit_rows import AGREEMENT, RESTRICTION, SCOPE, FitRows, HistoryCase
from oreacle.relations.rates import BetaBinomial, fit_beta_binomial


def rates_table(case: HistoryCase, rows: Mapping[str, FitRows], years: np.ndarray) -> pd.DataFrame:
    """Return `relations_rates` from the rows of the models, by name."""
    actors, pairs = rows[RESTRICTION], rows[AGREEMENT]
    counts = {
        RESTRICTION: unit_counts(actors.unit, actors.outcome),
        SCOPE: mineral_counts(case, years),
        AGREEMENT: unit_counts(pair_names(pairs), pairs.outcome),
    }
    parts = []
    for model, table in counts.items():
        prior = class_rate(table)
        rate = prior.rate(table["acts"].to_numpy(), table["years"].to_numpy())
        parts.append(table.assign(model=model, rate=rate))
    columns = ["model", "unit", "acts", "years", "rate"]
    return pd.concat(parts, ignore_index=True)[columns]


def class_rate(counts: pd.DataFrame) -> BetaBinomial:
    """Return the class that units are shrunk to."""
    return fit_beta_binomial(counts["acts"].to_numpy(), counts["years"].to_numpy())


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


def pair_names(rows: FitRows) -> np.ndarray:
    """Return demand side and partner as one label, shape (row,)."""
    return np.char.add(np.char.add(rows.unit.astype(str), ";"), rows.partner.astype(str))


def mineral_counts(case: HistoryCase, years: np.ndarray) -> pd.DataFrame:
    """Return years with a new restriction on a mineral, by actor and mineral at risk."""
    units, outcomes = [], []
    for year in years:
        inputs = case.inputs[int(year)]
        risk = links_at_risk(inputs)[0]
        covered = (case.acts.links[case.panel.position(int(year))] > 0) & risk
        actor, mineral = np.nonzero(risk.any(axis=-1))
        names = np.char.add(np.array(inputs.actors)[actor], ";")
        units.append(np.char.add(names, np.array(inputs.minerals)[mineral]))
        outcomes.append(covered.any(axis=-1)[actor, mineral].astype(float))
    return unit_counts(np.concatenate(units), np.concatenate(outcomes))
