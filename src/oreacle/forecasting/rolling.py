"""Does a model beat the base rates? One year ahead, at past origins.

Does      Refits at each origin on what was known and scores the next year's forecast.
Units     Bits per unit at risk: mean log2 probability of what happened; 0 is perfect.
Method    Fit on years to the origin, features of the next year as known; beside it climatology
          (frequency of the last ten years) and unit frequency (shrunken) from the same years.
Assumes   The ridge was chosen on years to 2014, before the first origin.
Not here  Event questions over several years: see the backtest of the engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from oreacle.engine.features import (
    links_at_risk,
    restriction_at_risk,
    restriction_features,
    scope_features,
    scope_offset,
)
from oreacle.forecasting.fit import (
    ROW_MAKERS,
    FitSettings,
    ModelFit,
    choose_ridge,
    fit_rows,
    levelled,
    read_history,
)
from oreacle.forecasting.fit_rates import class_rate, pair_names, unit_counts
from oreacle.forecasting.fit_rows import (
    AGREEMENT,
    RESTRICTION,
    SCOPE,
    FitRows,
    HistoryCase,
    history_case,
)
from oreacle.relations.sampling import nonempty_inclusion
from oreacle.relations.selection import log_score

ORIGINS = range(2015, 2023)
LINKS = "restriction_links"
"""Act and scope together: one unit per actor, mineral and link at risk."""


@dataclass(frozen=True)
class Chances:
    """Probabilities of the units of one year.

    Attributes
    ----------
    fading, long_run
        With the last level fading out, and at the long-run level from the start, shape (row,).
    """

    fading: np.ndarray
    long_run: np.ndarray


def rolling_check(
    tables_dir: Path | str | None = None,
    origins: Iterable[int] = ORIGINS,
    settings: FitSettings | None = None,
) -> pd.DataFrame:
    """Score the models and their baselines one year after each origin.

    Parameters
    ----------
    tables_dir
        Directory of the history tables; the embedded ones if None.
    origins
        Years to which each fit may look.
    settings
        Windows and sizes of the fits; the number of draws is not used.

    Returns
    -------
    DataFrame
        One row per model and origin: `units` and `acts` in the scored year, `expected` acts, and
        scores of the model (with a fading level), of the model at its long-run level, of
        climatology and of the unit frequency [bits per unit].
    """
    chosen = settings or FitSettings()
    case = history_case(read_history(tables_dir), chosen.years)
    return score_origins(case, origins, chosen)


def score_origins(case: HistoryCase, origins: Iterable[int], settings: FitSettings) -> pd.DataFrame:
    """Score the models on a history that is ready; see `rolling_check`."""
    chosen = replace(settings, draws=1)
    rows = {name: maker(case, chosen.years) for name, maker in ROW_MAKERS.items()}
    links = link_rows(case, chosen.years)
    ridge = {
        name: choose_ridge(part.take(part.year <= chosen.choice_year))[0]
        for name, part in rows.items()
    }
    found = []
    for origin in origins:
        raw = {
            name: fit_rows(part.take(part.year <= origin), ridge[name], chosen)
            for name, part in rows.items()
        }
        fits = levelled(raw, case.inputs[origin + 1], chosen.level_years)
        for name in (RESTRICTION, AGREEMENT):
            part = rows[name]
            now = part.take(part.year == origin + 1)
            model, path = fits[name].model, fits[name].level.path()
            chances = Chances(
                model.probability(now.features, offset=path.offset(1)),
                model.probability(now.features),
            )
            found.append(_scores(name, origin, part, chances, chosen.level_years))
        both = Chances(
            link_chances(case, fits, origin + 1, fits[RESTRICTION].level.path().offset(1)),
            link_chances(case, fits, origin + 1, 0.0),
        )
        found.append(_scores(LINKS, origin, links, both, chosen.level_years))
    return pd.DataFrame(found)


def link_rows(case: HistoryCase, years: np.ndarray) -> FitRows:
    """Return one row per actor and link at risk and year, without features."""
    year_parts, units, partners, outcomes = [], [], [], []
    for year in years:
        inputs = case.inputs[int(year)]
        risk = links_at_risk(inputs)[0]
        actor, mineral, link = np.nonzero(risk)
        goods = np.char.add(np.array(inputs.minerals)[mineral], ";")
        year_parts.append(np.full(len(actor), int(year)))
        units.append(np.array(inputs.actors)[actor])
        partners.append(np.char.add(goods, np.array(["ore", "refined"])[link]))
        outcomes.append(case.acts.links[case.panel.position(int(year))][risk])
    year_column = np.concatenate(year_parts)
    return FitRows(
        model=LINKS,
        year=year_column,
        unit=np.concatenate(units),
        partner=np.concatenate(partners),
        features=np.empty((len(year_column), 0)),
        outcome=np.concatenate(outcomes),
        offset=np.zeros(len(year_column)),
        outside=0,
    )


def link_chances(
    case: HistoryCase, fits: dict[str, ModelFit], year: int, level: float
) -> np.ndarray:
    """Return the probability of a new restriction on each link at risk, in the order of rows."""
    inputs = case.inputs[year]
    risk = links_at_risk(inputs)
    act = fits[RESTRICTION].model.probability(
        restriction_features(inputs), at_risk=restriction_at_risk(inputs), offset=level
    )
    cover = fits[SCOPE].model.probability(
        scope_features(inputs), at_risk=risk, offset=scope_offset(risk)
    )
    flat = nonempty_inclusion(cover.reshape(*cover.shape[:2], -1)).reshape(cover.shape)
    return np.asarray((act[..., None, None] * flat)[risk])


def _scores(
    name: str, origin: int, rows: FitRows, chances: Chances, level_years: int
) -> dict[str, object]:
    """Return one row of the scoreboard."""
    past, now = rows.take(rows.year <= origin), rows.take(rows.year == origin + 1)
    recent = past.outcome[past.year > origin - level_years]
    counts = unit_counts(_names(past), past.outcome)
    prior = class_rate(counts)
    known = counts.set_index("unit").reindex(_names(now)).fillna(0.0)
    frequency = prior.rate(known["acts"].to_numpy(), known["years"].to_numpy())
    return {
        "model": name,
        "origin": origin,
        "units": len(now.outcome),
        "acts": float(now.outcome.sum()),
        "expected": float(chances.fading.sum()),
        "model_bits": log_score(chances.fading, now.outcome),
        "long_run_bits": log_score(chances.long_run, now.outcome),
        "climatology_bits": log_score(np.full(len(now.outcome), recent.mean()), now.outcome),
        "frequency_bits": log_score(frequency, now.outcome),
    }


def _names(rows: FitRows) -> np.ndarray:
    return rows.unit if rows.model == RESTRICTION else pair_names(rows)
