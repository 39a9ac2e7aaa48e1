"""One mineral's market run forward from an origin by the engine's own functions.

Does      Moves demand, shock, capacity and price year by year for a block of members.
Units     Log prices over the origin [1]; levels over the origin [1]; t/yr.
Method    The order of `oreacle.engine.year`: shock, demand, clearing, entry and drift, slow
          response of demand. Growth of use differs by member; investors expect the trend. At the
          start a part of the price gap is a demand shock that fades: the price is then above its
          long-run level, to which entry and slow demand pull.
Assumes   No government acts and no measure is in force; by-products do not hang on hosts; no
          stocks. All minerals are run apart.
Not here  What is known at the origin: see `.known`; scores: see `.price_scores`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.core.streams import member_stream
from oreacle.engine.capacity import (
    Fleet,
    Prospects,
    YearDraws,
    entry_rate,
    first_fleet,
    lead_years,
    next_fleet,
)
from oreacle.engine.demand import next_adjustment, next_shock, shock_size
from oreacle.engine.markets import Cleared, Growth, Start, clear_year, grown
from oreacle.engine.response import effective_elasticity
from oreacle.engine.settings import EngineSettings
from oreacle.engine.year import growth_ahead
from oreacle.forecasting.backcast.known import Known
from oreacle.market.apply import PolicyDesk
from oreacle.market.calibrate import base_problem
from oreacle.market.problem import Problem
from oreacle.world.chain import Chain
from oreacle.world.past import PastWorld

YEARS = 5
"""Years run: the longest horizon [yr]."""
SHOCK, CAPACITY, TREND = 0, 1, 2
MECHANISMS = 3


@dataclass(frozen=True)
class Launch:
    """A market ready to run.

    Attributes
    ----------
    chain, problem
        Market of the origin, one case per member.
    desk
        Needed to clear, though no policy is in force.
    shock, elasticity
        Innovation of the demand shock [log points], and the demand shift that moves the price
        by one log point [1].
    drift
        Yearly drift of log capacity shares [1].
    settings
        Assumptions of the engine.
    """

    chain: Chain
    problem: Problem
    desk: PolicyDesk
    shock: float
    elasticity: float
    drift: float
    settings: EngineSettings

    @property
    def demand_gap(self) -> float:
        """Long-run less short-run demand elasticity [1]."""
        return max(self.chain.demand_elasticity_long_run - self.chain.demand_elasticity, 0.0)


@dataclass(frozen=True)
class Luck:
    """Standard normal draws of a run.

    Attributes
    ----------
    shock
        Shape (member, year).
    drift_mines, lead_mines, drift_plants, lead_plants
        Shape (member, year, node).
    trend
        Shape (member,).
    """

    shock: np.ndarray
    drift_mines: np.ndarray
    lead_mines: np.ndarray
    drift_plants: np.ndarray
    lead_plants: np.ndarray
    trend: np.ndarray


@dataclass(frozen=True)
class Use:
    """Use over the origin.

    Attributes
    ----------
    actual
        At base prices, by member, the origin first, shape (member, year) [1].
    expected
        What investors expect, shape (year,) [1].
    """

    actual: np.ndarray
    expected: np.ndarray


@dataclass(frozen=True)
class Course:
    """What a run leaves behind.

    Attributes
    ----------
    log_price
        Mean delivered log price over the origin, shape (member, year); missing where a market
        did not solve.
    mined, refined
        Output by node, shape (member, year, node) [t/yr].
    """

    log_price: np.ndarray
    mined: np.ndarray
    refined: np.ndarray


def launch(
    world: PastWorld, known: Known, drift: float, settings: EngineSettings, members: int
) -> Launch:
    """Return the market of a mineral at an origin, ready to run.

    Raises
    ------
    MarketError
        ORE-MKT-003 if the market does not answer a shift of demand.
    """
    chain = world.chain(known.mineral)
    elasticity = effective_elasticity(world, known.mineral)
    return Launch(
        chain,
        base_problem(chain, world.parameters, world.territory, size=members),
        PolicyDesk.of(world, known.mineral),
        shock_size(known.volatility, elasticity, settings),
        elasticity,
        drift,
        settings,
    )


def luck_of(seed: int, number: int, members: int, start: Launch) -> Luck:
    """Return the draws of a run: one stream for each member, mineral and mechanism.

    Parameters
    ----------
    seed
        Root seed, another one for each origin.
    number
        Number of the mineral.
    members
        How many.
    start
        The market: its nodes set the sizes.
    """
    streams = [
        [member_stream(seed, m, purpose=MECHANISMS * number + part) for m in range(members)]
        for part in range(MECHANISMS)
    ]
    mines, plants = len(start.chain.miners), len(start.chain.refiners)
    shock = np.stack([stream.standard_normal(YEARS) for stream in streams[SHOCK]])
    shape = (YEARS, 2 * (mines + plants))
    nodes = np.stack([stream.standard_normal(shape) for stream in streams[CAPACITY]])
    ends = np.cumsum([mines, mines, plants])
    drift_mines, lead_mines, drift_plants, lead_plants = np.split(nodes, ends, axis=2)
    trend = np.array([float(stream.standard_normal()) for stream in streams[TREND]])
    return Luck(shock, drift_mines, lead_mines, drift_plants, lead_plants, trend)


def run_forward(start: Launch, luck: Luck, use: Use, gap: float) -> Course:
    """Return prices and output of the years after the origin.

    Parameters
    ----------
    start, luck, use
        Market, draws and use.
    gap
        Part of the log price at the origin that is a demand shock [log points]; 0 starts at rest.
    """
    settings, members = start.settings, len(luck.trend)
    shock0 = start.elasticity * gap
    shock = np.full((members, 1), shock0)
    adjustment = np.zeros((members, 1))
    fleets = _first_fleets(start, use, members, gap)
    found: list[Cleared] = []
    prices: Start | None = None
    nothing: tuple[tuple[()], ...] = tuple(() for _ in range(members))
    for step in range(YEARS):
        shock = next_shock(shock, luck.shock[:, [step]], np.array([start.shock]), settings)
        demand = use.actual[:, step + 1] * np.exp(shock - shock0 + adjustment)[:, 0]
        growth = Growth(fleets[0].level, fleets[1].level, demand)
        cleared = clear_year(grown(start.problem, growth), start.desk, nothing, nothing, prices)
        fleets = _next_fleets(start, luck, use, fleets, cleared, step, gap)
        level = np.log(cleared.price_delivered)[:, None]
        known = np.where(np.isfinite(level), level, 0.0) + gap
        adjustment = next_adjustment(adjustment, known, np.array([start.demand_gap]), settings)
        prices = Start(cleared.prices, cleared.prices)
        found.append(cleared)
    return Course(
        np.stack([np.log(one.price_delivered) for one in found], axis=1),
        np.stack([one.mined for one in found], axis=1),
        np.stack([one.refined for one in found], axis=1),
    )


def _first_fleets(start: Launch, use: Use, members: int, gap: float) -> tuple[Fleet, Fleet]:
    """Return mines and plants: what expected use needs, and what is under way for it."""
    chain, expected = start.chain, use.expected[1:]
    mine_lead, plant_lead = _leads(start)
    mines = first_fleet(members, len(chain.miners), expected, round(mine_lead))
    plants = first_fleet(members, len(chain.refiners), expected, round(plant_lead))
    # Investors have seen the price gap, too.
    return Fleet(mines.level, mines.queue, mines.expected_price + gap), plants


def _leads(start: Launch) -> tuple[float, float]:
    return (
        lead_years(start.chain.lead_time_mine, start.settings),
        max(start.chain.lead_time_refinery, 1.0),
    )


def _next_fleets(
    start: Launch,
    luck: Luck,
    use: Use,
    fleets: tuple[Fleet, Fleet],
    cleared: Cleared,
    step: int,
    gap: float,
) -> tuple[Fleet, Fleet]:
    mine_lead, plant_lead = _leads(start)
    margin = np.nan_to_num(np.clip(cleared.margin, -1.0, 1.0))
    rate = entry_rate(start.elasticity, start.settings)
    moved = [
        next_fleet(
            fleet,
            Prospects(
                price=price,
                growth_ahead=growth_ahead(use.expected, step, lead),
                rate=rate,
                lead=lead,
                drift=start.drift,
                weight=weight,
            ),
            YearDraws(drift[:, step], wait[:, step]),
            start.settings,
        )
        for fleet, price, lead, weight, drift, wait in (
            (
                fleets[0],
                cleared.prices.mine + gap,
                mine_lead,
                start.chain.mined,
                luck.drift_mines,
                luck.lead_mines,
            ),
            (
                fleets[1],
                margin,
                plant_lead,
                start.chain.refined,
                luck.drift_plants,
                luck.lead_plants,
            ),
        )
    ]
    return moved[0], moved[1]
