"""Recycling across borders: scrap of all members goes to the plants of those that have some.

Does      Adds collected scrap at members' plants, and books what collection costs.
Units     t/yr; USD/yr.
Method    A programme collects a share of each member's use and recycles it at the group's plants,
          in proportion to what they refine. A group without a plant collects nothing.
Assumes   Scrap enters after refining and answers to the price as all scrap does; its supply curve
          asks for what recycling costs, the programme pays for collection on top.
Not here  Lifetimes of what is in use: see `oreacle.engine`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oreacle.engine.clubs.levers.refining import host_share, hosts
from oreacle.engine.clubs.money import Money
from oreacle.engine.clubs.piece import Piece
from oreacle.market.comparison import State
from oreacle.market.problem import Problem

ROOM = 1.2
"""Most scrap over that at base price [1]; assumed: a little more comes out at a high price."""


class Recycling:
    """The lever of shared recycling."""

    def write(self, piece: Piece, problem: Problem) -> Problem:
        """Return the market with more scrap."""
        added = np.einsum("ci,cip->cp", self._collected(piece), host_share(piece))
        return replace(
            problem,
            recycled=problem.recycled + added,
            recycled_capacity=problem.recycled_capacity + ROOM * added,
        )

    def settle(self, piece: Piece, state: State) -> Money:
        """Return what collection costs each member."""
        del state
        cost = piece.field.terms.scrap_cost * piece.field.calm.price_refined
        collected = self._collected(piece)
        return Money(np.zeros_like(collected), -cost * collected)

    def _collected(self, piece: Piece) -> np.ndarray:
        """Return what each player collects, shape (case, player) [t/yr]."""
        wanted = piece.field.terms.scrap_share * piece.field.use
        return np.where(piece.active & hosts(piece), wanted, 0.0)
