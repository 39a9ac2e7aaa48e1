"""Going on with a run: same bytes as one that was never interrupted, damaged blocks named."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from oreacle.core.errors import RunError
from oreacle.engine.block import BLOCK_SIZE, BlockResult
from oreacle.engine.ensemble import EnsembleRequest, Progress
from oreacle.engine.ensemble import run_ensemble as run_blocks
from oreacle.forecasting.run import forecast, open_run, resume_run
from oreacle.market.policies import ExportBan
from oreacle.scenario.record import scenario_from_dict
from oreacle.scenario.scenario import Scenario, ScheduledPolicy

SHORT = Scenario("short", "One year.", "STEPS", 2025)
MEMBERS = 5
CLOCKS = ("started", "seconds")


def make_blocks_small(patch: pytest.MonkeyPatch) -> None:
    """Make blocks of two members, in this process alone."""
    for module in ("engine.block", "engine.ensemble", "engine.run_plan"):
        patch.setattr(f"oreacle.{module}.BLOCK_SIZE", 2)
    for module in ("run", "opened"):
        patch.setattr(f"oreacle.forecasting.{module}.BLOCK_SIZE", 2)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    make_blocks_small(monkeypatch)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run of three blocks that nobody touches."""
    folder = tmp_path_factory.mktemp("made") / "whole"
    with pytest.MonkeyPatch.context() as patch:
        make_blocks_small(patch)
        forecast(SHORT, members=MEMBERS, seed=3, out=folder)
    return folder


@pytest.fixture
def whole(tmp_path: Path, small_blocks: None, made: Path) -> Path:
    assert small_blocks is None
    return Path(shutil.copytree(made, tmp_path / "whole"))


def content(folder: Path) -> dict[str, object]:
    """Return the bytes of all files; of the record what is no clock."""
    found: dict[str, object] = {path.name: path.read_bytes() for path in folder.iterdir()}
    record = json.loads((folder / "run.json").read_text())
    found["run.json"] = {name: value for name, value in record.items() if name not in CLOCKS}
    return found


