"""The table `escalation_parameters`: rows written by the fit, records read by others.

Does      Turns measured numbers into rows, and rows back into branching and levels.
Units     As the column `unit` says.
Method    None: one row per number, by group and name.
Assumes   A group that is missing was never fitted: refused, not guessed.
Not here  The measuring: see `.fit`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from oreacle.core.errors import RelationsError
from oreacle.core.status import SolveStatus
from oreacle.data.store import read_table
from oreacle.forecasting.escalation.dyads import CLASSES, FIRST_YEAR
from oreacle.relations.escalation import Branching
from oreacle.relations.excitation import ExcitationFit

TABLE = "escalation_parameters"
COLUMNS = ("group", "name", "value", "low", "high", "cases", "unit", "status", "reason")
MEASURED, NOT_IDENTIFIED, PRIOR_ONLY = "measured", "not identified", "prior only"
BRANCHING, CLASS, YEAR = "branching", "class", "year"
_NUMBERS = ("own", "cross", "half_life", "pair_spread", "side_spread", "cross_test", "cross_p")


@dataclass(frozen=True)
class Measured:
    """One number.

    Attributes
    ----------
    value, low, high
        With the ends of its 90 % interval; missing without one.
    cases
        How many acts or windows are behind it; None if that has no meaning.
    unit, status, reason
        Unit; measured, not identified or prior only; and what it rests on.
    """

    value: float
    low: float
    high: float
    cases: int | None
    unit: str
    status: str
    reason: str

    @property
    def has_interval(self) -> bool:
        """True if both ends are known."""
        return bool(np.isfinite(self.low) and np.isfinite(self.high))


@dataclass(frozen=True)
class Escalation:
    """All measured numbers.

    Attributes
    ----------
    groups
        Numbers by group and name.
    """

    groups: Mapping[str, Mapping[str, Measured]]

    def of(self, group: str, name: str) -> Measured:
        """Return one number.

        Raises
        ------
        RelationsError
            ORE-REL-053 if the table does not hold it.
        """
        if name not in self.groups.get(group, {}):
            raise RelationsError(
                "ORE-REL-053",
                f"the table {TABLE} has no {group} '{name}'.",
                why="a number in its place would be made up.",
                fix="fit it again with `oreacle data build`.",
            )
        return self.groups[group][name]

    def branching(self, group: str = BRANCHING) -> Branching:
        """Return the measured branching of a group; errors as `of`."""
        own, cross, half = (self.of(group, name) for name in ("own", "cross", "half_life"))
        states = {one.status for one in (own, cross, half)}
        return Branching(
            own=own.value,
            cross=cross.value,
            half_life=half.value,
            own_interval=(own.low, own.high),
            cross_interval=(cross.low, cross.high),
            half_life_interval=(half.low, half.high),
            status=MEASURED if states == {MEASURED} else "half-life not identified",
        )

    def fit(self) -> ExcitationFit:
        """Return the fit that the branching belongs to; errors as `of`."""
        values = {name: self.of(BRANCHING, name).value for name in _NUMBERS[:5]}
        years = sorted(self.groups.get(YEAR, {}))
        return ExcitationFit(
            **values,
            class_level=np.array([self.of(CLASS, name).value for name in CLASSES]),
            year_level=np.array([self.of(YEAR, name).value for name in years]),
            value=float("nan"),
            status=SolveStatus.SOLVED,
        )

    @property
    def last_year(self) -> int:
        """Last year of the window of the fit."""
        return FIRST_YEAR + len(self.groups.get(YEAR, {})) - 1


def read_escalation(directory: Path | str | None = None) -> Escalation:
    """Return the measured numbers of the embedded table, or of another folder's.

    Raises
    ------
    DataError
        ORE-DAT-002 if the table is missing.
    """
    groups: dict[str, dict[str, Measured]] = {}
    for row in read_table(TABLE, directory).to_dict("records"):
        groups.setdefault(str(row["group"]), {})[str(row["name"])] = Measured(
            value=float(row["value"]),
            low=float(row["low"]),
            high=float(row["high"]),
            cases=None if pd.isna(row["cases"]) else int(row["cases"]),
            unit=str(row["unit"]),
            status=str(row["status"]),
            reason=str(row["reason"]),
        )
    return Escalation(groups)


def read_branching(directory: Path | str | None = None) -> Branching:
    """Return the measured branching, for whoever moves relations forward in time.

    Raises
    ------
    DataError
        ORE-DAT-002 if the table is missing.
    RelationsError
        ORE-REL-053 if it lacks a number.

    Examples
    --------
    >>> one = read_branching()
    >>> one.own + one.cross < 0.8
    True
    """
    return read_escalation(directory).branching()


def rows_table(groups: Mapping[str, Mapping[str, Measured]]) -> pd.DataFrame:
    """Return measured numbers as the table `escalation_parameters`."""
    rows = [
        (
            group,
            name,
            one.value,
            one.low,
            one.high,
            one.cases,
            one.unit,
            one.status,
            one.reason,
        )
        for group, found in groups.items()
        for name, one in found.items()
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.assign(cases=pd.array(table["cases"].tolist(), dtype="Int64"))
