"""Clear a batch of threats and measure what each does, in pieces small enough for the cache.

Does      Solves every case, checks it, and returns its measures; a case that fails is missing.
Units     USD/yr, t/yr and shares [1]; see `Measures`.
Method    Threats are written on rows of the base market and cleared from its prices. Pieces are the
          same whatever the number of threads, so that the same question gives the same bytes.
Assumes   A case counts if its solve ended within tolerance, the world closes, money balances and no
          cap is broken, as for `Certificate`; the smallest pivot is not looked at here.
Not here  What the measures mean: see `docs/leverage.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from oreacle.market.balance import evaluate
from oreacle.market.certificate import MONEY_TOLERANCE, WORLD_TOLERANCE, world_residual
from oreacle.market.comparison import State
from oreacle.market.incomes import Gap, incomes, price_gaps
from oreacle.market.kernel import Solution, solve
from oreacle.market.leverage.command import Command, Ledger
from oreacle.market.leverage.measures import Measures, measure
from oreacle.market.leverage.threats import Borders, Threats, borders_of, threatened
from oreacle.market.links import LinkState, LinkTerms
from oreacle.market.money import money_gap
from oreacle.market.owners import located_owners
from oreacle.market.problem import Prices, Problem
from oreacle.market.sampled import solve_each
from oreacle.world.territory import Territory

PIECE = 48
"""Cases that are cleared at once: more do not fit into the cache, fewer cost calls."""


@dataclass(frozen=True)
class Base:
    """The market that threats are measured against, in one case or in one for each draw.

    Attributes
    ----------
    state
        The market without threats, cleared.
    gaps
        Price less cost of its ways of ore and of refined product.
    located, owned
        Money by actor where it arises, and by owner, shape (case, actor) [USD/yr].
    """

    state: State
    gaps: tuple[Gap, Gap]
    located: np.ndarray
    owned: np.ndarray

    def take(self, rows: np.ndarray) -> Base:
        """Return some cases; the only one, as it is, where there is but one."""
        if self.state.problem.size == 1:
            return self
        state = self.state
        part, prices = state.problem.take(rows), state.prices.take(rows)
        gaps = tuple(Gap(gap.direct[rows], gap.around[rows]) for gap in self.gaps)
        return Base(
            State(part, prices, evaluate(part, prices)),
            (gaps[0], gaps[1]),
            self.located[rows],
            self.owned[rows],
        )


class Arena:
    """One mineral's market, ready for threats.

    Parameters
    ----------
    problem
        The base market, in one case or in one for each draw of the parameters.
    territory
        Which actor each country belongs to.
    command
        Who commands whose exports.
    """

    def __init__(self, problem: Problem, territory: Territory, command: Command) -> None:
        self.problem = problem
        self.actors = command.actors
        self.share = command.share
        self.borders: dict[str, Borders] = borders_of(problem, territory, self.actors)
        self.located = Ledger(located_owners(territory), self.actors)
        self.owned = Ledger(command.owners, self.actors)
        solution = solve(problem)
        rows = np.arange(problem.size)
        state = State.of(problem, solution, rows)
        gaps = price_gaps(state)
        kinds = incomes(state, gaps)
        self.base = Base(state, gaps, self.located.total(kinds), self.owned.total(kinds))
        self.base_good = certified(state, solution)

    def run(
        self,
        threats: Threats,
        maker: np.ndarray,
        row: np.ndarray | None = None,
        *,
        threads: int = 1,
    ) -> Measures:
        """Return what every threat does; measures of a case that fails are NaN.

        Parameters
        ----------
        threats
            The cases.
        maker
            Index of the actor whose own cost is counted, shape (case,).
        row
            Case of the base market that each threat is put in force on, shape (case,); None for
            the first.
        threads
            Threads that share the pieces; the answer does not depend on their number.
        """
        at = np.zeros(threats.size, dtype=np.int64) if row is None else row
        pieces = [
            np.arange(start, min(start + PIECE, threats.size))
            for start in range(0, threats.size, PIECE)
        ]
        if not pieces:
            return Measures.empty()

        def work(rows: np.ndarray) -> Measures:
            return self._piece(threats.take(rows), maker[rows], at[rows])

        return Measures.joined(_mapped(work, pieces, threads))

    def has_around(self, threats: Threats) -> np.ndarray:
        """Return True where ways that stay open reach the target all the same, shape (case,)."""
        found = np.zeros(threats.size, dtype=bool)
        for link, border in self.borders.items():
            terms = self.problem.ore if link == "ore" else self.problem.refined
            if terms.ways is not None:
                stops = border.stops(threats.held(link), threats.target, threats.follows)
                found |= (stops.around > 0.0) @ (terms.ways.reference > 0.0).any(axis=0)
        return found

    def _piece(self, threats: Threats, maker: np.ndarray, row: np.ndarray) -> Measures:
        problem = threatened(self.problem, row, self.borders, threats)
        base = self.base.take(row)
        start = Prices(*(_rows(part, threats.size) for part in base.state.prices.parts))
        solution = solve_each(problem, start)
        state = State.of(problem, solution, np.arange(threats.size))
        found = measure(self, base, state, threats, maker)
        good = certified(state, solution) & self.base_good[row]
        return found.missing_where(~good)


def _mapped(
    work: Callable[[np.ndarray], Measures], pieces: list[np.ndarray], threads: int
) -> list[Measures]:
    # Many small systems: threads of the linear algebra would get into each other's way.
    with threadpool_limits(limits=1):
        if threads <= 1 or len(pieces) == 1:
            return [work(rows) for rows in pieces]
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(work, pieces))


def _rows(values: np.ndarray, size: int) -> np.ndarray:
    return np.array(np.broadcast_to(values, (size, values.shape[1])))


def certified(state: State, solution: Solution) -> np.ndarray:
    """Return which cases solved, closed, balance in money and keep their caps, shape (case,)."""
    problem, balance = state.problem, state.balance
    closed = world_residual(problem, balance) <= WORLD_TOLERANCE
    paid = money_gap(problem, state.prices, balance) <= MONEY_TOLERANCE
    over = _over(problem.ore, balance.ore) + _over(problem.refined, balance.metal)
    return np.asarray(solution.solved & closed & paid & (over <= WORLD_TOLERANCE * problem.world))


def _over(terms: LinkTerms, state: LinkState) -> np.ndarray:
    """Return tonnes above caps, summed over ways, shape (case,) [t/yr]."""
    total = np.maximum(state.direct - terms.cap, 0.0).sum(axis=(1, 2))
    if terms.ways is not None:
        total = total + np.maximum(state.way_flow - terms.ways.cap, 0.0).sum(axis=1)
    return np.asarray(total)
