"""Routes of minerals: passages with their events, corridors, gateways, freight quotations.

Does      Finds a passage, a corridor, or the gateways of a country, with what is known on them.
Units     km, nautical miles, days, USD/t, t/yr; changes of transits as fractions of normal.
Method    None: records of the tables. An unknown name is an error; an unknown figure is None.
Assumes   Passages, corridors and gateways are structure without a date, as seen when compiled.
Not here  Paths between ports, and what closing a passage costs a trade.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from oreacle.data.codes import canonical_code
from oreacle.data.store import read_table, tables_directory
from oreacle.world.periods import AS_OF, Moment, known_period
from oreacle.world.table_records import records_of, unknown_name


@dataclass(frozen=True)
class Chokepoint:
    """A narrow passage of sea trade.

    Attributes
    ----------
    chokepoint, name, lat, lon
        Id, English name and place [degree].
    states
        States that control it or lie beside it, with remarks.
    network_tag
        Name as a restriction in the package searoute; "" if it has none.
    gate_lon1, gate_lat1, gate_lon2, gate_lat2
        Ends of a line across it [degree]; None if there is none.
    alternative
        Way round, in words.
    detour_pair, detour_nm, detour_days
        Ports for which the detour was computed, and what closing adds [nautical mile, day at
        13 knots]; negative for the Northern Sea Route, which shortens when open.
    throughput, throughput_years
        Traffic as published, in words.
    confidence, seen, source
        How far to trust it.
    """

    chokepoint: str
    name: str
    lat: float
    lon: float
    states: tuple[str, ...]
    network_tag: str
    gate_lon1: float | None
    gate_lat1: float | None
    gate_lon2: float | None
    gate_lat2: float | None
    alternative: str
    detour_pair: str
    detour_nm: float | None
    detour_days: float | None
    throughput: str
    throughput_years: str
    confidence: str
    seen: str
    source: str


@dataclass(frozen=True)
class PassageEvent:
    """Something that kept ships from a passage, or made them wait or pay.

    Attributes
    ----------
    event_id, chokepoint, since, until
        Label, passage, first and last day; `until` is "" while no end is known.
    open
        True if no end was known on the last day covered: below normal, not necessarily closed.
    duration_days
        Length [day]; None while open.
    cause, effect
        In words.
    transit_change_low, transit_change_high
        Change of transits against normal [1]; None if not stated.
    war_risk, delay
        Premium and wait as printed.
    confidence, seen, source
        How far to trust it.
    """

    event_id: str
    chokepoint: str
    since: str
    until: str
    open: bool
    duration_days: float | None
    cause: str
    effect: str
    transit_change_low: float | None
    transit_change_high: float | None
    war_risk: str
    delay: str
    confidence: str
    seen: str
    source: str

    def held_in(self, first: date, last: date) -> bool:
        """Return True if the event went on on any day from `first` to `last`."""
        begun = date.fromisoformat(self.since) <= last
        return begun and (self.open or date.fromisoformat(self.until) >= first)


@dataclass(frozen=True)
class Corridor:
    """A route by land or sea from a place of mining to a port or user.

    Attributes
    ----------
    corridor, name, origin, destination, countries, mode
        Id, names, countries with alternatives, and means of transport.
    length_km_low, length_km_high, days_low, days_high, cost_usd_t_low, cost_usd_t_high
        Ranges; None where unknown. `cost_basis` says whether the cost is an estimate.
    capacity_t, capacity_year, planned_capacity_t, planned_year
        All goods together [t/yr].
    status_class
        operating, construction, planned or suspended, when compiled.
    minerals
        Model minerals among its goods.
    control, incidents
        Owners and lenders, and dated incidents, in words.
    confidence, seen, source
        How far to trust it.
    """

    corridor: str
    name: str
    origin: str
    destination: str
    countries: str
    mode: str
    length_km_low: float | None
    length_km_high: float | None
    days_low: float | None
    days_high: float | None
    cost_usd_t_low: float | None
    cost_usd_t_high: float | None
    cost_year: str
    cost_basis: str
    cost_confidence: str
    capacity_t: float | None
    capacity_year: int | None
    planned_capacity_t: float | None
    planned_year: str
    status_class: str
    minerals: tuple[str, ...]
    control: str
    incidents: str
    confidence: str
    seen: str
    source: str


@dataclass(frozen=True)
class Gateway:
    """A port or border crossing through which a country trades; rank 1 is the main one.

    Attributes
    ----------
    gateway, country, rank, flow, name, kind
        Id, country served, rank, export, import or both, name, and port or land_border.
    gateway_country
        Country in which it lies: another one for landlocked countries.
    lat, lon
        Place [degree].
    minerals
        Model minerals among its goods.
    inland_origin, inland_mode, inland_km_low, inland_km_high, inland_days_low, inland_days_high
        The leg from mine or plant; None where unknown.
    cost_usd_t_low, cost_usd_t_high, cost_year, cost_basis, cost_confidence
        Cost of that leg [current USD/t].
    confidence, seen, source
        How far to trust it.
    """

    gateway: str
    country: str
    rank: int
    flow: str
    name: str
    kind: str
    gateway_country: str
    lat: float | None
    lon: float | None
    minerals: tuple[str, ...]
    inland_origin: str
    inland_mode: str
    inland_km_low: float | None
    inland_km_high: float | None
    inland_days_low: float | None
    inland_days_high: float | None
    cost_usd_t_low: float | None
    cost_usd_t_high: float | None
    cost_year: str
    cost_basis: str
    cost_confidence: str
    confidence: str
    seen: str
    source: str


@dataclass(frozen=True)
class FreightQuote:
    """One quotation of freight, toll, premium or time; compare only the same `unit`."""

    quote: str
    unit: str
    category: str
    route: str
    commodity: str
    vessel: str
    low: float
    high: float
    period: str
    year_from: int
    year_to: int
    basis: str
    confidence: str
    seen: str
    source: str


@dataclass(frozen=True)
class Routes:
    """Passages, corridors, gateways and quotations.

    Attributes
    ----------
    chokepoints, corridors
        By id.
    passage_events, gateways, quotes
        In the order of the tables.
    as_of
        Last day covered.
    """

    chokepoints: Mapping[str, Chokepoint]
    passage_events: tuple[PassageEvent, ...]
    corridors: Mapping[str, Corridor]
    gateways: tuple[Gateway, ...]
    quotes: tuple[FreightQuote, ...]
    as_of: str = AS_OF

    def chokepoint(self, name: str) -> Chokepoint:
        """Return a passage by its id.

        Raises
        ------
        DataError
            ORE-DAT-091 if there is no such passage.
        """
        if name not in self.chokepoints:
            raise unknown_name("passage", name, self.chokepoints, "no ship could be kept from it.")
        return self.chokepoints[name]

    def corridor(self, name: str) -> Corridor:
        """Return a corridor by its id.

        Raises
        ------
        DataError
            ORE-DAT-091 if there is no such corridor.
        """
        if name not in self.corridors:
            raise unknown_name("corridor", name, self.corridors, "nothing could move along it.")
        return self.corridors[name]

    def events_at(self, name: str, on: Moment | None = None) -> tuple[PassageEvent, ...]:
        """Return what happened at a passage, on any day of a period or (None) ever.

        Raises
        ------
        DataError
            ORE-DAT-091 if there is no such passage; ORE-DAT-092 if the date cannot be read or
            is after the last day covered.

        Examples
        --------
        >>> [event.cause for event in load_routes().events_at("suez", "2021-03-25")]
        ['accident']
        """
        self.chokepoint(name)
        found = [event for event in self.passage_events if event.chokepoint == name]
        if on is not None:
            period = known_period(on, self.as_of)
            found = [event for event in found if event.held_in(period.first, period.last)]
        return tuple(found)

    def gateways_of(self, country: str, mineral: str | None = None) -> tuple[Gateway, ...]:
        """Return the gateways of a country by rank, all or those that name a mineral.

        An empty answer means that none is listed, not that there is none.

        Raises
        ------
        DataError
            ORE-DAT-010 if the country code is unknown.
        """
        code = canonical_code(country)
        found = [row for row in self.gateways if row.country == code]
        kept = [row for row in found if mineral is None or mineral in row.minerals]
        return tuple(sorted(kept, key=lambda row: (row.rank, row.gateway)))

    def quotes_in(self, unit: str, category: str | None = None) -> tuple[FreightQuote, ...]:
        """Return quotations in one unit, all or of one category.

        Raises
        ------
        DataError
            ORE-DAT-091 if no quotation has this unit.
        """
        units = {quote.unit for quote in self.quotes}
        if unit not in units:
            raise unknown_name("unit of freight", unit, units, "no quotation is in it.")
        return tuple(
            quote
            for quote in self.quotes
            if quote.unit == unit and category in (None, quote.category)
        )


def load_routes(directory: Path | None = None) -> Routes:
    """Return the routes from the tables of passages, corridors, gateways and quotations.

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
def _load(directory: Path) -> Routes:
    chokepoints = records_of(read_table("chokepoints", directory), Chokepoint)
    corridors = records_of(read_table("corridors", directory), Corridor)
    return Routes(
        {row.chokepoint: row for row in chokepoints},
        records_of(read_table("chokepoint_events", directory), PassageEvent),
        {row.corridor: row for row in corridors},
        records_of(read_table("gateways", directory), Gateway),
        records_of(read_table("freight_quotes", directory), FreightQuote),
    )
