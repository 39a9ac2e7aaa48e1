"""Are simulated prices as volatile as history, over one and three years?

Run: python benchmarks/volatility.py RUN
Prints, for each mineral with a price series that is long enough, the robust spread of log price
changes in the run over that of the main series since 1998, and how many lie within 30 %.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from oreacle.data.store import read_table
from oreacle.engine.demand import FIRST_VOLATILITY_YEAR, MIN_CHANGES, main_series, spread
from oreacle.forecasting.run import open_run

SPANS = (1, 3)
CLOSE = 0.3


def past_changes(history: pd.DataFrame, mineral: str, span: int) -> np.ndarray:
    """Return log price changes over `span` years within the main series [1]."""
    part = history[(history["mineral"] == mineral) & (history["year"] >= FIRST_VOLATILITY_YEAR)]
    if part.empty:
        return np.array([])
    part = part[part["series"] == main_series(part["series"])]
    price = dict(zip(part["year"], np.log(part["price_usd_per_t"].astype(float)), strict=True))
    return np.array([price[y + span] - price[y] for y in price if y + span in price])


def main() -> None:
    """Print one row per mineral and the summary."""
    run = open_run(Path(sys.argv[1]))
    history = read_table("price_history")
    rows = []
    print(f"{'mineral':20s}{'1 year':>8s}{'3 years':>9s}")
    for mineral in run.prices["mineral"].values:
        path = np.log(run.prices.sel(mineral=mineral).to_numpy().astype(float))
        past = [past_changes(history, str(mineral), span) for span in SPANS]
        if min(change.size for change in past) < MIN_CHANGES:
            continue
        ratios = [
            spread((path[:, span:] - path[:, :-span]).ravel()) / spread(change)
            for span, change in zip(SPANS, past, strict=True)
        ]
        rows.append(ratios)
        print(f"{mineral!s:20s}{ratios[0]:8.2f}{ratios[1]:9.2f}")
    table = np.array(rows)
    near = (np.abs(table - 1.0) <= CLOSE).sum(axis=0)
    print(
        f"median {np.median(table[:, 0]):.2f} and {np.median(table[:, 1]):.2f}; "
        f"within 30 %: {near[0]} and {near[1]} of {len(table)}"
    )
    last = run.prices.isel(year=-1).median("member")
    print(f"median price in the last year: {float(last.min()):.2f} to {float(last.max()):.2f}")


if __name__ == "__main__":
    main()
