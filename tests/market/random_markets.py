"""Random markets from a seed: symmetric ones, ordinary ones and extreme ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.market.small import PARAMETERS, chain, own_territory, sectors

from oreacle.market.calibrate import base_problem
from oreacle.market.curves import DemandCurve, SupplyCurve
from oreacle.market.links import LinkTerms
from oreacle.market.problem import Problem
from oreacle.world.chain import Chain

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
