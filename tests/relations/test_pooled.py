"""The pooled logistic: sums, mode, spread of the groups, predictions, and what it refuses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from oreacle.core.errors import RelationsError
from oreacle.core.status import SolveStatus
from oreacle.relations import pooled
from oreacle.relations.logistic import sigmoid
from oreacle.relations.pooled import (
    CONSTANT_SD,
    PRIOR_LABELS,
    PRIOR_SD,
    PooledFit,
    PooledRows,
    fit_pooled,
)
from oreacle.relations.pooled_design import PooledDesign, design_of

seeds = st.integers(0, 10_000)
SLOPE_SD = 0.5


def simulated(
    seed: int, rows: int = 400, sizes: tuple[int, ...] = (8, 5), sds: tuple[float, ...] = (1.0, 0.5)
) -> tuple[PooledRows, dict[str, np.ndarray]]:
    """Rows of a known model, and its effects by group."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(rows, 3))
    names = [f"group{k}" for k in range(len(sizes))]
    labels = {name: rng.integers(size, size=rows) for name, size in zip(names, sizes, strict=True)}
    effects = {
        name: sd * rng.normal(size=size) for name, size, sd in zip(names, sizes, sds, strict=True)
    }
    offset = 0.3 * rng.normal(size=rows)
    odds = -1.0 + offset + features @ np.array([0.6, -0.3, 0.0])
    for name in names:
        odds = odds + effects[name][labels[name]]
    outcome = (rng.random(rows) < sigmoid(odds)).astype(float)
    outcome[:2] = [0.0, 1.0]
    lengths = dict(zip(names, sizes, strict=True))
    return PooledRows(features, outcome, labels, lengths, offset), effects


def one_hot(design: PooledDesign) -> np.ndarray:
    """The design with a column for each label."""
    labels = [np.eye(size)[design.groups[name]] for name, size in design.sizes.items()]
    return np.hstack([design.fixed, *labels])


def precision(fit: PooledFit, terms: int) -> np.ndarray:
    prior = np.concatenate([[CONSTANT_SD**-2], np.full(terms, SLOPE_SD**-2)])
    for name, part in fit.slices.items():
        prior = np.append(prior, np.full(part.stop - part.start, fit.spread[name] ** -2))
    return prior


@settings(max_examples=25, deadline=None)
@given(seeds, st.lists(st.integers(1, 6), max_size=3))
def test_sums_over_labels_equal_those_of_a_column_for_each_label(
    seed: int, sizes: list[int]
) -> None:
    rng = np.random.default_rng(seed)
    labels = {f"g{k}": rng.integers(size, size=30) for k, size in enumerate(sizes)}
    lengths = {f"g{k}": size for k, size in enumerate(sizes)}
    design = design_of(rng.normal(size=(30, 2)), labels, lengths)
    dense, weights = one_hot(design), rng.random(30)
    assert design.width == dense.shape[1]
    beta = rng.normal(size=design.width)
    root = rng.normal(size=(design.width, design.width))
    covariance = root @ root.T
    np.testing.assert_allclose(design.log_odds(beta), dense @ beta, atol=1e-12)
    np.testing.assert_allclose(design.back(weights), dense.T @ weights, atol=1e-12)
    np.testing.assert_allclose(
        design.curvature(weights), dense.T @ (weights[:, None] * dense), atol=1e-12
    )
    np.testing.assert_allclose(
        design.variance(covariance), np.diag(dense @ covariance @ dense.T), rtol=1e-10
    )


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_the_mode_is_that_of_a_general_optimiser_and_the_covariance_its_inverse_curvature(
    seed: int,
) -> None:
    rows, _ = simulated(seed)
    fit = fit_pooled(rows, slope_sd=SLOPE_SD)
    dense = one_hot(design_of(rows.features, rows.groups, rows.sizes))
    prior = precision(fit, 3)

    def misfit(beta: np.ndarray) -> tuple[float, np.ndarray]:
        odds = dense @ beta + rows.offset
        value = np.sum(np.logaddexp(0.0, odds) - rows.outcome * odds) + 0.5 * prior @ beta**2
        return float(value), dense.T @ (sigmoid(odds) - rows.outcome) + prior * beta

    peer = minimize(misfit, np.zeros(dense.shape[1]), jac=True, method="BFGS")
    assert np.abs(misfit(fit.mode)[1]).max() < 1e-8 * len(dense)
    np.testing.assert_allclose(fit.mode, peer.x, atol=1e-4)
    chance = sigmoid(dense @ fit.mode + rows.offset)
    curvature = dense.T @ ((chance * (1.0 - chance))[:, None] * dense) + np.diag(prior)
    np.testing.assert_allclose(fit.covariance @ curvature, np.eye(len(prior)), atol=1e-6)


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_the_spread_is_the_fixed_point_of_expectation_maximisation(seed: int) -> None:
    rows, _ = simulated(seed)
    fit = fit_pooled(rows, slope_sd=SLOPE_SD)
    assert fit.status is SolveStatus.SOLVED
    variance = np.diag(fit.covariance)
    for name, part in fit.slices.items():
        second = (fit.mode[part] ** 2 + variance[part]).sum() + PRIOR_LABELS * PRIOR_SD**2
        expected = np.sqrt(second / (part.stop - part.start + PRIOR_LABELS))
        assert fit.spread[name] == pytest.approx(expected, rel=0.01)


