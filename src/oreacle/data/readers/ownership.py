"""The compiled tables of ownership: assets, control of a country's output, changes of owner.

Does      Reads owners of mines and refineries, published control shares and dated changes.
Units     Output as each mineral's asset unit (see `assumed/ownership_units.csv`); shares 0 to 1.
Method    Text to numbers; a row whose figures were only recalled is marked `recollection`.
Assumes   The codebook of `ownership/README.md`: output repeats on every owner row of an asset.
Not here  Which measure is used and what is known of a country: see `oreacle.data.ownership`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.data.readers.source_files import numbers_of, read_text_table, whole_numbers_of

ASSET_FILE = "ownership/assets.csv"
CONTROL_FILE = "ownership/control.csv"
CHANGE_FILE = "ownership/ownership_changes.csv"
RECOLLECTION = "recollection"
CHECKED = "checked"
ASSET_KEY = ["asset", "mineral", "stage"]
ASSET_TEXT = [
    *ASSET_KEY,
    "country",
    "owner",
    "owner_actor",
    "link_type",
    "source",
    "confidence",
    "seen_in",
]
ASSET_NUMBERS = ["equity_share", "annual_output", "output_year", "since_year"]
CHANGE_COLUMNS = [
    "date",
    "asset",
    "mineral",
    "country",
    "from_owner",
    "from_actor",
    "to_owner",
    "to_actor",
    "share",
    "status",
    "seen_in",
]
_PUBLISHED = "published estimate"
_COMPUTED = "asset(s) covering"


def read_owners(sources: Path) -> pd.DataFrame:
    """Return one row per asset, mineral, stage and owner.

    Returns
    -------
    DataFrame
        asset, mineral, stage, country (where it lies), owner, owner_actor (ISO code), link_type,
        source, confidence, seen_in, equity_share [1], annual_output, output_year, since_year,
        seen (checked, or recollection where nothing of the row was looked up).
    """
    raw = read_text_table(sources, ASSET_FILE, [*ASSET_TEXT, *ASSET_NUMBERS])
    numbers = {name: numbers_of(raw[name], ASSET_FILE) for name in ASSET_NUMBERS}
    return raw[ASSET_TEXT].assign(**numbers, seen=seen_grade(raw["seen_in"]))


def read_control(sources: Path) -> pd.DataFrame:
    """Return shares of a country's output by foreign actor.

    Returns
    -------
    DataFrame
        mineral, stage, country, owner_actor, share [1], year, confidence, source, seen (checked
        for published estimates, else recollection: the file does not say), and basis: estimated
        (published), derived (from the listed assets), assumed (an assumption of the compiler
        stands behind the number); from_assets, True where the listed assets give the number
        again, in whatever product they make (alumina for aluminium).
    """
    raw = read_text_table(
        sources,
        CONTROL_FILE,
        ["mineral", "stage", "country", "owner_actor", "share_of_that_country_output", "basis"],
    )
    published = raw["basis"] == _PUBLISHED
    # Low rows that do not count their assets rest on an assumption named in the text.
    guessed = ~raw["source"].str.contains(_COMPUTED, regex=False) & (raw["confidence"] == "low")
    basis = pd.Series("derived", index=raw.index).mask(guessed, "assumed")
    return pd.DataFrame(
        {
            **{name: raw[name] for name in ("mineral", "stage", "country", "owner_actor")},
            "share": numbers_of(raw["share_of_that_country_output"], CONTROL_FILE),
            "year": whole_numbers_of(raw["year"], CONTROL_FILE),
            "basis": basis.mask(published, "estimated"),
            "confidence": raw["confidence"],
            "source": raw["source"],
            "from_assets": raw["source"].str.contains(_COMPUTED, regex=False),
            "seen": pd.Series(RECOLLECTION, index=raw.index).mask(published, CHECKED),
        }
    )


def read_changes(sources: Path) -> pd.DataFrame:
    """Return dated changes of owner; dates keep their precision, an unknown share is missing."""
    raw = read_text_table(sources, CHANGE_FILE, CHANGE_COLUMNS)
    return raw[CHANGE_COLUMNS].assign(share=numbers_of(raw["share"], CHANGE_FILE))


def seen_grade(seen_in: pd.Series) -> pd.Series:
    """Return `recollection` where a row names nothing that was looked up, else `checked`.

    Examples
    --------
    >>> list(seen_grade(pd.Series(["recollection", "zccm-ih.com.zm 2023-04"])))
    ['recollection', 'checked']
    """
    recalled = seen_in.str.strip().str.startswith(RECOLLECTION)
    return pd.Series(CHECKED, index=seen_in.index).mask(recalled, RECOLLECTION)
