"""The tables of an outlook: events, prices, exposure, concentration.

Does      Puts the records of an outlook into rows, each probability with its base rate beside it.
Units     In headings or cells; percentages are shares times 100.
Method    None: selection, order and words only.
Assumes   Records come ranked; minerals are ranked here by shortage, then by the price band.
Not here  Drawing: see `oreacle.present.terminal` and `oreacle.present.report`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from oreacle.data.codes import actor_name
from oreacle.forecasting.outlook import EventForecast, Exposure, MineralOutlook, Outlook
from oreacle.present import words
from oreacle.present.strips import sparkline, strip
from oreacle.present.table_view import Cell, Column, Place, TableView

MIDDLE_YEAR = 2030
"""Year of the first price band; the last year of the run has the second."""
REASONS = 2
"""Reasons shown in the terminal; the report shows all."""
BASE_RATE = (
    "the unit's own past frequency, pulled towards the average of its class; it knows nothing "
    "of prices, shares or politics"
)


def restriction_table(
    outlook: Outlook, *, rows: int | None = None, combined: bool = True
) -> TableView:
    """Return the likeliest new export restrictions by actor.

    Parameters
    ----------
    rows
        How many to show; None for all.
    combined
        True to write a base rate in brackets after its probability, False for own columns.
    """
    names = words.mineral_names(outlook)
    lead = (
        (Column("Actor"), lambda e: Cell(words.event_subject(e, names))),
        (Column("Years acted", True), _past),
        (Column("Largest world share", True, Place.EXTRA), _share),
    )
    caption = (
        "Probability of at least one new export restriction, on any mineral unless one is named, "
        f"within so many years of {_start(outlook)}. {_where(combined)} the base rate: {BASE_RATE}."
    )
    return _events(
        "Likeliest new export restrictions", caption, outlook.restrictions, lead, (rows, combined)
    )


def _start(outlook: Outlook) -> str:
    """Return the day that years are counted from: tables may know of days after it."""
    return min(outlook.as_of, f"{outlook.first_year - 1}-12-31")


def restricted_mineral_table(
    outlook: Outlook, *, rows: int | None = None, combined: bool = True
) -> TableView:
    """Return the likeliest new export restrictions by actor and mineral (see above)."""
    names = words.mineral_names(outlook)
    lead = (
        (Column("Actor and mineral"), lambda e: Cell(words.event_subject(e, names))),
        (Column("World share", True), _share),
    )
    caption = (
        "The same by mineral; ore or refined is the link in which the actor is larger, and beside "
        "it stands its share of that output in the base year. "
        f"{_where(combined)} the base rate of this actor on this mineral."
        + words.blind_note(outlook, (e.mineral for e in outlook.restricted_minerals[:rows]))
    )
    title = "Likeliest new export restrictions by mineral"
    return _events(title, caption, outlook.restricted_minerals, lead, (rows, combined))


def agreement_table(
    outlook: Outlook, *, rows: int | None = None, combined: bool = True
) -> TableView:
    """Return the likeliest two-party minerals agreements (see above)."""
    names = words.mineral_names(outlook)
    lead = (
        (Column("Demand side with partner"), lambda e: Cell(words.event_subject(e, names))),
        (Column("Years acted", True), _past),
    )
    caption = (
        "Probability of at least one new two-party minerals agreement. "
        f"{_where(combined)} the base rate of this pair."
    )
    title = "Likeliest bilateral agreements"
    return _events(title, caption, outlook.agreements, lead, (rows, combined))


def _where(combined: bool) -> str:
    return "In brackets" if combined else "Beside each"


Lead = tuple[tuple[Column, Callable[[EventForecast], Cell]], ...]


def _events(
    title: str,
    caption: str,
    events: tuple[EventForecast, ...],
    lead: Lead,
    layout: tuple[int | None, bool],
) -> TableView:
    """Build a table of events: name, probabilities with base rates, band, the rest, reasons."""
    count, combined = layout
    shown = events[:count]
    horizons = sorted({years for event in events for years in event.horizons})
    last = words.main_horizon(events[0]) if events else 5
    first, rest = lead[0], lead[1:]
    parts: list[tuple[Column, Callable[[EventForecast], Cell]]] = [first]
    for years in horizons:
        parts += _probability_columns(years, combined)
    parts.append((Column(f"{last} yr, 10 to 90 % band", True), lambda e: _band(e, last)))
    parts += rest
    scale = Column("0 % to 100 %: o estimate, - band, | base rate", place=Place.STRIP)
    parts.append((scale, lambda e: Cell(_strip(e, last))))
    reasons = Column("Why (+ raises, - lowers)", place=Place.BELOW)
    most = REASONS if combined else None
    parts.append((reasons, lambda e: Cell(words.why(e.drivers[:most]))))
    return TableView(
        title,
        caption,
        tuple(column for column, _ in parts),
        tuple(tuple(make(event) for _, make in parts) for event in shown),
        len(events) - len(shown),
    )


def _probability_columns(
    years: int, combined: bool
) -> list[tuple[Column, Callable[[EventForecast], Cell]]]:
    def cell(event: EventForecast) -> Cell:
        value = words.at_horizon(event.probability, event.horizons, years)
        base = words.at_horizon(event.base_rate, event.horizons, years)
        return Cell(words.percent(value), value, f"({words.percent(base)})" if combined else "")

    def base(event: EventForecast) -> Cell:
        return _percent(words.at_horizon(event.base_rate, event.horizons, years))

    if combined:
        return [(Column(f"{years} yr (base)", True), cell)]
    return [(Column(f"{years} yr", True), cell), (Column(f"{years} yr base rate", True), base)]


def _percent(share: float | None) -> Cell:
    return Cell(words.percent(share), words.known(share))


def _band(event: EventForecast, years: int) -> Cell:
    low = words.at_horizon(event.low, event.horizons, years)
    high = words.at_horizon(event.high, event.horizons, years)
    return Cell(words.percent_band(low, high), high)


def _strip(event: EventForecast, years: int) -> str:
    low, value, high, base = (
        words.at_horizon(values, event.horizons, years)
        for values in (event.low, event.probability, event.high, event.base_rate)
    )
    return strip(value, low, high, base)


def _past(event: EventForecast) -> Cell:
    share = event.acts / event.years if event.years else None
    return Cell(words.past(event.acts, event.years), share)


def _share(event: EventForecast) -> Cell:
    return _percent(event.share)


def by_stress(minerals: Sequence[MineralOutlook]) -> list[MineralOutlook]:
    """Return minerals by shortage probability, then by how high the last price band reaches."""

    def key(record: MineralOutlook) -> tuple[float, float, str]:
        top = words.known(record.price_high[-1]) if record.price_high else None
        shortage = words.known(record.shortage_probability)
        return (-1.0 if shortage is None else shortage, top or 0.0, record.mineral)

    return sorted(minerals, key=key, reverse=True)


def market_table(outlook: Outlook, *, rows: int | None = None) -> TableView:
    """Return prices and shortages by mineral, the most stressed first."""
    ranked = by_stress(outlook.minerals)
    shown = ranked[:rows]
    years = band_years(outlook)
    columns = (
        Column("Mineral"),
        Column("Data grade"),
        Column("2024 price [USD/t]", True),
        *(Column(f"{year} price, median, 10 to 90 % [x 2024]", True) for year in years),
        Column("Shortage risk", True),
        Column("Bad case", True),
        Column("Median price path, one scale", place=Place.SPARK),
    )
    paths = [value for record in shown for value in record.price_mid if words.is_known(value)]
    bounds = (min(paths, default=1.0), max(paths, default=1.0))
    caption = (
        "Refined price per tonne of the chain unit in 2024 dollars, and the band of the delivered "
        "price (mean over users) as a multiple of 2024. Shortage risk: probability that new "
        "measures leave 5 % or more of world use unserved or priced out in at least one of the "
        f"first {words.near_years(outlook)} (no base rate is available). Bad case: share of world "
        "use so lost in the worst of these years, 90 % quantile over members. Data grade of ore / "
        "refined trade: A observed, B partly, C no trade data (statements about pairs of countries "
        "are weak), - no ore traded."
        + words.blind_note(outlook, (record.mineral for record in shown))
    )
    cells = tuple(_market_row(record, years, bounds) for record in shown)
    return TableView("Prices and shortages", caption, columns, cells, len(ranked) - len(shown))


def band_years(outlook: Outlook) -> tuple[int, ...]:
    """Return the years whose price bands are shown: 2030 if the run covers it, and the last."""
    middle = MIDDLE_YEAR if outlook.first_year <= MIDDLE_YEAR < outlook.last_year else None
    return (outlook.last_year,) if middle is None else (middle, outlook.last_year)


def _market_row(
    record: MineralOutlook, years: tuple[int, ...], bounds: tuple[float, float]
) -> tuple[Cell, ...]:
    return (
        Cell(words.short_name(record.name)),
        Cell(record.grade),
        Cell(words.number(record.base_price), words.known(record.base_price)),
        *(_price_band(record, year) for year in years),
        _percent(record.shortage_probability),
        _percent(record.shortage_high),
        Cell(sparkline(record.price_mid, bounds)),
    )


def _price_band(record: MineralOutlook, year: int) -> Cell:
    """Return the median and the 10 and 90 % quantiles of a year over base."""
    at = record.years.index(year) if year in record.years else None
    low, middle, high = (
        words.known(path[at]) if at is not None and at < len(path) else None
        for path in (record.price_low, record.price_mid, record.price_high)
    )
    band = words.ratio_band(low, high)
    return Cell(band if middle is None else f"{words.ratio(middle)} ({band})", high)


def exposure_table(outlook: Outlook, *, rows: int | None = None) -> TableView:
    """Return the actors whose users lose most."""
    shown = outlook.exposures[:rows]
    names = words.mineral_names(outlook)
    columns = (
        Column("Actor"),
        Column("Mean loss [million USD/yr]", True),
        Column("Bad case [million USD/yr]", True),
        Column("Mean loss over GDP", True),
        Column("Minerals that make most of it"),
    )
    caption = (
        "What new measures cost an actor's users, mean over members and the first "
        f"{words.near_years(outlook)}, against the same years without new measures. Bad case: the "
        "worst of these years, 90 % quantile over members."
        + words.blind_note(outlook, (slug for record in shown for slug, _ in record.minerals))
    )
    left_out = len(outlook.exposures) - len(shown)
    cells = tuple(_exposure_row(record, names) for record in shown)
    return TableView("Most exposed actors", caption, columns, cells, left_out)


def _exposure_row(record: Exposure, names: dict[str, str]) -> tuple[Cell, ...]:
    mean, high = words.known(record.loss_mean), words.known(record.loss_high)
    if high is not None and math.isinf(high):
        worst = Cell(words.BEYOND, high)
    else:
        worst = Cell(words.number(None if high is None else high / 1e6), high)
    return (
        Cell(record.name or record.actor),
        Cell(words.number(None if mean is None else mean / 1e6), mean),
        worst,
        Cell(words.gdp_share(record.loss_per_gdp), words.known(record.loss_per_gdp)),
        Cell(mineral_shares(record, names)),
    )


def mineral_shares(record: Exposure, names: dict[str, str]) -> str:
    """Return the minerals of an exposure with their shares of the loss."""
    parts = [
        f"{words.mineral_name(slug, names)} {words.percent(share)}"
        for slug, share in record.minerals
    ]
    return ", ".join(parts) if parts else words.NOT_KNOWN


def concentration_table(outlook: Outlook, *, rows: int | None = None) -> TableView:
    """Return who leads mining and refining of each mineral, the most concentrated first."""

    def key(record: MineralOutlook) -> float:
        value = words.known(record.refined_hhi)
        return -1.0 if value is None else value

    ranked = sorted(outlook.minerals, key=key, reverse=True)
    shown = ranked[:rows]
    columns = (
        Column("Mineral"),
        Column("Mined: leader, share"),
        Column("Mined HHI", True),
        Column("Refined: leader, share"),
        Column("Refined HHI", True),
        Column(f"Refined HHI {outlook.last_year}, median", True),
    )
    caption = (
        "Herfindahl-Hirschman index (HHI) by actor in the base year, from 0 (many equal "
        "producers) to 1 (a single one); no unit."
        + words.blind_note(outlook, (record.mineral for record in shown))
    )
    cells = tuple(_concentration_row(record) for record in shown)
    return TableView("Concentration", caption, columns, cells, len(ranked) - len(shown))


def _concentration_row(record: MineralOutlook) -> tuple[Cell, ...]:
    def leader(code: str, share: float | None) -> Cell:
        name = actor_name(code) if code else words.NOT_KNOWN
        return Cell(f"{name}, {words.percent(share)}", words.known(share))

    def index(value: float | None) -> Cell:
        return Cell(words.ratio(value), words.known(value))

    return (
        Cell(words.short_name(record.name)),
        leader(record.mined_leader, record.mined_share),
        index(record.mined_hhi),
        leader(record.refined_leader, record.refined_share),
        index(record.refined_hhi),
        index(record.refined_hhi_end),
    )
