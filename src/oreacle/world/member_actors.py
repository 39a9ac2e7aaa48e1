"""Who sits at a table: names of countries and clubs as trade actors of the model.

Does      Turns a list of names, each a trade actor, a country or a club, into distinct trade
          actors; names the members that the model does not tell apart.
Units     None.
Method    A name is a trade actor first, then a country, then a club with its members of the day.
          A state of the European Union acts with the Union. Actors stand in the order of the
          names, members of a club in that of their codes.
Assumes   The Union is that of the base year, whatever the day: flows of the model are not split
          further.
Not here  Who is a member: see `oreacle.world.institutions`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from oreacle.core.errors import DataError
from oreacle.core.labels import REST_OF_WORLD, suggestion
from oreacle.core.spelling import fold, shown
from oreacle.data.codes import EUROPEAN_UNION, country_names
from oreacle.world.institutions import Institutions
from oreacle.world.periods import Moment
from oreacle.world.snapshot import World
from oreacle.world.territory import Territory


@dataclass(frozen=True)
class MemberActors:
    """The trade actors that names stand for.

    Attributes
    ----------
    actors
        Distinct trade actors, in the order of the names.
    left_out
        Codes of members of clubs that the model counts to the rest of the world.
    notes
        What to say beside it, one sentence each: who acts with the Union, for whom the Union
        stands, who is left out, whose membership is not settled on the day.
    clubs
        Codes of the clubs among the names.
    """

    actors: tuple[str, ...]
    left_out: tuple[str, ...]
    notes: tuple[str, ...]
    clubs: tuple[str, ...] = ()


def member_actors(
    world: World,
    names: Sequence[str],
    on: Moment | None = None,
    *,
    aliases: Mapping[str, str] | None = None,
) -> MemberActors:
    """Return the trade actors that a list of names stands for.

    Parameters
    ----------
    world
        Gives actors, countries and clubs.
    names
        Trade actors, countries and clubs, by code or English name; case does not count.
    on
        Day, month or year of membership in clubs; None for the last day covered.
    aliases
        Further spellings: code by folded name, such as the places of a book of names.

    Raises
    ------
    DataError
        ORE-DAT-163 if a name is unknown or the list is empty; ORE-DAT-164 if a named country is
        part of the rest of the world; ORE-DAT-165 if a club had no member in the period, or none
        that the model tells apart; ORE-DAT-092 if the date cannot be read or is after the last
        day covered.

    Examples
    --------
    >>> from oreacle.world.load import load_world
    >>> table = member_actors(load_world(), ["Germany", "QUAD", "Japan"])
    >>> table.actors
    ('EU', 'AUS', 'IND', 'JPN', 'USA')
    >>> table.notes
    ('Germany acts with the trade actor EU.',)
    """
    seats = _Seats(world.territory, world.institutions, on)
    places = {**(aliases or {}), **_places(world)}
    for name in names:
        seats.add(name, places.get(fold(name).removeprefix("the ")))
    if not seats.actors:
        raise DataError(
            "ORE-DAT-163",
            "no member is named.",
            why="there is nobody to cooperate with.",
            fix="name trade actors, countries or clubs, such as USA, Japan or QUAD.",
        )
    return MemberActors(
        tuple(seats.actors),
        tuple(seats.left_out),
        tuple(dict.fromkeys(seats.notes)),
        tuple(seats.named),
    )


def _places(world: World) -> dict[str, str]:
    """Return codes of actors and countries that the world tells apart, by folded spelling."""
    territory = world.territory
    named = zip(world.countries["name"], world.countries["country"], strict=True)
    full = {str(name): str(code) for name, code in named}
    codes = {code: code for code in (*territory.actor_of, *territory.actors)}
    return {fold(name): code for name, code in {**full, **codes}.items()}


@dataclass
class _Seats:
    """Collects actors name by name; dictionaries keep the order."""

    territory: Territory
    clubs: Institutions
    on: Moment | None
    actors: dict[str, None] = field(default_factory=dict)
    left_out: dict[str, None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    named: dict[str, None] = field(default_factory=dict)

    def add(self, name: str, place: str | None) -> None:
        if place is not None and place != REST_OF_WORLD:
            actor = self.territory.actor_of.get(place, place)
            if actor != place:
                self.notes.append(f"{shown(name)} acts with the trade actor {actor}.")
            self.actors[actor] = None
            return
        if place == REST_OF_WORLD:
            raise _pooled(name, "it is many governments, not one")
        self._refuse_pooled(name)
        self._club(self._code_of_club(name))

    def _club(self, code: str) -> None:
        members = self.clubs.members(code, self.on)
        found = {country: self._actor(country) for country in members}
        if not any(found.values()):
            raise DataError(
                "ORE-DAT-165",
                f"{code} has no member that the model knows on {self.on or self.clubs.as_of}.",
                why="nobody would act for it.",
                fix=f"name another day or the countries; `oreacle world clubs {code}` shows who "
                "was in it.",
            )
        self.named[code] = None
        self.actors.update(dict.fromkeys(actor for actor in found.values() if actor))
        absent = [country for country, actor in found.items() if actor is None]
        self.left_out.update(dict.fromkeys(absent))
        if absent:
            self.notes.append(f"{code}: not told apart by the model: {', '.join(absent)}.")
        self._note_union(code, members)
        open_ones = self.clubs.unsettled(code, self.on)
        if open_ones:
            self.notes.append(f"{code}: not settled on the day: {', '.join(open_ones)}.")

    def _note_union(self, code: str, members: Sequence[str]) -> None:
        union = self.territory.members(EUROPEAN_UNION)
        inside = [country for country in members if country in union]
        if inside and EUROPEAN_UNION not in members and len(inside) < len(union):
            self.notes.append(
                f"{code}: {EUROPEAN_UNION} stands for {len(inside)} of its {len(union)} states."
            )

    def _actor(self, country: str) -> str | None:
        if country in self.territory.actors and country != REST_OF_WORLD:
            return country
        actor = self.territory.actor_of.get(country, REST_OF_WORLD)
        return None if actor == REST_OF_WORLD else actor

    def _refuse_pooled(self, name: str) -> None:
        named = {fold(code): code for code in country_names()}
        named |= {fold(full): code for code, full in country_names().items()}
        if fold(name) in named:
            raise _pooled(name, f"{named[fold(name)]} is part of the rest of the world")

    def _code_of_club(self, name: str) -> str:
        try:
            return self.clubs.code_of(name)
        except DataError as error:
            spoken = [*self.territory.actors, *self.territory.actor_of, *self.clubs.clubs]
            near = suggestion(shown(name), spoken) or suggestion(shown(name).upper(), spoken)
            raise DataError(
                "ORE-DAT-163",
                f"'{shown(name)}' is no trade actor, country or club.",
                why="a table with one member less would be another table.",
                fix=f"{near} `oreacle world info` lists countries, `oreacle world clubs` "
                "clubs.".strip(),
            ) from error


def _pooled(name: str, what: str) -> DataError:
    return DataError(
        "ORE-DAT-164",
        f"'{shown(name)}' is no trade actor of the model: {what}.",
        why="its own mines, refineries and trade are not told apart, so nothing can be said of "
        "what it gains.",
        fix="leave it out, or name a country that `oreacle world info` lists.",
    )
