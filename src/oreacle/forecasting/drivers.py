"""Why a probability is what it is, in words.

Does      Turns contributions to log-odds into short reasons.
Units     Log-odds against the average unit of the fitting rows.
Method    For log-odds that are linear in the features the contributions are the Shapley shares.
Assumes   Terms are those of the fitted models.
Not here  The contributions: see `oreacle.relations.model`.
"""

from __future__ import annotations

import numpy as np

from oreacle.forecasting.outlook import Driver

WORDS = {
    "largest_share": ("dominates a supply", "holds no dominant supply"),
    "strongholds": ("strong in many minerals", "strong in few minerals"),
    "refining_gap": ("mines more than it refines", "refines what it mines"),
    "price_momentum": ("prices of its minerals rose", "prices of its minerals fell"),
    "stability": ("politically stable", "politically unstable"),
    "customer_distance": ("votes unlike its customers", "votes like its customers"),
    "own_acts": ("restricted before", "has not restricted lately"),
    "world_acts": ("others restricted last year", "few others restricted last year"),
    "log_gdp": ("large economy", "small economy"),
    "demand_log_gdp": ("demand side is a large economy", "demand side is a smaller economy"),
    "partner_log_share": ("partner is a large supplier", "partner is a small supplier"),
    "top_supplier_share": ("demand side leans on one supplier", "demand side is diversified"),
    "partner_alternative": (
        "partner can stand in for the top supplier",
        "partner cannot stand in for the top supplier",
    ),
    "ideal_distance": ("the two vote differently", "the two vote alike"),
    "log_distance": ("far apart", "near each other"),
    "alliance": ("allied", "not allied"),
    "trade_agreement": ("share a trade agreement", "share no trade agreement"),
    "partner_stability": ("partner is stable", "partner is unstable"),
    "pair_agreements": ("agreed before", "no agreement yet"),
    "demand_agreements": ("demand side signs often", "demand side signs seldom"),
    "restricted_supply": (
        "supplies it buys were restricted",
        "supplies it buys were not restricted",
    ),
    "log_share": ("large share of this supply", "small share of this supply"),
    "concentration": ("concentrated market", "spread market"),
    "price_change_1": ("price rose last year", "price fell last year"),
    "price_change_3": ("price rose over three years", "price fell over three years"),
    "past_own": ("restricted this mineral before", "never restricted this mineral lately"),
    "by_product": ("by-product", "mined for itself"),
    "refined_link": ("refined product", "ore"),
}
"""Words for a feature above and below its mean on the fitting rows."""


def drivers(
    terms: tuple[str, ...],
    contributions: np.ndarray,
    standardised: np.ndarray,
    *,
    count: int = 3,
) -> tuple[Driver, ...]:
    """Return the largest contributions, strongest first.

    Parameters
    ----------
    terms
        Names of the features.
    contributions
        Shares of the log-odds, shape (term,) [log-odds].
    standardised
        Features in standard deviations from their mean, shape (term,): decides the wording.
    count
        How many to return.

    Examples
    --------
    >>> found = drivers(("log_gdp", "stability"), np.array([0.2, -1.0]), np.array([1.0, 2.0]))
    >>> [driver.words for driver in found]
    ['politically stable', 'large economy']
    """
    order = np.argsort(-np.abs(contributions), kind="stable")[:count]
    return tuple(
        Driver(terms[k], _words(terms[k], float(standardised[k])), float(contributions[k]))
        for k in order
        if abs(contributions[k]) > 0
    )


def _words(term: str, value: float) -> str:
    high, low = WORDS.get(term, (f"{term} is high", f"{term} is low"))
    return high if value >= 0 else low
