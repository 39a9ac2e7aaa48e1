"""The ownership part of the data layer.

Does      Makes ownership_assets, ownership_control and ownership_changes.
Units     As the attribute table says.
Method    Readers, then assets at nodes, then one owner vector per node; deterministic.
Assumes   The base-year tables `countries`, `minerals` and `nodes` are complete.
Not here  Writing and the catalogue: see `oreacle.data.build`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from oreacle.data.assumptions import read_assumed
from oreacle.data.base.countries import actors_by_country
from oreacle.data.base.minerals import integrated_minerals
from oreacle.data.ownership.assets import assets_table
from oreacle.data.ownership.control import control_table, owner_actor
from oreacle.data.readers.ownership import read_changes, read_control, read_owners, seen_grade
from oreacle.data.rows import text_rows

AS_OF_MONTH = "2024-12"


@dataclass(frozen=True)
class OwnershipResult:
    """Tables of ownership, and what a reader should know about them.

    Attributes
    ----------
    tables
        Table name to frame with the columns of the attribute table.
    notes
        One sentence per node whose listed assets exceed its output, and per stated share that
        found no node.
    """

    tables: dict[str, pd.DataFrame]
    notes: tuple[str, ...]


def build_ownership(sources: Path, base_tables: Mapping[str, pd.DataFrame]) -> OwnershipResult:
    """Return the ownership tables, ready to be written.

    Parameters
    ----------
    sources
        Folder of all source files.
    base_tables
        Base-year tables; `countries`, `minerals` and `nodes` are used.

    Raises
    ------
    DataError
        ORE-DAT-080 to 082 on owners or shares that cannot be.
    """
    countries, minerals = base_tables["countries"], base_tables["minerals"]
    nodes = base_tables["nodes"]
    actors = actors_by_country(countries)
    integrated = integrated_minerals(minerals)
    changes = read_changes(sources)
    made = assets_table(read_owners(sources), changes, nodes, integrated)
    for code in sorted(set(made.table["owner_actor"])):
        owner_actor(code, actors)
    extra = read_assumed("ownership_control_additions")
    extra = extra.assign(
        share=extra["share"].astype(float),
        year=extra["year"].astype("int64"),
        seen=seen_grade(extra["seen"]),
    )
    # What counts listed assets is computed here again, in the product of the chain alone.
    compiled = read_control(sources)
    compiled = compiled[~compiled["from_assets"]].drop(columns="from_assets")
    stated = pd.concat([compiled, extra.drop(columns="note")], ignore_index=True)
    return OwnershipResult(
        {
            "ownership_assets": made.table,
            "ownership_control": control_table(made.table, stated, nodes, actors),
            "ownership_changes": changes_table(changes, nodes),
        },
        tuple(
            f"{row['mineral']} {row['stage']} {row['country']}: listed assets make "
            f"{float(row['ratio']):.2f} of the output and are scaled down to it."
            for row in text_rows(made.excess)
        ),
    )


def changes_table(changes: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """Return dated changes for modelled minerals, marked where they lie after the as-of date."""
    rows = changes[changes["mineral"].isin(set(nodes["mineral"]))]
    rows = rows.rename(columns={"country": "location"})
    return rows.assign(after_as_of=(rows["date"] > AS_OF_MONTH).astype("int64"))
