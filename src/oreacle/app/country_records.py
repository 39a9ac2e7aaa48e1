"""One country as plain records.

Does      Gathers what the world holds of a country or trade actor: what it mines, refines,
          recycles and uses, who owns it and what it owns, measures, clubs, conditions, acts.
Units     In the names of keys; percentages where a key says so.
Method    Selection only; figures keep year, basis and source where their tables have them.
Assumes   A member of the European Union makes no export rules of its own.
Not here  Whom it depends on: see `oreacle.app.exposure_records`. Printing: `oreacle.app.country`.
"""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

import pandas as pd

from oreacle.core.labels import EVERYONE, REST_OF_WORLD, STAGES
from oreacle.world.snapshot import World

LEAST_SHARE = 0.005
"""Shares of world totals below this are not listed [1]."""


def country_record(world: World, name: str) -> dict[str, Any]:
    """Return everything on a country, or on a trade actor and its members together.

    Parameters
    ----------
    world
        The world.
    name
        Country code or actor of that world.
    """
    members = (name,) if name in world.territory.actor_of else world.territory.members(name)
    actor = world.territory.actor_of[members[0]]
    alone = members if len(members) == 1 else ()
    table = world.countries.set_index("country")
    return {
        "place": name,
        "name": str(table.at[name, "name"]) if name in table.index else name,
        "actor": actor,
        "members": list(members) if len(members) > 1 else [],
        "base_year": world.base_year,
        "gdp_usd": _sum(table.loc[list(members), "gdp_usd"]),
        "gdp_year": _latest_year(table.loc[list(members), "gdp_year"]),
        "stability": [_latest(world, "governance", "stability", code) for code in alone],
        "ideal_point": [_latest(world, "idealpoints", "ideal_point", code) for code in alone],
        "supply": _supply(world, members),
        "owner": actor,
        "owns": _owned(world, actor),
        "measures": [asdict(m) for m in world.measures if m.actor == actor],
        "aimed_at_it": [
            asdict(m)
            for m in world.measures
            if actor in m.targets and m.actor != actor and EVERYONE not in m.targets
        ],
        "clubs": list(world.institutions.clubs_of(name, str(world.base_year))) if alone else [],
        "conditions": [
            asdict(fact) for code in alone for fact in world.jurisdictions.facts_of(code)
        ],
        "hazards": _hazards(world, members),
        "stockpiles": [
            asdict(row) for code in {name, *members} for row in world.stockpiles.of(code)
        ],
        "gateways": [asdict(row) for code in alone for row in world.routes.gateways_of(code)],
    }


def _supply(world: World, members: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return published output and use by mineral and stage, the largest first."""
    nodes = world.table("nodes")
    nodes = nodes[nodes["country"].isin(members)]
    tonnes = nodes.groupby(["mineral", "stage"])["quantity_t"].sum()
    rows = []
    for chain in world.chains.values():
        for stage in STAGES:
            shares = chain.shares(stage)
            share = sum(shares.get(code, 0.0) for code in members)
            if share >= LEAST_SHARE:
                rank = 1 + sum(
                    other > share for code, other in shares.items() if code != REST_OF_WORLD
                )
                rows.append(
                    {
                        "mineral": chain.mineral,
                        "stage": stage,
                        "quantity_t": float(tonnes.get((chain.mineral, stage), math.nan)),
                        "percent": round(100.0 * share, 1),
                        "rank": rank if len(members) == 1 else None,
                    }
                )
    return sorted(rows, key=lambda row: -float(str(row["percent"])))


def _owned(world: World, actor: str) -> list[dict[str, Any]]:
    """Return what an actor owns of other countries' output, % of the world's, largest first."""
    control = world.ownership.control
    rows = []
    for row in control[control["owner_actor"] == actor].to_dict("records"):
        mineral, stage, country = (str(row[key]) for key in ("mineral", "stage", "country"))
        chain = world.chain(mineral)
        share = chain.shares(stage).get(country, 0.0)
        part = share * float(row["share"])
        is_home = world.territory.actor_of.get(country, REST_OF_WORLD) == actor
        is_said = chain.is_integrated and stage == "mined"  # mine and refinery are one
        if part >= LEAST_SHARE and not is_home and not is_said:
            rows.append(
                {
                    "mineral": mineral,
                    "stage": stage,
                    "country": country,
                    "percent_of_world": round(100.0 * part, 1),
                    "percent_of_country": round(100.0 * float(row["share"]), 1),
                    **{key: str(row[key]) for key in ("measure", "basis", "confidence", "source")},
                }
            )
    return sorted(rows, key=lambda row: -float(str(row["percent_of_world"])))


def _hazards(world: World, members: tuple[str, ...]) -> list[dict[str, Any]]:
    if len(members) > 1:
        return []
    found = [
        world.jurisdictions.hazard(members[0], name) for name in world.jurisdictions.hazard_names
    ]
    return [asdict(row) for row in found if row is not None]


def _latest(world: World, name: str, column: str, country: str) -> dict[str, Any]:
    """Return the newest figure of a yearly table; missing where there is none."""
    table = world.table(name)
    rows = table[table["country"] == country].sort_values("year")
    if rows.empty:
        return {"value": None, "year": None}
    return {"value": float(rows[column].iloc[-1]), "year": int(rows["year"].iloc[-1])}


def _latest_year(values: pd.Series) -> int | None:
    return None if values.isna().all() else int(values.max())


def _sum(values: pd.Series) -> float | None:
    """Return a sum, missing where one part is."""
    return None if values.isna().any() else float(values.sum())
