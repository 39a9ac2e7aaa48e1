"""Routes: passages and what happened there, corridors, gateways, freight quotations.

Does      Gives the compiled tables the columns of the attribute table.
Units     km, nautical miles, days, USD/t, t/yr; changes of transits as fractions of normal.
Method    Percentages become fractions; a range becomes two ends; what is dated after the last
          day covered is left out, and an end after it is an open end.
Assumes   Corridors and gateways have no date: they are as seen when compiled, later than the
          last day covered, and are structure, never features of a past year.
Not here  Path search and sea distances.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from oreacle.data.assumptions import read_assumed
from oreacle.data.institutions.commodities import minerals_of
from oreacle.data.readers import logistics

LAST_YEAR = 2024
LAST_DAY = "2024-12-31"
TONNES_PER_MT = 1e6
SIGNED = re.compile(r"(?<![\d.])[+-]?\d+(?:\.\d+)?")
# Computed sea passages are a matter of the network; "vs market" and lost revenue are no quotes.
QUOTE_CATEGORIES = (
    "air",
    "bulk_rate",
    "container_rate",
    "inland",
    "surcharge",
    "toll",
    "transit",
    "war_risk",
)
PROVENANCE = ["confidence", "seen", "source"]


def chokepoints_table(sources: Path) -> pd.DataFrame:
    """Return the table `chokepoints`."""
    raw = logistics.read_chokepoints(sources).rename(
        columns={
            "id": "chokepoint",
            "controlling_or_adjacent_states": "states",
            "searoute_tag": "network_tag",
            "extra_od_pair": "detour_pair",
            "extra_nm_searoute": "detour_nm",
            "extra_days_13kn": "detour_days",
            "extra_note": "detour_note",
            "throughput_year": "throughput_years",
        }
    )
    names = ["chokepoint", "name", "lat", "lon", "states", "legal_regime", "network_tag"]
    names += ["gate_lon1", "gate_lat1", "gate_lon2", "gate_lat2", "throughput"]
    names += ["throughput_years", "alternative", "detour_pair", "detour_nm", "detour_days"]
    return raw[[*names, "detour_note", *PROVENANCE]]


def passage_events_table(sources: Path) -> pd.DataFrame:
    """Return the table `chokepoint_events`, begun on or before the last day covered."""
    raw = logistics.read_passage_events(sources)
    raw = raw[raw["start"] <= LAST_DAY].reset_index(drop=True)
    running = (raw["open"] == 1) | (raw["end"] > LAST_DAY)
    changes = raw["transit_change_pct"].map(signed_ends)
    table = raw.assign(
        chokepoint=raw["chokepoint_id"],
        since=raw["start"],
        until=raw["end"].mask(running, ""),
        open=running.astype("int64"),
        duration_days=raw["duration_days"].mask(running),
        transit_change_low=[low / 100.0 for low, _ in changes],
        transit_change_high=[high / 100.0 for _, high in changes],
        transit_text=raw["transit_change_pct"],
        war_risk=raw["war_risk_premium_hull"],
        delay=raw["extra_days_or_wait"],
    )
    names = ["event_id", "chokepoint", "since", "until", "open", "duration_days", "cause"]
    names += ["effect", "transit_change_low", "transit_change_high", "transit_text", "war_risk"]
    return table[[*names, "delay", *PROVENANCE]]


def corridors_table(sources: Path) -> pd.DataFrame:
    """Return the table `corridors`; capacities in t/yr."""
    raw = logistics.read_corridors(sources)
    # A length that is said to be of one section is not the length of the corridor.
    whole = ~raw["length_km"].str.contains("section")
    table = raw.assign(
        length_km_low=raw["length_km_low"].where(whole),
        length_km_high=raw["length_km_high"].where(whole),
        corridor=raw["corridor_id"],
        origin=raw["from"],
        origin_lat=raw["from_lat"],
        origin_lon=raw["from_lon"],
        destination=raw["to"],
        destination_lat=raw["to_lat"],
        destination_lon=raw["to_lon"],
        capacity_t=raw["capacity_mt_y_now"] * TONNES_PER_MT,
        planned_capacity_t=raw["capacity_mt_y_planned"] * TONNES_PER_MT,
        control=raw["financing_control"],
        incidents=raw["security_disruption"],
        commodities=raw["minerals"],
        minerals=minerals_of(raw["minerals"], "corridors.minerals", strict=False),
    )
    names = ["corridor", "name", "origin", "origin_lat", "origin_lon", "destination"]
    names += ["destination_lat", "destination_lon", "countries", "mode"]
    names += ["length_km_low", "length_km_high", "days_low", "days_high"]
    names += ["cost_usd_t_low", "cost_usd_t_high", "cost_year", "cost_basis", "cost_confidence"]
    names += ["capacity_t", "capacity_year", "planned_capacity_t", "planned_year"]
    names += ["status_class", "status", "start_year", "control", "commodities", "minerals"]
    return table[[*names, "incidents", *PROVENANCE]]


def gateways_table(sources: Path) -> pd.DataFrame:
    """Return the table `gateways`: ports and border crossings of a country, 1 is the main one."""
    raw = logistics.read_gateways(sources)
    table = raw.assign(
        gateway=raw["gateway_id"],
        name=raw["gateway"],
        kind=raw["gateway_type"],
        cost_usd_t_low=raw["inland_cost_usd_t_low"],
        cost_usd_t_high=raw["inland_cost_usd_t_high"],
        commodities=raw["minerals"],
        minerals=minerals_of(raw["minerals"], "gateways.minerals", strict=False),
    )
    names = ["gateway", "country", "rank", "flow", "name", "kind", "gateway_country", "lat", "lon"]
    names += ["landlocked", "commodities", "minerals", "inland_origin", "inland_mode"]
    names += ["inland_km_low", "inland_km_high", "inland_days_low", "inland_days_high"]
    names += ["cost_usd_t_low", "cost_usd_t_high", "cost_year", "cost_basis", "cost_confidence"]
    kept = table[[*names, *PROVENANCE]]
    return pd.concat([kept, _added_gateways(names)], ignore_index=True)


def _added_gateways(names: list[str]) -> pd.DataFrame:
    """Return main ports of countries for which the compiled table has none."""
    added = read_assumed("gateway_additions").rename(columns={"reason": "source"})
    stated = [name for name in added.columns if name.startswith(("inland_days", "cost_usd"))]
    added[stated] = added[stated].apply(pd.to_numeric)
    numbers = ["inland_km_low", "inland_km_high"]
    texts = [name for name in names if name not in added.columns and name not in numbers]
    fixed = {"flow": "both", "kind": "port", "landlocked": "no"}
    return added.assign(
        **dict.fromkeys(numbers, float("nan")),
        **{name: fixed.get(name, "") for name in texts},
        confidence="medium",
        seen="recollection",
        source="assumed: " + added["source"],
    )[[*names, *PROVENANCE]]


def quotes_table(sources: Path) -> pd.DataFrame:
    """Return the table `freight_quotes`: quotations up to the last year, computed ones left out."""
    raw = logistics.read_quotes(sources)
    kept = raw["category"].isin(QUOTE_CATEGORIES) & (raw["year_to"] <= LAST_YEAR)
    table = raw[kept].rename(
        columns={
            "freight_id": "quote",
            "ship_class": "vessel",
            "value_low": "low",
            "value_high": "high",
        }
    )
    names = ["quote", "unit", "category", "route", "commodity", "vessel", "low", "high", "period"]
    return table[[*names, "year_from", "year_to", "basis", *PROVENANCE]].reset_index(drop=True)


def signed_ends(text: str) -> tuple[float, float]:
    """Return the lowest and highest signed number of a text, brackets left out; else missing.

    Examples
    --------
    >>> signed_ends("-95 (Mar) to -50 (later 2026)"), signed_ends("+89"), signed_ends("")
    ((-95.0, -50.0), (89.0, 89.0), (nan, nan))
    """
    bare = re.sub(r"\([^)]*\)", "", text)
    found = [float(number) for number in SIGNED.findall(bare)]
    return (min(found), max(found)) if found else (float("nan"), float("nan"))
