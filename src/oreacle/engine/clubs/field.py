"""One mineral's market under disruptions, before any club: what clubs are measured against.

Does      Clears every distinct draw without a club and keeps prices, money, need and losses.
Units     t/yr; USD/yr; weights [1].
Method    MODEL, coalitions: one clear without the club for each draw, under common random numbers.
          Money is that of `oreacle.market.welfare`, located where it arises, summed by actor.
Assumes   A player is a trade actor; money of its mines and plants counts where they lie.
Not here  What a club does: see `oreacle.engine.clubs.levers`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from oreacle.core.errors import RunError
from oreacle.data.assumptions import read_assumed
from oreacle.engine.clubs.terms import ClubTerms
from oreacle.engine.disruptions import DisruptionDraws, disrupted, market_in_force
from oreacle.engine.settings import settings_from_table
from oreacle.market.clear import market
from oreacle.market.comparison import State
from oreacle.market.incomes import Gap, incomes, price_gaps
from oreacle.market.leverage.cases import certified
from oreacle.market.leverage.command import Ledger
from oreacle.market.money import consumer_loss
from oreacle.market.owners import located_owners
from oreacle.market.problem import Prices, Problem
from oreacle.market.sampled import solve_each
from oreacle.world.snapshot import World
from oreacle.world.territory import Territory

FEWEST_GOOD = 0.99
"""Smallest weight of draws that must clear without a club for a value to be given [1]."""


@dataclass(frozen=True)
class Places:
    """Which nodes are in which player's countries, as 0 and 1, shapes (player, node)."""

    mine: np.ndarray
    plant: np.ndarray
    user: np.ndarray


@dataclass(frozen=True)
class Markets:
    """One mineral's market in the base year, in the calm year, and in each draw."""

    base: Problem
    calm: Problem
    disrupted: Problem


@dataclass(frozen=True)
class ClubField:
    """The market that clubs act in.

    Attributes
    ----------
    mineral, players, actors
        Slug; who may be in clubs; all trade actors, the players among them.
    problem, prices
        Disrupted market and its prices without a club, one case for each distinct draw.
    calm, calm_price
        The undisturbed market, with the whole register in force, in one case, and its log
        delivered prices over base, shape (user,).
    gaps
        Price less cost of the ways of the base year.
    located
        Money by actor without a club, shape (draw, actor) [USD/yr].
    losses
        What players lose by the disruptions, without a club, shape (draw, player) [USD/yr].
    weight
        Probability of each draw, sums to 1; draws that did not clear have none.
    failed
        Weight of draws that did not clear without a club [1].
    places, at
        Nodes of players, and their positions among the actors.
    user_of_actor
        Users in the countries of each actor, as 0 and 1, shape (actor, user).
    use
        Use at base prices, shape (player,) [t/yr].
    used_of_user
        Use in the draw without a club, shape (draw, user) [t/yr].
    need, need_of_user
        Use lost to the disruption without a club, shapes (draw, player), (draw, user) [t/yr].
    social
        Share of mine capacity lost to labour, communities and conflict, shape (draw, mine) [1].
    slump
        True where unprotected mines have closed, shape (draw,).
    closure
        Share of capacity that closes in a slump [1].
    terms
        Terms of clubs.
    ledger
        Sums money by actor.
    """

    mineral: str
    players: tuple[str, ...]
    actors: tuple[str, ...]
    problem: Problem
    prices: Prices
    calm: Problem
    calm_price: np.ndarray
    gaps: tuple[Gap, Gap]
    located: np.ndarray
    losses: np.ndarray
    weight: np.ndarray
    failed: float
    places: Places
    at: np.ndarray
    user_of_actor: np.ndarray
    use: np.ndarray
    used_of_user: np.ndarray
    need: np.ndarray
    need_of_user: np.ndarray
    social: np.ndarray
    slump: np.ndarray
    closure: float
    terms: ClubTerms
    ledger: Ledger

    @property
    def calm_cost(self) -> np.ndarray:
        """Delivered price of the calm year, shape (user,) [USD/t]."""
        return np.asarray(self.calm.price_delivered * np.exp(self.calm_price))

    @property
    def draws(self) -> int:
        """Number of distinct draws."""
        return int(self.weight.size)

    @property
    def world_use(self) -> float:
        """Use of the world at base prices [t/yr]."""
        return float(self.calm.demand[0].sum())

    def money(self, state: State) -> np.ndarray:
        """Return located money by actor of a cleared market, shape (case, actor) [USD/yr]."""
        return _money(self.ledger, state, self.gaps)


