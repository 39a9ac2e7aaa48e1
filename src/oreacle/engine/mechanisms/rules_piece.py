"""Strength of the trade rules and disputes under them, in a run.

Does      Holds strength, pending disputes and what rulings of the last year end.
Units     Strength: 1 for the years on which the models were fitted, 0 for none [1].
Method    None: a frozen record.
Assumes   Positions are on the axis of actors.
Not here  How they move: see `oreacle.engine.mechanisms.rules`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Cases:
    """Disputes, shape (case,) each.

    Attributes
    ----------
    member, complainant, target
        Member of the block, and the parties.
    filed
        Calendar year.
    """

    member: np.ndarray
    complainant: np.ndarray
    target: np.ndarray
    filed: np.ndarray

    def __len__(self) -> int:
        """Return the number of disputes."""
        return len(self.member)

    def rows(self, mask: np.ndarray) -> Cases:
        """Return the disputes of a mask."""
        return Cases(self.member[mask], self.complainant[mask], self.target[mask], self.filed[mask])

    def count(self, members: int) -> np.ndarray:
        """Return the number of disputes by member, shape (member,)."""
        return np.bincount(self.member, minlength=members).astype(float)


def no_cases() -> Cases:
    """Return no disputes."""
    none = np.zeros(0, dtype=np.int64)
    return Cases(none, none, none, none)


@dataclass(frozen=True)
class RulesPiece:
    """The rules at the start of a year.

    Attributes
    ----------
    strength
        Shape (member,) [1].
    pending
        Disputes that are not concluded.
    ruled, obeyed
        Disputes that were ruled for the complainant in the last year, and those of them that the
        target obeys: its measures end in this year.
    """

    strength: np.ndarray
    pending: Cases
    ruled: Cases
    obeyed: Cases
