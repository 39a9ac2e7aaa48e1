"""Clear exactly whatever decides a statement on the core.

Does      Finds the clubs on which a statement on the core rests, and clears those that were valued
          through few draws in all draws.
Units     USD/yr.
Method    A statement rests on the clubs whose excess at the Shapley value or at a least-core point
          is above zero or so near it that the error of its value could lift it there, and on
          the balancing clubs that prove a core empty. Cleared, they move the point: again,
          until all of them are exact.
Assumes   No value is further off than the largest gap among the clubs that were checked.
Not here  Values of all clubs: see `oreacle.engine.clubs.values`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from oreacle.coalitions.core import core
from oreacle.coalitions.game import ClubPayoffs, membership
from oreacle.coalitions.shapley import shapley
from oreacle.engine.clubs.clearing import cleared
from oreacle.engine.clubs.field import ClubField
from oreacle.engine.clubs.piece import PASSIVE
from oreacle.engine.clubs.purposes import Purpose
from oreacle.engine.clubs.rules import Rule
from oreacle.engine.clubs.values import ClubValues, chunks

ROUNDS = 8
"""Most rounds; what is not exact then is said in `exact` of the values."""


def decided(
    values: ClubValues, field: ClubField, purposes: Sequence[Purpose], rule: Rule
) -> ClubValues:
    """Return values in which the clubs that decide on the core are exact.

    Parameters
    ----------
    values
        What everyone gets under every club.
    field, purposes, rule
        As for `oreacle.engine.clubs.values.club_values`.
    """
    for _ in range(ROUNDS):
        masks = deciding(values)
        left = masks[~values.exact[masks]]
        if left.size == 0:
            break
        values = _exactly(values, left, field, purposes, rule)
    return values


def deciding(values: ClubValues) -> np.ndarray:
    """Return masks of the clubs on which statements on the core rest, in ascending order."""
    game = values.payoffs.game()
    found = core(game)
    margin = _margin(values)
    near = np.zeros(game.values.size, dtype=bool)
    for point in (shapley(game), found.least_core_point):
        if np.isfinite(point).all():
            excess = game.values - membership(game.size) @ point
            near |= excess > max(float(excess[1:-1].max(initial=0.0)), 0.0) - margin
    near[[game.mask_of(names) for names, _ in found.balancing]] = True
    near[0] = False
    return np.flatnonzero(near)


def _margin(values: ClubValues) -> float:
    """Return the gap that a value may have [USD/yr]."""
    if values.check is None:
        return 0.0
    # Before the club of all may choose not to act: that is what gaps are measured in.
    grand = float(np.abs(values.raw[-1].sum()))
    return 2.0 * values.check.worst * grand if np.isfinite(values.check.worst) else 0.0


def _exactly(
    values: ClubValues,
    masks: np.ndarray,
    field: ClubField,
    purposes: Sequence[Purpose],
    rule: Rule,
) -> ClubValues:
    inside = membership(len(field.players))
    raw, others, exact = values.raw.copy(), values.others.copy(), values.exact.copy()
    payoff, failed = values.payoffs.payoff.copy(), values.failed
    for rows in chunks(masks, field.weight):
        found = cleared(field, np.where(inside[rows], 0, PASSIVE), purposes, rule)
        mean = found.mean
        acts = (mean * inside[rows]).sum(axis=1) > 0.0
        raw[rows], exact[rows] = mean, True
        payoff[rows] = np.where(acts[:, None], mean, 0.0)
        others[rows] = np.where(acts, found.mean_others.sum(axis=1), 0.0)
        failed = max(failed, found.failed)
    return replace(
        values,
        payoffs=ClubPayoffs(values.payoffs.players, payoff, values.payoffs.unit),
        raw=raw,
        others=others,
        exact=exact,
        failed=failed,
    )
