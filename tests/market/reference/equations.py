"""The market's equations written out a second time, and solved by a general root finder.

Written from the page on the market, without the kernel's curves, links, balances or Newton step:
a `Problem` is read here as a table of numbers and nothing else. Three things differ on purpose.
Direct and indirect ways are one flat list; balances are compared in logs, which a root finder
likes better than tonnes; and the Jacobian comes from complex steps through the equations
themselves, not from formulas for slopes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares
from tests.market.reference.flows import Flows, column, pick

from oreacle.market.problem import Problem

STEP = 1e-200
"""Complex step: derivatives are exact to rounding."""
TRACE = 1e-13
"""Share of the world added on both sides of a balance, so that its log exists [1]."""
PUSH = 10.0
"""Slope by which a price outside the range of a curve is pushed back into it."""
FAR = 20.0
"""Largest log price either way [1]."""
ENOUGH = 1e-9
"""Largest gap of a balance, in logs, of a root [1]."""
WIDE = 0.1
"""Width over which an order gives up [log points]."""


def above(value: np.ndarray, least: np.ndarray | float) -> np.ndarray:
    """Return the larger one, judged by real parts."""
    return np.where(value.real > least, value, least)


def supply(
    at: np.ndarray, slack: np.ndarray, capacity: np.ndarray, curve: tuple[float, float, float]
) -> np.ndarray:
    """Return body(p) run(p) / run(0) of the page; the curve is elasticity, floor, sharpness."""
    elasticity, floor, rho = curve
    out = np.zeros_like(at)
    some = slack > 0
    at, slack, capacity = at[:, some], slack[some], capacity[some]
    full = (slack / capacity) ** rho
    held = above(at, floor)
    with np.errstate(over="ignore"):
        body = slack * ((1.0 - full) * np.exp(-rho * elasticity * held) + full) ** (-1.0 / rho)
    run = 1.0 - np.exp(-3.0 * above(at - floor, 0.0))
    out[:, some] = body * run / (1.0 - np.exp(3.0 * floor))
    return out


def demand(at: np.ndarray, level: np.ndarray, groups: np.ndarray, width: float) -> np.ndarray:
    """Return D(w) of the page; `groups` has share, elasticity, choke by user, (3, user, group)."""
    total = np.zeros_like(at)
    for share, elasticity, choke in np.moveaxis(groups, 2, 0):
        # Far beyond the choke exp overflows; use has long ended there.
        near = np.where(at.real < choke + width, at, choke + width)
        here, last, base = (
            1.0 / (1.0 + np.exp((price - choke) / width + 3.0))
            for price in (near, choke, 0.0 * choke)
        )
        keep = above(here - last, 0.0) / (base - last)
        total = total + level * share * np.exp(-elasticity * at) * keep
    return total


@dataclass(frozen=True)
class Root:
    """Log prices with NaN at dead nodes, premium [USD/t], flows [t/yr], largest gap in logs."""

    prices: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
    premium: float
    ore: np.ndarray
    metal: np.ndarray
    gap: float


class Equations:
    """The balances of one case of a problem."""

    def __init__(self, problem: Problem, case: int = 0) -> None:
        self._problem, self._case = problem, case
        self.ore, self.metal = Flows(problem.ore, case), Flows(problem.refined, case)
        self._curves = tuple(
            (pick(curve.elasticity, case), pick(curve.floor, case), pick(curve.rho, case))
            for curve in (problem.mine_curve, problem.refinery_curve, problem.scrap_curve)
        )
        self._mine = problem.mine_slack[case].copy(), problem.mine_capacity[case]
        self._plant = problem.refinery_slack[case].copy(), problem.refinery_capacity[case]
        self._scrap = problem.recycled[case], problem.recycled_capacity[case]
        self._demand = problem.demand[case].copy()
        self._read_demand(problem, case)
        self._trace = TRACE * problem.world
        sizes = self._mine[0].size, self._plant[0].size, self._plant[0].size, self._demand.size
        self._counts = np.array(sizes)
        self._cut = self._counts.cumsum()[:3]
        self._read_groups(problem, case)
        self.live = self._close_dead_ends()

    def _read_demand(self, problem: Problem, case: int) -> None:
        curve = problem.demand_curve
        shape = self._demand.size, np.shape(curve.shares)[-1]
        rows = (curve.shares, curve.elasticity, curve.log_choke)
        tables = [np.asarray(row)[case] if np.ndim(row) > 1 else np.asarray(row) for row in rows]
        self._groups = np.stack([np.broadcast_to(table, shape) for table in tables])
        self._width = pick(curve.width, case)
        share, _, choke = self._groups
        self.choke = np.where(share > 0, choke, -np.inf).max(axis=1)

    def _read_groups(self, problem: Problem, case: int) -> None:
        mines, plants, users = self._counts[0], self._counts[1], self._counts[3]
        support, stocks, regime = problem.support, problem.stocks, problem.certification
        self._mine_bonus = column(support, "mine_bonus", case, mines)
        self._mine_floor = column(support, "mine_floor", case, mines)
        self._plant_bonus = column(support, "refinery_bonus", case, plants)
        self._plant_floor = column(support, "refinery_floor", case, plants)
        self._ore_stock = column(stocks, "ore", case, plants)
        self._metal_stock = column(stocks, "metal", case, users)
        self._release = column(stocks, "release", case, users)
        self._purchase = column(stocks, "purchase", case, users)
        self._limit = np.log(2.0) + 0.0 * self._purchase
        if stocks is not None:
            self._limit = stocks.purchase_limit[case]
        self._response = 1.0 if stocks is None else pick(stocks.response, case)
        self._certified = column(regime, "certified", case, mines)
        self._bound = column(regime, "bound", case, users)
        self._cost, self._fraud_share, self._fraud_cost = (
            float(column(regime, name, case, 1)[0])
            for name in ("cost", "fraud_share", "fraud_cost")
        )

    def _close_dead_ends(self) -> np.ndarray:
        """Close ways that lead from or to nothing; return which unknowns are left."""
        ore, metal = self.ore.passable(), self.metal.passable()
        mines, plants, _, users = self._counts
        digs, makes, scrap = self._mine[0] > 0, self._plant[0] > 0, self._scrap[0] > 0
        holds = self._ore_stock > 0
        gives = (self._release > 0) | (self._metal_stock > 0)
        wants = (self._demand > 0) | (self._purchase > 0) | (self._metal_stock > 0)
        while True:
            sells = self.metal.any_at_tail(metal, plants)
            fed = self.ore.any_at_head(ore, plants) | holds
            refines = makes & fed & sells
            less_ore = ore & digs[self.ore.tail] & (refines | holds)[self.ore.head]
            less_metal = metal & (refines | scrap)[self.metal.tail] & wants[self.metal.head]
            if (less_ore == ore).all() and (less_metal == metal).all():
                break
            ore, metal = less_ore, less_metal
        digs, reached = self.ore.any_at_tail(ore, mines), self.metal.any_at_head(metal, users)
        # Holders of ore buy it below the base price even where nothing is refined any more.
        gates = refines | (holds & self.ore.any_at_head(ore, plants))
        self.ore.keep(ore)
        self.metal.keep(metal)
        self._plant[0][~refines] = 0.0
        self._mine[0][~digs] = 0.0
        self._demand[~(reached | gives)] = 0.0
        return np.concatenate([digs, gates, sells, reached | gives])

    def _parts(self, point: np.ndarray) -> dict[str, np.ndarray]:
        """Return what flows, is made and is used at prices of shape (point, unknown + premium)."""
        p, v, r, w, premium = np.split(point, [*self._cut, point.shape[1] - 1], axis=1)
        base, (mine, plant, scrap) = self._problem, self._curves
        price, gate = base.price_mine * np.exp(p), base.price_gate * np.exp(v)
        refined, user = base.price_refined * np.exp(r), base.price_delivered * np.exp(w)
        seen = above(price, self._mine_floor) + self._mine_bonus
        gained = seen + above(premium - self._cost, 0.0)
        # Output that lives on support stops where the market price has come down to shut-down.
        sold = found_buyer(p, mine[1], (self._mine_bonus > 0) | (self._mine_floor > 0))
        plants = (self._plant_bonus > 0) | (self._plant_floor > 0)
        plain, more = (
            sold * supply(np.log(at / base.price_mine), *self._mine, mine) for at in (seen, gained)
        )
        at_plant = above(refined, self._plant_floor) + self._plant_bonus
        argument = (at_plant - gate) / (base.price_refined - base.price_gate) - 1.0
        held = np.log((user + premium) / base.price_delivered)
        free, bound = (demand(at, self._demand, self._groups, self._width) for at in (w, held))
        shut_mine = PUSH * np.minimum(np.log(gained.real / base.price_mine) - mine[1], 0.0)
        shut_plant = -PUSH * np.minimum(argument.real - plant[1], 0.0)
        beyond = PUSH * np.maximum(w.real - self.choke, 0.0)
        return {
            "ore": self.ore.at(p, v),
            "metal": self.metal.at(r, w),
            "mined": (1.0 - self._certified) * plain + self._certified * more,
            "made": found_buyer(r, scrap[1], plants) * supply(argument, *self._plant, plant),
            "scrap": supply(r, *self._scrap, scrap),
            "used": (1.0 - self._bound) * free + self._bound * bound,
            "shut": np.concatenate([shut_mine, shut_plant, 0.0 * r.real, beyond], axis=1),
            "certificates": self._certificates(plain, more, bound, premium),
            **self._stocks(v, w),
        }

    def _stocks(self, v: np.ndarray, w: np.ndarray) -> dict[str, np.ndarray]:
        """Return what stocks give and take at gates and at users."""
        ore_out, ore_in = _private(self._ore_stock, self._response, v)
        metal_out, metal_in = _private(self._metal_stock, self._response, w)
        eased = above((w - np.log(0.5)) / WIDE, 0.0)
        released = self._release * (1.0 - np.exp(-eased))
        room = above((self._limit - w) / WIDE, 0.0)
        bought = self._purchase * (1.0 - np.exp(-room)) / (1.0 - np.exp(-self._limit / WIDE))
        return {
            "ore_out": ore_out,
            "ore_in": ore_in,
            "metal_out": metal_out + released,
            "metal_in": metal_in + bought,
        }

    def _certificates(
        self, plain: np.ndarray, more: np.ndarray, bound: np.ndarray, premium: np.ndarray
    ) -> np.ndarray:
        """Return the log of certificates supplied over demanded, shape (point, 1)."""
        base = self._problem.price_mine
        # Mines begin to sell a ten-thousandth of the base price below the cost; all do at it.
        selling = above(1.0 + (premium - self._cost) / (1e-4 * base), 0.0)
        selling = np.where(selling.real < 1.0, selling, 1.0)
        scale = max(self._fraud_cost, 0.01 * base)
        begun = 1.0 - np.exp(-3.0 * above((premium - self._fraud_cost) / scale, 0.0))
        fraud = self._fraud_share * ((1.0 - self._certified) * plain).sum(1, keepdims=True) * begun
        supplied = (self._certified * more).sum(1, keepdims=True) * selling + fraud
        demanded = (self._bound * bound).sum(1, keepdims=True)
        return np.asarray(np.log((supplied + self._trace) / (demanded + self._trace)))

    def gaps(self, point: np.ndarray) -> np.ndarray:
        """Return log of what enters over what leaves each node, and of certificates."""
        now = self._parts(point)
        ore, metal = self.ore.sums(now["ore"]), self.metal.sums(now["metal"])
        enters = [
            now["mined"],
            ore[1] + now["ore_out"],
            now["made"] + now["scrap"],
            metal[1] + now["metal_out"],
        ]
        leaves = [ore[0], now["made"] + now["ore_in"], metal[0], now["used"] + now["metal_in"]]
        ratio = (np.concatenate(enters, axis=1) + self._trace) / (
            np.concatenate(leaves, axis=1) + self._trace
        )
        return np.concatenate([np.log(ratio) + now["shut"], now["certificates"]], axis=1)

    def solve(self, start: np.ndarray) -> Root:
        """Return what a general root finder reaches from one start (all log prices)."""
        found = self._search(np.append(start, 0.0), with_premium=False)
        if self._bound.any() and self.gaps(found[None])[0, -1] < -ENOUGH:
            found[-1] = 0.1 * self._problem.price_mine
            found = self._search(found, with_premium=True)
            asked = np.append(self.live, True)
        else:
            asked = np.append(self.live, False)
        now = self._parts(found[None])
        p, v, r, w = np.split(np.where(self.live, found[:-1], np.nan), self._cut)
        gap = float(np.abs(self.gaps(found[None])[0, asked]).max(initial=0.0))
        shapes = (self._counts[0], self._counts[1]), (self._counts[2], self._counts[3])
        return Root(
            prices=(p, v, r, w),
            premium=float(found[-1]),
            ore=self.ore.matrix(now["ore"][0], shapes[0]),
            metal=self.metal.matrix(now["metal"][0], shapes[1]),
            gap=gap,
        )

    def _search(self, start: np.ndarray, *, with_premium: bool) -> np.ndarray:
        asked = np.flatnonzero(np.append(self.live, with_premium))
        if asked.size == 0:
            return start
        scale = np.append(np.ones(self.live.size), self._problem.price_mine)[asked]

        def points(x: np.ndarray) -> np.ndarray:
            full = np.repeat(np.where(np.append(self.live, True), start, 0.0)[None], len(x), axis=0)
            full = full.astype(x.dtype)
            full[:, asked] = x * scale
            return full

        def residual(x: np.ndarray) -> np.ndarray:
            return np.asarray(self.gaps(points(x[None]))[0, asked])

        def jacobian(x: np.ndarray) -> np.ndarray:
            steps = x + 1j * STEP * np.eye(x.size)
            return np.asarray(self.gaps(points(steps))[:, asked].imag.T / STEP)

        low, high = (bound[asked] / scale for bound in self._bounds())
        best = np.clip(start[asked] / scale, low + 1e-9, high - 1e-9)
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
        return np.asarray(points(best[None])[0])

    def _bounds(self) -> tuple[np.ndarray, np.ndarray]:
        mines, plants, _, _ = self._counts
        shut = np.where(self._certified > 0, -FAR, self._curves[0][1])
        most = self._problem.price_delivered * np.exp(self.choke.max())
        low = np.concatenate([shut, np.full(2 * plants + self._counts[3], -FAR), [0.0]])
        high = np.concatenate([np.full(mines + 2 * plants, FAR), self.choke, [most]])
        return low, high


def found_buyer(at: np.ndarray, lowest: float, helped: np.ndarray) -> np.ndarray:
    """Return 1 - exp(-(log price - log shut-down price) / 0.05) for helped producers, else 1."""
    return np.where(helped, 1.0 - np.exp(-above(at - lowest, 0.0) / 0.05), 1.0)


def _private(stock: np.ndarray, response: float, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what private holders give above the base price and take below it."""
    given = stock * (1.0 - np.exp(-response * above(at, 0.0)))
    taken = stock * (1.0 - np.exp(-response * above(-at, 0.0)))
    return given, taken
