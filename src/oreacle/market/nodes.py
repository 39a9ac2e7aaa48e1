"""Output and use at the nodes of a market, as the prices there stand.

Does      Puts support, certificates and stocks on top of the curves of mines, refineries, users.
Units     t/yr; prices as log over base; slopes t/yr per log point.
Method    Curves of `oreacle.market.curves` at the price that each producer or user sees.
Assumes   Groups that are None do nothing.
Not here  Balances over links: see `oreacle.market.balance`.
"""

from __future__ import annotations

import numpy as np

from oreacle.market.certification import Certification
from oreacle.market.curves import Curve
from oreacle.market.problem import Prices, Problem
from oreacle.market.stocks import Stocks
from oreacle.market.support import seen_price, sold_share


def mine_output(
    problem: Problem, log_price: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Return mine output, its slope, and certificates supplied (None without a regime).

    Parameters
    ----------
    problem
        The market.
    log_price
        Log price at mines over base, shape (batch, mine).
    """
    regime = problem.certification
    if problem.support is None and regime is None:
        curve = problem.mine_curve.output(problem.mine_slack, problem.mine_capacity, log_price)
        return *curve, None
    output, slope = _mine_at(problem, log_price, np.zeros((problem.size, 1)))
    if regime is None:
        return output, slope, None
    gained, gained_slope = _mine_at(problem, log_price, regime.mine_gain)
    part = regime.certified
    plain = (1.0 - part) * output
    supplied = (part * gained * regime.selling(problem.price_mine)).sum(axis=1)
    supplied = supplied + regime.fraud(plain, problem.price_mine).sum(axis=1)
    return plain + part * gained, (1.0 - part) * slope + part * gained_slope, supplied


def _mine_at(problem: Problem, log_price: np.ndarray, gain: np.ndarray) -> Curve:
    """Return output and slope over the market price where a tonne earns `gain` more [USD/t]."""
    price = problem.price_mine * np.exp(log_price)
    seen, moves = price + gain, price
    if problem.support is not None:
        support = problem.support
        seen, moves = seen_price(price, support.mine_bonus + gain, support.mine_floor)
    output, slope = problem.mine_curve.output(
        problem.mine_slack, problem.mine_capacity, np.log(seen / problem.price_mine)
    )
    slope = slope * moves / seen
    if problem.support is None:
        return output, slope
    sold, sold_slope = mine_sold(problem, log_price)
    return output * sold, slope * sold + output * sold_slope


def mine_sold(problem: Problem, log_price: np.ndarray) -> Curve:
    """Return the share of mine output that finds a buyer, and its slope, shape (batch, mine)."""
    helped = np.zeros(1, dtype=bool)
    if problem.support is not None:
        helped = (problem.support.mine_bonus > 0) | (problem.support.mine_floor > 0)
    return sold_share(log_price, problem.mine_curve.floor, helped)


def refinery_sold(problem: Problem, log_price: np.ndarray) -> Curve:
    """Return the share of refined output that finds a buyer, and its slope, (batch, refinery)."""
    helped = np.zeros(1, dtype=bool)
    if problem.support is not None:
        helped = (problem.support.refinery_bonus > 0) | (problem.support.refinery_floor > 0)
    return sold_share(log_price, problem.scrap_curve.floor, helped)


def refinery_output(problem: Problem, prices: Prices) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return refinery output and its slopes over the refined price and (negated) the gate price."""
    gate = problem.price_gate * np.exp(prices.gate)
    refined = problem.price_refined * np.exp(prices.refined)
    seen = moves = refined
    if problem.support is not None:
        support = problem.support
        seen, moves = seen_price(refined, support.refinery_bonus, support.refinery_floor)
    output, slope = problem.refinery_curve.output(
        problem.refinery_slack,
        problem.refinery_capacity,
        (seen - gate) / problem.base_margin - 1.0,
    )
    per_dollar = slope / problem.base_margin
    if problem.support is None:
        return output, per_dollar * moves, per_dollar * gate
    sold, sold_slope = refinery_sold(problem, prices.refined)
    per_dollar = per_dollar * sold
    return output * sold, per_dollar * moves + output * sold_slope, per_dollar * gate


def users(
    problem: Problem, log_price: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Return use, its slope, and certificates demanded (None without a regime).

    Parameters
    ----------
    problem
        The market.
    log_price
        Log delivered price over base, shape (batch, user).
    """
    use, slope = problem.demand_curve.total(problem.demand, log_price)
    regime = problem.certification
    if regime is None:
        return use, slope, None
    held, held_slope = problem.demand_curve.total(
        problem.demand, bound_price(problem, regime, log_price)
    )
    price = problem.price_delivered * np.exp(log_price)
    share = price / (price + regime.premium)
    part = regime.bound
    return (
        (1.0 - part) * use + part * held,
        (1.0 - part) * slope + part * held_slope * share,
        (part * held).sum(axis=1),
    )


def bound_price(problem: Problem, regime: Certification, log_price: np.ndarray) -> np.ndarray:
    """Return the log price over base that bound users pay, with the premium."""
    dollars = problem.price_delivered * np.exp(log_price) + regime.premium
    return np.asarray(np.log(dollars / problem.price_delivered))


def metal_supply(stocks: Stocks, log_price: np.ndarray) -> Curve:
    """Return what stocks give to users, net of what they buy, and its slope."""
    private, private_slope = stocks.metal_release(log_price)
    released, released_slope = stocks.released(log_price)
    bought, bought_slope = stocks.bought(log_price)
    return private + released - bought, private_slope + released_slope - bought_slope
