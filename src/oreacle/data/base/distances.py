"""Distances for gravity priors.

Does      Gives the distance between any two nodes, the rest of the world included.
Units     Kilometres.
Method    CEPII distance between main cities, internal distance for a country with itself;
          the rest of the world is as far as the median country.
Assumes   A country without an entry is as far as the median country.
Not here  The table `distances` of the world: see `oreacle.data.history`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oreacle.data.codes import canonical_codes
from oreacle.data.readers.source_files import numbers_of, read_text_table

DISTANCE_FILE = "raw/cepii-geodist/dist_cepii.csv"


def read_distance_matrix(sources: Path) -> pd.DataFrame:
    """Return the square table of distances between countries, internal ones on the diagonal."""
    raw = read_text_table(sources, DISTANCE_FILE, ["iso_o", "iso_d", "dist"], separator=";")
    table = pd.DataFrame(
        {
            "origin": canonical_codes(raw["iso_o"]),
            "destination": canonical_codes(raw["iso_d"]),
            "distance_km": numbers_of(raw["dist"], DISTANCE_FILE),
        }
    )
    return table.pivot_table(
        index="origin", columns="destination", values="distance_km", aggfunc="mean"
    )


def distance_between(
    table: pd.DataFrame, origins: list[str], destinations: list[str], rest_internal_km: float
) -> NDArray[np.float64]:
    """Return distances from origins to destinations.

    Parameters
    ----------
    table
        As from `read_distance_matrix`.
    origins, destinations
        Country codes or ROW.
    rest_internal_km
        Distance inside the rest of the world.

    Returns
    -------
    Array (origin, destination) [km]
    """
    block = table.reindex(index=origins, columns=destinations).to_numpy(dtype=float, copy=True)
    typical_to = table.median(axis=0).reindex(destinations).to_numpy(dtype=float)
    typical_from = table.median(axis=1).reindex(origins).to_numpy(dtype=float)
    world = float(np.nanmedian(table.to_numpy(dtype=float)))
    block = np.where(np.isnan(block), typical_to[None, :], block)
    block = np.where(np.isnan(block), typical_from[:, None], block)
    block = np.where(np.isnan(block), world, block)
    for row, origin in enumerate(origins):
        if origin == "ROW" and "ROW" in destinations:
            block[row, destinations.index("ROW")] = rest_internal_km
    farther: NDArray[np.float64] = np.maximum(block, 1.0)
    return farther
