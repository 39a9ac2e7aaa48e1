"""Rivalrous acts between named actors, from the table `events`.

Does      Lists who acted against whom, when at the earliest and latest, and what was left out.
Units     Proleptic ordinal days.
Method    One act = one imposer, one target and one date as written: rows of the same day on other
          goods, or by joint imposers on the same target, are not counted twice. Members of a bloc
          act and are hit as the bloc (`countries.actor`). An actor that an act also names as a
          target is a party to it, not an imposer. A date known to the month or year is the whole
          month or year. Rulings are outcomes of disputes and no acts.
Assumes   The chronicle is what happened; how many acts it misses is not identified.
Not here  Windows and fits: see `oreacle.relations.retaliation` and `.excitation`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from oreacle.core.labels import EVERYONE, REST_OF_WORLD
from oreacle.engine.acts.coding import parties
from oreacle.world.institutions import Institutions, load_institutions
from oreacle.world.periods import read_period

EXPORT_KINDS = frozenset(
    {
        "embargo_informal",
        "export_ban",
        "export_licensing",
        "export_quota",
        "export_tax",
        "local_processing_mandate",
        "technology_export_ban",
    }
)
"""Acts that withhold a supplier's goods: what one-sided dependence could tempt to."""
OUTCOME_KINDS = frozenset({"wto_ruling"})
BROAD_SHARE = 0.10
"""Least share of an importer's imports for which a measure on everyone counts as aimed at it."""
DEPENDENCE_LAG = 2
"""Years until trade is published [yr]."""


@dataclass(frozen=True)
class RivalActs:
    """Acts in the order of their days.

    Attributes
    ----------
    imposer, target
        Codes, shape (act,).
    first, last
        Ordinal days between which each happened, shape (act,).
    export
        True for acts on exports, shape (act,).
    kinds, labels
        Kinds and event ids of the rows of each act, joined by ";".
    left_out
        Rows or dyads that could not be used, counted by reason.
    """

    imposer: np.ndarray
    target: np.ndarray
    first: np.ndarray
    last: np.ndarray
    export: np.ndarray
    kinds: tuple[str, ...]
    labels: tuple[str, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return the number of acts."""
        return len(self.first)

    def take(self, rows: np.ndarray) -> RivalActs:
        """Return the acts of a mask."""
        spots = np.flatnonzero(rows)
        return RivalActs(
            self.imposer[spots],
            self.target[spots],
            self.first[spots],
            self.last[spots],
            self.export[spots],
            tuple(self.kinds[k] for k in spots),
            tuple(self.labels[k] for k in spots),
            self.left_out,
        )

    def without(self, one: str, two: str) -> RivalActs:
        """Return the acts without those of a pair against each other."""
        inside = np.isin(self.imposer, (one, two)) & np.isin(self.target, (one, two))
        return self.take(~inside)


@dataclass
class _Rows:
    acts: dict[tuple[str, str, str], list[tuple[str, str]]] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)

    def drop(self, reason: str) -> None:
        self.left_out[reason] = self.left_out.get(reason, 0) + 1


def actors_of(countries: pd.DataFrame) -> tuple[str, ...]:
    """Return the actors that the tables tell apart, without the rest of the world."""
    return tuple(sorted(set(countries["actor"].astype(str)) - {REST_OF_WORLD}))


def rival_acts(
    events: pd.DataFrame,
    countries: pd.DataFrame,
    broad: pd.DataFrame | None = None,
    institutions: Institutions | None = None,
) -> RivalActs:
    """Return the acts between actors of the tables.

    Parameters
    ----------
    events, countries
        The tables.
    broad
        The table `trade_dependence`, to aim an export measure on everyone at each importer that
        bought `BROAD_SHARE` of its imports from the imposer, as known two years later; None to
        keep acts on named targets alone.
    institutions
        Who was in a club when; None for the tables in use.
    """
    clubs = institutions or load_institutions()
    actor_of = dict(zip(countries["country"], countries["actor"], strict=True))
    known, rows = set(actors_of(countries)), _Rows()
    buyers = {} if broad is None else _buyers(broad)
    for event in events[events["sign"] == "rivalry"].itertuples():
        kind, date = str(event.kind), str(event.date)
        if kind in OUTCOME_KINDS:
            rows.drop("rulings: outcomes, not acts")
            continue
        named = parties(str(event.targets), actor_of, clubs, date)
        on_everyone = EVERYONE in str(event.targets).split(";")
        acting = parties(str(event.actors), actor_of, clubs, date)
        makers = [name for name in acting if name not in named]
        if on_everyone and kind in EXPORT_KINDS and broad is not None:
            year = int(str(event.year)) - DEPENDENCE_LAG
            pairs = [(one, buyer) for one in makers for buyer in buyers.get((one, year), ())]
        else:
            pairs = [(one, other) for one in makers for other in named]
        if not pairs:
            rows.drop("on everyone" if on_everyone else "no imposer beside the targets")
        for one, other in pairs:
            if one not in known or other not in known:
                rows.drop("dyads with an actor that the tables do not tell apart")
            elif one != other:
                rows.acts.setdefault((one, other, date), []).append((kind, str(event.event_id)))
    return _ordered(rows)


def _buyers(dependence: pd.DataFrame) -> dict[tuple[str, int], list[str]]:
    table = dependence[dependence["share"] >= BROAD_SHARE]
    found: dict[tuple[str, int], list[str]] = {}
    for exporter, importer, year in zip(
        table["exporter"], table["importer"], table["year"], strict=True
    ):
        found.setdefault((str(exporter), int(year)), []).append(str(importer))
    return found


def _ordered(rows: _Rows) -> RivalActs:
    spans = {key: read_period(key[2]) for key in rows.acts}
    order = sorted(rows.acts, key=lambda key: (spans[key].first, spans[key].last, key))
    return RivalActs(
        imposer=np.array([key[0] for key in order], dtype=object),
        target=np.array([key[1] for key in order], dtype=object),
        first=np.array([spans[key].first.toordinal() for key in order], dtype=int),
        last=np.array([spans[key].last.toordinal() for key in order], dtype=int),
        export=np.array(
            [any(kind in EXPORT_KINDS for kind, _ in rows.acts[key]) for key in order], dtype=bool
        ),
        kinds=tuple(";".join(dict.fromkeys(k for k, _ in rows.acts[key])) for key in order),
        labels=tuple(";".join(label for _, label in rows.acts[key]) for key in order),
        left_out=rows.left_out,
    )
