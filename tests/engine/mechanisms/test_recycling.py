"""Scrap follows goods at the end of their lives: cohorts, collection, and what begins."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.mechanisms.bench import (
    cleared_under,
    club_of,
    machinery_of,
    moment_of,
    position,
    real_setting,
    setting_with,
)

from oreacle.core.errors import RunError
from oreacle.core.labels import SECTORS
from oreacle.engine.mechanisms.cohorts import Cohorts, lives, past_outflow
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import Moment
from oreacle.engine.mechanisms.recycling import (
    RECYCLING,
    RecyclingFacts,
    RecyclingPiece,
    added_tonnes,
    advance,
    club_lift,
    collection,
    conditions,
    record,
    scrap_level,
    starting_shares,
    tell,
    use_of_year,
)
from oreacle.engine.setting import Setting

NO_TREND = (("recycling.trend", 0.0), ("recycling.prompt", 0.0))


def seen(setting: Setting, *, members: int = 1) -> Moment:
    """What the mechanism sees of the first year."""
    machinery = machinery_of(setting, RECYCLING)
    moment, numbers = moment_of(machinery, setting, members=members)
    return machinery._seen(machinery.running[0], moment, numbers)


def after(moment: Moment, years: int) -> Moment:
    """The same some years later, with use along the path."""
    demand = moment.setting.traits.demand
    for _ in range(years):
        piece, step = advance(moment).piece, moment.step + 1
        path = np.repeat(demand[:, step + 1][None], moment.members, axis=0)
        moment = replace(moment, own=piece, step=step, year=moment.year + 1, demand=path)
    return moment


@lru_cache(maxsize=1)
def later() -> Moment:
    """The last year of the baseline."""
    return after(seen(real_setting()), 15)


@given(st.floats(0.5, 50.0), st.floats(1.0, 5.0))
def test_everything_leaves_in_the_end_and_on_average_after_its_life(
    mean: float, shape: float
) -> None:
    leaving = lives(np.array([mean]), np.array([shape]))[:, 0]
    assert (leaving >= 0.0).all()
    assert leaving.sum() <= 1.0 + 1e-12
    if mean < 20.0 and shape > 1.5:
        assert leaving.sum() == pytest.approx(1.0, abs=1e-6)
        # Ages are counted at the end of a year: half a year later on average.
        ages = np.arange(1, leaving.size + 1)
        assert float((leaving * ages).sum()) - 0.5 == pytest.approx(mean, abs=0.51)


@given(st.floats(-0.05, 0.2), st.integers(1, 15))
def test_with_the_same_growth_before_and_after_scrap_stays_the_same_share_of_use(
    growth: float, years: int
) -> None:
    leaving = lives(np.array([12.0]), np.array([3.0]))
    past = past_outflow(leaving, np.array([growth]), 20)
    cohorts = Cohorts(leaving, past, np.ones(1))
    use = [np.array([np.exp(growth * k)]) for k in range(1, years)]
    assert cohorts.outflow(use) / past[0] == pytest.approx(np.exp(growth * years))


def test_goods_that_last_two_years_come_back_after_one_or_two() -> None:
    leaving = np.array([[0.5], [0.5]])
    past = past_outflow(leaving, np.zeros(1), 4)
    assert past[:, 0].tolist() == [1.0, 1.0, 0.5, 0.0, 0.0]
    cohorts = Cohorts(leaving, past, np.ones(1))
    # Year 3: half of the use of year 2 and half of that of year 1.
    assert cohorts.outflow([np.array([2.0]), np.array([4.0])]).tolist() == [3.0]


def test_a_life_that_is_not_positive_is_refused() -> None:
    with pytest.raises(RunError) as caught:
        lives(np.array([0.0]), np.array([3.0]))
    assert caught.value.code == "ORE-RUN-202"


def test_in_the_base_year_scrap_is_what_it_was() -> None:
    facts = seen(real_setting()).fact(RecyclingFacts)
    back = (facts.weight * facts.cohorts.from_past[0]).sum(axis=1)
    np.testing.assert_allclose(back, 1.0)
    first = scrap_level(seen(real_setting()))
    assert float(np.abs(first - 1.0).max()) < 0.08


def test_cars_of_today_are_the_scrap_of_the_end_of_the_run_and_not_before() -> None:
    k, car = position(real_setting(), "cobalt"), SECTORS.index("ev_storage")
    setting = setting_with(parameters=NO_TREND)
    facts = seen(setting).fact(RecyclingFacts)
    one = np.zeros((1, *facts.shares.shape))
    plain: list[np.ndarray] = [one] * 14
    boom = [one.copy() for _ in plain]
    boom[0][:, k, car] = 1.0
    came = [
        float((facts.cohorts.outflow(boom[:n]) - facts.cohorts.outflow(plain[:n]))[0, k, car])
        for n in range(1, 15)
    ]
    assert max(came[:4]) < 0.02
    assert int(np.argmax(came)) >= 11


def test_lithium_begins_to_come_back_and_lowers_its_price() -> None:
    moment = later()
    k = position(real_setting(), "lithium")
    said = conditions(moment)[k]
    assert said.scrap is None
    assert said.scrap_added is not None
    chain = real_setting().world.chains["lithium"]
    share = said.scrap_added.sum() / (chain.used.sum() * moment.demand[0, k])
    # Of the lithium used in 2040 about a tenth: the packs of the late 2020s at 40 %.
    assert 0.04 < share < 0.25
    small = Conditions(scrap_added=added_tonnes(chain, np.array([0.1])))
    more, usual = (
        cleared_under(real_setting(), "lithium", said, members=1) for said in (small, Conditions())
    )
    assert more.price_delivered[0] < 0.97 * usual.price_delivered[0]
    gained = more.supplied[0] - usual.supplied[0]
    # A lower price takes a part of mined supply away.
    assert 0.0 < gained < 0.1 * chain.used.sum()
    assert more.mined.sum() < usual.mined.sum()


def test_less_scrap_makes_copper_dearer_and_lets_mines_work_more() -> None:
    refiners = len(real_setting().world.chains["copper"].refiners)
    scarce = Conditions(scrap=np.full((1, refiners), 0.7))
    less, usual = (
        cleared_under(real_setting(), "copper", said, members=1) for said in (scarce, Conditions())
    )
    assert less.price_delivered[0] > 1.02 * usual.price_delivered[0]
    assert less.from_ore.sum() > usual.from_ore.sum()


def test_collection_answers_high_prices_by_the_stated_part_and_within_what_comes_back() -> None:
    setting = setting_with(parameters=NO_TREND)
    moment = seen(setting)
    k = position(setting, "copper")
    high = np.zeros_like(moment.state.log_price[-1])
    high[:, k] = 1.0
    dear = replace(moment, state=replace(moment.state, log_price=(high, high, high)))
    assert collection(dear)[0, k] == 1.0
    second = replace(dear, own=advance(dear).piece)
    assert collection(second)[0, k] == pytest.approx(np.exp(0.2 * 0.3))
    extreme = RecyclingPiece((), np.full_like(high, 10.0), np.ones_like(high))
    most = collection(replace(moment, own=extreme))
    np.testing.assert_array_equal(most[0], moment.fact(RecyclingFacts).room)


def test_a_mineral_without_prices_before_the_base_year_has_a_figure() -> None:
    assert np.isfinite(scrap_level(later())).all()


def test_use_of_a_year_is_told_apart_by_sector() -> None:
    moment = seen(real_setting())
    k, shares = position(real_setting(), "cobalt"), moment.fact(RecyclingFacts).shares
    factors = np.ones((1, len(SECTORS)))
    factors[0, SECTORS.index("ev_storage")] = 2.0
    said = [Conditions() for _ in moment.setting.space.minerals]
    said[k] = Conditions(sectors=factors)
    use = use_of_year(replace(moment, conditions=tuple(said)))[0, k]
    assert use[SECTORS.index("ev_storage")] / use[SECTORS.index("steel")] == pytest.approx(2.0)
    assert float(use @ shares[k]) == pytest.approx(moment.demand[0, k])


def test_growth_of_scrap_is_recorded_and_told_once() -> None:
    moment = later()
    assert record(moment)["scrap_level"].dims == ("mineral",)
    before = RecyclingPiece(
        moment.piece(RecyclingPiece).use,
        moment.piece(RecyclingPiece).answer,
        np.ones_like(moment.demand),
    )
    notes = tell(replace(moment, own=before))
    assert "palladium" in {note.mineral for note in notes}
    again = replace(moment, own=replace(before, level=scrap_level(moment)))
    assert tell(again) == []


def test_only_minerals_that_recycle_nothing_begin() -> None:
    begun = starting_shares(real_setting())
    names = np.array(real_setting().space.minerals)
    found = set(names[begun.any(axis=(1, 2))].tolist())
    assert found == {"lithium", "cobalt", "rare_earths_light", "rare_earths_heavy"}
    assert (np.diff(begun, axis=1) >= 0.0).all()


def with_club(moment: Moment, *names: str, minerals: tuple[str, ...] = ("copper",)) -> Moment:
    """The same year with one club for shared recycling."""
    clubs = club_of(moment, "recycling", names, minerals)
    pieces = {**moment.state.pieces, "clubs": clubs}
    return replace(moment, state=replace(moment.state, pieces=pieces))


def test_a_club_recovers_more_at_plants_of_members_by_a_part_of_the_gap_each_year() -> None:
    setting = setting_with(parameters=NO_TREND)
    moment = with_club(seen(setting), "JPN", "USA")
    k, chain = position(setting, "copper"), setting.world.chains["copper"]
    assert club_lift(moment, k) is None
    second = replace(moment, own=advance(moment).piece)
    lift = club_lift(second, k)
    assert lift is not None
    inside = np.isin(chain.refiners, ("JPN", "USA"))
    # A fifth of the way to 0.2 log points.
    assert lift[0, inside] == pytest.approx(np.exp(0.2 * 0.2))
    assert lift[0, ~inside] == pytest.approx(1.0)
    said = conditions(second)[k].scrap
    plain = conditions(replace(second, own=replace(second.piece(RecyclingPiece), clubs=None)))
    usual = plain[k].scrap
    assert said is not None
    assert usual is not None
    assert said / usual == pytest.approx(lift)
    share = chain.recycled[inside].sum() / chain.recycled.sum()
    assert scrap_level(second)[0, k] / usual[0, 0] == pytest.approx(
        1.0 + share * (np.exp(0.04) - 1.0)
    )


def test_the_more_members_the_more_scrap_and_the_lower_the_price() -> None:
    levels, prices = [], []
    for names in ((), ("JPN",), ("JPN", "CHN"), ("JPN", "CHN", "EU", "USA", "IND")):
        moment = after(with_club(seen(real_setting()), *names), 8)
        levels.append(float(scrap_level(moment)[0, position(real_setting(), "copper")]))
        said = conditions(moment)[position(real_setting(), "copper")]
        prices.append(cleared_under(real_setting(), "copper", said, members=1).price_delivered[0])
    assert (np.diff(levels) > 0.0).all()
    assert (np.diff(prices) < 0.0).all()


def test_clubs_recover_no_more_than_comes_back_and_what_they_brought_goes_when_they_end() -> None:
    extreme = (*NO_TREND, ("recycling.club_recovery", 3.0))
    setting = setting_with(parameters=extreme)
    k = position(setting, "copper")
    moment = after(with_club(seen(setting), "JPN"), 30 - 16)
    lift = club_lift(moment, k)
    assert lift is not None
    room = moment.fact(RecyclingFacts).room[k] / collection(moment)[0, k]
    assert lift.max() == pytest.approx(room)
    nobody = replace(moment, state=replace(moment.state, pieces={}))
    piece = advance(nobody).piece
    before = moment.piece(RecyclingPiece).clubs
    assert isinstance(piece, RecyclingPiece)
    assert piece.clubs is not None
    assert before is not None
    assert piece.clubs == pytest.approx(0.8 * before)


def test_a_club_for_batteries_recovers_more_of_what_begins_and_of_its_minerals_alone() -> None:
    base = later()
    moment = after(with_club(seen(real_setting()), "CHN", minerals=("lithium",)), 15)
    k = position(real_setting(), "lithium")
    more, usual = conditions(moment)[k].scrap_added, conditions(base)[k].scrap_added
    assert more is not None
    assert usual is not None
    china = np.array(real_setting().world.chains["lithium"].refiners) == "CHN"
    assert (more[0, china] > 1.15 * usual[0, china]).all()
    assert more[0, ~china] == pytest.approx(usual[0, ~china])
    assert club_lift(moment, position(real_setting(), "copper")) is None


def test_off_scrap_follows_use() -> None:
    off = machinery_of(setting_with(off=("recycling",)), RECYCLING)
    moment, numbers = moment_of(off, real_setting())
    assert off.first_pieces(moment) == {}
    assert all(one.is_empty for one in off.conditions(moment, numbers))
