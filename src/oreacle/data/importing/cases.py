"""A user's own cases for the market backtest: three files, checked together.

Does      Reads X_cases.csv and, beside it, X_base.csv and X_truth.csv; refuses with every fault of
          all three at once.
Units     As in the publisher's files: quantities in the case's unit, fractions and shares of 1.
Method    The columns are those of the natural experiments; those that the backtest does not use
          may be left out.
Assumes   Files are untrusted: nothing is run, and sizes are bounded.
Not here  Typing of checked text: see `oreacle.data.readers.market_cases`.
"""

from __future__ import annotations

import datetime
import math
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.importing.reading import Row, Sheet, read_sheet
from oreacle.data.importing.report import MOST_SHOWN, Fault, shown, unreadable
from oreacle.data.readers.market_cases import (
    NEEDED_BASE_COLUMNS,
    NEEDED_CASE_COLUMNS,
    OTHER_BASE_COLUMNS,
    OTHER_CASE_COLUMNS,
    TRUTH_COLUMNS,
    typed_cases,
)

CASES, BASE, TRUTH = "cases", "base", "truth"
ENDING = "_cases.csv"
REQUIRED = {CASES: NEEDED_CASE_COLUMNS, BASE: NEEDED_BASE_COLUMNS, TRUTH: TRUTH_COLUMNS}
USED = {
    CASES: OTHER_CASE_COLUMNS,
    BASE: OTHER_BASE_COLUMNS,
    TRUTH: (),
}
"""Columns that are used if they are there."""
IDLE = {
    CASES: (
        *("hs92", "minerals", "exporter_total_fraction", "restricted_base_t"),
        *("restricted_outcome_t", "restricted_share_of_world", "yearly_restricted"),
        *("dependence_on_restricted", "replaced_by", "other_exporters_change"),
        *("unit_value_change_importers", "published_outcome", "confounders", "score_notes"),
        *("source", "date_check", "dropped_countries", "drop_in_own_sd", "normal_change_tv"),
        *("repaired_value_share_base", "repaired_value_share_outcome", "best_naive"),
        *("tv_best_naive", "tv_affected_best_naive"),
        *(
            f"{front}_{rule}"
            for front in ("tv", "tv_affected", "top_supplier_error", "top_supplier_hit")
            for rule in "abcd"
        ),
        *(f"tv_destinations_{rule}" for rule in "abcd"),
    ),
    BASE: (),
    TRUTH: ("quantity",),
}
"""Columns of the published files that are not used."""
CODE = re.compile(r"[A-Z]{3}")
LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
EARLIEST, LATEST = 1900, 2100
SUM_TOLERANCE = 0.02
MOST_COUNTRIES = 300
UNITS = ("t", "kUSD")


def read_case_files(path: Path) -> dict[str, pd.DataFrame]:
    """Return the tables of a user's cases.

    Parameters
    ----------
    path
        File ``X_cases.csv``; ``X_base.csv`` and ``X_truth.csv`` lie beside it.

    Raises
    ------
    DataError
        ORE-DAT-095 if a file cannot be read at all; ORE-DAT-110 with every fault of all three.
    """
    if not path.name.endswith(ENDING):
        raise unreadable(
            str(path), f"its name does not end in {ENDING}", "name the file of cases X_cases.csv"
        )
    front = path.name.removesuffix(ENDING)
    sheets = {
        part: read_sheet(
            path.with_name(f"{front}_{part}.csv"), REQUIRED[part], (*USED[part], *IDLE[part])
        )
        for part in (CASES, BASE, TRUTH)
    }
    faults = {part: list(sheet.faults) for part, sheet in sheets.items()}
    if not any(faults.values()):
        faults[CASES] += [fault for row in sheets[CASES].rows for fault in _case_faults(row)]
        faults[BASE] += [fault for row in sheets[BASE].rows for fault in _base_faults(row)]
        faults[TRUTH] += [fault for row in sheets[TRUTH].rows for fault in _truth_faults(row)]
        for part in (CASES, BASE, TRUTH):
            faults[part] += _repeated(part, sheets[part].rows)
    if not any(faults.values()):
        faults[CASES] += _across(sheets)
    _refuse(path, faults)
    return typed_cases({part: _frame(part, sheet) for part, sheet in sheets.items()})


