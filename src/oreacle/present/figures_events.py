"""Figures of events: who may restrict what, against the past.

Does      Draws probabilities with bands and base rates by actor, and by actor and mineral.
Units     Per cent.
Method    Dot and band for the estimate, an open diamond beside it for the base rate.
Assumes   plotly is installed (extra `report`); only this and the other figure modules use it.
Not here  Prices and exposure: see `oreacle.present.figures_markets`.
"""

from __future__ import annotations

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from oreacle.forecasting.outlook import EventForecast, Outlook
from oreacle.present import words
from oreacle.present.figure_style import (
    BAND_LINE,
    BASE_RATE,
    ESTIMATE,
    SEQUENCE,
    axis,
    layout,
    safe,
)

ROW_HEIGHT = 34
BESIDE = 0.26
"""How far below its estimate a base rate is drawn, in rows."""
HEAT_ACTORS = 20
HEAT_MINERALS = 24


def event_figure(events: tuple[EventForecast, ...], outlook: Outlook) -> go.Figure:
    """Return probabilities of events with bands and base rates, one panel for each horizon.

    Parameters
    ----------
    events
        Restrictions or agreements of the outlook, likeliest first.
    outlook
        Gives names of minerals.
    """
    horizons = sorted({years for event in events for years in event.horizons}) or [5]
    titles = [f"Within {years} year{'s' if years > 1 else ''}" for years in horizons]
    figure = make_subplots(
        1, len(horizons), shared_yaxes=True, subplot_titles=titles, horizontal_spacing=0.03
    )
    for column, years in enumerate(horizons, start=1):
        figure.add_trace(_base_marks(events, years, column == 1), row=1, col=column)
        figure.add_trace(_dots(events, years, column == 1), row=1, col=column)
    figure.update_layout(layout(110 + ROW_HEIGHT * max(len(events), 1), showlegend=True))
    figure.update_xaxes(axis("Probability [%]", range=[-3, 103], tickvals=[0, 25, 50, 75, 100]))
    names = words.mineral_names(outlook)
    figure.update_yaxes(axis(range=[len(events) - 0.4, -0.6], showgrid=False))
    figure.update_yaxes(
        col=1,
        tickvals=list(range(len(events))),
        ticktext=[safe(words.event_subject(event, names)) for event in events],
    )
    return figure


def _series(events: tuple[EventForecast, ...], field: str, years: int) -> list[float | None]:
    found = [words.at_horizon(getattr(event, field), event.horizons, years) for event in events]
    return [None if value is None else 100.0 * value for value in found]


def _dots(events: tuple[EventForecast, ...], years: int, legend: bool) -> go.Scatter:
    value, low, high = (_series(events, name, years) for name in ("probability", "low", "high"))
    up = [_gap(top, mid) for top, mid in zip(high, value, strict=True)]
    down = [_gap(mid, bottom) for mid, bottom in zip(value, low, strict=True)]
    return go.Scatter(
        x=value,
        y=list(range(len(events))),
        mode="markers",
        name="forecast, with 10 to 90 % band",
        showlegend=legend,
        marker={"size": 10, "color": ESTIMATE},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": up,
            "arrayminus": down,
            "color": BAND_LINE,
            "thickness": 5,
            "width": 0,
        },
        customdata=[_hover(event, years) for event in events],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _gap(first: float | None, last: float | None) -> float:
    """Return how far a band reaches; a band lies around its estimate, else it is not drawn."""
    return 0.0 if first is None or last is None else max(first - last, 0.0)


def _base_marks(events: tuple[EventForecast, ...], years: int, legend: bool) -> go.Scatter:
    return go.Scatter(
        x=_series(events, "base_rate", years),
        y=[row + BESIDE for row in range(len(events))],
        mode="markers",
        name="base rate (own past frequency)",
        showlegend=legend,
        marker={
            "size": 9,
            "symbol": "diamond-open",
            "color": BASE_RATE,
            "line": {"width": 2, "color": BASE_RATE},
        },
        hovertemplate="base rate %{x:.0f} %<extra></extra>",
    )


