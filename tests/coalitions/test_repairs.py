"""Payments sum to zero, make members stay, and are refused only where none would do."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from oreacle.coalitions.club_draws import ClubDraws
from oreacle.coalitions.fault_lines import CommitmentTerms, fault_lines
from oreacle.coalitions.repairs import compare_rules, least_payments, side_payments
from oreacle.coalitions.repairs_of_break_up import (
    payments_against_break_up,
    payments_in_breaking_draws,
    required_to_stay,
)
from oreacle.core.errors import CoalitionError

money = st.integers(-100, 100).map(float)
gains = arrays(float, (6, 3), elements=money, fill=st.nothing())
weights = arrays(float, 6, elements=st.floats(0.05, 1.0)).map(lambda w: w / w.sum())
terms_of = st.builds(
    lambda discount, cost: CommitmentTerms(discount, exit_cost=cost),
    st.sampled_from([0.0, 0.3, 0.6, 0.95]),
    st.sampled_from([0.0, 10.0]),
)
NAMES = ("JPN", "KOR", "USA")


def club_of(gain: np.ndarray, weight: np.ndarray) -> ClubDraws:
    outside = np.full(gain.shape, 1000.0)
    causes = tuple("ban" if d % 2 else () for d in range(len(weight)))
    return ClubDraws(outside - gain, outside, weight, causes, NAMES[: gain.shape[1]])


@given(gains, weights, terms_of)
def test_side_payments_exist_if_and_only_if_the_club_has_a_surplus(
    gain: np.ndarray, weight: np.ndarray, terms: CommitmentTerms
) -> None:
    club = club_of(gain, weight)
    found = side_payments(club, terms)
    total = float((weight @ gain).sum())
    assume(abs(total) > 1e-3)
    if not found.before.strained.any():
        assert found.status == "not needed"
    elif total > 0.0:
        assert found.status == "not reachable"
        assert found.payments is None
        assert found.missing == pytest.approx(total)
    else:
        assert found.status == "repaired"
        assert found.payments is not None
        assert found.payments.sum() == pytest.approx(0.0, abs=1e-9)
        assert not found.after.strained.any()
        # The least that can move: each strained member's expected gain from leaving.
        assert found.volume == pytest.approx(float(np.maximum(weight @ gain, 0.0).sum()))
    assert found.after.strained.sum() <= found.before.strained.sum()


def test_side_payments_are_as_by_hand() -> None:
    club = club_of(np.array([[4.0, -9.0, -1.0], [0.0, -3.0, -3.0]]), np.full(2, 0.5))
    found = side_payments(club, CommitmentTerms(0.9))
    # Expected gains from leaving 2, -6, -2: payers give 2 pro rata to 6 and 2.
    assert found.payments is not None
    np.testing.assert_allclose(found.payments, [2.0, -1.5, -0.5])
    with_margin = side_payments(club, CommitmentTerms(0.9), margin=1.0)
    assert with_margin.payments is not None
    np.testing.assert_allclose(with_margin.payments, [3.0, -3.0 * 5.0 / 6.0, -0.5])
    np.testing.assert_array_less(with_margin.after.expected_gain, -1.0 + 1e-9)
    assert side_payments(club, CommitmentTerms(0.9), margin=2.1).status == "not reachable"


@given(arrays(float, 4, elements=st.floats(-1e3, 1e3)))
def test_least_payments_give_what_is_required_and_make_no_money(required: np.ndarray) -> None:
    required = required - max(float(required.sum()), 0.0)  # more than enough to spare
    found = least_payments(required)
    assert abs(found.sum()) <= 1e-9
    assert (found >= required - 1e-9).all()


@given(gains, weights, terms_of)
def test_what_a_draw_asks_for_is_just_enough_to_stay(
    gain: np.ndarray, weight: np.ndarray, terms: CommitmentTerms
) -> None:
    club = club_of(gain, weight)
    asked = required_to_stay(club, terms)
    for draw in range(6):
        stays = fault_lines(club.with_payments(asked[draw] + 1e-4), terms).walks[draw]
        walks = fault_lines(club.with_payments(asked[draw] - 1e-4), terms).walks[draw]
        assert not stays.any()
        assert walks.all()


def best_by_trying_all(
    asked: np.ndarray, weight: np.ndarray, target: float
) -> tuple[float, float, float]:
    """Return the least volume, the least sum of what members require, and the least break-up."""
    draws = range(len(weight))
    volume, missing, least = np.inf, np.inf, 1.0
    for lost in chain.from_iterable(combinations(draws, k) for k in range(len(weight))):
        share = float(weight[list(lost)].sum())
        required = np.delete(asked, lost, axis=0).max(axis=0)
        if required.sum() <= 0.0:
            least = min(least, share)
        if share <= target + 1e-12:
            missing = min(missing, float(required.sum()))
            if required.sum() <= 0.0:
                volume = min(volume, float(np.maximum(required, 0.0).sum()))
    return volume, missing, least


@settings(deadline=None)
@given(gains, weights, terms_of, st.sampled_from([0.0, 0.1, 0.3, 0.6]))
def test_payments_against_break_up_agree_with_trying_all_sets_of_draws(
    gain: np.ndarray, weight: np.ndarray, terms: CommitmentTerms, target: float
) -> None:
    club = club_of(gain, weight)
    found = payments_against_break_up(club, terms, target=target)
    volume, missing, least = best_by_trying_all(required_to_stay(club, terms), weight, target)
    assume(abs(missing) > 1e-4)  # the solver's tolerance decides there
    assert found.least_break_up <= least + 1e-9
    if found.before.break_up <= target:
        assert found.status == "not needed"
    elif np.isinf(volume):
        assert found.status == "not reachable"
        assert np.isnan(found.missing) or 0.0 < found.missing <= missing + 1e-9
        assert found.after is found.before
    else:
        assert found.status == "repaired"
        assert found.is_least
        assert found.payments is not None
        assert found.after.break_up <= target + 1e-9
        assert found.payments.sum() == pytest.approx(0.0, abs=1e-9)
        assert found.volume == pytest.approx(volume, rel=1e-4, abs=1e-3)


def test_a_little_break_up_is_cheaper_than_none() -> None:
    gain = np.array([[9.0, -8.0], [3.0, -8.0], [-1.0, -8.0]])
    club, terms = club_of(gain, np.array([0.1, 0.2, 0.7])), CommitmentTerms(0.0)
    none, some = (payments_against_break_up(club, terms, target=p) for p in (0.0, 0.1))
    # Without a future the payment is the temptation itself: 9 cannot be paid out of 8, but 3 can.
    assert none.status == "not reachable"
    assert none.missing == pytest.approx(1.0)
    assert none.least_break_up == pytest.approx(0.1)
    assert some.status == "repaired"
    assert some.volume == pytest.approx(3.0)
    assert some.after.break_up == pytest.approx(0.1)


def test_a_club_of_many_draws_is_settled_and_twice_the_same() -> None:
    rng = np.random.default_rng(5)
    gain = rng.normal(-3.0, 4.0, (300, 6))
    weight = rng.dirichlet(np.full(300, 5.0))
    outside = np.full(gain.shape, 50.0)
    names = tuple("ABCDEF")
    club = ClubDraws(outside - gain, outside, weight, ("ban",) * 300, names)
    found, again = (
        payments_against_break_up(club, CommitmentTerms(0.6), target=0.1) for _ in range(2)
    )
    assert found.status in ("repaired", "not reachable", "not settled")
    assert found.status == again.status
    if found.payments is not None and again.payments is not None:
        np.testing.assert_array_equal(found.payments, again.payments)
        assert found.after.break_up <= 0.1 + 1e-12 < found.before.break_up


def slacks(payments: np.ndarray, club: ClubDraws, terms: CommitmentTerms) -> np.ndarray:
    """Return by how much each member stays in each draw, and what it expects from staying."""
    paid = club.with_payments(payments)
    worth = -(paid.weight @ paid.gain)
    ratio = terms.discount / (1.0 - terms.discount)
    assert isinstance(terms.exit_cost, float)
    return np.concatenate([(ratio * worth + terms.exit_cost - paid.gain).ravel(), worth])


def least_by_probing(club: ClubDraws, terms: CommitmentTerms) -> float:
    """Return the least expected payments in breaking draws, from a programme built by probing."""
    shape = club.gain.shape
    breaking = np.flatnonzero(fault_lines(club, terms).walks.any(axis=1))
    base = slacks(np.zeros(shape), club, terms)
    columns, sums, costs = [], [], []
    for draw in breaking:
        for member in range(shape[1]):
            unit = np.zeros(shape)
            unit[draw, member] = 1.0
            columns.append(slacks(unit, club, terms) - base)
            sums.append((breaking == draw).astype(float))
            costs.append(club.weight[draw])
    rows, equal = np.array(columns).T, np.array(sums).T
    found = linprog(
        np.concatenate([costs, np.zeros(len(costs))]),
        A_ub=np.hstack([-rows, rows]),
        b_ub=base,
        A_eq=np.hstack([equal, -equal]),
        b_eq=np.zeros(len(breaking)),
    )
    return float(found.fun) if found.status == 0 else np.inf


@settings(deadline=None)
@given(gains, weights, terms_of)
def test_payments_in_breaking_draws_cost_what_a_programme_built_by_probing_says(
    gain: np.ndarray, weight: np.ndarray, terms: CommitmentTerms
) -> None:
    club = club_of(gain - 30.0, weight)
    found = payments_in_breaking_draws(club, terms)
    assume(found.before.break_up > 0.0)
    least = least_by_probing(club, terms)
    assert found.status == ("not reachable" if np.isinf(least) else "repaired")
    if found.status == "repaired":
        assert found.volume == pytest.approx(least, rel=1e-6, abs=1e-5)


@settings(deadline=None)
@given(gains, weights, terms_of)
def test_payments_in_breaking_draws_are_made_there_alone_and_end_break_up(
    gain: np.ndarray, weight: np.ndarray, terms: CommitmentTerms
) -> None:
    club = club_of(gain, weight)
    found = payments_in_breaking_draws(club, terms)
    assert found.status != "not settled"
    if found.before.break_up == 0.0:
        assert found.status == "not needed"
    elif found.status == "repaired":
        assert found.payments is not None
        assert not found.payments[~found.before.walks.any(axis=1)].any()
        np.testing.assert_allclose(found.payments.sum(axis=1), 0.0, atol=1e-9)
        assert found.after.break_up == 0.0
        assert not found.after.strained.any()
    else:
        assert found.after is found.before


@given(
    st.tuples(*[st.integers(-40, 40).map(float)] * 2),
    st.tuples(st.integers(1, 60).map(float), st.integers(-60, 0).map(float)),
    st.floats(0.1, 0.9),
    st.sampled_from([0.0, 0.3, 0.5, 0.9]),
)
def test_with_one_breaking_draw_and_two_members_the_payment_is_that_of_an_interval(
    quiet: tuple[float, float],
    breaking: tuple[float, float],
    often: float,
    discount: float,
) -> None:
    club = club_of(np.array([quiet, breaking]), np.array([1.0 - often, often]))
    terms = CommitmentTerms(discount)
    found = payments_in_breaking_draws(club, terms)
    assume(found.before.walks.tolist() == [[False, False], [True, False]])
    ratio = discount / (1.0 - discount)
    worth = -(club.weight @ club.gain)
    # t to the first from the second: stay in both draws, and expect to gain.
    low = max(
        (breaking[0] - ratio * worth[0]) / (1.0 + ratio * often),
        -worth[0] / often,
        (quiet[0] - ratio * worth[0]) / (ratio * often) if ratio else -np.inf,
    )
    high = min(
        (ratio * worth[1] - breaking[1]) / (1.0 + ratio * often),
        worth[1] / often,
        (ratio * worth[1] - quiet[1]) / (ratio * often) if ratio else np.inf,
    )
    assume(abs(low - high) > 1e-4)
    assert found.status == ("repaired" if low < high else "not reachable")
    if found.payments is not None:
        assert found.payments[1, 0] == pytest.approx(low, rel=1e-6, abs=1e-5)
        assert found.volume == pytest.approx(often * low, rel=1e-6, abs=1e-5)


def test_a_rule_can_repair_what_another_breaks() -> None:
    gain, weight = np.array([[5.0, -7.0], [-1.0, -7.0]]), np.full(2, 0.5)
    broken, sound = club_of(gain, weight), club_of(gain - np.array([6.0, -6.0]), weight)
    terms = CommitmentTerms(0.5)
    found = compare_rules({"need": broken, "equal": sound}, terms, current="need")
    assert found.rules == ("equal", "need")
    assert found.best == "equal"
    assert found.break_up.tolist() == [0.0, 0.5]
    assert found.strain.tolist() == [0.0, 2.5]
    assert found.n_strained.tolist() == [0, 1]
    assert found.is_repaired_by_rule
    assert not compare_rules({"a": broken, "b": broken}, terms, current="a").is_repaired_by_rule
    assert not compare_rules(
        {"need": broken, "equal": sound}, terms, current="equal"
    ).is_repaired_by_rule


def test_rules_on_other_draws_or_not_compared_are_refused() -> None:
    gain = np.zeros((2, 2))
    one, other = club_of(gain, np.full(2, 0.5)), club_of(gain, np.array([0.4, 0.6]))
    with pytest.raises(CoalitionError, match="ORE-COA-047"):
        compare_rules({"need": one, "equal": other}, CommitmentTerms(0.5), current="need")
    with pytest.raises(CoalitionError, match="ORE-COA-044"):
        compare_rules({"need": one}, CommitmentTerms(0.5), current="equal")


@pytest.mark.parametrize("target", [-0.1, 1.0, float("nan")])
def test_targets_that_are_no_probabilities_are_refused(target: float) -> None:
    club = club_of(np.zeros((2, 2)), np.full(2, 0.5))
    with pytest.raises(CoalitionError, match="ORE-COA-046"):
        payments_against_break_up(club, CommitmentTerms(0.5), target=target)
    with pytest.raises(CoalitionError, match="ORE-COA-046"):
        compare_rules({"need": club}, CommitmentTerms(0.5), current="need", target=target)


def test_a_negative_margin_is_refused() -> None:
    with pytest.raises(CoalitionError, match="ORE-COA-048"):
        side_payments(club_of(np.zeros((2, 2)), np.full(2, 0.5)), CommitmentTerms(0.5), margin=-1.0)


@settings(deadline=None)
@given(gains, weights, terms_of, st.permutations(range(3)), st.sampled_from([1e-3, 1e9]))
def test_repairs_follow_the_names_of_members_and_the_unit_of_money(
    gain: np.ndarray, weight: np.ndarray, terms: CommitmentTerms, order: list[int], unit: float
) -> None:
    club = club_of(gain - 30.0, weight)
    assert isinstance(terms.exit_cost, float)
    again = ClubDraws(
        club.inside[:, order] * unit,
        club.outside[:, order] * unit,
        weight,
        club.causes,
        tuple(NAMES[k] for k in order),
    )
    scaled = CommitmentTerms(terms.discount, exit_cost=terms.exit_cost * unit)
    for first, second in (
        (side_payments(club, terms), side_payments(again, scaled)),
        (
            payments_against_break_up(club, terms, target=0.2),
            payments_against_break_up(again, scaled, target=0.2),
        ),
        (payments_in_breaking_draws(club, terms), payments_in_breaking_draws(again, scaled)),
    ):
        assert first.status == second.status
        if first.status == "repaired":
            assert second.volume == pytest.approx(first.volume * unit, rel=1e-4, abs=1e-4 * unit)
