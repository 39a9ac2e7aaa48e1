"""Joint threats: what several suppliers can do together that none can do alone.

Does      Clears a cut by all of several suppliers beside the cut by each, and seeks the smallest
          set of suppliers whose joint cut costs a target more than a given loss.
Units     USD/yr.
Method    The joint loss less the sum of single losses is how much each one alone is made up for
          by the others: positive where they are each other's substitutes. Sets are tried by size,
          all of a size before the next, up to `MOST_SETS` of a size; beyond that by adding the
          supplier that raises the loss most, which bounds the smallest set from above.
Assumes   As for single threats; the suppliers act at once and bear no cost of agreeing.
Not here  Single threats: see `oreacle.market.leverage.matrix`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from oreacle.core.errors import MarketError
from oreacle.market.leverage.cases import Arena
from oreacle.market.leverage.command import PLACE
from oreacle.market.leverage.matrix import actor_codes, arena_of, check_link, pairs_of
from oreacle.market.leverage.threats import Threats
from oreacle.world.snapshot import World

MOST_SETS = 2000
"""Sets of one size that are all cleared; assumed: about a second of one core."""


@dataclass(frozen=True)
class JointThreat:
    """A cut by several suppliers at once, in one mineral.

    Attributes
    ----------
    mineral, suppliers, target
        Who cuts whom off from what; suppliers in the order in which they were named.
    loss
        The target's loss under the joint cut [USD/yr]; NaN if it did not clear.
    single
        Its loss under the cut by each supplier alone [USD/yr]; exactly 0 without trade.
    own_cost
        What the joint cut costs each supplier [USD/yr].
    use_lost
        The target's lost use under the joint cut [t/yr].
    price_rise
        Delivered price at the target over that before, less one [1].
    failed
        Cases that did not clear.
    """

    mineral: str
    suppliers: tuple[str, ...]
    target: str
    loss: float
    single: tuple[float, ...]
    own_cost: tuple[float, ...]
    use_lost: float
    price_rise: float
    failed: int

    @property
    def added(self) -> float:
        """Joint loss less the sum of single losses [USD/yr]: what acting together adds."""
        return self.loss - sum(self.single)


@dataclass(frozen=True)
class SmallestSet:
    """The smallest set of suppliers whose joint cut costs a target more than asked.

    Attributes
    ----------
    suppliers
        The set, the costliest of its size; empty if even all suppliers together do not reach it.
    loss
        What its joint cut costs the target; of all suppliers if none reaches the loss [USD/yr].
    is_exact
        False if a smaller set was not ruled out, because there are too many to clear.
    cases, failed
        Sets cleared, and those that did not clear.
    """

    suppliers: tuple[str, ...]
    loss: float
    is_exact: bool
    cases: int
    failed: int


def joint_threat(
    world: World,
    mineral: str,
    suppliers: Sequence[str],
    target: str,
    *,
    by: str = PLACE,
    link: str | None = None,
    threads: int = 1,
) -> JointThreat:
    """Return what a joint cut costs a target beside the cut by each supplier alone.

    Parameters
    ----------
    world, mineral
        The world snapshot and the mineral.
    suppliers
        Two actors or more.
    target
        Who is cut off.
    by, link, threads
        As for `oreacle.market.leverage.matrix.leverage`.

    Raises
    ------
    ScenarioError
        ORE-SCN-002, 003 or 015 on unknown names.
    MarketError
        ORE-MKT-040 or 041 as `leverage`; ORE-MKT-042 if fewer than two suppliers are named, one
        twice, or the target among them.
    """
    arena = arena_of(world, mineral, by)
    codes, aimed = _named(world, arena, suppliers, target)
    sets = [tuple(codes), *((code,) for code in codes)]
    whole = [tuple(codes)] * len(codes)
    threats = _threats(arena, [*sets, *whole], aimed, check_link(link))
    makers = np.array([codes[0], *codes, *codes])
    found = arena.run(threats, makers, threads=threads)
    count = len(codes)
    trades = pairs_of(arena, link).exposure[codes, aimed] > 0.0
    single = np.where(trades, found.loss[1 : 1 + count], 0.0)
    return JointThreat(
        mineral=mineral,
        suppliers=tuple(arena.actors[code] for code in codes),
        target=arena.actors[aimed],
        loss=float(found.loss[0]) if trades.any() else 0.0,
        single=tuple(float(value) for value in single),
        own_cost=tuple(float(value) for value in found.own_cost[1 + count :]),
        use_lost=float(found.use_lost[0]),
        price_rise=float(found.price_rise[0]),
        failed=found.take(slice(0, 1 + count)).failed,
    )


def smallest_set(
    world: World,
    mineral: str,
    target: str,
    loss: float,
    *,
    by: str = PLACE,
    threads: int = 1,
) -> SmallestSet:
    """Return the smallest set of suppliers whose joint cut costs the target more than `loss`.

    Parameters
    ----------
    world, mineral
        The world snapshot and the mineral.
    target
        Who is cut off.
    loss
        Threshold [USD/yr], zero or more.
    by, threads
        As for `oreacle.market.leverage.matrix.leverage`.

    Raises
    ------
    ScenarioError
        ORE-SCN-002, 003 or 015 on unknown names.
    MarketError
        ORE-MKT-040 as `leverage`; ORE-MKT-043 if `loss` is negative or not a number.
    """
    if not loss >= 0.0:
        raise MarketError(
            "ORE-MKT-043",
            f"a loss of {loss} USD a year is no threshold.",
            why="every set of suppliers, or none, would pass it.",
            fix="give a loss of zero or more, such as 1e9.",
        )
    arena = arena_of(world, mineral, by)
    aimed = int(actor_codes(world, arena, (target,))[0])
    exposure = pairs_of(arena).exposure[:, aimed]
    search = _Search(arena, np.flatnonzero(exposure > 0.0), aimed, threads)
    return search.seek(loss)


class _Search:
    """Clears sets of suppliers of one target and remembers what each costs it."""

    def __init__(self, arena: Arena, suppliers: np.ndarray, target: int, threads: int) -> None:
        self._arena, self._target, self._threads = arena, target, threads
        self._suppliers = tuple(int(code) for code in suppliers)
        self._cases = self._failed = 0

    def seek(self, loss: float) -> SmallestSet:
        """Return the smallest set above a loss."""
        if not self._suppliers:
            return self._found((), 0.0, is_exact=True)
        everyone, whole = self._best([self._suppliers])
        if not whole > loss:
            return self._found((), whole, is_exact=not np.isnan(whole))
        for size in range(1, len(self._suppliers)):
            if comb(len(self._suppliers), size) > MOST_SETS:
                return self._greedy(loss)
            best, value = self._best(list(combinations(self._suppliers, size)))
            if value > loss:
                return self._found(best, value, is_exact=self._failed == 0)
        return self._found(everyone, whole, is_exact=self._failed == 0)

    def _greedy(self, loss: float) -> SmallestSet:
        chosen: tuple[int, ...] = ()
        value = 0.0
        while not value > loss:
            left = [code for code in self._suppliers if code not in chosen]
            chosen, value = self._best([(*chosen, code) for code in left])
        return self._found(chosen, value, is_exact=False)

    def _best(self, sets: Sequence[tuple[int, ...]]) -> tuple[tuple[int, ...], float]:
        threats = _threats(self._arena, sets, self._target, check_link(None))
        makers = np.array([one[0] for one in sets])
        found = self._arena.run(threats, makers, threads=self._threads)
        self._cases += len(sets)
        self._failed += found.failed
        losses = np.where(np.isnan(found.loss), -np.inf, found.loss)
        best = int(losses.argmax())
        return sets[best], float(found.loss[best])

    def _found(self, codes: tuple[int, ...], loss: float, *, is_exact: bool) -> SmallestSet:
        names = tuple(self._arena.actors[code] for code in codes)
        return SmallestSet(names, loss, is_exact, self._cases, self._failed)


def _threats(
    arena: Arena, sets: Sequence[tuple[int, ...]], target: int, cut: Sequence[str]
) -> Threats:
    """Return one threat for each set of suppliers; shares that they control add up."""
    held = {
        link: np.stack([arena.share[link][list(one)].sum(axis=0) for one in sets])
        * float(link in cut)
        for link in ("ore", "refined")
    }
    return Threats(
        np.minimum(held["ore"], 1.0),
        np.minimum(held["refined"], 1.0),
        np.full(len(sets), target, dtype=np.int64),
        np.zeros(len(sets), dtype=bool),
    )


def _named(
    world: World, arena: Arena, suppliers: Sequence[str], target: str
) -> tuple[list[int], int]:
    codes = [int(code) for code in actor_codes(world, arena, suppliers)]
    aimed = int(actor_codes(world, arena, (target,))[0])
    if len(codes) < 2 or len(set(codes)) < len(codes) or aimed in codes:
        raise MarketError(
            "ORE-MKT-042",
            f"{', '.join(suppliers) or 'nobody'} against {target} is no joint threat.",
            why="it takes two different suppliers or more, and the target is none of them.",
            fix="name them like CHN,RUS and a target like USA.",
        )
    return codes, aimed
