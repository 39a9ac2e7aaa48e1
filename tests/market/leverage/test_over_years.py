"""Leverage year by year: what is not known is NaN with a reason, the rest is the year's matrix."""

import numpy as np
import pytest

from oreacle.core.errors import DataError
from oreacle.market.leverage.matrix import leverage
from oreacle.market.leverage.over_years import leverage_over_years
from oreacle.world.past import world_in


def test_a_year_of_the_series_is_the_matrix_of_that_year() -> None:
    series = leverage_over_years("CHN", "cobalt", (2001, 2005))
    alone = leverage(world_in(2005), "cobalt", actors=("CHN",), circumvention=False)
    assert float(series.loss.sel(year=2005, target="JPN")) == pytest.approx(
        float(alone.loss.sel(actor="CHN", target="JPN")), rel=1e-9
    )
    assert series.loss.attrs["units"] == "USD/yr"


def test_years_without_a_chain_are_missing_with_a_reason() -> None:
    series = leverage_over_years("CHN", "rare_earths_light", (1996, 2010))
    assert np.isnan(series.loss.sel(year=1996)).all()
    assert "price" in str(series.absent.sel(year=1996).item())
    assert float(series.loss.sel(year=2010, target="JPN")) > 0.0
    with pytest.raises(DataError, match="ORE-DAT-142"):
        leverage_over_years("CHN", "aluminium", (2005,))
