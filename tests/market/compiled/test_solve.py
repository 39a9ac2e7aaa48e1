"""The compiled kernel finds what the numpy kernel finds, whatever is in the market."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.market.random_markets import (
    calm_market,
    extreme_market,
    full_market,
    symmetric_market,
)
from tests.market.test_levelling import market, with_accident

from oreacle.market.balance import evaluate, imbalance, node_scale
from oreacle.market.kernel import TOLERANCE, Solution, solve
from oreacle.market.problem import Prices, Problem, stack

pytest.importorskip("numba")

search = pytest.importorskip("oreacle.market.compiled.search")
seeds = st.integers(0, 10_000)
NOTHING = 1e-6
"""Tonnes over node size that count as no trade [1]."""
CLOSE = 1e-7


def limited_market(seed: int) -> Problem:
    return symmetric_market(seed, limits=True)


KINDS: tuple[Callable[[int], Problem], ...] = (
    symmetric_market,
    limited_market,
    calm_market,
    extreme_market,
    full_market,
)


def trading(problem: Problem, prices: Prices) -> tuple[np.ndarray, ...]:
    """Return True by kind of node where something is made, refined, sold and used."""
    balance, scale = evaluate(problem, prices), node_scale(problem)
    made = balance.throughput + balance.scrap
    return (
        balance.output > NOTHING * scale.mine,
        balance.throughput > NOTHING * scale.refinery,
        made > NOTHING * scale.refinery,
        balance.use > NOTHING * scale.user,
    )


def agree(problem: Problem, one: Solution, other: Solution) -> None:
    assert np.array_equal(one.solved, other.solved)
    both = one.solved
    reached = imbalance(evaluate(problem, other.prices), node_scale(problem))
    # Evaluated by numpy: flows far larger than their difference leave some last bits.
    assert (reached[both] <= 1.01 * TOLERANCE).all()
    places = trading(problem, one.prices)
    for a, b, held in zip(one.prices.parts, other.prices.parts, places, strict=True):
        assert np.abs(a - b)[both][held[both]].max(initial=0.0) <= CLOSE
    for links in ("ore", "metal"):
        flow, again = (getattr(evaluate(problem, s.prices), links).flow for s in (one, other))
        assert np.abs(flow - again)[both].max(initial=0.0) <= CLOSE * problem.world


def in_scope(problem: Problem) -> bool:
    no_ways = problem.ore.ways is None and problem.refined.ways is None
    return no_ways and problem.certification is None


@pytest.mark.parametrize("kind", KINDS)
@given(seed=seeds, level=st.booleans())
@settings(max_examples=12, deadline=None)
def test_both_kernels_find_the_same_market(
    kind: Callable[[int], Problem], seed: int, level: bool
) -> None:
    problem = kind(seed)
    assume(in_scope(problem))
    agree(problem, solve(problem, level=level), solve(problem, level=level, compiled=True))


@given(st.lists(seeds, min_size=2, max_size=4, unique=True), st.booleans())
@settings(max_examples=10, deadline=None)
def test_cases_may_differ_in_every_parameter(found: list[int], reverse: bool) -> None:
    one = calm_market(found[0])
    others = [
        replace(
            one,
            mine_curve=replace(one.mine_curve, elasticity=0.1 + 1e-5 * seed),
            ore=replace(one.ore, substitution=2.0 + 1e-4 * seed),
            demand=one.demand * (0.8 + 4e-5 * seed),
        )
        for seed in found
    ]
    problem = stack(others[::-1] if reverse else others)
    agree(problem, solve(problem), solve(problem, compiled=True))


@given(seeds, st.sampled_from([1e-2, 1e-4]))
@settings(max_examples=10, deadline=None)
def test_a_market_after_an_accident_is_levelled_first(seed: int, left: float) -> None:
    problem = with_accident(market(seed), left)
    agree(problem, solve(problem, level=True), solve(problem, level=True, compiled=True))


def test_a_hand_worked_market_of_one_mine_clears_at_its_price() -> None:
    # Without shut-down the soft minimum can be written out, at rho = 2 with a square root; what the
    # mine makes and what comes back as scrap is what the only user uses.
    problem = symmetric_market(7, (1, 1, 1))
    found = solve(problem, compiled=True)
    mine, use = found.prices.mine[0, 0], found.prices.delivered[0, 0]
    elasticity = problem.mine_curve.elasticity
    slack, capacity = problem.mine_slack[0, 0], problem.mine_capacity[0, 0]
    filled = (slack / capacity) ** 2
    output = slack / np.sqrt((1.0 - filled) * np.exp(-2.0 * elasticity * mine) + filled)
    balance = evaluate(problem, found.prices)
    assert found.solved.all()
    assert balance.output[0, 0] == pytest.approx(output, rel=1e-12)
    assert balance.use[0, 0] == pytest.approx(output + balance.scrap[0, 0], rel=1e-9)
    assert np.isfinite(use)


def test_a_case_does_not_depend_on_its_company() -> None:
    problem = stack([replace(calm_market(3), demand=calm_market(3).demand * k) for k in (1, 2, 3)])
    whole = solve(problem, compiled=True)
    order = np.array([2, 0, 1])
    turned = solve(problem.take(order), compiled=True)
    alone = solve(problem.take(np.array([1])), compiled=True)
    for part, other, single in zip(
        whole.prices.parts, turned.prices.parts, alone.prices.parts, strict=True
    ):
        assert part[order].tobytes() == other.tobytes()
        assert part[1:2].tobytes() == single.tobytes()
    assert whole.residual[order].tobytes() == turned.residual.tobytes()


def certified_market() -> Problem:
    found = (full_market(seed) for seed in range(200))
    return next(one for one in found if one.certification is not None and one.ore.ways is None)


def way_market() -> Problem:
    found = (full_market(seed) for seed in range(200))
    return next(one for one in found if one.refined.ways is not None)


@pytest.mark.parametrize("make", [certified_market, way_market])
def test_certificates_and_indirect_ways_take_the_numpy_kernel(
    make: Callable[[], Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise AssertionError

    problem = make()
    monkeypatch.setattr(search, "iterate", fails)
    one, other = solve(problem), solve(problem, compiled=True)
    for part, same in zip(one.prices.parts, other.prices.parts, strict=True):
        assert part.tobytes() == same.tobytes()


def test_a_market_that_cannot_clear_is_left_unsolved() -> None:
    problem = calm_market(5)
    broken = replace(problem, demand=problem.demand * np.nan)
    prices = Prices(*(np.zeros_like(part) for part in solve(problem).prices.parts))
    steps = np.zeros(1, dtype=np.int64)
    residual = search.iterate(broken, prices, steps, (40, TOLERANCE), level=True)
    assert not residual[0] <= TOLERANCE
    assert residual[0] == np.inf


def test_a_singular_system_is_told_not_hidden() -> None:
    from oreacle.market.compiled.linear import solved

    assert not solved(np.array([[1.0, -1.0], [-1.0, 1.0]]), np.ones((2, 1)), 0)
    assert not solved(np.array([[np.nan]]), np.ones((1, 1)), 0)


def test_too_few_steps_leave_a_case_to_the_slow_solvers(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = extreme_market(11)
    real = search.iterate
    monkeypatch.setattr(search, "iterate", lambda *args: np.full_like(real(*args), 1.0))
    found = solve(problem, compiled=True)
    assert found.slow.all()
    assert found.solved.all()
