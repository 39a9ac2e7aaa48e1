"""The parts of pages on what governments do: classes, features, fitted models and scores.

Does      Makes tables from the definitions of the event models and from their embedded tables.
Units     As in the tables.
Method    Each part is a function of its words; `live_parts` calls it.
Assumes   The embedded tables.
Not here  Finding and renewing the parts: see `live_parts`; scores: see `live_scores`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd
from docs.live_table import table_of

from oreacle.data.store import TABLES_DIRECTORY, read_table
from oreacle.data.vintage import read_vintage
from oreacle.engine.acts.actor_features import ACTOR_FEATURES
from oreacle.engine.acts.classes import (
    ACTOR,
    CLASSES,
    DYAD,
    EVENT_CLASSES,
    HOLDER,
    PAIR,
    PARTNER,
    SCOPE,
    SUPPLIER,
    TARGET,
    TRADER,
)
from oreacle.engine.acts.link_features import LINK_FEATURES
from oreacle.engine.acts.memory import HALF_LIFE
from oreacle.engine.acts.pair_features import PAIR_FEATURES
from oreacle.engine.acts.risk import DEMAND_SHARE, RISK_SHARE, SMALLEST_HOLDING
from oreacle.engine.history_inputs import LONGEST_CARRY
from oreacle.forecasting.events.fit import FEWEST_ACTS, FIRST_YEAR, FitSettings, all_terms
from oreacle.forecasting.events.rows import LINKS, HistoryCase, UnitRows, all_rows, history_case
from oreacle.forecasting.events.tables import DRAWS, PRIOR_MODEL, model_name, read_history
from oreacle.relations.model import FIXED, INTERCEPT, LEVEL, REACH
from oreacle.relations.pooled import PRIOR_LABELS, PRIOR_SD

FEATURES = {"actor": ACTOR_FEATURES, "pair": PAIR_FEATURES, "link": LINK_FEATURES}
AXES = {ACTOR: "an actor", PAIR: "a pair", DYAD: "an imposer and a target"}
AT_RISK = {
    SUPPLIER: f"supplies {100 * RISK_SHARE:g} % of the world's mined or refined product of "
    "something, or less of a link that it restricted before",
    TRADER: f"supplies as for `restriction`, buys {100 * RISK_SHARE:g} % of world imports, or "
    "acted so before",
    HOLDER: f"took acts of rivalry whose faded count is above {SMALLEST_HOLDING:g}",
    PARTNER: f"a demand-side actor ({100 * DEMAND_SHARE:g} % of world imports) and a partner that "
    "supplies as for `restriction`, or acted so before with anyone",
    TARGET: f"a demand-side actor ({100 * DEMAND_SHARE:g} % of world imports), or one who acted so "
    "before; against a target that supplies or buys as for `club`, or was hit so before",
}
BAND = (0.1, 0.9)
MOST_EFFECTS = 4
"""Effects shown on either side of zero."""


def _settings() -> str:
    """Return what is stated rather than fitted."""
    one = FitSettings()
    priors = f"{one.actor_sd:g} / {one.pair_sd:g} / {one.scope_sd:g}"
    weight = f"{PRIOR_SD:g}, worth {PRIOR_LABELS:g} labels"
    growth = "none" if one.reporting == 0.0 else f"{one.reporting:g} a year"
    rows = [
        ("sd of the prior of a slope: acts of actors / between two / scope [log-odds]", priors),
        ("prior of the sd of effects [log-odds]", weight),
        ("share of a year's level that is left a year later", f"{one.persistence:g}"),
        ("half-life of past acts [yr]", f"{HALF_LIFE:g}"),
        ("growth of the share of acts that the chronicle reports", growth),
        ("first year of the rows", one.first_year),
        ("acts below which a class has no model", FEWEST_ACTS),
        ("years that a skipped share vector is carried", LONGEST_CARRY),
        ("draws beside the mode", DRAWS),
    ]
    return table_of(("stated", "value"), rows)


def _classes() -> str:
    """Return every class with its kinds and who is at risk."""
    rows = [
        (
            f"`{one.name}`",
            one.title,
            one.sign,
            AXES[one.unit],
            ", ".join(f"`{kind}`" for kind in one.kinds),
            AT_RISK[one.at_risk],
        )
        for one in EVENT_CLASSES
    ]
    heads = ("class", "an act is", "sign", "of", "kinds of the chronicle", "at risk")
    return table_of(heads, rows)


@lru_cache
def _history() -> tuple[HistoryCase, dict[str, UnitRows]]:
    """Return the history that the models are fitted on, and its rows."""
    last = int(read_vintage(TABLES_DIRECTORY).fitted_to[:4])
    years = np.arange(FIRST_YEAR, last + 1)
    case = history_case(read_history(TABLES_DIRECTORY), years)
    return case, all_rows(case, years)


def _risk() -> str:
    """Return units, acts and acts outside by class."""
    case, every = _history()
    rows = []
    for name in (*CLASSES, LINKS):
        one = every[name]
        last = int((one.year == one.year.max()).sum())
        left = [
            f"{count} {key.removeprefix(name).strip()}"
            for key, count in sorted(case.acts.left_out.items())
            if key.partition(" ")[0] == name
        ]
        acts, outside = int(one.outcome.sum()), sum(one.outside.values())
        rows.append((f"`{name}`", last, len(one.year), acts, outside, "; ".join(left)))
    heads = ("class", "units at risk, last year", "unit-years", "acts", "acts of units not at risk")
    return table_of((*heads, "events left out, whole or in part"), rows)


def _features(axis: str) -> str:
    """Return the features of an axis with their definitions."""
    rows = [
        (f"`{name}`", one.definition, "yes" if one.is_market else "", _users(axis, name))
        for name, one in FEATURES[axis].items()
    ]
    return table_of(("feature", "definition", "market", "in the models of"), rows)


def _users(axis: str, name: str) -> str:
    """Return the classes that have a feature, with the party that it is of."""
    if axis == "link":
        return "scope"
    found = []
    for one in EVENT_CLASSES:
        sides = [term.partition(".")[0] for term in one.terms if term.rpartition(".")[2] == name]
        if sides:
            parties = [side for side in sides if side in ("own", "other")]
            found.append(one.name + (f" ({', '.join(parties)})" if parties else ""))
    return ", ".join(found)


@lru_cache
def _coefficients_table() -> pd.DataFrame:
    return read_table("relations_coefficients", TABLES_DIRECTORY)


def _coefficients(unit: str) -> str:
    """Return the coefficients of all classes of a unit, or of the scope of links."""
    of_unit = [one.name for one in EVENT_CLASSES if one.unit == unit]
    names = of_unit or [SCOPE]
    terms = list(dict.fromkeys(term for name in names for term in all_terms(name)))
    table = _coefficients_table()
    fixed = table[table["group"] == FIXED]
    columns = {}
    for name in names:
        part = fixed[fixed["model"] == model_name(name)]
        columns[name] = {str(label): _spread(rows) for label, rows in part.groupby("label")}
    rows = [
        (f"`{term}`", *(columns[name].get(term, "") for name in names))
        for term in (*terms, INTERCEPT)
    ]
    return table_of(("term", *(f"`{name}`" for name in names)), rows)


def _spread(rows: pd.DataFrame) -> str:
    """Return the mode and 10 to 90 % of draws, a slope bold if these lie on one side of zero."""
    mode = float(rows.loc[rows["draw"] == 0, "value"].iloc[0])
    low, high = _band(rows)
    text = f"{mode:+.2f} ({low:+.2f} to {high:+.2f})"
    is_clear = (low > 0.0 or high < 0.0) and rows["label"].iloc[0] != INTERCEPT
    return f"**{text}**" if is_clear else text


def _band(rows: pd.DataFrame) -> tuple[float, float]:
    low, high = np.quantile(rows.loc[rows["draw"] > 0, "value"].to_numpy(dtype=float), BAND)
    return float(low), float(high)


def _effects() -> str:
    """Return the effects whose band lies on one side of zero, the largest first."""
    table = _coefficients_table()
    rows = []
    for name in (*CLASSES, SCOPE):
        own = table[
            (table["model"] == model_name(name)) & ~table["group"].isin([FIXED, LEVEL, REACH])
        ]
        for group, part in own.groupby("group"):
            found = {}
            for label, each in part.groupby("label"):
                low, high = _band(each)
                if low > 0.0 or high < 0.0:
                    found[str(label)] = float(each.loc[each["draw"] == 0, "value"].iloc[0])
            modes = part.loc[part["draw"] == 0, "value"].to_numpy(dtype=float)
            above = sorted((-value, label) for label, value in found.items() if value > 0.0)
            below = sorted((value, label) for label, value in found.items() if value < 0.0)
            more = ", ".join(f"{label} {-value:+.2f}" for value, label in above[:MOST_EFFECTS])
            less = ", ".join(f"{label} {value:+.2f}" for value, label in below[:MOST_EFFECTS])
            count = f"{len(found)} of {len(modes)}"
            rows.append((f"`{name}`", group, f"{modes.std():.2f}", count, more, less))
    heads = ("model", "effects of", "spread of modes", "clear of zero", "most above", "most below")
    return table_of(heads, rows)


def _levels() -> str:
    """Return the level of the last year by class, and how it fades."""
    table = _coefficients_table()
    mode = table[(table["group"] == LEVEL) & (table["draw"] == 0)]
    level = mode.pivot(index="model", columns="label", values="value")
    rows = []
    for one in EVENT_CLASSES:
        if one.model in level.index:
            last, kept, spread = (
                float(level[label].to_dict()[one.model])
                for label in ("last", "persistence", "spread")
            )
            ahead = (last * kept**k for k in (1, 3, 5))
            numbers = [f"{value:+.2f}" for value in (last, *ahead)]
            rows.append((f"`{one.name}`", *numbers, f"{spread:.2f}"))
    return table_of(("class", "last year", "1 year on", "3 years on", "5 years on", "sd"), rows)


def _prior_rates() -> str:
    """Return the rates of kinds without a model."""
    table = read_table("relations_rates", TABLES_DIRECTORY)
    part = table[table["model"] == PRIOR_MODEL].sort_values("unit")
    rows = [
        (f"`{row['unit']}`", f"{row['acts']:.0f} of {row['years']:.0f}", f"{row['rate']:.2f}")
        for row in part.to_dict("records")
    ]
    return table_of(("kind", "years with an act", "chance a year, anywhere"), rows)


def _marks() -> str:
    """Return how new measures look."""
    table = read_table("relations_marks", TABLES_DIRECTORY)
    heads = ("link", "instrument", "probability", "strength", "basis", "ends a year", "targeted")
    names = ("link", "instrument", "probability", "strength", "strength_basis", "lifting_rate")
    rows = [
        tuple(row[name] for name in (*names, "targeted_share"))
        for row in table.sort_values(["link", "instrument"]).to_dict("records")
    ]
    return table_of(heads, rows)


EVENT_PARTS: dict[str, Callable[..., str]] = {
    "event-settings": _settings,
    "event-classes": _classes,
    "event-risk": _risk,
    "event-features": _features,
    "event-coefficients": _coefficients,
    "event-effects": _effects,
    "event-levels": _levels,
    "prior-rates": _prior_rates,
    "marks": _marks,
}
