"""Policies on mines, refineries and users.

Does      Writes capacity, subsidies, guaranteed prices, certificates and orders of stock.
Units     t/yr, USD/t, log prices over base.
Method    Losses multiply, subsidies and orders add, the highest guaranteed price holds.
Assumes   An order of a place is split over its users in proportion to their use at base prices.
Not here  Demand and contracts, which are written jointly: see `oreacle.market.apply.jointly`.
"""

from __future__ import annotations

import numpy as np

from oreacle.core.errors import ScenarioError
from oreacle.market.apply.case import Case, Scope
from oreacle.market.policies import (
    CapacityLoss,
    Certification,
    PriceFloor,
    ProductionSubsidy,
    StockBuild,
    StockRelease,
)
from oreacle.market.problem import Problem
from oreacle.market.stocks import RELEASE_LIMIT

YEAR = 365.0
"""Days of a year [d]."""


def lose_capacity(case: Case, policy: CapacityLoss) -> None:
    """Take output at base price and capacity away."""
    problem, mined = case.problem, policy.stage == "mined"
    hit = case.is_in(policy.place, case.producers(policy.stage))
    kept = np.where(hit, 1.0 - policy.share, 1.0)
    slack = problem.mine_slack if mined else problem.refinery_slack
    capacity = problem.mine_capacity if mined else problem.refinery_capacity
    slack[case.rows] *= kept
    capacity[case.rows] *= kept
    _close_dead_links(problem, case.rows)


def subsidise(case: Case, policy: ProductionSubsidy) -> None:
    """Pay producers for each tonne."""
    support = case.support
    bonus = support.mine_bonus if policy.stage == "mined" else support.refinery_bonus
    hit = case.is_in(policy.place, case.producers(policy.stage))
    bonus[case.rows] += policy.amount * hit


def guarantee(case: Case, policy: PriceFloor) -> None:
    """Guarantee a price to producers."""
    mined = policy.stage == "mined"
    floor = case.support.mine_floor if mined else case.support.refinery_floor
    base = case.problem.price_mine if mined else case.problem.price_refined
    price = (policy.multiple or 0.0) * base if policy.price is None else policy.price
    hit = case.is_in(policy.place, case.producers(policy.stage))
    floor[case.rows] = np.maximum(floor[case.rows], price * hit)


def certify(case: Case, policy: Certification) -> None:
    """Bind users to certificates of some mines."""
    regime, rows = case.certification, case.rows
    regime.certified[rows] = policy.share * _any_of(case, policy.places, case.problem.miners)
    regime.bound[rows] = policy.bound_share * _any_of(case, policy.users, case.problem.users)
    regime.cost[rows] = policy.cost
    regime.fraud_share[rows] = policy.fraud_share
    regime.fraud_cost[rows] = policy.fraud_cost


def release(case: Case, policy: StockRelease) -> None:
    """Order a release of stock; several at one user need one trigger: they are one curve."""
    use, stocks, rows = _use(case, policy.place), case.stocks, case.rows
    total = use.sum(axis=1, keepdims=True)
    tonnes = total * (policy.days or 0.0) / YEAR if policy.tonnes is None else policy.tonnes
    limit, ordered = stocks.release_limit[rows], stocks.release[rows] > 0
    asked = RELEASE_LIMIT if policy.trigger is None else float(np.log(policy.trigger))
    if (ordered & (use > 0) & ~np.isclose(limit, asked)).any():
        raise ScenarioError(
            "ORE-MKT-066",
            f"releases of {policy.mineral} in {policy.place} have different triggers.",
            why="what one user gets is released above one price.",
            fix="state one trigger for all that is released there.",
        )
    stocks.release_limit[rows] = np.where(use > 0, asked, limit)
    stocks.release[rows] += tonnes * _split(use, total)


