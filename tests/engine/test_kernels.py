"""The kernel of a run: chosen once, named in plan and record, the same for all workers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from oreacle.core.errors import RunError
from oreacle.engine.block import BLOCK_SIZE
from oreacle.engine.ensemble import EnsembleRequest, run_ensemble
from oreacle.engine.kernels import NUMPY, best_kernel, make_ready, refuse_other_kernel
from oreacle.engine.store import write_block
from oreacle.forecasting.run import forecast, resume_run
from oreacle.market.compiled import kinds
from oreacle.scenario.scenario import Scenario

ONE_YEAR = Scenario("test", "One year.", "STEPS", 2025)
OTHER = "compiled numba 0.1"


def test_one_and_two_workers_with_the_compiled_kernel_write_the_same_bytes(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    for workers in (1, 2):
        folder = tmp_path / str(workers)
        folder.mkdir()
        kernel = best_kernel()
        assert kernel != NUMPY
        request = EnsembleRequest(ONE_YEAR, BLOCK_SIZE + 2, 3, workers, None, kernel=kernel)
        for block, result in run_ensemble(request):
            write_block(folder, block, result)
            assert bool(result.arrays["solved"].all())
    for path in (tmp_path / "1").iterdir():
        assert path.read_bytes() == (tmp_path / "2" / path.name).read_bytes(), path.name


def test_plan_and_record_name_the_kernel(tmp_path: Path) -> None:
    run = forecast(ONE_YEAR, members=1, out=tmp_path / "run")
    assert run.record.kernel == best_kernel()
    for name in ("plan.json", "run.json"):
        assert json.loads((tmp_path / "run" / name).read_text())["kernel"] == best_kernel()


def test_a_run_of_another_kernel_is_not_gone_on_with(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    forecast(ONE_YEAR, members=1, out=folder)
    plan = json.loads((folder / "plan.json").read_text())
    (folder / "plan.json").write_text(json.dumps({**plan, "kernel": OTHER}))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(RunError, match="ORE-RUN-241"):
        resume_run(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_run_of_the_numpy_kernel_is_gone_on_with_by_numpy_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oreacle.forecasting.run.best_kernel", lambda: NUMPY)
    folder = tmp_path / "run"
    forecast(ONE_YEAR, members=1, out=folder)
    before = (folder / "block-0000.nc").read_bytes()
    monkeypatch.undo()
    (folder / "run.json").unlink()
    (folder / "block-0000.json").unlink()
    assert resume_run(folder).record.kernel == NUMPY
    assert (folder / "block-0000.nc").read_bytes() == before


def test_a_worker_without_the_kernel_of_the_run_says_so() -> None:
    refuse_other_kernel(NUMPY)
    refuse_other_kernel(best_kernel())
    request = EnsembleRequest(ONE_YEAR, 1, 1, 1, None, kernel=OTHER)
    with pytest.raises(RunError, match="ORE-RUN-241"):
        list(run_ensemble(request))


def test_a_line_is_told_only_where_it_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    made: list[bool] = []
    monkeypatch.setattr(kinds, "make_ready", lambda: made.append(True))
    monkeypatch.setattr(kinds, "is_kept", lambda: True)
    make_ready(NUMPY, told.append)
    assert not made
    make_ready(OTHER, told.append)
    assert made
    assert not told
    monkeypatch.setattr(kinds, "is_kept", lambda: False)
    make_ready(OTHER, told.append)
    assert "once on this machine" in told[0]


def test_without_numba_there_is_the_numpy_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "find_spec", lambda _: None)
    assert best_kernel.__wrapped__() == NUMPY


def test_a_single_market_loads_no_numba() -> None:
    code = """
import sys
from tests.market.random_markets import calm_market
from oreacle.market.kernel import solve
assert solve(calm_market(1)).solved.all()
print("numba" in sys.modules)
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


def test_without_a_place_for_the_cache_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from oreacle.market.compiled import jit

    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    real = jit._is_writable
    monkeypatch.setattr(
        jit, "_is_writable", lambda folder: "__pycache__" not in folder.parts and real(folder)
    )
    assert jit._folder() is None
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    found = jit._folder()
    assert found is not None
    assert found.is_relative_to(tmp_path / "caches")
