"""Shared research: one programme for all, and what others copy of it."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engine.clubs.fields import (
    BOOM,
    CALM,
    NOISE,
    PLAYERS,
    USERS,
    made_field,
    plain_field,
    runs,
)
from tests.engine.clubs.states import case_of

from oreacle.engine.clubs.piece import apart, club
from oreacle.engine.clubs.terms import club_terms

ALL = club(3, range(3))


def test_members_save_the_stated_part_and_others_the_part_that_spills_over() -> None:
    field = plain_field()
    kept = (case_of(field, "research", ALL).problem.demand / field.problem.demand)[CALM]
    for user, share in zip(USERS, kept, strict=True):
        saving = 0.03 if user in field.players else 0.03 * 0.3
        assert share == pytest.approx(1.0 - saving), user


def test_a_programme_costs_the_same_whoever_pays_and_once_for_each_that_acts_apart() -> None:
    found = runs(plain_field(), "research", [ALL, club(3, [1]), apart(3, range(3))])
    # 0.3 % of the value of 90 t at 1,020 USD/t.
    once = 0.003 * 90.0 * 1020.0
    assert found.cost.tolist() == pytest.approx([once, once, 3.0 * once])


def test_what_is_saved_is_worth_the_base_price() -> None:
    field = made_field(terms=club_terms(research_spill=0.0))
    money = case_of(field, "research", ALL).money
    assert money.placed[CALM] == pytest.approx(0.03 * 1020.0 * np.array([17.0, 19.0, 10.0]))
    # In a boom more is used, so that more is saved.
    assert money.placed[BOOM] == pytest.approx(1.1 * money.placed[CALM])


def test_players_that_do_not_act_save_what_spills_over_too() -> None:
    money = case_of(plain_field(), "research", club(3, [0])).money
    assert money.placed[CALM] == pytest.approx(
        0.03 * 1020.0 * np.array([17.0, 0.3 * 19.0, 0.3 * 10.0])
    )
    assert money.pot[CALM, 1:].tolist() == [0.0, 0.0]


def test_members_that_differ_only_in_sharing_save_no_more_than_once() -> None:
    together, beside = (
        case_of(plain_field(), "research", group).problem.demand
        for group in (ALL, apart(3, range(3)))
    )
    assert together == pytest.approx(beside)


def test_without_saving_a_programme_only_costs() -> None:
    found = runs(made_field(terms=club_terms(research_saving=0.0)), "research", [ALL])
    assert found.gain[0].sum(axis=1) == pytest.approx(-found.cost[0], abs=NOISE)
    assert np.abs(found.others).max() <= NOISE


def test_what_spills_over_reaches_an_actor_alike_inside_and_outside_the_list_of_players() -> None:
    two, three = (made_field(players) for players in (PLAYERS[:2], PLAYERS))
    outside = runs(two, "research", [club(2, [0, 1])])
    inside = runs(three, "research", [club(3, [0, 1])])
    names = [actor for actor in two.actors if actor not in two.players]
    left = names.index(PLAYERS[2])
    assert outside.others[0, :, left] == pytest.approx(inside.gain[0, :, 2], abs=NOISE)
