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
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from oreacle.core.errors import RunError
from oreacle.engine.clubs.field import ClubField
from oreacle.engine.clubs.insurance import insurance_pool
from oreacle.engine.clubs.money import divided, no_money
from oreacle.engine.clubs.piece import Piece
from oreacle.engine.clubs.purposes import Purpose
from oreacle.engine.clubs.rules import Rule
from oreacle.market.comparison import State
from oreacle.market.leverage.cases import certified
from oreacle.market.sampled import solve_each

Parts = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Change of money by actor, pots and tonnes by player, and which cases cleared."""
PIECE = 1024
"""Cases that are cleared at once: the few that need many steps cost each piece the same calls."""


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
    paid
        The divided pot in it: what players pay (below zero) or are paid, shape
        (arrangement, draw, player) [USD/yr].
    others
        The same for actors that are no players, shape (arrangement, draw, actor) [USD/yr].
    received
        Tonnes of stock sold to the users of players, shape (arrangement, draw, player) [t/yr].
    spread
        Deviation by draw of the estimate of joint gains that no draw shows (capital of insurance
        pools), shape (arrangement, draw) [USD/yr]; its expected value is zero.
    cost
        Expected money that groups pay for what they do, shape (arrangement,) [USD/yr]; negative
        where their pots earn.
    weight
        Probability of each draw, shape (draw,).
    failed
        Weight of draws that some arrangement did not clear [1].
    """

    groups: np.ndarray
    gain: np.ndarray
    paid: np.ndarray
    others: np.ndarray
    received: np.ndarray
    spread: np.ndarray
    cost: np.ndarray
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
    weight: np.ndarray | None = None,
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
    weight
        Weights of the draws that are cleared, where they are not those of the field, shape
        (draw,); what an insurance pool holds rests on those of the field all the same.

    Raises
    ------
    RunError
        ORE-RUN-150 if no draw clears in all arrangements.
    """
    groups = np.atleast_2d(groups)
    weight = field.weight if weight is None else weight
    count, draws = len(groups), np.flatnonzero(weight > 0.0)
    which = np.repeat(np.arange(count), draws.size)
    row = np.tile(draws, count)
    cuts = [slice(at, at + PIECE) for at in range(0, row.size, PIECE)]

    def work(cut: slice) -> Parts:
        return _piece(Piece(field, rule, row[cut], groups[which[cut]]), purposes)

    # Many small systems: threads of the linear algebra would get into each other's way.
    with threadpool_limits(limits=1):
        parts = [work(cut) for cut in cuts] if _moves_market(purposes) else []
    shape = (count, draws.size)
    if parts:
        change, pot, got, good = (np.concatenate(column) for column in zip(*parts, strict=True))
    else:
        change, pot = np.zeros((row.size, len(field.actors))), np.zeros(groups[which].shape)
        got, good = np.zeros_like(pot), np.ones(row.size, dtype=bool)
    return _gathered(
        field,
        groups,
        rule,
        tuple(part.reshape(*shape, -1) for part in (change, pot, got, good)),  # type: ignore[arg-type]
        tuple(part[:, draws] for part in _pooled(field, groups, purposes)),  # type: ignore[arg-type]
        weight[draws],
    )


def _moves_market(purposes: Sequence[Purpose]) -> bool:
    return any(purpose.lever is not None for purpose in purposes)


def _piece(piece: Piece, purposes: Sequence[Purpose]) -> Parts:
    """Return change of money by actor, pots and tonnes by player, and which cases cleared."""
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
    change += money.elsewhere
    return change, money.pot, _sold(piece, state), certified(state, solution)


def _sold(piece: Piece, state: State) -> np.ndarray:
    """Return tonnes of ordered stock sold to users by player, shape (case, player) [t/yr]."""
    stocks = state.problem.stocks
    if stocks is None:
        return np.zeros(piece.group.shape)
    return np.asarray(stocks.released(state.prices.delivered)[0] @ piece.field.places.user.T)


def _pooled(
    field: ClubField, groups: np.ndarray, purposes: Sequence[Purpose]
) -> tuple[np.ndarray, np.ndarray]:
    """Return money of insurance pools and the spread of its estimate [USD/yr].

    Shapes (arrangement, draw, player) and (arrangement, draw).
    """
    money = np.zeros((len(groups), field.draws, len(field.players)))
    spread = np.zeros((len(groups), field.draws))
    if any(purpose.lever is None for purpose in purposes):
        for at, group in enumerate(groups):
            for number in np.unique(group[group >= 0]):
                inside = np.flatnonzero(group == number)
                pool = insurance_pool(field.losses[:, inside], field.weight, field.terms)
                money[at][:, inside] += pool.money
                spread[at] += pool.spread
    return money, spread


def _gathered(
    field: ClubField,
    groups: np.ndarray,
    rule: Rule,
    parts: Parts,
    pools: tuple[np.ndarray, np.ndarray],
    weight: np.ndarray,
) -> Cleared:
    change, pot, got, good = parts
    pooled, spread = pools
    kept = np.asarray(good.all(axis=(0, 2)))
    if not kept.any():
        raise RunError(
            "ORE-RUN-150",
            f"no disruption of {field.mineral} cleared in all of {len(groups)} arrangements.",
            why="there is nothing from which to say what clubs are worth.",
            fix="take another seed, fewer players or weaker terms, or report the case.",
        )
    failed = float(weight[~kept].sum())
    weight = np.where(kept, weight, 0.0)
    weight = weight / weight.sum()
    change, pot, got = (np.where(kept[None, :, None], part, 0.0) for part in (change, pot, got))
    # In one order in memory: sums over results that came back from a process are the same bytes.
    own = np.ascontiguousarray(change[:, :, field.at] + pooled)
    expected = np.einsum("d,adp->ap", weight, own)
    paid = np.stack(
        [
            divided(rule.name, pots, group, field.use, gained)
            for pots, group, gained in zip(pot, groups, expected, strict=True)
        ]
    )
    others = np.ones(len(field.actors), dtype=bool)
    others[field.at] = False
    cost = -np.einsum("d,adp->a", weight, pot)
    rest = np.ascontiguousarray(change[:, :, others])
    return Cleared(groups, own + paid, paid, rest, got, spread, cost, weight, failed)
