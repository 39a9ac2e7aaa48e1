"""Figures of the base year on which publishers disagree.

Does      Makes the table `alternatives`: every publisher's figure of what the world holds, with
          the one that is used.
Units     Output in tonnes of the form that the stage counts; shares of refined output [1].
Method    Mining: both editions of the USGS and World Mining Data, in one form. Refining: shares
          of every block of the same stage of the chain from 2022 on.
Assumes   One rule decides: the publisher that `production` and `refining` take for the whole
          vector; never two publishers inside one vector of shares.
Not here  The figures in use themselves: see the table `nodes`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.data.base.chains import BASE_YEAR, ChainSpec
from oreacle.data.base.production import USGS_SOURCE, WMD_SOURCE
from oreacle.data.base.refining import DATASET_SOURCES
from oreacle.data.readers.facts import read_refining
from oreacle.data.readers.usgs import read_mining_figures

FIRST_YEAR = 2022
EDITIONS = {"MCS2025": "usgs-mcs-2025", "MCS2026": USGS_SOURCE}
BLOCK_SOURCES = {
    **DATASET_SOURCES,
    "MCS2025": "usgs-mcs-2025",
    "BGS-partial": "bgs-world-mineral-statistics",
    "EU-CRM-2023": "eu-crm-2023",
}
COLUMNS = ["mineral", "stage", "country", "source", "year", "quantity_t", "share", "used"]


def alternatives_table(
    sources: Path, chains: dict[str, ChainSpec], explicit: list[str]
) -> pd.DataFrame:
    """Return the table `alternatives` for countries of the world.

    Parameters
    ----------
    sources
        Folder of all source files.
    chains
        Definitions of the chains.
    explicit
        Countries of the world; figures of others are left out.
    """
    parts = [_mined(sources, chain) for chain in chains.values() if not chain.integrated]
    parts += [_refined(read_refining(sources), chain) for chain in chains.values()]
    table = pd.concat(parts, ignore_index=True)
    table = table[table["country"].isin(explicit)]
    keys = ["mineral", "stage", "country", "source", "year"]
    once = table.sort_values("used", ascending=False).drop_duplicates(keys)
    return once[COLUMNS]


def _mined(sources: Path, chain: ChainSpec) -> pd.DataFrame:
    """Return mine output of the base year by publisher, chapters of one chain added up."""
    rows = read_mining_figures(sources, BASE_YEAR)
    rows = rows[rows["mineral"].isin(chain.mined_keys)]
    editions = rows.assign(source=rows["edition"].map(EDITIONS)).dropna(subset=["quantity_t"])
    others = rows[rows["edition"] == "MCS2026"].dropna(subset=["other_t"])
    others = others.assign(source=WMD_SOURCE, quantity_t=others["other_t"])
    both = pd.concat([editions, others], ignore_index=True)
    used = WMD_SOURCE if chain.mined_from == "wmd" else USGS_SOURCE
    sums = both.groupby(["country", "source"], as_index=False)["quantity_t"].sum()
    taken = (sums["source"] == used) & (chain.mined_from in ("usgs", "wmd"))
    result: pd.DataFrame = sums.assign(
        mineral=chain.mineral,
        stage="mined",
        year=BASE_YEAR,
        share=float("nan"),
        used=taken.astype(int),
    )
    return result


def _refined(facts: pd.DataFrame, chain: ChainSpec) -> pd.DataFrame:
    """Return shares of refined output by publisher and year, for the stage of the chain."""
    rows = facts[
        (facts["mineral"] == chain.mineral)
        & (facts["stage"] == chain.refined_stage)
        & (facts["year"].between(FIRST_YEAR, BASE_YEAR))
        & facts["dataset"].isin(BLOCK_SOURCES)
    ].dropna(subset=["share"])
    return pd.DataFrame(
        {
            "mineral": chain.mineral,
            "stage": "refined",
            "country": rows["country"],
            "source": rows["dataset"].map(BLOCK_SOURCES),
            "year": rows["year"],
            "quantity_t": float("nan"),
            "share": rows["share"],
            "used": (rows["recommended"] == "latest").astype(int),
        }
    )
