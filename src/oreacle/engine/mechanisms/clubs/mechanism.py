"""Clubs as a mechanism: what pooled procurement, shared refining and a floor do while they last.

Does      Starts and moves clubs, and puts three of their instruments on markets and investors.
Units     As in `oreacle.engine.mechanisms.contract`.
Method    A joint desk leans away from suppliers with a large share of what it buys: the strength
          of a link is scaled by e^(-d (s - sum s^2)), s the share of the supplier's actor.
          Shared refining starts plants for a share of the members' use over some years, at
          members that refine, by what they refine. A floor lowers the price that
          investors in members' mines ask for.
Assumes   Other instruments act through the mechanism that they touch, which reads the piece:
          joint stocks, research, recycling, certificates, insurance and management of crises.
Not here  Who is in a club: see `.dynamics`; what a club is worth: `oreacle.engine.clubs`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from oreacle.data.codes import actor_name
from oreacle.engine.mechanisms.clubs.dynamics import apply_changes, next_clubs
from oreacle.engine.mechanisms.clubs.terms import ClubFacts, ClubParameters, club_facts
from oreacle.engine.mechanisms.clubs_piece import SLOTS, ClubsPiece, no_clubs
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import (
    MINED,
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
from oreacle.engine.setting import Setting
from oreacle.scenario.assumptions import CLUB_INSTRUMENTS

NAME = "clubs"
MOST_STARTED = 0.5
"""Most plants that a club starts in a year over what members have [1]; assumed."""


def _draws(setting: Setting) -> Mapping[str, DrawShape]:
    actors = len(setting.space.actors)
    return {
        "exit": DrawShape(UNIFORM, (SLOTS, actors)),
        "join": DrawShape(UNIFORM, (actors,)),
        "club": DrawShape(UNIFORM, (4,)),
    }


def _facts(setting: Setting, parameters: object) -> ClubFacts:
    shares = ("teeth", "join", "every_mineral", "strain_fade", "plant_share")
    refuse_outside(NAME, parameters, dict.fromkeys(shares, (0.0, 1.0)))
    refuse_outside(NAME, parameters, {"exit_rate": (0.0, 0.9), "plant_years": (1.0, 50.0)})
    return club_facts(setting)


def _start(moment: Moment) -> ClubsPiece:
    space = moment.setting.space
    facts = moment.fact(ClubFacts)
    names = [club.name for club in facts.known]
    piece = no_clubs(moment.members, len(space.actors), len(space.minerals), names)
    apply_changes(moment, piece, 0, moment.year)
    return piece


def _conditions(moment: Moment) -> Mapping[int, Conditions]:
    """Return pulls of joint desks."""
    clubs, own = moment.piece(ClubsPiece), moment.settings(ClubParameters)
    if not clubs.runs("procurement").any():
        return {}
    setting, covered = moment.setting, clubs.covered("procurement")
    chains = list(setting.world.chains.values())
    found = {}
    for k in np.flatnonzero(covered.any(axis=(0, 1))):
        tail, head = setting.space.plant_actor[k], setting.space.user_actor[k]
        buys = covered[:, head, k]
        away = desk_pull(chains[k].refined_flow, tail, head, buys, own.desk_lean)
        found[int(k)] = Conditions(metal_pull=away)
    return found


def desk_pull(
    flow: np.ndarray, tail: np.ndarray, head: np.ndarray, buys: np.ndarray, lean: float
) -> np.ndarray:
    """Return factors on links to users that buy through a desk, shape (member, plant, user) [1].

    Parameters
    ----------
    flow
        Base flows, shape (plant, user) [t/yr].
    tail, head
        Actors of plants and users.
    buys
        True for users that buy through the desk, shape (member, user).
    lean
        Log points by which a supplier with all of the desk's purchases loses pull over one with
        none [1].
    """
    # What comes from a buyer's own actor is no purchase: the desk leaves it alone.
    foreign = tail[:, None] != head[None, :]
    bought = buys.astype(float) @ (flow * foreign).T
    actors = int(tail.max()) + 1
    by_actor = np.zeros((buys.shape[0], actors))
    np.add.at(by_actor.T, tail, bought.T)
    total = by_actor.sum(axis=1, keepdims=True)
    share = np.divide(by_actor, total, out=np.zeros_like(by_actor), where=total > 0.0)
    usual = (share**2).sum(axis=1, keepdims=True)
    factor = np.exp(-lean * (share - usual))[:, tail]
    touched = buys[:, None, :] & foreign[None] & (total > 0.0)[:, :, None]
    return np.asarray(np.where(touched, factor[:, :, None], 1.0))


def _investment(moment: Moment) -> Mapping[tuple[int, int], InvestmentTerms]:
    clubs, own = moment.piece(ClubsPiece), moment.settings(ClubParameters)
    space, found = moment.setting.space, {}
    if clubs.runs("floor").any():
        covered = clubs.covered("floor")
        for k in np.flatnonzero(covered.any(axis=(0, 1))):
            inside = covered[:, space.mine_actor[k], k]
            found[int(k), MINED] = InvestmentTerms(hurdle=-own.floor_hurdle * inside)
    if clubs.runs("refining").any():
        found |= _plants(moment, clubs, own)
    return found


def _plants(
    moment: Moment, clubs: ClubsPiece, own: ClubParameters
) -> dict[tuple[int, int], InvestmentTerms]:
    """Return plants that refining clubs start in the year."""
    young = clubs.runs("refining") & (moment.year - clubs.since < own.plant_years)
    about = clubs.minerals & young[:, :, None]
    space, chains = moment.setting.space, list(moment.setting.world.chains.values())
    found = {}
    for k in np.flatnonzero(about.any(axis=(0, 1))):
        chain = chains[k]
        started = np.zeros((moment.members, chain.refined.size))
        for slot in np.flatnonzero(about[:, :, k].any(axis=0)):
            inside = clubs.member_of[:, slot] & about[:, slot, k, None]
            plants, users = inside[:, space.plant_actor[k]], inside[:, space.user_actor[k]]
            refined = plants @ chain.refined
            tonnes = own.plant_share / own.plant_years * (users @ chain.used)
            over = np.divide(tonnes, refined, out=np.zeros_like(tonnes), where=refined > 0.0)
            started += plants * np.minimum(over, MOST_STARTED)[:, None]
        found[int(k), REFINED] = InvestmentTerms(started=started)
    return found


def _advance(moment: Moment) -> Advance:
    moved = next_clubs(moment)
    return Advance(moved.piece, rivalry=moved.rivalry)


def _record(moment: Moment) -> Mapping[str, Recorded]:
    """Return clubs, seats and mean strain at the start of the year, and exits in the one before."""
    clubs = moment.piece(ClubsPiece)
    seats = clubs.member_of.sum(axis=(1, 2)).astype(float)
    strain = clubs.strain.sum(axis=(1, 2)) / np.maximum(seats, 1.0)
    return {
        "clubs": Recorded(clubs.is_running.sum(axis=1).astype(float), (), "1"),
        "club_seats": Recorded(seats, (), "1"),
        "club_strain": Recorded(strain, (), "1"),
        "club_exits": Recorded(clubs.exits, (), "1"),
    }


def _tell(moment: Moment) -> Sequence[Note]:
    before, moved = moment.piece(ClubsPiece), next_clubs(moment)
    notes = []
    for member, slot in np.argwhere(moved.joined.any(axis=2)):
        is_new = not before.member_of[member, slot].any()
        notes.append(_entered(moment, moved.piece, moved.joined, (member, slot), is_new=is_new))
    for member, slot, actor in np.argwhere(moved.left):
        name = moment.setting.space.actors[actor]
        strain = float(before.strain[member, slot, actor])
        stays = int(moved.piece.member_of[member, slot].sum())
        ends = "it ends" if stays == 0 else f"members that stay: {stays}"
        why = "what it gives weighs more than what it gets" if strain > 0.5 else "a change of mind"
        club = _called(before, member, slot)
        what = f"leaves {club}"
        notes.append(Note(int(member), NAME, name, "", what, why, f"{ends}; rivalry grows", 4.0))
    return notes


def _entered(
    moment: Moment, piece: ClubsPiece, joined: np.ndarray, at: tuple[int, int], *, is_new: bool
) -> Note:
    member, slot = at
    names = [moment.setting.space.actors[a] for a in np.flatnonzero(joined[member, slot])]
    beside = ", ".join(map(actor_name, names[1:]))
    does = [
        n for n, on in zip(CLUB_INSTRUMENTS, piece.instruments[member, slot], strict=True) if on
    ]
    about = np.flatnonzero(piece.minerals[member, slot])
    minerals = moment.setting.space.minerals
    called = [chain.in_words for chain in moment.setting.world.chains.values()]
    goods = "all minerals" if about.size == len(minerals) else ", ".join(called[k] for k in about)
    verb = "founds" if is_new else "joins"
    company = f", with {beside}," if beside else ""
    return Note(
        int(member),
        NAME,
        names[0],
        minerals[about[0]] if about.size == 1 else "",
        f"{verb}{company} {_called(piece, member, slot)} on {goods}",
        "they have no more rivalry than cooperation",
        f"from next year: {', '.join(does) or 'talks'}",
        weight=5.0 if is_new else 3.0,
    )


def _called(piece: ClubsPiece, member: int, slot: int) -> str:
    return piece.names[slot] or f"a club of {int(piece.since[member, slot])}"


CLUBS = Mechanism(
    name=NAME,
    parameters=ClubParameters,
    draws=_draws,
    facts=_facts,
    start=_start,
    conditions=_conditions,
    investment=_investment,
    advance=_advance,
    record=_record,
    tell=_tell,
)
