"""Explicit countries: who stands for itself in the world of the base year.

Does      Chooses the countries, names their trade actor and gives their gross domestic product.
Units     Current USD.
Method    At least 0.5 % of world mining, refining or listed use of any mineral; every member
          of the G20 and of the European Union. The rest is ROW.
Assumes   A missing product is missing; the two countries that the World Bank lacks and the
          model needs are in `assumed/gdp_gaps.csv`.
Not here  Codes and names: see `oreacle.data.codes`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.data.assumptions import read_assumed
from oreacle.data.base.chains import BASE_YEAR
from oreacle.data.codes import actor_of, country_names, eu_members
from oreacle.data.readers.source_files import numbers_of, read_text_table

GDP_FILE = "raw/wb-gdp-pop/gdp.csv"
LEAST_SHARE = 0.005
G20 = frozenset(
    "ARG AUS BRA CAN CHN DEU FRA GBR IDN IND ITA JPN KOR MEX RUS SAU TUR USA ZAF".split()
)
WORLD = "WLD"


def explicit_countries(vectors: pd.DataFrame, users: set[str]) -> list[str]:
    """Return the explicit countries, sorted.

    Parameters
    ----------
    vectors : DataFrame
        mineral, stage, country, quantity_t of mining and refining.
    users
        Countries that a source of use names with at least 0.5 % of a mineral.
    """
    total = vectors.groupby(["mineral", "stage"])["quantity_t"].transform("sum")
    large = vectors.loc[vectors["quantity_t"] >= LEAST_SHARE * total, "country"]
    return sorted((set(large) | users | G20 | eu_members()) - {"ROW", "EU"})


def read_latest_gdp(sources: Path) -> pd.DataFrame:
    """Return each country's latest product at or before the base year, the world under WLD.

    Returns
    -------
    DataFrame (country)
        gdp_usd, gdp_year, source. Aggregates other than the world are left out.
    """
    raw = read_text_table(sources, GDP_FILE, ["Country Code", "Year", "Value"])
    table = pd.DataFrame(
        {
            "code": raw["Country Code"],
            "gdp_year": numbers_of(raw["Year"], GDP_FILE).astype("int64"),
            "gdp_usd": numbers_of(raw["Value"], GDP_FILE),
        }
    )
    table = table[(table["gdp_year"] <= BASE_YEAR) & table["gdp_usd"].notna()]
    table = table.sort_values(["code", "gdp_year"]).drop_duplicates("code", keep="last")
    known = set(country_names())
    codes = [code if code == WORLD or code in known else None for code in table["code"]]
    table = table.assign(country=codes, source="world-bank-wdi")
    gaps = read_assumed("gdp_gaps")
    extra = pd.DataFrame(
        {
            "country": gaps["country"],
            "gdp_usd": gaps["value"].astype(float),
            "gdp_year": gaps["year"],
            "source": "assumed/gdp_gaps",
        }
    )
    columns = ["country", "gdp_usd", "gdp_year", "source"]
    known_rows = table.loc[table["country"].notna(), columns]
    extra = extra[~extra["country"].isin(set(known_rows["country"]))]
    return pd.concat([known_rows, extra[columns]], ignore_index=True).set_index("country")


def countries_table(explicit: list[str], gdp: pd.DataFrame) -> pd.DataFrame:
    """Return the table `countries`; ROW has the world's product less that of the explicit."""
    names = country_names()
    listed = gdp.reindex(explicit)
    table = pd.DataFrame(
        {
            "country": explicit,
            "name": [names[code] for code in explicit],
            "actor": [actor_of(code) for code in explicit],
            "gdp_usd": listed["gdp_usd"].to_numpy(),
            "gdp_year": listed["gdp_year"].astype("Int64").to_numpy(),
            "source": listed["source"].fillna("world-bank-wdi").to_numpy(),
        }
    )
    rest = pd.DataFrame(
        {
            "country": ["ROW"],
            "name": ["Rest of the world"],
            "actor": ["ROW"],
            "gdp_usd": [rest_of_world_gdp(explicit, gdp)],
            "gdp_year": pd.array([int(gdp.at[WORLD, "gdp_year"])], dtype="Int64"),
            "source": ["world-bank-wdi"],
        }
    )
    return pd.concat([table, rest], ignore_index=True)


def rest_of_world_gdp(explicit: list[str], gdp: pd.DataFrame) -> float:
    """Return the product of all countries that are not explicit."""
    listed = set(explicit) | {WORLD}
    return float(gdp.loc[~gdp.index.isin(listed), "gdp_usd"].sum())
