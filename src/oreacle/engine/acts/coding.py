"""Acts of the past, coded from the chronicle onto the axes of the panel.

Does      Says who took an act of which class, year by year, and what restrictions covered.
Units     0 or 1 per year and unit.
Method    All acts of a class by a unit in a year are one act; a restriction covers the union of
          its links. An agreement or venture has exactly two parties; an act on a target needs a
          named one. Members of a bloc stand for it; G7, MSP and QUAD for their members of the day.
Assumes   The chronicle is what was known; what it left out counts as no act. Status, end date,
          intensity and confidence were coded with hindsight and are never read.
Not here  Decay of memory: see `oreacle.engine.acts.memory`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from oreacle.core.labels import EVERYONE
from oreacle.engine.acts.classes import ACTOR, CLASSES, EVENT_CLASSES, PAIR, EventClass
from oreacle.engine.history_arrays import place
from oreacle.engine.history_panel import HistoryPanel
from oreacle.engine.inputs import STAGES_AT_RISK
from oreacle.world.institutions import Institutions, load_institutions
from oreacle.world.periods import read_period

LINKS_OF_STAGE = {"ore": (0,), "refined": (1,), "all": (0, 1)}
"""Positions on the link axis that a stage of the chronicle covers; `component` and `technology`
lie outside the modelled links."""
CLUBS = ("G7", "QUAD", "MSP")
"""Clubs that stand for their members when they are named as a party (codebook of the chronicle)."""
RESTRICTION_KINDS = CLASSES["restriction"].kinds
JOINING = "club_joined"
"""Kind in which actors join a club that exists."""


@dataclass(frozen=True)
class HistoryActs:
    """Acts by year.

    Attributes
    ----------
    by_class
        1 where a unit acted, by class: shape (year, actor), or (year, first, second) over all
        actors: symmetric for pairs, imposer first for dyads.
    links
        1 where a restriction covers a link, shape (year, actor, mineral, link).
    left_out
        Events that could not be coded, counted by reason.
    """

    by_class: Mapping[str, np.ndarray]
    links: np.ndarray
    left_out: Mapping[str, int] = field(default_factory=dict)

    def to(self, years: int) -> HistoryActs:
        """Return the first `years` years of acts."""
        return HistoryActs(
            {name: array[:years] for name, array in self.by_class.items()},
            self.links[:years],
            self.left_out,
        )


def acts_from_events(
    events: pd.DataFrame,
    panel: HistoryPanel,
    actor_of: Mapping[str, str],
    institutions: Institutions | None = None,
) -> HistoryActs:
    """Code the chronicle onto the axes of a panel.

    Parameters
    ----------
    events
        The table `events`.
    panel
        Gives the axes.
    actor_of
        Actor by country, for members of blocs that the chronicle names.
    institutions
        Who was in a club when; None for the tables in use.
    """
    coder = _Coder(panel, actor_of, institutions or load_institutions())
    for event_class in EVENT_CLASSES:
        for event in events[events["kind"].isin(event_class.kinds)].itertuples():
            coder.add(event_class, event)
    return HistoryActs(coder.by_class, coder.links, coder.counts)


def parties(
    text: str, actor_of: Mapping[str, str], institutions: Institutions, moment: str
) -> tuple[str, ...]:
    """Return the distinct actors named in a cell, members of a bloc standing for it.

    Parameters
    ----------
    text
        Names separated by semicolons.
    actor_of
        Actor by country.
    institutions
        Who was in a club when. After the last day covered, clubs stand for the members of that
        day.
    moment
        Date of the act, as precise as known.

    Examples
    --------
    >>> parties("DEU;QUAD", {"DEU": "EU"}, load_institutions(), "2021-03-12")
    ('EU', 'AUS', 'IND', 'JPN', 'USA')
    """
    names: list[str] = []
    for name in filter(None, text.split(";")):
        names += _members(name, institutions, moment) if name in CLUBS else [name]
    return tuple(dict.fromkeys(actor_of.get(name, name) for name in names if name != EVERYONE))


def _members(club: str, institutions: Institutions, moment: str) -> tuple[str, ...]:
    begins = read_period(moment).first
    is_covered = begins <= read_period(institutions.as_of).last
    return institutions.members(club, moment if is_covered else institutions.as_of)


class _Coder:
    """Fills the arrays event by event."""

    def __init__(
        self, panel: HistoryPanel, actor_of: Mapping[str, str], institutions: Institutions
    ) -> None:
        self.first_year, self.years = int(panel.years[0]), len(panel.years)
        self.actors, self.minerals = place(panel.actors), place(panel.minerals)
        self.actor_of, self.institutions = actor_of, institutions
        self.counts: dict[str, int] = {}
        one, size = (self.years, len(self.actors)), len(self.actors)
        self.by_class = {
            each.name: np.zeros(one if each.unit == ACTOR else (*one, size))
            for each in EVENT_CLASSES
        }
        self.links = np.zeros((*one, len(self.minerals), len(STAGES_AT_RISK)))

    def add(self, event_class: EventClass, event: object) -> None:
        spot = int(str(getattr(event, "year"))) - self.first_year  # noqa: B009 - rows are untyped
        if not 0 <= spot < self.years:
            self._leave(event_class, "outside the years of the history")
            return
        text = str(getattr(event, "actors"))  # noqa: B009
        if getattr(event, "kind") == JOINING:  # noqa: B009 - a club among the actors is joined
            text = ";".join(name for name in text.split(";") if name not in CLUBS)
        names = self._parties(text, event)
        known = [self.actors[name] for name in names if name in self.actors]
        if event_class.name == "restriction":
            self._restriction(spot, known, event)
        elif event_class.unit == ACTOR:
            self.by_class[event_class.name][spot, known] = 1.0
        elif event_class.unit == PAIR:
            self._pair(event_class, spot, names)
        else:
            targets = self._parties(str(getattr(event, "targets")), event)  # noqa: B009
            self._dyad(event_class, spot, known, targets)
        if len(known) < len(names):
            self._leave(event_class, "by an actor outside the model")

    def _parties(self, text: str, event: object) -> tuple[str, ...]:
        moment = str(getattr(event, "date", None) or getattr(event, "year"))  # noqa: B009
        return parties(text, self.actor_of, self.institutions, moment)

    def _restriction(self, spot: int, known: list[int], event: object) -> None:
        event_class = CLASSES["restriction"]
        stages = LINKS_OF_STAGE.get(str(getattr(event, "stage")), ())  # noqa: B009
        named = str(getattr(event, "minerals")).split(";")  # noqa: B009
        goods = [self.minerals[name] for name in named if name in self.minerals]
        on_all = "all" in str(getattr(event, "minerals_raw")).split(";")  # noqa: B009
        if not stages:
            self._leave(event_class, "on components or technology")
        elif not goods and not on_all:
            self._leave(event_class, "on minerals outside the model")
        else:
            if not goods:
                self._leave(event_class, "on all minerals: no information on scope")
            self.by_class["restriction"][spot, known] = 1.0
            for actor in known:
                for stage in stages:
                    self.links[spot, actor, goods, stage] = 1.0

    def _pair(self, event_class: EventClass, spot: int, names: tuple[str, ...]) -> None:
        if len(names) != 2:
            self._leave(event_class, "of more or fewer than two parties")
        elif all(name in self.actors for name in names):
            one, two = (self.actors[name] for name in names)
            array = self.by_class[event_class.name]
            array[spot, one, two] = array[spot, two, one] = 1.0

    def _dyad(
        self, event_class: EventClass, spot: int, known: list[int], names: tuple[str, ...]
    ) -> None:
        targets = [self.actors[name] for name in names if name in self.actors]
        if not targets:
            self._leave(event_class, "without a named target inside the model")
        for one in known:
            for other in targets:
                if one != other:
                    self.by_class[event_class.name][spot, one, other] = 1.0

    def _leave(self, event_class: EventClass, reason: str) -> None:
        key = f"{event_class.name} {reason}"
        self.counts[key] = self.counts.get(key, 0) + 1
