"""Indirect ways: the base year stands, a targeted ban goes round, nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.market.small import PARAMETERS, chain, own_territory

from oreacle.market.apply import PolicyDesk
from oreacle.market.balance import evaluate, newton_step, node_scale
from oreacle.market.calibrate import base_problem
from oreacle.market.certificate import certify
from oreacle.market.groups import writable
from oreacle.market.kernel import solve
from oreacle.market.policies import ExportBan, ExportQuota, ExportTax
from oreacle.market.problem import Prices, Problem, base_prices
from oreacle.market.ways import Ways, ways_hit
from oreacle.world.entrepots import Entrepots
from oreacle.world.territory import Territory

NAMES = (("AAA", "BBB"), ("AAA", "BBB"), ("AAA", "CCC", "DDD", "EEE"))
ORE = np.diag([80.0, 20.0])
METAL = np.array([[10.0, 40.0, 20.0, 10.0], [2.0, 3.0, 10.0, 5.0]])
CHAIN = chain(ORE, METAL, NAMES)
RECORDED = Entrepots(
    {("testium", "refined", "AAA", "CCC"): (("AAA", 0.5), ("DDD", 0.3), ("FFF", 0.2))}
)
BAN = ExportBan("AAA", "testium", targets=("CCC",), enforcement=0.9, link="refined")


def territory(**blocs: str) -> Territory:
    return own_territory(*NAMES, ("FFF",), blocs=blocs)


def market(lands: Territory, entrepots: Entrepots | None = RECORDED) -> Problem:
    return base_problem(CHAIN, PARAMETERS, lands, entrepots=entrepots)


def ways_of(problem: Problem) -> Ways:
    assert problem.refined.ways is not None
    return problem.refined.ways


def test_recorded_ways_split_the_base_flow_and_leave_its_total() -> None:
    problem = market(territory())
    ways = ways_of(problem)
    recorded = [k for k in range(len(ways.via)) if (ways.tail[k], ways.head[k]) == (0, 1)]
    assert [ways.via[k] for k in recorded] == ["DDD", "FFF"]
    assert ways.reference[0, recorded] == pytest.approx([12.0, 8.0])
    assert problem.refined.reference[0, 0, 1] == pytest.approx(20.0)
    balance = evaluate(problem, base_prices(problem))
    assert balance.metal.flow[0] == pytest.approx(METAL)


def test_a_big_supplier_has_unseen_ways_of_the_stated_share() -> None:
    ways = ways_of(market(territory()))
    unseen = (ways.tail == 0) & (ways.head == 2)
    assert [via for via, is_it in zip(ways.via, unseen, strict=True) if is_it] == ["CCC", "EEE"]
    share = ways.reference[0, unseen].sum() / METAL[0, 2]
    assert share == pytest.approx(PARAMETERS.unseen_reexport_share)


def test_a_targeted_ban_caps_the_direct_way_and_dearer_ones_fill_in() -> None:
    lands = territory()
    base = market(lands)
    case = PolicyDesk(CHAIN, lands).apply(base, [BAN])
    solution = solve(case)
    assert certify(case, solution, 0).is_solved
    state = evaluate(case, solution.prices).metal
    assert state.direct[0, 0, 1] == pytest.approx(2.0)
    ways = ways_of(case)
    aimed = (ways.tail == 0) & (ways.head == 1)
    assert (ways.leak_rate[0] == np.where(aimed, 0.9 * PARAMETERS.leak_cost, 0.0)).all()
    assert (state.way_flow[0, aimed] > ways.reference[0, aimed]).all()
    closed = PolicyDesk(CHAIN, lands).apply(market(lands, None), [BAN])
    assert solution.prices.delivered[0, 1] < solve(closed).prices.delivered[0, 1]


def test_without_entrepots_there_are_no_ways() -> None:
    problem = market(territory(), None)
    assert problem.refined.ways is None
    assert problem.ore.ways is None


def test_a_ban_on_everyone_stops_the_ways_too() -> None:
    lands = territory()
    ban = replace(BAN, targets=())
    case = PolicyDesk(CHAIN, lands).apply(market(lands), [ban])
    state = evaluate(case, solve(case).prices).metal
    leaving = state.flow[0, 0, 1:]
    assert (leaving <= 0.1 * METAL[0, 1:] * (1 + 1e-9)).all()
    assert (ways_of(case).leak_rate == 0.0).all()


def test_a_quota_counts_what_leaves_on_any_way() -> None:
    lands = territory()
    quota = ExportQuota("AAA", "testium", 0.5, link="refined")
    case = PolicyDesk(CHAIN, lands).apply(market(lands), [quota])
    solution = solve(case)
    assert certify(case, solution, 0).is_solved
    flow = evaluate(case, solution.prices).metal.flow[0, 0, 1:]
    assert flow.sum() == pytest.approx(0.5 * METAL[0, 1:].sum())


def test_a_tax_on_everyone_is_paid_on_every_way() -> None:
    lands = territory()
    tax = ExportTax("AAA", "testium", 0.2, link="refined")
    ways = ways_of(PolicyDesk(CHAIN, lands).apply(market(lands), [tax]))
    assert (ways.export_rate[0, ways.tail == 0] == 0.2).all()
    assert (ways.export_rate[0, ways.tail == 1] == 0.0).all()


@pytest.mark.parametrize(
    ("blocs", "targets", "extraterritorial", "seen"),
    [
        ({}, ("CCC",), False, []),
        ({}, ("CCC",), True, ["DDD", "FFF"]),
        ({}, ("DDD",), False, ["DDD"]),
        ({"CCC": "BLOC", "FFF": "BLOC"}, ("BLOC",), False, ["FFF"]),
        ({"AAA": "HOME", "DDD": "HOME"}, ("CCC",), False, ["DDD"]),
        ({}, (), False, ["DDD", "FFF"]),
    ],
)
def test_a_measure_sees_a_shipment_where_it_first_leaves(
    blocs: dict[str, str], targets: tuple[str, ...], extraterritorial: bool, seen: list[str]
) -> None:
    lands = territory(**blocs)
    ways = ways_of(market(lands))
    actor = blocs.get("AAA", "AAA")
    hit = ways_hit(
        ways, (NAMES[1], NAMES[2]), lands, actor, targets, extraterritorial=extraterritorial
    )
    on_link = (ways.tail == 0) & (ways.head == 1)
    assert [v for v, h in zip(ways.via, hit & on_link, strict=True) if h] == seen


def test_newton_uses_true_slopes_with_ways_and_a_binding_quota() -> None:
    lands = territory()
    desk = PolicyDesk(CHAIN, lands)
    case = desk.apply(market(lands), [ExportQuota("AAA", "testium", 0.6, link="refined"), BAN])
    prices = solve(case).prices
    rng = np.random.default_rng(0)
    near = Prices(*(part + 1e-5 * rng.standard_normal(part.shape) for part in prices.parts))
    step = newton_step(case, evaluate(case, near), node_scale(case), np.zeros(1))
    for part, moved, goal in zip(near.parts, step.parts, prices.parts, strict=True):
        assert part + moved == pytest.approx(goal, abs=2e-7)


def test_ways_add_up_onto_their_links() -> None:
    problem = writable(market(territory()))
    ways = ways_of(problem)
    values = np.arange(1.0, len(ways.via) + 1.0)[None]
    total = np.zeros((2, 4))
    for k, value in enumerate(values[0]):
        total[ways.tail[k], ways.head[k]] += value
    assert (ways.onto_links(values, (2, 4))[0] == total).all()
