"""Whom to invite next: what each outsider would add to a club and get from it.

Does      Clears the club with each candidate, on both sets of draws.
Units     USD/yr.
Method    Candidates are the largest users, miners and refiners that are no members. A candidate is
          worth inviting if members together gain by it and it gains by joining, on both sets.
Assumes   Members share by the rule of the question, the candidate among them.
Not here  The best club of all: see `oreacle.engine.clubs.search`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.core.labels import REST_OF_WORLD
from oreacle.engine.clubs.clearing import cleared
from oreacle.engine.clubs.piece import club
from oreacle.engine.clubs.question import MOST_MEMBERS, Question, disruptions_of, drawn_set
from oreacle.market.policies.catalogue import doers
from oreacle.world.snapshot import World


@dataclass(frozen=True)
class Invitation:
    """One candidate.

    Attributes
    ----------
    actor
        Who.
    members_gain
        Change for present members together, on the first and the second set [USD/yr].
    own_gain
        What joining changes for the candidate, on both sets [USD/yr].
    restricts
        Probability that the candidate itself restricts exports of the mineral in the year [1]: a
        partner against its own measures is no partner.
    """

    actor: str
    members_gain: tuple[float, float]
    own_gain: tuple[float, float]
    restricts: float

    @property
    def is_wanted(self) -> bool:
        """True if present members gain on both sets."""
        return min(self.members_gain) > 0.0

    @property
    def would_join(self) -> bool:
        """True if the candidate gains on both sets."""
        return min(self.own_gain) > 0.0


def candidates(world: World, mineral: str, members: Sequence[str], most: int) -> tuple[str, ...]:
    """Return actors that mine, refine or use most of a mineral and are no members.

    Parameters
    ----------
    most
        Largest number of them.
    """
    chain = world.chain(mineral)
    actor_of = world.territory.actor_of
    size: dict[str, float] = {}
    stages = (
        (chain.miners, chain.mined),
        (chain.refiners, chain.refined),
        (chain.users, chain.used),
    )
    for countries, tonnes in stages:
        total = float(np.sum(tonnes))
        for country, amount in zip(countries, tonnes, strict=True):
            actor = actor_of[country]
            size[actor] = max(size.get(actor, 0.0), 0.0) + float(amount) / total
    left = [actor for actor in size if actor not in members and actor != REST_OF_WORLD]
    return tuple(sorted(left, key=lambda actor: (-size[actor], actor))[:most])


def invitations(world: World, question: Question, members: Sequence[str]) -> tuple[Invitation, ...]:
    """Return what candidates would add, by what present members gain.

    Parameters
    ----------
    world, question
        The world, and what is asked.
    members
        Members as trade actors.
    """
    room = min(question.candidates, MOST_MEMBERS - len(members))
    asked = candidates(world, question.mineral, members, room) if room > 0 else ()
    if not asked:
        return ()
    n = len(members)
    size = n + len(asked)
    groups = np.array(
        [club(size, range(n)), *(club(size, [*range(n), n + k]) for k in range(len(asked)))]
    )
    means = []
    for second in (False, True):
        draws = drawn_set(world, question, (*members, *asked), second=second)
        found = cleared(draws.field, groups, question.purposes, question.rule)
        means.append(found.mean - found.mean[0])
    chance = restricting(world, question, asked)
    listed = [
        Invitation(
            actor,
            _pair(mean[1 + k, :n].sum() for mean in means),
            _pair(mean[1 + k, n + k] for mean in means),
            chance[actor],
        )
        for k, actor in enumerate(asked)
    ]
    return tuple(sorted(listed, key=lambda one: -min(one.members_gain)))


def restricting(world: World, question: Question, actors: Sequence[str]) -> dict[str, float]:
    """Return the share of draws in which each actor takes a measure on the mineral [1]."""
    draws = disruptions_of(world, question)
    acting = [{name for one in measures for name in doers(one)} for measures in draws.measures]
    return {
        actor: float(draws.weight @ np.array([actor in names for names in acting]))
        for actor in actors
    }


def _pair(values: Iterable[float]) -> tuple[float, float]:
    first, second = (float(value) for value in values)
    return first, second