def club_field(
    world: World,
    mineral: str,
    players: Sequence[str],
    draws: DisruptionDraws,
    terms: ClubTerms,
    *,
    tune: Callable[[Problem], Problem] | None = None,
) -> ClubField:
    """Return the market of a mineral under disruptions, cleared without a club.

    Parameters
    ----------
    world, mineral
        The world and the mineral.
    players
        Trade actors, each once.
    draws
        Distinct draws with their weights.
    terms
        Terms of clubs.
    tune
        Changes parameters of a market in one case; None for none.

    Raises
    ------
    ScenarioError
        ORE-SCN-002, 003 or 015 on unknown names.
    RunError
        ORE-RUN-150 if more than a hundredth of the disruptions did not clear.
    """
    base, calm = market(world, mineral), market_in_force(world, mineral)
    if tune is not None:
        base, calm = tune(base), tune(calm)
    markets = Markets(base, calm, disrupted(calm, world, draws))
    return field_of(markets, world.territory, players, draws, terms)


def field_of(
    markets: Markets,
    territory: Territory,
    players: Sequence[str],
    draws: DisruptionDraws,
    terms: ClubTerms,
) -> ClubField:
    """Return the field of markets that are made already.

    Parameters
    ----------
    markets
        The market in the base year, in the calm year and in each draw.
    territory
        Which actor each country belongs to.
    players, draws, terms
        As for `club_field`.

    Raises
    ------
    ScenarioError, RunError
        As `club_field`.
    """
    calm, problem = markets.calm, markets.disrupted
    names = tuple(territory.acting(name) for name in players)
    actors = territory.actors
    ledger = Ledger(located_owners(territory), actors)
    with threadpool_limits(limits=1):
        gaps = price_gaps(_state(markets.base)[0])
        quiet, _ = _state(calm)
        state, good = _state(problem)
    before, located = (_money(ledger, one, gaps) for one in (quiet, state))
    weight, failed = _weights(calm.mineral, draws.weight, good)
    at = np.array([actors.index(name) for name in names], dtype=np.int64)
    places = _places(territory, calm, names)
    # What is used in the calm year, at the demand of the draw, and not used in the draw.
    wanted = quiet.balance.use / calm.demand * problem.demand
    need = np.maximum(wanted - state.balance.use, 0.0)
    return ClubField(
        mineral=calm.mineral,
        players=names,
        actors=actors,
        problem=problem,
        prices=state.prices,
        calm=calm,
        calm_price=quiet.prices.delivered[0],
        gaps=gaps,
        located=located,
        losses=np.maximum(before[0] - located, 0.0)[:, at],
        weight=weight,
        failed=failed,
        places=places,
        at=at,
        user_of_actor=_places(territory, calm, actors).user,
        use=places.user @ calm.demand[0],
        used_of_user=state.balance.use,
        need=need @ places.user.T,
        need_of_user=need,
        social=draws.mine_social,
        slump=draws.slump,
        closure=settings_from_table(read_assumed("engine_parameters")).closure_limit,
        terms=terms,
        ledger=ledger,
    )


def _state(problem: Problem) -> tuple[State, np.ndarray]:
    """Return the cleared market, and which of its cases can be trusted, shape (case,)."""
    one = solve_each(problem, None)
    state = State.of(problem, one, np.arange(problem.size))
    return state, certified(state, one)


def _money(ledger: Ledger, state: State, gaps: tuple[Gap, Gap]) -> np.ndarray:
    """Return money by actor over base prices, shape (case, actor) [USD/yr]."""
    kinds = dict(incomes(state, gaps))
    delivered = state.prices.delivered
    lost = consumer_loss(state.problem, np.zeros_like(delivered), delivered)
    kinds["users"] = [(state.problem.users, -lost)]
    return ledger.total(kinds)


def _weights(mineral: str, weight: np.ndarray, good: np.ndarray) -> tuple[np.ndarray, float]:
    """Return weights over the draws that cleared, and the weight of the others."""
    failed = float(weight[~good].sum())
    if failed > 1.0 - FEWEST_GOOD:
        raise RunError(
            "ORE-RUN-150",
            f"{failed:.1%} of the disruptions of {mineral} did not clear without a club.",
            why="what a club is worth would leave out the worst of them.",
            fix="take another seed or fewer draws, or report the case.",
        )
    kept = np.where(good, weight, 0.0)
    return kept / kept.sum(), failed


def _places(territory: Territory, problem: Problem, names: Sequence[str]) -> Places:
    actor_of = territory.actor_of

    def inside(countries: Sequence[str]) -> np.ndarray:
        return np.array(
            [[float(actor_of[country] == name) for country in countries] for name in names]
        ).reshape(len(names), len(countries))

    return Places(inside(problem.miners), inside(problem.refiners), inside(problem.users))
