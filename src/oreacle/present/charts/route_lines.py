"""Ways of goods, leg by leg, as lines on a map.

Does      Turns streams of an itinerary into lines with corners and tonnes.
Units     Degrees; t/yr.
Method    A leg at sea is bent round the land through its passages; a leg by land goes straight from
          the middle of the country to the port or to the other country.
Assumes   A leg whose ends have no place is left out and counted.
Not here  The itinerary: see `oreacle.world.routing`. The map: see `.route_map`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from oreacle.present.charts.route_map import RouteLine
from oreacle.present.charts.sea_lanes import sea_way

SEA = "sea"
Place = tuple[float, float]


class Leg(Protocol):
    """A leg as an itinerary names it: ends by name, means, passages by id."""

    @property
    def start(self) -> str:
        """Country, port or border crossing where it begins."""

    @property
    def end(self) -> str:
        """Where it ends."""

    @property
    def mode(self) -> str:
        """How it goes, such as ``sea``."""

    @property
    def passages(self) -> tuple[str, ...]:
        """Ids of passages on the way."""


class Stream(Protocol):
    """Tonnes of a pair that take one way."""

    @property
    def share(self) -> float:
        """Share of the pair's tonnes [1]."""

    @property
    def legs(self) -> Sequence[Leg]:
        """Legs in order; none if no way is left."""


def route_lines(
    streams: Iterable[Stream],
    tonnes: float,
    places: Mapping[str, Place],
    passages: Mapping[str, Place],
) -> tuple[list[RouteLine], float]:
    """Return the lines of a pair of countries, and the tonnes that could not be drawn [t/yr].

    Parameters
    ----------
    streams
        Ways of the pair, such as `oreacle.world.routing.itinerary.itinerary` returns.
    tonnes
        Flow of the pair [t/yr].
    places
        Longitude and latitude by country code and by name of port or crossing [degree].
    passages
        The same by id of every passage: a line at sea goes through those of its leg and no other.

    Returns
    -------
    tuple
        Lines, and tonnes without a way or with an end whose place is not known.
    """
    lines: list[RouteLine] = []
    lost = 0.0
    for stream in streams:
        carried = tonnes * stream.share
        drawn = [_line(leg, carried, places, passages) for leg in stream.legs]
        found = [line for line in drawn if line is not None]
        if not found or len(found) < len(drawn):
            lost += carried
        lines += found
    return lines, lost


def _line(
    leg: Leg, tonnes: float, places: Mapping[str, Place], passages: Mapping[str, Place]
) -> RouteLine | None:
    start, end = places.get(leg.start), places.get(leg.end)
    if start is None or end is None:
        return None
    label = f"{leg.start} to {leg.end}"
    if leg.mode != SEA:
        return RouteLine((start, end), tonnes, by_land=True, label=label)
    through = [passages[name] for name in leg.passages if name in passages]
    others = [place for name, place in sorted(passages.items()) if name not in leg.passages]
    return RouteLine(sea_way(start, end, through, others), tonnes, label=label)
