"""Marks of restrictions: instrument, strength, how long they last, whom they hit.

Does      Makes the table `relations_marks` from the chronicle, the register and assumed values.
Units     Strength as in the register; lifting rate per year; shares [1].
Method    Instrument: Laplace-smoothed shares by link. Lifting: ends over exposure, the maximum
          likelihood of a censored exponential, drawn to the pooled rate with the weight of
          two ends. Renewals of the same actor, instrument and mineral within a year are one
          spell.
Assumes   A measure whose end nobody recorded is still in force, so lifting rates are too low; an
          end without a date lies half-way between start and the as-of date.
Not here  Which actor acts, on what: see `.fit`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.vintage import built_vintage
from oreacle.engine.acts.coding import LINKS_OF_STAGE, RESTRICTION_KINDS

STRENGTHS_FILE = Path(__file__).parents[2] / "data" / "assumed" / "measure_strengths.csv"
LINK_NAMES = ("ore", "refined")
ENDED = ("expired", "withdrawn")
RENEWAL_GAP = 1.0
"""Longest gap between a measure and its renewal [yr]."""
PRIOR_ENDS = 2.0
"""Ends at the pooled rate that an instrument starts from [1]."""
PRIOR_TARGETED = 2.0
"""Measures at the pooled share that an instrument starts from [1]."""
LARGEST_RATE = 0.95
"""Bound of the yearly lifting hazard, which is used as a probability [1/yr]."""
FEWEST_REPORTED = 3
"""Reported strengths from which their median is taken."""
SHORTEST_SPELL = 1.0 / 12.0
"""Exposure of a measure that ended in the month of its start [yr]."""


@dataclass(frozen=True)
class Spell:
    """Time in force of a measure and its renewals.

    Attributes
    ----------
    actor, kind, goods
        Who, which instrument, which minerals as coded.
    start, stop
        Decimal years.
    ended
        True if it ended before the as-of date.
    """

    actor: str
    kind: str
    goods: frozenset[str]
    start: float
    stop: float
    ended: bool

    def goes_on_as(self, other: Spell) -> bool:
        """Return True if `other` renews this spell."""
        same = self.actor == other.actor and self.kind == other.kind
        near = self.ended and other.start - self.stop <= RENEWAL_GAP
        return same and near and bool(self.goods & other.goods)


def marks_table(
    events: pd.DataFrame,
    register: pd.DataFrame,
    strengths: pd.DataFrame,
    events_to: str | None = None,
) -> pd.DataFrame:
    """Return `relations_marks`.

    Parameters
    ----------
    events, register
        Tables of the chronicle and of the policy register.
    strengths
        Assumed strengths: columns `use`, `instrument` and `strength` at least.
    events_to
        Last day of the chronicle; None for that of a build.

    Raises
    ------
    DataError
        ORE-DAT-061 if an instrument has no single default strength.
    """
    acts = events[events["kind"].isin(RESTRICTION_KINDS) & events["stage"].isin(LINKS_OF_STAGE)]
    shares = instrument_shares(acts)
    rates = lifting_rates(acts, events_to)
    targeted = targeted_shares(acts)
    rows = []
    for link in LINK_NAMES:
        for instrument in RESTRICTION_KINDS:
            strength, basis = _strength(instrument, link, register, strengths)
            rows.append(
                {
                    "instrument": instrument,
                    "link": link,
                    "probability": shares[instrument, link],
                    "strength": strength,
                    "strength_basis": basis,
                    "lifting_rate": rates[instrument],
                    "targeted_share": targeted[instrument],
                }
            )
    return pd.DataFrame(rows)


def instrument_shares(acts: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Return Laplace-smoothed shares by instrument and link; they sum to 1 for each link."""
    counts = np.ones((len(RESTRICTION_KINDS), len(LINK_NAMES)))
    for kind, stage in zip(acts["kind"], acts["stage"], strict=True):
        counts[RESTRICTION_KINDS.index(str(kind)), list(LINKS_OF_STAGE[str(stage)])] += 1.0
    shares = counts / counts.sum(axis=0)
    return {
        (kind, link): float(shares[row, column])
        for row, kind in enumerate(RESTRICTION_KINDS)
        for column, link in enumerate(LINK_NAMES)
    }


