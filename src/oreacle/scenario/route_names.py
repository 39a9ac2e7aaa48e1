"""Names of passages, corridors and ports as people write them.

Does      Finds the routes that a written name means, and the minerals whose trade uses them.
Units     None.
Method    Ids and names of the tables, without words such as "strait of" or "corridor"; some further
          spellings are listed. Exact match, never a guess.
Assumes   A port that serves several countries is closed for all of them.
Not here  Which way trade takes: see `oreacle.world.routing`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import suggestion
from oreacle.core.spelling import fold, shown
from oreacle.market.policies.routes import RoutePolicy
from oreacle.market.route_use import minerals_touched
from oreacle.world.snapshot import World

ALIASES: Mapping[str, tuple[str, ...]] = {
    "malacca and singapore": ("malacca",),
    "bab al mandab": ("babelmandeb",),
    "bab el mandab": ("babelmandeb",),
    "red sea": ("babelmandeb", "suez"),
    "ormuz": ("hormuz",),
    "turkish": ("bosporus", "dardanelles"),
    "black sea": ("bosporus", "dardanelles"),
    "bosphorus": ("bosporus",),
    "cape": ("cape",),
    "formosa": ("taiwan",),
    "oresund": ("danish",),
    "baltic": ("danish", "kiel"),
    "english channel": ("dover",),
    "drake passage": ("magellan",),
    "northern sea": ("nsr",),
    "arctic": ("nsr",),
    "middle": ("TITR",),
    "trans caspian": ("TITR",),
    "trans siberian": ("TSR",),
    "china europe rail": ("NORTHERN-EURASIA",),
    "china europe": ("NORTHERN-EURASIA",),
    "north south to durban": ("NSC-DURBAN",),
    "walvis bay": ("WBNLDC",),
    "tazara": ("TAZARA",),
    "simandou": ("SIMANDOU",),
    "trans kalahari": ("TKC",),
    "trans mongolian": ("TMGR",),
    "trans gabon": ("TRANSGABON",),
    "zambia lobito": ("LOBITO-ZMB",),
    "pilbara": ("PILBARA",),
    "las bambas": ("LASBAMBAS",),
}
"""Routes by folded name without the words that `bare` takes away; the tables' own names come
beside these."""
_AROUND = re.compile(
    r"^(?:the )|^(?:straits? of |cape of )|"
    r" (?:straits?|canal|passage|corridors?|route|railway|rail|line|port)$"
)


@dataclass(frozen=True)
class RouteNames:
    """Names of the routes of one world.

    Attributes
    ----------
    ids
        Ids by folded name; a name may mean several, such as the Turkish Straits.
    spoken
        Names to suggest.
    touched
        Returns the minerals whose base trade policies on routes, written for one mineral, touch.
    """

    ids: Mapping[str, tuple[str, ...]]
    spoken: tuple[str, ...]
    touched: Callable[[RoutePolicy], tuple[str, ...]]

    def find(self, name: str) -> tuple[str, ...]:
        """Return the ids of all routes that a name means.

        Raises
        ------
        ScenarioError
            ORE-SCN-030 if there are none, with the nearest names.
        """
        for spelling in (fold(name), bare(name)):
            if spelling in self.ids:
                return self.ids[spelling]
        near = suggestion(shown(bare(name)), self.spoken)
        raise ScenarioError(
            "ORE-SCN-030",
            f"unknown passage, corridor or port '{shown(name)}'.",
            why="no route would close or open.",
            fix=f"{near} `docs/passages.md` lists passages and corridors.".strip(),
        )

    def one(self, name: str) -> str:
        """Return the id of the one route that a name means.

        Raises
        ------
        ScenarioError
            ORE-SCN-030 if there is none, ORE-SCN-033 if there are several.
        """
        found = self.find(name)
        if len(found) == 1:
            return found[0]
        raise ScenarioError(
            "ORE-SCN-033",
            f"'{shown(name)}' means {' and '.join(found)}.",
            why="one policy is about one route.",
            fix="write a policy for each of them.",
        )


def bare(name: str) -> str:
    """Return a folded name without words that only say what kind of route it is.

    Examples
    --------
    >>> bare("the Strait of Malacca"), bare("Suez Canal"), bare("Lobito Corridor")
    ('malacca', 'suez', 'lobito')
    """
    folded, last = fold(name), ""
    while folded != last:
        last, folded = folded, _AROUND.sub("", folded).strip()
    return folded


def route_names(world: World) -> RouteNames:
    """Return the names of passages, corridors and gateways of a world."""
    routes = world.routes
    named = [
        *((row.corridor, row.name) for row in routes.corridors.values()),
        # What is both a passage and a corridor is closed and opened as a passage.
        *((row.chokepoint, row.name) for row in routes.chokepoints.values()),
    ]
    known = {route for route, _ in named}
    ids = _gateways(world)
    ids |= {alias: meant for alias, meant in ALIASES.items() if set(meant) <= known}
    for route, name in named:
        for part in (name, re.sub(r"\s*\(.*?\)", "", name), *name.split(": ")[1:]):
            ids[fold(part)] = ids[bare(part)] = (route,)
    # Ids come last: they are never anything else.
    ids |= {fold(route): (route,) for route, _ in named}
    ids |= {fold(row.gateway): (row.gateway,) for row in routes.gateways}
    plain = (bare(re.sub(r"\s*\(.*?\)", "", name)) for _, name in named)
    spoken = tuple(dict.fromkeys([*plain, *known, *ALIASES]))
    return RouteNames(ids, spoken, lambda policy: minerals_touched(world, policy))


def _gateways(world: World) -> dict[str, tuple[str, ...]]:
    """Return the gateways in a port, by its folded name."""
    found: dict[str, list[str]] = {}
    for row in world.routes.gateways:
        for name in {row.name, row.name.partition(" via ")[0]}:
            found.setdefault(fold(name), []).append(row.gateway)
    return {name: _once(ids) for name, ids in found.items()}


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


NO_ROUTES = RouteNames({}, (), lambda _: ())
