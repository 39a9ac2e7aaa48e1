"""Public stocks of minerals: targets, holdings, budgets, as stated.

Does      Lists what states say or are said to hold, by country and mineral.
Units     As each row's `unit`; `tonnes` gives holdings in tonnes.
Method    None: records of the table `stockpiles`.
Assumes   A statement describes its year alone. Most holdings are secret or recollected.
Not here  Stocks of firms and exchanges.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from oreacle.data.codes import canonical_code
from oreacle.data.store import read_table, tables_directory
from oreacle.world.table_records import records_of

HOLDING = "holding_tonnes"
# Tonnes of one unit of the rows about holdings; "t W" is tonnes of tungsten in ore.
TONNES_PER_UNIT = {"t": 1.0, "kg": 1e-3, "t W": 1.0}


@dataclass(frozen=True)
class Stockpile:
    """One statement about a public stock.

    Attributes
    ----------
    country, material, minerals, kind, year
        Who, what as printed, which model minerals it names, what is stated, and for when.
    value, low, high, unit
        The figure and its range in the unit of the row; None where it is words.
    text
        The words; "" where it is a figure.
    status, basis, confidence, seen, source, note
        How far to trust it.
    """

    country: str
    material: str
    minerals: tuple[str, ...]
    kind: str
    year: int
    value: float | None
    low: float | None
    high: float | None
    unit: str
    text: str
    status: str
    basis: str
    confidence: str
    seen: str
    source: str
    note: str

    @property
    def tonnes(self) -> float | None:
        """Holding in tonnes of the material; None if the row is about something else."""
        if self.kind != HOLDING or self.value is None or self.unit not in TONNES_PER_UNIT:
            return None
        return self.value * TONNES_PER_UNIT[self.unit]


@dataclass(frozen=True)
class Stockpiles:
    """Statements in the order of the table."""

    statements: tuple[Stockpile, ...]

    def of(self, country: str | None = None, mineral: str | None = None) -> tuple[Stockpile, ...]:
        """Return the statements that fit all that is given.

        An empty answer means that nothing is known, not that there is no stock.

        Raises
        ------
        DataError
            ORE-DAT-010 if the country code is unknown.

        Examples
        --------
        >>> [row.tonnes for row in load_stockpiles().of("USA", "germanium")]
        [14.0]
        """
        code = None if country is None else canonical_code(country)
        return tuple(
            row
            for row in self.statements
            if code in (None, row.country) and (mineral is None or mineral in row.minerals)
        )


def load_stockpiles(directory: Path | None = None) -> Stockpiles:
    """Return the statements of the table `stockpiles`.

    Parameters
    ----------
    directory
        Folder of tables; None for ``OREACLE_DATA`` or the embedded ones.

    Raises
    ------
    DataError
        ORE-DAT-002 if the table is missing.
    """
    return _load(tables_directory(directory))


@lru_cache(maxsize=4)
def _load(directory: Path) -> Stockpiles:
    return Stockpiles(records_of(read_table("stockpiles", directory), Stockpile))
