"""Entrepots: through whose customs each flow reaches its importer.

Does      Makes the table `entrepots`: the share of each flow by origin that clears customs as
          coming from another country.
Units     Shares of the flow from origin to importer.
Method    Where trade of the link is recorded in tonnes: exports traced to origins, times the
          importer's records (basis derived). Where a code bundles several metals or there is
          none: published import sources of the United States and the European Union; partners
          that ship more than their output pass on the mix that they receive (basis sourced).
Assumes   The European Union's published sources hold for each member.
Not here  The tracing and the fit: see `origins`; the flows: see `flows`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oreacle.core.labels import LINKS, REST_OF_WORLD
from oreacle.data.base.chains import ChainSpec
from oreacle.data.base.origins import export_origins, shares_by_way
from oreacle.data.base.trade import transit_origins
from oreacle.data.codes import eu_members

LEAST_SHARE = 0.01
"""Share of an importer's supply below which a way is counted as direct [1]."""
DIGITS = 5
LEAST_COVERAGE = 0.25
"""Records below this share of the importer's foreign supply say nothing of its ways [1]."""
COLUMNS = ["mineral", "link", "origin", "importer", "via", "share", "basis", "source"]
SOURCES = {"USA": "usgs-mcs-2026", "EU": "eu-crm-2023"}
EU_STAGE = "processing"
"""Stage of the European Union's shares where the chain names none."""
CUSTOMS_SOURCE = "cepii-baci"
# Bauxite of the base flows is followed through alumina refineries to smelters: its records end
# at the refinery, so they say nothing of the link from mine to smelter.
THROUGH_A_STAGE = (("aluminium", "ore"),)


@dataclass(frozen=True)
class EntrepotInputs:
    """What the shares are made from.

    Attributes
    ----------
    flows
        Table `flows`.
    customs
        Contained trade by mineral and link as customs record it: exporter, importer, tonnes.
    output
        Supply by mineral and link in the same unit: country, quantity_t.
    sourcing
        Published import sources, from `oreacle.data.readers.facts.read_import_shares`.
    named
        Countries that the world holds; all others are the rest of the world.
    """

    flows: pd.DataFrame
    customs: dict[tuple[str, str], pd.DataFrame]
    output: dict[tuple[str, str], pd.DataFrame]
    sourcing: pd.DataFrame
    named: frozenset[str]


@dataclass(frozen=True)
class _Foreign:
    """Flows of one link that cross a border, by origin and importer."""

    origins: tuple[str, ...]
    importers: tuple[str, ...]
    flow: NDArray[np.float64]
    output: NDArray[np.float64]
    supply: NDArray[np.float64]


def entrepots_table(chains: dict[str, ChainSpec], inputs: EntrepotInputs) -> pd.DataFrame:
    """Return the table `entrepots`.

    Returns
    -------
    DataFrame
        Rows for flows of which a share passes an entrepot; their shares add to one, with the
        direct share as `via` = `origin`. A flow without rows is all direct.
    """
    rows: list[tuple[object, ...]] = []
    for chain in chains.values():
        for link in LINKS:
            key = (chain.mineral, link)
            foreign = _foreign(inputs.flows, *key)
            if not foreign.origins or key in THROUGH_A_STAGE:
                continue
            made = _sourced(chain, link, foreign, inputs)
            if is_recorded(chain, link) and not inputs.customs[key].empty:
                made = {**_derived(chain, link, foreign, inputs), **made}
            rows += [(*key, *row) for importer in sorted(made) for row in made[importer]]
    return pd.DataFrame(rows, columns=COLUMNS)


def is_recorded(chain: ChainSpec, link: str) -> bool:
    """Return True if records of the link count tonnes of this mineral alone."""
    return chain.grade(link) in ("A", "B") and chain.measure(link) != "pattern"


def _foreign(flows: pd.DataFrame, mineral: str, link: str) -> _Foreign:
    part = flows[(flows["mineral"] == mineral) & (flows["link"] == link)]
    supply = part.groupby("importer")["quantity_t"].sum()
    output = part.groupby("exporter")["quantity_t"].sum()
    across = part[part["exporter"] != part["importer"]]
    table = across.pivot_table(
        index="exporter", columns="importer", values="quantity_t", aggfunc="sum", fill_value=0.0
    )
    return _Foreign(
        tuple(str(code) for code in table.index),
        tuple(str(code) for code in table.columns),
        table.to_numpy(dtype=float),
        output.reindex(table.index).to_numpy(dtype=float),
        supply.reindex(table.columns).to_numpy(dtype=float),
    )


