"""Gateways of countries as places where routes begin and end.

Does      Says by which ports a country ships or takes in a mineral, at what cost from mine or to
          plant, and how much of its tonnes a gateway can carry.
Units     USD per tonne as shipped; days; km; shares [1].
Method    Those gateways that name the mineral in this direction; where none does, all of this
          direction; where there are none, all. A gateway fed by a corridor of known capacity
          carries at most that capacity over what its countries ship of all modelled minerals.
Assumes   A leg whose cost or time is not known costs and takes what `route_costs` states. Where
          all gateways of a country are bound, the main one takes the rest.
Not here  Which gateway is used: see `oreacle.world.routing.plan`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.world.routes import Gateway
from oreacle.world.routing.costs import RouteCosts

EXPORT, IMPORT, BOTH = "export", "import", "both"
PORT = "port"


@dataclass(frozen=True)
class Gate:
    """A port through which a country trades.

    Attributes
    ----------
    gateway, country, name, host
        Id, country served, name, and country in which the port lies.
    port
        Index among the ports of the sea network.
    rank
        1 is the main one.
    flow
        export, import or both.
    minerals
        Minerals that it is listed for.
    corridors
        Corridors that feed it.
    cost, days, km
        The leg between mine or plant and the port [USD/t, day, km].
    is_cost_known
        False if the table has no cost of the leg.
    crossed
        Countries that the leg crosses, beside its ends.
    """

    gateway: str
    country: str
    name: str
    host: str
    port: int
    rank: int
    flow: str
    minerals: tuple[str, ...]
    corridors: tuple[str, ...]
    cost: float
    days: float
    km: float
    is_cost_known: bool
    crossed: tuple[str, ...] = ()


def gate_of(
    row: Gateway,
    port: int,
    corridors: Sequence[str],
    costs: RouteCosts,
    crossed: Sequence[str] = (),
) -> Gate:
    """Return a port of the gateway table as a gate."""
    cost = middle(row.cost_usd_t_low, row.cost_usd_t_high)
    days = middle(row.inland_days_low, row.inland_days_high)
    km = middle(row.inland_km_low, row.inland_km_high)
    return Gate(
        gateway=row.gateway,
        country=row.country,
        name=row.name,
        host=row.gateway_country,
        port=port,
        rank=row.rank,
        flow=row.flow,
        minerals=row.minerals,
        corridors=tuple(corridors),
        cost=costs["unknown_inland"] if cost is None else cost,
        days=costs["unknown_inland_days"] if days is None else days,
        km=0.0 if km is None else km,
        is_cost_known=cost is not None,
        crossed=tuple(crossed),
    )


def middle(low: float | None, high: float | None) -> float | None:
    """Return the middle of a range; None if an end is not known."""
    return None if low is None or high is None else (low + high) / 2.0


def serving(gates: Sequence[Gate], mineral: str, direction: str) -> tuple[Gate, ...]:
    """Return the gates by which a country ships, or takes in, a mineral.

    Parameters
    ----------
    gates
        All gates of the country.
    mineral
        Slug.
    direction
        ``export`` or ``import``.
    """
    facing = [gate for gate in gates if gate.flow in (direction, BOTH)]
    named = [gate for gate in facing if mineral in gate.minerals]
    return tuple(named or facing or gates)


def most_share(
    gates: Sequence[Gate], capacity: Mapping[str, float], load: Mapping[str, float]
) -> np.ndarray:
    """Return the most of a country's tonnes that each gate can carry, shape (gate,) [1].

    Parameters
    ----------
    gates
        Gates of one country.
    capacity
        Capacity of corridors, where known [t/yr].
    load
        What all countries that a corridor serves ship of the modelled minerals [t/yr].
    """
    share = np.ones(len(gates))
    for k, gate in enumerate(gates):
        for corridor in gate.corridors:
            if corridor in capacity and load.get(corridor, 0.0) > 0.0:
                share[k] = min(share[k], capacity[corridor] / load[corridor])
    if len(gates) and (share < 1.0).all():
        share[int(np.argmin([gate.rank for gate in gates]))] = 1.0
    return share
