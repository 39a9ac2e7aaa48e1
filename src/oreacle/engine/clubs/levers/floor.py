"""Price floor: members guarantee their producers a price, so that they last through a slump.

Does      Guarantees a price at members' mines and refineries and keeps their mines open.
Units     USD/t; USD/yr.
Method    Producers see max(price, floor); the club pays the gap on all output (MODEL: market,
          clubs). Where the year before was a slump, mines with a floor have not closed.
Assumes   The guarantee is believed: at any level above 0 all that would have closed stays. Offtake
          at the floor is the same instrument: the club buys at it what the market does not pay.
Not here  Closures without a floor: see `oreacle.engine.disruptions`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oreacle.engine.clubs.money import Money
from oreacle.engine.clubs.piece import Piece
from oreacle.market.comparison import State
from oreacle.market.money import support_cost
from oreacle.market.problem import Problem
from oreacle.market.support import no_support


class PriceFloors:
    """The lever of guaranteed prices."""

    def write(self, piece: Piece, problem: Problem) -> Problem:
        """Return the market with floors at members' producers."""
        field, level = piece.field, piece.field.terms.floor_level
        member = piece.active.astype(float)
        mines, plants = member @ field.places.mine, member @ field.places.plant
        support = problem.support or no_support(
            problem.size, len(problem.miners), len(problem.refiners)
        )
        held = replace(
            support,
            mine_floor=np.maximum(support.mine_floor, level * field.calm.price_mine * mines),
            refinery_floor=np.maximum(
                support.refinery_floor, level * field.calm.price_refined * plants
            ),
        )
        shut = field.slump[piece.row][:, None] * mines * (level > 0.0)
        kept = 1.0 + shut * field.closure / (1.0 - field.closure)
        return replace(
            problem,
            support=held,
            mine_slack=problem.mine_slack * kept,
            mine_capacity=problem.mine_capacity * kept,
        )

    def settle(self, piece: Piece, state: State) -> Money:
        """Return what the guarantee costs: taken from its place and given to the pot.

        What support that was there without the club costs stays with those who pay it.
        """
        field = piece.field
        without = replace(state.problem, support=field.problem.take(piece.row).support)
        mines, plants = (
            now - then
            for now, then in zip(
                support_cost(state.problem, state.prices, state.balance),
                support_cost(without, state.prices, state.balance),
                strict=True,
            )
        )
        paid = mines @ field.places.mine.T + plants @ field.places.plant.T
        paid = np.where(piece.active, paid, 0.0)
        return Money(paid, -paid)
