"""Laws, hand-worked values and refusals of a fitted model and of drawing a scope."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oreacle.core.errors import RelationsError
from oreacle.relations.levels import LevelPath
from oreacle.relations.logistic import sigmoid
from oreacle.relations.model import (
    ActModel,
    level_from_tables,
    model_from_tables,
    reach_from_tables,
)
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


def block(seed: int, *, gaps: bool) -> tuple[list[np.ndarray], np.ndarray, list[np.ndarray]]:
    """Return features, units at risk and offsets of 3 members, 4 first and 5 second parties.

    The features of units not at risk may be missing.
    """
    rng = np.random.default_rng(seed)
    shapes = ((1, 4, 1), (3, 1, 5), (1, 1, 1), (3, 4, 5))
    share, stability = (rng.normal(size=shapes[k]) for k in rng.integers(0, 4, size=2))
    risk = rng.random((3, 4, 5)) < 0.6
    if gaps:
        share = np.where(risk, share, np.nan)
    offset = [rng.normal(size=shapes[k]) for k in (0, 1, 3)]
    return [share, stability], risk, offset


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_a_chance_is_the_probability_of_features_side_by_side(seed: int, gaps: bool) -> None:
    columns, risk, offset = block(seed, gaps=gaps)
    draw = np.array([0, 1, 1])
    found = model().chance(columns, draw, at_risk=risk, offset=offset)
    wide = np.stack(np.broadcast_arrays(*columns, np.empty((3, 4, 5)))[:-1], axis=-1)
    total = offset[0] + offset[1] + offset[2]
    whole = model().probability(wide, draw, at_risk=risk, offset=total)
    np.testing.assert_allclose(found, whole, rtol=1e-12)
    assert found.shape == (3, 4, 5)
    assert (found[~risk] == 0.0).all()
    assert (found[risk] > 0.0).all()


def test_effects_enter_the_log_odds_as_they_are() -> None:
    columns = [np.full((1, 2), 3.0), np.array([[2.0, 0.0]])]
    effect = np.array([[0.5, -1.0]])
    risk = np.ones((1, 2), dtype=bool)
    found = model().chance(columns, np.array([0]), at_risk=risk, offset=[effect])
    # By hand: -1 + 1 - 0.5 x 2 + 0.5 and -1 + 1 - 1.
    np.testing.assert_allclose(found, sigmoid(np.array([[-0.5, -1.0]])))


def test_a_chance_without_a_feature_is_refused_at_risk_alone() -> None:
    columns = [np.full((1, 3, 1), 2.0), np.array([[[1.0, np.nan]]])]
    risk = np.ones((1, 3, 2), dtype=bool)
    risk[..., 1] = False
    found = model().chance(columns, np.array([0]), at_risk=risk, offset=[])
    assert np.isfinite(found).all()
    risk[0, 1, 1] = True
    with pytest.raises(RelationsError) as caught:
        model().chance(columns, np.array([0]), at_risk=risk, offset=[])
    assert caught.value.code == "ORE-REL-008"
    assert "of 1 units at risk" in caught.value.what
    assert "stability" in caught.value.what
    assert "share" not in caught.value.what


def test_a_missing_level_is_no_probability_of_zero() -> None:
    whole, none = np.ones((1, 2)), np.array([[np.nan]])
    risk = np.ones((1, 2), dtype=bool)
    with pytest.raises(RelationsError) as chance:
        model().chance([whole, whole], np.array([0]), at_risk=risk, offset=[none])
    with pytest.raises(RelationsError) as probability:
        model().probability(np.ones((1, 2, 2)), offset=none)
    for caught in (chance, probability):
        assert caught.value.code == "ORE-REL-008"
        assert "an effect, a level" in caught.value.what


def test_a_chance_of_too_few_features_is_refused() -> None:
    with pytest.raises(RelationsError) as caught:
        model().chance([np.ones((1, 2))], np.array([0]), at_risk=np.ones((1, 2)) > 0, offset=[])
    assert caught.value.code == "ORE-REL-004"


FIXED = {"intercept": -1.0, "a": 0.25, "b": 0.5}
EFFECTS = {("actor", "COD"): 0.3, ("actor", "CHN"): -0.2, ("mineral", "tin"): 0.1}
PATH = {"last": 0.4, "persistence": 0.5, "spread": 0.2}


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return two draws of a model with effects: in the second, all is larger by 1."""
    rows = [("m", "level", label, 0, value) for label, value in PATH.items()]
    rows += [("m", "level", "last", 1, 0.9), ("m", "reach", "share", 0, 0.8)]
    for draw in (0, 1):
        rows += [("m", "fixed", label, draw, value + draw) for label, value in FIXED.items()]
        rows += [("m", *label, draw, value + draw) for label, value in EFFECTS.items()]
    rows.append(("other", "fixed", "intercept", 0, 9.0))
    columns = ["model", "group", "label", "draw", "value"]
    scaling = pd.DataFrame({"model": "m", "term": ["a", "b"], "mean": [0.0, 1.0], "sd": [1.0, 2.0]})
    return pd.DataFrame(rows, columns=columns), scaling


