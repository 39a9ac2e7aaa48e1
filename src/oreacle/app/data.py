"""The commands `data sources`, `check`, `build` and `import`: where the figures come from.

Does      Lists sources, checks tables against their rules and checksums, builds new ones.
Units     None.
Method    See `oreacle.data`; this module asks and prints.
Assumes   A folder of tables is complete or named as incomplete by the check.
Not here  What a table holds: see `oreacle.data.schema`; imports: see `data_import`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from oreacle.app.data_import import import_
from oreacle.app.faults import BAD_INPUT, FAILED, InputError
from oreacle.app.folders import check_writable
from oreacle.app.options import AsJson, Data, Quiet
from oreacle.app.output import say, talk, text_table, write_json

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Show, check and rebuild the tables that the model reads.\n\n"
    "Example: oreacle data sources",
)


@app.command()
def sources(data: Data = None, as_json: AsJson = False) -> None:
    """List every source with publisher, terms and the tables made from it.

    Example: oreacle data sources --json
    """
    from oreacle.app.data_records import source_rows

    rows = source_rows(data)
    if as_json:
        write_json({"sources": rows})
        return
    heads = ("source", "publisher", "title", "terms", "tables")
    keys = ("source", "publisher", "title", "licence", "tables")
    cells = [[", ".join(row[key]) if key == "tables" else row[key] for key in keys] for row in rows]
    say(text_table(heads, cells))
    say("\nHow to cite each: oreacle data sources --json")


@app.command()
def check(data: Data = None, as_json: AsJson = False) -> None:
    """Check every table against its rules and its checksum; name every fault.

    Example: oreacle data check --data oreacle-data
    """
    from oreacle.app.data_records import check_tables

    results = check_tables(data)
    bad = [row for row in results if row["faults"]]
    if as_json:
        write_json({"tables": results})
    else:
        rows = [(row["table"], row["rows"], _state(row)) for row in results]
        say(text_table(("table", "rows", "state"), rows))
    for row in bad:
        talk(f"{row['table']}:\n  - " + "\n  - ".join(row["faults"]))
    if bad:
        raise typer.Exit(FAILED)


@app.command()
def build(
    sources: Annotated[Path, typer.Option(help="Folder of the publishers' own files.")],
    out: Annotated[Path, typer.Option(help="Folder for the tables.")] = Path("oreacle-data"),
    check: Annotated[
        bool, typer.Option("--check", help="List the files needed and their state, then stop.")
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Build all tables from the publishers' files, and fit the event models.

    Example: oreacle data build --sources downloads --out oreacle-data
    """
    if not sources.is_dir():
        state = "is not a folder" if sources.exists() else "does not exist"
        raise InputError(
            "ORE-APP-005",
            f"the folder of sources '{sources}' {state}.",
            why="there is nothing to build tables from.",
            fix="name the folder that holds the publishers' files with --sources.",
        )
    if check:
        _show_inputs(sources, as_json=as_json)
        return
    check_writable(out)
    from oreacle.app.data_records import build_folder

    built = build_folder(sources, out, _silent if quiet else talk)
    if as_json:
        write_json({"folder": str(out), "tables": built.tables, "like_events": built.like_events})
    else:
        say(f"tables are in {out}; use them with --data {out} or OREACLE_DATA={out}")


app.command("import")(import_)


def _show_inputs(sources: Path, *, as_json: bool) -> None:
    """List every file that a build needs; exit 2 unless all are there and can be read."""
    from oreacle.app.data_records import input_rows

    rows = input_rows(sources)
    bad = [row for row in rows if row["reason"]]
    if as_json:
        write_json({"folder": str(sources), "inputs": rows})
    else:
        cells = [(row["input"], row["state"], len(row["files"])) for row in rows]
        say(text_table(("input", "state", "files"), cells))
    for row in bad:
        talk(f"{row['input']}: {row['reason']}")
    if bad:
        talk(f"{len(bad)} of {len(rows)} inputs are missing or cannot be read.")
        raise typer.Exit(BAD_INPUT)


def _state(row: Mapping[str, Any]) -> str:
    if row["faults"]:
        return "bad"
    return "ok" if row["rows"] is not None else "none"


def _silent(_line: str) -> None:
    """Take no notice."""
