"""Policies: what they touch, what they refuse, and that a lifted measure comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.market.small import PARAMETERS, chain, own_territory

from oreacle.core.errors import ScenarioError
from oreacle.market.apply import PolicyDesk
from oreacle.market.balance import evaluate
from oreacle.market.calibrate import base_problem
from oreacle.market.kernel import solve
from oreacle.market.policies import (
    CapacityLoss,
    ExportBan,
    ExportLicensing,
    ExportQuota,
    ExportTax,
    LiftMeasure,
    Policy,
)
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


def refusal(*policies: Policy) -> ScenarioError:
    world = chain(ORE, METAL, NAMES)
    with pytest.raises(ScenarioError) as caught:
        PolicyDesk(world, TERRITORY).apply(base_problem(world, PARAMETERS, TERRITORY), policies)
    return caught.value


def test_any_sequence_of_targets_is_kept_as_a_tuple() -> None:
    targets: Any = ["EU", "PHL"]
    for policy in (
        ExportBan("CHN", "testium", targets=targets),
        ExportTax("CHN", "testium", 0.1, targets),
        ExportLicensing("CHN", "testium", 0.1, targets),
    ):
        assert policy.targets == ("EU", "PHL")
        assert len({policy, policy}) == 1


@pytest.mark.parametrize("targets", ["EUPHL", "EU", None, 3, {"EU"}, ("EU", 3), ("",), [None]])
def test_targets_that_are_no_sequence_of_names_are_refused(targets: Any) -> None:  # noqa: ANN401
    for make in (
        lambda: ExportBan("CHN", "testium", targets),
        lambda: ExportTax("CHN", "testium", 0.1, targets),
        lambda: ExportLicensing("CHN", "testium", 0.1, targets),
    ):
        with pytest.raises(ScenarioError, match="ORE-SCN-018"):
            make()


@pytest.mark.parametrize("value", [True, False, None, "0.5", float("nan"), float("inf"), [0.5], 1j])
def test_a_strength_that_is_no_number_is_refused(value: Any) -> None:  # noqa: ANN401
    makers: tuple[Callable[[], Policy], ...] = (
        lambda: ExportBan("CHN", "testium", enforcement=value),
        lambda: ExportQuota("CHN", "testium", value),
        lambda: ExportTax("CHN", "testium", value),
        lambda: ExportLicensing("CHN", "testium", value),
        lambda: CapacityLoss("CHN", "testium", "mined", value),
    )
    for make in makers:
        with pytest.raises(ScenarioError, match="ORE-SCN-004"):
            make()


def test_numbers_of_numpy_and_whole_numbers_are_numbers() -> None:
    assert ExportQuota("CHN", "testium", np.float32(0.5)) == ExportQuota("CHN", "testium", 0.5)  # type: ignore[arg-type]
    assert isinstance(ExportBan("CHN", "testium", enforcement=1).enforcement, float)


@pytest.mark.parametrize("name", ["", " ", None, 3, ["CHN"]])
def test_a_name_that_is_no_text_is_refused(name: Any) -> None:  # noqa: ANN401
    makers: tuple[Callable[[], Policy], ...] = (
        lambda: ExportBan(name, "testium"),
        lambda: ExportBan("CHN", name),
        lambda: ExportQuota(name, "testium", 0.5),
        lambda: ExportTax("CHN", name, 0.5),
        lambda: ExportLicensing(name, "testium", 0.5),
        lambda: CapacityLoss(name, "testium", "mined", 0.5),
        lambda: CapacityLoss("CHN", name, "mined", 0.5),
        lambda: LiftMeasure(name, "testium"),
        lambda: LiftMeasure("m1", name),
    )
    for make in makers:
        with pytest.raises(ScenarioError, match="ORE-SCN-018"):
            make()


@pytest.mark.parametrize(
    "policy",
    [
        ExportBan("XXX", "testium"),
        ExportBan("CHN", "testium", ("XXX",)),
        ExportTax("CHN", "testium", 0.5, ("EU", "XXX")),
        CapacityLoss("XXX", "testium", "mined", 0.5),
    ],
)
def test_a_name_that_the_world_does_not_know_is_refused(policy: Policy) -> None:
    error = refusal(policy)
    assert error.code == "ORE-SCN-003"
    assert "XXX" in error.what


@pytest.mark.parametrize(
    "policy", [ExportBan("EU1", "testium"), ExportBan("CHN", "testium", ("EU2",))]
)
def test_a_member_of_a_bloc_is_refused_with_the_bloc(policy: Policy) -> None:
    error = refusal(policy)
    assert error.code == "ORE-SCN-015"
    assert "write EU" in error.fix


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (ExportBan("chn", "testium", ("eu",)), ExportBan("CHN", "testium", ("EU",))),
        (ExportTax("CHN", "testium", 0.5, ("wld",)), ExportTax("CHN", "testium", 0.5)),
        (
            CapacityLoss("idn", "testium", "mined", 0.5),
            CapacityLoss("IDN", "testium", "mined", 0.5),
        ),
    ],
)
def test_lower_case_names_are_read(written: Policy, meant: Policy) -> None:
    world = chain(ORE, METAL, NAMES)
    desk, base = PolicyDesk(world, TERRITORY), base_problem(world, PARAMETERS, TERRITORY)
    one, two = desk.apply(base, [written]), desk.apply(base, [meant])
    assert (one.refined.cap == two.refined.cap).all()
    assert (one.refined.export_rate == two.refined.export_rate).all()
    assert (one.mine_capacity == two.mine_capacity).all()
    assert not all(
        np.array_equal(getattr(one.refined, field), getattr(base.refined, field))
        for field in ("cap", "export_rate")
    ) or not np.array_equal(one.mine_capacity, base.mine_capacity)


@pytest.mark.parametrize(
    "policy",
    [
        ExportBan("CHN", "testium", enforcement=0.0),
        ExportTax("CHN", "testium", 0.0),
        ExportLicensing("CHN", "testium", 0),
        CapacityLoss("IDN", "testium", "mined", 0.0),
    ],
)
def test_a_policy_of_strength_zero_is_refused(policy: Policy) -> None:
    error = refusal(policy)
    assert error.code == "ORE-SCN-004"
    assert "0 %" in error.why


def test_a_quota_of_zero_is_a_full_stop_and_stands() -> None:
    world = chain(ORE, METAL, NAMES)
    case = PolicyDesk(world, TERRITORY).apply(
        base_problem(world, PARAMETERS, TERRITORY), [ExportQuota("CHN", "testium", 0.0)]
    )
    assert case.refined.quota[0, 1] == 0.0


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        (ExportBan("CHN", "testium", ("CHN",)), "CHN is the actor and the only target of a ban"),
        (ExportTax("EU", "testium", 0.5, ("chn",)), "EU exports no testium to chn that a tax"),
        (ExportQuota("CHN", "testium", 0.5, "ore"), "CHN exports no testium ore that a quota"),
        (CapacityLoss("EU", "testium", "refined", 0.5), "EU refines no testium that could"),
    ],
)
def test_an_idle_policy_is_refused_in_words_of_people(policy: Policy, says: str) -> None:
    error = refusal(policy)
    assert error.code == "ORE-SCN-007"
    assert error.what.startswith(says)
    assert type(policy).__name__ not in str(error)
