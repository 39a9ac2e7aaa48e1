"""Conditions, stocks, routes and disruptions: units, levels, and what was known when."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.institutions import cases, disruptions, jurisdictions, routes
from oreacle.data.institutions.commodities import minerals_of
from oreacle.data.readers import compiled_politics, logistics, registers
from oreacle.data.schema import table_spec
from oreacle.data.store import read_table

FACTS = "iso3,country,field,value,unit,year,source,basis,confidence,seen_in,note\n"
STOCKS = "iso3,country,mineral,kind,value,unit,year,status,source,basis,confidence,seen_in,note\n"


def write(folder: Path, relative: str, text: str) -> Path:
    path = folder / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def corrections(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the corrections of the package by two about Peru and Spain."""
    table = pd.DataFrame(
        {
            "country": ["ESP", "PER"],
            "field": ["royalty_lithium_rate"] * 2,
            "action": ["drop", "lower"],
            "reason": ["a gap", "a range"],
        }
    )
    monkeypatch.setattr(jurisdictions, "read_assumed", lambda _: table)


ROYALTIES = "".join(
    f"{code},x,royalty_lithium_rate,{value},fraction of Revenue,2024,s,reported,high,a.com,\n"
    for code, value in (("ESP", 0), ("PER", 0.04))
)


@pytest.mark.usefixtures("corrections")
def test_a_gap_read_as_none_is_dropped_and_a_point_of_a_range_is_no_report(tmp_path: Path) -> None:
    folder = write(tmp_path, compiled_politics.JURISDICTION_FILE, FACTS + ROYALTIES)
    table = jurisdictions.jurisdictions_table(folder)
    assert table["country"].tolist() == ["PER"]
    assert table[["basis", "confidence", "note"]].iloc[0].tolist() == [
        "estimated",
        "low",
        "a range",
    ]


@pytest.mark.usefixtures("corrections")
def test_a_correction_of_a_row_that_is_not_there_is_refused(tmp_path: Path) -> None:
    rows = ROYALTIES.replace("ESP", "PRT")
    folder = write(tmp_path, compiled_politics.JURISDICTION_FILE, FACTS + rows)
    with pytest.raises(DataError, match=r"ORE-DAT-090.*of ESP"):
        jurisdictions.jurisdictions_table(folder)


@pytest.mark.usefixtures("corrections")
def test_the_class_of_water_stress_stands_in_the_note_and_not_in_the_unit(tmp_path: Path) -> None:
    row = "CHL,x,water_stress_category,4,0-4 (extremely high (>80%)),2023,s,reported,high,a,\n"
    folder = write(tmp_path, compiled_politics.JURISDICTION_FILE, FACTS + ROYALTIES + row)
    table = jurisdictions.jurisdictions_table(folder)
    water = table[table["country"] == "CHL"].iloc[0]
    assert (water["unit"], water["note"]) == ("0-4", "extremely high (>80%)")


@pytest.mark.usefixtures("corrections")
def test_words_and_figures_are_apart_and_an_assumption_is_called_one(tmp_path: Path) -> None:
    rows = "NOR,x,conflict_status,none,class,2024,s,estimated,low,recollection,\n"
    rows += "NOR,x,corporate_tax_rate,0.22,fraction,2024,s,reported,high,a.com,\n"
    rows += "NOR,x,permitting_time_years,3,years,2024,ASSUMPTION by surveys,estimated,low,,\n"
    rows += "NOR,x,oecd_country_risk_class,0,0-7,2026,s,reported,high,a.com,\n"
    rows += "NOR,x,global_peace_index,1.5,1-5,2020,s,reported,high,a.com,\n"
    table = jurisdictions.jurisdictions_table(
        write(tmp_path, compiled_politics.JURISDICTION_FILE, FACTS + rows + ROYALTIES)
    )
    table = table[table["country"] == "NOR"]
    cells = {row.pop("field"): row for row in table.to_dict("records")}
    assert set(cells) == {
        "conflict_status",
        "corporate_tax_rate",
        "permitting_time_years",
    }
    assert cells["conflict_status"]["text"] == "none"
    assert table["value"].isna().tolist() == [True, False, False]
    assert (cells["corporate_tax_rate"]["value"], cells["corporate_tax_rate"]["text"]) == (0.22, "")
    assert cells["permitting_time_years"]["basis"] == "assumed"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("high (rank 48 in 2019)", "high"),
        ("very high: 2012, 2014", "very high"),
        ("high to extremely high", ""),
        ("poor 2008-2023; good since Mar 2024", ""),
        ("very high in Balochistan", ""),
        ("none", "none"),
    ],
)
def test_a_hazard_has_a_level_only_if_its_text_is_one_class(text: str, level: str) -> None:
    assert jurisdictions.hazard_level(text) == level


