"""Shocks of nature, war and labour: rates from the record, losses that hit countries whole."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.mechanisms.bench import (
    cleared_under,
    machinery_of,
    moment_of,
    position,
    real_setting,
    setting_with,
)

from oreacle.core.errors import RunError
from oreacle.engine.disruptions.rates import LossSizes
from oreacle.engine.mechanisms.contract import Moment
from oreacle.engine.mechanisms.licence import LICENCE, LicenceFacts
from oreacle.engine.mechanisms.shock_events import (
    ShockFacts,
    ShocksPiece,
    kept_capacity,
    node_loss,
    usual_loss,
)
from oreacle.engine.mechanisms.shock_rates import (
    SITE_CAUSES,
    events_of_shocks,
    hazard_factors,
    mean_node_loss,
    noted,
)
from oreacle.engine.mechanisms.shocks import SHOCKS, advance, conditions, record, tell
from oreacle.engine.setting import Setting
from oreacle.scenario.assumptions import PlannedShock, ShockRate, Span

SPAN = Span(2025, 2025)


def seen(setting: Setting, *, members: int = 200, step: int = 0, seed: int = 1) -> Moment:
    """What shocks see of a year."""
    machinery = machinery_of(setting, SHOCKS)
    moment, numbers = moment_of(machinery, setting, members=members, step=step, seed=seed)
    return machinery._seen(machinery.running[0], moment, numbers)


@lru_cache(maxsize=1)
def usual() -> Moment:
    return seen(real_setting())


def never(moment: Moment) -> Moment:
    """The same year without an event."""
    return replace(moment, numbers={name: np.ones_like(v) for name, v in moment.numbers.items()})


@given(st.floats(0.0, 0.9), st.floats(0.0, 0.9))
def test_with_usual_losses_the_part_that_lasts_and_the_new_ones_give_the_same_loss_again(
    new: float, carry: float
) -> None:
    x = float(usual_loss(np.array(new), carry))
    assert 1.0 - (1.0 - new) * (1.0 - carry * x) == pytest.approx(x, abs=1e-12)
    assert new - 1e-12 <= x < 1.0


def test_a_loss_of_two_percent_of_the_world_takes_half_of_a_country_with_four() -> None:
    assert node_loss(0.02, 0.04) == pytest.approx(0.5)
    sizes = LossSizes(np.array([0.02, 0.2]), np.array([0.01]), np.array([1.0]), 0.5)
    # Half of: half and all of it; half of: a quarter.
    assert float(mean_node_loss(sizes, np.array([0.04]))[0]) == pytest.approx(0.5 * 0.75 + 0.125)


def test_without_noted_events_rates_are_refused_and_the_message_says_how_to_do_without() -> None:
    with pytest.raises(RunError) as caught:
        noted(())
    assert caught.value.code == "ORE-RUN-200"
    assert "shocks" in caught.value.fix


def test_world_rates_of_site_causes_are_those_of_the_record() -> None:
    rates = usual().fact(ShockFacts).site_rate.sum(axis=1)
    counts = noted(real_setting().world.disruptions.events)
    for name, rate in zip(SITE_CAUSES, rates, strict=True):
        minerals = sum(values.size for values in counts[name].by_mineral.values())
        # Shrinking moves events between minerals; the sum over minerals stays near.
        assert rate == pytest.approx(minerals / 15.0, rel=0.35), name


def test_blockades_and_licences_at_mines_are_left_to_social_licence_and_none_is_counted_twice() -> (
    None
):
    events = real_setting().world.disruptions.events
    mine, plant = (
        replace(events[0], year=2020, cause="blockade_unrest", stage=stage)
        for stage in ("mine/port", "smelter")
    )
    strike = replace(mine, cause="strike")
    assert events_of_shocks((mine, plant, strike)) == (plant, strike)
    facts = usual().fact(ShockFacts)
    at_mines = facts.site_rate[SITE_CAUSES.index("unrest")][facts.cells.stage == 0]
    assert not at_mines.any()
    licensed = machinery_of(real_setting(), LICENCE).running[0].facts
    assert isinstance(licensed, LicenceFacts)
    assert licensed.blockade.all()


def test_a_dangerous_place_is_hit_more_often_by_the_stated_factor() -> None:
    table = real_setting().world.jurisdictions
    low, high = hazard_factors(table, ("NOR", "UKR"), "conflict", 2.0)
    assert high / low >= 4.0
    # Congo states several classes, which is none: it counts as medium.
    assert hazard_factors(table, ("COD",), "accident", 2.0).tolist() == [1.0]


def test_on_average_capacity_is_that_of_the_base_year() -> None:
    moment = usual()
    mean = np.mean([kept_capacity(seen(real_setting(), seed=k)) for k in range(5)], axis=(0, 1))
    facts = moment.fact(ShockFacts)
    running = mean / (1.0 - facts.usual)
    assert float((running * facts.cells.worth).sum()) == pytest.approx(1.0, abs=0.003)
    assert 0.002 < float((facts.usual * facts.cells.worth).sum()) < 0.03


def test_a_planned_strike_of_the_platinum_belt_cuts_platinum_and_palladium_alone() -> None:
    # 2014: 37 t of platinum, a fifth of world output, and about 28 % of what South Africa mines.
    shock = PlannedShock("labour", "ZAF", 0.28, SPAN, mineral="platinum", stage="mined")
    moment, plain = (never(seen(s)) for s in (setting_with(shocks=(shock,)), real_setting()))
    hit, calm = conditions(moment), conditions(plain)
    k = position(real_setting(), "platinum")
    ratio = hit[k].mines / calm[k].mines  # type: ignore[operator]
    miners = real_setting().world.chains["platinum"].miners
    assert ratio[0] == pytest.approx(np.where(np.array(miners) == "ZAF", 0.72, 1.0))
    other = position(real_setting(), "copper")
    np.testing.assert_array_equal(hit[other].mines, calm[other].mines)
    members = slice(0, 1)
    dear, cheap = (
        cleared_under(
            real_setting(),
            "platinum",
            replace(c[k], mines=np.asarray(c[k].mines)[members], plants=None),
            members=1,
        )
        for c in (hit, calm)
    )
    lost = 1.0 - float(dear.mined.sum() / cheap.mined.sum())
    assert 0.08 < lost < 0.21
    assert dear.price_delivered[0] > 1.03 * cheap.price_delivered[0]


def test_one_drought_hits_many_minerals_of_a_country_by_the_same_share() -> None:
    setting = setting_with(parameters=(("shocks.reach", 1.0),))
    moment = seen(setting, members=1)
    facts = moment.fact(ShockFacts)
    numbers = {name: np.ones_like(v) * 0.999999 for name, v in moment.numbers.items()}
    place = facts.countries.index("ZAF")
    numbers["country"][0, 1, place] = 0.0
    lost = 1.0 - kept_capacity(replace(moment, numbers=numbers)) / (1.0 - 0.19 * facts.usual[None])
    there = facts.cells.country == "ZAF"
    assert np.unique(np.round(lost[0, there], 9)).size == 1
    assert lost[0, there][0] > 0.0
    assert lost[0, ~there] == pytest.approx(0.0, abs=1e-12)
    minerals = {int(k) for k in facts.cells.mineral[there]}
    assert len(minerals) > 5


def test_a_part_of_a_loss_lasts_into_the_next_year_and_what_is_planned_does_not() -> None:
    shock = PlannedShock("conflict", "CHL", 0.5, SPAN)
    moment = never(seen(setting_with(shocks=(shock,)), members=2))
    left = advance(moment).piece
    assert isinstance(left, ShocksPiece)
    facts = moment.fact(ShockFacts)
    assert left.lost[0] == pytest.approx(0.19 * facts.usual)
    lost = np.full_like(left.lost, 0.4)
    after = replace(moment, own=ShocksPiece(lost))
    assert kept_capacity(after)[0] == pytest.approx(1.0 - 0.19 * 0.4)


def test_twice_the_rate_brings_twice_the_events_where_and_when_the_scenario_says() -> None:
    rate = ShockRate("labour", 3.0, SPAN, "ZAF")
    more, plain = (
        seen(setting_with(shock_rates=(rate,)), members=2000),
        seen(real_setting(), members=2000),
    )
    lost = [1.0 - kept_capacity(moment).mean(axis=0) for moment in (more, plain)]
    cells = plain.fact(ShockFacts).cells
    there = cells.country == "ZAF"
    np.testing.assert_array_equal(lost[0][~there], lost[1][~there])
    worth = cells.worth * there
    assert (lost[0] * worth).sum() > 1.5 * (lost[1] * worth).sum()
    later = setting_with(shock_rates=(replace(rate, span=Span(2030)),))
    np.testing.assert_array_equal(kept_capacity(seen(later)), kept_capacity(usual()))


def test_a_factor_on_strikes_is_one_on_labour_of_which_they_are_all() -> None:
    some = [
        kept_capacity(seen(setting_with(shock_rates=(ShockRate(name, 3.0, SPAN),))))
        for name in ("labour", "strike", "cyclone", "weather")
    ]
    np.testing.assert_array_equal(some[0], some[1])
    # Cyclones are a part of all weather.
    lost = [1.0 - one.mean() for one in (*some[2:], kept_capacity(usual()))]
    assert lost[2] < lost[0] < lost[1]


def test_losses_by_cause_are_recorded_and_large_ones_told() -> None:
    shock = PlannedShock("water", "CHL", 0.3, SPAN, mineral="copper", stage="mined")
    moment = never(seen(setting_with(shocks=(shock,)), members=1))
    found = record(moment)["capacity_lost"]
    assert found.dims == ("shock",)
    cells = moment.fact(ShockFacts).cells
    hit = cells.named("CHL", "copper", "mined")
    assert found.values[0].tolist() == pytest.approx(
        [0, 0, 0, 0, 0.3 * cells.worth[hit].sum(), 0, 0]
    )
    note = tell(moment)[0]
    assert note.actor == "CHL"
    assert "copper" in note.effect
    assert "30%" in note.effect
    assert note.why == "set by the scenario"
    assert "other" not in note.effect
    wide = never(seen(setting_with(shocks=(PlannedShock("water", "CHL", 0.3, SPAN),)), members=1))
    assert re.search(
        r"is lost for the year, .*; the same share is lost of \d+ other minerals$",
        tell(wide)[0].effect,
    )
    alone = PlannedShock("pandemic", "CHL", 0.1, SPAN)
    other = record(never(seen(setting_with(shocks=(alone,)), members=1)))["capacity_lost"]
    assert other.values[0, :-1].sum() == 0.0 < other.values[0, -1]


def test_off_there_are_no_losses_and_no_piece() -> None:
    off = machinery_of(setting_with(off=("shocks",)), SHOCKS)
    moment, numbers = moment_of(off, real_setting())
    assert off.first_pieces(moment) == {}
    assert all(one.is_empty for one in off.conditions(moment, numbers))
