"""Arrangements of players: who acts with whom, and sums over a player's own group."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.clubs.fields import plain_field

from oreacle.engine.clubs.piece import PASSIVE, Piece, apart, club, left
from oreacle.engine.clubs.rules import Rule

groups = st.lists(st.integers(-1, 2), min_size=3, max_size=3)


def piece(*rows: list[int]) -> Piece:
    return Piece(plain_field(), Rule(), np.zeros(len(rows), dtype=int), np.array(rows))


def test_a_sum_runs_over_the_own_group_and_nobody_passive() -> None:
    one = piece([0, -1, 0], [1, 0, 0])
    assert one.total(np.array([1.0, 10.0, 100.0])).tolist() == [[101, 0, 101], [1, 110, 110]]
    assert one.largest(np.array([1.0, 10.0, 100.0])).tolist() == [[100, 0, 100], [1, 100, 100]]


@given(groups, st.lists(st.floats(0.0, 1e6), min_size=3, max_size=3))
def test_group_sums_are_those_of_a_loop(group: list[int], values: list[float]) -> None:
    found = piece(group).total(np.array(values))[0]
    for k, own in enumerate(group):
        inside = [v for v, other in zip(values, group, strict=True) if other == own]
        assert np.isclose(found[k], 0.0 if own == PASSIVE else sum(inside))


@given(st.integers(2, 8), st.data())
def test_who_leaves_is_beside_the_club_and_alone(size: int, data: st.DataObject) -> None:
    members = data.draw(st.lists(st.integers(0, size - 1), min_size=2, unique=True))
    leaver = data.draw(st.sampled_from(members))
    group = left(size, members, leaver)
    assert (group == group[leaver]).sum() == 1
    stay = [k for k in members if k != leaver]
    assert len(set(group[stay].tolist())) == 1
    assert (group == PASSIVE).sum() == size - len(members)


def test_apart_of_one_member_is_the_club_of_one() -> None:
    assert (apart(4, [2]) == club(4, [2])).all()
