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
from oreacle.data.readers.governance import normalised_risk, read_estimates
from oreacle.data.readers.indicators import GDP_FILE, read_indicator
from oreacle.data.readers.price_sheet import PRICE_FILE, read_price_rows
from oreacle.data.readers.publisher_files import publisher_files
from oreacle.data.readers.source_files import numbers_of, read_text_table, whole_numbers_of

STABILITY_FILE = "raw/wgi/wgi_political_stability_estimate_1996_2024.csv"
NORMALISED_FILE = "raw/wgi/wgi_political_stability_normalized_1996_2024.csv"
MONTHS = 12
MISSING_MARKS = ["nan", "None"]
GUYANA, FRENCH_GUIANA = "GUY", "GUF"
FORMER_TERRITORY = "ANT"
# In the WGI file these two codes stand on rows labelled "Europe EFTA, nes" and "US Misc.
# Pacific Isds", whose figures belong to other territories.
MISLABELLED_STABILITY = ("R20", "PUS")


def read_gdp(sources: Path) -> pd.DataFrame:
    """Return gross domestic product by country and year: country, year, gdp_usd."""
    raw = read_indicator(sources, GDP_FILE)
    raw = raw[~raw["code"].map(is_aggregate) & (raw["code"] != "EUU")]
    return pd.DataFrame(
        {
            "country": canonical_codes(raw["code"]),
            "year": raw["year"],
            "gdp_usd": raw["value"],
        }
    ).reset_index(drop=True)


def read_stability(sources: Path) -> pd.DataFrame:
    """Return political stability by country and year: country, year, stability.

    A code that stands on two rows with different figures is left out: the rows cannot be told
    apart.

    Raises
    ------
    DataError
        ORE-DAT-012 if the estimate and the normalised file do not hold the same rows.
    """
    own = publisher_files(sources, STABILITY_FILE)
    if own:
        table = read_estimates(sources, own[0])
        return pd.DataFrame(
            {
                "country": canonical_codes(table["code"]),
                "year": table["year"],
                "stability": table["estimate"],
            }
        )
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
    the first of them, between Guatemala and Guam, is French Guiana (GUF here) and the second
    is Guyana; in the years in which both show one figure it cannot be told whose it is, and
    Guyana has none. The rows R20 and PUS are labelled as other territories and are left out.
    """
    own = publisher_files(sources, NORMALISED_FILE)
    if own:
        released = read_estimates(sources, own[0])
        risk = normalised_risk(released["estimate"])
        table = pd.DataFrame({"country": released["code"], "year": released["year"], "risk": risk})
        return _apart(table)
    raw = read_text_table(sources, NORMALISED_FILE, ["Code"])
    twice = raw["Code"].duplicated(keep=False)
    first = twice & ~raw["Code"].duplicated(keep="first") & (raw["Code"] == GUYANA)
    last = ~raw["Code"].duplicated(keep="last")
    keep = (last | first) & ~raw["Code"].isin(MISLABELLED_STABILITY)
    place = raw["Code"].mask(first, FRENCH_GUIANA)
    parts = []
    for year in [name for name in raw.columns if name.isdigit()]:
        risk = numbers_of(raw[year].replace(MISSING_MARKS, ""), NORMALISED_FILE)
        same = twice & raw.assign(risk=risk).duplicated(["Code", "risk"], keep=False)
        unknown = (risk == 0) | (same & ~first)
        part = pd.DataFrame({"country": place, "risk": risk.mask(unknown)})
        parts.append(part[keep].assign(year=int(year)))
    return _apart(pd.concat(parts, ignore_index=True).dropna(ignore_index=True))


def _apart(table: pd.DataFrame) -> pd.DataFrame:
    """Return canonical codes, the former Netherlands Antilles under their own."""
    code = canonical_codes(table["country"])
    # Figures of the Antilles under ROW would pass for figures of the rest of the world.
    table["country"] = code.mask(table["country"] == FORMER_TERRITORY, FORMER_TERRITORY)
    return table[["country", "year", "risk"]]


def read_commodity_prices(sources: Path) -> pd.DataFrame:
    """Return annual means of monthly prices: commodity, unit, year, price.

    Only years with all twelve months are given.
    """
    raw = read_price_rows(sources)
    table = pd.DataFrame(
        {
            "commodity": raw["commodity"].str.strip(),
            "unit": raw["unit"].str.strip("() "),
            "year": whole_numbers_of(raw["month"].str[:4], PRICE_FILE),
            "price": numbers_of(raw["price"], PRICE_FILE),
        }
    )
    grouped = table.groupby(["commodity", "unit", "year"], as_index=False)["price"]
    yearly = grouped.agg(["count", "mean"])
    full = yearly[yearly["count"] == MONTHS]
    return full.drop(columns="count").rename(columns={"mean": "price"}).reset_index(drop=True)
