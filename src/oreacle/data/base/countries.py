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
from oreacle.data.readers.indicators import GDP_FILE, POPULATION_FILE, read_indicator

LEAST_SHARE = 0.005
G20_MEMBERS = "ARG,AUS,BRA,CAN,CHN,DEU,FRA,GBR,IDN,IND,ITA,JPN,KOR,MEX,RUS,SAU,TUR,USA,ZAF"
G20 = frozenset(G20_MEMBERS.split(","))
WORLD = "WLD"
# Free ports that pass metal on: their net imports are not use.
ENTREPOTS = frozenset({"HKG"})


def actors_by_country(countries: pd.DataFrame) -> dict[str, str]:
    """Return the trade actor of each country of the table `countries`."""
    return dict(zip(countries["country"].astype(str), countries["actor"].astype(str), strict=True))


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
    return sorted((set(large) | users | G20 | eu_members()) - {"ROW", "EU"} - ENTREPOTS)


def read_latest_gdp(sources: Path) -> pd.DataFrame:
    """Return each country's latest product at or before the base year, the world under WLD.

    Returns
    -------
    DataFrame (country)
        gdp_usd, gdp_year, source. Aggregates other than the world are left out.
    """
    table = _latest(sources, GDP_FILE).rename(columns={"value": "gdp_usd", "year": "gdp_year"})
    gaps = read_assumed("gdp_gaps").set_index("country")
    extra = pd.DataFrame(
        {
            "gdp_usd": gaps["value"].astype(float),
            "gdp_year": gaps["year"].astype("int64"),
            "source": "assumed/gdp_gaps",
        }
    )
    return pd.concat([table, extra[~extra.index.isin(table.index)]])


def read_latest_population(sources: Path) -> pd.Series:
    """Return each country's latest population at or before the base year [persons]."""
    return _latest(sources, POPULATION_FILE)["value"]


def _latest(sources: Path, relative: str) -> pd.DataFrame:
    table = read_indicator(sources, relative).rename(columns={"code": "country"})
    table["source"] = "world-bank-wdi"
    known = set(country_names()) | {WORLD}
    table = table[(table["year"] <= BASE_YEAR) & table["country"].isin(known)]
    table = table.sort_values(["country", "year"]).drop_duplicates("country", keep="last")
    return table.set_index("country")


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
            "gdp_usd": [rest_of_world(explicit, gdp["gdp_usd"])],
            "gdp_year": pd.array([int(gdp["gdp_year"][WORLD])], dtype=pd.Int64Dtype()),
            "source": ["world-bank-wdi"],
        }
    )
    return pd.concat([table, rest], ignore_index=True)


def rest_of_world(explicit: list[str], size: pd.Series) -> float:
    """Return the sum of a size over all countries that are not explicit."""
    listed = set(explicit) | {WORLD}
    return float(size[~size.index.isin(listed)].sum())
