"""What bad years cost, and which causes make them, as a table.

Does      Shows expected loss, value at risk and conditional value at risk with their causes.
Units     Million USD a year.
Method    None.
Assumes   None.
Not here  The figures: see `oreacle.forecasting.risk`.
"""

from __future__ import annotations

import math

from oreacle.forecasting.outlook import Outlook, RiskRow
from oreacle.present import words
from oreacle.present.table_view import Cell, Column, TableView

MOST_CAUSES = 4
CAUSE_WORDS = {
    "demand": "luck in demand",
    "measures": "new measures",
    "shocks": "weather, conflict, accidents, strikes",
    "energy": "power and energy",
    "passages": "straits and freight",
    "licence": "consent and water at mines",
    "barriers": "tariffs and sanctions",
    "sectors": "shifts of demand",
    "stocks": "stocking and release",
    "recycling": "scrap",
    "oversupply": "oversupply",
    "certification": "certification",
}


def risk_table(outlook: Outlook) -> TableView:
    """Return the risk of the world's users and of the actors with the worst years."""
    columns = (
        Column("Users of"),
        Column("Expected [million USD/yr]", True),
        Column("Value at risk 95 % [million USD/yr]", True),
        Column("Mean of the worst 5 % [million USD/yr]", True),
        Column("What makes the worst years"),
    )
    caption = (
        "Loss of users in a year, first five years and all members, to first order, against "
        "base prices along the published demand path: causes add up, and may lower prices (then "
        "they count as a saving). Shares are of the worst 5 % of years."
    )
    return TableView(
        "Bad years and their causes", caption, columns, tuple(_row(row) for row in outlook.risks)
    )


def _row(row: RiskRow) -> tuple[Cell, ...]:
    figures = (_money(row.mean), _money(row.var), _money(row.cvar))
    return (Cell(row.name or row.actor), *figures, Cell(_causes(row)))


def _money(value: float) -> Cell:
    if math.isinf(value):
        return Cell(words.BEYOND, value)
    known = words.known(value)
    return Cell(words.number(None if known is None else known / 1e6), known)


def _causes(row: RiskRow) -> str:
    total = sum(one.tail for one in row.causes if math.isfinite(one.tail))
    if not math.isfinite(total) or total <= 0.0:
        return words.NOT_KNOWN
    named = [one for one in row.causes if one.tail > 0.005 * total][:MOST_CAUSES]
    return ", ".join(
        f"{CAUSE_WORDS.get(one.cause, one.cause)} {words.percent(one.tail / total)}"
        for one in named
    )
