"""What finance reads of others: seizures that stand, and pools of clubs for insurance.

Does      Holds premiums up where a seizure stands, and returns what clubs save their members.
Units     Premiums [1/yr]; shares [1].
Method    A standing seizure adds `seizure_standing` to the usual level at the least, whatever has
          faded. A club of n members covers `club_cover` (1 - 1 / n) of their projects in its
          minerals: the risk of one among n is spread over the others, which bear expected claims.
Assumes   Members bear like risks, and claims are shared out each year: such a pool holds no
          capital and cannot be ruined. Of several pools the widest counts. Pieces are those at
          the start of the year.
Not here  The public pool, which has capital: see `.pool`; what a pool of governments is worth to
          them: see `oreacle.engine.clubs.insurance`.
"""

from __future__ import annotations

import numpy as np

from oreacle.engine.mechanisms.barriers.piece import BarriersPiece
from oreacle.engine.mechanisms.clubs_piece import ClubsPiece
from oreacle.engine.mechanisms.contract import Moment
from oreacle.engine.mechanisms.finance.places_at_risk import FinanceFacts, FinanceParameters
from oreacle.engine.mechanisms.places import acts_at

INSURANCE = "insurance"


def held_up(moment: Moment, seized: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Return what acts add to premiums, no less than a seizure that stands keeps up.

    Parameters
    ----------
    seized
        What acts add as it fades, shape (member, place) [1/yr].
    level
        Its usual level, shape (place,) [1/yr].
    """
    barriers = moment.other("barriers", BarriersPiece)
    if barriers is None:
        return seized
    rows = barriers.seizures
    if not len(rows):
        return seized
    facts, p = moment.fact(FinanceFacts), moment.settings(FinanceParameters)
    standing = np.zeros((moment.members, len(moment.setting.acting)))
    standing[rows.member, rows.imposer] = 1.0
    here = acts_at(facts.places, standing) > 0.0
    return np.where(here, np.maximum(seized, level + p.seizure_standing), seized)


def spread_share(members: np.ndarray, cover: float) -> np.ndarray:
    """Return the part of its members' projects whose risk a pool takes off [1].

    Parameters
    ----------
    members
        Number of members.
    cover
        Share of projects under cover [1].

    Examples
    --------
    >>> spread_share(np.array([1, 2, 5]), 0.5).tolist()
    [0.0, 0.25, 0.4]
    """
    return np.asarray(cover * (1.0 - 1.0 / np.maximum(members, 1)))


def club_shares(moment: Moment) -> np.ndarray | None:
    """Return the part of projects whose risk pools of clubs take off; None without a pool.

    Returns
    -------
    array (member, actor, mineral)
        Largest of the pools that an actor is in [1].
    """
    clubs = moment.other("clubs", ClubsPiece)
    if clubs is None or not (running := clubs.runs(INSURANCE)).any():
        return None
    part = spread_share(clubs.member_of.sum(axis=2), moment.settings(FinanceParameters).club_cover)
    found = np.zeros((moment.members, clubs.member_of.shape[2], clubs.minerals.shape[2]))
    for slot in np.flatnonzero(running.any(axis=0)):
        own = np.where(running[:, slot], part[:, slot], 0.0)[:, None, None]
        inside = clubs.member_of[:, slot, :, None] & clubs.minerals[:, slot, None, :]
        found = np.maximum(found, own * inside)
    return found


def club_relief(moment: Moment, risk: np.ndarray, covered: np.ndarray) -> np.ndarray | None:
    """Return what pools of clubs take off the cost of capital; None without a pool.

    Parameters
    ----------
    risk
        Premium for risk that a project pays, shape (member, place) [1/yr].
    covered
        Share of projects that the public pool covers already, as `risk` [1].

    Returns
    -------
    array (member, place, mineral)
        0 where no premium is published [1/yr].
    """
    shares = club_shares(moment)
    if shares is None:
        return None
    facts, p = moment.fact(FinanceFacts), moment.settings(FinanceParameters)
    claims = facts.conflict * p.conflict_claim + facts.seizure * p.seizure_claim
    saved = p.cover_share * np.maximum(risk - claims, 0.0) * (1.0 - covered)
    saved = np.where(np.isfinite(facts.premium), saved, 0.0)
    return np.asarray(shares[:, facts.places.actor] * saved[:, :, None])
