"""What was known in a past year: lags, nothing from later, blocs and stand-ins."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.engine.acts.made import ACTOR_OF, book_of, made_tables, panel_of

from oreacle.core.errors import DataError
from oreacle.engine.acts.classes import EVENT_CLASSES
from oreacle.engine.acts.coding import acts_from_events
from oreacle.engine.acts.link_features import scope_features
from oreacle.engine.acts.memory import empty_memory
from oreacle.engine.acts.risk import at_risk
from oreacle.engine.acts.units import class_features
from oreacle.engine.history_inputs import carried, history_inputs, memories
from oreacle.engine.history_panel import FIRST_YEAR, WEIGHT_YEAR, panel_from_tables


@pytest.mark.parametrize("origin", [2006, 2009, 2012])
def test_features_of_a_year_are_the_same_without_any_later_row(origin: int) -> None:
    tables = made_tables()
    cut = {
        name: table[table["year"] <= origin - 1].copy() if "year" in table.columns else table
        for name, table in tables.items()
    }
    found: list[list[np.ndarray]] = []
    for version in (tables, cut):
        panel = panel_of(version)
        acts = acts_from_events(version["events"], panel, ACTOR_OF)
        inputs = history_inputs(panel, memories(panel, acts, np.array([origin]))[origin], origin)
        book = book_of(inputs)
        arrays = [class_features(book, one) for one in EVENT_CLASSES]
        arrays += [at_risk(inputs, one, dict(book.first)) for one in EVENT_CLASSES]
        found.append([*arrays, scope_features(inputs)])
    for full, early in zip(*found, strict=True):
        np.testing.assert_array_equal(full, early)


def test_statistics_come_with_a_lag_of_two_years_and_prices_of_one() -> None:
    tables = made_tables()
    panel = panel_of(tables)
    inputs = history_inputs(panel, empty_memory(4, 2), 2010)
    then = 2008 - 1995
    np.testing.assert_array_equal(inputs.market.share[0], panel.share[then])
    np.testing.assert_array_equal(inputs.market.import_share[0], panel.import_share[then])
    np.testing.assert_array_equal(inputs.actor.stability[0], panel.stability[then])
    np.testing.assert_array_equal(inputs.actor.ideal_point[0], panel.ideal_point[then])
    np.testing.assert_array_equal(inputs.actor.log_gdp[0], panel.log_gdp[then])
    np.testing.assert_array_equal(inputs.ties.trade_value[0], panel.trade_value[then])
    np.testing.assert_array_equal(inputs.ties.alliance[0], panel.alliance[then])
    prices = tables["price_history"].set_index(["mineral", "year"])["price_usd_per_t"]
    for change, since in (
        (inputs.market.price_change_1, 2008),
        (inputs.market.price_change_3, 2006),
    ):
        expected = np.log(prices["copper", 2009] / prices["copper", since])
        assert change[0, 0] == pytest.approx(expected)


def test_a_vector_stands_for_three_years_and_no_longer() -> None:
    shares = np.array([0.1, 0.2, np.nan, np.nan, np.nan, np.nan])
    assert [carried(shares, at).tolist() for at in range(5)] == [0.1, 0.2, 0.2, 0.2, 0.2]
    assert np.isnan(carried(shares, 5))


def test_a_bloc_is_the_mean_of_its_members_by_their_early_gross_product() -> None:
    tables = made_tables()
    panel = panel_of(tables)
    stability = tables["governance"].set_index(["country", "year"])["stability"]
    size = tables["gdp"].set_index(["country", "year"])["gdp_usd"]
    large = size["DEU", WEIGHT_YEAR] / (size["DEU", WEIGHT_YEAR] + size["FRA", WEIGHT_YEAR])
    expected = large * stability["DEU", 2000] + (1.0 - large) * stability["FRA", 2000]
    assert panel.stability[2000 - FIRST_YEAR, 3] == pytest.approx(expected)


def test_a_stand_in_fills_only_what_the_publisher_leaves_out() -> None:
    tables = made_tables()
    points = tables["idealpoints"]
    gap = (points["country"] == "CCC") & (points["year"] < 2000)
    tables["idealpoints"] = points[~gap]
    rules = pd.DataFrame(
        {"table": ["idealpoints"], "country": ["CCC"], "stand_in": ["AAA"], "factor": [1.0]}
    )
    filled, plain = panel_from_tables(tables, rules), panel_of(tables)
    assert filled.ideal_point[0, 2] == filled.ideal_point[0, 0]
    assert np.isnan(plain.ideal_point[0, 2])
    assert filled.ideal_point[10, 2] == plain.ideal_point[10, 2]


def test_a_year_without_history_is_refused() -> None:
    panel = panel_of(made_tables())
    with pytest.raises(DataError) as caught:
        history_inputs(panel, empty_memory(4, 2), 2030)
    assert caught.value.code == "ORE-DAT-060"
