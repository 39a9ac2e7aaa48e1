"""What runs inside a worker of Dask.

Does      Holds the job of a run in the worker, and answers block numbers by results.
Units     None.
Method    A plugin brings the job as bytes; it is unpacked once.
Assumes   One thread works on blocks at a time, or memory for as many as do.
Not here  The other end: see `oreacle.engine.executors.dask_cluster`.
"""

from __future__ import annotations

import gc
import os
import pickle
from dataclasses import dataclass

from distributed import Worker, WorkerPlugin, get_worker

from oreacle import __version__
from oreacle.core.errors import OreacleError, RunError
from oreacle.engine.block import BlockResult
from oreacle.engine.executors.contract import BlockJob

_JOBS: dict[str, BlockJob] = {}
"""Jobs that this worker holds, by their keys."""


@dataclass
class JobPlugin(WorkerPlugin):  # type: ignore[misc]  # its types are not known
    """Brings a job to a worker.

    Attributes
    ----------
    key
        Name of the job.
    version
        Version of the package that made it.
    content
        The job, pickled.
    is_ours
        True if the cluster was started for this run: its workers serve no pages.
    """

    key: str
    version: str
    content: bytes
    is_ours: bool

    def setup(self, worker: Worker) -> None:
        """Unpack the job."""
        if self.version != __version__:
            raise RunError(
                "ORE-RUN-157",
                f"a worker of the cluster has oreacle {__version__}, this run {self.version}.",
                why="another version may give other numbers.",
                fix=f'install "oreacle=={self.version}" where the workers run.',
            )
        if self.is_ours:
            worker.http_server.stop()
        _JOBS[self.key] = pickle.loads(self.content)  # noqa: S301 - Dask itself runs what it is sent
        if self.is_ours:
            gc.freeze()  # the setting stays as long as the worker

    def teardown(self, worker: Worker) -> None:
        """Forget the job."""
        _JOBS.pop(self.key, None)


def answer(key: str, block: int) -> BlockResult | OreacleError:
    """Return a block of a job, or the error that it ended with; its years are events of `key`."""
    worker = get_worker()
    return _JOBS[key].attempt(block, lambda years: worker.log_event(key, (block, years)))


def process_number() -> int:
    """Return the number of this process."""
    return os.getpid()
