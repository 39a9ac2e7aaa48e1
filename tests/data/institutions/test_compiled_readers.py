"""Readers of the compiled tables: codes, ranges, open ends and spellings survive the reading."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from oreacle.core.errors import DataError
from oreacle.data.readers import compiled_politics, logistics, registers, state_ties
from oreacle.data.readers.politics import DISTANCE_FILE
from oreacle.data.readers.politics_files import VOTING_FILE
from oreacle.data.readers.provenance import seen_word


def write(folder: Path, relative: str, text: str, encoding: str = "utf-8") -> None:
    path = folder / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))


MEMBERS = """bloc,iso3,country,year_joined,year_left,source,basis,confidence,seen_in,note
EU,GBR,United Kingdom,1973,2020,lists,reported,high,recollection,
NATO,NOR,Norway,1949,,lists,reported,high,recollection,
SADC,NAM,Namibia,1990,,lists,reported,high,web page sadc.int,
"""


def test_norway_and_namibia_are_read_as_countries_and_a_missing_year_stays_missing(
    tmp_path: Path,
) -> None:
    write(tmp_path, compiled_politics.MEMBERSHIP_FILE, MEMBERS)
    table = compiled_politics.read_memberships(tmp_path)
    assert table["country"].tolist() == ["GBR", "NOR", "NAM"]
    assert table["until"].tolist()[0] == 2020
    assert table["until"].isna().tolist() == [False, True, True]
    assert table["seen"].tolist() == ["recollection", "recollection", "seen"]


def test_the_text_na_is_kept_and_an_unknown_code_is_refused(tmp_path: Path) -> None:
    rows = "iso3,field,value,unit,year,source,basis,confidence,seen_in,note\n"
    rows += "NAM,conflict_status,NA,class,2020,s,estimated,low,recollection,\n"
    write(tmp_path, compiled_politics.JURISDICTION_FILE, rows)
    assert compiled_politics.read_jurisdictions(tmp_path)["value"].tolist() == ["NA"]
    write(tmp_path, compiled_politics.JURISDICTION_FILE, rows.replace("NAM", "NA"))
    with pytest.raises(DataError, match="ORE-DAT-010"):
        compiled_politics.read_jurisdictions(tmp_path)


def test_the_union_is_one_actor_in_the_stockpiles(tmp_path: Path) -> None:
    head = "iso3,country,mineral,kind,value,unit,year,status,source,basis,confidence,seen_in,note\n"
    row = "EUU,European Union,all,programme,pilot,text,2024,pilot,s,reported,low,,\n"
    write(tmp_path, compiled_politics.STOCKPILE_FILE, head + row)
    table = compiled_politics.read_stockpiles(tmp_path)
    assert table["country"].tolist() == ["EU"]
    assert table["seen"].tolist() == ["recollection"]


HAZARDS = (
    "iso3,country,water_stress,tropical_cyclone,flood,earthquake_volcano,power_reliability,"
    "labour_strike,conflict_unrest,source,confidence,seen_in\n"
    "CIV,Côte d'Ivoire,low,none,,low,fair,low,medium,s,low,recollection\n"
)


def test_hazards_are_one_row_each_and_an_empty_one_has_none(tmp_path: Path) -> None:
    write(tmp_path, compiled_politics.HAZARD_FILE, HAZARDS)
    table = compiled_politics.read_hazards(tmp_path)
    assert len(table) == 6
    assert "flood" not in set(table["hazard"])


def test_a_file_in_another_encoding_is_refused_and_not_garbled(tmp_path: Path) -> None:
    write(tmp_path, compiled_politics.HAZARD_FILE, HAZARDS, "cp1252")
    with pytest.raises(DataError, match="ORE-DAT-011"):
        compiled_politics.read_hazards(tmp_path)


@pytest.mark.parametrize(
    ("note", "word"),
    [
        ("recollection", "recollection"),
        ("", "recollection"),
        ("computed", "computed"),
        ("computed; recollection", "partly"),
        ("a.com; b.org", "seen"),
        ("copy at github:x y.csv; pilot from recollection", "partly"),
    ],
)
def test_notes_on_where_a_figure_was_seen_become_one_word(note: str, word: str) -> None:
    assert seen_word(note) == word


PASSAGES = (
    "event_id,chokepoint_id,start,end,right_censored,duration_days,source,confidence,seen_in\n"
    "A,suez,2021-03-23,2021-03-29,no,6,s,high,recollection\n"
    "B,kerch,2022-02-24,,yes,,s,high,recollection\n"
)


def test_an_open_end_is_a_flag_and_no_length(tmp_path: Path) -> None:
    write(tmp_path, logistics.PASSAGE_EVENT_FILE, PASSAGES)
    table = logistics.read_passage_events(tmp_path)
    assert table["open"].tolist() == [0, 1]
    assert table["duration_days"].isna().tolist() == [False, True]


def test_a_word_in_a_column_of_numbers_is_refused(tmp_path: Path) -> None:
    write(tmp_path, logistics.PASSAGE_EVENT_FILE, PASSAGES.replace(",6,", ",six,"))
    with pytest.raises(DataError, match="ORE-DAT-014"):
        logistics.read_passage_events(tmp_path)


def test_the_legs_of_an_inland_way_are_added_and_a_range_has_two_ends() -> None:
    assert logistics.range_ends("137+800") == (937.0, 937.0)
    assert logistics.range_ends("10-600") == (10.0, 600.0)


def test_quotes_of_a_span_of_years_have_both_ends(tmp_path: Path) -> None:
    head = "freight_id,category,unit,year,value_low,value_high,source,confidence,seen_in\n"
    row = "F1,toll,USD/t,2018-2021,1,2,s,low,recollection\n"
    write(tmp_path, logistics.QUOTE_FILE, head + row)
    table = logistics.read_quotes(tmp_path)
    assert (table["year_from"][0], table["year_to"][0]) == (2018, 2021)


PAIRS = "iso_o;iso_d;contig;comlang_off;colony;city\n"


def test_old_codes_are_mended_and_directed_pairs_become_one(tmp_path: Path) -> None:
    rows = "ZAR;ZMB;1;0;0;Kinshasa\nZMB;ZAR;1;0;0;x\nROM;YUG;1;0;0;x\nROM;HUN;1;0;0;Bogotá\n"
    write(tmp_path, DISTANCE_FILE, PAIRS + rows, "cp1252")
    table = state_ties.read_neighbours(tmp_path)
    pairs = list(zip(table["country_a"], table["country_b"], strict=True))
    assert pairs == [("COD", "ZMB"), ("HUN", "ROU"), ("ROU", "SRB")]
    assert table["contiguous"].tolist() == [1, 1, 1]


VOTES = "ccode,iso3c\n411,GNQ\n438,GIN\n481,GAB\n710,CHN\n365,RUS\n2,USA\n"
RIVALRIES = "tssr_id,rivalry,ccode1,ccode2,start,end\n"


def test_a_rivalry_that_reaches_the_end_of_the_file_is_open(tmp_path: Path) -> None:
    write(tmp_path, VOTING_FILE, VOTES)
    rows = "118,China-Taiwan,710.0,713.0,1949.0,2020.0\n1,A,2.0,365.0,1946.0,1989.0\n"
    write(tmp_path, state_ties.RIVALRY_FILE, RIVALRIES + rows)
    table = state_ties.read_rivalries(tmp_path)
    assert table["country_b"].tolist() == ["TWN", "USA"]
    assert table["open"].tolist() == [1, 0]
    assert table["until"].isna().tolist() == [True, False]


def test_the_rivalry_of_gabon_is_with_equatorial_guinea(tmp_path: Path) -> None:
    write(tmp_path, VOTING_FILE, VOTES)
    row = "165,Eguatorial Guinea-Gabon,438.0,481.0,1972.0,2020.0\n"
    write(tmp_path, state_ties.RIVALRY_FILE, RIVALRIES + row)
    table = state_ties.read_rivalries(tmp_path)
    assert (table["country_a"][0], table["country_b"][0]) == ("GAB", "GNQ")


def test_a_year_with_a_missing_month_has_no_mean(tmp_path: Path) -> None:
    months = [f"2020-{month:02d}-01,{month}," for month in range(1, 13)]
    months += [f"2021-{month:02d}-01,1,1" for month in range(1, 5)]
    write(tmp_path, state_ties.NEWS_RISK_FILE, "month,GPRC_NOR,GPRC_CHN\n" + "\n".join(months))
    table = state_ties.read_news_risk(tmp_path)
    assert table.to_dict("list") == {
        "country": ["NOR"],
        "year": [2020],
        "news_risk": [6.5],
        "months": [12],
    }


def test_parts_of_countries_have_no_democracy_and_a_gap_stays_a_gap(tmp_path: Path) -> None:
    indices = ",".join(f"v2x_{name}" for name in state_ties.DEMOCRACY_INDICES)
    rows = f"country_text_id,year,{indices}\nZZB,1990,1,1,1,1,1\nNAM,1990,,0.2,0.3,0.4,0.5\n"
    write(tmp_path, state_ties.DEMOCRACY_FILE, rows)
    table = state_ties.read_democracy(tmp_path)
    assert table["country"].tolist() == ["NAM"]
    assert pd.isna(table["polyarchy"][0])


def test_names_of_countries_become_codes_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    head = "country,year,lever,regime,instrument,primary_source\n"
    write(tmp_path, registers.POLICY_FILE, head + "Namibia,2023,Local content,x,y,Ley Nº 1 — z\n")
    table = registers.read_policy_acts(tmp_path)
    assert table["country"].tolist() == ["NAM"]
    assert table["primary_source"].tolist() == ["Ley Nº 1 — z"]
    write(tmp_path, registers.POLICY_FILE, head + "Ruritania,2023,Local content,x,y,z\n")
    with pytest.raises(DataError, match="Ruritania"):
        registers.read_policy_acts(tmp_path)


def test_na_written_by_r_is_missing_in_the_deposits_alone(tmp_path: Path) -> None:
    head = "d,Country,Deposit_Name,Resource_Type,Latitude,Longitude,Status,reserve,"
    head += "resource_demostrated,resource_inferred,max_prod_rate\n"
    write(tmp_path, registers.DEPOSIT_FILE, head + "1,Norway,NA,Brine,1,2,Open,NA,5,6,7\n")
    table = registers.read_deposits(tmp_path)
    assert table["Deposit_Name"].tolist() == ["NA"]
    assert pd.isna(table["reserve"][0])
    assert table["resource_demostrated"].tolist() == [5.0]
