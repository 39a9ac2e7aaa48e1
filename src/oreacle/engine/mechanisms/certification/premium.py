"""Certified supply in closed form: the premium, who can be certified, and what bound users do.

Does      Balances what bound users must hold with what certified mines sell.
Units     USD/t; t/yr; shares [1].
Method    The exact market (`oreacle.market.certification`) to first order in logs, the metal's own
          price held: true certificates asked for fall with the premium p as e^(-eta p / W), those
          supplied grow as e^(epsilon (p - cost) / P). At p = cost or above they are equal, and
          p = cost + (ln(D / S) - eta cost / W)+ / (eta / W + epsilon / P), with D true
          certificates asked for and S certified output at base prices.
Assumes   1 - enforcement of the certificates are false and free for who sells them. Certified
          mines are few enough that the metal's price does not answer.
Not here  Which users are bound: see `oreacle.engine.mechanisms.certification.mechanism`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Trade:
    """Prices and responses of a mineral's market.

    Attributes
    ----------
    delivered, mine
        Base prices [USD/t].
    demand, supply
        Elasticities, positive [1].
    cost
        Cost of certified output [USD/t].
    most
        Largest premium [USD/t].
    """

    delivered: float
    mine: float
    demand: float
    supply: float
    cost: float
    most: float


def premium_of(asked: np.ndarray, certified: np.ndarray, trade: Trade) -> np.ndarray:
    """Return the premium of true certificates [USD/t].

    Parameters
    ----------
    asked
        True certificates that bound users must hold at base prices [t/yr].
    certified
        Output that can sell them [t/yr].
    trade
        Prices and responses.

    Returns
    -------
    array
        0 where nothing is asked for; the cost where supply is ample; at most `trade.most`.

    Examples
    --------
    >>> trade = Trade(200.0, 100.0, 0.5, 0.5, 2.0, 60.0)
    >>> premium_of(np.array([0.0, 10.0, 100.0]), np.array([50.0]), trade).round(2).tolist()
    [0.0, 2.0, 60.0]
    """
    with np.errstate(divide="ignore"):
        short = np.log(asked) - np.log(np.maximum(certified, 1e-12))
    slope = trade.demand / trade.delivered + trade.supply / trade.mine
    over = np.maximum(short - trade.demand * trade.cost / trade.delivered, 0.0) / slope
    return np.asarray(np.where(asked > 0.0, np.minimum(trade.cost + over, trade.most), 0.0))


def certifiable(stability: np.ndarray, slope: float, most: float) -> np.ndarray:
    """Return the share of output that could be certified.

    Parameters
    ----------
    stability
        Political stability [WGI units].
    slope
        Log-odds per unit [1].
    most
        Share where governance is perfect [1].

    Examples
    --------
    >>> certifiable(np.array([0.0]), 1.5, 0.9).tolist()
    [0.45]
    """
    return np.asarray(most / (1.0 + np.exp(-slope * stability)))


def use_left(bound: np.ndarray, premium: np.ndarray, trade: Trade) -> np.ndarray:
    """Return use over what it would be without the premium [1].

    Parameters
    ----------
    bound
        Share of use that must hold certificates [1].
    premium
        What they pay for them [USD/t].
    trade
        Prices and responses.
    """
    dearer = (1.0 + premium / trade.delivered) ** -trade.demand
    return np.asarray(1.0 - bound * (1.0 - dearer))
