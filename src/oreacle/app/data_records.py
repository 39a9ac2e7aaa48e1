"""Sources and states of tables as plain records.

Does      Joins sources with the tables made from them; checks tables and their checksums;
          adds fitted tables to a catalogue.
Units     None.
Method    Rules of `oreacle.data.schema`; SHA-256 of a table's text against the catalogue.
Assumes   The catalogue names sources by their ids, separated by ";".
Not here  Printing: see `oreacle.app.data`.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from oreacle import __version__
from oreacle.core.errors import DataError
from oreacle.data.schema import table_names
from oreacle.data.store import read_table, table_path, tables_directory, write_table

CATALOGUE = "catalogue"


def source_rows(data: Path | None) -> list[dict[str, Any]]:
    """Return each source with the tables made from it.

    Raises
    ------
    DataError
        If the tables of sources cannot be read.
    """
    tables: dict[str, list[str]] = {}
    for row in read_table(CATALOGUE, data).to_dict("records"):
        for source in filter(None, str(row["sources"]).split(";")):
            tables.setdefault(source.strip(), []).append(str(row["table"]))
    rows = read_table("sources", data).to_dict("records")
    return [
        {**{str(key): value for key, value in row.items()}, "tables": tables.get(row["source"], [])}
        for row in rows
    ]


def check_tables(data: Path | None) -> list[dict[str, Any]]:
    """Return every table with its rows and faults.

    Raises
    ------
    DataError
        ORE-DAT-002 if the folder itself is missing.
    """
    folder = tables_directory(data)
    sums = _checksums(folder)
    return [_check(name, folder, sums) for name in table_names()]


def write_fitted(fitted: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write tables that were fitted to the others, and name them in the catalogue.

    Their sources are those of all tables of the folder, and their input is the catalogue as it
    was before: it has the checksum of each of them.

    Parameters
    ----------
    fitted
        Frames by table name.
    folder
        Folder with the other tables and their catalogue.
    """
    known = read_table(CATALOGUE, folder)
    known = known[~known["table"].isin(list(fitted))]
    inputs = hashlib.sha256("".join(sorted(known["table_sha256"])).encode()).hexdigest()
    sources = {name for row in known["sources"] for name in str(row).split(";") if name}
    rows = [
        {
            "table": name,
            "rows": len(frame),
            "years": "fitted",
            "sources": ";".join(sorted(sources)),
            "inputs_sha256": inputs,
            "table_sha256": _checksum(write_table(frame, name, folder)),
            "builder": f"oreacle.forecast {__version__}",
        }
        for name, frame in fitted.items()
    ]
    write_table(pd.concat([known, pd.DataFrame(rows)]), CATALOGUE, folder)


def _check(name: str, folder: Path, sums: dict[str, str]) -> dict[str, Any]:
    faults, rows = [], None
    try:
        rows = len(read_table(name, folder))
        expected = sums.get(name, "")
        if expected and expected != _checksum(table_path(name, folder)):
            faults.append("its content is not the one that the catalogue names: rebuild it.")
        if not expected and name != CATALOGUE and sums:
            faults.append("the catalogue does not name it: its origin is not known.")
    except DataError as error:
        faults.append(f"{error.code}: {error.what}")
    return {"table": name, "rows": rows, "faults": faults}


def _checksums(folder: Path) -> dict[str, str]:
    try:
        table = read_table(CATALOGUE, folder)
    except DataError:
        return {}  # reported with the catalogue's own row
    return dict(zip(table["table"], table["table_sha256"], strict=True))


def _checksum(path: Path) -> str:
    raw = path.read_bytes()
    return hashlib.sha256(gzip.decompress(raw) if path.suffix == ".gz" else raw).hexdigest()
