"""Money: who pays, who earns, and the identity that ties them.

Does      Integrates surpluses in dollars and sums taxes, freight and rents over links.
Units     USD/yr; per country of the node.
Method    Consumer surplus, mine profit and refining margin are integrals of D over W, S over P
          and Z over M between two prices (Gauss-Legendre). The identity is
          sum W (D + stock purchases) = sum P S + sum (R - V) Z + sum V ore released
          + sum W metal released + sum R recycled + sum over links of
          (tax + licensing + leak cost + freight + tariff + rent and trade margin).
          Certificates close alone: premium x demanded = premium x supplied.
Assumes   Licensing and leak costs raise no revenue: they are lost.
Not here  GDP at risk: shown beside the money by the deeper market version, never added.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.market.balance import Balance
from oreacle.market.certification import at_premium
from oreacle.market.links import LinkState, LinkTerms
from oreacle.market.nodes import bound_price, mine_sold, refinery_sold
from oreacle.market.problem import Prices, Problem
from oreacle.market.support import seen_price
from oreacle.market.ways import Ways

NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)


@dataclass(frozen=True)
class LinkMoney:
    """Money on the links of one kind over all their ways, shape (batch, tail, head) [USD/yr].

    Attributes
    ----------
    charge
        Export tax, collected where the link starts.
    licence
        Cost of licensing: time and paper that nobody earns.
    leak
        Cost of going round a measure, which nobody earns.
    freight
        Paid to carriers.
    tariff
        Collected where the link ends.
    rent
        Head price less delivered cost: quota rent and trade margin.
    held_rent
        The part of it on ways that a cap or quota holds down: somebody's income. On free ways the
        gap between price and cost mirrors buyers' wish to mix suppliers and is no income.
    """

    charge: np.ndarray
    licence: np.ndarray
    leak: np.ndarray
    freight: np.ndarray
    tariff: np.ndarray
    rent: np.ndarray
    held_rent: np.ndarray

    def total(self) -> np.ndarray:
        """Return the sum over links, shape (batch,)."""
        parts = self.charge + self.licence + self.leak + self.freight + self.tariff + self.rent
        return np.asarray(parts.sum(axis=(1, 2)))


HELD = 1.0 - 1e-12
"""A flow below this share of its wish is held down by a cap or quota [1]."""


def link_money(
    terms: LinkTerms, state: LinkState, tail: np.ndarray, head_price: np.ndarray
) -> LinkMoney:
    """Split what buyers pay on each link beyond the price at its tail.

    Parameters
    ----------
    tail
        Log price at the tail, shape (batch, tail).
    head_price
        Dollar price at the head, shape (batch, head) [USD/t].
    """
    origin = terms.origin_price(tail)
    parts = _way_parts(terms, origin[..., None], head_price[:, None, :], state.direct, state.wish)
    ways = terms.ways
    if ways is not None:
        shape = (state.direct.shape[1], state.direct.shape[2])
        around = _way_parts(
            ways, origin[:, ways.tail], head_price[:, ways.head], state.way_flow, state.way_wish
        )
        parts = tuple(
            part + ways.onto_links(more, shape) for part, more in zip(parts, around, strict=True)
        )
    return LinkMoney(*parts)


def _way_parts(
    terms: LinkTerms | Ways,
    origin: np.ndarray,
    head_price: np.ndarray,
    flow: np.ndarray,
    wish: np.ndarray,
) -> tuple[np.ndarray, ...]:
    """Return charge, licence, leak, freight, tariff, rent and held rent of ways [USD/yr]."""
    charge = origin * terms.export_rate + terms.export_specific
    licence = origin * terms.licence_rate
    leak = origin * terms.leak_rate if isinstance(terms, Ways) else np.zeros_like(licence)
    landed = origin + charge + licence + leak + terms.freight
    tariff = landed * terms.tariff_rate
    rent = flow * (head_price - (landed + tariff))
    held = np.where(flow < wish * HELD, rent, 0.0)
    return (
        flow * charge,
        flow * licence,
        flow * leak,
        flow * terms.freight,
        flow * tariff,
        rent,
        held,
    )


def dollar_prices(problem: Problem, prices: Prices) -> tuple[np.ndarray, ...]:
    """Return P, V, R and W in dollars, shapes (batch, node) [USD/t]."""
    return (
        problem.price_mine * np.exp(prices.mine),
        problem.price_gate * np.exp(prices.gate),
        problem.price_refined * np.exp(prices.refined),
        problem.price_delivered * np.exp(prices.delivered),
    )


def money_gap(problem: Problem, prices: Prices, balance: Balance) -> np.ndarray:
    """Return the gap of the money identity over the money spent by users, shape (batch,) [1].

    Over a hundredth of base spending where users have almost nothing left to buy.
    """
    mine, gate, refined, delivered = dollar_prices(problem, prices)
    spent = (delivered * balance.use).sum(axis=1)
    earned = (
        (mine * balance.output).sum(axis=1)
        + ((refined - gate) * balance.throughput).sum(axis=1)
        + (refined * balance.scrap).sum(axis=1)
        + (gate * balance.ore_release).sum(axis=1)
        + (delivered * balance.metal_release).sum(axis=1)
        + link_money(problem.ore, balance.ore, prices.mine, gate).total()
        + link_money(problem.refined, balance.metal, prices.refined, delivered).total()
    )
    least = 1e-2 * problem.world * problem.price_delivered
    return np.asarray(np.abs(spent - earned) / np.maximum(spent, least))


def consumer_loss(
    problem: Problem,
    before: np.ndarray,
    after: np.ndarray,
    premium_before: float | np.ndarray = 0.0,
) -> np.ndarray:
    """Return users' loss when delivered log prices go from `before` to `after`.

    The integral of D over the dollar price, positive if prices rise; shape (batch, user) [USD/yr].

    Parameters
    ----------
    problem
        The market after the change.
    before, after
        Delivered log prices over base, shape (batch, user).
    premium_before
        Premium of certified supply before the change, one value or shape (batch,); that after it
        is in `problem` [USD/t].
    """
    plain = _loss(problem, before, after)
    regime = problem.certification
    if regime is None:
        return plain
    first = bound_price(problem, at_premium(regime, np.full(problem.size, premium_before)), before)
    held = _loss(problem, first, bound_price(problem, regime, after))
    return np.asarray((1.0 - regime.bound) * plain + regime.bound * held)


def _loss(problem: Problem, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    total = np.zeros_like(after)
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        at = before + (after - before) * (node + 1.0) / 2.0
        use = problem.demand_curve.use(problem.demand, at)
        total += weight * use * problem.price_delivered * np.exp(at)
    return np.asarray(total * (after - before) / 2.0)


def mine_profit(problem: Problem, prices: Prices) -> np.ndarray:
    """Return mines' profit: S integrated over P from shut-down, shape (batch, mine) [USD/yr].

    P is the price that producers see: with support, and for certified output with the premium
    less its cost.
    """
    seen = problem.price_mine * np.exp(prices.mine)
    if problem.support is not None:
        support = problem.support
        seen, _ = seen_price(seen, support.mine_bonus, support.mine_floor)
    sold, _ = mine_sold(problem, prices.mine)
    plain = sold * _mine_profit(problem, np.log(seen / problem.price_mine))
    regime = problem.certification
    if regime is None:
        return np.asarray(plain)
    gained = _mine_profit(problem, np.log((seen + regime.mine_gain) / problem.price_mine))
    return np.asarray((1.0 - regime.certified) * plain + regime.certified * sold * gained)


def _mine_profit(problem: Problem, log_price: np.ndarray) -> np.ndarray:
    floor = problem.mine_curve.floor
    total = np.zeros_like(log_price)
    top = np.maximum(log_price, floor)
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        at = floor + (top - floor) * (node + 1.0) / 2.0
        output, _ = problem.mine_curve.output(problem.mine_slack, problem.mine_capacity, at)
        total += weight * output * problem.price_mine * np.exp(at)
    return np.asarray(total * (top - floor) / 2.0)


def scrap_profit(problem: Problem, prices: Prices) -> np.ndarray:
    """Return what scrap earns: supply integrated over R, shape (batch, refinery) [USD/yr]."""
    floor = problem.scrap_curve.floor
    total = np.zeros_like(prices.refined)
    top = np.maximum(prices.refined, floor)
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        at = floor + (top - floor) * (node + 1.0) / 2.0
        supply, _ = problem.scrap_curve.output(problem.recycled, problem.recycled_capacity, at)
        total += weight * supply * problem.price_refined * np.exp(at)
    return np.asarray(total * (top - floor) / 2.0)


def refinery_profit(problem: Problem, prices: Prices) -> np.ndarray:
    """Return refineries' profit: Z over M from shut-down, shape (batch, refinery) [USD/yr].

    M is the margin that plants see, with support.
    """
    floor = problem.refinery_curve.floor
    _, gate, refined, _ = dollar_prices(problem, prices)
    if problem.support is not None:
        support = problem.support
        refined, _ = seen_price(refined, support.refinery_bonus, support.refinery_floor)
    margin = np.maximum((refined - gate) / problem.base_margin - 1.0, floor)
    total = np.zeros_like(margin)
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        at = floor + (margin - floor) * (node + 1.0) / 2.0
        output, _ = problem.refinery_curve.output(
            problem.refinery_slack, problem.refinery_capacity, at
        )
        total += weight * output
    sold, _ = refinery_sold(problem, prices.refined)
    return np.asarray(sold * total * (margin - floor) / 2.0 * problem.base_margin)


def support_cost(
    problem: Problem, prices: Prices, balance: Balance
) -> tuple[np.ndarray, np.ndarray]:
    """Return what treasuries pay to mines and to refineries, (batch, mine), (batch, refinery).

    Subsidies per tonne and the gap between guaranteed and market price, times output [USD/yr].
    """
    mine, _, refined, _ = dollar_prices(problem, prices)
    if problem.support is None:
        return np.zeros_like(mine), np.zeros_like(refined)
    support = problem.support
    at_mine, _ = seen_price(mine, support.mine_bonus, support.mine_floor)
    at_plant, _ = seen_price(refined, support.refinery_bonus, support.refinery_floor)
    return (at_mine - mine) * balance.output, (at_plant - refined) * balance.throughput
