"""Does dependence on minerals move diplomacy? A test on dyads since 2000.

Does      Regresses later change of the distance between votes, and later entry into a common
          club, on mineral dependence, cooperation and rivalry of a dyad.
Units     Distance in points of the ideal-point scale; chance of entry [1]; dependence in tens of
          percentage points; acts as log(1 + faded acts).
Method    Effects of dyads and years, intervals that respect shared actors; see
          `oreacle.relations.network.dyadic`. Without dyad effects beside it: dyads compared.
Assumes   Dependence of a dyad is the larger of the two import shares. A bloc votes with the mean
          of its members by product, and is in a club from its first member's entry.
Not here  A cause: what moves both dependence and votes within a dyad is not held fixed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from oreacle.core.labels import REST_OF_WORLD
from oreacle.engine.history_arrays import member_weights, place, yearly_array
from oreacle.engine.relations_history.coding import CodedEvents
from oreacle.engine.relations_history.draws import draw_history
from oreacle.engine.relations_history.history import FIRST_YEAR, states
from oreacle.relations.network.dyadic import DyadicFit, DyadRows, fit_dyads

HORIZONS = (3, 5)
"""Years ahead [yr]."""
FEATURES = ("dependence", "cooperation", "rivalry")
OUTCOMES = ("distance of votes", "entry into a common club", "entry into a common minerals club")
OWN_BLOC = "EU"
MINERALS_CLUB = "minerals club"
PANEL_TABLES = ("countries", "trade_dependence", "idealpoints", "clubs", "club_members")
"""Tables that the panel is made from."""
TENTHS = 10.0
"""Dependence of one is ten tenths: coefficients are per ten percentage points."""


@dataclass(frozen=True)
class DiplomacyTest:
    """One regression.

    Attributes
    ----------
    outcome
        One of `OUTCOMES`.
    horizon
        Years ahead [yr].
    within
        True with dyad effects.
    mean, spread
        Mean and standard deviation of the outcome, to compare coefficients with.
    fit
        Coefficients in the order of `FEATURES`.
    """

    outcome: str
    horizon: int
    within: bool
    mean: float
    spread: float
    fit: DyadicFit


@dataclass(frozen=True)
class DyadPanel:
    """Figures of dyads by year.

    Attributes
    ----------
    years
        Shape (year,).
    actors
        Labels.
    features
        Shape (year, actor, actor, feature), symmetric; missing where not known.
    distance
        Distance of ideal points, shape (year, actor, actor).
    shared, shared_minerals
        Clubs that both are in, and of these those on minerals, shape (year, club, actor, actor).
    """

    years: np.ndarray
    actors: tuple[str, ...]
    features: np.ndarray
    distance: np.ndarray
    shared: np.ndarray
    shared_minerals: np.ndarray


def diplomacy_tests(panel: DyadPanel) -> list[DiplomacyTest]:
    """Return every outcome, horizon and comparison."""
    return [
        _test(panel, outcome, horizon, within)
        for outcome in OUTCOMES
        for horizon in HORIZONS
        for within in (True, False)
    ]


def dyad_panel(tables: dict[str, pd.DataFrame], coded: CodedEvents, last: int) -> DyadPanel:
    """Build the panel.

    Parameters
    ----------
    tables
        Those of `PANEL_TABLES`.
    coded
        Events as weights of dyads.
    last
        Last year.
    """
    countries = tables["countries"]
    actors = tuple(sorted(set(countries["actor"]) - {REST_OF_WORLD}))
    years = np.arange(FIRST_YEAR, last + 1)
    votes = yearly_votes(tables["idealpoints"], years, countries, actors)
    distance = np.abs(votes[:, :, None] - votes[:, None, :])
    dependence = _dependence(tables["trade_dependence"], years, actors)
    dependence = TENTHS * np.maximum(dependence, np.swapaxes(dependence, 1, 2))
    ties = _ties(coded, years, actors)
    clubs = tables["clubs"]
    minerals = clubs.loc[clubs["kind"] == MINERALS_CLUB, "club"]
    members = tables["club_members"]
    return DyadPanel(
        years,
        actors,
        np.stack([dependence, *ties], axis=-1),
        distance,
        _shared(members, countries, years, actors),
        _shared(members[members["club"].isin(minerals)], countries, years, actors),
    )


def yearly_votes(
    table: pd.DataFrame, years: np.ndarray, countries: pd.DataFrame, actors: tuple[str, ...]
) -> np.ndarray:
    """Return ideal points, shape (year, actor); a figure is not carried past the table's end."""
    votes = yearly_array(table, "ideal_point", years, member_weights(countries, actors))
    return np.where((years <= int(table["year"].max()))[:, None], votes, np.nan)


