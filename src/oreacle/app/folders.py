"""Run folders: their names, and the newest one.

Does      Finds a free name for a new run and the folder that a user means.
Units     None.
Method    NAME-sSEED-nMEMBERS, with -2, -3 and so on if it is taken; nothing is made here.
Assumes   A folder with `run.json` is a finished run.
Not here  Writing and reading runs: see `oreacle.forecasting.run`.
"""

from __future__ import annotations

import os
from pathlib import Path

from oreacle.app.faults import InputError

RECORD = "run.json"
LATEST = "latest"
RUNS = Path("runs")


def new_run_folder(parent: Path, scenario: str, seed: int, members: int) -> Path:
    """Return a free path for a run below `parent`.

    Raises
    ------
    InputError
        ORE-APP-003 if nothing can be written there.
    """
    check_writable(parent)
    base = f"{scenario}-s{seed}-n{members}"
    name, count = base, 1
    while (parent / name).exists():
        count += 1
        name = f"{base}-{count}"
    return parent / name


def check_writable(folder: Path) -> None:
    """Refuse a folder that is no folder, or that cannot be made or written.

    Raises
    ------
    InputError
        ORE-APP-003.
    """
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    if place.is_dir() and os.access(place, os.W_OK | os.X_OK):
        return
    state = "cannot be written to" if place.is_dir() else "is not a folder"
    raise InputError(
        "ORE-APP-003",
        f"'{place}' {state}.",
        why="the result would be lost.",
        fix="name a folder of yours with --out.",
    )


def find_run(name: str, runs: Path = RUNS) -> Path:
    """Return the folder of a run: a path, or ``latest`` for the newest below `runs`.

    Raises
    ------
    InputError
        ORE-APP-004 if there is no finished run.
    """
    if name != LATEST:
        folder = Path(name)
        if (folder / RECORD).is_file():
            return folder
        raise _no_run(f"'{name}' holds no finished run")
    records = [path for path in runs.glob(f"*/{RECORD}") if path.is_file()]
    if not records:
        raise _no_run(f"there is no finished run in '{runs}'")
    return max(records, key=lambda path: (path.stat().st_mtime_ns, path.parent.name)).parent


def _no_run(what: str) -> InputError:
    return InputError(
        "ORE-APP-004",
        f"{what}.",
        why="there is nothing to show.",
        fix="name a folder that `oreacle forecast` made, or `latest`.",
    )
