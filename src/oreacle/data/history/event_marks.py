"""Marks of events: the figures that the text of an event states.

Does      Makes the table `event_marks`: rate, quota, lead, term or money of an event, one row per
          event and mark, checked against the table `events`.
Units     Each mark has one unit, see `MARKS`; quotas are gross weight of product.
Method    Hand-coded in `assumed/event_marks.csv` from texts that state the figure; all faults are
          collected and refused together.
Assumes   A mark is known from the date of its event on, and not before. A range, a figure for a
          part of the goods or of the year, and money in another currency have no row: missing is
          not zero. An event that was not seen in a published text has recollected marks only.
Not here  The strength of a measure in the register: see `oreacle.data.history.register`.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from oreacle.core.labels import suggestion
from oreacle.data.rows import text_rows
from oreacle.data.schema import refuse_faults

COLUMNS = ["event_id", "mark", "value", "unit", "value_basis", "source"]
BASES = ("reported", "derived", "recollected")
RECOLLECTED = "recollected"


@dataclass(frozen=True)
class Mark:
    """One kind of mark: its unit and the values that it can have.

    Attributes
    ----------
    unit
        Unit of the value.
    low, high
        Bounds, both possible. They are narrow enough to show percent written for shares and
        millions written for dollars.
    """

    unit: str
    low: float
    high: float


MARKS = {
    "rate": Mark("1", 0.0, 3.0),
    "specific_rate": Mark("USD/t", 0.0, 1e6),
    "quota": Mark("t/yr", 0.0, 1e9),
    "quota_change": Mark("1", -1.0, 5.0),
    "share_of_exports": Mark("1", 0.0, 1.0),
    "lead": Mark("day", 0.0, 3660.0),
    "duration": Mark("yr", 0.0, 100.0),
    "money": Mark("USD", 1e5, 1e12),
}
"""Marks by name; bounds are wide guesses of what any such act can be."""


def event_marks_table(
    raw: pd.DataFrame, events: pd.DataFrame, published: Collection[str]
) -> pd.DataFrame:
    """Return the table `event_marks`, in the order of events and marks.

    Parameters
    ----------
    raw
        Marks as coded, with `COLUMNS`.
    events
        Table `events`.
    published
        Events that were seen in a published text.

    Returns
    -------
    DataFrame
        `COLUMNS`, one row per event and mark; the value in the unit of its mark.

    Raises
    ------
    DataError
        ORE-DAT-001 naming every row with an unknown event or mark, a wrong unit or basis, no
        source, a value that is no number or out of range, or an event and mark that stand twice.
    """
    known = {str(name) for name in events["event_id"]}
    rows = text_rows(raw)
    faults: list[str] = []
    seen: dict[tuple[str, str], int] = {}
    for line, row in enumerate(rows, start=2):
        found = [*_word_faults(row, known, published), *_value_faults(row)]
        key = (row["event_id"], row["mark"])
        if key in seen:
            found.append(f"stands on line {seen[key]} too: keep one row per event and mark.")
        seen.setdefault(key, line)
        faults += [f"line {line} ({', '.join(key)}): {text}" for text in found]
    refuse_faults(faults, "assumed/event_marks")
    table = raw[COLUMNS].astype({name: str for name in COLUMNS if name != "value"})
    table = table.assign(value=pd.to_numeric(table["value"]).astype(float))
    return table.sort_values(["event_id", "mark"], ignore_index=True)


def _word_faults(row: dict[str, str], events: set[str], published: Collection[str]) -> list[str]:
    """Return faults of all columns but the value."""
    name, mark, basis = row["event_id"], row["mark"], row["value_basis"]
    faults = []
    if name not in events:
        near = suggestion(name, sorted(events)) or "use the label of an event."
        faults.append(f"the event is not in the chronicle: {near}")
    elif name not in published and basis != RECOLLECTED:
        faults.append(f"the event was not seen in a published text: write {RECOLLECTED}.")
    if mark not in MARKS:
        near = suggestion(mark, MARKS) or f"use one of {', '.join(MARKS)}."
        faults.append(f"the mark is unknown: {near}")
    elif row["unit"] != MARKS[mark].unit:
        faults.append(f"unit '{row['unit']}' is not that of {mark}: write '{MARKS[mark].unit}'.")
    if basis not in BASES:
        faults.append(f"value_basis '{basis}' is unknown: use one of {', '.join(BASES)}.")
    if not row["source"].strip():
        faults.append("source is empty: say where the figure stands.")
    return faults


def _value_faults(row: dict[str, str]) -> list[str]:
    """Return what is wrong with the value."""
    try:
        value = float(row["value"])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        return [f"value '{row['value']}' is no number: drop the row if it is not known."]
    mark = MARKS.get(row["mark"])
    if mark is not None and not mark.low <= value <= mark.high:
        return [f"value {value:g} is outside {mark.low:g} to {mark.high:g} {mark.unit}: check it."]
    return []
