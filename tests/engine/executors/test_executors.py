"""Every executor gives the same blocks, survives a dead worker, and names a block that failed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from tests.architecture.source import PROJECT
from tests.engine.executors.jobs import quick

from oreacle.core.errors import RunError
from oreacle.engine.block import BLOCK_SIZE
from oreacle.engine.executors.choice import available_cores, chosen_executor
from oreacle.engine.executors.contract import Executor
from oreacle.engine.executors.dask_cluster import DaskCluster
from oreacle.engine.executors.processes import Processes
from oreacle.engine.executors.serial import Serial

ALL = (Serial(), Processes(2), DaskCluster(count=2))
AWAY = (Processes(2), DaskCluster(count=2))
AWAY_SLOWLY = (Processes(2), pytest.param(DaskCluster(count=2), marks=pytest.mark.slow))


def nothing(block: int | None = None, years: int = 0) -> None:
    """Do nothing while workers are waited for."""


@pytest.mark.parametrize("executor", ALL)
def test_every_block_comes_once_with_its_members(executor: Executor, tmp_path: Path) -> None:
    found = dict(executor.blocks(lambda: quick(tmp_path), (0, 2), nothing))
    assert sorted(found) == [0, 2]
    assert found[0].arrays["x"].to_numpy().tolist() == [2.0 * k for k in range(BLOCK_SIZE)]
    assert found[2].arrays["member"].to_numpy().tolist() == [2 * BLOCK_SIZE]
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("executor", ALL)
def test_years_of_a_block_are_told_before_it_comes(executor: Executor, tmp_path: Path) -> None:
    heard: list[tuple[int | None, int]] = []

    def hear(block: int | None = None, years: int = 0) -> None:
        heard.append((block, years))

    for block, _ in executor.blocks(lambda: quick(tmp_path), (2,), hear):
        assert [item for item in heard if item[1]] == [(block, 1), (block, 2)]


@pytest.mark.parametrize("executor", ALL)
def test_what_is_raised_at_a_year_ends_the_run_as_it_is(executor: Executor, tmp_path: Path) -> None:
    def stop(block: int | None = None, years: int = 0) -> None:
        if years == 2:
            raise LookupError

    with pytest.raises(LookupError):
        dict(executor.blocks(lambda: quick(tmp_path), (0,), stop))
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("executor", AWAY)
def test_the_block_of_a_dead_worker_is_run_again(executor: Executor, tmp_path: Path) -> None:
    found = dict(executor.blocks(lambda: quick(tmp_path, "die once"), (0, 1, 2), nothing))
    assert sorted(found) == [0, 1, 2]
    assert (tmp_path / "died").exists()


@pytest.mark.parametrize("executor", AWAY)
def test_a_block_on_which_two_workers_die_ends_the_run(executor: Executor, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"ORE-RUN-002.*block 1"):
        dict(executor.blocks(lambda: quick(tmp_path, "die"), (1,), nothing))
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("executor", ALL)
def test_a_fault_of_the_program_is_told_with_its_members(
    executor: Executor, tmp_path: Path
) -> None:
    with pytest.raises(RunError) as caught:
        dict(executor.blocks(lambda: quick(tmp_path, "break"), (1,), nothing))
    assert caught.value.code == "ORE-RUN-152"
    for word in (
        "block 1",
        f"members {BLOCK_SIZE} to {2 * BLOCK_SIZE - 1}",
        "ZeroDivisionError",
        "no such thing",
        "jobs.py",
    ):
        assert word in caught.value.what


@pytest.mark.parametrize("executor", AWAY_SLOWLY)
def test_closing_early_ends_sleeping_workers(executor: Executor, tmp_path: Path) -> None:
    blocks = executor.blocks(lambda: quick(tmp_path, "sleep"), (0, 1), nothing)
    next(blocks)
    start = time.monotonic()
    blocks.close()
    assert time.monotonic() - start < 10
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("executor", AWAY_SLOWLY)
def test_what_pulse_raises_ends_the_run(executor: Executor, tmp_path: Path) -> None:
    def stop(block: int | None = None, years: int = 0) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dict(executor.blocks(lambda: quick(tmp_path, "sleep"), (1,), stop))
    assert not multiprocessing.active_children()


def test_a_cluster_of_our_own_listens_on_loopback_alone_and_not_on_the_port_of_pages(
    tmp_path: Path,
) -> None:
    found: list[tuple[str, int]] = []

    def look(block: int | None = None, years: int = 0) -> None:
        me = psutil.Process()
        for process in (me, *me.children(recursive=True)):
            with suppress(psutil.Error):
                ports = process.net_connections(kind="inet")
                found.extend(tuple(one.laddr) for one in ports if one.status == "LISTEN")

    dict(DaskCluster(count=1).blocks(lambda: quick(tmp_path), (0,), look))
    assert found
    assert {host for host, _ in found} == {"127.0.0.1"}
    assert 8787 not in {port for _, port in found}


@pytest.mark.parametrize(
    ("workers", "executor"),
    [
        (1, Serial()),
        (3, Processes(3)),
        ("dask", DaskCluster(count=available_cores())),
        ("dask:4", DaskCluster(count=4)),
        ("tcp://host:8786", DaskCluster(address="tcp://host:8786")),
    ],
)
def test_workers_are_taken_as_number_or_cluster(workers: int | str, executor: Executor) -> None:
    assert chosen_executor(workers) == executor


@pytest.mark.parametrize("text", ["", "many", "2", "dask:", "dask:x", "http://host", "tcp://"])
def test_words_that_name_no_workers_are_refused(text: str) -> None:
    with pytest.raises(RunError, match="ORE-RUN-153"):
        chosen_executor(text)


@pytest.mark.parametrize("workers", [0, -1, 513, "dask:0", "dask:513"])
def test_a_number_of_workers_out_of_range_is_refused(workers: int | str) -> None:
    with pytest.raises(RunError, match="ORE-RUN-001"):
        chosen_executor(workers)


def test_without_the_library_a_cluster_is_refused_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("oreacle.engine.executors.dask_cluster.find_spec", lambda _name: None)
    with pytest.raises(RunError) as caught:
        chosen_executor("dask")
    assert caught.value.code == "ORE-RUN-154"
    assert 'pip install "oreacle[cluster]"' in caught.value.fix


def test_a_scheduler_that_does_not_answer_is_told_within_ten_seconds(tmp_path: Path) -> None:
    start = time.monotonic()
    with pytest.raises(RunError, match="ORE-RUN-155"):
        dict(
            DaskCluster(address="tcp://127.0.0.1:1").blocks(lambda: quick(tmp_path), (0,), nothing)
        )
    assert time.monotonic() - start < 10


ORPHANS = """
import sys
from pathlib import Path
from tests.engine.executors.jobs import quick
from oreacle.engine.executors.dask_cluster import DaskCluster
from oreacle.engine.executors.processes import Processes

