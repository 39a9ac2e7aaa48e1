"""A table before it is drawn: the same cells for the terminal and for the report.

Does      Defines columns and cells that carry their text and the number to sort by.
Units     In the heading of the column or in the text of the cell.
Method    None: records.
Assumes   The text of a cell is complete: drawing adds nothing and drops nothing.
Not here  What stands in the tables: see `oreacle.present.tables`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Place(StrEnum):
    """Where the terminal puts a column; the report shows all but `SPARK` and `STRIP`.

    ROW is always in the row, EXTRA and STRIP where there is room, SPARK where the terminal can
    also draw blocks; BELOW goes under the table where the row has no room left.
    """

    ROW = "row"
    EXTRA = "extra"
    BELOW = "below"
    STRIP = "strip"
    SPARK = "spark"


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes
    ----------
    text
        What is shown.
    order
        Number to sort by; None for text, and for values that are not known.
    note
        Shown after the text, less prominent.
    """

    text: str
    order: float | None = None
    note: str = ""

    @property
    def whole(self) -> str:
        """Text and note together."""
        return f"{self.text} {self.note}" if self.note else self.text


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    title
        Heading, with the unit where cells are bare numbers.
    is_number
        True to align right and sort by `Cell.order`.
    place
        Where the terminal puts it.
    """

    title: str
    is_number: bool = False
    place: Place = Place.ROW


@dataclass(frozen=True)
class TableView:
    """A table with its heading and one sentence on how to read it.

    Attributes
    ----------
    title, caption
        Heading, and what the columns mean.
    columns
        Columns from left to right; the first names the row.
    rows
        Cells by row, one for each column.
    left_out
        Rows that exist but were not asked for.
    """

    title: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    left_out: int = 0


def pruned(view: TableView, title: str) -> TableView:
    """Return a view without the columns of one title in which no row has a text."""
    kept = [
        k
        for k, column in enumerate(view.columns)
        if column.title != title or any(row[k].text for row in view.rows)
    ]
    return replace(
        view,
        columns=tuple(view.columns[k] for k in kept),
        rows=tuple(tuple(row[k] for k in kept) for row in view.rows),
    )
