"""Routes of trade: ways by sea and land, what they cost, and whose passages they use."""

from oreacle.world.routing.book import RouteNetwork
from oreacle.world.routing.changes import BASE, Cargo, RouteChanges
from oreacle.world.routing.itinerary import RouteLeg, RouteStream, itinerary
from oreacle.world.routing.route_plan import RoutePlan
from oreacle.world.routing.routes_of_world import mineral_routes

__all__ = [
    "BASE",
    "Cargo",
    "RouteChanges",
    "RouteLeg",
    "RouteNetwork",
    "RoutePlan",
    "RouteStream",
    "itinerary",
    "mineral_routes",
]
