"""Certified supply: book-and-claim certificates and their premium.

Does      Evaluates supply of and demand for certificates, and finds the premium that clears them.
Units     Certificates t/yr; premium and costs USD/t.
Method    Certified mines earn P + premium - cost on their certified share, bound users pay
          W + premium on theirs; premium >= 0 with certificates supplied >= demanded,
          complementary (MODEL: market, certified supply). Fraud is a capped supply that starts
          at a cost, which enforcement raises.
Assumes   One regime per mineral. Tonnes and certificates part: the metal itself is the same.
Not here  The market at a given premium: see `oreacle.market.kernel`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from oreacle.market.batch import batched
from oreacle.market.curves import start_up

TOLERANCE = 1e-11
"""Largest gap of certificates over world throughput at which the premium is settled [1]."""
ROUNDS = 80
GROWTH = 1.5
"""Factor by which a premium that is too low grows until one is too high [1]."""
SELLING_WIDTH = 1e-4
"""Premium short of the cost of a certificate, over the base price, at which none is sold [1]: so
narrow that who sells at the margin loses next to nothing."""
LEAST_SCALE = 0.01
"""Width over which fraud starts, over the base price, where it costs nothing [1]; assumed."""


@dataclass(frozen=True)
class Certification:
    """One regime of certificates.

    Attributes
    ----------
    certified
        Share of mine output that can sell certificates, shape (batch, mine) [1].
    bound
        Share of use that must hold certificates, shape (batch, user) [1].
    cost
        Cost of certified output, shape (batch, 1) [USD/t].
    fraud_share
        Most fraudulent certificates over uncertified output, shape (batch, 1) [1].
    fraud_cost
        Premium at which fraud begins, shape (batch, 1) [USD/t].
    premium
        Premium, shape (batch, 1) [USD/t].
    """

    certified: np.ndarray = batched()
    bound: np.ndarray = batched()
    cost: np.ndarray = batched()
    fraud_share: np.ndarray = batched()
    fraud_cost: np.ndarray = batched()
    premium: np.ndarray = batched()

    @property
    def mine_gain(self) -> np.ndarray:
        """What a certified tonne earns beyond the price, shape (batch, 1) [USD/t].

        Never negative: a mine that a certificate does not pay sells its output without one.
        """
        return np.asarray(np.maximum(self.premium - self.cost, 0.0))

    def fraud(self, uncertified: np.ndarray, base_price: float) -> np.ndarray:
        """Return fraudulent certificates, shape (batch, mine) [t/yr].

        Parameters
        ----------
        uncertified
            Output that is not certified, shape (batch, mine) [t/yr].
        base_price
            Base price at mines [USD/t].
        """
        scale = np.maximum(self.fraud_cost, LEAST_SCALE * base_price)
        begun, _ = start_up((self.premium - self.fraud_cost) / scale)
        return np.asarray(self.fraud_share * uncertified * begun)

    def selling(self, scale: float) -> np.ndarray:
        """Return the share of certified mines that sell certificates at the premium, (batch, 1).

        All sell where the premium pays the cost, none where it falls short of it by more than
        `SELLING_WIDTH` of the base price.
        """
        return np.asarray(
            np.clip(1.0 + (self.premium - self.cost) / (SELLING_WIDTH * scale), 0.0, 1.0)
        )


def at_premium(terms: Certification, premium: np.ndarray) -> Certification:
    """Return the regime at another premium, shape (batch,) [USD/t]."""
    return replace(terms, premium=premium[:, None])


def find_premium(
    excess: Callable[[np.ndarray], np.ndarray], highest: np.ndarray, first: np.ndarray
) -> np.ndarray:
    """Return the least premium at which certificates supplied cover those demanded.

    Parameters
    ----------
    excess
        Supply less demand of certificates over world throughput at a premium, both of shape
        (batch,); it rises with the premium.
    highest
        Premium at which nobody needs a certificate any more, shape (batch,) [USD/t].
    first
        Premium that is tried first, above 0, shape (batch,) [USD/t]. It grows until supply covers
        demand: a market at the highest premium of all is far from any other, and slow to clear.

    Returns
    -------
    numpy.ndarray
        Premium by case, shape (batch,) [USD/t]; 0 where supply covers demand without one.
    """
    low, high = np.zeros_like(highest), np.minimum(first, highest)
    at_low = excess(low)
    premium = low.copy()
    open_cases = at_low < 0.0
    at_high = excess(np.where(open_cases, high, 0.0))
    while (short := open_cases & (at_high < 0.0) & (high < highest)).any():
        low, at_low = np.where(short, high, low), np.where(short, at_high, at_low)
        high = np.where(short, np.minimum(GROWTH * high, highest), high)
        at_high = np.where(short, excess(np.where(open_cases, high, 0.0)), at_high)
    side = np.zeros(low.size, dtype=np.int64)
    for _ in range(ROUNDS):
        if not open_cases.any():
            break
        span = at_high - at_low
        guess = np.where(
            span > 0,
            (low * at_high - high * at_low) / np.where(span > 0, span, 1.0),
            0.5 * (low + high),
        )
        premium = np.where(open_cases, guess, premium)
        here = excess(premium)
        done = (np.abs(here) <= TOLERANCE) | (high - low <= 1e-12 * np.maximum(highest, 1.0))
        below = here < 0.0
        # The Illinois rule: a side that stays put twice counts half, so that it moves at last.
        at_high = np.where(open_cases & below & (side == -1), 0.5 * at_high, at_high)
        at_low = np.where(open_cases & ~below & (side == 1), 0.5 * at_low, at_low)
        low, at_low = (
            np.where(open_cases & below, premium, low),
            np.where(open_cases & below, here, at_low),
        )
        high = np.where(open_cases & ~below, premium, high)
        at_high = np.where(open_cases & ~below, here, at_high)
        side = np.where(below, -1, 1)
        open_cases = open_cases & ~done
    return premium


def no_certification(cases: int, mines: int, users: int) -> Certification:
    """Return a regime in which nobody is certified and nobody is bound."""
    return Certification(
        certified=np.zeros((cases, mines)),
        bound=np.zeros((cases, users)),
        cost=np.zeros((cases, 1)),
        fraud_share=np.zeros((cases, 1)),
        fraud_cost=np.zeros((cases, 1)),
        premium=np.zeros((cases, 1)),
    )
