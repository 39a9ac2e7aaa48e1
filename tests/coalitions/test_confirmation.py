"""Only what two independent sets of draws say alike is kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from oreacle.coalitions.confirmation import (
    Conclusion,
    bootstrap_ratio,
    confirmed,
    expected_with_error,
    flag_statements,
    kept,
    paired_difference,
    sign_statements,
)
from oreacle.core.errors import CoalitionError


@given(arrays(float, 7, elements=st.floats(-1e3, 1e3)))
def test_with_equal_weights_the_error_is_the_usual_one(values: np.ndarray) -> None:
    found = expected_with_error(values, np.full(7, 1.0 / 7.0))
    assert float(found.error) == pytest.approx(values.std(ddof=1) / np.sqrt(7.0), abs=1e-9)
    reach = stats.t.ppf(0.95, 6) * float(found.error)
    assert float(found.high) == pytest.approx(values.mean() + reach, abs=1e-6)


def test_weighted_error_is_as_by_hand() -> None:
    found = expected_with_error(np.array([0.0, 4.0]), np.array([0.75, 0.25]))
    # Mean 1; (0.75^2 x 1 + 0.25^2 x 9) / (1 - 0.625) = 1.125 / 0.375 = 3.
    assert float(found.value) == 1.0
    assert float(found.error) == pytest.approx(np.sqrt(3.0))
    assert found.effective_draws == pytest.approx(1.6)


def test_intervals_cover_the_truth_about_nine_times_in_ten() -> None:
    rng = np.random.default_rng(11)
    covered = 0
    for _ in range(1000):
        at, raw = rng.normal(size=60), rng.uniform(0.5, 1.5, 60)
        found = expected_with_error(at, raw / raw.sum())
        covered += bool(found.low <= 0.0 <= found.high)
    assert 870 <= covered <= 930


def test_a_single_draw_tells_nothing_of_its_error() -> None:
    found = expected_with_error(np.array([[3.0, 4.0]]), np.ones(1))
    assert found.value.tolist() == [3.0, 4.0]
    assert np.isnan(found.error).all()
    assert found.signs().tolist() == ["unclear", "unclear"]


def test_common_draws_cancel_in_a_difference() -> None:
    rng = np.random.default_rng(3)
    luck = rng.normal(0.0, 100.0, 50)
    weight = np.full(50, 0.02)
    found = paired_difference(luck + 1.0, luck, weight)
    assert float(found.value) == pytest.approx(1.0)
    assert float(found.error) < 1e-9
    assert found.signs() == "positive"


def test_the_bootstrap_of_a_ratio_agrees_with_the_delta_method_and_repeats() -> None:
    rng = np.random.default_rng(4)
    below = rng.uniform(1.0, 3.0, 400)
    above = 2.0 * below + rng.normal(0.0, 0.5, 400)
    weight = np.full(400, 1.0 / 400.0)
    found, again = (
        bootstrap_ratio(above, below, weight, rng=np.random.default_rng(1), resamples=4000)
        for _ in range(2)
    )
    ratio = above.mean() / below.mean()
    delta = (above - ratio * below).std(ddof=1) / np.sqrt(400.0) / below.mean()
    assert float(found.value) == pytest.approx(ratio)
    assert float(found.error) == pytest.approx(delta, rel=0.05)
    assert float(found.high - found.low) == pytest.approx(2.0 * 1.6449 * delta, rel=0.08)
    assert (found.low, found.high) == (again.low, again.high)


def test_a_ratio_over_zero_is_missing() -> None:
    weight = np.full(2, 0.5)
    found = bootstrap_ratio(np.ones(2), np.zeros(2), weight, rng=np.random.default_rng(0))
    assert np.isnan([found.value, found.error, found.low, found.high]).all()


def test_only_clear_and_equal_verdicts_hold() -> None:
    weight = np.full(4, 0.25)
    spread = np.array([-0.1, 0.0, 0.1, 0.0])
    first = expected_with_error(spread[:, None] + np.array([1.0, 1.0, 0.0, -1.0]), weight)
    second = expected_with_error(spread[:, None] + np.array([2.0, -1.0, 0.0, -1.0]), weight)
    names = ("JPN", "KOR", "USA", "DEU")
    found = confirmed(sign_statements("gain", names, first), sign_statements("gain", names, second))
    assert [each.holds for each in found] == [True, False, False, True]
    assert found[1] == Conclusion("gain", "KOR", "positive", "negative", False)
    assert [each.subject for each in kept(found)] == ["JPN", "DEU"]


@given(st.dictionaries(st.sampled_from("ABCDE"), st.tuples(st.booleans(), st.booleans())))
def test_flags_hold_where_they_agree(pairs: dict[str, tuple[bool, bool]]) -> None:
    first, second = (
        flag_statements("stable", {name: pair[k] for name, pair in pairs.items()}) for k in (0, 1)
    )
    found = confirmed(first, second)
    assert [each.subject for each in found] == list(pairs)
    assert {each.subject for each in kept(found)} == {n for n, (a, b) in pairs.items() if a == b}
    assert {each.subject: each.holds for each in confirmed(second, first)} == {
        each.subject: each.holds for each in found
    }


def test_a_statement_that_was_not_checked_again_is_refused() -> None:
    with pytest.raises(CoalitionError) as caught:
        confirmed(flag_statements("stable", {"A": True, "B": True}), {("stable", "A"): "yes"})
    assert caught.value.code == "ORE-COA-049"
    assert "'B'" in caught.value.what


@pytest.mark.parametrize(
    ("values", "weight", "code"),
    [
        (np.ones(3), np.full(2, 0.5), "ORE-COA-040"),
        (np.ones(2), np.ones(2), "ORE-COA-041"),
        (np.array([1.0, np.nan]), np.full(2, 0.5), "ORE-COA-042"),
    ],
)
def test_values_that_do_not_fit_are_refused(
    values: np.ndarray, weight: np.ndarray, code: str
) -> None:
    with pytest.raises(CoalitionError) as caught:
        expected_with_error(values, weight)
    assert caught.value.code == code


def test_odd_numbers_of_subjects_and_resamples_are_refused() -> None:
    weight = np.full(2, 0.5)
    with pytest.raises(CoalitionError, match="ORE-COA-040"):
        sign_statements("gain", ["A"], expected_with_error(np.ones((2, 2)), weight))
    with pytest.raises(CoalitionError, match="ORE-COA-040"):
        paired_difference(np.ones((2, 2)), np.ones((2, 1)), weight)
    with pytest.raises(CoalitionError, match="ORE-COA-040"):
        bootstrap_ratio(np.ones((2, 2)), np.ones(2), weight, rng=np.random.default_rng(0))
    with pytest.raises(CoalitionError, match="ORE-COA-046"):
        bootstrap_ratio(np.ones(2), np.ones(2), weight, rng=np.random.default_rng(0), resamples=1)
