"""A market of a year under the conditions of that year.

Does      Puts shifts of capacity, cost, use, scrap, stocks and links on a market.
Units     As in `oreacle.engine.mechanisms.conditions`.
Method    A cost of c a tonne moves the curve of a producer: it makes at price P what it made at
          P - c (mines, in logs at base prices: the share of c in the base price) and at margin M
          what it made at M - c (plants). With output q at base, capacity K and drive x,
          q' = [(q^-rho - K^-rho) e^(rho x) + K^-rho]^(-1/rho): the soft minimum of
          `oreacle.market.curves` read at -x. The shut-down point stays.
Assumes   Stocks of the year are added to what the market has; the response is the market's.
Not here  Who says what: see `oreacle.engine.mechanisms`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from oreacle.core.labels import SECTORS
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.market.curves import DemandCurve
from oreacle.market.links import LinkTerms
from oreacle.market.problem import Problem
from oreacle.market.stocks import Stocks, no_stocks
from oreacle.world.chain import Chain

MOST_COST = 0.9
"""Largest part of the base price at the mine, or multiple of the margin of a plant, by which a
cost may shift a curve [1]: beyond it the shut-down point governs."""


def pressed(problem: Problem, chain: Chain, conditions: Conditions, response: float) -> Problem:
    """Return the market under conditions.

    Parameters
    ----------
    problem
        The year's market.
    chain
        The mineral's chain, for shares of sectors.
    conditions
        What holds.
    response
        Share of a private stock that is released per log point of price [1].
    """
    if conditions.is_empty:
        return problem
    return replace(
        problem,
        **_mines(problem, conditions),
        **_plants(problem, conditions),
        **_users(problem, chain, conditions),
        **_scrap(problem, conditions),
        ore=_links(problem.ore, conditions, "ore"),
        refined=_links(problem.refined, conditions, "metal"),
        stocks=_stocks(problem, conditions, response),
    )


def _mines(problem: Problem, said: Conditions) -> dict[str, Any]:
    slack, capacity = problem.mine_slack, problem.mine_capacity
    if said.mines is not None:
        slack, capacity = slack * said.mines, capacity * said.mines
    if said.mine_cost is not None:
        share = np.clip(said.mine_cost / problem.price_mine, -MOST_COST, MOST_COST)
        drive = -problem.mine_curve.elasticity * np.log1p(-share)
        slack = read_at(slack, capacity, drive, problem.mine_curve.rho)
    return {"mine_slack": slack, "mine_capacity": capacity}


def _plants(problem: Problem, said: Conditions) -> dict[str, Any]:
    slack, capacity = problem.refinery_slack, problem.refinery_capacity
    if said.plants is not None:
        slack, capacity = slack * said.plants, capacity * said.plants
    if said.plant_cost is not None:
        share = np.clip(said.plant_cost / problem.base_margin, -MOST_COST, MOST_COST)
        drive = problem.refinery_curve.elasticity * share
        slack = read_at(slack, capacity, drive, problem.refinery_curve.rho)
    return {"refinery_slack": slack, "refinery_capacity": capacity}


def read_at(
    slack: np.ndarray, capacity: np.ndarray, drive: np.ndarray, rho: float | np.ndarray
) -> np.ndarray:
    """Return output at base prices of a producer whose curve is read at a lower drive [t/yr].

    Parameters
    ----------
    slack, capacity
        Output at base prices and capacity [t/yr].
    drive
        What cost takes off elasticity times the log price, or its like [1]; negative adds.
    rho
        Sharpness of the bend [1].

    Examples
    --------
    >>> moved = read_at(np.array([80.0]), np.array([100.0]), np.array([0.0]), 6.0)
    >>> round(float(moved[0]), 6)
    80.0
    """
    filled = np.divide(slack, capacity, out=np.zeros_like(slack), where=capacity > 0) ** rho
    bracket = (1.0 - filled) * np.exp(rho * drive) + filled
    return np.asarray(slack * np.maximum(bracket, 1e-300) ** (-1.0 / rho))


def _users(problem: Problem, chain: Chain, said: Conditions) -> dict[str, Any]:
    demand, curve = problem.demand, problem.demand_curve
    if said.use is not None:
        demand = demand * said.use
    if said.sectors is not None:
        level, curve = _by_sector(curve, chain, said.sectors)
        demand = demand * level[:, None]
    return {"demand": demand, "demand_curve": curve}


def _scrap(problem: Problem, said: Conditions) -> dict[str, Any]:
    slack, capacity = problem.recycled, problem.recycled_capacity
    if said.scrap is not None:
        slack, capacity = slack * said.scrap, capacity * said.scrap
    if said.scrap_added is not None:
        # What is new can answer a price as what there was: as plants of the mineral do.
        slack = slack + said.scrap_added
        capacity = capacity + said.scrap_added * _room(problem)
    return {"recycled": slack, "recycled_capacity": capacity}


def _room(problem: Problem) -> np.ndarray:
    """Return capacity over output at base prices of all plants, shape (member, 1) [1]."""
    made = problem.refinery_slack.sum(axis=1, keepdims=True)
    return np.asarray(problem.refinery_capacity.sum(axis=1, keepdims=True) / made)


def _by_sector(
    curve: DemandCurve, chain: Chain, factors: np.ndarray
) -> tuple[np.ndarray, DemandCurve]:
    """Return the factor on all use, shape (member,), and the curve with its groups re-weighted."""
    weights = np.array(
        [
            [
                share if sector in group else 0.0
                for sector, share in zip(SECTORS, chain.sector_shares, strict=True)
            ]
            for group in curve.sectors
        ]
    )
    weights = weights / weights.sum(axis=1, keepdims=True)
    shares = curve.shares if curve.shares.ndim == 1 else curve.shares[0, 0]
    grown = shares * (factors @ weights.T)
    level = grown.sum(axis=1)
    return level, replace(curve, shares=(grown / level[:, None])[:, None, :])


def _links(terms: LinkTerms, said: Conditions, kind: str) -> LinkTerms:
    def of(name: str) -> np.ndarray | None:
        found = getattr(said, f"{kind}_{name}")
        return None if found is None else np.asarray(found)

    pull, cap = of("pull"), of("cap")
    if pull is not None:
        terms = terms.scaled(pull)
    changed: dict[str, Any] = {}
    for name, attribute in (
        ("freight", "freight"),
        ("tariff", "tariff_rate"),
        ("licence", "licence_rate"),
    ):
        added = of(name)
        if added is not None:
            changed[attribute] = getattr(terms, attribute) + added
    if cap is not None:
        # A link without a cap has an infinite one, and may have carried nothing.
        limit = np.full(np.broadcast_shapes(cap.shape, terms.reference.shape), np.inf)
        np.multiply(cap, terms.reference, out=limit, where=np.isfinite(cap))
        changed["cap"] = np.minimum(terms.cap, limit)
    return replace(terms, **changed) if changed else terms


def _stocks(problem: Problem, said: Conditions, response: float) -> Stocks | None:
    orders = (said.ore_stock, said.metal_stock, said.release, said.purchase)
    if all(one is None for one in orders):
        return problem.stocks
    cases, users = problem.demand.shape
    held = problem.stocks or no_stocks(cases, len(problem.refiners), users, response)

    def plus(old: np.ndarray, new: np.ndarray | None) -> np.ndarray:
        return old if new is None else old + new

    def limit(old: np.ndarray, new: np.ndarray | None) -> np.ndarray:
        return old if new is None else np.broadcast_to(new, old.shape)

    return replace(
        held,
        ore=plus(held.ore, said.ore_stock),
        metal=plus(held.metal, said.metal_stock),
        ore_usual=plus(held.ore_usual, said.ore_usual),
        metal_usual=plus(held.metal_usual, said.metal_usual),
        release=plus(held.release, said.release),
        purchase=plus(held.purchase, said.purchase),
        purchase_limit=limit(held.purchase_limit, said.purchase_limit),
        release_limit=limit(held.release_limit, said.release_limit),
    )
