"""Audit of simulated years: conservation of tonnes and money, signs and bounds.

Does      Says by how much each cleared market and each state breaks what must hold.
Units     Breaches are relative [1], 0 where all is well; flows t/yr, stocks t.
Method    What leaves and enters each node is added up anew from the flow of every way, and the
          absolute gaps of a stage are summed, so that a loss here does not hide a gain there. A gap
          is over the tonnes of its stage, or a hundredth of base throughput where less flows.
          Money is the identity of `oreacle.market.money`. Stocks at the end of a year are those at
          its start less what the year's markets took, grown as published use grows.
Assumes   Markets that did not solve are counted, not audited: their figures are missing in the run.
Not here  Steps and residuals of the solver: see `oreacle.market.certificate`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from oreacle.engine.markets import Cleared
from oreacle.engine.mechanisms.stocks.piece import StocksPiece
from oreacle.engine.setting import Setting
from oreacle.engine.state import State
from oreacle.market.balance import Balance, evaluate
from oreacle.market.certificate import limit_breach
from oreacle.market.curves import SHUTDOWN_SHARPNESS
from oreacle.market.links import LinkState, LinkTerms
from oreacle.market.money import money_gap
from oreacle.market.nodes import metal_supply
from oreacle.market.problem import Prices, Problem

TOLERANCE = 1e-6
"""Largest relative breach that passes [1]."""
LEAST = 1e-2
"""Tonnes over base throughput below which a gap is not taken over what flows [1]."""
MARKET_KINDS = (
    "mined = ore shipped",
    "ore received = ore refined",
    "refined = metal shipped",
    "metal received = metal used",
    "whole chain",
    "money",
    "negative tonnes",
    "above capacity",
    "above cap or quota",
    "price above choke",
)
"""What is checked in a market."""
YEAR_KINDS = ("recorded = cleared", "private stocks carried over", "state stocks carried over")
"""What is checked in a year and mineral."""
STATE_KIND = "negative in the state"
KINDS = (*MARKET_KINDS, *YEAR_KINDS, STATE_KIND)
NOT_NEGATIVE: Mapping[str, tuple[str, ...]] = {
    "stocks": ("ore", "metal", "state"),
    "exploration": ("years",),
    "finance": ("capital",),
    "recycling": ("level",),
    "shocks": ("lost",),
    "certification": ("bound", "grown"),
    "ventures": ("tonnes",),
}
"""Parts of the state, by mechanism, that can be nil but not less."""


@dataclass(frozen=True)
class Seen:
    """A cleared market.

    Attributes
    ----------
    problem, prices
        The market and its log prices over base.
    balance
        Its flows.
    solved
        True where it solved, shape (member,).
    """

    problem: Problem
    prices: Prices
    balance: Balance
    solved: np.ndarray


def market_breaches(problem: Problem, prices: Prices, balance: Balance) -> Mapping[str, np.ndarray]:
    """Return the breaches of a cleared market by `MARKET_KINDS`, shape (member,) each [1].

    Parameters
    ----------
    problem, prices
        The market and its log prices over base.
    balance
        Its flows; the excess supply in it is not read.
    """
    found = (
        *_stage_gaps(problem, balance),
        money_gap(problem, prices, balance),
        _negative(problem, balance),
        _over_capacity(problem, balance),
        np.maximum(
            limit_breach(problem.ore, balance.ore, problem.world),
            limit_breach(problem.refined, balance.metal, problem.world),
        ),
        _over_choke(problem, prices),
    )
    return dict(zip(MARKET_KINDS, (_known(one) for one in found), strict=True))


def _known(breach: np.ndarray) -> np.ndarray:
    """Return a breach with what is no number as infinite, shape (member,) [1]."""
    return np.where(np.isfinite(breach), breach, np.inf)


def carried(terms: LinkTerms, state: LinkState) -> tuple[np.ndarray, np.ndarray]:
    """Return what leaves each tail and what reaches each head over all ways [t/yr].

    Shapes (member, tail) and (member, head).
    """
    leaving, arriving = state.direct.sum(axis=2), state.direct.sum(axis=1)
    if terms.ways is not None:
        np.add.at(leaving.T, terms.ways.tail, state.way_flow.T)
        np.add.at(arriving.T, terms.ways.head, state.way_flow.T)
    return leaving, arriving


def _stage_gaps(problem: Problem, now: Balance) -> tuple[np.ndarray, ...]:
    """Return the gaps of the four stages and of the whole chain, shape (member,) each [1]."""
    ore_out, ore_in = carried(problem.ore, now.ore)
    metal_out, metal_in = carried(problem.refined, now.metal)
    refined = now.throughput + now.scrap
    ends = (now.output, now.scrap, -now.use)
    stocked = (now.ore_release + np.zeros_like(ore_in), now.metal_release + np.zeros_like(metal_in))
    whole = np.abs(sum(part.sum(axis=1) for part in (*ends, *stocked)))
    least = LEAST * problem.world

    def over(gap: np.ndarray, through: np.ndarray) -> np.ndarray:
        return np.asarray(np.abs(gap).sum(axis=1) / np.maximum(through.sum(axis=1), least))

    return (
        over(now.output - ore_out, now.output),
        over(ore_in + stocked[0] - now.throughput, now.throughput),
        over(refined - metal_out, refined),
        over(metal_in + stocked[1] - now.use, now.use),
        np.asarray(whole / np.maximum(now.use.sum(axis=1), least)),
    )


def _negative(problem: Problem, now: Balance) -> np.ndarray:
    """Return the largest amount below nil over base throughput, shape (member,) [1]."""
    tonnes = [
        *(now.output, now.throughput, now.scrap, now.use),
        *(now.ore.direct, now.metal.direct, now.ore.way_flow, now.metal.way_flow),
        *(problem.mine_slack, problem.mine_capacity, problem.demand),
        *(problem.refinery_slack, problem.refinery_capacity),
        *(problem.recycled, problem.recycled_capacity),
    ]
    stocks = problem.stocks
    if stocks is not None:
        tonnes += [stocks.ore, stocks.metal, stocks.release, stocks.purchase]
        # Nobody gives more than he has: the stock that is left.
        tonnes += [stocks.ore - now.ore_release, stocks.metal + stocks.release - now.metal_release]
    return below_nil(tonnes, problem.size) / problem.world


def below_nil(parts: Sequence[np.ndarray], members: int) -> np.ndarray:
    """Return by how much the lowest value of some arrays is below nil, shape (member,).

    Parameters
    ----------
    parts
        Arrays with the member as first axis; what is no number counts as infinitely low.
    members
        Number of members.
    """
    lowest = np.zeros(members)
    for part in parts:
        if part.size:
            least = part.reshape(members, -1).min(axis=1)
            lowest = np.minimum(lowest, np.where(np.isnan(least), -np.inf, least))
    return -lowest


def _over_capacity(problem: Problem, now: Balance) -> np.ndarray:
    """Return the largest output above what its curve can reach, over that, shape (member,) [1].

    At high prices all plants run, at base prices not quite all: output may pass capacity by
    1 / (1 - e^(3 floor)) (`oreacle.market.curves`), and no more.
    """
    most = np.zeros(problem.size)
    for made, capacity, curve in (
        (now.output, problem.mine_capacity, problem.mine_curve),
        (now.throughput, problem.refinery_capacity, problem.refinery_curve),
        (now.scrap, problem.recycled_capacity, problem.scrap_curve),
    ):
        reach = capacity / (1.0 - np.exp(SHUTDOWN_SHARPNESS * curve.floor))
        over = (made - reach) / np.maximum(reach, 1e-6 * problem.world)
        most = np.maximum(most, over.max(axis=1))
    return most


def _over_choke(problem: Problem, prices: Prices) -> np.ndarray:
    """Return the largest delivered price over its choke, less one, shape (member,) [1]."""
    over = prices.delivered - problem.demand_curve.highest_choke
    return np.asarray(np.expm1(np.maximum(over.max(axis=1), 0.0)))


def record_breach(kept: Cleared, seen: Seen) -> np.ndarray:
    """Return how far kept figures are from the flows of the case, shape (member,) [1].

    Over base throughput. Infinite where a market that did not solve has a figure.
    """
    now, world = seen.balance, seen.problem.world
    pairs = ((kept.mined, now.output), (kept.from_ore, now.throughput), (kept.used, now.use))
    gaps = [np.abs(one - two).sum(axis=1) for one, two in pairs]
    gaps.append(np.abs(kept.supplied - (now.throughput + now.scrap).sum(axis=1)))
    gap = np.max(gaps, axis=0) / world
    figures = (kept.mined, kept.from_ore, kept.used, kept.refined, kept.loss)
    bare = np.all([np.isnan(one).all(axis=1) for one in figures], axis=0)
    bare &= np.isnan(kept.supplied) & np.isnan(kept.price_delivered)
    return np.asarray(np.where(kept.solved, _known(gap), np.where(bare, 0.0, np.inf)))


def stock_breaches(
    start: Sequence[np.ndarray], end: Sequence[np.ndarray], seen: Seen, pace: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return how far stocks of a mineral are from what its market leaves, shape (member,) each [1].

    Of private holders, place by place, and of states in the world, both over base throughput: those
    of a club are a pool.

    Parameters
    ----------
    start, end
        Ore of plants, metal of users and metal of states at the start of this year and of the next,
        shapes (member, node) [t].
    seen
        The case of the year.
    pace
        Growth of private stocks with published use [1].
    """
    stocks, prices, world = seen.problem.stocks, seen.prices, seen.problem.world
    if stocks is None:
        given = [np.zeros_like(part) for part in start]
    else:
        ore, _ = stocks.ore_release(prices.gate)
        metal, _ = stocks.metal_release(prices.delivered)
        net, _ = metal_supply(stocks, prices.delivered)
        given = [ore, metal, net - metal]
    moved = [np.where(seen.solved[:, None], part, 0.0) for part in given]
    ore_gap, metal_gap = (
        np.abs(end[k] / pace - (start[k] - moved[k])).sum(axis=1) for k in range(2)
    )
    state_gap = np.abs((end[2] - start[2] + moved[2]).sum(axis=1))
    return _known((ore_gap + metal_gap) / world), _known(state_gap / world)


