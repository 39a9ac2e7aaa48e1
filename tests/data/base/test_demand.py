from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from oreacle.core.errors import DataError
from oreacle.data.base.demand import demand_paths_table, interpolated, sectors_table
from oreacle.data.readers.facts import DEMAND_FILE, SCENARIO_FILE

SECTOR_HEADER = (
    "mineral,dimension,key,sector_group,scope,share,value,unit,year,source,basis,confidence"
)
PATH_HEADER = "mineral,scope,scenario,year,base_year,base_value,value,unit,index,source"


def write(sources: Path, name: str, header: str, rows: list[str]) -> None:
    path = sources / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def sector(group: str, share: float, mineral: str = "tin") -> str:
    return f"{mineral},sector_group,{group},{group},world,{share},,share,2024,x,estimated,low"


def path_row(scenario: str, year: int, index: float, mineral: str = "copper") -> str:
    return f"{mineral},total_demand,{scenario},{year},2024,1,{index},kt,{index},x"


def test_what_sectors_leave_is_other_and_the_sum_is_one(tmp_path: Path) -> None:
    write(tmp_path, DEMAND_FILE, SECTOR_HEADER, [sector("steel_alloys", 0.7), sector("other", 0.1)])
    table = sectors_table(tmp_path, ["tin"]).set_index("sector")
    assert table.at["steel", "share"] == 0.7
    assert table.at["other", "share"] == pytest.approx(0.3)


def test_sectors_above_one_are_refused_never_scaled(tmp_path: Path) -> None:
    write(tmp_path, DEMAND_FILE, SECTOR_HEADER, [sector("steel_alloys", 0.8), sector("other", 0.3)])
    with pytest.raises(DataError) as caught:
        sectors_table(tmp_path, ["tin"])
    assert caught.value.code == "ORE-DAT-025"
    assert "tin" in caught.value.what


def test_growth_between_published_years_is_even() -> None:
    values = interpolated([2024, 2030], [1.0, 2.0], list(range(2024, 2031)))
    ratios = [after / before for before, after in itertools.pairwise(values)]
    assert ratios == pytest.approx([2.0 ** (1 / 6)] * 6)


def test_published_years_are_reported_and_the_others_derived(tmp_path: Path) -> None:
    rows = [path_row(name, 2050, 1.5) for name in ("STEPS", "APS", "NZE")]
    write(tmp_path, SCENARIO_FILE, PATH_HEADER, rows)
    table = demand_paths_table(tmp_path, ["copper"])
    steps = table[table["scenario"] == "STEPS"].set_index("year")
    assert steps.at[2024, "index"] == 1.0
    assert steps.at[2050, "index"] == pytest.approx(1.5)
    assert steps.at[2050, "basis"] == "reported"
    assert steps.at[2030, "basis"] == "derived"


def test_a_mineral_without_path_or_rate_is_refused(tmp_path: Path) -> None:
    write(tmp_path, SCENARIO_FILE, PATH_HEADER, [path_row("STEPS", 2050, 1.5)])
    with pytest.raises(DataError) as caught:
        demand_paths_table(tmp_path, ["copper"])
    assert caught.value.code == "ORE-DAT-026"
    assert "APS" in caught.value.what


def test_a_damped_path_follows_its_source_to_2030_only(tmp_path: Path) -> None:
    rows = [
        path_row(name, year, index, "gallium")
        for name in ("STEPS", "APS", "NZE")
        for year, index in ((2030, 1.4), (2040, 9.0))
    ]
    write(tmp_path, SCENARIO_FILE, PATH_HEADER, rows)
    table = demand_paths_table(tmp_path, ["gallium"]).set_index(["scenario", "year"])["index"]
    assert table["STEPS", 2030] == pytest.approx(1.4)
    assert table["STEPS", 2040] == pytest.approx(1.4 * 1.04**10)
