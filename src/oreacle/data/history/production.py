"""Output by country as each publisher counts it, side by side.

Does      Makes the table `production_history` from four publications.
Units     Quantity: t, kt or kg as printed; quantity_t: tonnes of the contained element.
Method    `assumed/production_commodities.csv` names the mineral and stage of each published
          commodity, what it counts and the content where a conversion is known.
Assumes   Rows of a dissolved state and of its successor in one year are parts of one country:
          their sum is missing if a part is. Rows that `assumed/history_corrections.csv` takes
          for mistakes are dropped.
Not here  Which publisher stands for a year: see `oreacle.world.history_output`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.history.shares import BASE_YEAR, without_mistakes
from oreacle.data.readers.bgs import read_bgs_as_printed
from oreacle.data.readers.facts import read_refining
from oreacle.data.readers.usgs import EDITIONS, read_usgs_editions
from oreacle.data.readers.world_mining_data import read_world_mining_data

BGS, WMD = "bgs-world-mineral-statistics", "world-mining-data"
PUBLISHERS = {"bgs": BGS, "wmd": WMD}
TONNES = {"t": 1.0, "kt": 1e3, "kg": 1e-3, "metr. t": 1.0}
UNIT_NAMES = {"metr. t": "t"}
ESTIMATED_FIRST = {"estimated": 0, "derived": 1, "reported": 2}
KEY = ["publisher", "commodity", "country", "year"]
COLUMNS = [*KEY, "mineral", "stage", "quantity", "unit", "quantity_t", "basis"]


def read_commodities() -> pd.DataFrame:
    """Return what each published commodity is.

    Returns
    -------
    DataFrame
        publisher (source id), commodity, mineral, stage, content (tonnes of the element per
        tonne counted, NaN where no conversion is known), counts (what the figure counts),
        added (True if the commodity is added up to the publisher's total of the mineral and
        stage), reason.
    """
    table = read_assumed("production_commodities").astype(str)
    return table.assign(
        content=pd.to_numeric(table["content"], errors="coerce"), added=table["added"] == "yes"
    )


def production_table(sources: Path) -> pd.DataFrame:
    """Return the table `production_history`.

    Parameters
    ----------
    sources
        Folder of all source files.

    Raises
    ------
    DataError
        ORE-DAT-076 if a listed commodity has no rows or an unknown unit.
    """
    published = pd.concat([_bgs(sources), _wmd(sources), _usgs(sources)], ignore_index=True)
    return tidy_production(published[published["year"] <= BASE_YEAR], read_commodities())


def tidy_production(published: pd.DataFrame, commodities: pd.DataFrame) -> pd.DataFrame:
    """Return listed commodities with mineral, stage and contained tonnes.

    Parameters
    ----------
    published
        publisher, commodity, country, year, quantity [`unit`], unit, basis.
    commodities
        As from `read_commodities`.

    Raises
    ------
    DataError
        ORE-DAT-076.
    """
    names = ["publisher", "commodity", "mineral", "stage", "content"]
    rows = published.merge(commodities[names], on=["publisher", "commodity"])
    _refuse_gaps(rows, commodities)
    rows = _one_row_per_country(rows)
    tonnes = rows["quantity"] * rows["unit"].map(TONNES)
    rows["quantity_t"] = (tonnes * rows["content"]).round(6)
    rows["unit"] = rows["unit"].replace(UNIT_NAMES)
    return rows.sort_values(KEY, ignore_index=True)[COLUMNS]


def _refuse_gaps(rows: pd.DataFrame, commodities: pd.DataFrame) -> None:
    found = set(zip(rows["publisher"], rows["commodity"], strict=True))
    listed = zip(commodities["publisher"], commodities["commodity"], strict=True)
    absent = sorted(f"{name} ({who})" for who, name in listed if (who, name) not in found)
    units = sorted(set(rows["unit"]) - set(TONNES))
    if absent or units:
        raise DataError(
            "ORE-DAT-076",
            f"listed commodities without figures: {', '.join(absent) or 'none'}; unknown units: "
            f"{', '.join(units) or 'none'}.",
            why="the history of output would lose a publisher, or be wrong by a thousand.",
            fix="mend the names in `assumed/production_commodities.csv`, teach the builder the "
            "unit, or fetch the full source file.",
        )


def _one_row_per_country(rows: pd.DataFrame) -> pd.DataFrame:
    """Add up rows that mended codes merge; a sum with a missing part is missing."""
    twice = rows.duplicated(KEY, keep=False)
    order = rows["basis"].map(ESTIMATED_FIRST)
    parts = rows[twice].assign(order=order[twice]).sort_values([*KEY, "order"], kind="stable")
    grouped = parts.groupby(KEY, as_index=False)
    merged = grouped.first()
    merged["quantity"] = grouped["quantity"].agg(lambda part: part.sum(skipna=False))["quantity"]
    return pd.concat([rows[~twice], merged[rows.columns]], ignore_index=True)


def _bgs(sources: Path) -> pd.DataFrame:
    raw = read_bgs_as_printed(sources).assign(publisher="bgs", part="")
    raw = without_mistakes(raw).assign(publisher=BGS, quantity=lambda rows: rows["printed"])
    whole = raw["sub_commodity"] == ""
    name = raw["commodity"].where(whole, raw["commodity"] + ":" + raw["sub_commodity"])
    return raw.assign(commodity=name)[_PUBLISHED]


def _wmd(sources: Path) -> pd.DataFrame:
    raw = read_world_mining_data(sources).rename(columns={"mineral": "commodity"})
    return without_mistakes(raw.assign(publisher="wmd")).assign(publisher=WMD)[_PUBLISHED]


def _usgs(sources: Path) -> pd.DataFrame:
    """Return both editions: mines by chapter, refineries by mineral and stage."""
    mines = read_usgs_editions(sources).rename(columns={"edition": "publisher"})
    mines["commodity"] = mines["chapter"] + ":mine production"
    refined = read_refining(sources)
    refined = refined[refined["dataset"].isin(EDITIONS)]
    refined = refined.assign(
        publisher=refined["dataset"].map(EDITIONS),
        commodity=refined["mineral"] + ":" + refined["stage"],
        quantity=refined["value"],
        unit=refined["unit"].str.split().str[0],
    )
    return pd.concat([mines[_PUBLISHED], refined[_PUBLISHED]], ignore_index=True)


_PUBLISHED = [*KEY, "quantity", "unit", "basis"]
