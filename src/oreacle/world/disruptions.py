"""Disruptions of supply: what happened, and how often each cause comes.

Does      Lists noted events by country, mineral and cause, and gives rates with an interval.
Units     Days; events a year; losses as printed and as a share of yearly world supply.
Method    None: records of the tables; `oreacle.data.institutions.disruptions` says how rates
          were made.
Assumes   A curated list, not a census: small events, China, Russia and the years before 2010
          are under-counted. Rates are lower bounds, and their rise is partly reporting.
Not here  What an event does to a market.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from oreacle.data.codes import canonical_code
from oreacle.data.store import read_table, tables_directory
from oreacle.world.periods import AS_OF
from oreacle.world.table_records import records_of, unknown_name


@dataclass(frozen=True)
class Disruption:
    """One noted disruption.

    Attributes
    ----------
    event_id, year, since, country, event
        Label, year and first day, country code, site and event.
    duration_days
        Length [day]; None if permanent, or not ended on the last day covered.
    open
        True if no end was known on that day.
    minerals, commodities
        Model minerals, and what was compiled.
    stage, cause
        Where and why.
    loss, loss_unit
        As printed; a unit per year is capacity idled, not tonnes lost.
    loss_share
        Rough share of yearly world supply of the first commodity [1]; None if not stated.
    loss_basis, loss_confidence, confidence, seen, source, note
        How far to trust the loss, and the event.
    """

    event_id: str
    year: int
    since: str
    duration_days: float | None
    open: bool
    country: str
    event: str
    commodities: str
    minerals: tuple[str, ...]
    stage: str
    cause: str
    loss: float | None
    loss_unit: str
    loss_share: float | None
    loss_basis: str
    loss_confidence: str
    confidence: str
    seen: str
    source: str
    note: str


@dataclass(frozen=True)
class DisruptionRate:
    """How often a cause disrupts supply somewhere in the world.

    Attributes
    ----------
    cause, events
        Cause and events noted 2000-2024.
    per_year_2000_2009, per_year_2010_2019, per_year_2020_2024
        Events a year in each stretch [1/yr].
    per_year_2010_2024, per_year_low, per_year_high
        Mean and 5 to 95 % range of the rate [1/yr].
    median_duration_days, ended
        Median length [day], open events counted, and how many had ended; None if half of the
        events are not known to have ended.
    """

    cause: str
    events: int
    per_year_2000_2009: float
    per_year_2010_2019: float
    per_year_2020_2024: float
    per_year_2010_2024: float
    per_year_low: float
    per_year_high: float
    median_duration_days: float | None
    ended: int


@dataclass(frozen=True)
class Disruptions:
    """Events in the order of the table, and rates by cause."""

    events: tuple[Disruption, ...]
    rates: Mapping[str, DisruptionRate]
    as_of: str = AS_OF

    def rate(self, cause: str) -> DisruptionRate:
        """Return the rate of a cause.

        Raises
        ------
        DataError
            ORE-DAT-091 if there is no such cause.

        Examples
        --------
        >>> round(load_disruptions().rate("strike").per_year_2010_2024, 3)
        1.433
        """
        if cause not in self.rates:
            raise unknown_name("cause", cause, self.rates, "no event was noted for it.")
        return self.rates[cause]

    def events_of(
        self, country: str | None = None, mineral: str | None = None, cause: str | None = None
    ) -> tuple[Disruption, ...]:
        """Return the events that fit all that is given, in the order of days.

        Raises
        ------
        DataError
            ORE-DAT-010 if the country code is unknown, ORE-DAT-091 if the cause is.
        """
        code = None if country is None else canonical_code(country)
        if cause is not None:
            self.rate(cause)
        found = [
            event
            for event in self.events
            if code in (None, event.country)
            and cause in (None, event.cause)
            and (mineral is None or mineral in event.minerals)
        ]
        return tuple(sorted(found, key=lambda event: (event.since, event.event_id)))


def load_disruptions(directory: Path | None = None) -> Disruptions:
    """Return events and rates from the tables `disruption_events` and `disruption_rates`.

    Parameters
    ----------
    directory
        Folder of tables; None for ``OREACLE_DATA`` or the embedded ones.

    Raises
    ------
    DataError
        ORE-DAT-002 if a table is missing.
    """
    return _load(tables_directory(directory))


@lru_cache(maxsize=4)
def _load(directory: Path) -> Disruptions:
    events = records_of(read_table("disruption_events", directory), Disruption)
    rates = records_of(read_table("disruption_rates", directory), DisruptionRate)
    return Disruptions(events, {rate.cause: rate for rate in rates})
