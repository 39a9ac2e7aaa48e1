"""Exponentials and logarithms of whole arrays are those of numpy to the last bit or so."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from oreacle.market.compiled.elementary import exp_all, log_all

ULP = 2.3e-16


@settings(deadline=None)
@given(st.lists(st.floats(-690.0, 690.0), min_size=1, max_size=5))
def test_exponentials_are_right_to_a_unit_in_the_last_place(given_values: list[float]) -> None:
    values = np.array(given_values)
    found = values.copy()
    exp_all(found, np.empty_like(found))
    assert np.allclose(found, np.exp(values), rtol=ULP, atol=0.0)


@settings(deadline=None)
@given(st.lists(st.floats(1e-300, 1e300), min_size=1, max_size=5))
def test_logarithms_are_right_to_a_unit_in_the_last_place(given_values: list[float]) -> None:
    values = np.array(given_values)
    found = values.copy()
    log_all(found, np.empty_like(found))
    assert np.allclose(found, np.log(values), rtol=ULP, atol=1e-323)


def test_what_is_far_below_one_is_nil() -> None:
    values = np.array([-np.inf, -1e6, -701.0, 0.0])
    exp_all(values, np.empty_like(values))
    assert values.tolist() == [0.0, 0.0, 0.0, 1.0]
