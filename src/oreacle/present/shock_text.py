"""A what-if in the terminal: who pays, who gains, what moves.

Does      Draws prices, flows, shortage and welfare of one outcome, its data grade and certificate.
Units     USD/t, t/yr (or kt, Mt) and million USD/yr, in headings.
Method    Largest changes first; users below 0.1 % of world use are left out of price changes.
Assumes   Facts are those of `oreacle.present.shock_facts`.
Not here  The numbers behind it: see `oreacle.present.shock_facts`.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from oreacle.market.outcome import Outcome
from oreacle.market.policies import Policy
from oreacle.present import words
from oreacle.present.shock_facts import (
    FlowFact,
    PriceFact,
    ShockFacts,
    ShortageFact,
    WelfareFact,
    shock_facts,
)
from oreacle.present.shock_trust import trust_sentences
from oreacle.present.table_view import Cell, Column, TableView
from oreacle.present.terminal import DrawnTable, Page, heading, paragraph
from oreacle.world.chain import Chain
from oreacle.world.snapshot import World

ROWS = 6
SMALL_USER = 1e-3
"""Share of world use below which a price change is not listed [1]."""
NO_STAGE = "none"
"""Written where a country has no such stage."""


def shock_text(
    outcome: Outcome,
    sentence: str,
    *,
    world: World,
    policies: Sequence[Policy] = (),
    rows: int = ROWS,
) -> RenderableType:
    """Return a what-if to print with a rich console.

    Parameters
    ----------
    outcome
        The cleared market with the policies, from `oreacle.market.clear`.
    sentence
        The question in the user's words or rebuilt from flags; shown as it is.
    world
        Gives names, territories, the unit and the data grade of the mineral.
    policies
        What was done; decides who is inside.
    rows
        Rows of each ranked list.
    """
    chain = world.chain(outcome.mineral)
    facts = shock_facts(outcome, world.territory, policies)
    names = country_labels(world)
    views = (
        _price_view(facts, names),
        _user_view(facts, names, rows),
        _flow_view(facts, names, rows),
        _shortage_view(facts, names, rows),
        _welfare_view(facts, names, rows),
    )
    parts: list[RenderableType] = [
        Text(f"What if: {sentence}", style="bold"),
        paragraph(_opening(world, chain), "dim"),
        heading("In short"),
        *(paragraph(f"- {line}") for line in shock_sentences(facts, names)),
        *(DrawnTable(view, rest="--json shows them") for view in views),
        heading("How far to trust this"),
        *(paragraph(f"- {line}") for line in trust_sentences(outcome, world, policies)),
    ]
    return Page(tuple(parts))


def country_labels(world: World) -> dict[str, str]:
    """Return English names of countries and actors by code."""
    table = world.countries
    names = dict(zip(table["country"].astype(str), table["name"].astype(str), strict=True))
    return {**names, **words.BLOC_NAMES}


def _opening(world: World, chain: Chain) -> str:
    units = dict(zip(world.minerals["mineral"], world.minerals["unit"], strict=True))
    unit = str(units.get(chain.mineral, "t"))
    return (
        f"{chain.name}: the market of {world.base_year} cleared again with this in force, against "
        f"{world.base_year} as it was. Tonnes are {unit}; prices are USD per such tonne."
    )


def shock_sentences(facts: ShockFacts, names: dict[str, str]) -> tuple[str, ...]:
    """Return what happened, one sentence each."""
    mean = {(fact.place, fact.stage): fact for fact in facts.means}
    world = mean["world", "delivered"]
    price = f"Users' delivered price: {words.change(world.change)} in the world"
    if ("outside", "delivered") in mean:
        outside, inside = mean["outside", "delivered"], mean["inside", "delivered"]
        within = "no users" if inside.change is None else words.change(inside.change)
        price += (
            f", {words.change(outside.change)} outside and {within} inside {_who(facts, names)}"
        )
    lost = sum(fact.total for fact in facts.shortage)
    unserved = sum(fact.unserved for fact in facts.shortage)
    share = lost / facts.base_use if facts.base_use > 0 else None
    shortage = (
        f"Shortage: {words.tonnes(lost)}, {words.percent(share)} of world use; "
        f"{words.tonnes(lost - unserved)} priced out and {words.tonnes(unserved)} unserved."
    )
    return (f"{price}.", shortage, _welfare_sentence(facts, names))


def _who(facts: ShockFacts, names: dict[str, str]) -> str:
    if len(facts.inside) > 3:
        return "the acting territory"
    return " and ".join(names.get(code, code) for code in facts.inside)


def _welfare_sentence(facts: ShockFacts, names: dict[str, str]) -> str:
    losers = [fact for fact in facts.welfare if fact.total < 0]
    gainers = [fact for fact in facts.welfare if fact.total > 0]
    parts = []
    if losers:
        lost = words.dollars(sum(fact.total for fact in losers))
        parts.append(f"losers {lost} a year, most {_label(losers[0].country, names)}")
    if gainers:
        won = words.dollars(sum(fact.total for fact in gainers))
        parts.append(f"gainers {won} a year, most {_label(gainers[-1].country, names)}")
    return f"Welfare: {'; '.join(parts) or 'nobody gains or loses'}."


def _label(code: str, names: dict[str, str]) -> str:
    return names.get(code, code)


PLACES = {"inside": "Inside", "outside": "Outside", "world": "World"}


def _price_view(facts: ShockFacts, names: dict[str, str]) -> TableView:
    rows = []
    for place, title in PLACES.items():
        found = [fact for fact in facts.means if fact.place == place]
        if found:
            label = f"{title}: {_who(facts, names)}" if place == "inside" else title
            rows.append((Cell(label), *(_price_cell(fact) for fact in found)))
    columns = (
        Column("Where"),
        Column("At the mine [USD/t]", True),
        Column("Refined, at the plant [USD/t]", True),
        Column("Delivered to users [USD/t]", True),
    )
    caption = (
        "Means over countries with the weights of the base year; in brackets the change. Inside "
        "is the territory of whoever acts."
    )
    return TableView("Prices inside and outside", caption, columns, tuple(rows))


def _price_cell(fact: PriceFact) -> Cell:
    if fact.after is None:
        return Cell(NO_STAGE)
    return Cell(words.number(fact.after), fact.after, f"({words.change(fact.change)})")


def _user_view(facts: ShockFacts, names: dict[str, str], rows: int) -> TableView:
    own = [fact for fact in facts.delivered if fact.place in facts.inside][:rows]
    others = [
        fact
        for fact in facts.delivered
        if fact not in own and fact.weight >= SMALL_USER * facts.base_use
    ]
    shown = [*others[:rows], *own]
    cells = tuple(
        (
            Cell(_label(fact.place, names) + (" (inside)" if fact in own else "")),
            Cell(words.number(fact.before), fact.before),
            Cell(words.number(fact.after), fact.after),
            Cell(words.change(fact.change), fact.change),
            Cell(words.percent(fact.weight / facts.base_use), fact.weight),
        )
        for fact in shown
    )
    columns = (
        Column("User"),
        Column("Before [USD/t]", True),
        Column("After [USD/t]", True),
        Column("Change", True),
        Column("World share", True),
    )
    caption = (
        f"Delivered price, largest changes among users of {words.percent(SMALL_USER)} of world use "
        "or more; then whoever acts."
    )
    left_out = len(facts.delivered) - len(shown)
    return TableView("Delivered price by user", caption, columns, cells, left_out)


def _flow_view(facts: ShockFacts, names: dict[str, str], rows: int) -> TableView:
    gains = [fact for fact in facts.flows if fact.after > fact.before][:rows]
    losses = [fact for fact in facts.flows if fact.after < fact.before][:rows]
    shown = [*losses, *gains]
    size, unit = words.tonne_scale(value for fact in shown for value in (fact.before, fact.after))
    columns = (
        Column("Link"),
        Column("From and to"),
        Column(f"Before [{unit}]", True),
        Column(f"After [{unit}]", True),
        Column(f"Change [{unit}]", True),
    )
    cells = tuple(_flow_row(fact, names, size) for fact in shown)
    caption = "Largest losses, then largest gains. Ore goes to a refinery, refined to a user."
    left_out = len(facts.flows) - len(shown)
    return TableView("Flows that change", caption, columns, cells, left_out)


def _flow_row(fact: FlowFact, names: dict[str, str], size: float) -> tuple[Cell, ...]:
    place = f"{_label(fact.exporter, names)} to {_label(fact.importer, names)}"
    if fact.exporter == fact.importer:
        place = f"{_label(fact.exporter, names)} at home"
    moved = (fact.after - fact.before) / size
    return (
        Cell(fact.link),
        Cell(place),
        Cell(words.number(fact.before / size), fact.before),
        Cell(words.number(fact.after / size), fact.after),
        Cell(words.signed(moved), moved),
    )


def _shortage_view(facts: ShockFacts, names: dict[str, str], rows: int) -> TableView:
    shown = facts.shortage[:rows]
    size, unit = words.tonne_scale(fact.total for fact in shown)
    columns = (
        Column("Country"),
        Column(f"Shortage [{unit}]", True),
        Column(f"Priced out [{unit}]", True),
        Column(f"Unserved [{unit}]", True),
        Column("Of its use", True),
    )
    cells = tuple(_shortage_row(fact, names, size) for fact in shown)
    caption = (
        "Use that is lost. Priced out: users gave up as the price rose. Unserved: demand that no "
        "price they can bear would bring."
    )
    return TableView("Shortage", caption, columns, cells, len(facts.shortage) - len(shown))


def _shortage_row(fact: ShortageFact, names: dict[str, str], size: float) -> tuple[Cell, ...]:
    share = fact.total / fact.base_use if fact.base_use > 0 else None
    return (
        Cell(_label(fact.country, names)),
        Cell(words.number(fact.total / size), fact.total),
        Cell(words.number(fact.priced_out / size), fact.priced_out),
        Cell(words.number(fact.unserved / size), fact.unserved),
        Cell(words.percent(share), share),
    )


def _welfare_view(facts: ShockFacts, names: dict[str, str], rows: int) -> TableView:
    ranked = facts.welfare
    losers = [fact for fact in ranked if fact.total < 0][:rows]
    gainers = [fact for fact in reversed(ranked) if fact.total > 0][:rows]
    shown = [*losers, *gainers]
    columns = (
        Column("Country"),
        Column("Total", True),
        Column("Users", True),
        Column("Mines", True),
        Column("Plants", True),
        Column("Export taxes", True),
        Column("Trade rents", True),
    )
    cells = [_welfare_row(fact, names) for fact in shown]
    cells.append(_welfare_row(_world_welfare(ranked), names))
    caption = (
        "Change in million USD/yr, largest losses first, then largest gains: users' surplus, "
        "profit of mines, of refining plants and of scrap, export taxes, and rents of capped "
        "links, booked "
        "at the exporter. Trade margins of free links, tariffs and freight are left out, so the "
        f"sum is not the world's welfare. '{NO_STAGE}': no such stage."
    )
    return TableView("Welfare by country", caption, columns, tuple(cells), len(ranked) - len(shown))


def _world_welfare(welfare: Sequence[WelfareFact]) -> WelfareFact:
    def total(name: str) -> float | None:
        values = [getattr(fact, name) for fact in welfare]
        present = [value for value in values if value is not None]
        return sum(present) if present else None

    names = ("users", "mines", "refineries", "charges", "rents")
    parts = {name: total(name) for name in names}
    return WelfareFact(country="Sum", **parts, total=sum(fact.total for fact in welfare))


def _welfare_row(fact: WelfareFact, names: dict[str, str]) -> tuple[Cell, ...]:
    def money(value: float | None) -> Cell:
        return Cell(NO_STAGE) if value is None else Cell(words.signed(value / 1e6), value)

    values = (fact.total, fact.users, fact.mines, fact.refineries, fact.charges, fact.rents)
    return (Cell(_label(fact.country, names)), *(money(value) for value in values))
