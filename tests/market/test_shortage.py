"""Shortage and the value added that hangs on it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.market.books import compare

from oreacle.market.policies import ExportBan
from oreacle.market.shortage import gdp_at_risk, shortage

BAN = ExportBan("R00", "testium", (), 1.0, "refined")


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_priced_out_and_unserved_make_the_shortage(seed: int) -> None:
    table = shortage(compare([BAN], seed)).isel(draw=0)
    assert np.allclose(table["priced_out"] + table["unserved"], table["total"])
    assert float(table.min().to_array().min()) >= 0.0


def test_value_added_is_lost_tonnes_of_each_group_times_its_choke() -> None:
    comparison = compare([BAN])
    curve, problem = comparison.now.problem.demand_curve, comparison.now.problem
    now = comparison.now.prices.delivered
    before, _ = curve.by_group(problem.demand, np.zeros_like(now))
    after, _ = curve.by_group(problem.demand, now)
    chokes = {6.0: 0.8, 40.0: 0.2}
    assert sorted(np.exp(curve.log_choke)) == pytest.approx(sorted(chokes))
    lost = np.maximum(before - after, 0.0)[0]
    expected = problem.price_delivered * (lost @ np.exp(curve.log_choke))
    gdp = np.full(5, 1e9)
    table = gdp_at_risk(comparison, gdp).isel(draw=0)
    assert np.allclose(table["value"], expected)
    assert np.allclose(table["share"], expected / 1e9)


def test_value_added_is_no_less_than_what_users_lose_on_the_use_they_give_up() -> None:
    """Users' surplus on lost use is its worth less its price: the choke bounds it from above."""
    comparison = compare([BAN])
    value = gdp_at_risk(comparison, np.full(5, np.nan)).isel(draw=0)["value"]
    lost = shortage(comparison).isel(draw=0)["total"]
    assert bool((value >= lost * comparison.now.problem.price_delivered).all())


def test_a_country_whose_economy_is_not_known_has_no_share_and_not_zero() -> None:
    gdp = np.array([np.nan, 1e9, 0.0, 1e9, 1e9])
    share = gdp_at_risk(compare([BAN]), gdp).isel(draw=0)["share"].to_numpy()
    assert np.isnan(share[[0, 2]]).all()
    assert not np.isnan(share[[1, 3, 4]]).any()


def test_nothing_is_at_risk_without_a_shortage() -> None:
    assert float(gdp_at_risk(compare([]), np.full(5, 1e9))["value"].sum()) == 0.0
