"""Reading and writing tables: the same frame always gives the same bytes.

Does      Writes a table as CSV (gzipped when large), reads it back with the right types.
Units     As `attributes.csv` says; nothing is converted.
Method    UTF-8, LF, rows sorted by key, floats with ten digits, gzip without time or name.
Assumes   One file per table: NAME.csv or NAME.csv.gz.
Not here  What a table must hold: see `oreacle.data.schema`.
"""

from __future__ import annotations

import gzip
import io
import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.schema import (
    OPTIONAL_TABLES,
    ColumnSpec,
    TableSpec,
    refuse_faults,
    table_names,
    table_spec,
    validate,
)

TABLES_DIRECTORY = Path(__file__).parent / "tables"
DIRECTORY_VARIABLE = "OREACLE_DATA"
# Before pandas 3 numbers are read to the last bit only on request; later it is the only way.
EXACT: dict[str, Any] = (
    {"float_precision": "round_trip"} if int(pd.__version__.split(".")[0]) < 3 else {}
)
FLOAT_FORMAT = "%.10g"
GZIP_ABOVE_BYTES = 300_000
FolderState = tuple[tuple[str, int, int], ...]
"""Name, time of change [ns] and size [bytes] of each file of a folder."""


def tables_directory(directory: Path | str | None = None) -> Path:
    """Return the directory that tables are read from.

    The argument comes first, then the environment variable ``OREACLE_DATA``, then the tables
    that the package ships.

    Raises
    ------
    DataError
        ORE-DAT-002 if the directory does not exist.
    """
    named = directory or os.environ.get(DIRECTORY_VARIABLE)
    path = Path(named) if named else TABLES_DIRECTORY
    if not path.is_dir():
        state = "is not a folder" if path.exists() else "does not exist"
        raise DataError(
            "ORE-DAT-002",
            f"the data directory '{path}' {state}.",
            why="the tables of the world are read from it.",
            fix=f"name an existing directory with --data or {DIRECTORY_VARIABLE}, or unset both "
            "to use the embedded tables.",
        )
    return path


def folder_state(folder: Path) -> FolderState:
    """Return what changes when other tables are put into a folder, as an import does.

    What is kept in memory belongs to a folder and its state.
    """
    files = [(path.name, path.stat()) for path in sorted(folder.iterdir())]
    return tuple((name, facts.st_mtime_ns, facts.st_size) for name, facts in files)


def table_path(name: str, directory: Path | str | None = None) -> Path:
    """Return the file that holds a table.

    Raises
    ------
    DataError
        ORE-DAT-002 if the table is missing; ORE-DAT-003 if the name is unknown.
    """
    table_spec(name)
    folder = tables_directory(directory)
    found = [path for path in _candidates(name, folder) if path.is_file()]
    if len(found) != 1:
        state = "is missing from" if not found else "exists both plain and gzipped in"
        raise DataError(
            "ORE-DAT-002",
            f"table '{name}' {state} '{folder}'.",
            why="there must be exactly one file NAME.csv or NAME.csv.gz per table.",
            fix="rebuild the tables with `oreacle data build`, or point --data at a full set.",
        )
    return found[0]


def tables_of(directory: Path | str | None = None) -> tuple[str, ...]:
    """Return the tables that a folder must hold, and those optional ones that it does hold."""
    folder = tables_directory(directory)
    return tuple(
        name
        for name in table_names()
        if name not in OPTIONAL_TABLES or any(path.is_file() for path in _candidates(name, folder))
    )


def read_table(name: str, directory: Path | str | None = None) -> pd.DataFrame:
    """Return one table with its columns in order and of the right types.

    Text is never read as missing (the code "NA" stays "NA"); an empty optional text is "".
    Missing numbers are NaN; optional whole numbers are nullable. Tables outside the package
    are validated as they are read.

    Parameters
    ----------
    name
        Name of the table as in the attribute table.
    directory
        Directory of the tables; see `tables_directory` for the default.

    Raises
    ------
    DataError
        ORE-DAT-001 with every fault; ORE-DAT-002 if the file is missing or not readable;
        ORE-DAT-003 if the name is unknown.
    """
    path = table_path(name, directory)
    spec = table_spec(name)
    if path.parent.resolve() == TABLES_DIRECTORY.resolve():
        known = _read_typed(path, spec)
        if known is not None:
            return known
    raw = _read_text(path)
    faults: list[str] = []
    frame = pd.DataFrame(index=raw.index)
    for column in raw.columns:
        item = next((item for item in spec.columns if item.name == column), None)
        frame[column] = raw[column] if item is None else _typed(raw[column], item, faults)
    if faults or path.parent.resolve() != TABLES_DIRECTORY.resolve():
        refuse_faults(faults + validate(frame, name), str(path))
    return frame[list(spec.column_names)]


