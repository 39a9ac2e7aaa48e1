"""The joint risk of an actor: expected loss, value at risk, tail mean, and parts by cause."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.engine.real import baseline, setting

from oreacle.forecasting.risk import risk_rows, tail_of


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
    assert {one.cause for one in rows[0].causes} >= {"demand", "measures"}


def test_a_cause_that_halves_prices_counts_as_a_saving() -> None:
    arrays = baseline().arrays.copy(deep=True)
    arrays["price_effect"][:] = 0.0
    arrays["price_effect"].loc[{"cause": "demand"}] = np.log(0.5)
    row = risk_rows(setting(), arrays, 0)[0]
    base = np.array([chain.price_delivered for chain in setting().world.chains.values()])
    spent = (arrays["price_delivered"] * arrays["use"] * base).sum("mineral")
    assert row.mean == pytest.approx(-float(spent.mean()), rel=1e-5)
