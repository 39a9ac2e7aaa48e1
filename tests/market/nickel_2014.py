"""The nickel market of 2013 as the world's own parameters see it, for the ban of January 2014.

Quantities of ore are million gross tonnes at the customs of the buyer. They become chain tonnes by
what China made of the ore it bought: nickel pig iron was a quarter of world supply.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from oreacle.market.balance import evaluate
from oreacle.market.calibrate import base_problem
from oreacle.market.kernel import solve
from oreacle.market.problem import Problem
from oreacle.market.stocks import no_stocks
from oreacle.world.snapshot import World
from oreacle.world.territory import Territory

CHINA_2013 = {"IDN": 41.1, "PHL": 29.7, "OTH": 0.4}
"""Chinese customs, imports of nickel ore in 2013 [Mt gross]."""
CHINA_2014 = {"IDN": 10.6, "PHL": 36.5, "OTH": 0.7}
"""The same in 2014 [Mt gross]."""
STOCK = 29.0
"""Ore at Chinese mills and ports in mid-January 2014, mean of nine answers (Bloomberg) [Mt]."""
MONTHS = 6.0
"""For which that was said to last at the pace of 2013 (the same survey)."""
REFINED_2013, REFINED_2014 = 693.5, 690.5
"""Refined nickel and pig iron of China (British Geological Survey) [kt]."""
PIG_IRON_SHARE = 0.25
"""Chinese pig iron in world nickel supply (Macquarie in the same article) [1]."""
PRICE_2013, PRICE_2014 = 15_031.8, 16_893.4
"""London, yearly means (World Bank) [USD/t]."""
RESPONSE = 3.0
"""Share of a private stock freed per log point of price: 3, range 1 to 6, as assumed for all
minerals [1]."""
MINES = ("IDN", "PHL", "NCL", "OTH", "REST")
GATES = ("CHN", "JPN", "OTH", "REST")
CASE = "IDN-NI-2014"


@dataclass(frozen=True)
class Answer:
    """One clearing under the ban.

    Attributes
    ----------
    metal, gate
        Change of the price of metal at refineries outside China, and of ore at Chinese gates [1].
    drawn
        Ore that leaves Chinese stocks, over the base year [Mt gross].
    philippine
        Philippine ore bought by China [Mt gross].
    smelted
        Ore that Chinese smelters take in [Mt gross].
    """

    metal: float
    gate: float
    drawn: float
    philippine: float
    smelted: float


@dataclass(frozen=True)
class Nickel2014:
    """The market before the ban.

    Attributes
    ----------
    problem
        A single case whose base year is 2013.
    content
        Nickel that China recovered from a million gross tonnes of ore [t].
    banned
        Ore that Indonesia still sold, by gate: the cap of the ban [t].
    """

    problem: Problem
    content: float
    banned: np.ndarray

    def ban(self, *, stock: float, response: float = RESPONSE, use: float = 1.0) -> Answer:
        """Clear the market under the ban with ore in stock at Chinese gates [Mt gross]."""
        ore = self.problem.ore
        cap = ore.cap.copy()
        cap[0, MINES.index("IDN")] = self.banned
        held = no_stocks(1, len(GATES), 1, response)
        held.ore[0, 0] = stock * self.content
        banned = replace(
            self.problem,
            ore=replace(ore, cap=cap),
            stocks=held,
            demand=self.problem.demand * use,
        )
        solution = solve(banned)
        assert solution.solved.all()
        balance = evaluate(banned, solution.prices)
        drawn = float(np.asarray(balance.ore_release)[0, 0]) / self.content
        bought = balance.ore.flow[0, :, 0] / self.content
        return Answer(
            metal=float(np.expm1(solution.prices.refined[0, GATES.index("REST")])),
            gate=float(np.expm1(solution.prices.gate[0, 0])),
            drawn=drawn,
            philippine=float(bought[MINES.index("PHL")]),
            smelted=float(bought.sum()) + drawn,
        )


def implied_swing() -> float:
    """Return what ore stocks gave in 2014 more than in 2013, by imports and metal output [Mt].

    Smelters' need moved with Chinese output; imports fell; stocks gave the difference.
    """
    bought_2013, bought_2014 = sum(CHINA_2013.values()), sum(CHINA_2014.values())
    return bought_2013 - bought_2014 - smelted_2013() * (1.0 - REFINED_2014 / REFINED_2013)


def implied_draw() -> float:
    """Return what left ore stocks in 2014, by the use that the survey of January states [Mt]."""
    return smelted_2013() * REFINED_2014 / REFINED_2013 - sum(CHINA_2014.values())


def smelted_2013() -> float:
    """Return the ore smelted in 2013 by the pace that the survey states [Mt gross]."""
    return STOCK * 12.0 / MONTHS


def nickel_2014(
    world: World, flows: pd.DataFrame, *, refined: float, base: dict[str, float] | None = None
) -> Nickel2014:
    """Return the market of 2013.

    Parameters
    ----------
    world
        Source of every behavioural parameter.
    flows
        Table ``market_case_flows``: what others than China bought in 2013.
    refined
        Refined nickel of the world in 2013 [t].
    base
        What China buys without the ban, by origin; None for 2013 as observed [Mt gross].
    """
    bought = base or CHINA_2013
    content = PIG_IRON_SHARE * refined / sum(bought.values())
    ore = np.zeros((len(MINES), len(GATES)))
    for origin, amount in bought.items():
        ore[MINES.index(origin), 0] = amount * content
    for (exporter, importer), amount in _others(flows).items():
        ore[MINES.index(exporter), GATES.index(importer)] += amount / 1e6 * content
    ore[MINES.index("REST"), GATES.index("REST")] = refined - ore.sum()
    still = CHINA_2014["IDN"] / CHINA_2013["IDN"]
    banned = ore[0] * still
    banned[0] = CHINA_2014["IDN"] * content
    return Nickel2014(_problem(world, ore), content, banned)


def _problem(world: World, ore: np.ndarray) -> Problem:
    today = world.chain("nickel")
    level = PRICE_2013 / today.price_refined
    chain = replace(
        today,
        miners=MINES,
        refiners=GATES,
        users=("WLD",),
        mined=ore.sum(axis=1),
        refined=ore.sum(axis=0),
        recycled=np.zeros(len(GATES)),
        used=np.array([ore.sum()]),
        mine_capacity=np.full(len(MINES), np.nan),
        refinery_capacity=np.full(len(GATES), np.nan),
        ore_flow=ore,
        refined_flow=ore.sum(axis=0)[:, None],
        price_mine=today.price_mine * level,
        price_gate=today.price_gate * level,
        price_refined=today.price_refined * level,
        price_delivered=today.price_delivered * level,
        freight_ore=today.freight_ore * level,
        freight_refined=today.freight_refined * level,
        registered_caps=(),
    )
    names = {*MINES, *GATES, "WLD"}
    return base_problem(chain, world.parameters, Territory({name: name for name in sorted(names)}))


def _others(flows: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Return what gates other than China bought in 2013 [t gross]."""
    held = flows[(flows["case"] == CASE) & (flows["year"] == 2013) & (flows["importer"] != "CHN")]
    found: dict[tuple[str, str], float] = {}
    for row in held.itertuples():
        exporter = str(row.exporter) if row.exporter in MINES[:3] else "OTH"
        importer = "JPN" if row.importer == "JPN" else "OTH"
        found[exporter, importer] = found.get((exporter, importer), 0.0) + float(str(row.quantity))
    return found
