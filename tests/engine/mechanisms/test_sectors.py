"""Use by sector: the sum stays on the published path, and defence is served first."""

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

from oreacle.core.errors import DataError
from oreacle.core.labels import SECTORS as SECTOR_NAMES
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import Moment
from oreacle.engine.mechanisms.parameters import parameters_of
from oreacle.engine.mechanisms.sectors import (
    DEFENCE,
    SECTORS,
    SectorFacts,
    SectorParameters,
    SectorsPiece,
    advance,
    arms_race,
    conditions,
    defence,
    mean_surge,
    on_path,
    record,
    saved_ahead,
    sector_logs,
    surge,
    tell,
)
from oreacle.engine.setting import Setting
from oreacle.scenario.assumptions import DemandTrend, PlannedShock, ShockRate, Span


def seen(setting: Setting, *, members: int = 1, step: int = 0) -> Moment:
    """What the mechanism sees of a year."""
    machinery = machinery_of(setting, SECTORS)
    moment, numbers = moment_of(machinery, setting, members=members, step=step)
    return machinery._seen(machinery.running[0], moment, numbers)


def calm(moment: Moment) -> Moment:
    """The same without a surge."""
    return replace(moment, numbers={"surge": np.ones(moment.members) * 0.999})


@lru_cache(maxsize=1)
def quiet() -> Moment:
    return calm(seen(real_setting()))


@given(st.lists(st.floats(-0.3, 0.3), min_size=7, max_size=7), st.floats(0.01, 0.99))
def test_the_sum_over_sectors_stays_on_the_published_path(logs: list[float], one: float) -> None:
    shares = np.array([[one, 1.0 - one, 0, 0, 0, 0, 0], [1 / 7] * 7])
    factors = on_path(np.array([logs]), shares)
    assert (factors[:, 0] * shares).sum(axis=1) == pytest.approx(1.0)


def test_every_mineral_is_on_its_path_in_every_year_of_the_baseline() -> None:
    facts = quiet().fact(SectorFacts)
    total = (facts.path * facts.shares[:, None, :]).sum(axis=2)
    np.testing.assert_allclose(total, 1.0)
    assert facts.path[:, -1, SECTOR_NAMES.index("ev_storage")].max() > 1.5


def test_surges_that_fade_are_expected_at_what_they_are() -> None:
    # Two years: (1 + p (e^J - 1)) (1 + p (e^(J/2) - 1)).
    found = mean_surge(0.1, np.log(4.0), 0.5, 2)
    assert found == pytest.approx((1.0 + 0.1 * 3.0) * (1.0 + 0.1 * 1.0))


def test_a_scenario_without_stated_growth_is_refused() -> None:
    with pytest.raises(DataError, match="not stated"):
        sector_logs("REF", 2024, np.array([2025]))


def test_twice_the_rivalry_raises_defence_by_the_stated_part_and_no_more_beyond_the_limit() -> None:
    chosen = parameters_of(SectorParameters, "sectors", {})
    found = arms_race(np.array([100.0, 200.0, 800.0, 50.0]), 100.0, chosen)
    assert found.tolist() == pytest.approx(
        [0.0, 0.25 * np.log(2.0), 0.25 * 0.7, -0.25 * np.log(2.0)]
    )
    moment = quiet()
    network = moment.state.network
    hot = replace(network, rivalry=2.0 * network.rivalry)
    armed = replace(moment, state=replace(moment.state, network=hot))
    assert defence(armed) - defence(moment) == pytest.approx(0.25 * np.log(2.0))


