"""Charts of the months after a measure, in a file.

Does      Gives the monthly table the columns that the chart takes, and writes it.
Units     Exports and prices over before [%], stocks t.
Method    None.
Assumes   The file was checked before the market was cleared.
Not here  The chart: see `oreacle.present.charts.monthly_path`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from oreacle.app.output import talk

if TYPE_CHECKING:
    from oreacle.market.monthly.months import MonthlyMarket
    from oreacle.world.snapshot import World

EXPORTS, PRICES, STOCKS = "Exports over before [%]", "Delivered price over before [%]", "Stocks [t]"
SERIES = (
    ("exports_ratio", "exports", EXPORTS, 100.0),
    ("inside", "inside", PRICES, 100.0),
    ("outside", "outside", PRICES, 100.0),
    ("early_stock", "bought early", STOCKS, 1.0),
    ("private_stock", "firms abroad", STOCKS, 1.0),
)
"""Columns of the monthly table: name in the chart, panel and scale."""


def save_months(path: Path | None, result: MonthlyMarket, sentence: str, world: World) -> None:
    """Write the chart of the months after a measure, and say where.

    Raises
    ------
    ChartError
        ORE-APP-012 if no month has a value; ORE-APP-013 if the file cannot be written.
    """
    if path is None:
        return
    from oreacle.present.charts.chart_files import save_chart
    from oreacle.present.charts.chart_style import ChartText
    from oreacle.present.charts.monthly_path import monthly_path

    frame = result.table.to_dataframe().reset_index()
    rows = pd.concat(
        [
            pd.DataFrame(
                {
                    "month": frame["month"],
                    "series": series,
                    "panel": panel,
                    "value": frame[name] * scale,
                }
            )
            for name, series, panel, scale in SERIES
        ],
        ignore_index=True,
    )
    reading = (
        f"Announced {result.notice.announced}, in force {result.notice.in_force}. The path of "
        "licences was fitted on one past case: read it as one history."
    )
    source = f"oreacle, market of {world.base_year}, as of {world.as_of}"
    spec = monthly_path(
        rows,
        ChartText(f"The first twelve months: {sentence}", reading, source),
        base={EXPORTS: 100.0, PRICES: 100.0},
    )
    save_chart(spec, path)
    talk(f"charts: {path}")
