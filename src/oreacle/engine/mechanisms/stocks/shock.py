"""How much more use must move, once stocks take up part of it, for prices to move as observed.

Does      Finds the fast part of the demand shock that restores the yearly movement of prices.
Units     Log points; years of use for stocks.
Method    The market to first order: a shift u of demand moves the log price x by
          u + v = e x + w b (x - r + s k), with elasticity e, stocks of w years of use, response b,
          usual price r (r' = r + m (x - r)) and log stock over target k
          (k' = k - b (x - r + s k)); u is an AR(1) and v = a times its innovation, white. The
          variance of x' - x follows from the discrete Lyapunov equation and is a quadratic in
          1 + a; a is its root at the variance without stocks, from 0 to a stated limit.
Assumes   The response of stocks at a typical move of the price. Observed prices were made with
          stocks: the shock sized without them (`oreacle.engine.demand`) stands for what is left.
Not here  How stocks move: see `oreacle.engine.mechanisms.stocks.moves`.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import solve_discrete_lyapunov

LARGEST = 2.0
"""Largest fast part over the innovation [1]; assumed: beyond it stocks run dry or fill up, and a
market seen to first order says too much."""


def fast_share(
    *,
    elasticity: float,
    cover: float,
    response: float,
    refill: float,
    memory: float,
    persistence: float,
) -> float:
    """Return the fast part of the demand shock over the innovation of the slow one [1].

    Parameters
    ----------
    elasticity
        Demand shift that moves the price by one log point without stocks [1].
    cover
        Private stocks over use [yr].
    response
        Share of a stock that is released per log point [1].
    refill
        Asked price per log point of stock below target [1].
    memory
        Share of a price gap by which the usual price moves [1/yr].
    persistence
        Of the slow shock [1].

    Examples
    --------
    >>> terms = dict(elasticity=0.3, response=2.0, refill=0.2, memory=0.3, persistence=0.8)
    >>> fast_share(cover=0.0, **terms)
    0.0
    >>> fast_share(cover=0.1, **terms) > 0.0
    True
    """
    if cover <= 0.0 or response <= 0.0:
        return 0.0
    terms = (cover, response, refill, memory, persistence)
    wanted = 2.0 / (1.0 + persistence) / elasticity**2
    at = np.array([_variance(elasticity, terms, 1.0 + a) for a in (0.0, 1.0, 2.0)])
    square, line, level = np.polyfit([0.0, 1.0, 2.0], at - wanted, 2)
    if level >= 0.0:
        return 0.0
    root = (-line + np.sqrt(line**2 - 4.0 * square * level)) / (2.0 * square)
    return float(min(root, LARGEST))


def _variance(
    elasticity: float, terms: tuple[float, float, float, float, float], impulse: float
) -> float:
    """Return the variance of yearly log price changes for an innovation of variance 1.

    Parameters
    ----------
    impulse
        What an innovation adds to demand in its own year: 1 plus the fast part [1].
    """
    cover, response, refill, memory, persistence = terms
    slope = elasticity + cover * response
    price = np.array([1.0, -cover * response * refill, cover * response]) / slope
    released = response * (price + np.array([0.0, refill, -1.0]))
    usual = np.array([0.0, 0.0, 1.0])
    # State after the innovation: slow shock, log stock, usual price. The fast part enters the
    # price of its year alone, and through it the stock and the usual price of the next.
    move = np.array(
        [
            [persistence, 0.0, 0.0],
            np.array([0.0, 1.0, 0.0]) - released,
            usual + memory * (price - usual),
        ]
    )
    fast = (impulse - 1.0) / slope
    carried = np.array([0.0, -response * fast, memory * fast])
    fresh = np.array([1.0, 0.0, 0.0])
    # Stack the innovation of the year, so that one state holds all that the price depends on.
    whole = np.zeros((4, 4))
    whole[:3, :3], whole[:3, 3] = move, carried
    noise = np.append(fresh, 1.0)
    spread = solve_discrete_lyapunov(whole, np.outer(noise, noise))
    seen = np.append(price, fast)
    step = seen @ whole - seen
    return float(step @ spread @ step + (seen @ noise) ** 2)
