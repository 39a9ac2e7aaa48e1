"""Laws, a hand-worked value and refusals of base rates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import OptimizeResult, minimize
from scipy.stats import betabinom

from oreacle.core.errors import RelationsError
from oreacle.core.status import SolveStatus
from oreacle.relations.rates import BetaBinomial, fit_beta_binomial


def test_a_class_mean_worth_ten_years_halves_the_way_of_ten_years() -> None:
    prior = BetaBinomial(mean=0.1, concentration=10.0, status=SolveStatus.SOLVED)
    assert prior.rate(np.array([5.0]), np.array([10.0]))[0] == pytest.approx(0.3)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5)), min_size=3, max_size=30))
def test_rates_lie_between_frequency_and_class_mean(rows: list[tuple[int, int]]) -> None:
    acts = np.array([row[0] for row in rows] + [1.0, 0.0])
    years = np.array([sum(row) for row in rows] + [20.0, 20.0])
    prior = fit_beta_binomial(acts, years)
    rate = prior.rate(acts, years)
    frequency = np.where(years > 0, acts / np.maximum(years, 1.0), prior.mean)
    low, high = np.minimum(frequency, prior.mean), np.maximum(frequency, prior.mean)
    assert np.all(rate >= low - 1e-9)
    assert np.all(rate <= high + 1e-9)


def test_the_fit_is_no_worse_than_its_neighbours_by_an_independent_likelihood() -> None:
    acts = np.array([0, 0, 0, 1, 12, 0, 3, 0, 0, 1.0])
    years = np.full(10, 20.0)
    fit = fit_beta_binomial(acts, years)

    def likelihood(mean: float, size: float) -> float:
        return float(betabinom.logpmf(acts, years, mean * size, (1 - mean) * size).sum())

    best = likelihood(fit.mean, fit.concentration)
    for change in (0.97, 1.03):
        assert best >= likelihood(fit.mean * change, fit.concentration) - 1e-6
        assert best >= likelihood(fit.mean, fit.concentration * change) - 1e-6


def test_equal_units_are_pulled_to_their_common_mean() -> None:
    fit = fit_beta_binomial(np.full(30, 2.0), np.full(30, 20.0))
    assert fit.concentration > 1000.0
    assert fit.mean == pytest.approx(0.1, rel=0.01)


def test_more_acts_than_years_are_refused() -> None:
    with pytest.raises(RelationsError) as caught:
        fit_beta_binomial(np.array([3.0]), np.array([2.0]))
    assert caught.value.code == "ORE-REL-007"


def test_a_class_without_acts_is_refused() -> None:
    with pytest.raises(RelationsError) as caught:
        fit_beta_binomial(np.zeros(4), np.full(4, 9.0))
    assert caught.value.code == "ORE-REL-007"


@pytest.mark.parametrize("seed", range(25))
def test_fits_of_sparse_classes_end_at_the_optimum(seed: int) -> None:
    rng = np.random.default_rng(seed)
    years = rng.integers(1, 30, 240)
    acts = rng.binomial(years, 0.01)
    acts[0] = 1
    fit = fit_beta_binomial(acts.astype(float), years.astype(float))
    assert fit.status is SolveStatus.SOLVED

    def misfit(point: np.ndarray) -> float:
        mean, size = 1.0 / (1.0 + np.exp(-point[0])), np.exp(np.minimum(point[1], np.log(1e4)))
        return -float(betabinom.logpmf(acts, years, mean * size, (1.0 - mean) * size).sum())

    here = np.array([np.log(fit.mean / (1.0 - fit.mean)), np.log(fit.concentration)])
    other = minimize(misfit, here + 0.3, method="Nelder-Mead", options={"fatol": 1e-9})
    assert misfit(here) <= other.fun + 1e-4


def test_a_line_search_that_gives_up_begins_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    acts, years = np.array([0.0, 0.0, 1.0, 4.0, 0.0]), np.full(5, 20.0)
    whole = fit_beta_binomial(acts, years)
    starts: list[float] = []

    def gives_up_first(
        fun: Callable[..., tuple[float, np.ndarray]],
        x0: np.ndarray,
        **rest: Any,  # noqa: ANN401 - passed on
    ) -> OptimizeResult:
        starts.append(float(x0[1]))
        if len(starts) == 1:
            return OptimizeResult(x=x0, jac=np.ones(2), success=False)
        return minimize(fun, x0, **rest)

    monkeypatch.setattr("oreacle.relations.rates.minimize", gives_up_first)
    again = fit_beta_binomial(acts, years)
    assert len(starts) == 2
    assert starts[0] != starts[1]
    assert again.status is SolveStatus.SOLVED
    assert np.isclose(again.mean, whole.mean, rtol=1e-3)
    assert np.isclose(again.concentration, whole.concentration, rtol=1e-2)
