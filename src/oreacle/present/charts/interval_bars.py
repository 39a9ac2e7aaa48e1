"""Bars with intervals: what each country pays or lacks.

Does      Draws a number for each place as a bar, with its interval as a line.
Units     As the heading of each group says.
Method    Groups side by side, each with its own axis; bars start at zero.
Assumes   A missing number is no bar; a missing interval is no line.
Not here  The numbers: see `oreacle.present.shock_facts`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from oreacle.market.intervals import Figure
from oreacle.present.charts.chart_style import (
    WIDTH,
    ChartText,
    Spec,
    framed,
    inner_labels,
    nothing_to_show,
    short_place,
)
from oreacle.present.figure_style import INK

ROW_HEIGHT = 24
LABELS, NUMBERS = 125, 60
"""Room for names and for numbers beside the bars [px]."""


@dataclass(frozen=True)
class BarGroup:
    """Bars that share an axis.

    Attributes
    ----------
    heading
        What the bars show, with the unit.
    rows
        Name and figure of each bar, from the top.
    write
        Writes a figure for people.
    axis_format
        Format of the axis in the words of d3, such as ``.0%``.
    colour, below
        Colours of bars from zero on, and of those below.
    """

    heading: str
    rows: tuple[tuple[str, Figure], ...]
    write: Callable[[float | None], str]
    axis_format: str
    colour: str
    below: str = "#2e8b7d"


def interval_bars(groups: Sequence[BarGroup], text: ChartText) -> Spec:
    """Return groups of bars side by side.

    Raises
    ------
    ChartError
        ORE-APP-012 if no group has a bar.
    """
    filled = [group for group in groups if group.rows]
    if not filled:
        raise nothing_to_show("no place has a number")
    width = (WIDTH - 40 * (len(filled) - 1)) // len(filled)
    views = [_group(group, width) for group in filled]
    return framed({"hconcat": views, "spacing": 40, "align": "none"}, text)


def _group(group: BarGroup, width: int) -> Spec:
    place = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "axis": inner_labels(),
    }
    axis = {"title": None, "tickCount": 4, "format": group.axis_format, "domain": False}
    length = {"field": "value", "type": "quantitative", "axis": axis}
    length["scale"] = {"range": [LABELS, width - NUMBERS]}
    has_span = {"transform": [{"filter": "isValid(datum.low) && isValid(datum.high)"}]}
    number = {"type": "text", "align": "left", "dx": 6, "fontSize": 12, "color": INK}
    return {
        "title": {"text": group.heading, "anchor": "start", "fontSize": 13, "offset": 6},
        "data": {"values": _rows(group)},
        "width": width,
        "height": ROW_HEIGHT * len(group.rows),
        "encoding": {"y": place, "description": {"field": "label"}},
        "layer": [
            {
                "mark": {"type": "bar", "height": 14},
                "encoding": {
                    "x": length,
                    "color": {"field": "colour", "type": "nominal", "scale": None},
                },
            },
            {
                **has_span,
                "mark": {"type": "rule", "color": INK, "strokeWidth": 1.5},
                "encoding": {"x": {**length, "field": "low"}, "x2": {"field": "high"}},
            },
            {
                "mark": {**number, "aria": False},
                "encoding": {"x": {**length, "field": "end"}, "text": {"field": "text"}},
            },
        ],
    }


def _rows(group: BarGroup) -> list[Spec]:
    rows = []
    for name, one in group.rows:
        span = ""
        if one.low is not None and one.high is not None:
            span = f" ({group.write(one.low)} to {group.write(one.high)})"
        rows.append(
            {
                "name": short_place(name),
                "value": one.value,
                "low": one.low,
                "high": one.high,
                "end": max(0.0, one.value, one.value if one.high is None else one.high),
                "colour": group.colour if one.value >= 0.0 else group.below,
                "text": group.write(one.value),
                "label": f"{name}: {group.write(one.value)}{span}",
            }
        )
    return rows
