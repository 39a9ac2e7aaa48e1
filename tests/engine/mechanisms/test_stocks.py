"""Stocks move over years as their equations say, and nothing moves without a reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.mechanisms.bench import (
    cleared_under,
    machinery_of,
    moment_of,
    position,
    real_setting,
    setting_with,
)
from threadpoolctl import threadpool_limits

from oreacle.core.errors import RunError
from oreacle.engine.block import simulated
from oreacle.engine.markets import Cleared
from oreacle.engine.measures import ActiveMeasure
from oreacle.engine.mechanisms.clubs_piece import ClubsPiece, no_clubs
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import Moment
from oreacle.engine.mechanisms.stocks.mechanism import STOCKS, moved_in, plan_of
from oreacle.engine.mechanisms.stocks.moves import (
    asking_price,
    hoarding_shift,
    next_private,
    pooled,
)
from oreacle.engine.mechanisms.stocks.ordered import scenario_orders
from oreacle.engine.mechanisms.stocks.piece import Places, StocksPiece
from oreacle.engine.mechanisms.stocks.shock import fast_share
from oreacle.market.policies import Policy, StockBuild, StockRelease
from oreacle.market.problem import Prices
from oreacle.scenario.assumptions import CLUB_INSTRUMENTS
from oreacle.scenario.scenario import ScheduledPolicy

TERMS = {"elasticity": 0.3, "response": 2.0, "refill": 0.2, "memory": 0.3, "persistence": 0.8}
logs = st.floats(-3.0, 3.0)
tonnes = st.floats(0.0, 1e6)


def seen(**changes: Any) -> Moment:  # noqa: ANN401 - fields of a moment
    """A first year as the mechanism sees it."""
    machinery = machinery_of(real_setting(), STOCKS)
    moment, _ = moment_of(machinery, real_setting())
    one = machinery.running[0]
    own = moment.state.pieces["stocks"]
    return replace(moment, facts=one.facts, parameters=one.parameters, own=own, **changes)


def at_price(moment: Moment, log_price: float) -> Moment:
    """The year with one log price everywhere."""
    found = []
    for chain in real_setting().world.chains.values():
        sizes = {"mine": chain.miners, "gate": chain.refiners, "refined": chain.refiners}
        shapes = {name: len(nodes) for name, nodes in sizes.items()} | {
            "delivered": len(chain.users)
        }
        prices = Prices(**{n: np.full((moment.members, k), log_price) for n, k in shapes.items()})
        solved = np.ones(moment.members, dtype=bool)
        blank = dict.fromkeys(Cleared.__dataclass_fields__)
        found.append(Cleared(**{**blank, "prices": prices, "solved": solved}))  # type: ignore[arg-type]
    return replace(moment, cleared=tuple(found))


def ban(mineral: str, actor: str = "CHN", link: str = "refined") -> ActiveMeasure:
    return ActiveMeasure(actor, mineral, link, "export_licensing", 0.5, (), 2025)


def after(moment: Moment) -> StocksPiece:
    assert STOCKS.advance is not None
    piece = STOCKS.advance(moment).piece
    assert isinstance(piece, StocksPiece)
    return piece


@given(tonnes, tonnes, logs, logs, st.floats(0.5, 6.0))
def test_a_stock_is_never_negative_and_what_left_it_was_sold(
    stock: float, target: float, usual: float, price: float, response: float
) -> None:
    held = np.array([[stock]])
    asked = asking_price(np.array([[usual]]), held, np.array([[target]]), 0.2)
    left, sold = next_private(held, asked, np.array([[price]]), response)
    assert left[0, 0] >= 0.0
    assert left[0, 0] == pytest.approx(stock - sold[0, 0], abs=1e-9 * max(stock, 1.0))
    assert abs(sold[0, 0]) <= stock


@given(st.lists(st.floats(0.0, 1e5), min_size=3, max_size=3), st.floats(0.1, 9.0))
def test_a_pool_moves_tonnes_and_loses_none(order: list[float], weight: float) -> None:
    moved = pooled(
        np.array([order]), np.array([[1.0, weight, 2.0]]), np.array([[True, True, False]])
    )
    assert moved.sum() == pytest.approx(sum(order))
    assert moved[0, 2] == order[2]


def test_a_holder_at_half_its_target_buys_nine_tonnes_at_its_usual_price() -> None:
    held, target = np.array([[50.0]]), np.array([[100.0]])
    asked = asking_price(np.zeros((1, 1)), held, target, 0.1)
    left, sold = next_private(held, asked, np.zeros((1, 1)), 3.0)
    # asked 0.1 ln 2 = 0.0693; 50 (1 - exp(-0.2079)) = 9.388
    assert -sold[0, 0] == pytest.approx(50.0 * (1.0 - 2.0**-0.3))
    assert left[0, 0] == pytest.approx(59.388, abs=1e-3)


def test_missing_prices_move_no_stock() -> None:
    held = np.array([[50.0]])
    left, sold = next_private(held, np.zeros((1, 1)), np.full((1, 1), np.nan), 3.0)
    assert (left == held).all()
    assert (sold == 0.0).all()


@given(st.floats(0.02, 0.3), st.floats(0.02, 0.3))
def test_larger_stocks_stand_for_a_larger_fast_shock(one: float, two: float) -> None:
    small, large = sorted((one, two))
    assert fast_share(cover=small, **TERMS) <= fast_share(cover=large, **TERMS) + 1e-9


def test_the_fast_shock_restores_the_movement_of_prices() -> None:
    rng, cover = np.random.default_rng(7), 0.1
    fast = fast_share(cover=cover, **TERMS)
    b, s, m, e = TERMS["response"], TERMS["refill"], TERMS["memory"], TERMS["elasticity"]
    slow = stock = usual = 0.0
    prices = []
    for fresh in rng.standard_normal(60_000):
        slow = 0.8 * slow + fresh
        price = (slow + fast * fresh + cover * b * (usual - s * stock)) / (e + cover * b)
        stock, usual = stock - b * (price - usual + s * stock), usual + m * (price - usual)
        prices.append(price)
    expected = np.sqrt(2.0 / 1.8) / e
    assert np.diff(prices).std() == pytest.approx(expected, rel=0.02)


def test_at_base_prices_private_stocks_leave_the_market_alone() -> None:
    moment = seen()
    plan = plan_of(moment)
    assert np.abs(plan.ore_asked).max() < 1e-12
    assert np.abs(plan.metal_asked).max() < 1e-12
    _, moved = moved_in(at_price(moment, 0.0))
    assert np.abs(moved.metal).max() == pytest.approx(0.0, abs=1e-6)
    k, places = position(real_setting(), "copper"), moment.fact(Places)
    own = moment.piece(StocksPiece)
    plain = cleared_under(real_setting(), "copper", Conditions())
    stocked = cleared_under(
        real_setting(),
        "copper",
        Conditions(
            ore_stock=own.ore[:, places.plants[k]], metal_stock=own.metal[:, places.users[k]]
        ),
    )
    assert stocked.price_delivered == pytest.approx(plain.price_delivered, abs=1e-6)


def test_the_next_stock_is_this_one_and_what_was_bought_less_what_was_sold() -> None:
    moment = at_price(seen(), 0.35)
    held, places = moment.piece(StocksPiece), moment.fact(Places)
    left, moved = moved_in(moment)
    np.testing.assert_allclose(left.metal, held.metal - moved.metal, rtol=1e-9, atol=1e-9)
    total = (held.state - moved.sold + moved.bought).sum()
    assert left.state.sum() == pytest.approx(total, rel=1e-9)
    grown = left.metal * places.pace(places.user_mineral, moment.step)
    np.testing.assert_allclose(after(moment).metal, grown, rtol=1e-12)


def test_stocks_damp_a_loss_of_mines_in_its_year() -> None:
    setting, mineral = real_setting(), "copper"
    moment = seen()
    k, places, own = position(setting, mineral), moment.fact(Places), moment.piece(StocksPiece)
    lost = np.full((3, len(setting.world.chains[mineral].miners)), 0.95)
    bare = cleared_under(setting, mineral, Conditions(mines=lost))
    stocked = Conditions(
        mines=lost,
        ore_stock=own.ore[:, places.plants[k]],
        metal_stock=own.metal[:, places.users[k]],
    )
    held = cleared_under(setting, mineral, stocked)
    with_stocks, without = np.log(held.price_delivered[0]), np.log(bare.price_delivered[0])
    assert 0.2 < with_stocks / without < 0.8


def test_buyers_hoard_in_the_year_of_a_measure_and_sell_in_the_next() -> None:
    setting, mineral = real_setting(), "graphite"
    started = ((ban(mineral),), (), ())
    moment = at_price(seen(started=started), 0.0)
    k, places = position(setting, mineral), moment.fact(Places)
    users = places.users[k]
    _, moved = moved_in(moment)
    bought = -moved.metal[:, users].sum(axis=1)
    china = setting.space.actors.index("CHN")
    from_china = (places.metal_from[k][china] * places.use[users]).sum()
    grown = float(places.demand[k, 1])
    # Seven weeks of what is bought from China, where the stock is large enough.
    assert 0.6 < bought[0] / (7.0 / 52.0 * from_china * grown) <= 1.0 + 1e-9
    assert bought[1] == pytest.approx(0.0, abs=1e-6)
    own = users.start + np.flatnonzero(setting.space.user_actor[k] == china)
    assert np.abs(moved.metal[0, own]).max() == pytest.approx(0.0, abs=1e-6)
    later = replace(moment, own=after(moment), started=((), (), ()), step=1)
    _, then = moved_in(later)
    assert 0.3 < then.metal[0, users].sum() / bought[0] < 0.8


def test_hoarding_makes_the_year_dearer() -> None:
    setting, mineral = real_setting(), "graphite"
    moment = seen(started=((ban(mineral),), (), ()))
    assert STOCKS.conditions is not None
    said = STOCKS.conditions(moment)[position(setting, mineral)]
    found = cleared_under(setting, mineral, said)
    assert np.log(found.price_delivered[0] / found.price_delivered[1]) > 0.03


def test_states_sell_above_their_trigger_and_not_below_it() -> None:
    setting = real_setting()
    k = position(setting, "cobalt")
    for log_price, sells in ((0.2, False), (0.6, True)):
        moment = at_price(seen(), log_price)
        users = moment.fact(Places).users[k]
        held = moment.piece(StocksPiece).state[0, users].sum()
        sold = moved_in(moment)[1].sold[0, users].sum()
        assert held > 0.0
        assert sold == pytest.approx(0.33 * held if sells else 0.0, rel=1e-3)


def ordered(*policies: Policy) -> Moment:
    """A first year at base prices in which a scenario orders something."""
    moment = at_price(seen(), 0.0)
    setting = setting_with(policies=tuple(ScheduledPolicy(one, 2025) for one in policies))
    wanted = [
        replace(year, wanted=np.full(moment.members, chain.used.sum()))
        for year, chain in zip(moment.cleared, setting.world.chains.values(), strict=True)
    ]
    return replace(moment, setting=setting, cleared=tuple(wanted))


def state_of(piece: StocksPiece, moment: Moment, mineral: str, user: str) -> float:
    """What a state holds in the first member [t]."""
    users = moment.fact(Places).users[position(real_setting(), mineral)]
    return float(piece.state[0, users][real_setting().world.chains[mineral].users.index(user)])


def test_what_a_scenario_orders_is_booked_and_the_state_does_nothing_else() -> None:
    plain = at_price(seen(), 0.0)
    own = plain.piece(StocksPiece)
    moment = ordered(
        StockRelease("CHN", "copper", tonnes=1000.0), StockBuild("USA", "cobalt", 50.0)
    )
    left, moved = moved_in(moment)
    # At base prices all but e^-6.9 of a release without a trigger is sold, and a purchase is whole.
    given = state_of(own, moment, "copper", "CHN") - state_of(left, moment, "copper", "CHN")
    assert given == pytest.approx(1000.0, rel=2e-3)
    gained = state_of(left, moment, "cobalt", "USA") - state_of(own, moment, "cobalt", "USA")
    assert gained == pytest.approx(50.0, rel=1e-9)
    users = moment.fact(Places).users[position(real_setting(), "cobalt")]
    at = users.start + real_setting().world.chains["cobalt"].users.index("USA")
    own_orders = plan_of(moment).orders
    assert own_orders.release[0, at] == own_orders.purchase[0, at] == moved.bought[0, at] == 0.0
    assert plan_of(plain).orders.release[0, at] > 0.0


@pytest.mark.parametrize(
    ("policy", "name"),
    [(StockRelease("EU", "copper", days=1.0), "release"), (StockBuild("EU", "copper", 100.0), "")],
)
def test_an_order_of_a_bloc_is_shared_by_use_and_days_are_of_its_use(
    policy: Policy, name: str
) -> None:
    moment = ordered(policy)
    found = scenario_orders(moment, moment.fact(Places))
    assert found is not None
    chain = real_setting().world.chains["copper"]
    actor_of = real_setting().world.territory.actor_of
    inside = np.array([actor_of[user] == "EU" for user in chain.users])
    use = np.where(inside, chain.used, 0.0)
    users = moment.fact(Places).users[position(real_setting(), "copper")]
    expected = use / 365.0 if name else 100.0 * use / use.sum()
    tonnes = found.release if name else found.purchase
    np.testing.assert_allclose(tonnes[0, users], expected)
    assert scenario_orders(seen(), moment.fact(Places)) is None


def test_a_run_takes_a_release_where_a_state_holds_a_stock() -> None:
    # Both have a trigger of their own: the market refuses two at one user.
    setting = setting_with(
        policies=(ScheduledPolicy(StockRelease("USA", "cobalt", tonnes=50.0, trigger=1.2), 2025),)
    )
    with threadpool_limits(limits=1):
        record = next(simulated(setting, np.arange(2), 1))
    assert record.solved.all()


def test_no_holder_outbids_every_user() -> None:
    # Prices have been at the choke for years, and a measure makes everybody hoard.
    setting, mineral = real_setting(), "rare_earths_heavy"
    moment = seen(started=((ban(mineral),),) * 3)
    places, own = moment.fact(Places), moment.piece(StocksPiece)
    own.metal_usual[:] = places.choke
    own.metal[:] *= 0.3
    plan = plan_of(moment)
    assert (plan.metal_asked <= places.choke).all()
    assert (plan.orders.purchase_limit <= places.choke).all()
    assert STOCKS.conditions is not None
    said = STOCKS.conditions(moment)[position(setting, mineral)]
    lost = np.full((3, len(setting.world.chains[mineral].miners)), 0.02)
    assert cleared_under(setting, mineral, replace(said, mines=lost)).solved.all()


def with_club(moment: Moment, mineral: str, actors: tuple[str, ...]) -> Moment:
    setting = real_setting()
    space = setting.space
    piece = no_clubs(moment.members, len(space.actors), len(space.minerals))
    piece.member_of[:, 0, [space.actors.index(a) for a in actors]] = True
    piece.instruments[:, 0, CLUB_INSTRUMENTS.index("stockpile")] = True
    piece.minerals[:, 0, space.minerals.index(mineral)] = True
    assert isinstance(piece, ClubsPiece)
    state = replace(moment.state, pieces={**moment.state.pieces, "clubs": piece})
    return replace(moment, state=state)


def test_a_joint_stock_fills_over_years_and_is_drawn_by_holdings() -> None:
    setting, mineral = real_setting(), "gallium"
    k = position(setting, mineral)
    moment = at_price(with_club(seen(), mineral, ("USA", "JPN")), 0.0)
    places = moment.fact(Places)
    users = places.users[k]
    before = moment.piece(StocksPiece).state[0, users].sum()
    for year in range(4):
        now = after(moment).state[0, users].sum()
        assert now > before, year
        before = now
        moment = replace(moment, own=after(moment))
    names = setting.world.chains[mineral].users
    use = places.grown(places.use, places.user_mineral, 0)[users]
    wanted = 60.0 / 365.0 * use[names.index("USA")]
    held = moment.piece(StocksPiece).state[0, users]
    assert 0.4 * wanted < held[names.index("USA")] < wanted
    dear = at_price(moment, 0.5)
    left, moved = moved_in(dear)
    gone = held - left.state[0, users]
    inside = [names.index("USA"), names.index("JPN")]
    np.testing.assert_allclose(gone[inside] / held[inside], gone[inside[0]] / held[inside[0]])
    assert gone.sum() == pytest.approx((moved.sold - moved.bought)[0, users].sum(), abs=1e-9)


def test_a_second_club_does_not_undo_what_the_first_draws_from_its_members() -> None:
    mineral = "gallium"
    moment = with_club(seen(), mineral, ("USA", "JPN"))
    clubs = moment.state.pieces["clubs"]
    assert isinstance(clubs, ClubsPiece)
    k, space = position(real_setting(), mineral), moment.setting.space
    places, own = moment.fact(Places), moment.piece(StocksPiece)
    users = places.users[k]
    names = real_setting().world.chains[mineral].users
    # Japan alone holds what both sell; the second club is one of another member of the block.
    own.state[:, users] = 0.0
    own.state[:, users.start + names.index("JPN")] = 100.0
    clubs.member_of[1, 1, space.actors.index("KOR")] = True
    clubs.instruments[1, 1, CLUB_INSTRUMENTS.index("stockpile")] = True
    clubs.minerals[1, 1, k] = True
    left, moved = moved_in(at_price(moment, 0.5))
    sold = moved.sold[:, users].sum(axis=1)
    assert sold == pytest.approx(50.0, rel=1e-2)
    gone = own.state[:, users].sum(axis=1) - left.state[:, users].sum(axis=1)
    assert gone == pytest.approx(sold - moved.bought[:, users].sum(axis=1), rel=1e-9)


def test_off_it_puts_nothing_on_markets() -> None:
    off = machinery_of(setting_with(off=("stocks",)), STOCKS)
    moment, numbers = moment_of(off, real_setting())
    assert all(one.is_empty for one in off.conditions(moment, numbers))
    assert "stocks" not in moment.state.pieces


def test_a_stock_that_a_state_oversells_is_refused() -> None:
    changed = setting_with(parameters=(("stocks.state_release", 1.5),))
    with pytest.raises(RunError) as caught:
        machinery_of(changed, STOCKS)
    assert caught.value.code == "ORE-RUN-230"
    assert "stocks.state_release" in caught.value.what


def test_hoarding_beyond_the_most_is_cut() -> None:
    shift = hoarding_shift(np.array([500.0]), np.array([100.0]), 0.9, 3.0)
    assert shift[0] == pytest.approx(-np.log(0.1) / 3.0)
