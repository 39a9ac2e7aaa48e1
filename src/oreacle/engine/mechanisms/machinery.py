"""Runs the mechanisms that are on: their draws, and their hooks in a year.

Does      Gathers what mechanisms say to governments, markets and firms, and moves their state.
Units     As in `oreacle.engine.mechanisms.contract`.
Method    One random stream for each member and mechanism. The draws of a year are taken in the
          order of their names.
Assumes   `off` of the scenario names mechanisms that exist.
Not here  The order of a year: see `oreacle.engine.year`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from oreacle.core.streams import member_stream
from oreacle.data.mechanisms import mechanisms
from oreacle.engine.mechanisms.attitudes import Attitudes, joined_attitudes
from oreacle.engine.mechanisms.conditions import Conditions, joined
from oreacle.engine.mechanisms.contract import (
    NORMAL,
    Advance,
    Mechanism,
    Moment,
    Note,
    Recorded,
)
from oreacle.engine.mechanisms.investment import InvestmentTerms, joined_terms
from oreacle.engine.mechanisms.parameters import parameters_of
from oreacle.engine.mechanisms.table import MECHANISMS
from oreacle.engine.setting import Setting

Numbers = Mapping[str, Mapping[str, np.ndarray]]
"""Draws of a year by mechanism and name."""
_PER_CENT = re.compile(r"(?<=[0-9])%")


@dataclass(frozen=True)
class Running:
    """A mechanism that is on, with what it needs.

    Attributes
    ----------
    mechanism
        The mechanism.
    parameters, facts
        Its parameters, and what it worked out for the run.
    """

    mechanism: Mechanism
    parameters: object
    facts: object


@dataclass(frozen=True)
class Machinery:
    """The mechanisms that are on."""

    running: tuple[Running, ...]

    def first_pieces(self, moment: Moment) -> dict[str, object]:
        """Return the first state of every mechanism that has one."""
        return {
            one.mechanism.name: one.mechanism.start(self._seen(one, moment, {}))
            for one in self.running
            if one.mechanism.start is not None
        }

    def attitudes(self, moment: Moment, numbers: Numbers) -> Attitudes:
        """Return what mechanisms add to the odds of acts."""
        return joined_attitudes(
            [
                one.mechanism.attitudes(self._seen(one, moment, numbers))
                for one in self.running
                if one.mechanism.attitudes is not None
            ]
        )

    def said(self, moment: Moment, numbers: Numbers) -> dict[str, Mapping[int, Conditions]]:
        """Return what each mechanism puts on markets, by position of the mineral."""
        return {
            one.mechanism.name: one.mechanism.conditions(self._seen(one, moment, numbers))
            for one in self.running
            if one.mechanism.conditions is not None
        }

    def conditions(self, moment: Moment, numbers: Numbers) -> tuple[Conditions, ...]:
        """Return what all mechanisms put on markets, by position of the mineral."""
        return all_conditions(moment, self.said(moment, numbers))

    def investment(self, moment: Moment, numbers: Numbers) -> Callable[[int, int], InvestmentTerms]:
        """Return what mechanisms tell investors, by position of the mineral and stage."""
        said = [
            one.mechanism.investment(self._seen(one, moment, numbers))
            for one in self.running
            if one.mechanism.investment is not None
        ]

        def terms(mineral: int, stage: int) -> InvestmentTerms:
            return joined_terms([part[mineral, stage] for part in said if (mineral, stage) in part])

        return terms

    def advance(self, moment: Moment, numbers: Numbers) -> dict[str, Advance]:
        """Return what every mechanism leaves at the end of the year."""
        return {
            one.mechanism.name: one.mechanism.advance(self._seen(one, moment, numbers))
            for one in self.running
            if one.mechanism.advance is not None
        }

    def record(self, moment: Moment, numbers: Numbers) -> dict[str, Recorded]:
        """Return the figures that mechanisms leave in the run, by name."""
        found: dict[str, Recorded] = {}
        for one in self.running:
            if one.mechanism.record is not None:
                found |= one.mechanism.record(self._seen(one, moment, numbers))
        return found

    def tell(self, moment: Moment, numbers: Numbers) -> list[Note]:
        """Return what happened in the year, for a history."""
        return [
            _spaced(note)
            for one in self.running
            if one.mechanism.tell is not None
            for note in one.mechanism.tell(self._seen(one, moment, numbers))
        ]

    def _seen(self, one: Running, moment: Moment, numbers: Numbers) -> Moment:
        name = one.mechanism.name
        return replace(
            moment,
            facts=one.facts,
            parameters=one.parameters,
            own=moment.state.pieces.get(name),
            numbers=numbers.get(name, {}),
        )


def _spaced(note: Note) -> Note:
    """Return the note with a space before each sign of per cent, as everywhere in outputs."""
    what, why, effect = (_PER_CENT.sub(" %", text) for text in (note.what, note.why, note.effect))
    return replace(note, what=what, why=why, effect=effect)


def all_conditions(
    moment: Moment, said: Mapping[str, Mapping[int, Conditions]]
) -> tuple[Conditions, ...]:
    """Return the conditions of all mechanisms together, by position of the mineral."""
    minerals = range(len(moment.setting.space.minerals))
    return tuple(joined([part[k] for part in said.values() if k in part]) for k in minerals)


def make_machinery(setting: Setting, known: Sequence[Mechanism] = MECHANISMS) -> Machinery:
    """Return the mechanisms that the scenario leaves on.

    What is found out once is kept for the next block of the same setting.
    """
    return _machinery(setting, tuple(known))


@lru_cache(maxsize=1)
def _machinery(setting: Setting, known: tuple[Mechanism, ...]) -> Machinery:
    own = dict(setting.scenario.parameters)
    running = []
    for one in known:
        if one.name not in setting.scenario.off:
            parameters: object = parameters_of(one.parameters, one.name, own)
            running.append(Running(one, parameters, one.facts(setting, parameters)))
    return Machinery(tuple(running))


class MechanismStreams:
    """Random streams of a block, one for each member and mechanism.

    Parameters
    ----------
    machinery
        The mechanisms that are on.
    seed
        Root seed.
    members
        Numbers of the members.
    """

    def __init__(self, machinery: Machinery, seed: int, members: Sequence[int]) -> None:
        table = mechanisms()
        numbers = dict(zip(table["mechanism"], table["stream"].astype(int), strict=True))
        self._running = machinery.running
        self._streams = {
            one.mechanism.name: [
                member_stream(seed, member, purpose=numbers[one.mechanism.name])
                for member in members
            ]
            for one in machinery.running
        }

    def year(self, setting: Setting) -> dict[str, dict[str, np.ndarray]]:
        """Return the draws of the next year."""
        found: dict[str, dict[str, np.ndarray]] = {}
        for one in self._running:
            name = one.mechanism.name
            shapes = one.mechanism.draws(setting)
            found[name] = {
                what: np.stack(
                    [
                        stream.standard_normal(shape.shape)
                        if shape.kind == NORMAL
                        else stream.random(shape.shape)
                        for stream in self._streams[name]
                    ]
                )
                for what, shape in sorted(shapes.items())
            }
        return found
