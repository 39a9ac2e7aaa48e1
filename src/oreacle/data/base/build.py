"""The base-year half of the data layer.

Does      Makes the tables countries, minerals, nodes, flows, differences, sectors,
          demand_paths, openings, unrestricted, reserves, capacities, by_products and alternatives
          from the publishers' files.
Units     As the attribute table says.
Method    Vectors, then prices, trade, use, nodes, flows; deterministic.
Assumes   The folder layout of the sources.
Not here  History, register and catalogue: see `oreacle.data.history` and `oreacle.data.build`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.core.labels import REST_OF_WORLD
from oreacle.data.base.alternatives import alternatives_table
from oreacle.data.base.by_products import by_products_table
from oreacle.data.base.chains import ChainSpec, read_chains
from oreacle.data.base.countries import (
    countries_table,
    explicit_countries,
    read_latest_gdp,
    read_latest_population,
)
from oreacle.data.base.demand import demand_paths_table, sectors_table
from oreacle.data.base.deposits import capacities_table, reserves_table
from oreacle.data.base.distances import read_distance_matrix
from oreacle.data.base.flows import FlowInputs, flows_table, read_alumina
from oreacle.data.base.intake import INTAKE_STAGE, ore_intake
from oreacle.data.base.margins import Throughput, throughput_of
from oreacle.data.base.minerals import differences_table, minerals_table, stage_total
from oreacle.data.base.nodes import nodes_table
from oreacle.data.base.openings import estimate_openings
from oreacle.data.base.prices import refined_prices
from oreacle.data.base.production import integrated_vectors, mined_vectors
from oreacle.data.base.recycling import (
    RecyclingRule,
    recycled_total,
    recycled_vectors,
    recycling_rules,
)
from oreacle.data.base.refining import refined_vectors
from oreacle.data.base.trade import base_trade, link_trade
from oreacle.data.base.unrestricted import unrestricted_table
from oreacle.data.base.use import (
    SplitWeights,
    apparent_use,
    named_users,
    published_shares,
    totals_of_use,
    used_vectors,
)
from oreacle.data.readers.facts import read_import_shares

LINKS = ("ore", "refined")


def build_base(sources: Path) -> dict[str, pd.DataFrame]:
    """Return the base-year tables, ready to be written.

    Parameters
    ----------
    sources
        Folder of all source files.

    Returns
    -------
    dict
        Table name to frame with the columns of the attribute table.
    """
    chains = read_chains()
    gross = base_trade(sources)
    supply = supply_vectors(sources, chains, gross)
    rules = recycling_rules(sources)
    sizes = chain_sizes(chains, supply, rules)
    trade = contained_trade(sources, chains, gross, supply, sizes)
    gdp = read_latest_gdp(sources)
    shares = published_shares(sources, list(chains))
    explicit = explicit_countries(supply, named_users(shares))
    weights = {"gdp": gdp["gdp_usd"], "population": read_latest_population(sources)}
    world = (weights, tuple(explicit))
    used = use_of_explicit(chains, supply, trade, shares, world, sizes)
    recycled = recycled_vectors(sources, chains, supply, used)
    vectors = pd.concat([supply, used, recycled], ignore_index=True)
    nodes = nodes_table(vectors, explicit)
    openings = estimate_openings(sources)
    inputs = FlowInputs(
        nodes=nodes,
        throughputs=sizes,
        trade=trade,
        distances=read_distance_matrix(sources),
        calm_weight=openings.calm_weight,
        sourcing=read_import_shares(sources),
        alumina=read_alumina(sources),
    )
    flows = flows_table(chains, inputs)
    return {
        "countries": countries_table(explicit, gdp),
        "minerals": minerals_table(sources, chains, vectors, sizes),
        "nodes": nodes,
        "flows": flows,
        "differences": differences_table(chains, vectors, sizes),
        "sectors": sectors_table(sources, list(chains)),
        "demand_paths": demand_paths_table(sources, list(chains)),
        "openings": openings.table,
        "unrestricted": unrestricted_table(sources, chains, nodes, flows),
        "reserves": placed(reserves_table(sources), explicit, "reserves_t"),
        "capacities": placed(capacities_table(sources), explicit, "capacity_t"),
        "by_products": by_products_table(vectors),
        "alternatives": alternatives_table(sources, chains, explicit),
    }


def chain_sizes(
    chains: dict[str, ChainSpec], supply: pd.DataFrame, rules: dict[str, RecyclingRule]
) -> dict[str, Throughput]:
    """Return the size of every chain: from ore, recycled, and whether one holds the other."""
    sizes = {}
    for name in chains:
        mined, refined = (stage_total(supply, name, stage) for stage in ("mined", "refined"))
        totals = {(name, "refined"): refined}
        totals[name, "recycled"] = recycled_total(rules[name], mined, refined)
        sizes[name] = throughput_of(name, totals, is_counted=rules[name].counted)
    return sizes


def placed(table: pd.DataFrame, explicit: list[str], measure: str) -> pd.DataFrame:
    """Return a table with countries that are not explicit added up in the rest of the world."""
    known = set(explicit)
    pooled = table.assign(country=[c if c in known else REST_OF_WORLD for c in table["country"]])
    keys = [name for name in pooled.columns if name != measure]
    sums = pooled.groupby(keys, sort=False)[measure].sum().reset_index()
    return sums[list(table.columns)]


def use_of_explicit(
    chains: dict[str, ChainSpec],
    supply: pd.DataFrame,
    trade: dict[tuple[str, str], pd.DataFrame],
    shares: pd.DataFrame,
    world: tuple[dict[str, pd.Series], tuple[str, ...]],
    sizes: dict[str, Throughput],
) -> pd.DataFrame:
    """Return use of every mineral by explicit country.

    Parameters
    ----------
    chains, supply, trade
        Definitions, mined and refined vectors, contained trade.
    shares
        Published shares of use.
    world
        Weights of countries by name (gdp, population), and the explicit countries.
    sizes
        Size of every chain: the total of use where none is published.
    """
    refined = supply[supply["stage"] == "refined"]
    apparent = {
        name: apparent_use(chain, refined[refined["mineral"] == name], trade[name, "refined"])
        for name, chain in chains.items()
    }
    return used_vectors(shares, SplitWeights(apparent, *world), totals_of_use(sizes))


def supply_vectors(
    sources: Path, chains: dict[str, ChainSpec], gross_trade: pd.DataFrame
) -> pd.DataFrame:
    """Return mined and refined vectors of every mineral."""
    mined = mined_vectors(sources, chains)
    totals = {name: stage_total(mined, name, "mined") for name in mined["mineral"].unique()}
    intakes = {
        name: ore_intake(chain, mined[mined["mineral"] == name], gross_trade)
        for name, chain in chains.items()
        if chain.refined_stage == INTAKE_STAGE
    }
    refined = refined_vectors(sources, chains, totals, intakes)
    return pd.concat([mined, integrated_vectors(refined, chains), refined], ignore_index=True)


def contained_trade(
    sources: Path,
    chains: dict[str, ChainSpec],
    gross_trade: pd.DataFrame,
    supply: pd.DataFrame,
    sizes: dict[str, Throughput],
) -> dict[tuple[str, str], pd.DataFrame]:
    """Return contained trade of every mineral and link, ore scaled to chain tonnes."""
    prices = refined_prices(sources)["price_refined_usd_per_t"]
    trade = {}
    for name, chain in chains.items():
        vectors = supply[supply["mineral"] == name]
        scale = sizes[name].from_ore / stage_total(supply, name, "mined")
        for link in LINKS:
            table = link_trade(chain, link, gross_trade, vectors, float(prices[name]))
            if link == "ore":
                table = table.assign(tonnes=table["tonnes"] * scale)
            trade[name, link] = table
    return trade