@given(st.integers(1990, 2040))
def test_a_text_is_left_out_exactly_if_it_names_a_later_year(year: int) -> None:
    assert jurisdictions.names_later_year(f"high (unrest {year})") == (year > 2024)


def test_a_stock_keeps_its_unit_and_its_range(tmp_path: Path) -> None:
    rows = (
        "CHN,x,copper,holding_tonnes,1750000,t (range 1500000-2000000),2020,e,s,estimated,low,,\n"
    )
    rows += "USA,x,germanium,holding_tonnes,14000,kg,2022,held,s,reported,low,,\n"
    rows += "USA,x,cobalt,planned_purchase,500,million USD,2025,announced,s,reported,high,,\n"
    table = jurisdictions.stockpiles_table(
        write(tmp_path, compiled_politics.STOCKPILE_FILE, STOCKS + rows)
    )
    assert table["unit"].tolist() == ["t", "kg"]
    assert table["low"].tolist()[0] == 1_500_000
    assert table["high"].isna().tolist() == [False, True]
    assert table["minerals"].tolist() == ["copper", "germanium"]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("-50 to -76", (-76.0, -50.0)),
        ("-95 (Mar) to -50 (later 2026)", (-95.0, -50.0)),
        ("-20 (bulk)", (-20.0, -20.0)),
        ("+89", (89.0, 89.0)),
        ("0", (0.0, 0.0)),
    ],
)
def test_changes_of_transits_keep_their_sign(text: str, ends: tuple[float, float]) -> None:
    assert routes.signed_ends(text) == ends


def test_an_end_after_the_last_day_covered_was_not_known(tmp_path: Path) -> None:
    names = "event_id,chokepoint_id,start,end,right_censored,duration_days,cause,effect,"
    names += (
        "transit_change_pct,war_risk_premium_hull,extra_days_or_wait,source,confidence,seen_in\n"
    )
    rows = "A,danish,2024-11-17,2025-02-26,no,101,sabotage,x,0,,,s,low,\n"
    rows += "B,suez,2021-03-23,2021-03-29,no,6,accident,x,-100,,,s,high,\n"
    rows += "C,taiwan,2025-04-01,2025-04-02,no,2,exercise,x,0,,,s,low,\n"
    table = routes.passage_events_table(write(tmp_path, logistics.PASSAGE_EVENT_FILE, names + rows))
    assert table["event_id"].tolist() == ["A", "B"]
    assert table["open"].tolist() == [1, 0]
    assert table["until"].tolist() == ["", "2021-03-29"]
    assert table["duration_days"].isna().tolist() == [True, False]
    assert table["transit_change_low"].tolist() == [0.0, -1.0]


def test_commodities_become_minerals_and_what_the_model_lacks_becomes_nothing() -> None:
    texts = pd.Series(["Cu;Au", "PGM;Cu;Cu", "REE (Dy,Tb)", "coal", "alumina;bauxite"])
    assert minerals_of(texts, "a test").tolist() == [
        "copper",
        "platinum;palladium;copper",
        "rare_earths_heavy",
        "",
        "aluminium",
    ]


def test_a_commodity_without_an_entry_is_refused_unless_words_are_expected() -> None:
    with pytest.raises(DataError, match=r"ORE-DAT-093.*unobtainium"):
        minerals_of(pd.Series(["Cu;unobtainium"]), "a test")
    loose = minerals_of(pd.Series(["Cu;S import"]), "a test", strict=False)
    assert loose.tolist() == ["copper"]


def test_every_entry_of_the_commodity_map_is_a_mineral_of_the_model() -> None:
    slugs = {s for text in read_assumed("commodity_slugs")["minerals"] for s in text.split(";")}
    assert slugs - {""} <= set(read_table("minerals")["mineral"])


def test_an_event_that_had_not_ended_has_no_length(tmp_path: Path) -> None:
    names = "event_id,year,start_date,duration_days,right_censored,country_iso3,site_or_event,"
    names += "mineral,stage,cause,loss,loss_unit,loss_pct_world_year,loss_basis,loss_confidence,"
    names += "source,confidence,seen_in,note\n"
    rows = "E1,2023,2023-08-01,900,no,CHN,x,Ga;Ge,policy,export_restriction,,,,,,s,high,,\n"
    rows += "E2,2021,2021-01-01,30,no,NAM,x,U,mine,strike,5,t,2,approximate,low,s,high,,\n"
    rows += "E3,2025,2025-01-01,3,no,NOR,x,Al,smelter,strike,,,,,,s,high,,\n"
    table = disruptions.disruption_events_table(
        write(tmp_path, logistics.DISRUPTION_FILE, names + rows)
    )
    assert table["country"].tolist() == ["CHN", "NAM"]
    assert table["open"].tolist() == [1, 0]
    assert table["duration_days"].isna().tolist() == [True, False]
    assert table["loss_share"].tolist()[1] == 0.02


