"""A plain peer of the kernel: Newton on the same balances with the full dense Jacobian.

What a modeller would write in vectorised numpy in an afternoon: all log prices in one vector, the
analytic Jacobian of all nodes in one matrix, a dense solve, and halving of the step. For direct
ways with ad-valorem wedges and freight, caps on links, no quotas and no optional groups; one market
at a time.
"""

from __future__ import annotations

import numpy as np

from oreacle.market.links import LinkTerms
from oreacle.market.problem import Problem

TOLERANCE = 1e-10
STEPS = 100


class _Curve:
    """One supply curve and its slope."""

    def __init__(
        self, slack: np.ndarray, capacity: np.ndarray, traits: tuple[float, float, float]
    ) -> None:
        self._eta, self._floor, self._rho = traits
        self._slack = slack
        self._full = np.where(slack > 0, slack / np.maximum(capacity, 1e-300), 0.0) ** self._rho
        self._run = 1.0 - np.exp(3.0 * self._floor)

    def at(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        gap = (1.0 - self._full) * np.exp(-self._rho * self._eta * np.maximum(x, self._floor))
        bracket = gap + self._full
        body = self._slack * bracket ** (-1.0 / self._rho)
        decay = np.exp(-3.0 * np.maximum(x - self._floor, 0.0))
        slope = self._eta * body * gap / bracket * (1.0 - decay) + 3.0 * body * decay
        return body * (1.0 - decay) / self._run, np.where(x > self._floor, slope, 0.0) / self._run


class _Links:
    def __init__(self, terms: LinkTerms) -> None:
        self._s = float(terms.substitution)
        tariff = 1.0 + terms.tariff_rate[0]
        with np.errstate(divide="ignore"):
            self._log = np.log(terms.strength[0]) + self._s * np.log(terms.base_cost / tariff)
        self._rate = terms.tail_price * (1.0 + terms.export_rate[0] + terms.licence_rate[0])
        self._dollars = terms.freight[0] + terms.export_specific[0]
        self._cap = terms.cap[0]

    def at(self, tail: np.ndarray, head: np.ndarray) -> tuple[np.ndarray, ...]:
        paid = np.exp(tail)[:, None] * self._rate
        landed = paid + self._dollars
        wish = np.exp(self._log + self._s * (head - np.log(landed)))
        flow = np.minimum(wish, self._cap)
        by_head = np.where(wish < self._cap, self._s * flow, 0.0)
        return flow, by_head, by_head * paid / landed


class _Market:
    def __init__(self, problem: Problem) -> None:
        def traits(curve: object) -> tuple[float, float, float]:
            return tuple(float(getattr(curve, name)) for name in ("elasticity", "floor", "rho"))  # type: ignore[return-value]

        self._mine = _Curve(
            problem.mine_slack[0], problem.mine_capacity[0], traits(problem.mine_curve)
        )
        self._plant = _Curve(
            problem.refinery_slack[0], problem.refinery_capacity[0], traits(problem.refinery_curve)
        )
        self._scrap = _Curve(
            problem.recycled[0], problem.recycled_capacity[0], traits(problem.scrap_curve)
        )
        self._demand_curve, self._demand = problem.demand_curve, problem.demand[0]
        self._ore, self._metal = _Links(problem.ore), _Links(problem.refined)
        self._gate, self._refined = problem.price_gate, problem.price_refined
        mines, plants, users = (
            slack.shape[1] for slack in (problem.mine_slack, problem.refinery_slack, problem.demand)
        )
        ends = np.cumsum([mines, plants, plants, users])
        self.p, self.v, self.r, self.w = (
            np.arange(end - count, end)
            for end, count in zip(ends, (mines, plants, plants, users), strict=True)
        )
        floor = 1e-6 * problem.world
        plant = np.maximum(problem.refinery_slack[0] + problem.recycled[0], floor)
        self.scale = np.concatenate(
            [
                np.maximum(problem.mine_slack[0], floor),
                plant,
                plant,
                np.maximum(self._demand, floor),
            ]
        )

    def at(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return excess supply and its Jacobian."""
        p, v, r, w = self.p, self.v, self.r, self.w
        mined, mined_slope = self._mine.at(z[p])
        gate, refined = self._gate * np.exp(z[v]), self._refined * np.exp(z[r])
        base = self._refined - self._gate
        made, made_slope = self._plant.at((refined - gate) / base - 1.0)
        scrap, scrap_slope = self._scrap.at(z[r])
        used, used_slope = self._demand_curve.total(self._demand, z[w])
        ore, ore_head, ore_tail = self._ore.at(z[p], z[v])
        metal, metal_head, metal_tail = self._metal.at(z[r], z[w])
        excess = np.concatenate(
            [
                mined - ore.sum(1),
                ore.sum(0) - made,
                made + scrap - metal.sum(1),
                metal.sum(0) - used,
            ]
        )
        slope = np.zeros((z.size, z.size))
        slope[p, p] = mined_slope + ore_tail.sum(1)
        slope[np.ix_(p, v)] = -ore_head
        slope[np.ix_(v, p)] = -ore_tail.T
        slope[v, v] = ore_head.sum(0) + made_slope * gate / base
        slope[v, r] = -made_slope * refined / base
        slope[r, v] = -made_slope * gate / base
        slope[r, r] = made_slope * refined / base + scrap_slope + metal_tail.sum(1)
        slope[np.ix_(r, w)] = -metal_head
        slope[np.ix_(w, r)] = -metal_tail.T
        slope[w, w] = metal_head.sum(0) - used_slope
        return excess, slope


def solve_plainly(problem: Problem) -> np.ndarray:
    """Return all log prices in one vector: mines, gates, refined, users."""
    market = _Market(problem)
    z = np.zeros(market.scale.size)
    excess, slope = market.at(z)
    worst = np.abs(excess / market.scale).max()
    for _ in range(STEPS):
        if worst <= TOLERANCE:
            return z
        step = np.clip(np.linalg.solve(slope, -excess), -1.5, 1.5)
        length = 1.0
        for _ in range(5):
            trial = z + length * step
            excess, slope = market.at(trial)
            reached = np.abs(excess / market.scale).max()
            if reached < worst:
                break
            length *= 0.5
        z, worst = trial, reached
    message = "the plain Newton did not converge"
    raise ArithmeticError(message)