def test_the_spread_of_simulated_effects_is_found_again() -> None:
    found = []
    for seed in range(5):
        rows, effects = simulated(seed, rows=6000, sizes=(60, 40), sds=(1.0, 0.4))
        fit = fit_pooled(rows, slope_sd=SLOPE_SD)
        found.append([fit.spread["group0"], fit.spread["group1"]])
        centred = effects["group0"] - effects["group0"].mean()
        assert np.corrcoef(fit.effects("group0"), centred)[0, 1] > 0.9
        np.testing.assert_allclose(fit.mode[1:4], [0.6, -0.3, 0.0], atol=0.12)
    np.testing.assert_allclose(np.mean(found, axis=0), [1.0, 0.4], rtol=0.1)


def test_a_group_that_says_nothing_is_shrunk_below_its_prior_but_not_to_none() -> None:
    rows, _ = simulated(3, rows=6000, sizes=(40,), sds=(0.0,))
    fit = fit_pooled(rows, slope_sd=SLOPE_SD)
    assert 0.05 < fit.spread["group0"] < 0.25


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_renaming_the_labels_renames_the_effects(seed: int) -> None:
    rows, _ = simulated(seed)
    order = np.random.default_rng(seed).permutation(8)
    renamed = {**rows.groups, "group0": order[rows.groups["group0"]]}
    one = fit_pooled(rows, slope_sd=SLOPE_SD)
    two = fit_pooled(replace(rows, groups=renamed), slope_sd=SLOPE_SD)
    np.testing.assert_allclose(two.effects("group0")[order], one.effects("group0"), atol=1e-6)
    np.testing.assert_allclose(two.effects("group1"), one.effects("group1"), atol=1e-6)


def test_a_label_without_rows_has_no_effect_and_the_spread_of_its_group() -> None:
    rows, _ = simulated(1)
    fit = fit_pooled(replace(rows, sizes={"group0": 9, "group1": 5}), slope_sd=SLOPE_SD)
    new = fit.slices["group0"].start + 8
    assert fit.mode[new] == pytest.approx(0.0, abs=1e-12)
    assert fit.covariance[new, new] == pytest.approx(fit.spread["group0"] ** 2, rel=1e-9)


def test_two_balanced_halves_worked_by_hand() -> None:
    """3 of 4 acts where x = 1, 1 of 4 where x = -1, and a prior of variance 1.5 ln 2.

    With the slope ln 2 the chance is 2/3: 4 (3/4 - 2/3) - 4 (1/4 - 1/3) = 2/3 = ln 2 / variance.
    """
    features = np.repeat([[1.0], [-1.0]], 4, axis=0)
    outcome = np.array([1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0])
    rows = PooledRows(features, outcome, {}, {}, np.zeros(8))
    fit = fit_pooled(rows, slope_sd=float(np.sqrt(1.5 * np.log(2.0))))
    np.testing.assert_allclose(fit.mode, [0.0, np.log(2.0)], atol=1e-7)
    curvature = 8.0 * (2.0 / 9.0) + 2.0 / (3.0 * np.log(2.0))
    assert fit.covariance[1, 1] == pytest.approx(1.0 / curvature)
    assert fit.spread == {}


