"""The first months after an announcement in the terminal, and how past ones were met.

Does      Draws months, words them, and shows fit and scores beside the naive path.
Units     t of a month, prices over before in per cent, months.
Method    One row for each month; a month that did not solve shows no figures.
Assumes   The table of `oreacle.market.monthly.months`.
Not here  The market: see `oreacle.market.monthly.months`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from rich.console import RenderableType

from oreacle.forecasting.monthly_fit import MonthlyScore
from oreacle.market.monthly.months import MonthlyMarket
from oreacle.present.table_view import Cell, Column, TableView
from oreacle.present.terminal import DrawnTable, Page, heading, paragraph

RUSH = 1.05
"""Exports over those before from which a month counts as a rush [1]."""
NEARLY_ALL = 0.9
"""Exports over those before from which they count as resumed [1]."""
NAIVE = "nothing for three months, then as before"


def monthly_text(result: MonthlyMarket, understood: str, skill: str) -> RenderableType:
    """Return the months to print with a rich console.

    Parameters
    ----------
    result
        From `oreacle.market.monthly.months.monthly_market`.
    understood
        The measure in words.
    skill
        One sentence on how such paths did on past cases.
    """
    frame = result.table.to_dataframe()
    view = TableView(
        f"Month by month: {understood}",
        f"Announced {result.notice.announced}, in force {result.notice.in_force}"
        + (f", expected with {result.notice.expected:.0%}" if result.notice.expected else "")
        + ". Exports: to those aimed at, over a month of the base year. Prices: change of the "
        "delivered price, inside the territory of whoever acts and outside. Bought early and "
        "private: stocks abroad at the end of the month. Short: use that is lost outside.",
        (
            Column("Month"),
            Column("Exports [%]", is_number=True),
            Column("Inside [%]", is_number=True),
            Column("Outside [%]", is_number=True),
            Column("Bought early [t]", is_number=True),
            Column("Private [t]", is_number=True),
            Column("Around [t]", is_number=True),
            Column("Short [t]", is_number=True),
        ),
        tuple(_row(str(month), row) for month, row in frame.iterrows()),
    )
    lines = [*_sentences(frame), skill]
    parts = (heading("In short"), *(paragraph(f"- {line}") for line in lines))
    return Page((DrawnTable(view), *parts))


def _row(month: str, row: pd.Series) -> tuple[Cell, ...]:
    return (
        Cell(month),
        _number(100.0 * row["exports_ratio"], "{:.0f}"),
        _number(100.0 * (row["inside"] - 1.0), "{:+.1f}"),
        _number(100.0 * (row["outside"] - 1.0), "{:+.1f}"),
        *(_tonnes(row[name]) for name in ("early_stock", "private_stock", "around", "shortage")),
    )


def _sentences(frame: pd.DataFrame) -> list[str]:
    lines = []
    force = frame[frame["in_force"] > 0.0]
    if frame["exports_ratio"].max() > RUSH:
        month = frame["exports_ratio"].idxmax()
        lines.append(
            f"Rush: exports of {month} are {frame['exports_ratio'].max():.1f} times those of a "
            f"month before; {frame['early_stock'].max():,.0f} t are bought early."
        )
    if len(force):
        month = force["exports_ratio"].idxmin()
        lines.append(f"Lowest exports: {100 * force['exports_ratio'].min():.0f} % in {month}.")
        after = force.loc[month:]
        again = after[after["exports_ratio"] >= NEARLY_ALL]
        lines.append(
            f"Back above 90 % from {again.index[0]} on."
            if len(again)
            else "Not back above 90 % within the months shown."
        )
    if frame["outside"].notna().any():
        month = frame["outside"].idxmax()
        most, last = 100 * (frame["outside"].max() - 1), 100 * (frame["outside"].iloc[-1] - 1)
        lines.append(
            f"The price outside is highest in {month}: {most:+.0f} %; in the last month "
            f"{last:+.0f} %. What traders pay for fear before anything is short is not in it."
        )
    if not frame["solved"].all():
        names = ", ".join(str(month) for month in frame.index[frame["solved"] < 1.0])
        lines.append(f"Not solved, and so not shown: {names}.")
    return lines


def skill_sentence(scores: Sequence[MonthlyScore]) -> str:
    """Return how the path did on cases that it was not fitted on, beside the naive path."""
    later = [one for one in scores if not one.case.fitted]
    if not later:
        return "No case is there that the path was not fitted on."
    told = "; ".join(
        f"{one.case.case}: {one.path_error:.2f} against {one.naive_error:.2f} for "
        f"'{NAIVE}'" + (", WORSE" if one.path_error > one.naive_error else "")
        for one in later
    )
    return (
        "The path of licences was fitted on one case; its mean error in months of exports on the "
        f"others is {told}."
    )


def scores_text(scores: Sequence[MonthlyScore], parameters: pd.DataFrame) -> RenderableType:
    """Return fit and scores to print with a rich console."""
    tables = [DrawnTable(_parameter_view(parameters)), *(DrawnTable(_case_view(s)) for s in scores)]
    return Page((*tables, heading("In short"), paragraph(f"- {skill_sentence(scores)}")))


def _parameter_view(table: pd.DataFrame) -> TableView:
    rows = tuple(
        (
            Cell(str(row["name"])),
            _number(row["value"], "{:.2f}"),
            Cell(f"{row['low']:.2f} to {row['high']:.2f}"),
            Cell(str(row["unit"])),
        )
        for row in table.to_dict("records")
    )
    return TableView(
        "Parameters of licensing",
        f"{table['reason'].iloc[0] if len(table) else ''}; 90 % intervals by profile.",
        (Column("name"), Column("value", is_number=True), Column("interval"), Column("unit")),
        rows,
    )


def _case_view(score: MonthlyScore) -> TableView:
    case = score.case
    rows = tuple(
        (
            Cell(f"{year}-{month:02d}"),
            _number(seen, "{:.2f}"),
            _number(path, "{:.2f}"),
            _number(naive, "{:.2f}"),
        )
        for (year, month), seen, path, naive in zip(
            case.months, case.exports, score.path, score.naive, strict=True
        )
    )
    kept = "fitted on: no skill" if case.fitted else "not fitted on"
    return TableView(
        f"{case.case} ({kept})",
        f"Exports over a month before ({case.base_note}); announced {case.notice.announced}, in "
        f"force {case.notice.in_force}. Mean absolute error: path {score.path_error:.3f}, naive "
        f"({NAIVE}) {score.naive_error:.3f}.",
        (Column("month"), *(Column(n, is_number=True) for n in ("seen", "path", "naive"))),
        rows,
    )


def _number(value: float, form: str) -> Cell:
    return Cell("-") if math.isnan(value) else Cell(form.format(value), value)


def _tonnes(value: float) -> Cell:
    return Cell("-") if math.isnan(value) else Cell(f"{value:,.0f}", value)
