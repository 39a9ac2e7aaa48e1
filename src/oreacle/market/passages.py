"""What closing or opening routes moves, and which countries hang on whose territory.

Does      Counts tonnes that go another way or have none, what that costs, and how much of a
          country's trade crosses a passage or a host; clears all markets under closures.
Units     t/yr, USD/yr, USD per chain tonne, days; shares [1].
Method    Base tonnes keep their amounts and take the plan's new way: prices move in the market, not
          here. Dependence = value of a country's intake (or sales) that crosses a route over all
          its intake (or sales), at the price where the link starts.
Assumes   Trade whose routes are not known (with the rest of the world) crosses nothing.
Not here  Prices and shortage: see `oreacle.market.clear`; routes: `oreacle.world.routing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from oreacle.core.labels import LINKS
from oreacle.market.apply import PolicyDesk
from oreacle.market.apply.routes import parts_of_year
from oreacle.market.carriage import BASE, Planner, planner_of
from oreacle.market.clear import market
from oreacle.market.kernel import Solution, solve
from oreacle.market.policies import Policy
from oreacle.market.policies.routes import RoutePolicy
from oreacle.market.problem import Problem
from oreacle.world.routing.changes import RouteChanges
from oreacle.world.routing.crossing import TERRITORIAL
from oreacle.world.routing.route_plan import RoutePlan
from oreacle.world.snapshot import World

ROLES = ("importer", "exporter")


@dataclass(frozen=True)
class Moved:
    """Base tonnes of one kind of link that changes touch, arrays (exporter, importer).

    Attributes
    ----------
    exporters, importers
        Countries in the order of the arrays.
    used
        Tonnes that went where it is closed now [t/yr].
    rerouted, stranded
        Those of them that take another way, and those that have none [t/yr].
    paid
        Carriage of the rerouted over the base year's [USD/yr].
    delay
        Tonnes times days over the base year's [t d/yr].
    """

    exporters: tuple[str, ...]
    importers: tuple[str, ...]
    used: np.ndarray
    rerouted: np.ndarray
    stranded: np.ndarray
    paid: np.ndarray
    delay: np.ndarray


def moved(planner: Planner, link: str, changes: RouteChanges) -> Moved:
    """Return the base tonnes of one kind of link that closures touch.

    Parameters
    ----------
    planner
        Routes of the mineral.
    changes
        What is closed, beside what is opened.

    Raises
    ------
    DataError
        ORE-DAT-133 or 134 if a route is unknown or nothing hangs on it.
    """
    open_ways = RouteChanges(opened=changes.opened, capacity=changes.capacity)
    before, after = planner.plan(link, open_ways), planner.plan(link, changes)
    old, new = before.streams, after.streams
    flow = planner.chain.flow(link)
    abroad = np.not_equal.outer(np.array(before.exporters), np.array(before.importers))
    tonnes = (flow * abroad)[:, None, :] * old.share
    touched = _uses(before, changes.closed) | _other(before, after, changes.closed)
    used = tonnes * touched * (old.option >= 0)
    is_open = new.option >= 0
    extra = np.where(is_open & (old.option >= 0), _less(new.cost, old.cost), 0.0)
    later = np.where(is_open & (old.option >= 0), _less(new.days, old.days), 0.0)
    return Moved(
        before.exporters,
        before.importers,
        used.sum(axis=1),
        (used * is_open).sum(axis=1),
        (used * ~is_open).sum(axis=1),
        (used * extra).sum(axis=1) * before.cargo.shipped,
        (used * later).sum(axis=1),
    )


def rerouting(
    world: World, mineral: str, changes: RouteChanges | Sequence[RoutePolicy]
) -> xr.Dataset:
    """Return what changed routes do to each pair of countries that trades a mineral.

    Parameters
    ----------
    world
        The world snapshot.
    mineral
        Slug.
    changes
        What is closed and opened all the year, or policies on the routes of the mineral with their
        months.

    Returns
    -------
    xarray.Dataset
        By `pair` (coordinates `link`, `exporter`, `importer`), pairs that the changes touch, the
        most tonnes first: `used`, `rerouted`, `stranded` [t/yr], `paid` [USD/yr], `extra_cost` of a
        rerouted tonne [USD/t] and `extra_days` [d]. Where nothing is rerouted the last two are
        missing.

    Raises
    ------
    ScenarioError
        ORE-SCN-002 if the mineral is unknown.
    DataError
        ORE-DAT-133 or 134 if a route is unknown or nothing hangs on it.

    Examples
    --------
    >>> from oreacle.world.load import load_world
    >>> closed = RouteChanges(closed=frozenset({"malacca"}))
    >>> found = rerouting(load_world(), "copper", closed)
    >>> bool(abs(found.used.sum() - found.rerouted.sum() - found.stranded.sum()) < 1e-6)
    True
    """
    planner = planner_of(world, mineral)
    rows: list[tuple[str, str, str, float, float, float, float, float]] = []
    for link in LINKS if planner is not None else ():
        total = _of_year(planner, link, changes)  # type: ignore[arg-type]
        rows += [
            (
                link,
                total.exporters[i],
                total.importers[k],
                *(float(a[i, k]) for a in _arrays(total)),
            )
            for i, k in np.argwhere(total.used > 0.0)
        ]
    rows.sort(key=lambda row: (-row[3], row[:3]))
    used, rerouted, stranded, paid, delay = np.array([row[3:] for row in rows]).reshape(-1, 5).T
    mean = {
        name: np.divide(sums, rerouted, out=np.full(len(rows), np.nan), where=rerouted > 0.0)
        for name, sums in (("extra_cost", paid), ("extra_days", delay))
    }
    columns = {"used": used, "rerouted": rerouted, "stranded": stranded, "paid": paid, **mean}
    units = {"paid": "USD/yr", "extra_cost": "USD/t", "extra_days": "d"}
    ends = zip(("link", "exporter", "importer"), range(3), strict=True)
    return xr.Dataset(
        {n: ("pair", v, {"units": units.get(n, "t/yr")}) for n, v in columns.items()},
        coords={name: ("pair", np.array([row[k] for row in rows], dtype=str)) for name, k in ends},
        attrs={"mineral": mineral},
    )


def dependence(
    world: World, minerals: Iterable[str] | None = None, changes: RouteChanges = BASE
) -> xr.Dataset:
    """Return the corridor dependence index: whose trade crosses which passage and whose territory.

    Parameters
    ----------
    world
        The world snapshot.
    minerals
        Slugs; None for all that have routes.
    changes
        What is closed or opened; tonnes without any way cross nothing.

    Returns
    -------
    xarray.Dataset
        Over `role` (importer, exporter), `country` and `route` (coordinate `kind`: passage,
        corridor or host): `value` of trade that crosses [USD/yr] and its `share` of all the
        country's intake or sales of the minerals, at home or abroad [1]. Where a country takes in
        (or sells) nothing the share is missing.

    Raises
    ------
    ScenarioError
        ORE-SCN-002 if a mineral is unknown.
    DataError
        ORE-DAT-133 or 134 as `rerouting`.
    """
    crossing: dict[tuple[str, str, str, str], float] = {}
    total: dict[tuple[str, str], float] = {}
    for mineral in world.mineral_names if minerals is None else minerals:
        planner = planner_of(world, mineral)
        if planner is None:
            continue
        chain = world.chain(mineral)
        for link in LINKS:
            price = chain.price_mine if link == "ore" else chain.price_refined
            _count(planner.plan(link, changes), chain.flow(link) * price, crossing, total)
    return _index(crossing, total)


def host_changes(world: World, host: str) -> RouteChanges:
    """Return the closure of all that a state can close to others.

    Its canals and straits under its own law, corridors across it, and gateways in it that serve
    other countries.
    """
    network = world.route_network
    gateways = {
        gate.gateway
        for country, gates in network.gates.items()
        for gate in gates
        if gate.host == host and country != host
    }
    corridors = {link.corridor for link in network.links if link.corridor and host in link.hosts}
    passages = {name for name, state in TERRITORIAL.items() if state == host}
    return RouteChanges(closed=frozenset(gateways | corridors | passages))


@dataclass
class RouteDesk:
    """Markets of all minerals, kept ready so that closures clear fast.

    Attributes
    ----------
    world
        The world snapshot.
    """

    world: World
    _ready: dict[str, tuple[PolicyDesk, Problem]] = field(default_factory=dict, repr=False)

    def ready(self, mineral: str) -> tuple[PolicyDesk, Problem]:
        """Return the desk and the calibrated base market of a mineral, made once."""
        if mineral not in self._ready:
            made = PolicyDesk.of(self.world, mineral), market(self.world, mineral)
            self._ready[mineral] = made
        return self._ready[mineral]

    def clear(self, policies: Sequence[Policy]) -> Mapping[str, tuple[Problem, Solution]]:
        """Return the market and its prices of each mineral that policies name.

        Raises
        ------
        ScenarioError
            As `oreacle.market.apply.PolicyDesk.apply`.
        """
        found = {}
        for mineral in dict.fromkeys(policy.mineral for policy in policies):
            desk, base = self.ready(mineral)
            case = desk.apply(base, [p for p in policies if p.mineral == mineral])
            found[mineral] = case, solve(case)
        return found


def _of_year(planner: Planner, link: str, changes: RouteChanges | Sequence[RoutePolicy]) -> Moved:
    if isinstance(changes, RouteChanges):
        return moved(planner, link, changes)
    own = [policy for policy in changes if policy.mineral == planner.chain.mineral]
    parts = [(part.share, moved(planner, link, part.changes)) for part in parts_of_year(own)]
    first = parts[0][1]
    columns = zip(*(_arrays(one) for _, one in parts), strict=True)
    sums = [
        sum(share * values for (share, _), values in zip(parts, column, strict=True))
        for column in columns
    ]
    return Moved(first.exporters, first.importers, *(np.asarray(one) for one in sums))


def _arrays(one: Moved) -> tuple[np.ndarray, ...]:
    return one.used, one.rerouted, one.stranded, one.paid, one.delay


def _uses(plan: RoutePlan, closed: frozenset[str]) -> np.ndarray:
    """Return which streams go through closed passages, shape (exporter, option, importer)."""
    bits = sum(1 << k for k, name in enumerate(plan.passages) if name in closed)
    return np.asarray((plan.streams.through & bits) != 0)


def _other(before: RoutePlan, after: RoutePlan, closed: frozenset[str]) -> np.ndarray:
    """Return which streams cost more, or have no way.

    Of corridors and gateways no bits are kept: there a change of way counts as well.
    """
    old, new = before.streams, after.streams
    dearer = new.cost > old.cost
    if closed <= set(before.passages):
        return np.asarray(dearer)
    return np.asarray(dearer | (old.option != new.option))


def _less(new: np.ndarray, old: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return np.asarray(new - old)


def _count(
    plan: RoutePlan,
    value: np.ndarray,
    crossing: dict[tuple[str, str, str, str], float],
    total: dict[tuple[str, str], float],
) -> None:
    ends = ((ROLES[0], plan.importers, 0), (ROLES[1], plan.exporters, 1))
    for role, countries, axis in ends:
        for country, amount in zip(countries, value.sum(axis=axis), strict=True):
            total[role, country] = total.get((role, country), 0.0) + float(amount)
    kinds = (
        ("passage", plan.passages, plan.through),
        ("corridor", plan.corridors, plan.along),
        ("host", plan.hosts, plan.across),
    )
    for kind, names, share in kinds:
        for k, name in enumerate(names):
            through = value * share[:, :, k]
            for role, countries, axis in ends:
                sums = through.sum(axis=axis)
                for j in np.flatnonzero(sums > 0.0):
                    key = role, countries[j], kind, name
                    crossing[key] = crossing.get(key, 0.0) + float(sums[j])


def _index(
    crossing: Mapping[tuple[str, str, str, str], float], total: Mapping[tuple[str, str], float]
) -> xr.Dataset:
    countries = sorted({country for _, country in total})
    routes = sorted({(kind, name) for _, _, kind, name in crossing})
    value = np.zeros((len(ROLES), len(countries), len(routes)))
    for (role, country, kind, name), amount in crossing.items():
        value[ROLES.index(role), countries.index(country), routes.index((kind, name))] = amount
    whole = np.array([[total.get((role, c), 0.0) for c in countries] for role in ROLES])[..., None]
    share = np.divide(value, whole, out=np.full(value.shape, np.nan), where=whole > 0.0)
    dims = ("role", "country", "route")
    return xr.Dataset(
        {"value": (dims, value, {"units": "USD/yr"}), "share": (dims, share, {"units": "1"})},
        coords={
            "role": list(ROLES),
            "country": countries,
            "route": [name for _, name in routes],
            "kind": ("route", [kind for kind, _ in routes]),
        },
    )
