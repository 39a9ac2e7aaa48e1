"""Which executor a user means.

Does      Turns `2`, `dask`, `dask:4` or `tcp://host:port` into an executor.
Units     None.
Method    A whole number is processes of this machine, 1 this process alone; what starts with a
          protocol is the address of a Dask scheduler.
Assumes   None.
Not here  Running: see the modules beside this one.
"""

from __future__ import annotations

import os
import re

from oreacle.core.errors import RunError
from oreacle.engine.executors.contract import Executor
from oreacle.engine.executors.dask_cluster import DaskCluster
from oreacle.engine.executors.processes import Processes
from oreacle.engine.executors.serial import Serial

MOST_WORKERS = 512
LOCAL = re.compile(r"dask(?::([0-9]{1,6}))?")
ADDRESS = re.compile(r"(?:tcp|tls|ws|wss|ucx)://[^\s/]+")


def chosen_executor(workers: int | str) -> Executor:
    """Return the executor for a number of workers, ``dask``, ``dask:N`` or an address.

    Raises
    ------
    RunError
        ORE-RUN-001 if a number is no whole number or out of range; ORE-RUN-153 if a text means
        no executor; ORE-RUN-154 if it needs a library that is not installed.
    """
    if not isinstance(workers, str):
        count = check_count(workers)
        return Serial() if count == 1 else Processes(count)
    local = LOCAL.fullmatch(workers)
    if local is None and ADDRESS.fullmatch(workers) is None:
        raise RunError(
            "ORE-RUN-153",
            f"'{workers}' names no workers.",
            why="there is nothing of that name to run on.",
            fix="give a number such as 2, `dask` or `dask:2` for a cluster on this machine, or the "
            "address of a Dask scheduler such as tcp://host:8786.",
        )
    if local is None:
        return DaskCluster.checked(address=workers)
    count = check_count(int(local[1]) if local[1] else available_cores())
    return DaskCluster.checked(count=count)


def check_count(workers: object) -> int:
    """Return a number of workers if it can be used.

    Raises
    ------
    RunError
        ORE-RUN-001.
    """
    if isinstance(workers, bool) or not isinstance(workers, int):
        raise RunError(
            "ORE-RUN-001",
            f"workers is {workers!r}, which is not a whole number ({type(workers).__name__}).",
            why="a size that is converted in silence would not be the one that was meant.",
            fix="give a whole number (int), such as workers 2.",
        )
    if not 1 <= workers <= MOST_WORKERS:
        raise RunError(
            "ORE-RUN-001",
            f"{workers} workers were asked for.",
            why=f"a run needs 1 to {MOST_WORKERS} workers.",
            fix="try --workers 2.",
        )
    return workers


def available_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
