"""`world clubs`: a list, one club on a day, and refusals."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.app.stubs import Shown, command

Command = Callable[..., Shown]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Command]:
    yield from command(monkeypatch, capsys, tmp_path)


def test_all_clubs_are_listed_with_members_of_the_day(run: Command) -> None:
    shown = json.loads(run("world", "clubs", "--on", "2023-01-01", "--json").out)
    clubs = {row["club"]: row for row in shown["clubs"]}
    assert len(clubs) == 27
    assert (clubs["MSP"]["members"], clubs["NATO"]["members"]) == (11, 30)
    assert all(row["rules"] == 7 for row in clubs.values())


def test_one_club_shows_members_instruments_and_every_rule(run: Command) -> None:
    shown = json.loads(run("world", "clubs", "iea", "--json").out)
    assert shown["club"] == "IEA"
    assert shown["left_out"] == ["CHE", "NZL"]
    assert len(shown["rules"]) == 7
    assert len(shown["instruments"]) == 5


def test_the_text_says_how_each_rule_is_known(run: Command) -> None:
    text = run("world", "clubs", "MSP").out
    assert "As trade actors: AUS, CAN, EU, GBR, IND, JPN, KOR, NOR, USA" in text
    assert "accession           not known  low         recollection  -" in text
    assert "2023-06-22" in text


def test_a_day_before_the_founding_has_no_members(run: Command) -> None:
    text = run("world", "clubs", "MSP", "--on", "2021").out
    assert "Members on 2021: none" in text


@pytest.mark.parametrize(
    ("words", "code"),
    [(("quadd",), "ORE-DAT-091"), (("EU", "--on", "2030"), "ORE-DAT-092")],
)
def test_an_unknown_club_or_day_is_bad_input(
    run: Command, words: tuple[str, ...], code: str
) -> None:
    shown = run("world", "clubs", *words)
    assert shown.code == 2
    assert code in shown.err
