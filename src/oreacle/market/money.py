"""Money: who pays, who earns, and the identity that ties them.

Does      Integrates surpluses in dollars and sums taxes, freight and rents over links.
Units     USD/yr; per country of the node.
Method    Consumer surplus, mine profit and refining margin are integrals of D over W, S over P
          and Z over M between two prices (Gauss-Legendre). The identity is
          sum W D = sum P S + sum (R Z - V X) + sum R recycled + sum over links of
          (tax + licensing + freight + tariff + rent and trade margin).
Assumes   Licensing costs raise no revenue: they are lost.
Not here  GDP at risk: shown beside the money by the deeper market version, never added.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.market.balance import Balance
from oreacle.market.links import LinkState, LinkTerms
from oreacle.market.problem import Prices, Problem

NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)


@dataclass(frozen=True)
class LinkMoney:
    """Money on the links of one kind, shape (batch, tail, head) [USD/yr].

    Attributes
    ----------
    charge
        Export tax, collected where the link starts.
    licence
        Cost of licensing: time and paper that nobody earns.
    freight
        Paid to carriers.
    tariff
        Collected where the link ends.
    rent
        Head price less delivered cost: quota rent and trade margin.
    """

    charge: np.ndarray
    licence: np.ndarray
    freight: np.ndarray
    tariff: np.ndarray
    rent: np.ndarray

    def total(self) -> np.ndarray:
        """Return the sum over links, shape (batch,)."""
        parts = self.charge + self.licence + self.freight + self.tariff + self.rent
        return np.asarray(parts.sum(axis=(1, 2)))


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
    origin = terms.tail_price * np.exp(tail)[..., None]
    charge = origin * terms.export_rate
    licence = origin * terms.licence_rate
    landed = origin + charge + licence + terms.freight
    tariff = landed * terms.tariff_rate
    rent = head_price[:, None, :] - (landed + tariff)
    flow = state.flow
    return LinkMoney(
        flow * charge, flow * licence, flow * terms.freight, flow * tariff, flow * rent
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

    Over a thousandth of base spending where users have almost nothing left to buy.
    """
    mine, gate, refined, delivered = dollar_prices(problem, prices)
    spent = (delivered * balance.use).sum(axis=1)
    arrivals = balance.ore.flow.sum(axis=1)
    earned = (
        (mine * balance.output).sum(axis=1)
        + (refined * balance.throughput - gate * arrivals).sum(axis=1)
        + (refined * balance.scrap).sum(axis=1)
        + link_money(problem.ore, balance.ore, prices.mine, gate).total()
        + link_money(problem.refined, balance.metal, prices.refined, delivered).total()
    )
    least = 1e-3 * problem.world * problem.price_delivered
    return np.asarray(np.abs(spent - earned) / np.maximum(spent, least))


def consumer_loss(problem: Problem, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return users' loss when delivered log prices go from `before` to `after`.

    The integral of D over the dollar price, positive if prices rise; shape (batch, user) [USD/yr].
    """
    total = np.zeros_like(after)
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        at = before + (after - before) * (node + 1.0) / 2.0
        use, _ = problem.demand_curve.total(problem.demand, at)
        total += weight * use * problem.price_delivered * np.exp(at)
    return np.asarray(total * (after - before) / 2.0)


def mine_profit(problem: Problem, prices: Prices) -> np.ndarray:
    """Return mines' profit: S integrated over P from shut-down, shape (batch, mine) [USD/yr]."""
    floor = problem.mine_curve.floor
    total = np.zeros_like(prices.mine)
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        at = floor + (prices.mine - floor) * (node + 1.0) / 2.0
        output, _ = problem.mine_curve.output(problem.mine_slack, problem.mine_capacity, at)
        total += weight * output * problem.price_mine * np.exp(at)
    return np.asarray(total * (prices.mine - floor) / 2.0)


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
    """Return refineries' profit: Z over M from shut-down, shape (batch, refinery) [USD/yr]."""
    floor = problem.refinery_curve.floor
    _, gate, refined, _ = dollar_prices(problem, prices)
    margin = np.maximum((refined - gate) / problem.base_margin - 1.0, floor)
    total = np.zeros_like(margin)
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        at = floor + (margin - floor) * (node + 1.0) / 2.0
        output, _ = problem.refinery_curve.output(
            problem.refinery_slack, problem.refinery_capacity, at
        )
        total += weight * output
    return np.asarray(total * (margin - floor) / 2.0 * problem.base_margin)
