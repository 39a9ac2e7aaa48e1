"""Excess supply at every node, and its Jacobian.

Does      Evaluates the four balances of the market and the Newton step.
Units     t/yr; prices as log over base.
Method    The Jacobian of excess supply is an M-matrix (MODEL: market, why it is well posed).
          Mine and user prices are eliminated (diagonal blocks, plus one rank per binding
          quota on refined exports); twice the number of refineries is factorised densely.
Assumes   Arrays with a leading batch axis.
Not here  Step control: see `oreacle.market.kernel`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.market.links import LinkState, link_state
from oreacle.market.nodes import metal_supply, mine_output, refinery_output, users
from oreacle.market.problem import Prices, Problem

FLAT = 1e-10
"""Share of a node's scale put on the diagonal, so that a node without any response gets a
zero step, not a division by zero. It shapes steps only; residuals never contain it."""


@dataclass(frozen=True)
class Balance:
    """Residuals, flows and slopes at given prices.

    Attributes
    ----------
    mine, gate, refined, delivered
        Excess supply by node, shape (batch, node) [t/yr].
    output, throughput, scrap, use
        Mine output, refinery output, supply from scrap and use [t/yr].
    ore_release, metal_release
        Net release from stocks: ore at the gate, metal at users (negative: bought) [t/yr].
    ore, metal
        States of the two kinds of links.
    output_slope, use_slope
        Slope of output over the mine price; of use less what stocks give over the delivered
        price, negative [t/yr per log point].
    by_gate, by_refined
        Slopes of refinery output over the gate price (negated) and over the refined price, both
        positive [t/yr per log point].
    gate_slope
        Slope of ore released over the gate price [t/yr per log point].
    scrap_slope
        Slope of supply from scrap over the refined price [t/yr per log point].
    certificates
        Supply less demand of certificates, shape (batch,) [t/yr]; None without a regime.
    """

    mine: np.ndarray
    gate: np.ndarray
    refined: np.ndarray
    delivered: np.ndarray
    output: np.ndarray
    throughput: np.ndarray
    scrap: np.ndarray
    use: np.ndarray
    ore_release: np.ndarray | float
    metal_release: np.ndarray | float
    ore: LinkState
    metal: LinkState
    output_slope: np.ndarray
    by_gate: np.ndarray
    by_refined: np.ndarray
    gate_slope: np.ndarray | float
    scrap_slope: np.ndarray
    use_slope: np.ndarray
    certificates: np.ndarray | None


@dataclass(frozen=True)
class Tonnes:
    """Mine output, refinery output, supply from scrap and use, shapes (batch, node) [t/yr]."""

    output: np.ndarray
    throughput: np.ndarray
    scrap: np.ndarray
    use: np.ndarray


def tonnes(problem: Problem, prices: Prices) -> Tonnes:
    """Return what nodes make and use at `prices`, as `evaluate` without links and slopes."""
    scrap, _ = problem.scrap_curve.output(
        problem.recycled, problem.recycled_capacity, prices.refined
    )
    return Tonnes(
        mine_output(problem, prices.mine)[0],
        refinery_output(problem, prices)[0],
        scrap,
        users(problem, prices.delivered)[0],
    )


def evaluate(problem: Problem, prices: Prices) -> Balance:
    """Return the balances at `prices`: positive where more arrives or is made than leaves."""
    output, output_slope, certified = mine_output(problem, prices.mine)
    throughput, by_refined, by_gate = refinery_output(problem, prices)
    scrap, scrap_slope = problem.scrap_curve.output(
        problem.recycled, problem.recycled_capacity, prices.refined
    )
    use, use_slope, bound = users(problem, prices.delivered)
    ore = link_state(problem.ore, prices.mine, prices.gate)
    metal = link_state(problem.refined, prices.refined, prices.delivered)
    gate = over_tails(ore.flow) - throughput
    delivered = over_tails(metal.flow) - use
    ore_release: np.ndarray | float = 0.0
    metal_release: np.ndarray | float = 0.0
    gate_slope: np.ndarray | float = 0.0
    if problem.stocks is not None:
        ore_release, gate_slope = problem.stocks.ore_release(prices.gate)
        metal_release, metal_slope = metal_supply(problem.stocks, prices.delivered)
        gate, delivered = gate + ore_release, delivered + metal_release
        use_slope = use_slope - metal_slope
    return Balance(
        mine=output - over_heads(ore.flow),
        gate=gate,
        refined=throughput + scrap - over_heads(metal.flow),
        delivered=delivered,
        output=output,
        throughput=throughput,
        scrap=scrap,
        use=use,
        ore_release=ore_release,
        metal_release=metal_release,
        ore=ore,
        metal=metal,
        output_slope=output_slope,
        by_gate=by_gate,
        by_refined=by_refined,
        gate_slope=gate_slope,
        scrap_slope=scrap_slope,
        use_slope=use_slope,
        certificates=None if certified is None or bound is None else certified - bound,
    )


@dataclass(frozen=True)
class NodeScale:
    """Yardstick of each node's residual, shapes (batch, node) [t/yr]."""

    mine: np.ndarray
    refinery: np.ndarray
    user: np.ndarray


