"""The commands `backtest events` and `backtest fits`: the event models, made again.

Does      Refits the models at each past origin, scores them beside their baselines, shows where
          they lose; or scores the models as they are on a user's unseen events. Shows how the
          models of the whole history were fitted.
Units     As in `oreacle.forecasting.scoring`.
Method    See `oreacle.forecasting.events`.
Assumes   Nothing is written.
Not here  The backtest itself: see `oreacle.forecasting.events.track_record`.
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


def events(
    *,
    windows: Annotated[
        str, typer.Option(help="late (close after 2014), early (chosen on) or all.")
    ] = "late",
    file: Annotated[
        Path | None,
        typer.Option("--events", help="Score the models as they are on this file of events."),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="First day of the unseen window, YYYY-MM-DD.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", help="Its last day; default: the last in the file.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Score forecasts of acts at past origins, beside seven baselines.

    Example: oreacle backtest events

    Others: oreacle backtest events --windows all --json; oreacle backtest events --events
    my-events.csv --from 2025-01-01 --to 2025-12-31.

    Each origin sees what was known at its end. With --events the fitted models are scored,
    parameters frozen, on events that they have never seen.
    """
    from oreacle.app.data_records import require_tables
    from oreacle.forecasting.scoring.scoreboard import scoreboard
    from oreacle.present.events_text import events_record, events_text

    _check_options(windows, is_unseen=file is not None, has_days=bool(since or until))
    require_tables(data)
    if file is not None:
        _unseen(file, since, until, data, as_json=as_json)
        return
    scores = scoreboard(_rolled(data, quiet=quiet), windows=windows)
    if as_json:
        write_json(events_record(scores, windows=windows))
    else:
        show(events_text(scores, windows=windows))


def fits(*, data: Data = None, as_json: AsJson = False) -> None:
    """Fit the models of acts anew and show how it went: rows, convergence, branching.

    Example: oreacle backtest fits

    Others: oreacle backtest fits --json. Takes half a minute.
    """
    from oreacle.app.data_records import require_tables
    from oreacle.data.vintage import read_vintage
    from oreacle.forecasting.events.branching import branching
    from oreacle.forecasting.events.diagnostics import fit_diagnostics
    from oreacle.forecasting.events.tables import fit_events, read_history
    from oreacle.present.fits_text import fits_record, fits_text

    require_tables(data)
    fitted = fit_events(read_history(data), read_vintage(data).fitted_year)
    found, further = fit_diagnostics(fitted), branching(fitted)
    if as_json:
        write_json(fits_record(found, further))
    else:
        show(fits_text(found, further))


def _check_options(windows: str, *, is_unseen: bool, has_days: bool) -> None:
    from oreacle.forecasting.scoring.forecasts import WINDOWS

    if windows not in WINDOWS:
        raise InputError(
            "ORE-APP-014",
            f"there are no windows '{windows}'.",
            why="scores of windows that were chosen on must not pass for a test.",
            fix=f"use one of {', '.join(WINDOWS)}.",
        )
    if has_days and not is_unseen:
        raise InputError(
            "ORE-APP-014",
            "--from and --to belong to --events.",
            why="the windows of the embedded chronicle are given by its origins.",
            fix="name the file of unseen events, or leave them out.",
        )


def _rolled(data: Path | None, *, quiet: bool) -> pd.DataFrame:
    """Return forecasts at all origins, with a bar that counts them."""
    from oreacle.forecasting.events.track_record import backtest_events, origins_of

    origins = origins_of(data)
    with progress_bar("origins", quiet=quiet) as update:
        update(0, len(origins))
        return backtest_events(
            data, told=lambda origin: update(origin - origins.start + 1, len(origins))
        )


def _unseen(
    file: Path, since: str | None, until: str | None, data: Path | None, *, as_json: bool
) -> None:
    """Score the fitted models on a file of events."""
    from oreacle.data.importing.unseen import read_unseen_events
    from oreacle.data.vintage import read_vintage
    from oreacle.forecasting.events.tables import read_history
    from oreacle.forecasting.events.unseen import unseen_forecasts, window_of
    from oreacle.forecasting.scoring.forecasts import ALL
    from oreacle.forecasting.scoring.scoreboard import scoreboard
    from oreacle.present.unseen_text import unseen_record, unseen_text

    found, last = read_unseen_events(file, data)
    origin = read_vintage(data).fitted_year
    window = window_of(since or f"{origin + 1}-01-01", until or last, origin)
    forecasts = unseen_forecasts(read_history(data), found, window)
    scores = scoreboard(forecasts.table, windows=ALL)
    if as_json:
        write_json(unseen_record(scores, forecasts))
    else:
        show(unseen_text(scores, forecasts))
