"""Bad input: a code, a reason, a fix, exit code 2, and nothing is written."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.app.stubs import Calls, Shown, command, install

from oreacle.core.errors import RunError

Command = Callable[..., Shown]
FILES = {
    "two.yaml": "oreacle: 1\nname: two\ndemand_scenario: STEP\nuntil: soon\n",
    "key.yaml": "oreacle: 1\nname: key\ndemand_scenario: STEPS\nuntill: 2030\n",
    "type.yaml": "oreacle: 1\nname: type\ndemand_scenario: STEPS\nuntil: [2030]\n",
    "no.yaml": "oreacle: 1\nname: no-ban\ndemand_scenario: NO\n",
    "code.yaml": "oreacle: 1\nname: !!python/name:os.system\n",
    "mineral.yaml": (
        "oreacle: 1\nname: m\ndemand_scenario: STEPS\npolicies:\n"
        "  - {instrument: export_ban, actor: CHN, mineral: galium, from: 2027}\n"
    ),
    "idle.yaml": (
        "oreacle: 1\nname: idle\ndemand_scenario: STEPS\npolicies:\n"
        "  - {instrument: export_ban, actor: IDN, mineral: gallium, from: 2027}\n"
    ),
    "plain.txt": "hello",
    "folder/inside.txt": "hello",
}
CASES = [
    (("shock", "CHN bans exports of galium"), "ORE-SCN-002", "gallium"),
    (("shock", "Chna bans exports of gallium"), "ORE-SCN-003", "China"),
    (("shock", "IDN bans exports of gallium"), "ORE-SCN-007", "world mineral gallium"),
    (("shock", "CHN taxes exports of gallium by 900 %"), "ORE-SCN-004", "0 to 5"),
    (("shock", "CHN taxes exports of gallium by 0 %"), "ORE-SCN-004", "changes nothing"),
    (("shock", "CHN bans exports of gallium to CHN"), "ORE-SCN-007", "only target of a ban"),
    (("shock", "nonsense"), "ORE-SCN-021", "bans exports of"),
    (("shock",), "ORE-APP-001", "sentence"),
    (("shock", "CHN bans exports of gallium", "--ban"), "ORE-APP-001", "sentence"),
    (("shock", "--ban", "--actor", "CHN"), "ORE-APP-001", "--mineral"),
    (("shock", "--actor", "CHN", "--mineral", "gallium"), "ORE-APP-001", "--tax"),
    (
        ("shock", "--ban", "--tax", "5 %", "--actor", "CHN", "--mineral", "gallium"),
        "ORE-APP-001",
        "one measure",
    ),
    (("world", "mineral", "galium"), "ORE-SCN-002", "gallium"),
    (("world", "mineral"), "ORE-APP-001", "world mineral --help"),
    (("forecast", "baselin"), "ORE-SCN-001", "baseline"),
    (("forecast", "missing.yaml"), "ORE-SCN-012", "missing.yaml"),
    (("forecast", "folder/inside.txt"), "ORE-SCN-012", ".yaml"),
    (("forecast", "two.yaml"), "ORE-SCN-011", "2 faults"),
    (("forecast", "key.yaml"), "ORE-SCN-016", "until"),
    (("forecast", "type.yaml"), "ORE-SCN-018", "whole number"),
    (("forecast", "no.yaml"), "ORE-SCN-018", "text 'NO'"),
    (("forecast", "code.yaml"), "ORE-SCN-013", "tag"),
    (("forecast", "mineral.yaml"), "ORE-SCN-002", "policies[0].mineral"),
    (("forecast", "idle.yaml"), "ORE-SCN-007", "policies[0]"),
    (("forecast", "--seed", "-1"), "ORE-SCN-010", "seed"),
    (("forecast", "--seed", str(2**63)), "ORE-SCN-010", "seed"),
    (("forecast", "--seed", "abc"), "ORE-APP-001", "--seed"),
    (("forecast", "--seed", "1.5"), "ORE-APP-001", "--seed"),
    (("forecast", "--members", "0"), "ORE-RUN-001", "members"),
    (("forecast", "--members", "20001"), "ORE-RUN-001", "memory"),
    (("forecast", "--members", "many"), "ORE-APP-001", "--members"),
    (("forecast", "--workers", "-2"), "ORE-RUN-001", "workers"),
    (("forecast", "--workers", "many"), "ORE-RUN-153", "many"),
    (("forecast", "--resume", "folder"), "ORE-RUN-158", "plan.json"),
    (("forecast", "--resume", "folder", "--seed", "2"), "ORE-RUN-160", "seed"),
    (("compare", "folder", "missing"), "ORE-APP-004", "folder"),
    (("query", "missing", "select 1"), "ORE-APP-004", "missing"),
    (("query", "missing", "select 1", "--limit", "0"), "ORE-APP-001", "--limit"),
    (("forecast", "--until", "2024"), "ORE-SCN-019", "2025"),
    (("forecast", "--until", "2200"), "ORE-SCN-019", "2050"),
    (("forecast", "gallium-ban", "--until", "2026"), "ORE-SCN-019", "2027"),
    (("forecast", "--member", "3"), "ORE-APP-001", "--members"),
    (("forecast", "--out", "plain.txt"), "ORE-APP-003", "plain.txt"),
    (("forecast", "--out", "plain.txt/below"), "ORE-APP-003", "plain.txt"),
    (("report",), "ORE-APP-004", "runs"),
    (("report", "folder"), "ORE-APP-004", "folder"),
    (("report", "missing"), "ORE-APP-004", "missing"),
    (("data", "build"), "ORE-APP-001", "--sources"),
    (("data", "build", "--sources", "missing"), "ORE-APP-005", "missing"),
    (("data", "build", "--sources", "plain.txt"), "ORE-APP-005", "not a folder"),
    (("data", "check", "--data", "missing"), "ORE-DAT-002", "does not exist"),
    (("data", "check", "--data", "plain.txt"), "ORE-DAT-002", "is not a folder"),
    (("explain", "ORE-SCN-02"), "ORE-APP-002", "did you mean"),
    (("forcast",), "ORE-APP-001", "forecast"),
]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Command]:
    install(monkeypatch, Calls())
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    yield from command(monkeypatch, capsys, tmp_path)


@pytest.mark.parametrize(("words", "code", "says"), CASES, ids=lambda v: str(v)[:60])
def test_bad_input_exits_2_with_a_code_and_writes_nothing(
    run: Command, words: tuple[str, ...], code: str, says: str
) -> None:
    shown = run(*words)
    assert shown.code == 2
    assert shown.err.startswith(f"{code}: ")
    assert says in shown.err
    assert "  why: " in shown.err
    assert "  fix: " in shown.err
    assert f"more: oreacle explain {code}" in shown.err
    assert "Traceback" not in shown.err
    assert len(shown.err.splitlines()) < 20
    assert shown.out == ""
    assert shown.files == tuple(sorted(FILES))


@pytest.mark.parametrize("words", [case[0] for case in CASES], ids=lambda v: str(v)[:60])
def test_bad_input_with_json_is_one_json_document(run: Command, words: tuple[str, ...]) -> None:
    shown = run(*words, "--json")
    assert shown.code == 2
    assert set(json.loads(shown.out)["error"]) == {"code", "what", "why", "fix"}


def test_messages_name_paths_as_they_were_typed(run: Command, tmp_path: Path) -> None:
    for words in (("forecast", "missing.yaml"), ("report", "missing"), ("forecast", "two.yaml")):
        assert str(tmp_path) not in run(*words).err


def test_both_faults_of_a_file_are_named_with_their_lines(run: Command) -> None:
    shown = run("forecast", "two.yaml").err
    assert "demand_scenario (two.yaml, line 3)" in shown
    assert "until (two.yaml, line 4)" in shown


@pytest.mark.parametrize("words", [(), ("world",), ("data",)], ids=str)
def test_a_command_alone_shows_its_help_and_exits_2(run: Command, words: tuple[str, ...]) -> None:
    shown = run(*words)
    assert shown.code == 2
    assert shown.err.startswith("Usage: oreacle")
    assert shown.out == ""


def test_a_fault_of_the_program_is_not_disguised_as_bad_input(
    run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_data: Path | None = None) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("oreacle.world.load.load_world", broken)
    with pytest.raises(ZeroDivisionError):
        run("world", "info")


def test_a_report_without_plotly_is_refused_before_the_run_is_opened(
    run: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def missing() -> None:
        raise RunError("ORE-RUN-080", "no plotly.", why="no charts.", fix="install it.")

    def opened(_folder: Path, _data: Path | None = None) -> None:
        raise AssertionError("the run was opened")

    monkeypatch.setattr(sys.modules["oreacle.present.report"], "require_plotly", missing)
    monkeypatch.setattr(sys.modules["oreacle.forecasting.run"], "open_run", opened)
    (tmp_path / "done").mkdir()
    (tmp_path / "done" / "run.json").write_text("{}", encoding="utf-8")
    shown = run("report", "done", "--out", "new/page.html")
    assert shown.code == 2
    assert shown.err.startswith("ORE-RUN-080: ")
    assert not (tmp_path / "new").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["version"], 1, "ORE-APP-006"),
        (["explain", "--json"], 1, "ORE-APP-006"),
        (["explain", "ORE-XXX-001", "--json"], 2, "ORE-APP-002"),
    ],
    ids=str,
)
def test_output_that_cannot_be_printed_is_said_without_a_traceback(
    words: list[str], code: int, says: str
) -> None:
    program = "from oreacle.app.cli import main; raise SystemExit(main())"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", program, *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == code
    assert done.stderr.startswith(f"{says}: ")
    assert "Traceback" not in done.stderr
    assert "ignored" not in done.stderr
