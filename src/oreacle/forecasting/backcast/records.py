"""What the backcast reads: prices, output, trade and shares by year.

Does      Gathers the yearly records of every mineral once, and cuts them at an origin.
Units     USD/t nominal; t/yr; shares and ratios [1].
Method    Prices as `assumed/backcast_minerals.csv` lists them. Size of the world: output of one
          publisher, else tonnage of trade; each year's growth is made within one of them.
Assumes   A row is dated by the year that it describes. Every record of a year is made from rows of
          that year alone (growth: of two years), so that a cut hides all that came later.
Not here  What is fitted on them: see `.known`; the list of minerals: see `docs/backcast.md`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.world.history import LAST_YEAR, History
from oreacle.world.history_trade import FIRST_YEAR

STAGES = ("mined", "refined")
LINK_OF = {"mined": "ore", "refined": "refined"}
PINK_SHEET = "world-bank-pink-sheet"
LEAST_WEIGHED = 0.5
"""Part of the value of a year's trade that must have a tonnage; assumed [1]."""


@dataclass(frozen=True)
class Output:
    """Published output of one stage, by year.

    Attributes
    ----------
    tonnes
        By year and country [t/yr]; a country that is not listed is missing.
    publisher
        Who stands for each year; "" where nobody does.
    step
        Growth over the year before within one publisher, by year [log points]; missing where
        none has both years.
    """

    tonnes: pd.DataFrame
    publisher: pd.Series
    step: pd.Series


@dataclass(frozen=True)
class Records:
    """Yearly records.

    Attributes
    ----------
    last_year
        Last year in any of them.
    prices
        Nominal price, by year and mineral [USD/t].
    output
        Published output, by mineral and stage; only where a publisher is chosen.
    exports
        Shares of world exports by value, by mineral and stage: year and country [1].
    tonnage
        Tonnage of world trade, by year and (mineral, stage) [t/yr].
    actor_shares
        Table `history_shares`, from which the drift of shares is measured.
    """

    last_year: int
    prices: pd.DataFrame
    output: Mapping[tuple[str, str], Output]
    exports: Mapping[tuple[str, str], pd.DataFrame]
    tonnage: pd.DataFrame
    actor_shares: pd.DataFrame

    def until(self, year: int) -> Records:
        """Return the same records with everything after a year cut off."""
        return replace(
            self,
            last_year=min(year, self.last_year),
            prices=self.prices.loc[:year],
            output={
                key: Output(one.tonnes.loc[:year], one.publisher.loc[:year], one.step.loc[:year])
                for key, one in self.output.items()
            },
            exports={key: one.loc[:year] for key, one in self.exports.items()},
            tonnage=self.tonnage.loc[:year],
            actor_shares=self.actor_shares[self.actor_shares["year"] <= year],
        )

    def published(self, mineral: str, stage: str, year: int) -> tuple[pd.Series, str] | None:
        """Return output by country in a year and its publisher; None where nobody stands for it."""
        one = self.output.get((mineral, stage))
        if one is None or year not in one.publisher.index or not one.publisher[year]:
            return None
        row = one.tonnes.loc[year]
        tonnes = pd.Series(row.to_numpy(dtype=float), index=one.tonnes.columns)
        return tonnes[tonnes > 0.0], str(one.publisher[year])

    def published_growth(self, mineral: str, year: int) -> float | None:
        """Return growth of output over the year before [log points]; None if not published.

        Of refined product, then of mines.
        """
        for stage in reversed(STAGES):
            one = self.output.get((mineral, stage))
            if one is not None and np.isfinite(one.step.get(year, np.nan)):
                return float(one.step[year])
        return None

    def traded_growth(self, mineral: str, year: int) -> float | None:
        """Return growth of the tonnage of trade over the year before [log points], or None."""
        for stage in reversed(STAGES):
            column = (mineral, stage)
            if column in self.tonnage.columns and {year - 1, year} <= set(self.tonnage.index):
                tonnes = self.tonnage[column].astype(float)
                ratio = float(tonnes[year]) / float(tonnes[year - 1])
                if np.isfinite(ratio) and ratio > 0.0:
                    return float(np.log(ratio))
        return None


def price_list() -> pd.DataFrame:
    """Return minerals and their series: mineral, series, source, reason."""
    return read_assumed("backcast_minerals").astype(str)


