"""Adding a user's file to the tables: everything is checked first, then all of it is written.

Does      Reads the file, refuses it with every fault, and writes a folder of tables with its rows
          and a new as-of date.
Units     As in `attributes.csv`, after conversion.
Method    Each of events, prices and stocks has its own last day: the one that the user names, or
          the last that the rows cover. The as-of date is that of events, because it says up to
          when measures are known. No day ever moves back.
Assumes   Rows add: nothing in the tables is replaced.
Not here  The checks: see `events`, `prices`, `stocks`; writing: see `placing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.core.labels import suggestion
from oreacle.data.catalogue import changed_tables
from oreacle.data.importing import events, prices, stocks
from oreacle.data.importing.known import STOCKS, Checked, Known, read_known
from oreacle.data.importing.measures import RegisterChange, register_after
from oreacle.data.importing.placing import SOURCE, check_target, write_import
from oreacle.data.importing.reading import Row, read_sheet
from oreacle.data.importing.report import ImportResult, refuse, shown
from oreacle.data.store import read_table
from oreacle.data.vintage import DAY, VINTAGE, moved

Check = Callable[[Iterable[Row], Known], Checked]


@dataclass(frozen=True)
class Kind:
    """One kind of file: the table that it enters, its columns and its check."""

    table: str
    item: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    check: Check


KINDS = {
    "events": Kind("events", "events_to", events.REQUIRED, events.OPTIONAL, events.check_events),
    "prices": Kind(
        "price_history", "prices_to", prices.REQUIRED, prices.OPTIONAL, prices.check_prices
    ),
    "stocks": Kind(STOCKS, "stocks_to", stocks.REQUIRED, stocks.OPTIONAL, stocks.check_stocks),
}
"""Kinds of files by the name that a user gives."""


@dataclass(frozen=True)
class ImportRequest:
    """What a user wants to be imported.

    Attributes
    ----------
    file, table
        The file, and one of `KINDS`.
    out
        Folder for the tables.
    data
        Folder of the tables that are added to; None for ``OREACLE_DATA`` or the embedded ones.
    as_of
        New as-of date, or None for the last day of the rows.
    encoding, separator
        As `oreacle.data.importing.reading.read_sheet`.
    allow_past, dry_run
        True to accept rows of days that are covered already; True to write nothing.
    """

    file: Path
    table: str
    out: Path
    data: Path | None = None
    as_of: str | None = None
    encoding: str | None = None
    separator: str | None = None
    allow_past: bool = False
    dry_run: bool = False


def import_file(request: ImportRequest) -> ImportResult:
    """Add the rows of a file to the tables of a folder, or refuse the file whole.

    Raises
    ------
    DataError
        ORE-DAT-095 if the file cannot be read, 096 naming every fault of its rows, 097 on an
        unusable as-of date, 098 on an unusable target; 003 on an unknown table, 005 if the
        tables are not those of their catalogue, 009 if nothing can be written.
    """
    kind = _kind(request.table)
    if not request.dry_run:
        check_target(request.out, request.data)
    _refuse_changed(request.data)
    known = read_known(request.data, as_of=request.as_of, allow_past=request.allow_past)
    _check_as_of(request.as_of, known)
    sheet = read_sheet(
        request.file,
        kind.required,
        kind.optional,
        encoding=request.encoding,
        separator=request.separator,
    )
    checked = kind.check(sheet.rows, known)
    refuse([*sheet.faults, *checked.faults], str(request.file), request.table)
    days = _days(request, kind, checked, known)
    frames = _frames(kind, checked, known, days, request)
    register = _register(kind, checked, known, days, request.data)
    if register is not None:
        frames["register"] = register.table
    if not request.dry_run:
        events_to = days.get("events_to", known.vintage.events_to)
        write_import(frames, sheet.content, request.data, request.out, events_to)
    return ImportResult(
        table=request.table,
        rows=len(checked.frame),
        folder="" if request.dry_run else str(request.out),
        as_of_before=known.vintage.as_of,
        as_of=days["as_of"],
        measures_added=register.added if register else (),
        measures_ended=register.ended if register else (),
        notes=(
            *checked.notes,
            *(register.notes if register else ()),
            *_past(checked, known),
            *_coverage(known, days),
        ),
        warnings=(*sheet.warnings, *checked.warnings),
    )


def _kind(name: str) -> Kind:
    if name in KINDS:
        return KINDS[name]
    raise DataError(
        "ORE-DAT-003",
        f"'{shown(name)}' is no table that can be imported.",
        why="its columns and units would not be known.",
        fix=suggestion(name[:80], KINDS) or f"use one of {', '.join(KINDS)}.",
    )


def _refuse_changed(data: Path | None) -> None:
    changed = changed_tables(data)
    if changed:
        raise DataError(
            "ORE-DAT-005",
            f"tables are not those that their catalogue names: {', '.join(changed)}.",
            why="the import would give edited figures the mark of their old source.",
            fix="restore or rebuild them; `oreacle data check` names every fault.",
        )


def _check_as_of(as_of: str | None, known: Known) -> None:
    if as_of is None:
        return
    day = pd.to_datetime(as_of, format="%Y-%m-%d", errors="coerce")
    if not DAY.fullmatch(as_of) or pd.isna(day):
        raise _as_of_error(f"'{shown(as_of)}' is no day", "write it as YYYY-MM-DD")
    if as_of < known.vintage.as_of:
        raise _as_of_error(
            f"{as_of} is before {known.vintage.as_of}, the as-of date of the tables",
            "give that day or a later one; a date never moves back",
        )
    _refuse_future(as_of)


def _refuse_future(as_of: str) -> None:
    if as_of > datetime.now(UTC).date().isoformat():
        raise _as_of_error(
            f"the as-of date would be {as_of}, which is in the future",
            "check the dates, or say up to which day the rows are complete with --as-of",
        )


def _as_of_error(what: str, fix: str) -> DataError:
    return DataError(
        "ORE-DAT-097",
        f"{what}.",
        why="every output would say that the world is known up to that day.",
        fix=f"{fix}.",
    )


def _days(request: ImportRequest, kind: Kind, checked: Checked, known: Known) -> dict[str, str]:
    """Return the new days of the vintage."""
    last = checked.last_day
    if request.as_of is not None and kind.table != "price_history":
        last = request.as_of
    _refuse_future(last)
    before = getattr(known.vintage, kind.item)
    as_of = last if kind.item == "events_to" else known.vintage.as_of
    return {kind.item: max(last, before), "as_of": max(as_of, known.vintage.as_of)}


def _frames(
    kind: Kind, checked: Checked, known: Known, days: dict[str, str], request: ImportRequest
) -> dict[str, pd.DataFrame]:
    """Return the changed tables other than the register."""
    old = {"events": known.events, "price_history": known.prices, STOCKS: known.stocks}[kind.table]
    parts = [old, checked.frame] if len(old) else [checked.frame]
    vintage = read_table(VINTAGE, request.data)
    remark = f"{SOURCE}: {request.table} that a user imported"
    return {
        kind.table: pd.concat(parts, ignore_index=True),
        VINTAGE: moved(vintage, days, remark),
        "sources": _sources(request.data),
    }


def _sources(data: Path | None) -> pd.DataFrame:
    table = read_table("sources", data)
    if SOURCE in set(table["source"]):
        return table
    row = {
        "source": SOURCE,
        "publisher": "a user of these tables",
        "title": "Rows that a user imported",
        "licence": "As the source that each row names",
        "citation": "The source that each row names",
    }
    return pd.concat([table, pd.DataFrame([row])], ignore_index=True)


def _register(
    kind: Kind, checked: Checked, known: Known, days: dict[str, str], data: Path | None
) -> RegisterChange | None:
    if kind.table != "events":
        return None
    return register_after(checked.frame, known, days["events_to"], data)


def _past(checked: Checked, known: Known) -> list[str]:
    """Say that rows of the past change what a forecast remembers."""
    if "year" not in checked.frame.columns:
        return []
    count = int((checked.frame["year"] <= known.vintage.base_year).sum())
    if not count:
        return []
    return [
        f"rows of {known.vintage.base_year} or before: {count}; a forecast uses them as "
        "history, and the event models were not fitted to them."
    ]


def _coverage(known: Known, days: dict[str, str]) -> list[str]:
    """Say what the as-of date does not cover, and what a forecast uses."""
    notes = []
    if "events_to" not in days:
        notes.append(
            f"the as-of date is that of events: it stays {days['as_of']} until events are imported."
        )
    elif known.vintage.prices_to < days["as_of"]:
        notes.append(f"prices are covered to {known.vintage.prices_to} only.")
    if max(days.values()) > known.vintage.fitted_to:
        notes.append(
            f"a forecast still starts in {known.vintage.base_year + 1}: it uses measures in force, "
            f"and nothing else that happened after {known.vintage.fitted_to}."
        )
    return notes
