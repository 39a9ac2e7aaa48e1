"""Outlines of countries, and the place on a map where each stands.

Does      Reads the table `country_shapes` as GeoJSON; finds the middle of a country's largest part.
Units     Degrees.
Method    Middle by the area of a ring whose longitudes shrink with the cosine of latitude.
Assumes   Borders as Natural Earth draws them; the note on them stands below every map.
Not here  What countries are coloured by: see `oreacle.present.charts.change_map`.
"""

from __future__ import annotations

import functools
import itertools
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oreacle.data.rows import text_rows
from oreacle.data.store import folder_state, read_table, tables_directory

BORDERS_NOTE = (
    "Borders as Natural Earth draws them, without a position on the status of any territory."
)
Place = tuple[float, float]
"""Longitude and latitude [degree]."""


@dataclass(frozen=True)
class CountryShapes:
    """Outlines of the countries of the world.

    Attributes
    ----------
    polygons
        GeoJSON coordinates of the parts by code.
    names
        English name by code, as the publisher prints it.
    """

    polygons: dict[str, list[Any]]
    names: dict[str, str]

    def middle(self, country: str) -> Place | None:
        """Return the middle of the largest part [degree]; None if there is no such shape."""
        parts = self.polygons.get(country)
        if not parts:
            return None
        return max((_middle(rings[0]) for rings in parts), key=lambda found: found[0])[1]

    def feature(self, country: str) -> dict[str, Any]:
        """Return one country as a GeoJSON feature, to be given more fields."""
        geometry = {"type": "MultiPolygon", "coordinates": self.polygons[country]}
        return {"type": "Feature", "geometry": geometry}


def country_shapes(directory: Path | None = None) -> CountryShapes:
    """Return the outlines of a folder of tables; None is the default one."""
    folder = tables_directory(directory)
    return _read(folder, folder_state(folder))


@functools.lru_cache(maxsize=2)
def _read(folder: Path, _state: object) -> CountryShapes:
    table = read_table("country_shapes", folder)
    polygons: dict[str, dict[int, list[Any]]] = {}
    names: dict[str, str] = {}
    parts = table["part"].tolist()
    for row, part in zip(text_rows(table), parts, strict=True):
        numbers = [float(word) for word in row["places"].split()]
        ring = [list(place) for place in zip(numbers[::2], numbers[1::2], strict=True)]
        polygons.setdefault(row["shape"], {}).setdefault(int(part), []).append(ring)
        names[row["shape"]] = row["name"]
    return CountryShapes({code: list(found.values()) for code, found in polygons.items()}, names)


def _middle(ring: list[list[float]]) -> tuple[float, Place]:
    """Return area [square degree at the equator] and middle of a ring.

    Longitudes are counted on where the ring crosses the 180th meridian.
    """
    ring = _counted_on(ring)
    shrink = math.cos(math.radians(sum(lat for _, lat in ring) / len(ring)))
    twice = east = north = 0.0
    for (lon, lat), (lon2, lat2) in itertools.pairwise(ring):
        cross = lon * lat2 - lon2 * lat
        twice += cross
        east += (lon + lon2) * cross
        north += (lat + lat2) * cross
    if twice == 0.0:
        return 0.0, (ring[0][0], ring[0][1])
    return abs(twice) / 2.0 * shrink, (
        (east / (3.0 * twice) + 180.0) % 360.0 - 180.0,
        north / (3.0 * twice),
    )


def _counted_on(ring: list[list[float]]) -> list[list[float]]:
    lons = [ring[0][0]]
    for lon, _ in ring[1:]:
        lons.append(lons[-1] + (lon - lons[-1] + 180.0) % 360.0 - 180.0)
    return [[lon, lat] for lon, (_, lat) in zip(lons, ring, strict=True)]
