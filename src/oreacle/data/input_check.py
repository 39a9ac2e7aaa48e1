"""Which of a build's inputs are there, and which of them can be opened.

Does      Lists every publisher's file that the build needs, all at once, with its state.
Units     None.
Method    Names from `assumed/table_inputs.csv`; each file is opened and read to its end.
Assumes   A file that can be read holds what its reader expects: the build itself checks columns.
Not here  Building: see `oreacle.data.build`.
"""

from __future__ import annotations

import gzip
import zipfile
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from oreacle.core.errors import DataError
from oreacle.data.catalogue import listed_inputs
from oreacle.data.readers.publisher_files import files_read

PRESENT, MISSING, UNREADABLE = "present", "missing", "unreadable"
BLOCK = 1 << 20


@dataclass(frozen=True)
class InputState:
    """One input of the build.

    Attributes
    ----------
    input
        Path below the folder of sources, as `table_inputs.csv` names it.
    state
        present, missing or unreadable (which includes two forms of one source).
    files
        Files that the build would read for it.
    tables
        Tables that are made from it.
    reason
        What is wrong; empty if present.
    """

    input: str
    state: str
    files: tuple[str, ...]
    tables: tuple[str, ...]
    reason: str

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in asdict(self).items()
        }


def check_inputs(sources: Path) -> list[InputState]:
    """Return the state of every publisher's file that a build needs.

    Parameters
    ----------
    sources
        Folder of all source files.
    """
    known: dict[str, str] = {}  # one file may stand in for several inputs: open it once
    return [_state(sources, name, tables, known) for name, tables in listed_inputs().items()]


def _state(sources: Path, name: str, tables: tuple[str, ...], known: dict[str, str]) -> InputState:
    try:
        files = files_read(sources, name)
    except DataError as error:
        state = MISSING if error.code == "ORE-DAT-011" else UNREADABLE
        return InputState(name, state, (), tables, f"{error.code}: {error.what}")
    for file in files:
        if file not in known:
            known[file] = _fault(sources / file)
    faults = [f"'{file}': {known[file]}" for file in files if known[file]]
    state = UNREADABLE if faults else PRESENT
    return InputState(name, state, tuple(files), tables, "; ".join(faults))


def _fault(path: Path) -> str:
    """Return why a file cannot be read, or nothing."""
    try:
        if path.suffix == ".parquet":
            return _parquet_fault(path)
        if path.suffix == ".xlsx":
            return _archive_fault(path)
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            head = file.read(BLOCK)
            while file.read(BLOCK):
                pass
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        return f"{error}."
    if not head.strip():
        return "the file is empty."
    if head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        return "it is a web page: the download failed."
    return "no text file." if b"\0" in head else ""


def _parquet_fault(path: Path) -> str:
    """Return why a Parquet file has no beginning or no end; it closes with its mark."""
    mark = b"PAR1"
    raw = path.read_bytes()
    whole = len(raw) > 2 * len(mark) and raw.startswith(mark) and raw.endswith(mark)
    return "" if whole else "no Parquet file, or only a part of one."


def _archive_fault(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        broken = archive.testzip()
    return f"its part '{broken}' is damaged." if broken else ""
