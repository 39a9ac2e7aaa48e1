"""Reserves, capacities, secondary output and rival figures, on samples of the sources' formats."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.base import alternatives, deposits
from oreacle.data.base.chains import read_chains
from oreacle.data.readers import usgs_release

HEAD = (
    "MCS chapter,Section,Commodity,Country,Statistics,Statistics_detail,Unit,Year,Value,Notes,"
    "Is critical mineral 2025,Other notes\n"
)
CROSSCHECK = (
    "mineral,metric,iso3,country,rank,value,value_raw,unit,unit_meaning,year,share_of_world,vintage,"
    "source,basis,confidence,seen_in,wmd_value,ratio_to_wmd,note\n"
)


def release(folder: Path, *rows: str) -> Path:
    path = folder / usgs_release.RELEASE_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((HEAD + "\n".join(rows) + "\n").encode("cp1252"))
    return folder


def crosscheck(folder: Path, *rows: str) -> Path:
    path = folder / "facts/mining_crosscheck.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(CROSSCHECK + "\n".join(rows) + "\n")
    return folder


def capacity_row(country: str, value: str, detail: str = "Yearend capacity") -> str:
    return (
        f"ALUMINUM ,World,Aluminum,{country},Capacity,{detail},thousand metric tons,2024,"
        f'"{value}",,No,'
    )


def test_a_dash_is_nil_and_withheld_or_bounded_figures_are_missing(tmp_path: Path) -> None:
    rows = [
        capacity_row(name, value)
        for name, value in (
            ("Norway", "1,460"),
            ("Iceland", "—"),
            ("Canada", "W"),
            ("Brazil", ">9"),
        )
    ]
    table = usgs_release.read_release(release(tmp_path, *rows)).set_index("country")["value"]
    assert table["Norway"] == 1460.0
    assert table["Iceland"] == 0.0
    assert table[["Canada", "Brazil"]].isna().all()


def test_capacity_is_by_code_and_leaves_out_world_totals(tmp_path: Path) -> None:
    folder = release(
        tmp_path,
        capacity_row("Norway", "1,460"),
        capacity_row("Other countries", "10"),
        capacity_row("World total", "2,000"),
    )
    figures = usgs_release.read_capacity(folder, "ALUMINUM", "Yearend capacity", 2024)
    assert figures.to_dict() == {"NOR": 1460.0, "ROW": 10.0}


def test_a_country_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    folder = release(tmp_path, capacity_row("Atlantis", "5"))
    with pytest.raises(DataError, match="Atlantis") as caught:
        usgs_release.read_capacity(folder, "ALUMINUM", "Yearend capacity", 2024)
    assert caught.value.code == "ORE-DAT-040"


def test_a_listed_statistic_that_is_not_in_the_release_is_refused(tmp_path: Path) -> None:
    folder = release(tmp_path, capacity_row("Norway", "1,460"))
    with pytest.raises(DataError) as caught:
        usgs_release.read_united_states_secondary(folder, 2024)
    assert caught.value.code == "ORE-DAT-040"


def reserve(key: str, code: str, value: str, unit: str = "metric tons") -> str:
    return f"{key},reserves,{code},,1,{value},,{unit},,2024,,MCS2025,USGS,reported,high,,,,"


def test_reserves_are_tonnes_and_a_bound_is_no_figure(tmp_path: Path) -> None:
    listing = read_assumed("reserve_sources")
    keys = [key for text in listing["key"] for key in str(text).split(";")]
    rows = [reserve(key, "CHL", "5") for key in keys if key != "uranium"]
    rows += [reserve("copper", "NAM", ">7"), reserve("copper", "WLD", "99")]
    rows.append("uranium,reserves,AUS,,1,3,,t U,,2021,,REDBOOK2022,NEA,reported,high,,,,")
    table = deposits.reserves_table(crosscheck(tmp_path, *rows))
    copper = table[table["mineral"] == "copper"]
    assert copper[["country", "reserves_t"]].to_numpy().tolist() == [["CHL", 5000.0]]
    titanium = table[table["mineral"] == "titanium"]
    assert titanium["reserves_t"].tolist() == [10_000.0]


def test_a_listed_chapter_without_a_figure_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        deposits.reserves_table(crosscheck(tmp_path, reserve("nickel", "IDN", "5")))
    assert caught.value.code == "ORE-DAT-048"
    assert "aluminium" in caught.value.what


def test_every_publisher_is_kept_and_one_is_used(tmp_path: Path) -> None:
    rows = [
        f"antimony,mine_production,RUS,,1,{value},,metric tons,,2024,,{vintage},x,reported,high,,"
        f"{other},,"
        for value, vintage, other in (("40000", "MCS2026", "24670"), ("13000", "MCS2025", ""))
    ]
    folder = crosscheck(tmp_path, *rows)
    (tmp_path / "facts/refining.csv").write_text(
        "mineral,stage,iso3,country,year,share,value,unit,world_total,dataset,recommended,source,"
        "basis,confidence,seen_in,note\n"
        "antimony,smelted_metal_oxide,RUS,,2023,0.05,,share,,manual,latest,x,estimated,low,,\n"
    )
    chain = replace(read_chains()["antimony"], mined_from="usgs")
    table = alternatives.alternatives_table(folder, {"antimony": chain}, ["RUS"])
    mined = table[table["stage"] == "mined"].set_index("source")
    assert mined["quantity_t"].to_dict() == {
        "usgs-mcs-2026": 40_000.0,
        "usgs-mcs-2025": 13_000.0,
        "world-mining-data": 24_670.0,
    }
    assert mined.index[mined["used"] == 1].tolist() == ["usgs-mcs-2026"]
    assert pd.isna(table[table["stage"] == "refined"]["quantity_t"]).all()