def refused(coefficients: pd.DataFrame, scaling: pd.DataFrame, terms: tuple[str, ...]) -> str:
    """Return what is said of tables that hold no such model."""
    with pytest.raises(RelationsError) as caught:
        model_from_tables("m", coefficients, scaling, terms)
    assert caught.value.code == "ORE-REL-010"
    return caught.value.what


def test_tables_give_back_the_model_in_the_order_of_its_terms() -> None:
    built = model_from_tables("m", *tables(), terms=("b", "a"))
    assert built.terms == ("b", "a")
    np.testing.assert_allclose(built.draws, [[-1.0, 0.5, 0.25], [0.0, 1.5, 1.25]])
    np.testing.assert_allclose(built.scaling.mean, [1.0, 0.0])
    np.testing.assert_allclose(built.scaling.sd, [2.0, 1.0])
    assert set(built.effects) == {"actor", "mineral"}
    np.testing.assert_allclose(built.effects["mineral"].draws, [[0.1], [1.1]])


def test_effects_are_placed_by_label_and_an_unseen_label_has_none() -> None:
    actor = model_from_tables("m", *tables(), terms=("a", "b")).effects["actor"]
    found = actor.on(("AUS", "COD", "CHN"))
    np.testing.assert_allclose(found, [[0.0, 0.3, -0.2], [0.0, 1.3, 0.8]])


def test_an_incomplete_draw_is_refused() -> None:
    coefficients, scaling = tables()
    whole = coefficients["group"] == "fixed"
    gap = whole & (coefficients["draw"] == 1) & (coefficients["label"] == "b")
    assert "no complete model" in refused(coefficients[~gap], scaling, ("a", "b"))


def test_an_effect_that_lacks_a_draw_is_refused() -> None:
    coefficients, scaling = tables()
    for gap in (
        (coefficients["label"] == "COD") & (coefficients["draw"] == 1),
        (coefficients["group"] == "mineral") & (coefficients["draw"] == 1),
    ):
        assert "lack a draw" in refused(coefficients[~gap], scaling, ("a", "b"))


def test_other_terms_than_those_of_the_tables_are_refused() -> None:
    coefficients, scaling = tables()
    assert "no complete model" in refused(coefficients, scaling, ("a", "c"))
    assert "no complete model" in refused(coefficients, scaling.iloc[:1], ("a", "b"))


def test_the_reach_is_read_and_a_missing_one_is_refused() -> None:
    coefficients = tables()[0]
    assert reach_from_tables("m", coefficients) == 0.8
    for faulty in (
        coefficients[coefficients["group"] != "reach"],
        coefficients.assign(value=np.nan),
    ):
        with pytest.raises(RelationsError) as caught:
            reach_from_tables("m", faulty)
        assert caught.value.code == "ORE-REL-010"


def test_the_level_is_read_and_one_without_a_figure_is_refused() -> None:
    coefficients = tables()[0]
    path, last = level_from_tables("m", coefficients.iloc[::-1])
    assert path == LevelPath(**PATH)
    assert last.tolist() == [0.4, 0.9]
    missing = coefficients[coefficients["label"] != "spread"]
    blank = coefficients.assign(
        value=coefficients["value"].where(coefficients["label"] != "spread")
    )
    for faulty in (missing, blank):
        with pytest.raises(RelationsError) as caught:
            level_from_tables("m", faulty)
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
