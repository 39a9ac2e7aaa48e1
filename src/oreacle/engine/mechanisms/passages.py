"""Straits and canals that ships avoid for a time, and what freight costs then.

Does      Lets events at passages start and end, and puts freight and limits on links.
Units     Parts of a year's transits [1]; USD/t.
Method    See `oreacle.engine.mechanisms.passage_events`. Several passages add up on a link; of what
          has no way round the parts that are kept multiply.
Assumes   A passage has one event at a time: another that would come while one goes on is lost.
Not here  Closures that count as measures, and corridors that open: they are policies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.core.labels import CLOSING_PASSAGES
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import (
    UNIFORM,
    Advance,
    DrawShape,
    Mechanism,
    Moment,
    Note,
    Recorded,
)
from oreacle.engine.mechanisms.passage_events import (
    Detours,
    LinkEffect,
    NotedCuts,
    noted_cuts,
)
from oreacle.engine.setting import Setting

CAUSE = "passage"
NO_LIMIT = 1e9
"""Limit of a link that keeps its way, over its base flow [1]: a limit at the base flow itself would
bind as trade grows, and an infinite one times no flow is no number."""


@dataclass(frozen=True)
class PassageParameters:
    """Parameters, as in `assumed/mechanism_passages.csv`."""

    rate: float
    since: float
    open_years: float
    least_part: float
    least_freight: float
    told_from: float


@dataclass(frozen=True)
class PassageFacts:
    """What is worked out once.

    Attributes
    ----------
    noted
        Rates and sizes.
    detours
        Effects of closures.
    beside
        Countries and actors beside each passage, and its id.
    names
        Names of passages.
    """

    noted: NotedCuts
    detours: Detours
    beside: tuple[frozenset[str], ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class PassagesPiece:
    """Events that go on after a year, shape (member, passage) each.

    Attributes
    ----------
    cut
        Part of transits that is kept away [1].
    left
        Years that are left [yr].
    """

    cut: np.ndarray
    left: np.ndarray


def make_facts(setting: Setting, parameters: object) -> PassageFacts:
    """Return rates of events, and a place for their effects."""
    if not isinstance(parameters, PassageParameters):
        raise TypeError(f"parameters are {type(parameters).__name__}, not PassageParameters")
    world = setting.world
    routes = world.routes
    actor_of = world.territory.actor_of
    beside, names = [], []
    for passage in CLOSING_PASSAGES:
        place = routes.chokepoint(passage)
        states = {text[:3] for text in place.states}
        beside.append(frozenset({passage, *states, *(actor_of.get(s, s) for s in states)}))
        names.append(place.name)
    noted = noted_cuts(
        routes.passage_events,
        int(parameters.since),
        world.base_year,
        parameters.open_years,
        parameters.least_part,
    )
    return PassageFacts(
        noted, Detours(world, parameters.least_freight), tuple(beside), tuple(names)
    )


def draw_shapes(_: Setting) -> Mapping[str, DrawShape]:
    """Return the draws of a year: whether an event starts, and which noted one it is like."""
    return {
        "start": DrawShape(UNIFORM, (len(CLOSING_PASSAGES),)),
        "like": DrawShape(UNIFORM, (len(CLOSING_PASSAGES),)),
    }


def start(moment: Moment) -> PassagesPiece:
    """Return the first state: the routes of the base year."""
    none = np.zeros((moment.members, len(CLOSING_PASSAGES)))
    return PassagesPiece(none, none)


def events(moment: Moment) -> PassagesPiece:
    """Return the events of the year: those that go on, and those that start."""
    facts, last = moment.fact(PassageFacts), moment.piece(PassagesPiece)
    chance = -np.expm1(
        -facts.noted.rate * moment.settings(PassageParameters).rate * _factor(moment)
    )
    like = (moment.numbers["like"] * facts.noted.cut.size).astype(np.int64)
    starts = (last.left <= 0.0) & (moment.numbers["start"] < chance)
    cut = np.where(starts, facts.noted.cut[like], last.cut)
    left = np.where(starts, facts.noted.years[like], last.left)
    return PassagesPiece(cut, left)


def _factor(moment: Moment) -> np.ndarray:
    """Return what the scenario multiplies rates by, shape (passage,) [1]."""
    factor = np.ones(len(CLOSING_PASSAGES))
    for one in moment.setting.scenario.shock_rates:
        if one.cause == CAUSE and one.span.holds(moment.year):
            for k, beside in enumerate(moment.fact(PassageFacts).beside):
                if one.place is None or one.place in beside:
                    factor[k] *= one.factor
    return factor


def parts_lost(moment: Moment) -> np.ndarray:
    """Return the part of the year's transits that is lost, shape (member, passage) [1]."""
    now = events(moment)
    lost = now.cut * np.minimum(now.left, 1.0)
    for one in moment.setting.scenario.shocks:
        if one.cause == CAUSE and one.span.holds(moment.year):
            for k, beside in enumerate(moment.fact(PassageFacts).beside):
                if one.place in beside:  # a passage is beside itself
                    lost[:, k] = 1.0 - (1.0 - lost[:, k]) * (1.0 - one.loss)
    return np.asarray(lost)


