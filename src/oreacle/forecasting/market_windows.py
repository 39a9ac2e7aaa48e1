"""Windows of trade without a measure: how shares and unit values move of themselves.

Does      Cuts windows of five years out of the embedded trade history, finds the drift that
          predicts them best, and the usual moves of unit values.
Units     Shares of world trade [1]; log unit values.
Method    A window has three years before and two after; the base is the mean of the last two
          before, the outcome that of the two after. Every third year, every commodity code, all
          before a stated year; windows that hold a case of that code are left out.
Assumes   Trade in value: it is complete where weights are not.
Not here  The cases: see `oreacle.forecasting.market_backtest`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import product

import numpy as np
import pandas as pd

from oreacle.market.case_rules import Drift, drifted, shares

FIRST_YEAR = 1995
BEFORE, AFTER = 3, 2
"""Years of a window before and after its base year."""
EVERY = 3
SMALL = 0.005
"""Share of trade below which a country is pooled, as in the cases [1]."""
WEIGHTS = (0.1, 0.2, 0.3, 0.4, 0.6, 1.0)
POWERS = (0.5, 0.75, 1.0)
FLATTENINGS = (0.0, 0.1, 0.2)


@dataclass(frozen=True)
class Window:
    """Trade of one code round one year.

    Attributes
    ----------
    hs, year
        Code and last year of the base.
    before, after
        Shares of world trade by year and pair, shapes (3, pair) and (2, pair) [1].
    unit_value_move
        Log change of the unit value from base to outcome; NaN if unknown [1].
    """

    hs: str
    year: int
    before: np.ndarray
    after: np.ndarray
    unit_value_move: float


@dataclass(frozen=True)
class DriftFit:
    """The drift chosen on windows.

    Attributes
    ----------
    drift
        What predicts best.
    ratio
        Mean over windows of its error over that of persistence [1].
    windows
        Number of windows.
    moves
        Log moves of unit values over the windows, sorted [1].
    """

    drift: Drift
    ratio: float
    windows: int
    moves: np.ndarray


def trade_windows(
    trade: pd.DataFrame, until: int, shocked: Iterable[tuple[str, int]] = ()
) -> list[Window]:
    """Return the windows that end before a year.

    Parameters
    ----------
    trade
        Table ``trade_history``.
    until
        First year that no window may see.
    shocked
        Codes and years of known measures: windows that hold one are left out.
    """
    hit = set(shocked)
    known = trade[trade["year"] < until]
    found = []
    for hs, flows in known.groupby("hs"):
        coded = _coded(flows)
        for year in range(until - 1 - AFTER, FIRST_YEAR + BEFORE - 2, -EVERY):
            span = range(year - BEFORE + 1, year + AFTER + 1)
            if not any((str(hs), one) in hit for one in span):
                window = _window(str(hs), year, coded)
                found += [] if window is None else [window]
    return found


def fit_drift(windows: Sequence[Window]) -> DriftFit:
    """Return the drift with the least mean ratio of error to that of persistence."""
    moves = np.sort([w.unit_value_move for w in windows if np.isfinite(w.unit_value_move)])
    outcomes = [w.after.mean(axis=0) for w in windows]
    still = np.array(
        [_variation(w.before[-2:].mean(axis=0), o) for w, o in zip(windows, outcomes, strict=True)]
    )
    best, lowest = Drift(1.0, 1.0, 0.0), np.inf
    for choice in product(WEIGHTS, POWERS, FLATTENINGS):
        drift = Drift(*choice)
        errors = [
            _variation(drifted(w.before, drift), o) for w, o in zip(windows, outcomes, strict=True)
        ]
        ratio = float(np.mean(np.array(errors) / still))
        if ratio < lowest:
            best, lowest = drift, ratio
    return DriftFit(best, lowest, len(windows), moves)


@dataclass(frozen=True)
class _Coded:
    """Flows of one code as arrays: a window is cut from them in a millisecond."""

    year: np.ndarray
    exporter: np.ndarray
    importer: np.ndarray
    value: np.ndarray
    tonnes: np.ndarray

    def take(self, rows: np.ndarray) -> _Coded:
        return _Coded(*(getattr(self, item.name)[rows] for item in fields(self)))


def _coded(flows: pd.DataFrame) -> _Coded:
    return _Coded(
        flows["year"].to_numpy(),
        pd.factorize(flows["exporter"])[0] + 1,
        pd.factorize(flows["importer"])[0] + 1,
        flows["value_kusd"].to_numpy(float),
        flows["quantity_t"].to_numpy(float),
    )


def _window(hs: str, year: int, coded: _Coded) -> Window | None:
    """Return a window with small countries pooled by the base alone; None if a year is empty."""
    part = coded.take((coded.year > year - BEFORE) & (coded.year <= year + AFTER))
    is_base = (part.year == year) | (part.year == year - 1)
    pair = _pooled(part.exporter, part.value, is_base) * (1 + int(part.importer.max(initial=0)))
    pair = pair + _pooled(part.importer, part.value, is_base)
    names, place = np.unique(pair, return_inverse=True)
    cells = np.zeros((BEFORE + AFTER, len(names)))
    np.add.at(cells, (part.year - year + BEFORE - 1, place), part.value)
    if not (cells.sum(axis=1) > 0.0).all():
        return None
    part_shares = np.stack([shares(row) for row in cells])
    return Window(hs, year, part_shares[:BEFORE], part_shares[BEFORE:], _move(part, year))


def _pooled(country: np.ndarray, value: np.ndarray, is_base: np.ndarray) -> np.ndarray:
    """Return codes of countries, 0 for those that are small in the base years."""
    size = 1 + int(country.max(initial=0))
    held = np.bincount(country[is_base], value[is_base], size)
    return np.where(held[country] >= SMALL * held.sum(), country, 0)


def _move(part: _Coded, year: int) -> float:
    weighed = part.take((part.tonnes > 0.0) & (part.year >= year - 1))
    later = weighed.year > year
    if not later.any() or later.all():
        return float("nan")
    unit = [weighed.value[side].sum() / weighed.tonnes[side].sum() for side in (later, ~later)]
    return float(np.log(unit[0] / unit[1]))


def _variation(predicted: np.ndarray, actual: np.ndarray) -> float:
    return float(0.5 * np.abs(shares(predicted) - actual).sum())
