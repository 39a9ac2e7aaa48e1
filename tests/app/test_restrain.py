"""`restrain` and `--cascade`: what people and programs read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from oreacle.app.cli import main

ASK = ("restrain", "CHN limits exports of gallium", "--keep", "price in USA under +20 %")


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert main(words) == code
    shown = capsys.readouterr()
    return shown.out if code == 0 else shown.err


def record(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said(capsys, *words, "--json"))
    return found


def test_the_answer_reads_as_a_quota_with_what_stops_it(capsys: pytest.CaptureFixture[str]) -> None:
    out = " ".join(said(capsys, *ASK, "--draws", "20").split())
    for text in (
        "Restraint: CHN limits exports of gallium",
        "Kept: price in USA under +20 %",
        "At the central parameters the strongest is a quota of",
        "what stops it: price in USA under +20 %",
        "of 20 draws",
        "Leverage kept",
        "How far to trust this",
        "Certificate passed",
    ):
        assert text in out
    assert "Cascade" not in out


def test_records_hold_the_same_and_are_seeded(capsys: pytest.CaptureFixture[str]) -> None:
    first = record(capsys, *ASK, "--draws", "20")
    assert first["status"] == "bound"
    assert first["binding"] == "price in USA under +20 %"
    assert 0.0 < first["safe"]["strength"] <= first["central"]["strength"] < 1.0
    assert first["central"]["levels"][0] == pytest.approx(0.2, abs=1e-3)
    assert first["held"] >= 0.9 > first["held_at_central"]
    assert 0.0 < first["safe"]["leverage_kept"]["USA"] < 1.0
    assert first["ban"]["strength"] is None
    assert record(capsys, *ASK, "--draws", "20") == first


def test_what_binds_nothing_and_what_is_broken_already_are_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    start = ("restrain", "CHN taxes exports of gallium", "--draws", "0", "--keep")
    out = said(capsys, *start, "price in USA under 500000 %")
    assert "no strength breaks a ceiling: even a tax of 500.00 %" in " ".join(out.split())
    out = said(capsys, *start, "price in USA under 10 USD/t")
    assert "No strength does: without any control" in " ".join(out.split())


def test_a_cascade_sets_the_ban_beside_the_calibrated_control(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ask = ("restrain", "CHN limits exports of heavy rare earths")
    keep = ("--keep", "price in JPN under +20 %", "--draws", "0", "--cascade")
    out = said(capsys, *ask, *keep)
    for text in (
        "Minerals that move",
        "Who is exposed: ban",
        "Who is exposed: calibrated",
        "Next round: ban",
        "Myanmar restricts",
        "Prices, round by round",
        "Out of sample",
        "WORSE than its best baseline",
    ):
        assert text in " ".join(out.split())
    found = record(capsys, *ask, *keep)["cascades"]
    assert list(found) == ["ban", "calibrated"]
    assert found["calibrated"]["policies"][0].startswith("CHN limits exports of rare_earths_heavy")


def test_a_shock_shows_its_cascade_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    ask = ("shock", "COD limits exports of cobalt to 40 %", "--draws", "0")
    plain, asked = record(capsys, *ask), record(capsys, *ask, "--cascade")
    cascade = asked.pop("cascade")
    assert asked == plain
    assert cascade["restrictions"][0]["actor"] == "COD"
    assert cascade["year"] == 2025
    out = said(capsys, *ask, "--cascade")
    assert "Who is exposed: what-if" in out
    assert "Price abroad of cobalt" in out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("restrain", "CHN limits exports of gallium"), "ORE-MKT-051"),
        (("restrain", "CHN limits exports of gallium to 9 %", "--keep", "x"), "ORE-MKT-055"),
        (("restrain", "CHN limits exports of gallium", "--keep", "x"), "ORE-MKT-050"),
        ((*ASK, "--confidence", "1.5"), "ORE-MKT-053"),
        ((*ASK, "--draws", "3"), "ORE-MKT-020"),
    ],
)
def test_bad_input_is_refused_with_a_way_out(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: str
) -> None:
    err = said(capsys, *words, code=2)
    assert err.startswith(code)
    assert "fix:" in err
