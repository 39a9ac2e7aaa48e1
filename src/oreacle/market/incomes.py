"""Incomes of a cleared market by kind and place, and what its trade uses up.

Does      Lists profits, gains of stock holders, revenue of states, rents and margins, and costs.
Units     USD/yr.
Method    Profits are integrals of supply over the price that producers see. A holder of stocks
          gains the integral of what it releases over the price, from base; an order of a state
          gains tonnes times price over base. Money on ways is tonnes times its part of the price.
Assumes   The gap between price and cost on a way is income of sellers: rent where a limit binds,
          else trade margin; booked where the way starts, and at the entrepot of an indirect way,
          whose traders hold it.
Not here  What changes against the reference, and users: see `oreacle.market.welfare`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from oreacle.market.certification import Certification
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
from oreacle.market.problem import Problem
from oreacle.market.support import seen_price

Pieces = list[tuple[Sequence[str], np.ndarray]]
"""Money at places, each with values of shape (case, place) [USD/yr]."""


def incomes(state: State) -> dict[str, Pieces]:
    """Return incomes by kind; see `oreacle.market.welfare.welfare` for the names."""
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
        "certificates": [(problem.miners, fraud_income(state))],
        "rents": [],
        "margins": [],
    }
    for tails, heads, terms, links, tail, head_price in _links(state):
        money = link_money(terms, links, tail, head_price)
        kinds["export_taxes"].append((tails, money.charge.sum(axis=2)))
        kinds["tariffs"].append((heads, money.tariff.sum(axis=1)))
        held, free = money.held_rent, money.rent - money.held_rent
        if terms.ways is not None:
            places, way_held, way_free = _way_rents(terms, links, tail, head_price)
            shape = held.shape[1], held.shape[2]
            held = held - terms.ways.onto_links(way_held, shape)
            free = free - terms.ways.onto_links(way_free, shape)
            kinds["rents"].append(_by_entrepot(places, way_held))
            kinds["margins"].append(_by_entrepot(places, way_free))
        kinds["rents"].append((tails, held.sum(axis=2)))
        kinds["margins"].append((tails, free.sum(axis=2)))
    return kinds


def costs(state: State) -> dict[str, Pieces]:
    """Return what trade and certificates use up by kind: nobody's income."""
    kinds: dict[str, Pieces] = {"freight": [], "licensing": [], "leaks": []}
    for tails, heads, terms, links, tail, head_price in _links(state):
        money = link_money(terms, links, tail, head_price)
        kinds["freight"].append((heads, money.freight.sum(axis=1)))
        kinds["licensing"].append((tails, money.licence.sum(axis=2)))
        kinds["leaks"].append((heads, money.leak.sum(axis=1)))
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


def fraud_income(state: State) -> np.ndarray:
    """Return what mines without certification earn with false certificates, shape (case, mine).

    Tonnes claimed times the premium less what fraud costs [USD/yr].
    """
    problem = state.problem
    regime = problem.certification
    if regime is None:
        return np.zeros_like(state.prices.mine)
    tonnes = regime.fraud(_uncertified(problem, regime, state.prices.mine), problem.price_mine)
    return np.asarray(tonnes * (regime.premium - regime.fraud_cost))


def _uncertified(problem: Problem, regime: Certification, mine: np.ndarray) -> np.ndarray:
    price = problem.price_mine * np.exp(mine)
    if problem.support is not None:
        price, _ = seen_price(price, problem.support.mine_bonus, problem.support.mine_floor)
    output, _ = problem.mine_curve.output(
        problem.mine_slack, problem.mine_capacity, np.log(price / problem.price_mine)
    )
    return np.asarray((1.0 - regime.certified) * output)


def _links(
    state: State,
) -> tuple[tuple[Sequence[str], Sequence[str], LinkTerms, LinkState, np.ndarray, np.ndarray], ...]:
    """Return tails, heads, terms, flows, log tail prices and dollar head prices of both kinds."""
    problem, prices, balance = state.problem, state.prices, state.balance
    _, gate, _, delivered = dollar_prices(problem, prices)
    miners, refiners, users = problem.miners, problem.refiners, problem.users
    return (
        (miners, refiners, problem.ore, balance.ore, prices.mine, gate),
        (refiners, users, problem.refined, balance.metal, prices.refined, delivered),
    )


def _way_rents(
    terms: LinkTerms, links: LinkState, tail: np.ndarray, head_price: np.ndarray
) -> tuple[Sequence[str], np.ndarray, np.ndarray]:
    """Return entrepots, and rents and margins of indirect ways, shape (case, way) [USD/yr]."""
    ways = terms.ways
    if ways is None:
        return (), np.zeros((tail.shape[0], 0)), np.zeros((tail.shape[0], 0))
    cost, _ = ways.delivered_cost(terms.origin_price(tail))
    gap = links.way_flow * (head_price[:, ways.head] - cost)
    held = links.way_flow < links.way_wish * HELD
    return ways.via, np.where(held, gap, 0.0), np.where(held, 0.0, gap)


def _by_entrepot(places: Sequence[str], values: np.ndarray) -> tuple[Sequence[str], np.ndarray]:
    """Return money of ways summed over each entrepot, shape (case, entrepot)."""
    names = sorted(set(places))
    onto = np.array([[place == name for name in names] for place in places], dtype=float)
    return names, values @ onto.reshape(len(places), len(names))
