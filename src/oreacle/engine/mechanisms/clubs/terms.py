"""Clubs of a run: parameters, and what is known of clubs before it starts.

Does      Holds the assumptions, and the dated changes that a scenario sets.
Units     Each field says its own.
Method    A club of the scenario has a slot of its own in all members; the others are for clubs
          that are founded in the run. A club of the world takes part if an instrument on minerals
          that a market can feel is in force and two trade actors are in it.
Assumes   A scenario that names a club of the world without members means its members.
Not here  How clubs move: see `oreacle.engine.mechanisms.clubs.dynamics`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import RunError
from oreacle.engine.mechanisms.clubs_piece import SLOTS
from oreacle.engine.setting import Setting
from oreacle.scenario.assumptions import CLUB_INSTRUMENTS, ClubChange
from oreacle.world.member_actors import member_actors

MOST_NAMED = 8
"""Clubs that a scenario and the world may name: four slots are left for clubs of the run."""


@dataclass(frozen=True)
class ClubParameters:
    """Assumptions; reasons stand in the table of assumptions `mechanism_clubs`.

    Attributes
    ----------
    teeth
        Share of clubs founded that act on a market at all [1].
    join
        Chance that who could join a friendly club does so rather than found one [1].
    every_mineral
        Share of clubs that are about all minerals [1].
    weight_stockpile, weight_procurement, weight_refining, weight_research, weight_recycling,
    weight_certification, weight_insurance, weight_floor, weight_crisis
        How often a club has each instrument, over their sum [1].
    exit_rate
        Yearly chance that a member of a calm club leaves [1/yr].
    strain_fade
        Part of strain that lasts a year [1].
    strain_measure, strain_rivalry, strain_sharing
        Log-odds of leaving from a measure by another member, from being at odds with all others,
        and per log point by which others of a joint stock pay more [1].
    exit_rivalry
        Rivalry that an exit leaves towards those who stay, shared among them [acts].
    desk_lean
        Pull of a joint desk away from suppliers with a large share [1].
    plant_share, plant_years
        Plants that a refining club builds over the members' use [1], and over how long [yr].
    floor_hurdle
        What a guaranteed floor takes off the log price that investors in mines ask for [1].
    """

    teeth: float
    join: float
    every_mineral: float
    weight_stockpile: float
    weight_procurement: float
    weight_refining: float
    weight_research: float
    weight_recycling: float
    weight_certification: float
    weight_insurance: float
    weight_floor: float
    weight_crisis: float
    exit_rate: float
    strain_fade: float
    strain_measure: float
    strain_rivalry: float
    strain_sharing: float
    exit_rivalry: float
    desk_lean: float
    plant_share: float
    plant_years: float
    floor_hurdle: float

    @property
    def weights(self) -> np.ndarray:
        """Shares of instruments, in the order of `CLUB_INSTRUMENTS`, sum to 1."""
        found = np.array([getattr(self, f"weight_{name}") for name in CLUB_INSTRUMENTS])
        return np.asarray(found / found.sum())


@dataclass(frozen=True)
class KnownClub:
    """A club with a name.

    Attributes
    ----------
    name
        Of the scenario, or code in the world.
    changes
        What happens to it, in order of years.
    """

    name: str
    changes: tuple[ClubChange, ...]


@dataclass(frozen=True)
class ClubFacts:
    """What is known of clubs before a run.

    Attributes
    ----------
    known
        Clubs with a name, one slot each.
    concern
        Value of use times the largest share in supply by mineral: what clubs are about, sums to
        1, shape (mineral,) [1].
    """

    known: tuple[KnownClub, ...]
    concern: np.ndarray


def club_facts(setting: Setting) -> ClubFacts:
    """Return the clubs that have a name, and what clubs are about.

    Raises
    ------
    RunError
        ORE-RUN-231 if more clubs are named than there are slots; ORE-RUN-232 if a change names
        nobody whom the run tells apart.
    """
    world = setting.world
    changes = sorted(setting.scenario.clubs, key=lambda one: one.year)
    standing = _in_force(setting)
    names = list(dict.fromkeys([*(one.club for one in standing), *(one.club for one in changes)]))
    if len(names) > MOST_NAMED:
        raise RunError(
            "ORE-RUN-231",
            f"the scenario names {len(names)} clubs.",
            why=f"a run holds {SLOTS}, of which {MOST_NAMED} can have a name.",
            fix="join clubs with the same members, or take some out.",
        )
    all_changes = [*standing, *(_resolved(setting, one) for one in changes)]
    known = tuple(KnownClub(n, tuple(c for c in all_changes if c.club == n)) for n in names)
    chains = list(world.chains.values())
    value = np.array([c.used.sum() * c.price_delivered for c in chains])
    share = np.array([c.refined.max() / max(c.refined.sum(), 1e-300) for c in chains])
    concern = value**0.5 * share
    return ClubFacts(known, concern / concern.sum())


def _in_force(setting: Setting) -> list[ClubChange]:
    """Return clubs of the world with an instrument that a market feels, as foundings."""
    world, found = setting.world, []
    for code in world.institutions.clubs:
        felt = tuple(
            one.purpose
            for one in world.institutions.instruments_of(code)
            if one.is_in_force and one.acts_on_minerals and one.purpose in CLUB_INSTRUMENTS
        )
        if not felt:
            continue
        actors = _acting(setting, member_actors(world, [code], world.base_year).actors)
        if len(actors) > 1:
            found.append(ClubChange(code, "founded", world.base_year, actors, (), felt))
    return found


def _resolved(setting: Setting, change: ClubChange) -> ClubChange:
    """Return a change with members as actors of the run."""
    world = setting.world
    names: Sequence[str] = change.members
    if not names and change.change == "founded" and change.club in world.institutions.clubs:
        names = (change.club,)
    actors = _acting(setting, member_actors(world, names).actors) if names else ()
    if not actors and change.change != "dissolved":
        raise RunError(
            "ORE-RUN-232",
            f"the change '{change.change}' of the club {change.club} in {change.year} is about "
            "nobody.",
            why="members must be actors that the run tells apart.",
            fix="name countries or actors that act; `oreacle world country` shows them.",
        )
    return ClubChange(
        change.club, change.change, change.year, actors, change.minerals, change.instruments
    )


def _acting(setting: Setting, actors: Sequence[str]) -> tuple[str, ...]:
    return tuple(actor for actor in actors if actor in setting.acting)
