"""Load the world from the embedded tables.

Does      Reads, joins and checks the tables of the base year; the only input of this layer.
Units     As in `attributes.csv`.
Method    The price at the gate is `ore_value_share` of the refined price; freight separates
          mine from gate and refinery from user.
Assumes   Tables were validated when they were built; chains are checked again here.
Not here  Building the tables: see `oreacle.data`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from oreacle.core.errors import DataError
from oreacle.core.labels import SECTORS
from oreacle.data.assumptions import read_assumed
from oreacle.data.store import read_table, tables_directory
from oreacle.data.vintage import read_vintage
from oreacle.world.chain import CLOSURE, Chain, RegisteredCap
from oreacle.world.parameters import parameters_from_table
from oreacle.world.register import Measure, measures_from_table
from oreacle.world.snapshot import World
from oreacle.world.territory import Territory


def load_world(directory: Path | None = None) -> World:
    """Return the world snapshot of the base year.

    Parameters
    ----------
    directory
        Folder of tables; None for ``OREACLE_DATA`` or the embedded ones.

    Raises
    ------
    DataError
        ORE-DAT-002 if a table is missing, ORE-DAT-021 or 022 if a chain does not close.
    """
    folder = tables_directory(directory)
    return _load(folder, _state(folder))


def _state(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return names, times and sizes: an import may have put other tables in place since."""
    files = [(path.name, path.stat()) for path in sorted(folder.iterdir())]
    return tuple((name, facts.st_mtime_ns, facts.st_size) for name, facts in files)


@lru_cache(maxsize=4)
def _load(directory: Path, _state: tuple[tuple[str, int, int], ...]) -> World:
    vintage = read_vintage(directory)
    countries = read_table("countries", directory)
    minerals = read_table("minerals", directory)
    measures = measures_from_table(read_table("register", directory))
    actor_of = dict(zip(countries["country"], countries["actor"], strict=True))
    territory = Territory(actor_of)
    tables = {
        name: _by_mineral(read_table(name, directory))
        for name in ("nodes", "flows", "sectors", "unrestricted")
    }
    chains = {
        str(row["mineral"]): _chain(row, tables, measures, territory)
        for row in minerals.to_dict("records")
    }
    return World(
        base_year=vintage.base_year,
        as_of=vintage.as_of,
        chains=chains,
        countries=countries,
        minerals=minerals,
        demand_paths=read_table("demand_paths", directory),
        territory=territory,
        measures=measures,
        parameters=parameters_from_table(read_assumed("market_parameters")),
    )