@given(st.lists(st.integers(1, 500), min_size=1, max_size=12))
def test_the_median_of_ended_events_is_the_plain_lower_median(lengths: list[int]) -> None:
    days = np.array(lengths, dtype=float)
    found = disruptions.median_duration(days, np.ones(len(days), dtype=bool))
    assert found == np.sort(days)[(len(days) - 1) // 2]


def test_open_events_lengthen_the_median_and_half_open_ones_hide_it() -> None:
    days = np.array([10.0, 20.0, 30.0, 400.0])
    ended = np.array([True, True, True, True])
    assert disruptions.median_duration(days, ended) == 20.0
    assert disruptions.median_duration(days, np.array([True, False, True, True])) == 30.0
    assert np.isnan(disruptions.median_duration(days, np.array([True, False, False, False])))


def test_the_rate_has_the_jeffreys_prior_and_its_interval() -> None:
    events = pd.DataFrame(
        {
            "year": [2005, 2012, 2021],
            "since": ["2005-01-01", "2012-01-01", "2021-01-01"],
            "cause": "strike",
            "open": 0,
            "duration_days": [5.0, 9.0, 7.0],
        }
    )
    row = disruptions.disruption_rates_table(events).iloc[0]
    assert row["events"] == 3
    assert row["per_year_2010_2024"] == pytest.approx(2.5 / 15)
    # Half of a chi-squared variable of five degrees has the same law: 1.1455 and 11.0705.
    assert row["per_year_low"] == pytest.approx(1.145476 / 2 / 15, rel=1e-5)
    assert row["per_year_high"] == pytest.approx(11.070498 / 2 / 15, rel=1e-5)
    assert row["median_duration_days"] == 7.0


def test_the_length_of_one_section_is_not_that_of_the_corridor(tmp_path: Path) -> None:
    names = [column.name for column in table_spec("corridors").columns]
    renamed = {
        "corridor": "corridor_id",
        "origin": "from",
        "origin_lat": "from_lat",
        "origin_lon": "from_lon",
        "destination": "to",
        "destination_lat": "to_lat",
        "destination_lon": "to_lon",
        "capacity_t": "capacity_mt_y_now",
        "planned_capacity_t": "capacity_mt_y_planned",
        "control": "financing_control",
        "incidents": "security_disruption",
        "seen": "seen_in",
    }
    head = [renamed.get(name, name) for name in names if name != "commodities"] + ["length_km"]
    rows = pd.DataFrame("", index=[0, 1], columns=head)
    rows["length_km"] = ["43 (ARM section)", "1740"]
    rows["length_km_low"] = rows["length_km_high"] = ["43", "1740"]
    rows["capacity_mt_y_now"] = ["", "0.25"]
    write(tmp_path, logistics.CORRIDOR_FILE, rows.to_csv(index=False))
    table = routes.corridors_table(tmp_path)
    assert table["length_km_high"].isna().tolist() == [True, False]
    assert table["capacity_t"].tolist()[1] == 250_000.0


def test_a_reserve_of_zero_was_not_stated(tmp_path: Path) -> None:
    head = "d,Country,Deposit_Name,Resource_Type,Latitude,Longitude,Status,reserve,"
    head += "resource_demostrated,resource_inferred,max_prod_rate\n"
    rows = "7,Portugal,Alvarrões,Hard Rock,40.5,-7.3,Producing,0,0,23.7,1.2\n"
    table = cases.deposits_table(write(tmp_path, registers.DEPOSIT_FILE, head + rows))
    assert table["deposit"].tolist() == ["L007"]
    assert table["name"].tolist() == ["Alvarrões"]
    assert table["reserve_kt"].isna().tolist() == [True]
    assert table["resource_inferred_kt"].tolist() == [23.7]


def test_a_case_keeps_its_commodity_and_gets_its_mineral(tmp_path: Path) -> None:
    row = dict.fromkeys(registers.CASE_COLUMNS, "x") | {"minerals": "bauxite", "exporter": "IDN"}
    row |= {"remaining_fraction": "0.5", "restricted_share_of_world": "0.1", "clean_score": "3"}
    text = ",".join(row) + "\n" + ",".join(row.values()) + "\n"
    table = cases.experiments_table(write(tmp_path, registers.CASE_FILE, text))
    assert (table["commodity"][0], table["minerals"][0]) == ("bauxite", "aluminium")
    with pytest.raises(DataError, match="ORE-DAT-012"):
        cases.experiments_table(write(tmp_path, registers.CASE_FILE, text.replace("hs92", "hs")))
