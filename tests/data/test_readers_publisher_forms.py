"""A publisher's own file gives the frame that its reduced file gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.data.base.countries import read_latest_population
from oreacle.data.readers import politics, worldbank
from oreacle.data.readers.governance import normalised_risk

GDP = "raw/wb-gdp-pop/gdp.csv"
WIDE_GDP = "raw/wb-gdp-pop/API_NY.GDP.MKTP.CD_DS2_en_csv_v2_1234.csv"
WIDE_POPULATION = "raw/wb-gdp-pop/API_SP.POP.TOTL_DS2_en_csv_v2_1234.csv"
PRICES = "raw/wb-pinksheet/pinksheet_metals_monthly_1990_2026.csv"
WORKBOOK = "raw/wb-pinksheet/CMO-Historical-Data-Monthly.xlsx"
VOTES = "raw/unga-idealpoints/idealpoints_1990_2024.csv"
OWN_VOTES = "raw/unga-idealpoints/Idealpointestimates1946-2025.csv"
ALLIANCES = "raw/peacesci/atop_alliance_1990_2018.csv.gz"
OWN_ALLIANCES = "raw/peacesci/atop5_1ddyr.csv"
WGI = "raw/wgi/wgidataset"
ESTIMATE = "raw/wgi/wgi_political_stability_estimate_1996_2024.csv"
NORMALISED = "raw/wgi/wgi_political_stability_normalized_1996_2024.csv"


def put(folder: Path, relative: str, text: str) -> Path:
    path = folder / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    if relative.endswith(".gz"):
        lines = [line.split(",") for line in text.strip().split("\n")]
        pd.DataFrame(lines[1:], columns=lines[0]).to_csv(path, index=False)
    else:
        path.write_text(text, encoding="utf-8")
    return folder


def put_book(folder: Path, relative: str, sheet: str, rows: list[list[object]]) -> Path:
    path = folder / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(path)
    return folder


def wide(indicator: str, *rows: str) -> str:
    about = '"Data Source","World Development Indicators",\n\n"Last Updated Date","2026-07-01",\n\n'
    names = '"Country Name","Country Code","Indicator Name","Indicator Code","2022","2023",\n'
    return about + names + "".join(row.replace("IND", indicator) + "\n" for row in rows)


CHILE = '"Chile","CHL","A, b","IND","301.5","",'
WORLD = '"World","WLD","A, b","IND","9000","9500",'
REGION = '"Sub-Saharan Africa","SSA","A, b","IND","77","78",'


def test_the_wide_file_of_gdp_gives_the_frame_of_the_long_one(tmp_path: Path) -> None:
    own = put(tmp_path / "own", WIDE_GDP, wide("NY.GDP.MKTP.CD", CHILE, WORLD, REGION))
    long = "Country Name,Country Code,Year,Value\nWorld,WLD,2022,9000\nChile,CHL,2022,301.5\n"
    cut = put(tmp_path / "cut", GDP, long + "World,WLD,2023,9500\n")
    table = worldbank.read_gdp(own)
    pd.testing.assert_frame_equal(table, worldbank.read_gdp(cut))
    assert table.to_dict("list") == {"country": ["CHL"], "year": [2022], "gdp_usd": [301.5]}


def test_population_is_the_latest_of_the_wide_file(tmp_path: Path) -> None:
    put(tmp_path, WIDE_POPULATION, wide("SP.POP.TOTL", CHILE, WORLD))
    assert read_latest_population(tmp_path).to_dict() == {"CHL": 301.5, "WLD": 9500.0}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (wide("SP.POP.TOTL", CHILE), "ORE-DAT-102"),
        (wide("NY.GDP.MKTP.CD", CHILE, CHILE), "ORE-DAT-015"),
        (wide("NY.GDP.MKTP.CD", CHILE.replace("301.5", "..")), "ORE-DAT-014"),
        ("<html>try again later</html>\n", "ORE-DAT-102"),
    ],
)
def test_a_wide_file_of_another_kind_is_refused(tmp_path: Path, text: str, code: str) -> None:
    put(tmp_path, WIDE_GDP, text)
    with pytest.raises(DataError, match=code):
        worldbank.read_gdp(tmp_path)


NAMES = [
    "Crude oil, average",
    "Coal, Australian",
    "Natural gas index",
    "Phosphate rock",
    "Potassium chloride **",
    *["Aluminum", "Iron ore, cfr spot", "Copper", "Lead", "Tin", "Nickel", "Zinc"],
    *["Gold", "Platinum", "Silver", "Cocoa"],
]


def book_rows(names: list[str] = NAMES) -> list[list[object]]:
    months = [f"{year}M{month:02d}" for year in (1989, 1990, 1991) for month in range(1, 13)]
    head: list[list[object]] = [
        ["World Bank Commodity Price Data (The Pink Sheet)"],
        ["monthly prices in nominal US dollars, 1960 to present"],
        ["(monthly series are available only in nominal US dollar terms)"],
        ["Updated on June 02, 2026"],
        [None, *names],
        [None, *["($/mt)"] * len(names)],
    ]
    body: list[list[object]] = [
        [month, *[round(n + 1 + 0.1 * m, 2) for n in range(len(names))]]
        for m, month in enumerate(months)
    ]
    body[-1][1 + names.index("Tin")] = "…"
    body[-1][1 + names.index("Lead")] = ".."
    return head + body


def long_rows() -> str:
    lines = ["month,commodity,unit,price"]
    for row in book_rows()[6:]:
        month = str(row[0]).replace("M", "-")
        for name, price in zip(NAMES[:-1], row[1:], strict=False):
            if month >= "1990" and isinstance(price, float):
                lines.append(f'{month},"{name.rstrip(" *")}",($/mt),{price!r}')
    return "\n".join(lines) + "\n"


def test_the_workbook_of_prices_gives_the_frame_of_the_long_file(tmp_path: Path) -> None:
    own = put_book(tmp_path / "own", WORKBOOK, "Monthly Prices", book_rows())
    cut = put(tmp_path / "cut", PRICES, long_rows())
    table = worldbank.read_commodity_prices(own)
    pd.testing.assert_frame_equal(table, worldbank.read_commodity_prices(cut))
    assert set(table["year"]) == {1990, 1991}
    # 1991 lacks December for tin: no annual price.
    assert table.loc[table["commodity"] == "Tin", "year"].tolist() == [1990]
    assert "Potassium chloride" in set(table["commodity"])


def test_a_renamed_series_another_sheet_and_a_repeated_month_are_refused(tmp_path: Path) -> None:
    renamed = [name.replace("Zinc", "Zinc, LME") for name in NAMES]
    put_book(tmp_path / "a", WORKBOOK, "Monthly Prices", book_rows(renamed))
    with pytest.raises(DataError, match=r"ORE-DAT-012.*Zinc"):
        worldbank.read_commodity_prices(tmp_path / "a")
    put_book(tmp_path / "b", WORKBOOK, "Annual Prices (Real)", book_rows())
    with pytest.raises(DataError, match="ORE-DAT-102"):
        worldbank.read_commodity_prices(tmp_path / "b")
    put_book(tmp_path / "c", WORKBOOK, "Monthly Prices", [*book_rows(), book_rows()[-1]])
    with pytest.raises(DataError, match="ORE-DAT-015"):
        worldbank.read_commodity_prices(tmp_path / "c")
    put_book(tmp_path / "e", WORKBOOK, "Monthly Prices", [])
    with pytest.raises(DataError, match="ORE-DAT-102"):
        worldbank.read_commodity_prices(tmp_path / "e")
    put(tmp_path / "d", WORKBOOK, "no workbook")
    with pytest.raises(DataError, match="ORE-DAT-011"):
        worldbank.read_commodity_prices(tmp_path / "d")


def governance_sheet(folder: Path) -> None:
    names: list[object] = ["Economy (code)", "Economy (name)", "Year"]
    names += ["Governance estimate (approx. -2.5 to +2.5)", "Governance score (0-100)"]
    rows: list[list[object]] = [
        ["CHL", "Chile", 2022, 0.5, 60],
        ["NAM", "Namibia", 2022, -0.25, 50],
        ["NAM", "Namibia", 2021, "..", None],
        ["SOM", "Somalia", 2022, -2.75, 1],
    ]
    put_book(folder, f"{WGI}.xlsx", "pv", [names, *rows])


def governance_list(folder: Path) -> None:
    names = "codeindyr,code,countryname,year,indicator,estimate,stddev,nsource\n"
    rows = [
        "CHLpv2022,CHL,Chile,2022,pv,0.5,.2,9",
        "CHLrl2022,CHL,Chile,2022,rl,1.5,.2,9",
        "NAMpv2022,NAM,Namibia,2022,pv,-0.25,.2,9",
        "NAMpv2021,NAM,Namibia,2021,pv,..,..,0",
        "SOMpv2022,SOM,Somalia,2022,pv,-2.75,.2,9",
    ]
    put(folder, f"{WGI}.csv", names + "\n".join(rows) + "\n")


@pytest.mark.parametrize("release", [governance_sheet, governance_list])
def test_both_layouts_of_the_governance_release_give_the_reduced_frames(
    tmp_path: Path, release: Callable[[Path], None]
) -> None:
    release(tmp_path / "own")
    head = "Country/Territory,Code,2021,2022,country_code\n"
    estimates = "Chile,CHL,nan,0.5,1\nNamibia,NAM,nan,-0.25,2\nSomalia,SOM,nan,-2.75,3\n"
    risks = "Chile,CHL,0.0,0.4,1\nNamibia,NAM,0.0,0.55,2\nSomalia,SOM,0.0,1.0,3\n"
    put(put(tmp_path / "cut", ESTIMATE, head + estimates), NORMALISED, head + risks)
    for read in (worldbank.read_stability, worldbank.read_political_risk):
        pd.testing.assert_frame_equal(read(tmp_path / "own"), read(tmp_path / "cut"))


def test_a_fault_is_named_with_the_file_and_its_row(tmp_path: Path) -> None:
    rows = book_rows()
    rows[19][1 + NAMES.index("Zinc")] = "n.q."  # the second month of 1990
    put_book(tmp_path, WORKBOOK, "Monthly Prices", rows)
    with pytest.raises(DataError, match="ORE-DAT-014") as caught:
        worldbank.read_commodity_prices(tmp_path)
    # Row 1 below the names has the units, row 2 January 1989.
    assert "'Zinc'" in caught.value.what
    assert "Historical-Data-Monthly.xlsx" in caught.value.what
    assert "row 15," in caught.value.what
    put(tmp_path, OWN_VOTES, OWN_VOTE_ROWS.replace("-0.5", "low"))
    with pytest.raises(DataError, match="ORE-DAT-014") as caught:
        politics.read_ideal_points(tmp_path)
    assert "Idealpointestimates1946-2025.csv" in caught.value.what
    assert "row 3," in caught.value.what


def test_old_codes_of_the_governance_release_are_mended_and_regions_left_out(
    tmp_path: Path,
) -> None:
    rows = [f"{code},2010,pv,{n}" for n, code in enumerate(["ADO", "KSV", "WBG", "ANT", "SSF"])]
    put(tmp_path, f"{WGI}.csv", "\n".join(["code,year,indicator,estimate", *rows]) + "\n")
    stability = worldbank.read_stability(tmp_path)
    assert stability.set_index("country")["stability"].to_dict() == {
        "AND": 0.0,
        "XKX": 1.0,
        "PSE": 2.0,
        "ROW": 3.0,
    }
    # Apart from its own figures, nothing stands for the rest of the world.
    assert set(worldbank.read_political_risk(tmp_path)["country"]) == {"AND", "XKX", "PSE", "ANT"}


def test_a_release_without_the_indicator_is_refused(tmp_path: Path) -> None:
    put(tmp_path, f"{WGI}.csv", "code,year,indicator,estimate\nCHL,2022,rl,1\n")
    with pytest.raises(DataError, match="ORE-DAT-102"):
        worldbank.read_stability(tmp_path)
    put(tmp_path, f"{WGI}.csv", "code,year,value\nCHL,2022,1\n")
    with pytest.raises(DataError, match="ORE-DAT-102"):
        worldbank.read_stability(tmp_path)


@given(st.floats(-4.0, 2.4), st.floats(-4.0, 2.4))
def test_a_more_stable_country_never_has_the_higher_risk(one: float, other: float) -> None:
    risk = normalised_risk(pd.Series([min(one, other), max(one, other)]))
    assert 0.0 <= risk[1] <= risk[0] <= 1.0


OWN_VOTE_ROWS = """ccode,iso3c,Countryname,year,NVotesFP,IdealPointFP
2,USA,United States,1989,80,9.5
2,USA,United States,1990,80,2.5
565,NAM,Namibia,1990,80,-0.5
740,JPN,Japan,1990,80,NA
260,NA,German Federal Republic,1990,80,1.0
255,DEU,Germany,1991,80,1.0
2,USA,United States,2025,80,9.5
"""
VOTE_ROWS = """ccode,iso3c,countryname,year,idealpointfp
2,USA,United States,1990,2.5
565,NAM,Namibia,1990,-0.5
740,JPN,Japan,1990,
260,,German Federal Republic,1990,1.0
255,DEU,Germany,1991,1.0
"""


def test_published_ideal_points_give_the_reduced_frame_and_na_is_not_namibia(
    tmp_path: Path,
) -> None:
    own = put(tmp_path / "own", OWN_VOTES, OWN_VOTE_ROWS)
    cut = put(tmp_path / "cut", VOTES, VOTE_ROWS)
    table = politics.read_ideal_points(own)
    pd.testing.assert_frame_equal(table, politics.read_ideal_points(cut))
    assert table["country"].tolist() == ["USA", "NAM", "DEU"]
    assert politics.state_names(own) == politics.state_names(cut)


def test_estimates_of_another_kind_and_a_repeated_year_are_refused(tmp_path: Path) -> None:
    other = OWN_VOTE_ROWS.replace("IdealPointFP", "IdealPointAll")
    with pytest.raises(DataError, match="ORE-DAT-012"):
        politics.read_ideal_points(put(tmp_path / "a", OWN_VOTES, other))
    twice = OWN_VOTE_ROWS + "255,DEU,Germany,1991,80,2.0\n"
    with pytest.raises(DataError, match="ORE-DAT-015"):
        politics.read_ideal_points(put(tmp_path / "b", OWN_VOTES, twice))


def test_published_alliances_give_the_reduced_frame(tmp_path: Path) -> None:
    head = "atopid1,stateA,stateB,ddyad,year,atopally,defense,offense,neutral,nonagg,consul\n"
    rows = [
        "1,2,740,2740,1989,1,1,0,0,0,1",
        "1,2,740,2740,1990,1,1,0,0,0,1",
        "1,740,2,740002,1990,1,1,0,0,0,1",
        "1,2,740,2740,1991,1,1.0,0,0,0,1",
        "2,2,565,2565,1991,1,0,NA,0,1,1",
        "2,255,565,255565,1992,1,0,1,0,1,1",
    ]
    reduced = """ccode1,ccode2,year,atop_defense,atop_offense
2,740,1990,1,0
740,2,1990,1,0
2.0,740.0,1991,1.0,0.0
2,565,1991,0,0
255,565,1992,0,1
"""
    own = put(tmp_path / "own", OWN_ALLIANCES, head + "\n".join(rows) + "\n")
    cut = put(tmp_path / "cut", ALLIANCES, reduced)
    for folder in (own, cut):
        put(folder, VOTES, VOTE_ROWS)
    table = politics.read_alliances(own)
    pd.testing.assert_frame_equal(table, politics.read_alliances(cut))
    assert table.to_numpy().tolist() == [["DEU", "NAM", 1992, 1992], ["JPN", "USA", 1990, 1991]]


def test_a_state_that_no_list_names_is_refused_by_its_number(tmp_path: Path) -> None:
    put(tmp_path, VOTES, VOTE_ROWS)
    put(tmp_path, ALLIANCES, "ccode1,ccode2,year,atop_defense,atop_offense\n2,999,1990,1,0\n")
    with pytest.raises(DataError, match="COW 999"):
        politics.read_alliances(tmp_path)
