"""Demand: paths, shocks sized to history, slow adjustment, and refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.engine.demand import (
    demand_index,
    next_adjustment,
    next_shock,
    price_volatilities,
    shock_size,
)
from oreacle.engine.settings import settings_from_table

SETTINGS = settings_from_table(read_assumed("engine_parameters"))
PATHS = pd.DataFrame(
    {
        "mineral": ["tin", "tin"],
        "scenario": ["STEPS", "STEPS"],
        "year": [2024, 2025],
        "index": [1.0, 1.02],
    }
)


def test_the_path_is_read_by_year() -> None:
    assert demand_index(PATHS, "tin", "STEPS", np.array([2024, 2025])).tolist() == [1.0, 1.02]


def test_a_missing_year_is_refused_and_named() -> None:
    with pytest.raises(DataError) as caught:
        demand_index(PATHS, "tin", "STEPS", np.array([2025, 2026]))
    assert caught.value.code == "ORE-DAT-030"
    assert "2026" in caught.value.what


def prices(changes: list[float]) -> pd.DataFrame:
    level = 100.0 * np.exp(np.concatenate([[0.0], np.cumsum(changes)]))
    years = np.arange(2000, 2000 + level.size)
    return pd.DataFrame(
        {"mineral": "tin", "year": years, "price_usd_per_t": level, "series": "main: LME"}
    )


def test_volatility_by_hand() -> None:
    found = price_volatilities(prices([0.1, -0.1] * 5), ["tin"])["tin"]
    assert found == pytest.approx(1.4826 * 0.1)


def test_a_short_series_gets_the_median_of_the_others_and_not_its_own() -> None:
    short = prices([0.01, 0.01]).assign(mineral="gallium")
    both = pd.concat([prices([0.1, -0.1] * 5), short])
    found = price_volatilities(both, ["tin", "gallium"])
    assert found["gallium"] == found["tin"]


def test_without_any_long_series_volatility_is_refused() -> None:
    with pytest.raises(DataError, match="ORE-DAT-031"):
        price_volatilities(prices([0.1, 0.2]), ["tin"])


def test_shocks_of_the_stated_size_give_the_volatility_back() -> None:
    rng = np.random.default_rng(0)
    size = shock_size(0.2, 0.5, SETTINGS)
    shock = np.zeros((4000, 1))
    path = []
    for _ in range(60):
        shock = next_shock(shock, rng.standard_normal(shock.shape), np.array([size]), SETTINGS)
        path.append(shock[:, 0])
    change = np.diff(np.array(path[20:]), axis=0) / 0.5
    assert change.std() == pytest.approx(0.2, rel=0.03)


def test_demand_closes_the_gap_to_its_long_run_response() -> None:
    adjustment = np.zeros((1, 1))
    for _ in range(200):
        adjustment = next_adjustment(adjustment, np.array([[0.5]]), np.array([0.4]), SETTINGS)
    assert adjustment[0, 0] == pytest.approx(-0.2, rel=1e-6)
