"""First-order effects of causes on prices, held beside the market that clears them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.mechanisms.bench import cleared_under, position, real_setting

from oreacle.engine.markets import Cleared
from oreacle.engine.mechanisms.conditions import Conditions, joined
from oreacle.engine.price_effects import DEMAND, LARGEST, price_effect, price_effects

MINERAL = "copper"


def effect(said: Conditions, log_price: float = 0.0) -> np.ndarray:
    setting = real_setting()
    elasticity = float(setting.traits.elasticity[position(setting, MINERAL)])
    market = cleared_under(setting, MINERAL, Conditions(), members=1)
    return price_effect(
        setting.world.chains[MINERAL], elasticity, said, at_price(market, log_price)
    )


def at_price(market: Cleared, log_price: float) -> Cleared:
    """Return the market with one log delivered price everywhere."""
    delivered = np.full_like(market.prices.delivered, log_price)
    return replace(market, prices=replace(market.prices, delivered=delivered))


def chain_size() -> tuple[int, int, int]:
    chain = real_setting().world.chains[MINERAL]
    return len(chain.miners), len(chain.refiners), len(chain.users)


def test_nothing_said_moves_nothing() -> None:
    assert effect(Conditions()).tolist() == [0.0]


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


def tonnes(share: float) -> np.ndarray:
    """Return a share of use at each user, shape (1, user) [t/yr]."""
    return share * real_setting().world.chains[MINERAL].used[None]


def ordered(share: float, *, release: bool, limit: float) -> Conditions:
    """Return an order of a share of use with a limit of the log price."""
    amount, limits = tonnes(share), np.full_like(tonnes(1.0), limit)
    if release:
        return Conditions(release=amount, release_limit=limits)
    return Conditions(purchase=amount, purchase_limit=limits)


def response() -> float:
    setting = real_setting()
    return float(setting.traits.elasticity[position(setting, MINERAL)])


def test_an_offer_below_its_trigger_is_not_sold_and_moves_nothing() -> None:
    said = ordered(0.1, release=True, limit=0.4)
    assert effect(said, 0.39).tolist() == [0.0]
    # 0.1 over its trigger all but e^-10 of a tenth of use is sold.
    assert effect(said, 0.5) == pytest.approx([-0.1 * (1.0 - np.exp(-10.0)) / response()])


def test_a_purchase_above_its_limit_is_not_made_and_moves_nothing() -> None:
    said = ordered(0.1, release=False, limit=0.2)
    assert effect(said, 0.21).tolist() == [0.0]
    # Half-way to the limit: (1 - e^-1) / (1 - e^-2) of the order.
    part = (1.0 - np.exp(-1.0)) / (1.0 - np.exp(-2.0))
    assert effect(said, 0.1) == pytest.approx([0.1 * part / response()])


@given(st.floats(-1.0, 1.0), st.floats(0.0, 0.5), st.floats(-0.5, 0.9))
def test_an_order_never_moves_the_price_by_more_than_all_of_it(
    price: float, share: float, limit: float
) -> None:
    sold = effect(ordered(share, release=True, limit=limit), price)[0]
    bought = effect(ordered(share, release=False, limit=max(limit, 0.05)), price)[0]
    most = min(share / response(), LARGEST) + 1e-12
    assert -most <= sold <= 0.0
    assert bought >= 0.0


def test_new_scrap_of_a_twentieth_of_use_counts_as_a_twentieth_less_use() -> None:
    _, plants, _ = chain_size()
    used = real_setting().world.chains[MINERAL].used.sum()
    said = Conditions(scrap_added=np.full((1, plants), 0.05 * used / plants))
    assert effect(said) == pytest.approx([-0.05 / response()])


def test_the_fast_part_of_the_demand_shock_is_luck_in_demand_and_not_stocks() -> None:
    setting = real_setting()
    k = position(setting, MINERAL)
    markets = [cleared_under(setting, name, Conditions()) for name in setting.space.minerals]
    shock = np.full((3, len(markets)), 0.01)
    said = {"stocks": {k: Conditions(use=np.full((3, 1), np.exp(0.02)))}}
    causes, effects = price_effects(setting, shock, said, markets)
    assert (effects[:, :, causes.index("stocks")] == 0.0).all()
    assert effects[:, k, causes.index(DEMAND)] == pytest.approx(np.full(3, 0.03 / response()))


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
