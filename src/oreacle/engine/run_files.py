"""The files of a run folder: their names, how they are written and checked.

Does      Names files, puts them in place whole, and tells when one is not what was written.
Units     None.
Method    A file is written under another name and renamed when it is whole; SHA-256 checksums.
Assumes   A folder belongs to one run, and one process at a time writes into it.
Not here  What stands in the files: see `oreacle.engine.store` and the modules beside it.
"""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import suppress
from pathlib import Path

from oreacle.core.errors import RunError

FORMAT = 3
"""Version of the layout of the folder."""
RECORD = "run.json"
PLAN = "plan.json"
SHA256 = re.compile(r"[0-9a-f]{64}")
DAMAGED = (OSError, ValueError, TypeError, KeyError, RuntimeError)
"""What libraries raise on a file that is not what its name says."""


def block_path(folder: Path, block: int) -> Path:
    """Return the array file of a block."""
    return folder / f"block-{block:04d}.nc"


def events_path(folder: Path, block: int) -> Path:
    """Return the event file of a block."""
    return folder / f"events-{block:04d}.csv"


def note_path(folder: Path, block: int) -> Path:
    """Return the file with the checksums of a block, which is written last."""
    return folder / f"block-{block:04d}.json"


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
            why="without it there is no complete run; finished blocks are kept.",
            fix="free space, then go on with `oreacle forecast --resume RUN`; or choose another "
            "folder with --out.",
        ) from fault
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def write_json(path: Path, content: dict[str, object]) -> None:
    """Write an object as JSON, keys sorted; raises as `write_whole`."""
    write_whole(path, (json.dumps(content, indent=1, sort_keys=True) + "\n").encode("utf-8"))


def read_json(path: Path) -> dict[str, object]:
    """Return the object in a JSON file.

    Raises
    ------
    RunError
        ORE-RUN-005 if it cannot be read or is no object.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as fault:
        raise unreadable(path, "it is not JSON") from fault
    if not isinstance(content, dict):
        raise unreadable(path, "it is not an object")
    return content


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file, read in pieces.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check_file(path: Path, expected: str | None) -> None:
    """Refuse a file that is not the one that was written.

    Raises
    ------
    RunError
        ORE-RUN-005.
    """
    try:
        found = checksum(path)
    except OSError as fault:
        raise unreadable(path, fault.strerror or "input/output error") from fault
    if found != expected:
        raise unreadable(path, "its checksum is not the one that was noted")


def is_count(value: object, *, least: int) -> bool:
    """Return True for a whole number of at least `least`."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def is_text(value: object) -> bool:
    """Return True for text that is not empty."""
    return isinstance(value, str) and value != ""


def is_sum(value: object) -> bool:
    """Return True for a checksum."""
    return isinstance(value, str) and SHA256.fullmatch(value) is not None


def unreadable(path: Path, reason: str) -> RunError:
    """Return the error of a file that cannot be used."""
    return RunError(
        "ORE-RUN-005",
        f"{path.name} in '{path.parent}' cannot be used: {reason}.",
        why="the run would be shown without part of its members, or with other numbers.",
        fix="`oreacle forecast --resume RUN` runs damaged blocks again; or repeat the forecast: "
        "the same seed gives the same numbers.",
    )