def conditions(moment: Moment) -> Mapping[int, Conditions]:
    """Return added freight and limits on links of minerals that have to go round."""
    facts, lost = moment.fact(PassageFacts), parts_lost(moment)
    found: dict[int, list[tuple[np.ndarray, LinkEffect]]] = {}
    least = moment.settings(PassageParameters).least_part
    for k, passage in enumerate(CLOSING_PASSAGES):
        part = np.where(lost[:, k] >= least, lost[:, k], 0.0)
        if part.any():
            for mineral, effect in facts.detours.of(passage).items():
                found.setdefault(mineral, []).append((part, effect))
    return {mineral: on_links(effects) for mineral, effects in found.items()}


def on_links(effects: Sequence[tuple[np.ndarray, LinkEffect]]) -> Conditions:
    """Return what closed passages put on the links of one mineral.

    Parameters
    ----------
    effects
        Part of the year's transits that is lost, shape (member,) [1], and the effect of a full
        closure, of each passage.
    """
    (ore, ore_cap), (metal, metal_cap) = (_on_kind(effects, link) for link in (0, 1))
    return Conditions(ore_freight=ore, metal_freight=metal, ore_cap=ore_cap, metal_cap=metal_cap)


def _on_kind(
    effects: Sequence[tuple[np.ndarray, LinkEffect]], link: int
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return added freight and caps on one kind of links; no caps where all goods have a way."""
    shape = (len(effects[0][0]), *effects[0][1].freight[link].shape)
    freight, kept = np.zeros(shape), np.ones(shape)
    for part, effect in effects:
        # Most years close a passage to few members, and most closures strand nothing.
        rows = np.flatnonzero(part)
        lost = part[rows, None, None]
        freight[rows] += lost * effect.freight[link]
        if (effect.kept[link] < 1.0).any():
            kept[rows] *= 1.0 - lost * (1.0 - effect.kept[link])
    return freight, np.where(kept < 1.0, kept, NO_LIMIT) if (kept < 1.0).any() else None


def advance(moment: Moment) -> Advance:
    """Return the events that go on."""
    now = events(moment)
    left = np.maximum(now.left - 1.0, 0.0)
    return Advance(PassagesPiece(np.where(left > 0.0, now.cut, 0.0), left))


def record(moment: Moment) -> Mapping[str, Recorded]:
    """Return transits lost, summed over passages."""
    return {"transits_lost": Recorded(parts_lost(moment).sum(axis=1), (), "passage-years")}


def tell(moment: Moment) -> Sequence[Note]:
    """Return events that start and keep a noticeable part of transits away."""
    facts, now, last = moment.fact(PassageFacts), events(moment), moment.piece(PassagesPiece)
    lost = parts_lost(moment)
    least = moment.settings(PassageParameters).told_from
    notes = []
    for member, k in np.argwhere((lost >= least) & (last.left <= 0.0)):
        years, chance = now.left[member, k], now.cut[member, k] > 0.0
        minerals = len(facts.detours.of(CLOSING_PASSAGES[k]))
        notes.append(
            Note(
                member=int(member),
                mechanism="passages",
                actor="",
                mineral="",
                what=f"ships avoid {facts.names[k]}: {lost[member, k]:.0%} of the year's transits "
                "are lost",
                why=f"by chance, at the rate since {moment.settings(PassageParameters).since:.0f}, "
                f"for {years:.1f} years"
                if chance
                else "set by the scenario",
                effect=f"freight of {minerals} minerals rises on ways through it",
                weight=float(min(4.0 * lost[member, k], 4.0)),
            )
        )
    return notes


PASSAGES = Mechanism(
    name="passages",
    parameters=PassageParameters,
    draws=draw_shapes,
    facts=make_facts,
    start=start,
    conditions=conditions,
    advance=advance,
    record=record,
    tell=tell,
)
