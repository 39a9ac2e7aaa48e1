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


def _rows(
    choice: dict[Hashable, Any],
    share: pd.Series,
    nodes: pd.DataFrame,
    flows: pd.DataFrame,
    years: str,
) -> pd.DataFrame:
    """Return rows of one measure: share of base output plus what the link carries now."""
    mineral, link, exporter = (str(choice[n]) for n in ("mineral", "link", "exporter"))
    link_flows = flows[(flows["mineral"] == mineral) & (flows["link"] == link)]
    own = link_flows[link_flows["exporter"] == exporter]
    output = float(own["quantity_t"].sum())
    buyers = set(
        nodes.loc[(nodes["mineral"] == mineral) & (nodes["stage"] == "refined"), "country"]
    )
    importer = [code if code in buyers else "ROW" for code in share.index]
    pooled = share.groupby(pd.Index(importer, name="importer")).sum()
    pooled = pooled[pooled.index.isin(buyers - {exporter})]
    now = own.set_index("importer")["quantity_t"].reindex(pooled.index).fillna(0.0)
    other_form = int(choice["other_form"]) == 1
    added = (pooled * output) if other_form else (pooled * output - now).clip(lower=0.0)
    room = max(output - float(now.sum()), 0.0)
    added = added * min(1.0, room / max(float(added.sum()), 1e-300))
    table = pd.DataFrame({"importer": pooled.index, "quantity_t": (now + added).to_numpy()})
    table = table[added.to_numpy() > 0]
    return table.assign(mineral=mineral, link=link, exporter=exporter, years=years)[
        ["mineral", "link", "exporter", "importer", "quantity_t", "years"]
    ]
