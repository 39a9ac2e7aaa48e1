"""What closed routes did, over minerals and countries: the facts of the summary.

Does      Sums tonnes, carriage and welfare over minerals; finds the largest price rises and
          shortages.
Units     Tonnes [t/yr] of each mineral's own unit; money [USD/yr]; days; changes and shares [1].
Method    Sums of the tables of each outcome. Days are weighted by rerouted tonnes.
Assumes   Every mineral was cleared with its own policies; welfare is where it arises.
Not here  How it is shown: see `oreacle.present.route_text`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from oreacle.market.outcome import Outcome

Moves = Mapping[str, xr.Dataset]
"""Tables of `oreacle.market.passages.rerouting` by mineral."""


@dataclass(frozen=True)
class MineralEffect:
    """What happened to one mineral.

    Attributes
    ----------
    mineral
        Slug.
    traded
        Tonnes that crossed a border in the base year [t/yr].
    used, rerouted, stranded
        Tonnes that went where it is closed, took another way and had none [t/yr].
    paid
        More carriage [USD/yr].
    days
        Longer transit of what is rerouted [d]; None where nothing is.
    price
        Delivered price over the base, mean over users by base use [1].
    shortage
        Lost use of the world over its base use [1].
    worst, worst_shortage
        User with the most lost use, and its share of that user's base use [1]; "" and None where
        nobody lacks any.
    welfare
        Change of the world's welfare [USD/yr].
    """

    mineral: str
    traded: float
    used: float
    rerouted: float
    stranded: float
    paid: float
    days: float | None
    price: float
    shortage: float
    worst: str
    worst_shortage: float | None
    welfare: float


@dataclass(frozen=True)
class CountryEffect:
    """What happened to one country over all minerals; `share` is of gross domestic product [1]."""

    country: str
    carriage: float
    welfare: float
    share: float | None


@dataclass(frozen=True)
class RouteFacts:
    """The summary; sums over minerals add tonnes of different units, money adds as it is.

    Attributes
    ----------
    minerals
        By mineral, the largest loss of welfare first.
    countries
        By country, the largest loss of welfare first.
    """

    minerals: tuple[MineralEffect, ...]
    countries: tuple[CountryEffect, ...]

    @property
    def paid(self) -> float:
        """More carriage [USD/yr]."""
        return sum(one.paid for one in self.minerals)

    @property
    def welfare(self) -> float:
        """Change of the world's welfare [USD/yr]."""
        return sum(one.welfare for one in self.minerals)

    @property
    def days(self) -> float | None:
        """Longer transit, mean over rerouted tonnes of all minerals [d]."""
        known = [one for one in self.minerals if one.days is not None]
        tonnes = sum(one.rerouted for one in known)
        return sum(one.rerouted * (one.days or 0.0) for one in known) / tonnes if tonnes else None


def route_facts(
    outcomes: Mapping[str, Outcome],
    moves: Moves,
    traded: Mapping[str, float],
    gdp: Mapping[str, float],
) -> RouteFacts:
    """Return the summary of closed or opened routes.

    Parameters
    ----------
    outcomes
        Cleared markets by mineral.
    moves
        What was rerouted, by mineral.
    traded
        Tonnes that crossed a border in the base year, by mineral [t/yr].
    gdp
        Gross domestic product by country [USD/yr].
    """
    minerals = [_mineral(outcomes[name], moves[name], traded[name]) for name in outcomes]
    minerals.sort(key=lambda one: (one.welfare, one.mineral))
    return RouteFacts(tuple(minerals), _countries(outcomes, moves, gdp))


def _mineral(outcome: Outcome, move: xr.Dataset, traded: float) -> MineralEffect:
    used, change = outcome.quantities["used"], outcome.quantities["used_change"]
    base = (used - change).to_numpy()
    prices = outcome.prices["delivered_change"].reindex(country=used["country"]).to_numpy()
    known = np.isfinite(base) & np.isfinite(prices) & (base > 0.0)
    lost = outcome.shortage["total"].reindex(country=used["country"]).to_numpy()
    lost = np.where(np.isfinite(lost) & known, lost, 0.0)
    worst = int(np.argmax(lost))
    is_short = lost[worst] > 1e-9 * base[known].sum()
    rerouted = float(move["rerouted"].sum())
    days = float((move["rerouted"] * move["extra_days"]).sum())
    return MineralEffect(
        mineral=outcome.mineral,
        traded=traded,
        used=float(move["used"].sum()),
        rerouted=rerouted,
        stranded=float(move["stranded"].sum()),
        paid=float(move["paid"].sum()),
        days=days / rerouted if rerouted > 0.0 else None,
        price=float((base[known] * prices[known]).sum() / base[known].sum()),
        shortage=float(lost.sum() / base[known].sum()),
        worst=str(used["country"].to_numpy()[worst]) if is_short else "",
        worst_shortage=float(lost[worst] / base[worst]) if is_short else None,
        welfare=float(np.nansum(outcome.welfare["total"].to_numpy())),
    )


def _countries(
    outcomes: Mapping[str, Outcome], moves: Moves, gdp: Mapping[str, float]
) -> tuple[CountryEffect, ...]:
    welfare: dict[str, float] = {}
    carriage: dict[str, float] = {}
    for name, outcome in outcomes.items():
        for country, value in outcome.welfare["total"].to_series().dropna().items():
            welfare[str(country)] = welfare.get(str(country), 0.0) + float(value)
        ends = zip(moves[name]["importer"].to_numpy(), moves[name]["paid"].to_numpy(), strict=True)
        for country, value in ends:
            carriage[str(country)] = carriage.get(str(country), 0.0) + float(value)
    rows = []
    for country, value in welfare.items():
        size = gdp.get(country, np.nan)
        share = value / size if np.isfinite(size) and size > 0.0 else None
        rows.append(CountryEffect(country, carriage.get(country, 0.0), value, share))
    return tuple(sorted(rows, key=lambda one: (one.welfare, one.country)))