if __name__ == "__main__":
    executor = Processes(2) if sys.argv[1] == "processes" else DaskCluster(count=2)
    dict(executor.blocks(lambda: quick(Path(sys.argv[2]), "sleep"), (1, 0), lambda *_: None))
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("kind", ["processes", pytest.param("dask", marks=pytest.mark.slow)])
def test_workers_end_with_a_first_process_that_was_killed(kind: str, tmp_path: Path) -> None:
    script = tmp_path / "orphans.py"
    script.write_text(ORPHANS)
    path = os.pathsep.join([str(PROJECT), str(PROJECT / "src"), os.environ.get("PYTHONPATH", "")])
    words = [sys.executable, str(script), kind, str(tmp_path)]
    with subprocess.Popen(words, env={**os.environ, "PYTHONPATH": path}) as process:
        end = time.monotonic() + 60
        while not (asleep := list(tmp_path.glob("asleep-*"))):
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGKILL)
    assert int(asleep[0].name.split("-")[1]) in {child.pid for child in children}
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not alive


DEAF = """
import multiprocessing, re, time
from pathlib import Path
from oreacle.engine.executors.processes import deaf_to_interrupts

if __name__ == "__main__":
    worker = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(30,))
    with deaf_to_interrupts():
        worker.start()
    held = re.search("SigBlk:\\\\s*([0-9a-f]+)", Path(f"/proc/{worker.pid}/status").read_text())
    print(int(held[1], 16) >> 1 & 1)
    worker.kill()
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no list of processes as files")
def test_the_first_worker_of_a_process_is_deaf_to_ctrl_c(tmp_path: Path) -> None:
    """The helper process that the first start brings with it once let the signal through."""
    script = tmp_path / "deaf.py"
    script.write_text(DEAF)
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"
