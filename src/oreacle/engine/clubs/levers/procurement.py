"""Pooled procurement: members buy abroad through one desk that holds back a little.

Does      Puts the desk's margin on what members buy from outside, and books what the desk costs.
Units     Margin over price [1]; USD/yr.
Method    A buyer with share s of world use faces a residual supply of elasticity
          (eta + (1 - s) e) / s, with eta of world supply and e of others' demand; the margin that
          pays it best is one over it (Johnson 1953, optimum tariff). The desk reckons with
          elasticities over the years of a contract, since those of one year would ask for several
          times the price, and reaches a stated part. A club never fixes a price: the market clears
          with the margin, which is the club's rent (MODEL: market, clubs).
Assumes   Members' own producers sell outside the desk; the margin is the same in all draws; nobody
          answers with a margin of its own.
Not here  Contracts with one seller: see `oreacle.market.policies.buyers`.

References
----------
Johnson, H. G. (1953). Optimum tariffs and retaliation. Review of Economic Studies 21(2), 142-153.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oreacle.engine.clubs.field import ClubField
from oreacle.engine.clubs.money import Money
from oreacle.engine.clubs.piece import Piece
from oreacle.market.comparison import State
from oreacle.market.problem import Problem


def desk_margin(share: np.ndarray, supply: float, demand: float) -> np.ndarray:
    """Return the margin over price that pays a buyer with a share of world use best [1].

    Parameters
    ----------
    share
        Share of world use [1].
    supply, demand
        Elasticities of world supply and of the demand of others [1], both positive.

    Examples
    --------
    >>> float(desk_margin(np.array(0.5), 0.5, 0.5))
    0.6666666666666666
    """
    return np.asarray(share / (supply + (1.0 - share) * demand))


def group_margin(field: ClubField, share: np.ndarray) -> np.ndarray:
    """Return the margin over price that a desk holds back for buyers of a share of world use [1].

    Parameters
    ----------
    field
        Gives the terms: elasticities, and the part of the best margin that a desk reaches.
    share
        Share of world use [1].
    """
    terms = field.terms
    return terms.desk_share * desk_margin(share, terms.desk_supply, terms.desk_demand)


class Procurement:
    """The lever of pooled procurement."""

    def write(self, piece: Piece, problem: Problem) -> Problem:
        """Return the market with the margin on links from outside a group into it."""
        refined = problem.refined
        wedge = self._wedge(piece)
        rate = refined.tariff_rate + wedge
        ways = refined.ways
        if ways is not None:
            around = ways.tariff_rate + wedge[:, ways.tail, ways.head]
            ways = replace(ways, tariff_rate=around)
        return replace(problem, refined=replace(refined, tariff_rate=rate, ways=ways))

    def settle(self, piece: Piece, state: State) -> Money:
        """Return the cost of the desk; its rent is in the books of the market as a tariff."""
        field = piece.field
        flows = state.balance.metal.flow * self._outside(piece)
        bought = (flows.sum(axis=1) * field.calm_cost) @ field.places.user.T
        cost = -field.terms.desk_cost * bought
        return Money(np.zeros_like(cost), np.where(piece.active, cost, 0.0))

    def _wedge(self, piece: Piece) -> np.ndarray:
        """Return the margin by link, shape (case, plant, user) [1]."""
        field = piece.field
        share = piece.total(field.use / field.world_use)
        margin = group_margin(field, share)
        at_users = np.where(piece.active, margin, 0.0) @ field.places.user
        return np.asarray(at_users[:, None, :] * self._outside(piece))

    def _outside(self, piece: Piece) -> np.ndarray:
        """Return 1 where a link comes from outside into a group, shape (case, plant, user)."""
        field = piece.field
        inner = np.einsum("ip,cij,ju->cpu", field.places.plant, piece.same, field.places.user)
        active = piece.active.astype(float) @ field.places.user
        return np.asarray(active[:, None, :] * (inner == 0.0))
