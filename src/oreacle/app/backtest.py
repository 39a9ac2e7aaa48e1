"""The command `backtest`: past measures, predicted from what was known before them.

Does      Reads the embedded cases or a user's own, runs the backtest, shows it.
Units     As in `oreacle.forecasting.market_backtest`.
Method    A user's cases are predicted with what the embedded early cases taught.
Assumes   Nothing is written.
Not here  The backtest itself: see `oreacle.forecasting.market_backtest`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oreacle.app.backtest_events import events, fits
from oreacle.app.backtest_prices import prices
from oreacle.app.faults import InputError
from oreacle.app.options import AsJson, Data, Quiet
from oreacle.app.output import progress_bar, show, write_json

if TYPE_CHECKING:
    from oreacle.forecasting.market_windows import DriftFit

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Check predictions against what happened.\n\nExample: oreacle backtest market",
)
CASE_TABLES = ("market_cases", "market_case_flows", "market_case_values", "market_case_outcomes")
EARLIEST, LATEST = 2005, 2024
"""Years before which cases may be fitted on: earlier there is nothing to learn from."""


@app.command()
def market(
    *,
    cases: Annotated[
        Path | None,
        typer.Option(help="Your own X_cases.csv, with X_base.csv and X_truth.csv beside it."),
    ] = None,
    fit_before: Annotated[
        int, typer.Option("--fit-before", help="Fit on cases before this year only.")
    ] = 2016,
    data: Data = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Predict past export restrictions and liftings, beside four naive rules.

    Example: oreacle backtest market --fit-before 2016
    """
    from oreacle.app.backtest_record import backtest_record
    from oreacle.app.data_records import require_tables
    from oreacle.data.importing.cases import read_case_files
    from oreacle.data.store import read_table
    from oreacle.forecasting.market_backtest import run_backtest
    from oreacle.market.cases import case_outcomes, market_cases
    from oreacle.present.backtest_text import backtest_text

    _check_year(fit_before)
    own = None if cases is None else read_case_files(cases)
    require_tables(data)
    embedded = {name: read_table(name, data) for name in CASE_TABLES}
    taught = market_cases(embedded)
    lessons = taught, case_outcomes(embedded, taught)
    tables = embedded if own is None else own
    found = taught if own is None else market_cases(own)
    with progress_bar("cases", quiet=quiet) as update:
        backtest = run_backtest(
            found,
            case_outcomes(tables, found),
            _drift(fit_before, data),
            fit_before=fit_before,
            lessons=None if own is None else lessons,
            progress=update,
        )
    if as_json:
        write_json(backtest_record(backtest))
    else:
        show(backtest_text(backtest))


@app.command()
def nickel(*, data: Data = None, as_json: AsJson = False) -> None:
    """Put Indonesia's nickel ban of 2014 in force, with the ore stocks that China held.

    Example: oreacle backtest nickel
    """
    from oreacle.app.data_records import require_tables
    from oreacle.data.store import read_table
    from oreacle.forecasting.nickel_ban import CASE, VARIANTS, nickel_ban
    from oreacle.market.cases import market_cases
    from oreacle.present.nickel_text import nickel_text
    from oreacle.world.load import load_world

    require_tables(data)
    tables = {name: read_table(name, data) for name in CASE_TABLES}
    case = next(case for case in market_cases(tables) if case.case == CASE)
    world = load_world(data)
    results = {
        name: nickel_ban(case, world.chain("nickel"), world.parameters, settings)
        for name, settings in VARIANTS.items()
    }
    if as_json:
        write_json(results)
    else:
        show(nickel_text(results))


@app.command()
def monthly(
    *,
    case: Annotated[
        Path | None, typer.Option(help="Your own months: case, year, month, exports, base, dates.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show the first months of past export licensing, beside what was foreseen.

    Example: oreacle backtest monthly
    """
    from oreacle.app.data_records import require_tables
    from oreacle.app.shock_month import score_records
    from oreacle.data.importing.monthly import read_monthly_cases
    from oreacle.data.store import read_table
    from oreacle.forecasting.monthly_fit import fitted_parameters, monthly_cases, score_cases
    from oreacle.present.monthly_text import scores_text

    require_tables(data)
    table = read_table("monthly_parameters", data)
    rows = read_table("monthly_cases", data) if case is None else read_monthly_cases(case)
    scores = score_cases(monthly_cases(rows), fitted_parameters(table))
    if as_json:
        write_json({"parameters": table.to_dict("records"), "cases": score_records(scores)})
    else:
        show(scores_text(scores, table))


def _drift(fit_before: int, data: Path | None) -> DriftFit:
    """Return the drift of trade before a year, windows with a known case left out."""
    from oreacle.data.store import read_table
    from oreacle.forecasting.market_windows import fit_drift, trade_windows

    listed = read_table("natural_experiments", data)
    shocked = [
        (code, int(day[:4]))
        for codes, day in zip(listed["hs92"], listed["effective"], strict=True)
        for code in codes.split(";")
    ]
    return fit_drift(trade_windows(read_table("trade_history", data), fit_before, shocked))


def _check_year(fit_before: int) -> None:
    if not EARLIEST <= fit_before <= LATEST:
        raise InputError(
            "ORE-APP-001",
            f"--fit-before {fit_before} is outside {EARLIEST} to {LATEST}.",
            why="the embedded cases run from 2003 to 2023.",
            fix="name a year such as 2016.",
        )


app.command()(events)
app.command()(prices)
app.command()(fits)
