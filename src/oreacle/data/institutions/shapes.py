"""Shapes of countries for maps, one row for each ring of each part.

Does      Reads the outlines of Natural Earth and writes each ring as a text of places.
Units     Degrees of longitude and latitude, two decimals (about 1 km).
Method    Decimals are cut by rounding; a place that repeats the one before it is left out.
Assumes   Shapes as the publisher draws them, de facto; they say nothing on the status of a
          territory. A ring runs clockwise around its land, as maps on a sphere expect.
Not here  Drawing them: see `oreacle.present.charts`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.readers.source_files import source_file

SHAPES_FILE = "geo/countries.geojson"
DECIMALS = 2
FEWEST_PLACES = 4
"""A closed ring of three corners; a shorter one has no area."""


def country_shapes_table(sources: Path) -> pd.DataFrame:
    """Return the table `country_shapes`.

    Raises
    ------
    DataError
        ORE-DAT-011 if the file is missing or is no GeoJSON; ORE-DAT-012 if features lack a code
        or a geometry of polygons.
    """
    path = source_file(sources, SHAPES_FILE)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DataError(
            "ORE-DAT-011",
            f"source file '{SHAPES_FILE}' cannot be read: {error}.",
            why="the shapes of countries are made from it.",
            fix="fetch the file again.",
        ) from error
    return pd.DataFrame(list(_rows(content)))


def _rows(content: Any) -> Iterator[dict[str, object]]:  # noqa: ANN401 - a JSON value
    try:
        for feature in content["features"]:
            code, name = feature["properties"]["iso3"], feature["properties"]["name"]
            for part, rings in enumerate(_polygons(feature["geometry"])):
                for ring, places in enumerate(rings):
                    text = _text(places)
                    if text:
                        yield {
                            "shape": str(code),
                            "part": part,
                            "ring": ring,
                            "name": str(name),
                            "places": text,
                        }
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(
            "ORE-DAT-012",
            f"source file '{SHAPES_FILE}' has another form: {error!r}.",
            why="its outlines would be lost.",
            fix="use a collection of polygons with the properties `iso3` and `name`.",
        ) from error


def _polygons(geometry: dict[str, Any]) -> list[Any]:
    if geometry["type"] == "Polygon":
        return [geometry["coordinates"]]
    if geometry["type"] == "MultiPolygon":
        return list(geometry["coordinates"])
    raise ValueError(f"a {geometry['type']} is no area")


def _text(places: list[list[float]]) -> str:
    """Return a ring as "lon lat lon lat ...", or "" if it shrinks to nothing."""
    kept: list[str] = []
    for lon, lat in places:
        place = f"{round(lon, DECIMALS) + 0.0:g} {round(lat, DECIMALS) + 0.0:g}"
        if not kept or kept[-1] != place:
            kept.append(place)
    return " ".join(kept) if len(kept) >= FEWEST_PLACES else ""