def test_more_defence_takes_from_others_and_gives_up_less_itself() -> None:
    # Titanium: nearly half of the metal goes to aircraft and arms.
    k = position(real_setting(), "titanium")
    plain = conditions(quiet())[k].sectors
    assert plain is not None
    armed = plain.copy()
    armed[:, DEFENCE] *= 1.35
    more, usual = (
        cleared_under(real_setting(), "titanium", Conditions(sectors=s), members=1)
        for s in (armed, plain)
    )
    share = real_setting().world.chains["titanium"].sector_shares[DEFENCE]
    wanted = 0.35 * share * plain[0, DEFENCE]
    grown = float(more.used.sum() / usual.used.sum()) - 1.0
    assert 0.2 * wanted < grown < wanted
    assert more.price_delivered[0] > 1.05 * usual.price_delivered[0]


def test_a_surge_fades_and_is_told_when_it_starts() -> None:
    moment = replace(quiet(), numbers={"surge": np.zeros(1)})
    assert surge(moment) == pytest.approx(0.3)
    assert len(tell(moment)) == 1
    assert tell(quiet()) == []
    piece = advance(moment).piece
    assert isinstance(piece, SectorsPiece)
    later = calm(replace(moment, own=piece))
    assert surge(later) == pytest.approx(0.85 * 0.3)
    level = record(moment)["defence_use"].values[0]
    assert level == pytest.approx(np.exp(0.3) / mean_surge(0.04, 0.3, 0.85, 1))


def test_a_trend_moves_its_sector_and_mineral_and_its_level_stays() -> None:
    trend = DemandTrend(-0.1, Span(2025, 2026), "substitution", "cobalt", "ev_storage")
    setting = setting_with(trends=(trend,))
    cobalt, nickel = (position(setting, name) for name in ("cobalt", "nickel"))
    car = SECTOR_NAMES.index("ev_storage")
    for step, log in ((0, -0.1), (1, -0.2), (5, -0.2)):
        said, plain = (conditions(calm(seen(s, step=step))) for s in (setting, real_setting()))
        ratio = said[cobalt].sectors / plain[cobalt].sectors  # type: ignore[operator]
        assert ratio[0, car] == pytest.approx(np.exp(log))
        assert np.delete(ratio[0], car) == pytest.approx(1.0)
        np.testing.assert_array_equal(said[nickel].sectors, plain[nickel].sectors)


def test_a_trend_of_a_place_moves_its_users_by_the_share_of_the_sector() -> None:
    trend = DemandTrend(
        np.log(2.0), Span(2025, 2025), "defence", sector=SECTOR_NAMES[DEFENCE], place="JPN"
    )
    setting = setting_with(trends=(trend,))
    k = position(setting, "titanium")
    chain = setting.world.chains["titanium"]
    use = conditions(calm(seen(setting)))[k].use
    assert use is not None
    japan = np.array(chain.users) == "JPN"
    assert use[0, japan] == pytest.approx(1.0 + chain.sector_shares[DEFENCE])
    assert use[0, ~japan] == pytest.approx(1.0)


def test_research_lets_civil_use_fall_where_prices_were_high_and_not_otherwise() -> None:
    setting = setting_with(parameters=(("sectors.substitution_rate", 0.05),))
    moment = calm(seen(setting))
    k = position(setting, "gallium")
    high = np.zeros_like(moment.state.log_price[-1])
    high[:, k] = 1.0
    dear = replace(moment, state=replace(moment.state, log_price=(high, high, high)))
    piece = advance(dear).piece
    assert isinstance(piece, SectorsPiece)
    assert piece.substituted[0, k] == pytest.approx(-0.05)
    assert np.delete(piece.substituted[0], k).tolist() == [0.0] * (high.shape[1] - 1)
    # It shows in the year after, and not in defence.
    after, before = conditions(replace(dear, own=piece))[k], conditions(dear)[k]
    ratio = after.sectors / before.sectors  # type: ignore[operator]
    civil = np.delete(ratio[0], DEFENCE) / ratio[0, DEFENCE]
    assert civil == pytest.approx(np.exp(-0.05))
    unmoved = advance(replace(quiet(), state=dear.state)).piece
    assert isinstance(unmoved, SectorsPiece)
    assert not unmoved.substituted.any()


