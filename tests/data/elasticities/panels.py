"""Trade made up from a known elasticity."""

from __future__ import annotations

import numpy as np
import pandas as pd

LATEST = 2020


def planted_trade(
    elasticity: float, *, noise: float = 0.3, suppliers: int = 24, buyers: int = 10, seed: int = 7
) -> pd.DataFrame:
    """Return trade in which relative demand has the given elasticity and supply has shocks.

    Each supplier's offer over the years is a random walk, prices clear each buyer's relative
    demand, tastes of single buyers move, and tonnages are recorded with noise.
    """
    rng = np.random.default_rng(seed)
    years = np.arange(2001, LATEST + 1)
    shape = (len(years), suppliers, buyers)
    offer = np.cumsum(rng.normal(0, 0.4, shape[:2]), axis=0)[:, :, None]
    taste = np.cumsum(rng.normal(0, 0.2, shape), axis=0)
    quantity = 9.0 + rng.normal(0, 0.5, shape[1:])[None] + offer + rng.normal(0, 0.1, shape)
    # Inverse demand: what is offered in plenty is cheaper, what is liked is dearer.
    price = 6.0 - (quantity - 9.0 - taste) / elasticity
    recorded = quantity + rng.normal(0, noise, shape)
    year, supplier, buyer = (grid.ravel() for grid in np.indices(shape))
    return pd.DataFrame(
        {
            "year": years[year],
            "exporter": [f"S{k:02d}" for k in supplier],
            "importer": [f"B{k:02d}" for k in buyer],
            "hs": "260300",
            "value_kusd": np.exp(price + quantity).ravel() / 1e3,
            "quantity_t": np.exp(recorded).ravel(),
        }
    )
