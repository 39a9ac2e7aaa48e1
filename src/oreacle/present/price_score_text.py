"""The backcast of prices and shares in the terminal.

Does      Draws the scoreboard of price forecasts, that of shares, and what follows in words.
Units     Log points; share points; skill and coverage in per cent.
Method    A skill whose interval holds zero is written "not told apart", never as a gain.
Assumes   Tables `price_scores` and `share_scores`, shipped or made anew.
Not here  How scores are made: see `oreacle.forecasting.backcast`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
from rich.console import RenderableType

from oreacle.forecasting.backcast.foreseen import POOLED_WALK
from oreacle.forecasting.backcast.price_scores import CONDITIONAL
from oreacle.forecasting.backcast.score_tables import AGAINST, ANY
from oreacle.forecasting.backcast.skill import NOT_TOLD_APART
from oreacle.present.table_view import Cell, Column, Place, TableView
from oreacle.present.terminal import DrawnTable, Page, heading, paragraph

WINDOW_WORDS = {
    "late": "origins from 2015 on, on which nothing was chosen",
    "early": "windows that close by 2014, on which the form was chosen",
    "between": "origins up to 2013 whose windows close after 2014",
    "all": "all windows, those that the form was chosen on included",
}


def price_score_text(prices: pd.DataFrame, shares: pd.DataFrame, *, windows: str) -> RenderableType:
    """Return the scoreboard to print with a rich console.

    Parameters
    ----------
    prices, shares
        Tables `price_scores` and `share_scores`.
    windows
        ``late``, ``early``, ``between`` or ``all``.
    """
    ours, places = (table[table["windows"] == windows] for table in (prices, shares))
    # The form that was chosen first, what knew the future last.
    rank = ours["forecast"].isin(CONDITIONAL).astype(int) - ours["chosen"].astype(int)
    ours = ours.assign(rank=rank).sort_values(["rank", "forecast", "horizon"], kind="stable")
    return Page(
        (
            DrawnTable(_price_view(ours, windows)),
            DrawnTable(_spread_view(ours)),
            DrawnTable(_share_view(places)),
            heading("In short"),
            *(paragraph(f"- {line}") for line in short_lines(ours, places)),
        )
    )


def price_score_record(
    prices: pd.DataFrame, shares: pd.DataFrame, *, windows: str
) -> dict[str, object]:
    """Return the same for `--json`: rows of both tables."""
    parts = {"prices": prices, "shares": shares}
    return {
        "windows": windows,
        **{
            name: table[table["windows"] == windows].to_dict("records")
            for name, table in parts.items()
        },
    }


def short_lines(prices: pd.DataFrame, shares: pd.DataFrame) -> tuple[str, ...]:
    """Return what follows from the rows of one kind of windows, losses as losses."""
    chosen = prices[prices["chosen"].astype(bool)]
    lines = [
        f"{_years(int(str(horizon)))}: {_sentence(part)}."
        for horizon, part in chosen.groupby("horizon")
    ]
    whole = shares[shares["group"] == ANY]
    lines += [
        f"{'leader share' if row.quantity == 'leader' else 'concentration'}, "
        f"{_years(row.horizon)}: error {_points(row.engine_error, row.quantity)}, persistence "
        f"{_points(row.persistence_error, row.quantity)}: {row.error_verdict}"
        for row in _rows(whole)
    ]
    return tuple(lines)


def skill_words(value: float, low: float, high: float, verdict: str) -> str:
    r"""Return a skill in words.

    Examples
    --------
    >>> skill_words(0.1, 0.02, 0.2, "better"), skill_words(0.1, -0.1, 0.2, "not told apart")
    ('+10 %\n(+2 to +20)', 'not told apart\n(-10 to +20)')
    """
    if math.isnan(value):
        return "-"
    band = "" if math.isnan(low) else f"\n({_signed(low)} to {_signed(high)})"
    return f"{verdict if verdict == NOT_TOLD_APART else _signed(value) + ' %'}{band}"


def _sentence(part: pd.DataFrame) -> str:
    words = []
    for row in _rows(part):
        if row.crps_verdict == NOT_TOLD_APART:
            words.append(f"{NOT_TOLD_APART} from {row.baseline}")
        else:
            words.append(
                f"{row.crps_verdict} than {row.baseline} by {abs(100 * row.crps_skill):.0f} %"
            )
    first = part.iloc[0]
    return (
        f"{first['forecast']} is {'; '.join(words)}; its 80 % interval holds "
        f"{100 * first['coverage']:.0f} % of {int(first['scored'])} windows"
    )


def _price_view(prices: pd.DataFrame, windows: str) -> TableView:
    rows = []
    for (name, horizon), part in _in_order(prices):
        by = {str(row.baseline): row for row in _rows(part)}
        cells = [
            Cell(_crps_words(by[against]), float(by[against].crps_skill)) for against in AGAINST
        ]
        first = part.iloc[0]
        mark = " (chosen)" if bool(first["chosen"]) else ""
        rows.append(
            (
                Cell(f"{name}{mark}, {_years(horizon)}"),
                Cell(f"{first['crps']:.3f}", float(first["crps"])),
                *cells,
                Cell(str(int(first["scored"])), float(first["scored"])),
            )
        )
    return TableView(
        f"Price forecasts: {WINDOW_WORDS[windows]}",
        "CRPS of log price changes, smaller is better, and skill over each baseline in % with "
        "its 90 % interval over resampled minerals. Persistence is a point: its CRPS is the mean "
        "absolute change.",
        (
            Column("forecast"),
            Column("CRPS", is_number=True),
            *(
                Column(
                    f"over {name}",
                    is_number=True,
                    place=Place.EXTRA if name == POOLED_WALK else Place.ROW,
                )
                for name in AGAINST
            ),
            Column("windows", is_number=True, place=Place.EXTRA),
        ),
        tuple(rows),
    )


def _spread_view(prices: pd.DataFrame) -> TableView:
    walk = prices[prices["baseline"] == AGAINST[0]]
    rows = tuple(
        (
            Cell(f"{row.forecast}, {_years(row.horizon)}"),
            Cell(f"{100 * row.coverage:.0f}", row.coverage),
            Cell(f"{100 * row.coverage_baseline:.0f}", row.coverage_baseline),
            Cell(f"{row.interval:.2f}", row.interval),
            Cell(f"{row.interval_baseline:.2f}", row.interval_baseline),
            Cell(
                skill_words(
                    row.interval_skill,
                    row.interval_skill_low,
                    row.interval_skill_high,
                    str(row.interval_verdict),
                )
            ),
            Cell(f"{row.bias:+.2f}", row.bias),
            Cell(str(row.pit).replace(";", " ")),
        )
        for row in _rows(walk)
    )
    return TableView(
        "Spread of the price forecasts",
        "Part of the windows in which the 80 % interval held the change, in %; score of that "
        "interval, smaller is better; median less what came; PIT: windows by tenth of the "
        "forecast, lowest first.",
        (
            Column("forecast"),
            Column("holds, %", is_number=True),
            Column("random walk holds, %", is_number=True),
            Column("score", is_number=True),
            Column("of random walk", is_number=True),
            Column("skill", is_number=True),
            Column("bias", is_number=True),
            Column("PIT", place=Place.BELOW),
        ),
        rows,
    )


def _share_view(shares: pd.DataFrame) -> TableView:
    rows = tuple(
        (
            Cell(
                f"{'leader share, points' if row.quantity == 'leader' else 'HHI'}, {row.group}, "
                f"{_years(row.horizon)}"
            ),
            Cell(_points(row.persistence_error, row.quantity), row.persistence_error),
            Cell(_points(row.engine_error, row.quantity), row.engine_error),
            Cell(
                skill_words(
                    row.error_skill,
                    row.error_skill_low,
                    row.error_skill_high,
                    str(row.error_verdict),
                )
            ),
            Cell(
                skill_words(
                    row.crps_skill, row.crps_skill_low, row.crps_skill_high, str(row.crps_verdict)
                )
            ),
            Cell(str(row.scored), row.scored),
        )
        for row in _rows(shares)
    )
    return TableView(
        "Shares of output by country: error of the engine's median beside persistence",
        "Mined and refined output of one publisher. Moved: windows in which the leader's share "
        "moved by more than 5 points. Distribution: CRPS of the members beside the error of "
        "persistence.",
        (
            Column("quantity, windows"),
            Column("persistence", is_number=True),
            Column("engine", is_number=True),
            Column("skill of the median", is_number=True),
            Column("of the distribution", is_number=True),
            Column("scored", is_number=True, place=Place.EXTRA),
        ),
        rows,
    )


def _in_order(prices: pd.DataFrame) -> Sequence[tuple[tuple[str, int], pd.DataFrame]]:
    groups = prices.groupby(["forecast", "horizon"], sort=False)
    return [((str(key[0]), int(str(key[1]))), part) for key, part in groups]


def _crps_words(row: Any) -> str:  # noqa: ANN401 - a row of a table
    return skill_words(row.crps_skill, row.crps_skill_low, row.crps_skill_high, row.crps_verdict)


def _rows(table: pd.DataFrame) -> list[Any]:
    """Return the rows as records: columns of a table have no types that a checker could know."""
    return list(table.itertuples())


def _points(value: float, quantity: str) -> str:
    return f"{100 * value:.1f}" if quantity == "leader" else f"{value:.3f}"


def _signed(value: float) -> str:
    return f"{100 * value:+.0f}"


def _years(horizon: int) -> str:
    return "1 year" if horizon == 1 else f"{horizon} years"
