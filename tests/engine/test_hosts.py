"""By-products inside a simulated year."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oreacle.engine.hosts import Slack, host_room, make_hosts
from oreacle.engine.markets import Cleared, Growth, clear_year, grown
from oreacle.market.apply import PolicyDesk
from oreacle.market.clear import market
from oreacle.market.problem import Problem
from oreacle.world.load import load_world


def _year(mineral: str, members: int) -> tuple[Problem, Cleared]:
    world = load_world()
    base = market(world, mineral, size=members)
    problem = grown(
        base,
        Growth(np.ones_like(base.mine_slack), np.ones_like(base.refinery_slack), np.ones(members)),
    )
    desk = PolicyDesk(world.chain(mineral), world.territory, world.measures)
    idle: list[list[object]] = [[] for _ in range(members)]
    return problem, clear_year(problem, desk, idle, idle, None)  # type: ignore[arg-type]


def _slack(problem: Problem) -> Slack:
    return Slack(problem.mine_slack, problem.refinery_slack)


def test_hosts_come_first_and_every_mineral_once() -> None:
    world = load_world()
    hosts = make_hosts(world)
    assert sorted(hosts.order) == list(range(len(world.chains)))
    place = {number: k for k, number in enumerate(hosts.order)}
    assert hosts.seats
    for number, seats in hosts.seats.items():
        assert all(place[seat.host] < place[number] for seat in seats)


def test_a_quiet_year_leaves_all_room_and_a_weak_host_takes_its_part() -> None:
    world = load_world()
    names, hosts = list(world.chains), make_hosts(world)
    zinc, indium = names.index("zinc"), names.index("indium")
    problem, result = _year("zinc", 2)
    quiet = host_room(hosts, indium, {zinc: _slack(problem)}, {zinc: result})
    assert quiet is not None
    np.testing.assert_allclose(quiet, 1.0, atol=1e-6)
    # The second member's refineries give 40 % less.
    made = result.from_ore * np.array([[1.0], [0.6]])
    weak = host_room(hosts, indium, {zinc: _slack(problem)}, {zinc: replace(result, from_ore=made)})
    assert weak is not None
    shares = hosts.shares[indium]
    np.testing.assert_allclose(weak[0], quiet[0])
    np.testing.assert_allclose(weak[1], 1.0 - 0.4 * shares.linked[:, 0], atol=1e-6)


def test_a_host_without_an_answer_leaves_its_by_products_alone() -> None:
    world = load_world()
    names, hosts = list(world.chains), make_hosts(world)
    zinc, indium = names.index("zinc"), names.index("indium")
    problem, result = _year("zinc", 1)
    failed = replace(result, from_ore=np.full_like(result.from_ore, np.nan))
    room = host_room(hosts, indium, {zinc: _slack(problem)}, {zinc: failed})
    assert room is not None
    assert (room == 1.0).all()


@pytest.mark.parametrize("mineral", ["copper", "lithium"])
def test_a_mineral_without_hosts_has_no_room_to_follow(mineral: str) -> None:
    world = load_world()
    number = list(world.chains).index(mineral)
    assert host_room(make_hosts(world), number, {}, {}) is None
