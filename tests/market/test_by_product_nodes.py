"""How a by-product's mines move with their hosts: room, not output, and nothing elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oreacle.market.by_products import clear_all
from oreacle.market.clear import cleared, market, with_mines
from oreacle.market.policies import CapacityLoss
from oreacle.world.load import load_world
from oreacle.world.snapshot import World


@pytest.fixture(scope="module")
def world() -> World:
    return load_world()


def test_hosts_at_base_leave_the_base_year_exactly(world: World) -> None:
    level = np.ones(len(world.chain("indium").miners))
    same, plain = cleared(world, "indium", (), mines=level), cleared(world, "indium", ())
    for name in plain.prices.data_vars:
        np.testing.assert_array_equal(same.prices[name], plain.prices[name])


def test_more_host_output_is_room_and_not_output(world: World) -> None:
    level = np.full(len(world.chain("tellurium").miners), 1.5)
    problem = market(world, "tellurium")
    wider = with_mines(problem, level)
    np.testing.assert_array_equal(wider.mine_slack, problem.mine_slack)
    np.testing.assert_allclose(wider.mine_capacity, 1.5 * problem.mine_capacity)
    outcome = cleared(world, "tellurium", (), mines=level)
    change = outcome.quantities["mined_change"].sum() / outcome.quantities["mined"].sum()
    assert abs(float(change)) < 1e-6


def test_a_host_that_stops_takes_all_that_is_linked_to_it(world: World) -> None:
    markets = clear_all(world, [CapacityLoss("COD", "copper", "mined", 1.0)])
    left = markets.outcomes["cobalt"].quantities["mined"].sel(country="COD")
    before = left - markets.outcomes["cobalt"].quantities["mined_change"].sel(country="COD")
    linked = next(
        effect.linked_share
        for effect in markets.host_effects
        if effect.mineral == "cobalt" and effect.country == "COD"
    )
    assert linked == pytest.approx(0.98)
    # What is left is the unlinked part, which a higher price can stretch but not multiply.
    assert 0.02 * float(before) <= float(left) < 0.04 * float(before)


def test_without_links_a_host_moves_nothing_else(world: World) -> None:
    class Unlinked(World):
        @property
        def by_products(self):  # type: ignore[no-untyped-def]  # noqa: ANN202
            return replace(world.by_products, links=(), order=())

    alone = Unlinked(**{name: getattr(world, name) for name in world.__dataclass_fields__})
    policy = [CapacityLoss("CHN", "zinc", "refined", 0.3)]
    linked, free = clear_all(world, policy), clear_all(alone, policy)
    assert list(free.outcomes) == ["zinc"]
    assert set(linked.outcomes) == {"zinc", "germanium", "indium"}
    zinc, other = linked.outcomes["zinc"], free.outcomes["zinc"]
    for name in zinc.prices.data_vars:
        np.testing.assert_array_equal(zinc.prices[name], other.prices[name])
    assert float(linked.outcomes["indium"].prices["delivered_change"].min()) > 0.0
