"""Conditions under which a country lets minerals be won, and its hazards.

Does      Answers what is known on one field of one country, with unit, year and basis.
Units     As each fact's `unit`: read it before comparing two.
Method    The newest year known at the year asked for; None where nothing is known.
Assumes   A fact holds from its year on; it is never used for an earlier year.
Not here  Governance by year: see the table `governance`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from oreacle.data.codes import canonical_code
from oreacle.data.store import read_table, tables_directory
from oreacle.world.periods import AS_OF, known_period
from oreacle.world.table_records import records_of, unknown_name


@dataclass(frozen=True)
class Fact:
    """One figure or class of one country.

    Attributes
    ----------
    country, field, year
        What it is about.
    value
        The figure in `unit`; None where the fact is words.
    text
        The words; "" where the fact is a figure.
    unit
        Unit or scale.
    basis, confidence, seen, source, note
        How far to trust it; `basis` is ``assumed`` where the compilers chose the figure.
    """

    country: str
    field: str
    year: int
    value: float | None
    text: str
    unit: str
    basis: str
    confidence: str
    seen: str
    source: str
    note: str


@dataclass(frozen=True)
class Hazard:
    """One hazard of one country.

    Attributes
    ----------
    country, hazard
        What it is about.
    level
        The class; "" where the text states none or more than one.
    text
        The class with remarks.
    confidence, seen, source
        How far to trust it; `seen` is ``recollection`` for two rows of three.
    """

    country: str
    hazard: str
    level: str
    text: str
    confidence: str
    seen: str
    source: str


@dataclass(frozen=True)
class Jurisdictions:
    """Facts and hazards by country.

    Attributes
    ----------
    facts
        Facts by country and field, in the order of years.
    hazards
        Hazard by country and kind.
    as_of
        Last day covered.
    """

    facts: Mapping[tuple[str, str], tuple[Fact, ...]]
    hazards: Mapping[tuple[str, str], Hazard]
    as_of: str = AS_OF

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of all fields, in alphabetical order."""
        return tuple(sorted({field for _, field in self.facts}))

    @property
    def hazard_names(self) -> tuple[str, ...]:
        """Names of all hazards, in alphabetical order."""
        return tuple(sorted({hazard for _, hazard in self.hazards}))

    def fact(self, country: str, field: str, year: int | None = None) -> Fact | None:
        """Return the newest fact known in a year, or None if nothing is known.

        Parameters
        ----------
        country
            Country code.
        field
            One of `fields`.
        year
            Year; None for the last one covered. A fact about a later year is not used.

        Raises
        ------
        DataError
            ORE-DAT-010 if the country code is unknown, ORE-DAT-091 if the field is,
            ORE-DAT-092 if the year cannot be read or is after the last day covered.

        Examples
        --------
        >>> world = load_jurisdictions()
        >>> tax = world.fact("CHL", "corporate_tax_rate")
        >>> tax.value, tax.unit, tax.year
        (0.27, 'fraction', 2024)
        >>> world.fact("CHL", "corporate_tax_rate", 2010) is None
        True
        """
        if field not in self.fields:
            raise unknown_name("field", field, self.fields, "no country has it.")
        last = known_period(self.as_of if year is None else year, self.as_of).last.year
        known = self.facts.get((canonical_code(country), field), ())
        return next((fact for fact in reversed(known) if fact.year <= last), None)

    def facts_of(self, country: str) -> tuple[Fact, ...]:
        """Return every fact of a country, by field and year; errors as in `fact`."""
        code = canonical_code(country)
        keys = sorted(key for key in self.facts if key[0] == code)
        return tuple(fact for key in keys for fact in self.facts[key])

    def hazard(self, country: str, hazard: str) -> Hazard | None:
        """Return a hazard of a country, or None if nothing is known; errors as in `fact`."""
        if hazard not in self.hazard_names:
            raise unknown_name("hazard", hazard, self.hazard_names, "no country has it.")
        return self.hazards.get((canonical_code(country), hazard))


def load_jurisdictions(directory: Path | None = None) -> Jurisdictions:
    """Return facts and hazards from the tables `jurisdictions` and `hazards`.

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
def _load(directory: Path) -> Jurisdictions:
    facts: dict[tuple[str, str], tuple[Fact, ...]] = {}
    table = read_table("jurisdictions", directory).sort_values(["country", "field", "year"])
    for fact in records_of(table, Fact):
        key = (fact.country, fact.field)
        facts[key] = (*facts.get(key, ()), fact)
    hazards = records_of(read_table("hazards", directory), Hazard)
    return Jurisdictions(facts, {(row.country, row.hazard): row for row in hazards})
