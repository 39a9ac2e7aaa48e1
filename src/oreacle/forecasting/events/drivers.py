"""Why a probability is what it is: Shapley shares of its log-odds, in words.

Does      Splits the log-odds of a unit, less those of the average unit, among its features and
          the effects of its actor, partner or mineral.
Units     Log-odds.
Method    Shapley values (Shapley 1953). For log-odds that are a sum of terms they are the terms;
          for act times scope they are averaged over orders in which terms move from the average
          unit to this one: 64 random orders of a fixed stream, each also reversed, so that the
          shares add up exactly.
Assumes   The other links of the actor are as they are; the level of the year is nobody's share.
Not here  The features: see `oreacle.engine.acts`.

References
----------
Shapley, L. S. (1953). A value for n-person games. Contributions to the Theory of Games 2,
307-317.
Castro, J., Gomez, D. and Tejada, J. (2009). Polynomial calculation of the Shapley value based on
sampling. Computers and Operations Research 36(5), 1726-1730.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.engine.acts.feature import OTHER, OWN
from oreacle.engine.acts.units import feature_of
from oreacle.forecasting.outlook import Driver
from oreacle.relations.logistic import sigmoid

ORDERS = 64
SEED = 1953
EFFECT = "effect."
EFFECT_WORDS = {
    "actor": ("did so more often than these features say", "did so less often than they say"),
    "first": (
        "first party does so more often than these features say",
        "first party does so less often than they say",
    ),
    "second": (
        "second party is chosen more often than these features say",
        "second party is chosen less often than they say",
    ),
    "mineral": (
        "the mineral is restricted more often than these features say",
        "the mineral is restricted less often than they say",
    ),
    "link_actor": ("its acts cover more than others' do", "its acts cover less than others' do"),
}
SIDES = {OWN: "first party: ", OTHER: "second party: "}


@dataclass(frozen=True)
class Share:
    """What one term adds to the log-odds.

    Attributes
    ----------
    term
        Feature, or ``effect.`` and the group.
    log_odds
        Against the average unit [log-odds].
    is_high
        True if the unit lies above the average in it.
    """

    term: str
    log_odds: float
    is_high: bool


def shapley_of_product(
    act: np.ndarray, scope: np.ndarray, level: tuple[float, float], held: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the Shapley shares of the log-odds of act times scope.

    Parameters
    ----------
    act, scope
        What each term adds to the log-odds of the act, and to those of covering the link, shape
        (term,) [log-odds].
    level
        Log-odds of act and scope of the average unit [log-odds].
    held
        What stays as it is: the probability that none of the actor's other links is covered, and
        the share of acts that cover any link at risk [1].
    """
    others, reach = held

    def value(in_act: np.ndarray, in_scope: np.ndarray) -> np.ndarray:
        chance = sigmoid(level[0] + in_act)
        covered = sigmoid(level[1] + in_scope)
        some = covered * others + (1.0 - others)
        both = reach * chance * covered / some
        return np.asarray(np.log(both) - np.log1p(-both))

    terms = len(act) + len(scope)
    rng = np.random.default_rng(SEED)
    shares = np.zeros(terms)
    each = np.concatenate([act, scope])
    is_act = np.arange(terms) < len(act)
    orders = np.array([rng.permutation(terms) for _ in range(ORDERS)])
    paths = np.concatenate([orders, orders[:, ::-1]])
    moved = np.pad(each[paths], ((0, 0), (1, 0)))
    of_act = np.pad(is_act[paths], ((0, 0), (1, 0)))
    sums = [np.cumsum(np.where(of_act == k, moved, 0.0), axis=1) for k in (True, False)]
    np.add.at(shares, paths, np.diff(value(sums[0], sums[1]), axis=1))
    shares /= 2.0 * ORDERS
    return shares[: len(act)], shares[len(act) :]


def drivers(shares: Sequence[Share], *, count: int = 3) -> tuple[Driver, ...]:
    """Return the largest shares as reasons, strongest first.

    Parameters
    ----------
    shares
        Shares of the log-odds.
    count
        How many to return.

    Examples
    --------
    >>> found = drivers([Share("log_gdp", 0.2, True), Share("stability", -1.0, True)])
    >>> [driver.words for driver in found]
    ['politically stable', 'large economy']
    """
    order = sorted(shares, key=lambda one: -abs(one.log_odds))[:count]
    return tuple(
        Driver(one.term, term_words(one.term, is_high=one.is_high), one.log_odds)
        for one in order
        if one.log_odds != 0.0
    )


def term_words(term: str, *, is_high: bool) -> str:
    """Return words for a term above or below the average.

    Examples
    --------
    >>> term_words("other.stability", is_high=False)
    'second party: politically unstable'
    """
    if term.startswith(EFFECT):
        high, low = EFFECT_WORDS[term.removeprefix(EFFECT)]
        return high if is_high else low
    feature = feature_of(term)
    side = next((words for mark, words in SIDES.items() if term.startswith(mark)), "")
    return side + (feature.high if is_high else feature.low)


def terms_of(
    terms: Sequence[str], contributions: np.ndarray, standardised: np.ndarray
) -> list[Share]:
    """Return the shares of features from contributions and standardised values, (term,) each."""
    return [
        Share(term, float(contributions[k]), bool(standardised[k] >= 0.0))
        for k, term in enumerate(terms)
    ]
