"""Oversupply: campaigns start where there is a leader, lower the price and let rivals wait."""

from __future__ import annotations

from dataclasses import replace

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

from oreacle.core.errors import DataError
from oreacle.engine.capacity import Prospects, YearDraws, next_fleet
from oreacle.engine.mechanisms.contract import REFINED
from oreacle.engine.mechanisms.oversupply import (
    NOBODY,
    OVERSUPPLY,
    Campaigns,
    OversupplyParameters,
    running,
    start_chance,
    waiting_share,
)
from oreacle.engine.mechanisms.parameters import parameters_of

MINERAL = "graphite"


def parameters() -> OversupplyParameters:
    return parameters_of(OversupplyParameters, "oversupply", {})


@given(st.floats(0.0, 3.0), st.floats(0.0, 3.0))
def test_more_projects_of_rivals_never_make_a_campaign_less_likely(one: float, two: float) -> None:
    low, high = start_chance(parameters(), np.sort(np.array([one, two])))
    assert 0.0 <= low <= high <= 1.0


@given(st.floats(-2.0, 2.0))
def test_no_more_projects_wait_than_stated(expected: float) -> None:
    share = float(waiting_share(0.5, np.array(expected)))
    assert 0.0 <= share <= 0.5
    assert share == 0.0 or expected < 0.0


def test_half_the_base_margin_lets_the_stated_share_wait() -> None:
    assert float(waiting_share(0.4, np.array(-0.5))) == pytest.approx(0.4)
    assert float(waiting_share(0.4, np.array(-0.1))) == pytest.approx(0.08)


def test_a_parameter_without_a_row_is_refused() -> None:
    with pytest.raises(DataError, match="differ"):
        parameters_of(OversupplyParameters, "energy", {})


def test_a_campaign_starts_only_where_one_actor_leads() -> None:
    setting = setting_with(parameters=(("oversupply.start_rate", 1.0),))
    machinery = machinery_of(setting, OVERSUPPLY)
    moment, numbers = moment_of(machinery, setting)
    seen = machinery._seen(machinery.running[0], moment, numbers)
    leader = running(seen)
    shares = moment.state.shares[-1][:, :-1, :, REFINED].max(axis=1)
    assert ((leader != NOBODY) == (shares >= parameters().leader_share)).all()
    assert setting.space.actors[leader[0, position(setting, MINERAL)]] == "CHN"


@pytest.mark.parametrize("discount", [0.15, 0.3])
def test_a_discount_lowers_the_price_by_a_part_of_the_margin(discount: float) -> None:
    own = (("oversupply.start_rate", 1.0), ("oversupply.discount", discount))
    setting = setting_with(parameters=own)
    machinery = machinery_of(setting, OVERSUPPLY)
    moment, numbers = moment_of(machinery, setting)
    k = position(setting, MINERAL)
    said = machinery.conditions(moment, numbers)[k]
    price = cleared_under(setting, MINERAL, said).price_delivered
    chain = setting.world.chains[MINERAL]
    part = discount * (chain.price_refined - chain.price_gate) / chain.price_delivered
    # Buyers get some of the discount and never more than all of it.
    assert (price < 1.0).all()
    assert (1.0 - price <= part).all()
    assert (1.0 - price >= 0.2 * part).all()


def test_rivals_build_later_after_a_campaign_and_the_leader_does_not() -> None:
    setting = setting_with(parameters=(("oversupply.start_rate", 1.0),))
    machinery = machinery_of(setting, OVERSUPPLY)
    moment, numbers = moment_of(machinery, setting)
    k = position(setting, MINERAL)
    fleet = replace(
        moment.state.plants[k], expected_price=np.full_like(moment.state.plants[k].level, -0.5)
    )
    plants = tuple(fleet if at == k else one for at, one in enumerate(moment.state.plants))
    moment = replace(moment, state=replace(moment.state, plants=plants))
    terms = machinery.investment(moment, numbers)(k, REFINED)
    chain = setting.world.chains[MINERAL]
    none = np.zeros_like(fleet.level)
    view = Prospects(fleet.expected_price, 0.0, 0.0, 3.0, 0.0, chain.refined)
    still = YearDraws(none, none)
    with_it = next_fleet(fleet, view, still, setting.settings, terms)
    without = next_fleet(fleet, view, still, setting.settings)
    own = setting.space.plant_actor[k] == setting.space.actors.index("CHN")
    assert (with_it.level[:, ~own] < without.level[:, ~own]).all()
    np.testing.assert_array_equal(with_it.level[:, own], without.level[:, own])
    # Nothing is cancelled: what did not complete is still in the queue.
    assert with_it.queue.sum() + with_it.level.sum() == pytest.approx(
        without.queue.sum() + without.level.sum()
    )


def test_switched_off_it_says_nothing_and_shifts_no_draw() -> None:
    setting = setting_with(off=("oversupply",), parameters=(("oversupply.start_rate", 1.0),))
    machinery = machinery_of(setting, OVERSUPPLY)
    moment, numbers = moment_of(machinery, setting)
    assert numbers == {}
    assert "oversupply" not in moment.state.pieces
    assert all(said.is_empty for said in machinery.conditions(moment, numbers))


def test_a_leader_that_lost_its_lead_ends_its_campaign() -> None:
    setting = real_setting()
    machinery = machinery_of(setting, OVERSUPPLY)
    moment, numbers = moment_of(machinery, setting)
    own = moment.other("oversupply", Campaigns)
    assert own is not None
    everywhere = np.full_like(own.leader, 0)
    pieces = {"oversupply": Campaigns(everywhere)}
    moment = replace(moment, state=replace(moment.state, pieces=pieces))
    seen = machinery._seen(machinery.running[0], moment, numbers)
    chosen = running(seen)
    refined = moment.state.shares[-1][:, 0, :, REFINED]
    assert (chosen[refined < parameters().leader_share] != 0).all()
