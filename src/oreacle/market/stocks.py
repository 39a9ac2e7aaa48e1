"""Stocks of ore and metal: what holders release and buy as the price moves.

Does      Evaluates release from private stocks and ordered releases and purchases.
Units     Stocks t; flows t/yr; prices as log over base.
Method    A private holder of K tonnes releases K (1 - e^(-b x)) at a log price x over base and
          buys as much below it: continuous, rising, bounded by the stock (MODEL: market, stocks).
          Over years "base" gives way to the price that a holder thinks usual.
          An ordered purchase ends at a stated price, so that no buyer outbids every user, and
          an ordered release ends where the price has halved, so that nobody dumps a stock, or
          where it falls below the trigger that is stated.
Assumes   Ore is held at the refinery gate, metal where it is used: a government without a
          refinery can hold metal.
Not here  How stocks move over years: see `oreacle.engine`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.market.batch import batched, parameter
from oreacle.market.curves import Curve

ORDER_WIDTH = 0.1
"""Width over which an order gives up near its price limit [log points]; assumed."""
TRIGGER_WIDTH = 0.01
"""Width over which a triggered release rises to its order [log points]; assumed: narrow, so that
the price stays near the trigger while the stock lasts."""
RELEASE_LIMIT = float(np.log(0.5))
"""Log price over base at which an ordered release without a trigger ends [1]; assumed."""


@dataclass(frozen=True)
class Stocks:
    """Stocks that a market can draw on in the year.

    Attributes
    ----------
    ore
        Private ore at the refinery gate, shape (batch, refinery) [t].
    metal
        Private metal at users, shape (batch, user) [t].
    release, purchase
        Ordered release and purchase of metal, shape (batch, user) [t/yr].
    purchase_limit
        Log price over base at which an ordered purchase ends, shape (batch, user) [1].
    release_limit
        Log price over base below which nothing is released by order, shape (batch, user) [1].
    ore_usual, metal_usual
        Log price over base at which private holders neither release nor buy, shapes
        (batch, refinery), (batch, user) [1].
    response
        b: share of a private stock released per log point of price, at base [1].
    """

    response: float | np.ndarray = parameter(1)
    ore: np.ndarray = batched()
    metal: np.ndarray = batched()
    release: np.ndarray = batched()
    purchase: np.ndarray = batched()
    purchase_limit: np.ndarray = batched()
    release_limit: np.ndarray = batched()
    ore_usual: np.ndarray = batched()
    metal_usual: np.ndarray = batched()

    def ore_release(self, gate: np.ndarray) -> Curve:
        """Return net release of ore and its slope at log gate prices, shape (batch, refinery)."""
        return private_release(self.ore, self.response, gate - self.ore_usual)

    def metal_release(self, delivered: np.ndarray) -> Curve:
        """Return net private release of metal and its slope, shape (batch, user)."""
        return private_release(self.metal, self.response, delivered - self.metal_usual)

    def released(self, delivered: np.ndarray) -> Curve:
        """Return ordered releases and their slope at log delivered prices, shape (batch, user).

        Without a trigger less than a thousandth of an order is held back at base prices. With
        one, nothing is released below it and all but a twentieth at 0.03 log points above it.
        """
        width = np.where(self.release_limit > RELEASE_LIMIT, TRIGGER_WIDTH, ORDER_WIDTH)
        distance = np.clip((delivered - self.release_limit) / width, 0.0, 50.0)
        held = np.exp(-distance)
        slope = np.where(distance > 0, self.release * held / width, 0.0)
        return self.release * (1.0 - held), slope

    def bought(self, delivered: np.ndarray) -> Curve:
        """Return ordered purchases and their slope at log delivered prices, shape (batch, user)."""
        distance = np.minimum((self.purchase_limit - delivered) / ORDER_WIDTH, 50.0)
        full = -np.expm1(-np.maximum(self.purchase_limit / ORDER_WIDTH, 1e-9))
        gap = np.exp(-np.maximum(distance, 0.0))
        kept = np.where(distance > 0, self.purchase * (1.0 - gap) / full, 0.0)
        slope = np.where(distance > 0, -self.purchase * gap / full / ORDER_WIDTH, 0.0)
        return kept, slope


def private_release(
    stock: np.ndarray, response: float | np.ndarray, log_price: np.ndarray
) -> Curve:
    """Return what private holders release (negative: buy) and the slope over the log price.

    Parameters
    ----------
    stock
        Tonnes held [t].
    response
        Share released per log point at base [1].
    log_price
        Log price over base.

    Examples
    --------
    >>> flow, slope = private_release(np.array([100.0]), 1.0, np.array([0.0]))
    >>> float(flow[0]), float(slope[0])
    (0.0, 100.0)
    """
    decay = np.exp(-response * np.abs(log_price))
    return stock * np.sign(log_price) * (1.0 - decay), stock * response * decay


def no_stocks(cases: int, refineries: int, users: int, response: float) -> Stocks:
    """Return stocks that hold nothing and have no orders."""
    at_users = np.zeros((cases, users))
    return Stocks(
        response=response,
        ore=np.zeros((cases, refineries)),
        metal=at_users,
        release=at_users.copy(),
        purchase=at_users.copy(),
        purchase_limit=np.full((cases, users), np.log(2.0)),
        release_limit=np.full((cases, users), RELEASE_LIMIT),
        ore_usual=np.zeros((cases, refineries)),
        metal_usual=at_users.copy(),
    )
