"""The catalogue: what each table was built from, with checksums.

Does      Makes the tables `sources` and `catalogue`; compares tables with the catalogue.
Units     None.
Method    `assumed/table_inputs.csv` names the source and input files of each table; SHA-256
          over the names and contents of the inputs, and over the table as uncompressed CSV.
Assumes   Which files a table depends on changes only with the code that builds it.
Not here  Building and writing: see `oreacle.data.build`.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.assumptions import ASSUMED_DIRECTORY, read_assumed
from oreacle.data.readers.publisher_files import files_read
from oreacle.data.readers.source_files import source_file
from oreacle.data.rows import text_rows
from oreacle.data.schema import table_names, table_spec
from oreacle.data.store import read_table, table_bytes, table_path
from oreacle.data.vintage import built_vintage

BUILDER = "oreacle.data 1"
CATALOGUE = "catalogue"
ASSUMED_PREFIX = "assumed/"
SOURCE_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+|assumed/[a-z_]+")
# Tables whose `source` column holds ids, alone or before a colon; elsewhere it is free text.
ID_COLUMNS = {
    "countries": "source",
    "nodes": "source",
    "sectors": "source",
    "demand_paths": "source",
    "minerals": "price_refined_source",
    "reserves": "source",
    "capacities": "source",
    "alternatives": "source",
    "price_history": "source",
    "production_history": "publisher",
    "entrepots": "source",
    "elasticities": "source",
}
YEARS_WITHOUT_COLUMN = {
    "flows": "2024",
    "entrepots": "2024",
    "differences": "2024",
    "minerals": "2024",
    "countries": "2024",
    "sectors": "2024",
    "openings": "1995-2024",
    "elasticities": "1995-2024",
    "elasticity_checks": "1995-2024",
    "distances": "all years",
    "by_products": "2024",
    "ownership_assets": "2018-2024",
    "ownership_changes": "2018-2026",
    "sources": "all years",
    "event_marks": "1990-2024",
    "clubs": "to 2024",
    "club_rules": "as of 2024",
    "chokepoints": "as compiled",
    "contiguity_ties": "all years",
    "corridors": "as compiled",
    "disruption_rates": "2000-2024",
    "freight_quotes": "to 2024",
    "gateways": "as compiled",
    "hazards": "as compiled",
    "lithium_deposits": "as compiled",
    "market_case_outcomes": "2004-2024",
    "market_cases": "2000-2024",
    "natural_experiments": "2000-2024",
    "policy_crosscheck": "2007-2024",
    "country_shapes": "as drawn",
    "vintage": "2024",
}


def sources_table() -> pd.DataFrame:
    """Return the table `sources`: every source id with publisher, terms and citation."""
    return read_assumed("sources").astype(str)


def source_ids(text: str) -> list[str]:
    """Return the source ids in a text: "id", "id: remark" or "id; id; remark".

    Examples
    --------
    >>> source_ids("usgs-mcs-2026: LME cash. Exchange price")
    ['usgs-mcs-2026']
    >>> source_ids("iea-critical-minerals-2025; assumed/demand_growth; other uses")
    ['iea-critical-minerals-2025', 'assumed/demand_growth']
    """
    heads = [part.partition(":")[0].strip() for part in text.split(";")]
    return [head for head in heads if SOURCE_ID.fullmatch(head)]


def catalogue_table(tables: Mapping[str, pd.DataFrame], sources: Path) -> pd.DataFrame:
    """Return the table `catalogue`: one row per table other than itself.

    Parameters
    ----------
    tables
        Valid frames by table name.
    sources
        Folder of all source files, for the checksum of the inputs.

    Raises
    ------
    DataError
        ORE-DAT-019 if a table has no listed input.
    """
    rows = []
    for name in sorted(tables):
        inputs = _inputs(name)
        ids = sorted(set(inputs["source"]))
        rows.append(
            {
                "table": name,
                "rows": len(tables[name]),
                "years": years_covered(name, tables[name], built_vintage().as_of),
                "sources": ";".join(ids),
                "inputs_sha256": _inputs_checksum(sorted(set(inputs["input"])), sources),
                "table_sha256": table_checksum(tables[name], name),
                "builder": BUILDER,
            }
        )
    return pd.DataFrame(rows)


def table_checksum(frame: pd.DataFrame, name: str) -> str:
    """Return the SHA-256 of a table as uncompressed CSV."""
    return hashlib.sha256(table_bytes(frame, table_spec(name))).hexdigest()


def file_checksum(path: Path) -> str:
    """Return the SHA-256 of a table's file as uncompressed CSV, without reading its values."""
    raw = path.read_bytes()
    return hashlib.sha256(gzip.decompress(raw) if path.suffix == ".gz" else raw).hexdigest()


