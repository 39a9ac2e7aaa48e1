"""Exposure as plain records for printing and JSON.

Does      Turns an exposure into rows of a table.
Units     In the names of keys; percent are of the buyer's use unless said otherwise.
Method    Rounds to a tenth of a percent; nothing is computed here that could differ from the model.
Assumes   Names of countries come from the table of the world.
Not here  The measures: see `oreacle.world.exposure_summary`. Sentences: see
          `oreacle.app.exposure_words`. Printing: see `oreacle.app.exposure`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from oreacle.app.exposure_context import geopolrisk_rows, owners_of
from oreacle.app.exposure_words import NO_ORE, mineral_words, overview_words, place_name
from oreacle.core.labels import REST_OF_WORLD
from oreacle.world.concentration import concentration_table, load_governance_risk
from oreacle.world.eu_supply_risk import recomputed_supply_risk
from oreacle.world.exposure import RECYCLED, Buyer, find_buyer
from oreacle.world.exposure_summary import Exposure, exposure, exposures, grade_statement
from oreacle.world.failure_points import Coverage
from oreacle.world.snapshot import World

EUROPEAN_UNION = "EU"


def overview_record(
    world: World, name: str, *, entrepots: pd.DataFrame | None = None
) -> dict[str, Any]:
    """Return one row for each mineral that a buyer is shown to use, the worst first.

    Raises
    ------
    ScenarioError
        ORE-SCN-003 if the name is unknown.
    """
    found = exposures(world, name, entrepots=entrepots)
    rows = [exposure_row(item) for item in found]
    shown = {item.mineral for item in found}
    buyer = find_buyer(world.territory, name).name
    return {
        "buyer": buyer,
        "name": place_name(world, buyer),
        "base_year": world.base_year,
        "minerals": rows,
        "not_shown": [mineral for mineral in world.mineral_names if mineral not in shown],
        "in_short": overview_words(world, found),
    }


def exposure_record(
    world: World,
    mineral: str,
    name: str,
    *,
    data: Path | None = None,
    entrepots: pd.DataFrame | None = None,
) -> dict[str, Any]:
    """Return the exposure of a buyer to one mineral in full.

    The key `geopolrisk` is empty where the indicator has no trade code or no figure;
    `eu_supply_risk` is null for buyers other than the European Union.

    Raises
    ------
    ScenarioError
        ORE-SCN-003 if the name is unknown.
    DataError
        ORE-DAT-088 if the buyer's use is part of the rest of the world.
    """
    chain = world.chain(mineral)
    owners, control = owners_of(chain, data)
    item = exposure(chain, world.territory, name, entrepots=entrepots, control=control)
    governance = load_governance_risk(world.base_year, data)
    row = exposure_row(item)
    return {
        **row,
        "buyer": item.buyer.name,
        "name": place_name(world, item.buyer.name),
        "mineral_name": chain.name,
        "base_year": world.base_year,
        "use_t": item.use_t,
        "data": grade_statement(item),
        "in_short": mineral_words(world, item, row),
        "refined_in": _shares(world, item.refiners, item.buyer),
        "mined_in": _shares(world, item.origins, item.buyer),
        "sellers": _sellers(item),
        "through": _through(world, item),
        "dependence": _dependence(item),
        "points_of_failure": _points(item),
        "coverage": [
            _coverage(found, whom)
            for whom, all_found in ((item.buyer.name, item.coverage), ("world", item.world))
            for found in all_found
            if item.grade_ore != NO_ORE or found.stage == "refined"
        ],
        "concentration": [
            row
            for row in _concentration(
                concentration_table(chain, world.territory, owners=owners, governance=governance)
            )
            if item.grade_ore != NO_ORE or row["stage"] != "mined"
        ],
        "sourced_owners_percent": {
            stage: _percent(shares.attrs["sourced"])
            for stage, shares in owners.items()
            if "sourced" in shares.attrs
        },
        "geopolrisk": geopolrisk_rows(mineral, item.buyer.name, data),
        "eu_supply_risk": _study(mineral) if item.buyer.name == EUROPEAN_UNION else None,
    }


def source_records(
    world: World, mineral: str, nodes: pd.DataFrame, flows: pd.DataFrame
) -> list[dict[str, Any]]:
    """Return basis and source of the figures that an exposure rests on.

    Parameters
    ----------
    world, mineral
        The world, and a mineral of it.
    nodes, flows
        The tables of nodes and flows, for years, bases and sources.
    """
    rows = []
    for stage, part in nodes[nodes["mineral"] == mineral].groupby("stage", sort=False):
        for (basis, source, year), group in part.groupby(["basis", "source", "year"]):
            percent = 100 * float(group["share"].sum())
            rows.append(_source(f"quantities {stage}", percent, str(basis), f"{source}, {year}"))
    for link, part in flows[flows["mineral"] == mineral].groupby("link", sort=False):
        total = float(part["quantity_t"].sum())
        for basis, group in part.groupby("basis"):
            percent = 100 * float(group["quantity_t"].sum()) / total
            rows.append(_source(f"flows {link}", percent, str(basis), "balanced, see docs/data.md"))
    rows.append(
        _source(
            "governance",
            100.0,
            "reported",
            f"world-bank-wgi, {world.base_year}; ROW: mean, assumed",
        )
    )
    return rows


def exposure_row(item: Exposure) -> dict[str, Any]:
    """Return the figures of one exposure that fit in a line."""
    abroad_refined = item.refiners.drop([item.buyer.name, REST_OF_WORLD], errors="ignore")
    unnamed = [item.buyer.name, REST_OF_WORLD, RECYCLED]
    abroad_mined = item.origins.drop(unnamed, errors="ignore")
    return {
        "mineral": item.mineral,
        "use_percent_of_world": _percent(item.use_share),
        "not_home_percent": _percent(item.dependence.not_home_throughout),
        "refined_imported_percent": _percent(item.dependence.refined_imported),
        "top_refiner": _first(abroad_refined),
        "top_refiner_percent": _percent(_largest(abroad_refined)),
        "top_origin": _first(abroad_mined),
        "top_origin_percent": _percent(_largest(abroad_mined)),
        "stops": item.worst.supplier,
        "left_percent": _percent(item.worst.left),
        "grade": f"{'-' if item.grade_ore == 'N' else item.grade_ore}/{item.grade_refined}",
    }


def _shares(world: World, shares: pd.Series, buyer: Buyer) -> list[dict[str, Any]]:
    return [
        {
            "place": str(place),
            "name": _place_of(world, str(place), buyer),
            "percent": _percent(share),
        }
        for place, share in shares.items()
    ]


def _place_of(world: World, place: str, buyer: Buyer) -> str:
    """Return a place's name; to a member, its bloc stands for the other members."""
    actor = world.territory.actor_of.get(buyer.name)
    others = ", other members" if place == actor != buyer.name else ""
    return place_name(world, place) + others


