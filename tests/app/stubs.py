"""Stand-ins for the parts that commands call: a small world, a run that is made at once."""

from __future__ import annotations

import dataclasses
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.app.small_world import small_nodes, small_table, small_world

from oreacle.app.cli import main
from oreacle.app.data_records import BuiltFolder
from oreacle.core.errors import RunError
from oreacle.data.store import read_table
from oreacle.forecasting.outlook import Outlook
from oreacle.forecasting.run import resume_run
from oreacle.scenario.scenario import Scenario


@dataclass(frozen=True)
class Shown:
    """What a command left behind: exit code, both outputs, files written."""

    code: int
    out: str
    err: str
    files: tuple[str, ...]


@dataclass
class Calls:
    """What the stand-ins were asked for."""

    forecasts: list[dict[str, Any]] = field(default_factory=list)
    failed: int = 0
    broken: RunError | None = None


def outlook(scenario: Scenario, members: int, seed: int, failed: int) -> Outlook:
    """Return an empty outlook."""
    values: dict[str, Any] = {f.name: () for f in dataclasses.fields(Outlook)}
    values |= {"scenario": scenario.name, "as_of": "2024-12-31", "first_year": 2025}
    values |= {"last_year": scenario.until, "members": members, "failed": failed, "seed": seed}
    values |= {"version": "0", "expected_restrictions": float("nan"), "past_restrictions": 1.0}
    values |= {"expected_agreements": 1.0, "past_agreements": 1.0}
    values |= {"relations": None, "measures_now": 1, "measures_end": (1.0, 2.0, float("inf"))}
    return Outlook(**values)


class StandInRun:
    """A run that holds nothing but its outlook."""

    def __init__(self, shown: Outlook) -> None:
        self._shown = shown

    def outlook(self) -> Outlook:
        """Return the outlook."""
        return self._shown


def _forecast(calls: Calls) -> Callable[..., StandInRun]:
    def run(scenario: Scenario, **settings: Any) -> StandInRun:  # noqa: ANN401 - as given
        if calls.broken is not None:
            raise calls.broken
        calls.forecasts.append({"scenario": scenario, **settings})
        settings["progress"](settings["members"], settings["members"])
        settings["out"].mkdir(parents=True)
        (settings["out"] / "run.json").write_text("{}", encoding="utf-8")
        made = outlook(scenario, settings["members"], settings["seed"], calls.failed)
        return StandInRun(made)

    return run


def _open_run(_folder: Path, _data: Path | None = None) -> StandInRun:
    return StandInRun(outlook(Scenario("baseline", "", "STEPS", 2040), 3, 1, 0))


def _write_report(shown: Outlook, page: Path, *, sources: Sequence[str]) -> None:
    page.write_text(f"<html>{shown.scenario} {sources}</html>", encoding="utf-8")


def _build_folder(_sources: Path, _out: Path, tell: Callable[[str], None]) -> BuiltFolder:
    tell("building")
    return BuiltFolder(["nodes"], ["'a' may be 'b'"])


def _module(monkeypatch: pytest.MonkeyPatch, name: str, **content: object) -> None:
    module = types.ModuleType(name)
    vars(module).update(content)
    monkeypatch.setitem(sys.modules, name, module)


def install(monkeypatch: pytest.MonkeyPatch, calls: Calls) -> None:
    """Put the stand-ins in place of what reads tables, simulates and draws."""
    nodes = small_nodes()

    def table(name: str, data: Path | None = None) -> pd.DataFrame:
        return nodes if name == "nodes" else read_table(name, data)

    monkeypatch.setattr("oreacle.world.load.load_world", lambda _data=None: small_world())
    monkeypatch.setattr("oreacle.data.store.read_table", table)
    monkeypatch.setattr("oreacle.world.snapshot.read_table", small_table)
    columns = ["mineral", "stage", "sourced", "checked", "assumed"]
    monkeypatch.setattr(
        "oreacle.app.check_records.coverage_table", lambda *_: pd.DataFrame(columns=columns)
    )
    monkeypatch.setattr("oreacle.app.exposure_records.owners_of", lambda *_: ({}, {}))
    monkeypatch.setattr("oreacle.app.exposure_records.geopolrisk_rows", lambda *_: [])
    _module(
        monkeypatch,
        "oreacle.forecasting.run",
        forecast=_forecast(calls),
        open_run=_open_run,
        resume_run=resume_run,
    )
    _module(
        monkeypatch,
        "oreacle.present.report",
        require_plotly=lambda: None,
        write_report=_write_report,
    )
    _module(
        monkeypatch,
        "oreacle.present.terminal",
        outlook_text=lambda shown: f"outlook of {shown.scenario} to {shown.last_year}",
    )
    _module(
        monkeypatch,
        "oreacle.present.shock_text",
        shock_text=lambda _outcome, sentence, **_rest: f"what if {sentence}",
        by_product_text=lambda *_: "by-products",
        country_labels=lambda _world: {},
    )
    _module(
        monkeypatch,
        "oreacle.present.power_text",
        actor_text=lambda facts, *_: f"power of {facts.actor}",
        ranking_text=lambda *_: "ranking",
        joint_text=lambda threats, *_: f"joint threat in {len(threats)} minerals",
        smallest_text=lambda *_: "smallest set",
    )
    monkeypatch.setattr("oreacle.app.data_records.build_folder", _build_folder)
    monkeypatch.setattr("oreacle.app.data_records.require_tables", lambda _data=None: None)
    monkeypatch.setattr("oreacle.app.data_records.source_rows", lambda _data=None: [])


def command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> Iterator[Callable[..., Shown]]:
    """Yield a function that runs a command line in an empty folder."""
    monkeypatch.chdir(folder)

    def run(*words: str) -> Shown:
        code = main(words)
        captured = capsys.readouterr()
        files = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
        return Shown(code, captured.out, captured.err, tuple(files))

    yield run
