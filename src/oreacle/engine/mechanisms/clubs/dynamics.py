"""How clubs form, admit, strain and break from one year to the next.

Does      Moves the clubs of a block by a year.
Units     Strain in log-odds of leaving [1]; rivalry in acts.
Method    Members leave with the odds of a calm club times e to the strain. Who is drawn to found
          or join a club in the year joins one with most of whose members it has no more
          rivalry than cooperation, or founds one with others of the year with whom that holds.
Assumes   A club without an instrument that a market feels is talk: its ties are counted with the
          acts of the year, and it is not followed here. Who leaves goes alone.
Not here  What clubs do to markets: see `oreacle.engine.mechanisms.clubs.mechanism`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from oreacle.engine.mechanisms.clubs.terms import ClubFacts, ClubParameters
from oreacle.engine.mechanisms.clubs_piece import ClubsPiece
from oreacle.engine.mechanisms.contract import Moment
from oreacle.scenario.assumptions import CLUB_INSTRUMENTS, ClubChange

FEWEST = 2


@dataclass(frozen=True)
class Moved:
    """A year of clubs.

    Attributes
    ----------
    piece
        Clubs at the end of the year.
    left, joined
        Who left, and who founded or joined, shape (member, slot, actor); boolean.
    rivalry
        What exits leave, shape (member, actor, actor) on the axis of actors that act [acts]; None
        if nobody left.
    """

    piece: ClubsPiece
    left: np.ndarray
    joined: np.ndarray
    rivalry: np.ndarray | None


def next_clubs(moment: Moment) -> Moved:
    """Return clubs after the exits, admissions and foundings of a year, and scenario changes."""
    old = moment.piece(ClubsPiece)
    strain = next_strain(moment, old)
    left = _leaving(moment, old, strain)
    staying = old.member_of & ~left
    member_of, instruments, minerals, since = (
        staying.copy(),
        old.instruments.copy(),
        old.minerals.copy(),
        old.since.copy(),
    )
    piece = replace(
        old,
        member_of=member_of,
        instruments=instruments,
        minerals=minerals,
        since=since,
        strain=np.where(staying, strain, 0.0),
        exits=left.sum(axis=(1, 2)).astype(float),
    )
    _ended(piece)
    before = piece.member_of.copy()
    _formed(moment, piece)
    apply_changes(moment, piece, moment.year + 1, moment.year + 1)
    _ended(piece)
    joined = piece.member_of & ~before
    return Moved(piece, left, joined, _rivalry(moment, left, staying))


def exit_chance(rate: float, strain: np.ndarray) -> np.ndarray:
    """Return the yearly chance of leaving at some strain.

    Parameters
    ----------
    rate
        Chance in a calm club [1/yr].
    strain
        Log-odds over it [1].

    Examples
    --------
    >>> [round(float(p), 4) for p in exit_chance(0.01, np.array([0.0, 2.0]))]
    [0.01, 0.0695]
    """
    odds = rate / (1.0 - rate) * np.exp(np.minimum(strain, 50.0))
    return np.asarray(odds / (1.0 + odds))


def next_strain(moment: Moment, clubs: ClubsPiece) -> np.ndarray:
    """Return the strain of each member of each club after the year, (member, slot, actor)."""
    own = moment.settings(ClubParameters)
    if not clubs.is_running.any():
        return np.zeros_like(clubs.strain)
    inside = clubs.member_of[:, :, :-1].astype(float)
    network = moment.state.network
    at_odds = (network.dyad_rivalry > network.cooperation).astype(float)
    at_odds = np.broadcast_to(at_odds, (moment.members, *at_odds.shape[1:]))
    others = np.maximum(inside.sum(axis=2, keepdims=True) - 1.0, 1.0)
    strain = own.strain_fade * clubs.strain
    strain[:, :, :-1] += own.strain_rivalry * (inside @ at_odds) / others
    strain += own.strain_measure * _measures_within(moment, clubs)
    strain += own.strain_sharing * _shared(moment, clubs)
    return np.where(clubs.member_of, strain, 0.0)


def _measures_within(moment: Moment, clubs: ClubsPiece) -> np.ndarray:
    """Return measures of the year against each member by others; one on all counts half."""
    found = np.zeros(clubs.strain.shape)
    actors = moment.setting.space.actors
    for member, measures in enumerate(moment.started):
        for one in measures:
            at = actors.index(one.actor)
            slots = np.flatnonzero(clubs.member_of[member, :, at])
            if not slots.size:
                continue
            hit = np.full(len(actors), 0.0 if one.targets else 0.5)
            hit[[actors.index(name) for name in one.targets if name in actors]] = 1.0
            hit[at] = 0.0
            found[member, slots] += hit
    return found


def _shared(moment: Moment, clubs: ClubsPiece) -> np.ndarray:
    """Return by how much others of a joint stock pay more than a member [log points].

    Mean over the minerals of the club and users of each member.
    """
    found = np.zeros(clubs.strain.shape)
    running = clubs.runs("stockpile")
    if not running.any() or not moment.cleared:
        return found
    space, count = moment.setting.space, np.zeros(found.shape)
    for k in np.flatnonzero((clubs.minerals & running[:, :, None]).any(axis=(0, 1))):
        owner, prices = space.user_actor[k], moment.cleared[k].prices.delivered
        users = np.bincount(owner, minlength=len(space.actors))
        paid = space.by_actor(prices, owner) / np.maximum(users, 1)
        about = (clubs.minerals[:, :, k] & running)[:, :, None] & clubs.member_of & (users > 0)
        total = np.maximum(about.sum(axis=2, keepdims=True), 1)
        mean = np.where(about, paid[:, None, :], 0.0).sum(axis=2, keepdims=True) / total
        found += np.where(about, np.maximum(mean - paid[:, None, :], 0.0), 0.0)
        count += about
    return np.asarray(found / np.maximum(count, 1.0))


def _leaving(moment: Moment, clubs: ClubsPiece, strain: np.ndarray) -> np.ndarray:
    rate = moment.settings(ClubParameters).exit_rate
    return clubs.member_of & (moment.numbers["exit"] < exit_chance(rate, strain))


def _rivalry(moment: Moment, left: np.ndarray, staying: np.ndarray) -> np.ndarray | None:
    """Return what exits leave behind, from who leaves to who stays, shared among them."""
    if not left.any():
        return None
    own = moment.settings(ClubParameters)
    gone, there = (one[:, :, :-1].astype(float) for one in (left, staying))
    share = there / np.maximum(there.sum(axis=2, keepdims=True), 1.0)
    return np.asarray(own.exit_rivalry * np.swapaxes(gone, 1, 2) @ share)


def _ended(piece: ClubsPiece) -> None:
    """Clear slots with too few members; the arrays are the caller's own."""
    short = piece.member_of.sum(axis=2) < FEWEST
    for array in (piece.member_of, piece.instruments, piece.minerals, piece.strain):
        array[short] = 0
    piece.since[short] = 0