def write_table(frame: pd.DataFrame, name: str, directory: Path | str) -> Path:
    """Write one table and return its path.

    Rows are sorted by key and columns put in order, so that the same content gives the same
    bytes. A file of the other form (plain or gzipped) is removed.

    Raises
    ------
    DataError
        ORE-DAT-001 if the frame is not valid.
    """
    spec = table_spec(name)
    refuse_faults(validate(frame, name), f"table '{name}'")
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    content = table_bytes(frame, spec)
    plain, zipped = _candidates(name, folder)
    if len(content) > GZIP_ABOVE_BYTES:
        plain.unlink(missing_ok=True)
        zipped.write_bytes(_gzipped(content))
        return zipped
    zipped.unlink(missing_ok=True)
    plain.write_bytes(content)
    return plain


def table_bytes(frame: pd.DataFrame, spec: TableSpec) -> bytes:
    """Return the table as uncompressed CSV: what its checksum is taken over."""
    ordered = frame[list(spec.column_names)].copy()
    for column in spec.columns:
        if column.is_integer:
            ordered[column.name] = ordered[column.name].astype("Int64")
    ordered = ordered.sort_values(list(spec.key_names), kind="stable", ignore_index=True)
    buffer = io.StringIO(newline="")
    ordered.to_csv(buffer, index=False, float_format=FLOAT_FORMAT, lineterminator="\n")
    return buffer.getvalue().encode("utf-8")


def _candidates(name: str, folder: Path) -> tuple[Path, Path]:
    return folder / f"{name}.csv", folder / f"{name}.csv.gz"


def _gzipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, compresslevel=9, mtime=0) as out:
        out.write(content)
    return buffer.getvalue()


def _read_typed(path: Path, spec: TableSpec) -> pd.DataFrame | None:
    """Return a table of the package, read in one go: its rules were checked when it was built.

    None if it is not as built: then the careful way finds out what is wrong.
    """
    numeric = [column.name for column in spec.columns if not column.is_text]
    try:
        frame: pd.DataFrame = pd.read_csv(
            path,
            dtype={column.name: str if column.is_text else float for column in spec.columns},
            keep_default_na=False,
            na_values={name: [""] for name in numeric},
            **EXACT,
            encoding="utf-8",
        )
    except (OSError, EOFError, ValueError, zlib.error):
        return None
    if tuple(frame.columns) != spec.column_names or not isinstance(frame.index, pd.RangeIndex):
        return None
    for column in spec.columns:
        if column.is_integer:
            values = frame[column.name]
            whole = values.dropna()
            if not np.array_equal(whole, np.round(whole)):
                return None
            plain = column.required and len(whole) == len(values)
            frame[column.name] = values.astype("int64" if plain else "Int64")
    return frame


def _read_text(path: Path) -> pd.DataFrame:
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except UnicodeDecodeError as error:
        cause = f"it is not UTF-8 (byte {error.start}); save it as UTF-8"
    except (OSError, EOFError, zlib.error, pd.errors.ParserError) as error:
        cause = getattr(error, "strerror", None) or str(error).strip()
    except pd.errors.EmptyDataError:
        cause = "the file is empty"
    else:
        if isinstance(frame.index, pd.RangeIndex):
            return frame
        cause = "rows have more cells than the header has columns"  # pandas would shift them
    raise DataError(
        "ORE-DAT-002",
        f"'{path}' cannot be read: {cause}.",
        why="a damaged table would give wrong results.",
        fix="rebuild the tables with `oreacle data build`, or restore the file.",
    )


def _typed(text: pd.Series, column: ColumnSpec, faults: list[str]) -> pd.Series:
    if column.is_text:
        return text
    numbers = pd.to_numeric(text.where(text != ""), errors="coerce").astype(float)
    wrong = np.flatnonzero((numbers.isna() & (text != "")).to_numpy())
    faults += [
        f"line {position + 2}: {column.name} is '{text.iloc[position]}', not a number: mend it."
        for position in wrong
    ]
    whole = numbers.dropna()
    if not column.is_integer or not np.array_equal(whole, np.round(whole)):
        return numbers
    return numbers.astype("int64" if column.required and not numbers.isna().any() else "Int64")