def node_scale(problem: Problem) -> NodeScale:
    """Return node sizes, floored at a millionth of the world so that empty nodes count little."""
    floor = 1e-6 * problem.world
    return NodeScale(
        np.maximum(problem.mine_slack, floor),
        np.maximum(problem.refinery_slack + problem.recycled, floor),
        np.maximum(problem.demand, floor),
    )


def imbalance(balance: Balance, scale: NodeScale) -> np.ndarray:
    """Return the largest residual over its node's size, shape (batch,) [1]."""
    residual = np.concatenate(
        [
            balance.mine / scale.mine,
            balance.gate / scale.refinery,
            balance.refined / scale.refinery,
            balance.delivered / scale.user,
        ],
        axis=1,
    )
    return np.asarray(np.abs(residual, out=residual).max(axis=1))


def newton_step(
    problem: Problem, balance: Balance, scale: NodeScale, damping: np.ndarray
) -> Prices:
    """Return the Newton step for every case.

    Parameters
    ----------
    damping
        Share of each node's scale added to the diagonal, shape (batch,) [1]; 0 is Newton.
    """
    extra = (FLAT + damping)[:, None]
    head = eliminate_mines(balance, scale.mine * extra)
    tail = eliminate_users(balance, scale.user * extra)
    matrix, right = reduced_system(problem, balance, head, tail, scale.refinery * extra)
    solution = np.linalg.solve(matrix, right[..., None])[..., 0]
    count = len(problem.refiners)
    gate, refined = solution[:, :count], solution[:, count:]
    mine = (_times(balance.ore.free, gate) - balance.mine) / head.diagonal
    pull = _times(np.swapaxes(balance.metal.free_tail, 1, 2), refined)
    delivered = tail.solve(pull - balance.delivered)
    return Prices(mine, gate, refined, delivered)


@dataclass(frozen=True)
class MineBlock:
    """Mine block: its diagonal, and what elimination adds to the gate block and right side."""

    diagonal: np.ndarray
    block: np.ndarray
    right: np.ndarray


def eliminate_mines(balance: Balance, ridge: np.ndarray) -> MineBlock:
    """Return the mine block with `ridge` on its diagonal, shape (batch, mine) [t/yr]."""
    ore = balance.ore
    diagonal = balance.output_slope + over_heads(ore.free_tail) + ridge
    push = np.swapaxes(ore.free_tail / -diagonal[..., None], 1, 2)
    block = push @ ore.free
    _add_shared(block, ore)
    right = _times(push, balance.mine) - balance.gate
    return MineBlock(diagonal, block, right)


def _add_shared(block: np.ndarray, state: LinkState) -> None:
    """Add the head-to-head coupling of flows that share a binding quota."""
    if not state.is_bound:
        return
    held = state.shared_total > 0
    for tail in np.flatnonzero(held.any(axis=0)):
        rows = np.flatnonzero(held[:, tail])
        bound = state.bound[rows, tail] / state.shared_total[rows, tail][:, None]
        block[rows] -= bound[:, :, None] * state.shared[rows, tail][:, None, :]