def _by_mineral(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {str(name): part for name, part in table.groupby("mineral", sort=False)}


def _chain(
    row: Mapping[Hashable, Any],
    tables: dict[str, dict[str, pd.DataFrame]],
    measures: tuple[Measure, ...],
    territory: Territory,
) -> Chain:
    mineral = str(row["mineral"])
    number = {str(key): float(str(value)) for key, value in row.items() if _is_number(value)}
    flows = _part(tables, "flows", mineral)
    places = {stage: _nodes(_part(tables, "nodes", mineral), stage) for stage in _STAGES}
    names = {stage: tuple(part["country"]) for stage, part in places.items()}
    ore = _matrix(flows, "ore", names["mined"], names["refined"], mineral)
    metal = _matrix(flows, "refined", names["refined"], names["used"], mineral)
    metal = _settled(metal, ore.sum(axis=0), mineral)
    refined_price = number["price_refined_usd_per_t"]
    gate = refined_price * number["ore_value_share"]
    return Chain(
        mineral=mineral,
        name=str(row["name"]),
        miners=names["mined"],
        refiners=names["refined"],
        users=names["used"],
        mined=ore.sum(axis=1),
        refined=ore.sum(axis=0),
        used=metal.sum(axis=0),
        ore_flow=ore,
        refined_flow=metal,
        price_mine=gate - number["freight_ore_usd_per_t"],
        price_gate=gate,
        price_refined=refined_price,
        price_delivered=refined_price + number["freight_refined_usd_per_t"],
        freight_ore=number["freight_ore_usd_per_t"],
        freight_refined=number["freight_refined_usd_per_t"],
        supply_elasticity=number["supply_elasticity"],
        supply_elasticity_long_run=number["supply_elasticity_long_run"],
        demand_elasticity=number["demand_elasticity"],
        demand_elasticity_long_run=number["demand_elasticity_long_run"],
        sector_shares=_sector_shares(_part(tables, "sectors", mineral), mineral),
        lead_time_mine=number["lead_time_mine_years"],
        lead_time_refinery=number["lead_time_refinery_years"],
        grade_ore=str(row["grade_ore"]),
        grade_refined=str(row["grade_refined"]),
        is_integrated=bool(int(number["integrated"])),
        is_by_product=bool(int(number["by_product"])),
        registered_caps=_registered_caps(
            tables["unrestricted"].get(mineral), mineral, measures, territory
        ),
    )


_STAGES = ("mined", "refined", "used")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and bool(np.isfinite(value))


def _part(tables: dict[str, dict[str, pd.DataFrame]], name: str, mineral: str) -> pd.DataFrame:
    found = tables[name].get(mineral)
    if found is None:
        raise DataError(
            "ORE-DAT-023",
            f"table {name} has no row for {mineral}.",
            why="its chain would be empty.",
            fix="rebuild the tables with `oreacle data build`.",
        )
    return found


def _nodes(table: pd.DataFrame, stage: str) -> pd.DataFrame:
    return table[(table["stage"] == stage) & (table["quantity_t"] > 0)]


def _matrix(
    flows: pd.DataFrame, link: str, tails: tuple[str, ...], heads: tuple[str, ...], mineral: str
) -> np.ndarray:
    part = flows[flows["link"] == link]
    strangers = sorted((set(part["exporter"]) - set(tails)) | (set(part["importer"]) - set(heads)))
    if strangers:
        raise DataError(
            "ORE-DAT-024",
            f"{link} flows of {mineral} name countries without a node: {', '.join(strangers)}.",
            why="their tonnes would vanish.",
            fix="rebuild the tables with `oreacle data build`.",
        )
    matrix = np.zeros((len(tails), len(heads)))
    row = part["exporter"].map({c: k for k, c in enumerate(tails)}).to_numpy()
    column = part["importer"].map({c: k for k, c in enumerate(heads)}).to_numpy()
    matrix[row, column] = part["quantity_t"].to_numpy(dtype=float)
    return matrix


def _settled(metal: np.ndarray, refined: np.ndarray, mineral: str) -> np.ndarray:
    """Close refined flows on refinery output to the last bit; the tables carry ten digits."""
    leaving = metal.sum(axis=1)
    gap = float(np.abs(leaving - refined).max() / refined.sum())
    if not gap <= CLOSURE or not (leaving > 0).all():
        raise DataError(
            "ORE-DAT-021",
            f"refined flows of {mineral} miss refinery output by {gap:.1e} of the throughput.",
            why="the market would start from tonnes that come from nowhere.",
            fix="rebuild the tables with `oreacle data build`.",
        )
    return np.asarray(metal * (refined / leaving)[:, None])


def _sector_shares(table: pd.DataFrame, mineral: str) -> np.ndarray:
    share = dict(zip(table["sector"], table["share"].astype(float), strict=True))
    unknown = sorted(set(share) - set(SECTORS))
    total = sum(share.values())
    if unknown or abs(total - 1.0) > 1e-6:
        raise DataError(
            "ORE-DAT-025",
            f"sector shares of {mineral} sum to {total:.6f}; unknown sectors: {unknown or 'none'}.",
            why="part of the use would be lost or counted twice.",
            fix="mend sectors.csv and rebuild.",
        )
    return np.array([share.get(sector, 0.0) for sector in SECTORS]) / total


def _registered_caps(
    table: pd.DataFrame | None,
    mineral: str,
    measures: tuple[Measure, ...],
    territory: Territory,
) -> tuple[RegisteredCap, ...]:
    """Tie each unrestricted flow to the measure that holds it down."""
    if table is None:
        return ()
    caps = []
    for row in table.to_dict("records"):
        link, exporter = str(row["link"]), str(row["exporter"])
        actor = territory.actor_of[exporter]
        holder = [
            m.measure_id
            for m in measures
            if m.in_base
            and not m.is_rate
            and (m.mineral, m.link) == (mineral, link)
            and m.actor == actor
        ]
        if holder:
            caps.append(
                RegisteredCap(
                    holder[0],
                    link,
                    exporter,
                    str(row["importer"]),
                    float(row["quantity_t"]),
                )
            )
    return tuple(caps)
