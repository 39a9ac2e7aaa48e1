"""Money of a what-if, ranked for reading: who gains, who loses, of what kind.

Does      Sums welfare by actor, where it arises and by owner, and by kind for the world.
Units     USD/yr; shares of gross domestic product [1].
Method    Sums within each draw; see `oreacle.present.shock_cases`.
Assumes   An actor stands for all its countries.
Not here  How welfare is computed: see `oreacle.market.welfare`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.core.labels import REST_OF_WORLD
from oreacle.market.intervals import Figure
from oreacle.market.outcome import Outcome
from oreacle.present.shock_cases import Cases, figure_of
from oreacle.world.territory import Territory


@dataclass(frozen=True)
class WelfareFact:
    """Change of welfare of one actor [USD/yr].

    Attributes
    ----------
    actor
        Code of the actor.
    located
        What arises in its countries.
    owned
        What it owns.
    parts
        What arises in its countries by kind; a kind that it has no stage for is not there.
    """

    actor: str
    located: Figure
    owned: Figure
    parts: dict[str, Figure]

    @property
    def largest(self) -> str:
        """Kind of the largest part in size."""
        return max(self.parts, key=lambda name: abs(self.parts[name].value), default="")


@dataclass(frozen=True)
class RiskFact:
    """Value added that hangs on lost use [USD/yr], and its share of domestic product [1]."""

    country: str
    value: Figure
    share: Figure | None


@dataclass(frozen=True)
class MoneyFacts:
    """Money of a what-if.

    Attributes
    ----------
    actors
        Welfare by actor, the largest loss where it arises first.
    kinds
        The world's change by kind of income [USD/yr].
    world
        The world's change [USD/yr].
    losers, gainers
        Sum over actors that lose, and that gain [USD/yr].
    costs
        The world's change of what trade uses up by kind, in nobody's income [USD/yr].
    at_risk
        Gross domestic product at risk by country, the largest first.
    world_at_risk
        The same of the world [USD/yr].
    sourced_owners
        Part of the changed profit whose owner a source names [1]; NaN where none changes.
    """

    actors: tuple[WelfareFact, ...]
    kinds: dict[str, Figure]
    world: Figure
    losers: Figure
    gainers: Figure
    costs: dict[str, Figure]
    at_risk: tuple[RiskFact, ...]
    world_at_risk: Figure
    sourced_owners: float


def money_facts(outcome: Outcome, territory: Territory) -> MoneyFacts:
    """Return the money of an outcome, summed for reading."""
    cases = Cases(outcome)
    kinds = [str(name) for name in outcome.welfare.data_vars if name != "total"]
    actors, located = _actors(cases, territory, kinds)
    return MoneyFacts(
        actors=actors,
        kinds={name: _world(cases, "welfare", name) for name in kinds},
        world=_world(cases, "welfare", "total"),
        losers=figure_of(np.minimum(located, 0.0).sum(axis=1)),
        gainers=figure_of(np.maximum(located, 0.0).sum(axis=1)),
        costs={
            str(name): _world(cases, "trade_costs", str(name))
            for name in outcome.trade_costs.data_vars
        },
        at_risk=_at_risk(cases),
        world_at_risk=_world(cases, "gdp_at_risk", "value"),
        sourced_owners=outcome.sourced_owners,
    )


def _world(cases: Cases, table: str, name: str) -> Figure:
    return figure_of(np.nansum(cases.values(table, name), axis=1))


def _actors(
    cases: Cases, territory: Territory, kinds: list[str]
) -> tuple[tuple[WelfareFact, ...], np.ndarray]:
    """Return welfare by actor, and what arises there by case, shape (case, actor)."""
    countries = cases.places("welfare")
    home = [territory.actor_of.get(country, REST_OF_WORLD) for country in countries]
    owners = cases.places("owned", "actor")
    names = sorted({*home, *owners})
    member = np.array([[actor == name for name in names] for actor in home], dtype=float)
    total = np.nan_to_num(cases.values("welfare", "total")) @ member
    parts = {kind: cases.values("welfare", kind) for kind in kinds}
    mine = cases.values("owned", "total")
    facts = []
    for k, name in enumerate(names):
        has = member[:, k] > 0.0
        own = mine[:, owners.index(name)] if name in owners else np.zeros(total.shape[0])
        known = {
            kind: figure_of(np.nansum(values[:, has], axis=1))
            for kind, values in parts.items()
            if not np.isnan(values[0, has]).all()
        }
        facts.append(WelfareFact(name, figure_of(total[:, k]), figure_of(own), known))
    return tuple(sorted(facts, key=lambda fact: (fact.located.value, fact.actor))), total


def _at_risk(cases: Cases) -> tuple[RiskFact, ...]:
    value, share = cases.values("gdp_at_risk", "value"), cases.values("gdp_at_risk", "share")
    facts = [
        RiskFact(
            country,
            figure_of(value[:, k]),
            None if np.isnan(share[0, k]) else figure_of(share[:, k]),
        )
        for k, country in enumerate(cases.places("gdp_at_risk"))
        if value[0, k] > 0.0
    ]
    return tuple(sorted(facts, key=lambda fact: (-fact.value.value, fact.country)))
