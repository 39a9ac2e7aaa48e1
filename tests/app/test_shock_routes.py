"""`oreacle shock` on routes: one summary for all minerals, one market on demand, complete JSON."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from tests.app.stubs import Shown

from oreacle.app.cli import main

Command = Callable[..., Shown]
TEXT = "Kiel Canal closed for 6 months"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs a command on the embedded tables."""

    def command(*words: str) -> Shown:
        code = main(words)
        out, err = capsys.readouterr()
        return Shown(code, out, err, ())

    return command


def test_all_minerals_come_as_one_summary(run: Command) -> None:
    shown = run("shock", TEXT)
    assert shown.code == 0
    assert "What if: kiel closed for 6 months" in shown.out
    assert "no intervals here" in " ".join(shown.out.split())
    assert shown.out.count("In short") == 1
    assert "Who pays" in shown.out


def test_one_mineral_is_shown_like_any_what_if_with_its_pairs(run: Command) -> None:
    shown = run("shock", TEXT, "--mineral", "copper", "--draws", "20")
    assert shown.code == 0
    assert "What if: kiel closed for 6 months for copper" in shown.out
    assert "In brackets: 90 % intervals" in shown.out
    assert "Routes" in shown.out


def test_json_holds_every_market_and_pair(run: Command) -> None:
    record = json.loads(run("shock", TEXT, "--json").out)
    minerals = [one["mineral"] for one in record["markets"]]
    assert sorted(minerals) == sorted(one["mineral"] for one in record["summary"]["minerals"])
    rows = record["rerouting"]
    assert {row["mineral"] for row in rows} <= set(minerals)
    for row in rows:
        assert row["used"] == pytest.approx(row["rerouted"] + row["stranded"])
    paid = sum(row["paid"] for row in rows)
    assert record["summary"]["paid"] == pytest.approx(paid)
    assert record["draws"] == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("Strait of Malaca closed",), "ORE-SCN-030"),
        (("Kerch Strait closed",), "ORE-SCN-031"),
        ((TEXT, "--mineral", "gallum"), "ORE-SCN-002"),
        (("CHN bans exports of gallium", "--mineral", "gallium"), "ORE-APP-001"),
        ((TEXT, "--mineral", "copper", "--ban"), "ORE-APP-001"),
    ],
)
def test_what_is_not_clear_is_refused(run: Command, arguments: tuple[str, ...], code: str) -> None:
    shown = run("shock", *arguments)
    assert shown.code != 0
    assert code in shown.err
