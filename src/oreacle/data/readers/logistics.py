"""The compiled logistics tables: passages, corridors, gateways, quotes, disruptions, as coded.

Does      Reads the six tables with numbers as numbers and everything else as text.
Units     As the column names and `unit` columns of the tables say.
Method    A range such as "6-8" becomes its two ends; codes mended; "yes" becomes 1.
Assumes   The codebook of `logistics/`: an empty cell is not known, an open end has no date.
Not here  Distances by sea and path search; the map from commodities to minerals: see
          `oreacle.data.institutions.routes`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from oreacle.data.codes import canonical_codes
from oreacle.data.readers.provenance import seen_words
from oreacle.data.readers.source_files import numbers_of, read_text_table

CHOKEPOINT_FILE = "logistics/chokepoints.csv"
PASSAGE_EVENT_FILE = "logistics/chokepoint_events.csv"
CORRIDOR_FILE = "logistics/corridors.csv"
GATEWAY_FILE = "logistics/gateways.csv"
QUOTE_FILE = "logistics/freight.csv"
DISRUPTION_FILE = "logistics/disruption_events.csv"
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def read_chokepoints(sources: Path) -> pd.DataFrame:
    """Return passages: id, name, lat, lon, gate and detour [nautical miles, days at 13 knots]."""
    numbers = ["lat", "lon", "gate_lon1", "gate_lat1", "gate_lon2", "gate_lat2"]
    numbers += ["extra_nm_searoute", "extra_days_13kn"]
    return _read(sources, CHOKEPOINT_FILE, ["id", "name", "searoute_tag", *numbers], numbers)


def read_passage_events(sources: Path) -> pd.DataFrame:
    """Return events at passages; `open` is 1 where no end is known, and `end` is then empty."""
    columns = ["event_id", "chokepoint_id", "start", "end", "right_censored", "duration_days"]
    return _opened(_read(sources, PASSAGE_EVENT_FILE, columns, ["duration_days"]))


def read_corridors(sources: Path) -> pd.DataFrame:
    """Return corridors: ends, km, days, USD/t, capacity [Mt/yr], status, control, incidents."""
    numbers = ["from_lat", "from_lon", "to_lat", "to_lon", "length_km_low", "length_km_high"]
    numbers += ["days_low", "days_high", "cost_usd_t_low", "cost_usd_t_high"]
    numbers += ["capacity_mt_y_now", "capacity_year", "capacity_mt_y_planned"]
    return _read(
        sources, CORRIDOR_FILE, ["corridor_id", "length_km", "status_class", *numbers], numbers
    )


def read_gateways(sources: Path) -> pd.DataFrame:
    """Return gateways of countries, with the codes of country and of the gateway's country."""
    numbers = ["rank", "lat", "lon", "inland_cost_usd_t_low", "inland_cost_usd_t_high"]
    table = _read(sources, GATEWAY_FILE, ["gateway_id", "iso3", "inland_km", *numbers], numbers)
    ends = {
        f"{name}_{end}": table[name].map(lambda text, k=k: range_ends(text)[k]).astype(float)
        for name in ("inland_km", "inland_days")
        for k, end in enumerate(("low", "high"))
    }
    return table.assign(
        country=canonical_codes(table["iso3"]),
        gateway_country=canonical_codes(table["gateway_country_iso3"]),
        **ends,
    )


def read_quotes(sources: Path) -> pd.DataFrame:
    """Return freight quotations; the unit belongs to the key: USD/t, USD/FEU, % of hull, days."""
    numbers = ["value_low", "value_high"]
    table = _read(
        sources, QUOTE_FILE, ["freight_id", "category", "unit", "year", *numbers], numbers
    )
    years = table["year"].str.findall(r"\d{4}")
    return table.assign(
        year_from=[min(map(int, found)) for found in years],
        year_to=[max(map(int, found)) for found in years],
    )


def read_disruption_events(sources: Path) -> pd.DataFrame:
    """Return disruptions of supply: date, days, country, commodities, stage, cause, loss."""
    numbers = ["year", "duration_days", "loss", "loss_pct_world_year"]
    columns = ["event_id", "start_date", "country_iso3", "mineral", "cause", "right_censored"]
    table = _opened(_read(sources, DISRUPTION_FILE, [*columns, *numbers], numbers))
    return table.assign(country=canonical_codes(table["country_iso3"]))


def range_ends(text: str) -> tuple[float, float]:
    """Return the lowest and highest number of a range without signs; missing if it has none.

    Examples
    --------
    >>> range_ends("14-21"), range_ends("137+800"), range_ends("")
    ((14.0, 21.0), (937.0, 937.0), (nan, nan))
    """
    if "+" in text:
        total = sum(float(number) for number in NUMBER.findall(text))
        return total, total
    found = [float(number) for number in NUMBER.findall(text)]
    return (min(found), max(found)) if found else (float("nan"), float("nan"))


def _read(sources: Path, relative: str, columns: list[str], numbers: list[str]) -> pd.DataFrame:
    raw = read_text_table(sources, relative, [*columns, "source", "confidence", "seen_in"])
    values = {name: numbers_of(raw[name], relative) for name in numbers}
    return raw.assign(seen=seen_words(raw["seen_in"]), **values).drop(columns="seen_in")


def _opened(table: pd.DataFrame) -> pd.DataFrame:
    is_open = table["right_censored"].str.strip().str.lower() == "yes"
    return table.assign(open=is_open.astype("int64"))
