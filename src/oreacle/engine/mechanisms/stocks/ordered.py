"""Releases and purchases that a scenario orders, in the books of states.

Does      Says where a scenario orders a release or a purchase in a year, and how much.
Units     Tonnes t/yr; prices as log over base [1].
Method    Where a scenario orders, the state does nothing by itself in that year: a user has one
          release and one purchase, at one price limit each. The orders themselves are policies
          (`oreacle.market.apply`); here they are worked out again, for the stock that is left.
Assumes   Users share an order by use at base prices before policies shift it. What is sold beyond
          what a state holds comes from stocks that the model does not know.
Not here  What states do by themselves: see `.mechanism`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from oreacle.engine.mechanisms.contract import Moment
from oreacle.engine.mechanisms.stocks.moves import Orders
from oreacle.engine.mechanisms.stocks.piece import Places
from oreacle.market.policies import StockBuild, StockRelease
from oreacle.market.stocks import RELEASE_LIMIT
from oreacle.world.inventories import DAYS_A_YEAR

Order = StockBuild | StockRelease


def _orders_of(moment: Moment) -> Iterator[tuple[Order, int, np.ndarray]]:
    """Yield the orders of the year, their mineral, and True at its users that they are for."""
    world, names = moment.setting.world, moment.setting.space.minerals
    actor_of = world.territory.actor_of
    for policy in moment.setting.scenario.in_force(moment.year):
        if isinstance(policy, Order) and policy.mineral in names:
            users, place = world.chains[policy.mineral].users, policy.place.upper()
            inside = np.array([place in (user, actor_of[user]) for user in users], dtype=bool)
            yield policy, names.index(policy.mineral), inside


def spoken_for(moment: Moment, at: Places) -> np.ndarray:
    """Return True at users for whom a scenario orders something in the year, shape (user,)."""
    found = np.zeros(at.use.size, dtype=bool)
    for _, k, inside in _orders_of(moment):
        found[at.users[k]] |= inside
    return found


def scenario_orders(moment: Moment, at: Places) -> Orders | None:
    """Return what the scenario orders in a year whose markets have cleared; None for nothing."""
    found: Orders | None = None
    for policy, k, inside in _orders_of(moment):
        if found is None:
            found = _no_orders(moment.members, at.use.size)
        cells = (slice(None), at.users[k].start + np.flatnonzero(inside))
        use = _use(moment, at, k)[:, inside]
        total = use.sum(axis=1, keepdims=True)
        share = np.divide(use, total, out=np.zeros_like(use), where=total > 0.0)
        if isinstance(policy, StockBuild):
            asked = np.minimum(np.log(policy.price_limit), at.choke[cells[1]])
            found.purchase[cells] += policy.tonnes * share
            found.purchase_limit[cells] = np.minimum(found.purchase_limit[cells], asked)
        else:
            days = 0.0 if policy.days is None else policy.days
            tonnes = total * days / DAYS_A_YEAR if policy.tonnes is None else policy.tonnes
            found.release[cells] += tonnes * share
            found.release_limit[cells] = (
                RELEASE_LIMIT if policy.trigger is None else np.log(policy.trigger)
            )
    return found


def _no_orders(members: int, users: int) -> Orders:
    nothing, free = np.zeros((members, users)), np.full((members, users), np.inf)
    return Orders(
        release=nothing,
        purchase=nothing.copy(),
        release_limit=np.full((members, users), RELEASE_LIMIT),
        purchase_limit=free,
    )


def _use(moment: Moment, at: Places, mineral: int) -> np.ndarray:
    """Return use of the year at base prices, shape (member, user) [t/yr]."""
    use = np.repeat(at.use[at.users[mineral]][None], moment.members, axis=0)
    said = moment.conditions[mineral].use if moment.conditions else None
    if said is not None:
        use = use * said
    wanted = moment.cleared[mineral].wanted
    return np.asarray(use * (wanted / use.sum(axis=1))[:, None])
