"""Indirect ways of a flow, through entrepots.

Does      Holds what a way costs and carries, and evaluates its flow.
Units     Flows t/yr; costs USD/t; rates 1.
Method    Each way is one more logit choice of the buyer: flow = min(a exp(s (head - c)), cap).
          Tonnes keep their origin; a measure on the direct way does not touch the others, unless
          it names the entrepot or reaches beyond the border (MODEL: market, circumvention).
Assumes   Ways are sorted by tail and head; an entrepot passes on what it receives.
Not here  Which ways there are: see `oreacle.market.calibrate`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from oreacle.core.labels import EVERYONE
from oreacle.market.batch import batched, parameter
from oreacle.world.territory import Territory


@dataclass(frozen=True)
class Ways:
    """Terms of the indirect ways of all links of one kind.

    Attributes
    ----------
    tail, head
        Index of exporter and importer, shape (way,).
    via
        Entrepot of each way, by country code.
    outside
        True where a way leaves the exporter's territory, shape (way,).
    base_cost
        Delivered cost at base without any measure, shape (way,) [USD/t].
    leak_cost
        Cost of going round a measure over the price at the tail, one value or shape (batch, 1):
        what a measure on the direct way adds to `leak_rate` [1].
    strength, reference
        Flow at base prices without any measure, and with the register, shape (batch, way) [t/yr].
    freight
        Freight and other specific cost of both legs, shape (batch, way) [USD/t].
    export_rate, licence_rate, leak_rate, tariff_rate
        Ad-valorem export tax, cost of licensing, cost of going round a measure (which nobody
        collects), and tariff, shape (batch, way) [1].
    export_specific
        Export tax in dollars, shape (batch, way) [USD/t].
    cap
        Tonne cap (inf = none), shape (batch, way) [t/yr].
    """

    tail: np.ndarray
    head: np.ndarray
    via: tuple[str, ...]
    outside: np.ndarray
    base_cost: np.ndarray
    leak_cost: float | np.ndarray = parameter(1)
    strength: np.ndarray = batched()
    reference: np.ndarray = batched()
    freight: np.ndarray = batched()
    export_rate: np.ndarray = batched()
    licence_rate: np.ndarray = batched()
    leak_rate: np.ndarray = batched()
    export_specific: np.ndarray = batched()
    tariff_rate: np.ndarray = batched()
    cap: np.ndarray = batched()

    def delivered_cost(self, origin: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return delivered cost and the share of it that moves with the price at the tail.

        Parameters
        ----------
        origin
            Price at the tail, shape (batch, tail) [USD/t].
        """
        rate = 1.0 + self.export_rate + self.licence_rate + self.leak_rate
        paid = origin[:, self.tail] * rate
        landed = paid + self.export_specific + self.freight
        return landed * (1.0 + self.tariff_rate), paid / landed

    @cached_property
    def links(self) -> tuple[np.ndarray, np.ndarray]:
        """Where the ways of each link begin in their order, and tail and head of those links."""
        first = np.ones(self.tail.size, dtype=bool)
        first[1:] = (np.diff(self.tail) != 0) | (np.diff(self.head) != 0)
        starts = np.flatnonzero(first)
        return starts, np.stack([self.tail[starts], self.head[starts]])

    def onto_links(self, values: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
        """Return the sum over the ways of each link, shape (..., tail, head).

        Parameters
        ----------
        values
            Figures by way, shape (..., way).
        shape
            Numbers of tails and heads.
        """
        total = np.zeros((*values.shape[:-1], *shape))
        starts, (tail, head) = self.links
        total[..., tail, head] = np.add.reduceat(values, starts, axis=-1)
        return total


def ways_hit(
    ways: Ways,
    ends: tuple[Sequence[str], Sequence[str]],
    territory: Territory,
    actor: str,
    targets: Sequence[str] = (),
    *,
    extraterritorial: bool = False,
) -> np.ndarray:
    """Return True where a measure of `actor` on exports to `targets` bites on a way, shape (way,).

    A shipment is seen where it first leaves the territory: a measure aimed at the entrepot hits
    it, one aimed at the user beyond does not, unless it is `extraterritorial`.

    Parameters
    ----------
    ways
        The ways of one kind of link.
    ends
        Countries at the tails and at the heads.
    territory
        Which actor each country belongs to.
    actor
        Who takes the measure.
    targets
        Actors aimed at; empty, or holding `WLD`, for everyone.
    extraterritorial
        True if the measure follows the tonnes to their user.
    """
    tails, heads = ends
    actor_of = territory.actor_of
    everyone = not targets or EVERYONE in targets
    hit = np.zeros(len(ways.via), dtype=bool)
    for k, via in enumerate(ways.via):
        if actor_of[tails[ways.tail[k]]] != actor or not ways.outside[k]:
            continue
        entrepot, user = actor_of.get(via, via), actor_of[heads[ways.head[k]]]
        first = user if entrepot == actor else entrepot
        hit[k] = everyone or first in targets or (extraterritorial and user in targets)
    return hit
