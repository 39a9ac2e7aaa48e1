"""One price per mineral and year, and no change runs from one series into another."""

from __future__ import annotations

import pandas as pd
import pytest

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.base.chains import read_chains
from oreacle.data.history.prices import TROY_OUNCES_PER_TONNE, price_series


def listing(rows: list[tuple[str, str, str, int, int]]) -> pd.DataFrame:
    names = ["mineral", "series", "code", "first_year", "last_year"]
    table = pd.DataFrame(rows, columns=names).astype(str)
    return table.assign(kind="k", chapter="", edition="", basis="reported", source="s")


def quotes() -> dict[str, pd.DataFrame]:
    rows = [("a", 2000, 5.0), ("a", 2001, 6.0), ("a", 2002, 7.0), ("b", 2002, 90.0)]
    table = pd.DataFrame(rows, columns=["code", "year", "price_usd_per_t"])
    return {"k": table.assign(chapter="", edition="")}


def test_the_longest_series_of_a_mineral_is_the_main_one() -> None:
    table = price_series(
        listing([("tin", "old", "a", 2000, 2001), ("tin", "new", "b", 2002, 2002)]), quotes()
    )
    assert table["price_usd_per_t"].tolist() == [5.0, 6.0, 90.0]
    assert table["series"].tolist() == ["main: old", "main: old", "new"]


def test_two_series_of_one_year_are_refused() -> None:
    rows = [("tin", "old", "a", 2000, 2002), ("tin", "new", "b", 2002, 2002)]
    with pytest.raises(DataError) as caught:
        price_series(listing(rows), quotes())
    assert caught.value.code == "ORE-DAT-016"
    assert "tin 2002" in caught.value.what


def test_a_listed_year_without_a_price_is_refused() -> None:
    with pytest.raises(DataError) as caught:
        price_series(listing([("tin", "new", "b", 2001, 2002)]), quotes())
    assert caught.value.code == "ORE-DAT-015"
    assert "2001" in caught.value.what


def test_a_dollar_per_troy_ounce_is_32151_dollars_per_tonne() -> None:
    assert pytest.approx(32150.7466, abs=1e-3) == TROY_OUNCES_PER_TONNE


def test_the_listing_covers_every_mineral_and_no_year_after_the_base_year() -> None:
    table = read_assumed("price_series")
    assert set(table["mineral"]) == set(read_chains())
    assert table["last_year"].max() == 2024
