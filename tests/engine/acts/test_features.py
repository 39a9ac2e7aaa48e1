"""Laws that all features of acts obey, whatever they measure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.acts.made import (
    forgetful,
    made_inputs,
    one_member,
    open_book,
    relabelled,
    with_acts,
    with_trade,
)

from oreacle.engine.acts.actor_features import ACTOR_FEATURES
from oreacle.engine.acts.classes import ACTOR, CLASSES, EVENT_CLASSES, SCOPE_TERMS, EventClass
from oreacle.engine.acts.feature import Feature, FeatureBook
from oreacle.engine.acts.link_features import LINK_FEATURES, scope_columns, scope_features
from oreacle.engine.acts.pair_features import PAIR_FEATURES
from oreacle.engine.acts.units import class_columns, class_features, is_market
from oreacle.engine.inputs import FeatureInputs

SEEDS = st.integers(0, 1000)


def features(inputs: FeatureInputs, one: EventClass) -> np.ndarray:
    """Return the features of a class with every actor among the first parties."""
    return class_features(open_book(inputs), one)


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_a_block_of_members_gives_what_each_member_gives_alone(seed: int) -> None:
    block = made_inputs(seed, members=3)
    for member in range(3):
        alone = one_member(block, member)
        for one in EVENT_CLASSES:
            np.testing.assert_allclose(
                features(block, one)[member], features(alone, one)[0], err_msg=one.name
            )
        np.testing.assert_allclose(scope_features(block)[member], scope_features(alone)[0])


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.permutations(range(4)))
def test_features_follow_their_actor_in_any_order(seed: int, order: list[int]) -> None:
    inputs, turn = made_inputs(seed, 2), np.array(order)
    turned = relabelled(inputs, turn)
    for one in EVENT_CLASSES:
        found = features(inputs, one)
        expected = found[:, turn] if one.unit == ACTOR else found[:, turn][:, :, turn]
        np.testing.assert_allclose(features(turned, one), expected, atol=1e-12, err_msg=one.name)
    np.testing.assert_allclose(scope_features(turned), scope_features(inputs)[:, turn])


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.floats(1e-3, 1e6))
def test_the_unit_of_money_is_in_no_feature(seed: int, unit: float) -> None:
    inputs = made_inputs(seed)
    other = with_trade(inputs, unit * inputs.ties.trade_value)
    for one in EVENT_CLASSES:
        np.testing.assert_allclose(features(other, one), features(inputs, one), err_msg=one.name)


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_features_that_are_not_of_the_market_do_not_see_it(seed: int) -> None:
    inputs = made_inputs(seed)
    other = replace(inputs, market=made_inputs(seed + 5000).market)
    for one in EVENT_CLASSES:
        moved = ~np.isclose(features(other, one), features(inputs, one))
        seen = moved.any(axis=tuple(range(moved.ndim - 1)))
        assert not (seen & ~is_market(one.terms)).any(), one.name


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_the_own_past_of_a_class_is_that_of_no_other_class(seed: int) -> None:
    inputs = made_inputs(seed)
    book = open_book(inputs)
    own: dict[str, Feature] = {}
    for table in (ACTOR_FEATURES, PAIR_FEATURES):
        own |= {name: feature for name, feature in table.items() if feature.of_class}
    assert set(own) == {"own_acts", "pair_acts", "own_lead"}
    for one in EVENT_CLASSES:
        alone = forgetful(inputs)
        kept = open_book(with_acts(alone, **{one.name: inputs.memory.acts[one.name]}))
        for name, feature in own.items():
            if (name == "own_acts") == (one.unit == ACTOR):
                np.testing.assert_allclose(
                    feature.compute(book, one.name), feature.compute(kept, one.name)
                )


def test_a_book_computes_once_what_classes_share_and_each_class_its_own_past() -> None:
    book = open_book(made_inputs())
    assert book.actor("stability", "club") is book.actor("stability", "restriction")
    one, two = (book.actor("own_acts", name) for name in ("club", "restriction"))
    assert not np.allclose(one, two)


def test_a_second_party_stands_on_the_last_axis_and_the_first_one_before_it() -> None:
    inputs = made_inputs(members=2)
    book = FeatureBook(inputs, {"pair": np.array([2, 0]), "dyad": np.array([1])})
    gdp = inputs.actor.log_gdp
    np.testing.assert_array_equal(
        book.pair("own.log_gdp", "agreement", "pair"), gdp[:, [2, 0], None]
    )
    np.testing.assert_array_equal(book.pair("other.log_gdp", "agreement", "pair"), gdp[:, None, :])
    point = inputs.actor.ideal_point
    found = book.pair("ideal_distance", "dispute", "dyad")
    np.testing.assert_allclose(found, np.abs(point[:, [1], None] - point[:, None, :]))


def test_columns_of_a_class_are_its_features_one_by_one() -> None:
    book = open_book(made_inputs(members=2))
    for one in EVENT_CLASSES:
        whole = class_features(book, one)
        for k, column in enumerate(class_columns(book, one)):
            np.testing.assert_array_equal(np.broadcast_to(column, whole.shape[:-1]), whole[..., k])
    for k, column in enumerate(scope_columns(book.inputs)):
        scope = scope_features(book.inputs)
        np.testing.assert_array_equal(np.broadcast_to(column, scope.shape[:-1]), scope[..., k])


@pytest.mark.parametrize("name", ["agreement", "dispute"])
def test_a_pair_feature_outside_its_first_parties_is_missing_and_never_zero(name: str) -> None:
    inputs = made_inputs()
    book = FeatureBook(inputs, {"pair": np.array([0]), "dyad": np.array([0, 1])})
    found = book.pair("partner_alternative", name, CLASSES[name].unit)
    assert np.isfinite(found[0, 0]).all()
    assert np.isnan(found[0, 1:]).all()


def test_the_scope_has_its_terms_in_order() -> None:
    inputs = made_inputs(members=5)
    assert scope_features(inputs).shape == (5, 4, 2, 2, len(SCOPE_TERMS))
    whole = scope_features(inputs)
    for k, term in enumerate(SCOPE_TERMS):
        column = LINK_FEATURES[term].compute(FeatureBook(inputs, {}), "")
        np.testing.assert_array_equal(np.broadcast_to(column, whole.shape[:-1]), whole[..., k])
