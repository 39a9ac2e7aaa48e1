"""How every chart of a what-if looks, and the frame with headline and source around it.

Does      Fixes colours, fonts and sizes; puts headline, reading and source around a chart.
Units     Sizes in pixels.
Method    Vega-Lite as a plain dictionary. Hues are those of `oreacle.present.figure_style`; rise
          and fall differ in lightness too, and signs or words repeat them.
Assumes   Liberation Sans is at hand: the drawing library brings it.
Not here  Drawing to files: see `oreacle.present.charts.chart_files`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from oreacle.core.errors import OreacleError
from oreacle.present.figure_style import BASE_RATE, ESTIMATE, INK

Spec = dict[str, Any]
"""A chart in the words of Vega-Lite."""

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
"""Names the grammar; nothing is loaded from it."""
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
WIDTH = 860
"""Width of a chart [px]."""
RISE = "#1f6fb2"
FALL = "#c8402f"
MUTED = "#5f6973"
RULE = "#e3e6e9"
NOT_MODELLED = "#d4d7da"
LAND_LINE = "#ffffff"
LINES = (ESTIMATE, BASE_RATE, "#2a8f6f", "#8a5a9c", "#7a6a3a", "#4a4f55")
"""Colours of series, in the order in which they are first named."""
SHORT_NAMES = {"Democratic Republic of the Congo": "DR Congo"}
"""Names that are too long to stand beside a bar."""
CHARACTERS = {"title": 78, "subtitle": 118, "caption": 142}
"""Characters of a line that fit the width, by the kind of text."""

INDEPENDENT = {"scale": {"color": "independent"}, "legend": {"color": "independent"}}
"""Keeps each legend beside the view that it explains."""


class ChartError(OreacleError):
    """A chart has nothing to show, or cannot be drawn or written (ORE-APP)."""


@dataclass(frozen=True)
class ChartText:
    """The words around a chart.

    Attributes
    ----------
    title
        What it shows.
    subtitle
        How to read it, with the unit.
    source
        Sources, as-of date, and what was left out.
    """

    title: str
    subtitle: str
    source: str


def nothing_to_show(what: str) -> ChartError:
    """Return the error for a chart without data."""
    return ChartError(
        "ORE-APP-012",
        f"there is nothing to draw: {what}.",
        why="an empty chart would look like a result of zero.",
        fix="ask for a measure that changes something, or choose rows that have values.",
    )


def framed(body: Spec, text: ChartText, *, width: int = WIDTH) -> Spec:
    """Return a chart with headline above and source below.

    Parameters
    ----------
    body
        A view, or several side by side or stacked.
    text
        The words around it.
    width
        Width at which lines are broken [px].
    """
    return {
        "$schema": SCHEMA,
        "background": "#ffffff",
        "padding": 18,
        "title": {
            "text": wrapped(text.title, "title", width),
            "subtitle": wrapped(text.subtitle, "subtitle", width),
            "anchor": "start",
            "offset": 14,
        },
        "vconcat": [body, source_line(text.source, width)],
        "spacing": 10,
        "resolve": INDEPENDENT,
        "config": config(),
    }


def source_line(source: str, width: int = WIDTH) -> Spec:
    """Return the source as a view of its own, so that it stands below whatever is above."""
    lines = wrapped(source, "caption", width)
    mark = {
        "type": "text",
        "align": "left",
        "baseline": "top",
        "fontSize": 11,
        "lineHeight": 15,
        "color": MUTED,
        "text": lines,
        "x": 0,
        "y": 4,
        "aria": False,
    }
    return {
        "data": {"values": [{}]},
        "width": width,
        "height": 15 * len(lines) + 4,
        "view": {"stroke": None},
        "mark": mark,
    }


def inner_labels() -> Spec:
    """Return an axis of names that start at the left edge of the chart, below its headline."""
    return {
        "title": None,
        "domain": False,
        "ticks": False,
        "labelAlign": "left",
        "labelPadding": 0,
        "labelLimit": 120,
        "zindex": 1,
    }


def wrapped(text: str, kind: str, width: int = WIDTH) -> list[str]:
    """Return a text in lines that fit the width.

    Examples
    --------
    >>> wrapped("tin " * 40, "title")[0][:7]
    'tin tin'
    """
    characters = max(20, CHARACTERS[kind] * width // WIDTH)
    return textwrap.wrap(printable(text), characters) or [""]


def short_place(name: str) -> str:
    """Return the name of a country or actor as it fits beside a bar."""
    return SHORT_NAMES.get(name, name)


def printable(text: str) -> str:
    r"""Return text without signs that steer a reader or break a line.

    Examples
    --------
    >>> printable("a\x00b\nc")
    'a b c'
    """
    return "".join(sign if sign.isprintable() else " " for sign in text)


def stacked(charts: Sequence[Spec]) -> Spec:
    """Return several framed charts below each other as one picture.

    Raises
    ------
    ChartError
        ORE-APP-012 if there is none.
    """
    if not charts:
        raise nothing_to_show("no chart is given")
    if len(charts) == 1:
        return charts[0]
    outer = ("$schema", "background", "padding", "config")
    parts = [{key: value for key, value in one.items() if key not in outer} for one in charts]
    return {
        **{key: charts[0][key] for key in outer},
        "vconcat": parts,
        "spacing": 34,
        "resolve": INDEPENDENT,
    }


def config() -> Spec:
    """Return fonts, axes and legends that charts share."""
    words = {"labelFont": FONT, "titleFont": FONT, "labelColor": INK, "titleColor": MUTED}
    return {
        "font": FONT,
        "view": {"stroke": None},
        "title": {
            "font": FONT,
            "fontSize": 19,
            "fontWeight": "bold",
            "color": INK,
            "lineHeight": 24,
            "subtitleFont": FONT,
            "subtitleFontSize": 13,
            "subtitleColor": MUTED,
            "subtitleLineHeight": 18,
            "subtitlePadding": 6,
        },
        "axis": {
            **words,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "gridColor": RULE,
            "domainColor": RULE,
            "tickColor": RULE,
            "labelLimit": 240,
        },
        "legend": {
            **words,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelLimit": 320,
            "titleLimit": 420,
        },
        "header": {**words, "labelFontSize": 13, "labelFontWeight": "bold"},
    }
