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
    gate = ore.flow.sum(axis=1) - throughput
    delivered = metal.flow.sum(axis=1) - use
    ore_release: np.ndarray | float = 0.0
    metal_release: np.ndarray | float = 0.0
    gate_slope: np.ndarray | float = 0.0
    if problem.stocks is not None:
        ore_release, gate_slope = problem.stocks.ore_release(prices.gate)
        metal_release, metal_slope = metal_supply(problem.stocks, prices.delivered)
        gate, delivered = gate + ore_release, delivered + metal_release
        use_slope = use_slope - metal_slope
    return Balance(
        mine=output - ore.flow.sum(axis=2),
        gate=gate,
        refined=throughput + scrap - metal.flow.sum(axis=2),
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
    parts = (
        np.abs(balance.mine / scale.mine).max(axis=1),
        np.abs(balance.gate / scale.refinery).max(axis=1),
        np.abs(balance.refined / scale.refinery).max(axis=1),
        np.abs(balance.delivered / scale.user).max(axis=1),
    )
    return np.asarray(np.maximum.reduce(parts))


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
    mine = (-balance.mine + np.einsum("bij,bj->bi", balance.ore.free, gate)) / head.diagonal
    pull = np.einsum("bjk,bj->bk", balance.metal.free_tail, refined)
    delivered = tail.solve(-balance.delivered + pull)
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
    diagonal = balance.output_slope + ore.free_tail.sum(axis=2) + ridge
    push = ore.free_tail / diagonal[..., None]
    block = -np.einsum("bij,bil->bjl", push, ore.free)
    _add_shared(block, ore)
    right = -balance.gate - np.einsum("bij,bi->bj", push, balance.mine)
    return MineBlock(diagonal, block, right)


def _add_shared(block: np.ndarray, state: LinkState) -> None:
    """Add the head-to-head coupling of flows that share a binding quota."""
    for tail in np.flatnonzero((state.shared_total > 0).any(axis=0)):
        total = state.shared_total[:, tail]
        weight = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
        bound = state.bound[:, tail] * weight[:, None]
        block -= bound[:, :, None] * state.shared[:, tail][:, None, :]


@dataclass(frozen=True)
class UserBlock:
    """User block: diagonal, or dense where refined quotas bind."""

    diagonal: np.ndarray
    dense: np.ndarray | None

    def solve(self, right: np.ndarray) -> np.ndarray:
        """Return the block's inverse times `right`, shape (batch, user)."""
        if self.dense is None:
            return np.asarray(right / self.diagonal)
        return np.asarray(np.linalg.solve(self.dense, right[..., None])[..., 0])

    def solve_many(self, right: np.ndarray) -> np.ndarray:
        """Return the block's inverse times `right`, shape (batch, user, column)."""
        if self.dense is None:
            return np.asarray(right / self.diagonal[..., None])
        return np.asarray(np.linalg.solve(self.dense, right))


def eliminate_users(balance: Balance, ridge: np.ndarray) -> UserBlock:
    """Return the user block with `ridge` on its diagonal, shape (batch, user) [t/yr]."""
    metal = balance.metal
    diagonal = (metal.free + metal.bound).sum(axis=1) - balance.use_slope + ridge
    if not (metal.shared_total > 0).any():
        return UserBlock(diagonal, None)
    dense = np.zeros((*diagonal.shape, diagonal.shape[1]))
    index = np.arange(diagonal.shape[1])
    dense[:, index, index] = diagonal
    _add_shared(dense, metal)
    return UserBlock(diagonal, dense)


def reduced_system(
    problem: Problem,
    balance: Balance,
    head: MineBlock,
    tail: UserBlock,
    ridge: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the system in gate and refined prices after elimination."""
    count = len(problem.refiners)
    index = np.arange(count)
    by_refined, by_gate = balance.by_refined, balance.by_gate
    ore, metal = balance.ore, balance.metal
    matrix = np.zeros((problem.size, 2 * count, 2 * count))
    matrix[:, :count, :count] = head.block
    own_gate = balance.gate_slope + ridge
    matrix[:, index, index] += (ore.free + ore.bound).sum(axis=1) + by_gate + own_gate
    matrix[:, index, count + index] = -by_refined
    matrix[:, count + index, index] = -by_gate
    pulled = tail.solve_many(np.swapaxes(metal.free_tail, 1, 2))
    matrix[:, count:, count:] = -np.einsum("bjk,bkl->bjl", metal.free, pulled)
    own = by_refined + balance.scrap_slope + metal.free_tail.sum(axis=2) + ridge
    matrix[:, count + index, count + index] += own
    arriving = tail.solve(-balance.delivered)
    right_refined = -balance.refined + np.einsum("bjk,bk->bj", metal.free, arriving)
    return matrix, np.concatenate([head.right, right_refined], axis=1)
