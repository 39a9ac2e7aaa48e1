"""Guaranteed prices: mines that last through a slump, who pays, and who loses by it."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engine.clubs.fields import (
    BAN,
    CALM,
    CLOSED,
    MINERS,
    NOISE,
    SLUMP,
    made_field,
    plain_field,
    runs,
)
from tests.engine.clubs.states import case_of

from oreacle.engine.clubs.piece import club
from oreacle.engine.clubs.rules import RULES
from oreacle.engine.clubs.terms import club_terms
from oreacle.market.money import mine_profit
from oreacle.market.policies import PriceFloor

ALL = club(3, range(3))


def test_after_a_slump_members_mines_are_all_there_and_others_are_not() -> None:
    field = plain_field()
    assert field.closure == CLOSED
    capacity = case_of(field, "floor", ALL).problem.mine_capacity
    whole = field.calm.mine_capacity[0]
    assert capacity[SLUMP] == pytest.approx(whole * np.array([1.0 - CLOSED, 1.0, 1.0]))
    assert capacity[CALM] == pytest.approx(whole)


def test_floors_stand_at_members_producers_at_the_stated_level() -> None:
    support = case_of(plain_field(), "floor", ALL).problem.support
    assert support is not None
    assert support.mine_floor[CALM].tolist() == pytest.approx([0.0, 540.0, 540.0])
    assert support.refinery_floor[CALM].tolist() == pytest.approx([0.0, 900.0])


def test_mines_outside_lose_what_members_mines_that_stay_take_from_them() -> None:
    field = plain_field()
    case = case_of(field, "floor", ALL)
    after = mine_profit(case.problem, case.state.prices)[SLUMP]
    before = mine_profit(field.problem, field.prices)[SLUMP]
    assert after[MINERS.index("CHN")] < before[MINERS.index("CHN")]
    # With more ore, prices are lower everywhere: that is what users gain.
    assert (case.state.prices.delivered[SLUMP] < field.prices.delivered[SLUMP]).all()


def test_a_low_floor_costs_nothing_and_still_keeps_mines_open() -> None:
    low = made_field(terms=club_terms(floor_level=0.01))
    found = runs(low, "floor", [ALL])
    # Under the ban ore falls near the price at which mines shut, where any guarantee bites.
    quiet = np.delete(found.gain[0], [SLUMP, BAN], axis=0)
    assert np.abs(quiet).max() <= NOISE
    assert found.gain[0, SLUMP].sum() > 0.0


def test_a_high_floor_is_paid_out_of_the_pot() -> None:
    field = made_field(terms=club_terms(floor_level=1.0))
    money = case_of(field, "floor", ALL).money
    assert (money.pot.sum(axis=1) <= 0.0).all()
    assert money.pot.sum() < 0.0
    # Taken from where the market booked it: the pot alone pays.
    assert money.placed == pytest.approx(-money.pot)


@pytest.mark.parametrize("rule", RULES)
def test_rules_divide_what_the_guarantee_costs(rule: str) -> None:
    first = ("USA",) if rule == "allies first" else ()
    found = runs(plain_field(), "floor", [ALL], rule, first)
    assert -found.paid[0].sum(axis=1) @ found.weight == pytest.approx(found.cost[0])
    if rule == "need":
        use = plain_field().use
        assert found.paid[0] == pytest.approx(
            found.paid[0].sum(axis=1)[:, None] * (use / use.sum()), abs=NOISE
        )


def test_without_producers_a_floor_is_nobodys() -> None:
    assert np.abs(runs(plain_field(), "floor", [club(3, [1])]).gain).max() <= NOISE


def test_a_floor_that_is_in_force_already_is_not_put_on_the_pot() -> None:
    # The calm year has a floor of 1.5 times the price at American mines: the club's is below it.
    always = (PriceFloor("USA", "testium", "mined", multiple=1.5),)
    field = made_field(terms=club_terms(floor_level=0.0), always=always)
    found = runs(field, "floor", [ALL])
    assert np.abs(found.gain).max() <= NOISE
    with_club = case_of(made_field(always=always), "floor", club(3, [0]))
    assert with_club.problem.support is not None
    assert with_club.problem.support.mine_floor[CALM].tolist() == pytest.approx([0.0, 900.0, 0.0])
    assert with_club.money.pot[CALM].tolist() == pytest.approx([0.0, 0.0, 0.0], abs=NOISE)