def _derived(
    chain: ChainSpec, link: str, foreign: _Foreign, inputs: EntrepotInputs
) -> dict[str, list[tuple[object, ...]]]:
    """Return ways by importer from customs records."""
    key = (chain.mineral, link)
    trade, output = inputs.customs[key], inputs.output[key].groupby("country")["quantity_t"].sum()
    countries = sorted({*trade["exporter"], *trade["importer"], *output.index})
    matrix = trade_matrix(trade, countries)
    traced = export_origins(matrix, output.reindex(countries, fill_value=0.0).to_numpy(float))
    for country, origin in transit_origins(*key).items():
        if country in countries and origin in countries:
            traced[:, countries.index(country)] = np.eye(len(countries))[countries.index(origin)]
    rest, traced = _unattributed(traced, foreign.origins)
    pooled = [_pooled(code, inputs.named) for code in countries]
    ways = tuple(sorted({*pooled, *foreign.origins}))
    to_way = _membership(pooled, ways)
    to_origin = _membership(
        [_pooled(code, frozenset(foreign.origins)) for code in countries], foreign.origins
    )
    direct = np.array([ways.index(code) for code in foreign.origins])
    made: dict[str, list[tuple[object, ...]]] = {}
    for place, importer in enumerate(foreign.importers):
        bought = matrix[:, [code == importer for code in pooled]].sum(axis=1)
        records = bought @ to_way
        if importer != REST_OF_WORLD:
            records = np.where(np.array(ways) == importer, 0.0, records)
        flow = foreign.flow[:, place]
        if records.sum() < LEAST_COVERAGE * flow.sum():
            continue
        shipped = (to_origin.T @ (traced * bought[None, :]) + rest * bought[None, :]) @ to_way
        mix = np.divide(shipped, records, out=np.zeros_like(shipped), where=records > 0)
        shares = shares_by_way(flow, records / records.sum(), mix, direct)
        made[importer] = _kept(foreign, place, shares, ways, direct, ("derived", CUSTOMS_SOURCE))
    return made


