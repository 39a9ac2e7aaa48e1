"""One publisher stands for a year of output; all of them can be seen side by side."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.world.history_sample import BGS, TABLES, USGS, WMD, frame, write_sample

from oreacle.core.errors import DataError
from oreacle.data.history.production import read_commodities
from oreacle.world.history import History, load_history
from oreacle.world.history_output import PUBLISHER_ORDER, output_history


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    return load_history(write_sample(tmp_path_factory.mktemp("tables")))


def test_the_listed_publisher_goes_on_after_the_listed_years(history: History) -> None:
    output = history.output("tin", "mined", [2017, 2018, 2024])
    assert output["publisher"].values.tolist() == ["", WMD, WMD]
    assert output.sel(country="PER").values[1:].tolist() == [10.0, 12.0]
    assert np.isnan(output.sel(year=2024, country="AUS"))
    assert output.attrs == {"units": "t/yr", "counts": "contained element"}
    assert output["basis"].sel(country="PER").values.tolist() == ["", "reported", "reported"]
    assert output["basis"].sel(year=2024, country="AUS").item() == ""


def test_another_publisher_follows_only_where_it_counts_the_same(history: History) -> None:
    copper = history.output("copper", "mined", [2022, 2023, 2024])
    assert copper["publisher"].values.tolist() == [BGS, BGS, USGS]
    assert copper.sel(country="PER").values.tolist() == [7.0, 8.0, 2000.0]
    only = history.output("copper", "mined", 2024)
    assert only.sel(country="PER").values.tolist() == [2000.0]


def test_what_has_no_conversion_is_given_as_counted_and_named_so(history: History) -> None:
    bauxite = history.output("aluminium", "mined", [2023, 2024])
    assert bauxite.attrs["counts"] == "bauxite"
    assert bauxite.sel(country="AUS").values.tolist() == [3.0, 3.0]


def test_the_total_of_rare_earths_stands_for_the_light_ones(history: History) -> None:
    output = history.output("rare_earths_light", "mined", 2015)
    assert output.sel(country="CHN").values.tolist() == [100.0]
    assert output.attrs["counts"] == "rare-earth oxide, all elements"


def test_a_year_without_a_publisher_is_missing_everywhere(history: History) -> None:
    output = history.output("tin", "mined", [1995, 2018])
    assert output.sel(year=1995).isnull().all()
    assert output.sizes["year"] == 2


def test_publishers_stand_side_by_side_with_their_ratio(history: History) -> None:
    table = history.output_by_publisher("tin", "mined", 2024)
    assert list(table.columns) == [USGS, WMD, "ratio"]
    assert table["ratio"].to_dict()["PER"] == pytest.approx(2.0)
    assert np.isnan(table["ratio"].to_dict()["AUS"])
    assert np.isnan(table[USGS].to_dict()["USA"])
    assert table.attrs["totals"] == {USGS: 28.0, WMD: 12.0}


def test_an_unlisted_stage_and_an_unpublished_year_are_refused(history: History) -> None:
    with pytest.raises(DataError) as caught:
        history.output("tin", "refined")
    assert caught.value.code == "ORE-DAT-078"
    assert "mined" in caught.value.fix
    with pytest.raises(DataError, match="ORE-DAT-078"):
        history.output_by_publisher("tin", "mined", 2001)


@settings(deadline=None, max_examples=20)
@given(st.sets(st.integers(1995, 2024), min_size=1))
def test_a_year_is_the_same_whatever_other_years_are_asked_for(years: set[int]) -> None:
    production = frame("production_history", TABLES["production_history"])
    together = output_history(production, "copper", "mined", sorted(years))
    for year in years:
        alone = output_history(production, "copper", "mined", [year])
        assert together.sel(year=year)["publisher"] == alone["publisher"][0]
        assert together.sel(year=year).sum() == pytest.approx(float(alone.sum()))


def test_the_order_names_every_publisher_of_the_commodities() -> None:
    assert set(PUBLISHER_ORDER) == set(read_commodities()["publisher"])


def test_a_missing_folder_is_refused() -> None:
    with pytest.raises(DataError, match="ORE-DAT-002"):
        load_history(Path("no") / "such" / "folder")
