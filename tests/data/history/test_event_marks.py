"""Marks are figures of events that exist, in the unit of the mark, within what can be."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.data import store
from oreacle.data.assumptions import read_assumed
from oreacle.data.history.event_marks import BASES, COLUMNS, MARKS, event_marks_table
from oreacle.data.schema import validate
from oreacle.data.store import read_table

EVENTS = pd.DataFrame({"event_id": ["ind_duty", "idn_ban", "seen_nowhere"]})
PUBLISHED = frozenset({"ind_duty", "idn_ban"})


def mark(**changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "event_id": "ind_duty",
        "mark": "rate",
        "value": 0.3,
        "unit": "1",
        "value_basis": "reported",
        "source": "Summary: 30 percent",
    }
    return row | changes


def marks(*rows: dict[str, object]) -> pd.DataFrame:
    return event_marks_table(pd.DataFrame(list(rows), columns=COLUMNS), EVENTS, PUBLISHED)


def embedded(name: str) -> pd.DataFrame:
    return read_table(name, store.TABLES_DIRECTORY)


def test_marks_come_in_the_order_of_events_and_are_valid() -> None:
    days = {"mark": "lead", "value": 171, "unit": "day", "value_basis": "derived"}
    table = marks(mark(), mark(event_id="idn_ban", **days))
    assert validate(table, "event_marks") == []
    assert table["event_id"].tolist() == ["idn_ban", "ind_duty"]
    assert table["value"].tolist() == [171.0, 0.3]


@given(name=st.sampled_from(sorted(MARKS)), place=st.floats(-0.5, 1.5))
def test_a_value_is_taken_exactly_if_it_lies_within_the_bounds(name: str, place: float) -> None:
    kind = MARKS[name]
    value = kind.low + place * (kind.high - kind.low)
    row = mark(mark=name, unit=kind.unit, value=value)
    if kind.low <= value <= kind.high:
        assert marks(row)["value"].tolist() == [pytest.approx(value)]
    else:
        with pytest.raises(DataError, match="is outside"):
            marks(row)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"event_id": "ind_dutty"}, "did you mean 'ind_duty'"),
        ({"event_id": "seen_nowhere"}, "write recollected"),
        ({"mark": "rates"}, "did you mean 'rate'"),
        ({"value": 30}, "outside 0 to 3"),
        ({"value": ""}, "is no number"),
        ({"value": "nan"}, "is no number"),
        ({"mark": "money", "unit": "USD", "value": 150}, "outside 100000"),
        ({"mark": "quota_change", "value": -40}, "outside -1"),
        ({"unit": "%"}, "write '1'"),
        ({"value_basis": "guessed"}, "use one of reported"),
        ({"source": " "}, "say where the figure stands"),
    ],
)
def test_a_wrong_mark_is_refused_with_its_line_and_the_fix(
    changes: dict[str, object], reason: str
) -> None:
    with pytest.raises(DataError) as caught:
        marks(mark(event_id="idn_ban"), mark(**changes))
    assert caught.value.code == "ORE-DAT-001"
    assert "has 1 fault:" in caught.value.what
    assert "line 3 (" in caught.value.what
    assert reason in caught.value.what


def test_all_faults_are_refused_together_and_a_second_figure_is_one() -> None:
    with pytest.raises(DataError) as caught:
        marks(mark(), mark(value=0.5), mark(mark="lead", unit="1", value=-1), mark(event_id="x"))
    assert "has 4 faults:" in caught.value.what
    assert "line 3 (ind_duty, rate): stands on line 2 too" in caught.value.what


def test_an_event_that_was_seen_nowhere_has_recollected_marks() -> None:
    table = marks(mark(event_id="seen_nowhere", value_basis="recollected"))
    assert table["value_basis"].tolist() == ["recollected"]


def test_the_shipped_marks_are_those_that_were_coded() -> None:
    coded = read_assumed("event_marks").sort_values(["event_id", "mark"], ignore_index=True)
    shipped = embedded("event_marks")
    pd.testing.assert_frame_equal(shipped, coded.astype(shipped.dtypes.to_dict()))
    assert set(shipped["event_id"]) <= set(embedded("events")["event_id"])
    assert set(shipped["value_basis"]) == set(BASES)


@pytest.mark.parametrize(
    ("event", "name", "value"),
    [
        ("ind_chrome_duty_2012", "rate", 0.3),
        ("usa_232_russia_alu_2023", "rate", 2.0),
        ("chn_ree_quota_2011h2", "quota", 30184.0),
        ("chn_ree_quota_cut_2010h2", "quota_change", -0.4),
        ("bra_cbmm_chn_2011", "money", 1.95e9),
        ("eu_rus_alu_quota_1993", "duration", 0.25),
    ],
)
def test_plain_facts_are_what_they_are(event: str, name: str, value: float) -> None:
    table = embedded("event_marks").set_index(["event_id", "mark"])["value"]
    assert table[(event, name)] == value


@pytest.mark.parametrize(
    ("event", "force"),
    [
        ("chn_ga_ge_2023", date(2023, 8, 1)),
        ("chn_graphite_2023", date(2023, 12, 1)),
        ("chn_sb_superhard_2024", date(2024, 9, 15)),
        ("idn_bauxite_ban_2022", date(2023, 6, 10)),
        ("idn_ni_ban_accel_2019", date(2020, 1, 1)),
    ],
)
def test_a_lead_is_the_days_from_the_event_to_force(event: str, force: date) -> None:
    said = embedded("events").set_index("event_id").loc[event, "date"]
    table = embedded("event_marks").set_index(["event_id", "mark"])["value"]
    assert table[(event, "lead")] == (force - date.fromisoformat(str(said))).days


def test_rates_of_the_register_that_are_reported_agree_with_the_marks() -> None:
    register = embedded("register")
    register = register[register["strength_basis"] == "reported"]
    rates = embedded("event_marks").set_index(["event_id", "mark"])["value"]
    for row in register.to_dict("records"):
        assert rates[(row["event_id"], "rate")] == row["strength"]
    assert len(register) == 3
