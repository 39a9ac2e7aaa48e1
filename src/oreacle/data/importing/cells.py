"""Single values of a user's file: numbers, dates, codes and words.

Does      Reads one cell, and says what is wrong with it.
Units     As the column says.
Method    A value is read in one way or refused: a decimal comma, a thousands sign, an
          abbreviation of "not available" or a two-letter country code is never guessed at.
Assumes   An empty cell is missing, and missing is not zero.
Not here  Which columns there are: see `events`, `prices` and `stocks`.
"""

from __future__ import annotations

import calendar
import functools
import math
import re
from collections.abc import Collection, Iterable
from datetime import date

from oreacle.core.errors import DataError
from oreacle.core.labels import suggestion
from oreacle.data.codes import canonical_code
from oreacle.data.importing.reading import Row
from oreacle.data.importing.report import Fault
from oreacle.data.importing.two_letters import ALPHA_3

NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
COMMA_NUMBER = re.compile(r"[+-]?[0-9]{1,3}([., ][0-9]{3})*,[0-9]+|[+-]?[0-9]+([ ,'][0-9]+)+")
DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
EARLIEST = 1990
"""First year that the tables know [year]."""
LATEST = 2100
SHORT_LIST = 8
"""Words that are all named; of a longer list the nearest ones."""


def amount(row: Row, column: str, *, zero_is_possible: bool) -> tuple[float, list[Fault]]:
    """Return a quantity or price, and what is wrong with it; NaN if it cannot be read."""
    text = row.get(column)
    value = float(text) if NUMBER.fullmatch(text) else math.nan
    if math.isfinite(value) and (value > 0 or (value == 0 and zero_is_possible)):
        return value, []
    reason, fix = _amount_fault(text, value)
    return math.nan, [Fault(row.line, column, text, reason, fix)]


def _amount_fault(text: str, value: float) -> tuple[str, str]:
    """Return what is wrong with an amount, and what to do about it."""
    tests = (
        (not text, "is empty", "give the number or drop the row; missing is not zero"),
        (
            bool(COMMA_NUMBER.fullmatch(text)),
            "has a decimal comma or separated thousands",
            "write it as 1234.5",
        ),
        (
            math.isnan(value),
            "is no number",
            "write digits and a decimal point, or drop the row",
        ),
        (math.isinf(value), "is too large for a number", "check the digits"),
        (value < 0, "is negative", "check the sign"),
    )
    for is_so, reason, fix in tests:
        if is_so:
            return reason, fix
    return "is zero", "drop the row if it is not known; missing is not zero"


def dated(row: Row, column: str) -> list[Fault]:
    """Return what is wrong with a day, month or year."""
    text = row.get(column)
    if not text:
        return [Fault(row.line, column, "", "is empty", "give YYYY-MM-DD, YYYY-MM or YYYY")]
    if not DATE.fullmatch(text):
        return [
            Fault(
                row.line,
                column,
                text,
                "is no date of the form YYYY-MM-DD, YYYY-MM or YYYY",
                "write the year first, as 2025-04-30",
            )
        ]
    try:
        day = date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return [Fault(row.line, column, text, "does not exist", "check day and month")]
    if not EARLIEST <= day.year <= LATEST:
        reason = f"is outside {EARLIEST} to {LATEST}"
        return [Fault(row.line, column, text, reason, "check the year")]
    return []


def last_day(text: str) -> str:
    """Return the last day that a date can mean.

    Examples
    --------
    >>> last_day("2024-02"), last_day("2025"), last_day("2025-03-04")
    ('2024-02-29', '2025-12-31', '2025-03-04')
    """
    if len(text) == 4:
        return f"{text}-12-31"
    if len(text) == 7:
        days = calendar.monthrange(int(text[:4]), int(text[5:]))[1]
        return f"{text}-{days}"
    return text


def one_of(row: Row, column: str, words: Collection[str], default: str = "") -> list[Fault]:
    """Return a fault if the value is none of the words; an empty one is the default, if any."""
    text = row.get(column) or default
    if text in words:
        return []
    near = _nearest(text[:80], tuple(words)) if len(words) > SHORT_LIST else ""
    reason = "is not in the list of this column" if text else "is empty"
    fix = near or f"use one of {', '.join(words)}"
    return [Fault(row.line, column, row.get(column), reason, fix)]


@functools.lru_cache(maxsize=4096)
def _nearest(text: str, words: tuple[str, ...]) -> str:
    """Return the nearest words; a large file repeats its faults."""
    return suggestion(text, words)


def lacks_columns(rows: Iterable[Row], columns: Iterable[str]) -> bool:
    """Return True if a column is not in the file: its header was refused, no row can be made."""
    wanted = set(columns)
    return any(not wanted <= set(row.values) for row in rows)


def required_text(row: Row, columns: Iterable[str]) -> list[Fault]:
    """Return a fault for every empty cell of these columns."""
    return [
        Fault(row.line, column, "", "is empty", "it is required: fill it in or drop the row")
        for column in columns
        if column in row.values and not row.get(column)
    ]


def country(row: Row, column: str, text: str) -> tuple[str, list[Fault]]:
    """Return the one code of a country, or "" and what is wrong."""
    upper = text.upper()
    if len(text) == 2 and upper in ALPHA_3:
        reason = "has two letters, countries have three"
        return "", [Fault(row.line, column, text, reason, f"write {ALPHA_3[upper]}")]
    code, fix = _code(text)
    if code:
        return code, []
    return "", [Fault(row.line, column, text, "is no code of a country", fix)]


@functools.lru_cache(maxsize=4096)
def _code(text: str) -> tuple[str, str]:
    """Return the one code of a country, or "" and what to write instead."""
    try:
        return canonical_code(text[:80]), ""
    except DataError as error:
        return "", _code_fix(text[:80], error)


def _code_fix(text: str, error: DataError) -> str:
    try:
        return f"write {canonical_code(text.upper())}"
    except DataError:
        near = error.fix.partition("?")
        return near[0] + "?" if near[1] else "write the ISO 3166 code of three letters"


def periods_faults(row: Row, column: str, text: str, as_of: str | None) -> list[Fault]:
    """Return a fault if a date begins after the as-of date that the user named."""
    if as_of is None or (text + "-01-01")[:10] <= as_of:
        return []
    reason = f"is after the as-of date {as_of}"
    return [Fault(row.line, column, text, reason, "give a later --as-of, or drop the row")]


def past_faults(row: Row, column: str, text: str, covered_to: str) -> list[Fault]:
    """Return a fault if a date lies within what the tables cover already."""
    if last_day(text) > covered_to:
        return []
    reason = f"is not after {covered_to}, which the tables cover already"
    fix = "say --allow-past to change what was known of the past, or drop the row"
    return [Fault(row.line, column, text, reason, fix)]
