"""An outlook in the terminal.

Does      Draws tables and paragraphs for any width, in plain ASCII where output is not a screen.
Units     In headings and cells, as `oreacle.present.tables` writes them.
Method    Columns that do not fit go under the table; nothing is cut off.
Assumes   Text of the records is data: it is never read as markup.
Not here  What-ifs: see `oreacle.present.shock_text`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD, Box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from oreacle.forecasting.outlook import Outlook
from oreacle.present import tables, tables_relations
from oreacle.present.risk_table import risk_table
from oreacle.present.sanity_table import sanity_table
from oreacle.present.story import stock_sentences, summary_sentences
from oreacle.present.table_view import Cell, Place, TableView

ROWS = 8
"""Events shown in each list unless told otherwise."""
REASON_WIDTH = 40
"""Least room for a column of reasons [characters]."""
NAME_WIDTH = 14
"""Least room for a column that may wrap [characters]."""
SHORT_CELL = 10
"""Cells up to this wide are never wrapped where the table has room for the others."""
COLUMN_GAP = 2
JOINT = "\ue000"
"""Stands for a blank that must not end a line; `Page` writes it as a blank."""
PLAIN_HEAD = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "×": "x", "–": "-", "’": "'"}
)


def outlook_text(outlook: Outlook, *, rows: int | None = ROWS) -> RenderableType:
    """Return an outlook to print with a rich console.

    Parameters
    ----------
    outlook
        What to show.
    rows
        Events in each list, and half as many again minerals; None for all.

    Returns
    -------
    RenderableType
        Adapts to the console: blocks and rules on a screen, plain ASCII in a pipe.
    """
    minerals = None if rows is None else rows + rows // 2
    views = (
        tables.restriction_table(outlook, rows=rows),
        tables.restricted_mineral_table(outlook, rows=rows),
        tables.agreement_table(outlook, rows=rows),
        tables_relations.other_table(outlook),
        *tables_relations.relations_views(outlook),
        tables.market_table(outlook, rows=minerals),
        tables.exposure_table(outlook, rows=rows),
        risk_table(outlook),
        tables.concentration_table(outlook, rows=rows),
        sanity_table(outlook),
    )
    parts: list[RenderableType] = [*_header(outlook), *map(DrawnTable, views)]
    parts += [*_skill(outlook), *_notes(outlook)]
    return Page(tuple(parts))


@dataclass(frozen=True)
class Page:
    """Parts one below the other, in characters that the output can carry."""

    parts: tuple[RenderableType, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield segments; letters are kept unless the encoding cannot carry them."""
        for part in self.parts:
            for segment in console.render(part, options):
                if segment.control:
                    yield segment
                    continue
                text = segment.text.replace(JOINT, " ")
                yield Segment(to_ascii(text) if options.ascii_only else text, segment.style)


def paragraph(text: str, style: str = "") -> Text:
    """Return text in which a number is never parted from its unit at the end of a line."""
    return Text(joined(text), style=style)


def joined(text: str) -> str:
    """Return text with the blanks between number and unit made unbreakable; see `Page`."""
    for unit in (" %", " yr"):
        text = text.replace(unit, JOINT + unit[1:])
    return text.replace("USD ", f"USD{JOINT}")


def to_ascii(text: str) -> str:
    """Return text without accents; a character without a plain form becomes a question mark.

    Examples
    --------
    >>> to_ascii("Türkiye ×")
    'Turkiye x'
    """
    plain = unicodedata.normalize("NFKD", text.translate(LETTERS))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return bare.encode("ascii", "replace").decode("ascii")


