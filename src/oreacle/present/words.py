"""Numbers and names as people read them.

Does      Writes shares, bands, prices, money and tonnes with their units; names things.
Units     In: as each function says. Out: text that carries its unit, or names it for a heading.
Method    Three significant digits; percentages without decimals from 1 % on.
Assumes   A value that is None or NaN is not known; it is never written as 0.
Not here  Tables and figures: see `oreacle.present.tables` and `oreacle.present.figures`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from oreacle.forecasting.outlook import NEAR_YEARS, Driver, EventForecast, Outlook
from oreacle.world.grades import NO_TRADE_DATA, blind_links, footnote

NOT_KNOWN = "not known"
BEYOND = "no bound"
"""Written for an infinite loss: members whose market did not solve count as the worst outcome."""
TINY = 1e-3
"""Smallest number that a column shows; below it only that it is smaller."""
TONNE_SCALES = ((1e6, "Mt/yr"), (1e3, "kt/yr"), (1.0, "t/yr"))


def is_known(value: float | None) -> bool:
    """Return True unless the value is missing (None or NaN)."""
    return value is not None and not math.isnan(value)


def known(value: float | None) -> float | None:
    """Return the value as float, or None where it is missing (also NaN)."""
    return float(value) if value is not None and not math.isnan(value) else None


def _percent_digits(share: float) -> str:
    points = 100.0 * share
    if points == 0.0:
        return "0"
    if points < 0.1:
        return "< 0.1"
    if points < 0.95:
        return f"{points:.1f}"
    return "> 99" if 99.5 <= points < 100.0 else f"{points:.0f}"


def percent(share: float | None) -> str:
    """Return a share [1] as a percentage.

    Examples
    --------
    >>> percent(0.62), percent(0.004), percent(0.9991), percent(None)
    ('62 %', '0.4 %', '> 99 %', 'not known')
    """
    value = known(share)
    return NOT_KNOWN if value is None else f"{_percent_digits(value)} %"


def percent_band(low: float | None, high: float | None) -> str:
    """Return two quantiles of a share [1] as a band.

    Examples
    --------
    >>> percent_band(0.12, 0.48), percent_band(None, 0.5)
    ('12 to 48 %', 'not known')
    """
    first, last = known(low), known(high)
    if first is None or last is None:
        return NOT_KNOWN
    return f"{_percent_digits(first)} to {_percent_digits(last)} %"


def change(share: float | None) -> str:
    """Return a relative change [1] with its sign.

    Examples
    --------
    >>> change(0.345), change(-0.021), change(None)
    ('+34 %', '-2.1 %', 'not known')
    """
    value = known(share)
    if value is None:
        return NOT_KNOWN
    points = 100.0 * value
    if abs(points) < 0.05:
        return "0.0 %"
    return f"{points:+,.1f} %" if abs(points) < 10.0 else f"{points:+,.0f} %"


def significant(value: float, digits: int = 3) -> str:
    """Return a number with so many significant digits and thousands separated.

    Examples
    --------
    >>> significant(12345.0), significant(0.98765), significant(7.0)
    ('12,300', '0.988', '7')
    """
    rounded = float(f"{value:.{digits}g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{rounded:.{digits}g}"


def number(value: float | None) -> str:
    """Return a bare number for a column whose heading has the unit."""
    plain = known(value)
    if plain is None:
        return NOT_KNOWN
    if 0.0 < abs(plain) < TINY:
        return f"< {TINY:g}"
    return BEYOND if math.isinf(plain) else significant(plain)


def signed(value: float | None) -> str:
    """Return a bare number with its sign, for a column whose heading has the unit."""
    plain = known(value)
    if plain is None:
        return NOT_KNOWN
    return "0" if abs(plain) < 5e-4 else ("+" if plain > 0 else "") + significant(plain)


def ratio(value: float | None) -> str:
    """Return a price over its base [1] with two decimals, one from 10 on."""
    plain = known(value)
    if plain is None:
        return NOT_KNOWN
    return f"{plain:.2f}" if plain < 10 else f"{plain:,.1f}"


def ratio_band(low: float | None, high: float | None) -> str:
    """Return two quantiles of a price over its base [1].

    Examples
    --------
    >>> ratio_band(0.912, 1.6)
    '0.91 to 1.60'
    """
    if not is_known(low) or not is_known(high):
        return NOT_KNOWN
    return f"{ratio(low)} to {ratio(high)}"


def dollars(value: float | None) -> str:
    """Return an amount of money [USD].

    Examples
    --------
    >>> dollars(1.234e9), dollars(-5.6e6), dollars(None)
    ('USD 1.23 billion', 'USD -5.6 million', 'not known')
    """
    plain = known(value)
    if plain is None:
        return NOT_KNOWN
    if math.isinf(plain):
        return BEYOND
    for size, name in ((1e9, " billion"), (1e6, " million"), (1e3, " thousand")):
        if abs(plain) >= size:
            return f"USD {significant(plain / size)}{name}"
    return f"USD {significant(plain)}"


def gdp_share(share: float | None) -> str:
    """Return money over gross domestic product [1], with decimals where it is small.

    Examples
    --------
    >>> gdp_share(0.00042), gdp_share(None)
    ('0.042 %', 'not known')
    """
    plain = known(share)
    return NOT_KNOWN if plain is None else f"{float(f'{100.0 * plain:.2g}'):.6g} %"


def tonne_scale(values: Iterable[float]) -> tuple[float, str]:
    """Return the divisor and unit in which the largest of these tonnages reads well."""
    largest = max((abs(value) for value in values if is_known(value)), default=0.0)
    return next((scale for scale in TONNE_SCALES if largest >= 10.0 * scale[0]), TONNE_SCALES[-1])


def tonnes(value: float | None) -> str:
    """Return a quantity [t/yr].

    Examples
    --------
    >>> tonnes(12345.0), tonnes(34.0)
    ('12.3 kt/yr', '34 t/yr')
    """
    plain = known(value)
    if plain is None:
        return NOT_KNOWN
    size, unit = tonne_scale([plain])
    return f"{significant(plain / size)} {unit}"


def per_year(value: float | None) -> str:
    """Return a yearly count, such as ``9.8 a year``."""
    return f"{number(value)} a year" if is_known(value) else NOT_KNOWN


def short_name(name: str) -> str:
    """Return a mineral's name without the part in brackets.

    Examples
    --------
    >>> short_name("Light magnet rare earths (Nd, Pr)")
    'Light magnet rare earths'
    """
    return name.split(" (", maxsplit=1)[0]


def mineral_names(outlook: Outlook) -> dict[str, str]:
    """Return the short name of each mineral of an outlook by slug."""
    return {record.mineral: short_name(record.name) for record in outlook.minerals}


def blind_note(outlook: Outlook, slugs: Iterable[str]) -> str:
    """Return the sentence on minerals of a list that have no trade data, after a blank, or ""."""
    shown = set(slugs)
    note = footnote((short_name(r.name), r.grade) for r in outlook.minerals if r.mineral in shown)
    return f" {note}" if note else ""


def blind_mark(outlook: Outlook, slug: str) -> str:
    """Return what follows a mineral in a sentence: ``; refined: no trade data``, or ""."""
    grades = {record.mineral: record.grade for record in outlook.minerals}
    links = blind_links(grades.get(slug, ""))
    return f"; {' and '.join(links)}: {NO_TRADE_DATA}" if links else ""


def mineral_name(slug: str, names: dict[str, str]) -> str:
    """Return a mineral's name; for an unknown slug, the slug in words."""
    return names.get(slug) or slug.replace("_", " ")


