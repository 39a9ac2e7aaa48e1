"""A user's stocks: tonnes of contained element, by country, mineral, date and holder.

Does      Turns rows of text into rows of the table `stocks`; finds every fault.
Units     In: as the column `unit` names. Out: t of contained element.
Method    None.
Assumes   A stock of zero is a fact; a stock that is not known has no row.
Not here  Factors: see `units`. No part of the model reads stocks so far.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from oreacle.data.history.chronicle import CONFIDENCES
from oreacle.data.importing import cells
from oreacle.data.importing.known import Checked, Known
from oreacle.data.importing.reading import Row, formula_warnings
from oreacle.data.importing.report import Fault
from oreacle.data.importing.units import QUANTITY_UNITS

REQUIRED = ("country", "mineral", "quantity", "unit", "date", "holder", "source")
OPTIONAL = ("basis", "confidence")
HOLDERS = ("public", "private")
BASES = ("reported", "estimated")
DEFAULTS = {"basis": "reported", "confidence": "medium"}
KEY = ("country", "mineral", "date", "holder")


def check_stocks(rows: Iterable[Row], known: Known) -> Checked:
    """Return the stocks as rows of the table, with all that is wrong with them."""
    rows = list(rows)
    faults: list[Fault] = []
    records = []
    for row in rows:
        quantity, wrong = _quantity(row)
        code, more = _country(row, known)
        wrong += [*more, *_word_faults(row, known), *_date_faults(row, known)]
        faults += wrong
        if not wrong:
            records.append((row, {**_texts(row), "country": code, "quantity_t": quantity}))
    faults += _repeated(records, known)
    if faults or cells.lacks_columns(rows, REQUIRED):
        return Checked(pd.DataFrame(), tuple(faults))
    return Checked(
        pd.DataFrame([record for _, record in records]),
        warnings=tuple(formula_warnings(rows, ("source",))),
        notes=("stocks are stored; no part of the model reads them.",),
        last_day=max((cells.last_day(row.get("date")) for row in rows), default=""),
    )


def _quantity(row: Row) -> tuple[float, list[Fault]]:
    if "quantity" not in row.values:
        return 0.0, []
    value, faults = cells.amount(row, "quantity", zero_is_possible=True)
    unit = row.get("unit")
    if "unit" in row.values and unit not in QUANTITY_UNITS:
        reason = "is no unit that is converted" if unit else "is empty"
        fix = f"use one of {', '.join(QUANTITY_UNITS)}"
        faults.append(Fault(row.line, "unit", unit, reason, fix))
    return value * QUANTITY_UNITS.get(unit, 0.0), faults


def _country(row: Row, known: Known) -> tuple[str, list[Fault]]:
    text = row.get("country")
    if not text:
        return "", []
    code, faults = cells.country(row, "country", text)
    if not faults and code not in known.countries:
        reason = "is no country that the tables hold by itself"
        faults = [Fault(row.line, "country", text, reason, "add it to the row of ROW")]
    return code, faults


def _word_faults(row: Row, known: Known) -> list[Fault]:
    faults = cells.required_text(row, ("country", "mineral", "holder", "source"))
    lists = {
        "mineral": sorted(known.minerals),
        "holder": HOLDERS,
        "basis": BASES,
        "confidence": CONFIDENCES,
    }
    for column, words in lists.items():
        if row.get(column):
            faults += cells.one_of(row, column, words)
    return faults


def _date_faults(row: Row, known: Known) -> list[Fault]:
    if "date" not in row.values:
        return []
    text = row.get("date")
    faults = cells.dated(row, "date")
    if faults:
        return faults
    faults = cells.periods_faults(row, "date", text, known.as_of)
    if known.vintage.stocks_to and not known.allow_past:
        faults += cells.past_faults(row, "date", text, known.vintage.stocks_to)
    return faults


def _texts(row: Row) -> dict[str, object]:
    texts: dict[str, object] = {name: row.get(name) for name in ("mineral", "date", "holder")}
    texts |= {name: row.get(name) or default for name, default in DEFAULTS.items()}
    return texts | {"source": row.get("source")}


def _repeated(records: list[tuple[Row, dict[str, object]]], known: Known) -> list[Fault]:
    existing = set()
    if len(known.stocks):
        existing = {tuple(row) for row in known.stocks[list(KEY)].itertuples(index=False)}
    first: dict[tuple[object, ...], int] = {}
    faults = []
    for row, record in records:
        key = tuple(record[name] for name in KEY)
        if key in first or key in existing:
            where = f"on line {first[key]}" if key in first else "in the tables already"
            reason = f"of {record['mineral']} ({record['holder']}, {record['date']}) stands {where}"
            fix = "keep one: an import adds, and never replaces"
            faults.append(Fault(row.line, "country", row.get("country"), reason, fix))
        first.setdefault(key, row.line)
    return faults
