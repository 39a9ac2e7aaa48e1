"""The command `simulate`: one member as in a run, with overlays, cleared by the same kernel."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from oreacle.app.cli import main
from oreacle.engine import block
from oreacle.engine.kernels import best_kernel
from oreacle.engine.setting import Setting
from oreacle.engine.state import YearRecord
from oreacle.forecasting.run import forecast
from oreacle.scenario.scenario import Scenario

FROM_HISTORIES = "oreacle.forecasting.histories.member"
SHORT = Scenario("short", "Two years.", "STEPS", 2026)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return what the engine was asked and what came of it, filled as the command runs."""
    found: dict[str, Any] = {"records": []}

    def simulated(setting: Setting, *rest: object, **more: object) -> Iterator[YearRecord]:
        found["setting"] = setting
        for record in block.simulated(setting, *rest, **more):  # type: ignore[arg-type]
            found["records"].append(record)
            yield record

    monkeypatch.setattr(f"{FROM_HISTORIES}.simulated", simulated)
    return found


def test_a_member_alone_has_the_kernel_and_the_prices_that_it_has_in_a_run(
    seen: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    run = forecast(SHORT, members=3, seed=5)
    args = ["simulate", "baseline", "--member", "2", "--seed", "5", "--until", "2026", "--json"]
    assert main(args) == 0
    told = capsys.readouterr().out
    assert [year["year"] for year in json.loads(told)["years"]] == [2025, 2026]
    assert re.search("[0-9] %", told)
    assert not re.search("[0-9]%", told)
    assert seen["setting"].kernel == run.record.kernel == best_kernel()
    alone = np.stack([record.price_delivered[0] for record in seen["records"]])
    in_run = run.prices.sel(member=2).transpose("year", "mineral").to_numpy()
    np.testing.assert_array_equal(alone.astype(in_run.dtype), in_run)


def test_overlays_are_laid_on_top(seen: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    args = ["simulate", "baseline", "--overlay", "net-zero", "--until", "2025", "--quiet"]
    assert main(args) == 0
    assert seen["setting"].scenario.demand_scenario == "NZE"
    assert "net-zero" in capsys.readouterr().out
    assert main(["simulate", "baseline", "--overlay", "nowhere"]) == 2
    assert "ORE-SCN-001" in capsys.readouterr().err


def test_compiling_is_told_before_years_but_for_the_quiet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Stop(Exception):
        pass

    def no_history(*_: object, **__: object) -> None:
        raise Stop

    monkeypatch.setattr("oreacle.engine.kernels.best_kernel", lambda: "compiled numba 0.1")
    monkeypatch.setattr("oreacle.market.compiled.kinds.make_ready", lambda: None)
    monkeypatch.setattr("oreacle.market.compiled.kinds.is_kept", lambda: False)
    monkeypatch.setattr(f"{FROM_HISTORIES}.member_history", no_history)
    for words, is_told in (([], True), (["--quiet"], False)):
        with pytest.raises(Stop):
            main(["simulate", "baseline", *words])
        assert ("once on this machine" in capsys.readouterr().err) is is_told
    assert main(["simulate", "baseline", "--member", "-1"]) == 2
    assert "compiling" not in capsys.readouterr().err
