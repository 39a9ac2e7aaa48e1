"""Planted elasticities of supply and demand come back from yearly output and prices."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from oreacle.data.elasticities import responses

YEARS = np.arange(1961, 2024)
METALS = ("copper", "nickel", "tin", "zinc")


def markets(
    supply: float, demand: float, seed: int = 3
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Return output by country and log prices of metals with common demand and single outages."""
    rng = np.random.default_rng(seed)
    common = rng.normal(0, 0.1, len(YEARS))
    shares = np.array([0.4, 0.2, 0.1, 0.1, 0.1, 0.1])
    outputs, prices = {}, {}
    for metal in METALS:
        pull = common + rng.normal(0, 0.01, len(YEARS))
        losses = rng.normal(0, 0.05, (len(YEARS), len(shares)))
        # Country growth = supply x dp + loss; use growth = pull - demand x dp.
        change = (pull - losses @ shares) / (supply + demand)
        growth = supply * change[:, None] + losses
        table = pd.DataFrame(growth, index=YEARS, columns=list("ABCDEF"))
        outputs[metal] = np.exp(table.cumsum()) * shares * 1e3
        prices[metal] = pd.Series(np.cumsum(change), index=YEARS)
    return outputs, pd.DataFrame(prices)


def full_span(found: list[responses.Response], instrument: str, years: int = 1) -> list[float]:
    chosen = [r for r in found if r.instrument == instrument and r.years == years]
    whole = [r for r in chosen if r.span[1] - r.span[0] > 40]
    assert whole
    assert all(r.is_used for r in whole)
    return [r.fit.estimate for r in whole]


def test_a_planted_supply_elasticity_comes_back() -> None:
    outputs, prices = markets(supply=0.3, demand=0.2)
    growth = {name: responses.world_growth(table)[0] for name, table in outputs.items()}
    found = list(responses.supply_responses(growth, prices))
    for instrument in (responses.INDEX, responses.SIGNED):
        assert full_span(found, instrument) == pytest.approx([0.3] * 4, abs=0.1)


def test_a_planted_demand_elasticity_comes_back_where_countries_are_large() -> None:
    outputs, prices = markets(supply=0.2, demand=0.4)
    found = [
        r
        for r in responses.demand_responses(outputs, prices)
        if r.span[1] - r.span[0] > 40 and r.fit.strength > 10
    ]
    assert found
    for response in found:
        assert response.fit.estimate == pytest.approx(0.4, abs=3 * response.fit.se + 0.05)


def test_a_half_does_not_count_beside_a_weak_whole() -> None:
    quiet = np.random.default_rng(5).normal(0, 1, (len(YEARS), 3))
    table = pd.DataFrame(quiet, index=YEARS, columns=["y", "x", "z"])
    table.iloc[30:, 2] = -table.iloc[30:, 1]
    table.iloc[:30, 2] = table.iloc[:30, 1]
    whole, first, second = responses._spans("tin", "z", 1, table)
    assert first.fit.is_used
    assert second.fit.is_used
    assert not any(part.is_used for part in (whole, first, second))


def test_growth_compares_the_same_producers_and_small_ones_do_not_make_the_residual() -> None:
    table = pd.DataFrame(
        {"A": [90.0, 90.0], "B": [9.5, 9.5], "new": [np.nan, 50.0], "tiny": [0.5, 0.9]},
        index=[2000, 2001],
    )
    growth, residual = responses.world_growth(table)
    assert growth[2001] == pytest.approx(0.0)
    assert residual[2001] == pytest.approx(0.0)
