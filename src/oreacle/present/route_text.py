"""Closed and opened routes in the terminal: the summary over minerals, and pairs of one mineral.

Does      Draws what was rerouted and stranded, what it costs, who pays, and where use is lost.
Units     t/yr, USD/yr, days, changes over base, in headings.
Method    Sentences first, then tables with the largest losses first.
Assumes   Facts are those of `oreacle.present.route_facts`.
Not here  The market of one mineral: see `oreacle.present.shock_text`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from rich.console import RenderableType
from rich.text import Text

from oreacle.market.policies.routes import RoutePolicy
from oreacle.present import words
from oreacle.present.route_facts import CountryEffect, MineralEffect, RouteFacts
from oreacle.present.shock_tables import Names, label
from oreacle.present.shock_text import country_labels
from oreacle.present.table_view import Cell, Column, TableView
from oreacle.present.terminal import DrawnTable, Page, heading, paragraph
from oreacle.scenario.sentence_words import policy_sentence
from oreacle.world.snapshot import World

ROWS = 8
SMALL = 5e-5
"""Changes of prices and losses of use below this are said to be none [1]."""
MINERALS = (
    Column("Mineral"),
    Column("Rerouted", True),
    Column("No way", True),
    Column("More freight", True),
    Column("Days", True),
    Column("Price", True),
    Column("Lost use", True),
    Column("Most lacking"),
    Column("Welfare", True),
)
COUNTRIES = (
    Column("Country"),
    Column("More freight", True),
    Column("Welfare", True),
    Column("of GDP", True),
)
PAIRS = (
    Column("From - to"),
    Column("Link"),
    Column("Rerouted", True),
    Column("No way", True),
    Column("USD/t", True),
    Column("Days", True),
)


def route_summary_text(
    facts: RouteFacts, policies: Sequence[RoutePolicy], world: World, *, rows: int = ROWS
) -> RenderableType:
    """Return the summary over minerals, to print with a rich console.

    Parameters
    ----------
    facts
        From `oreacle.present.route_facts.route_facts`.
    policies
        What was done.
    world
        Gives names.
    rows
        Rows of each list.
    """
    names = country_labels(world)
    drawn = (_mineral_view(facts, names, rows), _country_view(facts, names, rows))
    return Page(
        (
            Text(f"What if: {routes_said(policies)}", style="bold"),
            paragraph(
                f"All {len(facts.minerals)} minerals whose trade of {world.base_year} it touches, "
                "each market cleared again at the central parameters: no intervals here, and no "
                "by-products. --mineral NAME shows one market with intervals, --json all.",
                "dim",
            ),
            heading("In short"),
            *(paragraph(f"- {line}") for line in route_sentences(facts, names)),
            *(DrawnTable(view, rest="--json shows them") for view in drawn),
        )
    )


def route_pairs_text(move: xr.Dataset, world: World, *, rows: int = ROWS) -> RenderableType:
    """Return the pairs of one mineral that routes touch, to print with a rich console."""
    names = country_labels(world)
    found = []
    for k in range(min(rows, move.sizes["pair"])):
        one = move.isel(pair=k)
        ends = (label(str(one[n].values), names) for n in ("exporter", "importer"))
        cost, days = float(one["extra_cost"]), float(one["extra_days"])
        found.append(
            (
                Cell(" - ".join(ends)),
                Cell(str(one["link"].values)),
                _tonnes(float(one["rerouted"])),
                _tonnes(float(one["stranded"])),
                _or_none(cost, f"{cost:+,.1f}"),
                _or_none(days, f"{days:+.1f}"),
            )
        )
    caption = (
        f"Of {words.tonnes(float(move['used'].sum()))} that went there, "
        f"{words.tonnes(float(move['rerouted'].sum()))} take another way and "
        f"{words.tonnes(float(move['stranded'].sum()))} have none; before prices move. USD per "
        "tonne and days are over the base year, of what is rerouted."
    )
    left = max(0, move.sizes["pair"] - rows)
    return Page(
        (
            DrawnTable(
                TableView("Routes", caption, PAIRS, tuple(found), left), rest="--json shows them"
            ),
        )
    )


def routes_said(policies: Sequence[RoutePolicy]) -> str:
    """Return what holds for all minerals, without repeating it for each.

    Examples
    --------
    >>> from oreacle.market.policies import RouteClosure
    >>> routes_said([RouteClosure("tin", "suez", 3.0), RouteClosure("zinc", "suez", 3.0)])
    'suez closed for 3 months'
    """
    said = (policy_sentence(p).removesuffix(f" for {p.mineral}") for p in policies)
    return "; ".join(dict.fromkeys(said))


def route_sentences(facts: RouteFacts, names: Names) -> tuple[str, ...]:
    """Return what happened, one sentence each."""
    days = ""
    if facts.days is not None:
        than = "longer" if facts.days >= 0.0 else "shorter"
        days = f", {abs(facts.days):.1f} days {than} on the way on average"
    rerouted = sum(one.rerouted for one in facts.minerals)
    stranded = sum(one.stranded for one in facts.minerals)
    lines = [
        f"Of {words.tonnes(sum(one.used for one in facts.minerals))} that went there in the time, "
        f"{words.tonnes(rerouted)} take another way{days}; {words.tonnes(stranded)} have none.",
        f"More freight: {words.dollars(facts.paid)}. Welfare: the world "
        f"{words.dollars(facts.welfare)}.",
    ]
    losers = [one for one in facts.countries if one.welfare < 0.0][:3]
    if losers:
        who = ", ".join(f"{label(c.country, names)} {words.dollars(c.welfare)}" for c in losers)
        lines.append(f"Most is lost by {who}.")
    rises = sorted(facts.minerals, key=lambda one: -one.price)
    dear = [f"{one.mineral} {words.change(one.price)}" for one in rises[:3] if one.price > SMALL]
    lines.append(f"Prices to users rise most for {', '.join(dear)}." if dear else "No price rises.")
    short = sorted(facts.minerals, key=lambda one: -one.shortage)
    lack = [
        f"{one.mineral} {words.percent(one.shortage)} of world use"
        for one in short[:3]
        if one.shortage > SMALL
    ]
    lines.append(f"Use is lost most of {', '.join(lack)}." if lack else "No use is lost.")
    return tuple(lines)


def _mineral_view(facts: RouteFacts, names: Names, rows: int) -> TableView:
    shown = facts.minerals[:rows]
    return TableView(
        "Minerals",
        "Tonnes a year that take another way and that have none; what more freight costs and how "
        "much longer it takes; delivered price and lost use of the world; who lacks most, of its "
        "use.",
        MINERALS,
        tuple(_mineral_row(one, names) for one in shown),
        len(facts.minerals) - len(shown),
    )


def _mineral_row(one: MineralEffect, names: Names) -> tuple[Cell, ...]:
    lacking = ""
    if one.worst_shortage is not None and one.worst_shortage > SMALL:
        lacking = f"{label(one.worst, names)} {words.percent(one.worst_shortage)}"
    return (
        Cell(one.mineral),
        _tonnes(one.rerouted),
        _tonnes(one.stranded),
        Cell(words.dollars(one.paid), one.paid),
        Cell("-" if one.days is None else f"{one.days:+.1f}", one.days),
        Cell(words.change(one.price), one.price),
        Cell(words.percent(one.shortage), one.shortage),
        Cell(lacking),
        Cell(words.dollars(one.welfare), one.welfare),
    )


def _country_view(facts: RouteFacts, names: Names, rows: int) -> TableView:
    losers = [one for one in facts.countries if one.welfare < 0.0]
    return TableView(
        "Who pays",
        "More freight on what a country takes in, and the change of its welfare over all minerals: "
        "users, producers and treasury.",
        COUNTRIES,
        tuple(_country_row(one, names) for one in losers[:rows]),
        max(0, len(losers) - rows),
    )


def _country_row(one: CountryEffect, names: Names) -> tuple[Cell, ...]:
    return (
        Cell(label(one.country, names)),
        Cell(words.dollars(one.carriage), one.carriage),
        Cell(words.dollars(one.welfare), one.welfare),
        Cell("-" if one.share is None else words.gdp_share(one.share), one.share),
    )


def _tonnes(value: float) -> Cell:
    return Cell(words.tonnes(value) if value > 0.0 else "-", value)


def _or_none(value: float, text: str) -> Cell:
    return Cell(text, value) if np.isfinite(value) else Cell("-")