@dataclass(frozen=True)
class DrawnTable:
    """A table view that draws itself for the width and kind of the console.

    Attributes
    ----------
    view
        The table.
    rest
        Where rows are that were left out.
    """

    view: TableView
    rest: str = "--json and the report show them"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield heading, caption, table, the columns that did not fit, and what was left out."""
        view, plain = self.view, options.ascii_only or not console.is_terminal
        yield heading(view.title)
        yield paragraph(view.caption, "dim")
        if not view.rows:
            yield Text("None.")
            return
        inside, below = _fitting(view, options.max_width, plain)
        yield _drawn(view, inside, _firm(view, inside, options.max_width), plain=plain)
        for at in below:
            yield from _listed(view, at)
        if view.left_out:
            yield Text(f"{view.left_out} more rows: {self.rest}.", style="dim")


def heading(text: str) -> RenderableType:
    """Return a heading with a blank line above it."""
    return Text(f"\n{text}", style="bold cyan")


def _fitting(view: TableView, width: int, plain: bool) -> tuple[list[int], list[int]]:
    """Return which columns stand in the table and which under it."""
    inside = [k for k, column in enumerate(view.columns) if column.place is Place.ROW]
    room = width - sum(_width(view, k) + COLUMN_GAP for k in inside)
    below = []
    for place in (Place.EXTRA, Place.SPARK, Place.BELOW, Place.STRIP):
        for k, column in enumerate(view.columns):
            if column.place is not place or (place is Place.SPARK and plain):
                continue
            need = REASON_WIDTH if place is Place.BELOW else _width(view, k)
            if room >= need + COLUMN_GAP:
                inside.append(k)
                room -= need + COLUMN_GAP
            elif place is Place.BELOW:
                below.append(k)
    return sorted(inside), below


def _width(view: TableView, at: int) -> int:
    """Return the room a column wants: its cells, and headings broken into words."""
    cells = max(cell_len(line) for row in view.rows for line in row[at].whole.split("\n"))
    return max(cells, *(cell_len(word) for word in joined(view.columns[at].title).split()))


def _firm(view: TableView, inside: list[int], width: int) -> set[int]:
    """Return the columns whose cells stay on one line: numbers and short texts, if all fit."""
    firm = set()
    for k in inside:
        column = view.columns[k]
        drawn = column.place in (Place.SPARK, Place.STRIP)
        if column.is_number or drawn or _width(view, k) <= SHORT_CELL:
            firm.add(k)
    need = sum(_width(view, k) if k in firm else NAME_WIDTH for k in inside)
    return firm if need + COLUMN_GAP * (len(inside) - 1) <= width else set()


def _drawn(view: TableView, inside: list[int], firm: set[int], *, plain: bool) -> Table:
    table = Table(
        box=PLAIN_HEAD if plain else SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
        padding=(0, 1, 0, 0),
        header_style="bold",
    )
    for k in inside:
        column = view.columns[k]
        table.add_column(
            Text(joined(column.title)),
            justify="right" if column.is_number else "left",
            overflow="fold",
            width=_width(view, k) if k in firm else None,
        )
    for row in view.rows:
        table.add_row(*(_cell_text(row[k]) for k in inside))
    return table


def _cell_text(cell: Cell) -> Text:
    text = paragraph(cell.text)
    if cell.note:
        text.append(joined(f" {cell.note}"), style="dim")
    return text


def _listed(view: TableView, at: int) -> Iterable[RenderableType]:
    yield Text(f"{view.columns[at].title}:", style="bold")
    for row in view.rows:
        line = paragraph(f"{row[0].text}: ")
        line.append(joined(row[at].whole), style="dim")
        yield Padding(line, (0, 0, 0, 2), expand=False)


def _header(outlook: Outlook) -> list[RenderableType]:
    title = Text("Critical minerals outlook", style="bold")
    title.append(f" {outlook.first_year} to {outlook.last_year}, scenario {outlook.scenario}")
    failed = f"{outlook.failed} of {outlook.members} members failed"
    facts = (
        f"As of {outlook.as_of}; {outlook.members} members, {failed}; seed {outlook.seed}; "
        f"oreacle {outlook.version}."
    )
    sentences = (*summary_sentences(outlook), *stock_sentences(outlook))
    summary = [paragraph(f"- {sentence}") for sentence in sentences]
    return [title, paragraph(facts, "dim"), heading("In short"), *summary]


def _skill(outlook: Outlook) -> list[RenderableType]:
    title = heading("Track record, out of sample (losses against a baseline are shown as such)")
    if not outlook.skill:
        return [title, Text("Not known.")]
    lines = []
    for _, sentence in outlook.skill:
        line = paragraph(f"- {sentence}")
        line.highlight_words(["WORSE"], style="bold red")
        lines.append(line)
    return [title, *lines]


def _notes(outlook: Outlook) -> list[RenderableType]:
    lines: list[RenderableType] = [paragraph(f"- {note}") for note in outlook.notes]
    return [heading("Before you use these numbers"), *(lines or [Text("No notes.")])]
