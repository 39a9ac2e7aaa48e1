"""What the notes of an outlook say that losses from new measures come from."""

from __future__ import annotations

import json

from tests.engine.real import setting

from oreacle.engine.run_record import RunRecord
from oreacle.forecasting.summary import TOP_POLICIES, notes
from oreacle.market.policies import CapacityLoss, ExportBan
from oreacle.scenario.scenario import Scenario, ScheduledPolicy

LOSS = ScheduledPolicy(CapacityLoss("CHN", "zinc", "refined", 0.3), 2026, 2027)


def note(*policies: ScheduledPolicy) -> str:
    scenario = json.loads(json.dumps(Scenario("x", "", "STEPS", 2035, policies).as_dict()))
    as_of = setting().world.as_of
    record = RunRecord(3, "0", scenario, as_of, 1, 1, 1, "", "numpy", {}, 0, "", 0.0)
    (found,) = [line for line in notes(setting(), record) if "losses from new measures" in line]
    return found


def test_without_policies_losses_are_those_of_export_restrictions() -> None:
    assert note().endswith("those of export restrictions alone.")


def test_policies_of_the_scenario_are_named_whatever_their_kind() -> None:
    said = note(LOSS, ScheduledPolicy(ExportBan("COD", "cobalt"), 2028))
    assert "alone" not in said
    assert "of the scenario's own policies" in said
    assert "zinc" in said
    assert "from 2026 to 2027; " in said
    assert said.endswith(", from 2028.")


def test_a_long_list_is_cut_and_counted() -> None:
    several = [ScheduledPolicy(ExportBan("COD", "cobalt"), 2026 + k, 2026 + k) for k in range(8)]
    assert note(*several).endswith(f"; and {8 - TOP_POLICIES} more.")
