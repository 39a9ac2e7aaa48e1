"""Load the world from the embedded tables.

Does      Reads, joins and checks the tables of the base year; the only input of this layer.
Units     As in `attributes.csv`.
Method    None: see `oreacle.world.chain_tables` for one chain.
Assumes   Tables were validated when they were built; chains are checked again here.
Not here  Building the tables: see `oreacle.data`.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from oreacle.data.assumptions import read_assumed
from oreacle.data.store import FolderState, folder_state, read_table, tables_directory
from oreacle.data.vintage import read_vintage
from oreacle.world.chain_tables import TABLES, by_mineral, chain_from_tables
from oreacle.world.parameters import parameters_from_table
from oreacle.world.register import measures_from_table
from oreacle.world.responsiveness import (
    OWN,
    lacking,
    responsiveness_from_table,
    shared_parameters,
)
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
        ORE-DAT-002 if a table is missing, ORE-DAT-021 or 022 if a chain does not close,
        ORE-DAT-123 or 124 if a response is missing or lies outside its interval.
    """
    folder = tables_directory(directory)
    return _load(folder, folder_state(folder))


@lru_cache(maxsize=4)
def _load(directory: Path, _state: FolderState) -> World:
    vintage = read_vintage(directory)
    countries = read_table("countries", directory)
    minerals = read_table("minerals", directory)
    measures = measures_from_table(read_table("register", directory))
    actor_of = dict(zip(countries["country"], countries["actor"], strict=True))
    territory = Territory(actor_of)
    tables = {name: by_mineral(read_table(name, directory)) for name in TABLES}
    responses = responsiveness_from_table(read_table("elasticities", directory))
    unknown = [str(name) for name in minerals["mineral"] if name not in responses]
    if unknown:
        raise lacking(unknown[0], list(OWN))
    chains = {
        str(row["mineral"]): chain_from_tables(
            row, tables, measures, territory, responses[str(row["mineral"])]
        )
        for row in minerals.to_dict("records")
    }
    assumed = read_assumed("market_parameters")
    return World(
        base_year=vintage.base_year,
        as_of=vintage.as_of,
        chains=chains,
        countries=countries,
        minerals=minerals,
        demand_paths=read_table("demand_paths", directory),
        territory=territory,
        measures=measures,
        parameters=parameters_from_table(assumed),
        shared=shared_parameters(assumed),
        directory=directory,
    )
