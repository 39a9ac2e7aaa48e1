"""Power that is short in a country, and energy that is dear in a region.

Does      Lets power crises start and end, and moves the price of energy; takes capacity of mines
          and plants that need power, and makes refining dearer where it needs much energy.
Units     Share of power missing and of capacity [1]; log points; USD/t.
Method    A crisis starts in a country with a yearly probability and ends with another; while it
          lasts a share f of power is missing in the part of the country that one system feeds, and
          a node that loses e of its output for each share of power loses e f. Capacity that runs
          is over what is expected of crises since the start, so that none is lost on average. A
          plant whose energy is a share k of its margin at base prices pays k M (e^x / E[e^x] - 1)
          more a tonne (see `oreacle.engine.mechanisms.energy_costs`).
Assumes   No crisis in the base year. Power for mines costs what it did.
Not here  Weather and drought that stop mines themselves: see `.shocks`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.data.codes import actor_name
from oreacle.engine.mechanisms.cells import (
    ENERGY_CAUSES,
    Cells,
    country_of,
    make_cells,
    planned_running,
    producing_countries,
    rate_factor,
)
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import (
    NORMAL,
    UNIFORM,
    Advance,
    DrawShape,
    Mechanism,
    Moment,
    Note,
    Recorded,
)
from oreacle.engine.mechanisms.energy_costs import (
    REGION_WORDS,
    REGIONS,
    PriceProcess,
    energy_places,
    energy_use,
)
from oreacle.engine.setting import Setting
from oreacle.world.jurisdictions import Jurisdictions

CLASSES: Mapping[str, float] = {
    "very good": -2.0,
    "good": -1.0,
    "fair": 0.0,
    "poor": 1.0,
    "very poor": 2.0,
}
"""Classes of reliability of power; a longer class stands before one that it holds."""
POWER: Mapping[str, float] = {"power_shortage": 1.0}
"""The cause of the record that is all of `power`."""
MOST_SHORT = 0.6
"""Largest share of power that is missing for a year [1]."""


@dataclass(frozen=True)
class EnergyParameters:
    """Parameters, as in `assumed/mechanism_energy.csv`."""

    crisis_rate: float
    poor_power: float
    crisis_end: float
    shortfall: float
    shortfall_spread: float
    persistence: float
    world_innovation: float
    region_innovation: float
    spike_rate: float
    spike_size: float
    told_from: float
    told_price: float


@dataclass(frozen=True)
class EnergyFacts:
    """What is worked out once.

    Attributes
    ----------
    cells
        Mines and plants.
    countries
        Countries with a mine or plant.
    place
        Country of each node, shape (cell,).
    onset
        Probability that a crisis starts in a year, shape (country,) [1].
    exposure
        Capacity that a node loses over the share of power that is missing, shape (cell,) [1].
    margin
        Cost of energy of a plant over base prices, for each unit of e^x / E[e^x] - 1, by mineral
        [USD/t].
    plant_region
        Region of each plant by mineral.
    process
        How the price of energy moves.
    """

    cells: Cells
    countries: tuple[str, ...]
    place: np.ndarray
    onset: np.ndarray
    exposure: np.ndarray
    margin: np.ndarray
    plant_region: tuple[np.ndarray, ...]
    process: PriceProcess


@dataclass(frozen=True)
class EnergyPiece:
    """Energy at the end of a year.

    Attributes
    ----------
    short
        Share of power that is missing, shape (member, country) [1].
    price
        Log prices of energy, the world's part and each region's own, shape (member, 1 + region).
    """

    short: np.ndarray
    price: np.ndarray


def make_facts(setting: Setting, parameters: object) -> EnergyFacts:
    """Return needs, odds and regions of a run."""
    if not isinstance(parameters, EnergyParameters):
        raise TypeError(f"parameters are {type(parameters).__name__}, not EnergyParameters")
    world = setting.world
    cells, countries = make_cells(world), producing_countries(world)
    place = country_of(cells, countries)
    use = energy_use(cells.names)
    region, share = energy_places(countries)
    made = np.bincount(place, cells.share, minlength=len(countries))
    poor = reliability_factors(world.jurisdictions, countries, parameters.poor_power)
    rate = parameters.crisis_rate * made * poor / (made * poor).sum()
    at = dict(zip(countries, region, strict=True))
    chains = list(world.chains.values())
    return EnergyFacts(
        cells=cells,
        countries=countries,
        place=place,
        onset=np.asarray(-np.expm1(-rate)),
        exposure=use.power[cells.mineral, cells.stage] * share[place],
        margin=np.array([c.price_refined - c.price_gate for c in chains]) * use.cost,
        plant_region=tuple(np.array([at[c] for c in chain.refiners]) for chain in chains),
        process=PriceProcess(
            parameters.persistence,
            parameters.world_innovation,
            parameters.region_innovation,
            parameters.spike_rate,
            parameters.spike_size,
        ),
    )


def reliability_factors(table: Jurisdictions, countries: Sequence[str], step: float) -> np.ndarray:
    """Return how much likelier a power crisis is than where power is fair, shape (country,) [1].

    The first class that the text of a country names counts; without one it is fair.
    """
    ranks = []
    for country in countries:
        found = table.hazard(country, "power_reliability")
        text = "" if found is None else (found.level or found.text)
        known = [rank for name, rank in CLASSES.items() if text.startswith(name)]
        ranks.append(known[0] if known else 0.0)
    return np.asarray(step ** np.array(ranks))


def draw_shapes(setting: Setting) -> Mapping[str, DrawShape]:
    """Return the draws of a year."""
    countries = len(producing_countries(setting.world))
    return {
        "crisis": DrawShape(UNIFORM, (countries,)),
        "size": DrawShape(NORMAL, (countries,)),
        "price": DrawShape(NORMAL, (1 + len(REGIONS),)),
        "spike": DrawShape(UNIFORM, (len(REGIONS),)),
    }


def start(moment: Moment) -> EnergyPiece:
    """Return the first state: no crisis, energy at base prices."""
    countries = len(moment.fact(EnergyFacts).countries)
    return EnergyPiece(
        np.zeros((moment.members, countries)), np.zeros((moment.members, 1 + len(REGIONS)))
    )


def missing_power(moment: Moment) -> np.ndarray:
    """Return the share of power that is missing in the year, shape (member, country) [1]."""
    facts, chosen = moment.fact(EnergyFacts), moment.settings(EnergyParameters)
    last, uniform = moment.piece(EnergyPiece).short, moment.numbers["crisis"]
    rates = moment.setting.scenario.shock_rates
    onset = facts.onset
    if rates:
        factor = rate_factor(rates, "power", facts.cells, moment.year, POWER)
        by_country = np.ones(len(facts.countries))
        by_country[facts.place] = factor
        onset = -np.expm1(by_country * np.log1p(-onset))
    size = shortfall(chosen, moment.numbers["size"])
    going = np.where(uniform < chosen.crisis_end, 0.0, last)
    return np.asarray(np.where(last > 0.0, going, np.where(uniform < onset, size, 0.0)))


def shortfall(chosen: EnergyParameters, normal: np.ndarray) -> np.ndarray:
    """Return the share of power that a crisis takes, same shape [1]."""
    sizes = chosen.shortfall * np.exp(chosen.shortfall_spread * normal)
    return np.asarray(np.minimum(sizes, MOST_SHORT))


def in_crisis(onset: np.ndarray, ending: float, years: int) -> np.ndarray:
    """Return the probability of a crisis in a year, from none in the base year, same shape [1].

    p' = p (1 - e) + (1 - p) o: p tends to o / (o + e).

    Examples
    --------
    >>> in_crisis(np.array([0.1]), 0.5, 1).tolist()
    [0.1]
    >>> round(float(in_crisis(np.array(0.1), 0.5, 50)), 6)
    0.166667
    """
    settled = onset / (onset + ending)
    return np.asarray(settled * (1.0 - (1.0 - onset - ending) ** years))


def running(moment: Moment, short: np.ndarray) -> np.ndarray:
    """Return capacity that runs over what is usual, shape (member, cell) [1]."""
    facts, chosen = moment.fact(EnergyFacts), moment.settings(EnergyParameters)
    odds = in_crisis(facts.onset, chosen.crisis_end, moment.step + 1)
    # The mean of a log-normal; the cut at `MOST_SHORT` lies three spreads away.
    mean = chosen.shortfall * np.exp(0.5 * chosen.shortfall_spread**2)
    usual = (odds * min(mean, MOST_SHORT))[facts.place] * facts.exposure
    return np.asarray((1.0 - short[:, facts.place] * facts.exposure) / (1.0 - usual))


def energy_price(moment: Moment) -> np.ndarray:
    """Return log prices of energy, the world's part and each region's own [log points]."""
    facts, rates = moment.fact(EnergyFacts), moment.setting.scenario.shock_rates
    factor = np.ones(len(REGIONS))
    for one in rates:
        if one.cause == "energy_price" and one.span.holds(moment.year):
            factor *= _of_region(facts, one.place, one.factor)
    numbers = moment.numbers
    last = moment.piece(EnergyPiece).price
    return facts.process.next(last, numbers["price"], numbers["spike"], factor)


def _of_region(facts: EnergyFacts, place: str | None, factor: float) -> np.ndarray:
    """Return a factor for the regions in which a place lies, shape (region,) [1]."""
    if place is None:
        return np.full(len(REGIONS), factor)
    region, _ = energy_places(facts.countries)
    hit = {int(region[k]) for k in facts.place[facts.cells.named(place)]}
    return np.where(np.isin(np.arange(len(REGIONS)), list(hit)), factor, 1.0)


def conditions(moment: Moment) -> Mapping[int, Conditions]:
    """Return capacity that runs, and what energy adds to the cost of refining."""
    facts = moment.fact(EnergyFacts)
    left = running(moment, missing_power(moment))
    own = [one for one in moment.setting.scenario.shocks if one.cause in ENERGY_CAUSES]
    planned = planned_running(own, facts.cells, moment.year)
    if planned is not None:
        left = left * planned
    price = energy_price(moment)
    mean = facts.process.mean_factor(moment.step + 1)
    dearer = np.exp(price[:, :1] + price[:, 1:]) / mean - 1.0
    found = {}
    for k, (mine, plant, end) in enumerate(facts.cells.spans):
        cost = facts.margin[k] * dearer[:, facts.plant_region[k]]
        found[k] = Conditions(mines=left[:, mine:plant], plants=left[:, plant:end], plant_cost=cost)
    return found


def advance(moment: Moment) -> Advance:
    """Return crises and prices at the end of the year."""
    return Advance(EnergyPiece(missing_power(moment), energy_price(moment)))


def record(moment: Moment) -> Mapping[str, Recorded]:
    """Return the worth of capacity without power, and the world's mean log price of energy."""
    facts = moment.fact(EnergyFacts)
    lost = (missing_power(moment)[:, facts.place] * facts.exposure) @ facts.cells.worth
    price = energy_price(moment)
    return {
        "power_lost": Recorded(lost, (), "1"),
        "energy_price": Recorded(price[:, 0] + price[:, 1:].mean(axis=1), (), "log points"),
    }


