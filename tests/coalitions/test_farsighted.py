"""Largest consistent set: hand-worked games, the definition by brute force, laws, refusals."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.coalitions.games import abatement, names

from oreacle.coalitions.farsighted import (
    Moves,
    club_moves,
    farsighted_clubs,
    largest_consistent_set,
)
from oreacle.coalitions.game import ClubPayoffs
from oreacle.core.errors import CoalitionError


def moves(*steps: tuple[int, int, int]) -> Moves:
    """Return moves from (start, end, mask of those who act)."""
    start, end, acting = np.array(steps).T
    return Moves(start, end, acting)


@st.composite
def abstract_games(draw: st.DrawFn) -> tuple[np.ndarray, Moves]:
    states, players = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    utility = st.lists(st.integers(0, 4), min_size=players, max_size=players)
    table = np.array(draw(st.lists(utility, min_size=states, max_size=states)))
    state = st.integers(0, states - 1)
    step = st.tuples(state, state, st.integers(1, 2**players - 1))
    return table, moves(*draw(st.lists(step, min_size=1, max_size=10)))


def gains(table: np.ndarray, acting: int, now: int, then: int) -> bool:
    return all(table[then, i] > table[now, i] for i in range(table.shape[1]) if acting >> i & 1)


def dominated_by(table: np.ndarray, steps: Moves, state: int, target: int) -> bool:
    """Return whether the target indirectly dominates the state: follow all chains."""
    seen, open_states = {state}, [state]
    while open_states:
        now = open_states.pop()
        for start, end, acting in zip(steps.start, steps.end, steps.acting, strict=True):
            if start == now and gains(table, acting, now, target):
                if end == target:
                    return True
                if end not in seen:
                    seen.add(end)
                    open_states.append(end)
    return False


def answers(table: np.ndarray, steps: Moves, within: set[int]) -> set[int]:
    """Return the states at which every move is deterred by some state within a set."""
    kept = set()
    for state in range(len(table)):
        fine = True
        for start, end, acting in zip(steps.start, steps.end, steps.acting, strict=True):
            if start == state:
                fine &= any(
                    (e == end or dominated_by(table, steps, end, e))
                    and not gains(table, acting, state, e)
                    for e in within
                )
        if fine:
            kept.add(state)
    return kept


@settings(max_examples=60, deadline=None)
@given(abstract_games())
def test_it_is_the_union_of_all_consistent_sets(drawn: tuple[np.ndarray, Moves]) -> None:
    table, steps = drawn
    states = range(len(table))
    subsets = chain.from_iterable(combinations(states, k) for k in range(len(table) + 1))
    consistent = [set(x) for x in subsets if answers(table, steps, set(x)) == set(x)]
    found = largest_consistent_set(table, steps)
    assert set(np.flatnonzero(found.consistent)) == set().union(*consistent)
    for a in states:
        for b in states:
            assert found.dominates[a, b] == dominated_by(table, steps, a, b)


@settings(max_examples=60, deadline=None)
@given(abstract_games())
def test_it_is_not_empty_and_dominates_what_it_leaves_out(
    drawn: tuple[np.ndarray, Moves],
) -> None:
    # Chwe (1994), proposition 2: with finitely many states.
    found = largest_consistent_set(*drawn)
    assert found.consistent.any()
    outside = ~found.consistent
    assert found.dominates[np.ix_(outside, found.consistent)].any(axis=1).all()


def test_caution_keeps_a_state_that_a_confident_player_would_leave() -> None:
    # States 0 to 3; player 1 can go 0 -> 1; then player 2 -> 2, or both -> 3. Payoffs (6, 0),
    # (7, 4), (5, 10), (10, 5). At 1 player 2 leaves for 2, so 1 is out; 0 stays, for fear of 2.
    # Discussed by Xue (1998), Economic Theory 11, 603-627.
    table = np.array([[6, 0], [7, 4], [5, 10], [10, 5]])
    found = largest_consistent_set(table, moves((0, 1, 1), (1, 2, 2), (1, 3, 3)))
    assert found.consistent.tolist() == [True, False, True, True]
    assert found.dominates[0].tolist() == [False, True, False, True]


def test_a_voting_cycle_keeps_all_three_outcomes() -> None:
    # Condorcet: any two of three voters change the outcome; each outcome beats one and loses to
    # one. Who moves on must fear the next majority, so that nothing can be ruled out.
    table = np.array([[3, 1, 2], [2, 3, 1], [1, 2, 3]])
    pairs = [(a, b, s) for a in range(3) for b in range(3) if a != b for s in (3, 5, 6)]
    assert largest_consistent_set(table, moves(*pairs)).consistent.all()


def test_an_outcome_that_beats_all_others_by_majority_is_the_only_one() -> None:
    table = np.array([[3, 3, 1], [2, 1, 2], [1, 2, 3]])
    pairs = [(a, b, s) for a in range(3) for b in range(3) if a != b for s in (3, 5, 6)]
    found = largest_consistent_set(table, moves(*pairs))
    assert found.consistent.tolist() == [True, False, False]


def test_a_pact_that_single_moves_break_is_kept_by_those_who_look_ahead() -> None:
    # Two equal countries gain from a pact; leaving pays at once but ends it: with two, nobody
    # is left to ride on.
    assert farsighted_clubs(abatement(2)) == (("p0", "p1"),)


def test_moves_of_clubs_are_all_partings_and_all_joinings() -> None:
    for rule in ("open", "exclusive"):
        found = club_moves(3, rule)
        assert len(found.start) == 2 * (3**3 - 2**3)
        leaves = found.end & ~found.start == 0
        assert (found.acting[leaves] == (found.start ^ found.end)[leaves]).all()
        joiners = (found.start ^ found.end)[~leaves]
        acts = found.end[~leaves] if rule == "exclusive" else joiners
        assert (found.acting[~leaves] == acts).all()


def test_members_who_must_consent_keep_a_club_small() -> None:
    # c would gain from joining a and b, who would lose for good: nobody may leave with gain.
    table = np.zeros((8, 3))
    table[0b011] = [3, 3, 0]
    table[0b111] = [2, 2, 1]
    payoffs = ClubPayoffs(("a", "b", "c"), table)
    assert ("a", "b") not in farsighted_clubs(payoffs)
    assert ("a", "b") in farsighted_clubs(payoffs, joining="exclusive")


def test_a_gain_within_the_tolerance_starts_no_move() -> None:
    table, steps = np.array([[0.0], [0.1]]), moves((0, 1, 1))
    assert largest_consistent_set(table, steps).consistent.tolist() == [False, True]
    assert largest_consistent_set(table, steps, tolerance=0.1).consistent.all()


@pytest.mark.parametrize(
    "step", [(0, 2, 1), (-1, 0, 1), (0, 1, 0), (0, 1, 2)], ids=["end", "start", "nobody", "who"]
)
def test_moves_that_do_not_fit_are_refused(step: tuple[int, int, int]) -> None:
    with pytest.raises(CoalitionError) as caught:
        largest_consistent_set(np.zeros((2, 1)), moves(step))
    assert caught.value.code == "ORE-COA-013"


def test_missing_utilities_and_too_many_players_are_refused() -> None:
    with pytest.raises(CoalitionError) as caught:
        largest_consistent_set(np.array([[np.nan]]), moves((0, 0, 1)))
    assert caught.value.code == "ORE-COA-013"
    with pytest.raises(CoalitionError) as caught:
        farsighted_clubs(ClubPayoffs(names(9), np.zeros((512, 9))))
    assert caught.value.code == "ORE-COA-011"
