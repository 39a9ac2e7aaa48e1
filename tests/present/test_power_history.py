"""The page of leverage over the years: gaps stay gaps, reasons are said."""

import numpy as np
import xarray as xr

from oreacle.present.power_history import history_record, main_targets, unknown


def _series() -> xr.Dataset:
    loss = np.array([[np.nan, np.nan, np.nan], [1e6, 5e6, 9e6]])
    return xr.Dataset(
        {
            "loss": (("year", "target"), loss),
            "own_cost": (("year", "target"), 0.1 * loss),
            "absent": ("year", np.array(["no price", ""], dtype=object)),
        },
        {"year": [1996, 2010], "target": ["EU", "JPN", "ROW"]},
        attrs={"actor": "CHN", "mineral": "cobalt"},
    )


def test_targets_are_ranked_and_the_rest_of_the_world_is_none() -> None:
    assert main_targets(_series(), 3) == ["JPN", "EU"]


def test_a_year_that_is_not_known_is_none_and_its_reason_is_said() -> None:
    record = history_record(_series())
    assert record["years"][0]["loss"]["JPN"] is None  # type: ignore[index]
    assert record["years"][1]["loss"]["JPN"] == 5e6  # type: ignore[index]
    assert unknown(_series())[0] == "1996: no price."
