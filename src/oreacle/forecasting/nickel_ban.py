"""Indonesia's ban of nickel ore in 2014, with ore stocks at the Chinese gate.

Does      Builds the market of 2013, puts the ban in force at the volume that still came, and gives
          metal and ore prices, what stocks gave, and the same ban a year later.
Units     t Ni/yr in refined equivalents inside; Mt of gross ore, and per cent, in the answer.
Method    Two stages, cleared by the kernel with the world's own nickel parameters. Buying for
          stocks ahead of the ban ends when it is in force. Stocks of ore answer the price at the
          gate with the neutral response of 1: a share 1 - e^-x at log price x.
Assumes   One content for all traded ore, by balance: Chinese imports of 2012-15 over the metal
          that China made of them. Metal trades on one market. No metal stock moves.
Not here  Months: the peak of May 2014 and the slump after it. The cases without stocks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from oreacle.core.errors import MarketError
from oreacle.market.balance import evaluate
from oreacle.market.calibrate import demand_curve, mine_curve, refinery_curve, scrap_curve
from oreacle.market.cases import MarketCase
from oreacle.market.groups import lean
from oreacle.market.kernel import solve
from oreacle.market.links import LinkTerms
from oreacle.market.problem import Problem
from oreacle.market.stocks import no_stocks
from oreacle.world.chain import Chain
from oreacle.world.parameters import MarketParameters

CASE = "IDN-NI-2014"
IMPORTS = {2012: 62.4, 2013: 71.2, 2014: 47.8, 2015: 35.4}
"""Chinese imports of nickel ore, Chinese customs [Mt gross]."""
FROM_INDONESIA = {2012: 33.6, 2013: 41.1, 2014: 10.6, 2015: 0.2}
FROM_PHILIPPINES = {2012: 28.2, 2013: 29.7, 2014: 36.5, 2015: 34.4}
CHINA_REFINED = {2012: 519.2, 2013: 693.5, 2014: 690.5, 2015: 600.0}
"""Chinese smelter and refinery output, BGS World Mineral Statistics [kt Ni]."""
CHINA_MINED = {2012: 93.3, 2013: 93.151, 2014: 101.067, 2015: 101.403}
"""Chinese mine output, BGS: metal that needs no imported ore [kt Ni]."""
WORLD_REFINED = 1965.281
"""World output of 2013, BGS [kt Ni]."""
STOCK = 29.0
"""Ore at Chinese ports, traders and plants at the start of 2014, mean of seven estimates: survey
by Bloomberg News, 31 March 2014 [Mt gross]."""
PORT_STOCK = 15.3 / (1.0 - 0.17)
"""Ore at Chinese ports in October 2013: 15.3 Mt a year later, 17 % less (case list) [Mt gross]."""
BACI_REMAINING = 7.674 / 58.213
"""Indonesian exports of 2014 over 2013 in BACI, which knows no goods under way [1]."""
PUBLISHED_SUPPLY, INELASTIC_SUPPLY = 0.71, 0.15
"""Elasticities of mine supply within a year: Boer, Pescatori and Stuermer 2021 (IMF WP/21/243), and
the middle of the short-run range 0.05 to 0.3 of other minerals [1]."""
METAL_PRICE = {2013: 15031.8, 2014: 16893.4}
"""LME cash, annual means, World Bank [USD/t]."""
RESPONSE = 1.0
"""Share of a private ore stock released per log point of price: neutral, assumed [1]."""
MINERS = ("IDN", "PHL", "other ore", "integrated")
REFINERS = ("CHN", "other importers", "integrated")


@dataclass(frozen=True)
class BanYear:
    """One year of the ban.

    Attributes
    ----------
    metal, ore
        Change of the metal price, and of the price of ore at the Chinese gate [1].
    drawn
        Ore that Chinese stocks gave up [Mt gross].
    philippines
        Philippine ore to China [Mt gross].
    chinese_metal
        Change of Chinese metal from imported ore [1].
    """

    metal: float
    ore: float
    drawn: float
    philippines: float
    chinese_metal: float


@dataclass(frozen=True)
class BanResult:
    """The ban with stocks, a year later, and without any.

    Attributes
    ----------
    first, later, bare
        With stocks of the start of 2014; with what the first year left; without stocks.
    implied
        Draw-down of 2014 that the case implies: see `implied_draw` [Mt gross].
    seen
        Change of the metal price, annual mean [1].
    """

    first: BanYear
    later: BanYear
    bare: BanYear
    implied: float
    seen: float


def ore_per_metal() -> float:
    """Return gross ore per metal made of imported ore, by the balance of 2012-15 [Mt/kt].

    Stocks are taken as equal at both ends: they rose ahead of the ban and were used up after it.
    """
    metal = sum(CHINA_REFINED[year] - CHINA_MINED[year] for year in IMPORTS)
    return sum(IMPORTS.values()) / metal


def use_of(year: int) -> float:
    """Return ore that Chinese plants used in a year [Mt gross]."""
    return ore_per_metal() * (CHINA_REFINED[year] - CHINA_MINED[year])


def implied_draw() -> float:
    """Return the draw-down of 2014 that imports and metal output imply [Mt gross]."""
    return use_of(2014) - IMPORTS[2014]


@dataclass(frozen=True)
class BanSettings:
    """What can be varied, at the values of the case.

    Attributes
    ----------
    stock
        Ore in Chinese stocks when the ban began [Mt gross].
    response
        Share of a stock released per log point of price [1].
    remaining
        Indonesian ore that still came, over 2013 [1].
    supply
        Elasticity of mine supply; None for the world's own [1].
    """

    stock: float = STOCK
    response: float = RESPONSE
    remaining: float = FROM_INDONESIA[2014] / FROM_INDONESIA[2013]
    supply: float | None = None


VARIANTS: dict[str, BanSettings] = {
    "as described": BanSettings(),
    "port stocks alone (18.4 Mt)": BanSettings(stock=PORT_STOCK),
    "holders half as ready": BanSettings(response=0.5 * RESPONSE),
    "holders twice as ready": BanSettings(response=2.0 * RESPONSE),
    "mine supply 0.71, as published": BanSettings(supply=PUBLISHED_SUPPLY),
    "mine supply 0.15": BanSettings(supply=INELASTIC_SUPPLY),
    "volume by BACI (0.13 remains)": BanSettings(remaining=BACI_REMAINING),
}
"""How far the answer rests on what is uncertain."""


def nickel_ban(
    case: MarketCase,
    chain: Chain,
    parameters: MarketParameters,
    settings: BanSettings | None = None,
) -> BanResult:
    """Return the ban of 2014 beside what was seen.

    Parameters
    ----------
    case
        The case IDN-NI-2014, for the importers beside China.
    chain, parameters
        Nickel of the world, and its market parameters: elasticities and price shares.
    settings
        What is varied; None for the case as described.

    Raises
    ------
    MarketError
        ORE-MKT-002 if the market does not clear.
    """
    chosen = settings or BanSettings()
    problem = ban_problem(case, chain, parameters, chosen.remaining)
    if chosen.supply is not None:
        curve = replace(problem.mine_curve, elasticity=chosen.supply)
        problem = replace(problem, mine_curve=curve)
    first = _cleared(problem, chosen.stock, chosen.response)
    return BanResult(
        first=first,
        later=_cleared(problem, chosen.stock - first.drawn, chosen.response),
        bare=_cleared(problem, 0.0, chosen.response),
        implied=implied_draw(),
        seen=METAL_PRICE[2014] / METAL_PRICE[2013] - 1.0,
    )


def ban_problem(
    case: MarketCase, chain: Chain, parameters: MarketParameters, remaining: float
) -> Problem:
    """Return the market under the ban; without its caps base prices clear but for stock buying.

    Parameters
    ----------
    case, chain, parameters
        As in `nickel_ban`.
    remaining
        Indonesian ore that still comes, over 2013 [1].
    """
    ore = _ore_flows(case) / ore_per_metal() * 1e3
    used = np.array([use_of(2013) / ore_per_metal() * 1e3, ore[:, 1].sum(), ore[3, 2]])
    mine, gate, refined, delivered = _prices(chain)
    cap = np.full_like(ore, np.inf)
    cap[0] = ore[0] * remaining
    supplied, world = ore.sum(axis=1), float(used.sum())
    nothing = np.zeros((1, len(REFINERS)))
    return Problem(
        mineral="nickel",
        miners=MINERS,
        refiners=REFINERS,
        users=("world",),
        recycled_counted=False,
        price_mine=mine,
        price_gate=gate,
        price_refined=refined,
        price_delivered=delivered,
        world=world,
        mine_curve=mine_curve(chain, parameters),
        refinery_curve=refinery_curve(parameters),
        scrap_curve=scrap_curve(parameters),
        demand_curve=demand_curve(chain, parameters),
        ore=_links(ore, cap, mine, gate, parameters.ore_substitution),
        refined=_links(
            used[:, None],
            np.full((len(REFINERS), 1), np.inf),
            refined,
            delivered,
            parameters.refined_substitution,
        ),
        support=None,
        stocks=None,
        certification=None,
        mine_slack=supplied[None],
        mine_capacity=supplied[None] / parameters.mine_utilisation,
        refinery_slack=used[None],
        refinery_capacity=used[None] / parameters.refinery_utilisation,
        demand=np.array([[world]]),
        recycled=nothing,
        recycled_capacity=nothing.copy(),
    )


def _prices(chain: Chain) -> tuple[float, ...]:
    """Return prices at mine, gate, refined and delivered at the metal price of 2013 [USD/t]."""
    ladder = chain.price_mine, chain.price_gate, chain.price_refined, chain.price_delivered
    return tuple(price * METAL_PRICE[2013] / chain.price_refined for price in ladder)


def _ore_flows(case: MarketCase) -> np.ndarray:
    """Return the flows of 2013 [Mt gross]: customs for China, the case for other importers."""
    year = case.yearly[case.years.index(2013)] / 1e6
    elsewhere = [k for k, code in enumerate(case.importers) if code != "CHN"]
    sold = dict(zip(case.exporters, year[:, elsewhere].sum(axis=1), strict=True))
    rest = sum(amount for code, amount in sold.items() if code not in MINERS[:2])
    ore = np.zeros((len(MINERS), len(REFINERS)))
    known = FROM_INDONESIA[2013], FROM_PHILIPPINES[2013]
    ore[:3, 0] = [*known, IMPORTS[2013] - sum(known)]
    ore[:3, 1] = [sold["IDN"], sold["PHL"], rest]
    traded = (use_of(2013) + ore[:, 1].sum()) / ore_per_metal()
    ore[3, 2] = (WORLD_REFINED - traded) * ore_per_metal()
    return ore


def _links(
    flow: np.ndarray, cap: np.ndarray, tail: float, head: float, substitution: float
) -> LinkTerms:
    nothing = np.zeros((1, *flow.shape))
    return LinkTerms(
        base_cost=np.full(flow.shape, head),
        tail_price=tail,
        outside=np.ones(flow.shape, dtype=bool),
        ways=None,
        substitution=substitution,
        strength=flow[None],
        reference=flow[None],
        freight=nothing + head - tail,
        export_rate=nothing.copy(),
        licence_rate=nothing.copy(),
        tariff_rate=nothing.copy(),
        export_specific=nothing.copy(),
        cap=cap[None],
        quota=np.full((1, flow.shape[0]), np.inf),
    )


def _cleared(problem: Problem, stock: float, response: float) -> BanYear:
    """Return the year with a stock of ore at the Chinese gate [Mt gross]."""
    held = no_stocks(1, len(REFINERS), 1, response)
    held.ore[0, REFINERS.index("CHN")] = stock / ore_per_metal() * 1e3
    market = lean(replace(problem, stocks=held))
    solution = solve(market)
    if not solution.solved.all():
        raise MarketError(
            "ORE-MKT-002",
            f"the nickel market of 2014 did not clear (residual {solution.residual.max():.1e}).",
            why="its prices would be guesses.",
            fix="report it.",
        )
    balance = evaluate(market, solution.prices)
    gross = ore_per_metal() / 1e3
    drawn = float(balance.ore_release[0, 0]) if isinstance(balance.ore_release, np.ndarray) else 0.0
    return BanYear(
        metal=float(np.expm1(solution.prices.delivered[0, 0])),
        ore=float(np.expm1(solution.prices.gate[0, 0])),
        drawn=drawn * gross,
        philippines=float(balance.ore.flow[0, 1, 0]) * gross,
        chinese_metal=float(balance.throughput[0, 0] / market.refinery_slack[0, 0] - 1.0),
    )