def event_subject(event: EventForecast, names: dict[str, str]) -> str:
    """Return who does what to what, such as ``China, gallium (refined)``."""
    actor = event.actor_name or event.actor
    if event.partner:
        return f"{actor} with {event.partner_name or event.partner}"
    if not event.mineral:
        return actor
    good = mineral_name(event.mineral, names).lower()
    return f"{actor}, {good} ({event.link})" if event.link else f"{actor}, {good}"


def why(drivers: Iterable[Driver]) -> str:
    """Return drivers in words: + raises the odds against the average unit, - lowers them."""
    parts = [f"{'+' if driver.log_odds > 0 else '-'} {driver.words}" for driver in drivers]
    return "; ".join(parts) if parts else NOT_KNOWN


def reasons(drivers: Iterable[Driver]) -> str:
    """Return drivers as part of a sentence, or "" where there are none."""
    listed = tuple(drivers)
    raised = [driver.words for driver in listed if driver.log_odds > 0]
    lowered = [driver.words for driver in listed if driver.log_odds <= 0]
    parts = [("raised by", raised), ("lowered by", lowered)]
    return "; ".join(f"{how}: {', '.join(found)}" for how, found in parts if found)


def past(acts: int, years: int) -> str:
    """Return how often a unit acted in the fitting window.

    Examples
    --------
    >>> past(12, 20), past(0, 0)
    ('12 of 20', 'not at risk')
    """
    return f"{acts} of {years}" if years else "not at risk"


def at_horizon(values: tuple[float, ...], horizons: tuple[int, ...], horizon: int) -> float | None:
    """Return the value at a horizon, or None where the record does not have it."""
    for value, years in zip(values, horizons, strict=False):
        if years == horizon:
            return known(value)
    return None


def near_years(outlook: Outlook) -> str:
    """Return the years that losses and shortages are taken over: five, or all of a shorter run."""
    count = min(NEAR_YEARS, outlook.last_year - outlook.first_year + 1)
    return f"{('one', 'two', 'three', 'four', 'five')[count - 1]} year{'' if count == 1 else 's'}"


def main_horizon(event: EventForecast) -> int:
    """Return five years, or the last horizon where the record has no five."""
    if 5 in event.horizons or not event.horizons:
        return 5
    return event.horizons[-1]
