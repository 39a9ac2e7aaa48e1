"""Barriers in force in a run: tariffs, curbs, sanctions, mandates, seizures and blocks.

Does      Holds the barriers of a block of members in one flat table, and picks rows of it.
Units     Tariffs and shares [1]; calendar years.
Method    One row for each act, mineral and link that it covers; an act of one year, imposer,
          target and kind may have several rows.
Assumes   Positions are on the axes of `oreacle.engine.space`; -1 where a column says nothing.
Not here  How rows come and go: see `.starts` and `.ends`; what they do: see `.market`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

TARIFF, CURB, SANCTION, MANDATE, REVOCATION, NATIONALISATION, BLOCK = range(7)
KIND_WORDS = (
    "tariff",
    "import curb",
    "trade sanction",
    "processing mandate",
    "licence revoked",
    "nationalisation",
    "investment block",
)
"""Kinds in words, in the order of their numbers."""
SEIZURES = (REVOCATION, NATIONALISATION)
ON_TRADE = (TARIFF, CURB, SANCTION)
NONE = -1


@dataclass(frozen=True)
class BarriersPiece:
    """Barriers in force at the start of a year, shape (row,) each.

    Attributes
    ----------
    kind
        `TARIFF`, `CURB`, `SANCTION`, `MANDATE`, `REVOCATION`, `NATIONALISATION` or `BLOCK`.
    member
        Member of the block.
    imposer, target
        Actors; no target for mandates and seizures.
    mineral, link
        What is hit, and 0 for ore, 1 for refined product; nothing for `BLOCK`, which concerns
        purchases and investment of the target at the imposer's.
    size
        Rate of a tariff; share of trade left by a curb, sanction or mandate; share of mine
        capacity lost to a seizure in its first year [1].
    since
        Year of the act; it holds from the year after.
    """

    kind: np.ndarray
    member: np.ndarray
    imposer: np.ndarray
    target: np.ndarray
    mineral: np.ndarray
    link: np.ndarray
    size: np.ndarray
    since: np.ndarray

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.kind)

    def rows(self, mask: np.ndarray) -> BarriersPiece:
        """Return the rows of a mask or of positions."""
        return BarriersPiece(*(getattr(self, item.name)[mask] for item in fields(self)))

    def of(self, *kinds: int) -> BarriersPiece:
        """Return the rows of some kinds."""
        return self.rows(np.isin(self.kind, kinds))

    @property
    def seizures(self) -> BarriersPiece:
        """Nationalisations and licences revoked: imposer, mineral and since say what is hit."""
        return self.of(*SEIZURES)

    def blocked(self, members: int, actors: int) -> np.ndarray:
        """Return who blocks purchases by whom, boolean, shape (member, imposer, target)."""
        found = np.zeros((members, actors, actors), dtype=bool)
        blocks = self.of(BLOCK)
        found[blocks.member, blocks.imposer, blocks.target] = True
        return found

    def acts(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the first row of every act, and the act of every row."""
        keys = np.stack([self.member, self.imposer, self.target, self.since, self.kind])
        if not len(self):
            return np.zeros(0, dtype=int), np.zeros(0, dtype=int)
        # One whole number for each act: columns are small, so that it fits.
        low = keys.min(axis=1, keepdims=True)
        span = keys.max(axis=1, keepdims=True) - low + 1
        steps = np.concatenate([[1], np.cumprod(span[:-1, 0])])
        _, first, of = np.unique(
            ((keys - low) * steps[:, None]).sum(axis=0), return_index=True, return_inverse=True
        )
        return first, of


def no_barriers() -> BarriersPiece:
    """Return an empty table."""
    none = np.zeros(0, dtype=np.int64)
    return BarriersPiece(none, none, none, none, none, none, np.zeros(0), none)


def together(parts: list[BarriersPiece]) -> BarriersPiece:
    """Return the rows of several tables, in their order."""
    return BarriersPiece(
        *(
            np.concatenate([getattr(part, item.name) for part in parts])
            for item in fields(BarriersPiece)
        )
    )
