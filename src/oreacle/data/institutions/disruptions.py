"""Disruptions of supply: noted events, and how often they come.

Does      Gives events their minerals; works out rates by cause.
Units     Days; events a year; losses in the unit of the row and as a share of world supply.
Method    Rates: events over years; the interval is the 5 to 95 % range of a gamma distribution
          with the Jeffreys prior, shape n + 1/2 over the years observed (2010-2024).
          Lengths: median of the product-limit estimate, which counts events that had not ended.
Assumes   A curated list of noted events, not a census: rates are lower bounds.
Not here  Sums of losses over minerals: shares of different minerals do not add.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from oreacle.data.institutions.commodities import minerals_of
from oreacle.data.readers import logistics

FIRST_YEAR = 2000
LAST_YEAR = 2024
RATE_FIRST_YEAR = 2010
STRETCHES = ((2000, 2009), (2010, 2019), (2020, 2024))
LAST_DAY = pd.Timestamp("2024-12-31")
JEFFREYS_SHAPE = 0.5
"""Shape of the Jeffreys prior of a Poisson rate (Jeffreys 1946, Proc. R. Soc. A 186, 453)."""
TAIL = 0.05
HALF = 0.5
ROUNDING = 1e-12


def disruption_events_table(sources: Path) -> pd.DataFrame:
    """Return the table `disruption_events`: begun by the last day covered, 2000 onwards.

    An event whose end falls after that day is open: its duration was not known then.
    """
    raw = logistics.read_disruption_events(sources)
    raw = raw[raw["year"] <= LAST_YEAR].reset_index(drop=True)
    end = pd.to_datetime(raw["start_date"]) + pd.to_timedelta(raw["duration_days"], unit="D")
    running = (raw["open"] == 1) | (end > LAST_DAY)
    table = raw.assign(
        since=raw["start_date"],
        year=raw["year"].astype("int64"),
        open=running.astype("int64"),
        duration_days=raw["duration_days"].mask(running),
        event=raw["site_or_event"],
        commodities=raw["mineral"],
        minerals=minerals_of(raw["mineral"], "disruption_events.mineral"),
        loss_share=raw["loss_pct_world_year"] / 100.0,
    )
    names = ["event_id", "year", "since", "duration_days", "open", "country", "event"]
    names += ["commodities", "minerals", "stage", "cause", "loss", "loss_unit", "loss_share"]
    return table[[*names, "loss_basis", "loss_confidence", "confidence", "seen", "source", "note"]]


def disruption_rates_table(events: pd.DataFrame) -> pd.DataFrame:
    """Return the table `disruption_rates`, worked out from the table of events.

    Parameters
    ----------
    events
        Table `disruption_events`.
    """
    noted = events[events["year"].between(FIRST_YEAR, LAST_YEAR)]
    rows = [{"cause": cause, **_rates(part)} for cause, part in noted.groupby("cause")]
    return pd.DataFrame(rows).assign(
        basis="derived", source="derived from the table disruption_events"
    )


def median_duration(days: np.ndarray, ended: np.ndarray) -> float:
    """Return the median length when some events had not ended on the last day; NaN if not reached.

    The product-limit estimate (Kaplan and Meier 1958, J. Am. Stat. Assoc. 53, 457, equation 2b):
    the shortest length that at most half of the events outlast.

    Parameters
    ----------
    days
        Length of ended events, time so far of the others, shape (event,) [day].
    ended
        True where the event had ended.

    Examples
    --------
    >>> median_duration(np.array([10.0, 20.0, 30.0]), np.array([True, True, False]))
    20.0
    >>> median_duration(np.array([10.0, 90.0]), np.array([False, False]))
    nan
    """
    lasting = 1.0
    for length in np.unique(days[ended]):
        at_risk = float((days >= length).sum())
        lasting *= 1.0 - float((ended & (days == length)).sum()) / at_risk
        if lasting <= HALF + ROUNDING:
            return float(length)
    return float("nan")


def _rates(events: pd.DataFrame) -> dict[str, float]:
    """Return counts, rates and median length of the events of one cause."""
    years = events["year"].to_numpy()
    since_2010 = int((years >= RATE_FIRST_YEAR).sum())
    shape, scale = JEFFREYS_SHAPE + since_2010, 1.0 / (LAST_YEAR - RATE_FIRST_YEAR + 1)
    ended = events["open"].to_numpy() == 0
    so_far = (LAST_DAY - pd.to_datetime(events["since"])).dt.days.to_numpy(dtype=float)
    days = np.where(ended, events["duration_days"].to_numpy(dtype=float), so_far)
    return {
        "events": len(events),
        **{f"per_year_{a}_{b}": _per_year(years, a, b) for a, b in STRETCHES},
        "per_year_2010_2024": shape * scale,
        "per_year_low": float(stats.gamma.ppf(TAIL, shape, scale=scale)),
        "per_year_high": float(stats.gamma.ppf(1.0 - TAIL, shape, scale=scale)),
        "median_duration_days": median_duration(days, ended),
        "ended": int(ended.sum()),
    }


def _per_year(years: np.ndarray, first: int, last: int) -> float:
    return float(((years >= first) & (years <= last)).sum()) / (last - first + 1)
