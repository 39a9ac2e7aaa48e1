"""Blocks in processes of this machine.

Does      Hands blocks to worker processes and yields each as it finishes.
Units     Seconds.
Method    `spawn`ed workers with one numerical thread and one pipe each. The block of a worker that
          died is tried once more. Workers do not hear Ctrl-C: this process does, and ends them,
          whatever they are doing. If this process is killed, its workers end at once: each watches
          a pipe that the system closes with it.
Assumes   Enough memory for one setting and block per worker (some 400 MB).
Not here  Other machines: see `oreacle.engine.executors.dask_cluster`.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from oreacle.core.errors import OreacleError
from oreacle.engine.block import BlockResult
from oreacle.engine.executors.contract import PULSE, BlockJob, Blocks, Pulse, died_twice

PATIENCE = 1.0
"""Time that a worker gets to end before it is killed [s]."""


@dataclass(frozen=True)
class Processes:
    """Worker processes.

    Attributes
    ----------
    count
        How many; no more are started than there are blocks.
    """

    count: int

    def blocks(
        self, make_job: Callable[[], BlockJob], waiting: Sequence[int], pulse: Pulse
    ) -> Blocks:
        """Yield blocks as they finish; see `oreacle.engine.executors.contract.Executor`."""
        left = list(waiting)
        failed: set[int] = set()
        crew: list[_Worker] = []
        try:
            hired = _hire(crew, min(self.count, len(left)))
            start = pickle.dumps(make_job())
            _put_to_work(hired, start, left)
            while busy := {worker.pipe: worker for worker in crew if worker.block is not None}:
                pulse()
                for pipe in wait(list(busy), PULSE):
                    worker = busy[pipe]  # type: ignore[index]  # it waits for what it was given
                    block = worker.block
                    result = _answer(worker)
                    if isinstance(result, int):
                        pulse(block, result)
                        continue
                    if block is None or result is None:
                        _refuse_second_death(worker, failed, left)
                        crew.remove(worker)
                        _put_to_work(_hire(crew, 1), start, left)
                        continue
                    worker.take(left)
                    yield block, result
        finally:
            _dismiss(crew)


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


def _hire(crew: list[_Worker], number: int) -> list[_Worker]:
    """Start workers, which load the package while this process goes on; return them."""
    context = multiprocessing.get_context("spawn")
    hired = []
    for _ in range(number):
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs,), daemon=True)
        with deaf_to_interrupts():
            process.start()
            crew.append(_Worker(process, ours))
        theirs.close()
        hired.append(crew[-1])
    return hired


def _put_to_work(hired: list[_Worker], start: bytes, waiting: list[int]) -> None:
    """Give workers the job, and each a block."""
    for worker in hired:
        worker.give(start)
        worker.take(waiting)


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Hold Ctrl-C back; a process or thread that starts meanwhile never hears it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Its own start, by the first process otherwise, lets the signal through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with _answered_later():
            yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _answered_later() -> Iterator[None]:
    """Hold the answer to Ctrl-C back that another thread, such as that of a bar, hears.

    Python answers in the main thread whichever heard it: a process half started would be left.
    """
    answer = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(answer):
        yield
        return
    heard: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _frame: heard.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, answer)
    if heard:
        answer(heard[0], None)


def _answer(worker: _Worker) -> BlockResult | int | None:
    """Return what a worker made, or how many years of it are done; None if it died."""
    try:
        answer = worker.pipe.recv()
    except (EOFError, OSError):
        return None
    if isinstance(answer, OreacleError):
        raise answer
    return answer if isinstance(answer, BlockResult | int) else None


def _refuse_second_death(worker: _Worker, failed: set[int], waiting: list[int]) -> None:
    """Put the block of a dead worker back, once."""
    worker.process.join(PATIENCE)
    worker.pipe.close()
    if worker.block is None or worker.block in failed:
        raise died_twice(worker.block)
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
    threading.Thread(target=_end_with_the_first_process, daemon=True).start()
    with suppress(EOFError, OSError):
        job: BlockJob = pipe.recv()
        gc.freeze()  # the setting stays: looking through it at each collection took a twentieth
        while True:
            pipe.send(job.attempt(pipe.recv(), pipe.send))


def _end_with_the_first_process() -> None:
    """End this process when the one that started it is gone, also in the middle of a block."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
