"""What can be asked about a club, and what is refused before anything is cleared."""

from __future__ import annotations

import pytest
from tests.engine.clubs.real import question, world

from oreacle.core.errors import RunError, ScenarioError
from oreacle.engine.clubs.question import checked_members, drawn_set
from oreacle.engine.clubs.rules import Rule

THIRTEEN = (
    "USA",
    "JPN",
    "KOR",
    "EU",
    "AUS",
    "CAN",
    "GBR",
    "IND",
    "BRA",
    "CHL",
    "ZAF",
    "IDN",
    "VNM",
)


def test_members_are_trade_actors() -> None:
    assert checked_members(world(), question(members=("usa", "JPN"))) == ("USA", "JPN")
    assert len(checked_members(world(), question(members=THIRTEEN[:12]))) == 12


@pytest.mark.parametrize("members", [(), ("USA",), ("USA", "usa"), THIRTEEN])
def test_too_few_too_many_or_the_same_members_are_refused(members: tuple[str, ...]) -> None:
    with pytest.raises(ScenarioError) as caught:
        checked_members(world(), question(members=members))
    assert caught.value.code == "ORE-SCN-064"
    assert "12" in caught.value.why
    assert "USA,JPN" in caught.value.fix


def test_a_country_of_a_bloc_is_refused_with_its_bloc() -> None:
    with pytest.raises(ScenarioError) as caught:
        checked_members(world(), question(members=("USA", "DEU")))
    assert caught.value.code == "ORE-SCN-015"
    assert "EU" in caught.value.fix


def test_a_favoured_stranger_is_refused() -> None:
    with pytest.raises(ScenarioError) as caught:
        checked_members(world(), question(rule=Rule("allies first", ("EU",))))
    assert caught.value.code == "ORE-SCN-064"
    assert "EU" in caught.value.what
    assert "in the club" in caught.value.fix


def test_too_few_draws_are_refused() -> None:
    with pytest.raises(RunError) as caught:
        checked_members(world(), question(draws=19))
    assert caught.value.code == "ORE-RUN-151"
    assert "19" in caught.value.what
    assert "500" in caught.value.fix


def test_the_second_set_is_another_one_and_each_is_the_same_again() -> None:
    players = ("USA", "JPN", "KOR")
    first, second, again = (
        drawn_set(world(), question(), players, second=second) for second in (False, True, False)
    )
    assert first.field.located.tobytes() == again.field.located.tobytes()
    assert first.causes == again.causes
    assert first.causes != second.causes
    assert first.inverse.size == second.inverse.size == 40
