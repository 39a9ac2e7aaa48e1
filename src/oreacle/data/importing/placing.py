"""Writing an import: a whole new folder of tables, or nothing.

Does      Copies the tables, writes those that changed, renews the catalogue, puts the folder in
          place.
Units     None.
Method    Everything is written to a new folder beside the target, read back, and renamed. If the
          target exists it is first renamed into that folder, and back if the second renaming
          fails: the target is the old folder or the new one, never a mixture.
Assumes   Renaming within one parent folder moves a folder whole.
Not here  Which rows are written: see `adding`.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.catalogue import CATALOGUE, changed_tables, file_checksum, years_covered
from oreacle.data.store import (
    TABLES_DIRECTORY,
    read_table,
    table_path,
    tables_directory,
    tables_of,
    write_table,
)

BUILDER = "oreacle.data.importing 1"
SOURCE = "user-import"


def check_target(out: Path, directory: Path | None) -> None:
    """Refuse a target that holds something else than the tables that are added to.

    Raises
    ------
    DataError
        ORE-DAT-098.
    """
    fix = f"name a new folder with --out, or add to this one with --data {out} --out {out}"
    if out.resolve() == TABLES_DIRECTORY.resolve():
        what, fix = "the tables of the package", "name a folder of yours with --out"
    elif out.exists() and not out.is_dir():
        what, fix = "a file", "name a new folder with --out"
    elif out.is_dir() and any(out.iterdir()) and not is_same(out, directory):
        what = "a folder with something else in it"
    else:
        return
    raise DataError(
        "ORE-DAT-098",
        f"'{out}' is {what}.",
        why="an import never replaces what it does not add to.",
        fix=f"{fix}.",
    )


def is_same(out: Path, directory: Path | None) -> bool:
    """Return True if the target is the folder that the tables are read from."""
    return out.resolve() == tables_directory(directory).resolve()


def write_import(
    frames: Mapping[str, pd.DataFrame],
    content: bytes,
    directory: Path | None,
    out: Path,
    events_to: str,
) -> None:
    """Write a folder with the tables of `directory`, some of them changed.

    Parameters
    ----------
    frames
        Changed tables by name.
    content
        The user's file, for the checksum of the inputs.
    directory
        Folder of the tables before.
    out
        Folder for the tables.
    events_to
        Day on which the measures of the register are in force.

    Raises
    ------
    DataError
        ORE-DAT-001 if a table would not be valid, ORE-DAT-009 if the folder cannot be written;
        `out` is as it was in both cases.
    """
    out = out.resolve()
    source = tables_directory(directory)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            dir=out.parent, prefix=".importing-", ignore_cleanup_errors=True
        ) as scratch:
            new = Path(scratch) / "new"
            _copy(source, new, whole=is_same(out, directory))
            entries = [_entry(name, table, new, events_to) for name, table in frames.items()]
            write_table(_catalogue(new, entries, content), CATALOGUE, new)
            _check(new)
            _put_in_place(new, out, Path(scratch) / "old")
    except OSError as error:
        raise DataError(
            "ORE-DAT-009",
            f"the tables could not be written: {error.strerror or 'the disk refused'}.",
            why="a folder with some new and some old tables would mix two states of knowledge.",
            fix="free disk space or choose a folder that you may write to; what was there is "
            "untouched.",
        ) from error


def _copy(source: Path, new: Path, *, whole: bool) -> None:
    """Copy the files of all tables; every file if the folder is to be replaced by its copy."""
    if whole:
        shutil.copytree(source, new, symlinks=True)
        return
    new.mkdir()
    for name in tables_of(source):
        path = table_path(name, source)
        shutil.copy2(path, new / path.name)


def _entry(name: str, table: pd.DataFrame, new: Path, events_to: str) -> dict[str, object]:
    """Write one table and return what the catalogue says of it."""
    path = write_table(table, name, new)
    return {
        "table": name,
        "rows": len(table),
        "years": years_covered(name, read_table(name, new), events_to),
        "table_sha256": file_checksum(path),
        "builder": BUILDER,
    }


def _catalogue(new: Path, entries: list[dict[str, object]], content: bytes) -> pd.DataFrame:
    """Return the catalogue with the changed tables, each with its old and its new source."""
    table = read_table(CATALOGUE, new)
    old = {str(row["table"]): row for row in table.to_dict("records")}
    rows = []
    for entry in entries:
        before = old.get(str(entry["table"]), {"sources": "", "inputs_sha256": ""})
        sources = {SOURCE, *filter(None, str(before["sources"]).split(";"))}
        inputs = str(before["inputs_sha256"]).encode() + hashlib.sha256(content).digest()
        checksum = hashlib.sha256(inputs).hexdigest()
        rows.append({**entry, "sources": ";".join(sorted(sources)), "inputs_sha256": checksum})
    kept = table[~table["table"].isin([str(entry["table"]) for entry in entries])]
    return pd.concat([kept, pd.DataFrame(rows)], ignore_index=True)


def _check(new: Path) -> None:
    """Refuse a folder that would not be what its catalogue names."""
    changed = changed_tables(new)
    if changed:
        raise DataError(
            "ORE-DAT-005",
            f"tables read back differ from those written: {', '.join(changed)}.",
            why="the disk, or another program, changed them.",
            fix="try again; what was there is untouched.",
        )


def _put_in_place(new: Path, out: Path, old: Path) -> None:
    """Rename the new folder to its place; put the old one back if that fails."""
    try:
        if out.is_dir():
            out.rename(old)
        new.rename(out)
    finally:
        if old.is_dir() and not out.exists():
            old.rename(out)
