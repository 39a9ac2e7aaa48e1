"""Events, prices and stocks of a user: each kind of fault is found, with line and fix."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.data.importing.files import EVENT, PRICE, RIGHT, STOCK, known, row

from oreacle.core.errors import DataError
from oreacle.data.importing import events, prices, stocks
from oreacle.data.importing.events import check_events
from oreacle.data.importing.known import Checked, Known
from oreacle.data.importing.prices import check_prices
from oreacle.data.importing.reading import Row
from oreacle.data.importing.report import Fault, refuse
from oreacle.data.importing.stocks import check_stocks
from oreacle.data.importing.units import PRICE_UNITS, QUANTITY_UNITS

CHECKS: dict[str, Callable[[Sequence[Row], Known], Checked]] = {
    "events": check_events,
    "prices": check_prices,
    "stocks": check_stocks,
}
COLUMNS = {
    "events": (*events.REQUIRED, *events.OPTIONAL),
    "prices": (*prices.REQUIRED, *prices.OPTIONAL),
    "stocks": (*stocks.REQUIRED, *stocks.OPTIONAL),
}
NASTY = [
    *("", "NA", "NO", "nan", "-1", "0", "1e999", "1,5", "=1+1", "2025", "2025-02-30", "2025-07"),
    *("9999-12-31", "0000", "CHN", "chn", "CHN;;RUS", ";", "\u039d\u039f", "\u0661\u0662"),
    *("export_ban", "all", "x" * 99),
]


@pytest.mark.parametrize("table", CHECKS)
def test_right_rows_have_no_fault(table: str) -> None:
    checked = CHECKS[table]([row(RIGHT[table])], known())
    assert checked.faults == ()
    assert len(checked.frame) == 1


@pytest.mark.parametrize(
    ("table", "column", "value", "reason", "fix"),
    [
        ("events", "actors", "NO", "two letters", "write NOR"),
        ("events", "actors", "NA", "two letters", "write NAM"),
        ("events", "targets", "UK", "two letters", "write GBR"),
        ("events", "actors", "chn", "no code of a country", "write CHN"),
        ("events", "actors", "XXQ", "no code of a country", "or one of"),
        ("events", "actors", "WLD", "is everyone", "name who acts"),
        ("events", "actors", "CHN;RUS", "several actors", "one row for each"),
        ("events", "actors", "", "is empty", "required"),
        ("events", "minerals", "galium", "no known mineral", "did you mean 'gallium'"),
        ("events", "kind", "export_bann", "not in the list", "did you mean 'export_ban'"),
        ("events", "stage", "mine", "not in the list", "use one of ore"),
        ("events", "status", "inforce", "not in the list", "in_force"),
        ("events", "confidence", "", "is empty", "required"),
        ("events", "sign", "cooperation", "contradicts the kind", "write rivalry"),
        ("events", "date", "22/02/2025", "no date of the form", "year first"),
        ("events", "date", "2025-02-30", "does not exist", "day and month"),
        ("events", "date", "1889", "outside 1990", "check the year"),
        ("events", "date", "2024-12", "not after 2024-12-31", "--allow-past"),
        ("events", "date_precision", "year", "not that of", "write day"),
        ("events", "year", "2024", "not the year of", "write 2025"),
        ("events", "end_date", "2025-01", "before the date", "mend"),
        ("events", "intensity", "1.5", "above 1", "0 to 1"),
        ("events", "intensity", "0,5", "decimal comma", "1234.5"),
        ("events", "event_id", "a b", "no label", "letters"),
        ("events", "event_id", "idn_bauxite_ban_2022", "in the tables already", "drop the row"),
        ("prices", "mineral", "", "is empty", "required"),
        ("prices", "mineral", "coper", "not in the list", "did you mean 'copper'"),
        ("prices", "price", "", "is empty", "missing is not zero"),
        ("prices", "price", "0", "is zero", "missing is not zero"),
        ("prices", "price", "-5", "is negative", "sign"),
        ("prices", "price", "9.500,00", "decimal comma", "1234.5"),
        ("prices", "price", "9 500", "separated thousands", "1234.5"),
        ("prices", "price", "NA", "no number", "drop the row"),
        ("prices", "price", "nan", "no number", "drop the row"),
        ("prices", "price", "1_000", "no number", "digits"),
        ("prices", "price", "1e999", "too large", "digits"),
        ("prices", "unit", "EUR/t", "no unit that is converted", "USD/lb"),
        ("prices", "unit", "", "is empty", "USD/lb"),
        ("prices", "year", "2024", "not after 2024-12-31", "--allow-past"),
        ("prices", "year", "25", "is no year", "YYYY"),
        ("prices", "month", "2025-01", "beside a month", "a year or a month"),
        ("prices", "basis", "guessed", "not in the list", "reported"),
        ("stocks", "country", "NO", "two letters", "write NOR"),
        ("stocks", "country", "EU", "no country that the tables hold", "ROW"),
        ("stocks", "quantity", "-1", "is negative", "sign"),
        ("stocks", "quantity", "", "is empty", "missing is not zero"),
        ("stocks", "unit", "barrels", "no unit that is converted", "kt"),
        ("stocks", "holder", "state", "not in the list", "public"),
        ("stocks", "date", "soon", "no date of the form", "year first"),
        ("stocks", "source", "", "is empty", "required"),
    ],
)
def test_a_wrong_value_is_named_with_line_column_reason_and_fix(
    table: str, column: str, value: str, reason: str, fix: str
) -> None:
    changed = row(RIGHT[table], 7, **{column: value})
    found = CHECKS[table]([changed], known()).faults
    match = [f for f in found if reason in f.reason and fix in f.fix]
    assert match, [f.sentence() for f in found]
    assert match[0].line == 7
    assert match[0].column in (column, "year")


def test_all_faults_of_a_row_are_found_together() -> None:
    bad = row(EVENT, actors="NO", minerals="galium", kind="x", date="2025-13-01", source="")
    columns = {f.column for f in check_events([bad], known()).faults}
    assert columns == {"actors", "minerals", "kind", "date", "source"}


@pytest.mark.parametrize("table", CHECKS)
def test_a_row_twice_is_a_fault_on_its_second_line(table: str) -> None:
    rows = [row(RIGHT[table], 2), row(RIGHT[table], 3)]
    faults = CHECKS[table](rows, known()).faults
    assert {f.line for f in faults} == {3}
    assert "line 2" in faults[0].reason


def test_the_past_is_accepted_if_asked_for_and_a_like_event_is_listed() -> None:
    past = row(EVENT, event_id="again", date="2023-01-01", actors="IDN", minerals="bauxite")
    asked = replace(known(), allow_past=True)
    checked = check_events([past], asked)
    assert checked.faults == ()
    assert any("idn_bauxite_ban_2022" in text for text in checked.warnings)
    assert checked.frame.loc[0, "minerals"] == "aluminium"


def test_like_events_within_a_file_are_listed_and_those_a_month_apart_are_not() -> None:
    near = [row(EVENT, 2), row(EVENT, 3, event_id="b", date="2025-03-25")]
    far = [row(EVENT, 2), row(EVENT, 3, event_id="b", date="2025-03-26")]
    assert any("'cod_stop_2025'" in text for text in check_events(near, known()).warnings)
    assert check_events(far, known()).warnings == ()


def test_a_row_after_the_named_as_of_date_is_refused() -> None:
    early = replace(known(), as_of="2025-02-21")
    assert "after the as-of date" in check_events([row(EVENT)], early).faults[0].reason
    assert check_events([row(EVENT)], replace(known(), as_of="2025-02-22")).faults == ()
    assert "ends after" in check_prices([row(PRICE)], early).faults[0].reason


def test_a_formula_stays_text_and_is_named() -> None:
    checked = check_events([row(EVENT, summary="=cmd|' /C calc'!A0")], known())
    assert checked.frame.loc[0, "summary"] == "=cmd|' /C calc'!A0"
    assert any("formula" in text for text in checked.warnings)


@pytest.mark.parametrize(
    ("unit", "price", "usd_per_t"),
    [
        ("USD/t", "9500", 9500.0),
        ("USD/kg", "9.5", 9500.0),
        ("USD/lb", "4.35", 4.35 * 2204.622622),
        ("cents/lb", "435", 4.35 * 2204.622622),
        ("USD/oz (troy)", "1000", 32_150_746.57),
        ("USD/short ton", "907.18474", 1000.0),
    ],
)
def test_prices_are_converted_by_exact_factors(unit: str, price: str, usd_per_t: float) -> None:
    frame = check_prices([row(PRICE, unit=unit, price=price)], known()).frame
    assert frame.loc[0, "price_usd_per_t"] == pytest.approx(usd_per_t, rel=1e-9)


@given(st.floats(1e-3, 1e6), st.sampled_from(sorted(PRICE_UNITS)))
def test_a_price_in_any_unit_and_its_inverse_give_the_price(value: float, unit: str) -> None:
    text = f"{value / PRICE_UNITS[unit]:.17g}"
    frame = check_prices([row(PRICE, unit=unit, price=text)], known()).frame
    assert frame.loc[0, "price_usd_per_t"] == pytest.approx(value, rel=1e-12)


def test_a_troy_ounce_and_a_pound_are_what_they_are() -> None:
    assert QUANTITY_UNITS["oz (troy)"] * 32_150.7466 == pytest.approx(1.0)
    assert QUANTITY_UNITS["lb"] * 2204.622622 == pytest.approx(1.0)


def test_twelve_months_make_a_year_and_eleven_do_not() -> None:
    base = {**PRICE, "month": ""}
    rows = [
        row(base, k + 1, year="", month=f"2025-{k:02d}", price=str(100 * k)) for k in range(1, 13)
    ]
    checked = check_prices(rows, known())
    assert checked.frame["price_usd_per_t"].tolist() == [650.0]
    assert checked.last_day == "2025-12-31"
    (fault,) = check_prices(rows[:11], known()).faults
    assert "11 of 12" in fault.reason


def test_a_price_continues_a_series_by_its_name_and_an_odd_one_is_named() -> None:
    usual = check_prices([row(PRICE)], known())
    assert usual.frame.loc[0, "series"] == "main: LME copper"
    assert usual.warnings == ()
    odd = check_prices([row(PRICE, price="9.5", series="My copper")], known())
    assert any("check the unit" in text for text in odd.warnings)
    assert any("no change of price" in text for text in odd.warnings)


def test_a_past_price_is_never_replaced() -> None:
    asked = replace(known(), allow_past=True)
    (fault,) = check_prices([row(PRICE, year="2023")], asked).faults
    assert "in the tables already" in fault.reason


def test_a_stock_of_zero_is_kept_and_tonnes_are_converted() -> None:
    assert check_stocks([row(STOCK, quantity="0")], known()).frame.loc[0, "quantity_t"] == 0.0
    assert check_stocks([row(STOCK)], known()).frame.loc[0, "quantity_t"] == 1500.0


def test_one_error_lists_every_fault_in_the_order_of_lines() -> None:
    faults = [Fault(3, "b", "x", "is wrong", "mend it"), Fault(2, "a", "", "is empty", "fill it")]
    with pytest.raises(DataError) as caught:
        refuse(faults, "mine.csv", "events")
    assert caught.value.code == "ORE-DAT-096"
    assert "2 faults" in caught.value.what
    assert caught.value.what.index("line 2, a") < caught.value.what.index("line 3, b: 'x'")


def test_a_thousand_faults_are_listed_and_the_rest_is_counted() -> None:
    faults = [Fault(line, "a", "", "is empty", "fill it") for line in range(2, 1503)]
    with pytest.raises(DataError) as caught:
        refuse(faults, "mine.csv", "events")
    assert "1501 faults" in caught.value.what
    assert caught.value.what.endswith("and 501 more; mend these first.")


@settings(max_examples=300, deadline=None)
@given(
    table=st.sampled_from(sorted(CHECKS)),
    data=st.data(),
)
def test_any_cells_give_faults_or_rows_that_can_be_written(table: str, data: st.DataObject) -> None:
    cells = st.one_of(st.sampled_from(NASTY), st.text(max_size=8))
    columns = data.draw(st.lists(st.sampled_from(COLUMNS[table]), min_size=1, unique=True))
    base = RIGHT[table] if data.draw(st.booleans()) else {}
    rows = [
        Row(line, {**base, **{name: data.draw(cells) for name in columns}})
        for line in range(2, 2 + data.draw(st.integers(1, 3)))
    ]
    checked = CHECKS[table](rows, known())
    if not checked.faults:
        numbers = checked.frame.select_dtypes("number").to_numpy().ravel().tolist()
        assert len(checked.frame) <= len(rows)
        assert all(math.isnan(value) or value >= 0 for value in numbers)
    assert all(fault.fix and fault.reason for fault in checked.faults)
