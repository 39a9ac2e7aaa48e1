"""The record of a run: what it was made with, and the checksum of every file.

Does      Writes the record at the end of a run, and reads it back.
Units     Seconds.
Method    Every field is checked on reading.
Assumes   The folder is complete once the record is there.
Not here  Arrays and events: see `oreacle.engine.store` and `oreacle.engine.stored_arrays`.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from oreacle.core.errors import RunError
from oreacle.engine.kernels import NUMPY
from oreacle.engine.run_files import (
    FORMAT,
    RECORD,
    block_path,
    events_path,
    is_count,
    is_sum,
    is_text,
    read_json,
    unreadable,
    write_json,
)


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
    kernel
        What cleared the markets, as `oreacle.market.compiled.kinds` names it.
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
    kernel: str
    files: dict[str, str]
    failed: int
    started: str
    seconds: float


def write_record(folder: Path, record: RunRecord) -> None:
    """Write the run record: the folder is complete from here on.

    Raises
    ------
    RunError
        ORE-RUN-003 if the folder cannot be written.
    """
    write_json(folder / RECORD, asdict(record))


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
            fix="go on with it, `oreacle forecast --resume RUN`, or name a finished one.",
        )
    content = read_json(path)
    fault_found = _record_fault(content)
    if fault_found:
        raise unreadable(path, fault_found)
    return RunRecord(**content)  # type: ignore[arg-type]  # checked above


def _record_fault(content: dict[str, Any]) -> str:
    """Return what is wrong with the content of a record, "" if nothing is."""
    if not is_count(content.get("format"), least=1) or content["format"] != FORMAT:
        return f"format {content.get('format')} is not {FORMAT}"
    content.setdefault("kernel", NUMPY)  # a run from before there was another one
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
        return is_count(value, least=1)
    if name in {"seed", "failed"}:
        return is_count(value, least=0)
    if name == "seconds":
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and math.isfinite(value) and value >= 0  # type: ignore[arg-type,operator]
    if name == "scenario":
        return isinstance(value, dict) and is_text(value.get("name"))
    if name == "files":
        return isinstance(value, dict) and all(is_sum(item) for item in value.values())
    return is_sum(value) if name == "data_sha256" else is_text(value)