def targeted_shares(acts: pd.DataFrame) -> pd.Series:
    """Return the share of measures aimed at named actors by instrument, drawn to the pooled one."""
    aimed = acts["targets"].map(lambda text: "WLD" not in str(text).split(";")).astype(float)
    grouped = aimed.groupby(acts["kind"]).agg(["sum", "count"]).reindex(list(RESTRICTION_KINDS))
    grouped = grouped.fillna(0.0)
    pooled = float(aimed.mean())
    return (grouped["sum"] + PRIOR_TARGETED * pooled) / (grouped["count"] + PRIOR_TARGETED)


def lifting_rates(acts: pd.DataFrame, events_to: str | None = None) -> pd.Series:
    """Return the yearly hazard of an end by instrument."""
    spells = measure_spells(acts, events_to)
    grouped = spells.groupby("kind")[["ended", "exposure"]].sum().reindex(list(RESTRICTION_KINDS))
    grouped = grouped.fillna(0.0)
    pooled = float((grouped["ended"].sum() + 0.5) / grouped["exposure"].sum())
    rate = (grouped["ended"] + PRIOR_ENDS) / (grouped["exposure"] + PRIOR_ENDS / pooled)
    return rate.clip(upper=LARGEST_RATE)


def measure_spells(acts: pd.DataFrame, events_to: str | None = None) -> pd.DataFrame:
    """Return spells of measures with their exposure and whether they ended.

    Columns `kind`, `exposure` [yr] and `ended` (0 or 1).
    """
    spells: list[Spell] = []
    last = day_after(events_to or built_vintage().events_to)
    for new in sorted(_measures(acts, last), key=lambda spell: spell.start):
        place = next((k for k, old in enumerate(spells) if old.goes_on_as(new)), None)
        if place is None:
            spells.append(new)
        else:
            spells[place] = replace(new, start=spells[place].start)
    return pd.DataFrame(
        {
            "kind": [spell.kind for spell in spells],
            "exposure": [max(spell.stop - spell.start, SHORTEST_SPELL) for spell in spells],
            "ended": [float(spell.ended) for spell in spells],
        }
    )


def _measures(acts: pd.DataFrame, last: float) -> list[Spell]:
    """Return each measure as a spell of its own."""
    found = []
    for row in acts.itertuples():
        start = decimal_year(str(row.date))
        stop = last
        if row.status in ENDED:
            stop = decimal_year(str(row.end_date)) if row.end_date else (start + last) / 2.0
        goods = frozenset(str(row.minerals_raw).split(";"))
        ended = row.status in ENDED and stop <= last
        found.append(Spell(str(row.actors), str(row.kind), goods, start, min(stop, last), ended))
    return found


def day_after(day: str) -> float:
    """Return the end of an ISO day as a number of years.

    Examples
    --------
    >>> day_after("2024-12-31")
    2025.0
    """
    return decimal_year((date.fromisoformat(day) + timedelta(days=1)).isoformat())


def decimal_year(text: str) -> float:
    """Return an ISO date, month or year as a number of years; the middle if less precise.

    Examples
    --------
    >>> decimal_year("2010"), decimal_year("2010-01-01")
    (2010.5, 2010.0)
    """
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 1:
        return parts[0] + 0.5
    if len(parts) == 2:
        return parts[0] + (parts[1] - 0.5) / 12.0
    return parts[0] + (parts[1] - 1 + (parts[2] - 1) / 31.0) / 12.0


def _strength(
    instrument: str, link: str, register: pd.DataFrame, strengths: pd.DataFrame
) -> tuple[float, str]:
    """Return the median reported strength, or the assumed one where fewer than 3 are reported."""
    same = (register["instrument"] == instrument) & (register["link"] == link)
    reported = register.loc[same & (register["strength_basis"] == "reported"), "strength"]
    if len(reported) >= FEWEST_REPORTED:
        return float(reported.median()), "reported"
    rows = strengths[(strengths["use"] == "default") & (strengths["instrument"] == instrument)]
    if len(rows) != 1:
        raise DataError(
            "ORE-DAT-061",
            f"{len(rows)} default strengths of '{instrument}' in `{STRENGTHS_FILE.name}`.",
            why="a new measure would have no strength, or one of several.",
            fix="keep one row with use `default` per instrument.",
        )
    return float(rows["strength"].astype(float).iloc[0]), "assumed"
