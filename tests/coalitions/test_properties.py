"""Properties of games, against coopgt and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from coopgt.characteristic_function_properties import is_monotone as coopgt_monotone
from coopgt.characteristic_function_properties import is_superadditive as coopgt_superadditive
from coopgt.core import is_convex as coopgt_convex
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.coalitions.games import bankruptcy, game, names

from oreacle.coalitions.core import in_core
from oreacle.coalitions.game import Game, membership
from oreacle.coalitions.properties import (
    MOST_LISTED,
    is_convex,
    is_essential,
    is_monotone,
    is_superadditive,
)
from oreacle.coalitions.shapley import shapley
from oreacle.core.errors import CoalitionError

games = st.integers(2, 4).flatmap(
    lambda n: st.lists(st.integers(0, 6), min_size=2**n - 1, max_size=2**n - 1).map(
        lambda values: game([v * m for m, v in enumerate(values)])
    )
)


@settings(max_examples=80, deadline=None)
@given(games)
def test_verdicts_are_those_of_coopgt(found: Game) -> None:
    table = {
        tuple(np.flatnonzero(row) + 1): float(value)
        for row, value in zip(membership(found.size), found.values, strict=True)
    }
    assert is_monotone(found).holds == coopgt_monotone(table)
    assert is_superadditive(found).holds == coopgt_superadditive(table)
    assert is_convex(found).holds == coopgt_convex(table)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 50), min_size=2, max_size=6), st.floats(0.1, 1.0))
def test_bankruptcies_are_convex_so_that_shapley_lies_in_the_core(
    claims: list[int], share: float
) -> None:
    found = bankruptcy(share * sum(claims), claims)
    assert is_convex(found).holds
    assert is_superadditive(found).holds
    assert in_core(found, shapley(found), tolerance=1e-9 * sum(claims)).inside


@given(games)
def test_what_is_convex_is_superadditive(found: Game) -> None:
    assert is_superadditive(found).holds or not is_convex(found).holds


def test_violations_are_named_and_counted_largest_first() -> None:
    found = is_superadditive(game([5, 3, 6, 1, 7, 0, 6]))
    assert not found.holds
    assert found.violations == 4
    assert [(w.first, w.second, w.gap) for w in found.worst] == [
        (("p1",), ("p2",), 4.0),
        (("p1",), ("p0", "p2"), 4.0),
        (("p0",), ("p1",), 2.0),
        (("p0", "p1"), ("p2",), 1.0),
    ]


def test_only_the_worst_violations_are_listed() -> None:
    found = is_monotone(Game(names(6), -membership(6).sum(axis=1) * 1.0))
    assert found.violations == 6 * 2**5
    assert len(found.worst) == MOST_LISTED


def test_a_gap_within_the_tolerance_is_none() -> None:
    nearly = game([1.0, 1.0, 1.9])
    assert not is_superadditive(nearly).holds
    assert is_superadditive(nearly, tolerance=0.2).holds
    assert not is_essential(nearly)
    assert is_essential(game([1, 1, 2.5]))


def test_a_negative_tolerance_is_refused() -> None:
    with pytest.raises(CoalitionError) as caught:
        is_convex(game([1, 1, 2]), tolerance=-1.0)
    assert caught.value.code == "ORE-COA-009"
