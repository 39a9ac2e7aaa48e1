"""Scrap that follows goods at the end of their lives, not the use of the year.

Does      Moves supply from scrap with what comes back of each sector, and lets collection improve.
Units     Factors [1]; t/yr; log points.
Method    What comes back and is recovered, R = C sum_s share_s recovered_s O_s, over that of the
          base year; O_s from `oreacle.engine.mechanisms.cohorts`. A part of scrap follows use of
          the year. C moves with a trend, and part of the way to what the price of the last years
          asks for: its log tends to the response times that log price. Where the base year
          recycles nothing, what comes back over the base year's is added, from a stated year on.
          At plants of members of a club for recycling C is e^c times as much, c moving towards
          `club_recovery` while the club lasts, and back after it.
Assumes   A year whose market did not clear used what its users would buy at base prices.
Not here  Response to price within the year: see `oreacle.market.curves`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.core.labels import SECTORS
from oreacle.data.assumptions import read_assumed
from oreacle.engine.mechanisms.clubs_piece import ClubsPiece
from oreacle.engine.mechanisms.cohorts import Cohorts, make_cohorts
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import Advance, Mechanism, Moment, Note, Recorded
from oreacle.engine.setting import Setting
from oreacle.world.chain import Chain

PRICE_YEARS = 3
"""Years whose mean price collection looks at."""


@dataclass(frozen=True)
class RecyclingParameters:
    """Parameters, as in `assumed/mechanism_recycling.csv`."""

    prompt: float
    trend: float
    price_response: float
    speed: float
    most: float
    life: float
    club_recovery: float
    told_from: float


@dataclass(frozen=True)
class RecyclingFacts:
    """What is worked out once.

    Attributes
    ----------
    cohorts
        Lives of goods in use.
    shares
        Shares of use, shape (mineral, sector) [1].
    weight
        Shares of what is recovered over its outflow, divided by what is recovered in the base
        year, shape (mineral, sector) [1].
    room
        Most that collection can grow by, over the base year, shape (mineral,) [1].
    starting
        Share recovered of what leaves, where the base year recycles nothing, shape
        (mineral, year, sector) [1].
    """

    cohorts: Cohorts
    shares: np.ndarray
    weight: np.ndarray
    room: np.ndarray
    starting: np.ndarray


@dataclass(frozen=True)
class RecyclingPiece:
    """Goods in use and collection at the end of a year.

    Attributes
    ----------
    use
        Use of the simulated years over that of the base year, shape (member, mineral, sector) each
        [1].
    answer
        Log of collection that prices brought, shape (member, mineral) [log points].
    level
        Scrap over use of the last year, over that of the base year, shape (member, mineral) [1].
    clubs
        Log of collection that clubs brought at plants of an actor, shape
        (member, actor, mineral) [log points]; None before any has.
    """

    use: tuple[np.ndarray, ...]
    answer: np.ndarray
    level: np.ndarray
    clubs: np.ndarray | None = None


def make_facts(setting: Setting, parameters: object) -> RecyclingFacts:
    """Return cohorts and what is recovered of them."""
    if not isinstance(parameters, RecyclingParameters):
        raise TypeError(f"parameters are {type(parameters).__name__}, not RecyclingParameters")
    cohorts = make_cohorts(len(setting.years), parameters.life)
    shares = np.stack([chain.sector_shares for chain in setting.world.chains.values()])
    back = shares * cohorts.recovered
    total = (back * cohorts.from_past[0]).sum(axis=1, keepdims=True)
    # Of what comes back, the mean share that is recovered in the base year.
    mean = total[:, 0] / (shares * cohorts.from_past[0]).sum(axis=1)
    return RecyclingFacts(
        cohorts=cohorts,
        shares=shares,
        weight=back / total,
        room=np.maximum(parameters.most / mean, 1.0),
        starting=starting_shares(setting),
    )


def starting_shares(setting: Setting) -> np.ndarray:
    """Return the share recovered where nothing is recycled yet, shape (mineral, year, sector) [1].

    It grows along a straight line from the year before the first stated one to the last.
    """
    names = setting.space.minerals
    found = np.zeros((len(names), len(setting.years), len(SECTORS)))
    for row in read_assumed("recycling_starts").to_dict("records"):
        mineral = str(row["mineral"])
        if mineral not in names or setting.world.chains[mineral].recycled.sum() > 0.0:
            continue
        first, last = float(row["from_year"]) - 1.0, float(row["to_year"])
        ramp = np.clip((setting.years - first) / (last - first), 0.0, 1.0)
        at = names.index(mineral), slice(None), SECTORS.index(str(row["sector"]))
        found[at] = float(row["recovered"]) * ramp
    return found


def start(moment: Moment) -> RecyclingPiece:
    """Return the first state: the base year."""
    shape = moment.members, len(moment.setting.space.minerals)
    return RecyclingPiece((), np.zeros(shape), np.ones(shape))


def collection(moment: Moment) -> np.ndarray:
    """Return collection and recovery over the base year's, shape (member, mineral) [1]."""
    facts, chosen = moment.fact(RecyclingFacts), moment.settings(RecyclingParameters)
    logs = moment.piece(RecyclingPiece).answer + chosen.trend * (moment.step + 1)
    return np.asarray(np.minimum(np.exp(logs), facts.room))


