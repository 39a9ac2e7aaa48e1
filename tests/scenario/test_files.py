"""Scenario files: presets load, a good file becomes its scenario, every fault is named at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.app.small_world import small_world

from oreacle.core.errors import ScenarioError
from oreacle.market.policies import (
    CapacityLoss,
    Certification,
    CorridorOpening,
    DemandShift,
    ExportBan,
    ExportLicensing,
    ExportQuota,
    ExportTax,
    ImportBan,
    ImportTariff,
    LiftMeasure,
    Offtake,
    PriceFloor,
    ProcessingMandate,
    ProductionSubsidy,
    RouteClosure,
    RouteRisk,
    Sanction,
    StockBuild,
    StockRelease,
)
from oreacle.market.policies.catalogue import INSTRUMENTS
from oreacle.scenario.names import name_book
from oreacle.scenario.presets import baseline, load_scenario, with_last_year
from oreacle.scenario.scenario import Scenario, ScheduledPolicy
from oreacle.scenario.spec import ENTRIES

NAMES = name_book(small_world())
HEAD = "oreacle: 1\nname: mine\ndemand_scenario: APS\n"
BAN = "instrument: export_ban, actor: CHN, mineral: gallium"
EVERY_POLICY = (
    HEAD
    + f"""until: 2035
description: One of each.
policies:
  - {{{BAN}, targets: [US, Japan], enforcement: 1, link: refined, from: 2027, to: 2028}}
  - {{instrument: export_quota, actor: China, mineral: gallium, allowed: 6e-1, from: 2026}}
  - {{instrument: export_tax, actor: EU, mineral: cobalt, rate: 0.25, from: 2026}}
  - {{instrument: export_licensing, actor: CHN, mineral: heavy rare earths, cost: 0.1, from: 2030,
     targets: [everyone]}}
  - {{instrument: capacity_loss, place: DRC, mineral: cobalt, stage: mined, share: 0.3, from: 2027}}
  - {{instrument: lift_measure, measure: CHN-2023-gallium, mineral: gallium, from: 2026}}
  - {{instrument: processing_mandate, actor: IDN, mineral: cobalt, share: 0.6, from: 2026}}
  - {{instrument: import_tariff, actor: USA, mineral: gallium, rate: 0.25, origins: [China],
     rules_of_origin: true, from: 2026}}
  - {{instrument: import_ban, actor: EU, mineral: gallium, origins: [CHN], leak_cost: 0.2,
     from: 2026}}
  - {{instrument: sanction, senders: [US, EU], target: CHN, mineral: gallium, link: refined,
     extraterritorial: true, from: 2026}}
  - {{instrument: production_subsidy, place: AUS, mineral: cobalt, stage: mined, amount: 2000,
     from: 2026}}
  - {{instrument: price_floor, place: DEU, mineral: cobalt, stage: refined, multiple: 1.5,
     from: 2026}}
  - {{instrument: stock_release, place: JPN, mineral: gallium, days: 30, from: 2026}}
  - {{instrument: stock_build, place: USA, mineral: gallium, tonnes: 5, price_limit: 3, from: 2026}}
  - {{instrument: offtake, buyer: USA, seller: JPN, mineral: gallium, tonnes: 5, from: 2026}}
  - {{instrument: certification, mineral: cobalt, places: [AUS], users: [EU, DEU], cost: 500,
     from: 2026}}
  - {{instrument: demand_shift, mineral: cobalt, factor: 1.5, sector: ev_storage, from: 2026}}
  - {{instrument: route_closure, mineral: cobalt, route: Strait of Malacca, months: 6, from: 2026}}
  - {{instrument: route_risk, mineral: cobalt, route: suez, rate: 0.01, from: 2026}}
  - {{instrument: corridor_opening, mineral: cobalt, corridor: Lobito, capacity: 1.7e+6,
     from: 2026}}
