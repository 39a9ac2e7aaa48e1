"""Numbers with their intervals in words.

Does      Writes a figure, and its interval, as shares, prices, tonnes and dollars.
Units     In the words; bare numbers stand in columns whose heading has the unit.
Method    Unit and scale are written once for both ends.
Assumes   A figure without draws has no interval: nothing is written for it.
Not here  Numbers without intervals: see `oreacle.present.words`.
"""

from __future__ import annotations

from collections.abc import Callable

from oreacle.market.intervals import Figure
from oreacle.present import words

SCALES = ((1e9, "billion"), (1e6, "million"), (1e3, "thousand"))
TRACE = 1e-6
"""Share of gross domestic product below which only the bound is written [1]."""
Write = Callable[[float | None], str]


def short_number(value: float | None) -> str:
    """Return a bare number with two significant digits, enough for the end of an interval.

    Examples
    --------
    >>> short_number(0.18634), short_number(12345.0)
    ('0.19', '12,000')
    """
    return words.number(_rounded(value))


def short_signed(value: float | None) -> str:
    """Return a bare number with its sign and two significant digits."""
    return words.signed(_rounded(value))


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.2g}")


SHORT: dict[Write, Write] = {words.number: short_number, words.signed: short_signed}


def span(one: Figure | None, write: Write) -> str:
    """Return the interval of a figure, or "" where there is none.

    Examples
    --------
    >>> span(Figure(0.3, 0.2, 1.3), words.change), span(Figure(0.3), words.change)
    ('+20 to +130 %', '')
    """
    if one is None or one.low is None or one.high is None:
        return ""
    short = SHORT.get(write, write)
    low, high = short(one.low), short(one.high)
    if low == high:
        return low
    if low.endswith(" %") and high.endswith(" %"):
        low = low.removesuffix(" %")
    return f"{low} to {high}"


def with_span(one: Figure | None, write: Write) -> str:
    """Return a figure with its interval in brackets.

    Examples
    --------
    >>> with_span(Figure(0.3, 0.2, 1.3), words.change)
    '+30 % (+20 to +130 %)'
    """
    if one is None:
        return words.NOT_KNOWN
    interval = span(one, write)
    return f"{write(one.value)} ({interval})" if interval else write(one.value)


def gdp_share(share: float | None) -> str:
    """Return money over gross domestic product [1]; a trace is said to be one.

    Examples
    --------
    >>> gdp_share(0.00042), gdp_share(3e-8)
    ('0.042 %', '< 0.0001 %')
    """
    if share is not None and 0.0 < share < TRACE:
        return f"< {100.0 * TRACE:.4f} %"
    return words.gdp_share(share)


def dollars(one: Figure) -> str:
    """Return money with its interval on one scale [USD].

    Examples
    --------
    >>> dollars(Figure(-1.77e8, -3e8, -9.5e7)), dollars(Figure(2.0e6))
    ('USD -177 (-300 to -95) million', 'USD 2 million')
    """
    scale, name = scale_of(one)
    return f"USD {with_span(scaled(one, scale), words.number)} {name}".rstrip()


def tonnes(one: Figure) -> str:
    """Return a quantity with its interval in one unit [t/yr].

    Examples
    --------
    >>> tonnes(Figure(30.7, 20.0, 41.0))
    '30.7 (20 to 41) t/yr'
    """
    size, unit = words.tonne_scale([one.value, one.low or 0.0, one.high or 0.0])
    return f"{with_span(scaled(one, size), words.number)} {unit}"


def scale_of(one: Figure) -> tuple[float, str]:
    """Return the divisor and name of the scale in which money reads well."""
    largest = max(abs(value) for value in (one.value, one.low or 0.0, one.high or 0.0))
    return next((scale for scale in SCALES if largest >= scale[0]), (1.0, ""))


def scaled(one: Figure, size: float) -> Figure:
    """Return a figure over a divisor, such as millions."""
    low = None if one.low is None else one.low / size
    high = None if one.high is None else one.high / size
    return Figure(one.value / size, low, high)
