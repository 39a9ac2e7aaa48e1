"""Forecasts scored against a chronicle that the models have never seen.

Does      Forecasts every unit from the last full year of the fit, parameters frozen, and says
          which of them acted in a later window.
Units     Probabilities of at least one act in the window [1].
Method    The models of the last origin; a part of a year counts as that share of its hazard:
          1 - (1 - p)^share. Features are those known at the origin.
Assumes   The file of events is complete for the window; what it left out counts as no act. Events
          that no forecast is about are counted with a reason.
Not here  The rolling origins: see `.origins`.
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from oreacle.core.errors import RunError
from oreacle.data.history.chronicle import first_day
from oreacle.engine.acts.classes import ACTOR, CLASS_NAMES, CLASSES, PAIR, SCOPE
from oreacle.engine.acts.coding import HistoryActs, acts_from_events
from oreacle.forecasting.events.fit import EventFit, FitSettings
from oreacle.forecasting.events.horizons import actor_rows, covered_minerals, within, yearly
from oreacle.forecasting.events.origins import (
    baseline_rates,
    both_fits,
    frame_of,
    with_baselines,
)
from oreacle.forecasting.events.rows import (
    LINKS,
    HistoryCase,
    UnitRows,
    all_rows,
    history_case,
    link_rows,
)
from oreacle.forecasting.scoring.best_two import FIRST_TWO
from oreacle.forecasting.scoring.forecasts import BEST_TWO, MODEL, NO_MARKET

MODELLED = frozenset(kind for one in CLASSES.values() for kind in one.kinds)


@dataclass(frozen=True)
class Window:
    """A window after the origin.

    Attributes
    ----------
    origin
        Last full year that the models know.
    first, last
        First and last day.
    """

    origin: int
    first: date
    last: date

    @property
    def years(self) -> float:
        """Length of the window [yr]."""
        return sum(self.shares().values())

    def shares(self) -> dict[int, float]:
        """Return the share of each year that lies in the window, by years after the origin."""
        found = {}
        for year in range(self.first.year, self.last.year + 1):
            start = max(self.first, date(year, 1, 1))
            end = min(self.last, date(year, 12, 31))
            days = (end - start).days + 1
            found[year - self.origin] = days / (366 if calendar.isleap(year) else 365)
        return found


@dataclass(frozen=True)
class UnseenForecasts:
    """Forecasts of a window, and which events of the file they are about.

    Attributes
    ----------
    table
        Columns as in `oreacle.forecasting.scoring.forecasts`.
    window
        Which days were asked about.
    events
        Events of the file in the window [count].
    uncounted
        What no forecast is about, counted by class (empty for events outside the window and for
        kinds without a class) and reason.
    """

    table: pd.DataFrame
    window: Window
    events: int
    uncounted: Mapping[tuple[str, str], int]


def window_of(first: str, last: str, origin: int) -> Window:
    """Return a window, or refuse one that the models have seen.

    Raises
    ------
    RunError
        ORE-RUN-130 if the window starts before the origin ends, ends before it starts, or has a
        day that does not exist.
    """
    window = Window(origin, _day(first), _day(last))
    if window.first <= date(origin, 12, 31) or window.last < window.first:
        raise RunError(
            "ORE-RUN-130",
            f"the window {first} to {last} cannot be scored as unseen.",
            why=f"the models were fitted on acts to the end of {origin}: scores of days that they "
            "have seen are no test.",
            fix=f"start on {origin + 1}-01-01 or later, and end after that.",
        )
    return window


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RunError(
            "ORE-RUN-130",
            f"'{text}' is no day.",
            why="which acts count depends on the first and the last day.",
            fix="write YYYY-MM-DD, such as 2025-06-30.",
        ) from error


def unseen_forecasts(
    tables: Mapping[str, pd.DataFrame], events: pd.DataFrame, window: Window
) -> UnseenForecasts:
    """Return frozen forecasts of a window, with outcomes from unseen events.

    Parameters
    ----------
    tables
        The history tables of the models; acts after the origin are left out.
    events
        Unseen events in the coding of the table `events`.
    window
        Which days are asked about.
    """
    settings = FitSettings()
    known = dict(tables)
    known["events"] = tables["events"][tables["events"]["year"] <= window.origin]
    years = np.arange(settings.first_year, window.origin + 2)
    case = history_case(known, years)
    rows = all_rows(case, years)
    inside = _inside(events, window)
    acts = _acts(case, inside, tables["countries"])
    outcome = _outcomes(acts)
    fits = both_fits(case, rows, window.origin, settings)
    uncounted = _uncounted(events, inside, acts)
    parts = []
    for name in (*CLASS_NAMES, LINKS):
        asked = rows[name].take(rows[name].year == window.origin + 1)
        chances = {
            column: _chance(case, rows, fits, (name, market), window)
            for column, market in ((MODEL, True), (NO_MARKET, False))
        }
        if all(chance.size for chance in chances.values()):
            frame = frame_of(case, asked, window.origin, max(1, round(window.years)))
            happened = outcome[name][asked.first, asked.second]
            frame = frame.assign(outcome=happened.astype(int), **chances)
            base = baseline_rates(case, rows[name], asked, window.origin, settings)
            frame = with_baselines(frame, base, window.years)
            frame[BEST_TWO] = frame[list(FIRST_TWO)].mean(axis=1)
            parts.append(frame)
            uncounted[name, "by who was not at risk"] = _missed(name, outcome[name], asked)
        else:
            uncounted[name, "without a fitted model"] = int(outcome[name].sum())
    return UnseenForecasts(pd.concat(parts, ignore_index=True), window, len(inside), +uncounted)


def _chance(
    case: HistoryCase,
    rows: Mapping[str, UnitRows],
    fits: Mapping[tuple[str, bool], EventFit | None],
    which: tuple[str, bool],
    window: Window,
) -> np.ndarray:
    """Return the probabilities of a class, shape (unit,); empty without a model."""
    name, market = which
    act = fits["restriction" if name == LINKS else name, market]
    scope = fits[SCOPE, market]
    if act is None or scope is None:
        return np.empty(0)
    source = rows["restriction" if name == LINKS else name]
    asked = source.take(source.year == window.origin + 1)
    inclusion: np.ndarray | float = 1.0
    at: np.ndarray | slice = slice(None)
    if name == LINKS:
        keys, inclusion = covered_minerals(scope, link_rows(case, window.origin + 1))
        at = actor_rows(asked, keys)
    return within(
        [
            1.0 - (1.0 - yearly(act, asked, ahead)[:, at] * inclusion) ** part
            for ahead, part in window.shares().items()
        ]
    )


def _inside(events: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Return the events whose first possible day lies in the window, in its first year."""
    days = events["date"].map(lambda text: date.fromisoformat(first_day(str(text))))
    found = events[(days >= window.first) & (days <= window.last)]
    return found.assign(year=window.first.year)


