"""Shared research: members pay together for saving material, and others copy part of it.

Does      Lowers use at the same service, values what is saved, and books the programme.
Units     t/yr; USD/yr.
Method    A programme has one cost whatever its members' number: a public good among them. Each
          member's use falls by the stated saving, that of all others by the part that spills
          over (Jaffe 1986, spillovers of research). What is saved is worth the base price.
Assumes   The saving is there in every draw; several programmes side by side save no more than one.
Not here  Substitution by price: see the demand curve of `oreacle.market.curves`.

References
----------
Jaffe, A. B. (1986). Technological opportunity and spillovers of R&D. American Economic Review
76(5), 984-1001.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oreacle.engine.clubs.money import Money
from oreacle.engine.clubs.piece import Piece
from oreacle.market.comparison import State
from oreacle.market.problem import Problem


class Research:
    """The lever of shared research."""

    def write(self, piece: Piece, problem: Problem) -> Problem:
        """Return the market in which less is needed, with links of users in proportion."""
        kept = 1.0 - self._saving(piece)
        refined = problem.refined
        ways = refined.ways
        if ways is not None:
            ways = replace(ways, strength=ways.strength * kept[:, ways.head])
        strength = refined.strength * kept[:, None, :]
        return replace(
            problem,
            demand=problem.demand * kept,
            refined=replace(refined, strength=strength, ways=ways),
        )

    def settle(self, piece: Piece, state: State) -> Money:
        """Return what the saved material is worth, and the cost of programmes."""
        field, terms = piece.field, piece.field.terms
        saving = self._saving(piece)
        before = state.problem.demand / (1.0 - saving)
        saved = (saving * before * field.calm.price_delivered) @ field.user_of_actor.T
        elsewhere = saved.copy()
        elsewhere[:, field.at] = 0.0
        cost = terms.research_cost * field.calm.price_delivered * field.world_use
        use = np.where(piece.active, field.use, 0.0)
        total = piece.total(field.use)
        part = np.divide(use, total, out=np.zeros_like(use), where=total > 0.0)
        return Money(saved[:, field.at], -cost * part, elsewhere)

    def _saving(self, piece: Piece) -> np.ndarray:
        """Return the share of use that is saved at each user, shape (case, user) [1]."""
        field, terms = piece.field, piece.field.terms
        # A group that uses nothing has no programme: nobody in it would pay.
        runs = piece.total(field.use) > 0.0
        inside = runs.astype(float) @ field.places.user
        some = runs.any(axis=1, keepdims=True)
        spill = np.where(some, terms.research_spill, 0.0)
        return np.asarray(terms.research_saving * np.maximum(inside, spill))
