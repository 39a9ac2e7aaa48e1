"""Clubs by date, jurisdictions, stocks and past acts: what was known, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.data.codes import eu_members
from oreacle.data.store import read_table
from oreacle.data.vintage import built_vintage
from oreacle.world.institutions import Institutions, Membership, load_institutions
from oreacle.world.jurisdictions import load_jurisdictions
from oreacle.world.past_acts import PastAct, PastActs, load_past_acts
from oreacle.world.periods import AS_OF, read_period
from oreacle.world.stockpiles import load_stockpiles

CLUBS = load_institutions()
YEARS = st.integers(1990, 2024)
NAMES = st.sampled_from(sorted(CLUBS.clubs))


def membership(country: str, since: str, until: str = "") -> Membership:
    last = int(until[:4]) if until else None
    return Membership("C", country, int(since[:4]), since, last, until, "high", "seen", "s")


SMALL = Institutions(
    {"C": CLUBS.club("EU")},
    (
        membership("NOR", "2004-05-01"),
        membership("NAM", "2010"),
        membership("GBR", "1973", "2020-02-01"),
        membership("QAT", "1961", "2019"),
    ),
)


def test_the_last_day_is_that_of_the_world() -> None:
    assert built_vintage().as_of == AS_OF


def test_a_day_of_joining_counts_and_the_day_before_does_not() -> None:
    assert "NOR" in SMALL.members("C", "2004-05-01")
    assert "NOR" not in SMALL.members("C", date(2004, 4, 30))
    assert "NOR" in SMALL.members("C", 2004)


def test_the_first_day_out_is_no_longer_a_member() -> None:
    assert "GBR" in SMALL.members("C", "2020-01-31")
    assert "GBR" not in SMALL.members("C", "2020-02-01")
    assert "GBR" in SMALL.members("C", "2020-01")


def test_a_year_of_joining_or_leaving_without_a_day_is_named_as_unsettled() -> None:
    assert SMALL.unsettled("C", "2010-06-01") == ("NAM",)
    assert SMALL.unsettled("C", "2019-06-01") == ("QAT",)
    assert SMALL.unsettled("C", 2010) == SMALL.unsettled("C", 2019) == ()
    assert "QAT" in SMALL.members("C", "2019-12-31")


@given(NAMES, YEARS, YEARS)
def test_members_are_only_added_while_nobody_leaves(club: str, one: int, other: int) -> None:
    first, last = sorted((one, other))
    leaving = [s for s in CLUBS.spells(club) if s.until is not None and first <= s.until <= last]
    if not leaving:
        assert set(CLUBS.members(club, first)) <= set(CLUBS.members(club, last))


@given(NAMES, YEARS)
def test_a_member_of_a_day_is_a_member_of_its_month_and_year(club: str, year: int) -> None:
    day = set(CLUBS.members(club, f"{year}-06-15"))
    assert day <= set(CLUBS.members(club, f"{year}-06")) <= set(CLUBS.members(club, year))


@given(NAMES, YEARS)
def test_clubs_of_a_country_are_those_that_list_it(club: str, year: int) -> None:
    for country in CLUBS.members(club, year):
        assert club in CLUBS.clubs_of(country, year)


@given(YEARS)
def test_members_of_the_union_agree_with_the_table_of_codes(year: int) -> None:
    assert set(CLUBS.members("EU", year)) == eu_members(year)


@given(YEARS, st.sampled_from(["JPN", "CHN", "USA", "NAM"]), st.sampled_from(["DEU", "AUS", "RUS"]))
def test_shared_clubs_are_the_same_both_ways(year: int, first: str, second: str) -> None:
    shared = CLUBS.shared_clubs(first, second, year)
    assert shared == CLUBS.shared_clubs(second, first, year)
    assert all({first, second} <= set(CLUBS.members(club, year)) for club in shared)


def test_the_union_had_28_members_in_2015_and_27_in_2021() -> None:
    assert len(CLUBS.members("EU", 2015)) == 28
    assert len(CLUBS.members("EU", 2021)) == 27
    assert len(CLUBS.members("EU", "2004-04-30")) == 15
    assert len(CLUBS.members("EU", "2004-05-01")) == 25


def test_the_actor_of_a_country_follows_its_membership() -> None:
    assert [CLUBS.actor_of("GBR", year) for year in (2019, 2020, 2021)] == ["EU", "EU", "GBR"]
    assert CLUBS.actor_of("NOR", 2024) == "NOR"
    territory = CLUBS.territory(["FRA", "HRV", "GBR", "ROW"], 2013)
    assert territory.members("EU") == ("FRA", "GBR", "HRV")
    assert territory.actor_of["ROW"] == "ROW"


def test_the_minerals_partnership_had_ten_states_and_the_union_at_first() -> None:
    founders = CLUBS.members("MSP", "2022-06-14")
    assert len(founders) == 11
    assert "EU" in founders
    assert len(CLUBS.members("MSP", "2024-12-31")) == 15
    assert CLUBS.members("MSP", "2022-06-13") == ()


def test_finland_joined_the_treaty_organisation_on_a_known_day() -> None:
    assert "FIN" not in CLUBS.members("NATO", "2023-04-03")
    assert "FIN" in CLUBS.members("NATO", "2023-04-04")
    assert len(CLUBS.members("NATO")) == 32


def test_every_club_has_members_and_says_whether_it_lists_all() -> None:
    for name, club in CLUBS.clubs.items():
        assert CLUBS.spells(name), name
        assert club.complete or club.note, name


@pytest.mark.parametrize(
    ("call", "code", "part"),
    [
        (lambda: CLUBS.members("NATOO"), "ORE-DAT-091", "'NATO'"),
        (lambda: CLUBS.members("EU", "soon"), "ORE-DAT-092", "'2024-07'"),
        (lambda: CLUBS.members("EU", "2023-02-30"), "ORE-DAT-092", "'2024-07'"),
        (lambda: CLUBS.members("EU", 2025), "ORE-DAT-092", "2024-12-31"),
        (lambda: CLUBS.actor_of("XYZ", 2020), "ORE-DAT-010", "alias"),
        (
            lambda: load_jurisdictions().fact("CHL", "corporate_tax"),
            "ORE-DAT-091",
            "corporate_tax_rate",
        ),
        (lambda: load_jurisdictions().hazard("CHL", "locusts"), "ORE-DAT-091", "flood"),
    ],
)
def test_an_unknown_name_or_date_is_refused_with_a_way_out(
    call: object, code: str, part: str
) -> None:
    with pytest.raises(DataError) as caught:
        call()  # type: ignore[operator]
    assert caught.value.code == code
    assert part in caught.value.fix


@given(st.integers(1900, 2024), st.integers(1, 12))
def test_a_month_ends_the_day_before_the_next_one_starts(year: int, month: int) -> None:
    this = read_period(f"{year}-{month:02d}")
    following = f"{year + month // 12}-{month % 12 + 1:02d}"
    assert this.day_after == read_period(following).first


def test_a_fact_is_not_known_before_its_year() -> None:
    facts = load_jurisdictions()
    known = facts.fact("ZAF", "fraser_policy_perception_index")
    assert known is not None
    assert facts.fact("ZAF", "fraser_policy_perception_index", known.year - 3) is None
    assert all(fact.year <= 2024 for fact in facts.facts_of("ZAF"))


def test_surveyed_and_filled_in_policy_scores_are_apart() -> None:
    table = read_table("jurisdictions")
    filled = table[table["field"] == "fraser_policy_perception_imputed"]
    assert set(filled["confidence"]) == {"low"}
    assert set(filled["basis"]) == {"estimated"}
    surveyed = table[table["field"] == "fraser_policy_perception_index"]
    keys = [set(zip(part["country"], part["year"], strict=True)) for part in (filled, surveyed)]
    assert keys[0]
    assert keys[1]
    assert not keys[0] & keys[1]


def test_a_figure_or_words_but_never_both_nor_neither() -> None:
    for name in ("jurisdictions", "stockpiles"):
        table = read_table(name)
        assert (table["value"].isna() == (table["text"] != "")).all(), name


def test_kilograms_in_the_stockpile_are_not_taken_for_tonnes() -> None:
    (germanium,) = load_stockpiles().of("USA", "germanium")
    assert (germanium.value, germanium.unit, germanium.tonnes) == (14_000.0, "kg", 14.0)
    assert all(row.tonnes is None for row in load_stockpiles().of("JPN"))


def act(kind: str, actors: str, targets: str, **changes: str) -> PastAct:
    fields = {"date": "2010-07-08", "status": "in_force", "end_date": "", "sign": "cooperation"}
    fields |= changes
    return PastAct(
        event_id="x",
        kind=kind,
        actors=tuple(actors.split(";")),
        targets=tuple(filter(None, targets.split(";"))),
        minerals=("copper",),
        summary="s",
        source="s",
        confidence="high",
        **fields,
    )


def test_an_agreement_binds_its_parties_and_a_sanction_runs_one_way() -> None:
    pact = act("bilateral_mou", "JPN;AUS", "")
    ban = act("sanction", "USA", "RUS;WLD", sign="rivalry")
    acts = PastActs((pact, ban))
    assert acts.agreements("AUS", "JPN") == (pact,)
    assert acts.agreements("AUS", "JPN", "2010-07-07") == ()
    assert acts.agreements("AUS", "JPN", mineral="tin") == ()
    assert acts.sanctions("USA", "RUS") == (ban,)
    assert acts.sanctions("RUS", "USA") == ()
    assert acts.sanctions("USA", "CHN") == ()
    assert acts.sanctions("USA", "CHN", everyone=True) == (ban,)
    assert acts.disputes("RUS", "USA") == (ban,)


def test_an_act_that_expired_without_a_day_is_not_known_to_be_in_force() -> None:
    assert act("bilateral_mou", "A;B", "", status="expired").was_in_force(2015) is None
    assert act("bilateral_mou", "A;B", "").was_in_force(2015) is True
    assert act("bilateral_mou", "A;B", "").was_in_force(2009) is False
    ended = act("bilateral_mou", "A;B", "", status="expired", end_date="2012-03")
    assert [ended.was_in_force(year) for year in (2012, 2013)] == [True, False]


def test_past_agreements_of_the_table_name_both_sides() -> None:
    found = load_past_acts().agreements("JPN", "KAZ")
    assert found
    assert all({"JPN", "KAZ"} <= {*row.actors, *row.targets} for row in found)
