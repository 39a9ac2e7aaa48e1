"""The run folder: settings, arrays and events of a run on disk.

Does      Writes blocks as they finish, the run record at the end, and reads them back.
Units     In `attrs["units"]` of the arrays.
Method    One CSV of events and one netCDF file per block, in this order; `run.json` last, with the
          checksum of each. A file is made in memory and put in place whole. Clock fields stand in
          `run.json` alone: the other files of two runs with the same seed are equal byte by byte.
Assumes   A folder belongs to one run.
Not here  What the numbers mean: see `oreacle.forecasting`.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from oreacle.core.errors import RunError
from oreacle.engine.block import EVENT_COLUMNS, BlockResult

RECORD = "run.json"
FORMAT = 2
SHA256 = re.compile(r"[0-9a-f]{64}")
DAMAGED = (OSError, ValueError, TypeError, KeyError, RuntimeError)
"""What libraries raise on a file that is not what its name says."""


@dataclass(frozen=True)
class RunRecord:
    """What a run was made with.

    Attributes
    ----------
    format
        Version of the folder's layout.
    version
        Version of the package.
    scenario
        The scenario as plain values.
    as_of
        Last day that the data cover.
    members, seed, blocks
        Size and root seed of the ensemble, and number of block files.
    data_sha256
        Checksum over all tables.
    files
        Checksum of every file of blocks and events; empty if the run is not stored.
    failed
        Members with a market that did not solve.
    started, seconds
        When the run began (UTC) and how long it took: the only fields that differ between two
        runs with the same seed.
    """

    format: int
    version: str
    scenario: dict[str, object]
    as_of: str
    members: int
    seed: int
    blocks: int
    data_sha256: str
    files: dict[str, str]
    failed: int
    started: str
    seconds: float


def block_path(folder: Path, block: int) -> Path:
    """Return the array file of a block."""
    return folder / f"block-{block:04d}.nc"


def events_path(folder: Path, block: int) -> Path:
    """Return the event file of a block."""
    return folder / f"events-{block:04d}.csv"


def write_block(folder: Path, block: int, result: BlockResult) -> dict[str, str]:
    """Write one block and return the checksums of its files by name.

    The arrays come last: a block whose arrays are there is whole.

    Raises
    ------
    RunError
        ORE-RUN-003 if the folder cannot be written.
    """
    table = result.events.to_csv(index=False, lineterminator="\n", float_format="%.10g")
    encoding = {name: {"zlib": True, "complevel": 4} for name in result.arrays.data_vars}
    arrays = result.arrays.to_netcdf(engine="h5netcdf", encoding=encoding)
    content = {
        events_path(folder, block): table.encode("utf-8"),
        block_path(folder, block): bytes(arrays),
    }
    for path, raw in content.items():
        write_whole(path, raw)
    return {path.name: hashlib.sha256(raw).hexdigest() for path, raw in content.items()}


def write_record(folder: Path, record: RunRecord) -> None:
    """Write the run record: the folder is complete from here on.

    Raises
    ------
    RunError
        ORE-RUN-003 if the folder cannot be written.
    """
    text = json.dumps(asdict(record), indent=1, sort_keys=True) + "\n"
    write_whole(folder / RECORD, text.encode("utf-8"))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that appears only when it is whole.

    Raises
    ------
    RunError
        ORE-RUN-003 if it cannot be written; nothing of it is left.
    """
    partial = path.with_name(f"{path.name}.part")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as fault:
        raise RunError(
            "ORE-RUN-003",
            f"{path.name} could not be written: {fault.strerror or 'input/output error'}.",
            why="without it there is no complete run.",
            fix="free space or choose another folder with --out, and run the forecast again.",
        ) from fault
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


@contextmanager
def folder_of_a_run(folder: Path) -> Iterator[None]:
    """Remove a run folder again if the block ends without a record and without a finished block.

    Files that no run writes stay, and the folder with them.
    """
    try:
        yield
    finally:
        if not (folder / RECORD).exists() and not finished_blocks(folder):
            with suppress(OSError):
                for path in [*folder.glob("*.part"), *folder.glob("events-*.csv")]:
                    path.unlink()
                folder.rmdir()


def finished_blocks(folder: Path) -> int:
    """Return how many blocks of a run are whole on disk."""
    return len(list(folder.glob("block-*.nc")))


