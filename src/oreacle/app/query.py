"""The command `query`: SQL over the tables of a run.

Does      Answers one reading query over a stored run.
Units     As in `oreacle.forecasting.run_tables`.
Method    See `oreacle.forecasting.run_query`.
Assumes   The extra `sql` is installed.
Not here  Changing a run: no query can.
"""

from __future__ import annotations

from typing import Annotated

import typer

from oreacle.app.folders import find_run
from oreacle.app.options import AsJson
from oreacle.app.output import say, talk, text_table, write_json


def query(
    run: Annotated[str, typer.Argument(help="Folder of a run, or `latest` in ./runs.")],
    text: Annotated[str, typer.Argument(metavar="SQL", help="One query that reads.")],
    *,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="Most rows.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Ask the tables of a run in SQL.

    Example: oreacle query latest "select mineral, avg(delivered) from prices group by all"
    """
    from oreacle.forecasting.run import open_run
    from oreacle.forecasting.run_query import require_duckdb

    require_duckdb()
    folder = find_run(run)
    found = open_run(folder).sql(text, limit + 1)
    rows = [tuple(row) for row in found.head(limit).astype(object).to_numpy()]
    columns = [str(name) for name in found.columns]
    has_more = len(found) > limit
    if as_json:
        lines = [dict(zip(columns, row, strict=True)) for row in rows]
        write_json({"run": str(folder), "columns": columns, "rows": lines, "has_more": has_more})
    else:
        say(text_table(columns, rows))
    if has_more:
        talk(f"there are more than {limit} rows; see more with --limit.")
