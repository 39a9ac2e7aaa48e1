"""Rows of the event models: units at risk, features as known at the time, and what happened.

Does      Lays out one row per unit at risk and year, for each class and for the scope.
Units     Features as in `oreacle.engine.acts`; outcome 0 or 1; shares [1].
Method    Acts of units not at risk are counted and shown, never fitted and never dropped unseen.
Assumes   The chronicle covers acts well enough from the first year of the window.
Not here  The fit: see `.fit`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from oreacle.engine.acts.classes import ACTOR, CLASSES, EVENT_CLASSES, SCOPE, EventClass
from oreacle.engine.acts.coding import HistoryActs, acts_from_events
from oreacle.engine.acts.feature import FeatureBook
from oreacle.engine.acts.link_features import scope_features, scope_offset
from oreacle.engine.acts.risk import (
    at_risk,
    first_parties,
    import_weight,
    largest_share,
    links_at_risk,
    output_share,
)
from oreacle.engine.acts.units import class_features
from oreacle.engine.history_inputs import history_inputs, memories
from oreacle.engine.history_panel import HistoryPanel, panel_from_tables
from oreacle.engine.inputs import FeatureInputs

LINKS = "restriction_links"
"""Act and scope together: one unit per actor and mineral at risk."""


@dataclass(frozen=True)
class UnitRows:
    """Rows of one class.

    Attributes
    ----------
    name
        Class, or `SCOPE`.
    year
        Shape (row,).
    first, second
        Positions of the actor and of the other party, mineral or link (-1 if none), (row,).
    features
        In their own units, shape (row, term).
    outcome
        0 or 1, shape (row,).
    offset
        Known log-odds, shape (row,).
    share
        The share that matters most for the class, for a baseline, shape (row,) [1].
    outside
        Acts by units that were not at risk, by year.
    """

    name: str
    year: np.ndarray
    first: np.ndarray
    second: np.ndarray
    features: np.ndarray
    outcome: np.ndarray
    offset: np.ndarray
    share: np.ndarray
    outside: Mapping[int, int]

    def take(self, rows: np.ndarray) -> UnitRows:
        """Return the rows of a mask."""
        columns = ("year", "first", "second", "features", "outcome", "offset", "share")
        return replace(self, **{name: getattr(self, name)[rows] for name in columns})


@dataclass(frozen=True)
class HistoryCase:
    """History made ready: the panel, the coded acts and the inputs of each year.

    Attributes
    ----------
    panel, acts
        See `oreacle.engine.history_panel` and `oreacle.engine.acts.coding`.
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


def all_rows(case: HistoryCase, years: np.ndarray) -> dict[str, UnitRows]:
    """Return the rows of every class, of the scope and of act and scope together, by name.

    The year after the last of the acts may be among the years: its outcomes are then 0 and
    mean nothing.
    """
    parts: dict[str, list[UnitRows]] = {}
    for year in years:
        inputs = case.inputs[int(year)]
        first = first_parties(inputs)
        book = FeatureBook(inputs, first)
        for event_class in EVENT_CLASSES:
            found = _class_rows(case, book, event_class, int(year))
            parts.setdefault(event_class.name, []).append(found)
        parts.setdefault(SCOPE, []).append(_told_rows(case, int(year)))
        parts.setdefault(LINKS, []).append(_mineral_rows(case, inputs, int(year)))
    return {name: _joined(found) for name, found in parts.items()}


def outcome_of(case: HistoryCase, name: str, year: int) -> np.ndarray:
    """Return what happened in a year, on all units of a class; zeros after the last year."""
    acts = case.acts.by_class[name]
    at = year - int(case.panel.years[0])
    return acts[at] if at < len(acts) else np.zeros_like(acts[0])


def _class_rows(
    case: HistoryCase, book: FeatureBook, event_class: EventClass, year: int
) -> UnitRows:
    inputs = book.inputs
    risk = at_risk(inputs, event_class, dict(book.first))[0]
    happened = outcome_of(case, event_class.name, year)
    share = largest_share(inputs)[0]
    if event_class.unit == ACTOR:
        first = np.flatnonzero(risk)
        second = np.full(len(first), -1)
        done, units = happened[first], share[first]
        total = happened.sum()
    else:
        row, second = np.nonzero(risk)
        first = book.first[event_class.unit][row]
        done, units = happened[first, second], share[second]
        total = happened.sum() / (2.0 if CLASSES[event_class.name].unit == "pair" else 1.0)
    if event_class.at_risk == "trader":
        units = np.maximum(share, import_weight(inputs)[0])[first]
    return UnitRows(
        event_class.name,
        np.full(len(first), year),
        first,
        second,
        class_features(book, event_class)[0][risk],
        done,
        np.zeros(len(first)),
        units,
        {year: int(total - done.sum())},
    )


def link_rows(case: HistoryCase, year: int) -> UnitRows:
    """Return one row per actor and link at risk in a year, act or not; rows of the scope."""
    inputs = case.inputs[year]
    risk = links_at_risk(inputs)[0]
    covered = _links(case, year) > 0
    actor, mineral, _ = np.nonzero(risk)
    return UnitRows(
        SCOPE,
        np.full(len(actor), year),
        actor,
        mineral,
        scope_features(inputs)[0][risk],
        covered[risk].astype(float),
        scope_offset(risk)[actor, 0, 0],
        output_share(inputs)[0][risk],
        {year: int((covered & ~risk).sum())},
    )


def _told_rows(case: HistoryCase, year: int) -> UnitRows:
    """Return the links at risk of acts that cover at least one of them."""
    rows = link_rows(case, year)
    return rows.take(np.isin(rows.first, rows.first[rows.outcome > 0.0]))


def _mineral_rows(case: HistoryCase, inputs: FeatureInputs, year: int) -> UnitRows:
    """Return one row per actor and mineral at risk, without features."""
    risk = links_at_risk(inputs)[0].any(axis=-1)
    covered = np.asarray((_links(case, year) > 0).any(axis=-1))
    actor, mineral = np.nonzero(risk)
    return UnitRows(
        LINKS,
        np.full(len(actor), year),
        actor,
        mineral,
        np.empty((len(actor), 0)),
        covered[risk].astype(float),
        np.zeros(len(actor)),
        output_share(inputs)[0].max(axis=-1)[risk],
        {year: int((covered & ~risk).sum())},
    )


def _links(case: HistoryCase, year: int) -> np.ndarray:
    at = year - int(case.panel.years[0])
    links = case.acts.links
    return links[at] if at < len(links) else np.zeros_like(links[0])


def _joined(parts: list[UnitRows]) -> UnitRows:
    columns = ("year", "first", "second", "features", "outcome", "offset", "share")
    outside: dict[int, int] = {}
    for part in parts:
        outside |= part.outside
    joined: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in columns
    }
    return replace(parts[0], outside=outside, **joined)
