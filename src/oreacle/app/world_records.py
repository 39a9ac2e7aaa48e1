"""The world as plain records.

Does      Gathers what `world` commands show: sizes, minerals, one chain.
Units     In the names of keys; percentages where a key says so.
Method    Selection only; each figure keeps basis and source where its table has them.
Assumes   The tables of the world were validated when they were loaded.
Not here  Printing: see `oreacle.app.world`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from oreacle.core.labels import SECTORS
from oreacle.world.chain import Chain
from oreacle.world.checks import rivals
from oreacle.world.snapshot import World

LINK_ENDS = {"ore": ("miners", "refiners"), "refined": ("refiners", "users")}


def world_record(world: World) -> dict[str, Any]:
    """Return sizes, dates, countries, actors and the policy register."""
    return {
        "base_year": world.base_year,
        "as_of": world.as_of,
        "minerals": list(world.mineral_names),
        "countries": _records(world.countries),
        "actors": list(world.territory.actors),
        "measures": [asdict(measure) for measure in world.measures],
        "demand_scenarios": sorted(set(world.demand_paths["scenario"])),
        "demand_until": int(world.demand_paths.groupby("mineral")["year"].max().min()),
    }


def mineral_rows(world: World) -> list[dict[str, Any]]:
    """Return one row for each mineral."""
    table = world.minerals.set_index("mineral")
    nodes = world.table("nodes")
    publishers = {
        (str(mineral), str(stage)): "; ".join(sorted(set(rows["source"])))
        for (mineral, stage), rows in nodes.groupby(["mineral", "stage"])
    }
    return [
        {
            "mineral": chain.mineral,
            "name": chain.name,
            "throughput_t": chain.throughput,
            **_leader(chain, "mined"),
            **_leader(chain, "refined"),
            "price_refined_usd_per_t": chain.price_refined,
            "price_refined_basis": str(table.at[chain.mineral, "price_refined_basis"]),
            "price_refined_source": str(table.at[chain.mineral, "price_refined_source"]),
            **{
                f"{stage}_source": publishers.get((chain.mineral, stage))
                for stage in ("mined", "refined", "used")
            },
            "grade": chain.grades,
            "trade_data": chain.trade_data,
        }
        for chain in world.chains.values()
    ]


def chain_record(world: World, mineral: str) -> dict[str, Any]:
    """Return one chain with its attributes, nodes, flows, measures and parameters.

    Parameters
    ----------
    world
        The world.
    mineral
        Slug of a mineral of that world.
    """
    chain = world.chain(mineral)
    nodes, hosts = world.table("nodes"), world.table("by_products")
    reserves = world.table("reserves").sort_values("reserves_t", ascending=False)
    attributes = _records(world.minerals[world.minerals["mineral"] == mineral])[0]
    return {
        **attributes,
        "base_year": world.base_year,
        "throughput_t": chain.throughput,
        "trade_data": chain.trade_data,
        "grade_words": chain.grade_words,
        "parameters": _parameters(attributes, chain),
        "prices": {
            "at the mine": chain.price_mine,
            "at the refinery gate": chain.price_gate,
            "refined": chain.price_refined,
            "delivered": chain.price_delivered,
        },
        "price_history": _price_history(world.table("price_history"), mineral),
        "chokes": dict(zip(SECTORS, world.parameters.choke_multiples, strict=True)),
        "nodes": _nodes(nodes[nodes["mineral"] == mineral], chain),
        "hosts": _records(hosts[hosts["mineral"] == mineral]),
        "by_products": _records(hosts[hosts["host"] == mineral]),
        "reserves": _records(reserves[reserves["mineral"] == mineral]),
        "rivals": [
            {**asdict(row), "ratio": row.ratio} for row in rivals(world) if row.mineral == mineral
        ],
        "flows": _flows(chain),
        "entrepots": _entrepots(world.table("entrepots"), chain),
        "measures": [asdict(m) for m in world.measures if m.mineral == mineral],
    }


def _leader(chain: Chain, stage: str) -> dict[str, Any]:
    country, share = next(iter(chain.shares(stage).items()))
    return {f"{stage}_leader": country, f"{stage}_percent": round(100 * share, 1)}


def _parameters(row: dict[str, Any], chain: Chain) -> list[tuple[str, Any, str, str]]:
    """Return behaviour of the chain as (name, value, unit, basis)."""
    elastic, freight = str(row["elasticity_basis"]), str(row["freight_basis"])
    own = chain.responsiveness
    return [
        (
            "supply elasticity within a year",
            chain.supply_elasticity,
            "1",
            elastic if own is None else own.supply_elasticity.basis,
        ),
        ("supply elasticity, long run", row["supply_elasticity_long_run"], "1", elastic),
        (
            "demand elasticity within a year",
            chain.demand_elasticity,
            "1",
            elastic if own is None else own.demand_elasticity.basis,
        ),
        ("demand elasticity, long run", row["demand_elasticity_long_run"], "1", elastic),
        ("value of ore at the refinery", row["ore_value_share"], "1", str(row["ore_value_basis"])),
        ("freight of ore", row["freight_ore_usd_per_t"], "USD/t", freight),
        ("freight of refined product", row["freight_refined_usd_per_t"], "USD/t", freight),
        ("lead time of a mine", row["lead_time_mine_years"], "yr", "not stated"),
        ("lead time of a refinery", row["lead_time_refinery_years"], "yr", "not stated"),
    ]


def _price_history(table: pd.DataFrame, mineral: str) -> list[dict[str, Any]]:
    """Return the longest series of prices, or the one marked as the main one."""
    part = table[table["mineral"] == mineral]
    if part.empty:
        return []
    marked = part[part["series"].str.startswith("main:")]
    longest = part[part["series"] == part["series"].value_counts().idxmax()]
    return _records((longest if marked.empty else marked).sort_values("year"))


def _nodes(table: pd.DataFrame, chain: Chain) -> list[dict[str, Any]]:
    known = dict(zip(chain.refiners, chain.refinery_capacity, strict=True))
    capacity = {
        ("mined", code): float(value)
        for code, value in zip(chain.miners, chain.mine_capacity, strict=True)
        if np.isfinite(value)
    } | {("refined", code): float(value) for code, value in known.items() if np.isfinite(value)}
    ordered = table.sort_values(["stage", "quantity_t"], ascending=[True, False], kind="stable")
    return [
        {
            "stage": str(row["stage"]),
            "country": str(row["country"]),
            "quantity_t": float(row["quantity_t"]),
            "percent": round(100 * float(row["share"]), 1),
            "capacity_t": capacity.get((str(row["stage"]), str(row["country"]))),
            "year": str(row["year"]),
            "basis": f"{row['basis']} ({row['confidence']})",
            "source": str(row["source"]),
        }
        for row in ordered.to_dict("records")
    ]


def _flows(chain: Chain) -> list[dict[str, Any]]:
    """Return links that cross a border, the largest first."""
    rows = []
    for link, (tails, heads) in LINK_ENDS.items():
        flow = chain.flow(link)
        exporters, importers = getattr(chain, tails), getattr(chain, heads)
        rows += [
            {
                "link": link,
                "exporter": exporters[i],
                "importer": importers[k],
                "quantity_t": float(flow[i, k]),
                "percent": round(100 * float(flow[i, k]) / chain.throughput, 2),
            }
            for i, k in np.argwhere(flow > 0)
            if exporters[i] != importers[k]
        ]
    return sorted(rows, key=lambda row: (row["link"], -row["quantity_t"]))


def _entrepots(table: pd.DataFrame, chain: Chain) -> list[dict[str, Any]]:
    """Return refined flows that clear customs from a third country, the largest first."""
    rows = table[(table["mineral"] == chain.mineral) & (table["link"] == "refined")]
    rows = rows[rows["via"] != rows["origin"]]
    tails = {code: k for k, code in enumerate(chain.refiners)}
    heads = {code: k for k, code in enumerate(chain.users)}
    abroad = chain.refined_flow.sum(axis=0) - np.array(
        [chain.refined_flow[tails[code], k] if code in tails else 0.0 for code, k in heads.items()]
    )
    found = []
    for row in rows.to_dict("records"):
        origin, importer = str(row["origin"]), str(row["importer"])
        if origin in tails and importer in heads:
            k = heads[importer]
            tonnes = float(row["share"]) * float(chain.refined_flow[tails[origin], k])
            found.append(
                {
                    "importer": importer,
                    "via": str(row["via"]),
                    "origin": origin,
                    "quantity_t": tonnes,
                    "percent": round(100.0 * tonnes / float(abroad[k]), 1),
                    "basis": str(row["basis"]),
                    "source": str(row["source"]),
                }
            )
    return sorted(found, key=lambda row: -float(str(row["quantity_t"])))


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as plain values; a missing figure is None."""
    plain = table.astype(object).where(table.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in plain.to_dict("records")]