def test_a_known_offset_moves_the_constant_alone() -> None:
    rows, _ = simulated(5)
    one = fit_pooled(rows, slope_sd=SLOPE_SD)
    two = fit_pooled(replace(rows, offset=rows.offset - 2.0), slope_sd=SLOPE_SD)
    assert two.mode[0] - one.mode[0] == pytest.approx(2.0, abs=1e-3)
    np.testing.assert_allclose(two.mode[1:], one.mode[1:], atol=1e-3)


def test_log_odds_of_new_rows_equal_the_dense_sums_of_the_groups_that_count() -> None:
    rows, _ = simulated(6)
    fit = fit_pooled(rows, slope_sd=SLOPE_SD)
    fresh = np.random.default_rng(0).normal(size=(4, 3))
    label = np.array([0, 3, 3, 7])
    mean, variance = fit.log_odds(fresh, {"group0": label})
    dense = np.hstack([np.ones((4, 1)), fresh, np.eye(8)[label], np.zeros((4, 5))])
    np.testing.assert_allclose(mean, dense @ fit.mode)
    np.testing.assert_allclose(variance, np.diag(dense @ fit.covariance @ dense.T))


def test_draws_start_with_the_mode_and_spread_like_the_posterior() -> None:
    rows, _ = simulated(7)
    fit = fit_pooled(rows, slope_sd=SLOPE_SD)
    draws = fit.draws(20_000, np.random.default_rng(0))
    np.testing.assert_array_equal(draws[0], fit.mode)
    sd = np.sqrt(np.diag(fit.covariance))
    np.testing.assert_allclose((draws[1:].mean(axis=0) - fit.mode) / sd, 0.0, atol=0.03)
    np.testing.assert_allclose(np.cov(draws[1:].T) / np.outer(sd, sd), correlation(fit), atol=0.03)
    np.testing.assert_array_equal(draws, fit.draws(20_000, np.random.default_rng(0)))


def correlation(fit: PooledFit) -> np.ndarray:
    sd = np.sqrt(np.diag(fit.covariance))
    return np.asarray(fit.covariance / np.outer(sd, sd))


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_a_tighter_prior_never_lengthens_the_slopes(seed: int) -> None:
    rows, _ = simulated(seed, sizes=(), sds=())
    fits = [fit_pooled(rows, slope_sd=sd) for sd in (1.0, 0.3, 0.1, 0.01)]
    assert np.all(np.diff([np.linalg.norm(fit.mode[1:]) for fit in fits]) <= 1e-9)


def test_another_start_of_the_spreads_ends_at_the_same_place() -> None:
    rows, _ = simulated(8)
    one = fit_pooled(rows, slope_sd=SLOPE_SD)
    two = fit_pooled(rows, slope_sd=SLOPE_SD, spread={"group0": 3.0, "group1": 0.05})
    for name in one.spread:
        assert two.spread[name] == pytest.approx(one.spread[name], rel=0.03)


@pytest.mark.parametrize("place", ["features", "outcome", "offset"])
def test_a_missing_value_is_refused_and_counted(place: str) -> None:
    rows, _ = simulated(1)
    broken = getattr(rows, place).copy()
    broken[5] = np.nan
    with pytest.raises(RelationsError) as caught:
        fit_pooled(replace(rows, **{place: broken}), slope_sd=SLOPE_SD)
    assert caught.value.code == "ORE-REL-001"
    assert "1 of 400" in caught.value.what


@pytest.mark.parametrize("rows", [0, 5])
def test_equal_outcomes_are_refused(rows: int) -> None:
    equal = PooledRows(np.ones((rows, 1)), np.zeros(rows), {}, {}, np.zeros(rows))
    with pytest.raises(RelationsError) as caught:
        fit_pooled(equal, slope_sd=SLOPE_SD)
    assert caught.value.code == "ORE-REL-002"


def test_a_fit_that_ran_out_of_rounds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pooled, "MOST_ROUNDS", 2)
    with pytest.raises(RelationsError) as caught:
        fit_pooled(simulated(2)[0], slope_sd=SLOPE_SD)
    assert caught.value.code == "ORE-REL-003"
