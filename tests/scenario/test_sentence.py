"""Sentences: what is written is read back; what cannot be read is refused with a way out."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.app.small_world import small_world

from oreacle.core.errors import ScenarioError
from oreacle.market.policies import (
    CapacityLoss,
    ExportBan,
    ExportLicensing,
    ExportQuota,
    ExportTax,
    LiftMeasure,
    Policy,
)
from oreacle.scenario.names import name_book
from oreacle.scenario.sentence import parse_sentence, parse_share, policy_sentence

NAMES = name_book(small_world())
ACTORS = st.sampled_from(["CHN", "COD", "EU", "USA"])
MINERALS = st.sampled_from(["gallium", "cobalt", "rare_earths_heavy"])
LINKS = st.sampled_from(["ore", "refined", None])
TARGETS = st.lists(st.sampled_from(["USA", "JPN", "EU", "ROW", "CIV"]), unique=True).map(tuple)


def shares(high: float) -> st.SearchStrategy[float]:
    return st.floats(0.0, high, allow_subnormal=False).filter(lambda v: v == 0.0 or v > 1e-12)


POLICIES: st.SearchStrategy[Policy] = st.one_of(
    st.builds(ExportBan, ACTORS, MINERALS, TARGETS, shares(1.0), LINKS),
    st.builds(ExportQuota, ACTORS, MINERALS, shares(2.0), LINKS),
    st.builds(ExportTax, ACTORS, MINERALS, shares(5.0), TARGETS, LINKS),
    st.builds(ExportLicensing, ACTORS, MINERALS, shares(5.0), TARGETS, LINKS),
    st.builds(
        CapacityLoss,
        st.sampled_from(["CHN", "DEU", "EU", "ROW"]),
        MINERALS,
        st.sampled_from(["mined", "refined"]),
        shares(1.0),
    ),
    st.just(LiftMeasure("CHN-2023-gallium", "gallium")),
)


@settings(deadline=None)
@given(POLICIES)
def test_a_policy_written_as_a_sentence_is_read_back_the_same(policy: Policy) -> None:
    assert parse_sentence(policy_sentence(policy), NAMES) == (policy,)


@settings(deadline=None)
@given(st.lists(POLICIES, min_size=1, max_size=4, unique_by=lambda p: (type(p), p.mineral)))
def test_sentences_joined_by_semicolons_are_read_in_order(policies: list[Policy]) -> None:
    text = " ; ".join(policy_sentence(policy) for policy in policies)
    assert parse_sentence(text, NAMES) == tuple(policies)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_and_never_crashes(text: str) -> None:
    with contextlib.suppress(ScenarioError):
        assert parse_sentence(text, NAMES)


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("CHN bans exports of gallium to USA", ExportBan("CHN", "gallium", ("USA",))),
        ("China bans exports of Gallium to the U.S.", ExportBan("CHN", "gallium", ("USA",))),
        ("China bans exports of Gallium to US.", ExportBan("CHN", "gallium", ("USA",))),
        ("chn ban export of cobalt ore", ExportBan("CHN", "cobalt", (), link="ore")),
        (
            "CHN bans exports of gallium to USA, Japan and EU with enforcement 0.9",
            ExportBan("CHN", "gallium", ("USA", "JPN", "EU"), 0.9),
        ),
        ("CHN bans exports of gallium to everyone", ExportBan("CHN", "gallium")),
        ("CHN taxes exports of gallium by 25 %", ExportTax("CHN", "gallium", 0.25)),
        (
            "CHN limits exports of heavy rare earths to 60%",
            ExportQuota("CHN", "rare_earths_heavy", 0.6),
        ),
        (
            "CHN licences exports of refined gallium to Côte d'Ivoire at 15 percent",
            ExportLicensing("CHN", "gallium", 0.15, ("CIV",), "refined"),
        ),
        ("DRC loses 30 % of mined cobalt", CapacityLoss("COD", "cobalt", "mined", 0.3)),
        (
            "Democratic Republic of the Congo loses 30 % of mined cobalt",
            CapacityLoss("COD", "cobalt", "mined", 0.3),
        ),
        ("lift CHN-2023-gallium on gallium", LiftMeasure("CHN-2023-gallium", "gallium")),
    ],
)
def test_sentences_that_people_write(text: str, policy: Policy) -> None:
    assert parse_sentence(text, NAMES) == (policy,)


@pytest.mark.parametrize(
    ("text", "code", "in_fix"),
    [
        ("CHN bans exports of galium", "ORE-SCN-002", "gallium"),
        ("Chna bans exports of gallium", "ORE-SCN-003", "China"),
        ("CHN bans exports of gallium to Jpan", "ORE-SCN-003", "Japan"),
        ("CHN taxes exports of gallium by 600 %", "ORE-SCN-004", "5"),
        ("COD loses -5 % of mined cobalt", "ORE-SCN-004", "0.4"),
        ("lift CHN-2023-galium on gallium", "ORE-SCN-008", "CHN-2023-gallium"),
        ("Congo loses 30 % of mined cobalt", "ORE-SCN-014", "COD or COG"),
        ("Germany bans exports of gallium", "ORE-SCN-015", "EU"),
        ("CHN bans exports of gallium to Germany", "ORE-SCN-015", "EU"),
        ("CHN bans exports of gallium to Fiji", "ORE-SCN-015", "ROW"),
        ("ROW bans exports of gallium", "ORE-SCN-015", "world info"),
        (
            "CHN bans exports of gallium; CHN bans exports of gallium to USA",
            "ORE-SCN-020",
            "targets",
        ),
        ("", "ORE-SCN-021", "bans exports of"),
        (" ; ", "ORE-SCN-021", "bans exports of"),
        ("CHN forbids gallium", "ORE-SCN-021", "bans exports of"),
        ("CHN taxs exports of gallium by 5 %", "ORE-SCN-021", "taxes exports of"),
        ("CHN taxes gallium by 5 %", "ORE-SCN-021", "taxes exports of"),
        ("CHN limits exports of gallium to USA to 60 %", "ORE-SCN-021", "targets"),
        ("x" * 3000, "ORE-SCN-021", "scenario file"),
        ("CHN taxes exports of gallium by 25", "ORE-SCN-022", "25 %"),
        ("CHN taxes exports of gallium by 0,25", "ORE-SCN-022", "dot"),
    ],
)
def test_a_sentence_that_cannot_be_right_is_refused(text: str, code: str, in_fix: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_sentence(text, NAMES)
    assert caught.value.code == code
    assert in_fix in caught.value.fix


def test_one_is_a_clear_enforcement_but_not_a_clear_tax() -> None:
    assert parse_share("1", may_be_one=True) == 1.0
    with pytest.raises(ScenarioError, match="ORE-SCN-022"):
        parse_share("1")


def test_a_message_carries_no_signs_that_steer_a_terminal() -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_sentence("CHN bans exports of \x1b[31mgallium", NAMES)
    assert "\x1b" not in str(caught.value)
