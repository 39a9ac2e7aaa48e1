"""Refining technology: who knows how, who passes it on, and leaders that ban its export.

Does      Moves refining capability of actors with ventures, agreements and joint research, starts
          and ends bans on the export of technology, and tells investors in plants.
Units     Capability gained since the base year, 0 to 1 [1].
Method    Able: a = min(share of world refining / able_share, 1). A venture of an abler party with
          another in refining a mineral adds `venture` (1 - g) times the gap a_i - a_j to the
          partner's gain g; an agreement `agreement`, for what the partner mines; a club with joint
          research `research` each year, by the mean gap to its members; a block on investment takes
          `block` off. Gains fade. An actor that holds `leader_share` of some mineral bans the
          export of its technology at `ban_rate`, shared by the minerals led and times its rivalry
          over that of the base year; the ban lies on two minerals on average. Plants: log share
          of new projects + attraction g - ban_attraction b, lead time times
          exp(-lead g + ban_lead b), hurdle + ban_hurdle b, with b = (1 - a)(1 - g) under a ban by
          another.
Assumes   Technology that is known in the base year, and bans of then, are in base-year shares.
          Effects come through projects alone, so after their lead times.
Not here  Whether ventures are built: see `oreacle.engine.mechanisms.ventures`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from oreacle.engine.acts.classes import DYAD, PAIR
from oreacle.engine.mechanisms.club_pairs import together
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
from oreacle.engine.mechanisms.ranges import refuse_outside
from oreacle.engine.mechanisms.ventures.terms import VenturesPiece
from oreacle.engine.setting import Setting

NOBODY = -1
MOST_RIVALRY = 3.0
"""Largest multiple of base-year rivalry that moves bans [1]."""
LEAST_MINED = 0.005
"""Share of world mine output from which an agreement is taken to be about a mineral [1]."""
SMALLEST = 1e-4
"""Gain below which an actor counts as without one [1]."""
SHARES = ("venture", "agreement", "research", "block", "fading", "ban_rate", "ban_end")
EFFECTS = ("attraction", "lead", "ban_attraction", "ban_lead", "ban_hurdle")
RANGES = {
    "able_share": (0.001, 1.0),
    "leader_share": (0.1, 1.0),
    "ban_minerals": (1.0, 10.0),
    **dict.fromkeys(SHARES, (0.0, 1.0)),
    **dict.fromkeys(EFFECTS, (0.0, 3.0)),
}
"""Where the equations hold, by parameter."""


@dataclass(frozen=True)
class TechnologyParameters:
    """Parameters; see `assumed/mechanism_technology.csv`."""

    able_share: float
    leader_share: float
    venture: float
    agreement: float
    research: float
    block: float
    fading: float
    attraction: float
    lead: float
    ban_rate: float
    ban_minerals: float
    ban_end: float
    ban_attraction: float
    ban_lead: float
    ban_hurdle: float


@dataclass(frozen=True)
class TechnologyFacts:
    """What is worked out once.

    Attributes
    ----------
    mines
        True where an actor mines a mineral, shape (actor, mineral).
    rivalry
        Rivalry of an actor with all others in the base year, shape (actor,) [faded acts].
    """

    mines: np.ndarray
    rivalry: np.ndarray


@dataclass(frozen=True)
class TechnologyPiece:
    """Technology at the start of a year.

    Attributes
    ----------
    gain
        Capability gained since the base year, shape (member, actor, mineral) [1].
    banned_by
        Who bans the export of a mineral's refining technology, `NOBODY` for none, shape
        (member, mineral).
    """

    gain: np.ndarray
    banned_by: np.ndarray


def make_facts(setting: Setting, parameters: object) -> TechnologyFacts:
    """Return what is worked out once."""
    refuse_outside("technology", parameters, RANGES)
    acting = len(setting.acting)
    mines = setting.published[0, :acting, :, 0] >= LEAST_MINED
    return TechnologyFacts(mines, setting.network.dyad_rivalry[0].sum(axis=1))


def draws(setting: Setting) -> Mapping[str, DrawShape]:
    """Return the draws of a year."""
    minerals = (len(setting.space.minerals),)
    return {
        "covers": DrawShape(UNIFORM, minerals),
        "ends": DrawShape(UNIFORM, minerals),
        "first": DrawShape(UNIFORM, (len(setting.acting),)),
        "starts": DrawShape(UNIFORM, (len(setting.acting),)),
    }


def start(moment: Moment) -> TechnologyPiece:
    """Return nothing gained and no ban beside those in base-year shares."""
    minerals = len(moment.setting.space.minerals)
    gain = np.zeros((moment.members, len(moment.setting.acting), minerals))
    return TechnologyPiece(gain, np.full((moment.members, minerals), NOBODY))


def able(moment: Moment) -> np.ndarray:
    """Return who knows how to refine what, shape (member, actor, mineral) [1]."""
    share = moment.state.shares[-1][:, :-1, :, REFINED]
    return np.asarray(np.minimum(share / moment.settings(TechnologyParameters).able_share, 1.0))


def taught(gain: np.ndarray, gap: np.ndarray, rate: float) -> np.ndarray:
    """Return what is gained: a share of what is left to gain, by the gap to who teaches [1].

    Examples
    --------
    >>> taught(np.array([0.0, 0.5]), np.array([1.0, -0.2]), 0.2).tolist()
    [0.2, 0.0]
    """
    return np.asarray(rate * (1.0 - gain) * np.maximum(gap, 0.0))


def investment(moment: Moment) -> Mapping[tuple[int, int], InvestmentTerms]:
    """Return what investors in plants are told of minerals in which something has moved."""
    chosen, piece = moment.settings(TechnologyParameters), moment.piece(TechnologyPiece)
    moved = (piece.gain > SMALLEST).any(axis=(0, 1)) | (piece.banned_by != NOBODY).any(axis=0)
    if not moved.any():
        return {}
    whole = ((0, 0), (0, 1), (0, 0))
    # The rest of the world gains nothing, and is not hit: it is no single actor.
    gain = np.pad(piece.gain, whole)
    cut = _cut(piece, able(moment))
    hit = np.pad(cut, whole)
    found = {}
    for k in np.flatnonzero(moved):
        owner = moment.setting.space.plant_actor[k]
        g, b = gain[:, owner, k], hit[:, owner, k]
        found[int(k), REFINED] = InvestmentTerms(
            attraction=chosen.attraction * g - chosen.ban_attraction * b,
            lead=np.exp(chosen.ban_lead * b - chosen.lead * g),
            hurdle=chosen.ban_hurdle * b,
        )
    return found


def _cut(piece: TechnologyPiece, know: np.ndarray) -> np.ndarray:
    """Return how hard a ban hits each actor, shape (member, actor, mineral) [1]."""
    by, actors = piece.banned_by[:, None, :], np.arange(know.shape[1])[None, :, None]
    hit = (by != NOBODY) & (by != actors)
    return np.where(hit, (1.0 - know) * (1.0 - piece.gain), 0.0)


def advance(moment: Moment) -> Advance:
    """Return technology a year later."""
    piece = moment.piece(TechnologyPiece)
    return Advance(TechnologyPiece(_next_gain(moment, piece), _next_bans(moment, piece)))


def _next_gain(moment: Moment, piece: TechnologyPiece) -> np.ndarray:
    chosen, know = moment.settings(TechnologyParameters), able(moment)
    gain = piece.gain * (1.0 - chosen.fading)
    new = np.zeros_like(gain)
    _from_ventures(moment, know, new)
    acts = {} if moment.acts is None else moment.acts.by_class
    free = np.asarray(piece.banned_by[:, None, :] != np.arange(know.shape[1])[None, :, None])
    if "agreement" in acts:
        member, row, partner = np.nonzero(acts["agreement"])
        first = moment.setting.first[PAIR][row]
        mines = moment.fact(TechnologyFacts).mines
        for teacher, learner in ((first, partner), (partner, first)):
            gap = know[member, teacher] * free[member, teacher] - know[member, learner]
            one = chosen.agreement * np.maximum(gap, 0.0) * mines[learner]
            np.add.at(new, (member, learner), one)
    if "investment_block" in acts:
        member, row, target = np.nonzero(acts["investment_block"])
        imposer = moment.setting.first[DYAD][row]
        gap = np.maximum(know[member, imposer] - know[member, target], 0.0)
        np.add.at(new, (member, target), -chosen.block * gap)
    new += _from_research(moment, know * free, know)
    taken = np.where(new > 0.0, (1.0 - gain) * new, new)
    return np.clip(gain + taken, 0.0, 1.0)


def _from_ventures(moment: Moment, know: np.ndarray, new: np.ndarray) -> None:
    """Add what ventures in refining that were announced in the last year teach."""
    ventures = moment.other("ventures", VenturesPiece)
    if ventures is None:
        return
    fresh = (ventures.since == moment.year - 1) & (ventures.stage == REFINED) & ventures.built
    if not fresh.any():
        return
    member, mineral = ventures.member[fresh], ventures.mineral[fresh]
    first = moment.setting.first[PAIR][ventures.first[fresh]]
    partner = ventures.partner[fresh]
    rate, banned = moment.settings(TechnologyParameters).venture, moment.piece(TechnologyPiece)
    for teacher, learner in ((first, partner), (partner, first)):
        may = banned.banned_by[member, mineral] != teacher
        gap = know[member, teacher, mineral] * may - know[member, learner, mineral]
        np.add.at(new, (member, learner, mineral), rate * np.maximum(gap, 0.0))


def _from_research(moment: Moment, teach: np.ndarray, know: np.ndarray) -> np.ndarray:
    """Return what joint research adds: a share of the mean gap to the others of the club."""
    pairs = together(moment, "research").astype(float)
    if not pairs.any():
        return np.zeros_like(know)
    pairs[:, np.arange(pairs.shape[1]), np.arange(pairs.shape[1])] = 0.0
    count = np.maximum(pairs.sum(axis=2, keepdims=True), 1.0)
    mean = np.matmul(pairs, teach) / count
    inside = pairs.sum(axis=2)[:, :, None] > 0.0
    rate = moment.settings(TechnologyParameters).research
    return np.where(inside, rate * np.maximum(mean - know, 0.0), 0.0)


def _next_bans(moment: Moment, piece: TechnologyPiece) -> np.ndarray:
    chosen = moment.settings(TechnologyParameters)
    kept = np.where(moment.numbers["ends"] < chosen.ban_end, NOBODY, piece.banned_by)
    shares = moment.state.shares[-1][:, :-1, :, REFINED]
    leads = shares >= chosen.leader_share
    chance = ban_chance(chosen, leads.sum(axis=2), _rivalry(moment))
    member, leader = np.nonzero(moment.numbers["starts"] < chance)
    for one, who in zip(member, leader, strict=True):
        led = np.flatnonzero(leads[one, who])
        covered = moment.numbers["covers"][one, led] < (chosen.ban_minerals - 1.0) / max(
            len(led) - 1, 1
        )
        covered[int(moment.numbers["first"][one, who] * len(led))] = True
        kept[one, led[covered]] = who
    return kept


def ban_chance(chosen: TechnologyParameters, led: np.ndarray, rivalry: np.ndarray) -> np.ndarray:
    """Return the yearly chance that an actor bans technology exports, shape (member, actor) [1].

    Parameters
    ----------
    led
        Minerals that an actor leads, shape (member, actor).
    rivalry
        Its rivalry over that of the base year, shape (member, actor) [1].

    Examples
    --------
    A leader of 9 of 10 minerals, and twice the rivalry:

    >>> chosen = TechnologyParameters(.1, .5, .2, .0, .0, .0, .0, 1., .3, .14, 2., .05, 1., .3, .1)
    >>> ban_chance(chosen, np.array([[9, 1]]), np.array([[2.0, 1.0]])).round(3).tolist()
    [[0.252, 0.014]]
    """
    share = led / np.maximum(led.sum(axis=1, keepdims=True), 1)
    return np.asarray(np.minimum(chosen.ban_rate * share * np.minimum(rivalry, MOST_RIVALRY), 1.0))


def _rivalry(moment: Moment) -> np.ndarray:
    now = moment.state.network.dyad_rivalry.sum(axis=2)
    base = moment.fact(TechnologyFacts).rivalry
    # A wave that all share does not feed the next: each over the mean of all.
    level = now.sum(axis=1, keepdims=True) / max(float(base.sum()), 1e-12)
    usual = base[None, :] * level
    ratio = np.divide(now, usual, out=np.ones_like(usual * now), where=usual > 0.0)
    return np.broadcast_to(ratio, (moment.members, base.size))


def record(moment: Moment) -> Mapping[str, Recorded]:
    """Return where a ban lies, and the largest gain of an actor by mineral."""
    piece = moment.piece(TechnologyPiece)
    banned = (piece.banned_by != NOBODY).astype(float)
    return {
        "technology_bans": Recorded(banned, ("mineral",), "1"),
        "technology_gain": Recorded(piece.gain.max(axis=1), ("mineral",), "1"),
    }


def tell(moment: Moment) -> list[Note]:
    """Return bans that start and end."""
    piece, space = moment.piece(TechnologyPiece), moment.setting.space
    chosen, now = moment.settings(TechnologyParameters), _next_bans(moment, piece)
    rivalry = _rivalry(moment)
    notes = []
    for member, k in np.argwhere(now != piece.banned_by):
        who = int(now[member, k])
        starts = who != NOBODY
        actor = space.actors[who if starts else int(piece.banned_by[member, k])]
        share = moment.state.shares[-1][member, space.actors.index(actor), k, REFINED]
        slower = 100.0 * (np.exp(chosen.ban_lead) - 1.0)
        notes.append(
            Note(
                int(member),
                "technology",
                actor,
                space.minerals[k],
                f"{'bans' if starts else 'frees'} exports of its refining technology",
                f"it refines {100.0 * share:.0f} % of the world; its rivalry with others is "
                f"{rivalry[member, space.actors.index(actor)]:.1f} times the usual"
                if starts
                else "",
                f"plants elsewhere take up to {slower:.0f} % longer" if starts else "",
                2.0 if starts else 1.0,
            )
        )
    return notes


TECHNOLOGY = Mechanism(
    name="technology",
    parameters=TechnologyParameters,
    draws=draws,
    facts=make_facts,
    start=start,
    investment=investment,
    advance=advance,
    record=record,
    tell=tell,
)
