"""Games with known answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linprog

from oreacle.coalitions.game import ClubPayoffs, Game, membership

TOL = 1e-6


def names(size: int) -> tuple[str, ...]:
    return tuple(f"p{number}" for number in range(size))


def game(values: Sequence[float]) -> Game:
    """Return the game whose non-empty coalitions have these values, by mask."""
    return Game(names(len(values).bit_length()), np.array([0.0, *values]))


def bankruptcy(estate: float, claims: Sequence[float]) -> Game:
    """O'Neill (1982): a coalition gets what is left when the others are paid in full."""
    owed = ~membership(len(claims)) @ np.array(claims, dtype=float)
    values = np.maximum(0.0, estate - owed)
    values[0] = 0.0  # claims that add up to less than the estate would leave something to nobody
    return Game(names(len(claims)), values)


def talmud_rule(estate: float, claims: Sequence[float]) -> np.ndarray:
    """Aumann and Maschler (1985): equal awards up to half the claims, then equal losses."""
    half = np.array(claims, dtype=float) / 2.0
    if estate <= half.sum():
        return _equal_awards(half, estate)
    losses: np.ndarray = _equal_awards(half, 2.0 * half.sum() - estate)
    return np.asarray(np.array(claims, dtype=float) - losses)


def _equal_awards(claims: np.ndarray, total: float) -> np.ndarray:
    award, left = np.zeros(len(claims)), total
    for position, player in enumerate(np.argsort(claims)):
        award[player] = min(claims[player], left / (len(claims) - position))
        left -= award[player]
    return award


def airport(costs: Sequence[float]) -> Game:
    """Littlechild and Owen (1973): a runway as long as its largest user needs, as a loss."""
    return Game.of(names(len(costs)), lambda users: -max(costs[int(user[1:])] for user in users))


def voting(weights: Sequence[int], quota: int) -> Game:
    return Game(names(len(weights)), (membership(len(weights)) @ weights >= quota).astype(float))


def matching(size: int) -> Game:
    """Roommates who are all alike: each pair makes 1."""
    return Game.of(names(size), lambda members: len(members) // 2)


def exchange(size: int, goods: int, pieces: int, *, rng: np.random.Generator) -> Game:
    """Shapley and Shubik (1969): endowments pooled, utilities concave (least of linear pieces)."""
    endowment = rng.random((size, goods))
    slope = rng.random((size, pieces, goods))
    level = rng.random((size, pieces))

    def value(members: tuple[str, ...]) -> float:
        group = [int(name[1:]) for name in members]
        each = goods + 1  # a bundle and the utility that it gives
        rows, right = [], []
        for place, player in enumerate(group):
            for piece in range(pieces):
                row = np.zeros(each * len(group))
                row[place * each : place * each + goods] = -slope[player, piece]
                row[place * each + goods] = 1.0
                rows.append(row)
                right.append(level[player, piece])
        pooled = np.tile(np.column_stack([np.eye(goods), np.zeros(goods)]), len(group))
        aim = np.tile(np.append(np.zeros(goods), -1.0), len(group))
        found = linprog(aim, A_ub=rows, b_ub=right, A_eq=pooled, b_eq=endowment[group].sum(axis=0))
        assert found.status == 0
        return -float(found.fun)

    return Game.of(names(size), value)


def abatement(size: int, *, benefit: float = 1.0, cost: float = 1.0) -> ClubPayoffs:
    """Equal countries, linear benefit of all abatement, quadratic cost of one's own.

    A club of s abates s times as much per member as an outsider. Barrett (1994): at most three
    countries stay.
    """
    inside = membership(size)
    members = inside.sum(axis=1)
    own = benefit / cost * np.where(inside, np.maximum(members, 1)[:, None], 1.0)
    return ClubPayoffs(names(size), benefit * own.sum(axis=1)[:, None] - cost * own**2 / 2.0)


def merger(firms: int) -> ClubPayoffs:
    """Cournot with equal firms: a club acts as one firm. Salant, Switzer and Reynolds (1983)."""
    inside = membership(firms)
    members = np.maximum(inside.sum(axis=1), 1)[:, None]
    profit = 1.0 / (firms - members + 2.0) ** 2
    return ClubPayoffs(names(firms), np.where(inside, profit / members, profit))
