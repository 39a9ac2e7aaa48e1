"""The market's equations written out a second time, and solved by a general root finder.

Written from the page on the market, without the kernel's curves, links, balances or Newton step:
a `Problem` is read here as a table of numbers and nothing else. Two things differ on purpose.
Balances are compared in logs, which a root finder likes better than tonnes, and the Jacobian comes
from complex steps through the equations themselves, not from formulas.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from oreacle.market.links import LinkTerms
from oreacle.market.problem import Problem

TINY = 1e-200
"""Complex step: derivatives are exact to rounding."""
TRACE = 1e-13
"""Share of the world added on both sides of a balance, so that its log exists [1]."""
PUSH = 10.0
"""Slope by which a price outside the range of a curve is pushed back into it."""
FAR = 20.0
"""Largest log price either way [1]."""
ENOUGH = 1e-9
"""Largest gap of a balance, in logs, of a root [1]."""


def _above(value: np.ndarray, least: np.ndarray | float) -> np.ndarray:
    """Return the larger one, judged by real parts."""
    return np.where(value.real > least, value, least)


def supply(
    at: np.ndarray, slack: np.ndarray, capacity: np.ndarray, curve: tuple[float, float, float]
) -> np.ndarray:
    """Return body(p) run(p) / run(0) of the page for elasticity, floor and sharpness."""
    elasticity, floor, rho = curve
    full = (slack / capacity) ** rho
    held = _above(at, floor)
    with np.errstate(over="ignore"):
        body = slack * ((1.0 - full) * np.exp(-rho * elasticity * held) + full) ** (-1.0 / rho)
    run = 1.0 - np.exp(-3.0 * _above(at - floor, 0.0))
    return body * run / (1.0 - np.exp(3.0 * floor))


def demand(at: np.ndarray, level: np.ndarray, groups: np.ndarray, width: float) -> np.ndarray:
    """Return D(w) of the page; rows of `groups` are share, elasticity and log choke."""
    total = np.zeros_like(at)
    for share, elasticity, choke in groups:
        # Far beyond the choke exp overflows; use has long ended there.
        near = np.where(at.real < choke + width, at, choke + width)
        here, last, base = (
            1.0 / (1.0 + np.exp((price - choke) / width + 3.0))
            for price in (near, np.array(choke), np.array(0.0))
        )
        keep = _above(here - last, 0.0) / (base - last)
        total = total + level * share * np.exp(-elasticity * at) * keep
    return total


class Links:
    """Flows of one kind of link at any log prices, with caps and quotas."""

    def __init__(self, terms: LinkTerms, case: int) -> None:
        self.strength = terms.strength[case].copy()
        self.cap = terms.cap[case]
        self.quota = terms.quota[case]
        self.outside = terms.outside
        self._s = terms.substitution
        self._price = terms.tail_price
        self._base = terms.base_cost
        self._freight = terms.freight[case]
        self._origin = 1.0 + terms.export_rate[case] + terms.licence_rate[case]
        self._landed = 1.0 + terms.tariff_rate[case]

    def open(self) -> np.ndarray:
        """Return True where a tonne may pass, shape (tail, head)."""
        shut = self.outside & (self.quota[:, None] <= 0.0)
        return np.asarray((self.strength > 0.0) & (self.cap > 0.0) & ~shut)

    def flows(self, tail: np.ndarray, head: np.ndarray) -> np.ndarray:
        """Return flows, shape (point, tail, head), at prices of shape (point, node)."""
        price = self._price * np.exp(tail)[:, :, None]
        cost = (price * self._origin + self._freight) * self._landed
        with np.errstate(over="ignore"):
            wish = self.strength * np.exp(self._s * (head[:, None, :] - np.log(cost / self._base)))
        flow = np.where(wish.real < self.cap, wish, self.cap)
        for exporter in np.flatnonzero(np.isfinite(self.quota)):
            out = self.outside[exporter]
            if flow[0, exporter, out].real.sum() > self.quota[exporter]:
                flow[:, exporter, out] = _shared(
                    wish[:, exporter, out], self.cap[exporter, out], self.quota[exporter]
                )
        return flow


def _shared(wish: np.ndarray, cap: np.ndarray, quota: float) -> np.ndarray:
    """Return min(t wish, cap) with t in [0, 1] such that they sum to the quota, by bisection.

    All points share their real parts: complex steps around one point.
    """
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        if np.minimum(middle * wish[0].real, cap).sum() > quota:
            high = middle
        else:
            low = middle
    full = low * wish[0].real >= cap
    left = quota - cap[full].sum()
    scale = left / wish[:, ~full].sum(axis=1)
    return np.where(full, cap, scale[:, None] * wish)


@dataclass(frozen=True)
class Root:
    """Log prices with NaN at dead nodes, flows [t/yr], and the largest gap in logs."""

    prices: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
    ore: np.ndarray
    metal: np.ndarray
    gap: float


class Equations:
    """The balances of one case of a problem."""

    def __init__(self, problem: Problem, case: int = 0) -> None:
        self.ore, self.metal = Links(problem.ore, case), Links(problem.refined, case)
        self._curves = tuple(
            (curve.elasticity, curve.floor, curve.rho)
            for curve in (problem.mine_curve, problem.refinery_curve, problem.scrap_curve)
        )
        self._mine = problem.mine_slack[case], problem.mine_capacity[case]
        self._plant = problem.refinery_slack[case], problem.refinery_capacity[case]
        self._scrap = problem.recycled[case], problem.recycled_capacity[case]
        curve = problem.demand_curve
        self._groups = np.stack([curve.shares, curve.elasticity, curve.log_choke], axis=1)
        self.choke = float(curve.log_choke[curve.shares > 0].max())
        self._width = curve.width
        self._demand = problem.demand[case]
        self._refined, self._gate = problem.price_refined, problem.price_gate
        self._trace = TRACE * problem.world
        sizes = self._mine[0].size, self._plant[0].size, self._plant[0].size, self._demand.size
        self._counts = np.array(sizes)
        self._cut = self._counts.cumsum()[:3]
        self.live = self._close_dead_ends()

    def _close_dead_ends(self) -> np.ndarray:
        """Close links that lead from or to nothing; return which unknowns are left."""
        ore, metal = self.ore.open(), self.metal.open()
        digs, makes = self._mine[0] > 0, self._plant[0] > 0
        scrap, uses = self._scrap[0] > 0, self._demand > 0
        while True:
            sells = metal.any(axis=1)
            refines = makes & ore.any(axis=0) & sells
            less_ore = ore & digs[:, None] & refines
            less_metal = metal & (refines | scrap)[:, None] & uses
            if (less_ore == ore).all() and (less_metal == metal).all():
                break
            ore, metal = less_ore, less_metal
        self.ore.strength[~ore] = 0.0
        self.metal.strength[~metal] = 0.0
        return np.concatenate(
            [ore.any(axis=1), ore.any(axis=0), metal.any(axis=1), metal.any(axis=0)]
        )

    def parts(self, point: np.ndarray) -> dict[str, np.ndarray]:
        """Return what flows, is made and is used at prices of shape (point, unknown)."""
        p, v, r, w = np.split(point, self._cut, axis=1)
        mine, plant, scrap = self._curves
        margin = self._refined * np.exp(r) - self._gate * np.exp(v)
        argument = margin / (self._refined - self._gate) - 1.0
        made = np.zeros_like(point[:, : v.shape[1]])
        runs = self._plant[0] > 0
        made[:, runs] = supply(argument[:, runs], self._plant[0][runs], self._plant[1][runs], plant)
        dug, back = np.zeros_like(p), np.zeros_like(r)
        digs, scraps = self._mine[0] > 0, self._scrap[0] > 0
        dug[:, digs] = supply(p[:, digs], self._mine[0][digs], self._mine[1][digs], mine)
        back[:, scraps] = supply(
            r[:, scraps], self._scrap[0][scraps], self._scrap[1][scraps], scrap
        )
        return {
            "ore": self.ore.flows(p, v),
            "metal": self.metal.flows(r, w),
            "mined": dug,
            "made": made,
            "scrap": back,
            "used": demand(w, self._demand, self._groups, self._width),
            "shut": np.concatenate(
                [
                    PUSH * np.minimum(p.real - mine[1], 0.0),
                    -PUSH * np.minimum(argument.real - plant[1], 0.0),
                    0.0 * r.real,
                    PUSH * np.maximum(w.real - self.choke, 0.0),
                ],
                axis=1,
            ),
        }

    def gaps(self, point: np.ndarray) -> np.ndarray:
        """Return log of what enters over what leaves each node, shape (point, unknown)."""
        now = self.parts(point)
        idle = ~self.live[self._cut[0] : self._cut[1]]
        made = np.where(idle, 0.0, now["made"])
        enters = [now["mined"], now["ore"].sum(1), made + now["scrap"], now["metal"].sum(1)]
        leaves = [now["ore"].sum(2), made, now["metal"].sum(2), now["used"]]
        ratio = (np.concatenate(enters, axis=1) + self._trace) / (
            np.concatenate(leaves, axis=1) + self._trace
        )
        return np.asarray(np.log(ratio) + now["shut"])

    def solve(self, start: np.ndarray) -> Root:
        """Return what a general root finder reaches from one start (all unknowns)."""
        live = np.flatnonzero(self.live)

        def residual(x: np.ndarray) -> np.ndarray:
            return self.gaps(_filled(x[None], live, self.live.size))[0, live]

        def jacobian(x: np.ndarray) -> np.ndarray:
            steps = x + 1j * TINY * np.eye(x.size)
            return self.gaps(_filled(steps, live, self.live.size))[:, live].imag.T / TINY

        low = np.repeat([self._curves[0][1], -FAR, -FAR, -FAR], self._counts)[live]
        high = np.repeat([FAR, FAR, FAR, self.choke], self._counts)[live]
        best = np.clip(start[live], low + 1e-9, high - 1e-9)
        for method in ("trf", "dogbox"):
            best = least_squares(
                residual,
                best,
                jac=jacobian,
                bounds=(low, high),
                method=method,
                xtol=1e-15,
                ftol=1e-15,
                gtol=1e-15,
                max_nfev=300,
            ).x
            if np.abs(residual(best)).max() <= ENOUGH:
                break
        return self._root(best, live, float(np.abs(residual(best)).max()))

    def _root(self, best: np.ndarray, live: np.ndarray, gap: float) -> Root:
        point = _filled(best[None], live, self.live.size)
        now = self.parts(point)
        shown = np.where(self.live, point[0], np.nan)
        p, v, r, w = np.split(shown, self._cut)
        return Root((p, v, r, w), now["ore"][0], now["metal"][0], gap)


def _filled(values: np.ndarray, live: np.ndarray, size: int) -> np.ndarray:
    """Return all unknowns, 0 at dead nodes, where no flow answers to them."""
    full = np.zeros((values.shape[0], size), dtype=values.dtype)
    full[:, live] = values
    return full
