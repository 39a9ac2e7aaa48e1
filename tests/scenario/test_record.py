"""A scenario is made again from its record, through JSON, and is told in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.market.traders import SAMPLES

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import SECTORS
from oreacle.scenario.assumptions import (
    BETWEEN,
    CLUB_CHANGES,
    CLUB_INSTRUMENTS,
    TREND_REASONS,
    ActOdds,
    ClubChange,
    DemandTrend,
    Doctrine,
    PlannedShock,
    RulesPoint,
    ShockRate,
    Span,
)
from oreacle.scenario.causes import act_words, shock_causes
from oreacle.scenario.differences import differences
from oreacle.scenario.presets import baseline
from oreacle.scenario.record import scenario_from_dict
from oreacle.scenario.scenario import Scenario, ScheduledPolicy

YEAR = st.integers(2025, 2050)
SPAN = st.tuples(YEAR, st.none() | st.integers(0, 9)).map(
    lambda pair: Span(pair[0], None if pair[1] is None else pair[0] + pair[1])
)
NUMBER = st.floats(-1.0, 1.0)
ACTOR = st.sampled_from(["USA", "CHN", "EU", "JPN"])
MINERAL = st.sampled_from(["cobalt", "gallium"])
ACTORS = st.lists(ACTOR, max_size=3).map(tuple)
CAUSE = st.sampled_from(sorted(shock_causes()))


def many(entries: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(entries, max_size=2).map(tuple)


SCENARIOS = st.builds(
    Scenario,
    name=st.just("mine"),
    description=st.text(max_size=20),
    demand_scenario=st.sampled_from(["STEPS", "APS", "NZE"]),
    until=YEAR,
    policies=st.sampled_from(SAMPLES).flatmap(
        lambda policy: many(st.just(ScheduledPolicy(policy, 2027, 2029))).map(lambda some: some[:1])
    ),
    off=st.lists(st.sampled_from(["ventures", "clubs"]), unique=True).map(tuple),
    parameters=st.dictionaries(st.sampled_from(["a.x", "b.y"]), NUMBER).map(
        lambda values: tuple(values.items())
    ),
    doctrines=many(st.builds(Doctrine, ACTOR, SPAN, NUMBER, NUMBER, NUMBER)),
    shock_rates=many(st.builds(ShockRate, CAUSE, NUMBER, SPAN, st.none() | ACTOR)),
    shocks=many(
        st.builds(
            PlannedShock,
            CAUSE,
            ACTOR,
            NUMBER,
            SPAN,
            st.none() | MINERAL,
            st.sampled_from([None, "mined", "refined"]),
        )
    ),
    clubs=many(
        st.builds(
            ClubChange,
            st.text(max_size=5),
            st.sampled_from(CLUB_CHANGES),
            YEAR,
            ACTORS,
            st.lists(MINERAL, max_size=2).map(tuple),
            st.lists(st.sampled_from(CLUB_INSTRUMENTS), max_size=2).map(tuple),
        )
    ),
    rules=many(st.builds(RulesPoint, YEAR, NUMBER)),
    trends=many(
        st.builds(
            DemandTrend,
            NUMBER,
            SPAN,
            st.sampled_from(TREND_REASONS),
            st.none() | MINERAL,
            st.none() | st.sampled_from(SECTORS),
            st.none() | ACTOR,
        )
    ),
    odds=many(
        st.builds(
            ActOdds,
            st.sampled_from(sorted(act_words())),
            NUMBER,
            SPAN,
            st.sampled_from(BETWEEN),
            st.none() | ACTOR,
        )
    ),
    blocs=many(ACTORS),
)


@given(SCENARIOS)
def test_a_scenario_comes_back_from_its_record_through_json(scenario: Scenario) -> None:
    record = scenario.as_dict()
    read = json.loads(json.dumps(record, allow_nan=False))
    assert read == record
    assert scenario_from_dict(read) == scenario


@given(SCENARIOS)
def test_a_scenario_does_not_differ_from_itself(scenario: Scenario) -> None:
    assert differences(scenario, scenario) == ()


@pytest.mark.parametrize("policy", SAMPLES)
def test_every_instrument_comes_back(policy: Any) -> None:  # noqa: ANN401 - any instrument
    scenario = Scenario("mine", "", "STEPS", 2040, (ScheduledPolicy(policy, 2027),))
    assert scenario_from_dict(json.loads(json.dumps(scenario.as_dict()))) == scenario


def test_a_record_of_before_there_were_assumptions_is_read() -> None:
    old = {"name": "x", "description": "", "demand_scenario": "APS", "until": 2030, "policies": []}
    assert scenario_from_dict(old) == Scenario("x", "", "APS", 2030)


@pytest.mark.parametrize(
    "changed",
    [
        {"until": "soon"},
        {"policies": [{"instrument": "Embargo", "first_year": 2027, "last_year": None}]},
        {"policies": [3]},
        {"rules": [{"year": 2030}]},
        {"rules": [{"year": 2030, "strength": 1.0, "colour": "red"}]},
        {"doctrines": [{"actor": "USA", "span": {"start": 2027}}]},
        {"parameters": 3},
    ],
)
def test_a_record_that_was_changed_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ScenarioError, match="ORE-SCN-080"):
        scenario_from_dict({**baseline().as_dict(), **changed})


def test_a_record_without_a_name_is_refused() -> None:
    with pytest.raises(ScenarioError, match="ORE-SCN-080"):
        scenario_from_dict({})


def test_differences_are_told_in_words() -> None:
    ours = Scenario(
        "ours",
        "",
        "NZE",
        2035,
        off=("ventures",),
        shocks=(PlannedShock("strike", "CHL", 0.2, Span(2028, 2028), "copper", "mined"),),
        trends=(DemandTrend(-0.06, Span(2026, 2035), "substitution", "cobalt", "ev_storage"),),
        odds=(ActOdds("dispute", 2.0, Span(2026), "blocs", "USA"),),
    )
    told = differences(ours, baseline())
    assert told[:2] == ("Demand follows NZE, not STEPS.", "The last year is 2035, not 2040.")
    assert "CHL loses 20 % of its mines of copper to strike in 2028." in told
    grows = "Use of cobalt, ev_storage grows 6 % a year slower from 2026 to 2035 (substitution)."
    assert grows in told
    assert any(line.startswith("Dispute filed at the WTO by USA between parties") for line in told)
    assert any(line.startswith("Not here: ") for line in differences(baseline(), ours))
