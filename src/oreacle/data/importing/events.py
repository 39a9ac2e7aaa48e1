"""A user's events: checked against the codebook of the chronicle.

Does      Turns rows of text into rows of the table `events`; finds every fault and every event
          that may be in the chronicle already.
Units     Intensity: ordinal, 0 to 1.
Method    The words, codes and dates of the codebook. Doubles are refused and likely ones listed,
          as `oreacle.data.history.duplicates` finds them.
Assumes   The sign follows from the kind; an export measure is the act of one side.
Not here  What enters the register: see `folder`; the codebook: `oreacle.data.history.chronicle`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.core.labels import EVERYONE
from oreacle.data.assumptions import read_assumed
from oreacle.data.history.chronicle import (
    CONFIDENCES,
    STAGES,
    STATUSES,
    first_day,
    model_minerals,
)
from oreacle.data.history.duplicates import LikePair, like_pairs, likeness
from oreacle.data.history.register import INSTRUMENTS
from oreacle.data.importing import cells
from oreacle.data.importing.known import Checked, Known
from oreacle.data.importing.reading import Row, formula_warnings
from oreacle.data.importing.report import Fault, shown
from oreacle.data.schema import table_spec

REQUIRED = (
    "event_id",
    "date",
    "kind",
    "actors",
    "minerals",
    "stage",
    "summary",
    "source",
    "confidence",
)
OPTIONAL = (
    "date_precision",
    "sign",
    "targets",
    "intensity",
    "status",
    "end_date",
    "year",
    "minerals_raw",
    "verified",
    "seen_in",
)
NOT_EMPTY = ("event_id", "kind", "actors", "stage", "summary", "source", "confidence")
EVENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
PRECISIONS = {4: "year", 7: "month", 10: "day"}


def check_events(rows: Iterable[Row], known: Known) -> Checked:
    """Return the events as rows of the table, with all that is wrong with them."""
    rows = list(rows)
    signs = _signs()
    faults = [fault for row in rows for fault in _row_faults(row, known, signs)]
    faults += _repeated(rows, known)
    if cells.lacks_columns(rows, REQUIRED):
        return Checked(pd.DataFrame(), tuple(faults))
    wrong = {fault.line for fault in faults}
    # Rows without a fault are compared in any case, so that all faults are refused together.
    right = [row for row in rows if row.line not in wrong]
    lines = [row.line for row in right]
    frame = pd.DataFrame([_event(row, known, signs) for row in right])
    frame = frame.reindex(columns=list(table_spec("events").column_names))
    pairs = like_pairs(frame, known.events)
    faults += _double_faults(pairs, lines)
    if faults:
        return Checked(pd.DataFrame(), tuple(faults))
    return Checked(
        frame,
        warnings=(
            *_possible_duplicates(pairs, lines),
            *formula_warnings(rows, ("summary", "source")),
        ),
        last_day=max((cells.last_day(row.get("date")) for row in rows), default=""),
    )


def _row_faults(row: Row, known: Known, signs: dict[str, str]) -> list[Fault]:
    faults = cells.required_text(row, NOT_EMPTY)
    faults += _date_faults(row, known)
    faults += _word_faults(row, signs)
    faults += _party_faults(row, known)
    faults += _mineral_faults(row, known)
    text = row.get("intensity")
    if text:
        value, wrong = cells.amount(row, "intensity", zero_is_possible=True)
        faults += wrong
        if value > 1:
            faults.append(Fault(row.line, "intensity", text, "is above 1", "give 0 to 1"))
    name = row.get("event_id")
    if name and not EVENT_ID.fullmatch(name):
        fix = "use letters, digits, dot, dash and underscore, at most 80"
        faults.append(Fault(row.line, "event_id", name, "is no label", fix))
    return faults


def _date_faults(row: Row, known: Known) -> list[Fault]:
    """Return faults of the date, of what is said about it, and of the end."""
    if "date" not in row.values:
        return []
    text, end = row.get("date"), row.get("end_date")
    faults = cells.dated(row, "date")
    if end:
        faults += cells.dated(row, "end_date")
        if not faults and cells.last_day(end) < first_day(text):
            reason = f"is before the date {text}"
            faults.append(Fault(row.line, "end_date", end, reason, "mend one of them"))
    if any(fault.column == "date" for fault in faults):
        return faults
    said = row.get("date_precision")
    if said and said != PRECISIONS[len(text)]:
        fix = f"write {PRECISIONS[len(text)]}, or leave it empty"
        faults.append(Fault(row.line, "date_precision", said, f"is not that of {text}", fix))
    year = row.get("year")
    if year and year != text[:4]:
        fix = f"write {text[:4]}, or leave it empty"
        faults.append(Fault(row.line, "year", year, f"is not the year of {text}", fix))
    faults += cells.periods_faults(row, "date", text, known.as_of)
    if not known.allow_past:
        faults += cells.past_faults(row, "date", text, known.vintage.events_to)
    return faults


def _word_faults(row: Row, signs: dict[str, str]) -> list[Fault]:
    lists = {"kind": tuple(signs), "stage": STAGES, "confidence": CONFIDENCES, "status": STATUSES}
    faults = []
    for column, words in lists.items():
        if row.get(column):
            faults += cells.one_of(row, column, words)
    wanted, said = signs.get(row.get("kind")), row.get("sign")
    if wanted and said and said != wanted:
        reason = f"contradicts the kind {row.get('kind')}"
        faults.append(Fault(row.line, "sign", said, reason, f"write {wanted}, or leave it empty"))
    return faults


def _party_faults(row: Row, known: Known) -> list[Fault]:
    faults = []
    for column in ("actors", "targets"):
        for code in _names(row.get(column)):
            faults += _party(row, column, code, known)[1]
    actors = _names(row.get("actors"))
    if EVERYONE in actors:
        fix = "name who acts; WLD is for targets"
        faults.append(Fault(row.line, "actors", EVERYONE, "is everyone", fix))
    if row.get("kind") in INSTRUMENTS and len(actors) > 1:
        fix = "write one row for each actor, with an event_id of its own"
        reason = "names several actors of one export measure"
        faults.append(Fault(row.line, "actors", row.get("actors"), reason, fix))
    return faults


def _party(row: Row, column: str, code: str, known: Known) -> tuple[str, list[Fault]]:
    if code in known.blocs:
        return code, []
    found, faults = cells.country(row, column, code)
    if not faults:
        return found, []
    (fault,) = faults
    blocs = ", ".join(sorted(known.blocs - {EVERYONE}))
    fix = fault.fix if len(code) == 2 else f"{fault.fix.rstrip('?')}, or one of {blocs}"
    return "", [Fault(fault.line, fault.column, fault.value, fault.reason, fix)]


def _mineral_faults(row: Row, known: Known) -> list[Fault]:
    faults = []
    for name in _names(row.get("minerals")):
        try:
            model_minerals(name, set(known.minerals))
        except DataError as error:
            near = error.fix.partition("?")
            fix = near[0] + "?" if near[1] else "`oreacle world minerals` shows the names"
            faults.append(Fault(row.line, "minerals", name, "is no known mineral", fix))
    return faults


def _repeated(rows: list[Row], known: Known) -> list[Fault]:
    """Return labels that stand twice in the file, or are in the tables already."""
    first: dict[str, int] = {}
    existing = set(known.events["event_id"].astype(str))
    faults = []
    for row in rows:
        name = row.get("event_id")
        if not name:
            continue
        if name in first:
            reason, fix = f"stands on line {first[name]} too", "keep one, or give a new label"
            faults.append(Fault(row.line, "event_id", name, reason, fix))
        elif name in existing:
            reason = "is in the tables already"
            fix = "drop the row, or give another label if it is another event"
            faults.append(Fault(row.line, "event_id", name, reason, fix))
        first.setdefault(name, row.line)
    return faults


def _event(row: Row, known: Known, signs: dict[str, str]) -> dict[str, object]:
    def codes(column: str) -> str:
        parties = [_party(row, column, code, known)[0] for code in _names(row.get(column))]
        return ";".join(dict.fromkeys(parties))

    intensity = row.get("intensity")
    day = row.get("date")
    return {
        **{name: row.get(name) for name in (*REQUIRED, "status", "end_date")},
        "year": int(day[:4]),
        "date_precision": PRECISIONS[len(day)],
        "sign": signs[row.get("kind")],
        "actors": codes("actors"),
        "targets": codes("targets"),
        "minerals_raw": row.get("minerals_raw") or row.get("minerals"),
        "minerals": ";".join(
            model_minerals(";".join(_names(row.get("minerals"))), set(known.minerals))
        ),
        "intensity": float(intensity) if intensity else math.nan,
    }


def _double_faults(pairs: Iterable[LikePair], lines: Sequence[int]) -> list[Fault]:
    """Return a fault for every event that stands twice under two labels."""
    return [
        Fault(
            lines[pair.row],
            "event_id",
            pair.event_id,
            f"is '{shown(pair.other_id)}' ({_place(pair, lines)}) again, coded alike",
            "drop the row, or say in summary and source what sets it apart",
        )
        for pair in pairs
        if pair.is_double
    ]


def _possible_duplicates(pairs: Iterable[LikePair], lines: Sequence[int]) -> list[str]:
    """Return a warning for every pair of events that may be one."""
    return [
        f"line {lines[pair.row]}, event_id: '{shown(pair.event_id)}' may be "
        f"'{shown(pair.other_id)}' of {pair.other_date} ({_place(pair, lines)}): {likeness(pair)}"
        for pair in pairs
    ]


def _place(pair: LikePair, lines: Sequence[int]) -> str:
    return "in the tables" if pair.in_known else f"line {lines[pair.other]}"


def _names(text: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))


def _signs() -> dict[str, str]:
    table = read_assumed("event_kinds")
    return dict(zip(table["kind"].astype(str), table["sign"].astype(str), strict=True))
