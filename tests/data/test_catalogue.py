"""Every table says what it was made from, and every source id is explained."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from oreacle.core.errors import DataError
from oreacle.data import catalogue
from oreacle.data.assumptions import ASSUMED_DIRECTORY, read_assumed
from oreacle.data.schema import OPTIONAL_TABLES, table_names, validate
from oreacle.data.store import read_table, write_table


def gdp() -> pd.DataFrame:
    return pd.DataFrame({"country": ["CHL", "PER"], "year": [1995, 2003], "gdp_usd": [1.0, 2.0]})


def sources_folder(folder: Path, content: str) -> Path:
    path = folder / "raw/wb-gdp-pop/gdp.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return folder


def test_the_catalogue_names_rows_years_sources_and_checksums(tmp_path: Path) -> None:
    table = catalogue.catalogue_table({"gdp": gdp()}, sources_folder(tmp_path, "a"))
    assert validate(table, "catalogue") == []
    row = table.iloc[0]
    assert (row["rows"], row["years"]) == (2, "1995-2003")
    assert row["sources"] == "oreacle-assumptions;world-bank-wdi"
    assert len(row["inputs_sha256"]) == len(row["table_sha256"]) == 64


def test_another_input_changes_the_inputs_checksum_only(tmp_path: Path) -> None:
    first = catalogue.catalogue_table({"gdp": gdp()}, sources_folder(tmp_path, "a")).iloc[0]
    second = catalogue.catalogue_table({"gdp": gdp()}, sources_folder(tmp_path, "b")).iloc[0]
    assert first["inputs_sha256"] != second["inputs_sha256"]
    assert first["table_sha256"] == second["table_sha256"]


def test_a_changed_table_is_found_by_its_checksum(tmp_path: Path) -> None:
    out = tmp_path / "out"
    listing = catalogue.catalogue_table({"gdp": gdp()}, sources_folder(tmp_path, "a"))
    write_table(gdp(), "gdp", out)
    write_table(listing, "catalogue", out)
    assert catalogue.changed_tables(out) == []
    write_table(gdp().assign(gdp_usd=[1.0, 2.5]), "gdp", out)
    assert catalogue.changed_tables(out) == ["gdp"]


def test_a_table_without_listed_inputs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        catalogue.catalogue_table({"relations_rates": pd.DataFrame()}, tmp_path)
    assert caught.value.code == "ORE-DAT-019"


def test_every_listed_source_has_a_row_and_every_listed_assumption_a_file() -> None:
    listing = read_assumed("table_inputs").astype(str)
    known = set(catalogue.sources_table()["source"])
    assert set(listing["source"]) <= known
    assert validate(catalogue.sources_table(), "sources") == []
    for name in listing["input"]:
        if name.startswith("assumed/"):
            assert (ASSUMED_DIRECTORY / name.removeprefix("assumed/")).is_file(), name


def test_every_built_table_has_inputs() -> None:
    listed = {table for text in read_assumed("table_inputs")["tables"] for table in text.split(";")}
    own = (
        "relations_",
        "event_scores",
        "price_scores",
        "share_scores",
        "monthly_parameters",
        "escalation_parameters",
    )
    fitted = {name for name in table_names() if name.startswith(own)}
    assert listed == set(table_names()) - fitted - {"catalogue"} - OPTIONAL_TABLES


def test_the_shipped_catalogue_names_tables_that_exist_only() -> None:
    assert set(read_table("catalogue")["table"]) <= set(table_names())


def test_the_shipped_tables_use_known_sources_only() -> None:
    price_sources = set(read_assumed("price_series")["source"])
    assert price_sources <= set(catalogue.sources_table()["source"])