def _unattributed(
    traced: NDArray[np.float64], origins: tuple[str, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return exports of unknown origin as output of the rest of the world, and traced ones.

    Where the rest of the world supplies nothing, the known origins stand for all.
    """
    known = traced.sum(axis=0, keepdims=True)
    rest = np.zeros((len(origins), traced.shape[1]))
    if REST_OF_WORLD in origins:
        rest[origins.index(REST_OF_WORLD)] = np.maximum(1.0 - known[0], 0.0)
        return rest, traced
    whole = np.divide(traced, known, out=np.zeros_like(traced), where=known > 0)
    return rest, whole


def trade_matrix(trade: pd.DataFrame, countries: list[str]) -> NDArray[np.float64]:
    """Return contained trade as a square matrix (exporter, importer)."""
    table = trade.pivot_table(
        index="exporter", columns="importer", values="tonnes", aggfunc="sum", fill_value=0.0
    )
    square = table.reindex(index=countries, columns=countries, fill_value=0.0)
    return np.asarray(square.to_numpy(dtype=float))


def _sourced(
    chain: ChainSpec, link: str, foreign: _Foreign, inputs: EntrepotInputs
) -> dict[str, list[tuple[object, ...]]]:
    """Return ways of the United States and the European Union from published sources."""
    if link != "refined" or is_recorded(chain, link):
        return {}
    made: dict[str, list[tuple[object, ...]]] = {}
    for block, members in (("USA", frozenset({"USA"})), ("EU", eu_members())):
        places = [k for k, code in enumerate(foreign.importers) if code in members]
        records = published_records(chain, block, inputs.sourcing, inputs.named)
        if records.empty or not places:
            continue
        flow = foreign.flow[:, places]
        # The European Union's shares are of all it uses, its own output included.
        size = float(foreign.supply[places].sum() if block == "EU" else flow.sum())
        mix = _shipped_by_partners(foreign, records, flow.sum(axis=1), size)
        for place in places:
            made[foreign.importers[place]] = _published(
                foreign, place, records, mix, SOURCES[block]
            )
    return made


def published_records(
    chain: ChainSpec, block: str, sourcing: pd.DataFrame, known: frozenset[str]
) -> pd.Series:
    """Return published exporters of record of refined product by partner, ROW last [1].

    ROW holds partners that are not published or not `known`. Empty if nothing is published.
    """
    label = chain.usa_evidence if block == "USA" else chain.eu_evidence
    if block == "EU" and not label[0]:
        label = (chain.mineral, EU_STAGE)
    rows = sourcing[
        (sourcing["importer"] == block)
        & (sourcing["mineral"] == label[0])
        & (sourcing["stage"] == label[1])
    ]
    partners: pd.Series = rows[rows["partner"].isin(known)].groupby("partner")["share"].sum()
    if partners.empty:
        return partners
    unnamed = max(1.0 - float(partners.sum()), 0.0)
    records: pd.Series = pd.concat([partners, pd.Series({REST_OF_WORLD: unnamed})])
    return records.div(records.sum())


def _shipped_by_partners(
    foreign: _Foreign, records: pd.Series, taken: NDArray[np.float64], size: float
) -> NDArray[np.float64]:
    """Return the origins of what published partners ship to a block (origin, partner) [1].

    A partner whose shipments its output covers ships its own. Another ships what the flows say
    of its own and passes on the mix that it receives, the world's where the link does not
    serve it. The last partner stands for all without a name: first the origins without a name,
    then pass-on.
    """
    mix = np.zeros((len(foreign.origins), len(records)))
    unnamed = np.array([code not in records.index[:-1] for code in foreign.origins])
    for n, (code, share) in enumerate(records.items()):
        last = n == len(records) - 1
        itself = unnamed if last else np.array(foreign.origins) == code
        sent = float(share) * size
        if sent <= 0:
            continue
        covered = not last and itself.any() and float(foreign.output[itself].sum()) >= sent
        own = 1.0 if covered else min(float(taken[itself].sum()) / sent, 1.0)
        received = foreign.flow.sum(axis=1)
        if code in foreign.importers and not last:
            received = foreign.flow[:, foreign.importers.index(str(code))]
        received = np.where(itself, 0.0, received)
        if itself.any() and taken[itself].sum() > 0:
            mix[:, n] += own * np.where(itself, taken, 0.0) / taken[itself].sum()
        if received.sum() > 0:
            mix[:, n] += (1.0 - own) * received / received.sum()
    return mix


def _published(
    foreign: _Foreign,
    place: int,
    records: pd.Series,
    mix: NDArray[np.float64],
    source: str,
) -> list[tuple[object, ...]]:
    """Return the ways of one importer whose exporters of record are published."""
    ways = tuple(str(code) for code in records.index)
    last = len(ways) - 1
    direct = np.array([ways.index(code) if code in ways else last for code in foreign.origins])
    seen = np.where(np.array(ways) == foreign.importers[place], 0.0, records.to_numpy(dtype=float))
    shares = shares_by_way(foreign.flow[:, place], seen / seen.sum(), mix, direct)
    return _kept(foreign, place, shares, ways, direct, ("sourced", source))


def _kept(
    foreign: _Foreign,
    place: int,
    shares: NDArray[np.float64],
    ways: tuple[str, ...],
    direct: NDArray[np.int64],
    evidence: tuple[str, str],
) -> list[tuple[object, ...]]:
    """Return rows of the ways that matter to the importer; the rest goes direct."""
    flow, supply = foreign.flow[:, place], foreign.supply[place]
    kept: list[tuple[object, ...]] = []
    for k, origin in enumerate(foreign.origins):
        through = {
            via: round(float(shares[k, n]), DIGITS)
            for n, via in enumerate(ways)
            if n != direct[k] and shares[k, n] * flow[k] >= LEAST_SHARE * supply
        }
        if through:
            through[origin] = round(1.0 - sum(through.values()), DIGITS)
            kept += [
                (origin, foreign.importers[place], via, max(share, 0.0), *evidence)
                for via, share in sorted(through.items())
            ]
    return kept


def _pooled(code: str, named: frozenset[str]) -> str:
    return code if code in named else REST_OF_WORLD


def _membership(codes: list[str], groups: tuple[str, ...]) -> NDArray[np.float64]:
    """Return which code is which group (code, group) [1]."""
    return np.array([[float(code == group) for group in groups] for code in codes])
