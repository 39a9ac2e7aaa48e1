"""What every club among some players is worth: all of them exactly, or through a few draws.

Does      Fills the table of payoffs of all clubs, and measures the error where it is not exact.
Units     USD/yr.
Method    Up to `EXACT_PLAYERS` players every club is cleared in every distinct draw. With more, a
          sample of clubs is cleared in all draws, a cubature chosen from it, and all clubs cleared
          exactly in its draws; other clubs, drawn at random, are then cleared in all draws and the
          gap printed. Clubs cleared in all draws keep their exact values.
Assumes   A club whose members together lose by acting does not act: everyone gets nothing.
Not here  What follows from the table: see `oreacle.engine.clubs.study`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from oreacle.coalitions.game import ClubPayoffs, membership
from oreacle.core.streams import member_stream
from oreacle.engine.clubs.clearing import cleared
from oreacle.engine.clubs.cubature import choose_draws
from oreacle.engine.clubs.field import ClubField
from oreacle.engine.clubs.piece import PASSIVE
from oreacle.engine.clubs.purposes import Purpose
from oreacle.engine.clubs.rules import Rule

EXACT_PLAYERS = 7
"""Up to so many players all clubs are cleared in all draws."""
SAMPLE = 96
"""Clubs of the sample beside the whole, the single players and the whole without one."""
KEPT_OUT = 0.25
"""Share of the sample that is kept out of the fit of the cubature."""
CHECKS = 200
AIM = 0.002
"""Gap to clubs that were kept out, over v(N), at which the cubature is good enough [1]."""
CHUNK = 16
"""Clubs that are cleared before their draws are averaged and let go."""
STREAM = 160
"""Purpose of the stream that picks clubs; see `oreacle.core.streams`."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Check:
    """How far values that are not exact are from exact ones.

    Attributes
    ----------
    clubs
        Clubs that were cleared again in all draws.
    typical, worst
        95th percentile and largest gap of the joint value over v(N) [1]; NaN if v(N) is 0.
    typical_usd
        95th percentile of the gap [USD/yr].
    draws
        Draws of the cubature.
    """

    clubs: int
    typical: float
    worst: float
    typical_usd: float
    draws: int


@dataclass(frozen=True)
class ClubValues:
    """What everyone gets under every club.

    Attributes
    ----------
    payoffs
        Payoffs of players, by mask of the club; rows of clubs that do not act are zero.
    raw
        The same before clubs may choose not to act, shape (2**n, n) [USD/yr].
    others
        Sum of the gains of all actors that are no players, shape (2**n,) [USD/yr].
    exact
        True for clubs cleared in all draws, shape (2**n,).
    check
        Errors of the others; None if all are exact.
    failed
        Largest weight of draws that did not clear [1].
    """

    payoffs: ClubPayoffs
    raw: np.ndarray
    others: np.ndarray
    exact: np.ndarray
    check: Check | None
    failed: float


@dataclass
class _Table:
    """Means of clubs, filled as they are cleared."""

    gain: np.ndarray
    others: np.ndarray
    exact: np.ndarray
    failed: float = 0.0


def club_values(
    field: ClubField,
    purposes: Sequence[Purpose],
    rule: Rule,
    *,
    seed: int = 0,
    checks: int = CHECKS,
    threads: int = 1,
    progress: Progress | None = None,
) -> ClubValues:
    """Return what everyone gets under every club.

    Parameters
    ----------
    field
        The market without clubs, for 1 to 12 players.
    purposes, rule
        What clubs do and how they share.
    seed
        Root seed of the clubs that are sampled and checked.
    checks
        Clubs that are cleared again.
    threads
        Threads that share the clearing.
    progress
        Called with clubs done and clubs to do.

    Raises
    ------
    CoalitionError
        ORE-COA-001 or 002 on too many players; see `oreacle.coalitions.game`.
    """
    size = len(field.players)
    inside = membership(size)
    table = _Table(
        np.zeros((1 << size, size)), np.zeros(1 << size), np.zeros(1 << size, dtype=bool)
    )
    table.exact[0] = True
    work = _Work(field, tuple(purposes), rule, threads, progress or (lambda done, todo: None))
    if size <= EXACT_PLAYERS:
        work.fill(table, inside, np.arange(1, 1 << size))
        return _values(field, table, None)
    rng = member_stream(seed, 0, purpose=STREAM)
    check = _through_few_draws(work, table, inside, rng, checks)
    return _values(field, table, check)