def test_a_run_stopped_by_a_full_disk_goes_on_to_the_same_bytes(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, real = tmp_path / "full", Path.write_bytes

    def full(path: Path, raw: bytes) -> int:
        if path.name.startswith("block-0001.nc"):
            real(path, raw[: len(raw) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, raw)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(RunError, match=r"ORE-RUN-003.*No space left"):
            forecast(SHORT, members=MEMBERS, seed=3, out=folder)
    assert (folder / "block-0000.json").exists()
    with pytest.raises(RunError, match="ORE-RUN-004"):
        open_run(folder)
    told: list[str] = []
    made = resume_run(folder, told=told.append)
    assert content(folder) == content(whole)
    assert made.arrays.equals(open_run(whole).arrays)
    assert ["block 1" in line for line in told] == [True]


def test_damaged_blocks_are_named_and_run_again_and_others_are_kept(whole: Path) -> None:
    before = content(whole)
    kept = (whole / "block-0001.nc").stat().st_mtime_ns
    raw = (whole / "block-0000.nc").read_bytes()
    (whole / "block-0000.nc").write_bytes(raw[: len(raw) // 2])
    (whole / "events-0002.csv").write_text("garbage")
    steps: list[int] = []
    told: list[str] = []
    resume_run(whole, told=told.append, progress=lambda done, _total: steps.append(done))
    assert [line.split(":")[0] for line in told] == [
        "block 0 is run again",
        "block 2 is run again",
    ]
    assert "block-0000.nc" in told[0]
    assert "events-0002.csv" in told[1]
    assert content(whole) == before
    assert (whole / "block-0001.nc").stat().st_mtime_ns == kept
    assert (steps[0], steps[-1]) == (2, MEMBERS)


def test_a_damaged_note_makes_its_block_run_again(whole: Path) -> None:
    before = content(whole)
    (whole / "block-0001.json").write_text("[]")
    told: list[str] = []
    resume_run(whole, told=told.append)
    assert len(told) == 1
    assert content(whole) == before


def test_a_whole_run_is_only_opened(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> Iterator[None]:
        raise AssertionError

    monkeypatch.setattr("oreacle.forecasting.run.run_ensemble", fails)
    stamp = (whole / "run.json").stat().st_mtime_ns
    assert resume_run(whole).record.members == MEMBERS
    assert (whole / "run.json").stat().st_mtime_ns == stamp


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("version", "0.0.0", "ORE-RUN-159"),
        ("data_sha256", "0" * 64, "ORE-RUN-159"),
        ("block_size", 7, "ORE-RUN-159"),
        ("format", 2, "ORE-RUN-158"),
        ("members", 0, "ORE-RUN-158"),
        ("seed", "1", "ORE-RUN-158"),
        ("scenario", {"name": "x"}, "ORE-RUN-158"),
        ("more", 1, "ORE-RUN-158"),
    ],
)
def test_a_plan_of_other_conditions_is_refused(
    whole: Path, field: str, value: object, code: str
) -> None:
    plan = whole / "plan.json"
    plan.write_text(json.dumps({**json.loads(plan.read_text()), field: value}))
    before = sorted(path.name for path in whole.iterdir())
    with pytest.raises(RunError, match=code):
        resume_run(whole)
    assert sorted(path.name for path in whole.iterdir()) == before


def test_a_folder_without_a_plan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="ORE-RUN-158"):
        resume_run(tmp_path)


def test_a_scenario_with_policies_comes_back_from_its_values() -> None:
    ban = ScheduledPolicy(ExportBan("CHN", "gallium", targets=("USA", "JPN")), 2027, None)
    ours = Scenario("mine", "A ban.", "APS", 2040, (ban,))
    assert scenario_from_dict(json.loads(json.dumps(ours.as_dict()))) == ours


def test_a_run_with_a_folder_holds_no_block_that_is_written(
    tmp_path: Path, small_blocks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert small_blocks is None
    held: list[weakref.ref[BlockResult]] = []
    alive: list[int] = []

    def watched(
        request: EnsembleRequest, progress: Progress | None = None
    ) -> Iterator[tuple[int, BlockResult]]:
        for block, result in run_blocks(request, progress):
            alive.append(sum(one() is not None for one in held))
            held.append(weakref.ref(result))
            yield block, result
            del result

    monkeypatch.setattr("oreacle.forecasting.run.run_ensemble", watched)
    forecast(SHORT, members=MEMBERS, seed=3, out=tmp_path / "run")
    assert alive == [0, 0, 0]


def test_a_variable_is_read_as_a_part_over_block_borders(whole: Path) -> None:
    lazy, held = open_run(whole).arrays, open_run(whole).arrays.load()
    for at in (slice(1, 4), slice(None, None, 2), slice(None, None, -1), 3, [4, 0], slice(0, 0)):
        part = lazy["loss"].isel(member=at, actor=slice(3, 9, 2), mineral=1)
        assert part.equals(held["loss"].isel(member=at, actor=slice(3, 9, 2), mineral=1))


KILLED = """
import sys
from oreacle.forecasting.run import forecast
from oreacle.scenario.record import scenario_from_dict
from oreacle.scenario.scenario import Scenario

if __name__ == "__main__":
    short = Scenario("short", "One year.", "STEPS", 2025)
    forecast(short, members=int(sys.argv[2]), seed=3, workers=2, out=sys.argv[1])
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_run_that_was_killed_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    members = 2 * BLOCK_SIZE + 1
    script, folder = tmp_path / "killed.py", tmp_path / "killed"
    script.write_text(KILLED)
    with subprocess.Popen([sys.executable, script, folder, str(members)]) as process:
        end = time.monotonic() + 120
        while not list(folder.glob("block-*.json")):
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.01)
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGKILL)
    assert not psutil.wait_procs(children, timeout=10)[1]
    assert not (folder / "run.json").exists()
    resume_run(folder)
    forecast(SHORT, members=members, seed=3, out=tmp_path / "whole")
    assert content(folder) == content(tmp_path / "whole")
