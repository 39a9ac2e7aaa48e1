"""A market as plain arrays, as compiled functions read it.

Does      Turns a problem into arrays by case, and makes the arrays that a solve writes on.
Units     Those of the problem.
Method    All nodes stand in one row, in the order mine, gate, refined, delivered, and all that
          holds at a node in one column: compiled calls cost by the number of arrays they pass on.
          Links that carry nothing in any case are left out. What no price changes is worked out
          here. A group that a problem does not have is one of zeros.
Assumes   No indirect ways, no regime of certificates, and one demand curve for all users.
Not here  What the arrays mean in the market: see `oreacle.market.problem`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from oreacle.market.balance import node_scale
from oreacle.market.batch import is_one_row
from oreacle.market.curves import SHUTDOWN_SHARPNESS, DemandCurve
from oreacle.market.links import LinkTerms
from oreacle.market.newton import bounds
from oreacle.market.problem import Problem
from oreacle.market.stocks import ORDER_WIDTH, RELEASE_LIMIT, TRIGGER_WIDTH

# What holds at a node, by row. At mines, gates and refined nodes stand the curves of mines,
# refineries and scrap; FULL is slack output over the share of plants that run at base [t/yr],
# FILLED is (slack / capacity) ** rho [1].
SCALE, LOW, HIGH, ELASTICITY, FLOOR, RHO, FULL, FILLED = range(8)
# Support of mines and refineries, the latter at refined nodes [USD/t].
BONUS, GUARANTEE = 8, 9
# Private stocks at gates and users, orders at users. WIDTH is that over which an ordered release
# rises, WHOLE the share of an ordered purchase that is bought at base prices.
STOCK, USUAL, RESPONSE, RELEASE, RELEASE_FROM, WIDTH = range(10, 16)
PURCHASE, PURCHASE_LIMIT, WHOLE = 16, 17, 18
# Of links that leave mines and refined nodes: s, and the cap on all that leaves the territory.
SUBSTITUTION, QUOTA = 19, 20
NODE_ROWS = 21
# What holds in a group of sectors: e_g, wbar_g, m_g, F_g(wbar_g) and h.
GROUP_ELASTICITY, CHOKE, MIDDLE, LAST, SPREAD = range(5)
# What holds on a link: what buyers pay at the tail at base prices, and freight and specific tax,
# both after tariff and over base cost [1]; strength and tonne cap [t/yr].
RATE, DOLLARS, STRENGTH, CAP = range(4)
# Places of links: node of the tail and of the head, and 1 where the link leaves the territory.
TAIL, HEAD, OUTSIDE = range(3)
# Flows: as `oreacle.market.links.LinkState`.
FLOW, FREE, FREE_TAIL, SHARED, WISH = range(5)
# What a solve writes at nodes: log prices where the case stands and on trial, excess supply and
# the step; MADE is output, throughput and scrap; SLOPE the slope of output, throughput over the
# gate price (negated), throughput over the refined price, and use; MORE the slope of ore released
# and of scrap; the diagonal of the node; TOTAL the flow that shares a quota.
HERE, THERE, EXCESS, STEP, MADE, SLOPE, MORE, DIAGONAL, TOTAL = range(9)
WORK_ROWS = 9


class Links(NamedTuple):
    """Links of one kind, sorted by tail, then head.

    Attributes
    ----------
    tail
        First node of the tails.
    places
        Rows TAIL to OUTSIDE, shape (3, link).
    first
        First link of each tail, and at the end the number of links, shape (tail + 1,).
    numbers
        Rows RATE to CAP, shape (batch, 4, link); of one case, (4, link).
    """

    tail: int
    places: np.ndarray
    first: np.ndarray
    numbers: np.ndarray


class Market(NamedTuple):
    """A batch of markets, or one case of it: then the arrays have no axis of cases.

    Attributes
    ----------
    mines, plants, users
        Numbers of nodes.
    price_mine, price_gate, price_refined
        Base prices [USD/t].
    nodes
        Rows SCALE to QUOTA, shape (batch, row, node).
    groups
        Rows GROUP_ELASTICITY to SPREAD, shape (batch, 5, group).
    weight
        Demand by group over F_g(0) - F_g(wbar_g), shape (batch, user, group) [t/yr].
    ore, metal
        Links.
    """

    mines: int
    plants: int
    users: int
    price_mine: float
    price_gate: float
    price_refined: float
    nodes: np.ndarray
    groups: np.ndarray
    weight: np.ndarray
    ore: Links
    metal: Links


class Work(NamedTuple):
    """What the solve of one case writes on.

    Attributes
    ----------
    nodes
        Rows HERE to TOTAL, shape (row, node).
    ore, metal
        Rows FLOW to WISH, shape (5, link).
    matrix, right
        The system in gate and refined prices, shapes (2 plant, 2 plant) and (2 plant, 1).
    answer, reached
        What moves the balances of mines and users: slopes over gate and over refined prices, shapes
        (mine, plant) and (user, plant + 1); the last column is for what arrives at users too much.
    dense
        The user block where a quota binds, shape (user, user).
    """

    nodes: np.ndarray
    ore: np.ndarray
    metal: np.ndarray
    matrix: np.ndarray
    right: np.ndarray
    answer: np.ndarray
    reached: np.ndarray
    dense: np.ndarray


def packed(problem: Problem) -> Market:
    """Return the market as plain arrays."""
    mines, plants, users = len(problem.miners), len(problem.refiners), len(problem.users)
    nodes = np.zeros((problem.size, NODE_ROWS, mines + 2 * plants + users))
    scale = node_scale(problem)
    sizes = (scale.mine, scale.refinery, scale.refinery, scale.user)
    nodes[:, SCALE] = np.concatenate(sizes, axis=1)
    nodes[:, LOW], nodes[:, HIGH] = bounds(problem)
    gate, plant, user = mines, mines + plants, mines + 2 * plants
    _put_curves(problem, nodes[..., :gate], nodes[..., gate:plant], nodes[..., plant:user])
    _put_support(problem, nodes[..., :gate], nodes[..., plant:user])
    _put_stocks(problem, nodes[..., gate:plant], nodes[..., user:])
    _put_terms(problem.ore, nodes[..., :gate])
    _put_terms(problem.refined, nodes[..., plant:user])
    groups, weight = _demand(problem.demand_curve, problem.demand)
    return Market(
        mines,
        plants,
        users,
        float(problem.price_mine),
        float(problem.price_gate),
        float(problem.price_refined),
        nodes,
        groups,
        weight,
        _links(problem.ore, 0, gate),
        _links(problem.refined, plant, user),
    )


def workspace(market: Market) -> Work:
    """Return the arrays that a solve of one case after the other writes on."""
    plants, users = market.plants, market.users
    return Work(
        np.zeros((WORK_ROWS, market.nodes.shape[2])),
        np.zeros((5, market.ore.numbers.shape[2])),
        np.zeros((5, market.metal.numbers.shape[2])),
        np.zeros((2 * plants, 2 * plants)),
        np.zeros((2 * plants, 1)),
        np.zeros((market.mines, plants)),
        np.zeros((users, plants + 1)),
        np.zeros((users, users)),
    )


def _by_case(value: float | np.ndarray) -> np.ndarray:
    """Return a parameter, one value or one for each case, shape (1 or batch, 1)."""
    return np.reshape(value, (-1, 1))


def _put_curves(problem: Problem, mine: np.ndarray, gate: np.ndarray, plant: np.ndarray) -> None:
    for at, curve, slack, capacity in (
        (mine, problem.mine_curve, problem.mine_slack, problem.mine_capacity),
        (gate, problem.refinery_curve, problem.refinery_slack, problem.refinery_capacity),
        (plant, problem.scrap_curve, problem.recycled, problem.recycled_capacity),
    ):
        at[:, ELASTICITY], at[:, FLOOR], at[:, RHO] = (
            _by_case(value) for value in (curve.elasticity, curve.floor, curve.rho)
        )
        at[:, FULL] = slack / (1.0 - np.exp(SHUTDOWN_SHARPNESS * at[:, FLOOR]))
        at[:, FILLED] = curve.filled(slack, capacity)


def _put_support(problem: Problem, mine: np.ndarray, plant: np.ndarray) -> None:
    support = problem.support
    if support is None:
        return
    mine[:, BONUS], mine[:, GUARANTEE] = support.mine_bonus, support.mine_floor
    plant[:, BONUS], plant[:, GUARANTEE] = support.refinery_bonus, support.refinery_floor


def _put_stocks(problem: Problem, gate: np.ndarray, user: np.ndarray) -> None:
    stocks = problem.stocks
    if stocks is None:
        return
    limit = stocks.release_limit
    gate[:, STOCK], gate[:, USUAL] = stocks.ore, stocks.ore_usual
    user[:, STOCK], user[:, USUAL] = stocks.metal, stocks.metal_usual
    gate[:, RESPONSE] = user[:, RESPONSE] = _by_case(stocks.response)
    user[:, RELEASE], user[:, RELEASE_FROM] = stocks.release, limit
    user[:, WIDTH] = np.where(limit > RELEASE_LIMIT, TRIGGER_WIDTH, ORDER_WIDTH)
    user[:, PURCHASE], user[:, PURCHASE_LIMIT] = stocks.purchase, stocks.purchase_limit
    user[:, WHOLE] = -np.expm1(-np.maximum(stocks.purchase_limit / ORDER_WIDTH, 1e-9))


def _put_terms(terms: LinkTerms, tail: np.ndarray) -> None:
    tail[:, SUBSTITUTION], tail[:, QUOTA] = _by_case(terms.substitution), terms.quota


def _demand(curve: DemandCurve, demand: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what holds in groups, and demand by group over its share at base prices."""
    size, users = demand.shape
    count = curve.shares.shape[-1]
    groups = np.empty((size, 5, count))
    groups[:, GROUP_ELASTICITY] = np.broadcast_to(curve.elasticity, (size, 1, count))[:, 0]
    groups[:, CHOKE] = np.broadcast_to(curve.log_choke, (size, 1, count))[:, 0]
    groups[:, SPREAD] = _by_case(curve.width)
    choke, width = groups[:, CHOKE], groups[:, SPREAD]
    groups[:, MIDDLE] = middle = choke - 3.0 * width
    groups[:, LAST] = last = 1.0 / (1.0 + np.exp((choke - middle) / width))
    base = 1.0 / (1.0 + np.exp(-middle / width)) - last
    shares = np.broadcast_to(curve.shares, (size, users, count))
    return groups, np.ascontiguousarray((shares / base[:, None]) * demand[:, :, None])


