"""What the notes of an outlook say that losses from new measures come from."""

from __future__ import annotations

import json

import numpy as np
import xarray as xr
from tests.engine.real import setting

from oreacle.engine.run_record import RunRecord
from oreacle.forecasting.summary_notes import TOP_POLICIES, not_in_trade, notes, other_shares
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


def test_measures_that_base_trade_does_not_show_are_named_with_what_they_do() -> None:
    minerals = list(setting().space.minerals)
    price = np.ones((3, 1, len(minerals)))
    price[:, 0, minerals.index("gallium")] = (1.2, 1.5, 9.0)
    dims = ("member", "year", "mineral")
    (line,) = not_in_trade(
        setting(), xr.Dataset({"price_reference": (dims, price)}, {"mineral": minerals})
    )
    assert "gallium (China; +50 %)" in line
    assert "germanium (China; +0 %)" in line
    assert "copper" not in line


def test_shares_that_models_of_acts_see_are_set_beside_those_of_output() -> None:
    (line,) = other_shares(setting())
    assert "China, heavy magnet rare earths (Dy, Tb) (refined): 19 % for 100 %" in line
    assert "Kazakhstan, beryllium (refined): 93 % for 18 %" in line
    assert "copper" not in line


def test_a_first_year_that_no_member_solved_is_said_to_be_not_known() -> None:
    minerals = list(setting().space.minerals)
    price = np.full((2, 1, len(minerals)), np.nan)
    dims = ("member", "year", "mineral")
    (line,) = not_in_trade(
        setting(), xr.Dataset({"price_reference": (dims, price)}, {"mineral": minerals})
    )
    assert "gallium (China; not known)" in line
    assert "nan" not in line