"""
)


def load(folder: Path, text: str) -> Scenario:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return load_scenario(path, NAMES)


def test_a_file_becomes_its_scenario(tmp_path: Path) -> None:
    loaded = load(tmp_path, EVERY_POLICY)
    ban = ExportBan("CHN", "gallium", ("USA", "JPN"), 1.0, "refined")
    assert loaded == Scenario(
        "mine",
        "One of each.",
        "APS",
        2035,
        (
            ScheduledPolicy(ban, 2027, 2028),
            ScheduledPolicy(ExportQuota("CHN", "gallium", 0.6), 2026),
            ScheduledPolicy(ExportTax("EU", "cobalt", 0.25), 2026),
            ScheduledPolicy(ExportLicensing("CHN", "rare_earths_heavy", 0.1), 2030),
            ScheduledPolicy(CapacityLoss("COD", "cobalt", "mined", 0.3), 2027),
            ScheduledPolicy(LiftMeasure("CHN-2023-gallium", "gallium"), 2026),
            ScheduledPolicy(ProcessingMandate("IDN", "cobalt", 0.6), 2026),
            ScheduledPolicy(
                ImportTariff("USA", "gallium", 0.25, ("CHN",), rules_of_origin=True), 2026
            ),
            ScheduledPolicy(ImportBan("EU", "gallium", ("CHN",), leak_cost=0.2), 2026),
            ScheduledPolicy(
                Sanction(("USA", "EU"), "CHN", "gallium", link="refined", extraterritorial=True),
                2026,
            ),
            ScheduledPolicy(ProductionSubsidy("AUS", "cobalt", "mined", 2000.0), 2026),
            ScheduledPolicy(PriceFloor("DEU", "cobalt", "refined", multiple=1.5), 2026),
            ScheduledPolicy(StockRelease("JPN", "gallium", days=30.0), 2026),
            ScheduledPolicy(StockBuild("USA", "gallium", 5.0, 3.0), 2026),
            ScheduledPolicy(Offtake("USA", "JPN", "gallium", 5.0), 2026),
            ScheduledPolicy(Certification("cobalt", ("AUS",), ("EU", "DEU"), cost=500.0), 2026),
            ScheduledPolicy(DemandShift("cobalt", 1.5, sector="ev_storage"), 2026),
            ScheduledPolicy(RouteClosure("cobalt", "malacca", 6.0), 2026),
            ScheduledPolicy(RouteRisk("cobalt", "suez", 0.01), 2026),
            ScheduledPolicy(CorridorOpening("cobalt", "LOBITO", 1.7e6), 2026),
        ),
    )


def test_every_instrument_has_its_entry_and_stands_in_the_file_above() -> None:
    assert list(ENTRIES) == [one.slug for one in INSTRUMENTS]
    assert all(f"instrument: {one.slug}," in EVERY_POLICY for one in INSTRUMENTS)


def test_the_baseline_is_the_first_preset_and_imposes_nothing() -> None:
    assert baseline() == load_scenario("baseline", NAMES)
    assert baseline().policies == ()
    assert (baseline().demand_scenario, baseline().until) == ("STEPS", 2040)


@pytest.mark.parametrize(
    ("lines", "code", "in_what", "in_fix"),
    [
        ("unti: 2030", "ORE-SCN-016", "unti", "until"),
        ("until: soon", "ORE-SCN-018", "soon", "whole number"),
        ("until: 2030.5", "ORE-SCN-018", "2030.5", "whole number"),
        ("until: 2101", "ORE-SCN-019", "until", "2050"),
        ("until: 2024", "ORE-SCN-019", "until", "2025"),
        ("policies: none", "ORE-SCN-018", "policies", "list"),
        ("policies: [a]", "ORE-SCN-018", "policies[0]", "mapping"),
        ("policies: [{actor: CHN}]", "ORE-SCN-017", "policies[0]", "export_ban"),
        ("policies: [{instrument: export_bann}]", "ORE-SCN-018", "instrument", "'export_ban'"),
        (f"policies: [{{{BAN}}}]", "ORE-SCN-017", "policies[0].from", "from"),
        (f"policies: [{{{BAN}, from: 2027, target: [USA]}}]", "ORE-SCN-016", "target", "targets"),
        (f"policies: [{{{BAN}, from: 2027, targets: [Jpan]}}]", "ORE-SCN-003", "targets[0]", "Jap"),
        (f"policies: [{{{BAN}, from: 2027, targets: USA}}]", "ORE-SCN-018", "targets", "list"),
        (f"policies: [{{{BAN}, from: 2027, enforcement: 2}}]", "ORE-SCN-004", "enforcement", "0.4"),
        (f"policies: [{{{BAN}, from: 2027, enforcement: .inf}}]", "ORE-SCN-018", ".inf", "number"),
        (f"policies: [{{{BAN}, from: 2027, enforcement: yes}}]", "ORE-SCN-018", "yes", "number"),
        (f"policies: [{{{BAN}, from: 2027, link: raw}}]", "ORE-SCN-018", "link", "ore"),
        (f"policies: [{{{BAN}, from: 2030, to: 2027}}]", "ORE-SCN-019", "2027", "last year"),
        (f"policies: [{{{BAN}, from: 2045}}]", "ORE-SCN-019", "policies[0].from", "until"),
        (f"policies: [{{{BAN}, from: 2027}}, {{{BAN}, from: 2030}}]", "ORE-SCN-020", "[1]", "one"),
        (
            "policies: [{instrument: price_floor, place: USA, mineral: gallium, stage: refined,"
            " from: 2027}]",
            "ORE-SCN-024",
            "no size",
            "price or multiple",
        ),
        (
            "policies: [{instrument: stock_release, place: USA, mineral: gallium, days: 5,"
            " tonnes: 5, from: 2027}]",
            "ORE-SCN-024",
            "tonnes and days",
            "one of tonnes or days",
        ),
        (
            "policies: [{instrument: demand_shift, mineral: gallium, factor: 2, sector: ev_storag,"
            " from: 2027}]",
            "ORE-SCN-018",
            "sector",
            "'ev_storage'",
        ),
        (
            "policies: [{instrument: sanction, senders: [], target: CHN, mineral: gallium,"
            " from: 2027}]",
            "ORE-SCN-018",
            "senders",
            "at least 1",
        ),
        (
            "policies: [{instrument: sanction, senders: [ROW], target: CHN, mineral: gallium,"
            " from: 2027}]",
            "ORE-SCN-015",
            "senders[0]",
            "name one actor",
        ),
        (
            "policies: [{instrument: stock_build, place: USA, mineral: gallium, tonnes: 5,"
            " price_limit: 0.5, from: 2027}]",
            "ORE-SCN-004",
            "price_limit",
            "1.01 to 100",
        ),
        (
            "policies: [{instrument: lift_measure, measure: x, mineral: gallium, from: 2027}]",
            "ORE-SCN-008",
            "'x'",
            "world mineral gallium",
        ),
    ],
)
def test_one_fault_has_its_own_code_place_and_fix(
    tmp_path: Path, lines: str, code: str, in_what: str, in_fix: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path, f"{HEAD}{lines}\n")
    assert caught.value.code == code
    assert in_what in caught.value.what
    assert in_fix in caught.value.fix


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("policies: [a]", "an entry of policies cannot hold it."),
        (f"policies: [{{{BAN}, from: 2027, targets: [USA, 3]}}]", "an entry of targets cannot"),
        ("until: soon", "until cannot hold it."),
    ],
)
def test_the_reason_names_a_list_and_never_the_number_of_an_entry(
    tmp_path: Path, lines: str, why: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path, f"{HEAD}{lines}\n")
    assert caught.value.why.startswith(why)


def test_all_faults_of_a_file_are_reported_at_once_with_line_and_fix(tmp_path: Path) -> None:
    text = (
        "oreacle: 1\nname: Mine!\ndemand_scenario: STEP\nuntil: '2030'\ndescripton: x\npolicies:\n"
        "  - {instrument: export_ban, actor: Chna, mineral: galium, from: soon}\n"
        "  - {instrument: capacity_loss, place: COD, mineral: cobalt, stage: used, share: 3,"
        " from: 2027}\n"
    )
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path, text)
    error = caught.value
    assert error.code == "ORE-SCN-011"
    places = ["name", "demand_scenario", "until", "descripton", "policies[0].actor"]
    places += ["policies[0].mineral", "policies[0].from", "policies[1].stage", "policies[1].share"]
    for place in places:
        assert f"{place} (" in error.what
    assert f"has {len(places)} faults" in error.what
    assert "line 7" in error.what
    assert "did you mean 'STEPS'?" in error.what
    assert "did you mean 'gallium'?" in error.what


@pytest.mark.parametrize("text", ["", "- 1\n", "just words\n", "3\n"])
def test_a_file_without_keys_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ScenarioError, match="ORE-SCN-018"):
        load(tmp_path, text)


@pytest.mark.parametrize("name", ["../up", "a/b", "", "CON:", "a" * 60, ".hidden"])
def test_a_name_that_could_leave_the_folder_of_runs_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ScenarioError, match="ORE-SCN-018"):
        load(tmp_path, f"oreacle: 1\nname: '{name}'\ndemand_scenario: APS\n")


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("baselin", "ORE-SCN-001"),
        ("", "ORE-SCN-001"),
        ("missing.yaml", "ORE-SCN-012"),
        ("../missing.yml", "ORE-SCN-012"),
        ("../../etc/passwd", "ORE-SCN-012"),
    ],
)
def test_an_unknown_scenario_is_refused(source: str, code: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(source, NAMES)
    assert caught.value.code == code


def test_a_near_miss_of_a_preset_is_suggested() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario("baselin", NAMES)
    assert "'baseline'" in caught.value.fix


def test_another_last_year_is_checked(tmp_path: Path) -> None:
    assert with_last_year(baseline(), 2030, NAMES).until == 2030
    for scenario, year in ((baseline(), 2024), (baseline(), 2051)):
        with pytest.raises(ScenarioError, match="ORE-SCN-019"):
            with_last_year(scenario, year, NAMES)
    with pytest.raises(ScenarioError, match="ORE-SCN-019"):
        with_last_year(load(tmp_path, EVERY_POLICY), 2027, NAMES)


def test_a_scenario_made_in_python_is_checked_too() -> None:
    ban = ExportBan("CHN", "gallium")
    with pytest.raises(ScenarioError, match="ORE-SCN-018"):
        Scenario("x", "", "STEP", 2030)
    with pytest.raises(ScenarioError, match="ORE-SCN-019"):
        ScheduledPolicy(ban, 2030, 2029)
    with pytest.raises(ScenarioError, match="ORE-SCN-020"):
        Scenario("x", "", "APS", 2030, (ScheduledPolicy(ban, 2026), ScheduledPolicy(ban, 2029)))
    one_after_the_other = (ScheduledPolicy(ban, 2026, 2028), ScheduledPolicy(ban, 2029))
    assert len(Scenario("x", "", "APS", 2030, one_after_the_other).in_force(2029)) == 1
