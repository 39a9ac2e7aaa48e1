"""SQL over the tables of a run.

Does      Answers one reading query by DuckDB.
Units     Those of `oreacle.forecasting.run_tables`.
Method    Tables that the query names become views of a database in memory. The database reads no
          file, loads no extension, opens no connection and sees no variable of the program; the
          switch for that is locked before the query is read.
Assumes   The extra `sql` is installed.
Not here  The tables: see `oreacle.forecasting.run_tables`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pandas as pd

from oreacle.core.errors import RunError
from oreacle.forecasting.run_tables import NAMES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CLOSED = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}
WORD = re.compile(r"[a-z_]+")


def query(
    text: str, table: Callable[[str], pd.DataFrame], limit: int | None = None
) -> pd.DataFrame:
    """Return the rows of a query.

    Parameters
    ----------
    text
        One query that reads.
    table
        Gives a table by its name.
    limit
        Most rows; None for all.

    Raises
    ------
    RunError
        ORE-RUN-161 if DuckDB is not installed; ORE-RUN-162 if the text is no single reading
        query; ORE-RUN-163 if the database refuses it.
    """
    require_duckdb()
    import duckdb

    with duckdb.connect(":memory:", config=CLOSED) as base:
        try:
            _refuse_others(text)
            words = set(WORD.findall(text.lower()))
            for name in NAMES:
                if name in words:
                    base.register(name, table(name))
            return _answer(base, text, limit)
        except duckdb.Error as fault:
            raise RunError(
                "ORE-RUN-163",
                f"the query cannot be answered: {' '.join(str(fault).split())[:500]}",
                why="a part of it means nothing here, or reaches outside the run.",
                fix=f"tables are {', '.join(NAMES)}; `describe prices` shows columns.",
            ) from fault


def require_duckdb() -> None:
    """Refuse early if DuckDB is not installed.

    Raises
    ------
    RunError
        ORE-RUN-161.
    """
    if find_spec("duckdb") is None:
        raise RunError(
            "ORE-RUN-161",
            "the library `duckdb` is not installed.",
            why="queries are answered by it.",
            fix='pip install "oreacle[sql]", or take a whole table: `run.table("prices")`.',
        )


def _refuse_others(text: str) -> None:
    """Refuse everything but one query that reads."""
    import duckdb

    found = [one.type for one in duckdb.extract_statements(text)]
    if found != [duckdb.StatementType.SELECT]:
        kinds = ", ".join(str(kind).rpartition(".")[2] for kind in found) or "nothing"
        raise RunError(
            "ORE-RUN-162",
            f"one query that reads was expected, and {kinds} was given.",
            why="a run is never changed by a question.",
            fix="write one query that starts with `select`, `with` or `from`.",
        )


def _answer(base: DuckDBPyConnection, text: str, limit: int | None) -> pd.DataFrame:
    base.execute("SET enable_external_access = false")
    base.execute("SET lock_configuration = true")
    answer = base.sql(text)
    found: pd.DataFrame = (answer if limit is None else answer.limit(limit)).df()
    return found
