"""Who refined what, in the latest published year.

Does      Makes one vector per mineral in chain tonnes from the recommended block.
Units     Chain tonnes (contained metal unless the chain says otherwise), per year.
Method    Published shares times the block's tonnage where it has one in a mass unit, else
          times the mined total; shares that fall short of one leave a rest-of-world residual,
          shares that exceed it are scaled to one. The residual is split among refiners that a
          second publisher names (see `rest`). Ore intake (see `intake`) where no block fits.
Assumes   A block of 2022 or 2023 stands for the base year; its year is kept in the table.
Not here  Which block is recommended: the source table says so.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.base.chains import ChainSpec
from oreacle.data.base.production import VECTOR
from oreacle.data.base.rest import second_block, split_rest
from oreacle.data.readers.facts import read_refining

MASS_UNITS = {"kt": 1e3, "t": 1.0, "kg": 1e-3}
DATASET_SOURCES = {
    "MCS2026": "usgs-mcs-2026",
    "IEA-CMDE-2025": "iea-critical-minerals-2025",
    "WMD": "world-mining-data",
    "BGS": "bgs-world-mineral-statistics",
    "BACI-export-proxy": "cepii-baci",
    "manual": "compiled-refining-estimates",
}
SHARE_TOLERANCE = 0.02


def refined_vectors(
    sources: Path,
    chains: dict[str, ChainSpec],
    mined_totals: dict[str, float],
    intakes: dict[str, pd.DataFrame],
) -> pd.DataFrame:
    """Return refined output of every mineral by country, zeros left out.

    Parameters
    ----------
    sources
        Folder of all source files.
    chains
        Definitions of the chains.
    mined_totals
        World mine output by mineral [t of the mined form]; stands for the refined total of
        minerals whose refining is published as shares only.
    intakes
        Blocks of ore intake of the minerals that have no usable block, by mineral.

    Returns
    -------
    DataFrame
        `VECTOR` with stage refined; the sum over countries is the throughput of the chain.
    """
    facts = read_refining(sources)
    totals = read_assumed("totals").set_index(["mineral", "stage"])["value"]
    parts = []
    for chain in chains.values():
        if chain.mineral in intakes:
            total = mined_totals[chain.mineral] * chain.refined_content
            parts.append(vector_of_block(chain.mineral, intakes[chain.mineral], total))
            continue
        block = facts[
            (facts["mineral"] == chain.mineral)
            & (facts["stage"] == chain.refined_stage)
            & (facts["recommended"] == "latest")
        ]
        block = block.assign(source=block["dataset"].map(DATASET_SOURCES))
        if (chain.mineral, "refined") in totals.index:
            total = float(totals[chain.mineral, "refined"])
        else:
            total = throughput(chain, block, mined_totals.get(chain.mineral))
        vector = vector_of_block(chain.mineral, block, total)
        parts.append(split_rest(vector, second_block(facts, chain), total))
    return pd.concat(parts, ignore_index=True)[VECTOR]


def throughput(chain: ChainSpec, block: pd.DataFrame, mined_total: float | None) -> float:
    """Return the world's refined output in chain tonnes.

    Raises
    ------
    DataError
        ORE-DAT-042 if the block is empty, or has neither a tonnage nor a mined total.
    """
    if not block.empty:
        unit = MASS_UNITS.get(str(block["unit"].iloc[0]).split()[0].split("/")[0])
        published = block["world_total"].iloc[0]
        if unit is not None and pd.notna(published) and not _is_export(block):
            return float(published) * unit * chain.refined_content
        if mined_total is not None:
            return mined_total * chain.refined_content
    raise DataError(
        "ORE-DAT-042",
        f"no refined output can be made for '{chain.mineral}' from stage '{chain.refined_stage}'.",
        why="the chain would have no throughput.",
        fix="mend `refined_stage` in `assumed/chains.csv`, or state a total in `totals.csv`.",
    )


def vector_of_block(mineral: str, block: pd.DataFrame, total: float) -> pd.DataFrame:
    """Return shares times the total, with ROW as what is left.

    Parameters
    ----------
    mineral
        Slug.
    block : DataFrame
        country, share [1], year, basis, confidence, source.
    total
        World refined output [chain t].

    Raises
    ------
    DataError
        ORE-DAT-042 if the shares miss one by more than 2 % without a ROW row.
    """
    known = block[block["share"] > 0]
    sum_of_shares = float(known["share"].sum())
    if abs(sum_of_shares - 1.0) > SHARE_TOLERANCE:
        raise DataError(
            "ORE-DAT-042",
            f"refining shares of '{mineral}' add to {sum_of_shares:.4f}, not 1.",
            why="scaling them silently would hide a missing country.",
            fix="mend the block in the source table: add the residual as ROW.",
        )
    table = known.assign(
        mineral=mineral,
        stage="refined",
        quantity_t=known["share"] / max(sum_of_shares, 1.0) * total,
    )
    residual = total - float(table["quantity_t"].sum())
    if residual > 1e-9 * total:
        table = _add_to_rest(table, residual)
    return table[VECTOR]


def _add_to_rest(table: pd.DataFrame, residual: float) -> pd.DataFrame:
    rest = table["country"] == "ROW"
    if rest.any():
        return table.assign(quantity_t=table["quantity_t"] + residual * rest)
    row = table.iloc[[0]].assign(
        country="ROW", quantity_t=residual, basis="derived", confidence="low"
    )
    return pd.concat([table, row], ignore_index=True)


def _is_export(block: pd.DataFrame) -> bool:
    return bool((block["dataset"] == "BACI-export-proxy").all())
