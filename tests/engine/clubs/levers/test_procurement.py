"""Pooled procurement: the margin of a large buyer, who wins by it and who loses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.clubs.fields import (
    CALM,
    NOISE,
    PLAYERS,
    REFINERS,
    USERS,
    made_field,
    plain_field,
    runs,
    together_apart_alone,
)
from tests.engine.clubs.states import case_of

from oreacle.engine.clubs.levers.procurement import desk_margin
from oreacle.engine.clubs.piece import apart, club
from oreacle.engine.clubs.terms import club_terms

ALL = club(3, range(3))
positive = st.floats(0.01, 10.0)
share = st.floats(0.0, 1.0)


def test_the_margin_is_one_over_the_elasticity_of_what_is_left_to_the_buyer() -> None:
    # A quarter of use, supply 0.6, demand of the others 0.2: left is (0.6 + 0.75 x 0.2) / 0.25 = 3.
    assert float(desk_margin(np.array(0.25), 0.6, 0.2)) == pytest.approx(1.0 / 3.0)
    # A buyer of everything faces supply alone.
    assert float(desk_margin(np.array(1.0), 0.5, 0.2)) == pytest.approx(2.0)


@given(share, share, positive, positive)
def test_the_margin_rises_with_the_share(
    one: float, other: float, supply: float, demand: float
) -> None:
    small, large = sorted((one, other))
    margins = desk_margin(np.array([small, large]), supply, demand)
    assert margins[0] <= margins[1] * (1.0 + 1e-12)


@given(share, positive)
def test_an_elastic_supply_leaves_no_margin(bought: float, demand: float) -> None:
    assert float(desk_margin(np.array(bought), 1e9, demand)) <= 1e-9


def test_margins_stand_on_links_from_outside_a_group_into_it_and_nowhere_else() -> None:
    field = made_field(terms=club_terms(desk_share=1.0))
    before = field.problem.refined.tariff_rate
    case = case_of(field, "procurement", ALL)
    rate = case.problem.refined.tariff_rate - before
    bought = 46.0 / 90.0
    margin = bought / (1.0 + (1.0 - bought) * 0.5)
    for tail, plant in enumerate(REFINERS):
        for head, user in enumerate(USERS):
            is_bought = plant == "CHN" and user in PLAYERS
            assert rate[CALM, tail, head] == pytest.approx(margin if is_bought else 0.0), (
                plant,
                user,
            )


def test_members_apart_ask_less_each() -> None:
    field = plain_field()
    both = [
        case_of(field, "procurement", group).problem.refined.tariff_rate[CALM, 0]
        for group in (ALL, apart(3, range(3)))
    ]
    inside = [USERS.index(name) for name in PLAYERS]
    assert (both[0][inside] > both[1][inside]).all()


def test_a_club_that_buys_less_hurts_the_seller_and_helps_other_buyers() -> None:
    found = runs(plain_field(), "procurement", [ALL])
    outside = [actor for actor in plain_field().actors if actor not in PLAYERS]
    others = dict(zip(outside, found.others[0, CALM], strict=True))
    assert others["CHN"] < -NOISE
    assert others["IND"] > NOISE


def test_a_large_buyer_gains_and_the_club_more_than_its_members_apart() -> None:
    mean = together_apart_alone(plain_field(), "procurement").mean
    assert mean[0].sum() > mean[1].sum() > 0.0


def test_where_supply_is_elastic_there_is_nothing_to_gain() -> None:
    field = made_field(terms=club_terms(desk_cost=0.0, desk_supply=1000.0), supply=5.0)
    # At most the margin on the 33 t that the club buys from outside at 1,020 USD/t.
    margin = 0.5 * (46.0 / 90.0) / 1000.0
    assert np.abs(runs(field, "procurement", [ALL]).gain).max() <= margin * 33.0 * 1020.0


def test_a_desk_costs_a_share_of_what_it_buys() -> None:
    field = made_field(terms=club_terms(desk_share=0.0, desk_cost=0.01))
    money = case_of(field, "procurement", ALL).money
    # In the calm year USA, JPN and AUS buy 10, 15 and 8 t from CHN at 1,020 USD/t.
    assert money.pot[CALM] == pytest.approx([-102.0, -153.0, -81.6])
    assert not money.placed.any()


def test_the_rent_of_the_margin_stays_with_members() -> None:
    # A small margin on bought tonnes is money from one pocket to the other: first order nothing.
    small = runs(made_field(terms=club_terms(desk_share=0.01, desk_cost=0.0)), "procurement", [ALL])
    rent = 0.01 * 46.0 / 90.0 / (1.0 + 44.0 / 90.0 * 0.5) * 33.0 * 1020.0
    lost = small.gain[0, CALM].sum() + small.others[0, CALM].sum()
    assert abs(lost) < 0.05 * rent
