"""Run an ensemble: blocks of members over worker processes, with progress.

Does      Hands blocks to workers, yields each as it finishes, and reports progress.
Units     Members for progress.
Method    `spawn`ed workers with one numerical thread and one pipe each; a block depends on the
          seed and its members alone. The block of a worker that died is tried once more. Workers
          do not hear Ctrl-C: this process does, and ends them, whatever they are doing.
Assumes   Enough memory for one setting per worker (some 200 MB).
Not here  What a block does: see `oreacle.engine.block`; the run folder: `oreacle.engine.store`.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from oreacle.core.errors import OreacleError, RunError
from oreacle.engine.block import BLOCK_SIZE, BlockResult, member_numbers, run_block
from oreacle.engine.setting import Setting, make_setting
from oreacle.scenario.scenario import Scenario

Progress = Callable[[int, int], None]
Blocks = Generator[tuple[int, BlockResult], None, None]
MOST_MEMBERS = 5_000
"""The arrays of 100 members take 41 MB, and are held twice while blocks are joined [1]."""
MOST_WORKERS = 512
PULSE = 0.5
"""Longest time without a call of `progress` while workers are waited for [s]."""
PATIENCE = 1.0
"""Time that a worker gets to end before it is killed [s]."""


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
        ORE-RUN-001 if members or workers are no whole numbers, fewer than one, or too many.
    """
    sizes = {"members": request.members, "workers": request.workers}
    for name, size in sizes.items():
        if isinstance(size, bool) or not isinstance(size, int):
            raise RunError(
                "ORE-RUN-001",
                f"{name} is {size!r}, which is not a whole number ({type(size).__name__}).",
                why="a size that is converted in silence would not be the one that was meant.",
                fix=f"give a whole number (int), such as {name} 2.",
            )
    if not 1 <= request.members <= MOST_MEMBERS or not 1 <= request.workers <= MOST_WORKERS:
        raise RunError(
            "ORE-RUN-001",
            f"{request.members} members on {request.workers} workers were asked for.",
            why=f"a run needs 1 to {MOST_MEMBERS:,} members and 1 to {MOST_WORKERS} workers; "
            "100 members take some 80 MB of memory, so that more would not fit most machines.",
            fix="try --members 100 --workers 2; for more members make runs with other seeds.",
        )


def run_ensemble(request: EnsembleRequest, progress: Progress | None = None) -> Blocks:
    """Yield blocks as they finish, with their numbers.

    Close the generator to end the workers before all blocks are done.

    Parameters
    ----------
    request
        What to run.
    progress
        Called with members done and members in all, before the first block, after each, and
        while workers are waited for; it may raise to stop the run.

    Raises
    ------
    RunError
        ORE-RUN-001 on a bad request, ORE-RUN-002 if a block fails twice.
    """
    check_request(request)
    done = 0
    setting = make_setting(request.scenario, request.data)

    def tell() -> None:
        if progress is not None:
            progress(done, request.members)

    tell()
    is_serial = request.workers == 1
    blocks = _serial(setting, request) if is_serial else _parallel(setting, request, tell)
    with closing(blocks):
        for block, result in blocks:
            done += result.arrays.sizes["member"]
            tell()
            yield block, result


def _serial(setting: Setting, request: EnsembleRequest) -> Blocks:
    for block in request.blocks:
        yield block, _run(setting, request, block)


def _run(setting: Setting, request: EnsembleRequest, block: int) -> BlockResult:
    # One numerical thread: the matrices are small, and sums must not depend on the machine's load.
    with threadpool_limits(limits=1):
        return run_block(setting, member_numbers(block, request.members), request.seed)


@dataclass
class _Worker:
    """A process, this end of its pipe, and the block that it has in hand."""

    process: BaseProcess
    pipe: Connection
    block: int | None = None

    def give(self, content: bytes) -> None:
        """Send something; if the worker is dead, reading its answer will tell."""
        with suppress(OSError):
            self.pipe.send_bytes(content)

    def take(self, waiting: list[int]) -> None:
        """Hand over the next block, if there is one."""
        self.block = waiting.pop(0) if waiting else None
        if self.block is not None:
            self.give(pickle.dumps(self.block))


def _parallel(setting: Setting, request: EnsembleRequest, pulse: Callable[[], None]) -> Blocks:
    waiting = list(request.blocks)
    start = pickle.dumps((setting, request))
    failed: set[int] = set()
    crew: list[_Worker] = []
    try:
        _hire(crew, min(request.workers, len(waiting)), start, waiting)
        while busy := {worker.pipe: worker for worker in crew if worker.block is not None}:
            pulse()
            for pipe in wait(list(busy), PULSE):
                worker = busy[pipe]  # type: ignore[index]  # it waits for what it was given
                block = worker.block
                result = _answer(worker)
                if block is None or result is None:
                    _refuse_second_death(worker, failed, waiting)
                    crew.remove(worker)
                    _hire(crew, 1, start, waiting)
                    continue
                worker.take(waiting)
                yield block, result
    finally:
        _dismiss(crew)


def _hire(crew: list[_Worker], number: int, start: bytes, waiting: list[int]) -> None:
    """Start workers, all of them before the first is waited for."""
    context = multiprocessing.get_context("spawn")
    hired = []
    for _ in range(number):
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs,), daemon=True)
        with _deaf_to_interrupts():
            process.start()
            crew.append(_Worker(process, ours))
        theirs.close()
        hired.append(crew[-1])
    for worker in hired:
        worker.give(start)
        worker.take(waiting)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Hold Ctrl-C back; a process that starts meanwhile never hears it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Its own start, by the first process otherwise, lets the signal through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _answer(worker: _Worker) -> BlockResult | None:
    """Return what a worker made, None if it died."""
    try:
        answer = worker.pipe.recv()
    except (EOFError, OSError):
        return None
    if isinstance(answer, OreacleError):
        raise answer
    return answer if isinstance(answer, BlockResult) else None


def _refuse_second_death(worker: _Worker, failed: set[int], waiting: list[int]) -> None:
    """Put the block of a dead worker back, once."""
    worker.process.join(PATIENCE)
    if worker.block is None or worker.block in failed:
        raise RunError(
            "ORE-RUN-002",
            f"a worker died twice on block {worker.block}.",
            why="most often memory: each worker holds its own world and block; a fault of another "
            "kind is printed above.",
            fix="run again with fewer --workers.",
        )
    failed.add(worker.block)
    waiting.insert(0, worker.block)


def _dismiss(crew: list[_Worker]) -> None:
    for worker in crew:
        worker.process.terminate()
    for worker in crew:
        worker.process.join(PATIENCE)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()
        worker.pipe.close()


def _work(pipe: Connection) -> None:
    """Answer blocks by their results until the pipe is closed: the life of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where a signal cannot be held back at the start
    with suppress(EOFError, OSError):
        setting, request = pipe.recv()
        while True:
            block = pipe.recv()
            answer: BlockResult | OreacleError
            try:
                answer = _run(setting, request, block)
            except OreacleError as fault:
                answer = fault
            pipe.send(answer)


def failed_members(arrays: np.ndarray) -> int:
    """Return how many members have a market that did not solve.

    Parameters
    ----------
    arrays
        The array `solved`, shape (member, year, mineral).
    """
    return int((~arrays.all(axis=(1, 2))).sum())
