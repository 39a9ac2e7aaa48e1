"""Random markets from a seed: symmetric ones, ordinary ones and extreme ones."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np
from tests.market.small import PARAMETERS, chain, own_territory, sectors

from oreacle.core.errors import ScenarioError
from oreacle.market.apply import PolicyDesk
from oreacle.market.calibrate import base_problem
from oreacle.market.curves import DemandCurve, SupplyCurve
from oreacle.market.groups import lean, writable
from oreacle.market.links import LinkTerms
from oreacle.market.policies import (
    CapacityLoss,
    ExportBan,
    ExportLicensing,
    ExportQuota,
    ExportTax,
    Policy,
)
from oreacle.market.problem import Problem
from oreacle.world.chain import Chain
from oreacle.world.entrepots import Entrepots

Size = tuple[int, int, int]
"""Numbers of mines, refineries and users."""
NO_FREIGHT = (600.0, 600.0, 1000.0, 1000.0)
NO_SHUTDOWN = -60.0
"""Log price far below any that is reached: all mines run."""
ANY_MARGIN = -1e6
"""Margin over base, less 1, below which no refinery runs: ore may cost many times the metal."""
NO_CHOKE = 60.0


def dense_chain(
    rng: np.random.Generator,
    size: Size,
    *,
    prices: tuple[float, float, float, float] = (600.0, 650.0, 1000.0, 1020.0),
    scrap: bool = False,
) -> Chain:
    """Return a chain in which most links carry something; sizes spread over four decades."""
    names = tuple(
        tuple(f"{letter}{k:02d}" for k in range(count))
        for letter, count in zip("MRU", size, strict=True)
    )
    mines, plants, users = size
    ore = rng.lognormal(0.0, 1.5, (mines, plants)) * (rng.random((mines, plants)) < 0.7)
    ore[rng.integers(mines), :] += 0.1
    ore[:, rng.integers(plants)] += 0.1
    made = ore.sum(axis=0) * (1.0 + (rng.uniform(0.0, 0.6, plants) if scrap else 0.0))
    metal = made[:, None] * rng.dirichlet(np.full(users, 0.5), plants)
    metal[metal < 1e-4 * metal.sum()] = 0.0
    metal[0, metal.sum(axis=0) == 0] = 1e-3 * made.sum()
    metal *= (made / metal.sum(axis=1))[:, None]
    share = float(rng.uniform(0.0, 0.5))
    return chain(
        ore,
        metal,
        names,  # type: ignore[arg-type]
        prices=prices,
        elasticity=(float(rng.uniform(0.1, 0.5)), float(rng.uniform(0.05, 0.4))),
        shares=sectors(other=1.0 - share, defence_aerospace=share),
        scrap=scrap,
    )


def symmetric_market(seed: int, size: Size = (6, 4, 8), *, limits: bool = False) -> Problem:
    """Return a market whose equilibrium is the minimum of a conic potential.

    Ad-valorem wedges alone, refineries at a given throughput, no shut-down and no choke; supply
    and demand are shifted from the base year. With `limits`, some links have caps and some
    exporters quotas.
    """
    rng = np.random.default_rng(seed)
    drawn = dense_chain(rng, size, prices=NO_FREIGHT, scrap=True)
    problem = base_problem(drawn, PARAMETERS, own_territory(*drawn_names(drawn)))
    demand = problem.demand_curve
    groups = np.full(demand.log_choke.shape, NO_CHOKE)
    elasticity = problem.mine_curve.elasticity
    changed = replace(
        problem,
        mine_curve=SupplyCurve(elasticity, NO_SHUTDOWN, 2.0),
        refinery_curve=SupplyCurve(0.0, ANY_MARGIN, 2.0),
        scrap_curve=SupplyCurve(problem.scrap_curve.elasticity, NO_SHUTDOWN, 2.0),
        demand_curve=DemandCurve(demand.elasticity, groups, demand.width, demand.shares),
        mine_capacity=problem.mine_capacity * rng.uniform(1.0, 1.5, problem.mine_slack.shape),
        refinery_slack=problem.refinery_slack * rng.uniform(0.7, 1.0, (1, size[1])),
        demand=problem.demand * rng.lognormal(0.0, 0.3, problem.demand.shape),
        ore=_with_wedges(problem.ore, rng),
        refined=_with_wedges(problem.refined, rng),
    )
    if not limits:
        return changed
    return replace(
        changed,
        ore=_with_quota(_with_caps(changed.ore, rng), rng),
        refined=_with_caps(changed.refined, rng),
    )


def drawn_names(drawn: Chain) -> tuple[tuple[str, ...], ...]:
    """Return the countries of a chain by stage."""
    return drawn.miners, drawn.refiners, drawn.users


def _with_wedges(terms: LinkTerms, rng: np.random.Generator) -> LinkTerms:
    """Return links of which a third bears a tax, a third a licence and a third a tariff."""
    rates = [
        rng.uniform(0.0, 1.0, terms.strength.shape) * (rng.random(terms.strength.shape) < 1 / 3)
        for _ in range(3)
    ]
    return replace(terms, export_rate=rates[0], licence_rate=rates[1], tariff_rate=rates[2])


def _with_caps(terms: LinkTerms, rng: np.random.Generator) -> LinkTerms:
    """Return links of which some are capped below their base flow, never a head's largest."""
    largest = terms.reference == terms.reference.max(axis=1, keepdims=True)
    capped = (rng.random(terms.strength.shape) < 0.15) & ~largest
    cap = np.where(capped, rng.uniform(0.2, 0.9) * terms.reference, np.inf)
    return replace(terms, cap=cap)


