"""A map of what changes in each country, with the flows that change.

Does      Colours countries by the class of a number; draws the largest changes of flows as arcs.
Units     The number in the classes' unit; flows in t/yr.
Method    Arcs on paper, wider with more tonnes (width by the square root), with an arrow at the
          buyer's end; red where a flow falls, blue where it rises.
Assumes   A country without a number is not modelled, which is grey and never zero.
Not here  Which numbers: see `oreacle.present.charts.shock_charts`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from oreacle.present import words
from oreacle.present.charts.chart_style import (
    FALL,
    LAND_LINE,
    RISE,
    WIDTH,
    ChartText,
    Spec,
    framed,
    nothing_to_show,
)
from oreacle.present.charts.country_shapes import BORDERS_NOTE, CountryShapes
from oreacle.present.charts.projection import (
    MAP_HEIGHT,
    Place,
    bow,
    heading,
    middle_of,
    pixel,
    projection,
)
from oreacle.present.charts.value_classes import NOT_MODELLED_NAME, ValueClasses
from oreacle.present.figure_style import INK

MOST_ARCS = 14
THINNEST, WIDEST = 1.2, 8.0
"""Widths of arcs [px]."""
SMALLEST_SHARE = 0.01
"""Arcs below this share of the largest are not drawn [1]."""
COLOUR = {"field": "colour", "type": "nominal", "scale": None}


@dataclass(frozen=True)
class FlowArc:
    """A change of flow between two countries [t/yr], with its link in words."""

    exporter: str
    importer: str
    change: float
    link: str = ""


def change_map(
    values: Mapping[str, float],
    arcs: Sequence[FlowArc],
    classes: ValueClasses,
    text: ChartText,
    *,
    shapes: CountryShapes,
    write: Callable[[float | None], str] = words.change,
    arcs_shown: int = MOST_ARCS,
) -> Spec:
    """Return a map of a number by country and of changed flows.

    Parameters
    ----------
    values
        The number by country code; NaN or absence is "not modelled".
    arcs
        Changed flows; those at home, and with an end that has no place, are counted below the map.
    classes
        Classes of the number.
    text
        Words around the map.
    shapes
        Outlines of countries.
    write
        Writes a number for people.
    arcs_shown
        Most arcs drawn, the largest first.

    Raises
    ------
    ChartError
        ORE-APP-012 if no country with a shape has a value.
    """
    known = {code: value for code, value in values.items() if not math.isnan(value)}
    if not set(known) & set(shapes.polygons):
        raise nothing_to_show("no country on the map has a value")
    drawn, hidden = _placed(arcs, shapes, arcs_shown)
    middle = middle_of([(start, end, abs(arc.change)) for arc, start, end in drawn])
    layers = [
        {"data": {"sphere": True}, "mark": {"type": "geoshape", "fill": "#f3f6f8", "aria": False}},
        _countries(known, classes, shapes, write),
        *_arc_layers(drawn, shapes, middle),
    ]
    body = {
        "width": WIDTH,
        "height": MAP_HEIGHT,
        "projection": projection(middle),
        "layer": layers,
    }
    note = " ".join(part for part in (_hidden_note(hidden), BORDERS_NOTE) if part)
    return framed(body, ChartText(text.title, text.subtitle, f"{text.source} {note}"))


def _placed(
    arcs: Sequence[FlowArc], shapes: CountryShapes, most: int
) -> tuple[list[tuple[FlowArc, Place, Place]], list[FlowArc]]:
    """Return the arcs to draw with their ends, largest last, and those without a place."""
    placed, hidden = [], []
    ranked = sorted(arcs, key=lambda arc: (-abs(arc.change), arc.exporter, arc.importer, arc.link))
    for arc in ranked:
        if arc.exporter == arc.importer or arc.change == 0.0:
            continue
        start, end = shapes.middle(arc.exporter), shapes.middle(arc.importer)
        if start is None or end is None:
            hidden.append(arc)
        else:
            placed.append((arc, start, end))
    if placed:
        least = SMALLEST_SHARE * abs(placed[0][0].change)
        placed = [one for one in placed[:most] if abs(one[0].change) >= least]
    largest = abs(placed[0][0].change) if placed else 0.0
    return placed, [arc for arc in hidden if abs(arc.change) >= SMALLEST_SHARE * largest]


def _hidden_note(hidden: Sequence[FlowArc]) -> str:
    if not hidden:
        return ""
    moved = words.tonnes(sum(abs(arc.change) for arc in hidden))
    many = f"{len(hidden)} changed flow{'s' if len(hidden) > 1 else ''}"
    return f"Not drawn: {many} from or to the rest of the world ({moved} in all)."


def _countries(
    known: Mapping[str, float],
    classes: ValueClasses,
    shapes: CountryShapes,
    write: Callable[[float | None], str],
) -> Spec:
    features = []
    for code in sorted(shapes.polygons):
        value = known.get(code)
        said = NOT_MODELLED_NAME if value is None else write(value)
        about = {"class": classes.name(value), "label": f"{shapes.names[code]}: {said}"}
        features.append({**shapes.feature(code), **about})
    present = {feature["class"] for feature in features}
    kept = [
        (name, colour)
        for name, colour in zip(classes.domain, classes.range, strict=True)
        if name in present
    ]
    colour = {
        "field": "class",
        "type": "nominal",
        "scale": {"domain": [name for name, _ in kept], "range": [tint for _, tint in kept]},
        "legend": {
            "title": None,
            "orient": "bottom",
            "direction": "horizontal",
            "columns": 4,
            "symbolType": "square",
            "symbolSize": 170,
            "symbolStrokeColor": "#b9bfc4",
            "symbolStrokeWidth": 0.5,
            "offset": 6,
            "columnPadding": 18,
        },
    }
    return {
        "data": {"values": features},
        "mark": {"type": "geoshape", "stroke": LAND_LINE, "strokeWidth": 0.6},
        "encoding": {"color": colour, "description": {"field": "label"}},
    }


def _arc_layers(
    drawn: Sequence[tuple[FlowArc, Place, Place]], shapes: CountryShapes, middle: float
) -> list[Spec]:
    if not drawn:
        return []
    largest = max(abs(arc.change) for arc, _, _ in drawn)
    lines: list[Spec] = []
    heads: list[Spec] = []
    for k, (arc, start, end) in enumerate(reversed(drawn)):  # the largest is drawn last, on top
        width = _width(arc.change, largest)
        points = bow(pixel(start, middle), pixel(end, middle))
        about = {
            "arc": k,
            "width": round(width, 2),
            "casing": round(width + 2.0, 2),
            "colour": RISE if arc.change > 0 else FALL,
            "label": _arc_label(arc, shapes),
        }
        lines += [{**about, "step": n, "x": x, "y": y} for n, (x, y) in enumerate(points)]
        x, y = points[-1]
        size = round(30.0 + 14.0 * width, 1)
        heads.append({**about, "x": x, "y": y, "angle": heading(points), "size": size})
    edge = {"stroke": "#ffffff", "opacity": 0.7, "aria": False}
    return [
        _lines(lines, edge, {"strokeWidth": _as_is("casing")}),
        _lines(lines, {"opacity": 0.9}, {"strokeWidth": _as_is("width"), "stroke": COLOUR}),
        _heads(heads),
        _arc_key(largest),
    ]


def _width(change: float, largest: float) -> float:
    return max(THINNEST, WIDEST * math.sqrt(abs(change) / largest))


def _arc_label(arc: FlowArc, shapes: CountryShapes) -> str:
    names = f"{shapes.names[arc.exporter]} to {shapes.names[arc.importer]}"
    sign = "+" if arc.change > 0 else "-"
    link = f", {arc.link}" if arc.link else ""
    return f"{names}{link}: {sign}{words.tonnes(abs(arc.change))}"


def _as_is(field: str) -> Spec:
    """Return a channel that takes the number as it stands, in pixels or degrees."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def _lines(lines: list[Spec], mark: Spec, more: Spec) -> Spec:
    width = {**more["strokeWidth"]}
    width.pop("axis")
    return {
        "data": {"values": lines},
        "mark": {"type": "line", "strokeCap": "round", **mark},
        "encoding": {
            "x": _as_is("x"),
            "y": _as_is("y"),
            "order": {"field": "step", "type": "quantitative"},
            "detail": {"field": "arc", "type": "ordinal"},
            "description": {"field": "label"},
            **more,
            "strokeWidth": width,
        },
    }


