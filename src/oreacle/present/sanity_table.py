"""The checks of a run beside history, as a table.

Does      Shows each check, what was found, and what lies outside.
Units     In the rows.
Method    None.
Assumes   Bounds are those of the baseline.
Not here  The checks: see `oreacle.forecasting.sanity`.
"""

from __future__ import annotations

from oreacle.forecasting.outlook import Outlook, SanityRow
from oreacle.present import words
from oreacle.present.table_view import Cell, Column, TableView

MOST_NAMED = 6
"""Minerals named in a row."""


def sanity_table(outlook: Outlook) -> TableView:
    """Return the checks of a run."""
    columns = (
        Column("Check"),
        Column("Found"),
        Column("Within", is_number=True),
        Column("Outside, worst first"),
    )
    caption = (
        "Does the run look like the world? Bounds are for the baseline; a scenario may leave them "
        "on purpose. What lies outside is shown, not mended."
    )
    names = words.mineral_names(outlook)
    rows = tuple(_row(row, names) for row in outlook.sanity)
    return TableView("The run beside history", caption, columns, rows)


def _row(row: SanityRow, names: dict[str, str]) -> tuple[Cell, ...]:
    named = [
        f"{words.short_name(names.get(slug, slug))} {words.ratio(value)}"
        for slug, value in row.outside[:MOST_NAMED]
    ]
    more = len(row.outside) - len(named)
    if more > 0:
        named.append(f"{more} more")
    held, of = row.held
    return (
        Cell(row.check),
        Cell(row.found),
        Cell(f"{held} of {of}", held / of if of else None),
        Cell(", ".join(named)),
    )
