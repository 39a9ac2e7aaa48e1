"""Shared refining: cheaper when larger, and only where somebody knows how."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.clubs.fields import CALM, PLAYERS, made_field, plain_field, runs
from tests.engine.clubs.states import case_of

from oreacle.engine.clubs.field import ClubField
from oreacle.engine.clubs.levers.refining import plant_cost
from oreacle.engine.clubs.piece import apart, club
from oreacle.engine.clubs.terms import club_terms

size = st.floats(1e-3, 1e6)


@cache
def with_china() -> ClubField:
    return made_field(players=(*PLAYERS, "CHN"))


def added(field: ClubField, members: list[int]) -> float:
    """Return capacity that a club adds [t/yr]."""
    case = case_of(field, "refining", club(len(field.players), members))
    return float((case.problem.refinery_capacity - field.problem.refinery_capacity)[CALM].sum())


@given(size, size, st.floats(0.3, 0.99))
def test_one_plant_for_two_costs_less_than_two(one: float, other: float, scale: float) -> None:
    together = float(plant_cost(np.array(one + other), 10.0, 3.0, scale))
    apart_ = float(plant_cost(np.array([one, other]), 10.0, 3.0, scale).sum())
    assert together <= apart_ * (1.0 + 1e-12)


def test_four_times_the_size_costs_twice_as_much_at_an_exponent_of_a_half() -> None:
    cost = plant_cost(np.array([100.0, 400.0]), 100.0, 10.0, 0.5)
    assert cost.tolist() == pytest.approx([1000.0, 2000.0])


def test_the_cost_of_a_programme_by_hand() -> None:
    terms = club_terms()
    money = case_of(plain_field(), "refining", club(3, range(3))).money
    # A tenth of 46 t; reference 2 % of 90 t; margin 350 USD/t, payback 3 years at 10 %.
    cost = 0.1 * 3.0 * 350.0 * 1.8 * (4.6 / 1.8) ** terms.plant_scale
    assert money.pot[CALM].sum() == pytest.approx(-cost)
    assert money.pot[CALM] == pytest.approx(-cost * np.array([17.0, 19.0, 10.0]) / 46.0)


def test_capacity_is_a_share_of_use_times_what_the_best_member_can_do() -> None:
    # USA has 15 of 90 t of refining: five sixths of the fifth at which all is known.
    known = 0.5 + 0.5 * (15.0 / 90.0) / 0.2
    assert added(plain_field(), [0, 1, 2]) == pytest.approx(0.1 * 46.0 * known)
    assert added(plain_field(), [0]) == pytest.approx(0.1 * 17.0 * known)


def test_an_experienced_member_makes_the_others_plants_run_better() -> None:
    field = with_china()
    usa_japan = added(field, [0, 1])
    china_alone = added(field, [3])
    assert added(field, [0, 1, 3]) > (usa_japan + china_alone) * (1.0 + 1e-6)
    assert added(field, [0, 1, 3]) == pytest.approx(0.1 * (17.0 + 19.0 + 65.0 * 0.0 + 30.0))


def test_know_how_is_that_of_the_best_member_and_does_not_add_up() -> None:
    field = made_field(players=(*PLAYERS, "CHN"), terms=club_terms(plant_experience=1.0))
    # CHN has five sixths of refining, USA the last one.
    assert added(field, [0, 3]) == pytest.approx(0.1 * 47.0 * (0.5 + 0.5 * 5.0 / 6.0))


def test_without_know_how_to_transfer_every_plant_runs_at_the_stated_part() -> None:
    field = made_field(terms=club_terms(plant_know_how=1.0))
    assert added(field, [0, 1, 2]) == pytest.approx(0.1 * 46.0)


def test_a_group_in_which_nobody_refines_builds_nothing_and_pays_nothing() -> None:
    found = runs(plain_field(), "refining", [club(3, [1, 2]), club(3, [1])])
    assert np.abs(found.gain).max() == 0.0
    assert np.abs(found.cost).max() == 0.0


def test_apart_only_the_refiner_builds() -> None:
    found = runs(plain_field(), "refining", [apart(3, range(3)), club(3, [0])])
    assert found.gain[0] == pytest.approx(found.gain[1])


def test_plants_stand_at_members_only() -> None:
    case = case_of(plain_field(), "refining", club(3, range(3)))
    more = case.problem.refinery_capacity - plain_field().problem.refinery_capacity
    assert (more[:, 1] > 0.0).all()
    assert not more[:, 0].any()