def _sellers(item: Exposure) -> list[dict[str, Any]]:
    return [
        {
            "seller": row["seller"],
            "origin": row["origin"],
            "percent": _percent(row["share"]),
            "basis": row["basis"],
            "source": row["source"],
        }
        for row in item.customs.to_dict("records")
    ]


def _through(world: World, item: Exposure) -> list[dict[str, Any]]:
    """Return paths mine, refinery, buyer by located country, the largest first."""
    total = float(item.through.sum())
    values = item.through.values
    rows = [
        {
            "mined_in": str(item.through["origin"].values[i]),
            "refined_in": str(item.through["exporter"].values[k]),
            "percent": _percent(values[i, k] / total),
        }
        for i, k in np.argwhere(values > 0)
    ]
    return sorted(rows, key=lambda row: (-row["percent"], row["mined_in"], row["refined_in"]))


def _dependence(item: Exposure) -> list[dict[str, Any]]:
    found = item.dependence
    words = (
        ("refined_imported", found.refined_imported, "refined abroad"),
        ("ore_foreign", found.ore_foreign, "of ore mined abroad, wherever refined"),
        ("not_home_throughout", found.not_home_throughout, "not mined and refined at home"),
        (
            "net_refined",
            found.net_refined,
            "net import reliance, refined product (below 0: net exporter)",
        ),
        (
            "net_mined",
            found.net_mined,
            "net import reliance, ore for its refineries (below 0: net exporter)",
        ),
    )
    return [
        {"measure": key, "percent": _percent(value), "meaning": text} for key, value, text in words
    ]


