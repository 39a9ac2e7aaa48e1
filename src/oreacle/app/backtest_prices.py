"""The command `backtest prices`: the engine's prices and shares at past origins.

Does      Shows the scores that ship with the tables, or makes them anew.
Units     As in `oreacle.forecasting.backcast`.
Method    See `oreacle.forecasting.backcast.rolling`.
Assumes   Nothing is written.
Not here  The backcast itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oreacle.app.faults import InputError
from oreacle.app.options import AsJson, Data, Quiet
from oreacle.app.output import progress_bar, show, write_json

if TYPE_CHECKING:
    import pandas as pd

FEWEST_MEMBERS, MOST_MEMBERS = 10, 1000


def prices(
    *,
    windows: Annotated[
        str,
        typer.Option(help="late (origins from 2015), early (chosen on), between or all."),
    ] = "late",
    rerun: Annotated[
        bool, typer.Option("--rerun", help="Make the scores anew; takes some minutes.")
    ] = False,
    members: Annotated[
        int, typer.Option("-n", "--members", help="Members of each forecast, with --rerun.")
    ] = 100,
    data: Data = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Score the engine's prices and shares at past origins, beside four baselines.

    Example: oreacle backtest prices

    Others: oreacle backtest prices --windows all --json; oreacle backtest prices --rerun.

    Each origin sees what was known at its end. The scores ship with the tables.
    """
    from oreacle.app.data_records import require_tables
    from oreacle.data.store import read_table
    from oreacle.forecasting.backcast.score_tables import PRICES, SHARES
    from oreacle.present.price_score_text import price_score_record, price_score_text

    _check_options(windows, members)
    require_tables(data)
    if rerun:
        found = _rerun(data, members, quiet=quiet)
    else:
        found = read_table(PRICES, data), read_table(SHARES, data)
    if as_json:
        write_json(price_score_record(*found, windows=windows))
    else:
        show(price_score_text(*found, windows=windows))


def _rerun(data: Path | None, members: int, *, quiet: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    from threadpoolctl import threadpool_limits

    from oreacle.forecasting.backcast.rolling import run_backcast
    from oreacle.forecasting.backcast.score_tables import price_table, share_table

    with progress_bar("origins", quiet=quiet) as update, threadpool_limits(limits=1):
        backcast = run_backcast(data, members=members, told=update)
    return price_table(backcast), share_table(backcast)


def _check_options(windows: str, members: int) -> None:
    from oreacle.forecasting.backcast.score_tables import WINDOWS

    if windows not in WINDOWS:
        raise InputError(
            "ORE-RUN-180",
            f"there are no windows '{windows}'.",
            why="scores of windows that were chosen on must not pass for a test.",
            fix=f"use one of {', '.join(WINDOWS)}.",
        )
    if not FEWEST_MEMBERS <= members <= MOST_MEMBERS:
        raise InputError(
            "ORE-RUN-180",
            f"--members {members} is outside {FEWEST_MEMBERS} to {MOST_MEMBERS}.",
            why="fewer give no interval, more take hours.",
            fix="leave it at 100.",
        )
