"""Counts of the chronicle add up, and shares of the register are what the matches say."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.data import store
from oreacle.data.history.coverage import (
    events_by_kind,
    marks_known,
    period_of,
    register_found,
)
from oreacle.data.institutions.crosscheck import BOTH, CHRONICLE_ONLY, NEAR, POSSIBLE, REGISTER_ONLY
from oreacle.data.store import read_table

KINDS = {"export_ban": "rivalry", "tariff": "rivalry", "bilateral_mou": "cooperation"}


def events(rows: list[tuple[str, int]]) -> pd.DataFrame:
    cells = [(kind, KINDS[kind], year) for kind, year in rows]
    return pd.DataFrame(cells, columns=["kind", "sign", "year"])


def crosscheck(*rows: tuple[str, float]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["status", "register_year"])


@given(st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.integers(1990, 2031)), min_size=1))
def test_every_event_is_counted_once(rows: list[tuple[str, int]]) -> None:
    table = events_by_kind(events(rows))
    body, sums = table.iloc[:-1], table.iloc[-1]
    periods = [str(name) for name in table if name not in ("kind", "sign", "all")]
    assert sums["all"] == len(rows) == body["all"].sum()
    assert (body[periods].sum(axis=1) == body["all"]).all()
    assert [sums[name] for name in periods] == [body[name].sum() for name in periods]


def test_empty_periods_stand_in_the_table() -> None:
    table = events_by_kind(events([("tariff", 1990), ("tariff", 2003), ("bilateral_mou", 1994)]))
    assert list(table) == ["kind", "sign", "1990-94", "1995-99", "2000-04", "all"]
    assert table.to_numpy().tolist() == [
        ["tariff", "rivalry", 1, 0, 1, 2],
        ["bilateral_mou", "cooperation", 1, 0, 0, 1],
        ["all", "", 2, 0, 1, 3],
    ]


@pytest.mark.parametrize(
    ("year", "period"), [(1990, "1990-94"), (1999, "1995-99"), (2000, "2000-04"), (2025, "2025-29")]
)
def test_a_year_lies_in_its_five_years(year: int, period: str) -> None:
    assert period_of(year) == period


def test_shares_are_bounds_of_what_was_found() -> None:
    table = register_found(
        crosscheck(
            (BOTH, 2011),
            (POSSIBLE, 2012),
            (NEAR, 2013),
            (REGISTER_ONLY, 2014),
            (BOTH, 2020),
            (CHRONICLE_ONLY, float("nan")),
        )
    )
    assert table.to_numpy().tolist() == [
        ["2010-14", 4, 1, 1, 1, 1, 0.25, 0.75],
        ["2020-24", 1, 1, 0, 0, 0, 1.0, 1.0],
        ["all", 5, 2, 1, 1, 1, 0.4, 0.8],
    ]


def test_a_register_without_acts_has_no_share() -> None:
    table = register_found(crosscheck((CHRONICLE_ONLY, float("nan"))))
    assert table["acts"].tolist() == [0]
    assert table[["at_least", "at_most"]].isna().all(axis=None)


def test_the_shipped_tables_are_what_the_page_says() -> None:
    found = register_found(read_table("policy_crosscheck", store.TABLES_DIRECTORY))
    assert found.iloc[-1][["acts", "found", "possible", "near", "missed"]].tolist() == [
        *(36, 9, 13, 1, 13)
    ]
    counted = events_by_kind(read_table("events", store.TABLES_DIRECTORY)).iloc[-1]
    assert counted["all"] == len(read_table("events", store.TABLES_DIRECTORY))


def test_marks_are_counted_by_basis() -> None:
    marks = read_table("event_marks", store.TABLES_DIRECTORY)
    table = marks_known(marks)
    assert table["events"].sum() == len(marks)
    bases = ["reported", "derived", "recollected"]
    assert (table[bases].sum(axis=1) == table["events"]).all()
    assert (table["lowest"] <= table["median"]).all()
    assert (table["median"] <= table["highest"]).all()
