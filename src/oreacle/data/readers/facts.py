"""The compiled fact tables: one fact per row, with source, basis and confidence.

Does      Reads refining shares, uses, scenarios, prices, import sources, mineral attributes,
          freight and assets as they are coded.
Units     As the tables' own `unit` columns say.
Method    Text to numbers, country codes mended; EU27 becomes EU, ROW stays ROW.
Assumes   The codebooks of `facts/`, `logistics/` and `ownership/`.
Not here  Choosing between sources: see `oreacle.data.base`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.data.codes import canonical_codes
from oreacle.data.readers.source_files import numbers_of, read_text_table, whole_numbers_of

REFINING_FILE = "facts/refining.csv"
DEMAND_FILE = "facts/demand.csv"
SCENARIO_FILE = "facts/demand_scenarios.csv"
PRICE_FILE = "facts/prices.csv"
IMPORT_FILE = "facts/import_sources.csv"
MINERAL_FILE = "facts/minerals_wide.csv"
FREIGHT_FILE = "logistics/freight.csv"
ASSET_FILE = "ownership/assets.csv"


def read_refining(sources: Path) -> pd.DataFrame:
    """Return refined output by mineral, stage, country and dataset.

    Returns
    -------
    DataFrame
        mineral, stage, country, year, share [1], value and world_total [`unit`], dataset,
        recommended, basis, confidence; figures that the source does not give are missing.
    """
    raw = read_text_table(
        sources,
        REFINING_FILE,
        ["mineral", "stage", "iso3", "year", "share", "value", "unit", "world_total", "dataset"],
    )
    return pd.DataFrame(
        {
            **{
                name: raw[name]
                for name in ("mineral", "stage", "unit", "dataset", "recommended", "basis")
            },
            "confidence": raw["confidence"],
            "country": canonical_codes(raw["iso3"]),
            "year": whole_numbers_of(raw["year"], REFINING_FILE),
            **{
                name: numbers_of(raw[name], REFINING_FILE)
                for name in ("share", "value", "world_total")
            },
        }
    )


def read_uses(sources: Path) -> pd.DataFrame:
    """Return uses by mineral, dimension and key: countries, or sector groups.

    Returns
    -------
    DataFrame
        mineral, dimension, key, sector_group, share [1], value, unit, year, source, basis,
        confidence. Country keys are codes with EU for the 27 members together.
    """
    raw = read_text_table(sources, DEMAND_FILE, ["mineral", "dimension", "key", "share", "source"])
    is_country = raw["dimension"].str.startswith("country")
    key = raw["key"].copy()
    key[is_country] = canonical_codes(raw.loc[is_country, "key"])
    return raw.assign(
        key=key,
        share=numbers_of(raw["share"], DEMAND_FILE),
        value=numbers_of(raw["value"], DEMAND_FILE),
        year=numbers_of(raw["year"], DEMAND_FILE),
    )


def read_scenarios(sources: Path) -> pd.DataFrame:
    """Return demand scenarios: mineral, scope, scenario, year, base_year, index [1], source."""
    columns = ["mineral", "scope", "scenario", "year", "base_year", "base_value", "unit", "index"]
    raw = read_text_table(sources, SCENARIO_FILE, columns)
    numbers = {
        name: numbers_of(raw[name], SCENARIO_FILE)
        for name in ("year", "base_year", "base_value", "index")
    }
    return raw.assign(**numbers)


def read_prices(sources: Path) -> pd.DataFrame:
    """Return quoted prices: mineral, product, period (text), price_usd_per_t, source."""
    raw = read_text_table(sources, PRICE_FILE, ["mineral", "product", "period", "price_usd_per_t"])
    return raw.assign(price_usd_per_t=numbers_of(raw["price_usd_per_t"], PRICE_FILE))


def read_import_shares(sources: Path) -> pd.DataFrame:
    """Return sourcing shares of the United States and the European Union.

    Returns
    -------
    DataFrame
        importer (USA or EU), mineral, stage, metric, partner, share [1]; the EU's shares
        hold its own output, those of the United States do not.
    """
    raw = read_text_table(
        sources, IMPORT_FILE, ["importer", "mineral", "stage", "metric", "partner_iso3", "value"]
    )
    raw = raw[(raw["metric"] != "net_import_reliance") & (raw["partner_iso3"] != "")]
    return pd.DataFrame(
        {
            "importer": canonical_codes(raw["importer"]),
            "mineral": raw["mineral"],
            "stage": raw["stage"],
            "metric": raw["metric"],
            "partner": canonical_codes(raw["partner_iso3"]),
            "share": numbers_of(raw["value"], IMPORT_FILE),
        }
    ).reset_index(drop=True)


def read_mineral_attributes(sources: Path) -> pd.DataFrame:
    """Return elasticities and lead times by mineral, demand elasticities still negative."""
    names = [
        "demand_elasticity_sr",
        "demand_elasticity_lr",
        "supply_elasticity_sr",
        "supply_elasticity_lr",
        "lead_time_mine_years",
        "lead_time_refinery_years",
    ]
    raw = read_text_table(sources, MINERAL_FILE, ["id", *names])
    table = pd.DataFrame({name: numbers_of(raw[name], MINERAL_FILE) for name in names})
    return table.set_axis(pd.Index(raw["id"], name="mineral"), axis="index")


def read_recycling_rates(sources: Path) -> pd.Series:
    """Return the end-of-life recycling input rate by mineral [1]; missing where not published."""
    raw = read_text_table(sources, MINERAL_FILE, ["id", "eol_rir"])
    rates = numbers_of(raw["eol_rir"], MINERAL_FILE)
    return rates.set_axis(pd.Index(raw["id"], name="mineral"))


def read_freight(sources: Path) -> pd.DataFrame:
    """Return freight quotations: freight_id, category, route, commodity, mid value, unit, year."""
    raw = read_text_table(
        sources, FREIGHT_FILE, ["freight_id", "category", "route", "value_low", "value_high"]
    )
    low, high = (numbers_of(raw[name], FREIGHT_FILE) for name in ("value_low", "value_high"))
    return raw.assign(middle=(low + high) / 2.0)


def read_assets(sources: Path) -> pd.DataFrame:
    """Return mines and refineries, one row per asset: its output counted once, not per owner.

    Returns
    -------
    DataFrame
        asset, mineral, stage, country, annual_output [as coded], output_year.
    """
    raw = read_text_table(
        sources, ASSET_FILE, ["asset", "mineral", "stage", "country", "annual_output"]
    )
    table = raw.assign(annual_output=numbers_of(raw["annual_output"], ASSET_FILE))
    table = table.drop_duplicates(["asset", "mineral", "stage"])
    return table[["asset", "mineral", "stage", "country", "annual_output", "output_year"]]
