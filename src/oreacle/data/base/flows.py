"""Balanced flows of every mineral and link.

Does      Makes the table `flows`: who ships how much to whom, with the origin of each cell.
Units     Chain tonnes per year.
Method    Prior by the data grade of the link, stated routes, absent links by the estimated
          opening weight, cells below 1e-9 of the throughput dropped, then iterative
          proportional fitting.
          Aluminium: bauxite to alumina refineries by trade, alumina to smelters by gravity,
          the two chained.
Assumes   Integrated minerals ship no ore.
Not here  Flows without the measures in force: see `unrestricted`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oreacle.data.assumptions import read_assumed
from oreacle.data.base.balance import balance_sparse
from oreacle.data.base.chains import ChainSpec
from oreacle.data.base.distances import distance_between
from oreacle.data.base.margins import LinkMargins, Throughput, link_margins, pooled_matrix
from oreacle.data.base.trade_prior import (
    DOMESTIC,
    GRAVITY,
    GravityParameters,
    LinkPrior,
    gravity_prior,
    levels_of_pattern,
    observed_prior,
    with_absent_links,
    with_sourcing,
)
from oreacle.data.codes import eu_members
from oreacle.data.readers.facts import read_refining

LEAST_CELL = 1e-9
OBSERVED_GRADES = ("A", "B")
ALUMINA_STAGE = "alumina"


@dataclass(frozen=True)
class FlowInputs:
    """What the matrices are made from."""

    nodes: pd.DataFrame
    throughputs: dict[str, Throughput]
    trade: dict[tuple[str, str], pd.DataFrame]
    distances: pd.DataFrame
    calm_weight: dict[str, float]
    sourcing: pd.DataFrame
    alumina: pd.Series


def gravity_parameters() -> GravityParameters:
    """Return the stated parameters of the prior."""
    table = read_assumed("gravity").set_index("parameter")["value"].astype(float)
    names = GravityParameters.__dataclass_fields__
    return GravityParameters(**{name: float(table[name]) for name in names})


def rest_internal_km() -> float:
    """Return the stated distance inside the rest of the world."""
    table = read_assumed("gravity").set_index("parameter")["value"].astype(float)
    return float(table["rest_internal_distance_km"])


def read_alumina(sources: Path) -> pd.Series:
    """Return alumina output by country [t], the step between bauxite and metal."""
    facts = read_refining(sources)
    rows = facts[
        (facts["mineral"] == "aluminium")
        & (facts["stage"] == ALUMINA_STAGE)
        & (facts["recommended"] == "latest")
    ]
    return rows.groupby("country")["value"].sum()


def flows_table(chains: dict[str, ChainSpec], inputs: FlowInputs) -> pd.DataFrame:
    """Return the table `flows` for every mineral and link."""
    parameters = gravity_parameters()
    parts = []
    for chain in chains.values():
        for link in ("ore", "refined"):
            margins = link_margins(
                inputs.nodes, chain.mineral, link, inputs.throughputs[chain.mineral]
            )
            prior = link_prior(chain, link, margins, inputs, parameters)
            matrix = balance_sparse(
                prior.matrix,
                margins.supply,
                margins.demand,
                least_share=LEAST_CELL,
                place=f"{chain.mineral} {link}",
            )
            parts.append(_rows(chain.mineral, link, margins, matrix, prior.basis))
    return pd.concat(parts, ignore_index=True)


def link_prior(
    chain: ChainSpec,
    link: str,
    margins: LinkMargins,
    inputs: FlowInputs,
    parameters: GravityParameters,
) -> LinkPrior:
    """Return the prior of one link by its data grade."""
    grade = chain.grade(link)
    if grade == "N":
        own = margins.own()
        return LinkPrior(own * margins.supply[:, None], np.where(own, DOMESTIC, GRAVITY))
    distance = _distances(margins, inputs)
    if chain.mineral == "aluminium" and link == "ore":
        prior = _bauxite_prior(margins, inputs, parameters)
    elif grade in OBSERVED_GRADES or link == "ore":
        observed = pooled_matrix(inputs.trade[chain.mineral, link], margins)
        if chain.measure(link) == "pattern":
            observed = levels_of_pattern(observed, margins, parameters)
        stated = _stated_routes(chain.mineral, link, margins)
        prior = observed_prior(np.maximum(observed, stated), margins, distance, parameters)
        hidden = (stated > observed) & ~margins.own()
        prior = LinkPrior(prior.matrix, np.where(hidden, GRAVITY, prior.basis))
    else:
        prior = gravity_prior(margins, distance, parameters)
    prior = _with_evidence(prior, chain, link, margins, inputs.sourcing)
    return with_absent_links(prior, margins, inputs.calm_weight[link], closed_links(margins))


def closed_links(margins: LinkMargins) -> NDArray[np.bool_]:
    """Return which cells war or embargo closes, from `assumed/closed_links.csv`."""
    table = read_assumed("closed_links")
    pairs = set(zip(table["country_a"], table["country_b"], strict=True))
    members = eu_members()
    names = {
        code: ({code, "EU"} if code in members else {code})
        for code in (*margins.suppliers, *margins.buyers)
    }
    return np.array(
        [
            [
                any((a, b) in pairs or (b, a) in pairs for a in names[seller] for b in names[buyer])
                for buyer in margins.buyers
            ]
            for seller in margins.suppliers
        ]
    )


def _stated_routes(mineral: str, link: str, margins: LinkMargins) -> NDArray[np.float64]:
    """Return flows on routes that trade codes hide, as stated shares of an exporter's output."""
    table = read_assumed("ore_routes")
    rows = table[(table["mineral"] == mineral) & (table["link"] == link)]
    supply = dict(zip(margins.suppliers, margins.supply, strict=True))
    routes = rows[["exporter", "importer"]].assign(
        tonnes=rows["value"].astype(float) * rows["exporter"].map(supply).astype(float)
    )
    return pooled_matrix(routes.dropna(), margins)


