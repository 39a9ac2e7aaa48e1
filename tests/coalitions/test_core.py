"""Core: emptiness with its proof, points, ranges, checks."""

from __future__ import annotations

import numpy as np
import pytest
from coopgt.core import find_core_point
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.coalitions.games import bankruptcy, exchange, game, matching, names, voting

from oreacle.coalitions.core import CoreStatus, core, core_range, in_core
from oreacle.coalitions.game import Game, membership
from oreacle.coalitions.programs import minimise
from oreacle.coalitions.shapley import shapley
from oreacle.core.errors import CoalitionError

games = st.integers(2, 4).flatmap(
    lambda n: st.lists(st.integers(-9, 9), min_size=2**n - 1, max_size=2**n - 1).map(game)
)


@settings(max_examples=60, deadline=None)
@given(games)
def test_the_core_is_empty_exactly_if_balanced_coalitions_are_worth_more_than_all(
    found: Game,
) -> None:
    result = core(found)
    per_player = np.zeros(found.size)
    total = 0.0
    for members, weight in result.balancing:
        per_player += weight * membership(found.size)[found.mask_of(members)]
        total += weight * found.value(members)
    np.testing.assert_allclose(per_player, 1.0, atol=1e-8)
    assert total - found.values[-1] == pytest.approx(result.missing, abs=1e-7)
    assert (result.status is CoreStatus.EMPTY) == (result.missing > 1e-7)
    assert (result.status is CoreStatus.EMPTY) == (result.least_excess > 1e-7)


@settings(max_examples=60, deadline=None)
@given(games)
def test_a_point_in_the_core_passes_the_check_and_an_empty_core_has_none(found: Game) -> None:
    result = core(found)
    if result.status is CoreStatus.NON_EMPTY:
        assert in_core(found, result.point, tolerance=1e-8).inside
    else:
        assert np.isnan(result.point).all()
    check = in_core(found, result.least_core_point, tolerance=1e-8)
    assert check.worst_excess == pytest.approx(result.least_excess, abs=1e-7)
    eps = result.least_excess
    assert in_core(found, result.least_core_point, epsilon=eps, tolerance=1e-7).inside


@settings(max_examples=40, deadline=None)
@given(games)
def test_coopgt_finds_a_core_point_where_there_is_one(found: Game) -> None:
    table = {
        tuple(np.flatnonzero(row) + 1): float(value)
        for row, value in zip(membership(found.size), found.values, strict=True)
    }
    theirs = find_core_point(table)
    assert (theirs is not None) == (core(found).status is CoreStatus.NON_EMPTY)


@settings(max_examples=30, deadline=None)
@given(games, st.floats(0.1, 1e6), st.lists(st.floats(-1e3, 1e3), min_size=4, max_size=4))
def test_scale_and_origin_of_payoffs_do_not_matter(
    found: Game, scale: float, shift: list[float]
) -> None:
    own = np.array(shift[: found.size])
    moved = Game(found.players, scale * found.values + membership(found.size) @ own)
    before, after = core(found), core(moved)
    assert before.status is after.status
    assert after.least_excess == pytest.approx(scale * before.least_excess, abs=1e-7 * scale)


def test_a_majority_of_three_has_no_core_and_a_least_core_of_a_third() -> None:
    found = core(voting([1, 1, 1], 2))
    assert found.status is CoreStatus.EMPTY
    assert found.least_excess == pytest.approx(1 / 3)
    np.testing.assert_allclose(found.least_core_point, 1 / 3)
    assert found.missing == pytest.approx(0.5)


def test_a_left_glove_takes_all_from_two_right_ones() -> None:
    gloves = game([0, 0, 1, 0, 1, 0, 1])  # Shapley and Shubik (1969): the long side gets nothing
    ends = core_range(gloves)
    np.testing.assert_allclose(ends.low, [1, 0, 0], atol=1e-9)
    np.testing.assert_allclose(ends.high, [1, 0, 0], atol=1e-9)


def test_the_range_of_a_convex_game_is_what_a_player_adds_first_and_last() -> None:
    found = bankruptcy(400, [100, 200, 300])  # Shapley (1971), extreme points of convex games
    ends = core_range(found)
    first = found.values[1 << np.arange(3)]
    last = found.values[-1] - found.values[7 - (1 << np.arange(3))]
    np.testing.assert_allclose(ends.low, first, atol=1e-7)
    np.testing.assert_allclose(ends.high, last, atol=1e-7)
    assert in_core(found, shapley(found)).inside


@pytest.mark.parametrize("seed", range(4))
def test_every_part_of_a_pure_exchange_market_has_a_core(seed: int) -> None:
    # Shapley and Shubik (1969), theorem 1: market games are totally balanced.
    market = exchange(4, 2, 3, rng=np.random.default_rng(seed))
    for mask in range(1, market.grand + 1):
        assert core(market.restricted(mask)).status is CoreStatus.NON_EMPTY


@pytest.mark.parametrize(("size", "has"), [(2, True), (3, False), (4, True), (5, False)])
def test_an_odd_one_out_among_roommates_empties_the_core(size: int, has: bool) -> None:
    # With all alike, pairs leave the odd one out, who underbids: the weights 1/(n - 1) on pairs.
    found = core(matching(size))
    assert (found.status is CoreStatus.NON_EMPTY) == has
    if not has:
        assert found.missing == pytest.approx(0.5)


def test_the_coalition_that_objects_most_is_named() -> None:
    found = in_core(bankruptcy(300, [100, 200, 300]), np.array([150.0, 100.0, 50.0]))
    assert not found.inside
    assert (found.worst_excess, found.objecting) == (50.0, ("p1", "p2"))
    short = in_core(game([0, 0, 4]), np.array([1.0, 1.0]))
    assert not short.inside
    assert short.unallocated == 2.0


def test_a_single_player_keeps_what_it_has() -> None:
    alone = game([-3.0])
    assert core(alone).point.tolist() == [-3.0]
    assert np.isnan(core(alone).least_excess)
    assert in_core(alone, np.array([-3.0])).inside
    assert core_range(alone).high.tolist() == [-3.0]


def test_an_empty_core_has_no_range() -> None:
    ends = core_range(voting([1, 1, 1], 2))
    assert ends.status is CoreStatus.EMPTY
    assert np.isnan(ends.low).all()


def test_a_program_without_an_optimum_gives_no_numbers() -> None:
    endless = minimise(np.ones(2), at_least=(np.eye(2)[:1], np.zeros(1)))
    assert not endless.solved
    assert np.isnan(endless.point).all()
    assert np.isnan(endless.value)


def test_payoffs_of_another_shape_are_refused() -> None:
    for wrong in ([1.0], [1.0, np.nan]):
        with pytest.raises(CoalitionError) as caught:
            in_core(game([0, 0, 1]), np.array(wrong))
        assert caught.value.code == "ORE-COA-008"
    with pytest.raises(CoalitionError) as caught:
        in_core(game([0, 0, 1]), np.array([1.0, 0.0]), tolerance=-1.0)
    assert caught.value.code == "ORE-COA-009"


def test_twelve_players_are_solved() -> None:
    rng = np.random.default_rng(1)
    values = membership(12).sum(axis=1) ** 1.5 * (1 + 0.01 * rng.random(4096))
    values[0] = 0.0
    found = core(Game(names(12), values))
    assert found.status is CoreStatus.NON_EMPTY
    assert in_core(Game(names(12), values), found.point, tolerance=1e-7).inside
