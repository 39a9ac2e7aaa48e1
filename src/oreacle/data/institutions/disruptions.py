"""Disruptions of supply: noted events, and how often they come.

Does      Gives events their minerals; takes over the rates by cause.
Units     Days; events a year; losses in the unit of the row and as a share of world supply.
Method    Rates: events over years; the interval is the 5 to 95 % range of a gamma distribution
          with the Jeffreys prior, shape n + 1/2 over the years observed (2010-2024).
Assumes   A curated list of noted events, not a census: rates are lower bounds.
Not here  The sum of losses over minerals that the source prints: shares of different minerals
          do not add.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.data.institutions.commodities import minerals_of
from oreacle.data.readers import logistics

FIRST_YEAR = 2000
LAST_YEAR = 2024
LAST_DAY = pd.Timestamp("2024-12-31")
JEFFREYS_SHAPE = 0.5
"""Shape of the Jeffreys prior of a Poisson rate (Jeffreys 1946, Proc. R. Soc. A 186, 453)."""


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


def disruption_rates_table(sources: Path) -> pd.DataFrame:
    """Return the table `disruption_rates`: events a year by cause, with an interval."""
    raw = logistics.read_disruption_rates(sources)
    table = raw.rename(
        columns={
            "events_2000_2024": "events",
            "gamma_posterior_mean_per_year_2010_2024": "per_year_2010_2024",
            "p05": "per_year_low",
            "p95": "per_year_high",
            "n_duration": "durations",
        }
    )
    names = ["cause", "events", "per_year_2000_2009", "per_year_2010_2019", "per_year_2020_2024"]
    names += ["per_year_2010_2024", "per_year_low", "per_year_high", "median_duration_days"]
    return table[[*names, "durations", "confidence", "seen", "source"]]
