"""`oreacle shock --save`: charts beside the answer, refused before anything is computed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oreacle.app.cli import main

pytest.importorskip("vl_convert")
ASKED = ["shock", "CHN bans exports of gallium", "--draws", "0"]


def test_a_page_of_charts_is_written_beside_the_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new" / "gallium.html"
    assert main([*ASKED, "--json", "--save", str(path)]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["markets"][0]["mineral"] == "gallium"
    assert str(path) in said.err
    page = path.read_text("utf-8")
    assert "What if China bans exports of gallium" in page
    assert page.count("<svg") == 2


def test_without_save_the_answer_is_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ASKED, "--json"]) == 0
    assert "charts" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "code"), [("gallium.pdf", "ORE-APP-011"), ("folder.png", "ORE-APP-003")]
)
def test_a_wrong_file_is_refused_with_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, code: str
) -> None:
    (tmp_path / "folder.png").mkdir()
    assert main([*ASKED, "--save", str(tmp_path / name)]) == 2
    said = capsys.readouterr()
    assert code in said.err
    assert not said.out


def test_a_closure_adds_maps_of_the_ways_that_change(tmp_path: Path) -> None:
    path = tmp_path / "suez.html"
    asked = ["shock", "Suez and Bab el-Mandeb closed", "--mineral", "cobalt", "--draws", "0"]
    assert main([*asked, "--save", str(path)]) == 0
    assert "closed: how refined cobalt goes round" in path.read_text("utf-8")


def test_power_writes_its_bars(tmp_path: Path) -> None:
    path = tmp_path / "power.svg"
    asked = ["power", "CHN", "--mineral", "gallium", "--draws", "0", "--save", str(path)]
    assert main(asked) == 0
    assert "What China can cost others" in path.read_text("utf-8")


def test_a_joint_threat_has_no_chart(tmp_path: Path) -> None:
    asked = ["power", "--joint", "CHN,RUS", "--target", "USA", "--save", str(tmp_path / "x.png")]
    assert main(asked) == 2
    assert not list(tmp_path.iterdir())
