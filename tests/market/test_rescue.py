"""The last solver: true slopes, and the same prices as Newton's method."""

from __future__ import annotations

import numpy as np
import pytest
from tests.market.test_groups import busy, cleared, market, short_of_ore

from oreacle.market import kernel
from oreacle.market.balance import evaluate
from oreacle.market.groups import lean
from oreacle.market.problem import Prices, Problem, base_prices
from oreacle.market.rescue import _flat, _jacobian, _prices, _residual, rescue


def with_quota(seed: int) -> Problem:
    problem = busy(seed)
    problem.refined.quota[:, 0] = 0.5 * problem.refined.reference[0, 0].sum()
    return problem


@pytest.mark.parametrize("seed", [1, 5, 8])
def test_slopes_are_those_of_the_residual(seed: int) -> None:
    problem = with_quota(seed)
    rng = np.random.default_rng(seed)
    near = Prices(*(0.05 * rng.standard_normal(p.shape) for p in base_prices(problem).parts))
    x = _flat(near)
    slopes = _jacobian(problem, evaluate(problem, near))
    step = 1e-6
    for k in range(x.size):
        shift = np.zeros(x.size)
        shift[k] = step
        up, down = (
            _residual(problem, evaluate(problem, _prices(problem, x + sign * shift)))
            for sign in (1.0, -1.0)
        )
        assert (up - down) / (2 * step) == pytest.approx(slopes[:, k], abs=2e-5)


@pytest.mark.parametrize("seed", range(6))
def test_it_finds_what_newton_finds(seed: int) -> None:
    problem = lean(short_of_ore(market(seed), 0.3))
    usual = cleared(problem).prices
    found = rescue(problem, base_prices(problem))
    for one, other in zip(found.parts, usual.parts, strict=True):
        assert one == pytest.approx(other, abs=1e-6)


def test_a_market_on_which_all_else_fails_is_rescued(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = lean(short_of_ore(market(3), 0.3))
    usual = cleared(problem).prices
    monkeypatch.setattr(kernel, "SLOW_ITERATIONS", 0)
    monkeypatch.setattr(kernel, "OTHER_LEVELS", ())
    monkeypatch.setattr(kernel, "FAST_ITERATIONS", 1)
    solution = kernel.solve(problem)
    for one, other in zip(solution.prices.parts, usual.parts, strict=True):
        assert one == pytest.approx(other, abs=1e-6)
