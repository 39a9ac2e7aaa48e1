"""A user's prices: converted to USD per tonne, months averaged over whole years.

Does      Turns rows of text into rows of the table `price_history`; finds every fault.
Units     In: as the column `unit` names. Out: nominal USD/t of the product of the series.
Method    A row is a year, or one of the twelve months whose plain mean is the year.
Assumes   Only changes within one series have meaning: a price continues a series if it has its
          name, with or without "main: " before it.
Not here  Factors: see `units`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

import pandas as pd

from oreacle.data.importing import cells
from oreacle.data.importing.known import Checked, Known
from oreacle.data.importing.reading import Row, formula_warnings
from oreacle.data.importing.report import Fault, shown
from oreacle.data.importing.units import PRICE_UNITS
from oreacle.data.rows import text_rows

REQUIRED = ("mineral", "series", "source")
PERIODS = ("year", "month")
VALUES = ("price", "price_usd_per_t")
OPTIONAL = (*PERIODS, *VALUES, "unit", "basis")
FORMS = {"year": re.compile(r"[0-9]{4}"), "month": re.compile(r"[0-9]{4}-[0-9]{2}")}
BASES = ("reported", "derived")
MAIN = "main: "
MONTHS = 12
ODD_RATIO = 10.0
"""Ratio to the year before from which a price looks like one in another unit [1]."""
SOURCE = "user-import"


def check_prices(rows: Iterable[Row], known: Known) -> Checked:
    """Return the prices as rows of the table, with all that is wrong with them."""
    rows = list(rows)
    faults = _column_faults(rows)
    good: list[tuple[Row, str, float]] = []
    for row in rows:
        period, wrong = _period(row, known)
        price, more = _price(row)
        wrong += [*more, *_word_faults(row, known)]
        faults += wrong
        if period and not wrong:
            good.append((row, period, price))
    faults += _repeated(good, known) + _part_years(good)
    if faults or len(good) < len(rows) or cells.lacks_columns(rows, REQUIRED):
        return Checked(pd.DataFrame(), tuple(faults))
    frame = pd.DataFrame(list(_yearly(good, known)))
    return Checked(
        frame,
        warnings=(*_odd(frame, known.prices), *formula_warnings(rows, ("series", "source"))),
        last_day=f"{frame['year'].max()}-12-31" if len(frame) else "",
    )


def _column_faults(rows: list[Row]) -> list[Fault]:
    """Return columns of which one must be there."""
    columns = set(rows[0].values) if rows else set()
    faults = []
    if rows and not columns & set(PERIODS):
        faults.append(Fault(1, "year", "", "is missing from the header", "add year or month"))
    if rows and not columns & set(VALUES):
        fix = "add price with its unit, or price_usd_per_t"
        faults.append(Fault(1, "price", "", "is missing from the header", fix))
    if columns >= set(VALUES):
        fix = "keep one of price and price_usd_per_t"
        faults.append(Fault(1, "price", "", "stands beside price_usd_per_t", fix))
    if "price" in columns and "unit" not in columns:
        fix = f"add it, with one of {', '.join(PRICE_UNITS)}"
        faults.append(Fault(1, "unit", "", "is missing from the header", fix))
    return faults


def _period(row: Row, known: Known) -> tuple[str, list[Fault]]:
    """Return the year or month of a row."""
    given = [column for column in PERIODS if row.get(column)]
    if len(given) != 1:
        if not set(PERIODS) & set(row.values):
            return "", []
        reason = "is empty" if not given else "stands beside a month"
        return "", [Fault(row.line, "year", row.get("year"), reason, "give a year or a month")]
    (column,) = given
    text = row.get(column)
    if not FORMS[column].fullmatch(text):
        form = "YYYY" if column == "year" else "YYYY-MM"
        return "", [Fault(row.line, column, text, f"is no {column}", f"write {form}")]
    faults = cells.dated(row, column)
    if faults:
        return "", faults
    end = cells.last_day(text[:4])
    if known.as_of is not None and end > known.as_of:
        reason = f"is of a year that ends after the as-of date {known.as_of}"
        fix = "give a later --as-of, or wait until the year is over: prices are yearly means"
        return text, [Fault(row.line, column, text, reason, fix)]
    if not known.allow_past:
        faults = cells.past_faults(row, column, text[:4], known.vintage.prices_to)
        faults = [Fault(row.line, column, text, fault.reason, fault.fix) for fault in faults]
    return text, faults


def _price(row: Row) -> tuple[float, list[Fault]]:
    """Return the price of a row in USD per tonne."""
    column = "price" if "price" in row.values else "price_usd_per_t"
    if column not in row.values:
        return math.nan, []
    value, faults = cells.amount(row, column, zero_is_possible=False)
    unit = row.get("unit")
    if column == "price_usd_per_t":
        if unit and unit != "USD/t":
            reason = "contradicts the column price_usd_per_t"
            fix = "name the column price to give another unit"
            faults.append(Fault(row.line, "unit", unit, reason, fix))
        return value, faults
    if "unit" in row.values and unit not in PRICE_UNITS:
        reason = "is no unit that is converted" if unit else "is empty"
        fix = f"use one of {', '.join(PRICE_UNITS)}"
        faults.append(Fault(row.line, "unit", unit, reason, fix))
    return value * PRICE_UNITS.get(unit, math.nan), faults


def _word_faults(row: Row, known: Known) -> list[Fault]:
    faults = cells.required_text(row, REQUIRED)
    if row.get("mineral"):
        faults += cells.one_of(row, "mineral", sorted(known.minerals))
    if row.get("basis"):
        faults += cells.one_of(row, "basis", BASES)
    return faults


def _repeated(good: list[tuple[Row, str, float]], known: Known) -> list[Fault]:
    """Return periods that stand twice, or whose year is in the table already."""
    existing = set(zip(known.prices["mineral"], known.prices["year"], strict=True))
    first: dict[tuple[str, str], int] = {}
    faults = []
    for row, period, _ in good:
        mineral, column = row.get("mineral"), "year" if len(period) == 4 else "month"
        if (mineral, int(period[:4])) in existing:
            reason = f"has a price of {mineral} in the tables already"
            fix = "drop the row: an import adds, and never replaces"
            faults.append(Fault(row.line, column, period, reason, fix))
        for key in {(mineral, period), (mineral, period[:4])}:
            if key in first:
                reason = f"of {mineral} stands on line {first[key]} too"
                faults.append(Fault(row.line, column, period, reason, "keep one"))
        first.setdefault((mineral, period), row.line)
    return faults


def _part_years(good: list[tuple[Row, str, float]]) -> list[Fault]:
    """Return years of which only some months are given, or months of several series."""
    months: dict[tuple[str, str], list[tuple[Row, str]]] = {}
    for row, period, _ in good:
        if len(period) > 4:
            months.setdefault((row.get("mineral"), period[:4]), []).append((row, period))
    faults = []
    for (mineral, year), found in months.items():
        line = found[0][0].line
        count = len({period for _, period in found})
        if count != MONTHS:
            reason = f"has {count} of 12 months of {mineral}"
            fix = "give all twelve, or one row with the mean of the year"
            faults.append(Fault(line, "month", year, reason, fix))
        if len({(row.get("series"), row.get("basis")) for row, _ in found}) > 1:
            reason, fix = f"mixes series or bases of {mineral}", "keep one series a year"
            faults.append(Fault(line, "series", year, reason, fix))
    return faults


def _yearly(good: list[tuple[Row, str, float]], known: Known) -> Iterable[dict[str, object]]:
    years: dict[tuple[str, int], list[tuple[Row, float]]] = {}
    for row, period, price in good:
        years.setdefault((row.get("mineral"), int(period[:4])), []).append((row, price))
    names = set(zip(known.prices["mineral"], known.prices["series"], strict=True))
    for (mineral, year), found in years.items():
        row = found[0][0]
        series = row.get("series")
        if (mineral, MAIN + series) in names:
            series = MAIN + series
        yield {
            "mineral": mineral,
            "year": year,
            "price_usd_per_t": math.fsum(price for _, price in found) / len(found),
            "series": series,
            "basis": row.get("basis") or BASES[0],
            "source": f"{SOURCE}: {row.get('source').replace(';', ',')}",
        }


def _odd(frame: pd.DataFrame, prices: pd.DataFrame) -> list[str]:
    """Return prices that look like another unit, or that continue no series."""
    rows = text_rows(frame)
    before = {(row["mineral"], int(row["year"])): row for row in (*text_rows(prices), *rows)}
    warnings = []
    for row in rows:
        name, year = row["mineral"], int(row["year"])
        old = before.get((name, year - 1))
        if old is None or old["series"] != row["series"]:
            there = "none" if old is None else old["series"]
            warnings.append(
                f"{name} {year}: the series '{shown(row['series'])}' has no price of {year - 1} "
                f"(there: {there}); no change of price can be taken from it."
            )
        if old is None:
            continue
        new_price, old_price = float(row["price_usd_per_t"]), float(old["price_usd_per_t"])
        if not old_price / ODD_RATIO < new_price < old_price * ODD_RATIO:
            warnings.append(
                f"{name} {year}: {new_price:,.6g} USD/t beside {old_price:,.6g} in {year - 1}: "
                "check the unit."
            )
    return warnings
