"""Flows as customs see them: through which country they reach their importer.

Does      Reads the table `entrepots` and turns flows by origin into customs records.
Units     Tonnes of the chain per year; shares.
Method    Leg = flow from origin to importer x share that clears customs as coming from `via`;
          a flow that the table does not name is all direct.
Assumes   The ways of the base year.
Not here  How the shares are made: see `oreacle.data.base.entrepots`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from oreacle.core.errors import DataError
from oreacle.core.labels import LINKS
from oreacle.data.store import read_table, tables_directory
from oreacle.world.chain import Chain

TOLERANCE = 1e-8
KEYS = ["mineral", "link", "origin", "importer"]


@dataclass(frozen=True)
class Entrepots:
    """Ways of flows that do not all go direct.

    Attributes
    ----------
    ways
        (via, share) by (mineral, link, origin, importer); shares add to one, the direct way has
        the origin as `via` [1].
    """

    ways: Mapping[tuple[str, str, str, str], tuple[tuple[str, float], ...]]

    def of(self, mineral: str, link: str, origin: str, importer: str) -> dict[str, float]:
        """Return the share of each exporter of record in one flow [1]."""
        return dict(self.ways.get((mineral, link, origin, importer), ((origin, 1.0),)))


def load_entrepots(directory: Path | None = None) -> Entrepots:
    """Return the entrepots of the base year.

    Parameters
    ----------
    directory
        Folder of tables; None for ``OREACLE_DATA`` or the embedded ones.

    Raises
    ------
    DataError
        ORE-DAT-002 if the table is missing, ORE-DAT-105 if the shares of a flow do not add to
        one.
    """
    return _load(tables_directory(directory))


@lru_cache(maxsize=4)
def _load(directory: Path) -> Entrepots:
    return entrepots_from_table(read_table("entrepots", directory))


def entrepots_from_table(table: pd.DataFrame) -> Entrepots:
    """Return entrepots from rows of the table `entrepots`.

    Raises
    ------
    DataError
        ORE-DAT-105 if the shares of a flow do not add to one.
    """
    sums = table.groupby(KEYS)["share"].sum()
    wrong = sums[~((sums - 1.0).abs() <= TOLERANCE)]
    if not wrong.empty:
        flow = " ".join(str(part) for part in np.atleast_1d(wrong.index[0]))
        raise DataError(
            "ORE-DAT-105",
            f"shares of entrepots do not add to one for {len(wrong)} flows, such as {flow}: "
            f"{wrong.iloc[0]:.6g}.",
            why="tonnes would be lost or counted twice between origin and customs.",
            fix="rebuild the tables with `oreacle data build`.",
        )
    ways: dict[tuple[str, str, str, str], tuple[tuple[str, float], ...]] = {}
    for row in table.to_dict("records"):
        key = (str(row["mineral"]), str(row["link"]), str(row["origin"]), str(row["importer"]))
        ways[key] = (*ways.get(key, ()), (str(row["via"]), float(row["share"])))
    return Entrepots(ways)


def customs_matrix(chain: Chain, entrepots: Entrepots, link: str = "refined") -> xr.DataArray:
    """Return what crosses borders by exporter of record.

    Parameters
    ----------
    chain
        Flows by origin.
    entrepots
        Their ways.
    link
        ``ore`` or ``refined``.

    Returns
    -------
    DataArray (exporter, importer) [t/yr]
        Sum over origins of flow x share of the way. Home supply passes no customs and is left
        out; columns add to the importer's foreign supply.
    """
    legs = _legs(chain, entrepots, link)
    matrix = legs.sum("origin").rename({"via": "exporter"})
    matrix.attrs["units"] = "t/yr"
    return matrix


def via_shares(
    chain: Chain, importer: str, entrepots: Entrepots, link: str = "refined"
) -> xr.DataArray:
    """Return how an importer's foreign supply splits by origin and exporter of record.

    Parameters
    ----------
    chain, entrepots, link
        As for `customs_matrix`.
    importer
        Country that takes the product.

    Returns
    -------
    DataArray (origin, via) [1]
        Adds to one over both; ``.sum("via")`` are shares by origin, ``.sum("origin")`` what
        customs record.

    Raises
    ------
    DataError
        ORE-DAT-106 if the importer takes nothing across borders.
    """
    legs = _legs(chain, entrepots, link)
    taken = importer in legs["importer"].values
    column = legs.sel(importer=importer, drop=True) if taken else None
    if column is None or float(column.sum()) <= 0:
        takers = ", ".join(str(code) for code in legs["importer"].values[:8])
        raise DataError(
            "ORE-DAT-106",
            f"{importer} takes no {link} {chain.mineral} from abroad.",
            why="there is no import to split by origin and way.",
            fix=f"name an importer of the link, such as {takers}.",
        )
    shares = column / column.sum()
    shares.attrs["units"] = "1"
    return shares


def _legs(chain: Chain, entrepots: Entrepots, link: str) -> xr.DataArray:
    """Return flows across borders by origin, way and importer [t/yr]."""
    if link not in LINKS:
        raise ValueError(f"link must be one of {', '.join(LINKS)}")
    origins, importers, flow = (
        (chain.miners, chain.refiners, chain.ore_flow)
        if link == "ore"
        else (chain.refiners, chain.users, chain.refined_flow)
    )
    parts = {
        (origin, importer): entrepots.of(chain.mineral, link, origin, importer)
        for origin in origins
        for importer in importers
        if origin != importer
    }
    ways = tuple(sorted({*origins, *(via for part in parts.values() for via in part)}))
    place = {code: k for k, code in enumerate(ways)}
    legs = np.zeros((len(origins), len(ways), len(importers)))
    for i, origin in enumerate(origins):
        for j, importer in enumerate(importers):
            for via, share in parts.get((origin, importer), {}).items():
                legs[i, place[via], j] = share * flow[i, j]
    return xr.DataArray(
        legs,
        {"origin": list(origins), "via": list(ways), "importer": list(importers)},
        dims=("origin", "via", "importer"),
    )
