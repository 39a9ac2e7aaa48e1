"""Which dyads each event of the chronicle moves, and by how much.

Does      Turns events into weights of dyads: pairs of parties, imposer and target, everyone.
Units     Acts of weight one, before the weight of the kind.
Method    Cooperation of n parties: each pair gets 1 / (n - 1), so that each party gets one act
          in all and a large club does not swamp; who joins shares one act over those inside.
          Rivalry: one act on each named target. An act on everyone is one act in all, spread over
          importers by the share of the actor in their imports two years before (acts on
          imports: over exporters by their share in those of the actor).
Assumes   Members of a bloc stand for the bloc of the base year; G7, MSP and QUAD stand for their
          members of the day. Reported acts only.
Not here  Weights of kinds: see `.kinds`. Fading: see `oreacle.relations.network.state`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from oreacle.core.labels import EVERYONE, REST_OF_WORLD
from oreacle.engine.inputs import STATISTICS_LAG
from oreacle.engine.relations_history.kinds import (
    COOPERATION,
    DIRECTED,
    JOINING,
    ON_IMPORTS,
    WEIGHTS,
)
from oreacle.world.institutions import Institutions

EXPANDED = ("G7", "MSP", "QUAD")
"""Clubs named as parties that stand for their members."""
NOT_STATES = ("AFU", "IEA")
"""Bodies of three letters that the chronicle names."""
Pair = tuple[str, str]


@dataclass(frozen=True)
class CodedEvents:
    """Events as weights of dyads, one row for each event and dyad.

    Attributes
    ----------
    actors
        Labels of the actors: trade actors, and states that only the chronicle names.
    kinds
        Labels of the kinds.
    event, kind, year
        Row of the table `events`, position of its kind, and year, shape (row,).
    source, target
        Positions of the two actors, shape (row,); either order if cooperative.
    weight
        Before the weight of the kind, shape (row,) [acts].
    is_rivalry
        Shape (row,).
    is_spread
        True where the act was on everyone, shape (row,).
    left_out
        Events or parties that could not be coded, counted by reason.
    """

    actors: tuple[str, ...]
    kinds: tuple[str, ...]
    event: np.ndarray
    kind: np.ndarray
    year: np.ndarray
    source: np.ndarray
    target: np.ndarray
    weight: np.ndarray
    is_rivalry: np.ndarray
    is_spread: np.ndarray
    left_out: Mapping[str, int]


@dataclass(frozen=True)
class Spread:
    """Who is hit by an act on everyone.

    Attributes
    ----------
    by_exporter
        Share in the imports of each importer, by year and exporter [1].
    by_importer
        Share of each exporter, by year and importer [1].
    """

    by_exporter: Mapping[tuple[int, str], Mapping[str, float]]
    by_importer: Mapping[tuple[int, str], Mapping[str, float]]

    def over(self, actor: str, kind: str, year: int) -> dict[str, float]:
        """Return weights that sum to one; empty if no trade of the actor was known by then."""
        ties = self.by_importer if kind in ON_IMPORTS else self.by_exporter
        found = ties.get((year - STATISTICS_LAG, actor), {})
        total = sum(found.values())
        return {name: share / total for name, share in found.items()} if total > 0.0 else {}


def code_events(
    events: pd.DataFrame,
    countries: pd.DataFrame,
    dependence: pd.DataFrame,
    institutions: Institutions,
) -> CodedEvents:
    """Return the dyads of every event of cooperation or rivalry.

    Parameters
    ----------
    events, countries, dependence
        The tables `events`, `countries` and `trade_dependence`.
    institutions
        Members of the clubs that events name as parties.
    """
    actor_of = dict(zip(countries["country"], countries["actor"], strict=True))
    spread, left_out = _spread(dependence), Counter[str]()
    rows: list[tuple[int, str, int, str, str, float, bool]] = []
    for position, event in enumerate(events.to_dict("records")):
        kind, year = str(event["kind"]), int(event["year"])
        if kind not in WEIGHTS:
            left_out["acts at home, neither cooperation nor rivalry"] += 1
            continue
        moment = str(event["date"])
        texts = str(event["actors"]), str(event["targets"])
        if kind == JOINING:
            texts = _joining(*texts)
        sides = [_states(text, actor_of, institutions, moment, left_out) for text in texts]
        everyone = EVERYONE in texts[1].split(";")
        found = _dyads(kind, year, sides[0], sides[1], spread if everyone else None)
        if not found:
            left_out["no two states that can be told apart"] += 1
        rows += [(position, kind, year, *pair, *how) for pair, how in found.items()]
    named = {name for row in rows for name in row[3:5]}
    labels = tuple(sorted((set(countries["actor"]) | named) - {REST_OF_WORLD}))
    return _arrays(rows, labels, dict(left_out))


def _dyads(
    kind: str, year: int, actors: tuple[str, ...], targets: tuple[str, ...], spread: Spread | None
) -> dict[Pair, tuple[float, bool]]:
    """Return weight by pair of source and target, and whether it was spread."""
    if kind == JOINING:
        inside = [name for name in targets if name not in actors]
        return {(a, b): (1.0 / len(inside), False) for a in actors for b in inside}
    if kind not in DIRECTED:
        parties = tuple(dict.fromkeys((*actors, *targets)))
        each = 1.0 / max(len(parties) - 1, 1)
        return {(a, b): (each, False) for at, a in enumerate(parties) for b in parties[at + 1 :]}
    found = {(a, b): (1.0, False) for a in actors for b in targets if b not in actors}
    if spread is not None:
        for actor in actors:
            for other, share in spread.over(actor, kind, year).items():
                if other not in actors:
                    found.setdefault((actor, other), (share, True))
    return found


def _joining(actors: str, targets: str) -> tuple[str, str]:
    """Return who joins and who is inside: a club among the actors is what they join."""
    names = actors.split(";")
    clubs = [name for name in names if name in EXPANDED]
    joiners = [name for name in names if name not in EXPANDED]
    return ";".join(joiners), ";".join(filter(None, [*clubs, targets]))


def _states(
    text: str,
    actor_of: Mapping[str, str],
    institutions: Institutions,
    moment: str,
    left_out: Counter[str],
) -> tuple[str, ...]:
    """Return the states of a cell, clubs expanded and members of a bloc standing for it."""
    found: list[str] = []
    for name in filter(None, text.split(";")):
        if name == EVERYONE:
            continue
        if name in EXPANDED:
            found += [actor_of.get(member, member) for member in institutions.members(name, moment)]
        elif name in actor_of.values() or (len(name) == 3 and name not in NOT_STATES):
            found.append(actor_of.get(name, name))
        else:
            left_out["parties that are no state, such as the United Nations"] += 1
    return tuple(dict.fromkeys(found))


def _spread(dependence: pd.DataFrame) -> Spread:
    """Return shares by exporter and by importer of each year."""
    by_exporter: dict[tuple[int, str], dict[str, float]] = {}
    by_importer: dict[tuple[int, str], dict[str, float]] = {}
    rows = dependence[
        (dependence["importer"] != REST_OF_WORLD) & (dependence["exporter"] != REST_OF_WORLD)
    ]
    columns = [rows[name].tolist() for name in ("year", "importer", "exporter", "share")]
    for year, importer, exporter, share in zip(*columns, strict=True):
        if importer != exporter and share > 0.0:
            by_exporter.setdefault((year, exporter), {})[importer] = share
            by_importer.setdefault((year, importer), {})[exporter] = share
    return Spread(by_exporter, by_importer)


def _arrays(
    rows: list[tuple[int, str, int, str, str, float, bool]],
    actors: tuple[str, ...],
    left_out: Mapping[str, int],
) -> CodedEvents:
    place = {name: at for at, name in enumerate(actors)}
    kinds = tuple(sorted(WEIGHTS))
    kind_at = {name: at for at, name in enumerate(kinds)}
    columns = list(zip(*rows, strict=True)) or [()] * 7
    return CodedEvents(
        actors=actors,
        kinds=kinds,
        event=np.array(columns[0], dtype=int),
        kind=np.array([kind_at[name] for name in columns[1]], dtype=int),
        year=np.array(columns[2], dtype=int),
        source=np.array([place[name] for name in columns[3]], dtype=int),
        target=np.array([place[name] for name in columns[4]], dtype=int),
        weight=np.array(columns[5], dtype=float),
        is_rivalry=np.array([name not in COOPERATION for name in columns[1]], dtype=bool),
        is_spread=np.array(columns[6], dtype=bool),
        left_out=left_out,
    )
