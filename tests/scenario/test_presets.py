"""Presets: each loads in the embedded world, touches something, and differs as it says."""

from __future__ import annotations

import math

import pytest

from oreacle.data.mechanisms import mechanism_parameters
from oreacle.scenario.differences import differences
from oreacle.scenario.names import name_book
from oreacle.scenario.presets import baseline, load_scenario, preset_names, with_last_year
from oreacle.scenario.reach import refuse_idle_policies
from oreacle.scenario.scenario import Scenario
from oreacle.scenario.sources import PRESETS_DIRECTORY
from oreacle.world.load import load_world

WORLD = load_world()
NAMES = name_book(WORLD)
OTHERS = [name for name in preset_names() if name != "baseline"]


def preset(name: str) -> Scenario:
    return load_scenario(name, NAMES)


def stated() -> dict[str, dict[str, float]]:
    """Value and range of each parameter of a mechanism."""
    return {
        f"{row['mechanism']}.{row['parameter']}": {
            name: float(row[name]) for name in ("value", "low", "high")
        }
        for row in mechanism_parameters().to_dict("records")
    }


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_loads_under_its_own_name_and_touches_something(name: str) -> None:
    loaded = preset(name)
    assert loaded.name == name
    assert loaded.description.endswith(".")
    refuse_idle_policies(loaded, WORLD)


@pytest.mark.parametrize("name", OTHERS)
def test_a_preset_differs_from_the_baseline_and_starts_with_its_reasons(name: str) -> None:
    assert differences(preset(name), baseline())
    assert (PRESETS_DIRECTORY / f"{name}.yaml").read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("name", OTHERS)
def test_a_preset_can_be_laid_on_another_demand_path(name: str) -> None:
    laid = load_scenario("net-zero", NAMES, [name])
    assert laid.demand_scenario == "NZE"
    assert laid.policies == preset(name).policies
    assert laid.odds == preset(name).odds


def test_fragmentation_has_two_blocs_that_act_more_against_each_other() -> None:
    made = preset("fragmentation")
    assert len(made.blocs) == 2
    across = {one.act: one.factor for one in made.odds if one.between == "blocs"}
    assert across["trade_barrier"] > 1.0 < across["investment_block"]
    assert across["agreement"] < 1.0
    assert (made.rules[-1].year, made.rules[-1].strength) == (2032, 0.3)


def test_governed_cooperation_strengthens_rules_and_founds_clubs_with_its_instruments() -> None:
    made = preset("governed-cooperation")
    assert made.rules[-1].strength == 1.4
    done = {name for one in made.clubs for name in one.instruments}
    assert {"stockpile", "crisis", "insurance", "certification", "refining"} <= done
    assert all(one.openness > 0.0 < one.patience for one in made.doctrines)


def test_great_power_rivalry_is_about_the_two_powers() -> None:
    made = preset("great-power-rivalry")
    assert {one.actor for one in made.doctrines} == {"USA", "CHN"}
    assert all(one.security > 0.5 and one.patience < 0.0 for one in made.doctrines)
    assert {one.reason for one in made.trends} == {"defence"}


def test_climate_stress_compares_two_degrees_with_one() -> None:
    late = {
        one.cause: one.factor
        for one in preset("climate-stress").shock_rates
        if one.span.holds(2035)
    }
    assert late["weather"] == pytest.approx(1.7 / 1.3, abs=0.02)
    assert late["water"] == pytest.approx(2.4 / 1.7, abs=0.02)
    assert late["power"] == pytest.approx((1.0 + 5.6 / 2.8) / 2.0, abs=0.02)


def test_a_preset_can_be_cut_to_years_before_some_of_its_entries() -> None:
    made = with_last_year(preset("climate-stress"), 2028, NAMES)
    assert (made.until, len(made.shock_rates)) == (2028, 3)
    refuse_idle_policies(made, WORLD)


def test_technology_shift_takes_use_from_cobalt_and_gives_it_to_phosphate() -> None:
    yearly = {(one.mineral, one.sector): one.yearly for one in preset("technology-shift").trends}
    assert yearly["cobalt", "ev_storage"] < yearly["nickel", "ev_storage"] < 0.0
    assert yearly["phosphate", "ev_storage"] > 0.0
    assert {"recycling"} <= {
        name for one in preset("technology-shift").clubs for name in one.instruments
    }
    assert dict(preset("technology-shift").parameters)["recycling.club_recovery"] == 0.4


def test_defence_surge_grows_as_the_agreed_share_of_product_does() -> None:
    yearly = {one.place: one.yearly for one in preset("defence-surge").trends}
    assert yearly["EU"] == pytest.approx(0.5 * math.log(3.5 / 2.0) / 11.0, abs=0.001)
    assert all(one.sector == "defence_aerospace" for one in preset("defence-surge").trends)


def test_overcapacity_squeeze_campaigns_more_often_longer_and_deeper_and_pays_nothing_beside() -> (
    None
):
    made = preset("overcapacity-squeeze")
    assert not made.policies
    usual = {name: row["value"] for name, row in stated().items()}
    own = dict(made.parameters)
    for name in ("start_rate", "threat", "discount", "delay"):
        assert own[f"oversupply.{name}"] > usual[f"oversupply.{name}"]
    assert own["oversupply.end_rate"] < usual["oversupply.end_rate"]


@pytest.mark.parametrize("name", OTHERS)
def test_parameters_of_presets_are_within_their_stated_ranges(name: str) -> None:
    for key, value in preset(name).parameters:
        row = stated()[key]
        assert row["low"] <= value <= row["high"]
        assert value != row["value"]
