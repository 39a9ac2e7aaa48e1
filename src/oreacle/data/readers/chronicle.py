"""The chronicle: dated events of cooperation and rivalry over minerals.

Does      Reads the events and the bloc codes as coded.
Units     Intensity: 0 to 1, ordinal.
Method    None: text stays text, so that nothing known only later slips into a number.
Assumes   The codebook of `chronicle/README.md`.
Not here  Checks of kinds and codes, and the map to model minerals: see
          `oreacle.data.history.chronicle`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.data.readers.source_files import read_text_table

EVENTS_FILE = "chronicle/events.csv"
BLOCS_FILE = "chronicle/blocs.csv"
COLUMNS = [
    "event_id",
    "date",
    "date_precision",
    "kind",
    "sign",
    "actors",
    "targets",
    "minerals",
    "stage",
    "intensity",
    "status",
    "end_date",
    "summary",
    "source",
    "confidence",
]


def read_events(sources: Path) -> pd.DataFrame:
    """Return the events with every value as text; the coder's working notes are left out."""
    return read_text_table(sources, EVENTS_FILE, COLUMNS)[COLUMNS]


def read_blocs(sources: Path) -> dict[str, tuple[str, ...]]:
    """Return the members of each bloc code; none where the codebook lists none."""
    raw = read_text_table(sources, BLOCS_FILE, ["code", "members_iso3"])
    return {
        code: tuple(member for member in members.split(";") if member)
        for code, members in zip(raw["code"], raw["members_iso3"], strict=True)
    }


def read_verified(sources: Path) -> frozenset[str]:
    """Return the events that were seen, with their approximate date, in a published text."""
    raw = read_text_table(sources, EVENTS_FILE, ["event_id", "verified"])
    return frozenset(raw.loc[raw["verified"] == "yes", "event_id"])