def _hover(event: EventForecast, years: int) -> str:
    value, low, high, base = (
        words.at_horizon(values, event.horizons, years)
        for values in (event.probability, event.low, event.high, event.base_rate)
    )
    lines = (
        f"{words.percent(value)} within {years} yr, band {words.percent_band(low, high)}",
        f"base rate {words.percent(base)}; acted in {words.past(event.acts, event.years)} years",
        words.why(event.drivers),
    )
    return "<br>".join(safe(line) for line in lines)


def heat_figure(outlook: Outlook) -> go.Figure:
    """Return the probability of a new restriction by actor and mineral at the main horizon."""
    events = outlook.restricted_minerals
    actors, minerals = _heat_axes(events)
    names = words.mineral_names(outlook)
    label = {event.actor: event.actor_name or event.actor for event in events}
    years = words.main_horizon(events[0]) if events else 5
    figure = go.Figure(_heat_map(events, (actors, minerals), names, years))
    figure.update_layout(layout(190 + 30 * max(len(actors), 3)))
    ticks = {
        "tickvals": list(range(len(minerals))),
        "ticktext": [safe(words.mineral_name(slug, names)) for slug in minerals],
    }
    figure.update_xaxes(axis("Mineral", tickangle=-40, showgrid=False, **ticks))
    ticks = {
        "tickvals": list(range(len(actors))),
        "ticktext": [safe(label[actor]) for actor in actors],
    }
    figure.update_yaxes(axis(autorange="reversed", showgrid=False, **ticks))
    return figure


def _heat_map(
    events: tuple[EventForecast, ...],
    sides: tuple[list[str], list[str]],
    names: dict[str, str],
    years: int,
) -> go.Heatmap:
    best = _best_cells(events, years)
    cells = [[best.get((actor, mineral)) for mineral in sides[1]] for actor in sides[0]]
    value = [[_heat_value(event, years) for event in row] for row in cells]
    text = [[_heat_text(event, years) for event in row] for row in cells]
    hover = [[_heat_hover(event, names, years) for event in row] for row in cells]
    title = {"text": f"{years} yr [%]", "side": "top"}
    return go.Heatmap(
        z=value,
        x=list(range(len(sides[1]))),
        y=list(range(len(sides[0]))),
        text=text,
        texttemplate="%{text}",
        customdata=hover,
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
        colorscale=[list(stop) for stop in SEQUENCE],
        zmin=0,
        zmax=100,
        xgap=2,
        ygap=2,
        colorbar={"title": title, "thickness": 12, "outlinewidth": 0},
    )


def _heat_value(event: EventForecast | None, years: int) -> float | None:
    if event is None:
        return None
    value = words.at_horizon(event.probability, event.horizons, years)
    return None if value is None else 100.0 * value


def _heat_text(event: EventForecast | None, years: int) -> str:
    if event is None:
        return ""
    share = words.at_horizon(event.probability, event.horizons, years)
    return "?" if share is None else words.percent(share).removesuffix(" %")


def _heat_axes(events: tuple[EventForecast, ...]) -> tuple[list[str], list[str]]:
    """Return actors and minerals in the order of their likeliest event, within the limits."""
    actors = list(dict.fromkeys(event.actor for event in events))[:HEAT_ACTORS]
    minerals = list(dict.fromkeys(event.mineral for event in events))[:HEAT_MINERALS]
    return actors, minerals


def _best_cells(
    events: tuple[EventForecast, ...], years: int
) -> dict[tuple[str, str], EventForecast]:
    """Return the likelier link of each actor and mineral."""
    best: dict[tuple[str, str], EventForecast] = {}
    for event in events:
        key = (event.actor, event.mineral)
        value = words.at_horizon(event.probability, event.horizons, years)
        held = best.get(key)
        other = None
        if held is not None:
            other = words.at_horizon(held.probability, held.horizons, years)
        if held is None or (value or 0.0) > (other or 0.0):
            best[key] = event
    return best


def _heat_hover(event: EventForecast | None, names: dict[str, str], years: int) -> str:
    if event is None:
        return ""
    return f"{safe(words.event_subject(event, names))}<br>{_hover(event, years)}"
