"""Flows that bans in force hold down.

Does      Estimates what links of a banned exporter would carry at base prices without the ban.
Units     Chain tonnes per year.
Method    Exports of the last unrestricted years over that output, by importer, times the base
          year's output in chain tonnes. Where the link now carries another form (matte and
          hydroxide, alumina) that is added; else the larger of the two stands, and a link that
          carries as much already is left out: the ban does not bind it.
Assumes   The pattern of the last free years; destinations are refiners of the base year. The
          choice of years and the measures that do not bind are in
          `assumed/unrestricted_years.csv`.
Not here  The register of measures: see the table `register`.
"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.base.chains import ChainSpec, read_contents
from oreacle.data.base.trade import fill_quantities, mend_transit
from oreacle.data.codes import canonical_codes
from oreacle.data.readers.baci import read_baci_minerals
from oreacle.data.readers.source_files import numbers_of, read_text_table
from oreacle.data.readers.world_mining_data import read_world_mining_data

BGS_FILE = "raw/bgs-wms/bgs_production_1990_2023.csv.gz"


def unrestricted_table(
    sources: Path, chains: dict[str, ChainSpec], nodes: pd.DataFrame, flows: pd.DataFrame
) -> pd.DataFrame:
    """Return the table `unrestricted`.

    Parameters
    ----------
    sources
        Folder of all source files.
    chains, nodes, flows
        Base-year definitions and tables; only importers that refine in the base year stay.
    """
    trade = read_baci_minerals(sources)
    choices = read_assumed("unrestricted_years")
    parts = []
    for choice in choices[choices["included"] == 1].to_dict("records"):
        chain = chains[str(choice["mineral"])]
        years = range(int(choice["first_year"]), int(choice["last_year"]) + 1)
        exports = contained_exports(trade, chain, str(choice["exporter"]), list(years))
        output = output_of_years(
            sources, str(choice["output"]), str(choice["exporter"]), list(years)
        )
        parts.append(_rows(choice, exports / output, nodes, flows, f"{years[0]}-{years[-1]}"))
    return pd.concat(parts, ignore_index=True)


def contained_exports(
    trade: pd.DataFrame, chain: ChainSpec, exporter: str, years: list[int]
) -> pd.Series:
    """Return an exporter's ore exports by importer, summed over years [t of the mined form]."""
    rows = trade[trade["hs"].isin(chain.hs_ore) & trade["year"].isin(years)]
    rows = fill_quantities(mend_transit(rows, chain.mineral, "ore"))
    rows = rows[rows["exporter"] == exporter]
    contents = read_contents()
    content = rows["hs"].map({code: contents[chain.mineral, "ore", code] for code in chain.hs_ore})
    return (rows["quantity_t"] * content).groupby(rows["importer"]).sum()


def output_of_years(sources: Path, name: str, exporter: str, years: list[int]) -> float:
    """Return an exporter's mine output summed over years, from ``bgs:`` or ``wmd:`` tables.

    Raises
    ------
    DataError
        ORE-DAT-027 if the table has no figure for one of the years.
    """
    publisher, _, commodity = name.partition(":")
    if publisher == "bgs":
        raw = read_text_table(sources, BGS_FILE, ["iso3", "year", "commodity", "quantity"])
        raw = raw[raw["commodity"] == commodity]
        table = pd.DataFrame(
            {
                "country": canonical_codes(raw["iso3"]),
                "year": numbers_of(raw["year"], BGS_FILE),
                "quantity": numbers_of(raw["quantity"], BGS_FILE),
            }
        )
    else:
        table = read_world_mining_data(sources)
        table = table[table["mineral"] == commodity]
    rows = table[(table["country"] == exporter) & table["year"].isin(years)]
    if set(rows["year"]) != set(years) or rows["quantity"].sum() <= 0:
        raise DataError(
            "ORE-DAT-027",
            f"no output of {exporter} for {years} in '{name}'.",
            why="the share of output that was exported cannot be taken.",
            fix="choose other years or another table in `assumed/unrestricted_years.csv`.",
        )
    return float(rows["quantity"].sum())


def restored_links(
    share: pd.Series,
    own_flows: pd.DataFrame,
    refiners: set[str],
    exporter: str,
    *,
    other_form: bool,
) -> pd.Series:
    """Return what links carry without the measure, for links that it holds down.

    Parameters
    ----------
    share : Series (importer)
        Exports of the free years over their output [1].
    own_flows : DataFrame [chain t]
        importer, quantity_t of the exporter in the base year, its own use included.
    refiners
        Nodes that take ore in the base year.
    exporter
        The country whose exports are held down.
    other_form
        True if the link now carries a form that the measure allows: the ore comes on top.

    Returns
    -------
    Series (importer) [chain t]
        Never more than the exporter mines, all destinations together.
    """
    output = float(own_flows["quantity_t"].sum())
    buyer = [code if code in refiners else "ROW" for code in share.index]
    pooled = share.groupby(pd.Index(buyer, name="importer")).sum()
    pooled = pooled[pooled.index.isin(refiners - {exporter})]
    now = own_flows.set_index("importer")["quantity_t"].reindex(pooled.index).fillna(0.0)
    added = pooled * output if other_form else (pooled * output - now).clip(lower=0.0)
    room = max(output - float(now.sum()), 0.0)
    added = added * min(1.0, room / max(float(added.sum()), 1e-300))
    return (now + added)[added > 0]


def _rows(
    choice: dict[Hashable, Any],
    share: pd.Series,
    nodes: pd.DataFrame,
    flows: pd.DataFrame,
    years: str,
) -> pd.DataFrame:
    mineral, link, exporter = (str(choice[name]) for name in ("mineral", "link", "exporter"))
    own = flows[
        (flows["mineral"] == mineral) & (flows["link"] == link) & (flows["exporter"] == exporter)
    ]
    takers = nodes[(nodes["mineral"] == mineral) & (nodes["stage"] == "refined")]
    restored = restored_links(
        share, own, set(takers["country"]), exporter, other_form=int(choice["other_form"]) == 1
    )
    return pd.DataFrame(
        {
            "mineral": mineral,
            "link": link,
            "exporter": exporter,
            "importer": restored.index,
            "quantity_t": restored.to_numpy(),
            "years": years,
        }
    )
