"""Planted elasticities of substitution come back; noise biases the rivals, not the estimate."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.data.elasticities.panels import planted_trade

from oreacle.data.elasticities import panels, substitution
from oreacle.data.elasticities.instruments import Fit

WIDE = 1e6
"""A trim that leaves everything in: planted prices move a lot."""


def changes(trade: pd.DataFrame, gap: int = 1) -> pd.DataFrame:
    return panels.flow_changes(panels.credible_flows(trade, WIDE), gap)


@pytest.mark.parametrize("planted", [2.0, 4.0, 8.0])
@pytest.mark.parametrize("gap", [1, 3])
def test_a_planted_elasticity_comes_back_within_three_errors(planted: float, gap: int) -> None:
    moved = changes(planted_trade(planted), gap)
    fit = substitution.inverse_elasticity(moved, substitution.other_sales(moved))
    assert fit.is_used
    assert fit.estimate == pytest.approx(1.0 / planted, abs=3 * fit.se)
    assert fit.se < 0.1 / planted + 0.02


def test_noise_of_tonnages_biases_a_plain_regression_and_not_the_estimate() -> None:
    moved = changes(planted_trade(4.0, noise=0.6))
    plain = substitution.inverse_elasticity(moved, moved["quantity"])
    instrumented = substitution.inverse_elasticity(moved, substitution.other_sales(moved))
    assert plain.estimate > 0.25 + 5 * plain.se
    assert instrumented.estimate == pytest.approx(0.25, abs=3 * instrumented.se)


def test_output_serves_as_an_instrument_and_a_supplier_without_output_is_left_out() -> None:
    trade = planted_trade(4.0)
    # Output is counted at the mine: it does not share the noise of customs tonnages.
    made = planted_trade(4.0, noise=0.0)
    offer = np.log(made.groupby(["exporter", "year"])["quantity_t"].sum())
    offer = offer.drop("S00", level="exporter")
    moved = changes(trade)
    tool = substitution.output_changes(moved, offer, 1)
    assert tool[moved["exporter"] == "S00"].isna().all()
    fit = substitution.inverse_elasticity(moved, tool)
    assert fit.clusters == 23
    assert fit.estimate == pytest.approx(0.25, abs=3 * fit.se)


def test_sales_to_other_buyers_leave_the_buyer_itself_out() -> None:
    moved = pd.DataFrame(
        {
            "hs": "1",
            "exporter": "CHL",
            "year": 2001,
            "tonnes": [10.0, 20.0, 30.0],
            "tonnes_before": [10.0, 10.0, 10.0],
        }
    )
    tool = substitution.other_sales(moved)
    assert tool.to_numpy() == pytest.approx(np.log([50 / 20, 40 / 20, 30 / 20]))
    assert substitution.other_sales(moved.iloc[:2]).isna().all()


def test_a_buyer_with_one_supplier_has_no_relative_price() -> None:
    trade = planted_trade(4.0)
    lonely = trade[(trade["importer"] != "B00") | (trade["exporter"] == "S01")]
    without = trade[trade["importer"] != "B00"]
    parts = []
    for rows in (lonely, without):
        moved = changes(rows)
        weight = substitution.inverse_elasticity(moved, moved["quantity"])
        parts.append((weight.estimate, weight.observations))
    assert parts[0] == parts[1]


@pytest.mark.parametrize(("s", "omega"), [(2.0, 0.5), (4.0, 2.0), (6.0, 0.2)])
def test_feenstras_root_inverts_his_coefficients(s: float, omega: float) -> None:
    rho = omega * (s - 1) / (1 + omega * s)
    a = rho / ((s - 1) ** 2 * (1 - rho))
    b = (2 * rho - 1) / ((s - 1) * (1 - rho))
    assert substitution.feenstra_root(a, b) == pytest.approx(s)


def test_feenstras_root_is_missing_without_a_hyperbola() -> None:
    assert np.isnan(substitution.feenstra_root(-0.1, 0.2))


def test_estimators_that_agree_leave_no_common_bias_and_those_that_differ_do() -> None:
    def rivals(level: float) -> list[substitution.Specification]:
        return [
            substitution.Specification("", 1, 2.0, name, Fit(value, 0.1, 20.0, 99, 20))
            for name, value in (
                (substitution.OTHER_SALES, 0.25),
                (substitution.OTHER_PRICES, level),
                (substitution.HETEROSKEDASTICITY, 4.0),
            )
        ]

    assert substitution.disagreement(rivals(4.0)) == pytest.approx(0.0, abs=1e-12)
    expected = np.std(np.log([4.0, 1.0, 4.0]), ddof=1)
    assert substitution.disagreement(rivals(1.0)) == pytest.approx(expected)


def test_odd_unit_values_small_flows_and_damaged_tonnages_are_left_out() -> None:
    rows = [
        (2015, "PER", "KOR", 1000.0, 1000.0),
        (2015, "CHL", "KOR", 1000.0, 1000.0),
        (2015, "AUS", "KOR", 1000.0, 100.0),
        (2015, "ZAF", "KOR", 50.0, 50.0),
        (2015, "BRA", "KOR", 1000.0, 0.0),
        (2016, "CHN", "KOR", 1000.0, 1000.0),
        (2023, "PER", "CHN", 1000.0, 1000.0),
        (2023, "CHN", "KOR", 1000.0, 1000.0),
    ]
    names = ["year", "exporter", "importer", "value_kusd", "quantity_t"]
    trade = pd.DataFrame(rows, columns=names).assign(hs="260300")
    kept = panels.credible_flows(trade, 4.0)
    assert set(zip(kept["exporter"], kept["year"], strict=True)) == {
        ("PER", 2015),
        ("CHL", 2015),
        ("CHN", 2023),
    }


def test_a_code_without_trade_has_an_empty_panel_and_no_estimate() -> None:
    book = substitution.trade_panels(planted_trade(4.0))
    for spec in substitution.code_specifications(book, "999999"):
        assert spec.fit.observations == 0
        assert not spec.is_used