def _frame(part: str, sheet: Sheet) -> pd.DataFrame:
    names = (*REQUIRED[part], *USED[part])
    return pd.DataFrame({name: [row.get(name) for row in sheet.rows] for name in names}, dtype=str)


def _case_faults(row: Row) -> list[Fault]:
    faults = _list_faults(row)
    if not LABEL.fullmatch(row.get("id")):
        faults.append(_fault(row, "id", "is no label", "use up to 40 letters, digits, . _ -"))
    try:
        datetime.date.fromisoformat(row.get("effective"))
    except ValueError:
        faults.append(_fault(row, "effective", "is no day", "write YYYY-MM-DD"))
    if row.get("unit") not in UNITS:
        faults.append(_fault(row, "unit", "is unknown", "write t or kUSD"))
    faults += [
        _fault(row, column, "is empty", "say what happened")
        for column in ("kind", "measure")
        if not row.get(column)
    ]
    faults += _number(row, "remaining_fraction", 0.0, 1e3, needed=True)
    faults += _number(row, "unit_value_change_world", -0.999, 1e4, needed=False)
    faults += _number(row, "shock_to_normal", 0.0, 1e6, needed=False)
    if row.get("clean_score") not in ("", "1", "2", "3"):
        faults.append(_fault(row, "clean_score", "is not 1, 2 or 3", "leave it empty"))
    return faults


def _list_faults(row: Row) -> list[Fault]:
    faults = []
    for column in ("exporter", "targets", "affected_importers"):
        if not all(CODE.fullmatch(code) for code in _split(row.get(column))):
            fix = "write ISO alpha-3 codes separated by ;"
            faults.append(_fault(row, column, "is no list of countries", fix))
        elif not _split(row.get(column)):
            faults.append(_fault(row, column, "is empty", "name a country"))
    for column in ("base_years", "outcome_years", "reference_years"):
        years = _split(row.get(column))
        if not years or not all(_is_year(year) for year in years):
            faults.append(_fault(row, column, "is no list of years", "write 2012;2013"))
    return faults


def _base_faults(row: Row) -> list[Fault]:
    faults = _pair_faults(row)
    if not _is_year(row.get("year")):
        faults.append(_fault(row, "year", "is no year", f"write {EARLIEST} to {LATEST}"))
    faults += _number(row, "quantity", 0.0, 1e15, needed=True)
    for column in USED[BASE]:
        faults += _number(row, column, 0.0, 1e15, needed=False)
    return faults


def _truth_faults(row: Row) -> list[Fault]:
    return _pair_faults(row) + _number(row, "share", 0.0, 1.0, needed=True)


def _pair_faults(row: Row) -> list[Fault]:
    return [
        _fault(row, column, "is no country", "write an ISO alpha-3 code, or ROW")
        for column in ("exporter", "importer")
        if not CODE.fullmatch(row.get(column))
    ]


def _number(row: Row, column: str, low: float, high: float, *, needed: bool) -> list[Fault]:
    text = row.get(column)
    if not text:
        reason, fix = "is empty", "give the figure; missing is not zero"
        return [_fault(row, column, reason, fix)] if needed else []
    try:
        value = float(text)
    except ValueError:
        return [_fault(row, column, "is no number", "write plain digits with a decimal point")]
    if not math.isfinite(value) or not low <= value <= high:
        return [_fault(row, column, f"is outside {low:g} to {high:g}", "check unit and sign")]
    return []


def _repeated(part: str, rows: Sequence[Row]) -> list[Fault]:
    keys = {
        CASES: ("id",),
        BASE: ("case_id", "year", "exporter", "importer"),
        TRUTH: ("case_id", "exporter", "importer"),
    }[part]
    first: dict[tuple[str, ...], int] = {}
    faults = []
    for row in rows:
        key = tuple(row.get(column) for column in keys)
        if key in first:
            faults.append(_fault(row, keys[0], f"repeats line {first[key]}", "keep one row"))
        first.setdefault(key, row.line)
    return faults


