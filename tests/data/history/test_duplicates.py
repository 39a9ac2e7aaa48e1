"""Events that may be one act are found by kind, parties, minerals and days; doubles are refused."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.data import store
from oreacle.data.history.duplicates import NEAR_DAYS, like_pairs, possible_days, refuse_doubles
from oreacle.data.store import read_table

EVENT = {
    "event_id": "a",
    "date": "2013-08-10",
    "kind": "export_ban",
    "actors": "IDN",
    "targets": "WLD",
    "minerals": "tin",
    "minerals_raw": "tin",
    "stage": "ore",
    "summary": "A ban",
    "source": "A ministry",
}
OTHER_WORDS = {"event_id": "b", "summary": "Exports end", "source": "A newspaper"}


def frame(*rows: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(EVENT))


def pairs_with(**changes: str) -> int:
    return len(like_pairs(frame(EVENT, EVENT | OTHER_WORDS | changes)))


@given(st.integers(-100, 100))
def test_two_days_are_near_up_to_a_month_apart(apart: int) -> None:
    day = date(2013, 8, 10) + timedelta(days=apart)
    assert pairs_with(date=day.isoformat()) == (abs(apart) <= NEAR_DAYS)


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({"date": "2013"}, 1),
        ({"date": "2014"}, 0),
        # The last day of July lies ten days before, the first of October fifty-two after.
        ({"date": "2013-07"}, 1),
        ({"date": "2013-09"}, 1),
        ({"date": "2013-10"}, 0),
        ({"kind": "export_tax"}, 0),
        ({"actors": "CHN"}, 0),
        ({"actors": "CHN;IDN"}, 1),
        ({"minerals": "lead", "minerals_raw": "lead"}, 0),
        ({"minerals": "lead;tin", "minerals_raw": "lead;tin"}, 1),
        ({"minerals": "all", "minerals_raw": "all"}, 1),
        ({"minerals": "", "minerals_raw": ""}, 0),
        ({"targets": "CHN", "stage": "refined"}, 1),
    ],
)
def test_what_is_alike_and_what_is_not(changes: dict[str, str], count: int) -> None:
    assert pairs_with(**changes) == count


def test_minerals_outside_the_model_are_compared_as_coded() -> None:
    iron = EVENT | {"minerals": "", "minerals_raw": "iron_ore"}
    potash = EVENT | {"event_id": "c", "minerals": "", "minerals_raw": "potash"}
    pairs = like_pairs(frame(iron, potash, iron | OTHER_WORDS))
    assert [(pair.event_id, pair.other_id) for pair in pairs] == [("b", "a")]


@given(st.permutations(range(6)))
def test_the_order_of_rows_changes_no_pair(order: list[int]) -> None:
    days = ("2013-08-10", "2013-08", "2013", "2013-09-20", "2014-01", "2014-03-01")
    rows = [EVENT | {"event_id": f"e{k}", "date": day} for k, day in enumerate(days)]

    def found(events: pd.DataFrame) -> set[frozenset[str]]:
        return {frozenset((pair.event_id, pair.other_id)) for pair in like_pairs(events)}

    assert found(frame(*(rows[k] for k in order))) == found(frame(*rows)) != set()


def test_new_events_are_compared_with_known_ones_and_these_not_with_each_other() -> None:
    known = frame(EVENT, EVENT | {"event_id": "b", "date": "2013-08-20"})
    (one, two) = like_pairs(frame(EVENT | {"event_id": "c", "date": "2013-09-01"}), known)
    assert (one.row, one.event_id, one.in_known, one.is_double) == (0, "c", True, False)
    assert [(pair.other, pair.other_id, pair.days_apart) for pair in (one, two)] == [
        (0, "a", 22),
        (1, "b", 12),
    ]
    assert like_pairs(frame(), known) == ()


@pytest.mark.parametrize(
    ("changes", "double"),
    [
        ({}, True),
        ({"summary": "a  BAN."}, True),
        ({"summary": "Exports end"}, True),
        ({"source": "A newspaper"}, True),
        ({"targets": ""}, True),
        ({"summary": "Exports end", "source": "A newspaper"}, False),
        ({"date": "2013-08"}, False),
        ({"stage": "refined"}, False),
        ({"targets": "CHN"}, False),
        ({"targets": "CHN;WLD"}, False),
        ({"actors": "IDN;MYS"}, False),
        ({"minerals": "tin;lead"}, False),
    ],
)
def test_a_double_is_coded_alike_and_shares_its_words(
    changes: dict[str, str], double: bool
) -> None:
    (pair,) = like_pairs(frame(EVENT, EVENT | {"event_id": "b"} | changes))
    assert pair.is_double is double


def test_every_double_is_refused_and_named() -> None:
    with pytest.raises(DataError) as caught:
        refuse_doubles(frame(EVENT, EVENT | {"event_id": "b"}, EVENT | {"event_id": "c"}))
    assert caught.value.code == "ORE-DAT-001"
    assert "b: is 'a' once more" in caught.value.what
    assert "c: is 'b' once more" in caught.value.what


def test_a_likely_pair_is_said_in_one_sentence() -> None:
    (sentence,) = refuse_doubles(frame(EVENT, EVENT | OTHER_WORDS | {"date": "2013-08-15"}))
    assert sentence.startswith("'b' may be 'a' of 2013-08-10: ")
    assert "5 days apart" in sentence


def test_a_date_holds_all_days_that_it_can_mean() -> None:
    assert [high - low + 1 for low, high in map(possible_days, ("2024", "2023", "2024-02"))] == [
        366,
        365,
        29,
    ]
    assert possible_days("2024-02-29") == (date(2024, 2, 29).toordinal(),) * 2


def test_the_shipped_chronicle_holds_no_double() -> None:
    pairs = like_pairs(read_table("events", store.TABLES_DIRECTORY))
    assert not [pair for pair in pairs if pair.is_double]
    named = {frozenset((pair.event_id, pair.other_id)) for pair in pairs}
    assert frozenset(("usa_eu_cma_2023", "usa_jpn_cma_2023")) in named
    assert len(pairs) < 60
