"""Ties between two countries, each with what is known, what is carried on, and what is missing.

Does      Answers distance, votes, alliance, trade agreement, border, language, colony and rivalry
          for a pair, and democracy and risk in the news for a country.
Units     km between main cities; ideal-point distance (dimensionless); yes or no.
Method    Ideal-point distance: absolute difference of the ideal points of two countries in one
          year (Bailey, Strezhnev and Voeten 2017). Yes-or-no ties: the spell of the table.
Assumes   An alliance or a rivalry in the last year of its file goes on, and the answer says so.
          What is not in a file after its last year is missing, not absent.
Not here  Stand-ins for countries that a publisher leaves out: see `oreacle.engine`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from oreacle.core.labels import REST_OF_WORLD
from oreacle.data.store import read_table, tables_directory
from oreacle.world.periods import AS_OF, known_period
from oreacle.world.table_records import unknown_name
from oreacle.world.tie_tables import Pair, Spell, flags, numbers, points, spells

OBSERVED = "observed"
CARRIED_ON = "carried on"
MISSING = "missing"
ALLIANCE_FIRST_YEAR = 1990
ALLIANCE_LAST_YEAR = 2018
AGREEMENT_LAST_YEAR = 2023
RIVALRY_LAST_YEAR = 2020
# Explicit territories that are no states of the files on alliances, agreements and rivalries.
NO_STATES = ("NCL",)
DEMOCRACY_INDICES = ("polyarchy", "libdem", "partipdem", "delibdem", "egaldem")


@dataclass(frozen=True)
class Tie:
    """One answer about a pair or a country.

    Attributes
    ----------
    value
        Number, or yes or no; None if it is missing.
    unit
        Unit of a number, ``yes or no`` otherwise.
    state
        ``observed``, ``carried on`` (beyond the last year of the file), or ``missing``.
    note
        Why it is missing or carried on; "" otherwise.
    """

    value: float | bool | None
    unit: str
    state: str
    note: str = ""

    @property
    def is_missing(self) -> bool:
        """True if nothing is known."""
        return self.state == MISSING


@dataclass(frozen=True)
class Ties:
    """What ties the explicit countries to each other.

    Attributes
    ----------
    countries
        Codes for which ties are kept.
    distances
        Distance by pair [km].
    ideal_points, democracies, news_risks
        By country and year; democracies by index too.
    alliances, agreements, rivalries
        Spells by pair.
    neighbour_flags
        Flags contiguous, common_language and colonial by pair.
    as_of
        Last day covered.
    """

    countries: frozenset[str]
    distances: Mapping[Pair, float]
    ideal_points: Mapping[tuple[str, int], float]
    alliances: Mapping[Pair, tuple[Spell, ...]]
    agreements: Mapping[Pair, tuple[Spell, ...]]
    rivalries: Mapping[Pair, tuple[Spell, ...]]
    neighbour_flags: Mapping[str, Mapping[Pair, bool]]
    democracies: Mapping[tuple[str, int], Mapping[str, float]]
    news_risks: Mapping[tuple[str, int], float]
    as_of: str = AS_OF

    def distance_km(self, first: str, second: str) -> Tie:
        """Return the distance between the main cities of two countries [km].

        Raises
        ------
        DataError
            ORE-DAT-091 if ties of a country are not kept.

        Examples
        --------
        >>> round(load_ties().distance_km("FRA", "DEU").value)
        440
        """
        return self._of_pair(self.distances, first, second, "km")

    def voting_distance(self, first: str, second: str, year: int) -> Tie:
        """Return how far apart two countries vote in the General Assembly in a year.

        Zero for a country and itself; missing where one of the two has no votes (Taiwan).

        Raises
        ------
        DataError
            ORE-DAT-091 if ties of a country are not kept; ORE-DAT-092 if the year cannot be
            read or is after the last day covered.
        """
        self._known(first, second)
        year = self._year(year)
        ends = [self.ideal_points.get((code, year)) for code in (first, second)]
        gaps = [c for c, end in zip((first, second), ends, strict=True) if end is None]
        if gaps or ends[0] is None or ends[1] is None:
            return _missing("1", f"no ideal point of {', '.join(gaps)} in {year}")
        return Tie(abs(ends[0] - ends[1]), "1", OBSERVED)

    def allied(self, first: str, second: str, year: int) -> Tie:
        """Return whether one had to defend the other, or join its attack, in a year.

        The file ends in 2018. An alliance in force then is carried on; a pair without one is
        missing afterwards, as are years before the last unbroken spell. Errors as in
        `voting_distance`.
        """
        pair, year = self._pair(first, second), self._year(year)
        known = self.alliances.get(pair, ())
        if year < ALLIANCE_FIRST_YEAR or (known and year < known[0].since):
            return _missing(YES_NO, "only the last unbroken spell since 1990 is kept")
        return self._in_spell(pair, known, year, ALLIANCE_LAST_YEAR)

    def agreement(self, first: str, second: str, year: int) -> Tie:
        """Return whether a trade agreement of the two had entered into force by a year.

        Exits are not recorded by the source: a yes may be about an agreement that was left.
        Errors as in `voting_distance`.
        """
        pair, year = self._pair(first, second), self._year(year)
        return self._in_spell(pair, self.agreements.get(pair, ()), year, AGREEMENT_LAST_YEAR)

    def rivals(self, first: str, second: str, year: int) -> Tie:
        """Return whether the two were strategic rivals in a year.

        The file ends in 2020: a rivalry that reached it is carried on, any other pair is
        missing afterwards. Errors as in `voting_distance`.
        """
        pair, year = self._pair(first, second), self._year(year)
        return self._in_spell(pair, self.rivalries.get(pair, ()), year, RIVALRY_LAST_YEAR)

    def contiguous(self, first: str, second: str) -> Tie:
        """Return whether the two share a border; errors as in `distance_km`."""
        return self._of_pair(self.neighbour_flags["contiguous"], first, second, YES_NO)

    def common_language(self, first: str, second: str) -> Tie:
        """Return whether the two share an official language; errors as in `distance_km`."""
        return self._of_pair(self.neighbour_flags["common_language"], first, second, YES_NO)

    def colonial(self, first: str, second: str) -> Tie:
        """Return whether one was ever a colony of the other; errors as in `distance_km`."""
        return self._of_pair(self.neighbour_flags["colonial"], first, second, YES_NO)

    def democracy(self, country: str, year: int, index: str = "polyarchy") -> Tie:
        """Return an index of democracy from 0 to 1.

        Raises
        ------
        DataError
            ORE-DAT-091 if the country or the index is unknown; ORE-DAT-092 as above.
        """
        if index not in DEMOCRACY_INDICES:
            raise unknown_name("index of democracy", index, DEMOCRACY_INDICES, "no table has it.")
        self._known(country)
        found = self.democracies.get((country, self._year(year)), {}).get(index)
        return _observed(found, "1", f"no index of {country} in {year}")

    def news_risk(self, country: str, year: int) -> Tie:
        """Return the share of risk articles that name a country [% of articles].

        Errors as in `voting_distance`.
        """
        self._known(country)
        found = self.news_risks.get((country, self._year(year)))
        return _observed(found, "% of articles", f"no index of {country} in {year}")

    def _of_pair(self, table: Mapping[Pair, float | bool], a: str, b: str, unit: str) -> Tie:
        pair = self._pair(a, b)
        if a == b:
            return _missing(unit, "a country and itself")
        return _observed(table.get(pair), unit, f"no row for {a} and {b}")

    def _in_spell(self, pair: Pair, known: tuple[Spell, ...], year: int, last: int) -> Tie:
        if pair[0] == pair[1]:
            return _missing(YES_NO, "a country and itself")
        outside = [code for code in pair if code in NO_STATES]
        if outside and not known:
            return _missing(YES_NO, f"{outside[0]} is no state of the file")
        if year <= last:
            return Tie(any(spell.holds(year) for spell in known), YES_NO, OBSERVED)
        if any(spell.until is None for spell in known):
            return Tie(True, YES_NO, CARRIED_ON, f"in force in {last}, the last year of the file")
        return _missing(YES_NO, f"the file ends in {last}")

    def _pair(self, first: str, second: str) -> Pair:
        self._known(first, second)
        return (first, second) if first <= second else (second, first)

    def _known(self, *codes: str) -> None:
        for code in codes:
            if code not in self.countries:
                why = "ties are kept for the explicit countries alone, not for blocs or the rest."
                raise unknown_name("country", code, self.countries, why)

    def _year(self, year: int) -> int:
        return known_period(year, self.as_of).first.year


YES_NO = "yes or no"


def _observed(value: float | bool | None, unit: str, otherwise: str) -> Tie:
    return _missing(unit, otherwise) if value is None else Tie(value, unit, OBSERVED)


def _missing(unit: str, note: str) -> Tie:
    return Tie(None, unit, MISSING, note)


def load_ties(directory: Path | None = None) -> Ties:
    """Return the ties from the tables of pairs and of countries.

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
def _load(directory: Path) -> Ties:
    neighbours = read_table("contiguity_ties", directory)
    countries = read_table("countries", directory)["country"]
    return Ties(
        countries=frozenset(str(code) for code in countries if code != REST_OF_WORLD),
        distances=numbers(read_table("distances", directory), "distance_km"),
        ideal_points=points(read_table("idealpoints", directory), "ideal_point"),
        alliances=spells(read_table("alliances", directory), open_from=ALLIANCE_LAST_YEAR),
        agreements=spells(read_table("trade_agreements", directory), open_from=None),
        rivalries=spells(read_table("rivalries", directory), open_from=RIVALRY_LAST_YEAR),
        neighbour_flags={
            name: flags(neighbours, name) for name in ("contiguous", "common_language", "colonial")
        },
        democracies=_democracies(directory),
        news_risks=points(read_table("country_risk_news", directory), "news_risk"),
    )


def _democracies(directory: Path) -> dict[tuple[str, int], dict[str, float]]:
    table = read_table("democracy", directory)
    by_index = {index: points(table, index) for index in DEMOCRACY_INDICES}
    keys = {key for values in by_index.values() for key in values}
    return {
        key: {index: values[key] for index, values in by_index.items() if key in values}
        for key in keys
    }
