"""Laws, hand-worked values and refusals of a fitted model and of drawing a scope."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oreacle.core.errors import RelationsError
from oreacle.relations.logistic import sigmoid
from oreacle.relations.model import ActModel, level_from_tables, model_from_tables
from oreacle.relations.sampling import include_nonempty, nonempty_inclusion
from oreacle.relations.scaling import Scaling


def model() -> ActModel:
    scaling = Scaling(("share", "stability"), np.array([1.0, 0.0]), np.array([2.0, 1.0]))
    return ActModel("restriction_act", scaling, np.array([[-1.0, 1.0, -0.5], [0.0, 2.0, 0.0]]))


def test_a_probability_worked_by_hand() -> None:
    chance = model().probability(np.array([3.0, 2.0]))
    assert float(chance) == pytest.approx(1.0 / (1.0 + np.exp(1.0)))


def test_each_member_uses_its_own_draw() -> None:
    features = np.ones((2, 3, 2))
    both = model().probability(features, np.array([0, 1]))
    for member in (0, 1):
        np.testing.assert_allclose(both[member], model().probability(features[member], member))


@settings(max_examples=30, deadline=None)
@given(st.floats(-5, 5), st.floats(-5, 5))
def test_contributions_add_up_to_the_log_odds(share: float, stability: float) -> None:
    features = np.array([share, stability])
    odds = -1.0 + model().contributions(features).sum()
    assert float(model().probability(features)) == pytest.approx(float(sigmoid(odds)))


def test_a_unit_not_at_risk_gets_exactly_zero_even_without_features() -> None:
    features = np.array([[3.0, 2.0], [np.nan, 2.0]])
    chance = model().probability(features, at_risk=np.array([True, False]))
    assert chance[1] == 0.0
    assert 0.0 < chance[0] < 1.0


def test_a_missing_feature_of_a_unit_at_risk_is_refused_by_name() -> None:
    with pytest.raises(RelationsError) as caught:
        model().probability(np.array([[3.0, np.nan]]))
    assert caught.value.code == "ORE-REL-008"
    assert "stability" in caught.value.what


def test_a_wrong_number_of_features_is_refused() -> None:
    with pytest.raises(RelationsError) as caught:
        model().probability(np.ones(3))
    assert caught.value.code == "ORE-REL-004"


def test_an_unknown_draw_is_refused() -> None:
    with pytest.raises(RelationsError) as caught:
        model().probability(np.ones(2), 2)
    assert caught.value.code == "ORE-REL-009"


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    coefficients = pd.DataFrame(
        [
            ("m", draw, term, value)
            for draw in (0, 1)
            for term, value in (("intercept", -1.0), ("b", 0.5 + draw), ("a", 0.25))
        ],
        columns=["model", "draw", "term", "value"],
    )
    scaling = pd.DataFrame({"model": "m", "term": ["a", "b"], "mean": [0.0, 1.0], "sd": [1.0, 2.0]})
    return coefficients, scaling


def test_tables_give_back_the_model() -> None:
    built = model_from_tables("m", *tables(), terms=("b", "a"))
    assert built.terms == ("b", "a")
    np.testing.assert_allclose(built.draws, [[-1.0, 0.5, 0.25], [-1.0, 1.5, 0.25]])


def test_an_incomplete_draw_is_refused() -> None:
    coefficients, scaling = tables()
    with pytest.raises(RelationsError) as caught:
        model_from_tables("m", coefficients.iloc[:-1], scaling, ("a", "b"))
    assert caught.value.code == "ORE-REL-010"


def test_a_missing_level_is_refused() -> None:
    with pytest.raises(RelationsError) as caught:
        level_from_tables("m", tables()[0])
    assert caught.value.code == "ORE-REL-010"


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=6), st.integers(0, 100))
def test_a_scope_is_never_empty_unless_nothing_can_be_covered(
    chance: list[float], seed: int
) -> None:
    probability = np.tile(np.array(chance), (20, 1))
    uniform = np.random.default_rng(seed).random(probability.shape)
    drawn = include_nonempty(probability, uniform)
    if max(chance) > 1e-9:
        assert drawn.any(axis=-1).all()
    assert not drawn[:, np.array(chance) == 0.0].any()


def test_drawn_scopes_have_the_conditional_probabilities() -> None:
    chance = np.array([0.1, 0.3, 0.0, 0.2])
    uniform = np.random.default_rng(1).random((40_000, 4))
    drawn = include_nonempty(np.tile(chance, (40_000, 1)), uniform)
    np.testing.assert_allclose(drawn.mean(axis=0), nonempty_inclusion(chance), atol=0.01)
