"""The certificate of a clearing: what makes its numbers trustworthy.

Does      Measures residuals, complementarity, the money identity and the smallest pivot.
Units     Dimensionless.
Method    Residual within 1e-8 of the world and 1e-6 of each node; money closes to 1e-8
          (MODEL: market, certificate).
Assumes   Prices come from `oreacle.market.kernel`.
Not here  The solve: see `oreacle.market.kernel`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import lu

from oreacle.core.status import SolveStatus
from oreacle.market.balance import (
    Balance,
    eliminate_mines,
    eliminate_users,
    evaluate,
    node_scale,
    reduced_system,
)
from oreacle.market.kernel import Solution, priced
from oreacle.market.links import LinkState, LinkTerms
from oreacle.market.money import money_gap
from oreacle.market.problem import Problem

WORLD_TOLERANCE = 1e-8
NODE_TOLERANCE = 1e-6
MONEY_TOLERANCE = 1e-8
SMALLEST_PIVOT = 1e-13
STILL = 1e-7
"""Output over base below which a refinery counts as standing still [1]."""


@dataclass(frozen=True)
class Certificate:
    """Evidence for one cleared market.

    Attributes
    ----------
    status
        How the solve ended.
    residual_world
        Sum of absolute residuals over the world's throughput [1].
    residual_node
        Largest residual over its node's size [1].
    complementarity
        Largest breach of a cap, or slack left by a binding limit, over the world's throughput [1].
    money_gap
        Gap of the money identity over the money spent [1].
    smallest_pivot
        Smallest pivot of the scaled reduced Jacobian over the largest [1].
    iterations
        Newton steps.
    slow
        True if the slow solver was needed.
    """

    status: SolveStatus
    residual_world: float
    residual_node: float
    complementarity: float
    money_gap: float
    smallest_pivot: float
    iterations: int
    slow: bool

    @property
    def is_solved(self) -> bool:
        """True if every test passed."""
        return self.status is SolveStatus.SOLVED

    def as_dict(self) -> dict[str, float | int | bool | str]:
        """Return plain values for `--json` output."""
        return {
            "status": self.status.value,
            "residual_world": self.residual_world,
            "residual_node": self.residual_node,
            "complementarity": self.complementarity,
            "money_gap": self.money_gap,
            "smallest_pivot": self.smallest_pivot,
            "iterations": self.iterations,
            "slow": self.slow,
        }


def certify(problem: Problem, solution: Solution, case: int) -> Certificate:
    """Return the certificate of one case of a batch."""
    rows = np.array([case])
    part = priced(problem, solution).take(rows)
    prices = solution.prices.take(rows)
    balance = evaluate(part, prices)
    world = world_residual(part, balance)[0]
    node = float(solution.residual[case])
    breach = max(
        float(limit_breach(part.ore, balance.ore, part.world)[0]),
        float(limit_breach(part.refined, balance.metal, part.world)[0]),
    )
    gap = float(money_gap(part, prices, balance)[0])
    pivot = _smallest_pivot(part, balance)
    within = (
        world <= WORLD_TOLERANCE
        and node <= NODE_TOLERANCE
        and gap <= MONEY_TOLERANCE
        and breach <= WORLD_TOLERANCE
        and bool(solution.solved[case])
    )
    status = SolveStatus.SOLVED if within else SolveStatus.NOT_CONVERGED
    if within and pivot < SMALLEST_PIVOT:
        status = SolveStatus.SMALL_PIVOT
    return Certificate(
        status=status,
        residual_world=float(world),
        residual_node=node,
        complementarity=breach,
        money_gap=gap,
        smallest_pivot=pivot,
        iterations=int(solution.iterations[case]),
        slow=bool(solution.slow[case]),
    )


def world_residual(problem: Problem, balance: Balance) -> np.ndarray:
    """Return the sum of absolute residuals over the world's throughput, shape (batch,) [1]."""
    parts = (balance.mine, balance.gate, balance.refined, balance.delivered)
    return np.asarray(sum(np.abs(part).sum(axis=1) for part in parts) / problem.world)


def limit_breach(terms: LinkTerms, state: LinkState, world: float) -> np.ndarray:
    """Return the largest breach of a cap or quota over the world's throughput, shape (batch,) [1].

    Slack that a binding quota leaves counts as well.

    Parameters
    ----------
    terms, state
        Links of one kind, and what flows on them.
    world
        The world's throughput [t/yr].
    """
    over_cap = np.maximum(state.direct - terms.cap, 0.0).max(axis=(1, 2))
    leaving = np.where(terms.outside, state.direct, 0.0).sum(axis=2)
    wished = np.where(terms.outside, np.minimum(state.wish, terms.cap), 0.0).sum(axis=2)
    if terms.ways is not None:
        ways, count = terms.ways, leaving.shape[1]
        around = np.maximum(state.way_flow - ways.cap, 0.0).max(axis=1)
        over_cap = np.maximum(over_cap, around)
        mine = (ways.tail[:, None] == np.arange(count)) & ways.outside[:, None]
        leaving = leaving + state.way_flow @ mine
        wished = wished + np.minimum(state.way_wish, ways.cap) @ mine
    over_quota = np.maximum(leaving - terms.quota, 0.0).max(axis=1)
    binding = wished > terms.quota
    gap = np.abs(np.where(binding, terms.quota - leaving, 0.0)).max(axis=1)
    return np.asarray(np.maximum(np.maximum(over_cap, over_quota), gap) / world)


def _smallest_pivot(problem: Problem, balance: Balance) -> float:
    scale = node_scale(problem)
    mines = eliminate_mines(balance, 0.0 * scale.mine + 1e-300)
    users = eliminate_users(balance, 0.0 * scale.user + 1e-300)
    matrix, _ = reduced_system(problem, balance, mines, users, 0.0 * scale.refinery)
    # A refinery that stands still has no price to pin down: it is no evidence either way.
    runs = balance.throughput[0] > STILL * scale.refinery[0]
    live = np.flatnonzero(np.concatenate([runs, runs]))
    if live.size == 0:
        return 1.0
    size = np.concatenate([scale.refinery[0], scale.refinery[0]])[live]
    _, _, upper = lu(matrix[0][np.ix_(live, live)] / size[:, None])
    pivots = np.abs(np.diag(upper))
    return float(pivots.min() / pivots.max()) if pivots.max() > 0 else 0.0
