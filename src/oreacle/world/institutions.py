"""Clubs: who was a member of what and when, what a club has to act with, and its rules.

Does      Answers which countries were members of a club on a day, in a month or in a year, which
          clubs a country was in, which trade actor a country belonged to in a year, what a club
          agreed on a subject, and with which instruments it acts.
Units     Calendar days and years.
Method    A membership counts in a period if it held on any day of it. A year of joining without
          a day counts from 1 January, a year of leaving to 31 December; `unsettled` names the
          members for whom that choice matters.
Assumes   Lists marked as not complete hold only the members that the sources name.
Not here  Members as trade actors of the model: see `oreacle.world.member_actors`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from oreacle.core.spelling import fold
from oreacle.data.codes import EUROPEAN_UNION, canonical_code
from oreacle.data.institutions.club_rules import SUBJECTS
from oreacle.data.store import read_table, tables_directory
from oreacle.world.club_rules import ClubInstrument, ClubRule
from oreacle.world.periods import AS_OF, Moment, known_period, read_period
from oreacle.world.table_records import records_of, unknown_name
from oreacle.world.territory import Territory


@dataclass(frozen=True)
class Club:
    """A club of countries.

    Attributes
    ----------
    club, name, kind
        Code, English name, and kind (customs union, security, minerals club and so on).
    instruments
        What it has to act with.
    founded, dissolved
        Dates as precise as known; dissolved is "" if there is no end.
    complete
        True if the list of members is complete for 1990-2024.
    seen
        How it was known: seen, partly, recollection or computed.
    note
        What the list holds and leaves out.
    """

    club: str
    name: str
    kind: str
    instruments: tuple[str, ...]
    founded: str
    dissolved: str
    complete: bool
    seen: str
    note: str


@dataclass(frozen=True)
class Membership:
    """One spell of a country in a club.

    Attributes
    ----------
    club, country
        Codes; the country may be EU.
    since, until
        Years of joining and leaving; None if it went on at the last day covered.
    since_date, until_date
        The same as precise as known; `until_date` is the first day of no longer being a member.
    confidence, seen, source
        How sure it is, how it was known, and from where.
    """

    club: str
    country: str
    since: int
    since_date: str
    until: int | None
    until_date: str
    confidence: str
    seen: str
    source: str

    def held_in(self, moment: Moment) -> bool:
        """Return True if the membership held on any day of a period."""
        period = read_period(moment)
        if read_period(self.since_date).first > period.last:
            return False
        return not self.until_date or self._first_day_out() > period.first

    def is_settled(self, moment: Moment) -> bool:
        """Return False if the sources are too coarse to say whether it held in a period."""
        period, joined = read_period(moment), read_period(self.since_date)
        if joined.first <= period.last < joined.last:
            return False
        if not self.until_date:
            return True
        left = read_period(self.until_date)
        return left.is_day or not left.first < period.first <= left.last

    def _first_day_out(self) -> date:
        left = read_period(self.until_date)
        return left.first if left.is_day else left.day_after


@dataclass(frozen=True)
class Institutions:
    """All clubs and memberships.

    Attributes
    ----------
    clubs
        Club by code.
    memberships
        Every spell, by club, country and year of joining.
    as_of
        Last day covered.
    all_rules
        Every rule, by club and subject.
    all_instruments
        Every instrument, by club.
    """

    clubs: Mapping[str, Club]
    memberships: tuple[Membership, ...]
    as_of: str = AS_OF
    all_rules: tuple[ClubRule, ...] = ()
    all_instruments: tuple[ClubInstrument, ...] = ()

    def club(self, name: str) -> Club:
        """Return a club by its code.

        Raises
        ------
        DataError
            ORE-DAT-091 if there is no such club.
        """
        if name not in self.clubs:
            raise unknown_name("club", name, self.clubs, "its members are not known.")
        return self.clubs[name]

    def code_of(self, name: str) -> str:
        """Return the code of a club by its code or full name; case and hyphens do not count.

        Raises
        ------
        DataError
            ORE-DAT-091 if there is no such club.

        Examples
        --------
        >>> load_institutions().code_of("five eyes"), load_institutions().code_of("quad")
        ('FVEY', 'QUAD')
        """
        named = {fold(club.name): code for code, club in self.clubs.items()}
        named |= {fold(code): code for code in self.clubs}
        return self.club(named.get(fold(name), name)).club

    def rules(self, club: str) -> tuple[ClubRule, ...]:
        """Return what a club agreed, one rule for each subject.

        Raises
        ------
        DataError
            ORE-DAT-091 if there is no such club.
        """
        self.club(club)
        found = {rule.subject: rule for rule in self.all_rules if rule.club == club}
        return tuple(found[subject] for subject in SUBJECTS if subject in found)

    def rule(self, club: str, subject: str) -> ClubRule:
        """Return what a club agreed on a subject.

        Raises
        ------
        DataError
            ORE-DAT-091 if there is no such club or subject, or no row on it.

        Examples
        --------
        >>> load_institutions().rule("OECD", "exit").rule
        'notice of 12 months'
        """
        found = {rule.subject: rule for rule in self.rules(club)}
        if subject not in found:
            raise unknown_name("subject", subject, found, f"no rule of {club} is about it.")
        return found[subject]

    def instruments_of(self, club: str) -> tuple[ClubInstrument, ...]:
        """Return what a club has to act with; see `ClubInstrument.is_in_force`.

        Raises
        ------
        DataError
            ORE-DAT-091 if there is no such club.
        """
        self.club(club)
        return tuple(one for one in self.all_instruments if one.club == club)

    def spells(self, club: str) -> tuple[Membership, ...]:
        """Return every spell of membership in a club.

        Raises
        ------
        DataError
            ORE-DAT-091 if there is no such club.
        """
        self.club(club)
        return tuple(spell for spell in self.memberships if spell.club == club)

    def members(self, club: str, on: Moment | None = None) -> tuple[str, ...]:
        """Return the members of a club in a period, in alphabetical order.

        Parameters
        ----------
        club
            Code of the club.
        on
            Year, month or day; None for the last day covered. Who was a member on any day of
            the period counts. See `Club.complete` and `unsettled`.

        Raises
        ------
        DataError
            ORE-DAT-091 if there is no such club; ORE-DAT-092 if the date cannot be read or is
            after the last day covered.

        Examples
        --------
        >>> world = load_institutions()
        >>> len(world.members("EU", 2015)), len(world.members("EU", 2021))
        (28, 27)
        """
        moment = self._moment(on)
        return tuple(sorted(s.country for s in self.spells(club) if s.held_in(moment)))

    def unsettled(self, club: str, on: Moment | None = None) -> tuple[str, ...]:
        """Return countries for which the sources do not settle membership in a period.

        Errors as in `members`.
        """
        moment = self._moment(on)
        return tuple(sorted(s.country for s in self.spells(club) if not s.is_settled(moment)))

    def clubs_of(self, country: str, on: Moment | None = None) -> tuple[str, ...]:
        """Return the clubs that a country was in during a period, in alphabetical order.

        Raises
        ------
        DataError
            ORE-DAT-010 if the country code is unknown; ORE-DAT-092 as in `members`.
        """
        code, moment = canonical_code(country), self._moment(on)
        return tuple(
            sorted(s.club for s in self.memberships if s.country == code and s.held_in(moment))
        )

    def shared_clubs(self, first: str, second: str, on: Moment | None = None) -> tuple[str, ...]:
        """Return the clubs that both countries were in during a period; errors as in `clubs_of`.

        Examples
        --------
        >>> load_institutions().shared_clubs("JPN", "CHN", 2024)
        ('RCEP',)
        """
        theirs = self.clubs_of(second, on)
        return tuple(club for club in self.clubs_of(first, on) if club in theirs)

    def actor_of(self, country: str, year: int) -> str:
        """Return the trade actor of a country in a year: EU for its members of that year.

        A country that joined or left during the year counts as a member in it: the United
        Kingdom to 2020, whose end was also that of the common customs rules.

        Raises
        ------
        DataError
            ORE-DAT-010 if the country code is unknown; ORE-DAT-092 as in `members`.

        Examples
        --------
        >>> world = load_institutions()
        >>> [world.actor_of("POL", year) for year in (2003, 2004)]
        ['POL', 'EU']
        """
        code = canonical_code(country)
        return EUROPEAN_UNION if code in self.members(EUROPEAN_UNION, year) else code

    def territory(self, countries: Iterable[str], year: int) -> Territory:
        """Return which actor each country belonged to in a year; ROW stays itself.

        Errors as in `actor_of`.

        Examples
        --------
        >>> load_institutions().territory(["FRA", "POL", "ROW"], 2000).members("EU")
        ('FRA',)
        """
        inside = self.members(EUROPEAN_UNION, year)
        codes = [canonical_code(country) for country in countries]
        return Territory({code: EUROPEAN_UNION if code in inside else code for code in codes})

    def _moment(self, on: Moment | None) -> Moment:
        moment = self.as_of if on is None else on
        known_period(moment, self.as_of)
        return moment


def load_institutions(directory: Path | None = None) -> Institutions:
    """Return clubs from the tables `clubs`, `club_members`, `club_rules`, `club_instruments`.

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
def _load(directory: Path) -> Institutions:
    clubs = records_of(read_table("clubs", directory), Club)
    members = records_of(read_table("club_members", directory), Membership)
    return Institutions(
        {club.club: club for club in clubs},
        members,
        all_rules=records_of(read_table("club_rules", directory), ClubRule),
        all_instruments=records_of(read_table("club_instruments", directory), ClubInstrument),
    )
