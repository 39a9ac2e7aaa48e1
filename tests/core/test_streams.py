"""Streams: a member draws the same numbers anywhere, and different ones from its neighbours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import ScenarioError
from oreacle.core.streams import MAX_SEED, member_stream


@given(st.integers(0, MAX_SEED), st.integers(0, 10_000), st.integers(0, 9))
def test_a_stream_depends_on_seed_member_and_purpose_alone(
    seed: int, member: int, purpose: int
) -> None:
    one = member_stream(seed, member, purpose=purpose).random(4)
    two = member_stream(seed, member, purpose=purpose).random(4)
    other = member_stream(seed, member + 1, purpose=purpose).random(4)
    assert (one == two).all()
    assert (one != other).any()


def test_the_first_draws_of_seed_one_are_pinned_because_old_runs_must_be_repeatable() -> None:
    assert member_stream(1, 0).random() == pytest.approx(0.8815491373372915, abs=1e-15)


@pytest.mark.parametrize("seed", [-1, MAX_SEED + 1])
def test_a_seed_outside_its_range_is_refused(seed: int) -> None:
    with pytest.raises(ScenarioError, match="ORE-SCN-010"):
        member_stream(seed, 0)


@pytest.mark.parametrize("seed", [True, 1.0, "1", None])
def test_a_seed_that_is_no_whole_number_is_refused(seed: int) -> None:
    with pytest.raises(ScenarioError, match="ORE-SCN-010"):
        member_stream(seed, 0)
