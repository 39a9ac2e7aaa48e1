"""The command `report`: a stored run as one self-contained HTML page.

Does      Opens a run and writes its page.
Units     None.
Method    See `oreacle.present.report`.
Assumes   The tables in use are those of the run.
Not here  Running a forecast: see `oreacle.app.forecast`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oreacle.app.faults import InputError
from oreacle.app.folders import check_writable, find_run
from oreacle.app.options import AsJson, Data
from oreacle.app.output import say, write_json

PAGE = "report.html"


def report(
    run: Annotated[str, typer.Argument(help="Folder of a run, or `latest` in ./runs.")] = "latest",
    out: Annotated[
        Path | None, typer.Option(help="File to write; default: report.html in the run folder.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Write a run as one HTML page that needs no connection.

    Example: oreacle report runs/baseline-s1-n100 --out outlook.html
    """
    from oreacle.app.data_records import source_rows
    from oreacle.forecasting.run import open_run
    from oreacle.present.report import require_plotly, write_report

    folder = find_run(run)
    require_plotly()
    page = folder / PAGE if out is None else out
    _check_page(page)
    outlook = open_run(folder, data).outlook()
    lines = [f"{row['publisher']}: {row['title']} ({row['licence']})." for row in source_rows(data)]
    write_report(outlook, page, sources=lines)
    if as_json:
        write_json({"run": str(folder), "report": str(page)})
    else:
        say(str(page))


def _check_page(page: Path) -> None:
    check_writable(page.parent)
    if page.is_dir():
        raise InputError(
            "ORE-APP-003",
            f"'{page}' is a folder.",
            why="the page is one file.",
            fix="name a file such as --out outlook.html.",
        )
    page.parent.mkdir(parents=True, exist_ok=True)
