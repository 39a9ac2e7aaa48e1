"""The run folder: settings, arrays and events of a run on disk.

Does      Writes blocks as they finish, the run record at the end, and reads them back.
Units     In `attrs["units"]` of the arrays.
Method    One netCDF file and one CSV of events per block; `run.json` last, so that a folder with
          it is complete. Clock fields stand in `run.json` alone: the other files of two runs with
          the same seed are equal byte by byte.
Assumes   A folder belongs to one run.
Not here  What the numbers mean: see `oreacle.forecasting`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd
import xarray as xr

from oreacle.core.errors import RunError
from oreacle.engine.block import EVENT_COLUMNS, BlockResult

RECORD = "run.json"
FORMAT = 1


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
        Checksum over the catalogue of tables.
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
    failed: int
    started: str
    seconds: float


def block_path(folder: Path, block: int) -> Path:
    """Return the array file of a block."""
    return folder / f"block-{block:04d}.nc"


def events_path(folder: Path, block: int) -> Path:
    """Return the event file of a block."""
    return folder / f"events-{block:04d}.csv"


def write_block(folder: Path, block: int, result: BlockResult) -> None:
    """Write one block; a file appears only when it is whole.

    Raises
    ------
    RunError
        ORE-RUN-003 if the folder cannot be written.
    """
    target = block_path(folder, block)
    partial = target.with_suffix(".part")
    encoding = {name: {"zlib": True, "complevel": 4} for name in result.arrays.data_vars}
    try:
        result.arrays.to_netcdf(partial, engine="h5netcdf", encoding=encoding)
        partial.replace(target)
        result.events.to_csv(
            events_path(folder, block), index=False, lineterminator="\n", float_format="%.10g"
        )
    except OSError as fault:
        raise RunError(
            "ORE-RUN-003",
            f"block {block} could not be written: {fault.strerror or 'input/output error'}.",
            why="the run would be lost at its end.",
            fix="free space or choose another folder with --out; finished blocks are kept.",
        ) from fault


def write_record(folder: Path, record: RunRecord) -> None:
    """Write the run record: the folder is complete from here on."""
    text = json.dumps(asdict(record), indent=1, sort_keys=True) + "\n"
    partial = folder / f"{RECORD}.part"
    partial.write_text(text, encoding="utf-8")
    partial.replace(folder / RECORD)


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
        record = RunRecord(**content)
    except (ValueError, TypeError) as fault:
        raise _unreadable(folder, RECORD) from fault
    if record.format != FORMAT:
        raise _unreadable(folder, f"{RECORD} (format {record.format})")
    return record


def read_blocks(folder: Path, blocks: int) -> tuple[xr.Dataset, pd.DataFrame]:
    """Return arrays and events of all blocks, members in order.

    Raises
    ------
    RunError
        ORE-RUN-005 if a file is missing or not readable.
    """
    arrays, events = [], []
    for block in range(blocks):
        path = block_path(folder, block)
        try:
            with xr.open_dataset(path, engine="h5netcdf") as dataset:
                arrays.append(dataset.load())
            events.append(pd.read_csv(events_path(folder, block), keep_default_na=False))
        except (OSError, ValueError) as fault:
            raise _unreadable(folder, path.name) from fault
    whole = xr.concat(
        arrays, "member", data_vars="minimal", coords="minimal", compat="equals", join="exact"
    )
    return whole, join_events(events)


def join_events(events: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the events of all blocks in one table."""
    filled = [part for part in events if len(part)]
    if not filled:
        return pd.DataFrame(columns=list(EVENT_COLUMNS))
    return pd.concat(filled, ignore_index=True)


def _unreadable(folder: Path, name: str) -> RunError:
    return RunError(
        "ORE-RUN-005",
        f"{name} in '{folder}' is missing or not readable.",
        why="the run would be shown without part of its members.",
        fix="run the forecast again.",
    )