def build(case: Case, policy: StockBuild) -> None:
    """Order a purchase for stock."""
    use, stocks, rows = _use(case, policy.place), case.stocks, case.rows
    limit, ordered = stocks.purchase_limit[rows], stocks.purchase[rows] > 0
    # Of several orders at one user the most careful buyer's limit holds. Nobody outbids every user:
    # where the limit is above their choke no price could clear the market.
    choke = np.broadcast_to(case.problem.demand_curve.highest_choke, stocks.purchase.shape)[rows]
    asked = np.minimum(np.log(policy.price_limit), choke)
    own = np.where(ordered, np.minimum(limit, asked), asked)
    stocks.purchase_limit[rows] = np.where(use > 0, own, limit)
    stocks.purchase[rows] += policy.tonnes * _split(use, use.sum(axis=1, keepdims=True))


def idle_loss(scope: Scope, policy: CapacityLoss) -> str:
    """Return why a loss of capacity would touch nothing, or ""."""
    return _no_producer(scope, policy.place, policy.stage, "that could be lost")


def idle_support(scope: Scope, policy: ProductionSubsidy | PriceFloor) -> str:
    """Return why support of producers would touch nothing, or ""."""
    return _no_producer(scope, policy.place, policy.stage, "that could be paid for")


def idle_certification(scope: Scope, policy: Certification) -> str:
    """Return why a regime of certificates would touch nothing, or ""."""
    problem, mineral = scope.problem, policy.mineral
    idle = _no_place(scope, policy.places, problem.miners, f"mines {mineral}")
    return idle or _no_place(scope, policy.users, problem.users, f"uses {mineral}")


def idle_order(scope: Scope, policy: StockRelease | StockBuild) -> str:
    """Return why an order of stock would touch nothing, or ""."""
    return _no_place(scope, (policy.place,), scope.problem.users, f"uses {policy.mineral}")


def _no_producer(scope: Scope, place: str, stage: str, end: str) -> str:
    if scope.is_in(place, scope.producers(stage)).any():
        return ""
    verb = "mines" if stage == "mined" else "refines"
    return f"{place} {verb} no {scope.chain.mineral} {end}"


def _no_place(scope: Scope, places: tuple[str, ...], countries: tuple[str, ...], does: str) -> str:
    """Return that one of the places does not do what a policy is about, or ""."""
    idle = [place for place in places if not scope.is_in(place, countries).any()]
    return f"nobody in {', '.join(idle)} {does}" if idle else ""


def _any_of(case: Case, places: tuple[str, ...], countries: tuple[str, ...]) -> np.ndarray:
    hits = [case.is_in(place, countries) for place in places]
    return np.asarray(np.any(hits, axis=0))


def _use(case: Case, place: str) -> np.ndarray:
    """Return use at base prices in a place, 0 elsewhere, shape (case, user) [t/yr]."""
    hit = case.is_in(place, case.problem.users)
    return np.where(hit, case.problem.demand[case.rows], 0.0)


def _split(use: np.ndarray, total: np.ndarray) -> np.ndarray:
    return np.asarray(np.divide(use, total, out=np.zeros_like(use), where=total > 0))


def _close_dead_links(problem: Problem, rows: slice) -> None:
    """Close the links of nodes that cannot move a tonne, so that no price is sought for them.

    Dead are mines and refineries without capacity, and refineries that no mine can reach; scrap
    still leaves where it is recycled.
    """
    ore, refined = problem.ore.strength[rows], problem.refined.strength[rows]
    ore *= (problem.mine_slack[rows] > 0.0)[:, :, None]
    ore *= (problem.refinery_slack[rows] > 0.0)[:, None, :]
    fed = ore.sum(axis=1) > 0.0
    makes = fed & (problem.refinery_slack[rows] > 0.0)
    refined *= (makes | (problem.recycled[rows] > 0.0))[:, :, None]
    for terms, links in ((problem.ore, ore), (problem.refined, refined)):
        if terms.ways is not None:
            # Several ways share a link: what is closed is read off the node, not the link.
            terms.ways.strength[rows] *= np.asarray(links.any(axis=2))[:, terms.ways.tail]
