"""Rules that divide less than is needed.

Does      Divides a supply over claims by a rule, and says what a claim that is cut is worth.
Units     t/yr; USD/t; USD/yr.
Method    Pro rata: each claim gets the same share of its need. In order: claims of the first tier
          get their need before any of the next gets anything, pro rata within a tier. Price: one
          price at which the claims' use adds up to the supply (a root of a falling function, by
          bisection). The value of what a claim loses is the integral of its inverse demand from
          what it gets to what it needs: P0 d - P q + the integral of D over P from P0 to P.
Assumes   A need is use at base prices; nobody uses more than its need.
Not here  Who claims: see `oreacle.market.stress.sharing`.
"""

from __future__ import annotations

import numpy as np

from oreacle.core.errors import MarketError
from oreacle.core.labels import suggestion
from oreacle.market.curves import DemandCurve

PRICE, PRO_RATA, ALLIES_FIRST, DEFENCE_FIRST = "price", "pro rata", "allies first", "defence first"
RULES = (PRICE, PRO_RATA, ALLIES_FIRST, DEFENCE_FIRST)
STEPS = 200
NODES, WEIGHTS = np.polynomial.legendre.leggauss(32)


def check_rule(rule: str) -> str:
    """Return the name of a rule, written with blanks.

    Raises
    ------
    MarketError
        ORE-MKT-060 if there is no such rule.

    Examples
    --------
    >>> check_rule("Defence_first")
    'defence first'
    """
    name = rule.strip().lower().replace("_", " ").replace("-", " ")
    if name in RULES:
        return name
    raise MarketError(
        "ORE-MKT-060",
        f"unknown rule of sharing '{rule}'.",
        why="a shortage would be divided by nobody's rule.",
        fix=f"{suggestion(name, RULES)} Rules are {', '.join(RULES)}.".strip(),
    )


def in_order(need: np.ndarray, supply: float, tier: np.ndarray) -> np.ndarray:
    """Return what claims get when lower tiers come first, pro rata within a tier.

    Parameters
    ----------
    need
        Claims, shape (claim,) [t/yr].
    supply
        What there is [t/yr].
    tier
        Rank of each claim, shape (claim,); one rank for all is pro rata.

    Examples
    --------
    >>> in_order(np.array([20.0, 60.0, 40.0]), 100.0, np.array([0, 1, 1])).tolist()
    [20.0, 48.0, 32.0]
    """
    got, left = np.zeros(need.shape), min(float(supply), float(need.sum()))
    for rank in np.unique(tier):
        own = tier == rank
        asked = float(need[own].sum())
        share = min(1.0, left / asked) if asked > 0.0 else 0.0
        got[own] = need[own] * share
        left = max(left - asked, 0.0)
    return got


def at_one_price(curve: DemandCurve, need: np.ndarray, supply: float) -> tuple[np.ndarray, float]:
    """Return what claims use at the one price at which they use the supply, and its log over base.

    Parameters
    ----------
    curve
        Demand by group; `shares` is not used.
    need
        Use at base prices by member and group, shape (member, group) [t/yr].
    supply
        What there is [t/yr].
    """
    low, high = 0.0, float(curve.log_choke.max())
    if supply >= need.sum():
        return need.copy(), 0.0
    for _ in range(STEPS):
        middle = 0.5 * (low + high)
        if use_at(curve, need, middle).sum() > supply:
            low = middle
        else:
            high = middle
    used = use_at(curve, need, high)
    total = float(used.sum())
    # At the choke of the last group use may drop below the supply at once: it is divided as used.
    return (used * (supply / total) if total > 0.0 else used), high


def use_at(curve: DemandCurve, need: np.ndarray, log_price: float) -> np.ndarray:
    """Return use of claims at a log price over base, shape of `need` [t/yr]."""
    unit = _unit(curve)
    each = unit.by_group(np.ones(1), np.array([log_price]))[0][0]
    return np.asarray(need * each)


def value_lost(curve: DemandCurve, need: np.ndarray, got: np.ndarray, price: float) -> np.ndarray:
    """Return the value of the use that claims lose, shape of `need` [USD/yr].

    Parameters
    ----------
    curve
        Demand by group.
    need, got
        Use at base prices and what claims get, shape (member, group) [t/yr].
    price
        Base price [USD/t].
    """
    share = np.divide(got, need, out=np.ones(need.shape), where=need > 0.0)
    log_price = _price_of_share(curve, np.clip(share, 0.0, 1.0))
    paid = np.exp(log_price)
    area = np.zeros(need.shape)
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        at = log_price * (node + 1.0) / 2.0
        area += weight * _share_at(curve, at) * np.exp(at)
    area *= log_price / 2.0
    return np.asarray(price * need * (1.0 - paid * share + area))


def _price_of_share(curve: DemandCurve, share: np.ndarray) -> np.ndarray:
    """Return the log price at which groups use a share of their need, shape (member, group)."""
    low, high = np.zeros(share.shape), np.broadcast_to(curve.log_choke, share.shape).copy()
    for _ in range(STEPS):
        middle = 0.5 * (low + high)
        is_more = _share_at(curve, middle) > share
        low, high = np.where(is_more, middle, low), np.where(is_more, high, middle)
    return np.where(share >= 1.0, 0.0, high)


def _share_at(curve: DemandCurve, log_price: np.ndarray) -> np.ndarray:
    """Return use over need of each group at its own log price, shape (member, group) [1]."""
    unit = _unit(curve)
    found = np.empty(log_price.shape)
    for group in range(log_price.shape[1]):
        column = unit.by_group(np.ones(len(log_price)), log_price[:, group])[0]
        found[:, group] = column[:, group]
    return found


def _unit(curve: DemandCurve) -> DemandCurve:
    return DemandCurve(
        curve.elasticity,
        curve.log_choke,
        curve.width,
        np.ones(len(curve.elasticity)),
        curve.sectors,
    )