def _across(sheets: dict[str, Sheet]) -> list[Fault]:
    """Return what does not fit together: faults are told by the line of the case."""
    flows: dict[str, list[Row]] = defaultdict(list)
    shares: dict[str, float] = defaultdict(float)
    for row in sheets[BASE].rows:
        flows[row.get("case_id")].append(row)
    for row in sheets[TRUTH].rows:
        shares[row.get("case_id")] += float(row.get("share"))
    known = {row.get("id") for row in sheets[CASES].rows}
    faults = [
        Fault(0, "case_id", case, f"has rows in {part} and is no case", "add it or drop its rows")
        for part, held in ((BASE, flows), (TRUTH, shares))
        for case in sorted(set(held) - known)
    ]
    for row in sheets[CASES].rows:
        faults += _fit_faults(row, flows[row.get("id")], shares[row.get("id")])
    return faults


def _fit_faults(row: Row, flows: Sequence[Row], total: float) -> list[Fault]:
    held = [flow for flow in flows if float(flow.get("quantity")) > 0.0]
    years = {flow.get("year") for flow in held}
    faults = []
    for column in ("base_years", "reference_years"):
        gone = [year for year in _split(row.get(column)) if year not in years]
        if gone:
            reason = f"holds {', '.join(gone)}, of which there are no flows in base"
            faults.append(_fault(row, column, reason, "add the flows"))
    faults += _order_faults(row)
    late = sorted(years & set(_split(row.get("outcome_years"))))
    if late:
        reason = f"holds {', '.join(late)}, of which base has flows"
        faults.append(_fault(row, "outcome_years", reason, "outcomes belong in truth alone"))
    if abs(total - 1.0) > SUM_TOLERANCE:
        reason = f"has shares in truth that add to {total:.3f}"
        faults.append(_fault(row, "id", reason, "give shares of world trade, adding to 1"))
    sellers, buyers = {f.get("exporter") for f in held}, {f.get("importer") for f in held}
    if len(sellers) > MOST_COUNTRIES or len(buyers) > MOST_COUNTRIES:
        faults.append(_fault(row, "id", "has too many countries", "pool small ones as ROW"))
    if not set(_split(row.get("affected_importers"))) & buyers:
        reason = "names nobody who buys in base"
        faults.append(_fault(row, "affected_importers", reason, "name main buyers"))
    if not _restricted_flow(row, held):
        reason = "sells nothing to the targets in the reference years"
        faults.append(_fault(row, "exporter", reason, "check exporter, targets and years"))
    return faults


def _order_faults(row: Row) -> list[Fault]:
    """Return years out of order: what is known ends by the measure, outcomes begin with it."""
    year = int(row.get("effective")[:4])
    faults = []
    for column in ("base_years", "reference_years"):
        if max(int(one) for one in _split(row.get(column))) > year:
            reason = f"holds a year after the measure of {year}"
            faults.append(_fault(row, column, reason, "name years before it"))
    first = min(int(one) for one in _split(row.get("outcome_years")))
    if first < year or first <= max(int(one) for one in _split(row.get("base_years"))):
        reason = f"begins before the measure of {year} or within the base years"
        faults.append(_fault(row, "outcome_years", reason, "name years after them"))
    return faults


def _restricted_flow(row: Row, held: Sequence[Row]) -> bool:
    targets = set(_split(row.get("targets")))
    reference, acting = _split(row.get("reference_years")), _split(row.get("exporter"))
    return any(
        flow.get("exporter") in acting
        and ("WLD" in targets or flow.get("importer") in targets)
        and flow.get("year") in reference
        for flow in held
    )


def _refuse(path: Path, faults: dict[str, list[Fault]]) -> None:
    front = path.name.removesuffix(ENDING)
    lines = [
        f"{front}_{part}.csv: {fault.sentence()}"
        for part, found in faults.items()
        for fault in sorted(dict.fromkeys(found), key=lambda one: (one.line, one.column))
    ]
    if not lines:
        return
    count = len(lines)
    if count > MOST_SHOWN:
        lines = [*lines[:MOST_SHOWN], f"and {count - MOST_SHOWN} more; mend these first."]
    raise DataError(
        "ORE-DAT-110",
        f"the cases of '{shown(str(path))}' have {count} fault{'s' if count > 1 else ''}:\n  - "
        + "\n  - ".join(lines),
        why="a wrong row would pass silently into every score; nothing was run.",
        fix="mend each line as said above; the columns are in the page on the market backtest.",
    )


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdigit() and EARLIEST <= int(text) <= LATEST


def _fault(row: Row, column: str, reason: str, fix: str) -> Fault:
    return Fault(row.line, column, row.get(column), reason, fix)
