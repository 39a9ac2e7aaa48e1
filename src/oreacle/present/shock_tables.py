"""The tables of a what-if: prices, flows, ways round a measure, shortage.

Does      Turns facts into table views.
Units     USD/t, t/yr (or kt, Mt), in headings.
Method    Largest changes first; users below 0.1 % of world use are left out of price changes. A
          number that varies between draws has its 90 % interval beside it.
Assumes   What stands before is data of the base year and the same in each draw: the interval of
          what stands after is that of the change.
Not here  Money: see `oreacle.present.shock_money_tables`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from oreacle.market.intervals import Figure
from oreacle.present import words
from oreacle.present.shock_facts import FlowFact, PriceFact, ShockFacts, ShortageFact
from oreacle.present.shock_words import Write, scaled, span
from oreacle.present.table_view import Cell, Column, TableView, pruned

SMALL_USER = 1e-3
"""Share of world use below which a price change is not listed [1]."""
SMALL_ROUTE = 1e-4
"""Change of a way over world use below which it is not listed [1]."""
NO_STAGE = "none"
"""Written where a country has no such stage."""
INTERVAL = "90 % interval"
PLACES = {"inside": "Inside", "outside": "Outside", "world": "World"}
STAGES = {"mine": "at the mine", "refined": "at the plant", "delivered": "delivered"}
Names = Mapping[str, str]


def label(code: str, names: Names) -> str:
    """Return the name of a country or actor, or its code."""
    return names.get(code, code)


def who(facts: ShockFacts, names: Names) -> str:
    """Return the names of the countries inside."""
    if len(facts.inside) > 3:
        return "the acting territory"
    return " and ".join(label(code, names) for code in facts.inside)


def table(
    title: str,
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    left_out: int = 0,
) -> TableView:
    """Return a table view without the columns of intervals where no row has one."""
    return pruned(
        TableView(title, caption, tuple(columns), tuple(map(tuple, rows)), left_out), INTERVAL
    )


def cells(one: Figure | None, write: Write, size: float = 1.0) -> tuple[Cell, Cell]:
    """Return a figure over a divisor, and its interval."""
    if one is None:
        return Cell(words.NOT_KNOWN), Cell("")
    over = scaled(one, size)
    return Cell(write(over.value), one.value), Cell(span(over, write), one.low)


def price_view(facts: ShockFacts, names: Names) -> TableView:
    """Return mean prices inside, outside and of the world at each stage."""
    rows = []
    for place, title in PLACES.items():
        for fact in facts.means:
            if fact.place == place and fact.before is not None:
                where = f"{title}: {who(facts, names)}" if place == "inside" else title
                rows.append((Cell(where), Cell(STAGES[fact.stage]), *_price_cells(fact)))
    columns = (Column("Where"), Column("Price"), *_PRICE_COLUMNS)
    caption = (
        "Means over countries with the weights of the base year. Inside is the territory of "
        "whoever acts; a price at the plant is that of the refined product. The interval is that "
        "of the change."
    )
    return table("Prices inside and outside", caption, columns, rows)


_PRICE_COLUMNS = (
    Column("Before [USD/t]", True),
    Column("After [USD/t]", True),
    Column("Change", True),
    Column(INTERVAL, True),
)


def _price_cells(fact: PriceFact) -> tuple[Cell, ...]:
    after = None if fact.after is None else fact.after.value
    return (
        Cell(words.number(fact.before), fact.before),
        Cell(words.number(after), after),
        *cells(fact.change, words.change),
    )


def user_view(facts: ShockFacts, names: Names, rows: int) -> TableView:
    """Return delivered prices of the users whose price moves most, and of whoever acts."""
    own = [fact for fact in facts.delivered if fact.place in facts.inside][:rows]
    others = [
        fact
        for fact in facts.delivered
        if fact not in own and fact.weight >= SMALL_USER * facts.base_use
    ]
    shown = [*others[:rows], *own]
    body = [
        (
            Cell(label(fact.place, names) + (" (inside)" if fact in own else "")),
            *_price_cells(fact),
            Cell(words.percent(fact.weight / facts.base_use), fact.weight),
        )
        for fact in shown
    ]
    columns = (Column("User"), *_PRICE_COLUMNS, Column("World share", True))
    caption = (
        f"Delivered price, largest changes among users of {words.percent(SMALL_USER)} of world use "
        "or more; then whoever acts."
    )
    left_out = len(facts.delivered) - len(shown)
    return table("Delivered price by user", caption, columns, body, left_out)


def flow_view(facts: ShockFacts, names: Names, rows: int) -> TableView:
    """Return the flows that lose and gain most."""
    gains = [fact for fact in facts.flows if fact.change.value > 0.0][:rows]
    losses = [fact for fact in facts.flows if fact.change.value < 0.0][:rows]
    shown = [*losses, *gains]
    size, unit = words.tonne_scale(v for fact in shown for v in (fact.before, fact.after.value))
    body = [(Cell(fact.link), Cell(_pair(fact, names)), *_moved(fact, size)) for fact in shown]
    columns = (Column("Link"), Column("From and to"), *_moves(unit))
    caption = (
        "Largest losses, then largest gains, over all ways. Ore goes to a refinery, refined to a "
        "user."
    )
    return table("Flows that change", caption, columns, body, len(facts.flows) - len(shown))


def route_view(facts: ShockFacts, names: Names, rows: int) -> TableView:
    """Return the ways through third countries that gain or lose most."""
    large = [
        fact for fact in facts.routes if abs(fact.change.value) >= SMALL_ROUTE * facts.base_use
    ]
    shown = large[:rows]
    size, unit = words.tonne_scale(v for fact in shown for v in (fact.before, fact.after.value))
    body = [
        (
            Cell(fact.link),
            Cell(_way(fact, names)),
            *_moved(fact, size),
        )
        for fact in shown
    ]
    columns = (Column("Link"), Column("Way"), *_moves(unit))
    caption = (
        "Tonnes keep their origin: a way counts what reaches its user through the customs of a "
        "third country. Largest changes first."
    )
    left_out = len(facts.routes) - len(shown)
    return table("Ways through third countries", caption, columns, body, left_out)


def _pair(fact: FlowFact, names: Names) -> str:
    if fact.exporter == fact.importer:
        return f"{label(fact.exporter, names)} at home"
    return f"{label(fact.exporter, names)} to {label(fact.importer, names)}"


def _way(fact: FlowFact, names: Names) -> str:
    ends = label(fact.exporter, names), label(fact.importer, names)
    return f"{ends[0]} via {label(fact.via, names)} to {ends[1]}"


def _moves(unit: str) -> tuple[Column, ...]:
    return (
        Column(f"Before [{unit}]", True),
        Column(f"After [{unit}]", True),
        Column(f"Change [{unit}]", True),
        Column(INTERVAL, True),
    )


def _moved(fact: FlowFact, size: float) -> tuple[Cell, ...]:
    return (
        Cell(words.number(fact.before / size), fact.before),
        Cell(words.number(fact.after.value / size), fact.after.value),
        *cells(fact.change, words.signed, size),
    )


def shortage_view(facts: ShockFacts, names: Names, rows: int) -> TableView:
    """Return the countries that lose most use, and the world."""
    shown = facts.shortage[:rows]
    listed = [*shown, *([facts.world_shortage] if shown else [])]
    size, unit = words.tonne_scale(fact.total.value for fact in shown)
    columns = (
        Column("Country"),
        Column(f"Shortage [{unit}]", True),
        Column(INTERVAL, True),
        Column("Of its use", True),
        Column(f"Unserved [{unit}]", True),
        Column(INTERVAL, True),
    )
    body = [_shortage_row(fact, names, size) for fact in listed]
    caption = (
        "Use that is lost. Unserved: demand that no price it can bear would bring. The rest is "
        "priced out: users gave up as the price rose. A share of use is as uncertain as its tonnes."
    )
    return table("Shortage", caption, columns, body, len(facts.shortage) - len(shown))


def _shortage_row(fact: ShortageFact, names: Names, size: float) -> tuple[Cell, ...]:
    name = "World" if fact.country == "world" else label(fact.country, names)
    return (
        Cell(name),
        *cells(fact.total, words.number, size),
        cells(fact.share, words.percent)[0],
        *cells(fact.unserved, words.number, size),
    )
