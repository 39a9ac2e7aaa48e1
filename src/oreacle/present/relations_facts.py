"""What is told of relations between actors: blocs, ties, hedging, and the acts behind them.

Does      Cuts facts out of a history of relations.
Units     Ties in faded acts; shares, scores and weights [1].
Method    A figure is the median of the draws with the 10 to 90 % band; blocs are those of the
          centre (assumed weights, each event once) with shares of draws beside them. Without
          draws a figure is that of the centre.
Assumes   A figure that is defined in less than half of the draws is not known.
Not here  Text: see `oreacle.present.relations_text`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.engine.relations_history.history import RelationsHistory, YearOfRelations
from oreacle.relations.network.blocs import NO_TIE
from oreacle.relations.network.measures import together

BAND = (0.1, 0.9)
ENOUGH = 0.5
"""Share of draws in which a figure must be defined [1]."""
FEWEST_ACTS = 1.0
"""Cooperation below which hedging is not listed in the overview [faded acts]."""
ACTS_SHOWN = 3
"""Acts behind one tie."""


@dataclass(frozen=True)
class Banded:
    """A figure with its band; None where it is not known.

    Attributes
    ----------
    value, low, high
        Median, 10 % and 90 % quantile of the draws.
    """

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class BlocFact:
    """One bloc of the centre.

    Attributes
    ----------
    core
        Member with the most positive weight.
    members
        Members by positive weight, the core first.
    sure
        Share of draws in which each is in one bloc with the core [1]; None without draws.
    """

    core: str
    members: tuple[str, ...]
    sure: tuple[float | None, ...]


@dataclass(frozen=True)
class YearFact:
    """Scores of one year.

    Attributes
    ----------
    camps
        Cores of the two largest blocs of the centre; "" where there is none.
    hedging
        Of the actor asked about; not known in the overview.
    """

    year: int
    polarisation: Banded
    balance: Banded
    frustrated: Banded
    blocs: int
    camps: tuple[str, str]
    hedging: Banded


@dataclass(frozen=True)
class TieFact:
    """One dyad at the end of the year.

    Attributes
    ----------
    first, second
        The actors; in facts of one actor, it is the first.
    cooperation, rivalry
        Faded acts; rivalry of both directions.
    weight
        Signed weight [1].
    by_first
        Share of the rivalry that comes from the first, at the centre [1]; None without rivalry.
    together
        Share of draws in which both are in one bloc [1]; None without draws.
    """

    first: str
    second: str
    cooperation: Banded
    rivalry: Banded
    weight: Banded
    by_first: float | None
    together: float | None


@dataclass(frozen=True)
class HedgeFact:
    """Hedging of one actor."""

    actor: str
    hedging: Banded
    cooperation: Banded


@dataclass(frozen=True)
class ActFact:
    """One act behind a tie.

    Attributes
    ----------
    partner
        The other actor of the tie.
    strength
        What is left of it at the end of the year [faded acts].
    """

    partner: str
    date: str
    kind: str
    sign: str
    summary: str
    source: str
    strength: float


@dataclass(frozen=True)
class RelationsFacts:
    """Relations of a year, of all or of one actor.

    Attributes
    ----------
    year, actor
        Year of blocs and ties; actor, or "" for all.
    blocs
        Those with two members or more.
    alone
        Actors with ties that are in no bloc with others.
    series
        Scores of every year asked for.
    rivalries, cooperations, hedgers
        The strongest first.
    acts
        Acts behind the strongest ties of the actor.
    two_camps
        Share of draws in which the two largest blocs are those of the centre's two cores [1].
    draws, last_day, left_out
        What stands behind, and what could not be coded.
    """

    year: int
    actor: str
    blocs: tuple[BlocFact, ...]
    alone: tuple[str, ...]
    series: tuple[YearFact, ...]
    rivalries: tuple[TieFact, ...]
    cooperations: tuple[TieFact, ...]
    hedgers: tuple[HedgeFact, ...]
    acts: tuple[ActFact, ...]
    two_camps: float | None
    draws: int
    last_day: str
    left_out: dict[str, int]


def relations_facts(history: RelationsHistory, actor: str, top: int) -> RelationsFacts:
    """Return the facts of the last year of a history.

    Parameters
    ----------
    history
        Years that were asked for.
    actor
        One of its actors; "" for the overview.
    top
        Length of each list.
    """
    last = history.years[-1]
    at = history.actors.index(actor) if actor else None
    blocs, alone = _blocs(history, last)
    rivalries = _ties(history, history.state.dyad_rivalry, at, top)
    cooperations = _ties(history, history.state.cooperation, at, top)
    return RelationsFacts(
        year=last.year,
        actor=actor,
        blocs=blocs,
        alone=alone,
        series=tuple(_year(history, year, at) for year in history.years),
        rivalries=rivalries,
        cooperations=cooperations,
        hedgers=_hedgers(history, last, top),
        acts=() if at is None else _acts(history, at, (*cooperations[:3], *rivalries[:3])),
        two_camps=_two_camps(history, last),
        draws=history.draws,
        last_day=history.last_day,
        left_out=dict(history.coded.left_out),
    )


def banded(values: np.ndarray) -> Banded:
    """Return median and band over draws of figures of shape (member,), the centre first."""
    if len(values) == 1:
        centre = float(values[0])
        return Banded(None if np.isnan(centre) else centre, None, None)
    known = values[1:][np.isfinite(values[1:])]
    if len(known) < ENOUGH * (len(values) - 1):
        return Banded(None, None, None)
    low, middle, high = np.quantile(known, (BAND[0], 0.5, BAND[1]))
    return Banded(float(middle), float(low), float(high))


def _blocs(
    history: RelationsHistory, year: YearOfRelations
) -> tuple[tuple[BlocFact, ...], tuple[str, ...]]:
    labels, strength = year.labels[0], np.maximum(history.weights[0], 0.0).sum(axis=1)
    share = together(year.labels[1:]) if history.draws else None
    found: list[BlocFact] = []
    alone: list[str] = []
    for bloc in range(int(labels.max(initial=-1)) + 1):
        inside = np.flatnonzero(labels == bloc)
        inside = inside[np.argsort(-strength[inside], kind="stable")]
        names = tuple(history.actors[k] for k in inside)
        if len(names) < 2:
            alone += names
            continue
        sure = [None if share is None else float(share[inside[0], k]) for k in inside]
        found.append(BlocFact(names[0], names, tuple(sure)))
    return tuple(found), tuple(alone)


def _year(history: RelationsHistory, year: YearOfRelations, at: int | None) -> YearFact:
    none = np.full(len(year.labels), np.nan)
    return YearFact(
        year.year,
        banded(year.polarisation),
        banded(year.balance),
        banded(year.frustrated),
        int((np.bincount(year.labels[0][year.labels[0] >= 0]) > 1).sum()),
        _camp_names(history, year),
        banded(none if at is None else year.hedging[:, at]),
    )


def _camp_names(history: RelationsHistory, year: YearOfRelations) -> tuple[str, str]:
    names = ["" if year.cores[k] == NO_TIE else history.actors[int(year.cores[k])] for k in (0, 1)]
    return names[0], names[1]


def _two_camps(history: RelationsHistory, year: YearOfRelations) -> float | None:
    """Return the share of draws in which the two cores lead the two largest blocs."""
    if not history.draws or (year.cores == NO_TIE).any():
        return None
    first, second = (year.labels[1:, int(core)] for core in year.cores)
    two = year.camps[1:]
    is_split = (first != second) & (first != NO_TIE) & (second != NO_TIE)
    led = (two == first[:, None]).any(axis=1) & (two == second[:, None]).any(axis=1)
    return float((is_split & led).mean())


def _ties(
    history: RelationsHistory, intensity: np.ndarray, at: int | None, top: int
) -> tuple[TieFact, ...]:
    """Return the strongest dyads by an intensity at the centre."""
    centre = intensity[0]
    if at is None:
        first, second = np.triu_indices(len(centre), 1)
    else:
        first, second = np.full(len(centre), at), np.arange(len(centre))
    size = centre[first, second]
    order = [k for k in np.argsort(-size, kind="stable")[:top] if size[k] > 0.0]
    share = together(history.years[-1].labels[1:]) if history.draws else None
    return tuple(_tie(history, share, int(first[k]), int(second[k])) for k in order)


def _tie(history: RelationsHistory, share: np.ndarray | None, one: int, two: int) -> TieFact:
    state = history.state
    sent, got = float(state.rivalry[0, one, two]), float(state.rivalry[0, two, one])
    return TieFact(
        history.actors[one],
        history.actors[two],
        banded(state.cooperation[:, one, two]),
        banded(state.rivalry[:, one, two] + state.rivalry[:, two, one]),
        banded(history.weights[:, one, two]),
        sent / (sent + got) if sent + got > 0.0 else None,
        None if share is None else float(share[one, two]),
    )


def _hedgers(history: RelationsHistory, year: YearOfRelations, top: int) -> tuple[HedgeFact, ...]:
    """Return actors by the low end of their hedging: those that hedge in most draws."""
    found = []
    for at, name in enumerate(history.actors):
        ties = banded(history.state.cooperation[:, at].sum(axis=1))
        score = banded(year.hedging[:, at])
        if score.value is not None and (ties.value or 0.0) >= FEWEST_ACTS:
            found.append(HedgeFact(name, score, ties))
    found.sort(key=lambda one: (-(one.hedging.low or 0.0), -(one.hedging.value or 0.0), one.actor))
    return tuple(found[:top])


def _acts(history: RelationsHistory, at: int, ties: tuple[TieFact, ...]) -> tuple[ActFact, ...]:
    """Return the acts that weigh most in each of some ties of an actor."""
    coded, found = history.coded, {}
    for partner in dict.fromkeys(tie.second for tie in ties):
        other = history.actors.index(partner)
        is_tie = ((coded.source == at) & (coded.target == other)) | (
            (coded.source == other) & (coded.target == at)
        )
        rows = np.flatnonzero(is_tie & (history.strength > 0.0))
        for row in rows[np.argsort(-history.strength[rows], kind="stable")][:ACTS_SHOWN]:
            event = history.events.iloc[int(coded.event[row])]
            found[partner, int(row)] = ActFact(
                partner=partner,
                date=str(event["date"]),
                kind=str(event["kind"]),
                sign=str(event["sign"]),
                summary=str(event["summary"]),
                source=str(event["source"]),
                strength=float(history.strength[row]),
            )
    return tuple(found.values())