def tell(moment: Moment) -> Sequence[Note]:
    """Return crises that start and take a noticeable part of a mineral, and dear energy."""
    facts, chosen = moment.fact(EnergyFacts), moment.settings(EnergyParameters)
    short, before = missing_power(moment), moment.piece(EnergyPiece)
    cells = facts.cells
    notes = []
    for member, country in np.argwhere((short > 0.0) & (before.short <= 0.0)):
        nodes = np.flatnonzero(facts.place == country)
        world = short[member, country] * facts.exposure[nodes] * cells.share[nodes]
        most = int(world.argmax())
        if world[most] >= chosen.told_from:
            mineral = cells.names[int(cells.mineral[nodes[most]])]
            name = actor_name(facts.countries[country])
            called = moment.setting.world.chain(mineral).in_words
            notes.append(
                Note(
                    member=int(member),
                    mechanism="energy",
                    actor=str(cells.actor[nodes[most]]),
                    mineral=mineral,
                    what=f"{name} is short of power: {short[member, country]:.0%} is missing",
                    why="by chance, at the rate of 2010 to 2024 and the reliability of its power",
                    effect=f"{world[most]:.1%} of the world's {called} stands still for the year",
                    weight=float(min(world[most] * 20.0, 5.0)),
                )
            )
    return [*notes, *_dear(moment, chosen.told_price)]


def _dear(moment: Moment, least: float) -> list[Note]:
    price, before = energy_price(moment), moment.piece(EnergyPiece).price
    level, then = (one[:, :1] + one[:, 1:] for one in (price, before))
    return [
        Note(
            member=int(member),
            mechanism="energy",
            actor="",
            mineral="",
            what=f"energy in {REGION_WORDS[region]} costs "
            f"{np.exp(level[member, region]):.1f} times as much as in the base year",
            why="by chance: fuels are short, there or everywhere",
            effect="smelters that need much power, such as of aluminium, silicon and zinc, cut "
            "output there",
            weight=2.0,
        )
        for member, region in np.argwhere((level >= least) & (then < least))
    ]


ENERGY = Mechanism(
    name="energy",
    parameters=EnergyParameters,
    draws=draw_shapes,
    facts=make_facts,
    start=start,
    conditions=conditions,
    advance=advance,
    record=record,
    tell=tell,
)
