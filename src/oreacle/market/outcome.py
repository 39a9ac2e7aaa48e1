"""The outcome of a cleared market, labelled, and how it differs from a reference.

Does      Turns solutions into labelled prices, flows, shortage and money with certificates.
Units     In `attrs["units"]` of every array.
Method    Case 0 of a batch holds the central parameters; the others are draws, from which
          intervals come (MODEL: market, last paragraph).
Assumes   Reference and case share the demand at base prices, unless a policy changes it.
Not here  The solve: see `oreacle.market.kernel`; each table: see `oreacle.market.welfare`,
          `oreacle.market.shortage` and `oreacle.market.movements`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from oreacle.core.errors import MarketError
from oreacle.market.certificate import (
    MONEY_TOLERANCE,
    WORLD_TOLERANCE,
    Certificate,
    certify,
    world_residual,
)
from oreacle.market.comparison import Comparison, State
from oreacle.market.intervals import LEVEL, Draws, Tables, interval_table
from oreacle.market.kernel import Solution
from oreacle.market.money import money_gap
from oreacle.market.movements import flow_table, price_table, quantity_table, route_table
from oreacle.market.owners import Owners, located_owners
from oreacle.market.problem import Problem
from oreacle.market.shortage import gdp_at_risk, shortage
from oreacle.market.welfare import owned, sourced_share, trade_costs, welfare
from oreacle.world.territory import Territory


@dataclass(frozen=True)
class Outcome:
    """One cleared market against its reference.

    Attributes
    ----------
    mineral
        Slug.
    prices
        Dataset with `mine`, `gate`, `refined`, `delivered` by country [USD/t] and the same over
        the reference as `*_change` [1].
    flows
        Dataset with `ore` and `refined` flows by exporter and importer [t/yr], and `*_change`.
    quantities
        Dataset with mine output, refinery output and use by country [t/yr], and `*_change`.
    shortage
        Dataset with `total`, `priced_out` and `unserved` by country [t/yr].
    welfare
        Dataset of changes by country where the money arises [USD/yr], by kind and in `total`: see
        `oreacle.market.welfare.welfare`. The totals sum to the change of the world's welfare.
    owned
        The same by actor, with profit of mines and refineries given to their owners [USD/yr].
    trade_costs
        Dataset of `freight`, `licensing` and `leaks` by country [USD/yr]: used up, nobody's income.
    gdp_at_risk
        Dataset of the value added that hangs on lost use, `value` [USD/yr] and `share` of gross
        domestic product [1] by country; beside welfare, never added to it.
    routes
        Dataset of `flow` and `change` of indirect ways [t/yr], with `link`, `origin`, `via` and
        `importer`.
    sourced_owners
        Part of the changed profit whose owner a source names [1]; the rest counts as owned where
        it lies. NaN where no profit changes.
    certificate, reference_certificate
        Evidence for both clearings.
    draws
        The same tables under drawn parameters; None if none were asked for.
    """

    mineral: str
    prices: xr.Dataset
    flows: xr.Dataset
    quantities: xr.Dataset
    shortage: xr.Dataset
    welfare: xr.Dataset
    owned: xr.Dataset
    trade_costs: xr.Dataset
    gdp_at_risk: xr.Dataset
    routes: xr.Dataset
    sourced_owners: float
    certificate: Certificate
    reference_certificate: Certificate
    draws: Draws | None = None

    @property
    def tables(self) -> Tables:
        """All tables at the central parameters."""
        return Tables(
            prices=self.prices,
            flows=self.flows,
            quantities=self.quantities,
            shortage=self.shortage,
            welfare=self.welfare,
            owned=self.owned,
            trade_costs=self.trade_costs,
            gdp_at_risk=self.gdp_at_risk,
            routes=self.routes,
        )

    def interval(self, table: str, level: float = LEVEL) -> xr.Dataset:
        """Return the interval of every number of a table, with an axis `bound` (low, high).

        Parameters
        ----------
        table
            Name of an attribute, such as ``prices``.
        level
            Share of draws inside [1].

        Raises
        ------
        MarketError
            ORE-MKT-021 if the outcome has no draws.
        """
        if self.draws is None:
            raise MarketError(
                "ORE-MKT-021",
                "the outcome has no intervals.",
                why="it was cleared at the central parameters only.",
                fix="clear it with draws=200.",
            )
        return interval_table(getattr(self, table), getattr(self.draws.tables, table), level)


@dataclass(frozen=True)
class Books:
    """Whom money belongs to and what countries' economies are worth.

    Attributes
    ----------
    owners
        Owners of mines and refineries.
    gdp
        Gross domestic product by country [USD/yr]; a country that is not there is not known.
    """

    owners: Owners
    gdp: dict[str, float]

    @classmethod
    def of(cls, territory: Territory) -> Books:
        """Return books in which all is owned where it lies and no economy is known."""
        return cls(located_owners(territory), {})


def outcome_of_batch(
    problem: Problem,
    solution: Solution,
    reference: Problem,
    reference_solution: Solution,
    books: Books,
) -> tuple[Outcome, Tables, np.ndarray]:
    """Return the outcome of case 0, and tables and numbers of the other cases that solved.

    Parameters
    ----------
    problem, solution
        The batch with policies; case 0 has the central parameters.
    reference, reference_solution
        The batch without.
    books
        Owners and economies.
    """
    rows = np.arange(problem.size)
    now, then = State.of(problem, solution, rows), State.of(reference, reference_solution, rows)
    good = _certified(now, solution) & _certified(then, reference_solution)
    good[0] = True  # the central case is refused by whoever asked, not left out
    if not good.all():
        rows = np.flatnonzero(good)
        now, then = State.of(problem, solution, rows), State.of(reference, reference_solution, rows)
    comparison = Comparison(now, then)
    tables = _tables(comparison, books)
    sourced = sourced_share(tables.welfare, books.owners)
    first = tables.cases(0)
    outcome = Outcome(
        mineral=problem.mineral,
        **vars(first),
        sourced_owners=float(sourced[0]),
        certificate=certify(problem, solution, 0),
        reference_certificate=certify(reference, reference_solution, 0),
    )
    return outcome, tables.cases(slice(1, None)), rows[1:] - 1


def _tables(comparison: Comparison, books: Books) -> Tables:
    located = welfare(comparison)
    users = comparison.now.problem.users
    gdp = np.array([books.gdp.get(country, np.nan) for country in users])
    return Tables(
        prices=price_table(comparison),
        flows=flow_table(comparison),
        quantities=quantity_table(comparison),
        shortage=shortage(comparison),
        welfare=located,
        owned=owned(located, books.owners),
        trade_costs=trade_costs(comparison),
        gdp_at_risk=gdp_at_risk(comparison, gdp),
        routes=route_table(comparison),
    )


def _certified(state: State, solution: Solution) -> np.ndarray:
    """Return which cases solved, closed and balance in money, shape (case,)."""
    closed = world_residual(state.problem, state.balance) <= WORLD_TOLERANCE
    paid = money_gap(state.problem, state.prices, state.balance) <= MONEY_TOLERANCE
    return np.asarray(solution.solved & closed & paid)
