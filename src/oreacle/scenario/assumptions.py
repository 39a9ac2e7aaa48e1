"""What a scenario can assume beside demand and policies: doctrines, shocks, clubs, rules, trends.

Does      Holds the dated assumptions of a scenario, one record for each kind.
Units     Calendar years, first and last included; None as last means to the end of the run.
Method    None: frozen records; checks of names and ranges are made where a file is read.
Assumes   Every record says what differs from the fitted or published course, so that an empty
          scenario is the baseline.
Not here  What they do: see `oreacle.engine.mechanisms`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """Years in which an assumption holds.

    Attributes
    ----------
    first_year, last_year
        First and last year; None means to the end of the run.
    """

    first_year: int
    last_year: int | None = None

    def holds(self, year: int) -> bool:
        """Return True in the years of the span.

        Examples
        --------
        >>> [Span(2027, 2028).holds(year) for year in (2026, 2027, 2028, 2029)]
        [False, True, True, False]
        """
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)


@dataclass(frozen=True)
class Doctrine:
    """How an actor differs from what its past acts say of it.

    Attributes
    ----------
    actor
        Who.
    security, patience, openness
        Each from -1 to 1, 0 as fitted: weight of security (more restrictions, barriers, blocks and
        state-backed ventures), patience (less retaliation), openness (more agreements and clubs,
        fewer barriers) [1].
    span
        When.
    """

    actor: str
    span: Span
    security: float = 0.0
    patience: float = 0.0
    openness: float = 0.0


@dataclass(frozen=True)
class ShockRate:
    """A cause of disruption that comes more or less often than in the past.

    Attributes
    ----------
    cause
        Slug of a cause, as listed in the table of causes.
    factor
        Over the usual yearly rate, 0 for never [1].
    place
        Country or actor; None for everywhere.
    span
        When.
    """

    cause: str
    factor: float
    span: Span
    place: str | None = None


@dataclass(frozen=True)
class PlannedShock:
    """A disruption that the scenario sets for certain.

    Attributes
    ----------
    cause
        Slug of a cause.
    loss
        Share that is lost of the yearly capacity, of a passage's yearly transits, or of use at
        base prices, 0 to 1 [1].
    place
        Country or actor that is hit, or passage.
    mineral, stage
        What is hit; None for all minerals, and for mines and plants. Passages and use have no
        stage, passages no mineral.
    span
        When.
    """

    cause: str
    place: str
    loss: float
    span: Span
    mineral: str | None = None
    stage: str | None = None


@dataclass(frozen=True)
class ClubChange:
    """A dated change of a club.

    Attributes
    ----------
    club
        Identifier of a club of the world, or the name of a new one.
    change
        ``founded``, ``joined``, ``left`` or ``dissolved``.
    year
        When.
    members
        Actors that found, join or leave.
    minerals
        What a new club is about; empty for all.
    instruments
        What a new club does, as `oreacle.scenario.assumptions.CLUB_INSTRUMENTS`.
    """

    club: str
    change: str
    year: int
    members: tuple[str, ...] = ()
    minerals: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()


CLUB_CHANGES = ("founded", "joined", "left", "dissolved")
CLUB_INSTRUMENTS = (
    "stockpile",
    "procurement",
    "refining",
    "research",
    "recycling",
    "certification",
    "insurance",
    "floor",
    "crisis",
)
"""What a club can do in a run: hold a joint stock, pool procurement, share refining, research or
recycling, certify, insure investment, guarantee a floor price, manage crises."""


@dataclass(frozen=True)
class RulesPoint:
    """Strength of the trade rules in a year; straight lines lead from one to the next.

    Attributes
    ----------
    year
        When.
    strength
        0 for none, 1 for that of the years on which the models were fitted, at most 2 [1].
    """

    year: int
    strength: float


@dataclass(frozen=True)
class DemandTrend:
    """Use that grows faster or slower than on the published path.

    Attributes
    ----------
    yearly
        Added to the yearly growth of the log of use at base prices [1/yr].
    mineral, sector, place
        Whose use; None for all.
    reason
        ``substitution``, ``technology``, ``preference`` or ``defence``.
    span
        When; the level that is reached stays.
    """

    yearly: float
    span: Span
    reason: str
    mineral: str | None = None
    sector: str | None = None
    place: str | None = None


TREND_REASONS = ("substitution", "technology", "preference", "defence")


@dataclass(frozen=True)
class ActOdds:
    """Acts of a class that are likelier or less likely than fitted.

    Attributes
    ----------
    act
        Class of acts, such as ``restriction``.
    factor
        On the odds [1].
    between
        ``anyone``, ``blocs`` (parties in different blocs of the scenario) or ``members`` (in one).
    actor
        Who acts; None for everyone.
    span
        When.
    """

    act: str
    factor: float
    span: Span
    between: str = "anyone"
    actor: str | None = None


BETWEEN = ("anyone", "blocs", "members")
