"""Entries beside policies in a scenario file: what they become, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.app.small_world import small_world

from oreacle.core.errors import ScenarioError
from oreacle.engine.acts.classes import EVENT_CLASSES
from oreacle.scenario import mechanism_names
from oreacle.scenario.assumptions import (
    ActOdds,
    ClubChange,
    DemandTrend,
    Doctrine,
    PlannedShock,
    RulesPoint,
    ShockRate,
    Span,
)
from oreacle.scenario.causes import act_words, lone_acts, shock_causes
from oreacle.scenario.names import name_book
from oreacle.scenario.presets import load_scenario
from oreacle.scenario.reach import refuse_idle_policies
from oreacle.scenario.scenario import Scenario

WORLD = small_world()
NAMES = name_book(WORLD)
HEAD = "oreacle: 1\nname: mine\ndemand_scenario: APS\nuntil: 2035\n"
EVERYTHING = (
    HEAD
    + """
off: [ventures]
parameters: {shocks.rate: 0.5}
blocs: [[US, EU, Japan], [China]]
doctrines: [{actor: USA, security: 0.5, patience: -1, from: 2026, to: 2030}]
shock_rates:
  - {cause: weather, factor: 2, from: 2026}
  - {cause: strike, factor: 0, place: DRC, from: 2027}
shocks:
  - {cause: strike, place: COD, loss: 0.25, mineral: cobalt, stage: mined, from: 2028, to: 2028}
clubs:
  - {club: Compact, change: founded, year: 2027, members: [USA, EU], minerals: [cobalt],
     instruments: [stockpile, crisis]}
  - {club: quad, change: left, year: 2028, members: [AUS]}