def read_record(folder: Path) -> RunRecord:
    """Return the record of a run folder.

    Raises
    ------
    RunError
        ORE-RUN-004 if there is no complete run; ORE-RUN-005 if its record is not readable.
    """
    path = folder / RECORD
    if not path.is_file():
        raise RunError(
            "ORE-RUN-004",
            f"'{folder}' holds no complete run.",
            why=f"{RECORD} is written last; without it blocks are missing.",
            fix="name a folder that `oreacle forecast` made, or run it again.",
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as fault:
        raise _unreadable(folder, RECORD, "it is not JSON") from fault
    fault_found = _record_fault(content)
    if fault_found:
        raise _unreadable(folder, RECORD, fault_found)
    return RunRecord(**content)


def _record_fault(content: object) -> str:
    """Return what is wrong with the content of a record, "" if nothing is."""
    if not isinstance(content, dict):
        return "it is not an object"
    if not _is_count(content.get("format"), least=1) or content["format"] != FORMAT:
        return f"format {content.get('format')} is not {FORMAT}"
    names = {field.name for field in fields(RunRecord)}
    if set(content) != names:
        return f"fields differ: {', '.join(sorted(names ^ set(content)))}"
    wrong = [name for name in sorted(names) if not _is_sound(name, content[name])]
    if wrong:
        return f"wrong type or value: {', '.join(wrong)}"
    if max(content["failed"], content["blocks"]) > content["members"]:
        return "more blocks or failed members than members"
    blocks, files = content["blocks"], content["files"]
    here = Path()
    listed = {path(here, k).name for k in range(blocks) for path in (block_path, events_path)}
    return "" if listed == set(files) else f"{blocks} blocks do not have the files that it lists"


def _is_sound(name: str, value: object) -> bool:
    """Return True if a value can stand in a field of the record."""
    if name in {"format", "members", "blocks"}:
        return _is_count(value, least=1)
    if name in {"seed", "failed"}:
        return _is_count(value, least=0)
    if name == "seconds":
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and math.isfinite(value) and value >= 0  # type: ignore[arg-type,operator]
    if name == "scenario":
        return isinstance(value, dict) and _is_text(value.get("name"))
    if name == "files":
        return isinstance(value, dict) and all(_is_sum(item) for item in value.values())
    return _is_sum(value) if name == "data_sha256" else _is_text(value)


def _is_count(value: object, *, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _is_sum(value: object) -> bool:
    return isinstance(value, str) and SHA256.fullmatch(value) is not None


def read_blocks(folder: Path, record: RunRecord) -> tuple[xr.Dataset, pd.DataFrame]:
    """Return arrays and events of all blocks, members in order.

    Parameters
    ----------
    folder
        The run folder.
    record
        Its record: number of blocks and members, checksums.

    Raises
    ------
    RunError
        ORE-RUN-005 if a file is missing, not readable, or not the one that the run wrote.
    """
    arrays, events = [], []
    for block in range(record.blocks):
        arrays.append(_read_arrays(block_path(folder, block), record))
        events.append(_read_events(events_path(folder, block), record))
    try:
        whole = xr.concat(
            arrays, "member", data_vars="minimal", coords="minimal", compat="equals", join="exact"
        )
    except DAMAGED as fault:
        raise _unreadable(folder, "block-*.nc", "blocks do not fit together") from fault
    if not np.array_equal(whole["member"].to_numpy(), np.arange(record.members)):
        raise _unreadable(
            folder, "block-*.nc", f"they do not hold members 0 to {record.members - 1} in order"
        )
    return whole, join_events(events)


def _read_arrays(path: Path, record: RunRecord) -> xr.Dataset:
    content = io.BytesIO(_checked(path, record))
    try:
        with xr.open_dataset(content, engine="h5netcdf") as dataset:
            arrays = dataset.load()
        return arrays.assign_coords(member=arrays["member"])  # KeyError without members
    except DAMAGED as fault:
        raise _unreadable(path.parent, path.name, "it is not netCDF") from fault


def _read_events(path: Path, record: RunRecord) -> pd.DataFrame:
    content = io.BytesIO(_checked(path, record))
    try:
        table = pd.read_csv(content, keep_default_na=False, na_values={"strength": [""]})
    except DAMAGED as fault:
        raise _unreadable(path.parent, path.name, "it is not CSV") from fault
    if tuple(table.columns) != EVENT_COLUMNS:
        raise _unreadable(path.parent, path.name, "its columns are others")
    return table


def _checked(path: Path, record: RunRecord) -> bytes:
    """Return the content of a file if it is the one that the record names."""
    try:
        content = path.read_bytes()
    except OSError as fault:
        reason = fault.strerror or "input/output error"
        raise _unreadable(path.parent, path.name, reason) from fault
    if hashlib.sha256(content).hexdigest() != record.files.get(path.name):
        raise _unreadable(path.parent, path.name, "its checksum is not the one in run.json")
    return content


def join_events(events: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the events of all blocks in one table."""
    filled = [part for part in events if len(part)]
    if not filled:
        return pd.DataFrame(columns=list(EVENT_COLUMNS))
    return pd.concat(filled, ignore_index=True)


def _unreadable(folder: Path, name: str, reason: str) -> RunError:
    return RunError(
        "ORE-RUN-005",
        f"{name} in '{folder}' cannot be used: {reason}.",
        why="the run would be shown without part of its members, or with other numbers.",
        fix="run the forecast again: the same seed gives the same numbers.",
    )
