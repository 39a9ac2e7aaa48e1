"""Names that people write, and the codes that the model knows.

Does      Finds the mineral, actor or place that a written name means, or says which is near.
Units     None.
Method    Exact match after folding case, accents, dots, hyphens and underscores; never a guess.
Assumes   Only governments that the world tells apart can act; a member of a bloc acts with it.
Not here  Codes of publishers: see `oreacle.data.codes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import REST_OF_WORLD, suggestion
from oreacle.core.spelling import fold, shown
from oreacle.data.codes import country_names
from oreacle.scenario.club_names import NO_CLUBS, ClubNames, club_names
from oreacle.scenario.route_names import NO_ROUTES, RouteNames, route_names
from oreacle.world.snapshot import World

EVERYONE_WORDS = frozenset({"everyone", "everybody", "all", "all countries", "world", "wld"})
__all__ = [
    "AMBIGUOUS",
    "COUNTRY_ALIASES",
    "EVERYONE_WORDS",
    "MINERAL_ALIASES",
    "NameBook",
    "fold",
    "name_book",
    "shown",
]
AMBIGUOUS = {"congo": ("COD", "COG"), "korea": ("KOR", "PRK"), "guineas": ("GIN", "GNB", "GNQ")}
"""Names that mean more than one country: a guess would be a wrong answer in silence."""
COUNTRY_ALIASES = {
    "US": "USA",
    "United States of America": "USA",
    "UK": "GBR",
    "Great Britain": "GBR",
    "Britain": "GBR",
    "PRC": "CHN",
    "People's Republic of China": "CHN",
    "DRC": "COD",
    "DR Congo": "COD",
    "Congo-Kinshasa": "COD",
    "Republic of the Congo": "COG",
    "Congo-Brazzaville": "COG",
    "Republic of Korea": "KOR",
    "DPRK": "PRK",
    "Russian Federation": "RUS",
    "European Union": "EU",
    "EU27": "EU",
    "Turkey": "TUR",
    "Burma": "MMR",
    "Ivory Coast": "CIV",
    "Viet Nam": "VNM",
    "Czech Republic": "CZE",
    "UAE": "ARE",
    "Lao PDR": "LAO",
    "Rest of the world": REST_OF_WORLD,
}
MINERAL_ALIASES = {
    "aluminum": "aluminium",
    "heavy rare earths": "rare_earths_heavy",
    "light rare earths": "rare_earths_light",
    "phosphate rock": "phosphate",
    "fluorite": "fluorspar",
}


@dataclass(frozen=True)
class NameBook:
    """The names of one world.

    Attributes
    ----------
    minerals
        Slug by folded spelling.
    places
        Code of a country or bloc by folded spelling.
    actor_of
        Actor by country that the world tells apart.
    pooled
        Code by folded spelling of countries that are part of the rest of the world.
    measures
        Mineral by row of the policy register.
    spoken
        Names to suggest for a place.
    first_year, last_year
        Years that can be simulated.
    routes
        Names of passages, corridors and gateways.
    clubs
        Returns the names of clubs with their members; read when first asked for.
    """

    minerals: Mapping[str, str]
    places: Mapping[str, str]
    actor_of: Mapping[str, str]
    pooled: Mapping[str, str]
    measures: Mapping[str, str]
    spoken: tuple[str, ...]
    first_year: int
    last_year: int
    routes: RouteNames = NO_ROUTES
    clubs: Callable[[], ClubNames] = lambda: NO_CLUBS

    def route(self, name: str) -> str:
        """Return the id of the one route that a name means.

        Raises
        ------
        ScenarioError
            ORE-SCN-030 if it is unknown, ORE-SCN-033 if it means several.
        """
        return self.routes.one(name)

    def mineral(self, name: str) -> str:
        """Return the slug of a mineral.

        Raises
        ------
        ScenarioError
            ORE-SCN-002 if it is unknown, with the nearest valid names.
        """
        found = self.minerals.get(fold(name))
        if found is not None:
            return found
        near = suggestion(fold(name).replace(" ", "_"), sorted(set(self.minerals.values())))
        raise ScenarioError(
            "ORE-SCN-002",
            f"unknown mineral '{shown(name)}'.",
            why="nothing is known about its supply chain.",
            fix=f"{near} `oreacle world minerals` shows all.".strip(),
        )

    def place(self, name: str) -> str:
        """Return the code of a country or bloc.

        Raises
        ------
        ScenarioError
            ORE-SCN-003 if it is unknown, ORE-SCN-014 if it means several countries,
            ORE-SCN-015 if the world does not tell it apart.
        """
        folded = fold(name).removeprefix("the ")
        if folded in AMBIGUOUS:
            self._refuse_ambiguous(name, AMBIGUOUS[folded])
        if folded in self.places:
            return self.places[folded]
        if folded in self.pooled:
            raise ScenarioError(
                "ORE-SCN-015",
                f"'{shown(name)}' ({self.pooled[folded]}) is part of the rest of the world.",
                why="its own mines, refineries and trade are too small to be told apart.",
                fix=f"write {REST_OF_WORLD} for all of them; `oreacle world info` lists others.",
            )
        near = suggestion(shown(name), self.spoken)
        raise ScenarioError(
            "ORE-SCN-003",
            f"unknown actor or country '{shown(name)}'.",
            why="the measure would touch nobody.",
            fix=f"{near} `oreacle world info` lists all.".strip(),
        )

    def target(self, name: str) -> str:
        """Return the actor that a measure can aim at.

        Raises
        ------
        ScenarioError
            As `place`; ORE-SCN-015 also for a member of a bloc.
        """
        code = self.place(name)
        actor = self.actor_of.get(code, code)
        if actor != code:
            raise ScenarioError(
                "ORE-SCN-015",
                f"'{shown(name)}' ({code}) is in the trade actor {actor}.",
                why=f"export rules are made by {actor} and aimed at {actor}, not at one member.",
                fix=f"write {actor} for all its members.",
            )
        return actor

    def actor(self, name: str) -> str:
        """Return the actor that can impose a measure.

        Raises
        ------
        ScenarioError
            As `target`; ORE-SCN-015 also for the rest of the world.
        """
        code = self.target(name)
        if code == REST_OF_WORLD:
            raise ScenarioError(
                "ORE-SCN-015",
                "the rest of the world cannot impose a measure.",
                why="it is many governments, not one.",
                fix="name one actor; `oreacle world info` lists all.",
            )
        return code

    def measure(self, measure_id: str, mineral: str) -> str:
        """Return the row of the policy register, if it is about the mineral.

        Raises
        ------
        ScenarioError
            ORE-SCN-008 if there is no such measure on the mineral.
        """
        if self.measures.get(measure_id) == mineral:
            return measure_id
        on_mineral = [key for key, about in self.measures.items() if about == mineral]
        raise ScenarioError(
            "ORE-SCN-008",
            f"no measure '{shown(measure_id)}' on {mineral} is in the register.",
            why="lifting it could not change anything.",
            fix=f"{suggestion(measure_id, on_mineral)} `oreacle world mineral {mineral}` lists its "
            "measures.".strip(),
        )

    def _refuse_ambiguous(self, name: str, codes: Iterable[str]) -> None:
        raise ScenarioError(
            "ORE-SCN-014",
            f"'{shown(name)}' can mean {' or '.join(codes)}.",
            why="the model does not guess which country is meant.",
            fix=f"write {' or '.join(codes)}.",
        )


def name_book(world: World) -> NameBook:
    """Return the names that can be used with `world`."""
    named = dict(zip(world.countries["country"], world.countries["name"], strict=True))
    actor_of = dict(world.territory.actor_of)
    codes = {**{code: code for code in actor_of}, **{a: a for a in world.territory.actors}}
    full = {str(name): str(code) for code, name in named.items() if code in codes}
    aliases = {alias: code for alias, code in COUNTRY_ALIASES.items() if code in codes}
    places = {fold(name): code for name, code in {**aliases, **full, **codes}.items()}
    everybody = {name: code for code, name in country_names().items()} | COUNTRY_ALIASES
    pooled = {fold(name): code for name, code in everybody.items() if code not in codes}
    pooled |= {fold(code): code for code in everybody.values() if code not in codes}
    titles = dict(zip(world.minerals["name"], world.minerals["mineral"], strict=True))
    slugs = {slug: slug for slug in world.mineral_names}
    minerals = {**MINERAL_ALIASES, **titles, **slugs}
    return NameBook(
        minerals={fold(str(n)): str(slug) for n, slug in minerals.items() if slug in slugs},
        places=places,
        actor_of=actor_of,
        pooled={name: code for name, code in pooled.items() if name not in places},
        measures={m.measure_id: m.mineral for m in world.measures},
        spoken=tuple(dict.fromkeys([*codes, *full, *aliases])),
        first_year=world.base_year + 1,
        last_year=int(world.demand_paths.groupby("mineral")["year"].max().min()),
        routes=route_names(world),
        clubs=lru_cache(maxsize=1)(partial(club_names, world)),
    )
