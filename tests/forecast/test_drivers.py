"""Shapley shares of an act times its scope: their axioms, and an exact reference."""

from __future__ import annotations

from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oreacle.engine.acts.classes import EVENT_CLASSES, SCOPE_TERMS
from oreacle.forecasting.events.drivers import (
    EFFECT_WORDS,
    Share,
    drivers,
    shapley_of_product,
    term_words,
    terms_of,
)
from oreacle.relations.logistic import sigmoid

LEVEL = (-1.5, -3.0)
REACH = 0.8
"""Share of acts that cover a link at risk."""
TERMS = st.lists(st.floats(-2.0, 2.0), min_size=1, max_size=5).map(np.array)
OTHERS = st.floats(0.0, 1.0)
SAMPLING_ERROR = 0.02
"""Largest error of shares averaged over 64 orders and their reverses [log-odds]."""


def log_odds(act: float, scope: float, others: float) -> float:
    """Return the log-odds of a restriction of a link, from the two parts of its log-odds."""
    covered = float(sigmoid(np.array(LEVEL[1] + scope)))
    some = 1.0 - (1.0 - covered) * others
    chance = REACH * float(sigmoid(np.array(LEVEL[0] + act))) * covered / some
    return float(np.log(chance / (1.0 - chance)))


def exact(act: np.ndarray, scope: np.ndarray, others: float) -> np.ndarray:
    """Return the Shapley shares from all subsets of terms."""
    each, n = np.concatenate([act, scope]), len(act) + len(scope)
    masks = ((np.arange(2**n)[:, None] >> np.arange(n)) & 1).astype(bool)
    parts = (masks * each)[:, : len(act)].sum(axis=1), (masks * each)[:, len(act) :].sum(axis=1)
    value = np.array([log_odds(one, two, others) for one, two in zip(*parts, strict=True)])
    size = masks.sum(axis=1)
    weight = np.array([factorial(k) * factorial(n - k - 1) / factorial(n) for k in range(n)])
    found = np.zeros(n)
    for k in range(n):
        without = np.flatnonzero(~masks[:, k])
        gain = value[without | (1 << k)] - value[without]
        found[k] = (weight[size[without]] * gain).sum()
    return found


@settings(max_examples=60, deadline=None)
@given(TERMS, TERMS, OTHERS)
def test_shares_add_up_to_the_move_of_the_log_odds(
    act: np.ndarray, scope: np.ndarray, others: float
) -> None:
    shares = np.concatenate(shapley_of_product(act, scope, LEVEL, (others, REACH)))
    move = log_odds(float(act.sum()), float(scope.sum()), others) - log_odds(0.0, 0.0, others)
    assert shares.sum() == pytest.approx(move, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(TERMS, TERMS)
def test_where_the_scope_is_certain_shares_are_the_terms_of_the_act(
    act: np.ndarray, scope: np.ndarray
) -> None:
    # No other link can be covered, and every act covers one: it covers this one.
    shares = shapley_of_product(act, scope, LEVEL, (1.0, 1.0))
    np.testing.assert_allclose(shares[0], act, atol=1e-9)
    np.testing.assert_allclose(shares[1], 0.0, atol=1e-9)


@settings(max_examples=15, deadline=None)
@given(TERMS, TERMS, OTHERS)
def test_shares_are_those_of_all_orders_within_the_error_of_sampling(
    act: np.ndarray, scope: np.ndarray, others: float
) -> None:
    shares = np.concatenate(shapley_of_product(act, scope, LEVEL, (others, REACH)))
    scale = max(1.0, float(np.abs(np.concatenate([act, scope])).max()))
    np.testing.assert_allclose(shares, exact(act, scope, others), atol=2.0 * SAMPLING_ERROR * scale)


def test_equal_terms_of_one_part_get_equal_shares_and_none_gets_none() -> None:
    act, scope = np.array([0.8, 0.8, 0.0]), np.array([-1.2, 0.0, -1.2])
    reference = exact(act, scope, 0.4)
    assert reference[0] == pytest.approx(reference[1])
    shares = shapley_of_product(act, scope, LEVEL, (0.4, REACH))
    assert shares[0][0] == pytest.approx(shares[0][1], abs=SAMPLING_ERROR)
    assert shares[1][0] == pytest.approx(shares[1][2], abs=SAMPLING_ERROR)
    assert shares[0][2] == shares[1][1] == 0.0


def test_one_act_and_one_scope_term_by_hand() -> None:
    act, scope = np.array([1.0]), np.array([2.0])
    both, none = log_odds(1.0, 2.0, 0.3), log_odds(0.0, 0.0, 0.3)
    alone = log_odds(1.0, 0.0, 0.3), log_odds(0.0, 2.0, 0.3)
    shares = shapley_of_product(act, scope, LEVEL, (0.3, REACH))
    # Two orders: each term moves first in one of them.
    assert shares[0][0] == pytest.approx(0.5 * ((alone[0] - none) + (both - alone[1])))
    assert shares[1][0] == pytest.approx(0.5 * ((alone[1] - none) + (both - alone[0])))


def test_shares_are_the_same_on_every_call() -> None:
    act, scope = np.linspace(-1.0, 1.0, 9), np.linspace(1.0, -0.5, 10)
    one, two = (shapley_of_product(act, scope, LEVEL, (0.7, REACH)) for _ in range(2))
    np.testing.assert_array_equal(one[0], two[0])
    np.testing.assert_array_equal(one[1], two[1])


def test_drivers_are_the_largest_shares_of_either_sign_and_none_of_zero() -> None:
    shares = [
        Share("log_gdp", 0.1, True),
        Share("stability", -0.4, False),
        Share("own_acts", 0.0, True),
        Share("effect.actor", 0.3, True),
    ]
    found = drivers(shares, count=4)
    assert [one.term for one in found] == ["stability", "effect.actor", "log_gdp"]
    assert [one.log_odds for one in found] == [-0.4, 0.3, 0.1]
    assert found[0].words == "politically unstable"
    assert found[1].words == EFFECT_WORDS["actor"][0]
    assert len(drivers(shares, count=2)) == 2


def test_every_term_and_effect_has_words_for_either_side() -> None:
    terms = [term for one in EVENT_CLASSES for term in one.terms] + list(SCOPE_TERMS)
    terms += [f"effect.{group}" for group in EFFECT_WORDS]
    for term in terms:
        high, low = (term_words(term, is_high=is_high) for is_high in (True, False))
        assert high, term
        assert low, term
        assert high != low, term
    assert term_words("own.log_gdp", is_high=True) == "first party: large economy"


def test_a_share_says_on_which_side_of_the_average_the_unit_lies() -> None:
    # The slope is negative: an unstable actor is likelier to act.
    found = terms_of(("stability", "log_gdp"), np.array([0.7, 0.2]), np.array([-1.4, 0.5]))
    assert found == [Share("stability", 0.7, False), Share("log_gdp", 0.2, True)]
