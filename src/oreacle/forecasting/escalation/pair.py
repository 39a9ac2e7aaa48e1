"""Two actors: their acts on each other, what each depends on, and what an act would call forth.

Does      Lays the ladder of a pair in the order of days, and gives the expected answers.
Units     Shares of imports [1]; probabilities; acts.
Method    Acts and dependence from the tables as they are; probabilities from the measured numbers
          of `escalation_parameters` (see `oreacle.relations.hostility`).
Assumes   Numbers hold from the first day after the window of the fit.
Not here  Text: see `oreacle.present.escalation_text`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from oreacle.core.errors import RelationsError
from oreacle.data.store import read_table
from oreacle.data.vintage import read_vintage
from oreacle.engine.history_panel import PANEL_TABLES, known_to, panel_from_tables
from oreacle.forecasting.escalation.acts import DEPENDENCE_LAG, RivalActs, rival_acts
from oreacle.forecasting.escalation.dyads import CLASSES, Dyads, dyads_of, monthly
from oreacle.forecasting.escalation.parameters import Escalation, read_escalation
from oreacle.relations.escalation import Ladder, ladder
from oreacle.relations.excitation_memory import DyadActs
from oreacle.relations.hostility import AnswerOutlook, answer_outlook

MONTHS = (12, 24)


@dataclass(frozen=True)
class LadderAct:
    """One act of the ladder.

    Attributes
    ----------
    date
        As precise as known.
    imposer, target
        Codes.
    kinds
        Kinds of its rows.
    summary
        Of its first row.
    """

    date: str
    imposer: str
    target: str
    kinds: tuple[str, ...]
    summary: str


@dataclass(frozen=True)
class SideOutlook:
    """What an act of one on the other would call forth.

    Attributes
    ----------
    imposer, target
        Codes.
    dyad_class
        Class of the directed dyad.
    acts
        Acts of the imposer on the target in the chronicle.
    hold
        Share of the imposer in the target's imports of modelled minerals [1]; None if unknown.
    answers
        Probability that the target acts on the imposer, by horizon.
    """

    imposer: str
    target: str
    dyad_class: str
    acts: int
    hold: float | None
    answers: tuple[AnswerOutlook, ...]


@dataclass(frozen=True)
class PairOutlook:
    """Two actors.

    Attributes
    ----------
    first, second
        Codes.
    as_of
        Last day that the events cover.
    trade_year
        Year of the trade behind dependence.
    ladder
        Acts on each other in the order of days.
    sides
        First on second, and second on first.
    expected
        Follow-up acts of one act, of all dyads alike, in all.
    """

    first: str
    second: str
    as_of: str
    trade_year: int
    ladder: tuple[LadderAct, ...]
    sides: tuple[SideOutlook, SideOutlook]
    expected: Ladder


def pair_outlook(first: str, second: str, directory: Path | None = None) -> PairOutlook:
    """Return the ladder of two actors and what an act of either would call forth.

    Parameters
    ----------
    first, second
        Codes of actors of the tables (not the rest of the world), not the same.

    Raises
    ------
    RelationsError
        ORE-REL-053 if the table of measured numbers lacks one; ORE-REL-054 if an actor is none of
        the tables, or both are the same.
    """
    tables = {name: read_table(name, directory) for name in PANEL_TABLES}
    measured, vintage = read_escalation(directory), read_vintage(directory)
    last = measured.last_year
    dyads = dyads_of(panel_from_tables(known_to(tables, last)))
    _check_pair(first, second, dyads)
    acts = rival_acts(tables["events"], tables["countries"])
    periods = monthly(acts, dyads, last)
    dependence = tables["trade_dependence"]
    year = int(vintage.events_to[:4]) + 1 - DEPENDENCE_LAG
    sides = [
        _side(one, other, acts, (dyads, periods), measured, dependence[dependence["year"] == year])
        for one, other in ((first, second), (second, first))
    ]
    return PairOutlook(
        first=first,
        second=second,
        as_of=vintage.events_to,
        trade_year=year,
        ladder=ladder_acts(acts, tables["events"], first, second),
        sides=(sides[0], sides[1]),
        expected=ladder(measured.branching()),
    )


def _side(
    one: str,
    other: str,
    acts: RivalActs,
    laid: tuple[Dyads, DyadActs],
    measured: Escalation,
    trade: pd.DataFrame,
) -> SideOutlook:
    dyads, periods = laid
    spot = {name: k for k, name in enumerate(dyads.actors)}
    direction = int(dyads.direction[spot[one], spot[other]])
    fit, branching = measured.fit(), measured.branching()
    return SideOutlook(
        imposer=one,
        target=other,
        dyad_class=CLASSES[dyads.class_of[direction]],
        acts=int(((acts.imposer == one) & (acts.target == other)).sum()),
        hold=_hold(trade, one, other),
        answers=tuple(
            answer_outlook(periods, fit, branching, direction, months) for months in MONTHS
        ),
    )


def _hold(trade: pd.DataFrame, exporter: str, importer: str) -> float | None:
    """Return the share of an exporter in imports; None if the importer has no figures."""
    rows = trade[trade["importer"] == importer]
    if rows.empty:
        return None
    return float(rows.loc[rows["exporter"] == exporter, "share"].sum())


def ladder_acts(
    acts: RivalActs, events: pd.DataFrame, first: str, second: str
) -> tuple[LadderAct, ...]:
    """Return the acts of two actors on each other in the order of days."""
    ids = events["event_id"].astype(str)
    by_label = dict(zip(ids, events["summary"].astype(str), strict=True))
    dates = dict(zip(ids, events["date"].astype(str), strict=True))
    inside = np.isin(acts.imposer, (first, second)) & np.isin(acts.target, (first, second))
    found = []
    for k in np.flatnonzero(inside):
        label = acts.labels[k].split(";")[0]
        found.append(
            LadderAct(
                date=dates[label],
                imposer=str(acts.imposer[k]),
                target=str(acts.target[k]),
                kinds=tuple(acts.kinds[k].split(";")),
                summary=by_label[label],
            )
        )
    return tuple(found)


def _check_pair(first: str, second: str, dyads: Dyads) -> None:
    strange = [name for name in (first, second) if name not in dyads.actors]
    if strange or first == second:
        what = f"{strange[0]} is no actor with dyads of its own" if strange else "both are one"
        raise RelationsError(
            "ORE-REL-054",
            f"{first} and {second} are no pair: {what}.",
            why="acts and dependence are measured between two different actors.",
            fix="name two actors such as USA and CHN; `oreacle world info` lists all.",
        )
