"""Leverage over the years in the terminal.

Does      Draws a table of loss by year and target with a line of each target's path.
Units     Million USD/yr, nominal dollars.
Method    Targets by their largest loss of any year; years that are not known are said.
Assumes   A series as of `oreacle.market.leverage.over_years`.
Not here  The numbers behind it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from rich.text import Text

from oreacle.core.labels import REST_OF_WORLD
from oreacle.present.strips import sparkline
from oreacle.present.terminal import Page, heading, paragraph

MILLION = 1e6
MOST_TARGETS = 3
HALF = 15
"""Years to a piece of line, so that none is left out."""


def main_targets(series: xr.Dataset, top: int) -> list[str]:
    """Return targets by their largest loss of any year, at most `top`; ROW is no actor."""
    largest = (
        series["loss"]
        .drop_sel(target=REST_OF_WORLD, errors="ignore")
        .max("year")
        .fillna(0.0)
        .to_series()
        .sort_values(ascending=False)
    )
    return [str(name) for name in largest.index[largest > 0][:top]]


def history_record(series: xr.Dataset) -> dict[str, object]:
    """Return the series as plain data; a figure that is not known is None."""
    rows = []
    for year in series["year"].values.tolist():
        part = series.sel(year=year)
        named = {
            kind: {
                str(name): None if np.isnan(value) else float(value)
                for name, value in part[kind].to_series().items()
            }
            for kind in ("loss", "own_cost")
        }
        rows.append({"year": year, "absent": str(part["absent"].item()), **named})
    return {**series.attrs, "units": "USD/yr, nominal", "years": rows}


def history_text(series: xr.Dataset, names: Mapping[str, str], top: int) -> Page:
    """Return the series to print with a rich console."""
    targets = main_targets(series, min(top, MOST_TARGETS))
    actor, mineral = str(series.attrs["actor"]), str(series.attrs["mineral"])
    years = series["year"].values.tolist()
    title = f"Leverage of {names.get(actor, actor)} in {mineral}, {years[0]} to {years[-1]}"
    head = "year " + "".join(f"{name + ' loss':>11}{'own cost':>11}" for name in targets)
    lines = [head]
    for year in years:
        part = series.sel(year=year)
        if part["absent"].item():
            continue
        lines.append(
            f"{year} "
            + "".join(
                _figure(float(part["loss"].sel(target=name)))
                + _figure(float(part["own_cost"].sel(target=name)))
                for name in targets
            )
        )
    return Page(
        (
            Text(title, style="bold"),
            paragraph("Million dollars a year, nominal; all exports to one target stop.", "dim"),
            Text("\n".join(lines)),
            *(Text(f"{name:4} {_line(series['loss'].sel(target=name))}") for name in targets),
            heading("Not known"),
            *(paragraph(f"- {line}") for line in unknown(series)),
        )
    )


def unknown(series: xr.Dataset) -> list[str]:
    """Return sentences on years without a figure, years of one reason together."""
    why: dict[str, list[str]] = {}
    for year, reason in zip(series["year"].values, series["absent"].values, strict=True):
        if reason:
            why.setdefault(str(reason), []).append(str(year))
    found = [f"{', '.join(years)}: {reason}." for reason, years in why.items()]
    return [
        *found,
        "Responses, recycled share and stocks in days are those of the base year; "
        "no measure of the time is taken off.",
    ]


def _figure(value: float) -> str:
    return f"{'-':>11}" if np.isnan(value) else f"{value / MILLION:>11,.1f}"


def _line(loss: xr.DataArray) -> str:
    values = [None if np.isnan(v) or v <= 0 else float(v) for v in loss.values]
    seen = [v for v in values if v is not None]
    bounds = (min(seen), max(seen))
    pieces = [values[at : at + HALF] for at in range(0, len(values), HALF)]
    return "".join(sparkline(piece, bounds) for piece in pieces)
