"""The option `--save` of `power`: charts of leverage in a file.

Does      Writes who can hurt whom, or what one actor can do and suffer, to a file.
Units     USD/yr.
Method    As `oreacle.app.shock_save`: the ending of the file decides.
Assumes   The file was checked by `oreacle.app.shock_save.check_save`.
Not here  The charts: see `oreacle.present.charts.leverage_charts`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from oreacle.app.output import talk

if TYPE_CHECKING:
    import xarray as xr

    from oreacle.world.snapshot import World


def save_power(
    path: Path | None, matrix: xr.Dataset, world: World, *, actor: str | None = None
) -> None:
    """Write the charts of a leverage matrix, and say where.

    Parameters
    ----------
    path
        File; None to write nothing.
    matrix
        `loss` and `own_cost` [USD/yr] by actor, target and maybe mineral.
    world
        Gives names and the year.
    actor
        Code of the actor asked about; None for all.

    Raises
    ------
    ChartError
        ORE-APP-012 if there is nothing to draw; ORE-APP-013 if the file cannot be written.
    """
    if path is None:
        return
    from oreacle.present.charts.leverage_charts import leverage_rows, save_power_chart
    from oreacle.present.shock_text import country_labels

    source = (
        f"Source: oreacle, market of {world.base_year}; data as of {world.as_of}. "
        "Sources of the data: `oreacle data sources`."
    )
    rows = leverage_rows(matrix)
    save_power_chart(rows, path, actor=actor, names=country_labels(world), source=source)
    talk(f"charts: {path}")