@dataclass(frozen=True)
class UserBlock:
    """User block: diagonal, or dense in the cases `rows` where refined quotas bind."""

    diagonal: np.ndarray
    rows: np.ndarray
    dense: np.ndarray

    def solve(self, right: np.ndarray) -> np.ndarray:
        """Return the block's inverse times `right`, shape (batch, user)."""
        found = right / self.diagonal
        if self.rows.size:
            found[self.rows] = np.linalg.solve(self.dense, right[self.rows][..., None])[..., 0]
        return np.asarray(found)

    def solve_many(self, right: np.ndarray) -> np.ndarray:
        """Return the block's inverse times `right`, shape (batch, user, column)."""
        found = right / self.diagonal[..., None]
        if self.rows.size:
            found[self.rows] = np.linalg.solve(self.dense, right[self.rows])
        return np.asarray(found)


def eliminate_users(balance: Balance, ridge: np.ndarray) -> UserBlock:
    """Return the user block with `ridge` on its diagonal, shape (batch, user) [t/yr]."""
    metal = balance.metal
    diagonal = over_tails(metal.free) - balance.use_slope + ridge
    if metal.is_bound:
        diagonal += over_tails(metal.bound)
    rows = np.flatnonzero((metal.shared_total > 0).any(axis=1))
    users = diagonal.shape[1]
    dense = np.zeros((rows.size, users, users))
    if rows.size:
        index = np.arange(users)
        whole = np.zeros((*diagonal.shape, users))
        whole[:, index, index] = diagonal
        _add_shared(whole, metal)
        dense = whole[rows]
    return UserBlock(diagonal, rows, dense)


def reduced_system(
    problem: Problem,
    balance: Balance,
    head: MineBlock,
    tail: UserBlock,
    ridge: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the system in gate and refined prices after elimination."""
    count = len(problem.refiners)
    ore, metal = balance.ore, balance.metal
    matrix = np.empty((problem.size, 2 * count, 2 * count))
    matrix[:, :count, :count] = head.block
    # Users' answer to refined prices, and in the last column to what arrives at them too much.
    reached = np.concatenate([metal.free_tail, balance.delivered[:, None, :]], axis=1)
    pushed = metal.free @ tail.solve_many(np.swapaxes(reached, 1, 2))
    np.negative(pushed[:, :, :count], out=matrix[:, count:, count:])
    matrix[:, :count, count:] = 0.0
    matrix[:, count:, :count] = 0.0
    gate = over_tails(ore.free) + balance.by_gate
    gate += balance.gate_slope + ridge
    if ore.is_bound:
        gate += over_tails(ore.bound)
    # Diagonals of the four blocks, as views of the flat matrix.
    flat, wide = matrix.reshape(problem.size, -1), 2 * count + 1
    half = 2 * count * count
    flat[:, :half:wide] += gate
    flat[:, count:half:wide] = -balance.by_refined
    flat[:, half : half + count * wide : wide][:, :count] = -balance.by_gate
    own = balance.by_refined + balance.scrap_slope
    own += over_heads(metal.free_tail) + ridge
    flat[:, half + count :: wide] += own
    right_refined = -balance.refined - pushed[:, :, count]
    return matrix, np.concatenate([head.right, right_refined], axis=1)


def over_heads(values: np.ndarray) -> np.ndarray:
    """Return the sum over heads, shape (batch, tail); `sum` is slow along short rows."""
    return np.asarray(values @ np.ones(values.shape[2]))


def over_tails(values: np.ndarray) -> np.ndarray:
    """Return the sum over tails, shape (batch, head)."""
    return np.asarray(np.matmul(np.ones(values.shape[1]), values))


def _times(matrix: np.ndarray, vector: np.ndarray) -> np.ndarray:
    return np.asarray(np.matmul(matrix, vector[..., None])[..., 0])
