"""Trade by mineral and stage, ready to be added up over actors.

Does      Gives the value that flows between actors by year, mineral, stage and commodity code.
Units     Thousand current USD.
Method    The codes of `assumed/history_codes.csv`; flows inside the European Union are left
          out. Cobalt codes hold ore and metal: a flow is ore if its exporter mines at least
          1 % of the world and refines less than 30 % of its mined share, else refined.
Assumes   Transit stays where customs record it: Mozambique's chromite is South African,
          London and Zurich re-export platinum metals.
Not here  Shares: see `shares` and `imports`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.data.assumptions import read_assumed
from oreacle.data.codes import EUROPEAN_UNION, actors_of
from oreacle.data.readers.baci import read_baci_minerals, read_baci_refined

MINER_SHARE = 0.01
REFINING_RATIO = 0.3
COLUMNS = ["year", "mineral", "stage", "hs", "exporter", "importer", "value_kusd"]


def read_history_codes() -> pd.DataFrame:
    """Return which commodity codes stand for which mineral and stage, and in which years."""
    table = read_assumed("history_codes").astype(str)
    for name in ("first_year", "last_year"):
        table[name] = table[name].astype(int)
    return table


def read_trade(sources: Path) -> pd.DataFrame:
    """Return both reductions of BACI with a column `release`, overlapping codes kept apart."""
    minerals = read_baci_minerals(sources).assign(release="minerals")
    refined = read_baci_refined(sources).drop(columns="complete").assign(release="refined")
    return pd.concat([minerals, refined], ignore_index=True)


def trade_by_mineral(
    trade: pd.DataFrame, output_shares: pd.DataFrame, explicit: list[str]
) -> pd.DataFrame:
    """Return flows between actors by year, mineral, stage and code.

    Parameters
    ----------
    trade
        As from `read_trade`.
    output_shares
        Shares of output by year, mineral, stage and actor; tells ore from metal in the codes
        that both share.
    explicit
        Countries that stand for themselves; others are ROW.

    Returns
    -------
    DataFrame
        `COLUMNS`; a code that stands for several minerals occurs once for each.
    """
    flows = trade.assign(
        exporter=actors_of(trade["exporter"], explicit),
        importer=actors_of(trade["importer"], explicit),
    )
    inside = (flows["exporter"] == EUROPEAN_UNION) & (flows["importer"] == EUROPEAN_UNION)
    keys = ["year", "hs", "release", "exporter", "importer"]
    flows = flows[~inside].groupby(keys, as_index=False).agg(value_kusd=("value_kusd", "sum"))
    coded = flows.merge(read_history_codes(), on=["hs", "release"])
    coded = coded[coded["year"].between(coded["first_year"], coded["last_year"])]
    coded["stage"] = coded["stage"].mask(
        coded["stage"] == "split", ore_or_metal(coded, output_shares)
    )
    return coded[COLUMNS].sort_values(COLUMNS[:-1], ignore_index=True)


def ore_or_metal(flows: pd.DataFrame, output_shares: pd.DataFrame) -> pd.Series:
    """Return mined or refined for each flow, from what its exporter does in the year.

    Parameters
    ----------
    flows
        year, mineral, exporter (an actor), one row per flow.
    output_shares
        Shares of output by year, mineral, stage and actor.
    """
    wide = output_shares.pivot_table(
        index=["year", "mineral", "actor"], columns="stage", values="share", aggfunc="sum"
    )
    wide = wide.reindex(columns=["mined", "refined"]).fillna(0.0).reset_index()
    joined = flows[["year", "mineral", "exporter"]].merge(
        wide,
        left_on=["year", "mineral", "exporter"],
        right_on=["year", "mineral", "actor"],
        how="left",
    )
    mines = joined["mined"] >= MINER_SHARE
    hardly_refines = joined["refined"] < REFINING_RATIO * joined["mined"]
    role = (mines & hardly_refines).map({True: "mined", False: "refined"})
    role.index = flows.index
    return role
