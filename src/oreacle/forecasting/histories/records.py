"""The history of one member of a run, in plain records.

Does      Holds acts, ends of measures, moves of prices and notes by year.
Units     Each field says its own; probabilities are shares from 0 to 1.
Method    None: records filled by `oreacle.forecasting.histories.member`.
Assumes   One path of many: nothing in it is a forecast by itself.
Not here  Showing it: see `oreacle.present.history_text`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class ActTold:
    """One act of a government.

    Attributes
    ----------
    kind, title
        Class of acts, and the same in words.
    actor, partner
        Who, and with or against whom; "" for acts of one actor.
    probability
        That the act had in this year and member [1].
    reasons
        What raised or lowered it most against the average unit, in words.
    details
        What the act consists of, such as measures on minerals.
    """

    kind: str
    title: str
    actor: str
    partner: str
    probability: float
    reasons: tuple[str, ...]
    details: tuple[str, ...]


@dataclass(frozen=True)
class CauseOfMove:
    """The part of one cause in the move of a price.

    Attributes
    ----------
    cause
        As `oreacle.engine.price_effects` names it, or `answers`: what the effects of causes do not
        explain.
    log_points
        Change of its first-order effect over the year before [log points].
    change
        The same as a change of the price: exp of it, less 1 [1].
    """

    cause: str
    log_points: float
    change: float


@dataclass(frozen=True)
class PriceMove:
    """A mineral whose delivered price moved much in a year, or in which large causes cancelled.

    Attributes
    ----------
    mineral, name
        Slug and English name.
    change
        Over the year before [1].
    level
        World mean delivered price over that of the base year [1].
    causes
        Parts of causes, largest first, the answers of the market last; their log points add up to
        the log of 1 and `change`.
    use, mine_capacity, plant_capacity
        What moved beside it: use at base prices and world capacity, changes over the year before
        [1]; None where there was none.
    """

    mineral: str
    name: str
    change: float
    level: float
    causes: tuple[CauseOfMove, ...]
    use: float | None
    mine_capacity: float | None
    plant_capacity: float | None


@dataclass(frozen=True)
class NoteTold:
    """What a mechanism tells: events, and what acts of governments bring about.

    Attributes
    ----------
    mechanism, actor, mineral
        Where it comes from, and whom and what it is about.
    what, why, effect
        In words with figures.
    """

    mechanism: str
    actor: str
    mineral: str
    what: str
    why: str
    effect: str


@dataclass(frozen=True)
class YearTold:
    """One year.

    Attributes
    ----------
    year
        Calendar year.
    acts, effects, ended, moves, notes
        Acts of governments, what all new measures do to each mineral on which one starts, measures
        that ended in words, prices that moved most, and what mechanisms tell, most important first.
    in_force
        Export measures in force at the end of the year.
    barriers, blocks
        Tariffs, curbs, sanctions and mandates, and blocks on investment, of earlier years of the
        run that hold through the year; those of the year itself hold from the next on. None if the
        mechanism of barriers is off.
    shortages
        Minerals of which new measures leave users without 1 % or more, with the share [1].
    unsolved
        Minerals whose market did not solve.
    cancelled
        Prices that stayed though the effect of a cause changed much, most cancelled first.
    """

    year: int
    acts: tuple[ActTold, ...]
    effects: tuple[str, ...]
    ended: tuple[str, ...]
    moves: tuple[PriceMove, ...]
    notes: tuple[NoteTold, ...]
    in_force: int
    barriers: int | None
    blocks: int | None
    shortages: tuple[tuple[str, float], ...]
    unsolved: tuple[str, ...]
    cancelled: tuple[PriceMove, ...] = ()


@dataclass(frozen=True)
class MemberHistory:
    """The history of one member.

    Attributes
    ----------
    scenario, seed, member, version
        What was simulated.
    base_year
        Year that prices refer to.
    years
        First to last.
    """

    scenario: str
    seed: int
    member: int
    version: str
    base_year: int
    years: tuple[YearTold, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for `--json` output."""
        return asdict(self)
