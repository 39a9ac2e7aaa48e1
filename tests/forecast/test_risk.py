"""The joint risk of an actor: expected loss, value at risk, tail mean, and parts by cause."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.engine.real import baseline, setting

from oreacle.forecasting.risk import ANSWERS, losses_by_cause, risk_rows, tail_of


@given(arrays(float, (60, 3), elements=st.floats(-1e6, 1e6)))
def test_parts_of_causes_add_up_to_the_tail(loss: np.ndarray) -> None:
    mean, var, cvar, parts = tail_of(loss)
    assert parts.sum() == pytest.approx(cvar, abs=1e-3)
    assert mean <= cvar + 1e-6
    assert var <= cvar + 1e-6


def test_a_hundred_cases_have_five_in_their_tail() -> None:
    loss = np.stack([np.arange(100.0), np.where(np.arange(100) >= 95, 10.0, 0.0)], axis=1)
    mean, var, cvar, parts = tail_of(loss)
    assert (mean, var, cvar) == (50.0, 105.0, 107.0)
    assert parts.tolist() == [97.0, 10.0]


def test_a_failed_case_counts_as_the_worst_and_is_left_out_of_the_mean() -> None:
    loss = np.ones((100, 2))
    loss[7, 1] = np.nan
    mean, _, cvar, parts = tail_of(loss)
    assert mean == 2.0
    assert np.isinf(cvar)
    assert parts.tolist() == [1.0, 1.0]


def test_a_world_without_any_answer_has_no_figure() -> None:
    mean, _, cvar, parts = tail_of(np.full((40, 2), np.nan))
    assert np.isnan(mean)
    assert np.isinf(cvar)
    assert np.isnan(parts).all()


def test_actors_of_a_run_come_after_the_world_and_causes_are_named() -> None:
    rows = risk_rows(setting(), baseline().arrays, 4)
    assert rows[0].actor == "WLD"
    assert len(rows) == 5
    assert {one.cause for one in rows[0].causes} >= {"demand", "measures", ANSWERS}


def test_a_cause_that_halves_prices_counts_as_a_saving() -> None:
    arrays = baseline().arrays.copy(deep=True)
    arrays["price_delivered"][:] = 0.5
    arrays["price_effect"][:] = 0.0
    arrays["price_effect"].loc[{"cause": "demand"}] = np.log(0.5)
    row = risk_rows(setting(), arrays, 0)[0]
    base = np.array([chain.price_delivered for chain in setting().world.chains.values()])
    spent = (arrays["price_delivered"] * arrays["use"] * base).sum("mineral")
    assert row.mean == pytest.approx(-float(spent.mean()), rel=1e-5)
    parts = {one.cause: one.mean for one in row.causes}
    assert parts["demand"] == pytest.approx(row.mean, rel=1e-5)
    assert parts[ANSWERS] == pytest.approx(0.0, abs=1e-5 * abs(row.mean))


def test_the_loss_is_what_the_run_paid_above_base_prices() -> None:
    arrays = baseline().arrays
    base = np.array([chain.price_delivered for chain in setting().world.chains.values()])
    paid = ((arrays["price_delivered"] - 1.0) * arrays["use"] * base).sum("mineral").to_numpy()
    row = risk_rows(setting(), arrays, 0)[0]
    worst = np.sort(paid.ravel())[-max(round(0.05 * paid.size), 1) :]
    assert row.mean == pytest.approx(float(paid.mean()), rel=1e-4)
    assert row.cvar == pytest.approx(float(worst.mean()), rel=1e-4)
    assert sum(one.tail for one in row.causes) == pytest.approx(row.cvar, rel=1e-6)


def test_two_causes_that_would_treble_a_price_that_doubled_leave_the_market_a_saving() -> None:
    # ln 2 and half of it asked for, ln 2 found: 100, 50 and -50 of a hundred paid above base.
    effect = np.log(2.0) * np.array([[1.0, 0.5]])
    found = losses_by_cause(np.array([2.0]), np.array([100.0]), effect)
    np.testing.assert_allclose(found, [[100.0, 50.0, -50.0]])


def test_causes_that_cancel_are_shown_where_the_price_stays() -> None:
    found = losses_by_cause(np.array([1.0]), np.array([100.0]), np.array([[0.3, -0.1]]))
    np.testing.assert_allclose(found, [[30.0, -10.0, -20.0]], atol=1e-9)


@given(
    st.floats(0.05, 20.0),
    st.floats(0.0, 1e9, allow_subnormal=False),
    arrays(float, (1, 4), elements=st.floats(-5.0, 5.0)),
)
def test_causes_and_answers_add_up_to_no_more_than_is_spent(
    price: float, worth: float, effect: np.ndarray
) -> None:
    found = losses_by_cause(np.array([price]), np.array([worth]), effect)
    assert found.sum() == pytest.approx(worth * (price - 1.0), rel=1e-9, abs=1e-6 * worth)
    assert found.sum() <= worth * price * (1.0 + 1e-6)