def _with_quota(terms: LinkTerms, rng: np.random.Generator) -> LinkTerms:
    """Return links under a quota of the smallest exporter, below its base exports."""
    quota = np.full(terms.quota.shape, np.inf)
    exporter = int(terms.reference[0].sum(axis=1).argmin())
    abroad = np.where(terms.outside, terms.reference, 0.0).sum(axis=-1)[:, exporter]
    quota[:, exporter] = rng.uniform(0.3, 0.9) * abroad
    return replace(terms, quota=quota)


def calm_market(seed: int, size: Size = (6, 4, 8)) -> Problem:
    """Return a market with freight, scrap and shut-down under a few ordinary policies."""
    rng = np.random.default_rng(seed)
    return _under_policies(
        rng,
        dense_chain(rng, size, scrap=bool(rng.random() < 0.5)),
        policies=int(rng.integers(1, 6)),
        demand=rng.lognormal(0.0, 0.2, size[2]),
    )


def extreme_market(seed: int, size: Size = (6, 4, 8)) -> Problem:
    """Return a market under up to fourteen policies of any strength, and demand up to tenfold."""
    rng = np.random.default_rng(seed)
    surge = 10.0 ** rng.uniform(-1.0, 1.0) * rng.lognormal(0.0, 0.5, size[2])
    return _under_policies(
        rng,
        dense_chain(rng, size, scrap=bool(rng.random() < 0.5)),
        policies=int(rng.integers(4, 15)),
        demand=surge,
        full=0.5,
    )


def _under_policies(
    rng: np.random.Generator,
    drawn: Chain,
    *,
    policies: int,
    demand: np.ndarray,
    full: float = 0.0,
    limits: bool = True,
    entrepots: Entrepots | None = None,
) -> Problem:
    territory = own_territory(*drawn_names(drawn))
    problem = base_problem(drawn, PARAMETERS, territory, entrepots=entrepots)
    problem = replace(problem, demand=problem.demand * demand)
    desk = PolicyDesk(drawn, territory)
    for _ in range(policies):
        policy = random_policy(rng, drawn, full=full)
        shuts = isinstance(policy, ExportBan | ExportQuota) or (
            isinstance(policy, CapacityLoss) and policy.stage == "refined"
        )
        if shuts and not limits:
            continue
        # A draw may aim at a link that carries nothing, which the desk refuses.
        with suppress(ScenarioError):
            problem = desk.apply(problem, [policy])
    return problem


def random_policy(rng: np.random.Generator, drawn: Chain, *, full: float = 0.0) -> Policy:
    """Return a policy of a random kind on a random place; `full` is how many are absolute."""
    stage, link, places, heads = (
        ("mined", "ore", drawn.miners, drawn.refiners)
        if rng.random() < 0.5
        else ("refined", "refined", drawn.refiners, drawn.users)
    )
    place, mineral = str(rng.choice(places)), drawn.mineral
    strength = 1.0 if rng.random() < full else float(rng.uniform(0.05, 0.99))
    some = rng.choice(heads, size=int(rng.integers(1, len(heads) + 1)), replace=False)
    targets = () if rng.random() < 0.5 else tuple(str(head) for head in some)
    kinds: tuple[Policy, ...] = (
        ExportBan(place, mineral, targets, strength, link),
        ExportQuota(place, mineral, 1.0 - strength, link),
        ExportTax(place, mineral, 2.0 * strength, targets, link),
        ExportLicensing(place, mineral, strength, targets, link),
        CapacityLoss(place, mineral, stage, strength),
    )
    return kinds[int(rng.integers(len(kinds)))]


