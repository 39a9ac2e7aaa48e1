"""Tables of pairs and of country-years as mappings.

Does      Turns frames with country_a and country_b, or country and year, into dictionaries.
Units     As in the tables.
Method    Pairs stand in alphabetical order, as in the tables; missing figures have no entry.
Assumes   The tables were validated when they were read.
Not here  What an absent entry means: see `oreacle.world.ties`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

Pair = tuple[str, str]


@dataclass(frozen=True)
class Spell:
    """Years in which a tie held.

    Attributes
    ----------
    since, until
        First and last year; None if no end is known.
    """

    since: int
    until: int | None

    def holds(self, year: int) -> bool:
        """Return True if the tie held in a year."""
        return self.since <= year and (self.until is None or year <= self.until)


def numbers(table: pd.DataFrame, column: str) -> Mapping[Pair, float]:
    """Return a number by pair."""
    return {pair: value for pair, value in _by_pair(table, column) if math.isfinite(value)}


def flags(table: pd.DataFrame, column: str) -> Mapping[Pair, bool]:
    """Return a yes or no by pair."""
    return {pair: bool(value) for pair, value in _by_pair(table, column)}


def points(table: pd.DataFrame, column: str) -> Mapping[tuple[str, int], float]:
    """Return a number by country and year; missing ones have no entry."""
    rows = zip(table["country"], table["year"], table[column], strict=True)
    return {(str(c), int(y)): float(value) for c, y, value in rows if not pd.isna(value)}


def spells(table: pd.DataFrame, open_from: int | None) -> Mapping[Pair, tuple[Spell, ...]]:
    """Return spells by pair in the order of years.

    Parameters
    ----------
    table
        country_a, country_b, since, and until if ends are known.
    open_from
        Last year of the file: a spell that reaches it has no known end. None if the file knows
        no ends at all.
    """
    ends = table["until"] if "until" in table.columns else pd.Series(pd.NA, index=table.index)
    found: dict[Pair, list[Spell]] = {}
    for pair, since, until in zip(_pairs(table), table["since"], ends, strict=True):
        is_open = pd.isna(until) or (open_from is not None and int(until) >= open_from)
        found.setdefault(pair, []).append(Spell(int(since), None if is_open else int(until)))
    return {pair: tuple(sorted(ones, key=lambda s: s.since)) for pair, ones in found.items()}


def _pairs(table: pd.DataFrame) -> list[Pair]:
    ends = zip(table["country_a"], table["country_b"], strict=True)
    return [(str(first), str(second)) for first, second in ends]


def _by_pair(table: pd.DataFrame, column: str) -> list[tuple[Pair, float]]:
    values = [float(value) for value in table[column].tolist()]
    return list(zip(_pairs(table), values, strict=True))
