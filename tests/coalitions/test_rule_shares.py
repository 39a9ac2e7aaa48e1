"""A club's tonnes and money are divided by the rule, exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from oreacle.coalitions.rule_shares import MONEY_RULES, SUPPLY_RULES, divide, share_money
from oreacle.core.errors import CoalitionError

amounts = st.one_of(st.just(0.0), st.floats(1e-3, 1e6))
needs = arrays(float, (3, 4), elements=amounts)
supplies = arrays(float, 3, elements=amounts)
contributions = arrays(float, 4, elements=amounts)
masks = arrays(bool, 4)
rules = st.sampled_from(SUPPLY_RULES)


@given(rules, supplies, needs, contributions, masks)
def test_parts_sum_to_the_supply_and_stay_within_needs_in_scarcity(
    rule: str, supply: np.ndarray, need: np.ndarray, put_in: np.ndarray, first: np.ndarray
) -> None:
    got = divide(rule, supply, need, put_in, first=first)
    scale = 1e-11 * (1.0 + supply + need.sum(axis=1))
    assert (np.abs(got.sum(axis=1) - supply) <= scale).all()
    assert (got >= 0.0).all()
    is_short = supply <= need.sum(axis=1)
    assert (got <= need + scale[:, None])[is_short].all()
    assert (got >= need - scale[:, None])[~is_short].all()


@given(rules, supplies, needs, contributions, masks, st.permutations(range(4)))
def test_relabelling_members_relabels_their_parts(
    rule: str,
    supply: np.ndarray,
    need: np.ndarray,
    put_in: np.ndarray,
    first: np.ndarray,
    order: list[int],
) -> None:
    got = divide(rule, supply, need, put_in, first=first)
    again = divide(rule, supply, need[:, order], put_in[order], first=first[order])
    np.testing.assert_allclose(again, got[:, order], rtol=1e-9, atol=1e-6)


@given(rules, supplies, needs, contributions, masks, st.floats(1.0, 3.0))
def test_more_supply_gives_nobody_less(
    rule: str,
    supply: np.ndarray,
    need: np.ndarray,
    put_in: np.ndarray,
    first: np.ndarray,
    factor: float,
) -> None:
    less = divide(rule, supply, need, put_in, first=first)
    more = divide(rule, supply * factor, need, put_in, first=first)
    assert (more >= less - 1e-6).all()


def test_each_rule_divides_a_shortage_as_by_hand() -> None:
    need, put_in = np.array([[20.0, 60.0, 40.0]]), np.array([0.0, 1.0, 3.0])
    first = np.array([True, False, False])

    def parts(rule: str, supply: float) -> list[float]:
        found: list[float] = divide(rule, np.array([supply]), need, put_in, first=first)[0].tolist()
        return found

    assert parts("need", 60.0) == [10.0, 30.0, 20.0]
    # 15 and 45 by contribution; 5 above the need of the third go to the second.
    assert parts("contribution", 60.0) == [0.0, 20.0, 40.0]
    # Members that put nothing in get what the others leave.
    assert parts("contribution", 110.0) == [10.0, 60.0, 40.0]
    assert parts("equal", 75.0) == [20.0, 27.5, 27.5]
    assert parts("in order", 70.0) == [20.0, 30.0, 20.0]


def test_what_is_left_over_goes_out_by_contribution() -> None:
    need, put_in = np.array([[10.0, 10.0]]), np.array([1.0, 3.0])
    first, supply = np.array([False, True]), np.array([24.0])
    for rule in ("need", "contribution", "in order"):
        assert divide(rule, supply, need, put_in, first=first).tolist() == [[11.0, 13.0]]
    assert divide("equal", supply, need, put_in).tolist() == [[12.0, 12.0]]
    assert divide("need", supply, need, np.zeros(2)).tolist() == [[12.0, 12.0]]


@given(
    st.sampled_from(MONEY_RULES),
    arrays(float, 3, elements=st.floats(-1e6, 1e6)),
    needs,
    contributions,
    arrays(float, (3, 4), elements=st.floats(-1e6, 1e6)),
)
def test_shares_of_money_sum_to_the_money_and_have_its_sign(
    rule: str, total: np.ndarray, use: np.ndarray, put_in: np.ndarray, gain: np.ndarray
) -> None:
    got = share_money(rule, total, use, put_in, gain)
    np.testing.assert_allclose(got.sum(axis=1), total, rtol=1e-12, atol=1e-12)
    assert (got * np.sign(total)[:, None] >= 0.0).all()


def test_each_rule_shares_money_as_by_hand() -> None:
    total, use = np.array([12.0]), np.array([[1.0, 3.0]])
    put_in, gain = np.array([1.0, 2.0]), np.array([[-5.0, 2.0]])
    found = {rule: share_money(rule, total, use, put_in, gain)[0].tolist() for rule in MONEY_RULES}
    assert found == {
        "use": [3.0, 9.0],
        "contribution": [4.0, 8.0],
        "equal": [6.0, 6.0],
        "gain": [0.0, 12.0],
    }
    # Nobody uses anything: by contribution.
    assert share_money("use", total, 0.0 * use, put_in, gain).tolist() == [[4.0, 8.0]]


def test_an_unknown_rule_is_refused_with_the_nearest() -> None:
    with pytest.raises(CoalitionError) as caught:
        divide("needs", np.ones(1), np.ones((1, 2)), np.ones(2))
    assert caught.value.code == "ORE-COA-044"
    assert "'need'" in caught.value.fix
    with pytest.raises(CoalitionError, match="ORE-COA-044"):
        share_money("price", np.ones(1), np.ones((1, 2)), np.ones(2), np.ones((1, 2)))


def test_the_rule_in_order_asks_who_comes_first() -> None:
    with pytest.raises(CoalitionError, match="ORE-COA-044"):
        divide("in order", np.ones(1), np.ones((1, 2)), np.ones(2))


@pytest.mark.parametrize(
    ("supply", "need", "put_in", "code"),
    [
        (np.ones(2), np.ones((1, 2)), np.ones(2), "ORE-COA-040"),
        (np.ones(1), np.ones((1, 2)), np.ones(3), "ORE-COA-040"),
        (np.ones(1), np.array([[1.0, np.nan]]), np.ones(2), "ORE-COA-042"),
        (np.array([np.inf]), np.ones((1, 2)), np.ones(2), "ORE-COA-042"),
        (np.ones(1), np.array([[1.0, -1.0]]), np.ones(2), "ORE-COA-048"),
    ],
)
def test_amounts_that_mean_nothing_are_refused(
    supply: np.ndarray, need: np.ndarray, put_in: np.ndarray, code: str
) -> None:
    with pytest.raises(CoalitionError) as caught:
        divide("need", supply, need, put_in)
    assert caught.value.code == code