def _heads(heads: list[Spec]) -> Spec:
    mark = {"type": "point", "shape": "triangle", "filled": True, "opacity": 1}
    turn = {"field": "angle", "type": "quantitative", "scale": None}
    return {
        "data": {"values": heads},
        "mark": {**mark, "stroke": "#ffffff", "strokeWidth": 0.8},
        "encoding": {
            "x": _as_is("x"),
            "y": _as_is("y"),
            "fill": COLOUR,
            "angle": turn,
            "size": {"field": "size", "type": "quantitative", "scale": None},
            "description": {"field": "label"},
        },
    }


def _arc_key(largest: float) -> Spec:
    """Return a key of three arcs: a fall, a rise, and how wide the largest is."""
    rows = [
        {"y": 0, "colour": FALL, "width": 4.0, "name": "flow falls"},
        {"y": 18, "colour": RISE, "width": 4.0, "name": "flow rises"},
        {"y": 36, "colour": INK, "width": WIDEST, "name": f"{words.tonnes(largest)} (largest)"},
    ]
    base = MAP_HEIGHT - 56
    values = [{**row, "y": base + float(str(row["y"]))} for row in rows]
    height = {"field": "y", "type": "quantitative", "scale": None, "axis": None}
    rule = {
        "mark": {"type": "rule", "x": 4, "x2": 34, "aria": False},
        "encoding": {
            "y": height,
            "color": {"field": "colour", "type": "nominal", "scale": None},
            "strokeWidth": {"field": "width", "type": "quantitative", "scale": None},
        },
    }
    name = {
        "mark": {"type": "text", "x": 42, "align": "left", "fontSize": 12, "color": INK},
        "encoding": {"y": height, "text": {"field": "name"}},
    }
    return {"data": {"values": values}, "layer": [rule, name]}