def researching(moment: Moment, *names: str, mineral: str = "gallium") -> Moment:
    """The same year with one club for shared research."""
    clubs = club_of(moment, "research", names, (mineral,))
    return replace(moment, state=replace(moment.state, pieces={"clubs": clubs}))


def test_research_of_a_club_saves_use_of_members_and_a_part_of_that_elsewhere() -> None:
    moment = researching(quiet(), "JPN", "USA")
    k, at = position(real_setting(), "gallium"), moment.setting.space.actors.index
    saved = saved_ahead(moment)
    assert saved is not None
    # 15 % of the way to 3 %, and three tenths of that for who copies.
    assert saved[0, at("JPN"), k] == pytest.approx(0.15 * 0.03)
    assert saved[0, at("CHN"), k] == pytest.approx(0.3 * 0.15 * 0.03)
    assert np.delete(saved[0], k, axis=1).tolist() == np.zeros_like(saved[0, :, 1:]).tolist()
    piece = advance(moment).piece
    after, before = conditions(replace(moment, own=piece))[k], conditions(moment)[k]
    assert before.use is None
    assert after.use is not None
    chain = moment.setting.world.chains["gallium"]
    civil = 1.0 - chain.sector_shares[DEFENCE]
    japan = chain.users.index("JPN")
    assert after.use[0, japan] == pytest.approx(1.0 - civil * (1.0 - np.exp(-0.0045)))
    np.testing.assert_array_equal(after.sectors, before.sectors)


def test_more_members_save_more_and_what_is_saved_stays_when_the_club_ends() -> None:
    k, prices = position(real_setting(), "gallium"), []
    for names in ((), ("JPN",), ("JPN", "USA", "EU", "CHN")):
        moment = researching(quiet(), *names)
        for _ in range(10):
            moment = replace(moment, own=advance(moment).piece)
        use = conditions(moment)[k].use
        said = Conditions(use=use)
        prices.append(cleared_under(real_setting(), "gallium", said, members=1).price_delivered[0])
    assert (np.diff(prices) < 0.0).all()
    ended = replace(moment, state=replace(moment.state, pieces={}))
    np.testing.assert_array_equal(saved_ahead(ended), moment.piece(SectorsPiece).saved)
    other = researching(moment, "JPN", mineral="nickel")
    found, kept = saved_ahead(other), moment.piece(SectorsPiece).saved
    assert found is not None
    assert kept is not None
    np.testing.assert_array_equal(found[:, :, k], kept[:, :, k])


def test_rates_of_demand_shocks_are_those_of_surges() -> None:
    often = ShockRate("demand", 10.0, Span(2025, 2025))
    more, less = (
        (surge(seen(s, members=2000)) > 0.0).mean()
        for s in (setting_with(shock_rates=(often,)), real_setting())
    )
    assert more > 5.0 * less > 0.0


def test_a_planned_fall_of_use_hits_its_place_and_mineral_in_its_year() -> None:
    planned = PlannedShock("demand", "JPN", 0.4, Span(2025, 2025), "titanium")
    setting = setting_with(shocks=(planned,))
    k, other = position(setting, "titanium"), position(setting, "copper")
    said = conditions(calm(seen(setting)))
    japan = np.array(setting.world.chains["titanium"].users) == "JPN"
    use = said[k].use
    assert use is not None
    assert use[0, japan] == pytest.approx(0.6)
    assert use[0, ~japan] == pytest.approx(1.0)
    assert said[other].use is None
    assert conditions(calm(seen(setting, step=1)))[k].use is None
    less, usual = (
        cleared_under(setting, "titanium", Conditions(use=u), members=1) for u in (use, None)
    )
    assert less.price_delivered[0] < usual.price_delivered[0]


def test_off_no_sector_moves() -> None:
    off = machinery_of(setting_with(off=("sectors",)), SECTORS)
    moment, numbers = moment_of(off, real_setting())
    assert off.first_pieces(moment) == {}
    assert all(one.is_empty for one in off.conditions(moment, numbers))
