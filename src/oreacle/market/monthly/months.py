"""The market month by month after a measure is announced.

Does      Clears each month with what is in force in it, stocks that carry over, and responses as
          weak as they are within a month; gives exports, prices, stocks and shortage by month.
Units     Quantities of a month as t; prices over the base year [1]; stocks [t].
Method    A month is a market whose flows are yearly rates, of which a twelfth moves. Exports of
          the actor under licensing are capped at the path of `oreacle.market.monthly.path`. What
          was bought early is released abroad as the path draws it down, and producers refill the
          same tonnes. Private stocks carry over: K' = K - release / 12. Elasticities of supply
          and use grow from `FIRST_RESPONSE` in the month of the announcement to 1 after a year.
Assumes   Early purchases come out of producers' stocks, so the rush moves no price by itself;
          what traders pay for fear is not modelled. A measure on ore alone has no early stock.
Not here  Parameters of the path: see the table `monthly_parameters`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar, cast

import numpy as np
import xarray as xr

from oreacle.core.errors import MarketError
from oreacle.market.apply import PolicyDesk
from oreacle.market.apply.case import links_of
from oreacle.market.balance import evaluate
from oreacle.market.clear import market
from oreacle.market.curves import DemandCurve, SupplyCurve
from oreacle.market.kernel import solve
from oreacle.market.monthly.path import (
    BAN,
    LICENSING,
    QUOTA,
    TAX,
    ExportPath,
    Notice,
    PathParameters,
    export_path,
)
from oreacle.market.policies.export import (
    ExportBan,
    ExportLicensing,
    ExportMeasure,
    ExportQuota,
    ExportTax,
)
from oreacle.market.problem import Prices, Problem
from oreacle.world.snapshot import World

FIRST_RESPONSE = 0.32
"""Elasticities in the month of a shock over those of a year [1]: the sum of elasticities that
prices implied was 0.12 to 0.2 within a month and about 0.5 within a year (platinum 2008)."""
PAYBACK = 0.4
"""Share of need met from early purchases for each month of them left, under a ban, quota or tax
[1/month]; assumed: 0.37 is what the full path of licensing gives for graphite."""
MONTHS_PER_YEAR = 12.0
Curve = TypeVar("Curve", SupplyCurve, DemandCurve)
Measure = TypeVar("Measure", bound=ExportMeasure)
KINDS: dict[type, str] = {
    ExportLicensing: LICENSING,
    ExportBan: BAN,
    ExportQuota: QUOTA,
    ExportTax: TAX,
}


@dataclass(frozen=True)
class MonthlyMarket:
    """A market from the month of an announcement on.

    Attributes
    ----------
    policy
        The measure.
    notice
        When it was announced and in force.
    path
        Exports and early purchases as the path has them.
    table
        Over `month` (text such as 2025-03): `in_force` [1], `exports` of the actor, `exports_ratio`
        over base, `around` (what reaches the targets through third countries) [t], prices
        `inside` and `outside` over base [1], `early_stock` and `private_stock` abroad [t],
        `shortage` outside [t], `response` [1], and `solved`. A month that did not solve is missing.
    """

    policy: ExportMeasure
    notice: Notice
    path: ExportPath
    table: xr.Dataset


def kind_of(policy: object) -> str:
    """Return the kind of path that a measure takes.

    Raises
    ------
    MarketError
        ORE-MKT-073 if it is no measure on exports.
    """
    if type(policy) not in KINDS:
        raise MarketError(
            "ORE-MKT-073",
            f"there is no monthly path for {type(policy).__name__}.",
            why="months are modelled for bans, quotas, taxes and licences on exports.",
            fix='ask for a year, or say "CHN licenses exports of graphite at 10 %".',
        )
    return KINDS[type(policy)]


def monthly_market(
    world: World,
    policy: ExportMeasure,
    notice: Notice,
    parameters: PathParameters,
    *,
    months: int = 13,
) -> MonthlyMarket:
    """Return the market of the months after a measure is announced.

    Parameters
    ----------
    world
        The world snapshot: the base year stands for the months before.
    policy
        A ban, quota, tax or licence on exports.
    notice
        Dates and expectation.
    parameters
        How exports answer; under a ban, quota or tax `rush` alone acts.
    months
        Calendar months, that of the announcement included.

    Raises
    ------
    MarketError
        ORE-MKT-073 if the policy is no measure on exports.
    ScenarioError
        As `oreacle.market.clear.clear`.
    """
    kind = kind_of(policy)
    shape = parameters
    if kind != LICENSING:
        shape = replace(parameters, floor=1.0, rate=0.0, delay=0.0, payback=PAYBACK)
    path = export_path(notice, shape, months=months)
    run = _Run(world, policy, notice, path, is_licensed=kind == LICENSING)
    rows = [run.month(k) for k in range(months)]
    names = [f"{year}-{month:02d}" for year, month in path.months]
    data = {
        name: ("month", np.array([row[name] for row in rows]), {"units": unit})
        for name, unit in UNITS.items()
    }
    return MonthlyMarket(policy, notice, path, xr.Dataset(data, coords={"month": names}))


UNITS = {
    "in_force": "1",
    "exports": "t",
    "exports_ratio": "1",
    "around": "t",
    "inside": "1",
    "outside": "1",
    "early_stock": "t",
    "private_stock": "t",
    "shortage": "t",
    "response": "1",
    "solved": "1",
}
"""Columns of the monthly table with their units."""


class _Run:
    """The months of one measure, one after the other."""

    def __init__(
        self,
        world: World,
        policy: ExportMeasure,
        notice: Notice,
        path: ExportPath,
        *,
        is_licensed: bool,
    ) -> None:
        self._policy, self._notice, self._path = policy, notice, path
        self._is_licensed = is_licensed
        self._base = market(world, policy.mineral)
        chain = world.chain(policy.mineral)
        self._desk = PolicyDesk(chain, world.territory, world.measures)
        self._links = links_of(policy.link)
        territory = world.territory
        acting = territory.acting(policy.actor)
        aimed = [territory.acting(name) for name in policy.targets]
        self._inside = {
            link: np.array([territory.actor_of[c] == acting for c in self._ends(link)[0]])
            for link in self._links
        }
        self._hit = {
            link: territory.hit(*self._ends(link), policy.actor, tuple(aimed)) > 0
            for link in self._links
        }
        self._user_inside = np.array([territory.actor_of[c] == acting for c in chain.users])
        self._gate_outside = np.array([territory.actor_of[c] != acting for c in chain.refiners])
        self._need = self._early_need()
        self._metal = self._base.stocks.metal[0].copy() if self._base.stocks else 0.0
        self._ore = self._base.stocks.ore[0].copy() if self._base.stocks else 0.0
        self._before = self._state(self._base)

    def _ends(self, link: str) -> tuple[Sequence[str], Sequence[str]]:
        problem = self._base
        if link == "ore":
            return problem.miners, problem.refiners
        return problem.refiners, problem.users

    def _early_need(self) -> np.ndarray:
        """Return what users buy of the refined product under the measure, shape (user,) [t/yr]."""
        if "refined" not in self._links:
            return np.zeros(len(self._base.users))
        terms = self._base.refined
        flow = terms.reference[0].copy()
        if terms.ways is not None and not self._policy.targets:
            flow += terms.ways.onto_links(terms.ways.reference, flow.shape)[0]
        return np.asarray((flow * self._hit["refined"]).sum(axis=0))

    def month(self, k: int) -> dict[str, float]:
        """Return the figures of a month, and carry stocks over to the next."""
        share = self._share_in_force(k)
        response = FIRST_RESPONSE + (1.0 - FIRST_RESPONSE) * min(k / MONTHS_PER_YEAR, 1.0)
        before = self._path.early[k - 1] if k else 0.0
        drawn = max(before - self._path.early[k], 0.0)
        problem = self._problem(response, drawn)
        policies = self._policies(k, share)
        held = self._desk.apply(problem, policies) if policies else problem
        solution = solve(held)
        row = {"in_force": share, "response": response, "solved": float(solution.solved[0])}
        row["early_stock"] = float(self._path.early[k] * self._need.sum() / MONTHS_PER_YEAR)
        if not solution.solved[0]:
            return {name: row.get(name, np.nan) for name in UNITS}
        state = self._state(held, solution.prices)
        self._carry_over(held, solution.prices)
        row |= self._compared(state, k)
        row["private_stock"] = float(
            np.sum(self._metal * ~self._user_inside) + np.sum(self._ore * self._gate_outside)
        )
        return row

    def _share_in_force(self, k: int) -> float:
        year, month = self._path.months[k]
        first = date(year, month, 1).toordinal()
        following = date(year + month // 12, month % 12 + 1, 1).toordinal()
        since = self._notice.in_force.toordinal()
        return float(np.clip((following - since) / (following - first), 0.0, 1.0))

    def _problem(self, response: float, drawn: float) -> Problem:
        """Return the market of a month; `drawn` is early stock used [months of exports]."""
        base, stocks = self._base, self._base.stocks
        if stocks is not None:
            used = drawn * self._need
            inside = self._base.demand[0] * self._user_inside
            weight = inside / inside.sum() if inside.sum() > 0 else inside
            stocks = replace(
                stocks,
                ore=np.asarray(self._ore)[None],
                metal=np.asarray(self._metal)[None],
                release=used[None],
                purchase=(used.sum() * weight)[None],
                purchase_limit=np.zeros_like(stocks.purchase_limit) + np.log(1.05),
            )
        return replace(
            base,
            stocks=stocks,
            mine_curve=_weaker(base.mine_curve, response),
            scrap_curve=_weaker(base.scrap_curve, response),
            demand_curve=_weaker(base.demand_curve, response),
        )

    def _policies(self, k: int, share: float) -> list[ExportMeasure]:
        if share <= 0.0:
            return []
        found = [in_part(self._policy, share)]
        ratio = float(self._path.exports[k])
        if self._is_licensed and ratio < 1.0 - 1e-9:
            policy = self._policy
            found.append(
                ExportQuota(
                    policy.actor,
                    policy.mineral,
                    ratio,
                    link=policy.link,
                    targets=policy.targets,
                )
            )
        return found

    def _state(self, problem: Problem, prices: Prices | None = None) -> dict[str, Any]:
        solved = solve(problem).prices if prices is None else prices
        balance = evaluate(problem, solved)
        flows = {"ore": balance.ore, "refined": balance.metal}
        direct = sum(float((flows[x].direct[0] * self._hit[x]).sum()) for x in self._links)
        every = sum(float((flows[x].flow[0] * self._hit[x]).sum()) for x in self._links)
        # Who aims at nobody in particular stops what goes through third countries, too.
        is_aimed = bool(self._policy.targets)
        return {
            "exports": direct if is_aimed else every,
            "around": every - direct if is_aimed else 0.0,
            "price": np.exp(solved.delivered[0]),
            "use": balance.use[0],
        }

    def _carry_over(self, problem: Problem, prices: Prices) -> None:
        stocks = problem.stocks
        if stocks is None:
            return
        metal = stocks.metal_release(prices.delivered)[0][0]
        ore = stocks.ore_release(prices.gate)[0][0]
        self._metal = self._metal - metal / MONTHS_PER_YEAR
        self._ore = self._ore - ore / MONTHS_PER_YEAR

    def _compared(self, state: dict[str, Any], k: int) -> dict[str, float]:
        before, year = self._before, MONTHS_PER_YEAR
        weight = self._base.demand[0]
        outside = ~self._user_inside
        total = float(before["exports"])
        rush = max(float(self._path.early[k]) - (self._path.early[k - 1] if k else 0.0), 0.0)
        exports = float(state["exports"]) / year + rush * self._need.sum() / year
        lost = np.maximum(before["use"] - state["use"], 0.0)
        return {
            "exports": exports,
            "exports_ratio": exports * year / total if total > 0 else np.nan,
            "around": float(state["around"]) / year,
            "inside": _mean(state["price"], weight * self._user_inside),
            "outside": _mean(state["price"], weight * outside),
            "shortage": float((lost * outside).sum()) / year,
        }


def _weaker(curve: Curve, response: float) -> Curve:
    """Return a curve with a part of its elasticity."""
    return replace(curve, elasticity=curve.elasticity * response)


def in_part(policy: Measure, share: float) -> Measure:
    """Return a measure that holds for a part of a month, as one that holds all of it.

    Examples
    --------
    >>> in_part(ExportTax("CHN", "tungsten", 0.2), 0.5).rate
    0.1
    """
    found: ExportMeasure = policy
    if isinstance(policy, ExportBan):
        found = replace(policy, enforcement=policy.enforcement * share)
    elif isinstance(policy, ExportQuota):
        found = replace(policy, allowed=1.0 - (1.0 - policy.allowed) * share)
    elif isinstance(policy, ExportTax):
        found = replace(policy, rate=policy.rate * share, specific=policy.specific * share)
    elif isinstance(policy, ExportLicensing):
        found = replace(policy, cost=policy.cost * share)
    return cast("Measure", found)


def _mean(values: np.ndarray, weight: np.ndarray) -> float:
    total = float(weight.sum())
    return float((values * weight).sum() / total) if total > 0 else np.nan
