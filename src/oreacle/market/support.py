"""What a government adds to a producer's price: subsidies per tonne and guaranteed prices.

Does      Turns the market price at a mine or refinery into the price that the producer sees.
Units     USD/t; log prices over base.
Method    Producer's price = max(market price, guaranteed price) + subsidy: output answers to it,
          buyers pay the market price, the treasury pays the gap (MODEL: market, clubs).
Assumes   The support covers all output of the place.
Not here  Who is supported: see `oreacle.market.apply`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.market.batch import batched


@dataclass(frozen=True)
class Support:
    """Support of producers.

    Attributes
    ----------
    mine_bonus, refinery_bonus
        Subsidy, shapes (batch, mine) and (batch, refinery) [USD/t].
    mine_floor, refinery_floor
        Guaranteed price; 0 = none, same shapes [USD/t].
    """

    mine_bonus: np.ndarray = batched()
    refinery_bonus: np.ndarray = batched()
    mine_floor: np.ndarray = batched()
    refinery_floor: np.ndarray = batched()


def seen_price(
    price: np.ndarray, bonus: np.ndarray, floor: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the producer's price and how it moves with the log market price [USD/t].

    Parameters
    ----------
    price, bonus, floor
        Market price, subsidy and guaranteed price [USD/t].
    """
    return np.maximum(price, floor) + bonus, np.where(price >= floor, price, 0.0)


UNSOLD_WIDTH = 0.05
"""Width over which supported output finds buyers again above the shut-down price [log points];
assumed."""


def sold_share(
    log_price: np.ndarray, lowest: float | np.ndarray, helped: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of output that a helped producer can sell, and its slope over log price.

    A producer that lives on support would give its output away. Where the market price falls to
    that at which others have shut, what it makes stays unsold and is not made: one elsewhere.

    Parameters
    ----------
    log_price
        Log market price over base.
    lowest
        Log price at which nothing is sold, one value or shape (batch, 1).
    helped
        True for producers with support, broadcasts with `log_price`.
    """
    above = np.maximum(log_price - lowest, 0.0)
    decay = np.where(helped, np.exp(-above / UNSOLD_WIDTH), 0.0)
    return 1.0 - decay, np.where(above > 0.0, decay / UNSOLD_WIDTH, 0.0)


def no_support(cases: int, mines: int, refineries: int) -> Support:
    """Return support that pays nothing."""
    return Support(
        np.zeros((cases, mines)),
        np.zeros((cases, refineries)),
        np.zeros((cases, mines)),
        np.zeros((cases, refineries)),
    )
