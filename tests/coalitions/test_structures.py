"""Coalition structures: best and stable ones, against plain enumeration."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.coalitions.games import game, names, voting

from oreacle.coalitions.game import Game, membership
from oreacle.coalitions.shapley import shapley
from oreacle.coalitions.structures import (
    best_structure,
    equal_split,
    partitions,
    stable_structures,
)
from oreacle.core.errors import CoalitionError

BELL = [1, 2, 5, 15, 52, 203, 877, 4140]
games = st.integers(1, 4).flatmap(
    lambda n: st.lists(st.integers(-6, 9), min_size=2**n - 1, max_size=2**n - 1).map(game)
)


@pytest.mark.parametrize("size", range(1, 9))
def test_every_partition_is_listed_once(size: int) -> None:
    found = partitions(size)
    assert len(np.unique(found, axis=0)) == len(found) == BELL[size - 1]
    bits = 1 << np.arange(size)
    assert (found & bits == bits).all(), "each player is in its own coalition"
    for i in range(size):
        together = found & bits[i] != 0
        assert (np.where(together, found == found[:, [i]], True)).all()


@settings(max_examples=60, deadline=None)
@given(games)
def test_no_partition_is_worth_more_than_the_best(found: Game) -> None:
    worth = [found.values[list(set(row))].sum() for row in partitions(found.size).tolist()]
    best = best_structure(found)
    assert best.value == pytest.approx(max(worth))
    assert sum(found.value(members) for members in best.coalitions) == pytest.approx(best.value)
    assert sorted(sum(best.coalitions, ())) == sorted(found.players)
    fewest = min(
        len(set(row))
        for row, value in zip(partitions(found.size).tolist(), worth, strict=True)
        if value == max(worth)
    )
    assert len(best.coalitions) == fewest


@settings(max_examples=50, deadline=None)
@given(games, st.sampled_from([equal_split, shapley]))
def test_stable_partitions_are_those_that_nobody_leaves(found: Game, rule: object) -> None:
    result = stable_structures(found, rule, tolerance=1e-9)  # type: ignore[arg-type]
    pay = {
        mask: dict(
            zip(found.members(mask), rule(found.restricted(mask)), strict=True)  # type: ignore[operator]
        )
        for mask in range(1, found.grand + 1)
    }
    for row, (own, *verdicts) in enumerate(
        zip(result.own.tolist(), result.core, result.nash, result.individual, strict=True)
    ):
        now = {name: pay[own[i]][name] for i, name in enumerate(found.players)}
        assert result.payoff[row].tolist() == [now[name] for name in found.players]
        blocked = any(all(x > now[k] + 1e-9 for k, x in club.items()) for club in pay.values())
        moves = [
            (name, host | 1 << i)
            for i, name in enumerate(found.players)
            for host in {0, *own}
            if not host >> i & 1
        ]
        gains = [(name, to) for name, to in moves if pay[to][name] > now[name] + 1e-9]
        welcome = [
            to
            for name, to in gains
            if all(x >= now[k] - 1e-9 for k, x in pay[to].items() if k != name)
        ]
        assert verdicts == [not blocked, not gains, not welcome]


def test_in_a_majority_of_three_pairs_are_core_stable_but_nobody_stays_in_nash() -> None:
    # Equal split of 1: a pair gives 1/2 to each, all three 1/3, alone 0.
    found = stable_structures(voting([1, 1, 1], 2), equal_split)
    pairs = {(("p0", "p1"), ("p2",)), (("p0", "p2"), ("p1",)), (("p0",), ("p1", "p2"))}
    assert set(found.named(found.core)) == pairs
    assert set(found.named(found.individual)) == {*pairs, (("p0", "p1", "p2"),)}
    assert found.named(found.nash) == ((("p0", "p1", "p2"),),)


def test_nash_stable_is_individually_stable() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        found = stable_structures(Game(names(5), np.append(0.0, rng.random(31))), equal_split)
        assert (found.individual | ~found.nash).all()


def test_a_superadditive_game_is_best_played_by_all_and_a_costly_one_by_none() -> None:
    members = membership(12).sum(axis=1)
    assert len(best_structure(Game(names(12), members**1.5)).coalitions) == 1
    assert len(best_structure(Game(names(12), members**0.5)).coalitions) == 12


def test_too_many_players_and_a_rule_that_forgets_one_are_refused() -> None:
    with pytest.raises(CoalitionError) as caught:
        stable_structures(Game(names(9), np.zeros(512)), equal_split)
    assert caught.value.code == "ORE-COA-011"
    with pytest.raises(CoalitionError, match="p0, p1") as caught:
        stable_structures(game([0, 0, 1]), lambda part: np.ones(1))
    assert caught.value.code == "ORE-COA-012"
