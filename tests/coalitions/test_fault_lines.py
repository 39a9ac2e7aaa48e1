"""Clubs break where the temptation of the day exceeds the discounted value of staying."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from oreacle.coalitions.club_draws import QUIET, ClubDraws
from oreacle.coalitions.fault_lines import (
    CommitmentTerms,
    fault_lines,
    walk_outs,
    wilson_interval,
    within,
)
from oreacle.core.errors import CoalitionError

money = st.floats(-1e3, 1e3).map(lambda x: round(x, 3))
tables = arrays(float, (6, 3), elements=money)
weights = arrays(float, 6, elements=st.floats(0.01, 1.0)).map(lambda w: w / w.sum())
CAUSES = ((), "ban", "ban", ("ban", "flood"), "flood", ())
NAMES = ("JPN", "KOR", "USA")


def club_of(inside: np.ndarray, outside: np.ndarray, weight: np.ndarray) -> ClubDraws:
    return ClubDraws(inside, outside, weight, CAUSES, NAMES)


def by_hand() -> ClubDraws:
    """Two members: in half of years nothing happens, else a ban (0.3) or a flood and a ban."""
    inside = np.array([[10.0, 10.0], [2.0, 20.0], [5.0, 5.0]])
    outside = np.array([[8.0, 9.0], [10.0, 4.0], [7.0, 2.0]])
    return ClubDraws(
        inside, outside, np.array([0.5, 0.3, 0.2]), ((), "ban", ("flood", "ban")), ("JPN", "KOR")
    )


def test_strain_and_its_causes_are_as_by_hand() -> None:
    found = fault_lines(by_hand(), CommitmentTerms(0.5))
    # JPN: -2, 8, 2 at 0.5, 0.3, 0.2; KOR: -1, -16, -3.
    np.testing.assert_allclose(found.expected_gain, [1.8, -5.9])
    np.testing.assert_allclose(found.strain, [2.8, 0.0])
    np.testing.assert_allclose(found.temptation, [0.5, 0.0])
    assert found.strained.tolist() == [True, False]
    assert found.strain_index == pytest.approx(2.8 / (1.0 + 2.4 + 0.4 + 5.9))
    assert found.causes == ("ban", "flood", QUIET)
    np.testing.assert_allclose(found.cause_probability, [0.4, 0.1, 0.5])
    np.testing.assert_allclose(found.strain_by_cause[0], [2.6, 0.2, 0.0])
    np.testing.assert_allclose(found.gain_by_cause[0], [(2.4 + 0.2) / 0.4, 2.0, -2.0])
    assert found.worst_cause("JPN") == "ban"
    assert found.worst_cause("KOR") is None
    assert [cause for cause, _ in found.ranked_causes("JPN")] == ["ban", "flood"]
    assert found.ranked_causes("KOR") == ()


def test_break_up_is_as_by_hand() -> None:
    # JPN does not gain from staying, so it walks out whenever leaving pays more than the exit cost.
    found = fault_lines(by_hand(), CommitmentTerms(0.5))
    assert found.break_up == pytest.approx(0.5)
    assert dict(found.breaking_members()) == pytest.approx({"JPN": 0.5})
    assert [cause for cause, _ in found.breaking_causes()] == ["ban", "flood"]
    assert dict(found.breaking_causes()) == pytest.approx({"ban": 0.4, "flood": 0.1})
    dear = fault_lines(by_hand(), CommitmentTerms(0.5, exit_cost=(2.0, 0.0)))
    assert dear.break_up == pytest.approx(0.3)
    assert dear.break_up_within(2) == pytest.approx(1.0 - 0.49)
    np.testing.assert_allclose(dear.walk_within(2), [1.0 - 0.49, 0.0])
    low, high = dear.interval_within(2)
    assert low < dear.break_up_within(2) < high


def test_the_discount_factor_decides_at_its_threshold() -> None:
    # JPN: worth of staying 0.75 x 2 - 0.25 x 4 = 0.5; temptation 4: it stays from b/(1-b) = 8 on.
    inside, outside = np.array([[4.0, 4.0], [6.0, 6.0]]), np.array([[2.0, 3.0], [10.0, 1.0]])
    club = ClubDraws(inside, outside, np.array([0.75, 0.25]), ((), "ban"), ("JPN", "KOR"))
    threshold = 8.0 / 9.0
    assert fault_lines(club, CommitmentTerms(threshold - 1e-4)).break_up == 0.25
    assert fault_lines(club, CommitmentTerms(threshold + 1e-4)).break_up == 0.0
    both = fault_lines(club, CommitmentTerms(0.85, (0.8, 0.95)))
    assert both.break_up_range == (0.0, 0.25)


@given(tables, tables, weights, st.tuples(st.floats(0.0, 0.99), st.floats(0.0, 0.99)))
def test_more_patience_never_raises_break_up(
    inside: np.ndarray, outside: np.ndarray, weight: np.ndarray, factors: tuple[float, float]
) -> None:
    club = club_of(inside, outside, weight)
    low, high = sorted(factors)
    hasty, patient = walk_outs(club, CommitmentTerms(low)), walk_outs(club, CommitmentTerms(high))
    assert not (patient & ~hasty).any()
    found = fault_lines(club, CommitmentTerms(low, (low, high)))
    assert found.break_up_range[0] <= found.break_up_range[1] == found.break_up


@given(tables, arrays(float, (6, 3), elements=st.floats(0.0, 1e3)), weights, st.floats(0.0, 0.99))
def test_a_club_that_gives_everyone_more_in_each_draw_never_breaks(
    outside: np.ndarray, bonus: np.ndarray, weight: np.ndarray, discount: float
) -> None:
    found = fault_lines(club_of(outside + bonus, outside, weight), CommitmentTerms(discount))
    assert found.break_up == 0.0
    assert found.break_up_interval[0] == 0.0 < found.break_up_interval[1]
    assert not found.temptation.any()


@given(tables, tables, weights)
def test_with_huge_exit_costs_nobody_walks_out_though_strain_stays(
    inside: np.ndarray, outside: np.ndarray, weight: np.ndarray
) -> None:
    club = club_of(inside, outside, weight)
    free, locked = (fault_lines(club, CommitmentTerms(0.5, exit_cost=c)) for c in (0.0, 1e9))
    assert locked.break_up == 0.0
    np.testing.assert_array_equal(free.strain, locked.strain)


@given(tables, tables, weights)
def test_without_a_future_and_without_costs_whoever_is_tempted_walks(
    inside: np.ndarray, outside: np.ndarray, weight: np.ndarray
) -> None:
    found = fault_lines(club_of(inside, outside, weight), CommitmentTerms(0.0))
    np.testing.assert_array_equal(found.walk_probability, found.temptation)


@given(tables, tables, weights, st.permutations(range(3)), st.permutations(range(6)))
def test_relabelling_members_and_draws_changes_no_number(
    inside: np.ndarray, outside: np.ndarray, weight: np.ndarray, order: list[int], rows: list[int]
) -> None:
    terms = CommitmentTerms(0.7)
    found = fault_lines(club_of(inside, outside, weight), terms)
    again = fault_lines(
        ClubDraws(
            inside[np.ix_(rows, order)],
            outside[np.ix_(rows, order)],
            weight[rows],
            tuple(CAUSES[row] for row in rows),
            tuple(NAMES[k] for k in order),
        ),
        terms,
    )
    for name in ("expected_gain", "strain", "temptation", "strain_by_cause"):
        np.testing.assert_allclose(
            getattr(again, name), getattr(found, name)[order], rtol=1e-9, atol=1e-9
        )
    assert again.causes == found.causes


@given(tables, tables, weights, st.floats(0.0, 0.95))
def test_parts_by_cause_add_up_and_probabilities_are_ordered(
    inside: np.ndarray, outside: np.ndarray, weight: np.ndarray, discount: float
) -> None:
    found = fault_lines(club_of(inside, outside, weight), CommitmentTerms(discount))
    np.testing.assert_allclose(found.strain_by_cause.sum(axis=1), found.strain, atol=1e-9)
    assert found.break_up_by_cause.sum() == pytest.approx(found.break_up, abs=1e-12)
    assert found.walk_probability.max() <= found.break_up + 1e-12
    assert found.break_up <= found.walk_probability.sum() + 1e-12
    assert (found.walk_probability <= found.temptation + 1e-12).all()
    assert (found.strain >= np.maximum(found.expected_gain, 0.0) - 1e-9).all()
    low, high = found.break_up_interval
    assert 0.0 <= low <= found.break_up + 1e-12
    assert found.break_up - 1e-12 <= high <= 1.0
    index = found.strain_index
    assert np.isnan(index) or 0.0 <= index <= 1.0


def test_a_club_that_changes_nothing_has_no_index_of_strain() -> None:
    found = fault_lines(club_of(np.ones((6, 3)), np.ones((6, 3)), np.full(6, 1 / 6)), TERMS)
    assert np.isnan(found.strain_index)
    assert found.break_up == 0.0


def test_a_gain_of_the_size_of_a_solvers_error_tempts_nobody() -> None:
    inside = np.full((6, 3), 1e9)
    found = fault_lines(club_of(inside, inside + 0.5, np.full(6, 1 / 6)), CommitmentTerms(0.0))
    assert not found.temptation.any()
    assert not found.strained.any()
    assert found.break_up == 0.0


def test_wilson_intervals_match_the_roots_of_their_quadratic() -> None:
    # Ends solve (p - s)^2 = z^2 p (1 - p) / n.
    for share, n_draws in ((0.0, 40.0), (0.1, 200.0), (1.0, 7.5)):
        for end in wilson_interval(share, n_draws):
            error = (end - share) ** 2 - 1.6448536269514722**2 * end * (1.0 - end) / n_draws
            assert error == pytest.approx(0.0, abs=1e-12)


TERMS = CommitmentTerms(0.9)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"weight": np.full(6, 0.2)}, "ORE-COA-041"),
        ({"weight": np.array([1.5, -0.5, 0.0, 0.0, 0.0, 0.0])}, "ORE-COA-041"),
        ({"weight": np.full(5, 0.2)}, "ORE-COA-040"),
        ({"outside": np.ones((6, 2))}, "ORE-COA-040"),
        ({"inside": np.full((6, 3), np.nan)}, "ORE-COA-042"),
        ({"causes": ("ban",) * 5}, "ORE-COA-043"),
        ({"causes": ("",) * 6}, "ORE-COA-043"),
        ({"members": ("JPN", "JPN", "USA")}, "ORE-COA-043"),
    ],
)
def test_draws_that_do_not_fit_are_refused(changes: dict[str, object], code: str) -> None:
    given_: dict[str, object] = {
        "inside": np.ones((6, 3)),
        "outside": np.ones((6, 3)),
        "weight": np.full(6, 1 / 6),
        "causes": CAUSES,
        "members": NAMES,
    }
    with pytest.raises(CoalitionError) as caught:
        ClubDraws(**(given_ | changes))  # type: ignore[arg-type]
    assert caught.value.code == code


@pytest.mark.parametrize(
    "bad",
    [
        {"discount": 1.0},
        {"discount": -0.1},
        {"discount": float("nan")},
        {"discount": 0.9, "discount_range": (0.92, 0.95)},
        {"discount": 0.9, "exit_cost": -1.0},
    ],
)
def test_terms_that_mean_nothing_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(CoalitionError, match="ORE-COA-045"):
        CommitmentTerms(**bad)  # type: ignore[arg-type]


def test_costs_of_other_members_and_no_years_are_refused() -> None:
    with pytest.raises(CoalitionError, match="ORE-COA-040"):
        fault_lines(by_hand(), CommitmentTerms(0.9, exit_cost=(1.0, 1.0, 1.0)))
    with pytest.raises(CoalitionError, match="ORE-COA-046"):
        within(0.1, 0)
