"""The ranking of actors by what they can do: its header, its sharpest threats, its record.

Does      Names each actor's largest threat and writes the ranking as plain records.
Units     USD/yr and shares [1].
Method    None: look-ups in the matrix.
Assumes   The matrix holds all pairs.
Not here  The table: see `oreacle.present.power_text`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from oreacle.market.leverage.power import hurt
from oreacle.present import words
from oreacle.present.power_words import Names, basis_words, label
from oreacle.world.grades import footnote
from oreacle.world.snapshot import World


def sharpest(matrix: xr.Dataset, world: World, names: Names) -> dict[str, str]:
    """Return each actor's largest threat, such as ``graphite to Korea``."""
    loss = hurt(matrix).transpose("actor", "mineral", "target")
    found = {}
    for k, actor in enumerate(loss["actor"].values):
        cells = np.nan_to_num(loss.to_numpy()[k])
        mineral, target = np.unravel_index(int(cells.argmax()), cells.shape)
        if cells[mineral, target] > 0.0:
            good = world.chain(str(loss["mineral"].values[mineral])).name
            who = label(str(loss["target"].values[target]), names)
            found[str(actor)] = f"{words.short_name(good).lower()} to {who}"
    return found


def header(matrix: xr.Dataset, world: World) -> tuple[str, str]:
    """Return the title of the ranking, and what its numbers rest on."""
    chains = [world.chain(str(name)) for name in matrix["mineral"].values]
    what = words.short_name(chains[0].name) if len(chains) == 1 else f"{len(chains)} minerals"
    failed = int(matrix.attrs["failed"])
    cleared = f"{matrix.attrs['cases']:,} cuts of one actor by another cleared"
    note = footnote((words.short_name(chain.name), chain.grades) for chain in chains)
    trust = f"{failed} did not clear and are missing" if failed else "every one to its certificate"
    return (
        f"Power over {what}, {world.base_year}",
        f"{basis_words(str(matrix.attrs['by']))} {cleared}, {trust}. {note}".strip(),
    )


def ranking_record(powers: xr.Dataset, matrix: xr.Dataset, world: World) -> dict[str, Any]:
    """Return the ranking as plain values for JSON, the strongest first."""
    order = np.argsort(-powers["outgoing"].to_numpy(), kind="stable")
    rows = [
        {
            "actor": str(powers["actor"].values[k]),
            **{name: float(powers[name].values[k]) for name in powers.data_vars},
        }
        for k in order
    ]
    return {
        "year": world.base_year,
        "by": matrix.attrs["by"],
        "units": {name: powers[name].attrs["units"] for name in powers.data_vars},
        "cases": matrix.attrs["cases"],
        "failed": matrix.attrs["failed"],
        "actors": rows,
    }