def state_breach(state: State, members: int) -> np.ndarray:
    """Return by how much the lowest capacity, stock or reserve is below nil, shape (member,)."""
    parts = [part for fleet in (*state.mines, *state.plants) for part in (fleet.level, fleet.queue)]
    for name, attributes in NOT_NEGATIVE.items():
        if name in state.pieces and name != "ventures":
            parts += [getattr(state.pieces[name], one) for one in attributes]
    lowest = below_nil(parts, members)
    ventures = state.pieces.get("ventures")
    if ventures is not None:
        tonnes, member = (getattr(ventures, one) for one in ("tonnes", "member"))
        np.maximum.at(lowest, member, -np.minimum(tonnes, 0.0))
    return lowest


@dataclass(frozen=True)
class Breach:
    """The largest breach of one kind.

    Attributes
    ----------
    size
        Relative [1].
    mineral, member, year
        Where; empty and 0 if there is none.
    """

    size: float = 0.0
    mineral: str = ""
    member: int = 0
    year: int = 0


@dataclass
class Audit:
    """A watch (`oreacle.engine.watch`) that keeps the largest breach of each kind.

    Attributes
    ----------
    setting
        The fixed part of the run.
    numbers
        Members of the block that is watched, shape (member,).
    step
        Years seen of that block.
    markets, failures
        Cases seen, by member, year and mineral, and those that did not solve, as
        (member, year, mineral).
    member_years
        Members times years seen.
    worst
        By kind of `KINDS`.
    """

    setting: Setting
    numbers: np.ndarray
    step: int = 0
    markets: int = 0
    failures: list[tuple[int, int, str]] = field(default_factory=list)
    member_years: int = 0
    worst: dict[str, Breach] = field(default_factory=lambda: dict.fromkeys(KINDS, Breach()))
    _cases: dict[str, Seen] = field(default_factory=dict)

    @property
    def failed_members(self) -> int:
        """Members with a market that did not solve."""
        return len({member for member, _, _ in self.failures})

    def passes(self, *, but: Sequence[str] = ()) -> bool:
        """Return True if no breach is above `TOLERANCE`, kinds in `but` left out."""
        return all(self.worst[kind].size <= TOLERANCE for kind in KINDS if kind not in but)

    def market(self, problem: Problem, prices: Prices, solved: np.ndarray) -> None:
        """See one cleared market; the last one of a mineral in a year is its case."""
        seen = Seen(problem, prices, evaluate(problem, prices), solved)
        self._cases[problem.mineral] = seen
        for kind, size in market_breaches(problem, prices, seen.balance).items():
            self._keep(kind, np.where(solved, size, 0.0), problem.mineral)

    def year(self, before: State, after: State, cleared: Sequence[Cleared]) -> None:
        """See a year at its end."""
        for mineral, kept in zip(self.setting.space.minerals, cleared, strict=True):
            self.markets += kept.solved.size
            year = int(self.setting.years[self.step])
            self.failures += [
                (int(self.numbers[row]), year, mineral) for row in np.flatnonzero(~kept.solved)
            ]
            self._keep(YEAR_KINDS[0], record_breach(kept, self._cases[mineral]), mineral)
        self._stocks(before, after)
        self._keep(STATE_KIND, state_breach(after, self.numbers.size), "")
        self.member_years += self.numbers.size
        self.step += 1

    def _stocks(self, before: State, after: State) -> None:
        """Compare what mechanisms keep of stocks with what markets took."""
        start, end = before.pieces.get("stocks"), after.pieces.get("stocks")
        if not (isinstance(start, StocksPiece) and isinstance(end, StocksPiece)):
            return
        demand = self.setting.traits.demand
        ahead = min(self.step + 2, demand.shape[1] - 1)
        plant = user = 0
        for k, mineral in enumerate(self.setting.space.minerals):
            seen = self._cases[mineral]
            plants = slice(plant, plant + len(seen.problem.refiners))
            users = slice(user, user + len(seen.problem.users))
            plant, user = plants.stop, users.stop
            pace = float(demand[k, ahead] / demand[k, self.step + 1])
            held, left = (
                (one.ore[:, plants], one.metal[:, users], one.state[:, users])
                for one in (start, end)
            )
            sizes = stock_breaches(held, left, seen, pace)
            for kind, size in zip(YEAR_KINDS[1:], sizes, strict=True):
                self._keep(kind, size, mineral)

    def _keep(self, kind: str, size: np.ndarray, mineral: str) -> None:
        row = int(np.argmax(size))
        if size[row] > self.worst[kind].size:
            year = int(self.setting.years[self.step])
            self.worst[kind] = Breach(float(size[row]), mineral, int(self.numbers[row]), year)
