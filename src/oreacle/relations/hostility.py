"""How likely one side answers, given what the two have done to each other.

Does      Gives the lasting hostility of one pair, and the probability of an answer with and
          without a new act.
Units     Months; probabilities.
Method    Posterior of `u` and `v` of `.excitation` on its grid, given all acts of the pair. In h
          months the answering side makes Poisson acts with mean `w exp(a) level h`, plus what
          past acts still call forth, plus (after a new act) `cross (1 - 2^(-h / half_life))`.
Assumes   Months are the periods of the fit. Only direct answers to the new act count: what its
          own repeats call forth is left out. Intervals: hostility for the base; cross branching
          at its ends for what is added; both at once for the sum, which is wider than 90 %. The
          levels of class and years, the spreads and the half-life are taken as known.
Not here  Expected ladders: see `.escalation`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from oreacle.relations.escalation import Branching
from oreacle.relations.excitation import ExcitationFit
from oreacle.relations.excitation_likelihood import LOG_WEIGHTS, log_hostility
from oreacle.relations.excitation_memory import DyadActs, kernel_memory
from oreacle.relations.retaliation import Estimate


@dataclass(frozen=True)
class AnswerOutlook:
    """Probability that the target acts on the imposer.

    Attributes
    ----------
    months
        Horizon [month].
    after, without
        After a new act now, and without it [1].
    added
        The one less the other [1].
    """

    months: int
    after: Estimate
    without: Estimate
    added: Estimate


def hostility_of(acts: DyadActs, fit: ExcitationFit, pair: int) -> tuple[np.ndarray, np.ndarray]:
    """Return hostility on the grid, and its posterior weights for the two sides of a pair.

    Returns
    -------
    ndarray (node, node)
        `u v` [1].
    ndarray (side, node, node)
        Weights that sum to one, for directions `2 pair` and `2 pair + 1`.
    """
    w = np.exp(log_hostility(fit.pair_spread, fit.side_spread))
    periods = np.bincount(acts.year_of).astype(float)
    live = float(periods @ np.exp(fit.year_level))
    sides = []
    for direction in (2 * pair, 2 * pair + 1):
        level = float(fit.class_level[acts.class_of[direction]])
        logs = -w * np.exp(level) * live
        inside = (acts.direction == direction) & (acts.first >= acts.start)
        for act in np.flatnonzero(inside & (acts.last < acts.end)):
            at = np.arange(acts.first[act], acts.last[act] + 1)
            fed = sum(
                share * kernel_memory(_ends(acts, side), at, fit.half_life).mean()
                for share, side in ((fit.own, direction), (fit.cross, direction ^ 1))
            )
            year = acts.year_of[acts.first[act] - acts.start]
            logs = logs + np.log(w * np.exp(level + fit.year_level[year]) + fed)
        sides.append(logs + LOG_WEIGHTS[None, :])
    given = [logsumexp(one, axis=1) for one in sides]
    on_u = np.exp(given[0] + given[1] + LOG_WEIGHTS - logsumexp(given[0] + given[1] + LOG_WEIGHTS))
    weights = [
        on_u[:, None] * np.exp(one - of_u[:, None]) for one, of_u in zip(sides, given, strict=True)
    ]
    return w, np.stack(weights)


def _ends(acts: DyadActs, direction: int) -> np.ndarray:
    return np.asarray(acts.last[(acts.direction == direction) & (acts.last < acts.end)])


def answer_outlook(
    acts: DyadActs,
    fit: ExcitationFit,
    branching: Branching,
    direction: int,
    months: int,
    level_years: int = 10,
) -> AnswerOutlook:
    """Return the probability that the target of `direction` acts on its imposer.

    Parameters
    ----------
    acts
        Of all dyads, by month.
    fit, branching
        As measured.
    direction
        Of the new act.
    months
        Horizon.
    level_years
        Last years whose mean level holds in the months ahead: no trend is carried on.
    """
    answering = direction ^ 1
    w, weights = hostility_of(acts, fit, direction // 2)
    mine = weights[answering % 2]
    level = float(np.exp(fit.year_level[-level_years:]).mean())
    quiet = w * np.exp(fit.class_level[acts.class_of[answering]]) * level * months
    quiet = quiet + _left(acts, fit, answering, months)
    reach = 1.0 - 0.5 ** (months / fit.half_life)
    low, high = branching.cross_interval
    bare, mass = _some(quiet), mine.ravel()
    hit = [_some(quiet + cross * reach) for cross in (branching.cross, low, high)]
    base = float(mass @ bare)
    return AnswerOutlook(
        months=months,
        after=Estimate(
            float(mass @ hit[0]), _quantile(hit[1], mass, 0.05), _quantile(hit[2], mass, 0.95)
        ),
        without=Estimate(base, _quantile(bare, mass, 0.05), _quantile(bare, mass, 0.95)),
        added=Estimate(*(float(mass @ one) - base for one in hit)),
    )


def _quantile(values: np.ndarray, mass: np.ndarray, share: float) -> float:
    """Return a weighted quantile."""
    order = np.argsort(values)
    spot = int(np.searchsorted(np.cumsum(mass[order]), share))
    return float(values[order][min(spot, len(values) - 1)])


def _left(acts: DyadActs, fit: ExcitationFit, direction: int, months: int) -> float:
    """Return the acts of a direction that past acts still call forth within months."""
    ahead = np.arange(acts.end, acts.end + months)
    return float(
        sum(
            share * kernel_memory(_ends(acts, side), ahead, fit.half_life).sum()
            for share, side in ((fit.own, direction), (fit.cross, direction ^ 1))
        )
    )


def _some(expected: np.ndarray) -> np.ndarray:
    """Return the probability of at least one act, flat."""
    return np.asarray(-np.expm1(-expected)).ravel()
