"""Policies on routes: worked by hand, jointly, beside other policies, and what they leave alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.market.hand_routes import DETOUR, LATER, SAVING, planner
from tests.market.traders import (
    CHAIN,
    JPN_USA,
    ORE,
    SAMPLES,
    TERRITORY,
    applied,
    arrays,
    desk,
    market,
    way,
)

from oreacle.core.errors import DataError, ScenarioError
from oreacle.core.labels import LINKS
from oreacle.market.apply import PolicyDesk
from oreacle.market.apply.routes import parts_of_year, route_effect
from oreacle.market.carriage import planner_of
from oreacle.market.clear import clear
from oreacle.market.kernel import solve
from oreacle.market.policies import (
    CapacityLoss,
    CorridorOpening,
    ExportBan,
    RouteClosure,
    RouteRisk,
)
from oreacle.market.policies.routes import RoutePolicy
from oreacle.world.load import load_world

ROUTES = planner(CHAIN)
USA, JPN = (0, 4), (0, 3)
AUS_JPN = (0, 1)


def test_a_closed_strait_by_hand() -> None:
    half = [RouteClosure("testium", "strait", 6.0)]
    effect = route_effect(ROUTES, "refined", half)
    assert effect.extra[USA] == pytest.approx(DETOUR / 2)
    assert effect.days[USA] == pytest.approx(LATER / 2)
    assert np.count_nonzero(effect.extra) == 1
    assert (effect.kept == 1.0).all()
    case = applied(*half)
    assert case.refined.freight[0][USA] == pytest.approx(20.0 + DETOUR / 2)
    assert np.isinf(case.refined.cap).all()


def test_a_closed_gulf_caps_what_has_no_way_by_hand() -> None:
    # Half of 20 t has no way in a quarter of the year: 20 x (1 - 0.25 x 0.5), of the direct way.
    case, base = applied(RouteClosure("testium", "gulf", 3.0)), market()
    assert case.ore.cap[0][AUS_JPN] == pytest.approx(base.ore.reference[0][AUS_JPN] * 0.875)
    assert np.array_equal(case.ore.freight, base.ore.freight)
    assert solve(case).prices.gate[0, 1] > 0.0
    # 10 % of it goes by China: neither of its legs passes the gulf but the ore of China has none.
    assert base.ore.reference[0][AUS_JPN] == pytest.approx(ORE[AUS_JPN] * 0.9)


def test_closures_begin_together() -> None:
    strait, gulf = RouteClosure("testium", "strait", 3.0), RouteClosure("testium", "gulf", 9.0)
    parts = parts_of_year([strait, gulf])
    assert [(part.share, sorted(part.changes.closed)) for part in parts] == [
        (0.25, ["gulf", "strait"]),
        (0.5, ["gulf"]),
        (0.25, []),
    ]
    assert parts_of_year([])[0].share == 1.0


def test_two_closures_hold_jointly_and_not_as_their_sum() -> None:
    # Suez or Bab el-Mandeb: either shuts the way between them, and both cost little more than one.
    world = load_world()
    suez, bab = RouteClosure("zinc", "suez"), RouteClosure("zinc", "babelmandeb")
    routes = planner_of(world, "zinc")
    assert routes is not None
    one, two, both = (
        route_effect(routes, "refined", closed) for closed in ([suez], [bab], [suez, bab])
    )
    # What lies between them has no way by sea if both are shut; the others go round once.
    whole = both.kept == 1.0
    assert (both.extra >= np.maximum(one.extra, two.extra) - 1e-9)[whole].all()
    assert (both.kept <= np.minimum(one.kept, two.kept) + 1e-12).all()
    flow = np.where(whole, world.chain("zinc").refined_flow, 0.0)
    spent = [float((flow * effect.extra).sum()) for effect in (one, two, both)]
    assert spent[2] < 0.7 * (spent[0] + spent[1])


def test_an_opened_line_by_hand() -> None:
    case, base = applied(CorridorOpening("testium", "LINE")), market()
    gain = case.refined.freight - base.refined.freight
    assert gain[0][JPN] == pytest.approx(-SAVING)
    assert np.count_nonzero(gain) == 1
    # From China by Japan to the United States: the first leg takes the line.
    ways = case.refined.ways, base.refined.ways
    assert ways[0] is not None
    assert ways[1] is not None
    at = way(base, JPN_USA)
    assert ways[0].freight[0, at] - ways[1].freight[0, at] == pytest.approx(-SAVING)


def test_a_saving_is_at_most_what_the_link_paid() -> None:
    cheap = market()
    cheap.refined.freight[:] = 1.0
    case = desk().apply(cheap, [CorridorOpening("testium", "LINE")])
    assert case.refined.freight[0][JPN] == 0.0


@pytest.mark.parametrize(
    ("rate", "months", "added"), [(0.01, 12.0, 10.0), (0.01, 6.0, 5.0), (0.2, 12.0, DETOUR)]
)
def test_a_premium_is_paid_up_to_what_the_way_round_costs(
    rate: float, months: float, added: float
) -> None:
    # Metal is worth 1000 USD/t where the link starts.
    effect = route_effect(ROUTES, "refined", [RouteRisk("testium", "strait", rate, months)])
    assert effect.extra[USA] == pytest.approx(added)


def test_no_premium_is_paid_while_the_route_is_shut() -> None:
    shut = RouteClosure("testium", "strait")
    both: list[RoutePolicy] = [shut, RouteRisk("testium", "strait", 0.01)]
    one, two = route_effect(ROUTES, "refined", [shut]), route_effect(ROUTES, "refined", both)
    assert np.array_equal(one.extra, two.extra)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.builds(
            RouteClosure,
            st.just("testium"),
            st.sampled_from(["strait", "gulf"]),
            st.floats(0.1, 12),
        ),
        min_size=1,
        max_size=2,
        unique_by=lambda one: one.route,
    ),
    st.floats(0.0, 1.0),
)
def test_a_longer_closure_never_helps(closures: list[RouteClosure], part: float) -> None:
    shorter = [replace(one, months=one.months * part) for one in closures]
    for link in LINKS:
        long, short = route_effect(ROUTES, link, closures), route_effect(ROUTES, link, shorter)
        assert (long.kept <= short.kept + 1e-12).all()
        assert (long.kept < 1.0).any() or (long.extra >= short.extra - 1e-9).all()
        assert (short.extra >= -1e-9).all()


def test_routes_commute_with_other_policies() -> None:
    one = arrays(applied(*SAMPLES))
    two = arrays(applied(*SAMPLES[::-1]))
    assert all(one[name].tobytes() == two[name].tobytes() for name in one)


def test_a_closure_beside_a_ban_keeps_both() -> None:
    ban, shut = ExportBan("AUS", "testium", ("JPN",), 0.9), RouteClosure("testium", "gulf")
    alone = applied(ban).ore.cap[0][AUS_JPN]
    assert alone < applied(shut).ore.cap[0][AUS_JPN]
    assert applied(ban, shut).ore.cap[0][AUS_JPN] == alone


def test_without_the_closure_nothing_else_changes() -> None:
    loss = CapacityLoss("CHN", "testium", "refined", 0.3)
    with_it, without = (
        arrays(applied(loss, RouteClosure("testium", "strait"))),
        arrays(applied(loss)),
    )
    changed = {name for name in with_it if not np.array_equal(with_it[name], without[name])}
    assert changed == {"refined.freight"} | (changed & {"refined.ways.freight"})


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        (RouteClosure("testium", "strait", 0.0), "ORE-SCN-004"),
        (RouteRisk("testium", "strait", 0.0), "ORE-SCN-004"),
        (CorridorOpening("testium", "OTHER"), "ORE-SCN-007"),
    ],
)
def test_what_changes_nothing_is_refused(policy: RoutePolicy, code: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        applied(policy)
    assert caught.value.code == code


def test_a_month_too_many_and_a_word_for_a_number_are_refused() -> None:
    with pytest.raises(ScenarioError, match="ORE-SCN-004"):
        RouteClosure("testium", "strait", 13.0)
    with pytest.raises(ScenarioError, match="ORE-SCN-018"):
        RouteClosure("testium", "")
    with pytest.raises(ScenarioError, match="ORE-SCN-004"):
        CorridorOpening("testium", "LINE", 0.0)


def test_a_world_without_routes_refuses_policies_on_them() -> None:
    with pytest.raises(ScenarioError) as caught:
        PolicyDesk(CHAIN, TERRITORY).apply(market(), [RouteClosure("testium", "strait")])
    assert caught.value.code == "ORE-SCN-032"


def test_unknown_routes_unused_routes_and_doubles_are_refused() -> None:
    world = load_world()
    with pytest.raises(DataError, match="ORE-DAT-133"):
        clear(world, "tin", [RouteClosure("tin", "malaca")])
    with pytest.raises(ScenarioError, match="ORE-SCN-007"):
        clear(world, "gallium", [RouteClosure("gallium", "kerch")])
    with pytest.raises(ScenarioError, match="ORE-SCN-020"):
        clear(world, "tin", [RouteClosure("tin", "suez"), RouteClosure("tin", "suez", 3.0)])
