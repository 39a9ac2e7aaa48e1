"""The blocks of a run on disk: written as they finish, checked before a run goes on.

Does      Writes a block with a note of its checksums, and tells which blocks are whole.
Units     In `attrs["units"]` of the arrays.
Method    One CSV of events, one netCDF file and the note, in this order: a block whose note fits
          its files is whole. Clock fields stand in `run.json` alone: the other files of two runs
          with the same settings are equal byte by byte.
Assumes   A folder belongs to one run.
Not here  Reading arrays: see `oreacle.engine.stored_arrays`; plan and record:
          `oreacle.engine.run_plan`, `oreacle.engine.run_record`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np

from oreacle.core.errors import RunError
from oreacle.engine.block import BlockResult, failed_members
from oreacle.engine.run_files import (
    PLAN,
    RECORD,
    block_path,
    check_file,
    events_path,
    is_count,
    is_sum,
    note_path,
    read_json,
    write_json,
    write_whole,
)
from oreacle.engine.run_plan import RunPlan


@dataclass(frozen=True)
class BlockNote:
    """What is noted of a block when its files are there.

    Attributes
    ----------
    block
        Number of the block.
    first, members
        Number of its first member, and how many it has.
    failed
        Members with a market that did not solve.
    files
        Checksums of its arrays and events by name.
    """

    block: int
    first: int
    members: int
    failed: int
    files: dict[str, str]


@dataclass(frozen=True)
class SoundBlocks:
    """What was found of a run that did not end.

    Attributes
    ----------
    notes
        Notes of the blocks that are whole, in order.
    damaged
        For each other block of which something is there: its number and what is wrong.
    """

    notes: tuple[BlockNote, ...]
    damaged: tuple[tuple[int, str], ...]


def write_block(folder: Path, block: int, result: BlockResult) -> BlockNote:
    """Write one block and return its note, which is written last.

    Raises
    ------
    RunError
        ORE-RUN-003 if the folder cannot be written.
    """
    table = result.events.to_csv(index=False, lineterminator="\n", float_format="%.10g")
    encoding = {name: {"zlib": True, "complevel": 1} for name in result.arrays.data_vars}
    arrays = result.arrays.to_netcdf(engine="h5netcdf", encoding=encoding)
    content = {
        events_path(folder, block): table.encode("utf-8"),
        block_path(folder, block): bytes(arrays),
    }
    for path, raw in content.items():
        write_whole(path, raw)
    numbers, solved = result.arrays["member"].to_numpy(), result.arrays["solved"].to_numpy()
    note = BlockNote(
        block,
        int(numbers[0]),
        len(numbers),
        failed_members(solved),
        {path.name: hashlib.sha256(raw).hexdigest() for path, raw in content.items()},
    )
    write_json(note_path(folder, block), asdict(note))
    return note


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
                for pattern in ("*.part", "events-*.csv", "block-*.nc", PLAN):
                    for path in folder.glob(pattern):
                        path.unlink()
                folder.rmdir()


def finished_blocks(folder: Path) -> int:
    """Return how many blocks of a run are whole on disk."""
    return len(list(folder.glob("block-*.json")))


def sound_blocks(folder: Path, plan: RunPlan) -> SoundBlocks:
    """Return which blocks of a run are whole, by the checksums in their notes.

    Parameters
    ----------
    folder
        The run folder.
    plan
        Its plan.
    """
    notes: list[BlockNote] = []
    damaged: list[tuple[int, str]] = []
    for block in range(plan.blocks):
        paths = [place(folder, block) for place in (note_path, block_path, events_path)]
        parts = [path.with_name(f"{path.name}.part") for path in paths]
        if not any(path.exists() for path in (*paths, *parts)):
            continue
        if not paths[0].exists():
            damaged.append((block, f"{paths[0].name} is missing: it was not finished"))
            continue
        try:
            notes.append(_checked_note(folder, block, plan))
        except RunError as fault:
            damaged.append((block, fault.what))
    return SoundBlocks(tuple(notes), tuple(damaged))


def _checked_note(folder: Path, block: int, plan: RunPlan) -> BlockNote:
    """Return the note of a block that fits the plan and its files."""
    path = note_path(folder, block)
    content = read_json(path)
    numbers = np.arange(plan.members)[block * plan.block_size : (block + 1) * plan.block_size]
    names = {block_path(folder, block).name, events_path(folder, block).name}
    files = content.get("files")
    is_sound = (
        set(content) == {field.name for field in fields(BlockNote)}
        and (content["block"], content["first"]) == (block, int(numbers[0]))
        and content["members"] == len(numbers)
        and is_count(content["failed"], least=0)
        and isinstance(files, dict)
        and set(files) == names
        and all(is_sum(item) for item in files.values())
    )
    if not is_sound or not isinstance(files, dict):
        raise RunError(
            "ORE-RUN-005",
            f"{path.name} in '{folder}' cannot be used: it is not the note of this block.",
            why="what it says of the block cannot be trusted.",
            fix="`oreacle forecast --resume RUN` runs the block again.",
        )
    for name in sorted(names):
        check_file(folder / name, str(files[name]))
    return BlockNote(**content)  # type: ignore[arg-type]  # checked above


def clear_remains(folder: Path) -> None:
    """Remove the record and what was half written, before a run goes on.

    Raises
    ------
    RunError
        ORE-RUN-003 if something cannot be removed.
    """
    for path in [folder / RECORD, *folder.glob("*.part")]:
        try:
            path.unlink(missing_ok=True)
        except OSError as fault:
            raise RunError(
                "ORE-RUN-003",
                f"{path.name} could not be removed: {fault.strerror or 'input/output error'}.",
                why="an old record would call the folder complete while blocks are run again.",
                fix="check the rights of the folder.",
            ) from fault
