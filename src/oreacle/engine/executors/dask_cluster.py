"""Blocks on a Dask cluster: one on this machine, or one at an address.

Does      Connects, sends the job once to each worker, hands out blocks and yields the results.
Units     Seconds.
Method    The job is a plugin of the workers: each gets it once, also one that joins later or is
          started again. Results are taken as they finish and forgotten there. A cluster of our own
          listens on the loopback device alone, without dashboard, and ends with this process.
Assumes   Workers at an address have the same version of oreacle (checked), and are trusted: Dask
          runs what it is sent.
Not here  Starting a cluster on other machines: see the documentation of Dask.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
import queue
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from oreacle.core.errors import OreacleError, RunError
from oreacle.engine.block import BlockResult
from oreacle.engine.executors.contract import PULSE, BlockJob, Blocks, Pulse, died_twice
from oreacle.engine.executors.processes import deaf_to_interrupts

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster

REACH = 5.0
"""Longest wait for a scheduler, and then for its first worker, together under ten [s]."""
FIRST_WORKER = 1.5
LOOPBACK = "127.0.0.1"
DEATHS = 1
"""Workers that may die on a block before it is given up, in a cluster of our own."""


@dataclass(frozen=True)
class DaskCluster:
    """Workers of Dask.

    Attributes
    ----------
    address
        Of a scheduler; "" for a cluster of our own on this machine.
    count
        Workers of a cluster of our own.
    """

    address: str = ""
    count: int = 0

    @classmethod
    def checked(cls, address: str = "", count: int = 0) -> DaskCluster:
        """Return the executor if the library is there.

        Raises
        ------
        RunError
            ORE-RUN-154 if it is not installed.
        """
        if find_spec("distributed") is None:
            raise RunError(
                "ORE-RUN-154",
                "the library `distributed` is not installed.",
                why="clusters of Dask are reached through it.",
                fix='pip install "oreacle[cluster]", or give a number of processes.',
            )
        return cls(address, count)

    def blocks(
        self, make_job: Callable[[], BlockJob], waiting: Sequence[int], pulse: Pulse
    ) -> Blocks:
        """Yield blocks as they finish; see `oreacle.engine.executors.contract.Executor`.

        Raises
        ------
        RunError
            ORE-RUN-155 if there is no scheduler or no worker; ORE-RUN-156 if the cluster is lost
            on the way; ORE-RUN-157 if its workers have another version.
        """
        from oreacle.engine.executors import dask_worker

        is_ours = not self.address
        with ExitStack() as stack:
            client = stack.enter_context(self._client(len(waiting)))
            key = stack.enter_context(_sent(client, make_job(), is_ours))
            done: queue.SimpleQueue[Future | tuple[int, int]] = queue.SimpleQueue()
            stack.enter_context(_years_heard(client, key, done))
            numbers: dict[str, int] = {}
            futures: dict[str, Future] = {}  # one that nobody holds is cancelled
            for rank, block in enumerate(waiting):
                name = f"{key}-{block}"
                future = client.submit(
                    dask_worker.answer, key, block, key=name, priority=-rank, pure=False
                )
                numbers[name], futures[name] = block, future
                future.add_done_callback(done.put)
            while futures:
                pulse()
                heard = _next(client, done)
                if isinstance(heard, tuple):
                    pulse(*heard)
                elif heard:
                    result = _result(futures[heard], numbers[heard])
                    futures.pop(heard).release()
                    yield numbers[heard], result
                    del result

    @contextmanager
    def _client(self, blocks: int) -> Iterator[Client]:
        """Yield a connection to the scheduler, of a cluster of our own if there is no address."""
        import dask
        from distributed import Client

        # Nothing is asked of the network but what the run itself needs.
        quiet = {"distributed.client.heartbeat": "5s", "distributed.scheduler.http.routes": []}
        with ExitStack() as stack:
            stack.enter_context(dask.config.set(quiet))
            address = self.address
            if address:
                _greet(address)
            else:
                address = stack.enter_context(_own_cluster(min(self.count, blocks)))
            try:
                client = Client(address, timeout=REACH, set_as_default=False)
            except (OSError, ValueError) as fault:
                raise _unreachable(address, "it cannot be reached") from fault
            stack.callback(_let_go, client)
            _refuse_empty(client, address)
            yield client


def _greet(address: str) -> None:
    """Refuse an address at which no scheduler answers.

    In a thread with an event loop of its own: this one may have one already, as in a notebook. A
    client that fails to start takes long to give up.
    """
    from distributed import Security
    from distributed.comm import connect

    async def meet() -> None:
        arguments = Security().get_connection_args("client")
        comm = await connect(address, timeout=REACH, **arguments)
        await comm.close()

    with ThreadPoolExecutor(1) as thread:
        try:
            thread.submit(asyncio.run, meet()).result()
        except (OSError, ValueError) as fault:
            raise _unreachable(address, "it cannot be reached") from fault
        except Exception as fault:
            raise _unreachable(address, "what answers there is no scheduler of Dask") from fault


@contextmanager
def _own_cluster(count: int) -> Iterator[str]:
    """Yield the address of a cluster on this machine that ends with the block."""
    import dask
    from distributed import LocalCluster

    with dask.config.set({"distributed.scheduler.allowed-failures": DEATHS}):
        with deaf_to_interrupts():
            cluster: LocalCluster = LocalCluster(
                n_workers=count,
                threads_per_worker=1,
                processes=True,
                host=LOOPBACK,
                dashboard_address=None,
                # Else the server of pages that are switched off would take a known port.
                scheduler_kwargs={"dashboard": False, "dashboard_address": f"{LOOPBACK}:0"},
                memory_limit=0,
                silence_logs=logging.CRITICAL,
            )
        try:
            cluster.scheduler.http_server.stop()
            yield cluster.scheduler_address
        finally:
            cluster.close(timeout=5)


def _refuse_empty(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=FIRST_WORKER)
    except TimeoutError as fault:
        raise _unreachable(address, "it has no worker") from fault


def _let_go(client: Client) -> None:
    with suppress(Exception):  # what was lost before cannot be closed again
        client.close(timeout=2)


@contextmanager
def _sent(client: Client, job: BlockJob, is_ours: bool) -> Iterator[str]:
    """Send the job to every worker; yield its name; take it back at the end."""
    from oreacle import __version__
    from oreacle.engine.executors.dask_worker import JobPlugin

    key = f"oreacle-{uuid.uuid4().hex}"
    try:
        client.register_plugin(JobPlugin(key, __version__, pickle.dumps(job), is_ours), name=key)
    except OreacleError:
        raise
    except Exception as fault:
        if isinstance(fault, OSError):
            raise _lost(fault) from fault
        raise RunError(
            "ORE-RUN-157",
            f"workers of the cluster cannot take the run: {type(fault).__name__}: {fault}.",
            why="they need oreacle, in the same version and with the same libraries as here.",
            fix=f'install "oreacle=={__version__}" where the workers run.',
        ) from fault
    try:
        yield key
    finally:
        if client.status == "running":
            with suppress(Exception):  # the cluster may be gone, and the job with it
                client.unregister_worker_plugin(key)


@contextmanager
def _years_heard(
    client: Client, key: str, done: queue.SimpleQueue[Future | tuple[int, int]]
) -> Iterator[None]:
    """Put what workers tell of a job, a block and its years that are done, into a queue."""
    client.subscribe_topic(key, lambda event: done.put(event[1]))
    try:
        yield
    finally:
        if client.status == "running":
            with suppress(Exception):  # the cluster may be gone
                client.unsubscribe_topic(key)


def _next(
    client: Client, done: queue.SimpleQueue[Future | tuple[int, int]]
) -> str | tuple[int, int]:
    """Return the name of a future that is done, or a block and its years that are.

    Return "" if nothing is heard within a pulse.
    """
    if client.status not in {"running", "connecting"}:
        raise _lost(None)
    try:
        heard = done.get(timeout=PULSE)
    except queue.Empty:
        return ""
    return (int(heard[0]), int(heard[1])) if isinstance(heard, tuple | list) else str(heard.key)


def _result(future: Future, block: int) -> BlockResult:
    from concurrent.futures import CancelledError

    from distributed import KilledWorker

    try:
        answer = future.result(timeout=60)
    except KilledWorker as fault:
        raise died_twice(block) from fault
    except (CancelledError, OSError) as fault:
        raise _lost(fault) from fault
    if isinstance(answer, OreacleError):
        raise answer
    if not isinstance(answer, BlockResult):
        raise died_twice(block)
    return answer


def _unreachable(address: str, what: str) -> RunError:
    return RunError(
        "ORE-RUN-155",
        f"the scheduler at {address}: {what}.",
        why="there is nothing to run on; nothing was computed and nothing is lost.",
        fix="start `dask scheduler` and `dask worker`, check the address, or give a number of "
        "processes such as --workers 2.",
    )


def _lost(fault: BaseException | None) -> RunError:
    return RunError(
        "ORE-RUN-156",
        f"the cluster was lost on the way{'' if fault is None else f' ({type(fault).__name__})'}.",
        why="blocks that were not finished have no workers.",
        fix="finished blocks are kept: `oreacle forecast --resume RUN` runs the rest, here or on "
        "another cluster.",
    )
