"""Reserves in the ground and published capacities.

Does      Makes the tables `reserves` and `capacities`.
Units     Reserves: tonnes of the form that the row names. Capacities: chain tonnes per year.
Method    As listed in `assumed/reserve_sources.csv` and `assumed/capacity_sources.csv`, which
          also put right chapters whose unit or column is mislabelled in the release.
Assumes   A blank is not known, never nil; a bound (">2,000") is not a figure.
Not here  Output: see `production` and `refining`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.codes import canonical_codes
from oreacle.data.readers.source_files import read_text_table
from oreacle.data.readers.usgs import MINING_FILE
from oreacle.data.readers.usgs_release import read_capacity

RELEASE_SOURCES = {
    "MCS2025": "usgs-mcs-2025",
    "MCS2026": "usgs-mcs-2026",
    "REDBOOK2022": "oecd-nea-red-book-2022",
}
CURRENT_RELEASE = "MCS2026"


def reserves_table(sources: Path) -> pd.DataFrame:
    """Return the table `reserves`: mineral, country, reserves_t, form, year, source.

    Raises
    ------
    DataError
        ORE-DAT-048 if a listed chapter has no figure.
    """
    facts = _reserve_facts(sources)
    parts = []
    for row in read_assumed("reserve_sources").to_dict("records"):
        keys = str(row["key"]).split(";")
        found = facts[facts["key"].isin(keys) & (facts["vintage"] == row["vintage"])]
        found = found.dropna(subset=["value"])
        if found.empty:
            raise _absent("reserves", str(row["mineral"]))
        by_country = found.groupby("country", as_index=False).agg(
            value=("value", "sum"), year=("year", "first")
        )
        parts.append(
            pd.DataFrame(
                {
                    "mineral": row["mineral"],
                    "country": by_country["country"],
                    "reserves_t": by_country["value"] * float(str(row["factor"])),
                    "form": row["form"],
                    "year": by_country["year"],
                    "basis": "reported",
                    "source": RELEASE_SOURCES[str(row["vintage"])],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def capacities_table(sources: Path) -> pd.DataFrame:
    """Return the table `capacities`: mineral, stage, country, capacity_t, year, source.

    Raises
    ------
    DataError
        ORE-DAT-048 if a listed chapter has no figure.
    """
    facts = _reserve_facts(sources)
    parts = []
    for row in read_assumed("capacity_sources").to_dict("records"):
        if row["release"] == CURRENT_RELEASE:
            figures = read_capacity(sources, str(row["key"]), str(row["detail"]), int(row["year"]))
        else:
            found = facts[(facts["key"] == row["key"]) & (facts["vintage"] == row["release"])]
            figures = found.dropna(subset=["value"]).groupby("country")["value"].sum()
        figures = figures[figures > 0]
        if figures.empty:
            raise _absent("capacity", str(row["mineral"]))
        parts.append(
            pd.DataFrame(
                {
                    "mineral": row["mineral"],
                    "stage": row["stage"],
                    "country": figures.index,
                    "capacity_t": figures.to_numpy(dtype=float) * float(str(row["factor"])),
                    "year": int(row["year"]),
                    "basis": "reported",
                    "source": RELEASE_SOURCES[str(row["release"])],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _reserve_facts(sources: Path) -> pd.DataFrame:
    """Return the column of reserves: key, vintage, country, value [as printed], year."""
    raw = read_text_table(sources, MINING_FILE, ["mineral", "metric", "iso3", "value", "vintage"])
    rows = raw[(raw["metric"] == "reserves") & (raw["iso3"] != "WLD")]
    return pd.DataFrame(
        {
            "key": rows["mineral"],
            "vintage": rows["vintage"],
            "country": canonical_codes(rows["iso3"]),
            # Bounds and marks (">2,000", "W") are no figures: they stay missing.
            "value": pd.to_numeric(rows["value"], errors="coerce"),
            "year": rows["year"].astype("int64"),
        }
    )


def _absent(what: str, mineral: str) -> DataError:
    return DataError(
        "ORE-DAT-048",
        f"the sources hold no {what} of '{mineral}' where the listing looks for it.",
        why="the world would show a blank for a figure that it promises.",
        fix="mend the row of the listing in `assumed/`, or fetch the full source file.",
    )
