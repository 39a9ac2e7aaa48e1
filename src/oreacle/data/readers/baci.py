"""Bilateral trade from CEPII's BACI.

Does      Reads two selections of BACI into one form: from reduced files, or from CEPII's own
          yearly files where those are in their folder.
Units     Value: thousand current USD. Quantity: tonnes of product, missing where not reported.
Method    Country codes mended by the one alias table; rows of merged codes are added up.
Assumes   Codes of commodities are text (leading zeros); the two reductions are different
          vintages and are not added to each other.
Not here  Which codes belong to which mineral: see the table `minerals`; transit corrections.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.codes import canonical_codes
from oreacle.data.readers.baci_yearly import read_yearly_baci, vintage_of
from oreacle.data.readers.publisher_files import publisher_files
from oreacle.data.readers.source_files import read_parquet_table

MINERALS_FILE = "raw/baci-minerals/baci_minerals_1995_2024.parquet"
REFINED_TOP_FILE = "raw/baci-refined/baci_top6_2002_2024.parquet"
REFINED_COMPLETE_FILES = {
    2022: "raw/baci-refined/baci_full_2022.parquet",
    2024: "raw/baci-refined/baci_full_2024.parquet",
}
COLUMNS = ["year", "exporter", "importer", "hs", "value_kusd", "quantity_t"]
SIX_DIGITS = r"\d{6}(\+\d{6})*"
"""One code, or codes that are counted together."""
_FLOW = ["year", "exporter", "importer", "hs"]


def read_baci_minerals(sources: Path) -> pd.DataFrame:
    """Return bilateral trade in 49 HS92 codes, 1995 to 2024.

    Parameters
    ----------
    sources
        Folder of all source files.

    Returns
    -------
    DataFrame
        `COLUMNS`; one row per year, exporter, importer and code; countries as canonical codes
        (those of 1995-99 put the Southern African Customs Union under ZAF).
    """
    yearly = publisher_files(sources, MINERALS_FILE)
    if yearly:
        return _tidy(read_yearly_baci(sources, yearly))
    frame = read_parquet_table(
        sources,
        MINERALS_FILE,
        ["year", "exporter", "importer", "hs92", "value_kusd", "quantity_t"],
    )
    return _tidy(frame.rename(columns={"hs92": "hs"}))


def read_baci_refined(sources: Path) -> pd.DataFrame:
    """Return bilateral trade in 31 codes of refined products, 2002 to 2024.

    Complete pair lists stand for 2022 and 2024. The other years hold each importer's six
    largest suppliers and each exporter's six largest customers (95 to 100 % of value), and the
    commodity codes change vintage in 2017. Taiwan and Namibia are absent in 2002-2017. CEPII's
    own yearly files have none of these gaps: every year is complete.

    Returns
    -------
    DataFrame
        `COLUMNS` and `complete` (True in the years of complete pair lists).
    """
    yearly = publisher_files(sources, REFINED_TOP_FILE)
    if yearly:
        return _tidy(read_yearly_baci(sources, yearly)).assign(complete=True)
    wanted = ["year", "exporter", "importer", "hs", "value_kusd", "quantity_t"]
    top = read_parquet_table(sources, REFINED_TOP_FILE, wanted)
    parts = [top.loc[~top["year"].isin(list(REFINED_COMPLETE_FILES)), wanted]]
    for year, relative in REFINED_COMPLETE_FILES.items():
        full = read_parquet_table(sources, relative, wanted)
        parts.append(full.loc[full["year"] == year, wanted])
    frame = _tidy(pd.concat(parts, ignore_index=True))
    return frame.assign(complete=frame["year"].isin(list(REFINED_COMPLETE_FILES)))


def read_refined_vintages(sources: Path) -> dict[int, str]:
    """Return the vintage of the codes of refined products by year: hs02 or hs17.

    Raises
    ------
    DataError
        ORE-DAT-075 if a year holds codes of two vintages.
    """
    yearly = publisher_files(sources, REFINED_TOP_FILE)
    if yearly:
        years = [int(name.rpartition("_Y")[2][:4]) for name in yearly]
        return dict(zip(years, (vintage_of(name).lower() for name in yearly), strict=True))
    wanted = ["year", "hs_vintage"]
    files = [REFINED_TOP_FILE, *REFINED_COMPLETE_FILES.values()]
    parts = [read_parquet_table(sources, relative, wanted)[wanted] for relative in files]
    pairs = pd.concat(parts, ignore_index=True).drop_duplicates()
    double = sorted({int(year) for year in pairs.loc[pairs["year"].duplicated(), "year"]})
    if double:
        raise DataError(
            "ORE-DAT-075",
            f"{', '.join(str(year) for year in double)}: trade in codes of two vintages.",
            why="one code can name two goods, and their values would be added up.",
            fix="fetch the release again, or keep one vintage a year.",
        )
    return dict(zip(pairs["year"].astype(int), pairs["hs_vintage"].str.lower(), strict=True))


def _tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """Mend codes, add rows that a mended code merges and drop trade with oneself.

    Raises
    ------
    DataError
        ORE-DAT-101 on a commodity code without six digits.
    """
    codes = pd.Series(pd.unique(frame["hs"].astype(str)))
    wrong = codes[~codes.str.fullmatch(SIX_DIGITS)]
    if len(wrong):
        raise DataError(
            "ORE-DAT-101",
            f"BACI: commodity codes without six digits: {', '.join(map(repr, wrong[:5]))}.",
            why="a code that lost its leading zero would match no mineral, and its trade be lost.",
            fix="keep commodity codes as text of six digits.",
        )
    tidy = pd.DataFrame(
        {
            "year": frame["year"].astype("int64"),
            "exporter": canonical_codes(frame["exporter"]),
            "importer": canonical_codes(frame["importer"]),
            "hs": frame["hs"].astype(str),
            "value_kusd": frame["value_kusd"].astype(float).round(3),
            "quantity_t": frame["quantity_t"].astype(float).round(3),
        }
    )
    tidy = tidy[tidy["exporter"] != tidy["importer"]]
    if tidy.duplicated(_FLOW).any():
        grouped = tidy.groupby(_FLOW, sort=False)
        counts = grouped["quantity_t"].transform("count")
        sizes = grouped["quantity_t"].transform("size")
        # A sum with an unreported part is not a quantity: leave it missing.
        tidy["quantity_t"] = tidy["quantity_t"].where(counts == sizes)
        tidy = tidy.groupby(_FLOW, as_index=False).agg(
            value_kusd=("value_kusd", "sum"),
            quantity_t=("quantity_t", lambda part: part.sum(min_count=1)),
        )
    return tidy.sort_values(_FLOW, ignore_index=True)[COLUMNS]