def _formed(moment: Moment, piece: ClubsPiece) -> None:
    """Enter who joins and what is founded; the arrays are the caller's own."""
    if moment.acts is None or "club" not in moment.acts.by_class:
        return
    drawn = moment.acts.by_class["club"]
    own, network = moment.settings(ClubParameters), moment.state.network
    friendly = network.cooperation >= network.dyad_rivalry
    for member in np.flatnonzero(drawn.any(axis=1)):
        ties = friendly[member if friendly.shape[0] > 1 else 0]
        willing = np.flatnonzero(drawn[member])
        founders = []
        for actor in willing:
            slot = _welcoming(piece.member_of[member], ties[actor], int(actor))
            if slot is not None and moment.numbers["join"][member, actor] < own.join:
                piece.member_of[member, slot, actor] = True
            else:
                founders.append(int(actor))
        if len(founders) >= FEWEST and moment.numbers["club"][member, 0] < own.teeth:
            _found(moment, piece, int(member), [a for a in founders if ties[founders[0], a]])


def _welcoming(member_of: np.ndarray, ties: np.ndarray, actor: int) -> int | None:
    """Return the club with most members that an actor could join: friendly with most of them."""
    size = member_of.sum(axis=1)
    good = (member_of[:, :-1] & ties).sum(axis=1)
    open_to = (size >= FEWEST) & ~member_of[:, actor] & (2 * good > size)
    return int(np.argmax(np.where(open_to, size, 0))) if open_to.any() else None


def _found(moment: Moment, piece: ClubsPiece, member: int, founders: list[int]) -> None:
    """Enter a club in the first free slot without a name; none free, none founded."""
    kept = np.array([bool(name) for name in piece.names])
    free = np.flatnonzero(~piece.member_of[member].any(axis=1) & ~kept)
    if not free.size or len(founders) < FEWEST:
        return
    own, slot = moment.settings(ClubParameters), free[0]
    _, which, scope, mineral = moment.numbers["club"][member]
    piece.member_of[member, slot, founders] = True
    piece.instruments[member, slot] = False
    chosen = np.searchsorted(np.cumsum(own.weights), which * (1.0 - 1e-12))
    piece.instruments[member, slot, min(int(chosen), len(CLUB_INSTRUMENTS) - 1)] = True
    concern = np.cumsum(moment.fact(ClubFacts).concern)
    piece.minerals[member, slot] = scope < own.every_mineral
    piece.minerals[member, slot, min(int(np.searchsorted(concern, mineral)), concern.size - 1)] = (
        True
    )
    piece.since[member, slot] = moment.year + 1


def apply_changes(moment: Moment, piece: ClubsPiece, first: int, last: int) -> None:
    """Enter what a scenario sets from one year to another, both included, in all members."""
    for slot, club in enumerate(moment.fact(ClubFacts).known):
        for change in club.changes:
            if first <= change.year <= last:
                _change(moment, piece, slot, change)


def _change(moment: Moment, piece: ClubsPiece, slot: int, change: ClubChange) -> None:
    space = moment.setting.space
    at = [space.actors.index(name) for name in change.members]
    if change.change == "dissolved":
        piece.member_of[:, slot] = False
    elif change.change == "left":
        piece.member_of[:, slot, at] = False
    elif change.change == "joined":
        running = np.asarray(piece.member_of[:, slot].any(axis=1))
        piece.member_of[:, slot, at] |= running[:, None]
    else:
        piece.member_of[:, slot] = False
        piece.member_of[:, slot, at] = True
        piece.instruments[:, slot] = [name in change.instruments for name in CLUB_INSTRUMENTS]
        about = change.minerals or space.minerals
        piece.minerals[:, slot] = [name in about for name in space.minerals]
        piece.since[:, slot] = change.year
