from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.data.base.chains import read_chains
from oreacle.data.base.trade import (
    fill_quantities,
    link_trade,
    mend_quantities,
    mend_transit,
    pure_exporter_ratio,
)


def trade(rows: list[tuple[str, str, str, float, float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["exporter", "importer", "hs", "value_kusd", "quantity_t"])


def vectors(rows: list[tuple[str, str, float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["stage", "country", "quantity_t"])


def test_a_missing_tonnage_gets_the_unit_value_of_its_code() -> None:
    filled = fill_quantities(
        trade([("CHL", "CHN", "1", 10.0, 5.0), ("PER", "CHN", "1", 4.0, float("nan"))])
    )
    assert filled["quantity_t"].tolist() == [5.0, 2.0]


def test_a_tonnage_that_value_contradicts_is_put_back_to_the_median() -> None:
    rows = [("PER", "CHN", "1", 100.0, 50.0), ("PER", "JPN", "1", 100.0, 50.0)]
    mended = mend_quantities(trade([*rows, ("CHL", "CHN", "1", 90.0, 9.0)]))
    assert mended["quantity_t"].tolist() == [50.0, 50.0, 45.0]


@given(st.lists(st.floats(1.0, 2.0), min_size=1, max_size=8))
def test_credible_tonnages_are_left_alone(unit_values: list[float]) -> None:
    rows = [("PER", "CHN", "1", value * 10.0, 10.0) for value in unit_values]
    assert mend_quantities(trade(rows))["quantity_t"].tolist() == [10.0] * len(rows)


def test_chromite_through_mozambique_is_south_african() -> None:
    rows = trade(
        [
            ("ZAF", "MOZ", "261000", 1.0, 1.0),
            ("MOZ", "CHN", "261000", 2.0, 2.0),
            ("ZAF", "CHN", "261000", 4.0, 4.0),
        ]
    )
    mended = mend_transit(rows, "chromium", "ore")
    assert set(mended["exporter"]) == {"ZAF"}
    assert set(mended["importer"]) == {"CHN"}
    assert mended["value_kusd"].sum() == 7.0


def test_what_a_country_without_refinery_mines_it_exports() -> None:
    made = vectors([("mined", "PHL", 30.0), ("mined", "CHN", 70.0), ("refined", "CHN", 100.0)])
    rows = trade([("PHL", "CHN", "1", 60.0, 3000.0), ("CHN", "JPN", "1", 5.0, 10.0)])
    assert pure_exporter_ratio(made, rows, "quantity_t") == pytest.approx(0.01)
    only_refiners = vectors([("mined", "CHN", 1.0), ("refined", "CHN", 1.0)])
    assert pd.isna(pure_exporter_ratio(only_refiners, rows, "quantity_t"))


def test_one_code_holds_ore_of_a_miner_and_product_of_a_refiner() -> None:
    chain = replace(read_chains()["cobalt"], hs_ore=("810510",), hs_refined=("810510",))
    made = vectors(
        [
            ("mined", "COD", 90.0),
            ("mined", "FIN", 10.0),
            ("refined", "FIN", 50.0),
            ("refined", "CHN", 50.0),
        ]
    )
    rows = trade([("COD", "CHN", "810510", 30.0, 300.0), ("FIN", "JPN", "810510", 30.0, 10.0)])
    ore = link_trade(chain, "ore", rows, made, 26_000.0)
    refined = link_trade(chain, "refined", rows, made, 26_000.0)
    assert ore["exporter"].tolist() == ["COD"]
    assert refined["exporter"].tolist() == ["FIN"]
    assert refined["tonnes"].tolist() == pytest.approx([9.5])


def test_trade_by_value_is_value_over_price() -> None:
    chain = read_chains()["platinum"]
    made = vectors([("mined", "ZAF", 1.0), ("refined", "ZAF", 1.0)])
    rows = trade([("ZAF", "CHN", "711011", 30_000.0, float("nan"))])
    got = link_trade(chain, "refined", rows, made, 30_000_000.0)
    assert got["tonnes"].tolist() == pytest.approx([1.0])
