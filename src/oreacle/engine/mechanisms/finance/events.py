"""What happens to the cost of capital in a year: conflicts, defaults, seizures, claims.

Does      Moves premiums by the draws and acts of a year, and works out the pool's year.
Units     Premiums [1/yr]; money USD.
Method    Premiums fade by half-lives and rise with events; a claim is exponential around its mean.
Assumes   Events of a year move the investment of that year.
Not here  Whom they concern: see `.mechanism`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.engine.mechanisms.contract import Moment
from oreacle.engine.mechanisms.fading import fading
from oreacle.engine.mechanisms.finance.mutual import club_relief, held_up
from oreacle.engine.mechanisms.finance.places_at_risk import (
    FinanceFacts,
    FinanceParameters,
    FinancePiece,
    usual,
)
from oreacle.engine.mechanisms.finance.pool import Pool, written
from oreacle.engine.mechanisms.places import acts_at


def first_piece(moment: Moment) -> FinancePiece:
    """Return premiums at their usual levels and the pool with its capital."""
    facts, p = moment.fact(FinanceFacts), moment.settings(FinanceParameters)
    troubled, seized = (np.repeat(row[None], moment.members, axis=0) for row in usual(facts, p))
    capital = np.full(moment.members, p.pool_capital)
    none = FinancePiece(troubled, seized, np.zeros_like(troubled), capital)
    relief = _pool(moment, none, troubled + seized).relief
    return FinancePiece(troubled, seized, relief, capital + p.pool_added)


def _pool(moment: Moment, own: FinancePiece, added: np.ndarray) -> Pool:
    facts, p = moment.fact(FinanceFacts), moment.settings(FinanceParameters)
    risk = np.nan_to_num(facts.premium) + added
    value = p.mine_capital * facts.places.under_way(moment.state)
    asks = np.nan_to_num(facts.premium) >= p.pool_threshold
    wanted = np.where(asks, p.pool_take_up * p.cover_share * value, 0.0)
    claims = facts.conflict * p.conflict_claim + facts.seizure * p.seizure_claim
    return written(own.capital, wanted, (1.0 + p.premium_loading) * claims, risk, p)


@dataclass(frozen=True)
class FinanceYear:
    """What happens in a year.

    Attributes
    ----------
    conflict, default, seizure
        Where it does, shape (member, place).
    troubled, seized
        As in the state, after the year's events.
    change
        Cost of capital less what base-year shares reflect, before pools of clubs, 0 where no
        premium is known, shape (member, place) [1/yr].
    shared
        What pools of clubs take off it, shape (member, place, mineral) [1/yr]; None without one.
    pool
        Cover of the public pool.
    claims
        Shape (member,) [USD/yr].
    """

    conflict: np.ndarray
    default: np.ndarray
    seizure: np.ndarray
    troubled: np.ndarray
    seized: np.ndarray
    change: np.ndarray
    shared: np.ndarray | None
    pool: Pool
    claims: np.ndarray

    def change_of(self, mineral: int) -> np.ndarray:
        """Return the change of the cost of capital of a mineral, (member, place) [1/yr]."""
        return self.change if self.shared is None else self.change - self.shared[:, :, mineral]


def year_of(moment: Moment) -> FinanceYear:
    """Return what happens in the year."""
    facts, p = moment.fact(FinanceFacts), moment.settings(FinanceParameters)
    own, drawn = moment.piece(FinancePiece), moment.numbers
    conflict = drawn["conflict"] < facts.conflict
    default = drawn["default"] < facts.default
    seizure = np.zeros_like(own.seized)
    curbed = np.zeros_like(own.seized)
    if moment.acts is not None:
        seizure = acts_at(facts.places, moment.acts.by_class["control"].astype(float))
        curbed = acts_at(facts.places, moment.acts.by_class["restriction"].astype(float))
    troubled = fading(p.premium_half_life) * own.troubled
    troubled = troubled + p.conflict_premium * conflict + p.default_premium * default
    seized = fading(p.seizure_half_life) * own.seized
    seized = seized + p.seizure_premium * seizure + p.restriction_premium * curbed
    usual_troubled, usual_seized = usual(facts, p)
    added = troubled + held_up(moment, seized, usual_seized)
    pool = _pool(moment, own, added)
    change = added - usual_troubled - usual_seized - pool.relief + own.relief
    risk = np.nan_to_num(facts.premium) + added
    # Claims are exponential around their mean, at most all of the cover.
    size = -np.log1p(-drawn["claim"])
    hit = np.minimum(size * (p.conflict_claim * conflict + p.seizure_claim * seizure), 1.0)
    return FinanceYear(
        conflict,
        default,
        seizure > 0.0,
        troubled,
        seized,
        np.where(np.isfinite(facts.premium), change, 0.0),
        club_relief(moment, risk, pool.covered),
        pool,
        (pool.exposure * hit).sum(axis=1),
    )
