"""Weather, water, conflict, accidents, strikes, unrest at plants: they take capacity for a time.

Does      Puts the losses of a year on markets, and records and tells them.
Units     Share of capacity [1].
Method    Capacity that runs is (1 - lost) / (1 - usual loss): the base year holds the usual losses
          already. A drought or a war hits many minerals of a country together. What a scenario
          plans comes on top.
Assumes   Rates are lower bounds (see `oreacle.engine.mechanisms.shock_rates`).
Not here  Drawing events: see `oreacle.engine.mechanisms.shock_events`; blockades and licences at
          mines: see `oreacle.engine.mechanisms.licence`; power cuts and prices of
          energy: see `oreacle.engine.mechanisms.energy`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from oreacle.data.codes import actor_name
from oreacle.engine.mechanisms.cells import (
    ENERGY_CAUSES,
    LOSS_CAUSES,
    NOT_OF_CAPACITY,
    SHOCK_LABELS,
    STAGE_NAMES,
    planned_running,
)
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import Advance, Mechanism, Moment, Note, Recorded
from oreacle.engine.mechanisms.shock_events import (
    Hit,
    ShockFacts,
    ShockParameters,
    ShocksPiece,
    draw_shapes,
    hits,
    kept_capacity,
    make_facts,
)
from oreacle.scenario.assumptions import PlannedShock
from oreacle.scenario.causes import wide_causes


def start(moment: Moment) -> ShocksPiece:
    """Return the first state: the usual losses."""
    usual = moment.fact(ShockFacts).usual
    return ShocksPiece(np.repeat(usual[None], moment.members, axis=0))


def conditions(moment: Moment) -> Mapping[int, Conditions]:
    """Return the share of capacity that can run."""
    facts = moment.fact(ShockFacts)
    running = kept_capacity(moment) / (1.0 - facts.usual)
    planned = planned_running(planned_shocks(moment), facts.cells, moment.year)
    return facts.cells.conditions(running if planned is None else running * planned)


def planned_shocks(moment: Moment) -> list[PlannedShock]:
    """Return the planned shocks of the year that are not of energy, routes or demand."""
    others = (*ENERGY_CAUSES, *NOT_OF_CAPACITY)
    shocks = moment.setting.scenario.shocks
    return [one for one in shocks if one.cause not in others and one.span.holds(moment.year)]


def advance(moment: Moment) -> Advance:
    """Return the losses of the year, part of which lasts."""
    return Advance(ShocksPiece(1.0 - kept_capacity(moment)))


def record(moment: Moment) -> Mapping[str, Recorded]:
    """Return the worth of capacity that new shocks take, by cause."""
    cells = moment.fact(ShockFacts).cells
    lost = np.zeros((moment.members, len(SHOCK_LABELS)))
    for event in hits(moment):
        lost[event.member, SHOCK_LABELS.index(event.cause)] += (
            event.loss * cells.worth[event.nodes].sum()
        )
    wide = wide_causes()
    for one in planned_shocks(moment):
        cause = wide.get(one.cause, one.cause)
        label = SHOCK_LABELS.index(cause if cause in LOSS_CAUSES else "other")
        lost[:, label] += (
            one.loss * cells.worth[cells.named(one.place, one.mineral, one.stage)].sum()
        )
    return {"capacity_lost": Recorded(lost, ("shock",), "1")}


def tell(moment: Moment) -> Sequence[Note]:
    """Return the events that take a noticeable part of world output of a mineral."""
    cells, least = moment.fact(ShockFacts).cells, moment.settings(ShockParameters).told_from
    notes = []
    for hit in hits(moment):
        world = hit.loss * cells.share[hit.nodes]
        if world.max() >= least:
            notes.append(_note(moment, hit, world))
    for shock in planned_shocks(moment):
        nodes = np.flatnonzero(cells.named(shock.place, shock.mineral, shock.stage))
        if nodes.size:
            hit = Hit(0, shock.cause, shock.place, nodes, shock.loss)
            note = _note(moment, hit, shock.loss * cells.share[nodes])
            notes.append(replace(note, why="set by the scenario"))
    return notes


WORDS: Mapping[str, str] = {
    "accident": "an accident",
    "labour": "a strike",
    "unrest": "blockades or a licence in dispute",
    "weather": "storms or floods",
    "water": "drought",
    "conflict": "armed conflict",
}


def _words(cause: str) -> str:
    return WORDS.get(wide_causes().get(cause, cause), cause.replace("_", " "))


def _note(moment: Moment, hit: Hit, world: np.ndarray) -> Note:
    cells = moment.fact(ShockFacts).cells
    most = int(world.argmax())
    mineral = cells.names[int(cells.mineral[hit.nodes[most]])]
    stage = STAGE_NAMES[int(cells.stage[hit.nodes[most]])]
    minerals = len({int(k) for k in cells.mineral[hit.nodes]})
    where = actor_name(hit.country)
    called = moment.setting.world.chain(mineral).in_words
    others = "another mineral" if minerals == 2 else f"{minerals - 1} other minerals"
    wide = f"; the same share is lost of {others}" if minerals > 1 else ""
    return Note(
        member=hit.member,
        mechanism="shocks",
        actor=str(cells.actor[hit.nodes[most]]),
        mineral=mineral,
        what=f"{_words(hit.cause)} in {where}",
        why="by chance, at the rate of 2010 to 2024",
        effect=f"{hit.loss:.0%} of its {stage} {called} is lost for the year, "
        f"{world[most]:.1%} of the world's{wide}",
        weight=float(min(world[most] * 20.0, 5.0)),
    )


SHOCKS = Mechanism(
    name="shocks",
    parameters=ShockParameters,
    draws=draw_shapes,
    facts=make_facts,
    start=start,
    conditions=conditions,
    advance=advance,
    record=record,
    tell=tell,
)
