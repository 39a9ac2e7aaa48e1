"""Which links and ways a measure on trade touches.

Does      Marks direct links and indirect ways by who exports, who imports and what customs see.
Units     Boolean arrays.
Method    A shipment is seen where it first leaves the exporter's territory and where it last
          comes from before the importer's: a measure aimed at the user is blind to an entrepot
          before it, unless it follows the tonnes (extraterritorial, rules of origin).
Assumes   Membership of the base year.
Not here  What a measure does to what it touches: see `oreacle.market.apply.trade`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from oreacle.core.labels import EVERYONE
from oreacle.market.ways import Ways
from oreacle.world.territory import Territory


class Hit(NamedTuple):
    """What a measure touches.

    Attributes
    ----------
    direct
        Direct links that it holds on, shape (tail, head).
    ways
        Indirect ways that it holds on, shape (way,).
    around
        Indirect ways by which its targets are reached all the same, shape (way,).
    """

    direct: np.ndarray
    ways: np.ndarray
    around: np.ndarray

    def joined(self, other: Hit) -> Hit:
        """Return what either of two measures touches."""
        ways = self.ways | other.ways
        return Hit(self.direct | other.direct, ways, (self.around | other.around) & ~ways)


class Places:
    """Actors at the ends of the links of one kind, and along their ways.

    Parameters
    ----------
    territory
        Which actor each country belongs to.
    tails, heads
        Countries at the ends.
    ways
        Indirect ways; None if there are none.
    """

    def __init__(
        self,
        territory: Territory,
        tails: Sequence[str],
        heads: Sequence[str],
        ways: Ways | None,
    ) -> None:
        actor_of = territory.actor_of
        self._exporter = np.array([actor_of[country] for country in tails])
        self._importer = np.array([actor_of[country] for country in heads])
        self._outside = territory.is_outside(tails, heads)
        self._territory = territory
        self._hits: dict[tuple[object, ...], Hit] = {}
        nobody = np.zeros(0, dtype=np.int64)
        tail, head = (nobody, nobody) if ways is None else (ways.tail, ways.head)
        via = np.array([actor_of.get(v, v) for v in (() if ways is None else ways.via)], dtype=str)
        self._way_exporter, self._way_importer = self._exporter[tail], self._importer[head]
        self._way_outside = np.zeros(0, dtype=bool) if ways is None else ways.outside
        self._first = np.where(via == self._way_exporter, self._way_importer, via)
        self._last = np.where(via == self._way_importer, self._way_exporter, via)

    def exports(self, actor: str, targets: Sequence[str], *, follows: bool = False) -> Hit:
        """Return what a measure on exports of `actor` to `targets` touches.

        Parameters
        ----------
        actor
            Who takes the measure.
        targets
            Actors aimed at; empty, or holding `WLD`, for everyone outside the territory.
        follows
            True if the measure follows the tonnes to their user.

        Raises
        ------
        ScenarioError
            ORE-SCN-003 or 015 on a name that is not one of an actor.
        """
        key = ("exports", actor, tuple(targets), follows)
        if key not in self._hits:
            self._hits[key] = self._find_exports(actor, targets, follows)
        return self._hits[key]

    def imports(self, actor: str, origins: Sequence[str], *, follows: bool = False) -> Hit:
        """Return what a measure on imports of `actor` from `origins` touches.

        Parameters
        ----------
        actor
            Who takes the measure.
        origins
            Actors aimed at; empty, or holding `WLD`, for everyone outside the territory.
        follows
            True under rules of origin: goods are taken by where they were made, not by where
            they come from.

        Raises
        ------
        ScenarioError
            As `exports`.
        """
        key = ("imports", actor, tuple(origins), follows)
        if key not in self._hits:
            self._hits[key] = self._find_imports(actor, origins, follows)
        return self._hits[key]

    def between(self, sender: str, target: str, *, follows: bool) -> Hit:
        """Return what a stop of all trade between two actors touches; raises as `exports`."""
        out = self.exports(sender, (target,), follows=follows)
        hit = out.joined(self.imports(sender, (target,)))
        return hit.joined(self.imports(sender, (target,), follows=True)) if follows else hit

    def _find_exports(self, actor: str, targets: Sequence[str], follows: bool) -> Hit:
        acting, aimed = self._codes(actor, targets)
        direct = self._outside & (self._exporter == acting)[:, None] & _among(self._importer, aimed)
        own = self._way_outside & (self._way_exporter == acting)
        reached = own & _among(self._way_importer, aimed)
        ways = own & _among(self._first, aimed)
        ways = ways | reached if follows else ways
        return Hit(direct, ways, reached & ~ways)

    def _find_imports(self, actor: str, origins: Sequence[str], follows: bool) -> Hit:
        acting, aimed = self._codes(actor, origins)
        from_them = _among(self._exporter, aimed)[:, None]
        direct = self._outside & from_them & (self._importer == acting)
        own = self._way_outside & (self._way_importer == acting)
        made_there = own & _among(self._way_exporter, aimed)
        ways = made_there if follows else own & _among(self._last, aimed)
        return Hit(direct, ways, made_there & ~ways)

    def _codes(self, actor: str, others: Sequence[str]) -> tuple[str, tuple[str, ...] | None]:
        """Return the codes of an actor and of those aimed at, None for everyone."""
        acting = self._territory.acting
        aimed = None if is_everyone(others) else tuple(acting(name) for name in others)
        return acting(actor), aimed


def _among(actors: np.ndarray, aimed: tuple[str, ...] | None) -> np.ndarray:
    return np.ones(actors.shape, dtype=bool) if aimed is None else np.isin(actors, aimed)


def is_everyone(names: Sequence[str]) -> bool:
    """Return True if a list of targets or origins stands for everyone."""
    return not names or EVERYONE in (name.upper() for name in names)
