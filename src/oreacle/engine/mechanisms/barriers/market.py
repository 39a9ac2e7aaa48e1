"""What barriers do to markets.

Does      Turns rows of barriers into conditions of each mineral's market.
Units     As in `oreacle.engine.mechanisms.conditions`.
Method    Tariffs of an imposer on a target hold on all links from the target's nodes to the
          imposer's; a curb, a sanction and a mandate cap them over what they carried at base
          prices; a seizure takes out mine capacity, of which half is back after
          `recovery_years`. Of several on one link the highest tariff and the lowest cap hold:
          later acts renew earlier ones.
Assumes   Barriers that stood in the base year are in its trade, and stay.
Not here  How conditions move a market: see `oreacle.engine.pressed`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from oreacle.engine.mechanisms.barriers.facts import BarrierParameters
from oreacle.engine.mechanisms.barriers.piece import (
    CURB,
    MANDATE,
    SANCTION,
    SEIZURES,
    TARIFF,
    BarriersPiece,
)
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import Moment
from oreacle.engine.space import Space

LINK_NAMES = ("ore", "metal")


@dataclass(frozen=True)
class Ends:
    """Actors at the two ends of a link of one mineral, shapes (tail,) and (head,)."""

    tail: np.ndarray
    head: np.ndarray


def conditions(moment: Moment) -> Mapping[int, Conditions]:
    """Return the conditions of the minerals that a barrier hits."""
    piece, space = moment.piece(BarriersPiece), moment.setting.space
    chosen, members = moment.settings(BarrierParameters), moment.members
    found: dict[int, Conditions] = {}
    order = np.argsort(piece.mineral, kind="stable")
    minerals, first = np.unique(piece.mineral[order], return_index=True)
    last = [*first[1:], len(piece)]  # one too many without rows
    for k, begin, end in zip(minerals.tolist(), first, last, strict=False):
        if k < 0:
            continue
        hit = piece.rows(order[begin:end])
        shifts = _links(hit, space, k, members) | _mandates(hit, space, k, moment, chosen)
        mines = _mines(hit, space.mine_actor[k], moment, chosen)
        if mines is not None:
            shifts["mines"] = mines
        found[k] = Conditions(**shifts)
    return found


def _links(hit: BarriersPiece, space: Space, k: int, members: int) -> dict[str, np.ndarray]:
    ends = (
        Ends(space.mine_actor[k], space.plant_actor[k]),
        Ends(space.plant_actor[k], space.user_actor[k]),
    )
    found = {}
    for link, name in enumerate(LINK_NAMES):
        on = hit.link == link
        tariffs = hit.rows(on & (hit.kind == TARIFF))
        caps = hit.rows(on & ((hit.kind == CURB) | (hit.kind == SANCTION)))
        if len(tariffs):
            found[f"{name}_tariff"] = between(tariffs, ends[link], members, 0.0, np.maximum)
        if len(caps):
            found[f"{name}_cap"] = between(caps, ends[link], members, np.inf, np.minimum)
    return found


def between(
    rows: BarriersPiece, ends: Ends, members: int, nothing: float, join: np.ufunc
) -> np.ndarray:
    """Return sizes on the links from targets to imposers, shape (member, tail, head).

    Parameters
    ----------
    nothing
        Value of a link without a barrier.
    join
        What holds of several.
    """
    found = np.full((members, len(ends.tail), len(ends.head)), nothing)
    actors = int(max(rows.imposer.max(), rows.target.max())) + 1
    pairs = rows.target * actors + rows.imposer
    for pair in np.unique(pairs):
        at = pairs == pair
        size = np.full(members, nothing)
        join.at(size, rows.member[at], rows.size[at])
        tail = np.flatnonzero(ends.tail == pair // actors)
        head = np.flatnonzero(ends.head == pair % actors)
        found[np.ix_(np.arange(members), tail, head)] = size[:, None, None]
    return found


def _mandates(
    hit: BarriersPiece, space: Space, k: int, moment: Moment, chosen: BarrierParameters
) -> dict[str, np.ndarray]:
    """Return caps on ore that leaves the imposer, tighter from year to year."""
    rows = hit.of(MANDATE)
    if not len(rows):
        return {}
    left = mandate_left(rows.size, moment.year - rows.since, chosen.mandate_years)
    mines, plants = space.mine_actor[k], space.plant_actor[k]
    by_actor = np.full((moment.members, len(space.actors)), np.inf)
    np.minimum.at(by_actor, (rows.member, rows.imposer), left)
    abroad = mines[:, None] != plants[None, :]
    cap = np.where(abroad, by_actor[:, mines, None], np.inf)
    links = hit.rows((hit.link == 0) & ((hit.kind == CURB) | (hit.kind == SANCTION)))
    if len(links):
        ends = Ends(mines, plants)
        cap = np.minimum(cap, between(links, ends, moment.members, np.inf, np.minimum))
    return {"ore_cap": cap}


def mandate_left(size: np.ndarray, age: np.ndarray, years: float) -> np.ndarray:
    """Return the share of ore exports that a mandate leaves [1].

    Examples
    --------
    >>> mandate_left(np.array([0.4, 0.4, 0.4]), np.array([0, 1, 5]), 3.0).round(3).tolist()
    [1.0, 0.8, 0.4]
    """
    return np.asarray(1.0 - (1.0 - size) * np.clip(age / years, 0.0, 1.0))


def capacity_left(size: np.ndarray, age: np.ndarray, years: float) -> np.ndarray:
    """Return the share of mine capacity that a seizure leaves, `age` years after the act [1].

    Examples
    --------
    >>> capacity_left(np.array([0.2, 0.2]), np.array([1, 3]), 2.0).tolist()
    [0.8, 0.9]
    """
    return np.asarray(1.0 - size * 0.5 ** ((age - 1.0) / years))


def _mines(
    hit: BarriersPiece, actor: np.ndarray, moment: Moment, chosen: BarrierParameters
) -> np.ndarray | None:
    rows = hit.of(*SEIZURES)
    if not len(rows):
        return None
    left = capacity_left(rows.size, moment.year - rows.since, chosen.recovery_years)
    by_actor = np.ones((moment.members, len(moment.setting.space.actors)))
    np.multiply.at(by_actor, (rows.member, rows.imposer), left)
    return np.asarray(by_actor[:, actor])
