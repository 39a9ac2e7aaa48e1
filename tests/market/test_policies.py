"""Policies: what they touch, what they refuse, and that a lifted measure comes back."""

from __future__ import annotations

import numpy as np
import pytest
from tests.market.small import PARAMETERS, chain, own_territory

from oreacle.core.errors import ScenarioError
from oreacle.market.apply import PolicyDesk
from oreacle.market.balance import evaluate
from oreacle.market.calibrate import base_problem
from oreacle.market.kernel import solve
from oreacle.market.policies import CapacityLoss, ExportBan, ExportTax, LiftMeasure
from oreacle.world.chain import RegisteredCap
from oreacle.world.register import Measure

NAMES = (("IDN", "PHL"), ("IDN", "CHN"), ("CHN", "EU1", "EU2"))
ORE = np.array([[60.0, 1.0], [0.0, 39.0]])
METAL = np.array([[30.0, 20.0, 10.0], [30.0, 6.0, 4.0]])
TERRITORY = own_territory(*NAMES, blocs={"EU1": "EU", "EU2": "EU"})


def measure(instrument: str, strength: float, link: str = "ore", since: str = "2020") -> Measure:
    return Measure(
        "m1", "IDN", "testium", link, instrument, (), strength, "assumed", since, True, "test"
    )


def test_a_ban_caps_each_link_at_what_leaks() -> None:
    world = chain(ORE, METAL, NAMES)
    desk = PolicyDesk(world, TERRITORY)
    case = desk.apply(
        base_problem(world, PARAMETERS, TERRITORY),
        [ExportBan("CHN", "testium", ("EU",), enforcement=0.9, link="refined")],
    )
    flow = evaluate(case, solve(case).prices).metal.flow[0]
    assert flow[1, 1] == pytest.approx(0.6, rel=1e-9)
    assert flow[1, 2] == pytest.approx(0.4, rel=1e-9)


def test_a_ban_leaves_other_limits_alone() -> None:
    world = chain(ORE, METAL, NAMES)
    before = base_problem(world, PARAMETERS, TERRITORY)
    after = PolicyDesk(world, TERRITORY).apply(
        before, [ExportBan("CHN", "testium", ("EU",), link="refined")]
    )
    assert np.isinf(after.ore.cap).all()
    assert np.isinf(after.refined.cap[0, 0]).all()
    assert np.isinf(after.refined.cap[0, 1, 0])
    assert (after.refined.export_rate == 0).all()
    assert np.isinf(before.refined.cap).all()


def test_trade_inside_the_territory_is_not_touched() -> None:
    world = chain(ORE, METAL, NAMES)
    case = PolicyDesk(world, TERRITORY).apply(
        base_problem(world, PARAMETERS, TERRITORY), [ExportTax("CHN", "testium", 0.5)]
    )
    assert case.refined.export_rate[0, 1].tolist() == [0.0, 0.5, 0.5]


def test_lifting_a_binding_ban_brings_the_ore_back_and_the_register_reproduces_the_base() -> None:
    caps = (RegisteredCap("m1", "ore", "IDN", "CHN", 25.0),)
    world = chain(ORE, METAL, NAMES, caps=caps)
    register = (measure("export_ban", 0.95),)
    base = base_problem(world, PARAMETERS, TERRITORY, register)
    assert np.abs(evaluate(base, solve(base).prices).ore.flow[0] - ORE).max() <= 1e-9
    lifted = PolicyDesk(world, TERRITORY, register).apply(base, [LiftMeasure("m1", "testium")])
    flow = evaluate(lifted, solve(lifted).prices).ore.flow[0]
    assert flow[0, 1] > 5.0


def test_lifting_a_ban_that_does_not_bind_changes_nothing() -> None:
    caps = (RegisteredCap("m1", "ore", "IDN", "CHN", 0.5),)
    world = chain(ORE, METAL, NAMES, caps=caps)
    register = (measure("export_ban", 0.95),)
    base = base_problem(world, PARAMETERS, TERRITORY, register)
    lifted = PolicyDesk(world, TERRITORY, register).apply(base, [LiftMeasure("m1", "testium")])
    assert np.abs(solve(lifted).prices.delivered).max() <= 1e-12


def test_lifting_a_tax_raises_exports() -> None:
    world = chain(ORE, METAL, NAMES)
    register = (measure("export_tax", 0.3, link="refined"),)
    base = base_problem(world, PARAMETERS, TERRITORY, register)
    assert np.abs(solve(base).prices.delivered).max() <= 1e-12
    lifted = PolicyDesk(world, TERRITORY, register).apply(base, [LiftMeasure("m1", "testium")])
    assert evaluate(lifted, solve(lifted).prices).metal.flow[0, 0].sum() > METAL[0].sum()


def test_a_policy_that_touches_nothing_is_refused_with_a_way_out() -> None:
    world = chain(ORE, METAL, NAMES)
    problem = base_problem(world, PARAMETERS, TERRITORY)
    with pytest.raises(ScenarioError) as caught:
        PolicyDesk(world, TERRITORY).apply(problem, [ExportBan("EU", "testium")])
    assert caught.value.code == "ORE-SCN-007"
    assert "EU" in caught.value.what
    with pytest.raises(ScenarioError, match="ORE-SCN-007"):
        PolicyDesk(world, TERRITORY).apply(problem, [CapacityLoss("EU", "testium", "mined", 0.1)])


def test_lifting_an_unknown_measure_is_refused() -> None:
    world = chain(ORE, METAL, NAMES)
    problem = base_problem(world, PARAMETERS, TERRITORY)
    with pytest.raises(ScenarioError, match="ORE-SCN-008"):
        PolicyDesk(world, TERRITORY).apply(problem, [LiftMeasure("m9", "testium")])


@pytest.mark.parametrize("enforcement", [-0.1, 1.1])
def test_an_enforcement_outside_its_range_is_refused(enforcement: float) -> None:
    with pytest.raises(ScenarioError, match="ORE-SCN-004"):
        ExportBan("CHN", "testium", enforcement=enforcement)
