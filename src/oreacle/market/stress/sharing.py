"""Divide what a country or a club gets in a shocked market by a rule other than price.

Does      Pools the use of one or several members, divides it over their groups of sectors, and
          sets value lost beside that of the market's own division.
Units     t/yr; USD/yr at base-year prices.
Method    Claims are members' groups of sectors, each with its use at base prices as need. Pro
          rata: all alike. Allies first: groups of the favoured members first. Defence first: the
          groups with defence first, in all members. Price: one price in the whole club. What is
          pooled is what the members use in the market with the shock, so that outsiders are
          untouched (conservation to rounding).
Assumes   Tonnes move inside the club without cost; sectors of all members have the world's shares.
          Members keep what they get: a rule that takes from somebody does not change what others
          sell to it.
Not here  Suppliers that serve allies first: see `oreacle.market.stress.supplier`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from oreacle.core.errors import MarketError
from oreacle.market.calibrate import demand_curve
from oreacle.market.curves import DemandCurve
from oreacle.market.outcome import Outcome
from oreacle.market.stress.rules import (
    ALLIES_FIRST,
    DEFENCE_FIRST,
    PRICE,
    at_one_price,
    check_rule,
    in_order,
    use_at,
    value_lost,
)
from oreacle.world.snapshot import World

DEFENCE = "defence_aerospace"
LEAST_SHORT = 1e-9
"""Share of need below which nothing is short [1]: solver noise."""


@dataclass(frozen=True)
class Sharing:
    """A shortage divided by a rule.

    Attributes
    ----------
    mineral, rule
        Slug and rule.
    members
        Members of the club, or the one country.
    groups
        Sectors of each group.
    table
        Over `member` and `group`: `need`, `market` (what the market gives) and `received`
        [t/yr]; `value_lost` and `value_lost_market` [USD/yr].
    log_price
        Log price over base of the rule `price`; NaN under other rules.
    """

    mineral: str
    rule: str
    members: tuple[str, ...]
    groups: tuple[str, ...]
    table: xr.Dataset
    log_price: float

    @property
    def cost(self) -> float:
        """What the rule loses beyond the market's division [USD/yr]; below zero where it gains."""
        return float((self.table["value_lost"] - self.table["value_lost_market"]).sum())


def share_shortage(
    world: World,
    outcome: Outcome,
    members: Sequence[str],
    rule: str,
    *,
    allies: Sequence[str] = (),
) -> Sharing:
    """Return what members get of what the market leaves them, divided by a rule.

    Parameters
    ----------
    world
        The world that the outcome was cleared on.
    outcome
        The shocked market.
    members
        Actors or countries; one for a division within a country.
    rule
        ``price``, ``pro rata``, ``allies first`` or ``defence first``.
    allies
        Members that come first under ``allies first``.

    Raises
    ------
    MarketError
        ORE-MKT-060 on another rule, ORE-MKT-061 if nobody in a member uses the mineral, or
        allies are no members, ORE-MKT-062 if nothing is short, ORE-MKT-064 on allies under
        another rule, ORE-MKT-065 if one member is part of another.
    ScenarioError
        ORE-SCN-003 on a name that is not one of an actor or country.
    """
    name = check_rule(rule)
    chain = world.chain(outcome.mineral)
    curve = demand_curve(chain, world.parameters)
    names = tuple(dict.fromkeys(member.upper() for member in members))
    _check_allies(name, allies)
    _check_apart(world, outcome, names)
    need, prices = _needs(world, outcome, names)
    claims = need[:, None] * curve.shares[None, :]
    market = np.stack(
        [use_at(curve, row[None], price)[0] for row, price in zip(claims, prices, strict=True)]
    )
    market = (
        market * (_used(world, outcome, names) / np.maximum(market.sum(axis=1), 1e-300))[:, None]
    )
    supply, asked = float(market.sum()), float(claims.sum())
    if supply >= asked * (1.0 - LEAST_SHORT):
        raise MarketError(
            "ORE-MKT-062",
            f"nothing of {outcome.mineral} is short in {', '.join(names)}.",
            why="there is no shortage to divide.",
            fix="ask about members that lose use in this what-if.",
        )
    log_price = float("nan")
    if name == PRICE:
        received, log_price = at_one_price(curve, claims, supply)
    else:
        received = in_order(claims.ravel(), supply, _tiers(name, names, allies, curve).ravel())
        received = received.reshape(claims.shape)
    groups = tuple(", ".join(sectors) or "all sectors" for sectors in curve.sectors)
    table = _table(chain.price_delivered, curve, (claims, market, received))
    table = table.assign_coords(member=list(names), group=list(groups))
    return Sharing(outcome.mineral, name, names, groups, table, log_price)


