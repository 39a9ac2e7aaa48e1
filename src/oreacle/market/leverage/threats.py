"""Threats: who stops which exports to whom, as shares of ways that are stopped.

Does      Holds a batch of threats and writes them as caps on the ways of a market.
Units     Shares [1]; caps t/yr.
Method    A threat says which share of each country's exports its makers command, and whom they cut
          off. Every way on which the target is seen as the customer is capped at what they do not
          command of its base flow; ways that reach the target through somebody else become dearer
          by the leak cost, or are capped too where the measure follows the tonnes. The same as
          an `ExportBan` with full enforcement on ore and on refined product.
Assumes   Trade inside the target's customs territory is never stopped by others.
Not here  Who commands what: see `oreacle.market.leverage.command`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np

from oreacle.market.batch import BATCHED, RANK, cases, repeat_row, take_rows
from oreacle.market.links import LinkTerms
from oreacle.market.problem import Problem
from oreacle.world.territory import Territory

Terms = TypeVar("Terms")


@dataclass(frozen=True)
class Threats:
    """A batch of threats, one for each case.

    Attributes
    ----------
    ore, refined
        Share of the exports of each mine and refinery country that those who threaten command,
        shapes (case, mine) and (case, refinery) [1].
    target
        Index of the actor that is cut off, shape (case,).
    follows
        True where the measure follows the tonnes to their user, shape (case,).
    """

    ore: np.ndarray
    refined: np.ndarray
    target: np.ndarray
    follows: np.ndarray

    @property
    def size(self) -> int:
        """Number of cases."""
        return int(self.target.size)

    def take(self, rows: np.ndarray | slice) -> Threats:
        """Return some cases only."""
        return Threats(self.ore[rows], self.refined[rows], self.target[rows], self.follows[rows])

    def held(self, link: str) -> np.ndarray:
        """Return the commanded share of exports on links of a kind, shape (case, tail) [1]."""
        return self.ore if link == "ore" else self.refined

    def following(self) -> Threats:
        """Return the same threats with measures that follow the tonnes."""
        return Threats(self.ore, self.refined, self.target, np.ones(self.size, dtype=bool))


def joined(parts: Sequence[Threats]) -> Threats:
    """Return the cases of several batches in one."""
    return Threats(
        np.concatenate([part.ore for part in parts]),
        np.concatenate([part.refined for part in parts]),
        np.concatenate([part.target for part in parts]),
        np.concatenate([part.follows for part in parts]),
    )


@dataclass(frozen=True)
class Stops:
    """What a batch of threats does to the links of one kind.

    Attributes
    ----------
    direct
        Share of the direct way that is stopped, shape (case, tail, head) [1].
    ways
        Share of each indirect way that is stopped, shape (case, way) [1].
    around
        Share of each indirect way that the makers command and that reaches the target all the
        same, shape (case, way) [1].
    """

    direct: np.ndarray
    ways: np.ndarray
    around: np.ndarray


@dataclass(frozen=True)
class Borders:
    """Who is at the ends of the links of one kind, as indices of actors.

    Attributes
    ----------
    tail, head
        Actor at each end, shapes (tail,) and (head,).
    outside
        True where a link leaves the exporter's territory, shape (tail, head).
    way_tail
        Exporting node of each indirect way, shape (way,).
    way_head, first
        Actor that a way ends at, and actor whose customs see it first after the exporter's, shape
        (way,).
    way_outside
        True where a way leaves the exporter's territory, shape (way,).
    """

    tail: np.ndarray
    head: np.ndarray
    outside: np.ndarray
    way_tail: np.ndarray
    way_head: np.ndarray
    first: np.ndarray
    way_outside: np.ndarray

    def stops(self, held: np.ndarray, target: np.ndarray, follows: np.ndarray) -> Stops:
        """Return what threats do here.

        Parameters
        ----------
        held
            Commanded share of each tail's exports, shape (case, tail) [1].
        target, follows
            As in `Threats`.
        """
        to = (self.head[None, :] == target[:, None])[:, None, :] & self.outside
        share = held[:, self.way_tail] * self.way_outside
        reached = self.way_head[None, :] == target[:, None]
        seen = self.first[None, :] == target[:, None]
        hit = seen | (reached & follows[:, None])
        return Stops(held[:, :, None] * to, share * hit, share * (reached & ~hit))

    def exposure(self, terms: LinkTerms, held: np.ndarray, targets: int) -> np.ndarray:
        """Return base flows that an actor commands and that reach a target by any way [t/yr].

        Parameters
        ----------
        terms
            Links; the first case stands for all.
        held
            Commanded share by actor and tail, shape (actor, tail) [1].
        targets
            Number of targets; the table has the shape (actor, target).
        """
        onto = np.eye(targets)
        total = held @ np.where(self.outside, terms.reference[0], 0.0) @ onto[self.head]
        if terms.ways is not None:
            flow = np.where(self.way_outside, terms.ways.reference[0], 0.0)
            total = total + (held[:, self.way_tail] * flow) @ onto[self.way_head]
        return np.asarray(total)


def borders_of(problem: Problem, territory: Territory, actors: Sequence[str]) -> dict[str, Borders]:
    """Return who is at the ends of ore and refined links, as indices of `actors`."""
    at = {actor: k for k, actor in enumerate(actors)}
    found = {}
    for link, terms, tails, heads in (
        ("ore", problem.ore, problem.miners, problem.refiners),
        ("refined", problem.refined, problem.refiners, problem.users),
    ):
        found[link] = _borders(terms, tails, heads, territory, at)
    return found


def _borders(
    terms: LinkTerms,
    tails: Sequence[str],
    heads: Sequence[str],
    territory: Territory,
    at: dict[str, int],
) -> Borders:
    actor_of = territory.actor_of
    tail = np.array([at[actor_of[country]] for country in tails], dtype=np.int64)
    head = np.array([at[actor_of[country]] for country in heads], dtype=np.int64)
    ways, nobody = terms.ways, np.zeros(0, dtype=np.int64)
    if ways is None:
        empty = nobody.astype(bool)
        return Borders(tail, head, terms.outside, nobody, nobody, nobody, empty)
    # An entrepot that is no actor is nobody's target: a number that no actor has.
    via = np.array([at.get(actor_of.get(v, v), -1) for v in ways.via], dtype=np.int64)
    first = np.where(via == tail[ways.tail], head[ways.head], via)
    return Borders(tail, head, terms.outside, ways.tail, head[ways.head], first, ways.outside)


def threatened(
    base: Problem, row: np.ndarray, borders: dict[str, Borders], threats: Threats
) -> Problem:
    """Return the market with one threat in force in each case.

    Parameters
    ----------
    base
        The market without threats; of one case, its links are shared by all cases, not copied.
    row
        Case of the base market for each threat, shape (case,).
    borders
        Who is at the ends of its links.
    threats
        The threats.
    """
    ore, refined = (
        _limited(_spread(terms, row), borders[link], link, threats)
        for link, terms in (("ore", base.ore), ("refined", base.refined))
    )
    bare = replace(base, ore=None, refined=None)  # type: ignore[arg-type]
    return replace(bare.take(row), ore=ore, refined=refined)


def _limited(terms: LinkTerms, border: Borders, link: str, threats: Threats) -> LinkTerms:
    stops = border.stops(threats.held(link), threats.target, threats.follows)
    ways = terms.ways
    if ways is not None:
        leak = np.maximum(ways.leak_rate, stops.around * ways.leak_cost)
        ways = replace(ways, cap=_capped(ways.cap, ways.reference, stops.ways), leak_rate=leak)
    return replace(terms, cap=_capped(terms.cap, terms.reference, stops.direct), ways=ways)


def _capped(cap: np.ndarray, reference: np.ndarray, stopped: np.ndarray) -> np.ndarray:
    """Return caps that also bound what is stopped at the rest of its base flow."""
    found, hit = np.array(cap), np.nonzero(stopped)
    rest = (1.0 - stopped[hit]) * reference[hit]
    found[hit] = np.minimum(found[hit], rest)
    return found


def _spread(record: Terms, row: np.ndarray) -> Terms:
    """Return links or ways with a row for each case, shared where there is but one to share."""
    if cases(record) > 1:
        return take_rows(record, row)
    changed: dict[str, Any] = {}
    for item in fields(record):  # type: ignore[arg-type]
        value = getattr(record, item.name)
        if item.name == "ways" and value is not None:
            changed[item.name] = _spread(value, row)
        elif item.metadata.get(BATCHED):
            changed[item.name] = repeat_row(value, row.size)
        elif isinstance(value, np.ndarray) and value.ndim == item.metadata.get(RANK, -2) + 1:
            changed[item.name] = value[row]
    return replace(record, **changed)  # type: ignore[type-var]
