"""`coalition`: what people and programs read."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from oreacle.app.cli import main

QUICK = ("--draws", "40", "--parameters", "0", "--quiet")
ASK = ("coalition", "USA,JPN,KOR,EU,AUS", "--mineral", "rare_earths_heavy", *QUICK)


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert main(words) == code
    shown = capsys.readouterr()
    return " ".join((shown.out if code == 0 else shown.err).split())


def record(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main((*words, "--json")) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    found: dict[str, Any] = json.loads(shown.out)
    return found


def test_the_page_says_what_it_is_worth_where_it_breaks_and_what_it_rests_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = said(capsys, *ASK)
    for text in (
        "Club of United States, Japan, South Korea, European Union and Australia",
        "together the members",
        "than the same members side by side",
        "In the worst twentieth of years",
        "Who gets what, shared by need",
        "Where it breaks, by rule of sharing",
        "need (asked)",
        "Every purpose for the same members",
        "stockpile *",
        "Whom to invite",
        "China",
        "stock_days 60 d",
        "A model of one year in which nobody answers",
    ):
        assert text in out
    assert "over market parameters" not in out


def test_members_that_neither_mine_refine_nor_use_are_named_with_the_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = said(capsys, *ASK)
    assert "South Korea and Australia add and get nothing: no mine, refinery or use" in out
    assert "what arrives inside goods counts where those are made" in out


def test_it_is_said_for_whom_an_actor_stands(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "coalition", "G7", "--mineral", "rare_earths_heavy", *QUICK)
    assert "G7: EU stands for 3 of its 27 states." in out


def test_a_club_in_which_nobody_has_the_mineral_changes_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = said(capsys, "coalition", "KOR", "AUS", "--mineral", "rare_earths_heavy", *QUICK)
    assert "It changes nothing: no member uses it." in out
    assert "Who gets what" not in out
    assert "floor (no member mines or refines it)" in out


def test_records_hold_both_sets_and_are_seeded(capsys: pytest.CaptureFixture[str]) -> None:
    ask = ("coalition", "USA,JPN,EU", "--mineral", "gallium", *QUICK, "--seed", "3")
    first = record(capsys, *ask)
    one, two = first["first_set"], first["second_set"]
    assert one["joint"]["value"] != two["joint"]["value"]
    assert one["joint"]["low"] < one["joint"]["value"] < one["joint"]["high"]
    inside = one["rules"]["need"]["inside"]
    total = sum(member["value"] for member in inside.values())
    assert math.isclose(total, one["joint"]["value"], rel_tol=1e-9)
    assert math.isclose(sum(one["shapley"].values()), one["clubs"][-1]["joint"], rel_tol=1e-9)
    assert len(one["clubs"]) == 7
    assert [line["purpose"] for line in first["purposes"]][:2] == ["stockpile", "procurement"]
    assert {one["subject"] for one in first["conclusions"]} == {"club", "USA", "JPN", "EU"}
    assert first["question"]["terms"]["stock_days"] == 60.0
    assert record(capsys, *ask) == first


def test_a_club_of_countries_and_its_terms_and_rates_are_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ask = ("coalition", "QUAD", "Germany", "--mineral", "gallium", "--rule", "allies first")
    more = ("--first", "Japan", "--term", "stock_days=90", "--restrictions", "2", *QUICK)
    found = record(capsys, *ask, *more)["question"]
    assert found["members"] == ["AUS", "IND", "JPN", "USA", "EU"]
    assert found["notes"][0] == "Germany acts with the trade actor EU."
    assert found["notes"][1].startswith("QUAD itself (known at the end of 2024, not used here)")
    assert found["rule"] == {"name": "allies first", "first": ["JPN"]}
    assert found["terms"]["stock_days"] == 90.0
    assert found["disruptions"]["restriction_rate"] == 2.0


def test_factors_on_rates_make_disruptions_likelier(capsys: pytest.CaptureFixture[str]) -> None:
    usual = record(capsys, *ASK)["disruptions"]
    found = record(capsys, *ASK, "--restrictions", "5", "--outages", "5")
    assert found["disruptions"]["restriction"] > usual["restriction"] > 0.0
    assert found["disruptions"]["mine_other"] > usual["mine_other"] > 0.0
    caveats = " ".join(found["caveats"])
    assert "As asked: hazard of restrictions times 5 and hazard of outages times 5." in caveats


def test_the_best_clubs_around_an_actor_hold_it_and_pay_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ask = ("coalition", "JPN,KOR,EU", "--around", "USA", "--mineral", "gallium")
    many = ("--purpose", "procurement", "--draws", "40", "--quiet")
    found = record(capsys, *ask, *many)["found"]
    assert found["valued"] == 8
    assert found["clubs"]
    for club in found["clubs"]:
        assert "USA" in club["members"]
        assert min(club["own"]) > 0.0
    out = said(capsys, *ask, *many)
    assert "Best for United States: with" in out
    assert "Clubs that everyone gains from, best for United States first" in out


def test_a_search_is_around_the_bloc_of_a_state_and_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ask = ("coalition", "JPN", "--around", "France", "--mineral", "gallium", "--draws", "20")
    found = record(capsys, *ask)
    assert found["found"]["actor"] == "EU"
    assert found["question"]["notes"] == ["France acts with the trade actor EU."]
    by_code = record(capsys, *ask[:3], "FRA", *ask[4:])
    assert by_code["found"] == found["found"]


def test_the_smallest_cover_reaches_the_share_or_says_how_far_it_gets(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ask = ("coalition", "JPN,KOR,EU", "--around", "USA", "--covers", "CHN bans exports of gallium")
    low = record(capsys, *ask, "--share", "0.2")
    assert low["smallest"]["covered"] >= 0.2
    assert len(low["found"]["sizes"]) == len(low["smallest"]["members"])
    high = record(capsys, *ask, "--share", "0.99")
    assert high["smallest"] is None
    assert len(high["found"]["sizes"]) == 4
    assert "The most is" in said(capsys, *ask, "--share", "0.99")


def test_a_chart_is_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    page = tmp_path / "club.html"
    said(capsys, "coalition", "USA,JPN", "--mineral", "gallium", *QUICK, "--save", str(page))
    text = page.read_text(encoding="utf-8")
    assert "Who gains from a joint stockpile of gallium, and who would leave" in text
    assert "How often the club breaks by rule of sharing" in text


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("USA,JPN",), "ORE-APP-001"),
        (("--mineral", "gallium"), "ORE-APP-001"),
        (("USA,JPN", "--mineral", "gallium", "--share", "0.4"), "ORE-APP-001"),
        (("USA", "--covers", "CHN bans exports of gallium"), "ORE-APP-001"),
        (("--around", "USA", "--mineral", "gallium", "--parameters", "20"), "ORE-APP-001"),
        (("USA,JPN", "--mineral", "gallium", "--workers", "0"), "ORE-APP-001"),
        (("USA,JPN", "--mineral", "galium"), "ORE-SCN-002"),
        (("--around", "Chima", "--mineral", "gallium"), "ORE-DAT-163"),
        (("--around", "ROW", "--mineral", "gallium"), "ORE-DAT-164"),
        (("--around", "G7", "--mineral", "gallium"), "ORE-APP-001"),
        (("--around", "USA,JPN", "--mineral", "gallium"), "ORE-APP-001"),
        (("--around", "", "--mineral", "gallium"), "ORE-APP-001"),
        (("USA,Jpan", "--mineral", "gallium"), "ORE-DAT-163"),
        (("USA", "--mineral", "gallium"), "ORE-SCN-064"),
        (("FRA,DEU", "--mineral", "gallium"), "ORE-SCN-064"),
        (("USA,JPN", "--mineral", "gallium", "--purpose", "stokpile"), "ORE-SCN-063"),
        (("USA,JPN", "--mineral", "gallium", "--rule", "needs"), "ORE-SCN-062"),
        (("USA,JPN", "--mineral", "gallium", "--first", "JPN"), "ORE-SCN-062"),
        (("USA,JPN", "--mineral", "gallium", "--rule", "allies first"), "ORE-SCN-062"),
        (("USA,JPN", "--mineral", "gallium", "--term", "stock_dys=9"), "ORE-SCN-060"),
        (("USA,JPN", "--mineral", "gallium", "--term", "stock_days=-9"), "ORE-SCN-061"),
        (("USA,JPN", "--mineral", "gallium", "--term", "stock_days"), "ORE-APP-018"),
        (("USA,JPN", "--mineral", "gallium", "--draws", "5"), "ORE-RUN-151"),
        (("USA,JPN", "--mineral", "gallium", "--outages", "-1"), "ORE-RUN-134"),
        (("USA,JPN", "--mineral", "gallium", "--parameters", "3"), "ORE-MKT-020"),
        (("USA,JPN", "--mineral", "gallium", "--save", "a.gif"), "ORE-APP-011"),
        (
            ("--around", "USA", "--mineral", "cobalt", "--covers", "CHN bans exports of gallium"),
            "ORE-APP-019",
        ),
        (
            ("JPN", "--around", "USA", "--covers", "CHN bans exports of gallium to USA"),
            "ORE-SCN-065",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused_as_bad_input(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: str
) -> None:
    assert code in said(capsys, "coalition", *words, code=2)
