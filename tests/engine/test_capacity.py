"""Capacity: what enters, what closes, and what a zero response leaves alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.data.assumptions import read_assumed
from oreacle.engine.capacity import (
    Fleet,
    Prospects,
    YearDraws,
    drifted,
    entry_rate,
    first_fleet,
    lead_years,
    next_fleet,
    share_drift,
)
from oreacle.engine.settings import settings_from_table
from oreacle.engine.year import growth_ahead

SETTINGS = settings_from_table(read_assumed("engine_parameters"))
STILL = YearDraws(np.zeros((1, 2)), np.zeros((1, 2)))


def prospects(price: float, growth: float = 0.0) -> Prospects:
    return Prospects(np.full((1, 2), price), growth, 0.1, 3.0, 0.0, np.array([2.0, 1.0]))


def empty_fleet() -> Fleet:
    return first_fleet(1, 2, np.ones(16), 3)


def test_without_growth_price_and_drift_capacity_stays() -> None:
    fleet = empty_fleet()
    for _ in range(5):
        fleet = next_fleet(fleet, prospects(0.0), STILL, SETTINGS)
    assert np.allclose(fleet.level, 1.0, rtol=0, atol=1e-15)


def test_a_project_completes_after_its_lead_time_and_not_before() -> None:
    fleet = next_fleet(empty_fleet(), prospects(0.0, growth=0.04), STILL, SETTINGS)
    levels = []
    for _ in range(4):
        fleet = next_fleet(fleet, prospects(0.0), STILL, SETTINGS)
        levels.append(float(fleet.level[0, 0]))
    assert levels[0] == pytest.approx(1.0)
    assert levels[1:] == pytest.approx([1.04, 1.04, 1.04])


@given(st.floats(0.01, 1.0))
def test_a_higher_price_never_means_less_capacity(price: float) -> None:
    low, high = empty_fleet(), empty_fleet()
    for _ in range(6):
        low = next_fleet(low, prospects(0.0), STILL, SETTINGS)
        high = next_fleet(high, prospects(price), STILL, SETTINGS)
    assert (high.level >= low.level).all()
    assert high.level[0, 0] > low.level[0, 0]


def test_closures_are_bounded() -> None:
    fleet = next_fleet(empty_fleet(), prospects(-50.0), STILL, SETTINGS)
    assert fleet.level[0, 0] == pytest.approx(1.0 - SETTINGS.closure_limit)


def test_the_first_queue_holds_what_demand_will_need() -> None:
    fleet = first_fleet(1, 1, np.array([1.02, 1.05, 1.2, 1.3]), 3)
    assert fleet.level[0, 0] == pytest.approx(1.02)
    assert fleet.queue[0, 0, :4].tolist() == pytest.approx([0.03, 0.15, 0.0, 0.0])


def test_drift_moves_shares_and_not_the_worlds_total() -> None:
    level = np.array([[1.0, 1.2]])
    moved = drifted(level, np.array([[0.3, -0.2]]), np.array([2.0, 1.0]))
    assert (moved * [2.0, 1.0]).sum() == pytest.approx((level * [2.0, 1.0]).sum())
    assert moved[0, 0] > level[0, 0]


def test_entry_halves_a_gap_in_the_stated_time() -> None:
    rate = entry_rate(0.3, replace(SETTINGS, entry_half_life_years=4.0))
    assert np.exp(-rate * 4.0 / 0.3) == pytest.approx(0.5)


def test_lead_times_stay_within_their_bounds() -> None:
    assert lead_years(1.0, SETTINGS) == SETTINGS.development_years_low
    assert lead_years(40.0, SETTINGS) == SETTINGS.development_years_high


def test_share_drift_recovers_a_planted_random_walk() -> None:
    rng = np.random.default_rng(0)
    walk = 0.3 * np.exp(np.cumsum(rng.normal(0.0, 0.1, (60, 80)), axis=0) * 0.5)
    found = share_drift(np.where(walk < 1.0, walk, np.nan))
    assert found == pytest.approx(0.05, rel=0.25)


@pytest.mark.parametrize("lead", [1, 2, 4])
def test_without_noise_and_price_capacity_follows_demand_year_by_year(lead: int) -> None:
    demand = 1.1 ** np.arange(17)
    fleet = first_fleet(1, 2, demand[1:], lead)
    for step in range(15):
        assert fleet.level[0] == pytest.approx(demand[step + 1]), step
        view = Prospects(
            np.zeros((1, 2)),
            growth_ahead(demand, step, lead),
            0.1,
            float(lead),
            0.0,
            np.array([2.0, 1.0]),
        )
        fleet = next_fleet(fleet, view, STILL, SETTINGS)
