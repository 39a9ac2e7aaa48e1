"""Exports month by month: laws, hand-worked values, refusals."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import MarketError
from oreacle.market.monthly.path import (
    DAYS_PER_MONTH,
    Notice,
    PathParameters,
    calendar,
    export_path,
    naive_path,
)

SHARES = st.floats(0.0, 0.9)
PARAMETERS = st.builds(
    PathParameters,
    rush=st.floats(0.0, 3.0),
    delay=st.floats(0.0, 4.0),
    rate=st.floats(0.0, 5.0),
    floor=SHARES,
    payback=st.floats(0.0, 1.0),
)
LEADS = st.integers(0, 200)
START = date(2024, 1, 1)


def notice(lead: int, expected: float = 0.0) -> Notice:
    return Notice(START, START + timedelta(days=lead), expected)


def month_lengths(months: tuple[tuple[int, int], ...]) -> np.ndarray:
    days = [date(*one, 1).toordinal() for one in (*months, calendar(START, len(months) + 1)[-1])]
    return np.diff(days) / DAYS_PER_MONTH


@given(PARAMETERS, LEADS)
def test_early_purchases_are_what_was_exported_beyond_need_less_what_was_used(
    parameters: PathParameters, lead: int
) -> None:
    path = export_path(notice(lead), parameters, months=14)
    ahead = np.cumsum((path.exports - 1.0) * month_lengths(path.months))
    # What early purchases do not cover after the measure is lost, never bought twice.
    assert (path.early >= ahead - 1e-9).all()
    force = START + timedelta(days=lead)
    is_before = np.array([date(*one, 1) < date(force.year, force.month, 1) for one in path.months])
    assert np.allclose(path.early[is_before], ahead[is_before], atol=1e-9)


@given(PARAMETERS, LEADS)
def test_exports_stay_between_the_floor_of_zero_and_what_is_let_through(
    parameters: PathParameters, lead: int
) -> None:
    path = export_path(notice(lead), parameters)
    held = np.isfinite(path.let_through)
    assert (path.exports >= 0.0).all()
    assert (path.exports[held] <= path.let_through[held] + 1e-12).all()


@given(PARAMETERS, st.integers(20, 200), SHARES, SHARES)
def test_what_was_expected_more_is_rushed_less(
    parameters: PathParameters, lead: int, one: float, two: float
) -> None:
    low, high = sorted((one, two))
    less = export_path(notice(lead, high), parameters).early.max()
    more = export_path(notice(lead, low), parameters).early.max()
    assert less <= more + 1e-12


def test_without_rush_nothing_is_bought_early_and_the_months_after_are_the_limit() -> None:
    calm = PathParameters(rush=0.0, delay=1.0, rate=0.7, floor=0.1, payback=0.5)
    path = export_path(notice(31), calm, months=8)
    assert (path.early == 0.0).all()
    assert path.exports[0] == 1.0
    assert np.isinf(path.let_through[0])
    assert np.allclose(path.exports[1:], path.let_through[1:])


def test_a_path_worked_by_hand() -> None:
    # One month of lead and rho = 2: two months of exports are bought on top in January. In
    # February nothing is let through; from March on all is, and the rest of two months is used
    # at no payback: exports are as before.
    sudden = PathParameters(rush=2.0, delay=29 / DAYS_PER_MONTH, rate=1e6, floor=0.0, payback=0.0)
    path = export_path(notice(31), sudden, months=4)
    lead = 31 / DAYS_PER_MONTH
    assert path.exports[0] == pytest.approx(1.0 + 2.0 * lead / (31 / DAYS_PER_MONTH))
    assert path.exports[1:].tolist() == pytest.approx([0.0, 1.0, 1.0], abs=1e-9)
    assert path.early[1] == pytest.approx(2.0 * lead - 29 / DAYS_PER_MONTH)


def test_the_naive_path_is_shut_for_three_months() -> None:
    path = naive_path(Notice(date(2023, 7, 3), date(2023, 8, 1)), months=6)
    assert path.exports.tolist() == [1.0, 0.0, 0.0, 0.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("announced", "in_force", "expected"),
    [
        (date(2024, 2, 1), date(2024, 1, 1), 0.0),
        (date(2024, 1, 1), date(2030, 1, 1), 0.0),
        (date(2024, 1, 1), date(2024, 2, 1), 1.5),
    ],
)
def test_dates_and_probabilities_that_make_no_path_are_refused(
    announced: date, in_force: date, expected: float
) -> None:
    with pytest.raises(MarketError, match="ORE-MKT-070"):
        Notice(announced, in_force, expected)
