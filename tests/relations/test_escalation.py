"""Ladders that branching implies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import RelationsError
from oreacle.relations.escalation import Branching, follow_ups, ladder


@given(st.floats(0.0, 0.39), st.floats(0.0, 0.39), st.floats(1.0, 24.0))
def test_follow_ups_are_the_sum_of_all_generations(own: float, cross: float, half: float) -> None:
    step = np.array([[own, cross], [cross, own]])
    whole = np.linalg.inv(np.eye(2) - step) - np.eye(2)
    assert follow_ups(own, cross, half) == pytest.approx((whole[0, 0], whole[0, 1]), abs=1e-12)


@given(st.floats(0.0, 0.39), st.floats(0.0, 0.39), st.integers(1, 40))
def test_a_longer_horizon_never_holds_fewer_acts(own: float, cross: float, months: int) -> None:
    short, long = (follow_ups(own, cross, 6.0, m) for m in (months, months + 1))
    whole = follow_ups(own, cross, 6.0)
    for k in (0, 1):
        assert short[k] <= long[k] + 1e-12 <= whole[k] + 1e-9


def test_within_two_months_by_hand() -> None:
    # Half-life of one month: the act weighs 1/2, then 1/4; an answer in the first month 1/2.
    same, other = follow_ups(0.2, 0.4, 1.0, 2)
    assert other == pytest.approx(0.4 * 0.5 + 0.4 * 0.25 + 2 * 0.2 * 0.4 * 0.25)
    assert same == pytest.approx(0.2 * 0.5 + 0.2 * 0.25 + (0.2**2 + 0.4**2) * 0.25)


def test_a_ladder_has_the_interval_of_its_branching() -> None:
    branching = Branching(0.1, 0.2, 6.0, (0.0, 0.2), (0.0, 0.3), (3.0, 24.0), "measured")
    found = ladder(branching)
    assert found.same_interval[0] == 0.0
    assert found.same_interval[1] == pytest.approx(follow_ups(0.2, 0.3, 6.0)[0])
    assert found.total == pytest.approx(1.0 / (1.0 - 0.3) - 1.0)


@pytest.mark.parametrize(("own", "cross", "half"), [(0.5, 0.5, 6.0), (-0.1, 0.2, 6.0), (0, 0.2, 0)])
def test_branching_without_end_is_refused(own: float, cross: float, half: float) -> None:
    with pytest.raises(RelationsError) as caught:
        follow_ups(own, cross, half)
    assert caught.value.code == "ORE-REL-052"
