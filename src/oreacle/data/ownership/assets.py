"""Owners of mines and refineries, tied to the nodes of the chains.

Does      Joins compiled assets, hand-kept additions and former owners; says which share of a
          node's output each asset makes.
Units     `annual_output` in the asset unit of its mineral; shares are dimensionless.
Method    Output share = output / (node quantity x asset tonnes per node tonne); assets that
          together exceed their node are scaled down to it. A location without a node of its
          own belongs to ROW.
Assumes   An asset's share of its country's output is that of its output year. Output of a year
          after the base year is a plan, not a fact: it is not counted.
Not here  Adding up owners by country: see `oreacle.data.ownership.control`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from oreacle.core.errors import DataError
from oreacle.core.labels import REST_OF_WORLD
from oreacle.data.assumptions import read_assumed
from oreacle.data.readers.ownership import ASSET_KEY, seen_grade

BASE_YEAR = 2024
ROUNDING = 0.005
"""Shares are printed to two or three digits: a sum may pass 1 by that much."""
OWNER_KEY = [*ASSET_KEY, "owner"]
NODE = ["mineral", "stage", "country"]
COLUMNS = [
    *ASSET_KEY,
    "country",
    "location",
    "owner",
    "owner_actor",
    "equity_share",
    "annual_output",
    "output_year",
    "output_share",
    "since_year",
    "until_year",
    "link_type",
    "source",
    "confidence",
    "seen",
    "seen_in",
]
_DONE = ("completed", "nationalised", "revoked")


@dataclass(frozen=True)
class AssetsResult:
    """The table of owners, and the nodes whose listed assets exceed their output.

    Attributes
    ----------
    table
        Columns of the table `ownership_assets`.
    excess
        mineral, stage, country, ratio: listed output over the node's, above 1.
    """

    table: pd.DataFrame
    excess: pd.DataFrame


def assets_table(
    owners: pd.DataFrame, changes: pd.DataFrame, nodes: pd.DataFrame, integrated: set[str]
) -> AssetsResult:
    """Return owners of every asset of a modelled mineral with its share of a node's output.

    Parameters
    ----------
    owners, changes
        As from `oreacle.data.readers.ownership`.
    nodes
        Table `nodes`.
    integrated
        Minerals without traded ore: mine and refinery are one, and so are their owners.

    Raises
    ------
    DataError
        ORE-DAT-081 if a share is outside 0 to 1, or the owners of an asset hold more than all
        of it in some year.
    """
    rows = owners[owners["mineral"].isin(set(nodes["mineral"]))].assign(until_year=np.nan)
    rows = _without_other_forms(_with_additions(rows))
    rows = _one_stage(rows, integrated)
    rows = _with_former_owners(rows, changes)
    refuse_excess_shares(rows)
    rows = _at_nodes(rows.rename(columns={"country": "location"}), nodes)
    ratio = _output_ratio(rows, nodes)
    listed = (
        rows.assign(ratio=ratio)
        .drop_duplicates(ASSET_KEY)
        .groupby(NODE)["ratio"]
        .sum()
        .rename("listed")
    )
    scale = rows.join(listed, on=NODE)["listed"].clip(lower=1.0).fillna(1.0)
    table = rows.assign(output_share=ratio / scale)
    excess = listed[listed > 1.0 + ROUNDING].rename("ratio").reset_index()
    return AssetsResult(table[COLUMNS].sort_values(OWNER_KEY, ignore_index=True), excess)


def in_force(assets: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the owners of a year; an owner whose first year is not known counts from 2024 on."""
    since = assets["since_year"].astype(float).fillna(BASE_YEAR)
    until = assets["until_year"].astype(float).fillna(np.inf)
    return assets[(since <= year) & (until >= year)]


def refuse_excess_shares(rows: pd.DataFrame) -> None:
    """Refuse shares outside 0 to 1, and assets of which more than all is held in some year.

    Raises
    ------
    DataError
        ORE-DAT-081.
    """
    wrong = rows[(rows["equity_share"] < 0) | (rows["equity_share"] > 1)]
    faults = [
        f"{row['asset']}, {row['owner']}: share {row['equity_share']:g}"
        for row in wrong.to_dict("records")
    ]
    bounds = pd.concat([rows["since_year"], rows["until_year"]]).dropna().astype(int)
    for year in sorted({BASE_YEAR, *bounds}):
        held = in_force(rows, year).groupby(ASSET_KEY)["equity_share"].sum()
        over = held[held > 1 + ROUNDING].reset_index()
        faults += [
            f"{row['asset']}, {row['mineral']} {row['stage']}, {year}: "
            f"owners hold {row['equity_share']:.3f}"
            for row in over.to_dict("records")
        ]
    if faults:
        raise DataError(
            "ORE-DAT-081",
            "shares of ownership are not possible: " + "; ".join(dict.fromkeys(faults)) + ".",
            why="tonnes of one mine would be given to two owners.",
            fix="mend equity_share, since_year or until_year of these rows.",
        )


