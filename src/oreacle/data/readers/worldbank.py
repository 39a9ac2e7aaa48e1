"""World Bank figures: gross domestic product, political stability, commodity prices.

Does      Reads three files as tidy frames.
Units     GDP: current US dollars. Stability: WGI estimate, about -2.5 to 2.5. Prices: as quoted.
Method    Regional aggregates are dropped by the alias table; nothing is filled.
Assumes   A normalised WGI risk of 0 marks a missing figure, as its file documents.
Not here  Which countries and series are kept: see `oreacle.data.history`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.codes import canonical_codes, is_aggregate
from oreacle.data.readers.source_files import numbers_of, read_text_table

GDP_FILE = "raw/wb-gdp-pop/gdp.csv"
STABILITY_FILE = "raw/wgi/wgi_political_stability_estimate_1996_2024.csv"
NORMALISED_FILE = "raw/wgi/wgi_political_stability_normalized_1996_2024.csv"
PRICE_FILE = "raw/wb-pinksheet/pinksheet_metals_monthly_1990_2026.csv"
MONTHS = 12
MISSING_MARKS = ["nan", "None"]
FORMER_TERRITORY = "ANT"
# In the WGI file these two codes stand on rows labelled "Europe EFTA, nes" and "US Misc.
# Pacific Isds", whose figures belong to other territories.
MISLABELLED_STABILITY = ("R20", "PUS")


def read_gdp(sources: Path) -> pd.DataFrame:
    """Return gross domestic product by country and year: country, year, gdp_usd."""
    raw = read_text_table(sources, GDP_FILE, ["Country Code", "Year", "Value"])
    raw = raw[~raw["Country Code"].map(is_aggregate) & (raw["Country Code"] != "EUU")]
    return pd.DataFrame(
        {
            "country": canonical_codes(raw["Country Code"]),
            "year": numbers_of(raw["Year"], GDP_FILE).astype("int64"),
            "gdp_usd": numbers_of(raw["Value"], GDP_FILE),
        }
    ).dropna(ignore_index=True)


def read_stability(sources: Path) -> pd.DataFrame:
    """Return political stability by country and year: country, year, stability.

    A code that stands on two rows with different figures is left out: the rows cannot be told
    apart.

    Raises
    ------
    DataError
        ORE-DAT-012 if the estimate and the normalised file do not hold the same rows.
    """
    estimate = read_text_table(sources, STABILITY_FILE, ["Code"])
    normalised = read_text_table(sources, NORMALISED_FILE, ["Code"])
    if not estimate["Code"].equals(normalised["Code"]):
        raise DataError(
            "ORE-DAT-012",
            f"'{STABILITY_FILE}' and '{NORMALISED_FILE}' hold different rows.",
            why="the second file marks which figures of the first are missing.",
            fix="fetch both files from the same release.",
        )
    keep = ~estimate["Code"].duplicated(keep=False)
    keep &= ~estimate["Code"].isin(MISLABELLED_STABILITY)
    parts = []
    for year in [name for name in estimate.columns if name.isdigit()]:
        figures = numbers_of(estimate[year].replace(MISSING_MARKS, ""), STABILITY_FILE)
        risk = numbers_of(normalised[year].replace(MISSING_MARKS, ""), NORMALISED_FILE)
        part = pd.DataFrame({"country": estimate["Code"], "stability": figures.mask(risk == 0)})
        parts.append(part[keep].assign(year=int(year)))
    table = pd.concat(parts, ignore_index=True).dropna(ignore_index=True)
    table["country"] = canonical_codes(table["country"])
    return table[["country", "year", "stability"]]


def read_political_risk(sources: Path) -> pd.DataFrame:
    """Return normalised political risk by territory and year: country, year, risk (0 to 1).

    A figure of 0 is a missing one and has no row: wherever the file has 0, the estimate of
    the indicator is absent. The former Netherlands Antilles keep their code ANT.

    Two rows carry the code of Guyana. The file follows the publisher's old order of codes, so
    the first of them, between Guatemala and Guam, is French Guiana and the second is Guyana;
    in the years in which both show one figure it cannot be told whose it is, and it is left
    out. The rows R20 and PUS are labelled as other territories and are left out.
    """
    raw = read_text_table(sources, NORMALISED_FILE, ["Code"])
    twice = raw["Code"].duplicated(keep=False)
    last = ~raw["Code"].duplicated(keep="last")
    keep = last & ~raw["Code"].isin(MISLABELLED_STABILITY)
    parts = []
    for year in [name for name in raw.columns if name.isdigit()]:
        risk = numbers_of(raw[year].replace(MISSING_MARKS, ""), NORMALISED_FILE)
        same = twice & raw.assign(risk=risk).duplicated(["Code", "risk"], keep=False)
        part = pd.DataFrame({"country": raw["Code"], "risk": risk.mask((risk == 0) | same)})
        parts.append(part[keep].assign(year=int(year)))
    table = pd.concat(parts, ignore_index=True).dropna(ignore_index=True)
    code = canonical_codes(table["country"])
    # Figures of the Antilles under ROW would pass for figures of the rest of the world.
    table["country"] = code.mask(table["country"] == FORMER_TERRITORY, FORMER_TERRITORY)
    return table[["country", "year", "risk"]]


def read_commodity_prices(sources: Path) -> pd.DataFrame:
    """Return annual means of monthly prices: commodity, unit, year, price.

    Only years with all twelve months are given.
    """
    raw = read_text_table(sources, PRICE_FILE, ["month", "commodity", "unit", "price"])
    table = pd.DataFrame(
        {
            "commodity": raw["commodity"].str.strip(),
            "unit": raw["unit"].str.strip("() "),
            "year": numbers_of(raw["month"].str[:4], PRICE_FILE).astype("int64"),
            "price": numbers_of(raw["price"], PRICE_FILE),
        }
    )
    grouped = table.groupby(["commodity", "unit", "year"], as_index=False)["price"]
    yearly = grouped.agg(["count", "mean"])
    full = yearly[yearly["count"] == MONTHS]
    return full.drop(columns="count").rename(columns={"mean": "price"}).reset_index(drop=True)
