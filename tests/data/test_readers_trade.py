"""Trade readers mend codes, add up what a mended code merges, and refuse what they do not know."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from oreacle.core.errors import DataError
from oreacle.data.readers import baci
from oreacle.data.readers.source_files import numbers_of, read_parquet_table, read_text_table


def write_parquet(folder: Path, relative: str, frame: pd.DataFrame) -> None:
    path = folder / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(path)


def flows(hs_name: str, rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    names = ["year", "exporter", "importer", hs_name, "value_kusd", "quantity_t"]
    return pd.DataFrame(rows, columns=names)


def test_codes_are_mended_and_merged_rows_added_but_a_part_unknown_quantity_is_missing(
    tmp_path: Path,
) -> None:
    write_parquet(
        tmp_path,
        baci.MINERALS_FILE,
        flows(
            "hs92",
            [
                (1998, "ZA1", "S19", "260200", 10.0, 5.0),
                (1998, "ZAF", "TWN", "260200", 4.0, 3.0),
                (1998, "SCG", "CHN", "260300", 1.0, 2.0),
                (1998, "SRB", "CHN", "260300", 2.0, float("nan")),
                (1998, "ZA1", "ZAF", "260200", 7.0, 7.0),
            ],
        ),
    )
    table = baci.read_baci_minerals(tmp_path)
    assert table.columns.tolist() == baci.COLUMNS
    assert table["exporter"].tolist() == ["SRB", "ZAF"]
    assert table["importer"].tolist() == ["CHN", "TWN"]
    assert table["value_kusd"].tolist() == [3.0, 14.0]
    assert table["quantity_t"].isna().tolist() == [True, False]
    assert table["quantity_t"].tolist()[1] == 8.0


def test_complete_lists_replace_the_top_lists_of_their_years(tmp_path: Path) -> None:
    top = [(year, "CHL", "CHN", "740311", float(year), None) for year in (2021, 2022, 2024)]
    write_parquet(tmp_path, baci.REFINED_TOP_FILE, flows("hs", top))
    for year, relative in baci.REFINED_COMPLETE_FILES.items():
        full = flows("hs", [(year, "CHL", "CHN", "740311", 1.0, 2.0)])
        write_parquet(tmp_path, relative, full)
    table = baci.read_baci_refined(tmp_path).set_index("year")
    assert table["value_kusd"].to_dict() == {2021: 2021.0, 2022: 1.0, 2024: 1.0}
    assert table["complete"].to_dict() == {2021: False, 2022: True, 2024: True}


def test_an_unknown_exporter_is_refused(tmp_path: Path) -> None:
    rows = flows("hs92", [(1998, "QQQ", "CHN", "260200", 1.0, 1.0)])
    write_parquet(tmp_path, baci.MINERALS_FILE, rows)
    with pytest.raises(DataError, match="ORE-DAT-010"):
        baci.read_baci_minerals(tmp_path)


def test_missing_files_columns_and_damaged_files_have_their_own_codes(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x\n1\n")
    (tmp_path / "b.parquet").write_bytes(b"no parquet")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(DataError, match="ORE-DAT-011"):
        read_text_table(tmp_path, "none.csv", [])
    with pytest.raises(DataError, match="ORE-DAT-012"):
        read_text_table(tmp_path, "a.csv", ["y"])
    with pytest.raises(DataError, match="ORE-DAT-011"):
        read_parquet_table(tmp_path, "b.parquet", [])
    with pytest.raises(DataError, match="ORE-DAT-011"):
        read_text_table(tmp_path, "empty.csv", [])


def test_a_mark_that_is_no_number_is_refused_and_a_blank_is_missing() -> None:
    assert numbers_of(pd.Series(["1", " ", ""], name="q"), "f").isna().tolist() == [
        False,
        True,
        True,
    ]
    with pytest.raises(DataError) as caught:
        numbers_of(pd.Series(["1", "W"], name="q"), "f")
    assert caught.value.code == "ORE-DAT-014"
    assert "'W'" in caught.value.what
