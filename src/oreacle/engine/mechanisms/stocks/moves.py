"""How stocks move in a year: what holders ask, hoard, order, and what is left.

Does      Works out the price at which private holders neither sell nor buy, orders of states and
          clubs, and stocks at the end of a year.
Units     Stocks t; prices as log over base [1].
Method    Private: K (1 - e^(-b |x - r|)) is sold above r and bought below it
          (`oreacle.market.stocks`), with r = usual + s log(target / K): a supply-of-storage curve,
          after Working (1949): who holds little asks more. Hoarding of q K in a year adds
          -log(1 - q) / b to r. Next stock = (this + bought - released) times the growth of
          published use, whose stocks are part of that use.
Assumes   A joint stock is one pool: it is offered by use and by who pays more, and drawn from
          members by what they hold.
Not here  Who is in a club: see `oreacle.engine.mechanisms.clubs_piece`.

References
----------
Working, H. (1949). The theory of price of storage. American Economic Review 39(6), 1254-1262.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.market.stocks import no_stocks, private_release

MOST_ASKED = 1.5
"""Largest shift of an asking price [log points]: beyond it a holder sells, or buys, nothing."""


def asking_price(
    usual: np.ndarray, stock: np.ndarray, target: np.ndarray, refill: float
) -> np.ndarray:
    """Return the log price at which holders neither sell nor buy, shape (member, node) [1].

    Parameters
    ----------
    usual
        Log price that they think usual [1].
    stock, target
        What they hold and want to hold [t]; nodes that hold nothing ask the usual price.
    refill
        Asked price per log point of stock below target [1].

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> asking_price(0.0 * one, one, one, 0.2).tolist()
    [[0.0]]
    >>> round(float(asking_price(0.0 * one, one / 2, one, 0.2)[0, 0]), 3)
    0.139
    """
    held = (stock > 0.0) & (target > 0.0)
    gap = np.log(np.where(held, target, 1.0)) - np.log(np.where(held, stock, 1.0))
    return np.asarray(usual + np.clip(refill * gap, -MOST_ASKED, MOST_ASKED))


def hoarding_shift(
    wanted: np.ndarray, stock: np.ndarray, most: float, response: float
) -> np.ndarray:
    """Return what is added to asking prices so that at usual prices `wanted` is bought [1].

    Parameters
    ----------
    wanted
        Tonnes to be bought beside use [t].
    stock
        What is held [t].
    most
        Largest purchase over the stock [1].
    response
        Share of a stock that moves per log point [1].

    Examples
    --------
    >>> shift = hoarding_shift(np.array([50.0]), np.array([100.0]), 0.9, 3.0)
    >>> round(float(-private_release(np.array([100.0]), 3.0, -shift)[0][0]), 6)
    50.0
    """
    share = np.divide(wanted, stock, out=np.zeros_like(wanted), where=stock > 0.0)
    return np.asarray(-np.log1p(-np.minimum(share, most)) / response)


def next_private(
    stock: np.ndarray, asked: np.ndarray, price: np.ndarray, response: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return private stocks after the year's trade, and what was released (negative: bought) [t].

    Parameters
    ----------
    stock
        What is held [t].
    asked
        Log price at which nothing moves [1].
    price
        Log price of the year [1]; where it is missing nothing moves.
    response
        Share of a stock that moves per log point [1].
    """
    known = np.where(np.isfinite(price), price, asked)
    released, _ = private_release(stock, response, known - asked)
    return np.maximum(stock - released, 0.0), released


def pooled(order: np.ndarray, weight: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Return tonnes with those of a club's members divided by weight, shape (member, user).

    Parameters
    ----------
    order
        Tonnes of each user [t].
    weight
        Positive weights [1].
    inside
        True for users in the club.

    Examples
    --------
    >>> order, weight = np.array([[6.0, 2.0, 5.0]]), np.array([[1.0, 3.0, 1.0]])
    >>> pooled(order, weight, np.array([[True, True, False]])).tolist()
    [[2.0, 6.0, 5.0]]
    """
    part = weight * inside
    total = part.sum(axis=1, keepdims=True)
    share = np.divide(part, total, out=np.zeros_like(part), where=total > 0.0)
    pool = (order * inside).sum(axis=1, keepdims=True)
    return np.asarray(np.where(inside & (total > 0.0), share * pool, order))


@dataclass(frozen=True)
class Orders:
    """What states order in a year, shapes (member, user).

    Attributes
    ----------
    release, purchase
        Largest release and purchase [t/yr].
    release_limit, purchase_limit
        Log prices over base above which is sold and below which is bought [1].
    """

    release: np.ndarray
    purchase: np.ndarray
    release_limit: np.ndarray
    purchase_limit: np.ndarray


def traded(orders: Orders | Conditions, price: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what states sold and bought at the year's prices, shape (member, user) [t/yr].

    Parameters
    ----------
    orders
        With what is offered and asked, and the price limits of both.
    price
        Log delivered price over base, shape (member, user); nothing moves where it is missing.
    """
    stocks = no_stocks(price.shape[0], 0, price.shape[1], 1.0)
    for name in ("release", "purchase", "release_limit", "purchase_limit"):
        said = getattr(orders, name)
        if said is not None:
            getattr(stocks, name)[...] = said
    known = np.isfinite(price)
    at = np.where(known, price, 0.0)
    return np.where(known, stocks.released(at)[0], 0.0), np.where(known, stocks.bought(at)[0], 0.0)
