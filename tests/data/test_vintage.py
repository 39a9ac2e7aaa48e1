"""Tables say themselves from which year they start and up to which day they know the world."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.data.base.chains import BASE_YEAR
from oreacle.data.store import TABLES_DIRECTORY
from oreacle.data.vintage import (
    built_vintage,
    moved,
    read_vintage,
    vintage_from_table,
    vintage_table,
)

DAYS = st.dates().map(lambda day: day.isoformat())


def test_the_shipped_tables_know_2024_to_its_last_day() -> None:
    vintage = read_vintage(TABLES_DIRECTORY)
    assert vintage == built_vintage()
    assert (vintage.base_year, vintage.as_of) == (2024, "2024-12-31")
    assert not vintage.is_newer_than_fit


def test_a_build_starts_from_the_year_that_its_readers_use() -> None:
    assert built_vintage().base_year == BASE_YEAR


@given(DAYS, DAYS)
def test_a_day_never_moves_back(one: str, two: str) -> None:
    table = moved(moved(vintage_table(), {"as_of": one}, "x"), {"as_of": two}, "y")
    assert vintage_from_table(table).as_of == max(one, two, built_vintage().as_of)
    assert table["item"].is_unique


def test_a_day_that_moves_says_what_it_comes_from_and_the_others_stay() -> None:
    table = moved(vintage_table(), {"as_of": "2025-04-30"}, "user-import: events")
    rows = table.set_index("item")
    assert rows.loc["as_of", "source"] == "user-import: events"
    assert vintage_from_table(table).fitted_to == "2024-12-31"
    assert vintage_from_table(table).is_newer_than_fit


@pytest.mark.parametrize(
    ("item", "value", "what"),
    [
        ("as_of", "soon", "as_of is 'soon', not a day"),
        ("base_year", "2024-12-31", "not a year"),
        ("fitted_to", None, "lacks fitted_to"),
    ],
)
def test_a_table_without_a_usable_day_is_refused(item: str, value: str | None, what: str) -> None:
    table = vintage_table()
    table = table[table["item"] != item]
    if value is not None:
        table = pd.concat([table, pd.DataFrame([{"item": item, "value": value, "source": "x"}])])
    with pytest.raises(DataError, match=what) as caught:
        vintage_from_table(table)
    assert caught.value.code == "ORE-DAT-099"