rules: [{year: 2032, strength: 0.3}]
trends: [{yearly: -0.05, mineral: cobalt, reason: substitution, place: EU, from: 2026}]
odds: [{act: trade_barrier, factor: 2, between: blocs, actor: USA, from: 2026}]
"""
)
PARAMETERS = pd.DataFrame(
    [("shocks", "rate", 1.0, 0.5, 2.0, "1"), ("energy", "loss", 0.2, 0.0, 0.4, "1")],
    columns=["mechanism", "parameter", "value", "low", "high", "unit"],
)


@pytest.fixture(autouse=True)
def _two_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mechanism_names, "mechanism_parameters", lambda: PARAMETERS)


def load(folder: Path, text: str) -> Scenario:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return load_scenario(path, NAMES)


def test_every_entry_becomes_its_record(tmp_path: Path) -> None:
    assert load(tmp_path, EVERYTHING) == Scenario(
        "mine",
        "",
        "APS",
        2035,
        off=("ventures",),
        parameters=(("shocks.rate", 0.5),),
        blocs=(("USA", "EU", "JPN"), ("CHN",)),
        doctrines=(Doctrine("USA", Span(2026, 2030), 0.5, -1.0),),
        shock_rates=(
            ShockRate("weather", 2.0, Span(2026)),
            ShockRate("strike", 0.0, Span(2027), "COD"),
        ),
        shocks=(PlannedShock("strike", "COD", 0.25, Span(2028, 2028), "cobalt", "mined"),),
        clubs=(
            ClubChange(
                "Compact", "founded", 2027, ("USA", "EU"), ("cobalt",), ("stockpile", "crisis")
            ),
            ClubChange("QUAD", "left", 2028, ("AUS",)),
        ),
        rules=(RulesPoint(2032, 0.3),),
        trends=(DemandTrend(-0.05, Span(2026), "substitution", "cobalt", None, "EU"),),
        odds=(ActOdds("trade_barrier", 2.0, Span(2026), "blocs", "USA"),),
    )


def test_a_file_without_entries_is_the_baseline_of_its_path(tmp_path: Path) -> None:
    assert load(tmp_path, HEAD) == Scenario("mine", "", "APS", 2035)


def test_classes_of_acts_are_those_of_the_engine() -> None:
    assert act_words() == {one.name: one.title for one in EVENT_CLASSES}
    assert lone_acts() == {one.name for one in EVENT_CLASSES if one.unit == "actor"}


def test_wide_causes_come_first_and_causes_of_the_record_follow() -> None:
    causes = list(shock_causes())
    assert causes[:3] == ["weather", "water", "power"]
    assert {"strike", "cyclone", "tailings_failure"} <= set(causes)


DOCTRINE = "actor: USA, security: 0.5, from: 2026"
FOUNDED = "{club: C, change: founded, year: 2027, members: [USA, EU], instruments: [crisis]}"


@pytest.mark.parametrize(
    ("lines", "code", "in_what", "in_fix"),
    [
        ("off: [shock]", "ORE-SCN-068", "off[0]", "'shocks'"),
        ("off: shocks", "ORE-SCN-018", "off", "list"),
        ("parameters: {shocks.rat: 1}", "ORE-SCN-068", "parameters.shocks.rat", "'shocks.rate'"),
        ("parameters: {shocks.rate: -1}", "ORE-SCN-069", "shocks.rate is -1", "0.5 to 2"),
        ("parameters: {shocks.rate: 21}", "ORE-SCN-069", "shocks.rate is 21", "0 to 20"),
        ("parameters: {shocks.rate: .nan}", "ORE-SCN-018", "shocks.rate", "number"),
        ("parameters: {shocks.rate: much}", "ORE-SCN-018", "shocks.rate", "number"),
        ("off: [shocks]\nparameters: {shocks.rate: 1}", "ORE-SCN-070", "shocks.rate", "`off`"),
        ("off: [rules]\nrules: [{year: 2030, strength: 1}]", "ORE-SCN-070", "rules", "`off`"),
        (
            "off: [doctrine]\nodds: [{act: venture, factor: 2, from: 2026}]",
            "ORE-SCN-070",
            "odds",
            "doctrine",
        ),
        (
            "off: [doctrine]\ndoctrines: [{actor: USA, openness: 1, from: 2026}]",
            "ORE-SCN-070",
            "doctrines[0].openness",
            "doctrine",
        ),
        (
            "off: [retaliation]\ndoctrines: [{actor: USA, patience: 1, from: 2026}]",
            "ORE-SCN-070",
            "doctrines[0].patience",
            "retaliation",
        ),
        (
            "off: [energy]\nshock_rates: [{cause: power, factor: 2, from: 2026}]",
            "ORE-SCN-070",
            "shock_rates[0]",
            "energy",
        ),
        (f"doctrines: [{{{DOCTRINE}, secrecy: 1}}]", "ORE-SCN-016", "secrecy", "security"),
        ("doctrines: [{actor: US, patience: 2, from: 2026}]", "ORE-SCN-004", "patience", "-1 to 1"),
        ("doctrines: [{actor: USA, patience: 1}]", "ORE-SCN-017", "doctrines[0].from", "from"),
        (f"doctrines: [{{{DOCTRINE}, to: 2025}}]", "ORE-SCN-019", "2025", "last year"),
        (f"doctrines: [{{{DOCTRINE}}}, {{{DOCTRINE}}}]", "ORE-SCN-071", "doctrines[1]", "end"),
        ("doctrines: [{actor: Chna, security: 1, from: 2026}]", "ORE-SCN-003", "Chna", "China"),
        ("doctrines: [{actor: USA, security: 1, from: 2036}]", "ORE-SCN-019", "2036", "until"),
        ("shock_rates: [{cause: wether, factor: 2, from: 2026}]", "ORE-SCN-066", "cause", "'weath"),
        (
            "shock_rates: [{cause: pandemic, factor: 2, from: 2026}]",
            "ORE-SCN-066",
            "rate",
            "shocks",
        ),
        (
            "shock_rates: [{cause: war, factor: -1, from: 2026}]",
            "ORE-SCN-004",
            "factor",
            "0 to 100",
        ),
        (
            "shock_rates: [{cause: war, factor: 2, from: 2026},"
            " {cause: war, factor: 3, from: 2030}]",
            "ORE-SCN-072",
            "shock_rates[0] and shock_rates[1]",
            "join",
        ),
        (
            "shocks: [{cause: passage, place: COD, loss: 1, from: 2026}]",
            "ORE-SCN-030",
            "COD",
            "",
        ),
        (
            "shocks: [{cause: passage, place: gibraltar, loss: 1, from: 2026}]",
            "ORE-SCN-081",
            "gibraltar",
            "route_closure",
        ),
        (
            "shocks: [{cause: passage, place: suez, loss: 1, stage: mined, from: 2026}]",
            "ORE-SCN-081",
            "mined",
            "route_closure",
        ),
        (
            "shocks: [{cause: demand, place: JPN, loss: 0.5, stage: mined, from: 2026}]",
            "ORE-SCN-081",
            "mined",
            "leave it out",
        ),
        (
            "off: [passages]\nshocks: [{cause: passage, place: suez, loss: 1, from: 2026}]",
            "ORE-SCN-070",
            "shocks[0]",
            "passages",
        ),
        (
            "off: [sectors]\nshocks: [{cause: demand, place: JPN, loss: 0.5, from: 2026}]",
            "ORE-SCN-070",
            "shocks[0]",
            "sectors",
        ),
        (
            "shocks: [{cause: war, place: COD, loss: 1.5, from: 2026}]",
            "ORE-SCN-004",
            "loss",
            "0 to",
        ),
        (
            "shocks: [{cause: war, place: COD, loss: 1, stage: used, from: 2026}]",
            "ORE-SCN-018",
            "stage",
            "mined",
        ),
        (f"clubs: [{FOUNDED}, {FOUNDED}]", "ORE-SCN-075", "exists already", "world clubs"),
        (
            "clubs: [{club: C, change: joined, year: 2027, members: [USA]}]",
            "ORE-SCN-075",
            "no such",
            "world clubs",
        ),
        (
            "clubs: [{club: C, change: joined, year: 2026, members: [JPN]}, " + FOUNDED + "]",
            "ORE-SCN-075",
            "clubs[0]",
            "year",
        ),
        (
            "clubs: [{club: QUAD, change: left, year: 2027, members: [CHN]}]",
            "ORE-SCN-075",
            "CHN is not in it",
            "members",
        ),
        (
            "clubs: [{club: QUAD, change: joined, year: 2027, members: [USA]}]",
            "ORE-SCN-075",
            "USA is in it already",
            "members",
        ),
        (
            "clubs: [{club: C, change: founded, year: 2027, members: [USA, EU]}]",
            "ORE-SCN-075",
            "instruments",
            "members",
        ),
        ("clubs: [{club: C, change: merged, year: 2027}]", "ORE-SCN-018", "change", "founded"),
        (
            "rules: [{year: 2030, strength: 1}, {year: 2030, strength: 2}]",
            "ORE-SCN-073",
            "2030",
            "one of them",
        ),
        ("rules: [{year: 2030, strength: 3}]", "ORE-SCN-004", "strength", "0 to 2"),
        (
            "trends: [{yearly: 0.1, reason: defense, from: 2026}]",
            "ORE-SCN-018",
            "reason",
            "'defence'",
        ),
        (
            "trends: [{yearly: .inf, reason: defence, from: 2026}]",
            "ORE-SCN-018",
            "yearly",
            "number",
        ),
        (
            "odds: [{act: restrictions, factor: 2, from: 2026}]",
            "ORE-SCN-067",
            "act",
            "'restriction'",
        ),
        (
            "odds: [{act: dispute, factor: 2, between: blocs, from: 2026}]",
            "ORE-SCN-074",
            "0 blocs",
            "blocs",
        ),
        (
            "blocs: [[USA], [CHN]]\n"
            "odds: [{act: restriction, factor: 2, between: blocs, from: 2026}]",
            "ORE-SCN-074",
            "no other party",
            "actor",
        ),
        ("blocs: [[USA], [CHN, US]]", "ORE-SCN-074", "blocs[1][1]", "one of them"),
        ("blocs: [[]]", "ORE-SCN-018", "blocs[0]", "at least 1"),
    ],
)
def test_one_fault_has_its_own_code_place_and_fix(
    tmp_path: Path, lines: str, code: str, in_what: str, in_fix: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path, f"{HEAD}{lines}\n")
    assert caught.value.code == code
    assert in_what in caught.value.what
    assert in_fix in caught.value.fix


def test_wrong_values_and_contradictions_are_named_at_once_each_with_its_place(
    tmp_path: Path,
) -> None:
    text = HEAD + (
        "off: [shoks]\n"
        "parameters: {shocks.rate: 99}\n"
        "doctrines: [{actor: USA, security: 7, from: 2026}]\n"
        "shocks: [{cause: strik, place: Atlantis, loss: 0.1, from: 1990}]\n"
        "clubs: [{club: QUAD, change: left, year: 2027, members: [CHN]}]\n"
        "rules: [{year: 2030, strength: 1}, {year: 2030, strength: 1}]\n"
        "odds: [{act: dispute, factor: 2, between: members, from: 2026}]\n"
        "trends: [{yearly: fast, reason: fashion, from: 2026}]\n"
        "bloks: []\n"
    )
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path, text)
    what = caught.value.what
    places = ["off[0]", "parameters.shocks.rate", "doctrines[0].security", "shocks[0].cause"]
    places += ["shocks[0].place", "shocks[0].from", "clubs[0]", "rules[1]", "odds[0]"]
    places += ["trends[0].yearly", "trends[0].reason", "bloks"]
    assert caught.value.code == "ORE-SCN-011"
    for place in places:
        assert f"{place} (" in what, place
    assert f"has {len(places)} faults" in what
    assert "line 8)" in what  # shocks


def test_a_wrong_bloc_brings_no_second_fault_about_odds_between_blocs(tmp_path: Path) -> None:
    text = "blocs: [[Atlantis]]\nodds: [{act: dispute, factor: 2, between: members, from: 2026}]\n"
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path, HEAD + text)
    assert caught.value.code == "ORE-SCN-003"


def test_a_value_outside_its_range_is_allowed_and_noted(tmp_path: Path) -> None:
    loaded = load(tmp_path, f"{HEAD}parameters: {{shocks.rate: 4, energy.loss: 0.1}}\n")
    notes = mechanism_names.range_notes(loaded.parameters)
    assert notes == ("shocks.rate is 4, outside its range of 0.5 to 2.",)


def test_entries_that_touch_something_pass(tmp_path: Path) -> None:
    refuse_idle_policies(load(tmp_path, EVERYTHING), WORLD)


@pytest.mark.parametrize(
    ("lines", "in_what"),
    [
        ("shocks: [{cause: war, place: JPN, loss: 0.5, stage: mined, from: 2026}]", "shocks[0]"),
        ("shocks: [{cause: war, place: COD, loss: 0.5, mineral: gallium, from: 2026}]", "gallium"),
        ("shocks: [{cause: war, place: COD, loss: 0, from: 2026}]", "shocks[0]"),
        ("shock_rates: [{cause: war, factor: 2, place: IDN, from: 2026}]", "shock_rates[0]"),
        ("shock_rates: [{cause: war, factor: 1, from: 2026}]", "shock_rates[0]"),
        ("doctrines: [{actor: USA, from: 2026}]", "doctrines[0]"),
        ("odds: [{act: dispute, factor: 1, from: 2026}]", "odds[0]"),
        ("trends: [{yearly: 0, reason: defence, from: 2026}]", "trends[0]"),
        ("trends: [{yearly: 0.1, reason: defence, place: IDN, from: 2026}]", "trends[0]"),
    ],
)
def test_an_entry_that_touches_nothing_is_refused_before_a_run(
    tmp_path: Path, lines: str, in_what: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        refuse_idle_policies(load(tmp_path, f"{HEAD}{lines}\n"), WORLD)
    assert caught.value.code == "ORE-SCN-076"
    assert in_what in caught.value.what


def test_a_scenario_made_in_python_is_held_to_the_same_contradictions() -> None:
    twice = (RulesPoint(2030, 1.0), RulesPoint(2030, 0.5))
    with pytest.raises(ScenarioError, match="ORE-SCN-073"):
        refuse_idle_policies(Scenario("x", "", "APS", 2035, rules=twice), WORLD)