def full_market(seed: int, size: Size = (6, 4, 8)) -> Problem:
    """Return a calm or extreme market with every further part of the model at work.

    Indirect ways, stocks and orders, support of producers, certificates, tariffs, and export taxes
    in dollars, each in half of the markets.
    """
    rng = np.random.default_rng(seed)
    drawn = dense_chain(rng, size, scrap=bool(rng.random() < 0.5))
    entrepots = random_entrepots(rng, drawn) if rng.random() < 0.5 else None
    parts = (_add_stocks, _add_charges, _add_support, _add_certificates)
    chosen = [part for part in parts if rng.random() < 0.5]
    problem = writable(
        _under_policies(
            rng,
            drawn,
            policies=int(rng.integers(0, 8)),
            demand=rng.lognormal(0.0, 0.3, size[2]),
            # What a producer makes whatever the price must find a way out.
            limits=not {_add_support, _add_certificates} & set(chosen),
            entrepots=entrepots,
        )
    )
    for part in chosen:
        part(rng, problem)
    return lean(problem)


def random_entrepots(rng: np.random.Generator, drawn: Chain) -> Entrepots:
    """Return ways of a fifth of the refined flows through other users."""
    table = {}
    for origin in drawn.refiners:
        for user in drawn.users:
            if rng.random() < 0.2:
                via = [name for name in drawn.users if name != user]
                some = rng.choice(via, size=2, replace=False)
                shares = rng.uniform(0.05, 0.3, 2)
                table[drawn.mineral, "refined", origin, user] = tuple(
                    (str(name), float(share)) for name, share in zip(some, shares, strict=True)
                )
    return Entrepots(table)


def _some(rng: np.random.Generator, like: np.ndarray, high: float) -> np.ndarray:
    """Return amounts up to `high` at half of the places."""
    return rng.uniform(0.0, high, like.shape) * (rng.random(like.shape) < 0.5)


def _add_stocks(rng: np.random.Generator, problem: Problem) -> None:
    stocks = problem.stocks
    assert stocks is not None
    stocks.ore[:] = _some(rng, stocks.ore, 0.4) * problem.refinery_slack
    for order in (stocks.metal, stocks.release, stocks.purchase):
        order[:] = _some(rng, order, 0.3) * problem.demand
    stocks.purchase_limit[:] = rng.uniform(0.1, 1.0, stocks.purchase_limit.shape)


def _add_support(rng: np.random.Generator, problem: Problem) -> None:
    support = problem.support
    assert support is not None
    support.mine_bonus[:] = _some(rng, support.mine_bonus, 0.3) * problem.price_mine
    support.mine_floor[:] = _some(rng, support.mine_floor, 1.2) * problem.price_mine
    support.refinery_bonus[:] = _some(rng, support.refinery_bonus, 0.5) * problem.base_margin
    support.refinery_floor[:] = _some(rng, support.refinery_floor, 1.1) * problem.price_refined


def _add_certificates(rng: np.random.Generator, problem: Problem) -> None:
    regime = problem.certification
    assert regime is not None
    regime.certified[:] = _some(rng, regime.certified, 1.0)
    regime.bound[:] = _some(rng, regime.bound, 0.8)
    regime.cost[:] = rng.uniform(0.0, 0.1) * problem.price_mine
    regime.fraud_share[:] = rng.uniform(0.0, 0.1)
    regime.fraud_cost[:] = rng.uniform(0.02, 0.3) * problem.price_mine


def _add_charges(rng: np.random.Generator, problem: Problem) -> None:
    for terms in (problem.ore, problem.refined):
        terms.tariff_rate[:] = _some(rng, terms.tariff_rate, 0.5)
        terms.export_specific[:] = _some(rng, terms.export_specific, 0.2) * terms.tail_price
        if terms.ways is not None:
            terms.ways.tariff_rate[:] = _some(rng, terms.ways.tariff_rate, 0.5)
