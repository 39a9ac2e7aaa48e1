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

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.coalitions.game import ClubPayoffs, membership
from oreacle.core.streams import member_stream
from oreacle.engine.clubs.clearing import Cleared
from oreacle.engine.clubs.crew import Clear, ClubJob, crew
from oreacle.engine.clubs.cubature import Cubature, choose_draws
from oreacle.engine.clubs.field import ClubField
from oreacle.engine.clubs.progress import Progress
from oreacle.engine.clubs.purposes import Purpose
from oreacle.engine.clubs.rules import Rule

EXACT_PLAYERS = 8
"""Up to so many players all clubs are cleared in all draws."""
SAMPLE = 96
"""Clubs of the sample beside the whole, the single players and the whole without one."""
KEPT_OUT = 0.25
"""Share of the sample that is kept out of the fit of the cubature."""
CHECKS = 200
AIM = 0.002
"""Gap to clubs that were kept out, over v(N), at which the cubature is good enough [1]."""
CASES = 2048
"""Cases (clubs times draws) that are cleared before their draws are averaged and let go."""
STREAM = 160
"""Purpose of the stream that picks clubs; see `oreacle.core.streams`."""


@dataclass(frozen=True)
class Check:
    """How far values that are not exact are from exact ones.

    Attributes
    ----------
    clubs
        Clubs that were cleared again in all draws.
    typical, worst
        95th percentile and largest gap of the joint value over v(N) [1]; NaN if v(N) is 0 or no
        club was cleared again.
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

    def put(self, masks: np.ndarray, found: Cleared, scale: float = 1.0) -> None:
        """Write the means of cleared clubs, times a scale."""
        self.gain[masks] = scale * found.mean
        self.others[masks] = scale * found.mean_others.sum(axis=1)
        self.exact[masks] = True
        self.failed = max(self.failed, found.failed)


def club_values(
    field: ClubField,
    purposes: Sequence[Purpose],
    rule: Rule,
    *,
    seed: int = 0,
    checks: int = CHECKS,
    workers: int = 1,
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
        Clubs that are cleared again, where not all are exact.
    workers
        Processes that share the clubs where there are many; the answer does not depend on it.
    progress
        Called with clubs done and clubs to do, where there are many.

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
    job = ClubJob(field, tuple(purposes), rule)
    if size <= EXACT_PLAYERS:
        masks = np.arange(1, 1 << size)
        for rows in chunks(masks, field.weight):
            table.put(rows, job.run(inside[rows]))
        return _values(field, table, None)
    rng = member_stream(seed, 0, purpose=STREAM)
    with crew(job, workers) as clear:
        check = _through_few_draws(clear, field, table, rng, checks, progress or _silent)
    return _values(field, table, check)


def _silent(done: int, todo: int) -> None:
    del done, todo


def _through_few_draws(
    clear: Clear,
    field: ClubField,
    table: _Table,
    rng: np.random.Generator,
    checks: int,
    progress: Progress,
) -> Check:
    """Fill the table through a cubature; return the gap to clubs that are cleared again."""
    size = len(field.players)
    inside = membership(size)
    sample, again = _picked(size, rng, checks)
    todo = inside.shape[0] - 1 + again.size

    def fill(masks: np.ndarray, weight: np.ndarray, scale: float, done: int) -> list[Cleared]:
        cuts, parts = chunks(masks, weight), []
        for rows, found in zip(cuts, clear([inside[c] for c in cuts], weight), strict=True):
            table.put(rows, found, scale)
            done += rows.size
            progress(done, todo)
            parts.append(found)
        return parts

    found = _cubature(fill(sample, field.weight, 1.0, 0), inside[sample], table.gain[-1].sum())
    few = np.zeros(field.draws)
    few[np.flatnonzero(field.weight > 0.0)[found.draws]] = found.weight / found.weight.sum()
    known = table.exact.copy()
    fill(np.flatnonzero(~known), few, float(found.weight.sum()), sample.size)
    approximate = table.gain[again].copy()
    table.exact = known
    fill(again, field.weight, 1.0, inside.shape[0] - 1)
    gap = np.abs(((approximate - table.gain[again]) * inside[again]).sum(axis=1))
    return _check(gap, abs(float(table.gain[-1].sum())), found.draws.size)


def _cubature(parts: Sequence[Cleared], inside: np.ndarray, grand: float) -> Cubature:
    """Return the draws with which the gains of the sample are reproduced."""
    gain = np.concatenate([part.gain for part in parts])
    weight = np.prod([part.weight > 0.0 for part in parts], axis=0) * parts[0].weight
    joint = np.einsum("cdp,cp->cd", gain, inside.astype(float))
    clubs, draws, size = gain.shape
    figures = np.concatenate([np.moveaxis(gain, 2, 1).reshape(-1, draws), joint])
    owner = np.concatenate([np.repeat(np.arange(clubs), size), np.arange(clubs)])
    kept_out = owner >= clubs - int(KEPT_OUT * clubs)
    return choose_draws(figures, weight / weight.sum(), kept_out, tolerance=AIM * abs(grand))


def _check(gap: np.ndarray, grand: float, draws: int) -> Check:
    if gap.size == 0:
        return Check(0, np.nan, np.nan, np.nan, draws)
    over = gap / grand if grand > 0.0 else np.full(gap.size, np.nan)
    return Check(
        gap.size,
        float(np.quantile(over, 0.95)),
        float(over.max()),
        float(np.quantile(gap, 0.95)),
        draws,
    )


def chunks(masks: np.ndarray, weight: np.ndarray) -> list[np.ndarray]:
    """Return masks in pieces of some `CASES` cases each, for weights of draws, shape (draw,)."""
    step = max(CASES // max(int((weight > 0.0).sum()), 1), 1)
    return [masks[at : at + step] for at in range(0, masks.size, step)]


def _picked(size: int, rng: np.random.Generator, checks: int) -> tuple[np.ndarray, np.ndarray]:
    """Return clubs of the sample and clubs to check, which are others."""
    grand = (1 << size) - 1
    singles = 1 << np.arange(size)
    always = np.unique(np.concatenate([singles, grand ^ singles, [grand]]))
    others = rng.permutation(np.setdiff1d(np.arange(1, grand + 1), always))
    # The clubs at the end are those that are kept out of the fit: drawn at random.
    return np.concatenate([always, others[:SAMPLE]]), others[SAMPLE : SAMPLE + checks]


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
