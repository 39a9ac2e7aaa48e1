"""Escalation in the terminal: measured answers and branching, and the ladder of two actors.

Does      Draws the overview and the page of a pair.
Units     In headings and cells.
Method    Sentences first, then tables.
Assumes   Records are those of `oreacle.forecasting.escalation`.
Not here  The numbers behind it: see `oreacle.forecasting.escalation.fit`.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from oreacle.forecasting.escalation.pair import LadderAct, PairOutlook
from oreacle.forecasting.escalation.parameters import Escalation, Measured
from oreacle.present import words
from oreacle.present.escalation_words import (
    PAIR_CAVEATS,
    overview_gaps,
    overview_story,
    pair_story,
)
from oreacle.present.power_words import Names, label
from oreacle.present.shock_tables import table
from oreacle.present.table_view import Cell, Column, TableView
from oreacle.present.terminal import DrawnTable, Page, heading, paragraph

MONTHS = (6, 12, 24)
VARIANTS = {
    "": "named targets",
    "_without_usa_chn": "without USA and CHN",
    "_broad": "everyone aimed",
}
FITS = {
    "branching": "main",
    "branching_without_usa_chn": "without USA and CHN",
    "branching_no_hostility": "without lasting hostility",
    "branching_daily": "steps of days",
    "branching_broad": "everyone aimed",
}
LEVERAGE = {
    "any_main": ("all rivalrous acts", "main"),
    "any_trade": ("all rivalrous acts", "beside log trade"),
    "any_without_usa_chn": ("all rivalrous acts", "without USA and CHN"),
    "export_main": ("acts on exports", "main"),
    "export_trade": ("acts on exports", "beside log trade"),
}
TERMS = {
    "mutual": "mutual dependence",
    "one_sided": "one-sided dependence",
    "ideal_distance": "distance of ideal points",
    "alliance": "alliance",
}


def overview_text(found: Escalation) -> RenderableType:
    """Return the measured numbers to print with a rich console."""
    counts = found.groups["counts"]
    opening = (
        f"{counts['acts'].cases} acts on named targets, {counts['acts in window'].cases} of them "
        f"from 2005 to {found.last_year}; {counts['acts of USA and CHN on each other'].cases} "
        "between USA and CHN. Intervals are 90 %."
    )
    return Page(
        (
            Text("Escalation: what acts call forth", style="bold"),
            paragraph(opening, "dim"),
            heading("In short"),
            *(paragraph(f"- {line}") for line in overview_story(found)),
            DrawnTable(answer_view(found)),
            DrawnTable(branching_view(found)),
            DrawnTable(leverage_view(found)),
            heading("What is not identified"),
            *(paragraph(f"- {line}") for line in overview_gaps(found)),
        )
    )


def answer_view(found: Escalation) -> TableView:
    """Return how often acts were answered, beside base rates."""
    columns = (
        Column("Acts"),
        Column("Months", True),
        Column("Cases", True),
        Column("Answered", True),
        Column("Own base", True),
        Column("Class base", True),
        Column("Ratio to own", True),
        Column("Interval", True),
    )
    rows = []
    for suffix, name in VARIANTS.items():
        for months in MONTHS:
            group = f"retaliation_{months}{suffix}"
            ratio = found.of(group, "own ratio")
            rows.append(
                (
                    Cell(name),
                    Cell(str(months), months),
                    Cell(str(found.of(group, "answered").cases)),
                    *(
                        Cell(words.percent(found.of(group, part).value))
                        for part in ("answered", "own base", "class base")
                    ),
                    Cell(words.number(ratio.value), ratio.value),
                    Cell(f"{words.number(ratio.low)} to {words.number(ratio.high)}"),
                )
            )
    caption = (
        "Answered: followed by an act of the target on the imposer within the months. Own base: "
        "the same dyad in windows after no act. Class base: other dyads of its class in the same "
        "days. Everyone aimed: export measures on everyone count as aimed at importers that "
        "bought a tenth of their imports from the imposer."
    )
    return table("How often acts are answered", caption, columns, rows)


def branching_view(found: Escalation) -> TableView:
    """Return branching under each form of the fit."""
    columns = (
        Column("Fit"),
        Column("Acts", True),
        Column("Own", True),
        Column("Own interval", True),
        Column("Cross", True),
        Column("Cross interval", True),
    )
    rows = []
    for group, name in FITS.items():
        own, cross = found.of(group, "own"), found.of(group, "cross")
        rows.append(
            (
                Cell(name),
                Cell(str(own.cases), own.cases),
                Cell(words.number(own.value), own.value),
                Cell(_ends(own)),
                Cell(words.number(cross.value), cross.value),
                Cell(_ends(cross)),
            )
        )
    caption = (
        "Acts that one act calls forth directly: own by the same side on the same target, cross "
        "by the target. Everyone aimed: one measure on everyone counts on many dyads at once, so "
        "own branching is then that of a supplier's repeats."
    )
    return table("Branching", caption, columns, rows)


def leverage_view(found: Escalation) -> TableView:
    """Return what dependence did to acts."""
    columns = (
        Column("Outcome"),
        Column("Form"),
        Column("Term"),
        Column("Log-odds", True),
        Column("Interval", True),
        Column("Cases", True),
    )
    rows = []
    for group, (outcome, form) in LEVERAGE.items():
        for term, name in TERMS.items():
            one = found.of(f"leverage_{group}", term)
            rows.append(
                (
                    Cell(outcome),
                    Cell(form),
                    Cell(name),
                    Cell(words.number(one.value), one.value),
                    Cell(_ends(one)),
                    Cell(str(one.cases), one.cases),
                )
            )
    caption = (
        "Log-odds of an act of a on b in a year, per standard deviation; dependence as known "
        "then. Sizes of the two and the level of the year stand beside it."
    )
    return table("Dependence and acts", caption, columns, rows)


def _ends(one: Measured) -> str:
    return f"{words.number(one.low)} to {words.number(one.high)}" if one.has_interval else "-"


def pair_text(found: PairOutlook, names: Names) -> RenderableType:
    """Return the page of two actors."""
    one, two = label(found.first, names), label(found.second, names)
    hold = [
        f"{label(side.imposer, names)} in the imports of {label(side.target, names)}: "
        f"{words.percent(side.hold)}"
        for side in found.sides
    ]
    opening = (
        f"Acts to {found.as_of}. Share of imports of modelled minerals, trade of "
        f"{found.trade_year}, the last known then: {'; '.join(hold)}."
    )
    return Page(
        (
            Text(f"Escalation between {one} and {two}", style="bold"),
            paragraph(opening, "dim"),
            heading("In short"),
            *(paragraph(f"- {line}") for line in pair_story(found, names)),
            DrawnTable(answers_view(found, names)),
            *_ladder(found.ladder),
            heading("How far to trust this"),
            *(paragraph(f"- {line}") for line in PAIR_CAVEATS),
        )
    )


def answers_view(found: PairOutlook, names: Names) -> TableView:
    """Return the probability of answers beside base rates."""
    columns = (
        Column("If"),
        Column("acts on"),
        Column("Months", True),
        Column("Answer", True),
        Column("Answer interval", True),
        Column("Without", True),
        Column("Base interval", True),
        Column("Added", True),
    )
    rows = [
        (
            Cell(label(side.imposer, names)),
            Cell(label(side.target, names)),
            Cell(str(one.months), one.months),
            Cell(words.percent(one.after.value), one.after.value),
            Cell(words.percent_band(one.after.low, one.after.high)),
            Cell(words.percent(one.without.value), one.without.value),
            Cell(words.percent_band(one.without.low, one.without.high)),
            Cell(words.percent_band(one.added.low, one.added.high), one.added.value),
        )
        for side in found.sides
        for one in side.answers
    ]
    caption = (
        "Probability that the one who is hit acts on the other, with and without the act. Added: "
        "the interval of the difference."
    )
    return table("Answers to expect", caption, columns, rows)


def _ladder(acts: Sequence[LadderAct]) -> list[RenderableType]:
    if not acts:
        return [paragraph("Neither acted on the other by name.", "dim")]
    columns = (Column("Date"), Column("Who"), Column("Kind"), Column("What"))
    rows = [
        (
            Cell(one.date),
            Cell(f"{one.imposer} on {one.target}"),
            Cell(", ".join(kind.replace("_", " ") for kind in one.kinds)),
            Cell(one.summary),
        )
        for one in acts
    ]
    caption = "Acts of the two on each other by name, in the order of days."
    return [DrawnTable(table("Ladder", caption, columns, rows))]
