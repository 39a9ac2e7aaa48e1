"""Clubs of the world under the names that people write, with who is in them.

Does      Finds the club that a name means; says which trade actors are members at the start.
Units     None.
Method    Codes and full names after folding; a state that acts in a bloc counts as its bloc.
Assumes   Membership on the last day covered; countries in the rest of the world are left out.
Not here  Dates of membership and rules of clubs: see `oreacle.world.institutions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from oreacle.core.labels import REST_OF_WORLD
from oreacle.core.spelling import fold
from oreacle.world.snapshot import World


@dataclass(frozen=True)
class ClubNames:
    """The clubs of one world.

    Attributes
    ----------
    ids
        Code of a club by folded code and name.
    members
        Trade actors in each club, by its code.
    """

    ids: Mapping[str, str]
    members: Mapping[str, frozenset[str]]

    def find(self, name: str) -> str | None:
        """Return the code of the club that a name means, None if there is none yet."""
        return self.ids.get(fold(name))


NO_CLUBS = ClubNames({}, {})


def club_names(world: World) -> ClubNames:
    """Return the clubs of a world that exist on the last day covered."""
    institutions, territory = world.institutions, world.territory
    known = {code: club for code, club in institutions.clubs.items() if not club.dissolved}
    ids = {fold(club.name): code for code, club in known.items()}
    ids |= {fold(code): code for code in known}
    actors = set(territory.actors)
    members = {}
    for code in known:
        countries = institutions.members(code)
        seats = {c if c in actors else territory.actor_of.get(c, REST_OF_WORLD) for c in countries}
        members[code] = frozenset(seats - {REST_OF_WORLD})
    return ClubNames(ids, members)
