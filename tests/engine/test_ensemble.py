"""The ensemble: any number of workers gives the same bytes; bad sizes and deaths are refused."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from oreacle.core.errors import RunError
from oreacle.engine.block import BLOCK_SIZE, member_numbers
from oreacle.engine.ensemble import (
    MOST_MEMBERS,
    EnsembleRequest,
    check_request,
    failed_members,
    run_ensemble,
)
from oreacle.engine.store import write_block
from oreacle.scenario.scenario import Scenario

ONE_YEAR = Scenario("test", "One year.", "STEPS", 2025)


def test_one_and_two_workers_write_the_same_bytes(tmp_path: Path) -> None:
    for workers in (1, 2):
        folder = tmp_path / str(workers)
        folder.mkdir()
        request = EnsembleRequest(ONE_YEAR, BLOCK_SIZE + 2, 3, workers, None)
        for block, result in run_ensemble(request):
            write_block(folder, block, result)
    names = sorted(path.name for path in (tmp_path / "1").iterdir())
    assert len(names) == 4
    for name in names:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes(), name


def test_blocks_hold_every_member_once() -> None:
    request = EnsembleRequest(ONE_YEAR, 2 * BLOCK_SIZE + 1, 1, 1, None)
    members = np.concatenate([member_numbers(block, request.members) for block in request.blocks])
    assert members.tolist() == list(range(request.members))


@pytest.mark.parametrize(("members", "workers"), [(0, 1), (1, 0), (5_001, 1), (1, 513)])
def test_a_size_that_cannot_run_is_refused(members: int, workers: int) -> None:
    with pytest.raises(RunError, match="ORE-RUN-001"):
        check_request(EnsembleRequest(ONE_YEAR, members, 1, workers, None))


def test_a_member_with_one_unsolved_market_counts_as_failed() -> None:
    solved = np.ones((3, 2, 4), dtype=bool)
    solved[1, 0, 2] = False
    assert failed_members(solved) == 1


@pytest.mark.parametrize("size", [True, 2.0, "2", None, np.int64(2)])
def test_a_size_that_is_no_whole_number_is_refused(size: int) -> None:
    for members, workers in ((size, 1), (1, size)):
        with pytest.raises(RunError, match="ORE-RUN-001"):
            check_request(EnsembleRequest(ONE_YEAR, members, 1, workers, None))


def test_the_largest_size_is_refused_with_its_reason() -> None:
    with pytest.raises(RunError) as caught:
        check_request(EnsembleRequest(ONE_YEAR, MOST_MEMBERS + 1, 1, 1, None))
    assert "memory" in caught.value.why


@contextmanager
def killer(deaths: int) -> Iterator[None]:
    """Kill so many workers, one after the other, as soon as each is there."""
    over = threading.Event()

    def kill() -> None:
        killed: set[int | None] = set()
        while len(killed) < deaths and not over.wait(0.02):
            alive = [c for c in multiprocessing.active_children() if c.pid not in killed]
            for child in alive[: deaths - len(killed)]:
                child.kill()
                killed.add(child.pid)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("deaths", [1, 2])
def test_the_block_of_a_dead_worker_is_run_again_and_only_once(deaths: int) -> None:
    request = EnsembleRequest(ONE_YEAR, 2, 3, 2, None)
    with killer(deaths):
        if deaths == 1:
            assert [block for block, _ in run_ensemble(request)] == [0]
        else:
            with pytest.raises(RunError, match="ORE-RUN-002"):
                list(run_ensemble(request))
    assert not multiprocessing.active_children()


def test_closing_a_run_early_leaves_no_worker() -> None:
    blocks = run_ensemble(EnsembleRequest(ONE_YEAR, 4 * BLOCK_SIZE, 3, 2, None))
    next(blocks)
    blocks.close()
    assert not multiprocessing.active_children()


DEAF = """
import multiprocessing, re, time
from pathlib import Path
from oreacle.engine.ensemble import _deaf_to_interrupts

if __name__ == "__main__":
    worker = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(30,))
    with _deaf_to_interrupts():
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
