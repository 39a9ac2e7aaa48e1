"""Refiners that hold prices down and starve the projects of rivals.

Does      Starts and ends campaigns in which the leading refiner of a mineral sells below its cost,
          and lets the projects of others wait while they expect thin margins.
Units     Shares of capacity and of the base margin [1]; rates 1/yr.
Method    An actor that holds `leader_share` of world refining starts a campaign with the yearly
          chance start_rate (1 + threat q), where q is what others have in the queue over base
          capacity, and ends it at end_rate. While it lasts, its plants cost `discount` of the base
          margin less; of the projects of others `delay` times the part of the margin that
          investors expect to miss, at most `delay` at a loss of half of it, waits a year.
Assumes   Rates and sizes from a handful of cases, stated in the table of parameters. What the
          treasury pays is not bounded by a budget.
Not here  How a margin becomes projects: see `oreacle.engine.capacity`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import (
    REFINED,
    UNIFORM,
    Advance,
    DrawShape,
    Mechanism,
    Moment,
    Note,
    Recorded,
)
from oreacle.engine.mechanisms.investment import InvestmentTerms
from oreacle.engine.setting import Setting

NOBODY = -1
FULL_LOSS = 0.5
"""Expected loss of the base margin at which the most projects wait [1]."""


@dataclass(frozen=True)
class OversupplyParameters:
    """Parameters, as in `assumed/mechanism_oversupply.csv`.

    Attributes
    ----------
    leader_share
        Share of world refining of a leader [1].
    start_rate, end_rate
        Yearly chances that a campaign starts and ends [1/yr].
    threat
        Effect of rivals' projects on the start [1].
    discount
        Part of the base margin that the leader bears [1].
    delay
        Largest share of rivals' projects that waits a year [1].
    """

    leader_share: float
    start_rate: float
    threat: float
    end_rate: float
    discount: float
    delay: float


@dataclass(frozen=True)
class Campaigns:
    """Campaigns that run.

    Attributes
    ----------
    leader
        Position of the actor that leads a campaign, `NOBODY` without one, shape
        (member, mineral).
    """

    leader: np.ndarray


def start(moment: Moment) -> Campaigns:
    """Return no campaign anywhere."""
    return Campaigns(np.full((moment.members, len(moment.setting.space.minerals)), NOBODY))


def draws(setting: Setting) -> Mapping[str, DrawShape]:
    """Return the draws of a year: whether a campaign starts, and whether one ends."""
    shape = (len(setting.space.minerals),)
    return {"ends": DrawShape(UNIFORM, shape), "starts": DrawShape(UNIFORM, shape)}


def running(moment: Moment) -> np.ndarray:
    """Return who leads a campaign in the year of the moment, shape (member, mineral)."""
    chosen = moment.settings(OversupplyParameters)
    before = moment.piece(Campaigns).leader
    refined = moment.state.shares[-1][:, :-1, :, REFINED]
    leader, share = refined.argmax(axis=1), refined.max(axis=1)
    leads = share >= chosen.leader_share
    chance = start_chance(chosen, _rivals_queue(moment, leader))
    fresh = (before == NOBODY) & leads & (moment.numbers["starts"] < chance)
    # Who no longer leads cannot go on.
    held = (before != NOBODY) & leads & (before == leader)
    goes_on = held & (moment.numbers["ends"] >= chosen.end_rate)
    return np.where(fresh | goes_on, leader, NOBODY)


def start_chance(chosen: OversupplyParameters, queue: np.ndarray) -> np.ndarray:
    """Return the yearly chance that a leader starts a campaign.

    Parameters
    ----------
    queue
        Projects of others over base capacity of the world [1].

    Examples
    --------
    >>> chosen = OversupplyParameters(0.5, 0.03, 2.0, 0.3, 0.3, 0.5)
    >>> start_chance(chosen, np.array([0.0, 0.5])).round(3).tolist()
    [0.03, 0.06]
    """
    return np.minimum(chosen.start_rate * (1.0 + chosen.threat * queue), 1.0)


def waiting_share(delay: float, expected: np.ndarray) -> np.ndarray:
    """Return the share of projects that waits a year.

    Parameters
    ----------
    delay
        Largest share [1].
    expected
        Relative margin that investors expect, 0 at base [1].

    Examples
    --------
    >>> waiting_share(0.5, np.array([0.2, 0.0, -0.25, -0.9])).tolist()
    [0.0, 0.0, 0.25, 0.5]
    """
    return np.asarray(delay * np.clip(-expected / FULL_LOSS, 0.0, 1.0) + 0.0)


def conditions(moment: Moment) -> Mapping[int, Conditions]:
    """Return the lower cost of the plants of a leader in campaign, by mineral."""
    chosen, leader = moment.settings(OversupplyParameters), running(moment)
    found = {}
    chains = list(moment.setting.world.chains.values())
    for k in np.flatnonzero((leader != NOBODY).any(axis=0)):
        chain = chains[k]
        own = moment.setting.space.plant_actor[k][None, :] == leader[:, k, None]
        margin = chain.price_refined - chain.price_gate
        found[int(k)] = Conditions(plant_cost=np.where(own, -chosen.discount * margin, 0.0))
    return found


def investment(moment: Moment) -> Mapping[tuple[int, int], InvestmentTerms]:
    """Return the projects of rivals that wait."""
    chosen, leader = moment.settings(OversupplyParameters), running(moment)
    found = {}
    for k in np.flatnonzero((leader != NOBODY).any(axis=0)):
        owner = moment.setting.space.plant_actor[k][None, :]
        rival = (leader[:, k, None] != NOBODY) & (owner != leader[:, k, None])
        expected = moment.state.plants[k].expected_price
        late = np.where(rival, waiting_share(chosen.delay, expected), 0.0)
        found[int(k), REFINED] = InvestmentTerms(delayed=late)
    return found


def advance(moment: Moment) -> Advance:
    """Return the campaigns of the year."""
    return Advance(Campaigns(running(moment)))


def record(moment: Moment) -> Mapping[str, Recorded]:
    """Return where a campaign runs."""
    values = (running(moment) != NOBODY).astype(float)
    return {"oversupply": Recorded(values, ("mineral",), "1")}


def tell(moment: Moment) -> list[Note]:
    """Return campaigns that start and end."""
    space, before, now = moment.setting.space, moment.piece(Campaigns).leader, running(moment)
    chosen = moment.settings(OversupplyParameters)
    notes = []
    for member, k in np.argwhere(before != now):
        mineral = space.minerals[k]
        if now[member, k] == NOBODY:
            who, what = space.actors[before[member, k]], "stops selling below cost"
            effect = ""
        else:
            who, what = space.actors[now[member, k]], "starts to sell refined product below cost"
            effect = (
                f"its plants cost {chosen.discount:.0%} of the margin less; projects of others wait"
            )
        queue = _rivals_queue(moment, now)[member, k]
        chance = start_chance(chosen, queue)
        why = f"by chance, {chance:.1%} a year; others build {queue:.0%} of base capacity"
        why = why if effect else ""
        notes.append(Note(int(member), "oversupply", who, mineral, what, why, effect, 2.0))
    return notes


def _rivals_queue(moment: Moment, leader: np.ndarray) -> np.ndarray:
    """Return what others have in the queue over base capacity, shape (member, mineral) [1]."""
    found = np.zeros(leader.shape)
    for k, chain in enumerate(moment.setting.world.chains.values()):
        queue = moment.state.plants[k].queue.sum(axis=2) * chain.refined
        own = moment.setting.space.plant_actor[k][None, :] == leader[:, k, None]
        found[:, k] = np.where(own, 0.0, queue).sum(axis=1) / chain.refined.sum()
    return found


OVERSUPPLY = Mechanism(
    name="oversupply",
    parameters=OversupplyParameters,
    draws=draws,
    start=start,
    conditions=conditions,
    investment=investment,
    advance=advance,
    record=record,
    tell=tell,
)
