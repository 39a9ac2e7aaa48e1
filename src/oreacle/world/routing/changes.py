"""What differs from the base year on routes, and how a mineral travels.

Does      Names closures, openings and capacities; holds the vessel and worth of a cargo.
Units     Capacities t/yr; worth USD per tonne as shipped.
Method    None: records.
Assumes   What is both closed and opened is closed.
Not here  Whether names exist: see `oreacle.world.routing.book`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RouteChanges:
    """What differs from the routes of the base year.

    Attributes
    ----------
    closed
        Ids of passages, corridors and gateways that carry nothing.
    opened
        Corridors that are not built yet, and passages that are shut in the base year.
    capacity
        Corridors and their capacity for all goods, instead of the table's [t/yr].
    """

    closed: frozenset[str] = frozenset()
    opened: frozenset[str] = frozenset()
    capacity: tuple[tuple[str, float], ...] = ()

    @property
    def improvements(self) -> RouteChanges:
        """The same without closures: what costs under closures are compared with."""
        return RouteChanges(opened=self.opened, capacity=self.capacity)


BASE = RouteChanges()


@dataclass(frozen=True)
class Cargo:
    """How a mineral travels on one kind of link.

    Attributes
    ----------
    mineral, link
        Slug, and ``ore`` or ``refined``.
    vessel
        ``bulk`` or ``container``.
    shipped
        Tonnes as shipped over chain tonnes [1].
    value
        Worth of a tonne as shipped [USD/t].
    """

    mineral: str
    link: str
    vessel: str
    shipped: float
    value: float
