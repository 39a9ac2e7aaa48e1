"""A folder of small history tables: three years of tin ore, refined copper and cobalt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from oreacle.data.schema import table_spec
from oreacle.data.store import write_table

Row = tuple[object, ...]
CODES = ("AUS", "CHN", "COD", "DEU", "FRA", "NAM", "PER", "TWN", "USA", "ROW")
WMD, USGS = "world-mining-data", "usgs-mcs-2026"
BGS = "bgs-world-mineral-statistics"
TIN, COPPER, COBALT = "260900", "740311", "810510"


def frame(name: str, rows: Sequence[Sequence[object]]) -> pd.DataFrame:
    """Return rows as a table with the columns of the attribute table."""
    return pd.DataFrame([tuple(row) for row in rows], columns=list(table_spec(name).column_names))


def minerals() -> pd.DataFrame:
    """Return minerals whose attributes do not matter."""
    columns = table_spec("minerals").columns
    names = ("aluminium", "cobalt", "copper", "lithium", "rare_earths_light", "tin")
    row = {column.name: column.name if column.is_text else 1 for column in columns}
    return pd.DataFrame([row | {"mineral": name} for name in names])


def flow(
    hs: str, exporter: str, importer: str, year: int, value: float, tonnes: float | None
) -> Row:
    """Return one row of trade in HS92 codes."""
    return ("hs92", hs, exporter, importer, year, value, tonnes)


def listed(exporter: str, importer: str, year: int, value: float) -> Row:
    """Return one row of refined copper in the listed trade."""
    full = int(year in (2022, 2024))
    return ("hs17" if year > 2016 else "hs02", COPPER, exporter, importer, year, value, None, full)


def output(
    mineral: str,
    publisher: str,
    commodity: str,
    country: str,
    year: int,
    tonnes: float | None,
    *,
    contained: bool = True,
) -> Row:
    """Return one published figure of mine output."""
    content = tonnes if contained else None
    figures = (mineral, "mined", tonnes, "t", content, "reported")
    return (publisher, commodity, country, year, *figures)


TABLES: dict[str, list[Row]] = {
    "trade_history": [
        flow(TIN, "PER", "CHN", 2015, 60.0, 6.0),
        flow(TIN, "PER", "DEU", 2015, 30.0, 3.0),
        flow(TIN, "AUS", "CHN", 2015, 20.0, None),
        flow(TIN, "FRA", "DEU", 2015, 500.0, 50.0),
        flow(TIN, "PER", "FRA", 2015, 10.0, None),
        flow(TIN, "PER", "CHN", 2016, 80.0, 8.0),
        flow(TIN, "BRA", "CHN", 2016, 20.0, 2.0),
        flow(TIN, "BOL", "CHN", 2016, 100.0, 9.0),
        flow(COBALT, "COD", "CHN", 2015, 90.0, 9.0),
        flow(COBALT, "AUS", "CHN", 2015, 10.0, 1.0),
    ],
    "trade_history_refined": [
        listed("PER", "CHN", 2010, 40.0),
        listed("AUS", "CHN", 2010, 60.0),
        listed("PER", "USA", 2010, 100.0),
        listed("PER", "CHN", 2022, 50.0),
        listed("TWN", "USA", 2022, 50.0),
    ],
    "history_shares": [
        (2015, "cobalt", "mined", "COD", 0.9, "output"),
        (2015, "cobalt", "mined", "AUS", 0.1, "output"),
        (2015, "cobalt", "refined", "AUS", 1.0, "output"),
    ],
    "production_history": [
        output("tin", WMD, "Tin", "PER", 2018, 10.0),
        output("tin", WMD, "Tin", "AUS", 2018, 5.0),
        output("tin", WMD, "Tin", "PER", 2024, 12.0),
        output("tin", USGS, "tin:mine production", "PER", 2024, 24.0),
        output("tin", USGS, "tin:mine production", "AUS", 2024, 4.0),
        output("tin", USGS, "tin:mine production", "USA", 2024, None),
        output("copper", BGS, "copper, mine", "PER", 2022, 7.0),
        output("copper", BGS, "copper, mine", "PER", 2023, 8.0),
        output("copper", USGS, "copper:mine production", "PER", 2024, 2000.0),
        output("aluminium", WMD, "Bauxite", "AUS", 2023, 3.0, contained=False),
        output("aluminium", WMD, "Bauxite", "AUS", 2024, 3.0, contained=False),
        output("rare_earths", BGS, "rare earth oxides", "CHN", 2015, 100.0, contained=False),
    ],
    "price_history": [
        ("tin", 2015, 16e3, "main: LME", "reported", "world-bank-pink-sheet"),
        ("tin", 2016, 18e3, "main: LME", "reported", "world-bank-pink-sheet"),
    ],
    "unit_values": [
        (TIN, 2015, 9e3, 9.1e3, 8e3, 1e4, 12, 0.9),
        (TIN, 2016, 9.5e3, 9.2e3, 8e3, 1e4, 10, 0.9),
    ],
    "governance_risk": [("PER", 1996, 0.6), ("PER", 1998, 0.5), ("ROW", 2010, 0.1)],
    "idealpoints": [("PER", 1990, -0.5), ("PER", 1992, -0.4)],
    "events": [
        (
            *("E1", "2015-03-01", 2015, "day", "export_ban", "rivalry", "PER;CHN", "USA", "tin"),
            *("tin", "ore", 0.8, "ended", "2017-05-01", "A ban.", "Gazette", "high"),
        ),
        (
            *("E2", "2016", 2016, "year", "agreement", "cooperation", "USA", "", "", "all"),
            *("all", None, "in force", "", "A pact.", "Gazette", "high"),
        ),
    ],
}


def write_sample(folder: Path, *, last_year: int = 2024) -> Path:
    """Write the tables, rows dated after a year left out, and return the folder."""
    countries = [(c, c, "EU" if c in ("DEU", "FRA") else c, 1.0, 2023, "x") for c in CODES]
    write_table(frame("countries", countries), "countries", folder)
    write_table(minerals(), "minerals", folder)
    for name, rows in TABLES.items():
        table = frame(name, rows)
        for column in table_spec(name).columns:
            if column.kind == "number":
                table[column.name] = table[column.name].astype(float)
        write_table(table[table["year"] <= last_year], name, folder)
    return folder
