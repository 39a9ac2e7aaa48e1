"""Leverage of one actor in one mineral, year by year.

Does      Runs the leverage matrix on the world of each year and keeps the actor's row.
Units     USD/yr, nominal dollars of each year.
Method    `oreacle.market.leverage.leverage` on `oreacle.world.past.world_in(year)`.
Assumes   Responses do not change over the years; the base year is rebuilt by the same method, so
          that the last step of the series is no change of method.
Not here  Worlds of past years: see `oreacle.world.past`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from oreacle.core.errors import DataError
from oreacle.market.leverage.matrix import leverage
from oreacle.world.history import LAST_YEAR
from oreacle.world.history_trade import FIRST_YEAR
from oreacle.world.past import world_in

NAMES = ("loss", "own_cost")


def leverage_over_years(
    actor: str,
    mineral: str,
    years: Sequence[int] = (),
    *,
    link: str | None = None,
    threads: int = 1,
    directory: Path | None = None,
) -> xr.Dataset:
    """Return what an actor could do to each target in each year.

    Parameters
    ----------
    actor
        Trade actor such as ``CHN``.
    mineral
        Slug.
    years
        Years; empty for 1995 to the base year.
    link, threads
        As for `leverage`.
    directory
        Folder of tables; None for ``OREACLE_DATA`` or the embedded ones.

    Returns
    -------
    Dataset (year, target)
        `loss` and `own_cost` [USD/yr, nominal]. A year without a chain, or in which the actor
        stands in none, is NaN and `absent` (year) says why; a target that was no actor then is
        NaN as well.

    Raises
    ------
    DataError
        ORE-DAT-140 if a year is outside the history, ORE-DAT-142 if no year has a chain.
    ScenarioError
        ORE-SCN-002 on an unknown mineral, ORE-SCN-003 or 015 on an unknown actor.
    """
    asked = tuple(years) or tuple(range(FIRST_YEAR, LAST_YEAR + 1))
    rows: dict[str, dict[int, pd.Series]] = {name: {} for name in NAMES}
    why = []
    for year in asked:
        world = world_in(year, directory)
        name = world.territory.resolve(actor)
        reason = world.absent.get(mineral, "")
        if not reason and name != actor.upper():
            reason = f"{actor} was in the trade actor {name}"
        why.append(reason)
        if reason:
            continue
        table = leverage(
            world, mineral, link=link, actors=(name,), circumvention=False, threads=threads
        )
        for kind in NAMES:
            rows[kind][year] = table[kind].sel(actor=name).to_series()
    if not rows["loss"]:
        raise DataError(
            "ORE-DAT-142",
            f"no year asked for has a chain of {mineral}: {why[-1]}.",
            why="an empty series would look like no leverage.",
            fix="`oreacle.world.past.past_coverage(year)` lists what is known of each year.",
        )
    return _joined(rows, asked, why).assign_attrs(actor=actor.upper(), mineral=mineral)


def _joined(
    rows: dict[str, dict[int, pd.Series]], years: Sequence[int], why: Sequence[str]
) -> xr.Dataset:
    found = {}
    for kind, series in rows.items():
        frame = pd.DataFrame(series).T.reindex(list(years)).sort_index(axis=1)
        found[kind] = (
            ("year", "target"),
            frame.to_numpy(dtype=float),
            {"units": "USD/yr", "prices": "nominal"},
        )
        targets = [str(name) for name in frame.columns]
    return xr.Dataset(
        {**found, "absent": ("year", np.array(why, dtype=object))},
        {"year": list(years), "target": targets},
    )
