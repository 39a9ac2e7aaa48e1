"""Shared recycling: scrap of all members at the plants of those that have some."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engine.clubs.fields import CALM, NOISE, made_field, plain_field, runs
from tests.engine.clubs.states import case_of

from oreacle.engine.clubs.levers.recycling import ROOM
from oreacle.engine.clubs.piece import apart, club
from oreacle.engine.clubs.terms import club_terms

ALL = club(3, range(3))


def test_scrap_of_all_members_is_added_at_the_plants_of_one() -> None:
    field = plain_field()
    case = case_of(field, "recycling", ALL)
    more = case.problem.recycled - field.problem.recycled
    assert more[CALM].tolist() == pytest.approx([0.0, 0.05 * 46.0])
    room = case.problem.recycled_capacity - field.problem.recycled_capacity
    assert room == pytest.approx(ROOM * more)


def test_without_a_plant_nothing_is_collected_or_paid() -> None:
    found = runs(plain_field(), "recycling", [club(3, [1, 2])])
    assert not found.gain.any()
    assert not found.others.any()
    assert found.cost[0] == 0.0


def test_apart_only_the_host_collects() -> None:
    found = runs(plain_field(), "recycling", [apart(3, range(3)), club(3, [0])])
    assert found.gain[0] == pytest.approx(found.gain[1], abs=NOISE)


def test_two_hosts_share_scrap_by_what_they_refine() -> None:
    field = made_field(players=("USA", "CHN", "JPN"))
    case = case_of(field, "recycling", club(3, range(3)))
    more = (case.problem.recycled - field.problem.recycled)[CALM]
    scrap = 0.05 * (17.0 + 30.0 + 19.0)
    assert more.tolist() == pytest.approx([scrap * 75.0 / 90.0, scrap * 15.0 / 90.0])


def test_each_member_pays_for_what_it_collects() -> None:
    money = case_of(plain_field(), "recycling", ALL).money
    # 5 % of use at a tenth of 1,000 USD/t.
    assert money.pot[CALM] == pytest.approx(-0.05 * 100.0 * np.array([17.0, 19.0, 10.0]))
    assert not money.placed.any()


def test_more_scrap_lowers_prices_for_all_users() -> None:
    field = made_field(terms=club_terms(scrap_cost=0.0))
    case = case_of(field, "recycling", ALL)
    assert (case.state.prices.delivered < field.prices.delivered + 1e-12).all()
