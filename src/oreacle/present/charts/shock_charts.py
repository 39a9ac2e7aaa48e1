"""The charts of one what-if: a map of prices and flows, and bars of prices and shortage.

Does      Picks the numbers of an outcome that charts show, and writes the words around them.
Units     Changes of prices and shares of use [1]; flows in t/yr.
Method    The same facts as the text of a what-if. Arcs are of the link, ore or refined, that moves
          more between countries.
Assumes   Names of countries are those of the world.
Not here  Drawing: see the modules beside this one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from oreacle.core.labels import LINKS
from oreacle.market.outcome import Outcome
from oreacle.market.policies import Policy
from oreacle.present import words
from oreacle.present.charts.change_map import FlowArc, change_map
from oreacle.present.charts.chart_style import ChartText, Spec
from oreacle.present.charts.country_shapes import country_shapes
from oreacle.present.charts.interval_bars import BarGroup, interval_bars
from oreacle.present.charts.value_classes import PRICE_CHANGE
from oreacle.present.figure_style import BASE_RATE, ESTIMATE
from oreacle.present.shock_facts import FlowFact, ShockFacts, shock_facts
from oreacle.present.shock_text import country_labels
from oreacle.world.snapshot import World

BARS = 12
LEAST = 5e-4
"""Changes and shares below this have no bar: they would be written as zero [1]."""
LINK_WORDS = {"ore": "ore", "refined": "refined product"}


def shock_charts(
    outcome: Outcome, sentence: str, *, world: World, policies: Sequence[Policy] = ()
) -> list[Spec]:
    """Return the charts of one market, the map first.

    Parameters
    ----------
    outcome
        The cleared market with the policies.
    sentence
        The question in words.
    world
        Gives names, territories and outlines.
    policies
        What was done.

    Raises
    ------
    ChartError
        ORE-APP-012 if no country on the map has a price.
    """
    facts = shock_facts(outcome, world.territory, policies)
    names = country_labels(world)
    charts = [_map(facts, sentence, world)]
    groups = (_price_bars(facts, names), _shortage_bars(facts, names))
    if any(group.rows for group in groups):
        mineral = words.short_name(world.chain(facts.mineral).name)
        title = f"Who pays more for {mineral.lower()}, and who goes without"
        charts.append(interval_bars(groups, ChartText(title, _reading(facts), _source(world))))
    return charts


def named(sentence: str, names: Mapping[str, str]) -> str:
    """Return a sentence with names in place of codes.

    Examples
    --------
    >>> named("CHN bans exports to JPN", {"CHN": "China", "JPN": "Japan"})
    'China bans exports to Japan'
    """
    return re.sub(r"\b[A-Z]{2,3}\b", lambda found: names.get(found[0], found[0]), sentence)


def _map(facts: ShockFacts, sentence: str, world: World) -> Spec:
    mineral = words.short_name(world.chain(facts.mineral).name).lower()
    flows = _main_link(facts)
    link = LINK_WORDS[flows[0].link] if flows else ""
    arcs = [FlowArc(one.exporter, one.importer, one.change.value, link) for one in flows]
    told = f" Arrows: largest changes of flows of {link} between countries, a year." if arcs else ""
    text = ChartText(
        f"What if {named(sentence, country_labels(world))}",
        f"Colour: change of the price of {mineral} delivered to users, against "
        f"{world.base_year} as it was.{told}",
        _source(world),
    )
    prices = {one.place: one.change.value for one in facts.delivered if one.change is not None}
    shapes = country_shapes(world.directory)
    return change_map(prices, arcs, PRICE_CHANGE, text, shapes=shapes)


def _main_link(facts: ShockFacts) -> list[FlowFact]:
    """Return changed flows between countries of the link that moves more."""
    abroad = {
        link: [one for one in facts.flows if one.link == link and one.exporter != one.importer]
        for link in LINKS
    }
    moved = {link: sum(abs(one.change.value) for one in flows) for link, flows in abroad.items()}
    return abroad[max(LINKS, key=lambda link: moved[link])]


def _price_bars(facts: ShockFacts, names: Mapping[str, str]) -> BarGroup:
    rows = tuple(
        (names.get(one.place, one.place), one.change)
        for one in facts.delivered
        if one.change is not None and abs(one.change.value) >= LEAST
    )
    return BarGroup("Change of delivered price", rows[:BARS], words.change, "+~%", BASE_RATE)


def _shortage_bars(facts: ShockFacts, names: Mapping[str, str]) -> BarGroup:
    lost = [one for one in facts.shortage if one.share is not None and one.share.value >= LEAST]
    ranked = sorted(lost, key=lambda one: (-(one.share.value if one.share else 0.0), one.country))
    rows = tuple((names.get(one.country, one.country), one.share) for one in ranked if one.share)
    heading = "Shortage, part of the country's own use"
    return BarGroup(heading, rows[:BARS], words.percent, "~%", ESTIMATE)


def _reading(facts: ShockFacts) -> str:
    lines = " Lines: 90 % intervals over draws of the parameters." if facts.draws else ""
    return f"The {BARS} countries with the largest figures on each side.{lines}"


def _source(world: World) -> str:
    return (
        f"Source: oreacle, market of {world.base_year} cleared again; data as of {world.as_of}. "
        "Sources of the data: `oreacle data sources`."
    )