@dataclass(frozen=True)
class _Work:
    """How clubs are cleared."""

    field: ClubField
    purposes: tuple[Purpose, ...]
    rule: Rule
    threads: int
    progress: Progress

    def gains(
        self, inside: np.ndarray, masks: np.ndarray, table: _Table
    ) -> tuple[np.ndarray, np.ndarray]:
        """Clear clubs in all draws, fill the table and return their gains and weights.

        Shapes (club, draw, player) and (draw,) [USD/yr]; draws that any club did not clear have no
        weight.
        """
        parts, weight = [], np.ones(int((self.field.weight > 0.0).sum()))
        for at in range(0, masks.size, CHUNK):
            rows = masks[at : at + CHUNK]
            found = cleared(
                self.field,
                np.where(inside[rows], 0, PASSIVE),
                self.purposes,
                self.rule,
                threads=self.threads,
            )
            table.gain[rows], table.exact[rows] = found.mean, True
            table.others[rows] = found.mean_others.sum(axis=1)
            table.failed = max(table.failed, found.failed)
            weight = np.where(found.weight > 0.0, found.weight, 0.0) * (weight > 0.0)
            parts.append(found.gain)
        return np.concatenate(parts), weight / weight.sum()

    def fill(
        self, table: _Table, inside: np.ndarray, masks: np.ndarray, scale: float = 1.0
    ) -> None:
        """Clear clubs and keep their means over the draws of the field, times a scale."""
        for at in range(0, masks.size, CHUNK):
            rows = masks[at : at + CHUNK]
            self.gains(inside, rows, table)
            table.gain[rows] *= scale
            table.others[rows] *= scale
            self.progress(min(at + CHUNK, masks.size), masks.size)


def _through_few_draws(
    work: _Work, table: _Table, inside: np.ndarray, rng: np.random.Generator, checks: int
) -> Check:
    """Fill the table through a cubature; return the gap to clubs that are cleared again."""
    size = inside.shape[1]
    sample, again = _picked(size, rng, checks)
    gain, weight = work.gains(inside, sample, table)
    joint = np.einsum("cdp,cp->cd", gain, inside[sample].astype(float))
    figures = np.concatenate([np.moveaxis(gain, 2, 1).reshape(-1, gain.shape[1]), joint])
    owner = np.concatenate([np.repeat(np.arange(sample.size), size), np.arange(sample.size)])
    kept_out = owner >= sample.size - int(KEPT_OUT * sample.size)
    grand = abs(float(table.gain[-1].sum()))
    found = choose_draws(figures, weight, kept_out, tolerance=AIM * grand)
    few = _with_draws(work.field, found.draws, found.weight)
    rest = np.flatnonzero(~table.exact)
    quick = _Table(table.gain, table.others, table.exact.copy())
    replace(work, field=few).fill(quick, inside, rest, float(found.weight.sum()))
    approximate = table.gain[again].copy()
    work.fill(table, inside, again)
    gap = np.abs(((approximate - table.gain[again]) * inside[again]).sum(axis=1))
    over = gap / grand if grand > 0.0 else np.full(gap.size, np.nan)
    return Check(
        again.size,
        float(np.quantile(over, 0.95)),
        float(over.max()),
        float(np.quantile(gap, 0.95)),
        found.draws.size,
    )


def _picked(size: int, rng: np.random.Generator, checks: int) -> tuple[np.ndarray, np.ndarray]:
    """Return clubs of the sample and clubs to check, which are others."""
    grand = (1 << size) - 1
    singles = 1 << np.arange(size)
    always = np.unique(np.concatenate([singles, grand ^ singles, [grand]]))
    others = rng.permutation(np.setdiff1d(np.arange(1, grand + 1), always))
    # The clubs at the end are those that are kept out of the fit: drawn at random.
    return np.concatenate([always, others[:SAMPLE]]), others[SAMPLE : SAMPLE + checks]


def _with_draws(field: ClubField, draws: np.ndarray, weight: np.ndarray) -> ClubField:
    """Return the field with weight on some draws alone, summing to 1."""
    found = np.zeros(field.draws)
    found[draws] = weight / weight.sum()
    return replace(field, weight=found)


def _values(field: ClubField, table: _Table, check: Check | None) -> ClubValues:
    """Return the table in which a club that loses does not act."""
    inside = membership(len(field.players))
    acts = (table.gain * inside).sum(axis=1) > 0.0
    payoff = np.where(acts[:, None], table.gain, 0.0)
    return ClubValues(
        payoffs=ClubPayoffs(field.players, payoff, "USD/yr"),
        raw=table.gain,
        others=np.where(acts, table.others, 0.0),
        exact=table.exact,
        check=check,
        failed=table.failed,
    )
