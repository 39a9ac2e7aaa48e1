"""What one what-if changed, as plain numbers ranked for reading.

Does      Sums an outcome up: prices inside and outside, flows, ways round, shortage, money.
Units     USD/t, t/yr, USD/yr and shares [1], named in each record.
Method    Every number is computed in each draw and then cut into an interval, so that the
          interval of a mean or a sum is its own. Means over countries keep the weights of the base
          year.
Assumes   Inside is the territory of whoever acts in the policies; without one there is none.
Not here  Words and tables: see `oreacle.present.shock_text`. Money: see
          `oreacle.present.shock_money`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from oreacle.core.labels import LINKS
from oreacle.market.intervals import Figure
from oreacle.market.outcome import Outcome
from oreacle.market.policies import Policy
from oreacle.market.policies.catalogue import doers
from oreacle.present.shock_cases import Cases, figure_of, figures_of
from oreacle.present.shock_money import MoneyFacts, money_facts
from oreacle.world.territory import Territory

PRICE_WEIGHTS = (("mine", "mined"), ("refined", "refined"), ("delivered", "used"))
"""Price of each stage and the quantity that weighs it."""


@dataclass(frozen=True)
class PriceFact:
    """A price before and after.

    Attributes
    ----------
    place
        Country code; ``inside``, ``outside`` or ``world`` for means.
    stage
        ``mine``, ``refined`` or ``delivered``.
    before
        Price [USD/t]; None where the place has no such stage.
    after, change
        Price [USD/t] and relative change [1]; None likewise.
    weight
        Base quantity behind it [t/yr].
    """

    place: str
    stage: str
    before: float | None
    after: Figure | None
    change: Figure | None
    weight: float


@dataclass(frozen=True)
class FlowFact:
    """A flow before, after and its change [t/yr]; `via` is "" for the flow by all ways."""

    link: str
    exporter: str
    importer: str
    via: str
    before: float
    after: Figure
    change: Figure


@dataclass(frozen=True)
class LeakFact:
    """Circumvention on links from or to inside that lose direct flow and gain it through others.

    Attributes
    ----------
    lost
        Direct flow that is lost there [t/yr].
    around
        What more goes through third countries there [t/yr].
    share
        `around` over `lost` [1].
    """

    lost: Figure
    around: Figure
    share: Figure


@dataclass(frozen=True)
class ShortageFact:
    """Use that is lost [t/yr], its share of use before [1], and use before [t/yr]."""

    country: str
    total: Figure
    priced_out: Figure
    unserved: Figure
    share: Figure | None
    base_use: float


@dataclass(frozen=True)
class ShockFacts:
    """Everything that a what-if shows.

    Attributes
    ----------
    mineral
        Slug.
    inside
        Countries of whoever acts, in alphabetical order.
    means
        Mean prices by stage, inside, outside and of the world.
    gaps
        Mean price outside over the mean price inside by stage [1], where both are known.
    delivered
        Delivered price by user country.
    flows
        Changed flows.
    routes
        Changed flows of ways through third countries.
    leak
        Circumvention of what whoever acts does; None where nothing goes round.
    shortage, world_shortage
        Shortage by country that has any, and of the world under the name ``world``.
    base_use
        World use before [t/yr].
    money
        Welfare and gross domestic product at risk.
    draws, failed
        Draws behind the intervals, and those that did not solve; 0 and 0 without intervals.
    """

    mineral: str
    inside: tuple[str, ...]
    means: tuple[PriceFact, ...]
    gaps: dict[str, Figure]
    delivered: tuple[PriceFact, ...]
    flows: tuple[FlowFact, ...]
    routes: tuple[FlowFact, ...]
    leak: LeakFact | None
    shortage: tuple[ShortageFact, ...]
    world_shortage: ShortageFact
    base_use: float
    money: MoneyFacts
    draws: int
    failed: int

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    def summary(self) -> dict[str, Any]:
        """Return the figures that sums and means make of the tables, for `--json` output."""
        money = self.money
        return {
            "inside": self.inside,
            "mean_prices": [asdict(fact) for fact in self.means],
            "price_outside_over_inside": {name: asdict(gap) for name, gap in self.gaps.items()},
            "shortage": asdict(self.world_shortage),
            "circumvention": None if self.leak is None else asdict(self.leak),
            "welfare_by_kind": {name: asdict(one) for name, one in money.kinds.items()},
            "welfare": asdict(money.world),
            "losers": asdict(money.losers),
            "gainers": asdict(money.gainers),
            "trade_costs": {name: asdict(one) for name, one in money.costs.items()},
            "gdp_at_risk": asdict(money.world_at_risk),
            "sourced_owners": money.sourced_owners,
        }


def shock_facts(
    outcome: Outcome, territory: Territory, policies: Sequence[Policy] = ()
) -> ShockFacts:
    """Return what an outcome changed against its reference.

    Parameters
    ----------
    outcome
        A cleared market.
    territory
        Which countries an actor stands for.
    policies
        What was done; decides which countries are inside.
    """
    inside = _inside(territory, policies)
    cases = Cases(outcome)
    means, gaps = _means(cases, inside)
    used = cases.before("used")
    draws = outcome.draws
    return ShockFacts(
        mineral=outcome.mineral,
        inside=inside,
        means=means,
        gaps=gaps,
        delivered=_delivered(cases, used),
        flows=_flows(outcome, cases),
        routes=_routes(outcome, cases),
        leak=_leak(outcome, cases, inside),
        shortage=_shortage(cases, used),
        world_shortage=_world_shortage(cases, used),
        base_use=float(np.nansum(list(used.values()))),
        money=money_facts(outcome, territory),
        draws=0 if draws is None else draws.asked,
        failed=0 if draws is None else draws.failed,
    )


def _inside(territory: Territory, policies: Sequence[Policy]) -> tuple[str, ...]:
    countries: set[str] = set()
    for policy in policies:
        for place in doers(policy):
            countries.update(territory.members(place) or (place,))
    return tuple(sorted(countries))


def _means(
    cases: Cases, inside: tuple[str, ...]
) -> tuple[tuple[PriceFact, ...], dict[str, Figure]]:
    countries = cases.places("prices")
    is_inside = np.isin(countries, inside)
    places = {"world": np.ones(len(countries), dtype=bool)}
    if inside:
        places = {"inside": is_inside, "outside": ~is_inside, **places}
    facts, after = [], {}
    for place, chosen in places.items():
        for stage, quantity in PRICE_WEIGHTS:
            fact, mean = _mean(cases, chosen, place, (stage, quantity))
            facts.append(fact)
            after[place, stage] = mean
    gaps = {}
    for stage, _ in PRICE_WEIGHTS:
        out, within = after.get(("outside", stage)), after.get(("inside", stage))
        if out is not None and within is not None:
            gaps[stage] = figure_of(out / within)
    return tuple(facts), gaps


def _mean(
    cases: Cases, chosen: np.ndarray, place: str, names: tuple[str, str]
) -> tuple[PriceFact, np.ndarray | None]:
    """Return the mean price of a group of countries, and it by case, shape (case,)."""
    stage, quantity = names
    price, change = cases.values("prices", stage), cases.values("prices", f"{stage}_change")
    base = cases.before(quantity)
    weight = np.array([base.get(country, np.nan) for country in cases.places("prices")])
    has = chosen & ~np.isnan(price[0]) & ~np.isnan(weight)
    total = float(weight[has].sum())
    if not total > 0.0:
        return PriceFact(place, stage, None, None, None, 0.0), None
    share = weight[has] / total
    before = float((price[0] / (1.0 + change[0]))[has] @ share)
    after = price[:, has] @ share
    fact = PriceFact(place, stage, before, figure_of(after), figure_of(after / before - 1.0), total)
    return fact, after


def _delivered(cases: Cases, used: dict[str, float]) -> tuple[PriceFact, ...]:
    price, change = cases.values("prices", "delivered"), cases.values("prices", "delivered_change")
    countries = np.array(cases.places("prices"))
    users = np.flatnonzero(~np.isnan(price[0]))
    rows = zip(
        countries[users],
        price[0, users] / (1.0 + change[0, users]),
        figures_of(price[:, users]),
        figures_of(change[:, users]),
        strict=True,
    )
    facts = [
        PriceFact(str(country), "delivered", float(before), after, moved, used[country])
        for country, before, after, moved in rows
    ]
    return tuple(sorted(facts, key=lambda fact: (-abs(_value(fact.change)), fact.place)))


def _value(one: Figure | None) -> float:
    return 0.0 if one is None else one.value


def _flows(outcome: Outcome, cases: Cases) -> tuple[FlowFact, ...]:
    facts = []
    for link in LINKS:
        after, moved = cases.values("flows", link), cases.values("flows", f"{link}_change")
        exporters, importers = (outcome.flows[link][dim].values for dim in outcome.flows[link].dims)
        rows, columns = np.nonzero(moved[0])
        numbers = zip(
            rows,
            columns,
            figures_of(after[:, rows, columns]),
            figures_of(moved[:, rows, columns]),
            strict=True,
        )
        facts += [
            FlowFact(link, str(exporters[i]), str(importers[j]), "", now.value - by.value, now, by)
            for i, j, now, by in numbers
        ]
    return tuple(sorted(facts, key=lambda fact: -abs(fact.change.value)))


def _routes(outcome: Outcome, cases: Cases) -> tuple[FlowFact, ...]:
    table = outcome.routes
    flow, moved = cases.values("routes", "flow"), cases.values("routes", "change")
    ways = np.flatnonzero(moved[0])
    links, origins, users, entrepots = (
        table[name].values[ways].astype(str).tolist()
        for name in ("link", "origin", "importer", "via")
    )
    numbers = zip(
        range(ways.size), figures_of(flow[:, ways]), figures_of(moved[:, ways]), strict=True
    )
    facts = [
        FlowFact(links[k], origins[k], users[k], entrepots[k], now.value - by.value, now, by)
        for k, now, by in numbers
    ]
    return tuple(sorted(facts, key=lambda fact: -abs(fact.change.value)))


def _leak(outcome: Outcome, cases: Cases, inside: tuple[str, ...]) -> LeakFact | None:
    """Return what no longer goes direct from or to inside, and what goes round instead."""
    table, moved = outcome.routes, cases.values("routes", "change")
    lost = np.zeros(moved.shape[0])
    gone_round = np.zeros(moved.shape[0])
    for link in LINKS:
        change = cases.values("flows", f"{link}_change")
        tails, heads = (list(outcome.flows[link][dim].values) for dim in outcome.flows[link].dims)
        direct, around = change.copy(), np.zeros_like(change)
        for k in np.flatnonzero(table["link"].values == link):
            cell = tails.index(table["origin"].values[k]), heads.index(table["importer"].values[k])
            around[:, cell[0], cell[1]] += moved[:, k]
        direct -= around
        touched = np.isin(tails, inside)[:, None] | np.isin(heads, inside)[None, :]
        hit = touched & (direct[0] < 0.0) & (around[0] > 0.0)
        lost -= direct[:, hit].sum(axis=1)
        gone_round += around[:, hit].sum(axis=1)
    if not gone_round[0] > 0.0:
        return None
    share = np.divide(gone_round, lost, out=np.zeros_like(lost), where=lost > 0.0)
    return LeakFact(figure_of(lost), figure_of(gone_round), figure_of(share))


def _shortage(cases: Cases, used: dict[str, float]) -> tuple[ShortageFact, ...]:
    total = cases.values("shortage", "total")
    facts = [
        _short(cases, slice(k, k + 1), country, used[country])
        for k, country in enumerate(cases.places("shortage"))
        if total[0, k] > 0.0
    ]
    return tuple(sorted(facts, key=lambda fact: (-fact.total.value, fact.country)))


def _world_shortage(cases: Cases, used: dict[str, float]) -> ShortageFact:
    base = float(np.nansum(list(used.values())))
    return _short(cases, slice(None), "world", base)


def _short(cases: Cases, at: slice, name: str, used: float) -> ShortageFact:
    total, priced, never = (
        cases.values("shortage", part)[:, at].sum(axis=1)
        for part in ("total", "priced_out", "unserved")
    )
    share = figure_of(total / used) if used > 0 else None
    return ShortageFact(name, figure_of(total), figure_of(priced), figure_of(never), share, used)
