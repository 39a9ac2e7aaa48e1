"""Who commands whose exports: by place or by ownership, and whose economy money counts against.

Does      Returns the share of each country's exports that an actor commands, and books of money.
Units     Shares [1]; USD/yr.
Method    By place, an actor commands what leaves its customs territory. By ownership, it commands
          in every country the share of output that it controls (table `ownership_control`).
Assumes   Control is the power to direct sales: who controls three tenths of a country's output can
          keep three tenths of its exports from any one customer, whatever the host government
          says. An owner that no source names is the actor where the output lies.
Not here  What a threat does to the market: see `oreacle.market.leverage.threats`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import MarketError
from oreacle.data.ownership.control import UNKNOWN
from oreacle.market.incomes import Pieces
from oreacle.market.owners import Owners, located_owners, mineral_owners
from oreacle.market.problem import Problem
from oreacle.market.welfare import OWNED
from oreacle.world.snapshot import World

PLACE, OWNER = "place", "owner"
STAGE_OF = {"ore": "mined", "refined": "refined"}


def check_by(by: str) -> str:
    """Return `by` if it is ``place`` or ``owner``; else raise MarketError ORE-MKT-040."""
    if by in (PLACE, OWNER):
        return by
    raise MarketError(
        "ORE-MKT-040",
        f"power by '{by}' is not known.",
        why="it is not clear whose exports an actor could stop.",
        fix=f"ask by '{PLACE}' (what leaves its territory) or by '{OWNER}' (what it controls).",
    )


def actor_axis(world: World, by: str) -> tuple[str, ...]:
    """Return the actors that can threaten, in alphabetical order."""
    if by == PLACE:
        return world.territory.actors
    owners = set(world.ownership.control["owner_actor"].astype(str)) - {UNKNOWN}
    return tuple(sorted({*world.territory.actors, *owners}))


@dataclass(frozen=True)
class Command:
    """Command over exports of one mineral.

    Attributes
    ----------
    actors
        Who can threaten.
    share
        Share of the exports of each country that an actor commands, for ``ore`` and ``refined``,
        shape (actor, tail) [1].
    owners
        Whom profit belongs to when the own cost of a threat is counted.
    """

    actors: tuple[str, ...]
    share: dict[str, np.ndarray]
    owners: Owners


def command_of(world: World, problem: Problem, by: str = PLACE) -> Command:
    """Return who commands the exports of a mineral, by place or by ownership.

    Raises
    ------
    MarketError
        ORE-MKT-040 if `by` is neither.
    """
    actors = actor_axis(world, check_by(by))
    located = located_owners(world.territory)
    owners = located if by == PLACE else mineral_owners(world, problem.mineral)
    share = {}
    for link, tails in (("ore", problem.miners), ("refined", problem.refiners)):
        matrix = owners.matrix(STAGE_OF[link], tails)
        wide = np.zeros((len(actors), len(tails)))
        wide[[actors.index(actor) for actor in owners.actors]] = matrix.T
        share[link] = wide
    return Command(actors, share, owners)


class Ledger:
    """Sums money at places by actor.

    Parameters
    ----------
    owners
        Whom profits of mines and refineries belong to.
    actors
        Order of the sums.
    """

    def __init__(self, owners: Owners, actors: Sequence[str]) -> None:
        self._owners = owners
        self._columns = [owners.actors.index(actor) for actor in actors if actor in owners.actors]
        self._places = [k for k, actor in enumerate(actors) if actor in owners.actors]
        self._size = len(actors)
        self._matrices: dict[tuple[str | None, tuple[str, ...]], np.ndarray] = {}

    def total(self, kinds: dict[str, Pieces]) -> np.ndarray:
        """Return the sum of all kinds of money by actor, shape (case, actor) [USD/yr]."""
        parts = [
            values @ self._matrix(OWNED.get(name), tuple(places))
            for name, pieces in kinds.items()
            for places, values in pieces
        ]
        return np.asarray(sum(parts))

    def _matrix(self, stage: str | None, places: tuple[str, ...]) -> np.ndarray:
        key = stage, places
        if key not in self._matrices:
            wide = np.zeros((len(places), self._size))
            wide[:, self._places] = self._owners.matrix(stage, places)[:, self._columns]
            self._matrices[key] = wide
        return self._matrices[key]


def actor_gdp(world: World) -> dict[str, float]:
    """Return gross domestic product by actor [USD/yr]; NaN where that of a member is not known."""
    table, actors = world.countries, world.territory.actors
    if "gdp_usd" not in table:
        return dict.fromkeys(actors, np.nan)
    sizes = table["gdp_usd"].astype(float)
    known = dict(zip(table["country"].astype(str), sizes, strict=True))
    members = world.territory.members
    return {
        actor: float(sum(known.get(country, np.nan) for country in members(actor)))
        for actor in actors
    }
