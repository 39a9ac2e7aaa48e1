"""What each purpose would be worth to the same members, and who rides free on it.

Does      Values every purpose for one club, together, alone and apart, and the gains of others.
Units     USD/yr.
Method    Each purpose by itself on both sets of draws; in a mix, also the mix without it.
Assumes   As for the club's own purpose.
Not here  The club's own purpose in depth: see `oreacle.engine.clubs.evidence`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.engine.clubs.clearing import cleared
from oreacle.engine.clubs.evidence import Draws
from oreacle.engine.clubs.insurance import insurance_pool
from oreacle.engine.clubs.piece import club, together_apart_alone
from oreacle.engine.clubs.purposes import PURPOSES, Purpose
from oreacle.engine.clubs.question import Question

NOTHING = 1e-6
"""Change over the value of world use up to which a purpose does nothing [1]."""


@dataclass(frozen=True)
class InstrumentLine:
    """One purpose for one club.

    Attributes
    ----------
    purpose
        Its name.
    joint, alone
        Joint expected gain together, and the sum of members each alone, where that gains
        [USD/yr].
    apart
        The same with all acting apart at once; None if the market holds one such regime only.
    cost
        What the club pays for it, in the joint gain already [USD/yr].
    others
        Change for all other actors together [USD/yr].
    riders
        Others that gain, with their gain, largest first [USD/yr].
    added
        What it adds to the mix of the question; None if it is not in a mix [USD/yr].
    ruin
        Probability that the pool is short in a year; None but for insurance [1].
    does_nothing
        True if these members cannot do it: it changes nothing.
    agrees
        True if the second set gives the joint gain the same sign.
    """

    purpose: str
    joint: float
    alone: float
    apart: float | None
    cost: float
    others: float
    riders: tuple[tuple[str, float], ...]
    added: float | None
    ruin: float | None
    does_nothing: bool
    agrees: bool

    @property
    def free_riding(self) -> float:
        """Sum of the gains of others that gain [USD/yr]."""
        return sum(gain for _, gain in self.riders)


def instrument_lines(first: Draws, second: Draws, question: Question) -> tuple[InstrumentLine, ...]:
    """Return every purpose for the members of a question.

    Parameters
    ----------
    first, second
        The market under both sets of draws; its players are the members.
    question
        What is asked: its rule and its mix.
    """
    mix = question.purposes
    whole = _joint(first, mix, question) if len(mix) > 1 else None
    return tuple(_line(purpose, first, second, question, whole) for purpose in PURPOSES)


def _line(
    purpose: Purpose, first: Draws, second: Draws, question: Question, whole: float | None
) -> InstrumentLine:
    field, n = first.field, len(first.field.players)
    groups = together_apart_alone(n)
    found = cleared(field, groups, [purpose], question.rule)
    mean = found.mean
    joint = float(mean[0].sum())
    names = [actor for actor in field.actors if actor not in field.players]
    gains = dict(zip(names, found.mean_others[0].tolist(), strict=True))
    size = field.calm.price_delivered * field.world_use
    riders = sorted(
        ((name, gain) for name, gain in gains.items() if gain > NOTHING * size),
        key=lambda item: -item[1],
    )
    again = _joint(second, [purpose], question)
    added = None
    if whole is not None and purpose in question.purposes:
        rest = [one for one in question.purposes if one is not purpose]
        added = whole - _joint(first, rest, question)
    return InstrumentLine(
        purpose=purpose.name,
        joint=joint,
        alone=float(sum(max(mean[2 + k, k], 0.0) for k in range(n))),
        apart=float(mean[1].sum()) if purpose.is_shared else None,
        cost=float(found.cost[0]),
        others=float(sum(gains.values())),
        riders=tuple(riders),
        added=added,
        ruin=insurance_pool(field.losses, field.weight, field.terms).ruin
        if purpose.lever is None
        else None,
        does_nothing=bool(np.abs(mean).max() <= NOTHING * size),
        agrees=bool(np.sign(again) == np.sign(joint)),
    )


def _joint(draws: Draws, purposes: Sequence[Purpose], question: Question) -> float:
    """Return the joint gain of all players together [USD/yr]."""
    n = len(draws.field.players)
    found = cleared(draws.field, club(n, range(n)), purposes, question.rule)
    return float(found.mean[0].sum())
