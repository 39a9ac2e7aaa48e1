"""Country codes of all publishers, and who belongs to the European Union.

Does      Turns any publisher's code (letters or numbers) into one code; maps countries to actors.
Units     None.
Method    Exact match against two tables, `country_codes.csv` and `country_aliases.csv`.
Assumes   The European Union has the 27 members of the base year in every year, as in
          statistics of a fixed composition; `eu_members` knows the true members of a year.
Not here  Which countries a world holds: see the table `countries`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.core.labels import REST_OF_WORLD, suggestion

CODES_FILE = Path(__file__).parent / "assumed" / "country_codes.csv"
ALIASES_FILE = Path(__file__).parent / "assumed" / "country_aliases.csv"
EUROPEAN_UNION = "EU"
BLOC_NAMES = {EUROPEAN_UNION: "European Union", REST_OF_WORLD: "rest of the world"}
COMPOSITION_YEAR = 2024


def canonical_code(code: str) -> str:
    """Return the one code for a publisher's code.

    Countries become ISO 3166 alpha-3 codes (Kosovo is XKX), dissolved states without a single
    successor become ROW, the European Union becomes EU.

    Raises
    ------
    DataError
        ORE-DAT-010 if the code is unknown, or is an aggregate such as a world total.

    Examples
    --------
    >>> [canonical_code(code) for code in ("S19", "ZAR", "842", "SUN", "EUU")]
    ['TWN', 'COD', 'USA', 'ROW', 'EU']
    """
    found = _canonical().get(code)
    if found is None:
        _refuse([code])
    return str(found)


def canonical_codes(codes: pd.Series) -> pd.Series:
    """Return the one code for each publisher's code, refusing all unknown ones together.

    Parameters
    ----------
    codes
        Codes as text; numeric codes without leading zeros.

    Raises
    ------
    DataError
        ORE-DAT-010 naming every unknown code.
    """
    known = _canonical()
    distinct = [str(code) for code in pd.unique(codes.astype(str))]
    unknown = [code for code in distinct if code not in known]
    if unknown:
        _refuse(unknown)
    return codes.astype(str).map(known)


def is_aggregate(code: str) -> bool:
    """Return True if the code is a world or regional total, never a country."""
    return code in _aggregates()


def country_names() -> dict[str, str]:
    """Return the English short name of every country, by code."""
    return dict(zip(_codes()["country"], _codes()["name"], strict=True))


def actor_name(code: str) -> str:
    """Return the English name of an actor or country, or its code if it has none.

    Examples
    --------
    >>> actor_name("EU"), actor_name("CHL"), actor_name("XYZ")
    ('European Union', 'Chile', 'XYZ')
    """
    return BLOC_NAMES.get(code) or country_names().get(code) or code


def eu_members(year: int = COMPOSITION_YEAR) -> frozenset[str]:
    """Return the members of the European Union in a year.

    A country that joined during the year counts from that year; the United Kingdom counts
    to 2020, the end of the transition.

    Examples
    --------
    >>> len(eu_members()), len(eu_members(2003)), "GBR" in eu_members(2020)
    (27, 15, True)
    """
    table = _codes()
    since = pd.to_numeric(table["eu_since"], errors="coerce")
    until = pd.to_numeric(table["eu_until"], errors="coerce").fillna(9999)
    return frozenset(table.loc[(since <= year) & (until >= year), "country"])


def actor_of(country: str) -> str:
    """Return the trade actor of a country: EU for the 27 members, else the country itself.

    Examples
    --------
    >>> actor_of("FRA"), actor_of("GBR"), actor_of("ROW")
    ('EU', 'GBR', 'ROW')
    """
    return EUROPEAN_UNION if country in _members() else country


def actors_of(countries: pd.Series, explicit: Iterable[str] | None = None) -> pd.Series:
    """Return the trade actor of each country.

    Parameters
    ----------
    countries
        Canonical codes.
    explicit
        Countries that stand for themselves; all others become ROW. None keeps every country.
    """
    keep = None if explicit is None else frozenset(explicit)
    names = {
        country: actor_of(country) if keep is None or country in keep else _pooled(country)
        for country in pd.unique(countries)
    }
    return countries.map(names)


def _pooled(country: str) -> str:
    actor = actor_of(country)
    return actor if actor == EUROPEAN_UNION else REST_OF_WORLD


def _refuse(unknown: list[str]) -> None:
    totals = [code for code in unknown if is_aggregate(code)]
    others = [code for code in unknown if code not in totals]
    near = "; ".join(filter(None, (suggestion(code, _canonical()) for code in others[:3])))
    raise DataError(
        "ORE-DAT-010",
        f"unknown country codes: {', '.join(repr(code) for code in unknown)}.",
        why="dropping or guessing a code would move its tonnes to nobody or to somebody else."
        + (f" {', '.join(totals)}: a total, not a country." if totals else ""),
        fix=(f"{near} " if near else "")
        + "Mend the code in the source, or add it to `country_aliases.csv` with a note.",
    )


@functools.cache
def _codes() -> pd.DataFrame:
    return pd.read_csv(CODES_FILE, dtype=str, keep_default_na=False, encoding="utf-8")


@functools.cache
def _aliases() -> pd.DataFrame:
    return pd.read_csv(ALIASES_FILE, dtype=str, keep_default_na=False, encoding="utf-8")


@functools.cache
def _canonical() -> dict[str, str]:
    table = _codes()
    known = dict(zip(table["country"], table["country"], strict=True))
    numeric = table[table["numeric"] != ""]
    known.update(zip(numeric["numeric"], numeric["country"], strict=True))
    aliases = _aliases()[_aliases()["kind"] != "aggregate"]
    known.update(zip(aliases["alias"], aliases["code"], strict=True))
    return known


@functools.cache
def _aggregates() -> frozenset[str]:
    return frozenset(_aliases().loc[_aliases()["kind"] == "aggregate", "alias"])


@functools.cache
def _members() -> frozenset[str]:
    return eu_members()