def scrap_level(moment: Moment) -> np.ndarray:
    """Return scrap over use, over that of the base year, shape (member, mineral) [1].

    In minerals that recycle nothing in the base year it is what it would be.
    """
    level = _level_without_clubs(moment)
    if moment.piece(RecyclingPiece).clubs is None:
        return level
    prompt = moment.settings(RecyclingParameters).prompt
    for k, chain in enumerate(moment.setting.world.chains.values()):
        lift = club_lift(moment, k)
        if lift is not None:
            level[:, k] += (level[:, k] - prompt) * ((lift - 1.0) @ _place(chain))
    return level


def _level_without_clubs(moment: Moment) -> np.ndarray:
    facts, chosen = moment.fact(RecyclingFacts), moment.settings(RecyclingParameters)
    back = (facts.weight * _outflow(moment)).sum(axis=-1) * collection(moment)
    return np.asarray(chosen.prompt + (1.0 - chosen.prompt) * back / moment.demand)


def club_lift(moment: Moment, mineral: int) -> np.ndarray | None:
    """Return the factor of clubs on what is recovered, by plant, shape (member, plant) [1].

    No more is recovered than comes back; None where no club ever was.
    """
    logs = moment.piece(RecyclingPiece).clubs
    if logs is None or not logs[:, :, mineral].any():
        return None
    facts, chosen = moment.fact(RecyclingFacts), moment.settings(RecyclingParameters)
    begun = float(facts.starting[mineral].max())
    most = chosen.most / begun if begun > 0.0 else facts.room[mineral]
    now = 1.0 if begun > 0.0 else collection(moment)[:, mineral, None]
    here = np.exp(logs[:, moment.setting.space.plant_actor[mineral], mineral])
    return np.asarray(np.minimum(now * here, np.maximum(most, now)) / now)


def _place(chain: Chain) -> np.ndarray:
    """Return the share of each plant in scrap, shape (plant,) [1]."""
    output = chain.recycled if chain.recycled.sum() > 0.0 else chain.refined
    return np.asarray(output / output.sum())


def _outflow(moment: Moment) -> np.ndarray:
    """Return what leaves, shape (member, mineral, sector), or (sector,) in the first year [1]."""
    return moment.fact(RecyclingFacts).cohorts.outflow(moment.piece(RecyclingPiece).use)


def conditions(moment: Moment) -> Mapping[int, Conditions]:
    """Return supply from scrap."""
    facts, level = moment.fact(RecyclingFacts), _level_without_clubs(moment)
    prompt = moment.settings(RecyclingParameters).prompt
    first = facts.cohorts.from_past[0]
    more = np.maximum(_outflow(moment) - first, 0.0)
    begun = (facts.shares * facts.starting[:, moment.step] * more).sum(axis=-1)
    begun = np.broadcast_to(begun, level.shape)
    found = {}
    for k, chain in enumerate(moment.setting.world.chains.values()):
        lift = club_lift(moment, k)
        more_here = 0.0 if lift is None else lift - 1.0
        if chain.recycled.sum() > 0.0:
            scrap = np.repeat(level[:, k, None], len(chain.refiners), axis=1)
            found[k] = Conditions(scrap=scrap + (scrap - prompt) * more_here)
        elif begun[:, k].any():
            found[k] = Conditions(scrap_added=added_tonnes(chain, begun[:, k]) * (1.0 + more_here))
    return found


