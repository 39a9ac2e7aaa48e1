"""The policy register: measures in force at the end of the base year.

Does      Holds each measure with actor, mineral, link, instrument, strength, targets and source.
Units     Strength: share of the flow stopped (ban), share allowed (quota), ad-valorem rate
          (tax, licensing) [1].
Method    None: a record of `register.csv`.
Assumes   Licensing is an ad-valorem cost until its monthly path is modelled.
Not here  How a measure enters the market: see `oreacle.market.calibrate` and `.apply`.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from oreacle.core.labels import EVERYONE

RATE_INSTRUMENTS = ("export_tax", "export_licensing")
INSTRUMENTS = ("export_ban", "export_quota", *RATE_INSTRUMENTS)


@dataclass(frozen=True)
class Measure:
    """One measure on one mineral and link.

    Attributes
    ----------
    measure_id
        Stable label.
    actor, mineral, link, instrument
        Who does what on which link (``ore`` or ``refined``).
    targets
        Actors aimed at; empty means everyone.
    strength
        See the module header [1].
    strength_basis
        ``reported`` or ``assumed``.
    since
        Date in force, as precise as known.
    in_base
        True if it already shaped base-year trade.
    source
        Institution and document.
    """

    measure_id: str
    actor: str
    mineral: str
    link: str
    instrument: str
    targets: tuple[str, ...]
    strength: float
    strength_basis: str
    since: str
    in_base: bool
    source: str

    @property
    def is_rate(self) -> bool:
        """True if the measure is an ad-valorem rate, False if it caps tonnes."""
        return self.instrument in RATE_INSTRUMENTS


def measures_from_table(table: pd.DataFrame) -> tuple[Measure, ...]:
    """Return the register as records, in the order of the table."""
    return tuple(
        Measure(
            measure_id=str(row["measure_id"]),
            actor=str(row["actor"]),
            mineral=str(row["mineral"]),
            link=str(row["link"]),
            instrument=str(row["instrument"]),
            targets=tuple(t for t in str(row["targets"]).split(";") if t and t != EVERYONE),
            strength=float(row["strength"]),
            strength_basis=str(row["strength_basis"]),
            since=str(row["since"]),
            in_base=bool(int(row["in_base"])),
            source=str(row["source"]),
        )
        for row in table.to_dict("records")
    )
