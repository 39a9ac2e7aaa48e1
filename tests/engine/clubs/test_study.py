"""A club on two sets of draws: what is concluded, and that the same question has one answer."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engine.clubs.real import drawn, question, study, world

from oreacle.coalitions.confirmation import UNCLEAR
from oreacle.engine.clubs.clearing import cleared
from oreacle.engine.clubs.field import club_field
from oreacle.engine.clubs.instruments import instrument_lines
from oreacle.engine.clubs.invitations import candidates, invitations, restricting
from oreacle.engine.clubs.parameters import _tuned, parameter_range
from oreacle.engine.clubs.piece import apart, club
from oreacle.engine.clubs.purposes import NAMES, read_purposes
from oreacle.engine.clubs.rules import Rule
from oreacle.engine.clubs.study import study_club
from oreacle.engine.disruptions import disruption_draws, distinct
from oreacle.market.draws import draw_parameters, drawn_world, parameter_ranges

MEMBERS = ("USA", "JPN", "KOR")


def test_a_conclusion_holds_only_where_both_sets_say_the_same_clearly() -> None:
    conclusions = study().conclusions
    assert conclusions
    for one in conclusions:
        assert one.holds == (one.first == one.second != UNCLEAR), one
        said = study().holds(one.text_key, one.subject)
        assert said == (one.first if one.holds else None)
    assert study().holds("nothing of the kind") is None


def test_conclusions_are_on_the_club_and_on_each_member_under_each_rule() -> None:
    said = {(one.text_key, one.subject) for one in study().conclusions}
    for rule in ("need", "contribution", "price"):
        for member in MEMBERS:
            assert (f"gain from leaving under {rule}", member) in said
    for key in ("joint gain", "gain over alone", "gain over apart", "core is empty"):
        assert (key, "club") in said


def test_the_first_evidence_is_that_of_the_first_set() -> None:
    field = drawn("rare_earths_heavy", MEMBERS).field
    asked = cleared(field, club(3, range(3)), read_purposes("stockpile"), Rule())
    assert float(study().first.joint.value) == pytest.approx(asked.mean[0].sum(), rel=1e-9)
    other = drawn("rare_earths_heavy", MEMBERS, second=True).field
    asked = cleared(other, club(3, range(3)), read_purposes("stockpile"), Rule())
    assert float(study().second.joint.value) == pytest.approx(asked.mean[0].sum(), rel=1e-9)


def test_shares_and_idle_members_are_those_of_the_market() -> None:
    field = drawn("rare_earths_heavy", MEMBERS).field
    assert study().use_share == pytest.approx(field.use / field.world_use)
    shares = np.array([study().use_share, study().mined_share, study().refined_share])
    assert ((shares >= 0.0) & (shares < 1.0)).all()
    assert study().idle_members == tuple(
        name for name, column in zip(MEMBERS, shares.T, strict=True) if not column.any()
    )


def test_every_repair_is_tried_on_the_other_draws() -> None:
    assert len(study().repairs) == len(study().repairs_hold) == 3
    for repair, holds in zip(study().repairs, study().repairs_hold, strict=True):
        assert (holds is None) == (repair.status != "repaired" or repair.payments is None)


@pytest.mark.slow
def test_the_same_question_has_the_same_answer() -> None:
    again = study_club(world(), question())
    assert again.first.values.raw.tobytes() == study().first.values.raw.tobytes()
    assert again.conclusions == study().conclusions
    assert again.parameters == study().parameters
    assert again.instruments == study().instruments
    assert again.invitations == study().invitations
    assert again.repairs_hold == study().repairs_hold


def test_every_purpose_is_compared_for_the_same_members() -> None:
    first, second = (drawn("rare_earths_heavy", MEMBERS, second=second) for second in (False, True))
    lines = instrument_lines(first, second, question("stockpile+procurement"))
    assert tuple(line.purpose for line in lines) == NAMES
    stock, desk = lines[0], lines[1]
    alone = cleared(first.field, club(3, range(3)), read_purposes("stockpile"), Rule()).mean.sum()
    both = cleared(
        first.field, club(3, range(3)), read_purposes("stockpile+procurement"), Rule()
    ).mean.sum()
    assert stock.joint == pytest.approx(alone)
    assert desk.added == pytest.approx(both - alone)
    assert stock.free_riding >= 0.0
    assert [name for name, _ in stock.riders] == [
        name for name, _ in sorted(stock.riders, key=lambda item: -item[1])
    ]
    assert not set(MEMBERS) & {name for name, _ in stock.riders}
    by_name = {line.purpose: line for line in lines}
    assert by_name["certification"].apart is None
    assert by_name["insurance"].ruin is not None
    assert 0.0 <= by_name["insurance"].ruin < 0.2
    assert {line.purpose for line in lines if line.ruin is None} == {*NAMES} - {"insurance"}
    assert all(line.alone >= 0.0 for line in lines)
    assert all(line.added is None for line in lines[2:])
    for line in lines:
        assert line.does_nothing == (line.joint == pytest.approx(0.0, abs=1.0)), line


def test_candidates_are_the_largest_that_are_no_members() -> None:
    few = candidates(world(), "rare_earths_heavy", MEMBERS, 2)
    many = candidates(world(), "rare_earths_heavy", MEMBERS, 6)
    assert few == many[:2]
    assert few[0] == "CHN"
    assert not set(many) & {*MEMBERS, "ROW"}


def test_an_invitation_is_what_the_candidate_changes() -> None:
    asked = question()
    found = invitations(world(), asked, MEMBERS)
    assert len(found) == 2
    worst = [min(one.members_gain) for one in found]
    assert worst == sorted(worst, reverse=True)
    one = found[0]
    names = candidates(world(), asked.mineral, MEMBERS, 2)
    at = 3 + names.index(one.actor)
    field = drawn("rare_earths_heavy", (*MEMBERS, *names)).field
    mean = cleared(
        field, np.array([club(5, range(3)), club(5, [0, 1, 2, at])]), asked.purposes, asked.rule
    ).mean
    assert one.members_gain[0] == pytest.approx((mean[1] - mean[0])[:3].sum(), rel=1e-6)
    assert one.own_gain[0] == pytest.approx((mean[1] - mean[0])[at], rel=1e-6)
    assert one.is_wanted == (min(one.members_gain) > 0.0)
    assert one.would_join == (min(one.own_gain) > 0.0)


def test_nobody_is_invited_where_nobody_is_tried() -> None:
    assert invitations(world(), question(candidates=0), MEMBERS) == ()


def test_who_restricts_is_told_with_its_probability() -> None:
    chance = restricting(world(), question(draws=200), ("CHN", "AUS"))
    assert chance["CHN"] > chance["AUS"] >= 0.0
    assert chance["CHN"] < 1.0


def test_one_draw_of_parameters_is_the_club_in_that_market() -> None:
    asked = question(parameter_draws=1)
    found = parameter_range(world(), asked, MEMBERS)
    values = draw_parameters(parameter_ranges(world(), asked.mineral), 1, asked.seed)
    other = drawn_world(world(), asked.mineral, {name: float(v[0]) for name, v in values.items()})
    few, _ = distinct(disruption_draws(world(), asked.mineral, draws=40, seed=asked.seed))
    tune = _tuned(world(), asked.mineral, values, 0)
    field = club_field(other, asked.mineral, MEMBERS, few, asked.terms, tune=tune)
    groups = np.array([club(3, range(3)), apart(3, range(3)), *(club(3, [k]) for k in range(3))])
    mean = cleared(field, groups, asked.purposes, asked.rule).mean
    joint = mean[0].sum()
    alone = sum(max(mean[2 + k, k], 0.0) for k in range(3))
    assert found.joint == pytest.approx((joint, joint), rel=1e-9)
    assert found.surplus == pytest.approx((joint - alone,) * 2, rel=1e-6)
    assert found.pooling == pytest.approx((joint - mean[1].sum(),) * 2, abs=1e-6 * joint)


def test_the_range_over_parameters_is_ordered_and_the_same_again() -> None:
    one, again = (parameter_range(world(), question(), MEMBERS) for _ in range(2))
    assert one == again
    assert one.draws == 2
    for low, high in (one.joint, one.surplus, one.pooling):
        assert low <= high
    assert one.joint[0] < one.joint[1]
