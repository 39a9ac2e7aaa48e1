"""Releases above a trigger: nothing below it, and never past it; what stocks do in the tables."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.market.traders import USERS, applied, arrays

from oreacle.core.errors import ScenarioError
from oreacle.market.certificate import certify
from oreacle.market.clear import clear
from oreacle.market.kernel import solve
from oreacle.market.policies import CapacityLoss, ExportBan, Policy, StockRelease
from oreacle.market.stocks import no_stocks
from oreacle.present.stock_view import stock_facts
from oreacle.world.load import load_world

USA = USERS.index("USA")
LOSS = CapacityLoss("CHN", "testium", "refined", 0.4)


def delivered(*policies: Policy) -> np.ndarray:
    """Return log delivered prices over base in the made-up market, shape (user,)."""
    case = applied(*policies)
    solution = solve(case)
    assert certify(case, solution, 0).is_solved
    return np.asarray(solution.prices.delivered[0])


@given(st.floats(0.1, 1e4), st.floats(0.0, 2.0), st.floats(-2.0, 3.0), st.floats(0.0, 1.0))
def test_a_release_rises_with_the_price_from_the_trigger_and_ends_at_the_order(
    order: float, trigger: float, price: float, step: float
) -> None:
    stocks = no_stocks(1, 1, 1, 1.0)
    stocks.release[:], stocks.release_limit[:] = order, trigger
    here, slope = stocks.released(np.array([[price]]))
    above, _ = stocks.released(np.array([[price + step]]))
    assert 0.0 <= here[0, 0] <= above[0, 0] <= order
    assert slope[0, 0] >= 0.0
    assert price > trigger or here[0, 0] == 0.0


@pytest.mark.parametrize("tonnes", [0.5, 5.0, 100.0, 1e6])
def test_a_release_never_pushes_the_price_below_its_trigger(tonnes: float) -> None:
    alone = delivered(LOSS)[USA]
    trigger = float(np.exp(alone / 2.0))
    held = delivered(LOSS, StockRelease("USA", "testium", tonnes, trigger=trigger))[USA]
    assert np.log(trigger) <= held < alone


def test_a_trigger_that_is_not_reached_changes_nothing() -> None:
    alone = delivered(LOSS)
    never = StockRelease("USA", "testium", 100.0, trigger=1.001 * float(np.exp(alone[USA])))
    assert delivered(LOSS, never) == pytest.approx(alone, abs=1e-9)


def test_a_trigger_writes_on_its_own_limit_alone() -> None:
    plain = arrays(applied(StockRelease("USA", "testium", 2.0)))
    held = arrays(applied(StockRelease("USA", "testium", 2.0, trigger=1.5)))
    changed = {name for name in plain if not np.array_equal(plain[name], held[name])}
    assert changed == {"stocks.release_limit"}


def test_releases_at_one_user_with_different_triggers_are_refused() -> None:
    one = StockRelease("USA", "testium", 2.0)
    with pytest.raises(ScenarioError) as caught:
        applied(one, StockRelease("USA", "testium", 2.0, trigger=1.5))
    assert caught.value.code == "ORE-MKT-066"
    twice = applied(one, one).stocks
    assert twice is not None
    assert twice.release[0, USA] == pytest.approx(4.0)


def test_what_stocks_give_is_split_and_what_is_left_adds_up() -> None:
    world = load_world()
    policies = [ExportBan("CHN", "antimony"), StockRelease("USA", "antimony", 500.0, trigger=1.1)]
    table = clear(world, "antimony", policies).quantities
    parts = table["private_released"] + table["ordered_released"] - table["ordered_bought"]
    assert np.allclose(parts, table["released"], equal_nan=True)
    usa = table.sel(country="USA")
    assert 450.0 < float(usa["ordered_released"]) <= 500.0
    held = {
        row.country: row.tonnes
        for row in world.inventories("antimony")
        if row.kind == "private_metal"
    }
    left = float(usa["private_left"])
    assert left + float(usa["private_released"]) == pytest.approx(held["USA"])
    assert float(usa["private_cover"]) == pytest.approx(12.0 * left / float(usa["used"]))
    assert table["private_left"].attrs["units"] == "t"
    assert table["private_cover"].attrs["units"] == "months"


def test_an_ordered_release_comes_out_of_the_strategic_stock_where_one_is_known() -> None:
    world = load_world()
    held = {
        row.country: row.tonnes
        for row in world.inventories("antimony")
        if row.kind == "strategic_metal"
    }
    outcome = clear(world, "antimony", [StockRelease("USA", "antimony", 20.0)])
    facts = {fact.country: fact for fact in stock_facts(outcome, world)}
    usa = facts["USA"]
    assert usa.released == pytest.approx(20.0, rel=0.01)
    assert usa.strategic_left == pytest.approx(held["USA"] - usa.released)
    unknown = next(fact for name, fact in facts.items() if name not in held)
    assert np.isnan(unknown.strategic_left)
