"""Who and what a measure hits beyond its mark: other minerals, and countries.

Does      Ranks the minerals whose price moves, and the actors that lose, over several markets.
Units     Relative changes and shares [1]; USD/yr.
Method    Price abroad: mean delivered price of all users outside whoever restricts exports, with
          the weights of the reference: a restriction parts the markets, and what is published is
          the price abroad. Loss of an actor: minus its change of welfare over all markets, profits
          with their owners; over its gross domestic product where that is known.
Assumes   Losses in several minerals add.
Not here  Which markets are cleared: see `oreacle.market.by_products`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from oreacle.market.by_products import Markets
from oreacle.market.outcome import Outcome
from oreacle.market.policies import (
    ExportBan,
    ExportLicensing,
    ExportQuota,
    ExportTax,
    Policy,
)
from oreacle.world.snapshot import World
from oreacle.world.territory import Territory

RESTRICTIONS = (ExportBan, ExportLicensing, ExportQuota, ExportTax)
"""Policies that restrict exports."""


@dataclass(frozen=True)
class MovedMineral:
    """A mineral whose market moves.

    Attributes
    ----------
    mineral
        Slug.
    host
        The host that moved it most; "" if a policy is about the mineral itself.
    price_change, world_price_change
        Price abroad, and of the world with home, over the reference less one [1].
    shortage
        Use given up over the world's [1].
    """

    mineral: str
    host: str
    price_change: float
    world_price_change: float
    shortage: float


@dataclass(frozen=True)
class ExposedActor:
    """An actor that loses.

    Attributes
    ----------
    actor
        Code.
    loss
        Loss over all markets [USD/yr].
    per_gdp
        The same over gross domestic product [1]; NaN where that is not known.
    mineral, price_change
        The mineral with the largest part of its loss, and the rise of the delivered price there
        [1], the mean over its users.
    shortage
        Use of that mineral given up, over its use [1].
    """

    actor: str
    loss: float
    per_gdp: float
    mineral: str
    price_change: float
    shortage: float


def restricting(policies: Iterable[Policy]) -> frozenset[str]:
    """Return the actors that restrict exports."""
    return frozenset(policy.actor for policy in policies if isinstance(policy, RESTRICTIONS))


def price_abroad(outcome: Outcome, territory: Territory, actors: Container[str]) -> float:
    """Return the change of the mean delivered price outside some actors [1].

    That of the world where nobody is outside them, or they are none.
    """
    places = [str(place) for place in outcome.prices["country"].values]
    outside = [place for place in places if territory.actor_of.get(place) not in actors]
    found = _price_change(outcome, outside)
    return _price_change(outcome, places) if np.isnan(found) else found


def moved_minerals(
    markets: Markets, territory: Territory, actors: Container[str]
) -> tuple[MovedMineral, ...]:
    """Return the minerals that were cleared, the largest rise first.

    Parameters
    ----------
    actors
        Whoever restricts exports: prices are those abroad.
    """
    found = []
    for mineral, outcome in markets.outcomes.items():
        effects = [effect for effect in markets.host_effects if effect.mineral == mineral]
        first = max(effects, key=lambda effect: abs(effect.output_change), default=None)
        used = _before(outcome, "used")
        lost = float(np.nansum(outcome.shortage["total"].to_numpy()))
        found.append(
            MovedMineral(
                mineral,
                "" if first is None else first.host,
                price_abroad(outcome, territory, actors),
                price_abroad(outcome, territory, ()),
                lost / float(np.nansum(used)),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.price_change, one.mineral)))


def exposed_actors(
    markets: Markets, world: World, actors: Container[str]
) -> tuple[ExposedActor, ...]:
    """Return the actors that lose, the largest loss over gross domestic product first.

    Parameters
    ----------
    actors
        Whoever restricts exports; left out.
    """
    losses: dict[str, dict[str, float]] = {}
    for mineral, outcome in markets.outcomes.items():
        total = outcome.owned["total"]
        for name, value in zip(total["actor"].values, total.to_numpy(), strict=True):
            losses.setdefault(str(name), {})[mineral] = -float(value)
    gdp = _gdp(world)
    rows = [
        _exposed(name, own, markets, world, gdp.get(name, float("nan")))
        for name, own in losses.items()
        if name not in actors and sum(own.values()) > 0.0
    ]
    return tuple(sorted(rows, key=_rank))


def _rank(row: ExposedActor) -> tuple[float, float, str]:
    known = -np.inf if np.isnan(row.per_gdp) else row.per_gdp
    return -known, -row.loss, row.actor


def _exposed(
    name: str, own: Mapping[str, float], markets: Markets, world: World, gdp: float
) -> ExposedActor:
    first = max(own, key=lambda mineral: own[mineral])
    outcome = markets.outcomes[first]
    members = list(world.territory.members(name))
    users = [c for c in members if c in outcome.shortage["country"].values]
    used = float(np.nansum(outcome.quantities["used"].sel(country=users).to_numpy()))
    used -= float(np.nansum(outcome.quantities["used_change"].sel(country=users).to_numpy()))
    lost = float(np.nansum(outcome.shortage["total"].sel(country=users).to_numpy()))
    loss = sum(own.values())
    return ExposedActor(
        actor=name,
        loss=loss,
        per_gdp=loss / gdp,
        mineral=first,
        price_change=_price_change(outcome, members),
        shortage=lost / used if used > 0.0 else float("nan"),
    )


def _gdp(world: World) -> dict[str, float]:
    """Return gross domestic product by actor; an actor with a member not known is left out."""
    table = world.countries
    if "gdp_usd" not in table:
        return {}
    total = table.groupby(table["actor"].astype(str))["gdp_usd"].agg(
        lambda own: own.sum(skipna=False)
    )
    return {str(name): float(value) for name, value in total.items() if value > 0.0}


def _price_change(outcome: Outcome, countries: list[str]) -> float:
    """Return the mean change of the delivered price over some users [1]; NaN without any."""
    prices, used = outcome.prices, _before(outcome, "used")
    places = list(outcome.prices["country"].values)
    after = prices["delivered"].to_numpy()
    before = after / (1.0 + prices["delivered_change"].to_numpy())
    weight = dict(zip(outcome.quantities["country"].values, used, strict=True))
    wide = np.array([weight.get(place, np.nan) for place in places])
    has = np.isin(places, countries) & np.isfinite(before) & (np.nan_to_num(wide) > 0.0)
    if not has.any():
        return float("nan")
    return float((after[has] @ wide[has]) / (before[has] @ wide[has]) - 1.0)


def _before(outcome: Outcome, name: str) -> np.ndarray:
    quantities = outcome.quantities
    return np.asarray(quantities[name].to_numpy() - quantities[f"{name}_change"].to_numpy())
