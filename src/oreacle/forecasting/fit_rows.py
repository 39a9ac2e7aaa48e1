"""Rows on which the relations models are fitted.

Does      Lays units at risk, their features as known at the time and their outcomes side by side.
Units     Features as in `oreacle.engine.features`; outcome 0 or 1.
Method    One row per unit at risk and year; acts of units not at risk are counted, not fitted.
Assumes   The chronicle covers acts well enough from the first year of the window.
Not here  The fit: see `oreacle.forecasting.fit`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from oreacle.engine.features import (
    RESTRICTION_TERMS,
    SCOPE_TERMS,
    links_at_risk,
    restriction_at_risk,
    restriction_features,
    scope_features,
    scope_offset,
)
from oreacle.engine.features_agreements import (
    AGREEMENT_TERMS,
    agreement_at_risk,
    agreement_features,
    demand_side,
)
from oreacle.engine.acts.coding import HistoryActs, acts_from_events
from oreacle.engine.history_inputs import history_inputs, memories
from oreacle.engine.history_panel import HistoryPanel, panel_from_tables
from oreacle.engine.inputs import FeatureInputs

RESTRICTION, SCOPE, AGREEMENT = "restriction_act", "restriction_scope", "agreement_act"
TERMS = {RESTRICTION: RESTRICTION_TERMS, SCOPE: SCOPE_TERMS, AGREEMENT: AGREEMENT_TERMS}


@dataclass(frozen=True)
class FitRows:
    """Rows of one model.

    Attributes
    ----------
    model
        Name of the model.
    year
        Year of the row, shape (row,).
    unit, partner
        Actor, and mineral;link or partner (empty for acts of one actor), shape (row,).
    features
        In their own units, shape (row, term).
    outcome
        0 or 1, shape (row,).
    offset
        Known log-odds, shape (row,).
    outside
        Acts of units that were not at risk: counted, not fitted.
    """

    model: str
    year: np.ndarray
    unit: np.ndarray
    partner: np.ndarray
    features: np.ndarray
    outcome: np.ndarray
    offset: np.ndarray
    outside: int

    def take(self, rows: np.ndarray) -> FitRows:
        """Return the rows of a mask."""
        return replace(
            self,
            year=self.year[rows],
            unit=self.unit[rows],
            partner=self.partner[rows],
            features=self.features[rows],
            outcome=self.outcome[rows],
            offset=self.offset[rows],
        )


@dataclass(frozen=True)
class HistoryCase:
    """History made ready: the panel, the coded acts and the inputs of each year.

    Attributes
    ----------
    panel, acts
        See `oreacle.engine.history_panel` and `.history_acts`.
    inputs
        What was known, by year.
    """

    panel: HistoryPanel
    acts: HistoryActs
    inputs: Mapping[int, FeatureInputs]


def history_case(tables: Mapping[str, pd.DataFrame], years: np.ndarray) -> HistoryCase:
    """Prepare history for the years of acts asked for (up to the year after the last one)."""
    panel = panel_from_tables(tables)
    countries = tables["countries"]
    actor_of = dict(zip(countries["country"], countries["actor"], strict=True))
    acts = acts_from_events(tables["events"], panel, actor_of)
    past = memories(panel, acts, years)
    inputs = {int(year): history_inputs(panel, past[int(year)], int(year)) for year in years}
    return HistoryCase(panel, acts, inputs)


def restriction_rows(case: HistoryCase, years: np.ndarray) -> FitRows:
    """Return one row per actor at risk and year."""
    parts = []
    for year in years:
        inputs = case.inputs[int(year)]
        done = case.acts.acts[case.panel.position(int(year))]
        risk = restriction_at_risk(inputs)[0]
        names = np.array(inputs.actors)[risk]
        features = restriction_features(inputs)[0][risk]
        missed = int(done[~risk].sum())
        parts.append(_part(int(year), names, names, features, done[risk], missed))
    return _join(RESTRICTION, parts)


def scope_rows(case: HistoryCase, years: np.ndarray) -> FitRows:
    """Return one row per act and link at risk, for acts that name a covered link."""
    parts = []
    for year in years:
        inputs = case.inputs[int(year)]
        spot = case.panel.position(int(year))
        risk = links_at_risk(inputs)[0]
        covered = case.acts.links[spot] > 0
        told = (covered & risk).any(axis=(-2, -1))
        mask = risk & told[:, None, None]
        actor, mineral, link = np.nonzero(mask)
        goods = np.array(inputs.minerals)[mineral]
        links = np.array(["ore", "refined"])[link]
        partner = np.char.add(np.char.add(goods, ";"), links)
        part = _part(
            int(year),
            np.array(inputs.actors)[actor],
            partner,
            scope_features(inputs)[0][mask],
            covered[mask].astype(float),
            int((covered & ~risk).sum()),
        )
        part["offset"] = scope_offset(risk)[actor, 0, 0]
        parts.append(part)
    return _join(SCOPE, parts)


def agreement_rows(case: HistoryCase, years: np.ndarray) -> FitRows:
    """Return one row per pair at risk and year."""
    parts = []
    for year in years:
        inputs = case.inputs[int(year)]
        done = case.acts.pairs[case.panel.position(int(year))]
        demand = demand_side(inputs)
        risk = agreement_at_risk(inputs, demand)[0]
        one, two = np.nonzero(risk)
        names = np.array(inputs.actors)
        outcome = done[demand[one], two]
        missed = int(done.sum() / 2 - outcome.sum())
        features = agreement_features(inputs, demand)[0][risk]
        parts.append(_part(int(year), names[demand[one]], names[two], features, outcome, missed))
    return _join(AGREEMENT, parts)


def _part(
    year: int,
    unit: np.ndarray,
    partner: np.ndarray,
    features: np.ndarray,
    outcome: np.ndarray,
    outside: int,
) -> dict[str, np.ndarray]:
    return {
        "year": np.full(len(unit), year),
        "unit": unit,
        "partner": partner,
        "features": features,
        "outcome": outcome,
        "offset": np.zeros(len(unit)),
        "outside": np.array([outside]),
    }


def _join(model: str, parts: list[dict[str, np.ndarray]]) -> FitRows:
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    outside = int(columns.pop("outside").sum())
    return FitRows(model=model, outside=outside, **columns)
