"""Two maps of the ways that goods take, before and after a passage is closed or opened.

Does      Draws each leg of a way once, as wide as the tonnes that take it, on a map before and a
          map after; marks passages, and crosses out those that are closed.
Units     Degrees; t/yr.
Method    Legs with the same corners add up. A leg that loses tonnes is red on the first map, one
          that gains is blue on the second. A leg that crosses the 180th meridian is cut by the
          drawing library where the map ends.
Assumes   Ways are given with their corners; nothing is routed here.
Not here  Which ways goods take: see `oreacle.world.routing`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from oreacle.present import words
from oreacle.present.charts.chart_style import (
    FALL,
    LAND_LINE,
    MUTED,
    NOT_MODELLED,
    RISE,
    WIDTH,
    ChartText,
    Spec,
    framed,
    nothing_to_show,
)
from oreacle.present.charts.country_shapes import BORDERS_NOTE, CountryShapes
from oreacle.present.charts.projection import MAP_HEIGHT, Place, middle_of, projection
from oreacle.present.figure_style import INK

THINNEST, WIDEST = 1.0, 9.0
"""Widths of legs [px]."""
SAME = 1e-6
"""Part of the largest tonnage by which a leg must differ to count as changed [1]."""


@dataclass(frozen=True)
class RouteLine:
    """A way of goods: its corners (longitude, latitude) [degree] and the tonnes on it [t/yr].

    Attributes
    ----------
    corners
        At least two places.
    tonnes
        What takes this way [t/yr].
    by_land
        True for a leg by rail, road or barge: drawn broken.
    label
        What it is, in words.
    """

    corners: tuple[Place, ...]
    tonnes: float
    by_land: bool = False
    label: str = ""


@dataclass(frozen=True)
class PassageMark:
    """A passage on the map: its name, its place [degree], and whether it is closed after."""

    name: str
    place: Place
    is_closed: bool = False


@dataclass(frozen=True)
class _Leg:
    start: Place
    end: Place
    by_land: bool


def route_map(
    before: Sequence[RouteLine],
    after: Sequence[RouteLine],
    passages: Sequence[PassageMark],
    text: ChartText,
    *,
    shapes: CountryShapes,
) -> Spec:
    """Return the map before above the map after.

    Parameters
    ----------
    before, after
        Ways with their tonnes.
    passages
        Passages to name; closed ones are crossed out on the second map.
    text
        Words around the maps.
    shapes
        Outlines of countries.

    Raises
    ------
    ChartError
        ORE-APP-012 if neither map has a way with tonnes.
    """
    old, new = _legs(before), _legs(after)
    if not old and not new:
        raise nothing_to_show("no way carries anything")
    largest = max([*old.values(), *new.values()])
    both = (*old.items(), *new.items())
    middle = middle_of([(leg.start, leg.end, tonnes) for leg, tonnes in both])
    least = SAME * largest
    lost = {leg for leg, tonnes in old.items() if tonnes - new.get(leg, 0.0) > least}
    gained = {leg for leg, tonnes in new.items() if tonnes - old.get(leg, 0.0) > least}
    open_marks = [PassageMark(mark.name, mark.place) for mark in passages]
    views = [
        _view(old, lost, FALL, open_marks, ("Before", "red: carries less afterwards"), shapes),
        _view(new, gained, RISE, passages, ("After", "blue: carries more than before"), shapes),
    ]
    for view in views:
        view["projection"] = projection(middle)
        view["layer"] = [part for part in view["layer"] if part]
        _set_widths(view, largest)
    note = f"The widest line is {words.tonnes(largest)}; broken lines go by land. {BORDERS_NOTE}"
    words_around = ChartText(text.title, text.subtitle, f"{text.source} {note}")
    return framed({"vconcat": views, "spacing": 12}, words_around)


def _legs(lines: Sequence[RouteLine]) -> dict[_Leg, float]:
    """Return the tonnes of each leg; the direction in which it is taken does not matter."""
    legs: dict[_Leg, float] = {}
    for line in lines:
        if not line.tonnes > 0.0 or math.isinf(line.tonnes):
            continue
        for start, end in itertools.pairwise(line.corners):
            first, second = sorted((start, end))
            leg = _Leg(first, second, line.by_land)
            legs[leg] = legs.get(leg, 0.0) + line.tonnes
    return legs


def _view(
    legs: dict[_Leg, float],
    changed: set[_Leg],
    colour: str,
    passages: Sequence[PassageMark],
    heads: tuple[str, str],
    shapes: CountryShapes,
) -> Spec:
    land = {
        "data": {"values": [shapes.feature(code) for code in sorted(shapes.polygons)]},
        "mark": {"type": "geoshape", "fill": NOT_MODELLED, "stroke": LAND_LINE, "aria": False},
    }
    sea = {"data": {"sphere": True}, "mark": {"type": "geoshape", "fill": "#f3f6f8", "aria": False}}
    title = {
        "text": heads[0],
        "subtitle": heads[1],
        "anchor": "start",
        "fontSize": 14,
        "subtitleFontSize": 12,
        "subtitlePadding": 2,
        "offset": 4,
    }
    return {
        "title": title,
        "width": WIDTH,
        "height": MAP_HEIGHT,
        "layer": [sea, land, *_leg_layers(legs, changed, colour), *_mark_layers(passages)],
    }


def _leg_layers(legs: dict[_Leg, float], changed: set[_Leg], colour: str) -> list[Spec]:
    ranked = sorted(legs.items(), key=lambda one: (one[0] in changed, one[1], one[0].start))
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": [list(leg.start), list(leg.end)]},
            "tonnes": tonnes,
            "colour": colour if leg in changed else MUTED,
            "by_land": leg.by_land,
            "label": words.tonnes(tonnes),
        }
        for leg, tonnes in ranked
    ]
    return [
        {
            "data": {"values": chosen},
            "mark": {
                "type": "geoshape",
                "filled": False,
                "opacity": 0.9,
                "strokeCap": "butt" if by_land else "round",
                **({"strokeDash": [5, 3]} if by_land else {}),
            },
            "encoding": {
                "stroke": {"field": "colour", "type": "nominal", "scale": None},
                "strokeWidth": {"field": "width", "type": "quantitative", "scale": None},
                "description": {"field": "label"},
            },
        }
        for by_land in (False, True)
        if (chosen := [one for one in features if one["by_land"] is by_land])
    ]


def _set_widths(view: Spec, largest: float) -> None:
    for layer in view["layer"]:
        for row in layer.get("data", {}).get("values", []):
            if "tonnes" in row:
                width = max(THINNEST, WIDEST * math.sqrt(row["tonnes"] / largest))
                row["width"] = round(width, 2)


def _mark_layers(passages: Sequence[PassageMark]) -> list[Spec]:
    if not passages:
        return []
    rows = [
        {
            "lon": mark.place[0],
            "lat": mark.place[1],
            "name": f"{mark.name}: closed" if mark.is_closed else mark.name,
            "colour": FALL if mark.is_closed else INK,
            "weight": "bold" if mark.is_closed else "normal",
            "shape": "M-1,-1L1,1M-1,1L1,-1" if mark.is_closed else "circle",
        }
        for mark in passages
    ]
    where = {
        "longitude": {"field": "lon", "type": "quantitative"},
        "latitude": {"field": "lat", "type": "quantitative"},
    }
    colour = {"field": "colour", "type": "nominal", "scale": None}
    points = {
        "mark": {"type": "point", "filled": False, "strokeWidth": 2.5, "opacity": 1},
        "encoding": {
            **where,
            "shape": {"field": "shape", "type": "nominal", "scale": None},
            "size": {"condition": {"test": "datum.weight === 'bold'", "value": 130}, "value": 26},
            "stroke": colour,
            "description": {"field": "name"},
        },
    }
    halo = _names(where, {"value": "#ffffff"}, {"stroke": "#ffffff", "strokeWidth": 3})
    return [{"data": {"values": rows}, "layer": [halo, points, _names(where, colour, {})]}]


def _names(where: Spec, colour: Spec, more: Spec) -> Spec:
    mark = {"type": "text", "align": "left", "dx": 9, "dy": -6, "fontSize": 12, "aria": False}
    text = {"field": "name", "type": "nominal"}
    return {"mark": {**mark, **more}, "encoding": {**where, "text": text, "color": colour}}
