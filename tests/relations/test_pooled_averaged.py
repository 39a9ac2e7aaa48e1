"""The pooled logistic averaged over its posterior: the nearest normal, and acts as they were."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.optimize import minimize
from scipy.stats import norm
from tests.relations.test_pooled import SLOPE_SD, one_hot, precision, seeds, simulated

from oreacle.core.errors import RelationsError
from oreacle.relations import pooled
from oreacle.relations.logistic import NODES, WEIGHTS, sigmoid
from oreacle.relations.pooled import PooledRows, fit_pooled
from oreacle.relations.pooled_design import design_of

MANY = norm.ppf((np.arange(2000) + 0.5) / 2000.0)
"""Standard normal values with equal weights."""


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_gradient_and_curvature_hold_on_average_over_the_posterior(seed: int) -> None:
    """Nothing is left of the averaged gradient, and the covariance inverts averaged curvature."""
    rows, _ = simulated(seed)
    fit = fit_pooled(rows, slope_sd=SLOPE_SD, averaged=True)
    dense = one_hot(design_of(rows.features, rows.groups, rows.sizes))
    prior = precision(fit, 3)
    sd = np.sqrt(np.diag(dense @ fit.covariance @ dense.T))
    chance = sigmoid((dense @ fit.mode + rows.offset)[:, None] + sd[:, None] * MANY)
    gradient = dense.T @ (rows.outcome - chance.mean(axis=1)) - prior * fit.mode
    assert np.abs(gradient).max() < 2e-4 * rows.outcome.sum()
    weight = (chance * (1.0 - chance)).mean(axis=1)
    curvature = dense.T @ (weight[:, None] * dense) + np.diag(prior)
    np.testing.assert_allclose(fit.covariance @ curvature, np.eye(len(prior)), atol=5e-3)


@settings(max_examples=5, deadline=None)
@given(seeds)
def test_mean_and_covariance_are_the_nearest_normal_of_a_general_optimiser(seed: int) -> None:
    """Of all normals with any root of a covariance, none has a higher evidence bound."""
    rows, _ = simulated(seed, rows=60, sizes=(2,), sds=(1.0,))
    fit = fit_pooled(rows, slope_sd=SLOPE_SD, averaged=True)
    dense, prior = one_hot(design_of(rows.features, rows.groups, rows.sizes)), precision(fit, 3)
    width = dense.shape[1]
    lower = np.tril_indices(width)

    def shortfall(free: np.ndarray) -> float:
        mean, root = free[:width], np.zeros((width, width))
        root[lower] = free[width:]
        odds, sd = dense @ mean + rows.offset, np.linalg.norm(dense @ root, axis=1)
        soft = np.logaddexp(0.0, odds[:, None] + sd[:, None] * NODES) @ WEIGHTS
        expected = rows.outcome @ odds - soft.sum()
        tied = 0.5 * prior @ (mean**2 + (root**2).sum(axis=1))
        return float(tied - expected - np.log(np.abs(np.diag(root))).sum())

    root = np.linalg.cholesky(fit.covariance)
    start = np.concatenate([fit.mode + 0.1, 1.2 * root[lower]])
    peer = minimize(shortfall, start, method="L-BFGS-B")
    sd = np.sqrt(np.diag(fit.covariance))
    np.testing.assert_allclose((peer.x[:width] - fit.mode) / sd, 0.0, atol=0.02)
    assert shortfall(np.concatenate([fit.mode, root[lower]])) < peer.fun + 1e-3


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_expected_acts_on_the_rows_of_the_fit_are_the_acts(seed: int) -> None:
    rows, _ = simulated(seed, sizes=(60, 8), sds=(1.5, 0.5))
    few = np.where(np.arange(400) < 40, rows.outcome, 0.0)
    fit = fit_pooled(replace(rows, outcome=few), slope_sd=SLOPE_SD, averaged=True)
    mean, variance = fit.log_odds(rows.features, rows.groups)
    odds = (mean + rows.offset)[:, None] + np.sqrt(variance)[:, None] * MANY
    assert sigmoid(odds).mean(axis=1).sum() == pytest.approx(few.sum(), rel=0.01)


def test_one_act_in_four_rows_by_quadrature() -> None:
    """A constant alone: its normal has E[chance] = 1/4 and 1 / sd^2 = 4 E[chance (1 - chance)]."""
    rows = PooledRows(np.empty((4, 0)), np.array([1.0, 0.0, 0.0, 0.0]), {}, {}, np.zeros(4))
    fit = fit_pooled(rows, slope_sd=1.0, averaged=True)
    chance = sigmoid(fit.mode[0] + np.sqrt(fit.covariance[0, 0]) * MANY)
    assert chance.mean() == pytest.approx(0.25, rel=2e-3)
    assert 1.0 / fit.covariance[0, 0] == pytest.approx(
        4.0 * (chance * (1.0 - chance)).mean(), rel=2e-3
    )
    assert fit.mode[0] < np.log(1.0 / 3.0)


def test_with_few_acts_the_mode_and_its_curvature_expect_more_than_happened() -> None:
    """What the averages mend: the error is one of the approximation, not of the model."""
    rows, _ = simulated(0, sizes=(60, 8), sds=(1.5, 0.5))
    few = replace(rows, outcome=np.where(np.arange(400) < 60, rows.outcome, 0.0))
    expected = []
    for averaged in (False, True):
        fit = fit_pooled(few, slope_sd=SLOPE_SD, averaged=averaged)
        mean, variance = fit.log_odds(rows.features, rows.groups)
        odds = (mean + rows.offset)[:, None] + np.sqrt(variance)[:, None] * MANY
        expected.append(sigmoid(odds).mean(axis=1).sum() / few.outcome.sum())
    assert expected[0] > 1.1
    assert expected[1] == pytest.approx(1.0, abs=0.01)


def test_with_many_acts_both_fits_agree() -> None:
    rows, _ = simulated(4, rows=20_000, sizes=(5,), sds=(0.5,))
    one, two = (fit_pooled(rows, slope_sd=SLOPE_SD, averaged=choice) for choice in (False, True))
    sd = np.sqrt(np.diag(one.covariance))
    np.testing.assert_allclose((one.mode - two.mode) / sd, 0.0, atol=0.1)


def test_averages_that_ran_out_of_rounds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pooled, "MOST_ROUNDS", 2)
    with pytest.raises(RelationsError) as caught:
        fit_pooled(simulated(2)[0], slope_sd=SLOPE_SD, averaged=True)
    assert caught.value.code == "ORE-REL-003"
