"""First-order effects of causes on prices, held beside the market that clears them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.mechanisms.bench import cleared_under, position, real_setting

from oreacle.engine.mechanisms.conditions import Conditions, joined
from oreacle.engine.price_effects import LARGEST, price_effect

MINERAL = "copper"


def effect(said: Conditions) -> np.ndarray:
    setting = real_setting()
    elasticity = float(setting.traits.elasticity[position(setting, MINERAL)])
    return price_effect(setting.world.chains[MINERAL], elasticity, said)


def chain_size() -> tuple[int, int, int]:
    chain = real_setting().world.chains[MINERAL]
    return len(chain.miners), len(chain.refiners), len(chain.users)


def test_nothing_said_moves_nothing() -> None:
    assert float(effect(Conditions())) == 0.0


@given(st.floats(0.9, 1.0), st.floats(0.9, 1.0))
def test_a_larger_loss_never_moves_the_price_less(one: float, two: float) -> None:
    mines, _, _ = chain_size()
    low, high = sorted((one, two))
    more = effect(Conditions(mines=np.full((1, mines), low)))
    less = effect(Conditions(mines=np.full((1, mines), high)))
    assert more >= less >= 0.0


def test_the_first_order_is_near_the_market_for_small_causes() -> None:
    _, _, users = chain_size()
    said = Conditions(use=np.full((3, users), 1.02))
    cleared = np.log(cleared_under(real_setting(), MINERAL, said).price_delivered)
    assert effect(said) == pytest.approx(cleared, rel=0.25)


def test_a_cost_of_a_tenth_of_the_delivered_price_moves_it_by_a_tenth() -> None:
    _, plants, _ = chain_size()
    price = real_setting().world.chains[MINERAL].price_delivered
    said = Conditions(plant_cost=np.full((1, plants), 0.1 * price))
    assert effect(said) == pytest.approx([0.1])


def test_an_effect_beyond_the_first_order_is_held_at_its_bound() -> None:
    mines, _, _ = chain_size()
    assert effect(Conditions(mines=np.zeros((1, mines)))) <= LARGEST


def test_conditions_join_in_any_order() -> None:
    mines, plants, _ = chain_size()
    a = Conditions(mines=np.full((1, mines), 0.9), plant_cost=np.full((1, plants), 2.0))
    b = Conditions(mines=np.full((1, mines), 0.8), plant_cost=np.full((1, plants), 3.0))
    one, other = joined([a, b]), joined([b, a])
    assert one.mines is not None
    assert one.plant_cost is not None
    np.testing.assert_allclose(one.mines, 0.72)
    np.testing.assert_allclose(one.plant_cost, 5.0)
    np.testing.assert_array_equal(one.mines, other.mines)
