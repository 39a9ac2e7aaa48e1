"""CEPII's own yearly files give the frame that the reduced files give."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.data.yearly_baci import write_minerals, write_refined, write_year

from oreacle.core.errors import DataError
from oreacle.data.readers import baci
from oreacle.data.readers.baci_yearly import MINERAL_CODES, read_yearly_baci
from oreacle.data.readers.publisher_files import publisher_files

ROWS = [
    (1998, 711, 490, "260200", "10", "5"),  # customs union and Taiwan
    (1998, 710, 490, "260200", "4.000", "3.000"),
    (1998, 891, 156, "260300", "   1.5", "          NA"),
    (2024, 152, 842, "283691", "99.125", ""),
    (2024, 152, 842, "870310", "1", "1"),  # cars: not read
    (2024, 152, 251, "282520", "7", "0.25"),
    (2024, 697, 156, "260300", "2", "1"),
]
REDUCED = [
    (1998, "ZA1", "S19", "260200", 10.0, 5.0),
    (1998, "ZAF", "TWN", "260200", 4.0, 3.0),
    (1998, "SCG", "CHN", "260300", 1.5, None),
    (2024, "CHL", "USA", "283691", 99.125, None),
    (2024, "CHL", "FRA", "282520", 7.0, 0.25),
    (2024, "ROW", "CHN", "260300", 2.0, 1.0),
]


def reduced(folder: Path, relative: str, name: str, rows: list[tuple[object, ...]]) -> None:
    names = ["year", "exporter", "importer", name, "value_kusd", "quantity_t"]
    path = folder / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows, columns=names).to_parquet(path)


def test_yearly_files_and_the_reduction_give_the_same_frame(tmp_path: Path) -> None:
    write_minerals(tmp_path / "own", ROWS)
    reduced(tmp_path / "cut", baci.MINERALS_FILE, "hs92", list(REDUCED))
    own, cut = baci.read_baci_minerals(tmp_path / "own"), baci.read_baci_minerals(tmp_path / "cut")
    pd.testing.assert_frame_equal(own, cut)
    assert len(own) == 5
    assert own["exporter"].tolist() == ["SRB", "ZAF", "CHL", "CHL", "ROW"]
    assert own["value_kusd"].tolist()[1] == 14.0


def test_refined_files_change_vintage_in_2017_and_are_complete(tmp_path: Path) -> None:
    rows = [
        (2016, 152, 156, "740311", "5", "1"),
        (2016, 792, 156, "252810", "2", "4"),
        (2016, 792, 156, "252890", "3", "6"),
        (2024, 152, 156, "740311", "8", "NA"),
    ]
    write_refined(tmp_path, rows)
    table = baci.read_baci_refined(tmp_path)
    assert table["hs"].tolist() == ["740311", "252810+252890", "740311"]
    assert table["value_kusd"].tolist() == [5.0, 5.0, 8.0]
    assert table["quantity_t"].tolist()[1] == 10.0
    assert table["complete"].all()
    vintages = baci.read_refined_vintages(tmp_path)
    assert (vintages[2016], vintages[2017], len(vintages)) == ("hs02", "hs17", 23)


@given(st.lists(st.sampled_from([*sorted(MINERAL_CODES), "010121", "870310"]), min_size=1))
def test_a_lost_leading_zero_never_moves_trade_to_another_code(
    tmp_path_factory: pytest.TempPathFactory, codes: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("codes")
    rows = [(2024, 152, 156, str(int(code)), "1", "1") for code in codes]
    write_year(folder, "raw/baci-minerals", "HS92", 2024, rows)
    name = "raw/baci-minerals/BACI_HS92_Y2024_V202601.csv"
    kept = read_yearly_baci(folder, [name])
    assert kept["hs"].tolist() == [code for code in codes if code in MINERAL_CODES]


def test_another_year_and_an_odd_product_code_are_refused(tmp_path: Path) -> None:
    name = "raw/baci-minerals/BACI_HS92_Y2024_V202601.csv"
    write_year(tmp_path, "raw/baci-minerals", "HS92", 2024, [(2023, 1, 2, "260300", "1", "1")])
    with pytest.raises(DataError, match="ORE-DAT-102"):
        read_yearly_baci(tmp_path, [name])
    write_year(tmp_path, "raw/baci-minerals", "HS92", 2024, [(2024, 1, 2, "2603", "1", "1")])
    with pytest.raises(DataError, match="ORE-DAT-101"):
        read_yearly_baci(tmp_path, [name])


def test_a_value_that_is_no_number_and_an_unknown_country_are_refused(tmp_path: Path) -> None:
    write_minerals(tmp_path / "a", [(2024, 152, 156, "260300", "x", "1")])
    with pytest.raises(DataError, match="ORE-DAT-014"):
        baci.read_baci_minerals(tmp_path / "a")
    write_minerals(tmp_path / "b", [(2024, 999, 156, "260300", "1", "1")])
    with pytest.raises(DataError, match="ORE-DAT-010"):
        baci.read_baci_minerals(tmp_path / "b")


def test_a_file_cut_off_in_a_row_is_refused(tmp_path: Path) -> None:
    write_minerals(tmp_path, [(2024, 152, 156, "260300", "1", "1")])
    (name,) = [name for name in publisher_files(tmp_path, baci.MINERALS_FILE) if "2024" in name]
    path = tmp_path / name
    path.write_text(path.read_text() + "2024,152,1")
    with pytest.raises(DataError, match="ORE-DAT-011"):
        baci.read_baci_minerals(tmp_path)


def test_a_reduction_with_five_digits_is_refused(tmp_path: Path) -> None:
    reduced(tmp_path, baci.MINERALS_FILE, "hs92", [(2024, "CHL", "CHN", "26030", 1.0, 1.0)])
    with pytest.raises(DataError, match="ORE-DAT-101"):
        baci.read_baci_minerals(tmp_path)
