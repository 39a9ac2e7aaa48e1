"""An insurance pool: cover that it writes, and its capital.

Does      Returns cover, relief and income of a year, and the capital after claims.
Units     USD; rates [1/yr].
Method    Cover is at most leverage times capital; ruin is for good.
Assumes   All who ask are served alike.
Not here  A mutual of members over one year: see `oreacle.engine.clubs.insurance`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.engine.mechanisms.finance.places_at_risk import FinanceParameters


@dataclass(frozen=True)
class Pool:
    """What the pool does in a year.

    Attributes
    ----------
    covered
        Share of each place's projects under cover, shape (member, place) [1].
    relief
        Off the cost of capital, shape (member, place) [1/yr].
    exposure
        Cover written, shape (member, place) [USD].
    income
        Premiums, shape (member,) [USD/yr].
    """

    covered: np.ndarray
    relief: np.ndarray
    exposure: np.ndarray
    income: np.ndarray


def written(
    capital: np.ndarray,
    wanted: np.ndarray,
    rate: np.ndarray,
    risk: np.ndarray,
    p: FinanceParameters,
) -> Pool:
    """Return cover, relief and income of a pool.

    Parameters
    ----------
    capital
        Shape (member,) [USD].
    wanted
        Cover that projects look for, shape (member, place) [USD].
    rate
        Price of cover over cover, shape (place,) [1/yr].
    risk
        Premium for risk that a project pays, shape (member, place) [1/yr].
    p
        Parameters.
    """
    total = wanted.sum(axis=1)
    most = p.pool_leverage * np.maximum(capital, 0.0)
    part = np.divide(most, total, out=np.zeros_like(most), where=total > 0.0)
    part = np.minimum(part, 1.0)[:, None]
    exposure = wanted * part
    covered = np.where(wanted > 0.0, p.pool_take_up * part, 0.0)
    # Nobody buys cover that costs more than it saves.
    saved = np.maximum(p.cover_share * (risk - rate), 0.0)
    return Pool(covered, covered * saved, exposure, (exposure * rate).sum(axis=1))


def capital_after(
    capital: np.ndarray, income: np.ndarray, claims: np.ndarray, most: float
) -> np.ndarray:
    """Return a pool's capital a year later, 0 if claims exceed what it has [USD].

    Parameters
    ----------
    capital, income, claims
        Shape (member,) [USD].
    most
        Capital beyond which surpluses are paid out [USD].
    """
    left = np.where(capital > 0.0, capital + income - claims, 0.0)
    return np.asarray(np.clip(left, 0.0, most))
