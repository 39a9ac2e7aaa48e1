"""The clearing problem: what holds in one market, for a batch of cases at once.

Does      Collects capacities, demand, costs and limits of one mineral for many members.
Units     t/yr and USD/t.
Method    None: a record; the base case reproduces the base year.
Assumes   All cases of a batch share countries and calibrated link strengths.
Not here  How policies become limits: see `oreacle.market.apply`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.market.batch import batched, stack_rows, take_rows
from oreacle.market.certification import Certification
from oreacle.market.curves import DemandCurve, SupplyCurve
from oreacle.market.links import LinkTerms
from oreacle.market.stocks import Stocks
from oreacle.market.support import Support


@dataclass(frozen=True)
class Problem:
    """One mineral's market for a batch of cases.

    Attributes
    ----------
    mineral
        Slug.
    miners, refiners, users
        Countries in the order of the arrays.
    recycled_counted
        True if published refined output holds the secondary supply.
    price_mine, price_gate, price_refined, price_delivered
        Base prices [USD/t].
    world
        Base throughput, the yardstick of residuals [t/yr].
    mine_curve, refinery_curve, scrap_curve, demand_curve
        Responses; scrap answers to the refined price.
    mine_slack, mine_capacity
        Output at base price and capacity, shape (batch, mine) [t/yr].
    refinery_slack, refinery_capacity
        Output at base margin and capacity, shape (batch, refinery) [t/yr].
    demand
        Use at base price, shape (batch, user) [t/yr].
    recycled, recycled_capacity
        Supply from scrap at base price, entering after refining, and the most that can be
        collected, shape (batch, refinery) [t/yr].
    ore, refined
        Link terms.
    support, stocks, certification
        Support of producers, stocks that can move, and a regime of certificates; None where there
        is none, which is the faster form of the same market.
    """

    mineral: str
    miners: tuple[str, ...]
    refiners: tuple[str, ...]
    users: tuple[str, ...]
    recycled_counted: bool
    price_mine: float
    price_gate: float
    price_refined: float
    price_delivered: float
    world: float
    mine_curve: SupplyCurve
    refinery_curve: SupplyCurve
    scrap_curve: SupplyCurve
    demand_curve: DemandCurve
    ore: LinkTerms
    refined: LinkTerms
    support: Support | None
    stocks: Stocks | None
    certification: Certification | None
    mine_slack: np.ndarray = batched()
    mine_capacity: np.ndarray = batched()
    refinery_slack: np.ndarray = batched()
    refinery_capacity: np.ndarray = batched()
    demand: np.ndarray = batched()
    recycled: np.ndarray = batched()
    recycled_capacity: np.ndarray = batched()

    @property
    def size(self) -> int:
        """Number of cases in the batch."""
        return int(self.demand.shape[0])

    @property
    def base_margin(self) -> float:
        """Refining margin at base prices [USD/t]."""
        return self.price_refined - self.price_gate

    def take(self, rows: np.ndarray) -> Problem:
        """Return the problem of some cases only."""
        return take_rows(self, rows)


def stack(problems: Sequence[Problem]) -> Problem:
    """Return one batch of all cases of markets of one mineral, which may differ in parameters.

    Parameters
    ----------
    problems
        Markets with the same nodes and ways; groups such as `stocks` in all or in none.
    """
    return stack_rows(problems)


@dataclass(frozen=True)
class Prices:
    """Log prices over base, shapes (batch, node).

    Attributes
    ----------
    mine, gate, refined, delivered
        p, v, r and w of the model [1].
    """

    mine: np.ndarray
    gate: np.ndarray
    refined: np.ndarray
    delivered: np.ndarray

    @property
    def parts(self) -> tuple[np.ndarray, ...]:
        """The four arrays, in the order of the attributes."""
        return self.mine, self.gate, self.refined, self.delivered

    def copy(self) -> Prices:
        """Return prices whose arrays may be written."""
        return Prices(*(np.array(part) for part in self.parts))

    def take(self, rows: np.ndarray) -> Prices:
        """Return the prices of some cases only."""
        return Prices(self.mine[rows], self.gate[rows], self.refined[rows], self.delivered[rows])

    def moved(self, step: Prices, length: np.ndarray) -> Prices:
        """Return prices after a step of the given length by case, shape (batch,)."""
        along = length[:, None]
        return Prices(
            self.mine + along * step.mine,
            self.gate + along * step.gate,
            self.refined + along * step.refined,
            self.delivered + along * step.delivered,
        )

    def put(self, rows: np.ndarray, other: Prices) -> None:
        """Overwrite the prices of some cases."""
        self.mine[rows] = other.mine
        self.gate[rows] = other.gate
        self.refined[rows] = other.refined
        self.delivered[rows] = other.delivered


def base_prices(problem: Problem) -> Prices:
    """Return the cold start: base prices everywhere, log 0."""
    size = problem.size
    return Prices(
        np.zeros((size, len(problem.miners))),
        np.zeros((size, len(problem.refiners))),
        np.zeros((size, len(problem.refiners))),
        np.zeros((size, len(problem.users))),
    )
