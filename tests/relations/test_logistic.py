"""Laws, hand-worked values and refusals of the shrunken logistic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from oreacle.core.errors import RelationsError
from oreacle.core.status import SolveStatus
from oreacle.relations.logistic import fit_logistic, sigmoid
from oreacle.relations.scaling import scaling_of


def sample(seed: int, rows: int = 200, terms: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(rows, terms))
    odds = -1.0 + features @ np.linspace(1.0, -1.0, terms)
    outcome = (rng.random(rows) < sigmoid(odds)).astype(float)
    outcome[:2] = [0.0, 1.0]
    return features, outcome


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.1, 1.0, 20.0]))
def test_newton_agrees_with_a_general_optimiser(seed: int, penalty: float) -> None:
    features, outcome = sample(seed)

    def misfit(beta: np.ndarray) -> float:
        odds = beta[0] + features @ beta[1:]
        return float(
            np.sum(np.logaddexp(0.0, odds) - outcome * odds) + 0.5 * penalty * beta[1:] @ beta[1:]
        )

    peer = minimize(misfit, np.zeros(4), method="BFGS", options={"gtol": 1e-7})
    fit = fit_logistic(features, outcome, penalty=penalty)
    assert fit.status is SolveStatus.SOLVED
    np.testing.assert_allclose([fit.intercept, *fit.slopes], peer.x, atol=2e-5)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_a_stronger_ridge_never_lengthens_the_slopes(seed: int) -> None:
    features, outcome = sample(seed)
    lengths = [
        np.linalg.norm(fit_logistic(features, outcome, penalty=ridge).slopes)
        for ridge in (0.1, 1.0, 10.0, 1000.0)
    ]
    assert np.all(np.diff(lengths) <= 1e-9)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_the_free_intercept_reproduces_the_number_of_acts(seed: int) -> None:
    features, outcome = sample(seed)
    fit = fit_logistic(features, outcome, penalty=5.0)
    assert sigmoid(fit.log_odds(features)).sum() == pytest.approx(outcome.sum(), abs=1e-5)


def test_without_features_the_level_is_the_log_odds_of_the_frequency() -> None:
    fit = fit_logistic(np.empty((4, 0)), np.array([1.0, 0.0, 0.0, 0.0]), penalty=0.0)
    assert fit.intercept == pytest.approx(np.log(1.0 / 3.0), abs=1e-7)


def test_one_balanced_binary_feature_gives_half_the_log_odds_ratio() -> None:
    features = np.repeat([[1.0], [-1.0]], 4, axis=0)
    outcome = np.array([1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0])
    fit = fit_logistic(features, outcome, penalty=0.0)
    assert fit.intercept == pytest.approx(0.0, abs=1e-7)
    assert fit.slopes[0] == pytest.approx(np.log(3.0), abs=1e-6)


def test_integer_weights_equal_repeated_rows() -> None:
    features, outcome = sample(3, rows=40)
    times = np.arange(40) % 3 + 1
    repeated = fit_logistic(
        np.repeat(features, times, axis=0), np.repeat(outcome, times), penalty=1e-9
    )
    weighted = fit_logistic(features, outcome, penalty=1e-9, weights=times)
    np.testing.assert_allclose(weighted.slopes, repeated.slopes, atol=1e-6)


def test_separated_outcomes_still_converge_under_a_ridge() -> None:
    features = np.linspace(-1.0, 1.0, 20)[:, None]
    fit = fit_logistic(features, (features[:, 0] > 0).astype(float), penalty=1.0)
    assert fit.status is SolveStatus.SOLVED


def test_a_missing_feature_is_refused() -> None:
    features, outcome = sample(1)
    features[5, 1] = np.nan
    with pytest.raises(RelationsError) as caught:
        fit_logistic(features, outcome, penalty=1.0)
    assert caught.value.code == "ORE-REL-001"


def test_equal_outcomes_are_refused() -> None:
    with pytest.raises(RelationsError) as caught:
        fit_logistic(np.ones((5, 1)), np.zeros(5), penalty=1.0)
    assert caught.value.code == "ORE-REL-002"


def test_a_constant_feature_is_refused_by_name() -> None:
    with pytest.raises(RelationsError) as caught:
        scaling_of(np.column_stack([np.arange(5.0), np.ones(5)]), ("share", "flat"))
    assert caught.value.code == "ORE-REL-005"
    assert "flat" in caught.value.what


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_scaled_features_have_mean_zero_and_deviation_one(seed: int) -> None:
    features = 5.0 + 3.0 * sample(seed)[0]
    scaled = scaling_of(features, ("a", "b", "c")).apply(features)
    np.testing.assert_allclose(scaled.mean(axis=0), 0.0, atol=1e-9)
    np.testing.assert_allclose(scaled.std(axis=0), 1.0, atol=1e-9)
