"""Records of a cascade: what follows a measure beyond its own market.

Does      Holds minerals moved, actors exposed, next-round chances and second-round prices.
Units     Each field says its own; probabilities are shares from 0 to 1.
Method    None: records, filled by `oreacle.forecasting.cascade`, shown by `oreacle.present`.
Assumes   Bands are 10 and 90 % quantiles over draws of the coefficients.
Not here  How they are made: see `oreacle.forecasting.cascade`.
"""

from __future__ import annotations

from dataclasses import dataclass

from oreacle.market.exposed import ExposedActor, MovedMineral
from oreacle.market.policies import Policy


@dataclass(frozen=True)
class Band:
    """A number with its 10 to 90 % band over draws."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class NextAct:
    """The chance of an act in the next year, without and with the what-if.

    Attributes
    ----------
    kind
        ``restriction`` or ``agreement``.
    actor, partner
        Who acts, and with whom; partner "" for restrictions.
    mineral
        What is restricted; "" for anything.
    before, after
        Probability, mean over draws [1].
    change
        After less before [1], with its band.
    term, words
        Feature that moved most of it, and what that is in words; "" if none moved.
    log_odds
        What that feature adds, at the point estimate [log-odds].
    base_rate
        The unit's own shrunken yearly frequency [1/yr].
    """

    kind: str
    actor: str
    partner: str
    mineral: str
    before: float
    after: float
    change: Band
    term: str
    words: str
    log_odds: float
    base_rate: float


@dataclass(frozen=True)
class RoundPrice:
    """A price over the reference less one [1]: abroad of whoever acted first, and of the world."""

    abroad: float
    world: float


@dataclass(frozen=True)
class SecondRound:
    """The price of one mineral if fellow suppliers follow.

    Attributes
    ----------
    mineral
        Slug.
    followers
        Policies that the likeliest followers would take, the likeliest first.
    chances_before, chances_after
        Probability of each, without and with the what-if [1].
    first_round
        Nobody follows.
    likeliest
        The likeliest follower has its measure in force.
    all_of_them
        Every follower has.
    expected_before, expected
        Mean over who follows, with the chances without and with the what-if.
    """

    mineral: str
    followers: tuple[Policy, ...]
    chances_before: tuple[float, ...]
    chances_after: tuple[float, ...]
    first_round: RoundPrice
    likeliest: RoundPrice
    all_of_them: RoundPrice
    expected_before: RoundPrice
    expected: RoundPrice


@dataclass(frozen=True)
class Cascade:
    """What follows a measure.

    Attributes
    ----------
    policies
        The measure.
    minerals
        Minerals whose market moves.
    exposed
        Actors that lose, largest loss over gross domestic product first.
    restrictions
        Chances of a new restriction by actor, the largest change first.
    restricted_minerals
        The same by actor and mineral.
    agreements
        Chances of a two-party minerals agreement, the largest change first.
    second_rounds
        Prices if others follow, by mineral that a policy names.
    expected_acts_before, expected_acts
        Mean number of actors with a new restriction in the next year [1/yr].
    year
        The next year.
    caveats
        What a reader must know, with numbers.
    """

    policies: tuple[Policy, ...]
    minerals: tuple[MovedMineral, ...]
    exposed: tuple[ExposedActor, ...]
    restrictions: tuple[NextAct, ...]
    restricted_minerals: tuple[NextAct, ...]
    agreements: tuple[NextAct, ...]
    second_rounds: tuple[SecondRound, ...]
    expected_acts_before: Band
    expected_acts: Band
    year: int
    caveats: tuple[str, ...]
