"""Pots are divided, not made: every rule gives out what was put in, and no more."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.engine.clubs.fields import plain_field

from oreacle.engine.clubs.money import Money, divided, no_money
from oreacle.engine.clubs.piece import Piece
from oreacle.engine.clubs.rules import RULES, Rule

money = st.floats(-1e9, 1e9, allow_subnormal=False)
USE = np.array([1.0, 2.0, 0.0, 5.0])


@given(
    st.sampled_from(RULES),
    arrays(float, (3, 4), elements=money),
    arrays(np.int64, 4, elements=st.integers(-1, 2)),
    arrays(float, 4, elements=money),
)
def test_divided_pots_sum_to_the_pot_of_each_group(
    rule: str, pot: np.ndarray, group: np.ndarray, gain: np.ndarray
) -> None:
    pot = np.where(group >= 0, pot, 0.0)
    parts = divided(rule, pot, group, USE, gain)
    size = np.abs(pot).sum() + 1.0
    for number in range(3):
        inside = group == number
        gap = parts[:, inside].sum(axis=1) - pot[:, inside].sum(axis=1)
        assert np.abs(gap).max() <= 1e-9 * size
    assert not parts[:, group < 0].any()


def test_each_rule_divides_a_cost_as_worked_by_hand() -> None:
    pot = np.array([[-6.0, -3.0, 0.0, 0.0]])
    group, gain = np.array([0, 0, -1, 0]), np.array([1.0, 3.0, 0.0, -4.0])
    by_use = [[-9.0 / 8.0, -18.0 / 8.0, 0.0, -45.0 / 8.0]]
    assert np.allclose(divided("need", pot, group, USE, gain), by_use)
    assert np.allclose(divided("allies first", pot, group, USE, gain), by_use)
    assert divided("contribution", pot, group, USE, gain).tolist() == pot.tolist()
    # By gains: who loses before the pot pays nothing of it.
    assert np.allclose(divided("price", pot, group, USE, gain), [[-2.25, -6.75, 0.0, 0.0]])


def test_a_group_that_uses_nothing_shares_in_equal_parts() -> None:
    parts = divided("need", np.array([[-4.0, 0.0]]), np.zeros(2, int), np.zeros(2), np.zeros(2))
    assert parts.tolist() == [[-2.0, -2.0]]


def test_money_of_levers_adds_up() -> None:
    none = no_money(Piece(plain_field(), Rule(), np.zeros(2, int), np.zeros((2, 3), int)))
    assert none.placed.shape == none.pot.shape == (2, 3)
    one = Money(np.array([[1.0]]), np.array([[2.0]])) + Money(np.array([[3.0]]), np.array([[4.0]]))
    assert (one.placed.item(), one.pot.item()) == pytest.approx((4.0, 6.0))
