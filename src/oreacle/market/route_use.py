"""Which minerals' base trade goes through which route.

Does      Finds the minerals that a policy on a route touches.
Units     None.
Method    The base plan of every mineral; a new plan where the base plan does not say.
Assumes   Chains made by hand have no routes.
Not here  What the policy does: see `oreacle.market.apply.routes`.
"""

from __future__ import annotations

from dataclasses import replace

from oreacle.market.apply.routes import opening_helps, uses_route
from oreacle.market.carriage import planner_of
from oreacle.market.policies.routes import CorridorOpening, RoutePolicy
from oreacle.world.snapshot import World


def minerals_touched(world: World, policy: RoutePolicy) -> tuple[str, ...]:
    """Return the minerals whose base trade a policy on a route touches, whatever its mineral.

    Raises
    ------
    DataError
        ORE-DAT-133 or 134 if the route is unknown or nothing hangs on it.
    """
    found = []
    for mineral in world.mineral_names:
        planner = planner_of(world, mineral)
        if planner is None:
            continue
        if isinstance(policy, CorridorOpening):
            touched = opening_helps(planner, replace(policy, mineral=mineral))
        else:
            touched = uses_route(planner, policy.route)
        if touched:
            found.append(mineral)
    return tuple(found)
