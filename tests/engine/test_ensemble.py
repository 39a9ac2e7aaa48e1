"""The ensemble: any number of workers gives the same bytes; bad sizes are refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from oreacle.core.errors import RunError
from oreacle.engine.block import BLOCK_SIZE, failed_members, member_numbers
from oreacle.engine.ensemble import (
    MOST_MEMBERS,
    EnsembleRequest,
    check_request,
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
    assert len(names) == 6
    for name in names:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes(), name


def test_progress_counts_members_times_years() -> None:
    told: list[tuple[int, int]] = []
    request = EnsembleRequest(replace(ONE_YEAR, until=2026), 3, 1, 1, None)
    list(run_ensemble(request, lambda done, total: told.append((done, total))))
    assert [done for done, _ in told] == [0, 0, 3, 6, 6]
    assert {total for _, total in told} == {6}


def test_blocks_hold_every_member_once() -> None:
    request = EnsembleRequest(ONE_YEAR, 2 * BLOCK_SIZE + 1, 1, 1, None)
    members = np.concatenate([member_numbers(block, request.members) for block in request.blocks])
    assert members.tolist() == list(range(request.members))


@pytest.mark.parametrize(("members", "workers"), [(0, 1), (1, 0), (MOST_MEMBERS + 1, 1), (1, 513)])
def test_a_size_that_cannot_run_is_refused(members: int, workers: int) -> None:
    with pytest.raises(RunError, match="ORE-RUN-001"):
        check_request(EnsembleRequest(ONE_YEAR, members, 1, workers, None))


def test_a_member_with_one_unsolved_market_counts_as_failed() -> None:
    solved = np.ones((3, 2, 4), dtype=bool)
    solved[1, 0, 2] = False
    assert failed_members(solved) == 1


@pytest.mark.parametrize("size", [True, 2.0, None, np.int64(2)])
def test_a_size_that_is_no_whole_number_is_refused(size: int) -> None:
    for members, workers in ((size, 1), (1, size)):
        with pytest.raises(RunError, match="ORE-RUN-001"):
            check_request(EnsembleRequest(ONE_YEAR, members, 1, workers, None))


def test_the_largest_size_is_refused_with_its_reason() -> None:
    with pytest.raises(RunError) as caught:
        check_request(EnsembleRequest(ONE_YEAR, MOST_MEMBERS + 1, 1, 1, None))
    assert "memory" in caught.value.why
