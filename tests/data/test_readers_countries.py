"""Readers of country and pair data: true zeros, missing figures and mended codes stay apart."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from oreacle.core.errors import DataError
from oreacle.data.readers import (
    bgs,
    chronicle,
    indicators,
    politics,
    politics_files,
    price_sheet,
    prices,
    worldbank,
)


def write(folder: Path, relative: str, text: str) -> None:
    path = folder / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    if relative.endswith(".gz"):
        frame_lines = [line.split(",") for line in text.strip().split("\n")]
        pd.DataFrame(frame_lines[1:], columns=frame_lines[0]).to_csv(path, index=False)
    else:
        path.write_text(text)


BGS = """iso3,country,year,commodity,sub_commodity,quantity,units,as_printed
COD,Congo,2021,"copper mine",,100,tonnes (metal content),100
COD,Congo Democratic Republic,2021,"copper mine",,900,tonnes (metal content),900
ZAF,South Africa,2021,pgm,Platinum,2000,kilograms (metal content),2000
DEU,Germany,2021,gallium,,,tonnes (metric),...
CHL,Chile,2021,gallium,,0,tonnes (metric),-----
""".replace('"', "")


def test_bgs_tells_the_two_congos_apart_and_turns_kilograms_into_tonnes(tmp_path: Path) -> None:
    write(tmp_path, bgs.PRODUCTION_FILE, BGS)
    table = bgs.read_bgs_production(tmp_path).set_index(["country", "commodity"])["quantity_t"]
    assert table["COG", "copper mine"] == 100.0
    assert table["COD", "copper mine"] == 900.0
    assert table["ZAF", "pgm"] == 2.0
    assert pd.isna(table["DEU", "gallium"])
    assert table["CHL", "gallium"] == 0.0


def test_an_unknown_unit_of_bgs_is_refused(tmp_path: Path) -> None:
    write(tmp_path, bgs.PRODUCTION_FILE, BGS.replace("kilograms (metal content)", "troy ounces"))
    with pytest.raises(DataError, match="ORE-DAT-014"):
        bgs.read_bgs_production(tmp_path)


def test_gdp_drops_regional_totals_and_missing_years(tmp_path: Path) -> None:
    write(
        tmp_path,
        indicators.GDP_FILE,
        "Country Name,Country Code,Year,Value\nAfrica,SSA,2020,5\nUnion,EUU,2020,9\n"
        "Chile,CHL,2020,2.5\nPeru,PER,2020,\n",
    )
    table = worldbank.read_gdp(tmp_path)
    assert table.to_dict("list") == {"country": ["CHL"], "year": [2020], "gdp_usd": [2.5]}


STABILITY = "Country/Territory,Code,1996,1998,country_code\n"


def test_a_normalised_risk_of_zero_means_missing_and_ambiguous_codes_are_left_out(
    tmp_path: Path,
) -> None:
    rows = "Chile,CHL,{},{},152\nGuyana,GUY,{},{},328\nGuyana,GUY,{},{},328\nX,R20,1,1,697\n"
    estimate = STABILITY + rows.format("0.5", "None", "1", "1", "2", "2")
    risk = STABILITY + rows.format("0.0", "nan", "0.1", "0.1", "0.2", "0.2")
    write(tmp_path, worldbank.STABILITY_FILE, estimate)
    write(tmp_path, worldbank.NORMALISED_FILE, risk)
    assert worldbank.read_stability(tmp_path).empty
    write(tmp_path, worldbank.NORMALISED_FILE, risk.replace("CHL,0.0", "CHL,0.3"))
    table = worldbank.read_stability(tmp_path)
    assert table.to_dict("list") == {"country": ["CHL"], "year": [1996], "stability": [0.5]}


def test_two_stability_files_of_different_rows_are_refused(tmp_path: Path) -> None:
    write(tmp_path, worldbank.STABILITY_FILE, STABILITY + "Chile,CHL,1,1,152\n")
    write(tmp_path, worldbank.NORMALISED_FILE, STABILITY + "Peru,PER,1,1,604\n")
    with pytest.raises(DataError, match="ORE-DAT-012"):
        worldbank.read_stability(tmp_path)


def test_a_year_with_a_missing_month_has_no_annual_price(tmp_path: Path) -> None:
    full = [f"1990-{month:02d},Tin,($/mt),{month}" for month in range(1, 13)]
    part = [f"1991-{month:02d},Tin,($/mt),{month}" for month in range(1, 12)]
    write(
        tmp_path,
        price_sheet.PRICE_FILE,
        "\n".join(["month,commodity,unit,price", *full, *part, "1991-12,Tin,($/mt),"]),
    )
    table = worldbank.read_commodity_prices(tmp_path)
    assert table.to_dict("list") == {
        "commodity": ["Tin"],
        "unit": ["$/mt"],
        "year": [1990],
        "price": [6.5],
    }


VOTES = """ccode,iso3c,countryname,year,idealpointfp
2,USA,US,1990,2.5
740,JPN,Japan,1990,
345,YUG,Yugoslavia,1990,-0.5
260,,,1990,1.0
255,DEU,Germany,1991,1.0
"""


def test_ideal_points_without_code_or_figure_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, politics_files.VOTING_FILE, VOTES)
    table = politics.read_ideal_points(tmp_path)
    assert dict(zip(table["country"], table["ideal_point"], strict=True)) == {
        "USA": 2.5,
        "SRB": -0.5,
        "DEU": 1.0,
    }


def test_distances_are_undirected_pairs_of_mended_codes(tmp_path: Path) -> None:
    write(
        tmp_path,
        politics.DISTANCE_FILE,
        "iso_o;iso_d;dist\nZAR;CHN;10\nCHN;ZAR;10\nCHN;CHN;1\n",
    )
    table = politics.read_distances(tmp_path)
    assert table.to_dict("list") == {
        "country_a": ["CHN"],
        "country_b": ["COD"],
        "distance_km": [10.0],
    }


def test_an_alliance_counts_from_its_last_unbroken_spell(tmp_path: Path) -> None:
    write(tmp_path, politics_files.VOTING_FILE, VOTES)
    rows = [
        f"{a},{b},{year},{defence},0"
        for a, b, defence, years in (
            ("2", "740", "1", (1990, 1991, 1994, 1995)),
            ("740", "2", "1", (1994, 1995, 1996)),
            ("2", "255", "0", (1990,)),
            ("265", "2", "1", (1990,)),
            ("260", "2", "1", (1990,)),
        )
        for year in years
    ]
    text = "\n".join(["ccode1,ccode2,year,atop_defense,atop_offense", *rows])
    write(tmp_path, politics_files.ALLIANCE_FILE, text)
    table = politics.read_alliances(tmp_path)
    assert table.to_dict("list") == {
        "country_a": ["DEU", "JPN"],
        "country_b": ["USA", "USA"],
        "since": [1990, 1994],
        "until": [1990, 1996],
    }


def test_the_first_agreement_in_force_counts_and_unratified_ones_do_not(tmp_path: Path) -> None:
    write(
        tmp_path,
        politics.AGREEMENT_FILE,
        "iso1,iso2,entryforceyear\n152,156,2006\n156,152,2003\n840,704,\n900,8,2007\n",
    )
    table = politics.read_trade_agreements(tmp_path)
    assert table.to_dict("list") == {
        "country_a": ["ALB", "CHL"],
        "country_b": ["XKX", "CHN"],
        "since": [2007, 2003],
    }


def test_real_and_indexed_prices_are_left_out(tmp_path: Path) -> None:
    write(
        tmp_path,
        prices.ANNUAL_FILE,
        "mineral,series,source,year,usd_per_t,basis\nTin,a,s,2020,5,nominal\n"
        "Tin,b,s,2020,6,real 1998 USD\nTin,c,s,2020,,nominal\n",
    )
    write(tmp_path, prices.UNIT_VALUE_FILE, "hs,year,uv,n,lo,hi,kept\n260900,2020,7.5,12,7,9,0.9\n")
    assert prices.read_annual_prices(tmp_path)["price_usd_per_t"].tolist() == [5.0]
    unit_values = prices.read_unit_values(tmp_path)
    assert unit_values["flows"].tolist() == [12.0]
    assert unit_values[["lower", "upper"]].to_numpy().tolist() == [[7.0, 9.0]]


def test_the_chronicle_is_read_as_text_and_blocs_with_their_members(tmp_path: Path) -> None:
    header = ",".join(chronicle.COLUMNS)
    write(tmp_path, chronicle.EVENTS_FILE, f"{header}\n{','.join(['NA'] * 15)}\n")
    write(tmp_path, chronicle.BLOCS_FILE, "code,name,members_iso3\nQUAD,Q,AUS;USA\nUN,U,\n")
    assert chronicle.read_events(tmp_path)["kind"].tolist() == ["NA"]
    assert chronicle.read_blocs(tmp_path) == {"QUAD": ("AUS", "USA"), "UN": ()}
