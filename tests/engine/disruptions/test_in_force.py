"""Disruptions in a market: those of one draw are what the market's own policies say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from oreacle.core.errors import RunError, ScenarioError
from oreacle.engine.disruptions import (
    disrupted,
    disruption_draws,
    distinct,
    from_policies,
    market_in_force,
)
from oreacle.market.apply import PolicyDesk
from oreacle.market.clear import market
from oreacle.market.kernel import solve
from oreacle.market.policies import CapacityLoss, DemandShift, ExportBan
from oreacle.market.problem import Problem
from oreacle.world.load import load_world
from oreacle.world.snapshot import World


@cache
def world() -> World:
    return load_world()


def delivered(problem: Problem) -> np.ndarray:
    found = solve(problem)
    assert found.solved.all()
    return found.prices.delivered


THREAT = (
    ExportBan("CHN", "tin", ("USA",), link="refined"),
    CapacityLoss("MMR", "tin", "mined", 0.6),
    CapacityLoss("IDN", "tin", "refined", 0.2),
    DemandShift("tin", 0.95),
)


def test_a_stated_threat_is_the_same_market_as_its_policies() -> None:
    threat = from_policies(world(), "tin", THREAT)
    assert threat.size == 1
    assert threat.weight.tolist() == [1.0]
    assert threat.mine_other[0, threat.miners.index("MMR")] == pytest.approx(0.6)
    assert threat.refinery[0, threat.refiners.index("IDN")] == pytest.approx(0.2)
    assert len(threat.measures[0]) == 2
    ours = delivered(disrupted(market(world(), "tin"), world(), threat))[0]
    theirs = delivered(PolicyDesk.of(world(), "tin").apply(market(world(), "tin"), THREAT))[0]
    assert ours == pytest.approx(theirs, abs=1e-9)
    assert np.ptp(ours) > 0.01


def test_a_calm_draw_is_the_market_itself() -> None:
    calm = from_policies(world(), "tin", ())
    assert calm.is_calm.all()
    base = market_in_force(world(), "tin")
    assert delivered(disrupted(base, world(), calm)).tobytes() == delivered(base).tobytes()


def test_the_calm_year_has_newer_measures_of_the_register_in_force() -> None:
    # China's ban on gallium to the United States came at the end of 2024.
    before, after = market(world(), "gallium"), market_in_force(world(), "gallium")
    at = before.users.index("USA")
    assert delivered(after)[0, at] > delivered(before)[0, at] + 0.01
    assert market_in_force(world(), "copper").size == 1


def test_draws_cleared_once_give_the_prices_of_all() -> None:
    draws = disruption_draws(world(), "gallium", draws=40, seed=2)
    base = market_in_force(world(), "gallium")
    once, where = distinct(draws)
    assert once.size < draws.size
    few, every = (delivered(disrupted(base, world(), one)) for one in (once, draws))
    assert few[where] == pytest.approx(every, abs=1e-9)


def test_a_slump_closes_mines_without_protection_alone() -> None:
    calm = from_policies(world(), "tin", ())
    slump = replace(calm, slump=np.ones(1, dtype=bool))
    base = market(world(), "tin")
    safe = np.zeros(len(base.miners), dtype=bool)
    safe[0] = True
    closed = disrupted(base, world(), slump, protected=safe)
    kept = closed.mine_capacity[0] / base.mine_capacity[0]
    assert kept[0] == 1.0
    assert kept[1:] == pytest.approx(0.92)  # closure_limit of the assumed engine parameters
    all_closed = disrupted(base, world(), slump)
    assert (all_closed.mine_capacity[0] / base.mine_capacity[0]) == pytest.approx(0.92)


def test_what_is_lost_raises_prices_and_a_fall_of_demand_lowers_them() -> None:
    base = market(world(), "tin")
    none = delivered(base)[0]
    loss = from_policies(world(), "tin", (CapacityLoss("CHN", "tin", "mined", 0.5),))
    fall = from_policies(world(), "tin", (DemandShift("tin", 0.9),))
    assert (delivered(disrupted(base, world(), loss))[0] > none).all()
    assert (delivered(disrupted(base, world(), fall))[0] < none).all()


def test_a_mine_that_is_lost_wholly_still_leaves_a_market() -> None:
    all_of_it = from_policies(world(), "tin", (CapacityLoss("CHN", "tin", "mined", 1.0),))
    assert np.isfinite(delivered(disrupted(market(world(), "tin"), world(), all_of_it))).all()


def test_a_policy_on_another_mineral_is_refused() -> None:
    with pytest.raises(RunError) as caught:
        from_policies(world(), "tin", (ExportBan("CHN", "gallium"),))
    assert caught.value.code == "ORE-RUN-138"
    assert "gallium" in caught.value.what


def test_a_policy_that_touches_nothing_is_refused() -> None:
    with pytest.raises(ScenarioError) as caught:
        from_policies(world(), "gallium", (ExportBan("PER", "gallium"),))
    assert caught.value.code == "ORE-SCN-007"


@pytest.mark.parametrize(
    "case", [lambda: market(world(), "gallium"), lambda: market(world(), "tin", size=2)]
)
def test_a_market_that_does_not_fit_is_refused(case: Callable[[], Problem]) -> None:
    with pytest.raises(RunError) as caught:
        disrupted(case(), world(), from_policies(world(), "tin", ()))
    assert caught.value.code == "ORE-RUN-136"


@pytest.mark.parametrize("protected", [np.zeros(2, dtype=bool), np.zeros(30)])
def test_protection_that_does_not_fit_is_refused(protected: np.ndarray) -> None:
    with pytest.raises(RunError) as caught:
        disrupted(
            market(world(), "tin"), world(), from_policies(world(), "tin", ()), protected=protected
        )
    assert caught.value.code == "ORE-RUN-137"
