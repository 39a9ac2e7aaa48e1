"""The symmetric market as the minimum of a convex potential, for a general convex solver.

When is there a potential? Excess supply derives from one if and only if its Jacobian is symmetric.
In log prices a link alone is symmetric: its flow answers to head and tail price alike, as long as
all that stands between them is ad valorem. Freight in dollars breaks this (a dearer origin moves
the cost by less than its own share), and so does a refining margin in dollars: a refinery answers
to a log point of refined price by R dZ/dM and to one of ore price by V dZ/dM. No change of
variables mends it, since both kinds of links join different refineries in cycles around which
the products of the two directions differ. What is left is symmetric:

- ad-valorem wedges of any size and on either end, caps on links and quotas on what leaves a
  territory: a multiplier of a tonne limit is the log rent that holds wishes down to it;
- refineries that run at a given throughput, so that no margin enters.

Supply takes the soft minimum at sharpness 2, whose integral is a sum of exponential cones, without
shut-down; demand is log-linear by group, without choke. The full curves have no conic form: they
are the business of `tests.market.reference.equations`.

The program, with flows x and y, mine output S, scrap Q and use D by group:

    min  sum Phi_i(S_i) + sum Phi_j(Q_j) + sum (1/s1) x (log(x / a) - 1 + s1 log tau)
         + sum (1/s2) y (log(y / b) - 1 + s2 log tau) + sum (1/e_g) D (log(D / d) - 1)
    s.t. balances of mines, gates, refineries and users; x, y within caps and quotas.

The multipliers of the balances are the log prices. Phi is the integral of the inverse supply

    p(S) = [ 2 log u - log(1 - u) - log(1 + u) + log((K / q)^2 - 1) ] / (2 eta),   u = S / K.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import cvxpy as cp
import numpy as np
from scipy.sparse import csr_matrix

from oreacle.market.links import LinkTerms
from oreacle.market.problem import Problem

SHARPNESS = 2.0
"""The sharpness of the soft minimum whose potential is conic [1]."""
SCALE = 100.0
"""World throughput in the units of the program: at 100, its multipliers are near 1 [1]."""
TIGHT = {
    "tol_gap_abs": 1e-9,
    "tol_gap_rel": 1e-13,
    "tol_feas": 1e-10,
    "max_step_fraction": 0.7,
}
"""Settings of Clarabel that leave prices with seven right digits. With its own ones errors reach
1e-4: the potential is flat at its minimum, and its value is large."""
ANOTHER_TRY: tuple[dict[str, float], ...] = (
    {},
    {"static_regularization_constant": 1e-12, "dynamic_regularization_delta": 1e-9},
    {"max_step_fraction": 0.9},
    {"max_step_fraction": 0.5},
)


@dataclass(frozen=True)
class Answer:
    """Log prices by node [1] and flows, shapes (tail, head) [t/yr]."""

    mine: np.ndarray
    gate: np.ndarray
    refined: np.ndarray
    delivered: np.ndarray
    ore: np.ndarray
    metal: np.ndarray


class _Links:
    """The links of one kind: flows as a vector over open links, wedges as a parameter."""

    def __init__(self, terms: LinkTerms, world: float) -> None:
        assert not terms.freight.any(), "freight in dollars has no potential"
        self.tail, self.head = np.nonzero((terms.strength[0] > 0) & (terms.cap[0] > 0))
        self.shape = terms.strength[0].shape
        self._terms, self._world = terms, world
        self.flow = cp.Variable(self.tail.size)
        self._pull = cp.Parameter(self.tail.size)
        self.update(terms)
        entropy = cp.sum(cp.entr(self.flow))
        self.potential = -entropy / terms.substitution - self._pull @ self.flow

    def update(self, terms: LinkTerms) -> None:
        """Set strengths and rates; which links are open may not change."""
        at = self.tail, self.head
        rate = (1.0 + terms.export_rate[0] + terms.licence_rate[0]) * (1.0 + terms.tariff_rate[0])
        wedge = np.log(rate[at] * terms.tail_price / terms.base_cost[at])
        strength = np.log(terms.strength[0][at] / self._world)
        self._pull.value = (strength + 1.0) / terms.substitution - wedge

    def limits(self) -> list[cp.Constraint]:
        """Return caps and quotas as constraints."""
        terms, found = self._terms, []
        cap = terms.cap[0][self.tail, self.head] / self._world
        held = np.flatnonzero(np.isfinite(cap))
        if held.size:
            found.append(self.flow[held] <= cap[held])
        for exporter in np.flatnonzero(np.isfinite(terms.quota[0])):
            out = np.flatnonzero((self.tail == exporter) & terms.outside[self.tail, self.head])
            if out.size:
                found.append(cp.sum(self.flow[out]) <= terms.quota[0, exporter] / self._world)
        return found

    def leaving(self) -> cp.Expression:
        """Return what leaves each tail."""
        return self._sums(self.tail, self.shape[0]) @ self.flow

    def arriving(self) -> cp.Expression:
        """Return what reaches each head."""
        return self._sums(self.head, self.shape[1]) @ self.flow

    def _sums(self, node: np.ndarray, count: int) -> csr_matrix:
        ones = np.ones(node.size)
        return csr_matrix((ones, (node, np.arange(node.size))), shape=(count, node.size))

    def matrix(self) -> np.ndarray:
        """Return flows as a matrix."""
        out = np.zeros(self.shape)
        out[self.tail, self.head] = self.flow.value
        return out


class ConvexMarket:
    """The convex program of one symmetric market; parameters allow it to be solved again."""

    def __init__(self, problem: Problem) -> None:
        _check_symmetric(problem)
        self._world = problem.world / SCALE
        self._ore = _Links(problem.ore, self._world)
        self._metal = _Links(problem.refined, self._world)
        groups = problem.demand_curve.shares.size
        self._use = cp.Variable((len(problem.users), groups))
        self._wish = cp.Parameter((len(problem.users), groups))
        self._set_demand(problem)
        mined = cp.Variable(len(problem.miners))
        potential = self._ore.potential + self._metal.potential
        potential += _supply_potential(
            mined,
            problem.mine_slack[0] / self._world,
            problem.mine_capacity[0] / self._world,
            float(problem.mine_curve.elasticity),
        )
        made = problem.refinery_slack[0] / self._world
        recycled = np.flatnonzero(problem.recycled[0] > 0)
        supplied: cp.Expression | np.ndarray = made
        if recycled.size:
            scrap = cp.Variable(recycled.size)
            potential += _supply_potential(
                scrap,
                problem.recycled[0][recycled] / self._world,
                problem.recycled_capacity[0][recycled] / self._world,
                float(problem.scrap_curve.elasticity),
            )
            supplied = made + np.eye(made.size)[:, recycled] @ scrap
        inverse = 1.0 / problem.demand_curve.elasticity
        potential += cp.sum(-cp.entr(self._use) @ inverse)
        potential -= cp.sum(cp.multiply(self._wish, self._use))
        self._balances = [
            self._ore.leaving() - mined == 0,
            made - self._ore.arriving() == 0,
            self._metal.leaving() - supplied == 0,
            cp.sum(self._use, axis=1) - self._metal.arriving() == 0,
        ]
        limits = self._ore.limits() + self._metal.limits()
        self.program = cp.Problem(cp.Minimize(potential), self._balances + limits)

    def _set_demand(self, problem: Problem) -> None:
        curve = problem.demand_curve
        level = problem.demand[0][:, None] * curve.shares / self._world
        self._wish.value = (np.log(level) + 1.0) / curve.elasticity

    def update(self, problem: Problem) -> None:
        """Set rates, strengths and demand of another case of the same market."""
        self._ore.update(problem.ore)
        self._metal.update(problem.refined)
        self._set_demand(problem)

    def solve(self, **settings: float) -> Answer:
        """Return the minimum; settings go to Clarabel.

        Where it calls its answer inaccurate, it tries again with the other ways of `ANOTHER_TRY`.
        """
        for change in ANOTHER_TRY:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="Solution may be inaccurate")
                self.program.solve(solver=cp.CLARABEL, **settings | change)
            if self.program.status == "optimal":
                break
        assert self.program.status == "optimal", self.program.status
        mine, gate, refined, delivered = (
            np.asarray(row.dual_value, dtype=float) for row in self._balances
        )
        return Answer(
            mine=mine,
            gate=gate,
            refined=refined,
            delivered=delivered,
            ore=self._ore.matrix() * self._world,
            metal=self._metal.matrix() * self._world,
        )


def _supply_potential(
    output: cp.Variable, slack: np.ndarray, capacity: np.ndarray, elasticity: float
) -> cp.Expression:
    """Return the integral of the inverse soft minimum at sharpness 2 over output."""
    share = cp.multiply(output, 1.0 / capacity)
    # u log u - (1 + u) log(1 + u) is convex, though its second term alone is not.
    parts = -cp.entr(share) - cp.entr(1.0 - share) + cp.rel_entr(share, 1.0 + share)
    parts = parts - cp.log(1.0 + share)
    linear = cp.multiply(np.log((capacity / slack) ** 2 - 1.0), share)
    weight = capacity / (SHARPNESS * elasticity)
    return weight @ (parts + linear)


def _check_symmetric(problem: Problem) -> None:
    assert problem.size == 1
    assert problem.refinery_curve.elasticity == 0.0, "a margin in dollars has no potential"
    assert problem.mine_curve.rho == problem.scrap_curve.rho == SHARPNESS
    assert (problem.mine_slack > 0).all(), "a mine that makes nothing has no log price"
    assert (problem.demand > 0).all(), "a user who wants nothing has no log price"