def changed_tables(directory: Path | str | None = None) -> list[str]:
    """Return the tables of a directory whose content differs from its catalogue.

    Parameters
    ----------
    directory
        Directory of the tables; see `oreacle.data.store.tables_directory`.
    """
    catalogue = read_table(CATALOGUE, directory)
    return [
        row["table"]
        for row in text_rows(catalogue)
        if file_checksum(table_path(row["table"], directory)) != row["table_sha256"]
    ]


def listed_inputs() -> dict[str, tuple[str, ...]]:
    """Return every publisher's file that a build reads, and the tables made from it."""
    listing = _listing()
    listing = listing[~listing["input"].str.startswith(ASSUMED_PREFIX)]
    grouped = listing.groupby("input", sort=True)["table"]
    return {str(name): tuple(sorted(set(tables))) for name, tables in grouped}


def _inputs(table: str) -> pd.DataFrame:
    listing = _listing()
    found = listing[listing["table"] == table]
    if found.empty:
        raise DataError(
            "ORE-DAT-019",
            f"table '{table}' has no inputs in `assumed/table_inputs.csv`.",
            why="nobody could tell what its figures were made from.",
            fix="list its sources and input files there.",
        )
    return found


@functools.cache
def _listing() -> pd.DataFrame:
    raw = read_assumed("table_inputs").astype(str)
    raw = raw.assign(table=raw["tables"].str.split(";")).explode("table", ignore_index=True)
    unknown = sorted(set(raw["table"]) - set(table_names()))
    if unknown:
        raise DataError(
            "ORE-DAT-019",
            f"`assumed/table_inputs.csv` names unknown tables: {', '.join(unknown)}.",
            why="the inputs of a misspelt table would be listed nowhere.",
            fix="use the names of the attribute table.",
        )
    return raw[["table", "source", "input"]]


def _inputs_checksum(inputs: list[str], sources: Path) -> str:
    """Return one checksum over names and contents, in the order of names."""
    total = hashlib.sha256()
    for relative in inputs:
        for name, path in _input_paths(relative, sources):
            total.update(name.encode())
            with path.open("rb") as file:
                total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()


def _input_paths(relative: str, sources: Path) -> list[tuple[str, Path]]:
    """Return name and path of each file read for an input."""
    if relative.startswith(ASSUMED_PREFIX):
        path = source_file(ASSUMED_DIRECTORY, relative.removeprefix(ASSUMED_PREFIX))
        return [(relative, path)]
    return [(name, source_file(sources, name)) for name in files_read(sources, relative)]


def years_covered(name: str, table: pd.DataFrame, as_of: str) -> str:
    """Return the years of a table as the catalogue shows them.

    Parameters
    ----------
    name, table
        The table.
    as_of
        Day on which the measures of the register are in force.
    """
    if name == "register":
        return f"in force on {as_of}"
    if name in YEARS_WITHOUT_COLUMN:
        return YEARS_WITHOUT_COLUMN[name]
    columns = [
        name for name in ("year", "years", "since", "until", "date") if name in table.columns
    ]
    text = " ".join(str(value) for name in columns for value in table[name])
    years = [int(year) for year in re.findall(r"\d{4}", text)]
    return f"{min(years)}-{max(years)}" if years else "none"
