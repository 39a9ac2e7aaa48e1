"""Nucleolus: published games, closed forms, other ways to compute it, its certificate."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from tests.coalitions.games import (
    TOL,
    airport,
    bankruptcy,
    game,
    names,
    talmud_rule,
    voting,
)

from oreacle.coalitions import nucleolus as module
from oreacle.coalitions.core import CoreStatus, core, in_core
from oreacle.coalitions.game import Game, membership
from oreacle.coalitions.kohlberg import kohlberg_gap
from oreacle.coalitions.nucleolus import NucleolusStatus, nucleolus, prenucleolus
from oreacle.coalitions.programs import Program, scaled

SOLVED = NucleolusStatus.SOLVED
games = st.integers(2, 5).flatmap(
    lambda n: st.lists(st.integers(-9, 9), min_size=2**n - 1, max_size=2**n - 1).map(game)
)
with_imputations = games.filter(
    lambda found: found.values[-1] >= found.values[1 << np.arange(found.size)].sum()
)


@pytest.mark.parametrize(
    ("estate", "shares"),
    [(100, [100 / 3] * 3), (200, [50, 75, 75]), (300, [50, 100, 150])],
)
def test_the_three_wives_of_the_talmud_get_what_the_mishna_says(
    estate: float, shares: list[float]
) -> None:
    found = nucleolus(bankruptcy(estate, [100, 200, 300]))
    assert found.status is SOLVED
    np.testing.assert_allclose(found.point, shares, atol=TOL * estate)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 100), min_size=2, max_size=7), st.floats(0.05, 0.99))
def test_bankruptcies_are_divided_by_the_talmud_rule(claims: list[int], share: float) -> None:
    # Aumann and Maschler (1985), theorem of section 6.
    estate = share * sum(claims)
    found = nucleolus(bankruptcy(estate, claims))
    assert found.status is SOLVED
    np.testing.assert_allclose(found.point, talmud_rule(estate, claims), atol=TOL * estate)


def littlechild(costs: list[float]) -> np.ndarray:
    """Littlechild (1974): fees for one runway, users by rising cost."""
    size, done, fee = len(costs), 0, 0.0
    fees = np.empty(size)
    while done < size:
        start = costs[done - 1] if done else 0.0
        rates = [
            (costs[k - 1] - start + fee) / (k - done + (k < size))
            for k in range(done + 1, size + 1)
        ]
        fee = min(rates)
        last = done + 1 + int(np.flatnonzero(np.isclose(rates, fee)).max())
        fees[done:last] = fee
        done = last
    return fees


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=2, max_size=7).map(sorted))
def test_users_of_a_runway_pay_littlechilds_fees(costs: list[int]) -> None:
    found = nucleolus(airport(costs))
    assert found.status is SOLVED
    np.testing.assert_allclose(-found.point, littlechild([*map(float, costs)]), atol=TOL * 60)


def test_a_majority_shares_equally_and_a_left_glove_takes_all() -> None:
    np.testing.assert_allclose(nucleolus(voting([1, 1, 1], 2)).point, 1 / 3)
    np.testing.assert_allclose(nucleolus(game([0, 0, 1, 0, 1, 0, 1])).point, [1, 0, 0], atol=1e-9)


def test_votes_of_the_apex_game_are_a_nucleolus() -> None:
    # One large and four small players: the homogeneous weights 3 1 1 1 1 of a constant-sum game,
    # normalised, are its nucleolus (Peleg 1968).
    apex = voting([3, 1, 1, 1, 1], 4)
    np.testing.assert_allclose(nucleolus(apex).point, np.array([3, 1, 1, 1, 1]) / 7)


@settings(max_examples=80, deadline=None)
@given(with_imputations, st.integers(0, 10_000))
def test_no_other_imputation_has_smaller_sorted_excesses(found: Game, seed: int) -> None:
    result = nucleolus(found)
    assert result.status is SOLVED
    alone = found.values[1 << np.arange(found.size)]
    assert (result.point >= alone - 1e-7).all()
    best = sorted_excess(found, result.point)
    rng = np.random.default_rng(seed)
    for size in (1.0, 0.1, 0.001):
        others = alone + (found.values[-1] - alone.sum()) * rng.dirichlet(
            np.ones(found.size), size=60
        )
        for other in (1 - size) * result.point + size * others:
            assert not smaller(sorted_excess(found, other), best)


def sorted_excess(found: Game, point: np.ndarray) -> np.ndarray:
    excess = (found.values - membership(found.size) @ point)[1:-1]
    return np.sort(excess)[::-1]


def smaller(first: np.ndarray, second: np.ndarray) -> bool:
    """Return whether `first` comes before `second`, word by word, beyond rounding."""
    differs = np.flatnonzero(np.abs(first - second) > 1e-6)
    return bool(len(differs)) and bool(first[differs[0]] < second[differs[0]] - 1e-6)


def by_fixing_what_cannot_fall(found: Game, *, individual: bool) -> np.ndarray:
    """Return the nucleolus from one program for each coalition and round; no duals, no spans."""
    size, coalitions = found.size, range(1, found.grand)
    inside = membership(size).astype(float)
    low = found.values[1 << np.arange(size)] if individual else np.full(size, -np.inf)
    bounds = [*((bound, None) for bound in low), (None, None)]
    level: dict[int, float] = {}

    def solve(aim: np.ndarray, cap: float | None) -> tuple[np.ndarray, float]:
        free = [mask for mask in coalitions if mask not in level]
        rows = [np.append(-inside[mask], -1.0) for mask in free]
        limits = [-found.values[mask] for mask in free]
        same = [np.append(inside[mask], 0.0) for mask in (found.grand, *level)]
        to = [found.values[-1], *(found.values[mask] - level[mask] for mask in level)]
        if cap is not None:
            rows, limits = [*rows, np.eye(size + 1)[-1]], [*limits, cap]
        done = linprog(aim, A_ub=rows, b_ub=limits, A_eq=same, b_eq=to, bounds=bounds)
        assert done.status == 0, done.message
        return done.x, done.fun

    while len(level) < found.grand - 1:
        _, epsilon = solve(np.eye(size + 1)[-1], None)
        tight = []
        for mask in coalitions:
            if mask not in level:
                _, payoff = solve(np.append(-inside[mask], 0.0), epsilon + 1e-10)
                if found.values[mask] + payoff > epsilon - 1e-7:
                    tight.append(mask)
        assert tight
        level |= dict.fromkeys(tight, epsilon)
    rows = inside[[found.grand, *level]]
    right = found.values[[found.grand, *level]] - [0.0, *level.values()]
    return np.asarray(np.linalg.lstsq(rows, right, rcond=None)[0])


@pytest.mark.parametrize("seed", range(24))
def test_a_solver_without_duals_and_spans_finds_the_same(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = 2 + seed % 3
    values = rng.integers(-4, 8, 2**size).astype(float)
    values[0], values[-1] = 0.0, max(values[-1], values[1 << np.arange(size)].sum() + seed % 2)
    found = Game(names(size), values)
    other = by_fixing_what_cannot_fall(found, individual=True)
    np.testing.assert_allclose(nucleolus(found).point, other, atol=1e-6)
    other = by_fixing_what_cannot_fall(found, individual=False)
    np.testing.assert_allclose(prenucleolus(found).point, other, atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(games)
def test_the_prenucleolus_is_efficient_certified_and_in_a_core_that_is_not_empty(
    found: Game,
) -> None:
    result = prenucleolus(found)
    assert result.status is SOLVED
    assert result.certificate <= 1e-8
    assert result.rounds <= found.size - 1
    assert result.point.sum() == pytest.approx(found.values[-1], abs=1e-8)
    worst = in_core(found, result.point).worst_excess
    assert worst == pytest.approx(core(found).least_excess, abs=1e-6)
    if core(found).status is CoreStatus.NON_EMPTY:
        assert in_core(found, result.point, tolerance=1e-7).inside
        np.testing.assert_allclose(nucleolus(found).point, result.point, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(with_imputations, st.floats(0.01, 1e6), st.integers(0, 99))
def test_scale_origin_and_names_do_not_matter(found: Game, scale: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    shift, order = rng.normal(0, 50, found.size), rng.permutation(found.size)
    inside = membership(found.size)
    point = nucleolus(found).point
    moved = Game(found.players, scale * found.values + inside @ shift)
    size = scale * 40 + 200
    assert nucleolus(moved).status is SOLVED
    np.testing.assert_allclose(nucleolus(moved).point, scale * point + shift, atol=1e-6 * size)
    swapped = Game(found.players, found.values[inside @ (1 << order)])
    np.testing.assert_allclose(nucleolus(swapped).point, point[order], atol=1e-6 * 40)


@settings(max_examples=40, deadline=None)
@given(with_imputations)
def test_equal_players_get_the_same(found: Game) -> None:
    swap = np.array([1, 0, *range(2, found.size)])
    inside = membership(found.size)
    even = Game(found.players, found.values + found.values[inside @ (1 << swap)])
    point = nucleolus(even).point
    assert point[0] == pytest.approx(point[1], abs=1e-6 * 40)


def test_without_imputations_the_prenucleolus_stands_in_and_says_so() -> None:
    quarrel = game([4, 4, 2])
    assert nucleolus(quarrel).status is NucleolusStatus.NO_IMPUTATION
    np.testing.assert_allclose(nucleolus(quarrel).point, [1, 1])
    assert prenucleolus(quarrel).status is SOLVED


def test_individual_rationality_can_bind() -> None:
    # Two who make 1 together and lose 5 with the third, who alone makes nothing.
    found = game([0, 0, 9, 0, 0, 0, 1])
    assert prenucleolus(found).point[2] < -1.0
    assert nucleolus(found).point.min() >= -1e-9
    assert nucleolus(found).certificate == 0.0


@settings(max_examples=40, deadline=None)
@given(with_imputations, st.integers(0, 999), st.floats(0.01, 1.0))
def test_the_certificate_refuses_any_other_division(found: Game, seed: int, step: float) -> None:
    unit = scaled(found)
    push = np.random.default_rng(seed).normal(size=found.size)
    push -= push.mean()
    other = unit.division(nucleolus(found).point) + step * push / np.abs(push).max()
    assert kohlberg_gap(unit.values, other, individual=False) > 1e-3 or np.allclose(
        unit.payoffs(other), prenucleolus(found).point
    )


def test_a_program_that_fails_is_a_status_and_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = np.full(4, np.nan)
    failed = Program(solved=False, point=nothing, value=float("nan"), duals=nothing)
    monkeypatch.setattr(module, "minimise", lambda *_, **__: failed)
    found = nucleolus(game([0, 0, 1, 0, 1, 0, 1]))
    assert found.status is NucleolusStatus.NOT_SOLVED
    assert np.isnan(found.point).all()


def test_a_point_that_misses_the_criterion_is_not_passed_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = (np.array([0.5, 0.3, 0.2]), [0.0])
    monkeypatch.setattr(module, "_sequence", lambda *_, **__: wrong)
    assert nucleolus(voting([1, 1, 1], 2)).status is NucleolusStatus.NOT_CERTIFIED


def test_twelve_players_take_seconds_and_meet_the_closed_form() -> None:
    claims = np.random.default_rng(3).random(12) * 100
    estate = 0.6 * claims.sum()
    start = time.perf_counter()
    found = nucleolus(bankruptcy(estate, claims))  # type: ignore[arg-type]
    assert time.perf_counter() - start < 5.0
    assert found.status is SOLVED
    expected = talmud_rule(estate, claims)  # type: ignore[arg-type]
    np.testing.assert_allclose(found.point, expected, atol=TOL * estate)
