"""The attribute table decides what a table may hold, and every fault is named at once."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.data.schema import KINDS, check, table_names, table_spec, validate


def gdp(**changes: object) -> pd.DataFrame:
    columns: dict[str, object] = {
        "country": ["CHL", "PER"],
        "year": [2020, 2020],
        "gdp_usd": [2.5e11, 2.0e11],
    }
    return pd.DataFrame(columns | changes)


def test_every_table_has_a_key_and_known_kinds() -> None:
    for name in table_names():
        spec = table_spec(name)
        assert spec.key_names, name
        assert {column.kind for column in spec.columns} <= set(KINDS)


def test_a_key_with_a_bound_is_a_whole_number_and_any_other_key_is_text() -> None:
    columns = {column.name: column for column in table_spec("gdp").columns}
    assert columns["country"].is_text
    assert columns["year"].is_integer
    assert not columns["gdp_usd"].is_integer


def test_a_valid_frame_has_no_fault_whatever_the_order_of_its_columns() -> None:
    assert validate(gdp()[["gdp_usd", "year", "country"]], "gdp") == []


@given(st.floats(max_value=-1e-9, allow_nan=False, allow_infinity=False))
def test_a_value_below_its_minimum_is_always_a_fault(value: float) -> None:
    assert len(validate(gdp(gdp_usd=[1.0, value]), "gdp")) == 1


def test_all_faults_are_collected_with_line_key_and_fix() -> None:
    frame = gdp(country=["CHL", ""], gdp_usd=[float("nan"), -1.0], extra=[1, 2])
    faults = validate(frame, "gdp")
    assert len(faults) == 4
    assert any("line 2 (country=CHL, year=2020): gdp_usd is missing" in text for text in faults)
    assert any("line 3" in text and "gdp_usd is below 0" in text for text in faults)
    assert any("line 3" in text and "country is empty" in text for text in faults)
    assert any("column 'extra' is unknown" in text for text in faults)


def test_a_repeated_key_is_a_fault_of_the_second_row_only() -> None:
    faults = validate(gdp(country=["CHL", "CHL"]), "gdp")
    assert faults == ["line 3 (country=CHL, year=2020): the key occurs twice: keep one row."]


def test_text_in_a_number_column_and_a_fraction_in_a_year_are_faults() -> None:
    assert "not numeric" in validate(gdp(gdp_usd=["1", "2"]), "gdp")[0]
    assert "not a whole number" in validate(gdp(year=[2020.5, 2020]), "gdp")[0]
    assert "infinite" in validate(gdp(gdp_usd=[1.0, float("inf")]), "gdp")[0]


def test_a_line_break_inside_text_is_refused() -> None:
    assert "line break" in validate(gdp(country=["CHL", "PE\nR"]), "gdp")[0]


def test_a_missing_column_is_named_and_a_misspelt_one_gets_the_nearest_name() -> None:
    faults = validate(gdp().rename(columns={"gdp_usd": "gdp_us"}), "gdp")
    assert "column 'gdp_usd' is missing: add it." in faults
    assert any("did you mean 'gdp_usd'?" in text for text in faults)


def test_check_raises_one_error_that_holds_every_fault() -> None:
    with pytest.raises(DataError) as caught:
        check(gdp(gdp_usd=[-1.0, -2.0]), "gdp")
    assert caught.value.code == "ORE-DAT-001"
    assert "2 faults" in caught.value.what
    assert caught.value.what.count("below 0") == 2


def test_an_unknown_table_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(DataError) as caught:
        table_spec("alliance")
    assert caught.value.code == "ORE-DAT-003"
    assert "alliances" in caught.value.fix
