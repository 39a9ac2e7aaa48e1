"""Incomes of a cleared market by kind and place, and what its trade uses up.

Does      Lists profits, gains of stock holders, revenue of states, rents and margins, and costs.
Units     USD/yr.
Method    Profits are integrals of supply over the price that producers see. A holder of stocks
          gains the integral of what it releases over the price, from base; an order of a state
          gains tonnes times price over base. Money on ways is tonnes times its part of the price.
Assumes   A way is used at the gap between price and cost that it has in the reference, where all
          prices are base prices: that gap stands for what the model does not see (service, habit,
          measures that the base year got used to) and is no income. What a gap grows by is the
          seller's: rent where a limit binds, else trade margin; booked where the way starts, and at
          the entrepot of an indirect way, whose traders hold it.
Not here  What changes against the reference, and users: see `oreacle.market.welfare`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.market.comparison import State
from oreacle.market.curves import Curve
from oreacle.market.links import LinkState, LinkTerms
from oreacle.market.money import (
    HELD,
    NODES,
    WEIGHTS,
    dollar_prices,
    link_money,
    mine_profit,
    refinery_profit,
    scrap_profit,
    support_cost,
)
from oreacle.market.nodes import mine_sold
from oreacle.market.problem import Problem
from oreacle.market.support import seen_price

Pieces = list[tuple[Sequence[str], np.ndarray]]
"""Money at places, each with values of shape (case, place) [USD/yr]."""


@dataclass(frozen=True)
class Gap:
    """Price where ways end less what they cost, per tonne [USD/t].

    Attributes
    ----------
    direct
        Of the direct ways, shape (case, tail, head).
    around
        Of the indirect ways, shape (case, way).
    """

    direct: np.ndarray
    around: np.ndarray


def price_gaps(state: State) -> tuple[Gap, Gap]:
    """Return price less cost of the ways of ore and of refined metal."""
    ore, refined = (_gap(link) for link in _links(state))
    return ore, refined


def incomes(state: State, before: tuple[Gap, Gap]) -> dict[str, Pieces]:
    """Return incomes by kind; see `oreacle.market.welfare.welfare` for the names.

    Parameters
    ----------
    state
        The cleared market.
    before
        Price less cost of each way in the reference: what a way needs to be used, not an income.
    """
    problem, prices = state.problem, state.prices
    mines, plants = support_cost(problem, prices, state.balance)
    kinds: dict[str, Pieces] = {
        "mines": [(problem.miners, mine_profit(problem, prices))],
        "refineries": [(problem.refiners, refinery_profit(problem, prices))],
        "scrap": [(problem.refiners, scrap_profit(problem, prices))],
        "stocks": _stock_gains(state),
        "export_taxes": [],
        "tariffs": [],
        "support": [(problem.miners, -mines), (problem.refiners, -plants)],
        "certificates": [(problem.miners, certificate_income(state))],
        "rents": [],
        "margins": [],
    }
    for link, gap in zip(_links(state), before, strict=True):
        money = link_money(link.terms, link.flows, link.tail_price, link.head_price)
        kinds["export_taxes"].append((link.tails, money.charge.sum(axis=2)))
        kinds["tariffs"].append((link.heads, money.tariff.sum(axis=1)))
        now, flows = _gap(link), link.flows
        held = flows.direct < flows.wish * HELD
        earned = flows.direct * (now.direct - gap.direct)
        kinds["rents"].append((link.tails, np.where(held, earned, 0.0).sum(axis=2)))
        kinds["margins"].append((link.tails, np.where(held, 0.0, earned).sum(axis=2)))
        if link.terms.ways is not None:
            held = flows.way_flow < flows.way_wish * HELD
            earned = flows.way_flow * (now.around - gap.around)
            via = link.terms.ways.via
            kinds["rents"].append(_by_entrepot(via, np.where(held, earned, 0.0)))
            kinds["margins"].append(_by_entrepot(via, np.where(held, 0.0, earned)))
    return kinds


def costs(state: State, before: tuple[Gap, Gap]) -> dict[str, Pieces]:
    """Return what trade uses up by kind: nobody's income.

    Parameters
    ----------
    state, before
        As for `incomes`.
    """
    kinds: dict[str, Pieces] = {"freight": [], "licensing": [], "leaks": [], "unexplained": []}
    for link, gap in zip(_links(state), before, strict=True):
        money = link_money(link.terms, link.flows, link.tail_price, link.head_price)
        kinds["freight"].append((link.heads, money.freight.sum(axis=1)))
        kinds["licensing"].append((link.tails, money.licence.sum(axis=2)))
        kinds["leaks"].append((link.heads, money.leak.sum(axis=1)))
        kinds["unexplained"].append((link.heads, (link.flows.direct * gap.direct).sum(axis=1)))
        ways = link.terms.ways
        if ways is not None:
            onto = np.eye(len(link.heads))[ways.head]
            around = (link.flows.way_flow * gap.around) @ onto
            kinds["unexplained"].append((link.heads, around))
    return kinds


def stock_gain(stock: Callable[[np.ndarray], Curve], log_price: np.ndarray) -> np.ndarray:
    """Return the gain of a private holder over base prices, per dollar of base price [t/yr].

    The integral of net release over the price from base to `log_price`: positive for what is
    released above base, and for what is bought below it.
    """
    total = np.zeros_like(log_price)
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        at = log_price * (node + 1.0) / 2.0
        total += weight * stock(at)[0] * np.exp(at)
    return np.asarray(total * log_price / 2.0)


def _stock_gains(state: State) -> Pieces:
    problem, prices = state.problem, state.prices
    stocks = problem.stocks
    if stocks is None:
        return [(problem.users, np.zeros_like(prices.delivered))]
    ore = problem.price_gate * stock_gain(stocks.ore_release, prices.gate)
    private = problem.price_delivered * stock_gain(stocks.metal_release, prices.delivered)
    ordered = stocks.released(prices.delivered)[0] - stocks.bought(prices.delivered)[0]
    over_base = problem.price_delivered * np.expm1(prices.delivered)
    return [(problem.refiners, ore), (problem.users, private + ordered * over_base)]


def certificate_income(state: State) -> np.ndarray:
    """Return what certificates earn that is not in the profit of mines, shape (case, mine).

    False certificates: tonnes claimed times the premium less what fraud costs. Where the premium
    falls short of the cost of certified output, what the mines that sell all the same lose
    [USD/yr].
    """
    regime = state.problem.certification
    if regime is None:
        return np.zeros_like(state.prices.mine)
    sold, false = certificates(state)
    shortfall = np.minimum(regime.premium - regime.cost, 0.0)
    return np.asarray(false * (regime.premium - regime.fraud_cost) + sold * shortfall)


def certificates(state: State) -> tuple[np.ndarray, np.ndarray]:
    """Return true and false certificates sold, shape (case, mine) each [t/yr].

    True ones at the output of mines without what certificates earn them; none without a regime.
    """
    problem, regime = state.problem, state.problem.certification
    if regime is None:
        return np.zeros_like(state.prices.mine), np.zeros_like(state.prices.mine)
    output = _output_without_gain(problem, state.prices.mine)
    false = regime.fraud((1.0 - regime.certified) * output, problem.price_mine)
    return regime.certified * output * regime.selling(problem.price_mine), false


def _output_without_gain(problem: Problem, mine: np.ndarray) -> np.ndarray:
    """Return mine output at the price that those without certificates see [t/yr]."""
    price = problem.price_mine * np.exp(mine)
    if problem.support is not None:
        price, _ = seen_price(price, problem.support.mine_bonus, problem.support.mine_floor)
    output, _ = problem.mine_curve.output(
        problem.mine_slack, problem.mine_capacity, np.log(price / problem.price_mine)
    )
    return np.asarray(output * mine_sold(problem, mine)[0])


@dataclass(frozen=True)
class _Link:
    """Links of one kind in a cleared market: log price at the tail, dollar price at the head."""

    tails: Sequence[str]
    heads: Sequence[str]
    terms: LinkTerms
    flows: LinkState
    tail_price: np.ndarray
    head_price: np.ndarray


def _links(state: State) -> tuple[_Link, _Link]:
    """Return the links of ore and of refined metal."""
    problem, prices, balance = state.problem, state.prices, state.balance
    _, gate, _, delivered = dollar_prices(problem, prices)
    miners, refiners, users = problem.miners, problem.refiners, problem.users
    return (
        _Link(miners, refiners, problem.ore, balance.ore, prices.mine, gate),
        _Link(refiners, users, problem.refined, balance.metal, prices.refined, delivered),
    )


def _gap(link: _Link) -> Gap:
    cost, _ = link.terms.delivered_cost(link.tail_price)
    direct = link.head_price[:, None, :] - cost
    ways = link.terms.ways
    if ways is None:
        return Gap(direct, np.zeros((direct.shape[0], 0)))
    around, _ = ways.delivered_cost(link.terms.origin_price(link.tail_price))
    return Gap(direct, link.head_price[:, ways.head] - around)


def _by_entrepot(places: Sequence[str], values: np.ndarray) -> tuple[Sequence[str], np.ndarray]:
    """Return money of ways summed over each entrepot, shape (case, entrepot)."""
    names = sorted(set(places))
    onto = np.array([[place == name for name in names] for place in places], dtype=float)
    return names, values @ onto.reshape(len(places), len(names))
