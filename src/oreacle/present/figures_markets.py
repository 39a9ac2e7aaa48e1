"""Figures of markets: price fans, exposure, concentration.

Does      Draws price bands by mineral, losses by actor, and mined against refined concentration.
Units     Prices over 2024 [1], million USD/yr, Herfindahl-Hirschman index [1].
Method    Fans share one logarithmic scale; labels of points are placed where they fit.
Assumes   plotly is installed (extra `report`).
Not here  Events: see `oreacle.present.figures_events`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from oreacle.data.codes import actor_name
from oreacle.forecasting.outlook import Exposure, MineralOutlook, Outlook
from oreacle.present import words
from oreacle.present.figure_style import (
    BAND,
    BAND_LINE,
    BASE_RATE,
    ESTIMATE,
    GRID,
    QUIET,
    axis,
    layout,
    safe,
)
from oreacle.present.label_places import Box, place_labels
from oreacle.present.tables import by_stress, mineral_shares

FAN_COLUMNS = 4
FAN_HEIGHT = 210
FAN_TICKS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
CHOSEN = 8
CONCENTRATION_SIZE = (1000.0, 560.0)
"""Drawing area for which labels are placed, width and height [px]."""


def chosen_minerals(outlook: Outlook) -> tuple[MineralOutlook, ...]:
    """Return the minerals most at risk of shortage, those whose fans are drawn first."""
    return tuple(by_stress(outlook.minerals)[:CHOSEN])


def price_figure(minerals: Sequence[MineralOutlook]) -> go.Figure:
    """Return price fans of some minerals as small panels on one scale.

    Parameters
    ----------
    minerals
        What to draw, in this order.
    """
    rows = max(1, math.ceil(len(minerals) / FAN_COLUMNS))
    titles = [f"<b>{safe(words.short_name(m.name))}</b><br>{_price_tag(m)}" for m in minerals]
    height = FAN_HEIGHT * rows + 110
    figure = make_subplots(
        rows,
        FAN_COLUMNS,
        subplot_titles=titles,
        shared_xaxes=False,
        horizontal_spacing=0.05,
        vertical_spacing=84.0 / height if rows > 1 else 0.0,
    )
    for k, record in enumerate(minerals):
        for trace in _fan(record, legend=k == 0):
            figure.add_trace(trace, row=k // FAN_COLUMNS + 1, col=k % FAN_COLUMNS + 1)
    figure.update_layout(layout(height, showlegend=True))
    figure.update_annotations(font={"size": 12})
    span = _log_span(minerals)
    ticks = [tick for tick in FAN_TICKS if span[0] <= math.log10(tick) <= span[1]]
    figure.update_xaxes(axis(dtick=5, tick0=2025))
    figure.update_yaxes(axis(type="log", range=list(span), tickvals=ticks))
    figure.update_yaxes(ticktext=[f"{tick:g}" for tick in ticks])
    figure.update_yaxes(title={"text": "Price [x 2024]", "standoff": 6}, col=1)
    figure.update_xaxes(title={"text": "Year"}, row=rows)
    return figure


def _price_tag(record: MineralOutlook) -> str:
    if not words.is_known(record.base_price):
        return f"2024 price {words.NOT_KNOWN}"
    return f"2024: USD {words.number(record.base_price)}/t"


def _log_span(minerals: Sequence[MineralOutlook]) -> tuple[float, float]:
    values = [
        value
        for record in minerals
        for value in (*record.price_low, *record.price_high)
        if words.is_known(value) and value > 0
    ]
    low, high = min(values, default=1.0), max(values, default=1.0)
    return math.log10(min(low, 0.8)) - 0.05, math.log10(max(high, 1.25)) + 0.05


def _fan(record: MineralOutlook, *, legend: bool) -> tuple[go.Scatter, go.Scatter, go.Scatter]:
    years = list(record.years)
    low, middle, high = (
        [words.known(value) for value in values]
        for values in (record.price_low, record.price_mid, record.price_high)
    )
    hover = [
        f"{year}: median {words.ratio(mid)} x 2024, band {words.ratio_band(bottom, top)}"
        for year, bottom, mid, top in zip(years, low, middle, high, strict=False)
    ]
    edge = {"color": BAND_LINE, "width": 0.6}
    return (
        go.Scatter(x=years, y=low, mode="lines", line=edge, hoverinfo="skip", showlegend=False),
        go.Scatter(
            x=years,
            y=high,
            mode="lines",
            line=edge,
            fill="tonexty",
            fillcolor=BAND,
            hoverinfo="skip",
            name="10 to 90 % band over members",
            showlegend=legend,
        ),
        go.Scatter(
            x=years,
            y=middle,
            mode="lines",
            line={"color": ESTIMATE, "width": 2.2},
            name="median",
            showlegend=legend,
            customdata=hover,
            hovertemplate="%{customdata}<extra></extra>",
        ),
    )


def exposure_figure(outlook: Outlook) -> go.Figure:
    """Return users' mean losses by actor, with the bad case and the minerals behind it."""
    records = outlook.exposures
    rows = list(range(len(records)))
    losses = [value for r in records for value in (_loss(r.loss_mean), _loss(r.loss_high))]
    reach = max((value for value in losses if value is not None), default=1e6)
    size, unit = (1e9, "billion") if reach >= 2e9 else (1e6, "million")
    mean, bad = ([value and value / size for value in losses[k::2]] for k in (0, 1))
    figure = go.Figure([_mean_bars(records, mean), _bad_marks(bad), *_notes(outlook, mean, bad)])
    figure.update_layout(layout(120 + 36 * max(len(records), 1), showlegend=True))
    figure.update_xaxes(
        axis(f"Users' loss [{unit} USD/yr]", range=[0, 1.75 * reach / size], tickformat="~g")
    )
    labels = [safe(record.name or record.actor) for record in records]
    figure.update_yaxes(
        axis(tickvals=rows, ticktext=labels, range=[len(records) - 0.4, -0.6], showgrid=False)
    )
    return figure


