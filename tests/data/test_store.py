"""A table is written the same way every time and read back as it was."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.data import store
from oreacle.data.schema import table_spec


def gdp(countries: list[str], values: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"country": countries, "year": 2020, "gdp_usd": values})


@given(st.permutations(["AUS", "CHL", "NAM", "NA", "ZAF"]))
def test_the_order_of_rows_and_columns_does_not_change_the_bytes(order: list[str]) -> None:
    spec = table_spec("gdp")
    sizes = {"AUS": 1.5, "CHL": 2.25, "NAM": 3.0, "NA": 4.0, "ZAF": 5.0}
    shuffled = gdp(order, [sizes[name] for name in order])[["gdp_usd", "country", "year"]]
    straight = gdp(sorted(sizes), [sizes[name] for name in sorted(sizes)])
    assert store.table_bytes(shuffled, spec) == store.table_bytes(straight, spec)


def test_a_table_is_utf8_with_line_feeds_ten_digits_and_whole_years(tmp_path: Path) -> None:
    path = store.write_table(gdp(["PER", "CHL"], [1 / 3, 2.0]), "gdp", tmp_path)
    assert path.read_bytes() == b"country,year,gdp_usd\nCHL,2020,2\nPER,2020,0.3333333333\n"


def test_what_is_written_is_read_back_with_its_types(tmp_path: Path) -> None:
    store.write_table(gdp(["CHL", "NA"], [2.5, 7.0]), "gdp", tmp_path)
    table = store.read_table("gdp", tmp_path)
    assert list(table["country"]) == ["CHL", "NA"]
    assert table["year"].dtype == np.int64
    assert table["gdp_usd"].dtype == float


def test_optional_values_stay_missing_and_optional_text_stays_empty(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "country": ["CHL", "ROW"],
            "name": ["Chile", "Rest of the world"],
            "actor": ["CHL", "ROW"],
            "gdp_usd": [1.0, np.nan],
            "gdp_year": [2023, np.nan],
            "source": ["a", "b"],
        }
    )
    store.write_table(frame, "countries", tmp_path)
    table = store.read_table("countries", tmp_path)
    assert table["gdp_year"].isna().tolist() == [False, True]
    assert table["gdp_usd"].isna().tolist() == [False, True]
    assert "2023," in (tmp_path / "countries.csv").read_text()


def test_a_large_table_is_gzipped_without_time_and_replaces_the_plain_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = gdp(["CHL"], [1.0])
    plain = store.write_table(frame, "gdp", tmp_path)
    monkeypatch.setattr(store, "GZIP_ABOVE_BYTES", 10)
    first = store.write_table(frame, "gdp", tmp_path)
    content = first.read_bytes()
    again = store.write_table(frame, "gdp", tmp_path).read_bytes()
    assert first.name == "gdp.csv.gz"
    assert not plain.exists()
    assert content == again
    assert content[4:8] == b"\0\0\0\0"
    assert gzip.decompress(content) == store.table_bytes(frame, table_spec("gdp"))
    assert store.read_table("gdp", tmp_path)["gdp_usd"].tolist() == [1.0]


def test_an_invalid_frame_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        store.write_table(gdp(["CHL"], [-1.0]), "gdp", tmp_path)
    assert caught.value.code == "ORE-DAT-001"
    assert list(tmp_path.iterdir()) == []


def test_a_missing_table_and_a_missing_directory_name_what_to_do(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(DataError) as caught:
            store.read_table("gdp", folder)
        assert caught.value.code == "ORE-DAT-002"
        assert "--data" in caught.value.fix


def test_two_forms_of_one_table_are_refused(tmp_path: Path) -> None:
    store.write_table(gdp(["CHL"], [1.0]), "gdp", tmp_path)
    (tmp_path / "gdp.csv.gz").write_bytes(b"x")
    with pytest.raises(DataError, match="both plain and gzipped"):
        store.read_table("gdp", tmp_path)


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b\x08broken", b"\xff\xfe\x00bad"])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    name = "gdp.csv.gz" if content.startswith(b"\x1f") else "gdp.csv"
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as caught:
        store.read_table("gdp", tmp_path)
    assert caught.value.code == "ORE-DAT-002"


def test_text_where_a_number_belongs_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "gdp.csv").write_text("country,year,gdp_usd\nCHL,2020,1\nPER,2020,lots\nX,y,2\n")
    with pytest.raises(DataError) as caught:
        store.read_table("gdp", tmp_path)
    assert caught.value.code == "ORE-DAT-001"
    assert "line 3: gdp_usd is 'lots', not a number" in caught.value.what
    assert "line 4: year is 'y', not a number" in caught.value.what


def test_the_environment_variable_names_the_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write_table(gdp(["CHL"], [1.0]), "gdp", tmp_path)
    monkeypatch.setenv(store.DIRECTORY_VARIABLE, str(tmp_path))
    assert store.read_table("gdp")["country"].tolist() == ["CHL"]
