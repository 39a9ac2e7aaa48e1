"""Names of countries and clubs become trade actors; nobody is dropped in silence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.world.institutions import load_institutions
from oreacle.world.load import load_world
from oreacle.world.member_actors import member_actors

WORLD = load_world()
CLUBS = load_institutions()
ACTORS = [name for name in WORLD.territory.actors if name != "ROW"]
NAMES = st.lists(
    st.sampled_from([*ACTORS, "France", "POL", *(c for c in CLUBS.clubs)]), min_size=1, max_size=6
)


@given(NAMES)
def test_actors_are_distinct_actors_of_the_model_in_the_order_of_the_names(
    names: list[str],
) -> None:
    table = member_actors(WORLD, names)
    assert len(set(table.actors)) == len(table.actors)
    assert set(table.actors) <= set(ACTORS)
    first = member_actors(WORLD, names[:1]).actors
    assert table.actors[: len(first)] == first


@given(NAMES, NAMES)
def test_a_longer_list_only_adds(names: list[str], more: list[str]) -> None:
    short, long = member_actors(WORLD, names), member_actors(WORLD, [*names, *more])
    assert long.actors[: len(short.actors)] == short.actors
    assert set(short.left_out) <= set(long.left_out)


@given(st.sampled_from(sorted(CLUBS.clubs)))
def test_every_member_of_a_club_acts_or_is_left_out(club: str) -> None:
    table = member_actors(WORLD, [club])
    if club == "EU":
        assert table.actors == ("EU",)
        return
    for country in CLUBS.members(club):
        actor = WORLD.territory.actor_of.get(country, country)
        assert (actor in table.actors) != (country in table.left_out)


def test_the_minerals_partnership_is_nine_actors() -> None:
    table = member_actors(WORLD, ["MSP"])
    assert table.actors == ("AUS", "CAN", "EU", "GBR", "IND", "JPN", "KOR", "NOR", "USA")
    assert table.left_out == table.notes == ()


def test_a_state_of_the_union_acts_with_it_and_a_note_says_so() -> None:
    table = member_actors(WORLD, ["France", "DEU", "usa"])
    assert table.actors == ("EU", "USA")
    assert table.notes[0] == "France acts with the trade actor EU."


def test_the_union_stands_for_some_of_its_states_and_those_left_out_are_named() -> None:
    table = member_actors(WORLD, ["IEA"])
    assert table.left_out == ("CHE", "NZL")
    assert "IEA: EU stands for 20 of its 27 states." in table.notes
    assert "IEA: not told apart by the model: CHE, NZL." in table.notes


def test_members_are_those_of_the_day() -> None:
    assert "IND" not in member_actors(WORLD, ["MSP"], "2023-06-21").actors
    assert "IND" in member_actors(WORLD, ["MSP"], "2023-06-22").actors
    assert "MSP: not settled on the day: ITA." in member_actors(WORLD, ["MSP"], "2023-02-10").notes


def test_other_spellings_are_taken_from_the_caller() -> None:
    with pytest.raises(DataError):
        member_actors(WORLD, ["Holy Roman Empire"])
    aliases = {"holy roman empire": "EU"}
    assert member_actors(WORLD, ["Holy Roman Empire"], aliases=aliases).actors == ("EU",)
    assert member_actors(WORLD, ["five eyes"]).actors == member_actors(WORLD, ["FVEY"]).actors


@pytest.mark.parametrize(
    ("names", "on", "code", "part"),
    [
        (["Jpan"], None, "ORE-DAT-163", "oreacle world clubs"),
        (["QUADD"], None, "ORE-DAT-163", "'QUAD'"),
        ([], None, "ORE-DAT-163", "QUAD"),
        (["Switzerland"], None, "ORE-DAT-164", "oreacle world info"),
        (["ROW"], None, "ORE-DAT-164", "leave it out"),
        (["MSP"], 2010, "ORE-DAT-165", "oreacle world clubs MSP"),
        (["MSP"], 2030, "ORE-DAT-092", "2024-12-31"),
    ],
)
def test_what_cannot_be_a_member_is_refused_with_a_way_out(
    names: list[str], on: int | None, code: str, part: str
) -> None:
    with pytest.raises(DataError) as caught:
        member_actors(WORLD, names, on)
    assert caught.value.code == code
    assert part in caught.value.fix


def test_rules_and_instruments_are_asked_for_by_club_and_subject() -> None:
    assert [rule.subject for rule in CLUBS.rules("G7")][:2] == ["allocation", "price_sharing"]
    assert CLUBS.rule("IEA", "decision").rule == "weighted majority"
    assert CLUBS.rule("MSP", "exit").exists is None
    assert CLUBS.rule("QUAD", "allocation").exists is False
    assert CLUBS.rule("NATO", "exit").exists is True
    stocks = [one for one in CLUBS.instruments_of("IEA") if one.purpose == "stockpile"]
    assert {(one.goods, one.is_in_force, one.acts_on_minerals) for one in stocks} == {
        ("oil", True, False),
        ("minerals", False, True),
    }
    assert not stocks[0].began_by(1970)


@pytest.mark.parametrize(
    ("call", "part"),
    [
        (lambda: CLUBS.rule("EU", "exits"), "'exit'"),
        (lambda: CLUBS.rules("MPS"), "'MSP'"),
        (lambda: CLUBS.instruments_of("mercosur"), "Known are"),
        (lambda: CLUBS.code_of("mercosurr"), "Known are"),
    ],
)
def test_an_unknown_club_or_subject_is_refused(call: object, part: str) -> None:
    with pytest.raises(DataError) as caught:
        call()  # type: ignore[operator]
    assert caught.value.code == "ORE-DAT-091"
    assert part in caught.value.fix


def test_a_club_is_found_by_code_or_name_in_any_case() -> None:
    assert CLUBS.code_of("mercosur") == CLUBS.code_of("Southern Common Market") == "Mercosur"
    assert CLUBS.code_of("msp forum") == "MSP_Forum"
