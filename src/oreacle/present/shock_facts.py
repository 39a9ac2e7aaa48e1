"""What one what-if changed, as plain numbers ranked for reading.

Does      Sums an outcome up: prices inside and outside, flows, shortage, welfare by country.
Units     USD/t, t/yr, USD/yr and shares [1], named in each record.
Method    Means over countries keep the weights of the base year; a total of welfare is the sum
          of its parts over the stages that a country has.
Assumes   Inside is the territory of whoever acts in the policies; without one there is none.
Not here  Words and tables: see `oreacle.present.shock_text`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from oreacle.market.outcome import Outcome
from oreacle.market.policies import Policy
from oreacle.market.policies.catalogue import doers
from oreacle.world.territory import Territory

PRICE_WEIGHTS = (("mine", "mined"), ("refined", "refined"), ("delivered", "used"))
"""Price of each stage and the quantity that weighs it."""
WELFARE_PARTS = {
    "users": ("users",),
    "mines": ("mines",),
    "refineries": ("refineries", "scrap"),
    "charges": ("ore_charges", "refined_charges"),
    "rents": ("ore_rents", "refined_rents"),
}


@dataclass(frozen=True)
class PriceFact:
    """A price before and after.

    Attributes
    ----------
    place
        Country code; ``inside``, ``outside`` or ``world`` for means.
    stage
        ``mine``, ``refined`` or ``delivered``.
    before, after
        Price [USD/t]; None where the place has no such stage.
    weight
        Base quantity behind it [t/yr].
    """

    place: str
    stage: str
    before: float | None
    after: float | None
    weight: float

    @property
    def change(self) -> float | None:
        """Relative change [1], None where not known."""
        if self.before is None or self.after is None or self.before == 0.0:
            return None
        return self.after / self.before - 1.0


@dataclass(frozen=True)
class FlowFact:
    """A flow before and after [t/yr]."""

    link: str
    exporter: str
    importer: str
    before: float
    after: float


@dataclass(frozen=True)
class ShortageFact:
    """Use that is lost [t/yr]; `base_use` is use before."""

    country: str
    total: float
    priced_out: float
    unserved: float
    base_use: float


@dataclass(frozen=True)
class WelfareFact:
    """Changes in welfare of one country [USD/yr]; None where it has no such stage."""

    country: str
    users: float | None
    mines: float | None
    refineries: float | None
    charges: float | None
    rents: float | None
    total: float


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
    delivered
        Delivered price by user country.
    flows
        Changed flows.
    shortage
        Shortage by country that has any.
    base_use
        World use before [t/yr].
    welfare
        Welfare by country, the largest loss first.
    """

    mineral: str
    inside: tuple[str, ...]
    means: tuple[PriceFact, ...]
    delivered: tuple[PriceFact, ...]
    flows: tuple[FlowFact, ...]
    shortage: tuple[ShortageFact, ...]
    base_use: float
    welfare: tuple[WelfareFact, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for `--json` output."""
        return asdict(self)


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
    base = _base_quantities(outcome)
    return ShockFacts(
        mineral=outcome.mineral,
        inside=inside,
        means=_means(outcome, base, inside),
        delivered=_delivered(outcome, base),
        flows=_flows(outcome),
        shortage=_shortage(outcome, base),
        base_use=float(base["used"].sum()),
        welfare=_welfare(outcome),
    )


def _inside(territory: Territory, policies: Sequence[Policy]) -> tuple[str, ...]:
    countries: set[str] = set()
    for policy in policies:
        for place in doers(policy):
            countries.update(territory.members(place) or (place,))
    return tuple(sorted(countries))


def _base_quantities(outcome: Outcome) -> pd.DataFrame:
    """Return base quantities by country and stage, NaN where there is no such stage [t/yr]."""
    table = outcome.quantities.to_dataframe()
    stages = ("mined", "refined", "used")
    return pd.DataFrame({stage: table[stage] - table[f"{stage}_change"] for stage in stages})


def _means(outcome: Outcome, base: pd.DataFrame, inside: tuple[str, ...]) -> tuple[PriceFact, ...]:
    prices = outcome.prices.to_dataframe()
    is_inside = prices.index.isin(inside)
    places = {"world": np.ones(len(prices), dtype=bool)}
    if inside:
        places = {"inside": is_inside, "outside": ~is_inside, **places}
    return tuple(
        _mean(prices[chosen], base, place, (stage, quantity))
        for place, chosen in places.items()
        for stage, quantity in PRICE_WEIGHTS
    )


def _mean(
    prices: pd.DataFrame, base: pd.DataFrame, place: str, names: tuple[str, str]
) -> PriceFact:
    stage, quantity = names
    here = prices[[stage, f"{stage}_change"]].dropna()
    weight = base.loc[here.index, quantity]
    total = float(weight.sum())
    if not total > 0.0:
        return PriceFact(place, stage, None, None, 0.0)
    before = here[stage] / (1.0 + here[f"{stage}_change"])
    return PriceFact(
        place,
        stage,
        float((before * weight).sum() / total),
        float((here[stage] * weight).sum() / total),
        total,
    )


def _delivered(outcome: Outcome, base: pd.DataFrame) -> tuple[PriceFact, ...]:
    table = outcome.prices[["delivered", "delivered_change"]].to_dataframe().dropna()
    before = table["delivered"] / (1.0 + table["delivered_change"])
    rows = zip(table.index, before, table["delivered"], base["used"][table.index], strict=True)
    facts = [
        PriceFact(str(country), "delivered", float(old), float(new), float(used))
        for country, old, new, used in rows
    ]
    return tuple(sorted(facts, key=lambda fact: (-abs(fact.change or 0.0), fact.place)))


def _flows(outcome: Outcome) -> tuple[FlowFact, ...]:
    facts = []
    for link in ("ore", "refined"):
        after, moved = outcome.flows[link], outcome.flows[f"{link}_change"]
        exporters, importers = (moved[dim].to_numpy() for dim in moved.dims)
        flow, by = after.to_numpy(), moved.to_numpy()
        for i, j in np.argwhere(by != 0.0):
            now = float(flow[i, j])
            before = now - float(by[i, j])
            facts.append(FlowFact(link, str(exporters[i]), str(importers[j]), before, now))
    return tuple(sorted(facts, key=lambda fact: -abs(fact.after - fact.before)))


def _shortage(outcome: Outcome, base: pd.DataFrame) -> tuple[ShortageFact, ...]:
    table = outcome.shortage.to_dataframe()
    columns = (table["total"], table["priced_out"], table["unserved"], base["used"][table.index])
    facts = [
        ShortageFact(str(country), float(total), float(priced), float(unserved), float(used))
        for country, total, priced, unserved, used in zip(table.index, *columns, strict=True)
        if total > 0.0
    ]
    return tuple(sorted(facts, key=lambda fact: (-fact.total, fact.country)))


def _welfare(outcome: Outcome) -> tuple[WelfareFact, ...]:
    table = outcome.welfare.to_dataframe()
    parts = [
        table[list(columns)].sum(axis=1, min_count=1).to_numpy()
        for columns in WELFARE_PARTS.values()
    ]
    facts = []
    for country, *values in zip(table.index, *parts, strict=True):
        known = [None if np.isnan(value) else float(value) for value in values]
        users, mines, refineries, charges, rents = known
        total = float(sum(value for value in known if value is not None))
        facts.append(WelfareFact(str(country), users, mines, refineries, charges, rents, total))
    return tuple(sorted(facts, key=lambda fact: (fact.total, fact.country)))
