"""Who can hurt whom: a matrix of actors, and bars for one actor.

Does      Draws losses by threatening and threatened actor as a matrix with numbers; draws what one
          actor can do to others, and they to it, as bars beside the cost to the threatener.
Units     USD/yr.
Method    One hue from light to dark by the square root of the loss; the number stands in each cell.
Assumes   A pair without a row, or with a missing loss, is not modelled: an empty grey cell.
Not here  The losses: see `oreacle.market.leverage`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from oreacle.present import words
from oreacle.present.charts.chart_files import save_charts
from oreacle.present.charts.chart_style import (
    NOT_MODELLED,
    WIDTH,
    ChartText,
    Spec,
    framed,
    inner_labels,
    nothing_to_show,
    short_place,
)
from oreacle.present.figure_style import BASE_RATE, ESTIMATE, INK, SEQUENCE

MOST_ACTORS = 16
COLUMNS = ("actor", "target", "loss")
CELL = 30
"""Height of a cell or bar [px]."""
LABELS, BAR_WIDTH = 125, 410
"""Room for names beside bars, and width of a group with them [px]."""
NUMBER_ROOM = 0.25
"""Room for a number beside a bar, over the longest bar [1]: a mark there moves the number."""
DARK_FROM = 0.45
"""Part of the colours from which numbers are written in white [1]."""


def leverage_heat(
    frame: pd.DataFrame,
    text: ChartText,
    *,
    names: Mapping[str, str] | None = None,
    most: int = MOST_ACTORS,
) -> Spec:
    """Return a matrix: rows threaten, columns lose.

    Parameters
    ----------
    frame
        Columns `actor`, `target` and `loss` [USD/yr]; pairs that occur several times (by mineral)
        are summed. A pair whose every loss is missing stays missing.
    text
        Words around the chart.
    names
        English names by code.
    most
        Most rows and most columns, those with the largest sums first.

    Raises
    ------
    ChartError
        ORE-APP-012 if a column is missing or no pair has a loss.
    """
    pairs = _pairs(frame, ["loss"])
    wide = pairs.pivot_table(index="actor", columns="target", values="loss", aggfunc="sum")
    rows = wide.sum(axis=1).sort_values(ascending=False, kind="stable").index[:most]
    columns = wide.sum(axis=0).sort_values(ascending=False, kind="stable").index[:most]
    largest = float(wide.loc[rows, columns].max().max())
    ends = zip(pairs["actor"].tolist(), pairs["target"].tolist(), strict=True)
    losses = dict(zip(ends, pairs["loss"].astype(float).tolist(), strict=True))
    called = _called(names)
    cells = []
    for actor in rows:
        for target in columns:
            value = losses.get((actor, target))
            if value is None:
                continue
            who, whom = called.get(actor, actor), called.get(target, target)
            share = float(np.sqrt(max(value, 0.0) / largest)) if largest > 0 else 0.0
            cells.append(
                {
                    "actor": str(who),
                    "target": str(whom),
                    "share": round(share, 4),
                    "text": _short(value),
                    "ink": "#ffffff" if share >= DARK_FROM else INK,
                    "label": f"{who} can cost {whom} {words.dollars(value)} a year",
                }
            )
    order = {
        "actor": [str(called.get(one, one)) for one in rows],
        "target": [str(called.get(one, one)) for one in columns],
    }
    return framed(_heat_body(cells, order), text)


def _heat_body(cells: list[Spec], order: Mapping[str, list[str]]) -> Spec:
    axis = {"domain": False, "ticks": False, "labelPadding": 6, "titlePadding": 10}
    where = {
        "y": {
            "field": "actor",
            "type": "nominal",
            "scale": {"domain": order["actor"]},
            "axis": {**axis, "title": "who threatens"},
        },
        "x": {
            "field": "target",
            "type": "nominal",
            "scale": {"domain": order["target"]},
            "axis": {**axis, "title": "who loses", "orient": "top", "labelAngle": -40},
        },
    }
    tint = {
        "field": "share",
        "type": "quantitative",
        "scale": {
            "domain": [stop for stop, _ in SEQUENCE],
            "range": [colour for _, colour in SEQUENCE],
        },
        "legend": None,
    }
    said = {"description": {"field": "label"}}
    box = {"type": "rect", "stroke": "#ffffff", "strokeWidth": 1.5}
    number = {
        "mark": {"type": "text", "fontSize": 11, "aria": False},
        "encoding": {
            **where,
            "text": {"field": "text"},
            "color": {"field": "ink", "type": "nominal", "scale": None},
        },
    }
    return {
        "data": {"values": cells},
        "width": min(WIDTH - 130, 52 * len(order["target"])),
        "height": CELL * len(order["actor"]),
        "view": {"fill": NOT_MODELLED},
        "layer": [{"mark": box, "encoding": {**where, "fill": tint, **said}}, number],
    }


def leverage_bars(
    frame: pd.DataFrame,
    actor: str,
    text: ChartText,
    *,
    names: Mapping[str, str] | None = None,
    most: int = 12,
) -> Spec:
    """Return whom an actor can hurt, beside who can hurt it.

    Parameters
    ----------
    frame
        Columns `actor`, `target`, `loss` and, if known, `own_cost` [USD/yr].
    actor
        Code of the actor.
    text, names
        As for `leverage_heat`.
    most
        Most bars on each side.

    Raises
    ------
    ChartError
        ORE-APP-012 if a column is missing or the actor is in no pair with a loss.
    """
    values = ["loss", *(["own_cost"] if "own_cost" in frame.columns else [])]
    pairs = _pairs(frame, values)
    called = _called(names)
    who = str(called.get(actor, actor))
    sides = (
        ("actor", "target", f"What {who} can cost others"),
        ("target", "actor", f"What others can cost {who}"),
    )
    views = []
    for own, other, heading in sides:
        found = pairs[(pairs[own] == actor) & (pairs[other] != actor) & (pairs["loss"] > 0.0)]
        top = found.sort_values(["loss", other], ascending=[False, True]).head(most)
        if not top.empty:
            views.append(_bar_view(top, other, heading, called))
    if not views:
        raise nothing_to_show(f"no pair with {actor} has a loss")
    body = {"hconcat": views, "spacing": 40}
    return framed(body, text)


def _bar_view(top: pd.DataFrame, other: str, heading: str, names: Mapping[str, str]) -> Spec:
    rows = []
    room = NUMBER_ROOM * float(top["loss"].max())
    for pair in top.to_dict("records"):
        name = str(names.get(str(pair[other]), pair[other]))
        loss, cost = float(pair["loss"]), float(pair.get("own_cost", np.nan))
        label = f"{name}: loss {words.dollars(loss)} a year; cost to who threatens "
        rows.append(
            {
                "name": name,
                "loss": loss,
                "cost": None if np.isnan(cost) else cost,
                "end": cost if loss < cost < loss + room else loss,
                "text": _short(loss),
                "label": label + words.dollars(cost),
            }
        )
    place = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "axis": inner_labels(),
    }
    money = {
        "labelExpr": "replace(format(datum.value, '~s'), 'G', 'B')",
        "tickCount": 4,
        "title": "USD a year",
    }
    length = {"field": "loss", "type": "quantitative", "axis": money}
    length["scale"] = {"range": [LABELS, BAR_WIDTH - 50]}
    bar = {"mark": {"type": "bar", "color": ESTIMATE, "height": 15}, "encoding": {"x": length}}
    mark = {"type": "point", "shape": "diamond", "filled": True, "color": BASE_RATE, "size": 80}
    cost_mark = {"mark": {**mark, "opacity": 1}, "encoding": {"x": {**length, "field": "cost"}}}
    number = {
        "mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 11, "color": INK},
        "encoding": {"x": {**length, "field": "end"}, "text": {"field": "text"}},
    }
    return {
        "title": {"text": heading, "anchor": "start", "fontSize": 14, "offset": 6},
        "data": {"values": rows},
        "width": BAR_WIDTH,
        "height": 24 * len(rows),
        "encoding": {"y": place, "description": {"field": "label"}},
        "layer": [bar, number, cost_mark],
    }


def save_power_chart(
    frame: pd.DataFrame,
    path: Path,
    *,
    actor: str | None = None,
    names: Mapping[str, str] | None = None,
    source: str = "",
) -> Path:
    """Write who can hurt whom to a file: the matrix, or bars of one actor if named.

    With an actor the matrix follows only if the rows hold pairs of others.

    Parameters
    ----------
    frame
        Columns `actor`, `target`, `loss` and, if known, `own_cost` [USD/yr] and `mineral`.
    path
        File that ends in .png, .svg or .html.
    actor
        Code of the actor whose bars are shown too.
    names
        English names by code.
    source
        Year, method and sources.

    Raises
    ------
    ChartError
        ORE-APP-010 to ORE-APP-013.
    """
    minerals = sorted({str(name) for name in frame.get("mineral", [])})
    of = f" over {' and '.join(minerals).replace('_', ' ')}" if 0 < len(minerals) < 4 else ""
    reading = "Loss of the target, a year, if the actor cuts what it commands. "
    cells = (
        "USD: M million, B billion, k thousand. Grey: itself, or not modelled, which is not zero."
    )
    specs = []
    if actor is not None:
        who = str((names or {}).get(actor, actor))
        told = "Bars: loss of who is hurt. Diamonds: cost to who threatens, left of zero a gain."
        title = f"What {who} can do, and what can be done to it{of}"
        specs.append(leverage_bars(frame, actor, ChartText(title, told, source), names=names))
    between_others = frame[(frame["actor"] != actor) & (frame["target"] != actor)]
    if actor is None or between_others["loss"].notna().any():
        text = ChartText(f"Who can hurt whom{of}", reading + cells, source)
        specs.append(leverage_heat(frame, text, names=names))
    return save_charts(specs, path)


def _called(names: Mapping[str, str] | None) -> dict[str, str]:
    return {code: short_place(name) for code, name in (names or {}).items()}


def leverage_rows(matrix: xr.Dataset) -> pd.DataFrame:
    """Return a leverage matrix as rows for the charts.

    Parameters
    ----------
    matrix
        `loss` [USD/yr] and, if known, `own_cost`, by `actor`, `target` and maybe `mineral`.
    """
    names = [name for name in ("loss", "own_cost") if name in matrix.data_vars]
    rows = matrix[names].to_dataframe().reset_index()
    return rows[rows["actor"] != rows["target"]].reset_index(drop=True)


def _pairs(frame: pd.DataFrame, values: list[str]) -> pd.DataFrame:
    """Return known sums by pair; a pair without a known loss is left out."""
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise nothing_to_show(f"the rows lack {', '.join(missing)}")
    sums = frame.groupby(["actor", "target"], sort=True)[values].sum(min_count=1).reset_index()
    known = sums.dropna(subset=["loss"])
    if known.empty:
        raise nothing_to_show("no pair has a loss")
    return known


def _short(value: float) -> str:
    """Return an amount in three or four signs.

    Examples
    --------
    >>> _short(1.23e9), _short(4.5e7), _short(830.0), _short(0.0)
    ('1.2B', '45M', '830', '0')
    """
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= 0.995 * size:
            number = value / size
            return f"{number:.1f}{letter}" if abs(number) < 9.95 else f"{number:,.0f}{letter}"
    return f"{value:.0f}"