def _loss(value: float | None) -> float | None:
    """Return a loss that can be drawn; an unbounded one stands in the table alone."""
    plain = words.known(value)
    return None if plain is None or math.isinf(plain) else plain


def _mean_bars(records: tuple[Exposure, ...], mean: list[float | None]) -> go.Bar:
    return go.Bar(
        x=mean,
        y=list(range(len(mean))),
        orientation="h",
        width=0.5,
        marker={"color": ESTIMATE},
        name="mean",
        customdata=[_exposure_hover(record) for record in records],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _bad_marks(bad: list[float | None]) -> go.Scatter:
    line = {"width": 3, "color": BASE_RATE}
    return go.Scatter(
        x=bad,
        y=list(range(len(bad))),
        mode="markers",
        marker={"symbol": "line-ns-open", "size": 18, "color": BASE_RATE, "line": line},
        name="bad case: worst year, 90 % quantile",
        hoverinfo="skip",
    )


def _notes(outlook: Outlook, mean: list[float | None], bad: list[float | None]) -> list[go.Scatter]:
    """Return the minerals behind each loss, written to the right of its marks."""
    names = words.mineral_names(outlook)
    reach = [
        max((value for value in pair if value is not None), default=0.0)
        for pair in zip(mean, bad, strict=True)
    ]
    return [
        go.Scatter(
            x=reach,
            y=list(range(len(reach))),
            mode="text",
            text=[f"  {safe(mineral_shares(record, names))}" for record in outlook.exposures],
            textposition="middle right",
            textfont={"size": 12},
            hoverinfo="skip",
            showlegend=False,
            cliponaxis=False,
        )
    ]


def _exposure_hover(record: Exposure) -> str:
    share = words.gdp_share(record.loss_per_gdp)
    lines = (
        f"{record.name or record.actor}: mean {words.dollars(record.loss_mean)} a year",
        f"bad case {words.dollars(record.loss_high)} a year; mean over GDP {share}",
    )
    return "<br>".join(safe(line) for line in lines)


def concentration_figure(outlook: Outlook) -> go.Figure:
    """Return mined against refined concentration, one labelled point for each mineral."""
    records = [
        record
        for record in outlook.minerals
        if words.is_known(record.mined_hhi) and words.is_known(record.refined_hhi)
    ]
    points = [(record.mined_hhi, record.refined_hhi) for record in records]
    labels = [words.short_name(record.name) for record in records]
    area = Box(0.0, 0.0, *CONCENTRATION_SIZE)
    places = place_labels(points, labels, area)
    figure = go.Figure(
        [
            go.Scatter(
                x=[0, 1],
                y=[0, 1],
                mode="lines",
                line={"color": QUIET, "dash": "dot", "width": 1.5},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=[point[0] for point in points],
                y=[point[1] for point in points],
                mode="markers+text",
                text=[safe(label) for label in labels],
                textposition=places,
                textfont={"size": 12},
                marker={"size": 9, "color": ESTIMATE, "line": {"width": 1, "color": GRID}},
                customdata=[_concentration_hover(record, outlook) for record in records],
                hovertemplate="%{customdata}<extra></extra>",
                cliponaxis=False,
            ),
        ]
    )
    figure.update_layout(layout(int(CONCENTRATION_SIZE[1]) + 90))
    scale = {"range": [0, 1.03], "dtick": 0.2}
    figure.update_xaxes(axis("Mined: Herfindahl-Hirschman index [0 to 1, no unit]", **scale))
    figure.update_yaxes(axis("Refined: Herfindahl-Hirschman index [0 to 1, no unit]", **scale))
    return figure


def _concentration_hover(record: MineralOutlook, outlook: Outlook) -> str:
    lines = (
        words.short_name(record.name),
        f"mined {words.ratio(record.mined_hhi)}, most {actor_name(record.mined_leader)} "
        f"({words.percent(record.mined_share)})",
        f"refined {words.ratio(record.refined_hhi)}, most "
        f"{actor_name(record.refined_leader)} ({words.percent(record.refined_share)})",
        f"refined in {outlook.last_year} {words.ratio(record.refined_hhi_end)} (median)",
    )
    return "<br>".join(safe(line) for line in lines)
