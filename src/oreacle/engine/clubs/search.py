"""Search clubs: the best one around an actor, and the smallest that covers a threat.

Does      Ranks all clubs that an actor could found with some candidates, and finds the smallest
          club whose action makes up for a stated share of an actor's loss.
Units     USD/yr; shares [1].
Method    All clubs are valued (`oreacle.engine.clubs.values`); those that are shown are cleared
          exactly on both sets of draws, and what changes order or sign is not shown. A cover is
          exact: one stated threat, every club cleared.
Assumes   Members share by the rule of the question. A club is one that members join of themselves:
          each gains by it, against acting alone and against doing nothing.
Not here  One club in depth: see `oreacle.engine.clubs.study`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.coalitions.game import membership
from oreacle.core.errors import ScenarioError
from oreacle.engine.clubs.clearing import cleared
from oreacle.engine.clubs.evidence import Draws
from oreacle.engine.clubs.field import club_field
from oreacle.engine.clubs.invitations import candidates, restricting
from oreacle.engine.clubs.piece import PASSIVE
from oreacle.engine.clubs.progress import Progress, Steps
from oreacle.engine.clubs.question import MOST_MEMBERS, ClubQuestion, Question, drawn_set
from oreacle.engine.clubs.values import Check, ClubValues, club_values
from oreacle.engine.disruptions import from_policies
from oreacle.market.policies import Policy
from oreacle.world.snapshot import World

CANDIDATES = 7
"""Candidates that are tried where none are named: with the actor 255 clubs."""
LIKELY = 0.02
"""Yearly probability of a measure of its own above which nobody is tried unasked [1]."""
SHOWN = 5
COVER = 0.5
SHARES = (2.0, 10.0, 2.0)
"""Rough time of the draws, of all clubs and of those that are shown."""


@dataclass(frozen=True)
class RankedClub:
    """One club, cleared exactly.

    Attributes
    ----------
    members
        Who.
    own, joint
        Expected gain of the actor and of all members, first and second set [USD/yr].
    surplus
        Joint gain over the sum of what members have alone, on the first set [USD/yr].
    agrees
        True if every member gains on the second set too.
    """

    members: tuple[str, ...]
    own: tuple[float, float]
    joint: tuple[float, float]
    surplus: float
    agrees: bool


@dataclass(frozen=True)
class BestClubs:
    """Clubs around an actor.

    Attributes
    ----------
    actor, candidates
        Around whom, and who was tried.
    left_out
        Large actors that were not tried because they restrict the mineral themselves, with the
        probability that they do [1].
    clubs
        Clubs that everyone gains from, best for the actor first; empty if there is none.
    largest_joint
        The club with the largest joint gain of all, wanted by everyone or not; None if no club
        gains.
    valued
        Number of clubs that were valued.
    check
        Error of values that are not exact; None if all are.
    """

    actor: str
    candidates: tuple[str, ...]
    left_out: tuple[tuple[str, float], ...]
    clubs: tuple[RankedClub, ...]
    largest_joint: RankedClub | None
    valued: int
    check: Check | None


@dataclass(frozen=True)
class CoverOfSize:
    """The best club of a size.

    Attributes
    ----------
    members
        Who.
    covered
        Share of the actor's loss that it makes up for, before what it costs [1].
    cost
        What the actor pays for it in a year, threat or not [USD/yr].
    """

    members: tuple[str, ...]
    covered: float
    cost: float


@dataclass(frozen=True)
class Cover:
    """Clubs against a stated threat.

    Attributes
    ----------
    actor, threat
        Who is covered, against what in words.
    loss
        What the threat costs the actor without a club [USD/yr].
    asked
        Share of the loss to be covered [1].
    sizes
        The best club of each size, from the actor alone.
    candidates
        Who was tried.
    """

    actor: str
    threat: tuple[str, ...]
    loss: float
    asked: float
    sizes: tuple[CoverOfSize, ...]
    candidates: tuple[str, ...]

    @property
    def smallest(self) -> CoverOfSize | None:
        """The smallest club that covers the share asked for; None if none does."""
        return next((one for one in self.sizes if one.covered >= self.asked), None)


def best_clubs(
    world: World,
    question: ClubQuestion,
    around: str,
    named: Sequence[str] = (),
    *,
    progress: Progress | None = None,
) -> BestClubs:
    """Return the best clubs around an actor.

    Parameters
    ----------
    world, question
        The world, and what is asked; its members are not used.
    around
        The actor.
    named
        Candidates; empty for the largest actors in the mineral that are not likely to restrict it.
    progress
        Called with what is done and what there is to do.

    Raises
    ------
    ScenarioError
        ORE-SCN-002, 003 or 015 on unknown names; ORE-SCN-064 if there is nobody to try, or more
        than 12.
    """
    actor, tried, left_out = _tried(world, question, around, named)
    players = (actor, *tried)
    steps = Steps(progress, SHARES)
    sets = [drawn_set(world, question, players, second=second) for second in (False, True)]
    steps.end()
    values = club_values(
        sets[0].field,
        question.purposes,
        question.rule,
        seed=question.seed,
        workers=question.workers,
        progress=steps.within,
    )
    steps.end()
    inside = membership(len(players))
    ranked = _ranked(values, inside)[:SHOWN]
    joint = np.where(inside[:, 0], (values.payoffs.payoff * inside).sum(axis=1), -np.inf)
    top = int(joint.argmax())
    shown = [*ranked, *([top] if joint[top] > 0.0 else [])]
    exact = _exactly(sets, question, inside, shown, values)
    steps.end()
    clubs = tuple(sorted((one for one in exact[: len(ranked)] if one.agrees), key=_by_own))
    return BestClubs(
        actor=actor,
        candidates=tried,
        left_out=left_out,
        clubs=clubs,
        largest_joint=exact[-1] if joint[top] > 0.0 else None,
        valued=int(inside[:, 0].sum()),
        check=values.check,
    )


def smallest_cover(
    world: World,
    question: ClubQuestion,
    around: str,
    threat: Sequence[Policy],
    *,
    share: float = COVER,
    named: Sequence[str] = (),
) -> Cover:
    """Return the best club of each size against a threat, up to the first that covers enough.

    Parameters
    ----------
    world, question
        The world, and what is asked; members, draws and disruptions are not used.
    around
        Who is to be covered.
    threat
        What happens, as policies on the mineral.
    share
        Share of the loss to be covered [1].
    named
        Candidates, as for `best_clubs`.

    Raises
    ------
    ScenarioError
        As `best_clubs`, and as `from_policies` on the threat; ORE-SCN-065 if the threat costs the
        actor nothing, or the share is not above 0 and at most 1.
    """
    actor, tried, _ = _tried(world, question, around, named)
    players = (actor, *tried)
    draw = from_policies(world, question.mineral, tuple(threat))
    field = club_field(world, question.mineral, players, draw, question.terms)
    loss = float(field.losses[0, 0])
    _check_cover(actor, loss, share)
    inside = membership(len(players))
    masks = np.flatnonzero(inside[:, 0])
    found = cleared(
        field,
        np.where(inside[masks], 0, PASSIVE),
        question.purposes,
        question.rule,
    )
    gross = (found.gain - found.paid)[:, 0, 0] / loss
    cost = -found.paid[:, 0, 0]
    count = inside[masks].sum(axis=1)
    sizes = []
    for size in range(1, len(players) + 1):
        rows = np.flatnonzero(count == size)
        best = int(rows[int(gross[rows].argmax())])
        names = tuple(np.array(players)[inside[masks[best]]].tolist())
        sizes.append(CoverOfSize(names, float(gross[best]), float(cost[best])))
        if sizes[-1].covered >= share:
            break
    return Cover(actor, draw.causes[0], loss, share, tuple(sizes), tried)


def _tried(
    world: World, question: Question, around: str, named: Sequence[str]
) -> tuple[str, tuple[str, ...], tuple[tuple[str, float], ...]]:
    """Return the actor, the candidates and who was left out as a likely restricter."""
    actor = world.territory.acting(around)
    asked = tuple(dict.fromkeys(one for one in map(world.territory.acting, named) if one != actor))
    left_out: tuple[tuple[str, float], ...] = ()
    if not named:
        large = candidates(world, question.mineral, (actor,), 2 * CANDIDATES)
        chance = restricting(world, question, large)
        left_out = tuple((one, chance[one]) for one in large if chance[one] > LIKELY)
        asked = tuple(one for one in large if chance[one] <= LIKELY)[:CANDIDATES]
    if not 1 <= len(asked) < MOST_MEMBERS:
        raise ScenarioError(
            "ORE-SCN-064",
            f"{len(asked)} candidates for a club around {actor}.",
            why=f"1 to {MOST_MEMBERS - 1} can be tried: all their clubs are valued.",
            fix="name the candidates, such as USA,JPN,KOR,EU,AUS.",
        )
    return actor, asked, left_out


def _ranked(values: ClubValues, inside: np.ndarray) -> list[int]:
    """Return clubs with the actor that every member gains from, best for the actor first."""
    payoff, size = values.payoffs.payoff, inside.shape[1]
    alone = np.array([max(payoff[1 << k, k], 0.0) for k in range(size)])
    more = np.where(inside, payoff - alone, np.inf).min(axis=1) >= 0.0
    real = inside[:, 0] & (inside.sum(axis=1) > 1) & (payoff[:, 0] > alone[0]) & more
    rows = np.flatnonzero(real)
    return [int(row) for row in rows[np.argsort(-payoff[rows, 0], kind="stable")]]


def _exactly(
    sets: Sequence[Draws],
    question: Question,
    inside: np.ndarray,
    masks: Sequence[int],
    values: ClubValues,
) -> list[RankedClub]:
    """Clear clubs exactly on both sets."""
    if not masks:
        return []
    size = inside.shape[1]
    singles = [1 << k for k in range(size)]
    rows = np.where(inside[[*masks, *singles]], 0, PASSIVE)
    means = [cleared(one.field, rows, question.purposes, question.rule).mean for one in sets]
    players = values.payoffs.players
    found = []
    for at, mask in enumerate(masks):
        member = inside[mask]
        alone = [np.maximum(np.diagonal(mean[len(masks) :]), 0.0)[member] for mean in means]
        gain = [mean[at][member] for mean in means]
        found.append(
            RankedClub(
                members=tuple(np.array(players)[member].tolist()),
                own=(float(means[0][at, 0]), float(means[1][at, 0])),
                joint=(float(gain[0].sum()), float(gain[1].sum())),
                surplus=float((gain[0] - alone[0]).sum()),
                agrees=bool(all((g >= a).all() for g, a in zip(gain, alone, strict=True))),
            )
        )
    return found


def _by_own(one: RankedClub) -> float:
    return -one.own[0]


def _check_cover(actor: str, loss: float, share: float) -> None:
    if not 0.0 < share <= 1.0:
        raise ScenarioError(
            "ORE-SCN-065",
            f"a share of {share:g} of a loss is to be covered.",
            why="a cover is above 0 and at most the whole.",
            fix="ask for 0.5.",
        )
    if loss <= 0.0:
        raise ScenarioError(
            "ORE-SCN-065",
            f"the threat costs {actor} nothing.",
            why="there is nothing to cover.",
            fix="state a threat that hits the actor, or ask about another actor; measures that "
            "are in force already are no threat.",
        )