def _dependence(table: pd.DataFrame, years: np.ndarray, actors: tuple[str, ...]) -> np.ndarray:
    """Return import shares, (year, importer, exporter); missing for importers without trade."""
    spots = place(actors)
    rows = table[
        table["year"].isin(years) & table["importer"].isin(spots) & table["exporter"].isin(spots)
    ]
    array = np.zeros((len(years), len(actors), len(actors)))
    year = rows["year"].to_numpy(dtype=int) - int(years[0])
    importer = rows["importer"].map(spots).to_numpy(dtype=int)
    exporter = rows["exporter"].map(spots).to_numpy(dtype=int)
    array[year, importer, exporter] = rows["share"].to_numpy(dtype=float)
    known = np.zeros(array.shape[:2], dtype=bool)
    known[year, importer] = True
    return np.where(known[:, :, None], array, np.nan)


def _ties(
    coded: CodedEvents, years: np.ndarray, actors: tuple[str, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Return log(1 + faded acts) of cooperation and rivalry, shape (year, actor, actor)."""
    at = [coded.actors.index(name) for name in actors]
    drawn = draw_history(coded, 0, rng=np.random.default_rng(0))
    good, bad = [], []
    for year, state in states(coded, drawn, int(years[-1])):
        if year >= years[0]:
            good.append(state.cooperation[0][np.ix_(at, at)])
            bad.append(state.dyad_rivalry[0][np.ix_(at, at)])
    return np.log1p(np.stack(good)), np.log1p(np.stack(bad))


def _shared(
    members: pd.DataFrame, countries: pd.DataFrame, years: np.ndarray, actors: tuple[str, ...]
) -> np.ndarray:
    """Return 1 where both are in a club, shape (year, club, actor, actor)."""
    spots = place(actors)
    actor_of = dict(zip(countries["country"], countries["actor"], strict=True))
    rows = members[members["club"] != OWN_BLOC]
    names = sorted(set(rows["club"]))
    club_at = place(names)
    inside = np.zeros((len(years), len(names), len(actors)), dtype=bool)
    for row in rows.to_dict("records"):
        actor = actor_of.get(str(row["country"]), str(row["country"]))
        if actor in spots:
            until = np.inf if pd.isna(row["until"]) else float(row["until"])
            held = (years >= row["since"]) & (years <= until)
            inside[held, club_at[str(row["club"])], spots[actor]] = True
    return inside[:, :, :, None] & inside[:, :, None, :]


def _test(panel: DyadPanel, outcome: str, horizon: int, within: bool) -> DiplomacyTest:
    first, second = np.triu_indices(len(panel.actors), 1)
    later = _outcome(panel, outcome, horizon)[:, first, second]
    count = len(later)
    features = panel.features[:count, first, second]
    known = np.isfinite(later) & np.isfinite(features).all(axis=-1)
    year, dyad = np.nonzero(known)
    told = later[known].astype(float)
    fit = fit_dyads(
        told,
        features[known],
        DyadRows(first[dyad], second[dyad], panel.years[year]),
        dyad_effects=within,
    )
    return DiplomacyTest(outcome, horizon, within, float(told.mean()), float(told.std()), fit)


def _outcome(panel: DyadPanel, outcome: str, horizon: int) -> np.ndarray:
    """Return what happens in the next years, shape (year, actor, actor)."""
    if outcome == OUTCOMES[0]:
        return np.asarray(panel.distance[horizon:] - panel.distance[:-horizon])
    shared = panel.shared if outcome == OUTCOMES[1] else panel.shared_minerals
    now, count = shared[:-horizon], len(shared) - horizon
    ahead = [shared[step : step + count] for step in range(1, horizon + 1)]
    joined = np.logical_or.reduce(ahead) & ~now
    return np.asarray(joined.any(axis=1).astype(float))
