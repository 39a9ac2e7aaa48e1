"""Measures in force in a simulated year, by member.

Does      Starts, ends and translates measures; the register is lifted at the same fitted rate.
Units     Strength as in the register [1]; hazards [1/yr].
Method    Instrument by its share in past events of the same link; strength is the instrument's
          median; a measure ends with a constant hazard fitted on past ends and exposure.
Assumes   Measures of one cell are ordered by instrument and targets.
Not here  Whether an actor acts: see `oreacle.engine.act_chances`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from oreacle.core.errors import RelationsError
from oreacle.core.labels import LINKS
from oreacle.market.policies import (
    ExportBan,
    ExportLicensing,
    ExportMeasure,
    ExportQuota,
    ExportTax,
    LiftMeasure,
    Policy,
)
from oreacle.world.register import Measure

SEVERITY = {"export_licensing": 0, "export_tax": 1, "export_quota": 2, "export_ban": 3}


@dataclass(frozen=True)
class Marks:
    """How new measures look, by link.

    Attributes
    ----------
    instruments
        Names, in the order of the arrays.
    probability, strength, lifting_rate, targeted_share
        Shapes (link, instrument) [1, as in the register, 1/yr, 1].
    """

    instruments: tuple[str, ...]
    probability: np.ndarray
    strength: np.ndarray
    lifting_rate: np.ndarray
    targeted_share: np.ndarray

    def hazard(self, instrument: str, link: str) -> float:
        """Return the yearly probability that a measure ends [1/yr]."""
        return float(self.lifting_rate[LINKS.index(link), self.instruments.index(instrument)])


def marks_from_table(table: pd.DataFrame) -> Marks:
    """Build the marks from `relations_marks`.

    Raises
    ------
    RelationsError
        ORE-REL-020 if a link and instrument is missing.
    """
    instruments = tuple(sorted(table["instrument"].unique()))
    indexed = table.set_index(["link", "instrument"])
    wanted = pd.MultiIndex.from_product([LINKS, instruments])
    missing = [str(cell) for cell in wanted if cell not in indexed.index]
    if missing:
        raise RelationsError(
            "ORE-REL-020",
            f"relations_marks lacks {', '.join(missing)}.",
            why="a drawn measure of that kind would have no strength.",
            fix="refit with `oreacle data build`.",
        )
    ordered = indexed.loc[list(wanted)]
    shape = (len(LINKS), len(instruments))

    def grid(column: str) -> np.ndarray:
        return np.asarray(ordered[column].to_numpy(dtype=float).reshape(shape))

    probability = grid("probability")
    return Marks(
        instruments,
        probability / probability.sum(axis=1, keepdims=True),
        grid("strength"),
        grid("lifting_rate"),
        grid("targeted_share"),
    )


@dataclass(frozen=True)
class ActiveMeasure:
    """One measure in force in a member.

    Attributes
    ----------
    actor, mineral, link, instrument, strength, targets
        As in the register.
    since
        First year in force.
    measure_id
        Row of the register; "" for a forecast or scenario measure.
    """

    actor: str
    mineral: str
    link: str
    instrument: str
    strength: float
    targets: tuple[str, ...]
    since: int
    measure_id: str = ""

    def policy(self) -> ExportMeasure:
        """Return the measure as a policy of the market."""
        if self.instrument == "export_ban":
            return ExportBan(self.actor, self.mineral, self.targets, self.strength, self.link)
        if self.instrument == "export_quota":
            return ExportQuota(self.actor, self.mineral, self.strength, self.link)
        if self.instrument == "export_tax":
            return ExportTax(self.actor, self.mineral, self.strength, self.targets, self.link)
        return ExportLicensing(self.actor, self.mineral, self.strength, self.targets, self.link)

    @property
    def cell(self) -> tuple[str, str, str]:
        """Actor, mineral and link."""
        return self.actor, self.mineral, self.link


def registered(measures: Sequence[Measure], year: int) -> list[ActiveMeasure]:
    """Return the register as measures in force."""
    return [
        ActiveMeasure(
            m.actor, m.mineral, m.link, m.instrument, m.strength, m.targets, year, m.measure_id
        )
        for m in measures
    ]


def tightened(active: list[ActiveMeasure], new: ActiveMeasure) -> list[ActiveMeasure]:
    """Return the measures after a new act on a cell: nothing that was restricted is loosened.

    A new measure replaces those that are no stronger and whose targets it covers; it changes
    nothing where one that is no weaker covers its targets; else both stand. A ban is stronger
    than a quota, a quota than a tax, a tax than licensing.
    """
    same = [old for old in active if old.cell == new.cell]
    if any(_covers(old, new) and _rank(old) >= _rank(new) for old in same):
        return active
    kept = [
        old for old in active if old not in same or not _covers(new, old) or _rank(old) > _rank(new)
    ]
    return [*kept, new]


def _covers(one: ActiveMeasure, other: ActiveMeasure) -> bool:
    """Return True if `one` hits everyone whom `other` hits."""
    return not one.targets or (bool(other.targets) and set(other.targets) <= set(one.targets))


def _rank(measure: ActiveMeasure) -> int:
    return SEVERITY[measure.instrument]


def standing_policies(
    base: Sequence[ActiveMeasure],
    in_base: frozenset[str],
    in_force: frozenset[str],
) -> dict[str, list[Policy]]:
    """Return what the register does to this year's reference, by mineral.

    Parameters
    ----------
    base
        The whole register.
    in_base
        Measures that base-year trade shows: they are lifted if no longer in force.
    in_force
        Measures still in force.
    """
    changes: dict[str, list[Policy]] = {}
    for measure in base:
        shown = measure.measure_id in in_base
        still = measure.measure_id in in_force
        if shown and not still:
            changes.setdefault(measure.mineral, []).append(
                LiftMeasure(measure.measure_id, measure.mineral)
            )
        elif still and not shown:
            changes.setdefault(measure.mineral, []).append(measure.policy())
    return changes