def read_records(history: History, minerals: Sequence[str]) -> Records:
    """Return the records of some minerals, as far as the history goes.

    Parameters
    ----------
    history
        Yearly tables.
    minerals
        Slugs; those of the price list have a price.
    """
    years = list(range(FIRST_YEAR, history.last_year + 1))
    listed = price_list()
    listed = listed[listed["mineral"].isin(list(minerals))]
    output, exports, tonnage = {}, {}, {}
    for mineral in minerals:
        for stage in STAGES:
            found = _output(history, mineral, stage)
            if found is not None:
                output[mineral, stage] = found
            trade = _trade(history, mineral, stage)
            if trade is not None:
                exports[mineral, stage] = trade[0]
                tonnage[mineral, stage] = trade[1].reindex(years)
    return Records(
        min(history.last_year, LAST_YEAR),
        pd.DataFrame(
            {
                str(row["mineral"]): _price(history, row)
                for row in listed[["mineral", "series", "source"]].to_dict("records")
            },
            index=years,
        ),
        output,
        exports,
        pd.DataFrame(tonnage, index=years),
        history.table("history_shares"),
    )


def _price(history: History, row: Mapping[Hashable, object]) -> pd.Series:
    mineral, series, source = (str(row[name]) for name in ("mineral", "series", "source"))
    if source == PINK_SHEET:
        rows = history.prices(mineral)
        rows = rows[(rows["source"] == source) & rows["series"].str.endswith(series)]
    else:
        rows = history.unit_values(series)
    if rows.empty:
        raise DataError(
            "ORE-RUN-184",
            f"the tables have no prices '{series}' of {mineral}.",
            why="the list of price series of the backcast is fixed, and a mineral that drops out "
            "would change every mean.",
            fix="build the tables anew, or use the embedded ones.",
        )
    return rows.set_index("year")["price_usd_per_t"].astype(float)


def _output(history: History, mineral: str, stage: str) -> Output | None:
    try:
        table = history.output(mineral, stage)
    except DataError as error:
        if error.code != "ORE-DAT-078":
            raise
        return None
    years = table["year"].to_numpy()
    tonnes = pd.DataFrame(table.to_numpy(), index=years, columns=table["country"].to_numpy())
    publisher = pd.Series(table["publisher"].to_numpy().astype(str), index=years)
    step = pd.Series(np.nan, index=years, dtype=float)
    for year in years[1:]:
        then, now = (pd.Series(tonnes.loc[y].to_numpy(dtype=float)) for y in (year - 1, year))
        if not (publisher[year - 1] and publisher[year]):
            continue
        if publisher[year - 1] != publisher[year]:
            then, now = _side_by_side(history, mineral, stage, int(year))
        before, after = float(then.sum()), float(now.sum())
        if before > 0.0 and after > 0.0:
            step[year] = np.log(after / before)
    return Output(tonnes, publisher, step)


def _side_by_side(
    history: History, mineral: str, stage: str, year: int
) -> tuple[pd.Series, pd.Series]:
    """Return output of two years by the first publisher with both; empty if there is none."""
    then, now = (history.output_by_publisher(mineral, stage, y) for y in (year - 1, year))
    for name in now.columns:
        if name in then.columns and name != "ratio":
            # Countries withheld in either year would look like growth.
            both = pd.concat([then[name], now[name]], axis=1).dropna()
            return both.iloc[:, 0], both.iloc[:, 1]
    return pd.Series(dtype=float), pd.Series(dtype=float)


def _trade(history: History, mineral: str, stage: str) -> tuple[pd.DataFrame, pd.Series] | None:
    """Return shares of exports by country, and tonnage, by year; None without a trade code."""
    try:
        rows = history.trade(mineral, LINK_OF[stage])
    except DataError as error:
        if error.code != "ORE-DAT-077":
            raise
        return None
    value = rows.groupby(["year", "exporter"])["value_kusd"].sum().unstack("exporter")
    weighed = rows[rows["quantity_t"] > 0.0].groupby("year")[["value_kusd", "quantity_t"]].sum()
    total = rows.groupby("year")["value_kusd"].sum()
    known = weighed["value_kusd"] / total
    # Rows without a tonnage at the mean unit value of the others.
    tonnes = (weighed["quantity_t"] / known).where(known >= LEAST_WEIGHED)
    return value.div(value.sum(axis=1), axis=0), tonnes
