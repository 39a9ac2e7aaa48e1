"""Mineral agreements and sanctions between two actors, from the dated events.

Does      Finds the events that bind or hit a pair, and whether one was in force in a period.
Units     Calendar days.
Method    An agreement binds every pair of its actors and each actor with each target; a
          rivalrous act runs from an actor to a target, or to everyone if it says so and this is
          asked for. An end counts from its day.
Assumes   An event without an end is in force if its status said so at the last day covered, and
          not known to be in force otherwise. Many agreements are dormant; ends are seldom
          announced.
Not here  Features of the fitted models: see `oreacle.engine`; who belongs to a bloc, see
          `oreacle.world.institutions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from oreacle.core.labels import EVERYONE
from oreacle.data.store import FolderState, folder_state, read_table, tables_directory
from oreacle.data.vintage import read_vintage
from oreacle.world.periods import AS_OF, Moment, known_period, read_period
from oreacle.world.table_records import records_of

AGREEMENT_KINDS = (
    "bilateral_mou",
    "corridor_agreement",
    "financing_package",
    "joint_stockpile",
    "offtake_state_backed",
    "strategic_partnership",
    "technology_cooperation",
    "trade_agreement_minerals_chapter",
)
SANCTION_KINDS = ("entity_listing", "sanction")
IN_FORCE = "in_force"


@dataclass(frozen=True)
class PastAct:
    """One event of the chronicle, as in the table `events`."""

    event_id: str
    date: str
    kind: str
    sign: str
    actors: tuple[str, ...]
    targets: tuple[str, ...]
    minerals: tuple[str, ...]
    status: str
    end_date: str
    summary: str
    source: str
    confidence: str

    def binds(self, first: str, second: str) -> bool:
        """Return True if both are parties: actors, or an actor and a target."""
        parties = {*self.actors, *self.targets}
        return (
            first != second
            and {first, second} <= parties
            and bool({first, second} & {*self.actors})
        )

    def hits(self, actor: str, target: str, *, everyone: bool = False) -> bool:
        """Return True if `actor` acts on `target`, by name or (if asked for) on everyone."""
        aimed = target in self.targets or (everyone and EVERYONE in self.targets)
        return actor != target and actor in self.actors and aimed

    def was_in_force(self, moment: Moment) -> bool | None:
        """Return whether it was in force on any day of a period; None if that is not known."""
        period = read_period(moment)
        if read_period(self.date).first > period.last:
            return False
        if self.end_date:
            return read_period(self.end_date).last >= period.first
        return True if self.status == IN_FORCE else None


@dataclass(frozen=True)
class PastActs:
    """Events in the order of days.

    Attributes
    ----------
    acts
        Every event of the table.
    as_of
        Last day covered.
    """

    acts: tuple[PastAct, ...]
    as_of: str = AS_OF

    def agreements(
        self, first: str, second: str, on: Moment | None = None, mineral: str | None = None
    ) -> tuple[PastAct, ...]:
        """Return agreements on minerals that bind both, announced by the end of a period.

        Parameters
        ----------
        first, second
            Actors as in the events: countries, or EU.
        on
            Year, month or day; None for the last day covered. Ask `PastAct.was_in_force`
            whether an agreement still held.
        mineral
            Only those that name it; None for all.

        Raises
        ------
        DataError
            ORE-DAT-092 if the date cannot be read or is after the last day covered.

        Examples
        --------
        >>> len(load_past_acts().agreements("JPN", "AUS")) > 0
        True
        """
        return tuple(
            act
            for act in self._until(on)
            if act.kind in AGREEMENT_KINDS
            and act.binds(first, second)
            and (mineral is None or mineral in act.minerals)
        )

    def sanctions(
        self, actor: str, target: str, on: Moment | None = None, *, everyone: bool = False
    ) -> tuple[PastAct, ...]:
        """Return sanctions and listings of `actor` on `target`; parameters as in `agreements`."""
        return tuple(
            act
            for act in self._until(on)
            if act.kind in SANCTION_KINDS and act.hits(actor, target, everyone=everyone)
        )

    def disputes(self, first: str, second: str, on: Moment | None = None) -> tuple[PastAct, ...]:
        """Return every rivalrous act of either on the other by name, in the order of days."""
        return tuple(
            act
            for act in self._until(on)
            if act.sign == "rivalry" and (act.hits(first, second) or act.hits(second, first))
        )

    def _until(self, on: Moment | None) -> tuple[PastAct, ...]:
        last = known_period(self.as_of if on is None else on, self.as_of).last
        return tuple(act for act in self.acts if read_period(act.date).first <= last)


def load_past_acts(directory: Path | None = None) -> PastActs:
    """Return the events of the table `events`.

    Parameters
    ----------
    directory
        Folder of tables; None for ``OREACLE_DATA`` or the embedded ones.

    Raises
    ------
    DataError
        ORE-DAT-002 if the table is missing.
    """
    folder = tables_directory(directory)
    return _load(folder, folder_state(folder))


@lru_cache(maxsize=4)
def _load(directory: Path, _state: FolderState) -> PastActs:
    acts = records_of(read_table("events", directory), PastAct)
    ordered = tuple(sorted(acts, key=lambda act: (act.date, act.event_id)))
    return PastActs(ordered, read_vintage(directory).events_to)
