"""Relations year by year: ties, blocs and scores of every member of an ensemble.

Does      Runs the network of relations through the chronicle and keeps what is asked for.
Units     Ties in faded acts; weights and scores [1].
Method    From the first event on, each year fades and adds its acts; from `FIRST_YEAR` on, blocs
          and scores are found for the centre and every draw.
Assumes   What happened before 1990 has faded.
Not here  Coding: see `.coding`; draws: see `.draws`; who reads it: `oreacle.present`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from oreacle.core.errors import DataError
from oreacle.core.streams import member_stream
from oreacle.data.store import FolderState, folder_state, read_table, tables_directory
from oreacle.data.vintage import read_vintage
from oreacle.engine.relations_history.coding import CodedEvents, code_events
from oreacle.engine.relations_history.draws import HistoryDraws, draw_history
from oreacle.relations.network.blocs import NO_TIE, signed_blocs
from oreacle.relations.network.measures import (
    camps,
    frustrated_share,
    hedging,
    polarisation,
    structural_balance,
)
from oreacle.relations.network.state import (
    HALF_LIFE,
    NetworkState,
    advance,
    empty_network,
    signed_weights,
)
from oreacle.world.institutions import load_institutions

FIRST_YEAR = 2000
"""First year of which relations are shown: ten years of events stand before it."""
DRAWS = 30
RESTARTS = 2
"""Searches for blocs of each draw and year: what one misses is part of the spread."""
CENTRE_RESTARTS = 20
PURPOSE = 6
"""Separates the stream of past relations from other streams of one seed."""


@dataclass(frozen=True)
class YearOfRelations:
    """Relations at the end of one year; member 0 is the centre, the others are draws.

    Attributes
    ----------
    year
        The year.
    labels
        Bloc of each actor, shape (member, actor); see `signed_blocs`.
    camps
        The two largest blocs, shape (member, 2).
    cores
        Of the centre's two largest blocs the actor with the most positive weight, shape (2,);
        `NO_TIE` where there is none.
    hedging
        Shape (member, actor) [1]; missing where it is not defined.
    polarisation, frustrated, balance
        Shape (member,) [1].
    """

    year: int
    labels: np.ndarray
    camps: np.ndarray
    cores: np.ndarray
    hedging: np.ndarray
    polarisation: np.ndarray
    frustrated: np.ndarray
    balance: np.ndarray


@dataclass(frozen=True)
class RelationsHistory:
    """Relations over years.

    Attributes
    ----------
    actors
        Labels of the actor axis.
    years
        One record for each year, in order.
    state, weights
        Ties [faded acts] and signed weights [1] at the end of the last year, shape
        (member, actor, actor).
    strength
        Weight of each row of `coded` in acts of the last year, faded, at the centre, shape
        (row,): 0 for later ones.
    coded, events
        What moved the ties, and the table that `CodedEvents.event` points to.
    draws
        Number of draws beside the centre.
    last_day
        Last day that the events cover.
    """

    actors: tuple[str, ...]
    years: tuple[YearOfRelations, ...]
    state: NetworkState
    weights: np.ndarray
    strength: np.ndarray
    coded: CodedEvents
    events: pd.DataFrame
    draws: int
    last_day: str

    def of(self, year: int) -> YearOfRelations:
        """Return the record of a year that was asked for."""
        return self.years[year - self.years[0].year]


def relations_history(
    first: int | None = None,
    last: int | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    directory: Path | None = None,
) -> RelationsHistory:
    """Return relations from `first` to `last`.

    Parameters
    ----------
    first, last
        Years from 2000 to the last that the events cover, which are also the defaults.
    draws
        Draws beside the centre; 0 for none.
    seed
        Root seed.
    directory
        Folder of tables; None for ``OREACLE_DATA`` or the embedded ones.

    Raises
    ------
    DataError
        ORE-DAT-160 if a year is outside the history or the order is wrong.

    Examples
    --------
    >>> relations_history(2024, draws=0).years[0].labels.shape[0]
    1
    """
    folder = tables_directory(directory)
    coded, events = coded_events(folder)
    last_day = read_vintage(folder).events_to
    end = int(last_day[:4])
    start, stop = FIRST_YEAR if first is None else first, end if last is None else last
    if not FIRST_YEAR <= start <= stop <= end:
        raise DataError(
            "ORE-DAT-160",
            f"relations from {start} to {stop} were asked for.",
            why=f"the events tell of {FIRST_YEAR} to {end}; before that too few years stand "
            "behind a tie.",
            fix=f"name years from {FIRST_YEAR} to {end}, the earlier one first.",
        )
    drawn = draw_history(coded, draws, rng=member_stream(seed, 0, purpose=PURPOSE))
    years = []
    with threadpool_limits(limits=1):  # small products: threads would only wait for each other
        for year, state in states(coded, drawn, stop):
            if year < start:
                continue
            weights = signed_weights(state)
            rng = member_stream(seed, year, purpose=PURPOSE)
            years.append(_scored(year, state, weights, rng))
    age = stop - coded.year
    strength = np.where(age >= 0, drawn.weight[0] * 0.5 ** (np.maximum(age, 0) / HALF_LIFE), 0.0)
    return RelationsHistory(
        coded.actors, tuple(years), state, weights, strength, coded, events, draws, last_day
    )


def coded_events(directory: Path | None = None) -> tuple[CodedEvents, pd.DataFrame]:
    """Return the coded events of a folder of tables, and the table itself."""
    folder = tables_directory(directory)
    return _coded(folder, folder_state(folder))


def states(
    coded: CodedEvents, drawn: HistoryDraws, last: int
) -> Iterator[tuple[int, NetworkState]]:
    """Yield the ties at the end of each year from the first event to `last`."""
    state = empty_network(len(coded.actors), members=len(drawn.weight))
    for year in range(min(int(coded.year.min(initial=FIRST_YEAR)), FIRST_YEAR), last + 1):
        good, bad = acts_of(coded, drawn.weight, year)
        state = advance(state, good, bad, drawn.half_lives)
        yield year, state


def acts_of(coded: CodedEvents, weight: np.ndarray, year: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the cooperative and rivalrous acts of a year, shape (member, actor, actor) [acts]."""
    members, actors = len(weight), len(coded.actors)
    acts = np.zeros((2, members, actors * actors))
    rows = np.flatnonzero(coded.year == year)
    spot = coded.source[rows] * actors + coded.target[rows]
    for side, is_rivalry in enumerate((False, True)):
        chosen = coded.is_rivalry[rows] == is_rivalry
        places, at = np.unique(spot[chosen], return_inverse=True)
        total = np.zeros((len(places), members))
        np.add.at(total, at, weight[:, rows[chosen]].T)
        acts[side][:, places] = total.T
    good, bad = acts.reshape(2, members, actors, actors)
    return good + np.swapaxes(good, 1, 2), bad


