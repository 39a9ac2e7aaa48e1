"""One coefficient by an instrument: hand-worked figures, laws and refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.data.elasticities.instruments import Fit, averaged, instrumented, within


def test_a_hand_worked_estimate_error_and_strength() -> None:
    # z = x: b = sum xy / sum xx = (2 + 3) / 2; residuals -0.5 and 0.5, each its own cluster.
    fit = instrumented([2.0, -3.0], [1.0, -1.0], [1.0, -1.0], [1.0, 1.0], ["a", "b"])
    assert fit.estimate == pytest.approx(2.5)
    # scores z e = -0.5 and -0.5; G / (G - 1) = 2; sqrt(2 x 0.5) / 2.
    assert fit.se == pytest.approx(0.5)
    assert fit.observations == fit.clusters == 2


@given(st.floats(-3, 3), st.floats(0.1, 10), st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_an_exact_relation_comes_back_whatever_weights_and_units(
    slope: float, unit: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=(2, 40))
    groups, weight = rng.integers(0, 5, 40), rng.uniform(0.1, 2.0, 40)
    left = within(slope * x + groups, groups, weight)
    right, tool = within(x, groups, weight), within(unit * (x + z), groups, weight)
    fit = instrumented(left, right, tool, weight, np.arange(40))
    assert fit.estimate == pytest.approx(slope, abs=1e-6)


def test_rows_with_missing_values_or_of_other_length_are_refused() -> None:
    for x in ([1.0, np.nan], [1.0]):
        with pytest.raises(DataError, match="ORE-DAT-121"):
            instrumented([1.0, 2.0], x, [1.0, 2.0], [1.0, 1.0], ["a", "b"])


def test_weak_instruments_and_few_clusters_are_not_used() -> None:
    assert Fit(1.0, 0.1, 10.0, 50, 10).is_used
    assert not Fit(1.0, 0.1, 9.9, 50, 10).is_used
    assert not Fit(1.0, 0.1, 99.0, 50, 9).is_used
    assert not Fit(float("nan"), 0.1, 99.0, 50, 99).is_used
    assert averaged([Fit(1.0, 0.1, 5.0, 50, 20)] * 2) is None


def test_one_specification_alone_gives_no_estimate() -> None:
    assert averaged([Fit(1.0, 0.1, 20.0, 50, 20)]) is None


def test_specifications_that_differ_widen_the_error_and_agreeing_ones_do_not_narrow_it() -> None:
    one = Fit(1.0, 0.2, 20.0, 50, 20)
    same = averaged([one] * 5)
    assert same is not None
    assert same.se == pytest.approx(0.2)
    apart = averaged([one, Fit(2.0, 0.2, 20.0, 50, 20)])
    assert apart is not None
    assert apart.se == pytest.approx(np.hypot(0.2, 0.5))
