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