def _acts(case: HistoryCase, events: pd.DataFrame, countries: pd.DataFrame) -> HistoryActs:
    """Return events of one year as acts, on the axes of a history."""
    year = int(events["year"].iloc[0]) if len(events) else int(case.panel.years[0])
    panel = replace(case.panel, years=np.array([year]))
    actor_of = dict(zip(countries["country"], countries["actor"], strict=True))
    return acts_from_events(events, panel, actor_of)


def _outcomes(acts: HistoryActs) -> dict[str, np.ndarray]:
    """Return which units acted, (first, second) over all actors or minerals, by class."""
    found = {
        name: array[0][:, None] if CLASSES[name].unit == ACTOR else array[0]
        for name, array in acts.by_class.items()
    }
    return found | {LINKS: (acts.links[0] > 0).any(axis=-1)}


def _uncounted(
    events: pd.DataFrame, inside: pd.DataFrame, acts: HistoryActs
) -> Counter[tuple[str, str]]:
    """Return how many events no unit stands for, by class and reason."""
    found = Counter({("", "outside the window"): len(events) - len(inside)})
    found["", "of a kind without a model"] = int((~inside["kind"].isin(MODELLED)).sum())
    for text, count in acts.left_out.items():
        name, reason = text.split(" ", 1)
        found[name, reason] = count
    return found


def _missed(name: str, happened: np.ndarray, asked: UnitRows) -> int:
    """Return how many units acted that no forecast is about."""
    about = np.zeros(happened.shape, dtype=bool)
    about[asked.first, asked.second] = True
    if name in CLASSES and CLASSES[name].unit == PAIR:
        return int(np.triu(happened.astype(bool) & ~(about | about.T)).sum())
    return int((happened.astype(bool) & ~about).sum())
