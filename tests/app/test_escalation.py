"""`escalation`: what people and programs read."""

from __future__ import annotations

import json

import pytest

from oreacle.app.cli import main
from oreacle.forecasting.escalation.parameters import Measured
from oreacle.present.escalation_words import NOT_SHOWN, OPPOSITE, SHOWN, verdict


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert main(words) == code
    shown = capsys.readouterr()
    return " ".join((shown.out if code == 0 else shown.err).split())


def test_the_overview_gives_numbers_with_intervals_and_what_is_not_identified(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = said(capsys, "escalation")
    for text in (
        "Escalation: what acts call forth",
        "How often acts are answered",
        "Branching",
        "without lasting hostility",
        "Dependence and acts",
        "What is not identified",
        "Settlements between states: cases: 5, prior only",
    ):
        assert text in out


def test_two_actors_show_their_ladder_and_the_answer_beside_its_base(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = said(capsys, "escalation", "united states", "china")
    for text in (
        "Escalation between United States and China",
        "in the imports of",
        "Answers to expect",
        "without that act",
        "Ladder",
        "2018-04-05",
        "How far to trust this",
    ):
        assert text in out
    quiet = said(capsys, "escalation", "CHL", "PER")
    assert "Neither acted on the other by name." in quiet


def test_records_hold_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("escalation", "USA", "CHN", "--json")) == 0
    pair = json.loads(capsys.readouterr().out)["pair"]
    answer = pair["sides"][0]["answers"][0]
    assert answer["months"] == 12
    assert answer["after"]["value"] > answer["without"]["value"] > 0.0
    assert main(("escalation", "--json")) == 0
    numbers = json.loads(capsys.readouterr().out)["numbers"]
    cross = numbers["branching"]["cross"]
    assert cross["low"] <= cross["value"] <= cross["high"]
    assert numbers["branching"]["cross_test"]["low"] is None


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("escalation", "USA"), "ORE-APP-001"),
        (("escalation", "USA", "Chima"), "ORE-SCN-003"),
        (("escalation", "USA", "FRA"), "ORE-SCN-015"),
        (("escalation", "USA", "USA"), "ORE-REL-054"),
    ],
)
def test_what_is_no_pair_is_refused(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: str
) -> None:
    assert code in said(capsys, *words, code=2)


def test_a_claim_is_shown_only_where_its_interval_leaves_the_line() -> None:
    def number(low: float, high: float) -> Measured:
        return Measured((low + high) / 2, low, high, 9, "1", "measured", "")

    assert verdict(number(1.1, 2.0), above=True, line=1.0) == SHOWN
    assert verdict(number(0.9, 2.0), above=True, line=1.0) == NOT_SHOWN
    assert verdict(number(0.1, 0.2), above=False) == OPPOSITE
    assert verdict(number(float("nan"), float("nan")), above=True) == NOT_SHOWN
