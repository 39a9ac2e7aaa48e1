"""Shapley and Banzhaf values: laws, published numbers, another implementation, refusals."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from coopgt.shapley_value import calculate as coopgt_shapley
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.coalitions.games import airport, game, names, voting

from oreacle.coalitions.banzhaf import banzhaf
from oreacle.coalitions.game import Game, membership
from oreacle.coalitions.shapley import shapley, shapley_sampled
from oreacle.core.errors import CoalitionError

games = st.integers(1, 5).flatmap(
    lambda n: st.lists(st.integers(-20, 20), min_size=2**n - 1, max_size=2**n - 1).map(game)
)


def relabelled(given: Game, order: np.ndarray) -> Game:
    """Return the game in which player k is the former player order[k]."""
    masks = membership(given.size) @ (1 << order)
    return Game(tuple(given.players[i] for i in order), given.values[masks])


def with_dummy(given: Game, worth: float) -> Game:
    """Return the game with one more player, who adds the same to every coalition."""
    return Game((*given.players, "dummy"), np.append(given.values, given.values + worth))


@given(games)
def test_shapley_shares_out_the_value_of_all(found: Game) -> None:
    assert shapley(found).sum() == pytest.approx(found.values[-1])


@given(games, st.integers(-5, 5))
def test_a_dummy_gets_what_it_adds_and_changes_nothing_for_others(found: Game, worth: int) -> None:
    wider = with_dummy(found, worth)
    np.testing.assert_allclose(shapley(wider), [*shapley(found), worth], atol=1e-9)
    np.testing.assert_allclose(banzhaf(wider).raw, [*banzhaf(found).raw, worth], atol=1e-9)


@given(games, st.integers(0, 1000))
def test_values_of_a_sum_are_sums_of_values(found: Game, seed: int) -> None:
    other = np.random.default_rng(seed).integers(-9, 9, len(found.values)) * 1.0
    other[0] = 0.0
    for value in (shapley, lambda one: banzhaf(one).raw):
        both = value(Game(found.players, found.values + other))
        parts = value(found) + value(Game(found.players, other))
        np.testing.assert_allclose(both, parts, atol=1e-9)


@given(games, st.randoms(use_true_random=False))
def test_names_do_not_matter(found: Game, random: object) -> None:
    order = np.array(random.sample(range(found.size), found.size))  # type: ignore[attr-defined]
    np.testing.assert_allclose(shapley(relabelled(found, order)), shapley(found)[order], atol=1e-9)
    raw = banzhaf(relabelled(found, order)).raw
    np.testing.assert_allclose(raw, banzhaf(found).raw[order], atol=1e-9)


@settings(max_examples=25, deadline=None)
@given(games)
def test_shapley_is_the_mean_over_all_orders_and_agrees_with_coopgt(found: Game) -> None:
    orders = list(permutations(range(found.size)))
    mean = np.zeros(found.size)
    for order in orders:
        mask = 0
        for player in order:
            mean[player] += found.values[mask | 1 << player] - found.values[mask]
            mask |= 1 << player
    np.testing.assert_allclose(shapley(found), mean / len(orders), atol=1e-9)
    table = {
        tuple(np.flatnonzero(row) + 1): value
        for row, value in zip(membership(found.size), found.values, strict=True)
    }
    if found.size > 1:
        np.testing.assert_allclose(shapley(found), coopgt_shapley(table), atol=1e-9)


def test_users_of_a_runway_share_each_stretch() -> None:
    # Littlechild and Owen (1973): each stretch is shared equally by those who need it.
    costs = [3.0, 5.0, 9.0, 14.0]
    shares = [3 / 4, 3 / 4 + 2 / 3, 3 / 4 + 2 / 3 + 4 / 2, 3 / 4 + 2 / 3 + 4 / 2 + 5]
    np.testing.assert_allclose(shapley(airport(costs)), -np.array(shares))


def test_power_in_the_council_of_six_is_the_published_one() -> None:
    # European Economic Community 1958-1972, weights 4 4 4 2 2 1, quota 12 of 17. Luxembourg was
    # never decisive (Brams and Affuso 1976).
    council = voting([4, 4, 4, 2, 2, 1], 12)
    np.testing.assert_allclose(shapley(council) * 60, [14, 14, 14, 9, 9, 0], atol=1e-9)
    np.testing.assert_allclose(banzhaf(council).raw * 32, [10, 10, 10, 6, 6, 0], atol=1e-9)
    np.testing.assert_allclose(banzhaf(council).share * 21, [5, 5, 5, 3, 3, 0], atol=1e-9)


def test_power_in_the_council_of_nine_is_the_published_one() -> None:
    # 1973-1980, quota 41 of 58 (Felsenthal and Machover 1998, tables on the Council).
    council = voting([10, 10, 10, 10, 5, 5, 3, 3, 2], 41)
    published = [0.179] * 4 + [0.081] * 2 + [0.057] * 2 + [0.010]
    np.testing.assert_allclose(shapley(council), published, atol=6e-4)
    published = [0.167] * 4 + [0.091] * 2 + [0.066] * 2 + [0.016]
    np.testing.assert_allclose(banzhaf(council).share, published, atol=6e-4)


def test_a_sample_finds_the_power_of_the_permanent_members_of_the_security_council() -> None:
    # Fifteen members, five with a veto, nine votes to pass: 421/2145 each for the five.
    veto = frozenset(names(15)[:5])
    found = shapley_sampled(
        names(15),
        lambda club: float(veto <= club and len(club) >= 9),
        pairs=1500,
        rng=np.random.default_rng(4),
    )
    assert found.mean.sum() == pytest.approx(1.0)
    assert (np.abs(found.mean[:5] - 421 / 2145) < 4 * found.standard_error[:5]).all()
    assert found.mean[5:].mean() == pytest.approx(4 / 2145, abs=0.001)
    assert 0.003 < found.standard_error[:5].mean() < 0.012


def test_the_standard_error_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(8)
    truth = Game(names(5), np.append(0.0, rng.random(31)))
    hits = []
    for seed in range(200):
        found = shapley_sampled(
            truth.players, truth.value, pairs=30, rng=np.random.default_rng(seed)
        )
        hits.append(np.abs(found.mean - shapley(truth)) < 1.96 * found.standard_error)
    assert 0.91 < np.mean(hits) < 0.98


def test_the_same_generator_gives_the_same_sample() -> None:
    runs = [
        shapley_sampled(
            "abcd", lambda s: len(s & {"a", "b"}), pairs=3, rng=np.random.default_rng(1)
        )
        for _ in range(2)
    ]
    np.testing.assert_array_equal(runs[0].mean, runs[1].mean)
    assert runs[0].permutations == 6


def test_shares_of_power_that_add_up_to_nothing_are_missing() -> None:
    assert np.isnan(banzhaf(game([0, 0, 0])).share).all()


def test_a_sample_of_one_pair_and_a_value_that_is_missing_are_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(CoalitionError) as caught:
        shapley_sampled("ab", len, pairs=1, rng=rng)
    assert caught.value.code == "ORE-COA-006"
    with pytest.raises(CoalitionError) as caught:
        shapley_sampled("aa", len, pairs=3, rng=rng)
    assert caught.value.code == "ORE-COA-001"
    with pytest.raises(CoalitionError, match="a, b") as caught:
        shapley_sampled("ab", lambda s: np.nan if len(s) > 1 else 0.0, pairs=3, rng=rng)
    assert caught.value.code == "ORE-COA-007"
