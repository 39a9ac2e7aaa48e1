"""What is known of clubs of states in a run: who is in them, what they do, how strained they are.

Does      Holds clubs of a block in a fixed number of slots, and answers who acts together.
Units     Strain: log-odds of leaving over those of a calm club [1].
Method    None: a frozen record. A slot without members is empty.
Assumes   Actors and minerals are on the axes of `oreacle.engine.space`; instruments are in the
          order of `oreacle.scenario.assumptions.CLUB_INSTRUMENTS`.
Not here  How clubs form, admit and break: see `oreacle.engine.mechanisms.clubs`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.scenario.assumptions import CLUB_INSTRUMENTS

__all__ = ["SLOTS", "ClubsPiece", "no_clubs"]
SLOTS = 12
"""Clubs that a run can hold at one time."""


@dataclass(frozen=True)
class ClubsPiece:
    """Clubs of a block of members at the start of a year.

    Attributes
    ----------
    member_of
        Who is in which club, boolean, shape (member, slot, actor), all actors of the run.
    instruments
        What a club does, boolean, shape (member, slot, instrument).
    minerals
        What a club is about, boolean, shape (member, slot, mineral).
    strain
        How much a member gains by leaving, over what it keeps by staying, shape
        (member, slot, actor) [1]; 0 for who is not a member.
    since
        Year in which the club was founded, shape (member, slot); 0 for an empty slot.
    names
        Names of clubs of the world and of the scenario, by slot, the same in all members; "" for
        a slot in which clubs are founded in the run.
    exits
        Members that left a club in the last year, shape (member,).
    """

    member_of: np.ndarray
    instruments: np.ndarray
    minerals: np.ndarray
    strain: np.ndarray
    since: np.ndarray
    names: tuple[str, ...]
    exits: np.ndarray

    @property
    def is_running(self) -> np.ndarray:
        """True for slots that hold a club, shape (member, slot)."""
        return np.asarray(self.member_of.any(axis=2))

    def runs(self, instrument: str) -> np.ndarray:
        """Return True for clubs that use an instrument, shape (member, slot)."""
        return np.asarray(self.instruments[:, :, _position(instrument)] & self.is_running)

    def together(self, instrument: str) -> np.ndarray:
        """Return True for two actors in one club that uses an instrument.

        Returns
        -------
        array (member, actor, actor)
            Boolean, symmetric, true on the diagonal of actors in such a club.
        """
        inside = self._inside(instrument).astype(np.float32)
        return np.asarray(np.swapaxes(inside, 1, 2) @ inside > 0.0)

    def covered(self, instrument: str) -> np.ndarray:
        """Return True where an actor is in a club that uses an instrument on a mineral.

        Returns
        -------
        array (member, actor, mineral)
            Boolean.
        """
        inside = self._inside(instrument).astype(np.float32)
        return np.asarray(np.swapaxes(inside, 1, 2) @ self.minerals.astype(np.float32) > 0.0)

    def _inside(self, instrument: str) -> np.ndarray:
        return np.asarray(self.member_of & self.instruments[:, :, _position(instrument), None])


def no_clubs(members: int, actors: int, minerals: int, names: Sequence[str] = ()) -> ClubsPiece:
    """Return empty slots, the first of which are kept for named clubs."""
    return ClubsPiece(
        member_of=np.zeros((members, SLOTS, actors), dtype=bool),
        instruments=np.zeros((members, SLOTS, len(CLUB_INSTRUMENTS)), dtype=bool),
        minerals=np.zeros((members, SLOTS, minerals), dtype=bool),
        strain=np.zeros((members, SLOTS, actors)),
        since=np.zeros((members, SLOTS), dtype=np.int64),
        names=(*names, *([""] * (SLOTS - len(names)))),
        exits=np.zeros(members),
    )


def _position(instrument: str) -> int:
    """Return the position of an instrument; an unknown name is an error of the caller."""
    return CLUB_INSTRUMENTS.index(instrument)
