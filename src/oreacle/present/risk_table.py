"""What bad years cost, and which causes make them, as a table.

Does      Shows expected loss, value at risk and conditional value at risk with their causes.
Units     Million USD a year.
Method    Shares of the worst years in whole percent: the causes that weigh most, either way, the
          answers of the market, and the rest, so that they add up to 100.
Assumes   None.
Not here  The figures: see `oreacle.forecasting.risk`.
"""

from __future__ import annotations

import math

from oreacle.forecasting.outlook import Outlook, RiskRow
from oreacle.forecasting.risk import ANSWERS
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
    "ownership": "purchases of mines and plants",
    ANSWERS: "answers of the market",
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
        "What users pay in a year above prices of the base year for what they use, first five "
        "years and all members. Shares of the worst 5 % of years, which add up to 100 %: causes to "
        "first order, below 0 where they lower prices, and answers of the market, which are what "
        "capacity, stocks and slow demand make of them: below 0 where they damp, above 0 where "
        "scarce capacity adds."
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
    points = {one.cause: round(100.0 * one.tail / total) for one in row.causes}
    answers = points.pop(ANSWERS, 0)
    most = sorted(points, key=lambda cause: -abs(points[cause]))[:MOST_CAUSES]
    shown = {cause: points[cause] for cause in sorted(most, key=lambda cause: -points[cause])}
    rest = 100 - sum(shown.values()) - answers
    named = [(CAUSE_WORDS.get(cause, cause), value) for cause, value in shown.items()]
    named += [(CAUSE_WORDS[ANSWERS], answers), ("the rest", rest)]
    return ", ".join(f"{name} {value} %" for name, value in named if value)
