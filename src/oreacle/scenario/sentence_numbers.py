"""Numbers as people write them in what-ifs, read and written without loss.

Does      Reads shares, tonnes, dollars a tonne and multiples; writes them back exactly.
Units     Shares and multiples [1], tonnes [t], money [USD/t].
Method    Decimals throughout: what is written reads back as the same float.
Assumes   A dot for decimals and no separator of thousands.
Not here  What a number is about: see `oreacle.scenario.sentence_forms`.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation, localcontext

from oreacle.core.errors import ScenarioError
from oreacle.scenario.names import shown

LARGEST_BARE = Decimal(1)
MOST_DIGITS = 400
"""Enough for any float beside 1, exactly."""
_NUMBER = r"[-+]?[\d.,]+(?:[eE][-+]?\d+)?"
_PERCENT = r"(?:%|percent|per cent)"
SHARE = rf"{_NUMBER}\s*{_PERCENT}?"
TONNES = rf"{_NUMBER}\s*(?-i:t|kt|Mt|kg|tonnes?)"
MONEY = rf"{_NUMBER}\s*(?:USD|US\$|\$|dollars?)\s*(?:/|per|a)\s*(?:t|tonne)"
MULTIPLE = rf"{_NUMBER}\s*(?:x|times)"
DAYS = rf"{_NUMBER}\s*days?"
MONTHS = rf"(?:{_NUMBER}|an?|one)\s*(?:months?|weeks?|days?|years?)"
_PER_YEAR = {
    "year": Decimal(1),
    "month": Decimal(12),
    "week": Decimal(365) / 7,
    "day": Decimal(365),
}
_TONNES_OF = {"kg": Decimal("0.001"), "kt": Decimal(1000), "Mt": Decimal(1_000_000)}


def parse_share(text: str, *, may_be_one: bool = False) -> float:
    """Return the share that "25 %" or "0.25" means [1].

    Raises
    ------
    ScenarioError
        ORE-SCN-022 if it is not a number, or a bare number that may be a share or per cent.

    Examples
    --------
    >>> parse_share("25 %"), parse_share("0.25"), parse_share("7%")
    (0.25, 0.25, 0.07)
    """
    return float(_share(text, may_be_one=may_be_one))


def parse_factor(text: str, *, falls: bool) -> float:
    """Return one plus, or minus, the share that a text means [1].

    Examples
    --------
    >>> parse_factor("10 %", falls=False), parse_factor("0.2", falls=True)
    (1.1, 0.8)
    """
    share = _share(text, may_be_one=False)
    with localcontext(prec=MOST_DIGITS):
        return float(1 - share if falls else 1 + share)


def _share(text: str, *, may_be_one: bool) -> Decimal:
    number = re.sub(rf"\s*{_PERCENT}$", "", text.strip())
    value = _decimal(number)
    if value is None:
        raise ScenarioError(
            "ORE-SCN-022",
            f"'{shown(text)}' is not a share.",
            why="the strength of the measure is not known.",
            fix="write 25 % or 0.25, with a dot for decimals.",
        )
    if number != text.strip():
        with localcontext(prec=MOST_DIGITS):
            return value.scaleb(-2)
    if value > LARGEST_BARE or (value == LARGEST_BARE and not may_be_one):
        raise ScenarioError(
            "ORE-SCN-022",
            f"'{shown(text)}' can be a share or per cent.",
            why="the model does not guess which is meant.",
            fix=f"write {shown(number)} % or {shown(percent(float(value)))}.",
        )
    return value


def parse_number(text: str) -> float:
    """Return the number at the start of a quantity; tonnes in t whatever their unit.

    Raises
    ------
    ScenarioError
        ORE-SCN-022 if it is not a plain number.

    Examples
    --------
    >>> parse_number("500 USD/t"), parse_number("1.5 kt"), parse_number("2 times")
    (500.0, 1500.0, 2.0)
    """
    found = re.match(rf"({_NUMBER})\s*(.*)", text.strip())
    value = _decimal(found[1]) if found else None
    if value is None or found is None:
        raise ScenarioError(
            "ORE-SCN-022",
            f"'{shown(text)}' is not a number.",
            why="the size of the measure is not known.",
            fix="write digits with a dot for decimals, such as 110000 or 0.5.",
        )
    with localcontext(prec=MOST_DIGITS):
        return float(value * _TONNES_OF.get(found[2], Decimal(1)))


def parse_months(text: str) -> float:
    """Return the months of "6 months", "3 weeks", "a year".

    Raises
    ------
    ScenarioError
        ORE-SCN-022 if it is not a plain number.

    Examples
    --------
    >>> parse_months("6 months"), parse_months("a year"), parse_months("73 days")
    (6.0, 12.0, 2.4)
    """
    number, _, unit = re.sub(r"^(?:an?|one)\b", "1", text.strip(), flags=re.I).rpartition(" ")
    if not number:
        found = re.match(rf"({_NUMBER})(.*)", text.strip())
        number, unit = (found[1], found[2]) if found else (text, "")
    with localcontext(prec=MOST_DIGITS):
        value = Decimal(repr(parse_number(number)))
        return float(value * 12 / _PER_YEAR[unit.casefold().rstrip("s")])


def _decimal(text: str) -> Decimal | None:
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?", text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def percent(share: float) -> str:
    """Return a share in per cent, exactly: reading it back gives the same float."""
    return f"{_plain(Decimal(repr(float(share))).scaleb(2))} %"


def plain(number: float) -> str:
    """Return a number without exponent, exactly.

    Examples
    --------
    >>> plain(110000.0), plain(1e-7)
    ('110000', '0.0000001')
    """
    return _plain(Decimal(repr(float(number))))


def change(factor: float) -> str:
    """Return what a factor does, exactly, such as "rises 50 %"."""
    with localcontext(prec=MOST_DIGITS):
        by = Decimal(repr(float(factor))) - 1
        verb = "falls" if by < 0 else "rises"
        return f"{verb} {_plain(abs(by).scaleb(2))} %"


def _plain(value: Decimal) -> str:
    number = f"{value:f}"
    return number.rstrip("0").rstrip(".") if "." in number else number
