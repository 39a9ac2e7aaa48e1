"""What a mechanism of the engine is: its draws, its part of the state and its hooks.

Does      Fixes the record that every mechanism fills, and what it sees of a year.
Units     None.
Method    A year calls the hooks in one order: attitudes (before governments act), conditions
          (before markets clear), investment (after), advance (at the end), record and, in a
          trace, tell. A hook is a pure function of the moment; None where a mechanism has none.
Assumes   A mechanism that is off is not called: it shifts nothing, and no other's draws.
Not here  Which mechanisms there are: see `oreacle.engine.mechanisms.table`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from oreacle.engine.act_chances import Acts
from oreacle.engine.markets import Cleared
from oreacle.engine.measures import ActiveMeasure
from oreacle.engine.mechanisms.attitudes import Attitudes
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.investment import InvestmentTerms
from oreacle.engine.mechanisms.told import Note, Recorded
from oreacle.engine.setting import Setting
from oreacle.engine.state import State

__all__ = [
    "MINED",
    "NORMAL",
    "REFINED",
    "UNIFORM",
    "Advance",
    "DrawShape",
    "Mechanism",
    "Moment",
    "NoParameters",
    "Note",
    "Recorded",
]
Kind = TypeVar("Kind")
NORMAL, UNIFORM = "normal", "uniform"
MINED, REFINED = 0, 1


@dataclass(frozen=True)
class DrawShape:
    """Numbers that a mechanism draws each year for one member.

    Attributes
    ----------
    kind
        ``normal`` (standard) or ``uniform`` on [0, 1).
    shape
        Of one member; it hangs on the axes alone, never on what happens.
    """

    kind: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Moment:
    """What a mechanism sees in a year.

    Attributes
    ----------
    setting
        The fixed part of the run, with the scenario.
    facts, own
        What the mechanism worked out once, and its part of the state at the start of the year.
    parameters
        Its parameters.
    state
        The state at the start of the year, with the parts of all mechanisms.
    numbers
        Its draws of the year by name, shapes (member, ...).
    year, step
        Calendar year, and years since the first simulated one.
    acts, started, measures
        Acts of the year, measures that they start and measures in force, both by member; None and
        empty before governments act.
    cleared
        Markets of the year by mineral; empty before they clear.
    demand, shock
        Use at base prices over base by mineral before mechanisms, and its random part in logs,
        shape (member, mineral) [1].
    conditions
        What all mechanisms put on markets, by mineral; empty before that is known.
    """

    setting: Setting
    facts: object
    own: object
    parameters: object
    state: State
    numbers: Mapping[str, np.ndarray]
    year: int
    step: int
    demand: np.ndarray
    shock: np.ndarray
    acts: Acts | None = None
    started: tuple[tuple[ActiveMeasure, ...], ...] = ()
    measures: tuple[tuple[ActiveMeasure, ...], ...] = ()
    cleared: tuple[Cleared, ...] = ()
    conditions: tuple[Conditions, ...] = ()

    @property
    def members(self) -> int:
        """Number of members of the block."""
        return int(self.demand.shape[0])

    def piece(self, kind: type[Kind]) -> Kind:
        """Return the mechanism's part of the state."""
        return _as(self.own, kind)

    def fact(self, kind: type[Kind]) -> Kind:
        """Return what the mechanism worked out once."""
        return _as(self.facts, kind)

    def settings(self, kind: type[Kind]) -> Kind:
        """Return the mechanism's parameters."""
        return _as(self.parameters, kind)

    def other(self, name: str, kind: type[Kind]) -> Kind | None:
        """Return another mechanism's part of the state; None if it is off."""
        found = self.state.pieces.get(name)
        return None if found is None else _as(found, kind)


def _as(value: object, kind: type[Kind]) -> Kind:
    if not isinstance(value, kind):
        raise TypeError(f"a mechanism holds {type(value).__name__}, not {kind.__name__}")
    return value


@dataclass(frozen=True)
class Advance:
    """What a mechanism leaves at the end of a year.

    Attributes
    ----------
    piece
        Its part of the next state.
    cooperation, rivalry
        Acts that move ties, shape (member, actor, actor), on the axis of actors that act, from
        first to second; cooperation is made symmetric by a sum [acts]; None for none.
    """

    piece: object
    cooperation: np.ndarray | None = None
    rivalry: np.ndarray | None = None


def _no_draws(_: Setting) -> Mapping[str, DrawShape]:
    return {}


def _no_facts(_setting: Setting, _parameters: object) -> object:
    return None


@dataclass(frozen=True)
class Mechanism:
    """One mechanism.

    Attributes
    ----------
    name
        As in the list of mechanisms (`oreacle.data.mechanisms`), which also fixes its stream.
    parameters
        Frozen dataclass of floats: one field for each row of its table.
    draws
        Numbers of a year for one member, by name.
    facts
        What is worked out once for a run, from setting and parameters.
    start
        Its part of the first state, from the moment before the first year (`step` 0, nothing
        drawn, no acts).
    attitudes, conditions, investment, advance, record, tell
        Hooks. Conditions are returned by position of the mineral, investment terms by position of
        the mineral and stage (`MINED`, `REFINED`).
    """

    name: str
    parameters: type
    draws: Callable[[Setting], Mapping[str, DrawShape]] = _no_draws
    facts: Callable[[Setting, object], object] = _no_facts
    start: Callable[[Moment], object] | None = None
    attitudes: Callable[[Moment], Attitudes] | None = None
    conditions: Callable[[Moment], Mapping[int, Conditions]] | None = None
    investment: Callable[[Moment], Mapping[tuple[int, int], InvestmentTerms]] | None = None
    advance: Callable[[Moment], Advance] | None = None
    record: Callable[[Moment], Mapping[str, Recorded]] | None = None
    tell: Callable[[Moment], Sequence[Note]] | None = None


@dataclass(frozen=True)
class NoParameters:
    """Parameters of a mechanism that has none."""

    unused: tuple[float, ...] = field(default=())
