"""What one set of draws says: outside options, rules, divisions and the worst years."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from tests.engine.clubs.fields import (
    BAN,
    BAN_ON_JAPAN,
    NOISE,
    PLAYERS,
    made_draws,
    made_field,
    plain_field,
    runs,
)

from oreacle.engine.clubs.evidence import Draws, Evidence, evidence
from oreacle.engine.clubs.piece import PASSIVE, club, left
from oreacle.engine.clubs.purposes import read_purposes
from oreacle.engine.clubs.rules import Rule
from oreacle.engine.clubs.terms import club_terms

INVERSE = np.array([0, 0, 0, 0, 0, 1, 2, 3, 4, 5])
"""Ten equal draws that have the weights of the hand-made ones."""
RULES = (Rule("need"), Rule("contribution"), Rule("price"), Rule("allies first", ("USA",)))


def draws(**terms: float) -> Draws:
    field = made_field(terms=club_terms(**terms)) if terms else plain_field()
    return Draws(field, INVERSE, made_draws().causes)


@cache
def found(purpose: str = "stockpile") -> Evidence:
    return evidence(draws(), read_purposes(purpose), RULES)


def test_expected_values_are_those_of_the_distinct_draws() -> None:
    n = len(PLAYERS)
    cleared = runs(plain_field(), "stockpile", [club(n, range(n))])
    assert float(found().joint.value) == pytest.approx(cleared.mean[0].sum())
    assert found().by_rule["need"].inside.value == pytest.approx(cleared.mean[0])
    assert found().by_rule["need"].received == pytest.approx(cleared.weight @ cleared.received[0])
    assert found().cost == pytest.approx(cleared.cost[0])


@pytest.mark.parametrize("purpose", ["stockpile", "research", "refining"])
def test_surplus_and_pooling_are_differences_of_what_is_shown(purpose: str) -> None:
    one = found(purpose)
    assert float(one.surplus.value) == pytest.approx(float(one.joint.value - one.alone.value))
    assert float(one.pooling.value) == pytest.approx(float(one.joint.value - one.apart.value))
    alone = np.maximum(one.each_alone.value, 0.0).sum()
    assert float(one.alone.value) == pytest.approx(alone)
    assert float(one.apart.value) == pytest.approx(one.each_apart.value.sum())


@pytest.mark.parametrize("purpose", ["stockpile", "procurement", "research", "floor"])
@pytest.mark.parametrize("rule", ["need", "price"])
def test_who_leaves_does_what_it_expects_most_from(purpose: str, rule: str) -> None:
    one = found(purpose)
    by = one.by_rule[rule]
    mean_outside = by.draws.weight @ by.draws.outside
    n = len(PLAYERS)
    for k in range(n):
        others = [i for i in range(n) if i != k]
        rest = sum(1 << i for i in others)
        if one.values.payoffs.payoff[rest].any():
            options = [club(n, others), left(n, range(n), k)]
        else:
            options = [np.full(n, PASSIVE), club(n, [k])]
        mean = runs(plain_field(), purpose, options, rule).mean[:, k]
        assert mean_outside[k] == pytest.approx(mean.max(), abs=NOISE), PLAYERS[k]


def test_favouring_an_ally_costs_the_others_and_they_gain_more_by_leaving() -> None:
    need, allies = (found().by_rule[name] for name in ("need", "allies first"))
    usa, japan = PLAYERS.index("USA"), PLAYERS.index("JPN")
    assert allies.inside.value[usa] > need.inside.value[usa]
    assert allies.lines.expected_gain[japan] > need.lines.expected_gain[japan]
    assert allies.lines.expected_gain[usa] < need.lines.expected_gain[usa]


def test_causes_are_told_without_their_sizes() -> None:
    causes = found().by_rule["need"].draws.causes
    assert causes[0] == ()
    assert causes[-1] == ("more demand",)
    assert causes[5] == ("ban",)


def test_the_worst_years_are_those_in_which_members_lose_most() -> None:
    n = len(PLAYERS)
    gain = runs(plain_field(), "stockpile", [club(n, range(n))]).gain[0].sum(axis=1)
    assert found().worst_years == pytest.approx(gain[BAN])
    worst = plain_field().losses.sum(axis=1)
    assert worst.argmax() == BAN
    assert worst[BAN_ON_JAPAN] < worst[BAN]


def test_the_shapley_value_and_the_nucleolus_divide_what_the_club_is_worth() -> None:
    total = found().values.payoffs.game().values[-1]
    assert found().shapley.sum() == pytest.approx(total)
    assert found().nucleolus.point.sum() == pytest.approx(total)


def test_outsiders_are_all_others_and_their_gains_are_told() -> None:
    assert found().outsiders == ("CHN", "IND")
    assert found().others.value.shape == (2,)
    riders = dict(zip(found().outsiders, found().others.value, strict=True))
    assert riders["IND"] > 0.0


def test_walking_out_costs_the_stated_part_of_what_the_club_is_worth() -> None:
    by = evidence(draws(exit_cost=0.5, discount=0.7), read_purposes("stockpile"), RULES[:1])
    terms = by.by_rule["need"].terms
    assert terms.discount == 0.7
    assert terms.discount_range == (0.7, 0.97)
    assert terms.exit_cost == pytest.approx(0.5 * np.abs(by.by_rule["need"].inside.value))


def test_draws_without_a_certified_market_are_in_no_figure() -> None:
    field = plain_field()
    weight = field.weight.copy()
    weight[BAN] = 0.0
    lame = Draws(replace(field, weight=weight / weight.sum()), INVERSE, made_draws().causes)
    one = evidence(lame, read_purposes("stockpile"), RULES[:1])
    assert one.by_rule["need"].draws.inside.shape[0] == INVERSE.size - 1
    gain = runs(field, "stockpile", [club(3, range(3))]).gain[0].sum(axis=1)
    others = np.delete(INVERSE, int(np.flatnonzero(INVERSE == BAN)[0]))
    assert float(one.joint.value) == pytest.approx(gain[others].mean(), abs=NOISE)
