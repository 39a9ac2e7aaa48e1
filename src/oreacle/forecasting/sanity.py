"""Does a run look like the world: prices, volatility and measures beside history.

Does      Measures how prices of a run end, swing and return, and how measures in force grow, and
          holds each beside its bound.
Units     Prices over base [1]; half-lives years; volatility log points.
Method    Half-life from the pooled first-order autocorrelation f of log prices around the median
          path of the members, ln(1/2) / ln f. Volatility from three-year changes of log prices,
          1.4826 times the median absolute deviation, in the run and in the main price series
          since 1998.
Assumes   Bounds are those of the model's design for the baseline; other scenarios may break them on
          purpose.
Not here  Scores against what happened: see `oreacle.forecasting.backcast`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from oreacle.engine.demand import FIRST_VOLATILITY_YEAR, MIN_CHANGES, main_series, spread
from oreacle.forecasting.outlook import SanityRow

LOW_PRICE, HIGH_PRICE = 0.4, 2.5
SHORT_HALF_LIFE, LONG_HALF_LIFE = 2.0, 8.0
NEAR_VOLATILITY = 0.3
MOST_GROWTH = 3.0
SPAN = 3
LEAST_YEARS = 10
"""Years of a run from which half-lives and three-year changes say something."""
STOCK_YEARS = (2009, 2014, 2019, 2024)
STOCK_KINDS = ("export_ban", "export_quota", "export_tax", "export_licensing")


def sanity_rows(
    minerals: Sequence[str],
    price: np.ndarray,
    in_force: np.ndarray,
    tables: Mapping[str, pd.DataFrame],
    measures_now: int,
) -> tuple[SanityRow, ...]:
    """Return the checks of a run.

    Parameters
    ----------
    minerals
        Names, in the order of the last axis of `price`.
    price
        Delivered price over base, shape (member, year, mineral) [1]; NaN where a market did not
        solve.
    in_force
        Export measures in force, shape (member, year).
    tables
        The tables `price_history` and `events`.
    measures_now
        Export measures in force at the start.
    """
    last = np.nanmedian(price[:, -1], axis=0)
    is_long, unknown = price.shape[1] >= LEAST_YEARS, np.full(len(minerals), np.nan)
    rows = [
        _row(
            f"median price of the last year over base within {LOW_PRICE:g} to {HIGH_PRICE:g}",
            minerals,
            last,
            (LOW_PRICE, HIGH_PRICE),
            "median {:.2f}",
        ),
        _row(
            f"half-life of price gaps {SHORT_HALF_LIFE:g} to {LONG_HALF_LIFE:g} years",
            minerals,
            half_lives(price) if is_long else unknown,
            (SHORT_HALF_LIFE, LONG_HALF_LIFE),
            "median {:.1f} years",
        ),
    ]
    past = past_volatility(tables["price_history"], minerals)
    rows.append(
        _row(
            f"volatility over three years within {NEAR_VOLATILITY:.0%} of history".replace(
                "%", " %"
            ),
            minerals,
            volatility(price) / past if is_long else unknown,
            (1.0 - NEAR_VOLATILITY, 1.0 + NEAR_VOLATILITY),
            "median {:.2f} of history",
        )
    )
    return (*rows, _stock_row(in_force, tables["events"], measures_now))


def act_row(acts: Mapping[str, tuple[float, float]]) -> SanityRow:
    """Return the check of acts a year.

    Parameters
    ----------
    acts
        By title of a class, acts a year in the last years of the run and in the last ten years
        before it [1/yr].

    Examples
    --------
    >>> row = act_row({"club": (6.0, 1.0), "dispute": (1.0, 2.0), "venture": (1.0, 0.0)})
    >>> row.held, row.outside
    ((1, 2), (('club', 6.0),))
    """
    known = {name: now / past for name, (now, past) in acts.items() if past > 0.0}
    return _row(
        f"acts a year of a class at the end no more than {MOST_GROWTH:g} times the last ten years",
        tuple(known),
        np.array(list(known.values())),
        (0.0, MOST_GROWTH),
        "median {:.1f} times",
    )


def _row(
    check: str, names: Sequence[str], found: np.ndarray, bounds: tuple[float, float], words: str
) -> SanityRow:
    known = np.isfinite(found)
    if not known.any():
        return SanityRow(check, "not known: the run is too short", (0, 0), ())
    held = known & (found >= bounds[0]) & (found <= bounds[1])
    middle = np.sqrt(bounds[0] * bounds[1]) if bounds[0] > 0.0 else bounds[1]
    out = np.flatnonzero(known & ~held)
    order = out[np.argsort(-np.abs(np.log(np.maximum(found[out], 1e-9) / middle)))]
    outside = tuple((names[k], float(found[k])) for k in order)
    return SanityRow(
        check,
        words.format(float(np.median(found[known]))),
        (int(held.sum()), int(known.sum())),
        outside,
    )


def half_lives(price: np.ndarray) -> np.ndarray:
    """Return the half-life of price gaps by mineral, shape (mineral,) [yr].

    Infinite where gaps do not shrink; 0 where they do not last a year.

    Parameters
    ----------
    price
        Shape (member, year, mineral) [1].

    Examples
    --------
    >>> gap = 0.5 ** (np.arange(6) / 3.0)
    >>> path = np.exp(np.stack([gap, -gap, np.zeros(6)]))[..., None]
    >>> float(half_lives(path).round(6)[0])
    3.0
    """
    log = np.log(price)
    gap = log - np.nanmedian(log, axis=0, keepdims=True)
    before, after = gap[:, :-1], gap[:, 1:]
    both = np.isfinite(before) & np.isfinite(after)
    cross = np.where(both, before * after, 0.0).sum(axis=(0, 1))
    square = np.where(both, before**2, 0.0).sum(axis=(0, 1))
    f = np.divide(cross, square, out=np.full_like(cross, np.nan), where=square > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        lives = np.log(0.5) / np.log(f)
    lives = np.where(f >= 1.0, np.inf, np.where(f <= 0.0, 0.0, lives))
    return np.where(np.isfinite(f), lives, np.nan)


def volatility(price: np.ndarray) -> np.ndarray:
    """Return the spread of three-year changes of log prices by mineral, shape (mineral,) [1]."""
    log = np.log(price)
    change = log[:, SPAN:] - log[:, :-SPAN]
    flat = change.reshape(-1, change.shape[-1])
    known = [column[np.isfinite(column)] for column in flat.T]
    return np.array([spread(column) if column.size else np.nan for column in known])


def past_volatility(history: pd.DataFrame, minerals: Sequence[str]) -> np.ndarray:
    """Return the same from the main price series, NaN where it is short, shape (mineral,) [1]."""
    return np.array([_past_spread(history, mineral) for mineral in minerals])


def _past_spread(history: pd.DataFrame, mineral: str) -> float:
    part = history[(history["mineral"] == mineral) & (history["year"] >= FIRST_VOLATILITY_YEAR)]
    if part.empty:
        return float("nan")
    part = part[part["series"] == main_series(part["series"])]
    price = part.set_index("year")["price_usd_per_t"].astype(float)
    pairs = [(price[y], price[y + SPAN]) for y in price.index if y + SPAN in price.index]
    if len(pairs) < MIN_CHANGES:
        return float("nan")
    start, end = np.array(pairs).T
    return spread(np.log(end / start))


def past_stock(events: pd.DataFrame, year: int) -> int:
    """Return how many export measures of the chronicle were in force at the end of a year.

    One for each event and mineral; an event without an end date counts on.
    """
    rows = events[events["kind"].isin(STOCK_KINDS) & (events["year"].astype(int) <= year)]
    end = pd.to_numeric(rows["end_date"].astype(str).str[:4], errors="coerce")
    ended_without_date = end.isna() & (rows["status"] == "ended")
    standing = rows[~(end <= year) & ~ended_without_date]
    return int(standing["minerals"].astype(str).str.count(";").add(1).sum())


def _stock_row(in_force: np.ndarray, events: pd.DataFrame, now: int) -> SanityRow:
    end = float(np.median(in_force[:, -1]))
    past = ", ".join(f"{year}: {past_stock(events, year)}" for year in STOCK_YEARS)
    growth = end / max(now, 1)
    is_held = growth <= MOST_GROWTH
    return SanityRow(
        f"export measures in force no more than {MOST_GROWTH:g} times those at the start",
        f"{now} at the start, {end:.0f} at the end (median), {growth:.1f} times; past ones in the "
        f"chronicle, by event and mineral: {past}",
        (int(is_held), 1),
        () if is_held else (("measures", growth),),
    )
