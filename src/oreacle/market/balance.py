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
    ore, metal
        States of the two kinds of links.
    output_slope, use_slope
        dS/dp and dD/dw [t/yr per log point].
    margin_slope
        dZ/dM times base margin [t/yr].
    scrap_slope
        Slope of supply from scrap over the refined price [t/yr per log point].
    """

    mine: np.ndarray
    gate: np.ndarray
    refined: np.ndarray
    delivered: np.ndarray
    output: np.ndarray
    throughput: np.ndarray
    scrap: np.ndarray
    use: np.ndarray
    ore: LinkState
    metal: LinkState
    output_slope: np.ndarray
    margin_slope: np.ndarray
    scrap_slope: np.ndarray
    use_slope: np.ndarray


def evaluate(problem: Problem, prices: Prices) -> Balance:
    """Return the balances at `prices`: positive where more arrives or is made than leaves."""
    output, output_slope = problem.mine_curve.output(
        problem.mine_slack, problem.mine_capacity, prices.mine
    )
    margin = problem.price_refined * np.exp(prices.refined) - problem.price_gate * np.exp(
        prices.gate
    )
    throughput, margin_slope = problem.refinery_curve.output(
        problem.refinery_slack, problem.refinery_capacity, margin / problem.base_margin - 1.0
    )
    scrap, scrap_slope = problem.scrap_curve.output(
        problem.recycled, problem.recycled_capacity, prices.refined
    )
    use, use_slope = problem.demand_curve.total(problem.demand, prices.delivered)
    ore = link_state(problem.ore, prices.mine, prices.gate)
    metal = link_state(problem.refined, prices.refined, prices.delivered)
    return Balance(
        mine=output - ore.flow.sum(axis=2),
        gate=ore.flow.sum(axis=1) - throughput,
        refined=throughput + scrap - metal.flow.sum(axis=2),
        delivered=metal.flow.sum(axis=1) - use,
        output=output,
        throughput=throughput,
        scrap=scrap,
        use=use,
        ore=ore,
        metal=metal,
        output_slope=output_slope,
        margin_slope=margin_slope,
        scrap_slope=scrap_slope,
        use_slope=use_slope,
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
    problem: Problem, prices: Prices, balance: Balance, scale: NodeScale, damping: np.ndarray
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
    matrix, right = reduced_system(problem, prices, balance, head, tail, scale.refinery * extra)
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
    """Add the head-to-head coupling of links that share a binding quota."""
    total = state.bound_total
    weight = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
    if weight.any():
        flow = np.where(state.bound > 0, state.flow, 0.0)
        block -= np.einsum("bij,bil,bi->bjl", state.bound, flow, weight)


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
    if not (metal.bound_total > 0).any():
        return UserBlock(diagonal, None)
    dense = np.zeros((*diagonal.shape, diagonal.shape[1]))
    index = np.arange(diagonal.shape[1])
    dense[:, index, index] = diagonal
    _add_shared(dense, metal)
    return UserBlock(diagonal, dense)


def reduced_system(
    problem: Problem,
    prices: Prices,
    balance: Balance,
    head: MineBlock,
    tail: UserBlock,
    ridge: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the system in gate and refined prices after elimination."""
    count = len(problem.refiners)
    index = np.arange(count)
    per_dollar = balance.margin_slope / problem.base_margin
    by_refined = per_dollar * problem.price_refined * np.exp(prices.refined)
    by_gate = per_dollar * problem.price_gate * np.exp(prices.gate)
    ore, metal = balance.ore, balance.metal
    matrix = np.zeros((problem.size, 2 * count, 2 * count))
    matrix[:, :count, :count] = head.block
    matrix[:, index, index] += (ore.free + ore.bound).sum(axis=1) + by_gate + ridge
    matrix[:, index, count + index] = -by_refined
    matrix[:, count + index, index] = -by_gate
    pulled = tail.solve_many(np.swapaxes(metal.free_tail, 1, 2))
    matrix[:, count:, count:] = -np.einsum("bjk,bkl->bjl", metal.free, pulled)
    own = by_refined + balance.scrap_slope + metal.free_tail.sum(axis=2) + ridge
    matrix[:, count + index, count + index] += own
    arriving = tail.solve(-balance.delivered)
    right_refined = -balance.refined + np.einsum("bjk,bk->bj", metal.free, arriving)
    return matrix, np.concatenate([head.right, right_refined], axis=1)
