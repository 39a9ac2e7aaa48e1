"""Small worlds that market tests share."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from oreacle.core.labels import SECTORS
from oreacle.world.chain import Chain, RegisteredCap
from oreacle.world.parameters import MarketParameters
from oreacle.world.territory import Territory

PARAMETERS = MarketParameters(
    ore_substitution=3.0,
    refined_substitution=4.0,
    capacity_sharpness=6.0,
    mine_utilisation=0.87,
    refinery_utilisation=0.82,
    refinery_margin_elasticity=0.5,
    scrap_elasticity=0.3,
    shutdown_price_ratio=0.15,
    shutdown_margin_ratio=0.0,
    choke_width=0.15,
    defence_elasticity_ratio=0.5,
    unseen_reexport_share=0.02,
    leak_cost=0.1,
    stock_response=3.0,
    choke_multiples=(6.0, 8.0, 20.0, 40.0, 6.0, 6.0, 6.0),
)


def sectors(**shares: float) -> np.ndarray:
    """Return sector shares in the fixed order."""
    return np.array([shares.get(name, 0.0) for name in SECTORS])


def chain(
    ore: np.ndarray,
    metal: np.ndarray,
    names: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]],
    *,
    prices: tuple[float, float, float, float] = (600.0, 650.0, 1000.0, 1020.0),
    elasticity: tuple[float, float] = (0.2, 0.1),
    shares: np.ndarray | None = None,
    caps: tuple[RegisteredCap, ...] = (),
    scrap: bool = False,
) -> Chain:
    """Return a chain whose nodes are the margins of the given flows.

    With `scrap`, what leaves refineries beyond the ore that they take in is recycled.
    """
    return Chain(
        mineral="testium",
        name="Testium",
        miners=names[0],
        refiners=names[1],
        users=names[2],
        mined=ore.sum(axis=1),
        refined=ore.sum(axis=0),
        recycled=metal.sum(axis=1) - ore.sum(axis=0) if scrap else np.zeros(len(names[1])),
        used=metal.sum(axis=0),
        mine_capacity=np.full(len(names[0]), np.nan),
        refinery_capacity=np.full(len(names[1]), np.nan),
        ore_flow=ore,
        refined_flow=metal,
        price_mine=prices[0],
        price_gate=prices[1],
        price_refined=prices[2],
        price_delivered=prices[3],
        freight_ore=prices[1] - prices[0],
        freight_refined=prices[3] - prices[2],
        supply_elasticity=elasticity[0],
        supply_elasticity_long_run=1.0,
        demand_elasticity=elasticity[1],
        demand_elasticity_long_run=0.5,
        sector_shares=sectors(other=0.8, defence_aerospace=0.2) if shares is None else shares,
        lead_time_mine=5.0,
        lead_time_refinery=2.0,
        grade_ore="A",
        grade_refined="A",
        is_integrated=False,
        is_by_product=False,
        registered_caps=caps,
    )


def random_chain(rng: np.random.Generator, mines: int, plants: int, users: int) -> Chain:
    """Return a random chain that closes: flows are drawn, nodes follow."""
    names = tuple(
        tuple(f"{letter}{k:02d}" for k in range(count))
        for letter, count in (("M", mines), ("R", plants), ("U", users))
    )
    ore = rng.lognormal(0.0, 1.5, (mines, plants)) * (rng.random((mines, plants)) < 0.7)
    ore[0, :] += 0.1
    ore[:, 0] += 0.1
    split = rng.dirichlet(np.full(users, 0.5), plants)
    metal = ore.sum(axis=0)[:, None] * split
    return chain(ore, metal, names)  # type: ignore[arg-type]


def own_territory(*groups: tuple[str, ...], blocs: Mapping[str, str] | None = None) -> Territory:
    """Return a territory in which every country is its own actor, or belongs to a bloc."""
    everyone = {name for group in groups for name in group}
    return Territory({name: (blocs or {}).get(name, name) for name in sorted(everyone)})
