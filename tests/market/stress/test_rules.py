"""Rules of sharing: hand-worked divisions, conservation, value, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import MarketError
from oreacle.market.curves import DemandCurve
from oreacle.market.stress.rules import (
    RULES,
    at_one_price,
    check_rule,
    in_order,
    use_at,
    value_lost,
)

CURVE = DemandCurve(
    np.array([0.2, 0.6]), np.log(np.array([40.0, 10.0])), 0.2, np.array([0.5, 0.5]), ((), ())
)
AMOUNTS = st.lists(st.floats(0.0, 1e4), min_size=2, max_size=8)


def test_a_hundred_tonnes_over_three_claims_by_hand() -> None:
    need = np.array([20.0, 60.0, 45.0])
    assert in_order(need, 100.0, np.zeros(3)).tolist() == pytest.approx([16.0, 48.0, 36.0])
    assert in_order(need, 100.0, np.array([0, 1, 1])).tolist() == pytest.approx(
        [20.0, 80 * 60 / 105, 80 * 45 / 105]
    )
    assert in_order(need, 100.0, np.array([1, 0, 1])).tolist() == pytest.approx(
        [40 * 20 / 65, 60.0, 40 * 45 / 65]
    )


@given(AMOUNTS, st.floats(0.0, 1.2), st.integers(0, 2**16))
def test_what_is_divided_is_all_there_is_and_nobody_gets_more_than_the_need(
    amounts: list[float], share: float, seed: int
) -> None:
    need = np.array(amounts)
    tier = np.random.default_rng(seed).integers(0, 3, need.size)
    supply = share * need.sum()
    got = in_order(need, supply, tier)
    assert got.sum() == pytest.approx(min(supply, need.sum()), rel=1e-9, abs=1e-9)
    assert (got <= need * (1 + 1e-12)).all()


@given(st.floats(0.05, 0.999), st.floats(1.0, 1e4), st.floats(1.0, 1e4))
def test_at_one_price_all_is_used_and_no_other_division_is_worth_more(
    share: float, one: float, two: float
) -> None:
    need = np.array([[one, two]])
    supply = share * need.sum()
    got, log_price = at_one_price(CURVE, need, supply)
    assert got.sum() == pytest.approx(supply, rel=1e-6)
    assert np.allclose(use_at(CURVE, need, log_price), got, rtol=1e-5)
    even = in_order(need.ravel(), supply, np.zeros(2)).reshape(1, 2)
    least = value_lost(CURVE, need, got, 100.0).sum()
    assert least <= value_lost(CURVE, need, even, 100.0).sum() * (1 + 1e-6)


def test_the_value_of_lost_use_against_a_sum_of_slices() -> None:
    need = np.array([[50.0, 80.0]])
    got = np.array([[40.0, 30.0]])
    found = value_lost(CURVE, need, got, 100.0)
    for group in range(2):
        grid = np.linspace(0.0, float(CURVE.log_choke[group]), 400_001)
        unit = DemandCurve(
            CURVE.elasticity[[group]], CURVE.log_choke[[group]], 0.2, np.ones(1), ((),)
        )
        use = need[0, group] * unit.by_group(np.ones(grid.size), grid)[0][:, 0]
        lost = (use >= got[0, group]) & (use <= need[0, group])
        slices = -np.diff(use) * 100.0 * np.exp(0.5 * (grid[1:] + grid[:-1]))
        assert found[0, group] == pytest.approx(slices[lost[1:]].sum(), rel=1e-3)


def test_nothing_lost_is_worth_nothing() -> None:
    need = np.array([[50.0, 80.0]])
    assert np.allclose(value_lost(CURVE, need, need, 100.0), 0.0)


def test_rules_are_found_however_they_are_written() -> None:
    assert [check_rule(name.upper().replace(" ", "_")) for name in RULES] == list(RULES)
    with pytest.raises(MarketError, match="defence first") as caught:
        check_rule("defense first")
    assert caught.value.code == "ORE-MKT-060"