def _table(
    price: float, curve: DemandCurve, parts: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> xr.Dataset:
    claims, market, received = parts
    dims = ("member", "group")
    columns = {
        "need": (claims, "t/yr"),
        "market": (market, "t/yr"),
        "received": (received, "t/yr"),
        "value_lost": (value_lost(curve, claims, received, price), "USD/yr"),
        "value_lost_market": (value_lost(curve, claims, market, price), "USD/yr"),
    }
    return xr.Dataset(
        {name: (dims, data, {"units": unit}) for name, (data, unit) in columns.items()}
    )


def _countries(world: World, outcome: Outcome, member: str) -> list[str]:
    """Return the users among a member's countries; refuse a member without any."""
    world.territory.resolve(member)
    actor_of = world.territory.actor_of
    users = world.chain(outcome.mineral).users
    found = [country for country in users if member in (country, actor_of[country])]
    if not found:
        raise MarketError(
            "ORE-MKT-061",
            f"nobody in {member} uses {outcome.mineral}.",
            why="it can neither need nor get anything.",
            fix=f"`oreacle world mineral {outcome.mineral}` shows who uses it.",
        )
    return found


def _check_allies(rule: str, allies: Sequence[str]) -> None:
    """Refuse allies under a rule that does not ask who is one."""
    if allies and rule != ALLIES_FIRST:
        raise MarketError(
            "ORE-MKT-064",
            f"allies are named under the rule '{rule}'.",
            why="that rule does not ask who is an ally: they would change nothing.",
            fix="take the rule 'allies first', or name no allies.",
        )


def _check_apart(world: World, outcome: Outcome, names: Sequence[str]) -> None:
    """Refuse members of which one is part of another: its tonnes would be counted twice."""
    of: dict[str, str] = {}
    for name in names:
        for country in _countries(world, outcome, name):
            if country in of:
                raise MarketError(
                    "ORE-MKT-065",
                    f"{of[country]} and {name} are both members, and both hold {country}.",
                    why="its tonnes would be divided twice.",
                    fix="name the bloc or its countries.",
                )
            of[country] = name


def _needs(world: World, outcome: Outcome, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return use at base prices [t/yr] and the mean log price of each member."""
    if not names:
        raise MarketError(
            "ORE-MKT-061",
            "no member is named.",
            why="a shortage is divided among somebody.",
            fix="name one or several actors, such as USA,JPN,EU.",
        )
    quantities, prices = outcome.quantities, outcome.prices
    need, level = [], []
    for name in names:
        countries = _countries(world, outcome, name)
        before = quantities["used"] - quantities["used_change"]
        base = before.sel(country=countries).to_numpy()
        change = prices["delivered_change"].sel(country=countries).to_numpy()
        need.append(base.sum())
        level.append(float(np.log1p(change) @ base / base.sum()))
    return np.array(need), np.array(level)


def _used(world: World, outcome: Outcome, names: Sequence[str]) -> np.ndarray:
    """Return what members use in the shocked market, shape (member,) [t/yr]."""
    used = outcome.quantities["used"]
    return np.array(
        [float(used.sel(country=_countries(world, outcome, name)).sum()) for name in names]
    )


def _tiers(
    rule: str, members: Sequence[str], allies: Sequence[str], curve: DemandCurve
) -> np.ndarray:
    """Return the tier of each claim, shape (member, group)."""
    tier = np.ones((len(members), len(curve.shares)), dtype=np.int64)
    if rule == DEFENCE_FIRST:
        tier[:, [DEFENCE in sectors for sectors in curve.sectors]] = 0
    if rule == ALLIES_FIRST:
        first = {name.upper() for name in allies}
        if not first or first - set(members):
            who = ", ".join(sorted(first - set(members))) or "nobody"
            raise MarketError(
                "ORE-MKT-061",
                f"{who} is named as ally in a club of {', '.join(members)}.",
                why="allies come first among the members.",
                fix="name allies that are members.",
            )
        tier[[name in first for name in members]] = 0
    return tier
