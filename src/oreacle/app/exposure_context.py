"""What stands beside the exposure to one mineral: owners, and the GeoPolRisk indicator.

Does      Reads who owns the mines and plants of a mineral, and its scores for one importer.
Units     Shares and scores [1].
Method    See `oreacle.world.ownership` and `oreacle.world.geopolrisk`.
Assumes   The tables in use are those of the world.
Not here  Exposure itself: see `oreacle.app.exposure_records`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from oreacle.world.chain import Chain
from oreacle.world.geopolrisk_tables import load_geopolrisk, minerals_of
from oreacle.world.ownership import STAGES, control_matrix, load_ownership, owner_shares

Arrays = dict[str, xr.DataArray]


def owners_of(chain: Chain, data: Path | None) -> tuple[Arrays, Arrays]:
    """Return shares of world output by owner, and owners by country, of each stage."""
    ownership = load_ownership(data)
    return (
        {stage: owner_shares(ownership, chain, stage) for stage in STAGES},
        {stage: control_matrix(ownership, chain.mineral, stage) for stage in STAGES},
    )


def geopolrisk_rows(mineral: str, importer: str, data: Path | None) -> list[dict[str, Any]]:
    """Return the latest score of each material of a mineral; empty where there is none."""
    listed = minerals_of()
    names = set(listed.loc[listed["mineral"] == mineral, "material"])
    table = load_geopolrisk(data)
    if importer not in table["importer"].values:
        return []
    rows = []
    for name in sorted(names):
        scores = table.sel(material=name, importer=importer)
        known = np.flatnonzero(scores["score"].notnull().to_numpy())
        if known.size == 0:
            continue
        last = scores.isel(year=int(known[-1]))
        rows.append(
            {
                "material": name,
                "year": int(last["year"]),
                **{
                    key: float(f"{float(last[key]):.3g}") for key in ("hhi", "import_risk", "score")
                },
                "imports_t": float(last["imports"]),
                "output_t": float(last["output"]),
                "unscored": _known(float(last["unscored"])),
            }
        )
    return rows


def _known(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 4)
