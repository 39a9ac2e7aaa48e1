"""Whether settlements and common institutions shorten ladders: the cases, counted first.

Does      Counts the cases; compares what follows them where there are ten or more.
Units     Cases; shares of windows of 24 months.
Method    Settlement case: an event `dispute_settlement` of two actors, one of which acted on the
          other in the 24 months before. Institution case: an act on a named target with which the
          imposer shares a club that has rules between them (customs union, trade bloc, minerals
          club), its window complete, against acts on others. With ten cases or more: difference
          of the shares followed by an act of the target on the imposer, Bayesian bootstrap over
          pairs and years. With fewer: the prior alone.
Assumes   A club of the country's actor counts for the actor. The prior is that a settlement or an
          institution leaves between none and all of the answers: nothing is known of where.
Not here  Retaliation over all acts: see `oreacle.relations.retaliation`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from oreacle.data.codes import EUROPEAN_UNION
from oreacle.engine.acts.coding import parties
from oreacle.forecasting.escalation.acts import RivalActs
from oreacle.relations.bootstrap import cluster_weights
from oreacle.relations.retaliation import FEWEST, Estimate
from oreacle.world.institutions import Institutions, load_institutions
from oreacle.world.periods import read_period

RULED_KINDS = ("customs union", "trade bloc", "minerals club")
WINDOW_DAYS = 730
PRIOR = Estimate(0.5, 0.05, 0.95)
"""Share of answers that is left: uniform between none and all, its mean and 90 % interval."""
PRIOR_ONLY, MEASURED = "prior only", "measured"


@dataclass(frozen=True)
class Calming:
    """What a kind of crisis management does to answers.

    Attributes
    ----------
    instrument
        ``settlement`` or ``institution``.
    cases, answered
        Windows with it, and those followed by an act of the target.
    difference
        Share followed with it less without it [1]; None with fewer than ten cases.
    left
        Share of answers that is left: the prior, unless measured.
    status
        ``prior only`` or ``measured``.
    """

    instrument: str
    cases: int
    answered: int
    difference: Estimate | None
    left: Estimate
    status: str


def settlements(
    events: pd.DataFrame,
    countries: pd.DataFrame,
    acts: RivalActs,
    institutions: Institutions | None = None,
) -> Calming:
    """Return what followed settlements between two actors that had acted on each other.

    An answer here is an act of either on the other in the 24 months after. Clubs are those of
    `institutions`; None for the tables in use.
    """
    clubs = institutions or load_institutions()
    actor_of = dict(zip(countries["country"], countries["actor"], strict=True))
    cases = answered = 0
    for event in events[events["kind"] == "dispute_settlement"].itertuples():
        period = read_period(str(event.date))
        names = parties(f"{event.actors};{event.targets}", actor_of, clubs, str(event.date))
        for k, one in enumerate(names):
            for other in names[k + 1 :]:
                inside = np.isin(acts.imposer, (one, other)) & np.isin(acts.target, (one, other))
                before = period.first.toordinal() - acts.last[inside]
                after = acts.first[inside] - period.last.toordinal()
                if ((before > 0) & (before <= WINDOW_DAYS)).any():
                    cases += 1
                    answered += bool(((after > 0) & (after <= WINDOW_DAYS)).any())
    return Calming("settlement", cases, answered, None, PRIOR, PRIOR_ONLY)


def common_institutions(
    acts: RivalActs,
    institutions: Institutions,
    window: tuple[int, int],
    *,
    draws: int,
    rng: np.random.Generator,
) -> Calming:
    """Return how often acts inside a common institution were answered, against others.

    Parameters
    ----------
    window
        First day of the record and first day after it, as ordinals.
    """
    complete = (acts.first >= window[0]) & (acts.last + WINDOW_DAYS < window[1])
    chosen = np.flatnonzero(complete)
    inside = np.array([_share_rules(acts, int(k), institutions) for k in chosen], dtype=bool)
    answered = np.array([_answered(acts, int(k)) for k in chosen], dtype=float)
    cases = int(inside.sum())
    if cases < FEWEST or cases > len(chosen) - FEWEST:
        return Calming("institution", cases, int(answered[inside].sum()), None, PRIOR, PRIOR_ONLY)
    pairs = np.array(["-".join(sorted((acts.imposer[k], acts.target[k]))) for k in chosen])
    years = np.array([date.fromordinal(int(acts.first[k])).year for k in chosen])

    def gap(weights: np.ndarray) -> float:
        means = [np.average(answered[side], weights=weights[side]) for side in (inside, ~inside)]
        return float(means[0] - means[1])

    drawn = [gap(cluster_weights([pairs, years], rng=rng)) for _ in range(draws)]
    low, high = np.quantile(drawn, (0.05, 0.95))
    difference = Estimate(gap(np.ones(len(chosen))), float(low), float(high))
    count = int(answered[inside].sum())
    return Calming("institution", cases, count, difference, PRIOR, MEASURED)


def _share_rules(acts: RivalActs, act: int, institutions: Institutions) -> bool:
    day = date.fromordinal(int(acts.first[act]))
    one, other = (
        {
            club
            for club in _clubs(str(name), institutions, day)
            if institutions.club(club).kind in RULED_KINDS
        }
        for name in (acts.imposer[act], acts.target[act])
    )
    return bool(one & other)


def _clubs(actor: str, institutions: Institutions, day: date) -> set[str]:
    """Return the clubs of an actor on a day; those of the Union are the ones it joined itself."""
    if actor == EUROPEAN_UNION:
        return {
            spell.club
            for spell in institutions.memberships
            if spell.country == EUROPEAN_UNION and spell.held_in(day)
        }
    return set(institutions.clubs_of(actor, day))


def _answered(acts: RivalActs, act: int) -> bool:
    reverse = (acts.imposer == acts.target[act]) & (acts.target == acts.imposer[act])
    gap = acts.first - acts.last[act]
    return bool((reverse & (gap > 0) & (gap <= WINDOW_DAYS)).any())
