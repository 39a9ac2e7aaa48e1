"""Faults come all at once: no kind of fault hides another of the same entry, list or file."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.app.small_world import small_world

from oreacle.core.errors import ScenarioError
from oreacle.scenario.composition import composed
from oreacle.scenario.idle import idle_notes
from oreacle.scenario.names import name_book
from oreacle.scenario.presets import load_scenario
from oreacle.scenario.scenario import Scenario

NAMES = name_book(small_world())
HEAD = "oreacle: 1\nname: mine\ndemand_scenario: APS\nuntil: 2035\n"
BAN = "instrument: export_ban, actor: CHN, mineral: gallium"


@pytest.fixture(autouse=True)
def _short_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages shorten long paths."""
    monkeypatch.chdir(tmp_path)


def load(folder: Path, text: str, *overlays: str) -> Scenario:
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    return load_scenario("mine.yaml", NAMES, overlays)


def refused(folder: Path, text: str, *overlays: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        load(folder, text, *overlays)
    return f"{caught.value.code}: {caught.value.what}"


def assert_told(said: str, expected: list[tuple[str, str, int]]) -> None:
    """Every fault has its code, place, line, reason and fix, and there are no others."""
    faults = said.split("\n  - ")[1:]
    assert f"has {len(expected)} faults" in said
    for code, place, line in expected:
        own = [one for one in faults if one.startswith(code) and f"{place} (" in one]
        assert len(own) == 1, (code, place, said)
        assert f"mine.yaml, line {line})" in own[0]
        assert "why: " in own[0]
        assert "fix: " in own[0]


def test_a_span_that_ends_before_it_starts_hides_nothing(tmp_path: Path) -> None:
    said = refused(
        tmp_path,
        HEAD
        + "odds:\n"
        + "  - {act: venture, factor: 300, between: bloc, from: 2035, to: 2026}\n"
        + "  - {act: agreement, factor: 2, from: 2035, to: 2026, when: now}\n"
        + "  - {act: agreement, factor: 200, from: 2034}\n"
        + "  - {act: dispute, factor: 2, from: 2040}\n"
        + "doctrines:\n"
        + "  - {actor: Chna, security: 1, from: 2030, to: 2029}\n"
        + "  - {actor: USA, security: 7, from: 2026}\n"
        + "  - {actor: USA, security: 1, from: 2027}\n",
    )
    assert_told(
        said,
        [
            ("ORE-SCN-019", "odds[0].to", 6),
            ("ORE-SCN-004", "odds[0].factor", 6),
            ("ORE-SCN-018", "odds[0].between", 6),
            ("ORE-SCN-019", "odds[1].to", 7),
            ("ORE-SCN-016", "odds[1].when", 7),
            ("ORE-SCN-004", "odds[2].factor", 8),
            ("ORE-SCN-072", "odds[2]", 8),
            ("ORE-SCN-019", "odds[3].from", 9),
            ("ORE-SCN-019", "doctrines[0].to", 11),
            ("ORE-SCN-003", "doctrines[0].actor", 11),
            ("ORE-SCN-004", "doctrines[1].security", 12),
            ("ORE-SCN-071", "doctrines[2]", 13),
        ],
    )


def test_what_is_said_twice_is_told_beside_other_faults_with_positions_of_the_file(
    tmp_path: Path,
) -> None:
    said = refused(
        tmp_path,
        HEAD
        + "off: [venturs, doctrine]\n"
        + "rules:\n"
        + "  - {year: 1990, strength: 1}\n"
        + "  - {year: 2030, strength: 1}\n"
        + "  - {year: 2030, strength: 3}\n"
        + "blocs: [[Chna], [USA, EU], [USA]]\n"
        + "parameters: {shocks.rat: 1, shocks.trend: much}\n"
        + "odds: [{act: venture, factor: 2, from: 2026}]\n",
    )
    assert_told(
        said,
        [
            ("ORE-SCN-068", "off[0]", 5),
            ("ORE-SCN-070", "odds", 12),
            ("ORE-SCN-019", "rules[0].year", 7),
            ("ORE-SCN-004", "rules[2].strength", 9),
            ("ORE-SCN-073", "rules[2]", 9),
            ("ORE-SCN-003", "blocs[0][0]", 10),
            ("ORE-SCN-074", "blocs[2][0]", 10),
            ("ORE-SCN-018", "parameters.shocks.trend", 11),
            ("ORE-SCN-068", "parameters.shocks.rat", 11),
        ],
    )
    assert "rules[1] and rules[2] both" in said
    assert "USA stands in blocs[1] and again in blocs[2]" in said


def test_faults_of_policies_do_not_hide_that_others_overlap_or_hold_nothing(
    tmp_path: Path,
) -> None:
    said = refused(
        tmp_path,
        HEAD
        + "policies:\n"
        + "  - {instrument: export_bann}\n"
        + f"  - {{{BAN}, from: 2027}}\n"
        + f"  - {{{BAN}, from: 2030, to: 2028}}\n"
        + "  - {instrument: lift_measure, measure: x, mineral: gallium, from: 1999}\n"
        + "  - {instrument: price_floor, place: USA, mineral: gallium, stage: refined,"
        + " from: 2045}\n",
    )
    for part in (
        "policies[0].instrument (",
        "policies[2].to (",
        "policies[1] and policies[2] (ExportBan on gallium)",
        "policies[3].from (",
        "no measure 'x' on gallium is in the register at policies[3]",
        "ORE-SCN-024",
    ):
        assert part in said


def test_keys_that_occur_twice_hide_nothing(tmp_path: Path) -> None:
    said = refused(
        tmp_path,
        HEAD
        + "until: 2036\n"
        + "odds:\n"
        + "  - {act: venture, act: venture, factor: 300, from: 2026}\n"
        + "unti: 2030\n",
    )
    assert "has 4 faults" in said
    assert "mine.yaml', line 5: the key until occurs twice, first in line 4." in said
    assert "mine.yaml', line 7: the key odds[0].act occurs twice, first in line 7." in said
    assert "odds[0].factor (" in said
    assert "unti (" in said
    assert said.count("why: ") == said.count("fix: ") == 4


def test_a_key_that_occurs_twice_in_a_file_below_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "low.yaml").write_text(f"{HEAD}until: 2036\n", encoding="utf-8")
    said = refused(tmp_path, HEAD + "extends: low.yaml\n")
    assert said.startswith("ORE-SCN-013: 'low.yaml', line 5")