def _points(item: Exposure) -> list[dict[str, Any]]:
    """Return points of failure, each said once.

    An actor that is one country, an owner that owns what its country holds, and a mine that is
    the refinery, are the same point.
    """
    found = item.points.to_dict("records")
    countries = {(row["stage"], row["place"]) for row in found if row["counted"] == "country"}
    shares = {
        (row["stage"], row["place"], _percent(row["loss"]))
        for row in found
        if row["counted"] == "country"
    }
    rows = []
    for row in found:
        is_said = row["counted"] == "trade actor" and (row["stage"], row["place"]) in countries
        is_own = (row["stage"], row["place"], _percent(row["loss"])) in shares
        if (
            is_said
            or (row["counted"] == "owner" and is_own)
            or (item.grade_ore == NO_ORE and row["stage"] != "refined")
        ):
            continue
        rows.append(
            {
                "place": row["place"],
                "stage": row["stage"],
                "counted": row["counted"],
                "percent": _percent(row["loss"]),
                "is_home": bool(row["is_home"]),
            }
        )
    return rows


def _coverage(found: Coverage, whom: str) -> dict[str, Any]:
    return {
        "for": whom,
        "stage": found.stage,
        "stops": found.supplier or None,
        "lost_percent": _percent(found.lost),
        "left_percent": _percent(found.left),
        "left_with_spare_percent": _percent(found.left_with_spare),
    }


def _concentration(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return concentration; trade actors only where they differ from countries."""
    rows = []
    located: dict[str, float] = {}
    for row in table.to_dict("records"):
        if row["counted"] == "location":
            located[str(row["stage"])] = float(row["hhi"])
        elif row["counted"] == "trade actor" and row["hhi"] == located[str(row["stage"])]:
            continue
        rows.append(
            {
                "stage": row["stage"],
                "counted": row["counted"],
                "leader": row["leader"],
                "leader_percent": _percent(row["leader_share"]),
                "top_three_percent": _percent(row["top_share"]),
                "hhi": round(float(row["hhi"]), 3),
                "hhi_governance": _rounded(row["hhi_governance"], 2),
                "rest_percent": _percent(row["rest_share"]),
            }
        )
    return rows


def _study(mineral: str) -> list[dict[str, Any]]:
    table = recomputed_supply_risk()
    return [
        {
            "material": row["material"],
            "stage": row["stage"],
            "published": row["published"],
            "recomputed": round(float(row["recomputed"]), 2),
            "low": round(float(row["low"]), 2),
            "high": round(float(row["high"]), 2),
            "verdict": row["verdict"],
            "note": row["note"],
        }
        for row in table[table["mineral"] == mineral].to_dict("records")
    ]


def _source(figure: str, percent: float, basis: str, source: str) -> dict[str, Any]:
    return {"figure": figure, "percent": round(percent, 1), "basis": basis, "source": source}


def _first(shares: pd.Series) -> str | None:
    return str(shares.index[0]) if len(shares) else None


def _largest(shares: pd.Series) -> float:
    return float(shares.iloc[0]) if len(shares) else 0.0


def _percent(share: object) -> float | None:
    return _rounded(100 * float(str(share)), 1)


def _rounded(value: object, digits: int) -> float | None:
    number = float(str(value))
    return None if np.isnan(number) else round(number, digits) + 0.0
