"""Run an ensemble: blocks of members over worker processes, with progress.

Does      Hands blocks to workers, writes each as it finishes, and reports progress.
Units     Member-years for progress.
Method    A process pool of `spawn`ed workers with one numerical thread each; a block depends on
          the seed and its members alone. A broken worker's block is tried once more.
Assumes   Enough memory for one setting per worker (some 200 MB).
Not here  What a block does: see `oreacle.engine.block`; the run folder: `oreacle.engine.store`.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from oreacle.core.errors import RunError
from oreacle.engine.block import BLOCK_SIZE, BlockResult, member_numbers, run_block
from oreacle.engine.setting import Setting, make_setting
from oreacle.scenario.scenario import Scenario

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class EnsembleRequest:
    """What to run.

    Attributes
    ----------
    scenario
        The scenario.
    members
        Number of members.
    seed
        Root seed.
    workers
        Processes; 1 runs in this process.
    data
        Folder of tables, None for the embedded ones.
    """

    scenario: Scenario
    members: int
    seed: int
    workers: int
    data: Path | None

    @property
    def blocks(self) -> range:
        """Numbers of the blocks."""
        return range(-(-self.members // BLOCK_SIZE))


def check_request(request: EnsembleRequest) -> None:
    """Refuse a request that cannot run.

    Raises
    ------
    RunError
        ORE-RUN-001 on fewer than one member or worker, or more than 100,000 members.
    """
    if not 1 <= request.members <= 100_000 or not 1 <= request.workers <= 512:
        raise RunError(
            "ORE-RUN-001",
            f"{request.members} members on {request.workers} workers were asked for.",
            why="a run needs 1 to 100,000 members and 1 to 512 workers.",
            fix="try --members 100 --workers 2.",
        )


def run_ensemble(
    request: EnsembleRequest, progress: Progress | None = None
) -> Iterator[tuple[int, BlockResult]]:
    """Yield blocks as they finish, with their numbers.

    Parameters
    ----------
    request
        What to run.
    progress
        Called with members done and members in all.

    Raises
    ------
    RunError
        ORE-RUN-001 on a bad request, ORE-RUN-002 if a block fails twice.
    """
    check_request(request)
    done = 0
    setting = make_setting(request.scenario, request.data)
    run = _serial if request.workers == 1 else _parallel
    source = run(setting, request)
    for block, result in source:
        done += result.arrays.sizes["member"]
        if progress is not None:
            progress(done, request.members)
        yield block, result


def _serial(setting: Setting, request: EnsembleRequest) -> Iterator[tuple[int, BlockResult]]:
    for block in request.blocks:
        yield block, _run(setting, request, block)


def _run(setting: Setting, request: EnsembleRequest, block: int) -> BlockResult:
    # One numerical thread: the matrices are small, and sums must not depend on the machine's load.
    with threadpool_limits(limits=1):
        return run_block(setting, member_numbers(block, request.members), request.seed)


def _parallel(setting: Setting, request: EnsembleRequest) -> Iterator[tuple[int, BlockResult]]:
    waiting = list(request.blocks)
    for attempt in (1, 2):
        finished: set[int] = set()
        try:
            yield from _pool(setting, request, waiting, finished)
        except BrokenProcessPool as fault:
            waiting = [block for block in waiting if block not in finished]
            if attempt == 2:
                raise RunError(
                    "ORE-RUN-002",
                    f"a worker died twice with {len(waiting)} blocks left.",
                    why="most often memory: each worker holds its own world and block.",
                    fix="run again with fewer --workers.",
                ) from fault
        else:
            return


def _pool(
    setting: Setting, request: EnsembleRequest, blocks: list[int], finished: set[int]
) -> Iterator[tuple[int, BlockResult]]:
    context = multiprocessing.get_context("spawn")
    workers = min(request.workers, len(blocks))
    with ProcessPoolExecutor(workers, context, _start_worker, (setting, request)) as pool:
        futures = {pool.submit(_work, block): block for block in blocks}
        for future in as_completed(futures):
            result = future.result()
            finished.add(futures[future])
            yield futures[future], result


_worker: list[tuple[Setting, EnsembleRequest]] = []


def _start_worker(setting: Setting, request: EnsembleRequest) -> None:
    _worker.clear()
    _worker.append((setting, request))


def _work(block: int) -> BlockResult:
    setting, request = _worker[0]
    return _run(setting, request, block)


def default_workers() -> int:
    """Return the number of processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def failed_members(arrays: np.ndarray) -> int:
    """Return how many members have a market that did not solve.

    Parameters
    ----------
    arrays
        The array `solved`, shape (member, year, mineral).
    """
    return int((~arrays.all(axis=(1, 2))).sum())