def _links(terms: LinkTerms, first_tail: int, first_head: int) -> Links:
    """Return links whose tails and heads begin at the given nodes."""
    size, tails, heads = terms.cap.shape
    at = np.flatnonzero((terms.strength > 0.0).any(axis=0))
    tail, head = np.divmod(at, heads)
    strength, export, licence, specific, freight, tariff, cap = (
        _at_links(values, at)
        for values in (
            terms.strength,
            terms.export_rate,
            terms.licence_rate,
            terms.export_specific,
            terms.freight,
            terms.tariff_rate,
            terms.cap,
        )
    )
    numbers = np.empty((size, 4, at.size))
    after = (1.0 + tariff) / terms.base_cost[tail, head]
    numbers[:, RATE] = terms.tail_price * (1.0 + export + licence) * after
    numbers[:, DOLLARS] = (specific + freight) * after
    numbers[:, STRENGTH], numbers[:, CAP] = strength, cap
    outside = terms.outside[tail, head]
    return Links(
        first_tail,
        np.stack([tail + first_tail, head + first_head, outside.astype(np.int64)]),
        np.searchsorted(tail, np.arange(tails + 1)),
        numbers,
    )


def _at_links(values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return the values of some links, shape (1 or batch, link)."""
    rows = values[:1] if is_one_row(values) else values
    flat = rows.reshape(rows.shape[0], -1)
    return flat if at.size == flat.shape[1] else flat[:, at]
