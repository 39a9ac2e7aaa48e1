"""Clear a market with clubs in it: what every arrangement of players is worth in every draw.

Does      Writes the levers of groups on the disrupted market, clears it and books their money.
Units     USD/yr.
Method    Cases are pairs of an arrangement and a distinct draw, cleared from the prices without a
          club, in pieces small enough for the cache. Everything is a difference to the same draw
          without a club: common random numbers.
Assumes   A draw that does not clear with a club is counted in `failed` and left out of all
          arrangements of the run, so that differences between them stay like for like.
Not here  Which arrangements are asked for: see `oreacle.engine.clubs.values`.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from oreacle.engine.clubs.field import ClubField
from oreacle.engine.clubs.insurance import insurance_pool
from oreacle.engine.clubs.money import divided, no_money
from oreacle.engine.clubs.piece import Piece
from oreacle.engine.clubs.purposes import Purpose
from oreacle.engine.clubs.rules import Rule
from oreacle.market.comparison import State
from oreacle.market.leverage.cases import certified
from oreacle.market.sampled import solve_each

PIECE = 64
"""Cases that are cleared at once: more do not fit into the cache, fewer cost calls."""


@dataclass(frozen=True)
class Cleared:
    """What arrangements are worth by draw.

    Attributes
    ----------
    groups
        Arrangements, shape (arrangement, player).
    gain
        Money of players against the same draw without a club, after the pot is divided, shape
        (arrangement, draw, player) [USD/yr].
    others
        The same for actors that are no players, shape (arrangement, draw, actor) [USD/yr].
    weight
        Probability of each draw, shape (draw,).
    failed
        Weight of draws that some arrangement did not clear [1].
    """

    groups: np.ndarray
    gain: np.ndarray
    others: np.ndarray
    weight: np.ndarray
    failed: float

    @property
    def mean(self) -> np.ndarray:
        """Expected gain of players, shape (arrangement, player) [USD/yr]."""
        return np.asarray(np.einsum("d,adp->ap", self.weight, self.gain))

    @property
    def mean_others(self) -> np.ndarray:
        """Expected gain of other actors, shape (arrangement, actor) [USD/yr]."""
        return np.asarray(np.einsum("d,adk->ak", self.weight, self.others))


def cleared(
    field: ClubField,
    groups: np.ndarray,
    purposes: Sequence[Purpose],
    rule: Rule,
    *,
    threads: int = 1,
) -> Cleared:
    """Return what arrangements are worth, every case cleared exactly.

    Parameters
    ----------
    field
        The market without clubs.
    groups
        Arrangements, shape (arrangement, player); see `oreacle.engine.clubs.piece`.
    purposes
        What groups do.
    rule
        How they share.
    threads
        Threads that share the pieces; the answer does not depend on their number.
    """
    groups = np.atleast_2d(groups)
    count, draws = len(groups), np.flatnonzero(field.weight > 0.0)
    which = np.repeat(np.arange(count), draws.size)
    row = np.tile(draws, count)
    cuts = [slice(at, at + PIECE) for at in range(0, row.size, PIECE)]

    def work(cut: slice) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return _piece(Piece(field, rule, row[cut], groups[which[cut]]), purposes)

    parts = _mapped(work, cuts, threads) if _moves_market(purposes) else []
    shape = (count, draws.size)
    if parts:
        change, pot, good = (np.concatenate(column) for column in zip(*parts, strict=True))
    else:
        change = np.zeros((row.size, len(field.actors)))
        pot, good = np.zeros((row.size, len(field.players))), np.ones(row.size, dtype=bool)
    return _gathered(
        field,
        groups,
        rule,
        (change.reshape(*shape, -1), pot.reshape(*shape, -1), good.reshape(shape)),
        _pooled(field, groups, purposes)[:, draws],
    )


def _moves_market(purposes: Sequence[Purpose]) -> bool:
    return any(purpose.lever is not None for purpose in purposes)


def _piece(
    piece: Piece, purposes: Sequence[Purpose]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return change of money by actor, pots by player, and which cases cleared."""
    field = piece.field
    levers = [purpose.lever for purpose in purposes if purpose.lever is not None]
    problem = field.problem.take(piece.row)
    for lever in levers:
        problem = lever.write(piece, problem)
    solution = solve_each(problem, field.prices.take(piece.row))
    state = State.of(problem, solution, np.arange(problem.size))
    money = no_money(piece)
    for lever in levers:
        money = money + lever.settle(piece, state)
    change = field.money(state) - field.located[piece.row]
    change[:, field.at] += money.placed
    return change, money.pot, certified(state, solution)


def _mapped(work, cuts: list[slice], threads: int):  # type: ignore[no-untyped-def]
    # Many small systems: threads of the linear algebra would get into each other's way.
    with threadpool_limits(limits=1):
        if threads <= 1 or len(cuts) == 1:
            return [work(cut) for cut in cuts]
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(work, cuts))


def _pooled(field: ClubField, groups: np.ndarray, purposes: Sequence[Purpose]) -> np.ndarray:
    """Return money of insurance pools, shape (arrangement, draw, player) [USD/yr]."""
    money = np.zeros((len(groups), field.draws, len(field.players)))
    if any(purpose.lever is None for purpose in purposes):
        for at, group in enumerate(groups):
            for number in range(int(group.max(initial=-1)) + 1):
                inside = np.flatnonzero(group == number)
                pool = insurance_pool(field.losses[:, inside], field.weight, field.terms)
                money[at][:, inside] += pool.money
    return money


def _gathered(
    field: ClubField,
    groups: np.ndarray,
    rule: Rule,
    parts: tuple[np.ndarray, np.ndarray, np.ndarray],
    pooled: np.ndarray,
) -> Cleared:
    change, pot, good = parts
    kept = good.all(axis=0)
    draws = np.flatnonzero(field.weight > 0.0)
    weight = np.where(kept, field.weight[draws], 0.0)
    failed = float(1.0 - weight.sum())
    weight = weight / weight.sum()
    change, pot = (np.where(kept[None, :, None], part, 0.0) for part in (change, pot))
    own = change[:, :, field.at] + pooled
    expected = np.einsum("d,adp->ap", weight, own)
    gain = own + np.stack(
        [
            divided(rule.name, pots, group, field.use, gained)
            for pots, group, gained in zip(pot, groups, expected, strict=True)
        ]
    )
    others = np.ones(len(field.actors), dtype=bool)
    others[field.at] = False
    return Cleared(groups, gain, change[:, :, others], weight, failed)
