"""`relations`: what people and programs read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from oreacle.app.cli import main

FEW = ("--from", "2022", "--draws", "6")


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert main(("relations", *words)) == code
    shown = capsys.readouterr()
    return " ".join((shown.out if code == 0 else shown.err).split())


def record(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(("relations", *words, "--json")) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_overview_has_blocs_scores_ties_hedgers_and_caveats(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = said(capsys, *FEW)
    for text in (
        "end of 2024",
        "The bloc around China",
        "The strongest rivalry: China and United States",
        "By year",
        "Hedgers",
        "Reported acts over minerals only",
        "6 draws",
    ):
        assert text in out


def test_an_actor_has_its_ties_acts_and_hedging(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "Japan", *FEW)
    assert "Relations of Japan" in out
    assert "Acts behind the strongest ties" in out
    assert "Hedging by year" in out


def test_json_has_a_band_beside_every_score(capsys: pytest.CaptureFixture[str]) -> None:
    facts = record(capsys, "CHN", *FEW)["facts"]
    assert [one["year"] for one in facts["series"]] == [2022, 2023, 2024]
    for one in facts["series"]:
        for name in ("polarisation", "balance", "frustrated", "hedging"):
            figure = one[name]
            assert figure["low"] <= figure["value"] <= figure["high"]
    assert facts["rivalries"][0]["second"] == "USA"
    assert all(act["date"] <= "2024-12-31" and act["summary"] for act in facts["acts"])


def test_without_draws_there_are_no_bands(capsys: pytest.CaptureFixture[str]) -> None:
    facts = record(capsys, "--year", "2012", "--draws", "0")["facts"]
    assert facts["year"] == 2012
    assert len(facts["series"]) == 1
    assert facts["series"][0]["polarisation"]["low"] is None
    assert facts["two_camps"] is None


def test_a_past_year_shows_no_later_act(capsys: pytest.CaptureFixture[str]) -> None:
    facts = record(capsys, "CHN", "--year", "2012", "--draws", "0")["facts"]
    assert facts["acts"]
    assert all(act["date"] < "2013" for act in facts["acts"])


def test_a_state_that_only_events_name_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Relations of Angola" in said(capsys, "angola", *FEW)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("FRA",), "ORE-SCN-015"),
        (("Atlantis",), "ORE-SCN-003"),
        (("congo",), "ORE-SCN-014"),
        (("--year", "2012", "--to", "2013"), "ORE-APP-001"),
        (("--year", "1990"), "ORE-DAT-160"),
        (("--year", "2024", "--seed", "-1"), "ORE-SCN-010"),
    ],
)
def test_what_cannot_be_answered_is_refused(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: str
) -> None:
    assert code in said(capsys, *words, "--draws", "2", code=2)
