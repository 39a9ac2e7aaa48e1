"""Who mined what in the base year.

Does      Makes one vector per mineral in the form that the chain names for the mined stage.
Units     Tonnes of that form (contained metal, bauxite, chromite, rock), per year.
Method    USGS 2026 edition for 2024; uranium and chromium from World Mining Data; rare
          earths by their oxide total; integrated minerals take the refined vector. One
          publisher per vector.
Assumes   What the world total holds beyond the listed countries lies in the rest of the world.
          Withheld output outside the world total is missing: no node stands for it.
Not here  Refining: see `refining`; which countries stay explicit: see `nodes`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.base.chains import BASE_YEAR, ChainSpec
from oreacle.data.readers.facts import read_assets
from oreacle.data.readers.usgs import read_mine_production
from oreacle.data.readers.world_mining_data import read_world_mining_data

VECTOR = ["mineral", "stage", "country", "quantity_t", "year", "basis", "confidence", "source"]
USGS_SOURCE = "usgs-mcs-2026"
WMD_SOURCE = "world-mining-data"
ASSET_SOURCE = "ownership-assets"


def mined_vectors(sources: Path, chains: dict[str, ChainSpec]) -> pd.DataFrame:
    """Return mine output by country of every mineral that is not integrated, zeros left out.

    Parameters
    ----------
    sources
        Folder of all source files.
    chains
        Definitions of the chains.

    Returns
    -------
    DataFrame
        `VECTOR`; the sum over countries is the world total.
    """
    usgs = read_mine_production(sources, BASE_YEAR)
    totals = read_assumed("totals").set_index(["mineral", "stage"])["value"]
    parts = []
    for chain in chains.values():
        if chain.integrated:
            continue
        if chain.mined_from == "wmd":
            part = _from_world_mining_data(sources, chain)
        elif chain.mined_from == "assets":
            part = _from_assets(sources, chain)
        else:
            part = usgs_vector(usgs, chain.mined_keys)
        if (chain.mineral, "mined") in totals.index:
            factor = float(totals[chain.mineral, "mined"]) / part["quantity_t"].sum()
            part = part.assign(quantity_t=part["quantity_t"] * factor)
        parts.append(part.assign(mineral=chain.mineral, stage="mined"))
    table = pd.concat(parts, ignore_index=True)
    return table.loc[table["quantity_t"] > 0, VECTOR]


def integrated_vectors(refined: pd.DataFrame, chains: dict[str, ChainSpec]) -> pd.DataFrame:
    """Return the mined vectors of integrated minerals: mined where they are refined."""
    integrated = [chain.mineral for chain in chains.values() if chain.integrated]
    rows = refined[refined["mineral"].isin(integrated)]
    return rows.assign(stage="mined")[VECTOR]


def usgs_vector(usgs: pd.DataFrame, keys: tuple[str, ...]) -> pd.DataFrame:
    """Return one vector from USGS chapters, added up by country, with the residual in ROW.

    Parameters
    ----------
    usgs : DataFrame [t]
        As from `read_mine_production`.
    keys
        Chapters that make the vector (ilmenite and rutile make titanium).

    Returns
    -------
    DataFrame
        country, quantity_t, year, basis, confidence, source. ROW holds the published "other
        countries" and the part of the world total that no listed country accounts for.

    Raises
    ------
    DataError
        ORE-DAT-041 if a chapter has no rows, or a country's output is withheld everywhere
        but would be needed to reach the published total by more than 5 %.
    """
    parts = []
    for key in keys:
        rows = usgs[usgs["mineral"] == key]
        if rows.empty:
            raise DataError(
                "ORE-DAT-041",
                f"the production table has no chapter '{key}'.",
                why="the mineral would have no mines.",
                fix="mend `mined_keys` in `assumed/chains.csv`, or the source file.",
            )
        parts.append(_with_residual(rows))
    table = pd.concat(parts, ignore_index=True)
    best = table.sort_values("quantity_t", ascending=False)
    merged = best.groupby("country", as_index=False).agg(
        quantity_t=("quantity_t", "sum"),
        basis=("basis", "first"),
        confidence=("confidence", "first"),
    )
    return merged.assign(year=BASE_YEAR, source=USGS_SOURCE)


def _with_residual(rows: pd.DataFrame) -> pd.DataFrame:
    """Give ROW what the world total holds beyond the listed countries."""
    world = float(rows.loc[rows["country"] == "WLD", "quantity_t"].sum())
    listed = rows[(rows["country"] != "WLD") & ~rows["withheld"]]
    residual = world - float(listed["quantity_t"].sum())
    columns = ["country", "quantity_t", "basis", "confidence"]
    if residual <= 0:
        return listed[columns]
    extra = pd.DataFrame([["ROW", residual, "derived", "medium"]], columns=columns)
    return pd.concat([listed[columns], extra], ignore_index=True)


def _from_world_mining_data(sources: Path, chain: ChainSpec) -> pd.DataFrame:
    """Return output by country of the base year, in the mined form of the chain."""
    table = read_world_mining_data(sources)
    rows = table[table["mineral"].isin(chain.mined_keys) & (table["year"] == BASE_YEAR)]
    return pd.DataFrame(
        {
            "country": rows["country"],
            "quantity_t": rows["quantity"] * chain.mined_content,
            "year": BASE_YEAR,
            "basis": rows["basis"],
            "confidence": "medium",
            "source": WMD_SOURCE,
        }
    )


def _from_assets(sources: Path, chain: ChainSpec) -> pd.DataFrame:
    """Return heavy rare earths: ionic-clay output by country as the split of the world total."""
    assets = read_assets(sources)
    rows = assets[
        assets["mineral"].isin(chain.mined_keys)
        & (assets["stage"] == "mined")
        & (assets["output_year"] == str(BASE_YEAR))
        & (assets["annual_output"] > 0)
    ]
    output = rows.groupby("country")["annual_output"].sum()
    return pd.DataFrame(
        {
            "country": output.index,
            "quantity_t": output.to_numpy(),
            "year": BASE_YEAR,
            "basis": "derived",
            "confidence": "low",
            "source": ASSET_SOURCE,
        }
    )
