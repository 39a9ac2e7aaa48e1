"""What happens month by month: one small chart for each quantity, with bands.

Does      Draws series over months, one panel for each quantity, stacked with one time axis.
Units     Of each panel, named in its heading.
Method    Median or central line, band from low to high; the base level as a thin line where given.
Assumes   A missing month is a gap in the line, never zero.
Not here  The months: see the market's monthly path.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from oreacle.present.charts.chart_style import (
    INDEPENDENT,
    LINES,
    MUTED,
    WIDTH,
    ChartText,
    Spec,
    framed,
    nothing_to_show,
)

PANEL_HEIGHT = 120
SOLID = {"symbolStrokeWidth": 3, "symbolOpacity": 1}
COLUMNS = ("month", "series", "value")


def monthly_path(
    frame: pd.DataFrame, text: ChartText, *, base: Mapping[str, float] | None = None
) -> Spec:
    """Return panels of series over months.

    Parameters
    ----------
    frame
        Columns `month` (whole numbers from the shock, or dates such as 2025-03), `series`,
        `value`, and where known `low`, `high` and `panel` (heading with unit; series without one
        have a panel of their own).
    text
        Words around the chart.
    base
        Level without the shock by panel, drawn as a thin line.

    Raises
    ------
    ChartError
        ORE-APP-012 if a column is missing or no value is known.
    """
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise nothing_to_show(f"the rows lack {', '.join(missing)}")
    rows = frame.assign(panel=frame["panel"] if "panel" in frame.columns else frame["series"])
    if not rows["value"].notna().any():
        raise nothing_to_show("no month has a value")
    rows = rows[rows.groupby("panel")["value"].transform("count") > 0]
    levels = base or {}
    panels = [str(name) for name in dict.fromkeys(rows["panel"])]
    has_dates = not pd.api.types.is_numeric_dtype(rows["month"])
    views = [
        _panel(
            rows[rows["panel"] == name],
            name,
            levels.get(name),
            is_last=name == panels[-1],
            has_dates=has_dates,
        )
        for name in panels
    ]
    resolve = {**INDEPENDENT, "scale": {**INDEPENDENT["scale"], "x": "shared"}}
    return framed({"vconcat": views, "spacing": 16, "resolve": resolve}, text)


def _panel(
    rows: pd.DataFrame, name: str, level: float | None, *, is_last: bool, has_dates: bool
) -> Spec:
    series = [str(one) for one in dict.fromkeys(rows["series"])]
    counted: Spec = {} if has_dates else {"format": "d", "tickMinStep": 1}
    time: Spec = {
        "field": "month",
        "type": "ordinal" if has_dates else "quantitative",
        "axis": {
            "title": "months since the shock" if is_last and not has_dates else None,
            "labels": is_last,
            "grid": False,
            "labelAngle": 0,
            **counted,
        },
        "scale": {} if has_dates else {"nice": False, "padding": 4},
    }
    colour = {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": series, "range": list(LINES[: len(series)])},
        "legend": None
        if len(series) == 1
        else {"title": None, "orient": "right", "symbolType": "stroke", **SOLID},
    }
    height = {
        "field": "value",
        "type": "quantitative",
        "scale": {"zero": False, "nice": True},
        "axis": {"title": None, "tickCount": 4, "domain": False, "ticks": False},
    }
    return {
        "title": {"text": name, "anchor": "start", "frame": "group", "fontSize": 13, "offset": 4},
        "data": {"values": _records(rows)},
        "width": WIDTH - 190,
        "height": PANEL_HEIGHT,
        "layer": [*_level(level, height), *_marks(time, height, colour)],
    }


def _marks(time: Spec, height: Spec, colour: Spec) -> list[Spec]:
    ends = {"y": {**height, "field": "low"}, "y2": {"field": "high"}}
    gap = "break-paths-show-path-domains"
    band = {"type": "area", "opacity": 0.18, "aria": False, "invalid": gap}
    line = {"type": "line", "strokeWidth": 2.5, "invalid": gap}
    dots = {"type": "circle", "size": 28, "opacity": 1}
    said = {"description": {"field": "label"}}
    return [
        {"mark": band, "encoding": {"x": time, **ends, "color": colour}},
        {"mark": line, "encoding": {"x": time, "y": height, "color": colour}},
        {
            "transform": [{"filter": "isValid(datum.value)"}],
            "mark": dots,
            "encoding": {"x": time, "y": height, "color": colour, **said},
        },
    ]


def _level(level: float | None, height: Spec) -> list[Spec]:
    if level is None:
        return []
    mark = {"type": "rule", "color": MUTED, "strokeDash": [3, 3], "aria": False}
    return [{"data": {"values": [{"value": level}]}, "mark": mark, "encoding": {"y": height}}]


def _records(rows: pd.DataFrame) -> list[Spec]:
    records = []
    for row in rows.to_dict("records"):
        month, value = row["month"], _known(row["value"])
        low, high = _known(row.get("low")), _known(row.get("high"))
        low, high = (None, None) if low is None or high is None else (low, high)
        said = "not known" if value is None else f"{value:.4g}"
        label = f"{row['series']}, month {month}: {said}"
        if low is not None and high is not None:
            label += f" ({low:.4g} to {high:.4g})"
        records.append(
            {
                "month": month if isinstance(month, int | float) else str(month),
                "series": str(row["series"]),
                "value": value,
                "low": low,
                "high": high,
                "label": label,
            }
        )
    return records


def _known(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not math.isnan(value) else None
