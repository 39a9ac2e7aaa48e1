"""Whether mutual dependence restrains, and one-sided dependence tempts.

Does      Fits acts on dyads and years to how much each side depended on the other.
Units     Coefficients in log-odds per standard deviation, with 90 % intervals.
Method    Row: ordered pair (a, b) and year. `d_ab` is the share of a in b's imports of modelled
          minerals two years before. Terms: mutual `sqrt(d_ab d_ba)`, one-sided `d_ab - d_ba`
          (a's hold over b), sizes, distance of ideal points, alliance. Logistic with a level for
          each year and a weak ridge (`oreacle.relations.logistic`). Intervals: Bayesian bootstrap
          over imposers, targets and years. A second form adds the log of trade between the two:
          who trades more has more to restrict.
Assumes   Dependence is as good as given two years later: an act long prepared could have changed
          it before. Nothing here is causal.
Not here  The exact cost of a cut: see `oreacle.market.leverage`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from oreacle.core.errors import RelationsError
from oreacle.core.status import SolveStatus
from oreacle.engine.history_arrays import place
from oreacle.engine.history_panel import HistoryPanel
from oreacle.forecasting.escalation.acts import DEPENDENCE_LAG, RivalActs
from oreacle.relations.bootstrap import bootstrap_draws
from oreacle.relations.logistic import fit_logistic
from oreacle.relations.retaliation import Estimate
from oreacle.relations.scaling import scaling_of

TERMS = ("mutual", "one_sided", "size_imposer", "size_target", "ideal_distance", "alliance")
TRADE = "log_trade"
YEAR_PENALTY = 1.0
"""Ridge on the levels of the years."""
PENALTY = 1.0


@dataclass(frozen=True)
class DyadYears:
    """Rows of ordered pairs and years.

    Attributes
    ----------
    imposer, target, year
        Shape (row,).
    features
        In the order of `TERMS`, then log trade, shape (row, term).
    any_act, export_act
        1 if the imposer acted on the target, and so on exports, shape (row,).
    left_out
        Rows without a term, and acts in them, counted.
    """

    imposer: np.ndarray
    target: np.ndarray
    year: np.ndarray
    features: np.ndarray
    any_act: np.ndarray
    export_act: np.ndarray
    left_out: Mapping[str, int]


@dataclass(frozen=True)
class LeverageFit:
    """Coefficients of one outcome and form.

    Attributes
    ----------
    outcome
        ``any`` or ``export``.
    form
        ``main`` or ``trade`` (with log trade).
    cases, rows
        Acts and rows behind it.
    terms
        Estimate by term [log-odds per standard deviation].
    """

    outcome: str
    form: str
    cases: int
    rows: int
    terms: Mapping[str, Estimate]


def dependence_array(table: pd.DataFrame, years: np.ndarray, actors: tuple[str, ...]) -> np.ndarray:
    """Return the share of each exporter in imports, shape (year, exporter, importer) [1].

    Zero for an exporter without a row where the importer has some; missing for an importer
    without any row in the year.
    """
    spots = place(actors)
    rows = table[
        table["year"].isin(years) & table["importer"].isin(spots) & table["exporter"].isin(spots)
    ]
    listed = table[table["year"].isin(years) & table["importer"].isin(spots)]
    array = np.full((len(years), len(actors), len(actors)), np.nan)
    at = listed["year"].to_numpy(dtype=int) - int(years[0])
    array[at, :, listed["importer"].map(spots).to_numpy(dtype=int)] = 0.0
    index = (
        rows["year"].to_numpy(dtype=int) - int(years[0]),
        rows["exporter"].map(spots).to_numpy(dtype=int),
        rows["importer"].map(spots).to_numpy(dtype=int),
    )
    array[index] = rows["share"].to_numpy(dtype=float)
    return array


def dyad_years(
    acts: RivalActs, panel: HistoryPanel, dependence: pd.DataFrame, years: np.ndarray
) -> DyadYears:
    """Return the rows of the years asked for, with what was known before each."""
    count = len(panel.actors)
    share = dependence_array(dependence, panel.years, panel.actors)
    made = {name: _outcomes(acts, panel, years, name) for name in ("any", "export")}
    one, two = np.nonzero(~np.eye(count, dtype=bool))
    parts = []
    for year in years:
        past = panel.position(int(year) - DEPENDENCE_LAG)
        hold, held = share[past][one, two], share[past][two, one]
        size, ideal = panel.log_gdp[past], panel.ideal_point[past]
        value = panel.trade_value[past]
        parts.append(
            np.column_stack(
                [
                    np.sqrt(hold * held),
                    hold - held,
                    size[one],
                    size[two],
                    np.abs(ideal[one] - ideal[two]),
                    panel.alliance[past][one, two],
                    np.log1p(value[one, two] + value[two, one]),
                ]
            )
        )
    features = np.concatenate(parts)
    any_act, export_act = (made[name][:, one, two].ravel() for name in ("any", "export"))
    known = np.isfinite(features).all(axis=1)
    left_out = {"rows": int((~known).sum()), "acts": int(any_act[~known].sum())}
    names = np.array(panel.actors, dtype=object)
    repeat = len(years)
    return DyadYears(
        imposer=np.tile(names[one], repeat)[known],
        target=np.tile(names[two], repeat)[known],
        year=np.repeat(years, len(one))[known],
        features=features[known],
        any_act=any_act[known],
        export_act=export_act[known],
        left_out=left_out,
    )


def _outcomes(acts: RivalActs, panel: HistoryPanel, years: np.ndarray, kind: str) -> np.ndarray:
    """Return 1 where an actor acted on another in a year, shape (year, actor, actor)."""
    spots = place(panel.actors)
    made = np.zeros((len(years), len(spots), len(spots)))
    for k, event in enumerate(_years(acts)):
        at = event - int(years[0])
        if 0 <= at < len(years) and (kind == "any" or acts.export[k]):
            made[at, spots[str(acts.imposer[k])], spots[str(acts.target[k])]] = 1.0
    return made


def _years(acts: RivalActs) -> list[int]:

    return [date.fromordinal(int(day)).year for day in acts.first]


def fit_leverage(
    rows: DyadYears, outcome: str, form: str, *, draws: int, rng: np.random.Generator
) -> LeverageFit:
    """Return coefficients with bootstrap intervals.

    Parameters
    ----------
    outcome
        ``any`` or ``export``.
    form
        ``main`` or ``trade``.
    draws
        Of the bootstrap.

    Raises
    ------
    RelationsError
        ORE-REL-001 and ORE-REL-002 as `fit_logistic`; ORE-REL-003 if a fit has not converged.
    """
    target = rows.any_act if outcome == "any" else rows.export_act
    terms = TERMS if form == "main" else (*TERMS, TRADE)
    features = rows.features[:, : len(terms)]
    scaled = scaling_of(features, terms).apply(features)
    labels = np.unique(rows.year)
    design = np.column_stack([scaled, (rows.year[:, None] == labels[None, :]).astype(float)])
    # Each year has a level of its own, so that a wave is not taken for a feature.
    ridge = np.concatenate([np.full(len(terms), PENALTY), np.full(len(labels), YEAR_PENALTY)])

    def refit(weights: np.ndarray | None) -> np.ndarray:
        fit = fit_logistic(design, target, penalty=ridge, weights=weights)
        if fit.status is not SolveStatus.SOLVED:
            raise RelationsError(
                "ORE-REL-003",
                f"a fit of dependence ended with residual {fit.residual:.1e}.",
                why="coefficients of an unfinished fit are not estimates.",
                fix="raise the penalty, or look for a feature that separates the outcomes.",
            )
        return fit.slopes[: len(terms)]

    centre = refit(None)
    clusters = [rows.imposer.astype(str), rows.target.astype(str), rows.year]
    drawn = bootstrap_draws(refit, clusters, draws=draws, rng=rng)
    low, high = np.quantile(drawn, (0.05, 0.95), axis=0)
    found = {
        term: Estimate(float(centre[k]), float(low[k]), float(high[k]))
        for k, term in enumerate(terms)
    }
    return LeverageFit(outcome, form, int(target.sum()), len(target), found)
