"""Certification: members' users must hold certificates that members' mines can sell.

Does      Binds users, certifies mines, lets false certificates in where rules are not enforced,
          and prevents stoppages at certified mines.
Units     Shares [1]; USD/t; USD/yr.
Method    Book and claim (MODEL: market, certified supply): the premium clears certificates. The
          duty grows with certified supply and is capped. With enforcement e, a part 1 - e of
          the certificates that are asked for can be false, at no cost to who sells them;
          standards prevent e times the stated part of stoppages by labour, communities and
          conflict. A tonne whose certificate is true is worth more to its user: access to buyers
          and finance that ask for it, and liability avoided. False ones are worth nothing.
Assumes   One regime: of several groups the first one's holds. Provenance, emissions and labour are
          one standard. What prevention saves is the market value of the output kept, not of lives.
          What verified supply is worth is a stated assumption: without it, certification is a cost.
Not here  The clearing of the premium: see `oreacle.market.certification`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oreacle.engine.clubs.money import Money, no_money
from oreacle.engine.clubs.piece import Piece
from oreacle.market.certification import no_certification
from oreacle.market.comparison import State
from oreacle.market.incomes import certificates
from oreacle.market.problem import Problem


class CertifiedSupply:
    """The lever of certification."""

    def write(self, piece: Piece, problem: Problem) -> Problem:
        """Return the market with the regime of the first group of each case."""
        field, terms = piece.field, piece.field.terms
        member = (piece.group == 0).astype(float)
        mines, users = member @ field.places.mine, member @ field.places.user
        enforced = terms.enforcement
        supply = terms.certified_share * (mines * field.calm.mine_slack[0]).sum(axis=1)
        duty = terms.certified_cover * supply
        use = (users * field.calm.demand[0]).sum(axis=1)
        bound = np.divide(duty, use, out=np.zeros_like(use), where=use > 0.0)
        bound = np.minimum(bound, terms.certified_bound)
        one = np.ones((problem.size, 1))
        # Those who are not caught could serve that part of the duty, from all other output.
        other = ((1.0 - terms.certified_share * mines) * field.calm.mine_slack[0]).sum(axis=1)
        leak = np.divide(
            (1.0 - enforced) * bound * use, other, out=np.zeros_like(use), where=other > 0.0
        )
        regime = replace(
            no_certification(problem.size, len(problem.miners), len(problem.users)),
            certified=terms.certified_share * mines,
            bound=bound[:, None] * users,
            cost=terms.certified_cost * field.calm.price_mine * one,
            fraud_share=np.minimum(leak, 1.0)[:, None],
            fraud_cost=0.0 * one,
        )
        kept = self._kept(piece, terms.certified_share * mines * (bound > 0.0)[:, None])
        return replace(
            problem,
            certification=regime if regime.bound.any() else problem.certification,
            mine_slack=problem.mine_slack * kept,
            mine_capacity=problem.mine_capacity * kept,
        )

    def settle(self, piece: Piece, state: State) -> Money:
        """Return what true certificates are worth; what they cost is in the market's books."""
        field, regime = piece.field, state.problem.certification
        if regime is None:
            return no_money(piece)
        true, false = (part.sum(axis=1) for part in certificates(state))
        genuine = np.divide(true, true + false, out=np.zeros_like(true), where=true > 0.0)
        verified = (regime.bound * state.balance.use) @ field.places.user.T
        worth = field.terms.certified_worth * field.calm.price_delivered
        placed = worth * genuine[:, None] * verified
        return Money(placed, np.zeros_like(placed))

    def _kept(self, piece: Piece, certified: np.ndarray) -> np.ndarray:
        """Return capacity over that without standards, shape (case, mine) [1]."""
        terms = piece.field.terms
        lost = piece.field.social[piece.row]
        prevented = terms.enforcement * terms.certified_safety * certified * lost
        room = 1.0 - lost
        return np.asarray(1.0 + np.divide(prevented, room, out=np.zeros_like(lost), where=room > 0))
