"""`data import` and `data check` as a user meets them: bad input, exit codes, JSON."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.app.stubs import Shown, command
from tests.data.importing.files import EVENT, PRICE, content, text

from oreacle.data.store import TABLES_DIRECTORY

Command = Callable[..., Shown]
IMPORT = ("data", "import", "mine.csv", "--table")


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Command]:
    monkeypatch.delenv("OREACLE_DATA", raising=False)
    yield from command(monkeypatch, capsys, tmp_path)


def mine(folder: Path, raw: str) -> None:
    (folder / "mine.csv").write_text(raw, encoding="utf-8")


def test_an_import_says_what_it_did_and_its_folder_is_used(run: Command, tmp_path: Path) -> None:
    mine(tmp_path, text(EVENT))
    shown = run(*IMPORT, "events", "--as-of", "2025-04-30")
    assert shown.code == 0
    assert "1 row of events: added to oreacle-data." in shown.out
    assert "as-of date: 2025-04-30 (before: 2024-12-31)" in shown.out
    assert "new in the register: cod_stop_2025.cobalt.ore" in shown.out
    assert "a forecast still starts in 2025" in shown.out
    assert "known to 2025-04-30" in run("world", "info", "--data", "oreacle-data").out
    assert run("data", "check", "--data", "oreacle-data").code == 0


def test_json_is_one_document_also_with_warnings_and_on_errors(
    run: Command, tmp_path: Path
) -> None:
    mine(tmp_path, text({**PRICE, "price": "9.5"}))
    shown = run(*IMPORT, "prices", "--dry-run", "--json")
    assert shown.code == 0
    assert json.loads(shown.out)["as_of"] == "2024-12-31"
    assert "check the unit" in shown.err
    bad = run(*IMPORT, "events", "--json")
    assert bad.code == 2
    assert json.loads(bad.out)["error"]["code"] == "ORE-DAT-096"
    assert shown.files == bad.files == ("mine.csv",)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("data", "import", "none.csv", "--table", "events"), "ORE-DAT-095"),
        ((*IMPORT, "events"), "ORE-DAT-096"),
        ((*IMPORT, "events", "--as-of", "tomorrow"), "ORE-DAT-097"),
        ((*IMPORT, "events", "--out", "other"), "ORE-DAT-098"),
        ((*IMPORT, "flows"), "ORE-DAT-003"),
        ((*IMPORT, "events", "--out", "mine.csv"), "ORE-APP-003"),
        ((*IMPORT, "events", "--data", "nowhere"), "ORE-DAT-002"),
        (("data", "import", "mine.csv"), "ORE-APP-001"),
    ],
)
def test_bad_input_exits_2_and_changes_nothing(
    run: Command, tmp_path: Path, words: tuple[str, ...], code: str
) -> None:
    mine(tmp_path, text({**EVENT, "actors": "NO"}))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "kept.txt").write_text("kept", encoding="utf-8")
    before = content(tmp_path)
    shown = run(*words)
    assert shown.code == 2
    assert shown.err.startswith(code)
    assert content(tmp_path) == before
    assert str(tmp_path) not in shown.err


def test_the_help_has_an_example(run: Command) -> None:
    shown = run("data", "import", "--help")
    assert shown.code == 0
    assert "Example: oreacle data import" in shown.out


def _edit(path: Path, old: str, new: str) -> None:
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new, 1), encoding="utf-8")


def test_check_names_every_fault_of_a_damaged_folder_in_one_report(
    run: Command, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    shutil.copytree(TABLES_DIRECTORY, own)
    _edit(own / "gdp.csv", "\nNOR,1990,", "\nNO,1990,")
    _edit(own / "governance.csv", "country,year,stability", "country,year,stabilty")
    _edit(own / "sectors.csv", "aluminium,", "aluminum,")
    _edit(own / "openings.csv", "\nore,", "\nore,-")
    nodes = (own / "nodes.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (own / "nodes.csv").write_text("".join([*nodes, nodes[-1]]), encoding="utf-8")
    (own / "countries.csv").write_bytes((own / "countries.csv").read_text("utf-8").encode("cp1252"))
    _edit(own / "vintage.csv", "as_of,2024-12-31", "as_of,last year")
    packed = (own / "flows.csv.gz").read_bytes()
    (own / "flows.csv.gz").write_bytes(packed[: len(packed) // 2])
    prices = (own / "price_history.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    cells = prices[1].split(",")
    prices[1] = ",".join([*cells[:2], "", *cells[3:]])
    (own / "price_history.csv").write_text("".join(prices), encoding="utf-8")
    (own / "distances.csv").write_bytes(b"a,b\n1,2,3\n1,2,3\n")
    (own / "alliances.csv").write_bytes(b"")
    (own / "idealpoints.csv").write_bytes(b"\x00\xff" * 99)
    shown = run("data", "check", "--data", "own", "--json")
    found = {row["table"]: " ".join(row["faults"]) for row in json.loads(shown.out)["tables"]}
    assert shown.code == 1
    wanted = {
        "governance": "column 'stabilty' is unknown: did you mean 'stability'?",
        "sectors": "'aluminum' is not in `minerals`: did you mean 'aluminium'",
        "openings": "is below",
        "nodes": "the key occurs twice",
        "countries": "not UTF-8",
        "flows": "cannot be read",
        "price_history": "price_usd_per_t is missing",
        "distances": "more cells than the header",
        "alliances": "the file is empty",
        "idealpoints": "ORE-DAT-00",
        "vintage": "ORE-DAT-099",
        "gdp": "not the one that the catalogue names",
    }
    for name, sentence in wanted.items():
        assert sentence in found[name], (name, found[name])
    assert {name for name, faults in found.items() if faults} == set(wanted)


def test_check_finds_a_country_of_two_letters_with_its_line(run: Command, tmp_path: Path) -> None:
    shutil.copytree(TABLES_DIRECTORY, tmp_path / "own")
    path = tmp_path / "own" / "gdp.csv"
    _edit(path, "\nNAM,", "\nNA,")
    line = (
        path.read_text(encoding="utf-8")
        .splitlines()
        .index(
            next(
                row
                for row in path.read_text(encoding="utf-8").splitlines()
                if row.startswith("NA,")
            )
        )
    )
    shown = run("data", "check", "--data", "own")
    assert shown.code == 1
    assert f"line {line + 1}: country 'NA' is not in `countries`: write NAM." in shown.err


def test_a_gzipped_file_of_a_user_is_read(run: Command, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_bytes(gzip.compress(text(EVENT).encode()))
    assert run(*IMPORT, "events", "--dry-run").code == 0
