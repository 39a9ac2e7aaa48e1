"""Private stocks in the markets of what-ifs."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import pytest

from oreacle.market.apply import PolicyDesk
from oreacle.market.balance import evaluate
from oreacle.market.calibrate_stocks import stocks_for
from oreacle.market.clear import market
from oreacle.market.kernel import solve
from oreacle.market.policies import ExportBan
from oreacle.market.problem import Problem
from oreacle.world.inventories import STRATEGIC_METAL
from oreacle.world.load import load_world
from oreacle.world.snapshot import World


@functools.cache
def world() -> World:
    return load_world()


@functools.cache
def banned(mineral: str, *, stocks: bool) -> tuple[Problem, np.ndarray]:
    """Return a market under a Chinese ban and its log delivered prices, shape (user,)."""
    desk = PolicyDesk(world().chain(mineral), world().territory, world().measures)
    base = market(world(), mineral)
    case = desk.apply(base if stocks else replace(base, stocks=None), [ExportBan("CHN", mineral)])
    solution = solve(case)
    assert solution.solved.all()
    return case, solution.prices.delivered[0]


@pytest.mark.parametrize("mineral", load_world().mineral_names)
def test_private_stocks_leave_the_base_year_as_it_is(mineral: str) -> None:
    problem = market(world(), mineral)
    balance = evaluate(problem, solve(problem).prices)
    chain = world().chain(mineral)
    for now, then in ((balance.output, chain.mined), (balance.use, chain.used)):
        assert np.abs(now[0] - then).max() <= 1e-9 * chain.throughput


def test_governments_metal_waits_for_an_order() -> None:
    stocks = stocks_for(world(), "cobalt", size=2)
    chain = world().chain("cobalt")
    assert any(row.kind == STRATEGIC_METAL for row in world().inventories("cobalt"))
    assert stocks.metal.shape == (2, len(chain.users))
    assert stocks.metal[1].sum() == pytest.approx(chain.used.sum() * 8 / 52)
    assert not stocks.release.any()
    assert not stocks.purchase.any()


@pytest.mark.parametrize("mineral", ["germanium", "tungsten", "graphite"])
def test_stocks_soften_a_ban_and_give_no_more_than_they_hold(mineral: str) -> None:
    held, price = banned(mineral, stocks=True)
    _, bare = banned(mineral, stocks=False)
    hit = int(np.argmax(bare))
    assert 0.0 < price[hit] < bare[hit]
    assert held.stocks is not None
    release, _ = held.stocks.metal_release(price[None, :])
    assert (np.abs(release) <= held.stocks.metal).all()
    assert release[0, hit] > 0.0
