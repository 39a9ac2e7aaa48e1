"""The money tables of a what-if: who gains, of what kind, and what hangs on lost use.

Does      Turns money facts into table views.
Units     Million USD a year, in headings; shares of gross domestic product.
Method    Largest losses first, then largest gains, and the sum over all actors.
Assumes   An actor stands for all its countries.
Not here  The numbers: see `oreacle.present.shock_money`.
"""

from __future__ import annotations

from oreacle.present import words
from oreacle.present.shock_facts import ShockFacts
from oreacle.present.shock_money import RiskFact, WelfareFact
from oreacle.present.shock_tables import INTERVAL, Names, cells, label, table
from oreacle.present.shock_words import gdp_share
from oreacle.present.table_view import Cell, Column, Place, TableView

MILLION = 1e6
KINDS = {
    "users": "users' surplus",
    "mines": "profit of mines",
    "refineries": "profit of refining",
    "scrap": "profit of recycling",
    "stocks": "gain of stock holders",
    "export_taxes": "export taxes",
    "tariffs": "tariffs",
    "support": "support paid by states",
    "certificates": "certificates, false or below cost",
    "rents": "rents of held links",
    "margins": "trade margins",
}
"""Kinds of income in the order of the table."""
COSTS = {
    "freight": "freight",
    "licensing": "licensing",
    "leaks": "cost of ways round a measure",
    "unexplained": "gaps of the base year",
}


def kind_view(facts: ShockFacts) -> TableView:
    """Return the world's change of welfare by kind of income, and what trade uses up."""
    money = facts.money
    rows = [
        (Cell(title), *cells(money.kinds[name], words.signed, MILLION))
        for name, title in KINDS.items()
        if name in money.kinds and _is_there(money.kinds[name].value, money.kinds[name].high)
    ]
    rows.append((Cell("world, sum"), *cells(money.world, words.signed, MILLION)))
    rows += [
        (Cell(f"beside it: {title}"), *cells(money.costs[name], words.signed, MILLION))
        for name, title in COSTS.items()
        if name in money.costs and _is_there(money.costs[name].value, money.costs[name].high)
    ]
    columns = (Column("Kind"), Column("Change [USD m]", True), Column(INTERVAL, True))
    caption = (
        "The sum is the world's change of welfare: what use is worth less what it costs to make, "
        "recycle and carry. Freight, licensing and ways round a measure are used up and nobody's "
        "income: buyers have paid them already in users' surplus."
    )
    return table("Money by kind", caption, columns, rows)


def _is_there(value: float, high: float | None) -> bool:
    return value != 0.0 or bool(high)


def welfare_view(facts: ShockFacts, names: Names, rows: int) -> TableView:
    """Return who loses and who gains most, where it arises and by owner."""
    ranked = facts.money.actors
    losers = [fact for fact in ranked if fact.located.value < 0][:rows]
    gainers = [fact for fact in reversed(ranked) if fact.located.value > 0][:rows]
    shown = [*losers, *gainers]
    columns = (
        Column("Actor"),
        Column("Arises there [USD m]", True),
        Column(INTERVAL, True),
        Column("Owned [USD m]", True),
        Column(INTERVAL, True),
        Column("Mostly", place=Place.EXTRA),
    )
    body = [_welfare_row(fact, names) for fact in shown]
    total = cells(facts.money.world, words.signed, MILLION)
    body.append((Cell("World, sum"), *total, *total, Cell("")))
    share = words.percent(facts.money.sourced_owners)
    caption = (
        "Change of welfare where the money arises, and by owner of mines and plants; owners with a "
        f"source hold {share} of the changed profit, the rest counts as owned where it lies. "
        "Largest losses first, then largest gains."
    )
    return table("Who loses, who gains", caption, columns, body, len(ranked) - len(shown))


def _welfare_row(fact: WelfareFact, names: Names) -> tuple[Cell, ...]:
    return (
        Cell(label(fact.actor, names)),
        *cells(fact.located, words.signed, MILLION),
        *cells(fact.owned, words.signed, MILLION),
        Cell(KINDS.get(fact.largest, fact.largest)),
    )


def risk_view(facts: ShockFacts, names: Names, rows: int) -> TableView:
    """Return the gross domestic product that hangs on lost use."""
    shown = facts.money.at_risk[:rows]
    columns = (
        Column("Country"),
        Column("At risk [USD m]", True),
        Column(INTERVAL, True),
        Column("Of its GDP", True),
    )
    body = [_risk_row(fact, names) for fact in shown]
    if shown:
        world = cells(facts.money.world_at_risk, words.number, MILLION)
        body.append((Cell("World"), *world, Cell("")))
    caption = (
        "Value added of the products that lost use would have made: lost tonnes times the price at "
        "which users give up. Beside welfare and never added to it. It bounds neither users' loss, "
        "which holds dearer purchases too, nor what is lost further down the chain."
    )
    left_out = len(facts.money.at_risk) - len(shown)
    return table("GDP at risk", caption, columns, body, left_out)


def _risk_row(fact: RiskFact, names: Names) -> tuple[Cell, ...]:
    return (
        Cell(label(fact.country, names)),
        *cells(fact.value, words.number, MILLION),
        cells(fact.share, gdp_share)[0],
    )
