"""What is known of the risk of places, and the state and parameters of cost of capital.

Does      Holds published premiums and usual rates by place, and the premiums of a year.
Units     Premiums and rates [1/yr].
Method    Rates of conflict by hazard class, of default by premium, of acts from the past.
Assumes   Half of the rate of the class low where the class is none.
Not here  What happens in a year: see `.events`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.engine.mechanisms.fading import fading
from oreacle.engine.mechanisms.places import Places, acts_at, known_facts, make_places
from oreacle.engine.setting import Setting

PAST_YEARS = 15
"""Years of the past from which the usual rate of seizures and restrictions is taken [yr]."""


@dataclass(frozen=True)
class FinanceParameters:
    """Parameters of cost of capital and insurance; see `assumed/mechanism_finance.csv`."""

    base_cost: float
    semi_elasticity: float
    capital_share: float
    conflict_rate_low: float
    conflict_rate_medium: float
    conflict_rate_high: float
    conflict_rate_very_high: float
    conflict_premium: float
    default_premium: float
    default_share: float
    premium_half_life: float
    seizure_premium: float
    restriction_premium: float
    seizure_half_life: float
    seizure_standing: float
    pool_capital: float
    pool_added: float
    pool_leverage: float
    pool_threshold: float
    pool_take_up: float
    cover_share: float
    premium_loading: float
    conflict_claim: float
    seizure_claim: float
    club_cover: float
    mine_capital: float


@dataclass(frozen=True)
class FinanceFacts:
    """What is known of places before the first year.

    Attributes
    ----------
    places
        Countries.
    premium
        Published country risk premium, NaN where there is none, shape (place,) [1/yr].
    conflict, default, seizure, restriction
        Usual yearly chances, 0 where no class or premium is known, shape (place,) [1/yr].
    """

    places: Places
    premium: np.ndarray
    conflict: np.ndarray
    default: np.ndarray
    seizure: np.ndarray
    restriction: np.ndarray


@dataclass(frozen=True)
class FinancePiece:
    """Premiums and pool at the start of a year.

    Attributes
    ----------
    troubled, seized
        Added to the premium by conflicts and defaults, and by acts, shape (member, place) [1/yr].
    relief
        What cover took off the cost of capital in the base year, shape (member, place) [1/yr].
    capital
        Of the pool, shape (member,) [USD]; 0 once it is ruined.
    """

    troubled: np.ndarray
    seized: np.ndarray
    relief: np.ndarray
    capital: np.ndarray


def usual_level(rate: np.ndarray, size: float, kept: float) -> np.ndarray:
    """Return the mean of what events at a rate add while it fades, r s / (1 - k) [1/yr].

    Examples
    --------
    >>> float(usual_level(np.array(0.1), 0.04, 0.5))
    0.008
    """
    return np.asarray(rate * size / (1.0 - kept))


def make_facts(setting: Setting, p: FinanceParameters) -> FinanceFacts:
    """Return what is known of places."""
    places, known = make_places(setting), setting.world.jurisdictions

    def premium_of(country: str) -> float | None:
        fact = known.fact(country, "country_risk_premium")
        return None if fact is None else fact.value

    rates = {
        "none": 0.5 * p.conflict_rate_low,
        "low": p.conflict_rate_low,
        "low-medium": 0.5 * (p.conflict_rate_low + p.conflict_rate_medium),
        "medium": p.conflict_rate_medium,
        "medium-high": 0.5 * (p.conflict_rate_medium + p.conflict_rate_high),
        "high": p.conflict_rate_high,
        "very high": p.conflict_rate_very_high,
    }

    def conflict_of(country: str) -> float | None:
        hazard = known.hazard(country, "conflict_unrest")
        return None if hazard is None else rates.get(hazard.level)

    premium = known_facts(places, premium_of)
    past = setting.acts.by_class
    often = {
        name: past[name][-PAST_YEARS:].mean(axis=0)[None] for name in ("control", "restriction")
    }
    return FinanceFacts(
        places,
        premium,
        np.nan_to_num(known_facts(places, conflict_of)),
        np.nan_to_num(premium) * p.default_share,
        acts_at(places, often["control"])[0],
        acts_at(places, often["restriction"])[0],
    )


def usual(facts: FinanceFacts, p: FinanceParameters) -> tuple[np.ndarray, np.ndarray]:
    """Return the means of what conflicts and defaults, and acts, add, shape (place,) [1/yr]."""
    kept, held = fading(p.premium_half_life), fading(p.seizure_half_life)
    troubled = usual_level(facts.conflict, p.conflict_premium, kept)
    troubled = troubled + usual_level(facts.default, p.default_premium, kept)
    seized = usual_level(facts.seizure, p.seizure_premium, held)
    return troubled, seized + usual_level(facts.restriction, p.restriction_premium, held)
