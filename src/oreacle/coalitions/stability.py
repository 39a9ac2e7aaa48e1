"""Stability of one club: who gains from leaving it, and who from joining.

Does      Scores internal and external stability of every club, with and without transfers.
Units     In and out: the unit of the payoffs.
Method    Compares what a player gets now with what it gets after its own single move, all else
          unchanged. Leaving is free; joining is free (open) or needs that no member loses
          (exclusive).
Assumes   Moves are single and are not answered. Payoffs within the stated tolerance are equal, and
          who is indifferent stays where it is.
Not here  Moves by groups and what follows them: see `oreacle.coalitions.farsighted`.

References
----------
d'Aspremont, C., Jacquemin, A., Gabszewicz, J. J. and Weymark, J. A. (1983). On the stability of
collusive price leadership. Canadian Journal of Economics 16(1), 17-25.
Carraro, C. and Siniscalco, D. (1993). Strategies for the international protection of the
environment. Journal of Public Economics 52(3), 309-328.
Barrett, S. (1994). Self-enforcing international environmental agreements. Oxford Economic Papers
46, 878-894.
Eyckmans, J. and Finus, M. (2004). An almost ideal sharing scheme for coalition games with
externalities. FEEM working paper 155.2004.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from oreacle.coalitions.game import ClubPayoffs, checked_tolerance, coalition_sizes, membership
from oreacle.core.errors import CoalitionError

Joining = Literal["open", "exclusive"]


@dataclass(frozen=True, eq=False)
class StabilityTable:
    """Gains from single moves under every club.

    Attributes
    ----------
    players
        Names, in the order of the columns.
    leaving : ndarray (2**n, n)
        What member i gains when it leaves club S; NaN for outsiders.
    joining : ndarray (2**n, n)
        What outsider j gains when it joins club S; NaN for members.
    admitting : ndarray (2**n, n)
        Change of the member of S that fares worst when outsider j joins; infinite if S is empty,
        NaN for members.
    surplus : ndarray (2**n,)
        What members have in all above the sum of what each would have after leaving alone. If it
        is not negative, some division of the club's payoff keeps everyone in.
    tolerance
        Gains up to this are no gains.
    """

    players: tuple[str, ...]
    leaving: np.ndarray
    joining: np.ndarray
    admitting: np.ndarray
    surplus: np.ndarray
    tolerance: float

    @property
    def internal(self) -> np.ndarray:
        """Return which clubs no member gains from leaving, shape (2**n,)."""
        return np.asarray(~(self.leaving > self.tolerance).any(axis=1))

    @property
    def potentially_internal(self) -> np.ndarray:
        """Return which clubs a side payment among members can make internally stable."""
        return self.surplus >= -self.tolerance

    def external(self, joining: Joining = "open") -> np.ndarray:
        """Return which clubs no outsider gains from joining, or is let into, shape (2**n,)."""
        enters = self.joining > self.tolerance
        if checked_joining(joining) == "exclusive":
            enters &= self.admitting >= -self.tolerance
        return np.asarray(~enters.any(axis=1))


@dataclass(frozen=True, eq=False)
class ClubStability:
    """How one club stands: gains from single moves, by name.

    Attributes
    ----------
    mask, members
        The club.
    leaving
        Gain of each member that leaves alone.
    joining
        Gain of each outsider that joins alone.
    admitting
        Change of the worst-off member when that outsider joins.
    surplus
        Joint payoff of members above the sum of what each has after leaving alone.
    internal, potentially_internal, external_open, external_exclusive
        Verdicts, at `tolerance`.
    tolerance
        In the unit of the payoffs.
    """

    mask: int
    members: tuple[str, ...]
    leaving: dict[str, float]
    joining: dict[str, float]
    admitting: dict[str, float]
    surplus: float
    internal: bool
    potentially_internal: bool
    external_open: bool
    external_exclusive: bool
    tolerance: float


def stability_table(payoffs: ClubPayoffs, *, tolerance: float | None = None) -> StabilityTable:
    """Return the gains from single moves under every club.

    Parameters
    ----------
    payoffs
        What everyone gets under each club.
    tolerance
        Gains up to this, in the unit of the payoffs, are no gains. If not given: 1e-9 of the
        largest change that any club makes to anyone.

    Raises
    ------
    CoalitionError
        ORE-COA-009 on a tolerance that is negative or not finite.

    References
    ----------
    d'Aspremont et al. (1983), internal and external stability of a cartel; Carraro and Siniscalco
    (1993), the same for agreements; the surplus: Eyckmans and Finus (2004), potential internal
    stability.
    """
    slack = checked_tolerance(payoffs.tolerance if tolerance is None else tolerance)
    size = payoffs.size
    inside = membership(size)
    clubs, each = np.arange(1 << size)[:, None], np.arange(size)
    bits = 1 << each
    change = payoffs.payoff[clubs ^ bits, each] - payoffs.payoff  # after i's own move
    admitting = np.full((1 << size, size), np.inf)
    for joiner in each:
        after = payoffs.payoff[clubs[:, 0] | bits[joiner]] - payoffs.payoff
        admitting[:, joiner] = np.where(inside, after, np.inf).min(axis=1)
    leaving = np.where(inside, change, np.nan)
    return StabilityTable(
        players=payoffs.players,
        leaving=leaving,
        joining=np.where(inside, np.nan, change),
        admitting=np.where(inside, np.nan, admitting),
        surplus=-np.where(inside, change, 0.0).sum(axis=1),
        tolerance=slack,
    )


def club_stability(
    payoffs: ClubPayoffs, mask: int, *, tolerance: float | None = None
) -> ClubStability:
    """Return who would leave and who would join one club, and by how much each would gain.

    Raises
    ------
    CoalitionError
        ORE-COA-004 if the mask is no coalition; ORE-COA-009 as in `stability_table`.

    Examples
    --------
    >>> pair = ClubPayoffs(("a", "b"), [[0, 0], [0, 0], [0, 0], [3, -1]])
    >>> club = club_stability(pair, 0b11)
    >>> club.leaving, club.internal, club.potentially_internal
    ({'a': -3.0, 'b': 1.0}, False, True)
    """
    payoffs.check_mask(mask)
    return _club(payoffs, stability_table(payoffs, tolerance=tolerance), mask)


def stable_clubs(
    payoffs: ClubPayoffs,
    *,
    joining: Joining = "open",
    transfers: bool = False,
    smallest: int = 2,
    tolerance: float | None = None,
) -> tuple[ClubStability, ...]:
    """Return all clubs that are internally and externally stable, by mask.

    Parameters
    ----------
    payoffs
        What everyone gets under each club.
    joining
        ``open``: whoever wants is in. ``exclusive``: only if no member loses.
    transfers
        If true, members may divide their joint payoff: potential internal stability counts. What
        outsiders get after joining is then still the payoff of the table.
    smallest
        Fewest members of a club; a club of one is no cooperation.
    tolerance
        As in `stability_table`.

    Returns
    -------
    tuple of ClubStability
        May be empty: then no club lasts under these rules.

    Raises
    ------
    CoalitionError
        ORE-COA-009 as in `stability_table`; ORE-COA-010 if `joining` is another word.

    Examples
    --------
    >>> pair = ClubPayoffs(("a", "b"), [[0, 0], [0, 0], [0, 0], [3, 1]])
    >>> [club.members for club in stable_clubs(pair)]
    [('a', 'b')]
    """
    table = stability_table(payoffs, tolerance=tolerance)
    inner = table.potentially_internal if transfers else table.internal
    stable = inner & table.external(joining) & (coalition_sizes(payoffs.size) >= smallest)
    return tuple(_club(payoffs, table, int(mask)) for mask in np.flatnonzero(stable))


def _club(payoffs: ClubPayoffs, table: StabilityTable, mask: int) -> ClubStability:
    def named(row: np.ndarray) -> dict[str, float]:
        pairs = zip(payoffs.players, row[mask].tolist(), strict=True)
        return {name: value for name, value in pairs if not np.isnan(value)}

    return ClubStability(
        mask=mask,
        members=payoffs.members(mask),
        leaving=named(table.leaving),
        joining=named(table.joining),
        admitting=named(table.admitting),
        surplus=float(table.surplus[mask]),
        internal=bool(table.internal[mask]),
        potentially_internal=bool(table.potentially_internal[mask]),
        external_open=bool(table.external("open")[mask]),
        external_exclusive=bool(table.external("exclusive")[mask]),
        tolerance=table.tolerance,
    )


def checked_joining(joining: str) -> str:
    """Return the rule of joining, or refuse it (ORE-COA-010)."""
    if joining not in ("open", "exclusive"):
        raise CoalitionError(
            "ORE-COA-010",
            f"unknown rule of joining {joining!r}.",
            why="who may join decides which clubs are stable.",
            fix="say 'open' or 'exclusive'.",
        )
    return joining
