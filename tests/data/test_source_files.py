"""A source file that is damaged, cut off or misread is refused, and the place is named."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.data.readers import bgs, indicators, price_sheet, world_mining_data, worldbank
from oreacle.data.readers.source_files import (
    numbers_of,
    read_text_blocks,
    read_text_table,
    refuse_repeats,
    whole_numbers_of,
)

PRODUCTION = "mineral,country,iso3,unit,basis,year,production\n"
GUIANA = "Gold,French Guiana,GUY,kg,r,2018,1320.0\nGold,Guyana,GUY,kg,r,2018,19069.0\n"


def put(folder: Path, relative: str, content: bytes | str) -> Path:
    path = folder / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def code_of(folder: Path, relative: str = "a.csv") -> str:
    with pytest.raises(DataError) as caught:
        read_text_table(folder, relative, ["a", "b"])
    return caught.value.code


def test_the_rows_of_values_that_are_no_numbers_are_named() -> None:
    text = pd.Series(["1", "W", "2", "x"], name="output")
    with pytest.raises(DataError) as caught:
        numbers_of(text, "f.csv")
    assert "row 2, 4" in caught.value.what
    assert "'W', 'x'" in caught.value.what


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_numbers_written_in_full_come_back_exactly(values: list[float]) -> None:
    text = pd.Series([repr(value) for value in values], name="q", dtype=str)
    assert numbers_of(text, "f.csv").tolist() == values


@pytest.mark.parametrize("value", ["inf", "-Infinity", "nan", "1,234", "1_000", "0x10", "True"])
def test_what_other_programs_write_for_numbers_is_refused(value: str) -> None:
    with pytest.raises(DataError, match="ORE-DAT-014"):
        numbers_of(pd.Series(["1", value], name="q"), "f.csv")


def test_a_year_is_whole_and_never_missing() -> None:
    assert whole_numbers_of(pd.Series(["2020", "2021.0"], name="year"), "f.csv").tolist() == [
        2020,
        2021,
    ]
    for wrong in ("", "2020.5"):
        with pytest.raises(DataError, match=r"ORE-DAT-014.*row 2"):
            whole_numbers_of(pd.Series(["2020", wrong], name="year"), "f.csv")


@pytest.mark.parametrize("damage", ["cut", "changed", "no gzip"])
def test_a_damaged_gzip_file_is_unreadable(tmp_path: Path, damage: str) -> None:
    rows = "".join(f"{n},{n * 7919 % 1013}\n" for n in range(5000))
    packed = bytearray(gzip.compress(("a,b\n" + rows).encode()))
    if damage == "cut":
        packed = packed[: len(packed) // 2]
    elif damage == "changed":
        packed[200:260] = bytes(60)
    else:
        packed = bytearray(b"a,b\n1,2\n")
    put(tmp_path, "a.csv.gz", bytes(packed))
    assert code_of(tmp_path, "a.csv.gz") == "ORE-DAT-011"


def test_a_file_that_ends_within_a_row_is_unreadable(tmp_path: Path) -> None:
    assert code_of(put(tmp_path, "a.csv", "a,b\n1,2\n3")) == "ORE-DAT-011"
    assert code_of(put(tmp_path, "a.csv", 'a,b\n1,2\n3,"un')) == "ORE-DAT-011"
    with pytest.raises(DataError, match="ORE-DAT-011"):
        list(read_text_blocks(put(tmp_path, "a.csv", "a,b\n1,2\n3"), "a.csv", ["a"]))


def test_a_last_row_without_a_line_end_is_read(tmp_path: Path) -> None:
    table = read_text_table(put(tmp_path, "a.csv", "a,b\n1,2\n3,4"), "a.csv", ["a", "b"])
    assert table["b"].tolist() == ["2", "4"]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_text_in_another_encoding_is_refused_not_garbled(tmp_path: Path, encoding: str) -> None:
    put(tmp_path, "a.csv", "a,b\nCôte d'Ivoire,1\n".encode(encoding))
    with pytest.raises(DataError, match="ORE-DAT-011") as caught:
        read_text_table(tmp_path, "a.csv", ["a", "b"])
    assert "utf-8" in caught.value.what


def test_a_mark_at_the_start_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "a,b\nCôte,1\n".encode("utf-8-sig"))
    assert read_text_table(tmp_path, "a.csv", ["a"])["a"].tolist() == ["Côte"]


def test_codes_that_look_like_missing_or_no_stay_text(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "a,b\nNA,NO\nnull,nan\nNone,-\n")
    table = read_text_table(tmp_path, "a.csv", ["a", "b"])
    assert table.to_numpy().tolist() == [["NA", "NO"], ["null", "nan"], ["None", "-"]]
    (block,) = read_text_blocks(tmp_path, "a.csv", ["a", "b"])
    assert block.equals(table)


def test_repeats_are_named_and_single_rows_pass() -> None:
    table = pd.DataFrame({"country": ["CHL", "PER", "CHL"], "year": [1, 1, 1]})
    refuse_repeats(table.head(2), ["country", "year"], "f.csv")
    with pytest.raises(DataError, match="CHL, 1"):
        refuse_repeats(table, ["country", "year"], "f.csv")


def test_figures_given_twice_are_refused_by_every_reader_of_series(tmp_path: Path) -> None:
    gdp = "Country Code,Year,Value\nCHL,2020,1\nCHL,2020,2\n"
    put(tmp_path, indicators.GDP_FILE, gdp)
    prices = "month,commodity,unit,price\n1990-01,Tin,($/mt),1\n1990-01,Tin,($/mt),1\n"
    put(tmp_path, price_sheet.PRICE_FILE, prices)
    row = "Tin (Sn),Peru,PER,metr. t,r,2020,5\n"
    put(tmp_path, world_mining_data.PRODUCTION_FILE, PRODUCTION + row + row)
    head = "iso3,country,year,commodity,sub_commodity,quantity,units\n"
    line = "PER,Peru,2020,tin mine,,5,tonnes (metric)\n"
    put(tmp_path, bgs.PRODUCTION_FILE, gzip.compress((head + line + line).encode()))
    for read in (
        worldbank.read_gdp,
        worldbank.read_commodity_prices,
        world_mining_data.read_world_mining_data,
        bgs.read_bgs_production,
    ):
        with pytest.raises(DataError, match="ORE-DAT-015"):
            read(tmp_path)


@pytest.mark.parametrize(("good", "bad"), [("kg", "oz"), (",r,", ",x,")])
def test_an_unknown_unit_or_basis_of_world_mining_data_is_refused(
    tmp_path: Path, good: str, bad: str
) -> None:
    text = PRODUCTION + GUIANA.replace(good, bad)
    put(tmp_path, world_mining_data.PRODUCTION_FILE, text)
    with pytest.raises(DataError, match="ORE-DAT-014"):
        world_mining_data.read_world_mining_data(tmp_path)


def test_french_guiana_is_not_guyana(tmp_path: Path) -> None:
    put(tmp_path, world_mining_data.PRODUCTION_FILE, PRODUCTION + GUIANA)
    table = world_mining_data.read_world_mining_data(tmp_path)
    assert dict(zip(table["country"], table["quantity"], strict=True)) == {
        "GUF": 1320.0,
        "GUY": 19069.0,
    }
