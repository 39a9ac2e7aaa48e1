"""Embedded trade gives back the source's single precision and knows what was not reported."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.data.history.trade_tables import (
    fewest_digits,
    modelled_codes,
    trade_history,
    trade_history_refined,
)
from oreacle.data.readers import baci
from oreacle.data.readers.world_mining_data import CODE_MAP_FILE, read_code_map
from oreacle.data.schema import validate

CODES = frozenset({"260900", "740311"})


def flows(rows: Sequence[tuple[object, ...]], vintage: str) -> pd.DataFrame:
    names = ["year", "exporter", "importer", "hs", "value_kusd", "quantity_t"]
    return pd.DataFrame(rows, columns=names).assign(vintage=vintage)


@given(st.lists(st.floats(2.0**-10, 2.0**30, width=32), min_size=1))
def test_the_fewest_digits_give_back_the_same_single_precision(values: list[float]) -> None:
    source = np.array(values, dtype=np.float32)
    table = fewest_digits(pd.Series(source.astype(float)))
    printed = np.array([float(f"{value:.10g}") for value in table], dtype=np.float32)
    assert np.array_equal(printed, source)


def test_no_row_of_a_modelled_code_is_dropped_and_zero_tonnes_were_not_reported() -> None:
    rows = [
        (2015, "PER", "CHN", "260900", 0.001, 0.0),
        (2015, "PER", "TUV", "260900", 5.0, np.nan),
        (2015, "PER", "CHN", "999999", 5.0, 1.0),
    ]
    table = trade_history(flows(rows, vintage="hs92"), CODES)
    assert table["importer"].tolist() == ["CHN", "TUV"]
    assert table["quantity_t"].isna().all()
    assert validate(table, "trade_history") == []


def test_small_flows_of_refined_lists_are_left_out_before_the_full_years_only() -> None:
    rows = [
        (year, "CHL", importer, "740311", value, np.nan)
        for year in (2021, 2022)
        for importer, value in (("CHN", 123456.789), ("PER", 9.99))
    ]
    refined = flows(rows, vintage="hs17").assign(complete=[False, False, True, True])
    table = trade_history_refined(refined, CODES)
    assert list(zip(table["year"], table["value_kusd"], strict=True)) == [
        (2021, 123460.0),
        (2022, 123460.0),
        (2022, 9.99),
    ]
    assert table["complete"].tolist() == [0, 1, 1]
    assert validate(table, "trade_history_refined") == []


def test_codes_of_modelled_minerals_come_from_chains_history_and_the_published_map(
    tmp_path: Path,
) -> None:
    path = tmp_path / CODE_MAP_FILE
    path.parent.mkdir(parents=True)
    path.write_text(
        "Sheet_name,HS Code,HS Code - Complementary\n"
        "Platinum,711011,711019;711510\nGold,261690,\nGallium,Not Available,\n"
    )
    code_map = read_code_map(tmp_path)
    assert code_map["hs"].tolist() == ["711011", "711019", "711510", "261690"]
    codes = modelled_codes(code_map)
    assert {"711019", "711510", "740311", "811230"} <= codes
    assert not {"261690", "", "Not Available"} & codes


def test_a_year_with_two_vintages_of_codes_is_refused(tmp_path: Path) -> None:
    files = [baci.REFINED_TOP_FILE, *baci.REFINED_COMPLETE_FILES.values()]
    years = ([2016, 2017], [2022], [2024])
    for relative, listed in zip(files, years, strict=True):
        path = tmp_path / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        names = ["HS02" if year < 2017 else "HS17" for year in listed]
        pd.DataFrame({"year": listed, "hs_vintage": names}).to_parquet(path)
    assert baci.read_refined_vintages(tmp_path) == {
        2016: "hs02",
        2017: "hs17",
        2022: "hs17",
        2024: "hs17",
    }
    pd.DataFrame({"year": [2016, 2016], "hs_vintage": ["HS02", "HS17"]}).to_parquet(
        tmp_path / files[0]
    )
    with pytest.raises(DataError) as caught:
        baci.read_refined_vintages(tmp_path)
    assert caught.value.code == "ORE-DAT-075"
    assert "2016" in caught.value.what
