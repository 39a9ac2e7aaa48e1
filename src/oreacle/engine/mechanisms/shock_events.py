"""Events that hit mines and plants in a year: which, where, and what they take.

Does      Draws events of each cause and puts their losses on nodes; holds what a run needs for it.
Units     Share of capacity [1]; events a year.
Method    An event at a node comes with probability 1 - exp(-rate). It takes a share of world
          output, drawn from noted losses, from that node: all of it at most. Weather, water and
          conflict come to a country: what they take of one of its mines or plants they take of
          each that they reach. With n the loss that new events are expected to take and c the part
          of a loss that lasts into the next year, the usual loss is x = n / (1 - c (1 - n)).
Assumes   Events are independent between countries and years but for what lasts.
Not here  Rates: see `oreacle.engine.mechanisms.shock_rates`; what follows: `.shocks`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from oreacle.engine.disruptions.noted import YEARS
from oreacle.engine.disruptions.rates import LossSizes
from oreacle.engine.mechanisms.cells import (
    LOSS_CAUSES,
    Cells,
    country_of,
    make_cells,
    parts_of_cause,
    producing_countries,
    rate_factor,
)
from oreacle.engine.mechanisms.contract import UNIFORM, DrawShape, Moment
from oreacle.engine.mechanisms.shock_rates import (
    COUNTRY_CAUSES,
    MOST_RATE,
    SITE_CAUSES,
    certain,
    country_sizes,
    events_of_shocks,
    hazard_factors,
    mean_node_loss,
    noted,
    site_rates,
    site_sizes,
)
from oreacle.engine.setting import Setting

TRENDING = ("weather", "water")
"""Causes whose rate a trend of the climate moves."""


@dataclass(frozen=True)
class ShockParameters:
    """Parameters, as in `assumed/mechanism_shocks.csv`."""

    rate: float
    hazard_step: float
    conflict_step: float
    reach: float
    carry: float
    trend: float
    told_from: float


@dataclass(frozen=True)
class ShockFacts:
    """What is worked out once.

    Attributes
    ----------
    cells
        Mines and plants.
    countries
        Countries with a mine or plant.
    first
        A node of each country, shape (country,).
    nodes
        Positions of nodes by country.
    site_rate, country_rate
        Yearly rates, shapes (cause, cell) and (cause, country) [1/yr].
    site_size
        Sizes by cause and mineral.
    country_size
        Sizes by cause.
    typical
        Share of a country in world output of what it makes, shape (country,) [1].
    usual
        Loss that the base year holds, shape (cell,) [1].
    parts
        Share of each cause of the record in those of each cause [1].
    """

    cells: Cells
    countries: tuple[str, ...]
    first: np.ndarray
    nodes: tuple[np.ndarray, ...]
    site_rate: np.ndarray
    country_rate: np.ndarray
    site_size: tuple[tuple[LossSizes, ...], ...]
    country_size: tuple[LossSizes, ...]
    typical: np.ndarray
    usual: np.ndarray
    parts: tuple[Mapping[str, float], ...]


@dataclass(frozen=True)
class ShocksPiece:
    """Capacity that shocks took out in the last year, shape (member, cell) [1]."""

    lost: np.ndarray


@dataclass(frozen=True)
class Hit:
    """One event of a year.

    Attributes
    ----------
    member, cause
        Position in the block; cause.
    country
        Where.
    nodes
        Nodes that are hit.
    loss
        Share of each that is lost [1].
    """

    member: int
    cause: str
    country: str
    nodes: np.ndarray
    loss: float


def make_facts(setting: Setting, parameters: object) -> ShockFacts:
    """Return rates, sizes and usual losses of a run."""
    if not isinstance(parameters, ShockParameters):
        raise TypeError(f"parameters are {type(parameters).__name__}, not ShockParameters")
    cells, table = make_cells(setting.world), setting.world.jurisdictions
    events = events_of_shocks(setting.world.disruptions.events)
    causes = noted(events)
    countries = producing_countries(setting.world)
    place = country_of(cells, countries)
    nodes = tuple(np.flatnonzero(place == k) for k in range(len(countries)))
    hazard = {
        name: hazard_factors(
            table,
            countries,
            name,
            parameters.conflict_step if name == "conflict" else parameters.hazard_step,
        )
        for name in LOSS_CAUSES
    }
    site_rate = np.stack(
        [site_rates(cells, causes[name], hazard[name][place]) for name in SITE_CAUSES]
    )
    made = np.bincount(place, cells.share, minlength=len(countries))
    squares = np.bincount(place, cells.share**2, minlength=len(countries))
    typical = np.divide(squares, made, out=np.ones_like(made), where=made > 0)
    country_rate = np.stack(
        [
            world_rate(causes[name].every.size) * _parts(made * hazard[name])
            for name in COUNTRY_CAUSES
        ]
    )
    found = ShockFacts(
        cells=cells,
        countries=countries,
        first=np.array([rows[0] for rows in nodes]),
        nodes=nodes,
        site_rate=parameters.rate * site_rate,
        country_rate=parameters.rate * country_rate,
        site_size=tuple(site_sizes(cells, causes, name) for name in SITE_CAUSES),
        country_size=tuple(country_sizes(causes, name) for name in COUNTRY_CAUSES),
        typical=typical,
        usual=np.zeros(cells.size),
        parts=tuple(parts_of_cause(events, name) for name in LOSS_CAUSES),
    )
    new = expected_new(found, place, parameters.reach)
    return replace(found, usual=usual_loss(new, parameters.carry))


def _parts(weight: np.ndarray) -> np.ndarray:
    return np.asarray(weight / weight.sum())


def world_rate(events: int) -> float:
    """Return the yearly rate of a cause that was noted so often, with Jeffreys' prior [1/yr].

    Examples
    --------
    >>> round(world_rate(7), 6)
    0.5
    """
    return (events + 0.5) / YEARS


def expected_new(facts: ShockFacts, place: np.ndarray, reach: float) -> np.ndarray:
    """Return the share of each node that new events of a year are expected to take [1].

    Parameters
    ----------
    facts
        Rates and sizes.
    place
        Country of each node, shape (cell,).
    reach
        Probability that an event in a country reaches a node; it reaches one at least [1].
    """
    kept = np.ones(facts.cells.size)
    for rate, sizes in zip(facts.site_rate, facts.site_size, strict=True):
        mean = np.zeros(facts.cells.size)
        for k, (start, _, end) in enumerate(facts.cells.spans):
            mean[start:end] = mean_node_loss(sizes[k], facts.cells.share[start:end])
        kept *= 1.0 - certain(rate) * mean
    count = np.bincount(place)
    reached = reach + (1.0 - reach) ** count / count
    for rate, size in zip(facts.country_rate, facts.country_size, strict=True):
        mean = certain(rate) * reached * mean_node_loss(size, facts.typical)
        kept *= 1.0 - mean[place]
    return np.asarray(1.0 - kept)


def usual_loss(new: np.ndarray, carry: float) -> np.ndarray:
    """Return the loss that holds on average when a part of each loss lasts, same shape [1].

    Examples
    --------
    >>> round(float(usual_loss(np.array(0.1), 0.5)), 6)
    0.181818
    """
    return np.asarray(new / (1.0 - carry * (1.0 - new)))


def draw_shapes(setting: Setting) -> Mapping[str, DrawShape]:
    """Return the draws of a year: whether, and how large, by cause and place."""
    cells = sum(len(c.miners) + len(c.refiners) for c in setting.world.chains.values())
    countries = len(producing_countries(setting.world))
    return {
        "site": DrawShape(UNIFORM, (len(SITE_CAUSES), cells)),
        "site_size": DrawShape(UNIFORM, (len(SITE_CAUSES), cells, 2)),
        "country": DrawShape(UNIFORM, (len(COUNTRY_CAUSES), countries)),
        "country_size": DrawShape(UNIFORM, (len(COUNTRY_CAUSES), countries, 2)),
        "reached": DrawShape(UNIFORM, (len(COUNTRY_CAUSES), cells)),
    }


def hits(moment: Moment) -> Iterator[Hit]:
    """Yield the events of a year, member after member within each cause."""
    facts, numbers = moment.fact(ShockFacts), moment.numbers
    site, country = _rates(moment, facts)
    for member, cause, cell in np.argwhere(numbers["site"] < certain(site)):
        source, size = numbers["site_size"][member, cause, cell]
        sizes = facts.site_size[cause][int(facts.cells.mineral[cell])]
        loss = node_loss(sizes.at(source, size), float(facts.cells.share[cell]))
        name = str(facts.cells.country[cell])
        yield Hit(int(member), SITE_CAUSES[cause], name, np.array([cell]), loss)
    reach = moment.settings(ShockParameters).reach
    for member, cause, place in np.argwhere(numbers["country"] < certain(country)):
        source, size = numbers["country_size"][member, cause, place]
        loss = node_loss(facts.country_size[cause].at(source, size), float(facts.typical[place]))
        nodes = facts.nodes[place]
        draws = numbers["reached"][member, cause, nodes]
        found = nodes[(draws < reach) | (draws == draws.min())]
        yield Hit(int(member), COUNTRY_CAUSES[cause], facts.countries[place], found, loss)


def node_loss(size: float, share: float) -> float:
    """Return the share of a node that a loss takes [1].

    Parameters
    ----------
    size
        Loss as a share of world output [1].
    share
        Share of the node in world output [1].

    Examples
    --------
    >>> node_loss(0.01, 0.04), node_loss(0.01, 0.002)
    (0.25, 1.0)
    """
    return min(size / share, 1.0) if share > 0.0 else 1.0


def _rates(moment: Moment, facts: ShockFacts) -> tuple[np.ndarray, np.ndarray]:
    """Return yearly rates at nodes and in countries under the scenario."""
    said, year = moment.setting.scenario.shock_rates, moment.year
    drift = moment.settings(ShockParameters).trend * (moment.step + 1)
    site, country = facts.site_rate, facts.country_rate
    if said:
        factors = [
            rate_factor(said, name, facts.cells, year, part)
            for name, part in zip(LOSS_CAUSES, facts.parts, strict=True)
        ]
        cut = len(SITE_CAUSES)
        site = site * np.stack(factors[:cut])
        country = country * np.stack(factors[cut:])[:, facts.first]
    if drift:
        warmer = [np.exp(drift) if name in TRENDING else 1.0 for name in COUNTRY_CAUSES]
        country = country * np.array(warmer)[:, None]
    return np.minimum(site, MOST_RATE), np.minimum(country, MOST_RATE)


def kept_capacity(moment: Moment) -> np.ndarray:
    """Return the share of capacity that events of this and the last year leave [1].

    Shape (member, cell); what the scenario plans is not in it, and does not last.
    """
    last = moment.piece(ShocksPiece).lost
    kept = 1.0 - moment.settings(ShockParameters).carry * last
    for hit in hits(moment):
        kept[hit.member, hit.nodes] *= 1.0 - hit.loss
    return np.asarray(kept)