def _with_evidence(
    prior: LinkPrior, chain: ChainSpec, link: str, margins: LinkMargins, sourcing: pd.DataFrame
) -> LinkPrior:
    """Return the prior with published sourcing of refined products, where trade is weak."""
    if link != "refined" or chain.grade(link) == "A" or chain.role_split:
        return prior
    american = np.array([code == "USA" for code in margins.buyers])
    european = np.array([code in eu_members() for code in margins.buyers])
    for importer, label, buyers in (
        ("USA", chain.usa_evidence, american),
        ("EU", chain.eu_evidence, european),
    ):
        rows = sourcing[
            (sourcing["importer"] == importer)
            & (sourcing["mineral"] == label[0])
            & (sourcing["stage"] == label[1])
            & (sourcing["partner"] != "ROW")
        ]
        if buyers.any() and not rows.empty:
            sums = rows.groupby("partner")["share"].sum()
            shares = {str(code): float(share) for code, share in sums.items()}
            prior = with_sourcing(prior, margins, buyers, shares, holds_own=importer == "EU")
    return prior


def _bauxite_prior(
    margins: LinkMargins, inputs: FlowInputs, parameters: GravityParameters
) -> LinkPrior:
    """Return bauxite to smelters through alumina refineries."""
    alumina = inputs.alumina / inputs.alumina.sum() * margins.throughput
    refiners = tuple(str(code) for code in alumina.index)
    output = alumina.to_numpy(dtype=float)
    first = LinkMargins(margins.suppliers, margins.supply, refiners, output)
    second = LinkMargins(refiners, output, margins.buyers, margins.demand)
    observed = pooled_matrix(inputs.trade["aluminium", "ore"], first)
    direct = observed_prior(observed, first, _distances(first, inputs), parameters)
    direct = with_absent_links(direct, first, inputs.calm_weight["ore"])
    bauxite = balance_sparse(
        direct.matrix, first.supply, first.demand, least_share=LEAST_CELL, place="bauxite"
    )
    onward = gravity_prior(second, _distances(second, inputs), parameters)
    smelting = balance_sparse(
        onward.matrix, second.supply, second.demand, least_share=LEAST_CELL, place="alumina"
    )
    matrix = bauxite @ (smelting / output[:, None])
    return LinkPrior(matrix, np.where(margins.own(), DOMESTIC, GRAVITY))


def _distances(margins: LinkMargins, inputs: FlowInputs) -> NDArray[np.float64]:
    return distance_between(
        inputs.distances, list(margins.suppliers), list(margins.buyers), rest_internal_km()
    )


def _rows(
    mineral: str,
    link: str,
    margins: LinkMargins,
    matrix: NDArray[np.float64],
    basis: NDArray[np.str_],
) -> pd.DataFrame:
    row, column = np.nonzero(matrix > 0)
    return pd.DataFrame(
        {
            "mineral": mineral,
            "link": link,
            "exporter": np.array(margins.suppliers)[row],
            "importer": np.array(margins.buyers)[column],
            "quantity_t": matrix[row, column],
            "basis": basis[row, column],
        }
    )
