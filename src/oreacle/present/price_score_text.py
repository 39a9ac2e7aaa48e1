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

import pandas as pd
from rich.console import RenderableType

from oreacle.forecasting.backcast.score_tables import AGAINST, ANY
from oreacle.forecasting.backcast.skill import NOT_TOLD_APART
from oreacle.present.table_view import Cell, Column, TableView
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
        f"{_years(horizon)}: {_sentence(part)}." for horizon, part in chosen.groupby("horizon")
    ]
    whole = shares[shares["group"] == ANY]
    lines += [
        f"{'leader share' if row.quantity == 'leader' else 'concentration'}, "
        f"{_years(row.horizon)}: error {_points(row.engine_error, row.quantity)}, persistence "
        f"{_points(row.persistence_error, row.quantity)}: {row.error_verdict}"
        for row in whole.itertuples()
    ]
    return tuple(lines)


def skill_words(value: float, low: float, high: float, verdict: str) -> str:
    """Return a skill in words.

    Examples
    --------
    >>> skill_words(0.1, 0.02, 0.2, "better"), skill_words(0.1, -0.1, 0.2, "not told apart")
    ('+10 % (+2 to +20)', 'not told apart (-10 to +20)')
    """
    if math.isnan(value):
        return "-"
    band = "" if math.isnan(low) else f" ({_signed(low)} to {_signed(high)})"
    return f"{verdict if verdict == NOT_TOLD_APART else _signed(value) + ' %'}{band}"


def _sentence(part: pd.DataFrame) -> str:
    words = []
    for row in part.itertuples():
        if row.crps_verdict == NOT_TOLD_APART:
            words.append(f"{NOT_TOLD_APART} from {row.baseline}")
        else:
            words.append(
                f"{row.crps_verdict} than {row.baseline} by {abs(100 * row.crps_skill):.0f} %"
            )
    first = part.iloc[0]
    return (
        f"{first['forecast']} {'; '.join(words)}; its 80 % interval holds "
        f"{100 * first['coverage']:.0f} % of {int(first['scored'])} windows"
    )


def _price_view(prices: pd.DataFrame, windows: str) -> TableView:
    rows = []
    for (name, horizon), part in _in_order(prices):
        by = part.set_index("baseline")
        cells = [
            Cell(skill_words(*_skill(by.loc[against], "crps")), by.loc[against, "crps_skill"])
            for against in AGAINST
        ]
        first = part.iloc[0]
        mark = " (chosen)" if bool(first["chosen"]) else ""
        rows.append(
            (
                Cell(f"{name}{mark}"),
                Cell(str(horizon), horizon),
                Cell(str(int(first["scored"])), first["scored"]),
                Cell(f"{first['crps']:.3f}", first["crps"]),
                *cells,
            )
        )
    return TableView(
        f"Price forecasts: {WINDOW_WORDS[windows]}",
        "CRPS of log price changes, smaller is better, and skill over each baseline in % with "
        "its 90 % interval over resampled minerals. Persistence is a point: its CRPS is the mean "
        "absolute change.",
        (
            Column("forecast"),
            *(Column(name, is_number=True) for name in ("years", "windows", "CRPS")),
            *(Column(f"over {name}") for name in AGAINST),
        ),
        tuple(rows),
    )


def _spread_view(prices: pd.DataFrame) -> TableView:
    walk = prices[prices["baseline"] == AGAINST[0]]
    rows = tuple(
        (
            Cell(str(row.forecast)),
            Cell(str(row.horizon), row.horizon),
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
        for row in walk.itertuples()
    )
    return TableView(
        "Spread of the price forecasts",
        "Part of the windows in which the 80 % interval held the change, in %; score of that "
        "interval, smaller is better; median less what came; PIT: windows by tenth of the "
        "forecast, lowest first.",
        (
            Column("forecast"),
            Column("years", is_number=True),
            Column("holds, %", is_number=True),
            Column("random walk holds, %", is_number=True),
            Column("score", is_number=True),
            Column("of random walk", is_number=True),
            Column("skill"),
            Column("bias", is_number=True),
            Column("PIT"),
        ),
        rows,
    )


def _share_view(shares: pd.DataFrame) -> TableView:
    rows = tuple(
        (
            Cell("leader share, points" if row.quantity == "leader" else "HHI"),
            Cell(str(row.group)),
            Cell(str(row.horizon), row.horizon),
            Cell(str(row.scored), row.scored),
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
        )
        for row in shares.itertuples()
    )
    return TableView(
        "Shares of output by country: error of the engine's median beside persistence",
        "Mined and refined output of one publisher. Moved: windows in which the leader's share "
        "moved by more than 5 points. Distribution: CRPS of the members beside the error of "
        "persistence.",
        (
            Column("quantity"),
            Column("windows"),
            Column("years", is_number=True),
            Column("scored", is_number=True),
            Column("persistence", is_number=True),
            Column("engine", is_number=True),
            Column("skill of the median"),
            Column("of the distribution"),
        ),
        rows,
    )


def _in_order(prices: pd.DataFrame) -> Sequence[tuple[tuple[str, int], pd.DataFrame]]:
    groups = prices.groupby(["forecast", "horizon"], sort=False)
    return [((str(name), int(horizon)), part) for (name, horizon), part in groups]


def _skill(row: pd.Series, name: str) -> tuple[float, float, float, str]:
    value, low, high = (float(row[f"{name}_skill{end}"]) for end in ("", "_low", "_high"))
    return value, low, high, str(row[f"{name}_verdict"])


def _points(value: float, quantity: str) -> str:
    return f"{100 * value:.1f}" if quantity == "leader" else f"{value:.3f}"


def _signed(value: float) -> str:
    return f"{100 * value:+.0f}"


def _years(horizon: int) -> str:
    return "1 year" if horizon == 1 else f"{horizon} years"
