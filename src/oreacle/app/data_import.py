"""The command `data import`: a user's own events, prices and stocks.

Does      Asks for an import and says what it did.
Units     None.
Method    See `oreacle.data.importing`; this module asks and prints.
Assumes   Nothing is written unless everything is valid.
Not here  Columns, units and refusals: see the page on imports.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oreacle.app.folders import check_writable
from oreacle.app.options import AsJson, Data
from oreacle.app.output import say, talk, write_json
from oreacle.data.importing.report import ImportResult


def import_(
    file: Annotated[Path, typer.Argument(help="CSV file, UTF-8; may be gzipped.")],
    table: Annotated[str, typer.Option(help="What it holds: events, prices or stocks.")],
    *,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help="Day up to which it is complete; default: its last day."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the new tables.")] = Path("oreacle-data"),
    data: Data = None,
    encoding: Annotated[
        str | None, typer.Option(help="Encoding of the file; default: UTF-8.")
    ] = None,
    separator: Annotated[
        str | None, typer.Option(help="comma, semicolon or tab; default: comma.")
    ] = None,
    allow_past: Annotated[
        bool, typer.Option("--allow-past", help="Accept rows of days that are covered already.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check, write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add your events, prices or stocks to the tables; events move the as-of date.

    Example: oreacle data import my-events.csv --table events --out oreacle-data
    """
    from oreacle.app.data_records import require_tables
    from oreacle.data.importing.adding import ImportRequest, import_file

    if not dry_run:
        check_writable(out)
    require_tables(data)
    result = import_file(
        ImportRequest(file, table, out, data, as_of, encoding, separator, allow_past, dry_run)
    )
    for line in result.warnings:
        talk(f"check: {line}")
    if as_json:
        write_json(result)
    else:
        say(import_text(result))


def import_text(result: ImportResult) -> str:
    """Return what an import did as text for people."""
    done = f"added to {result.folder}" if result.folder else "valid; nothing was written"
    lines = [
        f"{result.rows} row{'' if result.rows == 1 else 's'} of {result.table}: {done}.",
        f"as-of date: {result.as_of} (before: {result.as_of_before})",
    ]
    lines += [f"new in the register: {name}" for name in result.measures_added]
    lines += [f"out of the register: {name}" for name in result.measures_ended]
    lines += [f"note: {note}" for note in result.notes]
    if result.folder:
        lines.append(f"use the tables with --data {result.folder} or OREACLE_DATA={result.folder}")
    return "\n".join(lines)
