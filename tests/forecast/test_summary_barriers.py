"""An outlook counts the barriers that a run brought in; a run without them has none to count."""

from __future__ import annotations

import numpy as np
import xarray as xr

from oreacle.forecasting.summary import barriers_end


def test_barriers_are_counted_at_the_end_and_left_out_where_they_are_off() -> None:
    counts = {
        "barriers_on_trade": [[0.0, 50.0], [0.0, 60.0], [0.0, 80.0]],
        "barriers_mandates": [[0.0, 1.0], [0.0, 2.0], [0.0, 3.0]],
        "barriers_blocks": [[0.0, 84.0], [0.0, 80.0], [0.0, 90.0]],
    }
    arrays = xr.Dataset({k: (("member", "year"), np.array(v)) for k, v in counts.items()})
    assert barriers_end(arrays) == (62.0, 84.0)
    assert barriers_end(arrays.drop_vars("barriers_mandates")) == ()