def _with_additions(rows: pd.DataFrame) -> pd.DataFrame:
    """Put the hand-kept rows in: same owner replaces a row, a new output holds for all owners."""
    extra = _numeric(read_assumed("ownership_additions"))
    extra = extra.rename(columns={"seen": "seen_in"}).drop(columns="note")
    extra["seen"] = seen_grade(extra["seen_in"])
    replaced = rows.merge(extra[OWNER_KEY].assign(new=True), on=OWNER_KEY, how="left")["new"]
    kept = rows[replaced.isna().to_numpy()]
    joined = pd.concat([kept, extra], ignore_index=True)
    names = ["annual_output", "output_year"]
    known = pd.concat([extra, rows]).dropna(subset=["annual_output"]).drop_duplicates(ASSET_KEY)
    output = known[[*ASSET_KEY, *names]]
    return joined.drop(columns=names).merge(output, on=ASSET_KEY, how="left")


def _numeric(extra: pd.DataFrame) -> pd.DataFrame:
    names = ["equity_share", "annual_output", "output_year", "since_year", "until_year"]
    numbers = {name: pd.to_numeric(extra[name].replace("", np.nan)) for name in names}
    return extra.assign(**numbers)


def _without_other_forms(rows: pd.DataFrame) -> pd.DataFrame:
    """Blank the output of plants whose product is not the chain's (alumina, pigment, ...)."""
    other = read_assumed("ownership_other_forms")[ASSET_KEY].assign(other=True)
    is_other = rows.merge(other, on=ASSET_KEY, how="left")["other"].notna().to_numpy()
    planned = (rows["output_year"] > BASE_YEAR).to_numpy()
    return rows.assign(annual_output=rows["annual_output"].mask(is_other | planned))


def _one_stage(rows: pd.DataFrame, integrated: set[str]) -> pd.DataFrame:
    """Let mine and refinery of an integrated mineral share their owners, refinery first."""
    both = rows[rows["mineral"].isin(integrated)]
    known = both[both["annual_output"].notna()]
    best = pd.concat(
        [known[known["stage"] == "refined"], known[known["stage"] == "mined"], both]
    ).drop_duplicates(["asset", "mineral"])
    chosen = both.merge(best[ASSET_KEY], on=ASSET_KEY)
    parts = [chosen.assign(stage=stage) for stage in ("mined", "refined")]
    return pd.concat([rows[~rows["mineral"].isin(integrated)], *parts], ignore_index=True)


def _with_former_owners(rows: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Add the sellers of completed transfers, up to the year before, where the stake is known."""
    done = changes[changes["status"].str.startswith(_DONE) & changes["share"].notna()]
    known = rows.drop_duplicates(ASSET_KEY).merge(
        done[["asset", "date", "from_owner", "from_actor", "share"]], on="asset"
    )
    former = known.assign(
        owner=known["from_owner"] + " (until " + known["date"].str[:4] + ")",
        owner_actor=known["from_actor"],
        equity_share=known["share"],
        since_year=known["date"].str[:4].astype(int) - 1,
        until_year=known["date"].str[:4].astype(int) - 1,
        link_type="equity",
    )[rows.columns]
    hand = rows[rows["until_year"].notna()][ASSET_KEY].drop_duplicates().assign(by_hand=True)
    free = former.merge(hand, on=ASSET_KEY, how="left")["by_hand"].isna().to_numpy()
    former = former[free]
    joined = pd.concat([rows, former], ignore_index=True)
    year = former.drop_duplicates(ASSET_KEY)[[*ASSET_KEY, "until_year"]]
    for row in year.to_dict("records"):
        held = in_force(joined, int(row["until_year"]))
        same = (held[ASSET_KEY] == pd.Series({k: row[k] for k in ASSET_KEY})).all(axis=1)
        if held.loc[same, "equity_share"].sum() > 1 + ROUNDING:
            drop = (former[ASSET_KEY] == pd.Series({k: row[k] for k in ASSET_KEY})).all(axis=1)
            former = former[~drop]
    return pd.concat([rows, former], ignore_index=True)


def _at_nodes(rows: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """Give each asset the node of its location, or ROW where the location has none."""
    there = nodes[nodes["quantity_t"] > 0][NODE].assign(country=nodes["country"], found=True)
    found = rows.merge(
        there.rename(columns={"country": "location"}),
        on=["mineral", "stage", "location"],
        how="left",
    )["found"].notna()
    return rows.assign(country=rows["location"].where(found.to_numpy(), REST_OF_WORLD))


def _output_ratio(rows: pd.DataFrame, nodes: pd.DataFrame) -> pd.Series:
    """Return each asset's output over that of its node; missing where one is not known."""
    units = read_assumed("ownership_units")
    general = units[units["country"] == ""].set_index(["mineral", "stage"])["asset_t_per_node_t"]
    special = units[units["country"] != ""].set_index(NODE)["asset_t_per_node_t"]
    quantity = nodes.set_index(NODE)["quantity_t"]
    size = rows.join(quantity, on=NODE)["quantity_t"]
    factor = rows.join(special.rename("factor"), on=NODE)["factor"]
    factor = factor.fillna(rows.join(general.rename("general"), on=["mineral", "stage"])["general"])
    return rows["annual_output"] / (size.where(size > 0) * factor.fillna(1.0))
