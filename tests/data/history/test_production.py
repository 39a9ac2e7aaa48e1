"""Published output keeps the publisher's figure and converts only what has a known content."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.core.labels import STAGES
from oreacle.data.history.production import read_commodities, tidy_production
from oreacle.data.readers import bgs, usgs, worldbank
from oreacle.data.schema import validate
from oreacle.data.store import read_table

WMD = "world-mining-data"
CONTENTS = {"Lithium (Li2O)": 0.4645, "Bauxite": np.nan, "Platinum": 1.0}


def commodities() -> pd.DataFrame:
    table = read_commodities()
    return table[(table["publisher"] == WMD) & table["commodity"].isin(CONTENTS)]


def published(rows: list[tuple[str, str, float, str, str]]) -> pd.DataFrame:
    names = ["commodity", "country", "quantity", "unit", "basis"]
    return pd.DataFrame(rows, columns=names).assign(publisher=WMD, year=2020)


def all_three(extra: list[tuple[str, str, float, str, str]]) -> pd.DataFrame:
    rows = [
        ("Lithium (Li2O)", "CHL", 100.0, "metr. t", "reported"),
        ("Bauxite", "AUS", 7.0, "metr. t", "reported"),
        ("Platinum", "ZAF", 3000.0, "kg", "estimated"),
        *extra,
    ]
    return tidy_production(published(rows), commodities())


def test_figures_stay_as_printed_beside_contained_tonnes() -> None:
    table = all_three([]).set_index("commodity")
    assert table["quantity"].to_dict() == {
        "Bauxite": 7.0,
        "Lithium (Li2O)": 100.0,
        "Platinum": 3000.0,
    }
    assert table["quantity_t"].to_dict()["Lithium (Li2O)"] == pytest.approx(46.45)
    assert table["quantity_t"].to_dict()["Platinum"] == 3.0
    assert np.isnan(table["quantity_t"].to_dict()["Bauxite"])
    assert table["unit"].to_dict() == {"Bauxite": "t", "Lithium (Li2O)": "t", "Platinum": "kg"}
    assert validate(table.reset_index(), "production_history") == []


def test_rows_that_a_mended_code_merges_are_added_and_a_missing_part_is_missing() -> None:
    extra = [
        ("Bauxite", "SRB", 1.0, "metr. t", "reported"),
        ("Bauxite", "SRB", 2.0, "metr. t", "estimated"),
        ("Bauxite", "DEU", 5.0, "metr. t", "reported"),
        ("Bauxite", "DEU", np.nan, "metr. t", "reported"),
    ]
    table = all_three(extra)
    table = table[table["commodity"] == "Bauxite"].set_index("country")
    assert table["quantity"].to_dict()["SRB"] == 3.0
    assert table["basis"].to_dict()["SRB"] == "estimated"
    assert np.isnan(table["quantity"].to_dict()["DEU"])


@given(st.floats(0.0, 1e9))
def test_contained_tonnes_are_never_more_than_what_is_counted(quantity: float) -> None:
    table = all_three([("Lithium (Li2O)", "ARG", quantity, "metr. t", "reported")])
    found = table[table["country"] == "ARG"]
    assert float(found["quantity_t"].iloc[0]) <= quantity


def test_an_absent_commodity_and_an_unknown_unit_are_refused() -> None:
    rows = published([("Bauxite", "AUS", 7.0, "lb", "reported")])
    with pytest.raises(DataError) as caught:
        tidy_production(rows, commodities())
    assert caught.value.code == "ORE-DAT-076"
    assert "Platinum" in caught.value.what
    assert "lb" in caught.value.what


def test_each_commodity_is_listed_once_with_a_plausible_content() -> None:
    table = read_commodities()
    assert not table.duplicated(["publisher", "commodity"]).any()
    assert table["content"].dropna().between(0.3, 1.0).all()
    assert set(table["stage"]) <= {*STAGES, "smelted", "alumina", "ferroalloy"}
    assert (table["counts"] != "").all()
    sums = table[table["added"]].groupby(["publisher", "mineral", "stage"])["counts"].nunique()
    assert sums.max() == 1


def test_every_mineral_of_the_list_is_a_slug_or_the_rare_earth_total() -> None:
    assert set(read_commodities()["mineral"]) <= {*read_table("minerals")["mineral"], "rare_earths"}


def test_thousand_tonnes_labelled_as_tonnes_are_read_as_what_the_chapter_means(
    tmp_path: Path,
) -> None:
    path = tmp_path / usgs.MINING_FILE
    path.parent.mkdir(parents=True)
    path.write_text(
        "mineral,metric,iso3,value,value_raw,unit,unit_meaning,year,basis,vintage\n"
        "titanium_ilmenite,mine_production,CHN,3250,,metric tons,kt TiO2,2023,reported,MCS2025\n"
        "titanium_ilmenite,mine_production,WLD,8840,,metric tons,kt TiO2,2023,reported,MCS2025\n"
        "lithium,mine_production,USA,,W,metric tons,t Li,2024,reported,MCS2026\n"
        "lithium,mine_production,CHL,,—,metric tons,t Li,2024,reported,MCS2026\n"
        "uranium,mine_production,KAZ,1,,t U,t U,2022,reported,WNA2023\n"
    )
    table = usgs.read_usgs_editions(tmp_path).set_index("country")
    assert table["unit"].to_dict() == {"CHN": "kt", "USA": "t", "CHL": "t"}
    assert np.isnan(table["quantity"].to_dict()["USA"])
    assert table["quantity"].to_dict()["CHL"] == 0.0
    path.write_text(path.read_text().replace("kt TiO2", "lb TiO2"))
    with pytest.raises(DataError, match="ORE-DAT-040"):
        usgs.read_usgs_editions(tmp_path)


def test_estimates_are_told_from_reports_and_kilograms_from_tonnes(tmp_path: Path) -> None:
    path = tmp_path / bgs.PRODUCTION_FILE.removesuffix(".gz")
    path.parent.mkdir(parents=True)
    content = pd.DataFrame(
        {
            "iso3": ["ZAF", "RUS"],
            "country": ["South Africa", "Russia"],
            "year": ["2020", "2020"],
            "commodity": ["platinum group metals, mine"] * 2,
            "sub_commodity": ["Platinum"] * 2,
            "quantity": ["110000", "23000"],
            "units": ["kilograms (metal content)"] * 2,
            "note_code": ["", "a|*"],
        }
    )
    content.to_csv(tmp_path / bgs.PRODUCTION_FILE, index=False)
    table = bgs.read_bgs_as_printed(tmp_path).set_index("country")
    assert table["basis"].to_dict() == {"ZAF": "reported", "RUS": "estimated"}
    assert table["printed"].to_dict()["ZAF"] == 110000.0
    assert table["quantity_t"].to_dict()["ZAF"] == pytest.approx(110.0)
    assert set(table["unit"]) == {"kg"}


def test_a_zero_of_the_risk_file_is_missing_and_doubtful_rows_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / worldbank.NORMALISED_FILE
    path.parent.mkdir(parents=True)
    path.write_text(
        "Country/Territory,Code,1996,2022,2024\n"
        "Aruba,ABW,0.0,0.2,0.19\n"
        "Guyana,GUY,0.49,0.43,0.41\n"
        "Guyana,GUY,0.55,0.49,0.41\n"
        "Netherlands Antilles,ANT,0.0,0.3,nan\n"
        '"Europe EFTA, nes",R20,0.0,0.55,0.56\n'
    )
    table = worldbank.read_political_risk(tmp_path)
    found = {(row["country"], row["year"]): row["risk"] for row in table.to_dict("records")}
    assert found == {
        ("ABW", 2022): 0.2,
        ("ABW", 2024): 0.19,
        ("GUY", 1996): 0.55,
        ("GUY", 2022): 0.49,
        ("ANT", 2022): 0.3,
        ("GUF", 1996): 0.49,
        ("GUF", 2022): 0.43,
        ("GUF", 2024): 0.41,
    }
    assert validate(table, "governance_risk") == []
