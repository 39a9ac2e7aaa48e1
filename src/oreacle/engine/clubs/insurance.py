"""Insurance pool: members cover each other's losses and need less capital for it together.

Does      Returns premiums, payouts and capital costs of a pool over the draws, and its ruin.
Units     USD/yr; probabilities [1].
Method    Each member is paid a stated share of its loss, for its expected value as premium. What
          stands behind it is capital for the conditional value at risk of covered losses above
          premiums, which is smaller for the sum than for the parts (Artzner et al. 1999,
          subadditivity); where losses exceed premiums and capital the pool is short and pays all
          alike. A member alone holds its own capital. The value of a pool is what it saves on
          capital less its running cost; before that cost its game has a core (Denault 2001,
          proposition 4), with it the core may be empty: who stays alone does not pay it.
Assumes   Losses are those without a club; a member without a pool holds capital for its own losses;
          the pool is a mutual, so that payouts move money among members alone.
Not here  What insurance does to investment: see `oreacle.engine`.

References
----------
Artzner, P., Delbaen, F., Eber, J.-M., and Heath, D. (1999). Coherent measures of risk.
Mathematical Finance 9(3), 203-228.
Denault, M. (2001). Coherent allocation of risk capital. Journal of Risk 4(1), 1-34.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.engine.clubs.terms import ClubTerms

ROUNDING = 1e-9
"""Excess of losses over what a pool has that is the error of sums [1]."""


@dataclass(frozen=True)
class Pool:
    """What a pool does to its members.

    Attributes
    ----------
    money
        What a member gets over holding capital for its own losses: payout less its part of all
        payouts, capital saved less costs, shape (draw, member) [USD/yr].
    spread
        Deviation by draw of the estimate of the joint gain, whose expected value is zero, shape
        (draw,) [USD/yr]: it carries the error of capital, which no single draw shows.
    capital, capital_alone
        Capital of the pool, and of members that each insure themselves [USD].
    ruin
        Probability that the pool is short in a year [1].
    """

    money: np.ndarray
    spread: np.ndarray
    capital: float
    capital_alone: float
    ruin: float


def tail_mean(loss: np.ndarray, weight: np.ndarray, level: float) -> np.ndarray:
    """Return the conditional value at risk: the mean of the worst 1 - level, shape (...).

    Parameters
    ----------
    loss
        Losses, shape (draw, ...) [USD/yr].
    weight
        Probabilities of the draws, shape (draw,).
    level
        Share of years that are better [1].

    References
    ----------
    Rockafellar, R. T., and Uryasev, S. (2002). Conditional value-at-risk for general loss
    distributions. Journal of Banking & Finance 26(7), 1443-1471, definition 3.

    Examples
    --------
    >>> float(tail_mean(np.array([0.0, 0.0, 10.0, 20.0]), np.full(4, 0.25), 0.5))
    15.0
    """
    order = np.argsort(-loss, axis=0, kind="stable")
    worst = np.take_along_axis(loss, order, axis=0)
    mass = weight[order]
    tail = 1.0 - level
    before = np.cumsum(mass, axis=0) - mass
    part = np.clip(tail - before, 0.0, mass)
    return np.asarray((part * worst).sum(axis=0) / tail)


def insurance_pool(loss: np.ndarray, weight: np.ndarray, terms: ClubTerms) -> Pool:
    """Return what a pool of these members does.

    Parameters
    ----------
    loss
        Losses of members, shape (draw, member), none negative [USD/yr].
    weight
        Probabilities of the draws, shape (draw,).
    terms
        Terms of clubs.
    """
    covered = terms.cover_share * loss
    premium = weight @ covered
    alone = np.maximum(tail_mean(covered, weight, terms.tail_level) - premium, 0.0)
    total = covered.sum(axis=1)
    together = float(tail_mean(total, weight, terms.tail_level) - premium.sum())
    together = max(together, 0.0)
    funds = premium.sum() + together
    paid = np.divide(np.minimum(total, funds), total, out=np.ones_like(total), where=total > 0.0)
    saved = terms.capital_cost * alone
    # By the capital that each would need alone: then nobody pays more than it saves on capital.
    key = alone if alone.sum() > 0.0 else premium
    share = key / max(float(key.sum()), 1e-300)
    cost = (terms.capital_cost * together + terms.pool_cost * premium.sum()) * share
    if loss.shape[1] == 1:
        lone = float(alone.sum())
        return Pool(np.zeros_like(loss), np.zeros(len(loss)), lone, lone, 0.0)
    # Capital for a tail of equal losses is just enough: rounding makes no pool short.
    short = total > funds * (1.0 + ROUNDING)
    payout = covered * paid[:, None]
    # A mutual: members bear all payouts together, each by the expected value of its own.
    expected = weight @ payout
    part = expected / max(float(expected.sum()), 1e-300)
    money = payout - payout.sum(axis=1)[:, None] * part - cost + saved
    charge = _capital(covered, weight, terms.tail_level).sum(axis=1)
    charge -= _capital(total[:, None], weight, terms.tail_level)[:, 0]
    estimate = terms.capital_cost * charge - terms.pool_cost * total
    spread = estimate - weight @ estimate
    return Pool(money, spread, together, float(alone.sum()), float(weight[short].sum()))


def _capital(covered: np.ndarray, weight: np.ndarray, level: float) -> np.ndarray:
    """Return capital by draw, whose expected value is the capital, shape (draw, member) [USD].

    q + (L - q)+ / (1 - level) - L with q the quantile (Rockafellar and Uryasev 2002, theorem 10).
    """
    order = np.argsort(covered, axis=0, kind="stable")
    below = np.cumsum(weight[order], axis=0)
    at = np.minimum((below < level - ROUNDING).sum(axis=0), len(weight) - 1)
    quantile = np.take_along_axis(covered, order, axis=0)[at, np.arange(covered.shape[1])]
    return np.asarray(quantile + np.maximum(covered - quantile, 0.0) / (1.0 - level) - covered)
