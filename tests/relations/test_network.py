"""Laws, hand-worked values, a brute-force reference and refusals of the network of relations."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oreacle.core.errors import RelationsError
from oreacle.relations.network.blocs import NO_TIE, frustration, signed_blocs
from oreacle.relations.network.measures import (
    camps,
    cohesion,
    frustrated_share,
    hedging,
    polarisation,
    structural_balance,
    together,
)
from oreacle.relations.network.state import (
    HalfLives,
    NetworkState,
    advance,
    empty_network,
    signed_weights,
)

SEEDS = st.integers(0, 10_000)


def network(size: int, ties: dict[tuple[int, int], float]) -> np.ndarray:
    """Return symmetric weights of one member."""
    weights = np.zeros((1, size, size))
    for (one, two), value in ties.items():
        weights[0, one, two] = weights[0, two, one] = value
    return weights


def random_network(seed: int, size: int, density: float = 0.7) -> np.ndarray:
    rng = np.random.default_rng(seed)
    half = np.triu(rng.normal(size=(size, size)) * (rng.random((size, size)) < density), 1)
    return np.asarray((half + half.T)[None])


def blocs(weights: np.ndarray, seed: int = 0) -> np.ndarray:
    return signed_blocs(weights, rng=np.random.default_rng(seed)).labels


def partitions(size: int) -> Iterator[list[int]]:
    """Yield every partition as labels, each number at most one above those before it."""
    if size == 0:
        yield []
        return
    for before in partitions(size - 1):
        for label in range(max(before, default=-1) + 2):
            yield [*before, label]


def cost(weights: np.ndarray, labels: list[int]) -> float:
    """Return frustration dyad by dyad."""
    found = 0.0
    for one in range(len(labels)):
        for two in range(one):
            tie = float(weights[one, two])
            found += max(-tie, 0.0) if labels[one] == labels[two] else max(tie, 0.0)
    return found


CAMPS = network(
    5, {(0, 1): 1.0, (2, 3): 1.0, (0, 2): -1.0, (1, 3): -1.0, (0, 3): -1.0, (1, 2): -1.0}
)
"""Two camps of two, and an actor without ties."""


def test_an_act_fades_to_a_half_in_a_half_life() -> None:
    act = np.array([[[0.0, 1.0], [1.0, 0.0]]])
    state = advance(empty_network(2), act, act)
    for _ in range(4):
        state = advance(state, 0 * act, 0 * act, HalfLives(cooperation=4.0, rivalry=2.0))
    assert state.cooperation[0, 0, 1] == pytest.approx(0.5)
    assert state.rivalry[0, 0, 1] == pytest.approx(0.25)


def test_members_may_have_half_lives_of_their_own() -> None:
    act = np.array([[[0.0, 1.0], [1.0, 0.0]]])
    state = advance(empty_network(2, members=2), act, act)
    later = advance(state, 0 * act, 0 * act, HalfLives(np.array([1.0, 1e9]), 1.0))
    np.testing.assert_allclose(later.cooperation[:, 0, 1], [0.5, 1.0])


def test_weights_of_acts_worked_by_hand() -> None:
    good = network(3, {(0, 1): 1.0, (0, 2): 3.0})
    bad = np.zeros((1, 3, 3))
    bad[0, 2, 0] = 1.0
    weights = signed_weights(NetworkState(good, bad))
    assert weights[0, 0, 1] == pytest.approx(1 / 2)
    assert weights[0, 0, 2] == weights[0, 2, 0] == pytest.approx((3 - 1) / (1 + 3 + 1))
    assert weights[0, 1, 2] == 0.0


@given(SEEDS)
def test_weights_are_bounded_and_more_rivalry_never_raises_one(seed: int) -> None:
    good = np.abs(random_network(seed, 5)) * 10
    bad = np.abs(random_network(seed + 1, 5)) * 10
    before = signed_weights(NetworkState(good, bad))
    after = signed_weights(NetworkState(good, bad + np.abs(random_network(seed + 2, 5))))
    assert (np.abs(before) < 1.0).all()
    assert (after <= before + 1e-12).all()


@pytest.mark.parametrize(
    ("acts", "reason"),
    [
        (np.full((1, 2, 2), np.nan), "missing"),
        (network(2, {(0, 1): -1.0}), "negative"),
        (np.ones((1, 2, 2)), "itself"),
        (np.array([[[0.0, 1.0], [0.0, 0.0]]]), "directions"),
        (np.zeros((1, 3, 3)), "3 actors"),
        (np.zeros((2, 2)), "shape"),
    ],
)
def test_acts_that_are_no_figures_of_dyads_are_refused(acts: np.ndarray, reason: str) -> None:
    with pytest.raises(RelationsError, match=reason) as caught:
        advance(empty_network(2), acts, np.zeros((1, 2, 2)))
    assert caught.value.code == "ORE-REL-030"


@pytest.mark.parametrize("years", [0.0, -1.0, float("nan")])
def test_a_half_life_that_is_none_is_refused(years: float) -> None:
    none = np.zeros((1, 2, 2))
    with pytest.raises(RelationsError) as caught:
        advance(empty_network(2), none, none, HalfLives(cooperation=years))
    assert caught.value.code == "ORE-REL-031"


def test_two_camps_are_found_and_the_actor_without_ties_is_in_none() -> None:
    found = signed_blocs(CAMPS, rng=np.random.default_rng(0))
    assert found.labels.tolist() == [[0, 0, 1, 1, NO_TIE]]
    assert found.frustration.tolist() == [0.0]
    assert found.converged.all()
    assert found.reached.tolist() == [1.0]


def test_an_actor_with_only_rivals_is_a_bloc_of_its_own() -> None:
    labels = blocs(network(3, {(0, 1): 1.0, (0, 2): -1.0}))
    assert labels.tolist() == [[0, 0, 1]]


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(2, 7), st.sampled_from([0.3, 0.7, 1.0]))
def test_blocs_are_the_best_of_all_partitions(seed: int, size: int, density: float) -> None:
    weights = random_network(seed, size, density)
    best = min(cost(weights[0], labels) for labels in partitions(size))
    found = signed_blocs(weights, rng=np.random.default_rng(seed))
    assert found.frustration[0] == pytest.approx(best, abs=1e-9)
    assert cost(weights[0], found.labels[0].tolist()) == pytest.approx(best, abs=1e-9)


def planted(seed: int, size: int = 120) -> tuple[np.ndarray, np.ndarray]:
    """Return three blocs with 15 % of the signs turned, and the labels planted."""
    rng = np.random.default_rng(seed)
    labels = np.arange(size) % 3
    sign = np.where(labels[:, None] == labels, 1.0, -1.0)
    sign *= np.where(rng.random((size, size)) < 0.15, -1.0, 1.0)
    half = np.triu(sign * rng.random((size, size)) * (rng.random((size, size)) < 0.5), 1)
    return np.asarray((half + half.T)[None]), labels[None]


@pytest.mark.parametrize("seed", range(4))
def test_planted_blocs_under_noise_are_met_or_beaten_in_time(seed: int) -> None:
    weights, labels = planted(seed)
    start = time.perf_counter()
    found = signed_blocs(weights, rng=np.random.default_rng(1))
    took = time.perf_counter() - start
    assert found.frustration[0] <= frustration(weights, labels)[0] + 1e-9
    assert took < 2.0  # some 0.1 s alone; the machine may be busy


def test_the_same_generator_gives_the_same_blocs() -> None:
    weights, _ = planted(9, 60)
    np.testing.assert_array_equal(blocs(weights, 3), blocs(weights, 3))


def test_members_are_searched_as_if_each_were_alone() -> None:
    both = np.concatenate([CAMPS, network(5, {(0, 4): 1.0, (4, 2): 1.0})])
    assert blocs(both).tolist() == [[0, 0, 1, 1, NO_TIE], [0, NO_TIE, 0, NO_TIE, 0]]


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.integers(3, 7))
def test_relabelling_actors_changes_nothing(seed: int, size: int) -> None:
    weights = random_network(seed, size)
    order = np.random.default_rng(seed).permutation(size)
    turned = weights[:, order[:, None], order]
    one, two = blocs(weights), blocs(turned)
    same = one[0, order][:, None] == one[0, order]
    np.testing.assert_array_equal(two[0][:, None] == two[0], same)
    split = polarisation(turned, two), polarisation(weights, one)
    np.testing.assert_allclose(*split, atol=1e-12)
    balance = structural_balance(turned), structural_balance(weights)
    np.testing.assert_allclose(*balance, atol=1e-12)
    good = np.abs(weights)
    np.testing.assert_allclose(
        hedging(good[:, order[:, None], order], two)[0], hedging(good, one)[0, order]
    )


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.floats(1e-6, 1e6))
def test_scaling_weights_changes_no_bloc_and_no_score(seed: int, factor: float) -> None:
    weights = random_network(seed, 12)
    labels = blocs(weights)
    np.testing.assert_array_equal(blocs(weights * factor), labels)
    for score in (polarisation, frustrated_share):
        scaled = score(weights * factor, labels)
        np.testing.assert_allclose(scaled, score(weights, labels), rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(structural_balance(weights * factor), structural_balance(weights))


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.floats(0.0, 3.0))
def test_a_positive_tie_inside_never_lowers_cohesion_nor_parts_the_bloc(
    seed: int, more: float
) -> None:
    weights = random_network(seed, 7)
    labels = blocs(weights)
    inside = np.argwhere(np.triu(labels[0][:, None] == labels[0], 1))
    if not len(inside):
        return
    one, two = inside[0]
    stronger = weights.copy()
    stronger[0, [one, two], [two, one]] += more
    before, after = cohesion(weights, labels), cohesion(stronger, labels)
    assert (np.nan_to_num(after) >= np.nan_to_num(before) - 1e-12).all()
    assert blocs(stronger)[0, one] == blocs(stronger)[0, two]


def test_scores_of_two_camps_worked_by_hand() -> None:
    labels = blocs(CAMPS)
    # 2 dyads inside of 6; expected inside: 4 * 1 / 4 * 2 = 2 of each sign's sums (4 and 8 / 2).
    good, bad = 4 * 1 * 2 / 4, 2 * (4 * 4) / 8
    assert polarisation(CAMPS, labels)[0] == pytest.approx((4 - good + bad) / 12)
    assert frustrated_share(CAMPS, labels)[0] == 0.0
    assert structural_balance(CAMPS)[0] == 1.0
    np.testing.assert_allclose(cohesion(CAMPS, labels), [[1.0, 1.0]])


def test_friends_alone_are_not_polarised() -> None:
    weights = network(4, {(a, b): 0.5 for a in range(4) for b in range(a)})
    assert polarisation(weights, blocs(weights))[0] == pytest.approx(0.0)


def test_balance_weighs_triangles_by_the_product_of_their_ties() -> None:
    weights = network(
        4, {(0, 1): 1.0, (1, 2): 1.0, (0, 2): 0.5, (1, 3): 0.5, (2, 3): -1.0, (0, 3): 0.0}
    )
    # Triangle 0-1-2 is balanced and weighs 0.5; 1-2-3 is not and weighs 0.5.
    assert structural_balance(weights)[0] == pytest.approx(0.5)


def test_hedging_worked_by_hand() -> None:
    labels = np.array([[0, 0, 1, 1, 0, NO_TIE]])
    good = network(6, {(0, 1): 5.0, (2, 3): 3.0, (0, 4): 3.0, (2, 4): 1.0})
    assert camps(good, labels).tolist() == [[0, 1]]
    expected = [0.0, 0.0, 2 * 1 / 4, 0.0, 2 * 1 / 4, np.nan]
    np.testing.assert_allclose(hedging(good, labels)[0], expected)


def test_hedging_is_missing_where_there_is_only_one_camp() -> None:
    good = network(3, {(0, 1): 1.0})
    assert np.isnan(hedging(good, np.array([[0, 0, NO_TIE]]))).all()


@given(SEEDS)
def test_hedging_is_even_between_even_ties_and_never_outside_0_to_1(seed: int) -> None:
    weights = random_network(seed, 8)
    labels = blocs(weights)
    score = hedging(np.abs(weights), labels)
    known = score[np.isfinite(score)]
    assert ((known >= 0.0) & (known <= 1.0)).all()
    even = network(5, {(0, 1): 2.0, (2, 3): 1.0, (4, 0): 0.7, (4, 2): 0.7})
    assert hedging(even, np.array([[0, 0, 1, 1, 0]]))[0, 4] == 1.0


def test_a_network_without_ties_has_no_scores() -> None:
    none = np.zeros((1, 3, 3))
    labels = blocs(none)
    assert (labels == NO_TIE).all()
    for score in (polarisation(none, labels), structural_balance(none), hedging(none, labels)):
        assert np.isnan(score).all()


def test_together_counts_members_and_leaves_out_actors_without_ties() -> None:
    labels = np.array([[0, 0, 1], [0, 1, NO_TIE]])
    np.testing.assert_allclose(
        together(labels), [[1.0, 0.5, 0.0], [0.5, 1.0, 0.0], [0.0, 0.0, 0.5]]
    )


def test_a_search_without_a_start_is_refused() -> None:
    with pytest.raises(RelationsError) as caught:
        signed_blocs(CAMPS, rng=np.random.default_rng(0), restarts=0)
    assert caught.value.code == "ORE-REL-032"


def test_weights_of_one_direction_are_refused() -> None:
    weights = CAMPS.copy()
    weights[0, 0, 1] = 0.3
    with pytest.raises(RelationsError) as caught:
        signed_blocs(weights, rng=np.random.default_rng(0))
    assert caught.value.code == "ORE-REL-030"
