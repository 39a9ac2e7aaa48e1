"""Intervals: what the central answer could have been within the ranges of the parameters.

Does      Keeps the tables of every draw and cuts intervals out of them.
Units     As in the tables.
Method    Central value: the market at the central parameters, the one that the certificate is
          about. Interval: 5 and 95 % points over draws that solved, widened to the central value
          where that lies outside.
Assumes   Draws that did not solve are as likely to lie anywhere as the others; they are counted.
Not here  The draws themselves: see `oreacle.market.draws`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import xarray as xr

from oreacle.market.comparison import DRAW

LEVEL = 0.9
"""Share of draws inside an interval [1]."""


@dataclass(frozen=True)
class Tables:
    """What one what-if changed; see `oreacle.market.outcome.Outcome` for each table."""

    prices: xr.Dataset
    flows: xr.Dataset
    quantities: xr.Dataset
    shortage: xr.Dataset
    welfare: xr.Dataset
    owned: xr.Dataset
    trade_costs: xr.Dataset
    gdp_at_risk: xr.Dataset
    routes: xr.Dataset

    def cases(self, rows: slice | np.ndarray | int) -> Tables:
        """Return the tables of some cases; of one, without the axis of draws."""
        drop = isinstance(rows, int)
        return Tables(
            *(getattr(self, f.name).isel({DRAW: rows}, drop=drop) for f in fields(Tables))
        )


@dataclass(frozen=True)
class Draws:
    """The same what-if under drawn parameters.

    Attributes
    ----------
    tables
        As those of the outcome, with an axis `draw` in front; draws that solved.
    parameters
        Drawn value of each parameter, variables over `draw`.
    asked, failed
        Draws asked for, and those that did not solve to their certificate.
    seed
        Root seed.
    """

    tables: Tables
    parameters: xr.Dataset
    asked: int
    failed: int
    seed: int


@dataclass(frozen=True)
class Figure:
    """A number with its interval.

    Attributes
    ----------
    value
        At the central parameters.
    low, high
        Ends of the 90 % interval; None without draws.
    """

    value: float
    low: float | None = None
    high: float | None = None


def bounds(
    central: np.ndarray, drawn: np.ndarray, level: float = LEVEL
) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of the interval over the first axis of `drawn`.

    Parameters
    ----------
    central
        Central value, of the shape of one draw.
    drawn
        Values by draw, shape (draw, ...).
    level
        Share of draws inside [1].
    """
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(drawn, (tail, 1.0 - tail), axis=0)
    return np.fmin(low, central), np.fmax(high, central)


def interval_table(central: xr.Dataset, drawn: xr.Dataset, level: float = LEVEL) -> xr.Dataset:
    """Return a table with an axis `bound` (low, high) in front of those of `central`."""
    found = {}
    for name, values in central.data_vars.items():
        low, high = bounds(
            values.to_numpy(), drawn[name].transpose(DRAW, *values.dims).to_numpy(), level
        )
        found[name] = xr.DataArray(
            np.stack([low, high]),
            dims=("bound", *values.dims),
            coords={"bound": ["low", "high"], **values.coords},
            attrs=values.attrs,
        )
    return xr.Dataset(found)
