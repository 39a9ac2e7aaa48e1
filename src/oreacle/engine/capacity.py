"""Capacity of mines and refineries: what is in the queue, what is started, what closes.

Does      Moves capacity one year: completions, closures, new starts with random lead times.
Units     Multiples of base-year capacity [1]; years.
Method    Starts follow expected demand growth plus a response to the expected price that would
          halve a price gap in a stated time (MODEL: dynamics, capacity: entry pulls the price
          to long-run cost).
Assumes   Countries add capacity in proportion to what they have, with a drift whose size is
          measured on past shares; the queue at the start matches the published demand path.
Not here  What risk, tax, permits and reserves say to investors: see `oreacle.engine.mechanisms`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.engine.mechanisms.investment import NO_TERMS, InvestmentTerms
from oreacle.engine.settings import EngineSettings

LARGE_SHARE = 0.1
"""Share from which a producer's drift is measured [1]: small producers jump for reasons of their
own and weigh little in the market."""
QUEUE_YEARS = 12
"""Longest lead time that the queue can hold [yr]."""


@dataclass(frozen=True)
class Fleet:
    """Capacity of one stage of one mineral for a block of members.

    Attributes
    ----------
    level
        Capacity over base, shape (member, node) [1].
    queue
        Capacity that completes in 1, 2, ... years, shape (member, node, year ahead) [1].
    expected_price
        Log price (mines) or relative margin (refineries) that investors expect, shape
        (member, node) [1].
    """

    level: np.ndarray
    queue: np.ndarray
    expected_price: np.ndarray


def first_fleet(members: int, nodes: int, growth: np.ndarray, lead: int) -> Fleet:
    """Return the fleet of the first year: what expected demand needs, and a queue to match.

    Parameters
    ----------
    growth
        Expected demand over base from the first year on, shape (year,) [1]; the queue holds
        what completes before a project started in that year could.
    lead
        Lead time of a project [yr].
    """
    queue = np.zeros((members, nodes, QUEUE_YEARS))
    reached = np.maximum.accumulate(np.concatenate([[1.0], growth]))
    for ahead in range(min(lead - 1, growth.size - 1)):
        queue[:, :, ahead] = reached[ahead + 2] - reached[ahead + 1]
    return Fleet(np.full((members, nodes), reached[1]), queue, np.zeros((members, nodes)))


def lead_years(published: float, settings: EngineSettings) -> float:
    """Return the development time of a mine in the queue [yr]."""
    years = published * settings.development_share
    return float(np.clip(years, settings.development_years_low, settings.development_years_high))


def entry_rate(elasticity: float, settings: EngineSettings) -> float:
    """Return the yearly response of capacity to the expected log price [1/yr].

    With capacity entering at rate k times the price gap and the price moving by 1/e per unit of
    capacity, the gap halves in ln 2 e / k years.
    """
    return float(np.log(2.0) * elasticity / settings.entry_half_life_years)


@dataclass(frozen=True)
class YearDraws:
    """Draws of one stage and year, shape (member, node).

    Attributes
    ----------
    drift
        Standard normal draws of the drift of shares.
    lead
        Standard normal draws of lead times.
    """

    drift: np.ndarray
    lead: np.ndarray


@dataclass(frozen=True)
class Prospects:
    """What investors of one stage look at in one year.

    Attributes
    ----------
    price
        This year's log price (mines) or relative margin (refineries), shape (member, node) [1].
    growth_ahead
        Demand that comes in the year in which a project started now completes, over base-year
        demand [1]; each country starts its share of it.
    rate
        Yearly response of capacity to the expected price [1/yr].
    lead
        Median lead time [yr].
    drift
        Yearly standard deviation of the drift of log shares [1].
    weight
        Base capacity of each node, shape (node,) [t/yr]: the drift moves shares, not their sum.
    """

    price: np.ndarray
    growth_ahead: float
    rate: float
    lead: float
    drift: float
    weight: np.ndarray


def next_fleet(
    fleet: Fleet,
    prospects: Prospects,
    draws: YearDraws,
    settings: EngineSettings,
    terms: InvestmentTerms = NO_TERMS,
) -> Fleet:
    """Return the fleet one year later.

    Parameters
    ----------
    fleet
        This year's fleet.
    prospects
        What investors see.
    draws
        This year's draws.
    terms
        What mechanisms tell investors.
    """
    memory = settings.price_memory
    expected = (1.0 - memory) * fleet.expected_price + memory * prospects.price
    asked = 0.0 if terms.hurdle is None else terms.hurdle
    weight = prospects.weight
    mean = (fleet.level * weight).sum(axis=1, keepdims=True) / weight.sum()
    wish = prospects.growth_ahead / mean + prospects.rate * (expected - asked)
    queue = _standing_queue(fleet.queue, terms)
    starts = fleet.level * np.clip(wish, 0.0, settings.growth_limit)
    starts = _placed(starts, fleet.level, queue, weight, terms)
    closing = np.clip(-wish, 0.0, settings.closure_limit)
    lead = prospects.lead if terms.lead is None else prospects.lead * terms.lead
    years = np.rint(lead * np.exp(settings.lead_time_spread * draws.lead))
    slot = np.clip(years.astype(np.int64), 1, QUEUE_YEARS) - 1
    member, node = np.indices(slot.shape)
    queue[member, node, slot] += starts
    standing = 1.0 if terms.standing is None else terms.standing
    level = fleet.level * (1.0 - closing) * standing + queue[:, :, 0]
    level = drifted(level, prospects.drift * draws.drift, weight)
    ahead = np.concatenate([queue[:, :, 1:], np.zeros_like(queue[:, :, :1])], axis=2)
    return Fleet(level, ahead, expected)


def _standing_queue(queue: np.ndarray, terms: InvestmentTerms) -> np.ndarray:
    """Return a copy of the queue after cancellations and delays of a year."""
    left = queue.copy()
    if terms.kept is not None:
        left *= terms.kept[:, :, None]
    if terms.delayed is not None:
        late = left * terms.delayed[:, :, None]
        left -= late
        left[:, :, 1:] += late[:, :, :-1]
        left[:, :, -1] += late[:, :, -1]
    return left


def _placed(
    starts: np.ndarray,
    level: np.ndarray,
    queue: np.ndarray,
    weight: np.ndarray,
    terms: InvestmentTerms,
) -> np.ndarray:
    """Return starts by place after the choice of place, what is added, and what has no room.

    The choice is a logit over places: it moves starts, not their world sum.
    """
    if terms.attraction is not None:
        drawn = starts * np.exp(terms.attraction - terms.attraction.max(axis=1, keepdims=True))
        total = (drawn * weight).sum(axis=1, keepdims=True)
        wanted = (starts * weight).sum(axis=1, keepdims=True)
        starts = drawn * np.divide(wanted, total, out=np.zeros_like(total), where=total > 0)
    if terms.started is not None:
        starts = starts + terms.started
    if terms.room is not None:
        left = terms.room - level - queue.sum(axis=2)
        starts = np.minimum(starts, np.maximum(left, 0.0))
    return starts


def drifted(level: np.ndarray, log_drift: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return capacity after a drift of shares that leaves the world's total alone.

    Parameters
    ----------
    level, log_drift
        Capacity over base and its log drift, shape (member, node) [1].
    weight
        Base capacity, shape (node,) [t/yr].
    """
    moved = level * np.exp(log_drift)
    before = (level * weight).sum(axis=1, keepdims=True)
    after = (moved * weight).sum(axis=1, keepdims=True)
    return np.asarray(moved * before / after)


def share_drift(shares: np.ndarray) -> float:
    """Return the yearly standard deviation of log shares of large producers [1].

    From five-year changes, so that errors of single years weigh little, and robust (median
    absolute deviation).

    Parameters
    ----------
    shares
        World shares, shape (year, producer), one row per calendar year, missing as NaN; only
        cells of `LARGE_SHARE` or more count.
    """
    start, end = shares[:-5], shares[5:]
    large = (start >= LARGE_SHARE) & (end > 0)
    change = np.log(end[large] / start[large])
    return float(1.4826 * np.median(np.abs(change - np.median(change))) / np.sqrt(5.0))
