"""Calibrate a market on the base year.

Does      Turns a chain and the market parameters into a problem that the base year solves.
Units     t/yr and USD/t.
Method    Link strengths are base flows without measures: where a measure in force holds a link
          down, the strength is the unrestricted flow and the observed flow becomes the cap.
          Other registered measures (taxes, licensing) enter as rates that the strength undoes.
Assumes   Base log prices are zero, so that market plus register reproduces the base year.
Not here  Policies on top of the base: see `oreacle.market.apply`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from oreacle.core.errors import MarketError
from oreacle.core.labels import LINKS, SECTORS
from oreacle.market.batch import take_rows
from oreacle.market.calibrate_links import BaseWays, base_ways, link_terms
from oreacle.market.carriage import Carriage
from oreacle.market.curves import DemandCurve, SupplyCurve
from oreacle.market.links import LinkTerms
from oreacle.market.problem import Problem
from oreacle.world.chain import Chain
from oreacle.world.entrepots import Entrepots
from oreacle.world.parameters import MarketParameters
from oreacle.world.register import Measure
from oreacle.world.territory import Territory

LEAST_SPARE = 0.01
"""Least spare capacity over output [1]; assumed: published capacity is rounded."""


def base_problem(  # noqa: PLR0913 - a market hangs on all of these
    chain: Chain,
    parameters: MarketParameters,
    territory: Territory,
    measures: Sequence[Measure] = (),
    *,
    entrepots: Entrepots | None = None,
    ways: Mapping[str, BaseWays] | None = None,
    routed: Mapping[str, Carriage] | None = None,
    size: int = 1,
) -> Problem:
    """Return the market of one mineral in the base year, `size` equal cases.

    Parameters
    ----------
    chain
        The mineral's chain.
    parameters
        Behavioural parameters.
    territory
        Which actor each country belongs to.
    measures
        Registered measures that shaped base-year trade; rates among them enter the costs.
    entrepots
        Indirect ways of flows; None for direct trade alone.
    ways
        What `base_ways` makes of the entrepots, where it is known already: it takes longer than
        all the rest.
    routed
        Carriage by pair and kind of link; without it every border crossed costs the same.
    size
        Number of cases in the batch.

    Raises
    ------
    MarketError
        ORE-MKT-001 if `size` is below one.
    """
    if size < 1:
        raise MarketError(
            "ORE-MKT-001",
            f"a batch of {size} cases was asked for.",
            why="there is nothing to clear.",
            fix="ask for one case or more.",
        )
    around = ways or ({} if entrepots is None else base_ways(chain, territory, entrepots))
    carriage = routed or {}
    links = {
        link: link_terms(
            chain, link, parameters, territory, measures, around.get(link), carriage.get(link)
        )
        for link in LINKS
    }
    return Problem(
        mineral=chain.mineral,
        miners=chain.miners,
        refiners=chain.refiners,
        users=chain.users,
        mine_curve=mine_curve(chain, parameters),
        refinery_curve=refinery_curve(parameters),
        scrap_curve=scrap_curve(parameters),
        demand_curve=demand_curve(chain, parameters),
        **_quantities(chain, parameters, size),
        recycled_counted=chain.recycled_counted,
        ore=_repeated(links["ore"], size),
        refined=_repeated(links["refined"], size),
        support=None,
        stocks=None,
        certification=None,
        price_mine=chain.price_mine,
        price_gate=chain.price_gate,
        price_refined=chain.price_refined,
        price_delivered=chain.price_delivered,
        world=chain.throughput,
    )


def _quantities(chain: Chain, parameters: MarketParameters, size: int) -> dict[str, Any]:
    """Return output, capacity and use of the nodes, one row for each case [t/yr]."""
    mined, refined = _repeat(chain.mined, size), _repeat(chain.refined, size)
    return {
        "mine_slack": mined,
        "mine_capacity": _capacity(mined, chain.mine_capacity, parameters.mine_utilisation),
        "refinery_slack": refined,
        "refinery_capacity": _capacity(
            refined, chain.refinery_capacity, parameters.refinery_utilisation
        ),
        "demand": _repeat(chain.used, size),
        "recycled": _repeat(chain.recycled, size),
        "recycled_capacity": _repeat(chain.recycled, size) / parameters.refinery_utilisation,
    }


def _capacity(output: np.ndarray, published: np.ndarray, utilisation: float) -> np.ndarray:
    """Return capacity: published where it is known, else by the stated utilisation [t/yr].

    A figure below output, or hardly above it, is a rounding of the publisher: `LEAST_SPARE`.
    """
    known = np.where(np.isfinite(published), published, output / utilisation)
    return np.asarray(np.maximum(known, output * (1.0 + LEAST_SPARE)))


def mine_curve(chain: Chain, parameters: MarketParameters) -> SupplyCurve:
    """Return the supply curve of a mineral's mines, over the log price."""
    floor = float(np.log(parameters.shutdown_price_ratio))
    return SupplyCurve(chain.supply_elasticity, floor, parameters.capacity_sharpness)


def refinery_curve(parameters: MarketParameters) -> SupplyCurve:
    """Return the supply curve of refineries, over the margin relative to base less one."""
    floor = parameters.shutdown_margin_ratio - 1.0
    return SupplyCurve(parameters.refinery_margin_elasticity, floor, parameters.capacity_sharpness)


def scrap_curve(parameters: MarketParameters) -> SupplyCurve:
    """Return the supply curve of scrap, over the log refined price."""
    floor = float(np.log(parameters.shutdown_price_ratio))
    return SupplyCurve(parameters.scrap_elasticity, floor, parameters.capacity_sharpness)


def demand_curve(chain: Chain, parameters: MarketParameters) -> DemandCurve:
    """Return the demand curve of a mineral; sectors that respond alike are one group."""
    elasticity = np.full(len(SECTORS), chain.demand_elasticity)
    elasticity[SECTORS.index("defence_aerospace")] *= parameters.defence_elasticity_ratio
    traits = np.stack([elasticity, parameters.log_chokes()], axis=1)
    used = chain.sector_shares > 0
    groups, member = np.unique(traits[used], axis=0, return_inverse=True)
    shares = np.bincount(member.ravel(), weights=chain.sector_shares[used])
    names = np.array(SECTORS)[used]
    sectors = tuple(tuple(names[member.ravel() == k].tolist()) for k in range(len(groups)))
    return DemandCurve(groups[:, 0], groups[:, 1], parameters.choke_width, shares, sectors)


def _repeat(values: np.ndarray, size: int) -> np.ndarray:
    return np.repeat(np.asarray(values, dtype=float)[None, ...], size, axis=0)


def _repeated(terms: LinkTerms, size: int) -> LinkTerms:
    return take_rows(terms, np.zeros(size, dtype=np.int64))
