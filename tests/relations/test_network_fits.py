"""Half-lives and regressions over dyads: what they find in worlds of which the truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oreacle.core.errors import RelationsError
from oreacle.relations.network.dyadic import DyadRows, fit_dyads
from oreacle.relations.network.half_life import half_life_profile


def remembered(half_life: float, seed: int = 0, years: int = 60, actors: int = 40) -> np.ndarray:
    """Return acts of dyads that act because they acted, which fades with a half-life."""
    rng = np.random.default_rng(seed)
    above = np.triu_indices(actors, 1)
    memory, acts = np.zeros(len(above[0])), np.zeros((years, actors, actors))
    for year in range(years):
        happens = rng.random(len(memory)) < 1 / (1 + np.exp(3.5 - 2.0 * np.log1p(memory)))
        acts[year][above] = happens
        memory = memory * 0.5 ** (1 / half_life) + happens
    return np.asarray(acts + np.swapaxes(acts, 1, 2))


@pytest.mark.parametrize(("truth", "seed"), [(2.0, 0), (2.0, 1), (5.0, 0)])
def test_a_half_life_that_made_the_acts_is_found(truth: float, seed: int) -> None:
    found = half_life_profile(remembered(truth, seed), 15)
    assert found.is_identified
    assert found.loss[list(found.half_lives).index(truth)] <= 1.92


def test_acts_without_memory_identify_no_half_life() -> None:
    rng = np.random.default_rng(3)
    half = np.triu(rng.random((25, 20, 20)) < 0.02, 1).astype(float)
    assert not half_life_profile(half + np.swapaxes(half, 1, 2), 10).is_identified


def test_the_likelihood_is_that_of_an_independent_optimiser() -> None:
    from scipy.optimize import minimize

    acts = remembered(3.0, years=25, actors=8)
    found = half_life_profile(acts, 10, (3.0,))
    one, two = np.triu_indices(8, 1)
    rows = []
    for year in range(10, 25):
        for a, b in zip(one, two, strict=True):
            ages = year - 1 - np.arange(year)
            memory = float((acts[:year, a, b] * 0.5 ** (ages / 3.0)).sum())
            busy = np.log1p(acts[:year, a].sum()) + np.log1p(acts[:year, b].sum())
            rows.append((1.0, np.log1p(memory), busy, acts[year, a, b]))
    table = np.array(rows)

    def misfit(beta: np.ndarray) -> float:
        odds = table[:, :3] @ beta
        return float(np.logaddexp(0.0, odds).sum() - (table[:, 3] * odds).sum())

    best = minimize(misfit, np.zeros(3), method="BFGS")
    assert found.log_likelihood[0] == pytest.approx(-best.fun, abs=1e-5)


def test_years_without_acts_are_refused() -> None:
    with pytest.raises(RelationsError) as caught:
        half_life_profile(np.zeros((5, 3, 3)), 2)
    assert caught.value.code == "ORE-REL-033"


def panel(actors: int = 12, years: int = 8) -> DyadRows:
    first, second = np.triu_indices(actors, 1)
    return DyadRows(
        np.repeat(first, years), np.repeat(second, years), np.tile(np.arange(years), len(first))
    )


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.floats(-5.0, 5.0))
def test_effects_of_dyads_and_years_change_no_coefficient(seed: int, slope: float) -> None:
    rows, rng = panel(), np.random.default_rng(seed)
    feature = rng.normal(size=(len(rows.year), 1))
    noise = 0.1 * rng.normal(size=len(feature))
    plain = slope * feature[:, 0] + noise
    shifted = plain + 7.0 * rows.first - 3.0 * rows.second + np.sin(rows.year)
    one, two = fit_dyads(plain, feature, rows), fit_dyads(shifted, feature, rows)
    np.testing.assert_allclose(one.coefficient, two.coefficient, atol=1e-7)
    assert abs(one.coefficient[0] - slope) < 0.05


def test_the_variance_is_the_sum_over_pairs_of_dyads_that_share_an_actor() -> None:
    rows, rng = panel(6, 4), np.random.default_rng(1)
    feature = rng.normal(size=(len(rows.year), 1))
    outcome = rng.normal(size=len(rows.year))
    found = fit_dyads(outcome, feature, rows)
    dyads = list(zip(rows.first, rows.second, strict=True))
    dummies = np.array([[d == e for e in dict.fromkeys(dyads)] for d in dyads], dtype=float)
    design = np.column_stack([feature, dummies, rows.year[:, None] == np.arange(1, 4)])
    beta = np.linalg.lstsq(design, outcome, rcond=None)[0]
    scores = design * (outcome - design @ beta)[:, None]
    meat = sum(
        np.outer(scores[a], scores[b])
        for a in range(len(dyads))
        for b in range(len(dyads))
        if {*dyads[a]} & {*dyads[b]}
    )
    bread = np.linalg.inv(design.T @ design)
    assert found.coefficient[0] == pytest.approx(beta[0])
    variance = float((bread @ np.asarray(meat) @ bread)[0, 0])
    if variance > 0.0:
        assert found.error[0] == pytest.approx(np.sqrt(variance))
    else:
        assert np.isnan(found.error[0])


def test_intervals_hold_the_truth_where_actors_move_all_their_dyads() -> None:
    held, rows = 0, panel(25, 5)
    for seed in range(60):
        rng = np.random.default_rng(seed)
        pulls = rng.normal(size=(2, 25, 5))
        moved = pulls[:, rows.first, rows.year] + pulls[:, rows.second, rows.year]
        noise = rng.normal(size=(2, len(rows.year)))
        feature, outcome = moved + 0.3 * noise
        fit = fit_dyads(outcome, feature[:, None], rows)
        held += bool(fit.low[0] <= 0.0 <= fit.high[0])
    assert held >= 48  # 57 expected; intervals that ignore shared actors hold some 30


def test_a_feature_that_never_varies_within_a_dyad_is_refused() -> None:
    rows = panel()
    with pytest.raises(RelationsError) as caught:
        fit_dyads(np.ones(len(rows.year)), rows.first[:, None].astype(float), rows)
    assert caught.value.code == "ORE-REL-034"


def test_missing_figures_are_refused() -> None:
    rows = panel()
    with pytest.raises(RelationsError) as caught:
        fit_dyads(np.full(len(rows.year), np.nan), np.ones((len(rows.year), 1)), rows)
    assert caught.value.code == "ORE-REL-034"
