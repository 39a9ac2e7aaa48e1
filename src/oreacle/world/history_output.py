"""Output by country over the years: which publisher stands for which year.

Does      Applies the rule of `assumed/history_output.csv`; shows all publishers side by side.
Units     Tonnes per year of the contained element, or of what the publisher counts where no
          conversion is known; the attribute `counts` says which.
Method    In a listed year the listed publisher and commodity. After the last listed year the
          same publisher as long as it has figures, then the first of `PUBLISHER_ORDER` that
          counts the same thing. Before the first listed year nothing: the list says why.
Assumes   One publisher per year; a country that it does not list is missing, never zero. The
          total of rare earths stands for light and heavy alike.
Not here  The base year of the market, which has its own rule: see `docs/data.md`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.history.production import PUBLISHERS, TONNES, read_commodities
from oreacle.data.rows import text_rows

PUBLISHER_ORDER = (
    "usgs-mcs-2026",
    "usgs-mcs-2025",
    "world-mining-data",
    "bgs-world-mineral-statistics",
)
TOTAL_FOR = {
    ("rare_earths_light", "mined"): "rare_earths",
    ("rare_earths_heavy", "mined"): "rare_earths",
}
WEAKEST_FIRST = ("estimated", "derived", "reported")
CONTAINED = "contained element"
COUNTED = ["publisher", "commodity", "country", "year", "tonnes", "counts", "added", "basis"]


def counted_output(production: pd.DataFrame, mineral: str, stage: str) -> pd.DataFrame:
    """Return all published figures of a mineral and stage in tonnes.

    Parameters
    ----------
    production
        Table `production_history`.
    mineral, stage
        Slug; stage as in the table.

    Returns
    -------
    DataFrame
        publisher, commodity, country, year, tonnes, counts (``contained element``, or what is
        counted where no conversion is known), added (part of the publisher's total), basis.
    """
    name = TOTAL_FOR.get((mineral, stage), mineral)
    rows = production[(production["mineral"] == name) & (production["stage"] == stage)]
    known = read_commodities()[["publisher", "commodity", "content", "counts", "added"]]
    rows = rows.merge(known, on=["publisher", "commodity"])
    gross = rows["quantity"] * rows["unit"].map(TONNES).astype(float)
    converted = rows["content"].notna()
    return rows.assign(
        tonnes=rows["quantity_t"].where(converted, gross),
        counts=rows["counts"].mask(converted, CONTAINED),
    )[COUNTED]


def output_history(
    production: pd.DataFrame, mineral: str, stage: str, years: Sequence[int]
) -> xr.DataArray:
    """Return output by year and country under the publisher rule, (year, country) [t/yr].

    Raises
    ------
    DataError
        ORE-DAT-078 if the rule lists no publisher for the mineral and stage.
    """
    listing = _listing(mineral, stage)
    figures = counted_output(production, mineral, stage)
    parts, publishers, counts = [figures.iloc[:0]], [], _measure(listing[-1])
    for year in years:
        vector, publisher = _of_year(figures[figures["year"] == year], listing, year, counts)
        publishers.append(publisher)
        parts.append(vector)
    found = pd.concat(parts, ignore_index=True)
    countries = sorted({str(name) for name in found["country"]})
    cells = pd.MultiIndex.from_product([list(years), countries], names=["year", "country"])
    grouped = found.groupby(["year", "country"])
    # A sum with a withheld part is not a figure, and is as weak as its weakest part.
    sums = grouped["tonnes"].agg(lambda part: part.sum(skipna=False))
    basis = grouped["basis"].agg(lambda part: min(part, key=WEAKEST_FIRST.index))
    shape = (len(publishers), len(countries))
    return xr.DataArray(
        sums.reindex(cells).to_numpy(dtype=float).reshape(shape),
        {
            "year": list(years),
            "country": countries,
            "publisher": ("year", publishers),
            "basis": (("year", "country"), _text(basis.reindex(cells)).reshape(shape)),
        },
        ("year", "country"),
        name="output",
        attrs={"units": "t/yr", "counts": counts},
    )


def publishers_side_by_side(
    production: pd.DataFrame, mineral: str, stage: str, year: int
) -> pd.DataFrame:
    """Return one column per publisher [t/yr] and the ratio of the largest to the smallest.

    Returns
    -------
    DataFrame (country)
        Columns in the order of `PUBLISHER_ORDER`, then `ratio`: over publishers that count
        what the first one counts, missing where fewer than two have a positive figure.
        `attrs["counts"]` says what each column counts, `attrs["totals"]` adds it up.

    Raises
    ------
    DataError
        ORE-DAT-078 if nobody publishes the stage in that year.
    """
    figures = counted_output(production, mineral, stage)
    rows = figures[(figures["year"] == year) & figures["added"]]
    if rows.empty:
        raise DataError(
            "ORE-DAT-078",
            f"nobody publishes output of {mineral}, {stage}, in {year}.",
            why="an empty table would look like no output.",
            fix="try another year or stage; the table `production_history` holds all of them.",
        )
    grouped = rows.groupby(["country", "publisher"])["tonnes"]
    wide = grouped.agg(lambda part: part.sum(skipna=False)).unstack("publisher")
    order = [name for name in PUBLISHER_ORDER if name in wide.columns]
    table = wide.reindex(columns=order)
    counts = dict(zip(rows["publisher"], rows["counts"], strict=True))
    alike = table[[name for name in order if counts[name] == counts[order[0]]]]
    alike = alike.where(alike > 0)
    ratio = (alike.max(axis=1) / alike.min(axis=1)).where(alike.notna().sum(axis=1) > 1)
    table = table.assign(ratio=ratio)
    table.columns.name = None
    table.attrs = {
        "units": "t/yr",
        "counts": {name: counts[name] for name in order},
        "totals": {name: float(table[name].sum()) for name in order},
    }
    return table


def _listing(mineral: str, stage: str) -> list[dict[str, str]]:
    table = read_assumed("history_output").astype(str)
    ours = table[table["mineral"] == mineral]
    rows = text_rows(ours[ours["stage"] == stage].sort_values("first_year"))
    if not rows:
        stages = ", ".join(sorted(set(ours["stage"]))) or "no stage"
        raise DataError(
            "ORE-DAT-078",
            f"no publisher is chosen for the output of {mineral}, {stage}.",
            why="a vector put together from several publishers would hold jumps that are none.",
            fix=f"the rule covers {stages} of {mineral}; History.output_by_publisher shows "
            "every publisher of any stage.",
        )
    return rows


def _text(values: pd.Series) -> np.ndarray:
    return np.array([value if isinstance(value, str) else "" for value in values], dtype=object)


def _measure(row: dict[str, str]) -> str:
    """Return what a listed commodity counts."""
    table = read_commodities()
    found = table[
        (table["publisher"] == PUBLISHERS[row["publisher"]])
        & (table["commodity"] == row["commodity"])
    ].iloc[0]
    return CONTAINED if pd.notna(found["content"]) else str(found["counts"])


def _of_year(
    figures: pd.DataFrame, listing: list[dict[str, str]], year: int, counts: str
) -> tuple[pd.DataFrame, str]:
    """Return the rows that stand for a year, and their publisher ("" if there is none)."""
    for row in listing:
        if int(row["first_year"]) <= year <= int(row["last_year"]):
            return _named(figures, row)
    last = listing[-1]
    if year < int(last["last_year"]):
        return figures.iloc[:0], ""
    same, publisher = _named(figures, last)
    if publisher:
        return same, publisher
    for name in PUBLISHER_ORDER:
        rows = figures[(figures["publisher"] == name) & figures["added"]]
        if len(rows) and set(rows["counts"]) == {counts}:
            return rows, name
    return figures.iloc[:0], ""


def _named(figures: pd.DataFrame, row: dict[str, str]) -> tuple[pd.DataFrame, str]:
    """Return the listed commodity; its parts only where a country does not report the whole."""
    publisher, whole = PUBLISHERS[row["publisher"]], row["commodity"]
    base = whole.partition(":")[0]
    parts = [f"{base}:{name}" for name in row["parts"].split(";") if name]
    rows = figures[(figures["publisher"] == publisher) & figures["tonnes"].notna()]
    listed = rows[rows["commodity"] == whole]
    extra = rows[rows["commodity"].isin(parts) & ~rows["country"].isin(listed["country"])]
    found = pd.concat([listed, extra])
    return found, publisher if np.any(found["tonnes"] > 0) else ""