def added_tonnes(chain: Chain, part: np.ndarray) -> np.ndarray:
    """Return scrap that is recovered for the first time, by plant, shape (member, plant) [t/yr].

    Plants recover it in proportion to what they refine.

    Parameters
    ----------
    chain
        The mineral's chain.
    part
        What is recovered over the world's use of the base year, shape (member,) [1].
    """
    place = chain.refined / chain.refined.sum()
    return np.asarray(part[:, None] * float(chain.used.sum()) * place)


def advance(moment: Moment) -> Advance:
    """Return goods in use and collection at the end of the year."""
    chosen, piece = moment.settings(RecyclingParameters), moment.piece(RecyclingPiece)
    # Years before the base year are missing where no price is published: the others count.
    recent = np.nanmean(moment.state.log_price[-PRICE_YEARS:], axis=0)
    goal = chosen.price_response * recent
    answer = piece.answer + chosen.speed * (goal - piece.answer)
    use = (*piece.use, use_of_year(moment))
    return Advance(RecyclingPiece(use, answer, scrap_level(moment), _clubs_ahead(moment)))


def _clubs_ahead(moment: Moment) -> np.ndarray | None:
    """Return what clubs have brought at the end of the year; None if none ever ran."""
    chosen, before = moment.settings(RecyclingParameters), moment.piece(RecyclingPiece).clubs
    clubs = moment.other("clubs", ClubsPiece)
    runs = clubs is not None and bool(clubs.runs("recycling").any())
    if before is None and not runs:
        return None
    goal = chosen.club_recovery * clubs.covered("recycling") if runs and clubs else 0.0
    start = 0.0 if before is None else before
    return np.asarray(start + chosen.speed * (goal - start))


def use_of_year(moment: Moment) -> np.ndarray:
    """Return use of each sector over that of the base year, shape (member, mineral, sector) [1]."""
    shares = moment.fact(RecyclingFacts).shares
    found = np.ones((moment.members, *shares.shape))
    for k, chain in enumerate(moment.setting.world.chains.values()):
        used = moment.demand[:, k]
        if moment.cleared:
            real = moment.cleared[k].used.sum(axis=1) / chain.used.sum()
            used = np.where(np.isfinite(real), real, used)
        said = moment.conditions[k].sectors if moment.conditions else None
        if said is not None:
            found[:, k] = said / (said @ shares[k])[:, None]
        found[:, k] *= used[:, None]
    return found


def record(moment: Moment) -> Mapping[str, Recorded]:
    """Return scrap over use, over that of the base year."""
    return {"scrap_level": Recorded(scrap_level(moment), ("mineral",), "1")}


def tell(moment: Moment) -> Sequence[Note]:
    """Return minerals of which scrap has grown over use by a stated factor, once."""
    least = moment.settings(RecyclingParameters).told_from
    level, before = scrap_level(moment), moment.piece(RecyclingPiece).level
    chains = list(moment.setting.world.chains.values())
    notes = []
    for member, k in np.argwhere((level >= least) & (before < least)):
        chain = chains[k]
        share = float(chain.recycled.sum() / chain.used.sum())
        if share > 0.0:
            notes.append(
                Note(
                    member=int(member),
                    mechanism="recycling",
                    actor="",
                    mineral=chain.mineral,
                    what=f"scrap of {chain.in_words} is {level[member, k]:.1f} times as much "
                    "of use as in the base year",
                    why="goods that were sold when use grew fast come back, and more is collected",
                    effect=f"at base prices scrap covers {share * level[member, k]:.0%} of use in "
                    f"place of {share:.0%}",
                    weight=1.0,
                )
            )
    return notes


RECYCLING = Mechanism(
    name="recycling",
    parameters=RecyclingParameters,
    facts=make_facts,
    start=start,
    conditions=conditions,
    advance=advance,
    record=record,
    tell=tell,
)
