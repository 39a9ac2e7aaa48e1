from __future__ import annotations

from pathlib import Path

import pytest

from oreacle.core.errors import DataError
from oreacle.data.base.production import usgs_vector
from oreacle.data.readers.usgs import MINING_FILE, read_mine_production

COLUMNS = "mineral,metric,iso3,value,value_raw,unit,year,vintage,basis,confidence"


def write(sources: Path, rows: list[str]) -> None:
    path = sources / MINING_FILE
    path.parent.mkdir(parents=True)
    path.write_text("\n".join([COLUMNS, *rows]) + "\n", encoding="utf-8")


def row(iso3: str, value: str, raw: str = "", unit: str = "thousand metric tons") -> str:
    return f"zinc,mine_production,{iso3},{value},{raw},{unit},2024,MCS2026,reported,high"


def test_a_dash_is_zero_and_a_withheld_figure_is_missing(tmp_path: Path) -> None:
    write(tmp_path, [row("CHN", "4"), row("CAN", "", "—"), row("USA", "", "W"), row("WLD", "5")])
    table = read_mine_production(tmp_path).set_index("country")
    assert table.at["CHN", "quantity_t"] == 4000.0
    assert table.at["CAN", "quantity_t"] == 0.0
    assert table["quantity_t"].isna()["USA"]
    assert bool(table.at["USA", "withheld"])


def test_an_unknown_mark_is_refused_and_named(tmp_path: Path) -> None:
    write(tmp_path, [row("CHN", "", "XX")])
    with pytest.raises(DataError) as caught:
        read_mine_production(tmp_path)
    assert caught.value.code == "ORE-DAT-040"
    assert "CHN" in caught.value.what
    assert "XX" in caught.value.what


def test_withheld_output_goes_to_the_rest_of_the_world_never_to_zero(tmp_path: Path) -> None:
    write(
        tmp_path,
        [row("CHN", "4"), row("USA", "", "W"), row("ROW", "0.5"), row("WLD", "5")],
    )
    vector = usgs_vector(read_mine_production(tmp_path), ("zinc",)).set_index("country")
    assert vector.at["ROW", "quantity_t"] == pytest.approx(1000.0)
    assert vector["quantity_t"].sum() == pytest.approx(5000.0)
    assert "USA" not in vector.index


def test_listed_countries_above_the_rounded_total_leave_no_residual(tmp_path: Path) -> None:
    write(tmp_path, [row("CHN", "4"), row("PER", "1.1"), row("WLD", "5")])
    vector = usgs_vector(read_mine_production(tmp_path), ("zinc",))
    assert set(vector["country"]) == {"CHN", "PER"}


def test_a_missing_chapter_is_refused(tmp_path: Path) -> None:
    write(tmp_path, [row("CHN", "4")])
    with pytest.raises(DataError) as caught:
        usgs_vector(read_mine_production(tmp_path), ("unobtainium",))
    assert caught.value.code == "ORE-DAT-041"


def test_older_editions_and_other_years_are_left_out(tmp_path: Path) -> None:
    old = row("CHN", "9").replace("MCS2026", "MCS2025")
    later = row("CHN", "8").replace(",2024,", ",2025,")
    write(tmp_path, [old, later, row("CHN", "4")])
    assert read_mine_production(tmp_path)["quantity_t"].tolist() == [4000.0]
