"""Refiners that the chosen publisher leaves unnamed, out of its rest of the world.

Does      Splits the unnamed rest of a vector among countries that a second publisher names.
Units     Chain tonnes per year; shares of the world's refined output [1].
Method    The second publisher's share times the chain's total, for each country that the chosen
          publisher does not name; scaled down together where they exceed the rest. World Mining
          Data before the British Geological Survey, the latest year up to the base year.
Assumes   Shares of 2023 stand for the base year where the second publisher ends there. What the
          second publisher does not name either stays in the rest of the world.
Not here  Named countries: their figures stay as the chosen publisher gives them.
"""

from __future__ import annotations

import pandas as pd

from oreacle.core.labels import REST_OF_WORLD
from oreacle.data.base.chains import BASE_YEAR, ChainSpec

SECOND_PUBLISHERS = {
    "WMD": "world-mining-data",
    "BGS": "bgs-world-mineral-statistics",
}
FIRST_YEAR = 2022


def second_block(facts: pd.DataFrame, chain: ChainSpec) -> pd.DataFrame:
    """Return the complete block of a second publisher for the stage of a chain, or no rows.

    Parameters
    ----------
    facts : DataFrame
        mineral, stage, dataset, recommended, country, year, share [1].
    chain
        Definition of the chain.

    Returns
    -------
    DataFrame
        country, share [1], year, source; countries with nothing left out.
    """
    stage = facts[
        (facts["mineral"] == chain.mineral)
        & (facts["stage"] == chain.refined_stage)
        & facts["year"].between(FIRST_YEAR, BASE_YEAR)
        & (facts["share"] > 0)
        & (facts["recommended"] != "latest")
    ]
    for dataset, source in SECOND_PUBLISHERS.items():
        rows = stage[stage["dataset"] == dataset]
        if not rows.empty:
            latest = rows[rows["year"] == rows["year"].max()]
            found: pd.DataFrame = latest[["country", "share", "year"]].assign(source=source)
            return found
    nothing: pd.DataFrame = stage.head(0)[["country", "share", "year"]].assign(source="")
    return nothing


def split_rest(vector: pd.DataFrame, second: pd.DataFrame, total: float) -> pd.DataFrame:
    """Return a vector whose rest of the world names what a second publisher names.

    Parameters
    ----------
    vector : DataFrame
        Refined vector of one mineral [chain t], the rest of the world as one or no row.
    second : DataFrame
        country, share [1], year, source, as of `second_block`.
    total
        World refined output [chain t].

    Returns
    -------
    DataFrame
        The vector with the same sum; new rows have basis derived and confidence low.
    """
    is_rest = vector["country"] == REST_OF_WORLD
    rest = float(vector.loc[is_rest, "quantity_t"].sum())
    unnamed = second[~second["country"].isin([*vector["country"], REST_OF_WORLD])]
    wanted = float(unnamed["share"].sum()) * total
    if rest <= 0 or wanted <= 0:
        return vector
    fit = min(1.0, rest / wanted)
    rows = unnamed.assign(
        mineral=vector["mineral"].iloc[0],
        stage=vector["stage"].iloc[0],
        quantity_t=unnamed["share"] * total * fit,
        basis="derived",
        confidence="low",
    )
    left = rest - float(rows["quantity_t"].sum())
    kept = vector.assign(quantity_t=vector["quantity_t"].mask(is_rest, left))
    if left <= 1e-9 * total:
        kept = kept[~is_rest]
    return pd.concat([kept, rows[list(vector.columns)]], ignore_index=True)
