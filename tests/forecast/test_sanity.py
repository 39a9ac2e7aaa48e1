"""The run beside history: half-lives, volatility, end prices and measures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.forecasting.sanity import (
    half_lives,
    past_stock,
    past_volatility,
    sanity_rows,
    volatility,
)

MEMBERS, YEARS = 400, 30


def path(persistence: float, size: float) -> np.ndarray:
    """Prices whose logs are a first-order autoregression, started in its long run."""
    rng = np.random.default_rng(0)
    log = [rng.normal(0.0, size / np.sqrt(1.0 - persistence**2), MEMBERS)]
    for _ in range(YEARS - 1):
        log.append(persistence * log[-1] + rng.normal(0.0, size, MEMBERS))
    return np.exp(np.stack(log, axis=1))[..., None]


@given(st.floats(1.0, 12.0))
def test_a_gap_that_halves_in_so_many_years_is_found(years: float) -> None:
    gap = 0.5 ** (np.arange(8) / years)
    price = np.exp(np.stack([gap, -gap, np.zeros(8)]))[..., None]
    assert half_lives(price)[0] == pytest.approx(years)


def test_the_half_life_of_a_noisy_path_is_that_of_its_persistence() -> None:
    assert half_lives(path(0.8, 0.2))[0] == pytest.approx(np.log(0.5) / np.log(0.8), rel=0.05)


def test_gaps_that_do_not_last_have_no_half_life_and_those_that_grow_no_end() -> None:
    swing = np.exp(np.array([[0.5, -0.5, 0.5, -0.5], [-0.5, 0.5, -0.5, 0.5], [0.0] * 4]))
    growing = np.exp(np.array([[0.1, 0.2, 0.4], [-0.1, -0.2, -0.4], [0.0] * 3]))
    assert half_lives(swing[..., None])[0] == 0.0
    assert np.isinf(half_lives(growing[..., None])[0])


def test_volatility_of_a_random_walk_grows_with_the_root_of_three_years() -> None:
    rng = np.random.default_rng(1)
    price = np.exp(np.cumsum(rng.normal(0.0, 0.1, (MEMBERS, YEARS)), axis=1))[..., None]
    assert volatility(price)[0] == pytest.approx(0.1 * np.sqrt(3.0), rel=0.05)


def history(years: int) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    price = np.exp(np.cumsum(rng.normal(0.0, 0.1, years)))
    return pd.DataFrame(
        {
            "mineral": "tin",
            "year": np.arange(2000, 2000 + years),
            "series": "main: x",
            "price_usd_per_t": price,
        }
    )


def test_a_short_series_has_no_volatility_and_is_not_counted() -> None:
    assert np.isnan(past_volatility(history(8), ["tin"])[0])
    assert past_volatility(history(20), ["tin"])[0] > 0.0


def events() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "kind": ["export_ban", "export_tax", "export_ban", "bilateral_mou"],
            "year": [2005, 2010, 2012, 2008],
            "end_date": ["2011-06", "", "", ""],
            "status": ["ended", "in_force", "ended", "in_force"],
            "minerals": ["tin", "tin;tungsten", "zinc", "tin"],
        }
    )


def test_past_measures_count_by_event_and_mineral_until_they_end() -> None:
    # The ban of 2005 stands to 2010; the tax holds for two minerals; a ban that ended some day
    # that nobody wrote down counts in no year.
    assert [past_stock(events(), year) for year in (2004, 2006, 2010, 2011)] == [0, 1, 3, 2]


def test_prices_outside_their_bound_are_named_worst_first() -> None:
    price = np.ones((3, 10, 3)) * np.array([1.0, 3.0, 9.0])
    tables = {"price_history": history(20), "events": events()}
    rows = sanity_rows(("a", "b", "c"), price, np.full((3, 10), 40.0), tables, 10)
    assert rows[0].held == (1, 3)
    assert [name for name, _ in rows[0].outside] == ["c", "b"]
    assert rows[-1].held == (0, 1)
    assert "4.0 times" in rows[-1].found


def test_a_run_too_short_for_a_check_says_so() -> None:
    tables = {"price_history": history(20), "events": events()}
    rows = sanity_rows(("tin",), np.ones((3, 2, 1)), np.ones((3, 2)), tables, 1)
    assert "too short" in rows[2].found
    assert rows[2].held == (0, 0)
