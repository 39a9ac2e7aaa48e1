"""A policy that would change nothing is refused before a run starts."""

from __future__ import annotations

import pytest
from tests.app.small_world import small_world

from oreacle.core.errors import ScenarioError
from oreacle.market.policies import CapacityLoss, ExportBan, LiftMeasure, Policy
from oreacle.scenario.reach import refuse_idle_policies
from oreacle.scenario.scenario import Scenario, ScheduledPolicy

WORLD = small_world()


def scenario(*policies: Policy) -> Scenario:
    scheduled = tuple(ScheduledPolicy(policy, 2027) for policy in policies)
    return Scenario("mine", "", "STEPS", 2030, scheduled)


def test_policies_that_touch_a_flow_a_mine_or_a_measure_pass() -> None:
    refuse_idle_policies(
        scenario(
            ExportBan("CHN", "gallium"),
            CapacityLoss("COD", "cobalt", "mined", 0.5),
            LiftMeasure("CHN-2023-gallium", "gallium"),
        ),
        WORLD,
    )


def test_a_policy_of_somebody_who_supplies_nothing_is_refused_with_its_place() -> None:
    with pytest.raises(ScenarioError) as caught:
        refuse_idle_policies(
            scenario(ExportBan("CHN", "gallium"), ExportBan("IDN", "gallium")), WORLD
        )
    assert caught.value.code == "ORE-SCN-007"
    assert caught.value.what.startswith("policies[1]: IDN")


def test_all_idle_policies_are_named_at_once() -> None:
    idle = (ExportBan("IDN", "gallium"), CapacityLoss("USA", "cobalt", "mined", 0.5))
    with pytest.raises(ScenarioError) as caught:
        refuse_idle_policies(scenario(*idle), WORLD)
    assert caught.value.code == "ORE-SCN-011"
    assert "policies[0]" in caught.value.what
    assert "policies[1]" in caught.value.what
