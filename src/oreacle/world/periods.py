"""Days, months and years as people write them, and the last day that the data cover.

Does      Reads "2024", "2024-07" or "2024-07-31" as a period with a first and a last day.
Units     Calendar days, without time zone.
Method    A date known to the year or month alone is the whole year or month.
Assumes   Gregorian calendar.
Not here  Horizons of forecasts: see `oreacle.scenario`.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from oreacle.core.errors import DataError

AS_OF = "2024-12-31"
"""Last day that a build covers; an import moves it for events, prices and stocks alone."""
WRITTEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
Moment = int | str | date


@dataclass(frozen=True)
class Period:
    """A stretch of days.

    Attributes
    ----------
    first, last
        First and last day; the same day if the date is known to the day.
    """

    first: date
    last: date

    @property
    def is_day(self) -> bool:
        """True if the period is one day."""
        return self.first == self.last

    @property
    def day_after(self) -> date:
        """The day after the last one."""
        return self.last + timedelta(days=1)


def read_period(moment: Moment) -> Period:
    """Return the period that a year, a month, or a day is.

    Raises
    ------
    DataError
        ORE-DAT-092 if it cannot be read.

    Examples
    --------
    >>> read_period("2024-02").last
    datetime.date(2024, 2, 29)
    >>> read_period(2015) == read_period("2015")
    True
    """
    if isinstance(moment, date):
        day = date(moment.year, moment.month, moment.day)
        return Period(day, day)
    found = WRITTEN.fullmatch(str(moment))
    if found is None:
        raise _unreadable(moment)
    year, month, day_text = (int(part) if part else None for part in found.groups())
    try:
        first = date(int(year or 0), month or 1, day_text or 1)
    except ValueError as error:
        raise _unreadable(moment) from error
    if day_text:
        return Period(first, first)
    last_month = month or 12
    return Period(
        first, date(first.year, last_month, calendar.monthrange(first.year, last_month)[1])
    )


def known_period(moment: Moment, as_of: str = AS_OF) -> Period:
    """Return the period, refusing one that begins after the last day covered.

    Raises
    ------
    DataError
        ORE-DAT-092 if it cannot be read or begins after `as_of`.
    """
    period = read_period(moment)
    if period.first > read_period(as_of).last:
        raise DataError(
            "ORE-DAT-092",
            f"{moment} is after {as_of}, the last day that the data cover.",
            why="what holds then is not known, and the state of the last day may have changed.",
            fix=f"ask for a day up to {as_of}, or load tables that reach further.",
        )
    return period


def _unreadable(moment: object) -> DataError:
    return DataError(
        "ORE-DAT-092",
        f"{moment!r} is no year, month or day.",
        why="a date read wrongly would give the state of another day.",
        fix="write 2024, '2024-07' or '2024-07-31'.",
    )
