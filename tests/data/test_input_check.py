"""The inputs of a build are listed with their state, all at once, before anything is built."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from oreacle.core.errors import DataError
from oreacle.data.catalogue import listed_inputs
from oreacle.data.input_check import MISSING, PRESENT, UNREADABLE, check_inputs
from oreacle.data.readers.publisher_files import FORMS, files_read

GDP = "raw/wb-gdp-pop/gdp.csv"
WIDE_GDP = "raw/wb-gdp-pop/API_NY.GDP.MKTP.CD_DS2_en_csv_v2_31.csv"
MINERALS = "raw/baci-minerals/baci_minerals_1995_2024.parquet"
REFINED = "raw/baci-refined/baci_full_2024.parquet"
ALLIANCES = "raw/peacesci/atop_alliance_1990_2018.csv.gz"


def put(folder: Path, relative: str, content: bytes = b"a,b\n1,2\n") -> None:
    path = folder / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def states(folder: Path) -> dict[str, str]:
    return {row.input: row.state for row in check_inputs(folder)}


def test_an_empty_folder_lists_every_input_as_missing(tmp_path: Path) -> None:
    found = states(tmp_path)
    assert set(found.values()) == {MISSING}
    assert list(found) == list(listed_inputs())
    assert not any(name.startswith("assumed/") for name in found)


def test_each_file_has_its_own_state(tmp_path: Path) -> None:
    put(tmp_path, GDP)
    put(tmp_path, "facts/refining.csv", b"")
    put(tmp_path, MINERALS, b"PAR1 and no end")
    put(tmp_path, ALLIANCES, gzip.compress(b"a,b\n" * 5000)[:-20])
    put(tmp_path, "facts/demand.csv", b"<!DOCTYPE html><p>not found</p>")
    found = states(tmp_path)
    assert found[GDP] == PRESENT
    for name in ("facts/refining.csv", "facts/demand.csv", MINERALS, ALLIANCES):
        assert found[name] == UNREADABLE
    assert found["facts/prices.csv"] == MISSING


def test_a_publishers_file_stands_in_for_the_reduced_one(tmp_path: Path) -> None:
    put(tmp_path, WIDE_GDP)
    (row,) = [row for row in check_inputs(tmp_path) if row.input == GDP]
    assert (row.state, row.files, row.reason) == (PRESENT, (WIDE_GDP,), "")
    assert "gdp" in row.tables


def test_two_forms_of_one_source_are_refused(tmp_path: Path) -> None:
    put(tmp_path, GDP)
    put(tmp_path, WIDE_GDP)
    assert states(tmp_path)[GDP] == UNREADABLE
    with pytest.raises(DataError, match="ORE-DAT-100"):
        files_read(tmp_path, GDP)


def test_any_reduction_beside_yearly_files_is_refused(tmp_path: Path) -> None:
    put(tmp_path, REFINED)
    put(tmp_path, "raw/baci-refined/BACI_HS17_Y2024_V202601.csv")
    with pytest.raises(DataError, match="ORE-DAT-100"):
        files_read(tmp_path, "raw/baci-refined/baci_top6_2002_2024.parquet")


def yearly(folder: Path, release: str, years: range) -> None:
    for year in years:
        put(folder, f"raw/baci-minerals/BACI_HS92_Y{year}_V{release}.csv")


def test_a_yearly_release_must_be_whole_and_of_one_version(tmp_path: Path) -> None:
    yearly(tmp_path, "202601", range(1995, 2024))
    with pytest.raises(DataError, match="ORE-DAT-011") as caught:
        files_read(tmp_path, MINERALS)
    assert "2024" in caught.value.what
    assert states(tmp_path)[MINERALS] == MISSING
    yearly(tmp_path, "202501", range(2024, 2025))
    with pytest.raises(DataError, match="ORE-DAT-100"):
        files_read(tmp_path, MINERALS)


def test_years_outside_the_tables_are_not_read(tmp_path: Path) -> None:
    yearly(tmp_path, "202701", range(1995, 2026))
    names = files_read(tmp_path, MINERALS)
    assert len(names) == 30
    assert not any("Y2025" in name for name in names)


def test_every_reduction_with_another_form_is_an_input() -> None:
    assert set(FORMS) <= set(listed_inputs())