@pytest.mark.parametrize(
    ("lines", "fix"),
    [
        ("odds: [{act: venture, factor: 300, from: 2026}]", "1.5 for half as much again"),
        ("doctrines: [{actor: USA, security: 3, from: 2026}]", "0 is as fitted"),
        ("rules: [{year: 2030, strength: 3}]", "1 as in the years of the fit"),
        (f"policies: [{{{BAN}, enforcement: 40, from: 2027}}]", "0.4 for 40 %"),
    ],
)
def test_the_example_of_a_number_fits_its_key(tmp_path: Path, lines: str, fix: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path, f"{HEAD}{lines}\n")
    assert fix in caught.value.fix
    assert ("%" in caught.value.fix) == ("%" in fix)


SHORT = "oreacle: 1\nname: mine\nuntil: 2028\n"


@pytest.mark.parametrize(
    ("text", "overlays"),
    [
        (f"{SHORT}demand_scenario: APS\n", ("climate-stress",)),
        (f"{SHORT}extends: climate-stress\n", ()),
        (f"{SHORT}extends: baseline\noverlays: [climate-stress]\n", ()),
    ],
)
def test_entries_of_a_preset_after_a_shortened_run_are_left_out_and_told(
    tmp_path: Path, text: str, overlays: tuple[str, ...]
) -> None:
    loaded = load(tmp_path, text, *overlays)
    assert loaded.until == 2028
    assert [one.span.first_year for one in loaded.shock_rates] == [2026] * 3
    notes = idle_notes(composed("mine.yaml", overlays), NAMES)
    assert len(notes) == 3
    assert all("(climate-stress, line " in note and "2030" in note for note in notes)


def test_entries_of_ones_own_after_the_last_year_are_faults(tmp_path: Path) -> None:
    own = "odds: [{act: venture, factor: 2, from: 2030}]\n"
    assert "odds[0].from" in refused(tmp_path, f"{SHORT}extends: climate-stress\n{own}")
    late = own.replace("2030", "2045")
    below = "oreacle: 1\nname: mine\nextends: baseline\n"
    assert "odds[0].from" in refused(tmp_path, below + late)
    (tmp_path / "over.yaml").write_text(f"{SHORT}{own}", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario("climate-stress", NAMES, ["over.yaml"])
    assert "has" not in caught.value.what
    assert "odds[0].from" in caught.value.what


def test_an_idle_entry_need_not_agree_with_ones_own(tmp_path: Path) -> None:
    own = "shock_rates: [{cause: water, factor: 3, from: 2026}]\n"
    low = "oreacle: 1\nname: low\nshock_rates: [{cause: water, factor: 2, from: 2030}]\n"
    (tmp_path / "low.yaml").write_text(low, encoding="utf-8")
    text = f"{SHORT}demand_scenario: APS\nextends: low.yaml\n{own}"
    assert [one.factor for one in load(tmp_path, text).shock_rates] == [3.0]
    said = refused(tmp_path, text.replace("2028", "2031"))
    assert "shock_rates[0] and shock_rates[1]" in said