def _scored(
    year: int, state: NetworkState, weights: np.ndarray, rng: np.random.Generator
) -> YearOfRelations:
    centre = signed_blocs(weights[:1], rng=rng, restarts=CENTRE_RESTARTS).labels
    drawn = signed_blocs(weights[1:], rng=rng, restarts=RESTARTS).labels
    labels = np.concatenate([centre, drawn])
    largest = camps(state.cooperation, labels)
    return YearOfRelations(
        year,
        labels,
        largest,
        _cores(weights[0], labels[0], largest[0]),
        hedging(state.cooperation, labels),
        polarisation(weights, labels),
        frustrated_share(weights, labels),
        structural_balance(weights),
    )


def _cores(weights: np.ndarray, labels: np.ndarray, largest: np.ndarray) -> np.ndarray:
    """Return the actor with the most positive weight of each of two blocs."""
    strength = np.maximum(weights, 0.0).sum(axis=1)
    found = [int(np.where(labels == bloc, strength, -1.0).argmax()) for bloc in largest]
    return np.where(largest == NO_TIE, NO_TIE, found)


@lru_cache(maxsize=4)
def _coded(folder: Path, _state: FolderState) -> tuple[CodedEvents, pd.DataFrame]:
    events = read_table("events", folder)
    coded = code_events(
        events,
        read_table("countries", folder),
        read_table("trade_dependence", folder),
        load_institutions(folder),
    )
    return coded, events
