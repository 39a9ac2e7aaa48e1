"""Active sets: which countries are nodes of a mineral's chain at each stage.

Does      Pools small countries into the rest of the world and gives shares that add to one.
Units     Tonnes of the stage's form; shares of the world total of the stage.
Method    A country stays explicit with at least 0.2 % of the stage, a member of the European
          Union with at least 0.05 %; countries that are not in the world are pooled first. A
          country that recycles and does not refine stays explicit with at least 0.5 % of all
          refined and recycled supply.
Assumes   Vectors are complete: a country without a row has none.
Not here  The vectors: see `production`, `refining`, `use`.
"""

from __future__ import annotations

import pandas as pd

from oreacle.data.base.production import VECTOR
from oreacle.data.codes import eu_members

LEAST_SHARE = 0.002
LEAST_SHARE_EU = 0.0005
LEAST_RECYCLED = 0.005
CONFIDENCE_RANK = {"low": 0, "medium": 1, "high": 2}


def nodes_table(vectors: pd.DataFrame, explicit: list[str]) -> pd.DataFrame:
    """Return the table `nodes`: the active set of every mineral and stage.

    Parameters
    ----------
    vectors : DataFrame
        Complete vectors of all stages.
    explicit
        Countries of the world.

    Returns
    -------
    DataFrame
        mineral, stage, country, quantity_t, share, year, basis, confidence, source. ROW takes
        the year, basis and source of its largest part, and the lowest confidence of its parts.
    """
    vectors = vectors[vectors["quantity_t"] > 0]
    known = set(explicit)
    table = vectors.assign(
        country=[code if code in known else "ROW" for code in vectors["country"]]
    )
    table = merged(table)
    total = table.groupby(["mineral", "stage"])["quantity_t"].transform("sum")
    member = table["country"].isin(eu_members())
    least = member.map({True: LEAST_SHARE_EU, False: LEAST_SHARE})
    small = (table["quantity_t"] < least * total) & (table["stage"] != "recycled")
    small |= _small_recyclers(table, small)
    table = merged(table.assign(country=table["country"].mask(small, "ROW")))
    total = table.groupby(["mineral", "stage"])["quantity_t"].transform("sum")
    table = table.assign(share=table["quantity_t"] / total)
    columns = ["mineral", "stage", "country", "quantity_t", "share"]
    return table[[*columns, "year", "basis", "confidence", "source"]]


def _small_recyclers(table: pd.DataFrame, small: pd.Series) -> pd.Series:
    """Return which rows are recyclers that neither refine nor weigh in the mineral's supply."""
    supply = table[table["stage"].isin(["refined", "recycled"])]
    world = table["mineral"].map(supply.groupby("mineral")["quantity_t"].sum())
    refines = table[(table["stage"] == "refined") & ~small]
    pairs = set(zip(refines["mineral"], refines["country"], strict=True))
    is_refiner = pd.Series(
        [pair in pairs for pair in zip(table["mineral"], table["country"], strict=True)],
        index=table.index,
    )
    light = table["quantity_t"] < LEAST_RECYCLED * world
    return (table["stage"] == "recycled") & ~is_refiner & light


def merged(table: pd.DataFrame) -> pd.DataFrame:
    """Return rows of the same mineral, stage and country added up."""
    ordered = table.sort_values(
        ["mineral", "stage", "country", "quantity_t"], ascending=[True, True, True, False]
    )
    ordered = ordered.assign(rank=ordered["confidence"].map(CONFIDENCE_RANK))
    grouped = ordered.groupby(["mineral", "stage", "country"], as_index=False).agg(
        quantity_t=("quantity_t", "sum"),
        year=("year", "first"),
        basis=("basis", "first"),
        rank=("rank", "min"),
        source=("source", "first"),
    )
    names = {rank: name for name, rank in CONFIDENCE_RANK.items()}
    return grouped.assign(confidence=grouped["rank"].map(names))[VECTOR]
