"""Routes that close, open or cost more: their plan is made anew, once for all policies.

Does      Writes freight and caps on direct links and on ways through entrepots.
Units     USD/t, t/yr.
Method    The year is cut where a closure ends; in each part all that is shut is planned jointly. A
          link's freight is the mean over the tonnes that are delivered in the year; what has no way
          left is capped: cap = base flow x share of the year's tonnes that still have one. Of an
          indirect way both legs count: costs add, shares multiply.
Assumes   Closures begin together. Tonnes spread evenly over the year. While closed, a link is never
          cheaper than before: tonnes left over on a cheaper way do not lower its freight.
Not here  The plan itself: see `oreacle.world.routing`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import LINKS
from oreacle.market.apply.case import Case, Scope
from oreacle.market.carriage import Planner
from oreacle.market.policies import CorridorOpening, RouteClosure, RouteRisk
from oreacle.market.policies.routes import MONTHS_OF_YEAR, RoutePolicy
from oreacle.market.ways import Ways
from oreacle.world.routing.changes import RouteChanges
from oreacle.world.routing.route_plan import RoutePlan


@dataclass(frozen=True)
class YearPart:
    """Part of a year with the routes that are shut and opened in it; `share` of the year [1]."""

    share: float
    changes: RouteChanges


@dataclass(frozen=True)
class RouteEffect:
    """What changed routes do to links of one kind, shapes (exporter, importer).

    Attributes
    ----------
    exporters, importers
        Countries in the order of the arrays.
    extra
        Carriage over the base year's, mean over delivered tonnes [USD/t].
    kept
        Share of the year's base tonnes that have a way [1].
    days
        Transit over the base year's, mean over delivered tonnes [d].
    """

    exporters: tuple[str, ...]
    importers: tuple[str, ...]
    extra: np.ndarray
    kept: np.ndarray
    days: np.ndarray

    def around(self, ways: Ways) -> tuple[np.ndarray, np.ndarray]:
        """Return extra carriage and kept share of indirect ways: both legs, where known.

        Parameters
        ----------
        ways
            Ways whose tails and heads are those of the arrays.
        """
        tails = _numbers(ways.via, self.exporters)
        heads = _numbers(ways.via, self.importers)
        legs = ((ways.tail, heads, heads >= 0), (tails, ways.head, tails >= 0))
        extra, kept = np.zeros(len(ways.via)), np.ones(len(ways.via))
        for tail, head, known in legs:
            extra += np.where(known, self.extra[tail, head], 0.0)
            kept *= np.where(known, self.kept[tail, head], 1.0)
        return extra, kept


def parts_of_year(policies: Sequence[RoutePolicy]) -> list[YearPart]:
    """Return the parts of a year, the first month first; their shares sum to 1.

    Examples
    --------
    >>> parts = parts_of_year([RouteClosure("tin", "suez", 3.0), RouteClosure("tin", "panama")])
    >>> [(part.share, sorted(part.changes.closed)) for part in parts]
    [(0.25, ['panama', 'suez']), (0.75, ['panama'])]
    """
    opened = _opened(policies)
    shut = {p.route: p.months for p in policies if isinstance(p, RouteClosure) and p.months > 0.0}
    parts, since = [], 0.0
    for until in sorted({*shut.values(), MONTHS_OF_YEAR}):
        closed = frozenset(route for route, months in shut.items() if months >= until)
        changes = RouteChanges(closed, opened.opened, opened.capacity)
        parts.append(YearPart((until - since) / MONTHS_OF_YEAR, changes))
        since = until
    return parts


def route_effect(planner: Planner, link: str, policies: Sequence[RoutePolicy]) -> RouteEffect:
    """Return what policies on the routes of one mineral do to one kind of link together.

    Raises
    ------
    DataError
        ORE-DAT-133 or 134 if a route is unknown or nothing hangs on it.
    """
    base, free = planner.base(link), planner.plan(link, _opened(policies))
    plans = [(part.share, planner.plan(link, part.changes)) for part in parts_of_year(policies)]
    had = base.reachable > 0.0
    left = _mean(plans, lambda plan: plan.reachable)
    kept = np.where(had, np.minimum(left / np.where(had, base.reachable, 1.0), 1.0), 1.0)
    known = had & (left > 0.0)
    cost = np.maximum(_delivered(plans, left, "cost"), _finite(free.cost))
    extra = np.where(known, cost - _finite(base.cost), 0.0)
    for policy in policies:
        if isinstance(policy, RouteRisk):
            extra = extra + _premium(planner, link, policy, policies)
    days = np.where(known, _delivered(plans, left, "days") - _finite(base.days), 0.0)
    return RouteEffect(base.exporters, base.importers, extra, kept, days)


def change_routes(case: Case, policies: Sequence[RoutePolicy]) -> None:
    """Put all policies on routes in force together."""
    planner = _planner(case)
    ordered = sorted(policies, key=repr)
    for link in LINKS:
        effect = route_effect(planner, link, ordered)
        terms, rows = case.terms(link), case.rows
        # Base carriage is scaled to the chain's and a saving is not: nobody is paid for shipping.
        terms.freight[rows] = np.maximum(terms.freight[rows] + effect.extra, 0.0)
        _limit(terms.cap[rows], terms.reference[rows], effect.kept)
        ways = terms.ways
        if ways is None:
            continue
        extra, kept = effect.around(ways)
        ways.freight[rows] = np.maximum(ways.freight[rows] + extra, 0.0)
        _limit(ways.cap[rows], ways.reference[rows], kept)


def idle_closure(scope: Scope, policy: RouteClosure | RouteRisk) -> str:
    """Return why a closure or a premium would touch nothing, or ""."""
    if uses_route(_planner(scope), policy.route):
        return ""
    return f"no {policy.mineral} of the base year goes through {policy.route}"


def idle_opening(scope: Scope, policy: CorridorOpening) -> str:
    """Return why an opening would touch nothing, or ""."""
    if opening_helps(_planner(scope), policy):
        return ""
    return f"no {policy.mineral} of the base year finds a cheaper way along {policy.corridor}"


def uses_route(planner: Planner, route: str) -> bool:
    """Return True if base trade of a mineral goes through a passage, corridor or gateway."""
    return any(bool((route_use(planner, link, route) > 0.0).any()) for link in LINKS)


def route_use(planner: Planner, link: str, route: str) -> np.ndarray:
    """Return base tonnes of each link that go through a route, shape (exporter, importer) [t/yr].

    Of a gateway: all tonnes of links whose plan changes without it, since plans do not say how many
    of them went through it.
    """
    flow, plan = planner.chain.flow(link), planner.base(link)
    for names, share in ((plan.passages, plan.through), (plan.corridors, plan.along)):
        if route in names:
            return np.asarray(flow * share[:, :, names.index(route)])
    return np.asarray(
        flow * _differs(plan, planner.plan(link, RouteChanges(closed=frozenset({route}))))
    )


def opening_helps(planner: Planner, policy: CorridorOpening) -> bool:
    """Return True if an opening changes the plan of some pair that trades."""
    chain, opened = planner.chain, _opened([policy])
    return any(
        bool(
            (
                _differs(planner.base(link), planner.plan(link, opened)) & (chain.flow(link) > 0)
            ).any()
        )
        for link in LINKS
    )


def _opened(policies: Sequence[RoutePolicy]) -> RouteChanges:
    """Return what is opened, without any closure."""
    openings = [p for p in policies if isinstance(p, CorridorOpening)]
    sizes = tuple(sorted((p.corridor, p.capacity) for p in openings if p.capacity is not None))
    return RouteChanges(opened=frozenset(p.corridor for p in openings), capacity=sizes)


def _premium(
    planner: Planner, link: str, risk: RouteRisk, policies: Sequence[RoutePolicy]
) -> np.ndarray:
    """Return the mean premium of each link, at most what the way round costs [USD/t]."""
    shut = [p.months for p in policies if isinstance(p, RouteClosure) and p.route == risk.route]
    months = max(0.0, min(risk.months, MONTHS_OF_YEAR - sum(shut)))
    plan, chain = planner.base(link), planner.chain
    if risk.route not in plan.passages and risk.route not in plan.corridors:
        return np.zeros(plan.cost.shape)
    flow = chain.flow(link)
    share = np.divide(
        route_use(planner, link, risk.route), flow, out=np.zeros_like(flow), where=flow > 0
    )
    asked = risk.rate * (chain.price_mine if link == "ore" else chain.price_refined) * share
    closed = planner.plan(link, RouteChanges(closed=frozenset({risk.route})))
    has_other = closed.reachable >= plan.reachable
    detour = np.where(has_other, _finite(closed.cost) - _finite(plan.cost), np.inf)
    return np.asarray(np.minimum(asked, np.maximum(detour, 0.0)) * months / MONTHS_OF_YEAR)


def _mean(
    plans: Sequence[tuple[float, RoutePlan]], value: Callable[[RoutePlan], np.ndarray]
) -> np.ndarray:
    return np.asarray(sum(share * value(plan) for share, plan in plans))


def _delivered(plans: Sequence[tuple[float, RoutePlan]], left: np.ndarray, name: str) -> np.ndarray:
    """Return the mean of costs or days over the tonnes that have a way."""
    total = _mean(plans, lambda plan: plan.reachable * _finite(getattr(plan, name)))
    return np.asarray(np.divide(total, left, out=np.zeros_like(total), where=left > 0.0))


def _numbers(names: Sequence[str], among: Sequence[str]) -> np.ndarray:
    """Return the place of each name in a list; -1 where it is not there."""
    at = {name: k for k, name in enumerate(among)}
    return np.array([at.get(name, -1) for name in names], dtype=np.int64)


def _finite(values: np.ndarray) -> np.ndarray:
    """Return values with 0 where there is no way: always beside a share of 0, never alone."""
    return np.asarray(np.where(np.isfinite(values), values, 0.0))


def _differs(one: RoutePlan, two: RoutePlan) -> np.ndarray:
    """Return which pairs ship otherwise; pairs whose routes are not known do not."""
    known = one.is_known
    return np.asarray(known & ((one.reachable != two.reachable) | (one.cost != two.cost)))


def _limit(cap: np.ndarray, reference: np.ndarray, kept: np.ndarray) -> None:
    """Lower caps, in place, where not all tonnes have a way."""
    np.minimum(cap, np.where(kept < 1.0, kept * reference, np.inf), out=cap)


def _planner(scope: Scope) -> Planner:
    if scope.routes is None:
        raise ScenarioError(
            "ORE-SCN-032",
            f"no routes of {scope.chain.mineral} are known in this world.",
            why="what a closed route costs cannot be said.",
            fix="use a mineral of the embedded tables, or a measure on trade.",
        )
    return scope.routes
