"""Every policy type checks its own values, whatever its fields are."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import pytest
from tests.market.traders import SAMPLES

from oreacle.core.errors import ScenarioError
from oreacle.market.policies import (
    Certification,
    DemandShift,
    ExportBan,
    ExportTax,
    ImportTariff,
    Policy,
    PriceFloor,
    Sanction,
    StockBuild,
    StockRelease,
)
from oreacle.market.policies.catalogue import doers, is_idle, overlaps
from oreacle.market.policies.checks import FLAG_FIELDS, FULL_LISTS, LIST_FIELDS, NAME_FIELDS


def samples_with(names: Callable[[Policy], Collection[str]]) -> list[tuple[Policy, str]]:
    """Return each sample with each of its fields that is among the names."""
    return [
        (one, field.name) for one in SAMPLES for field in fields(one) if field.name in names(one)
    ]


def shown(value: object) -> str:
    return str(value)[:40]


def refusal(policy: Policy, **changed: object) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        replace(policy, **changed)
    return caught.value


@pytest.mark.parametrize(("policy", "field"), samples_with(lambda p: p.RANGES), ids=shown)
def test_a_number_is_a_number_within_its_bounds(policy: Policy, field: str) -> None:
    bounds = policy.RANGES[field]
    values = (bounds.low - 0.1, bounds.high * 1.1, True, "0.5", float("nan"), [0.5], 1j)
    for value in values:
        error = refusal(policy, **{field: value})
        assert error.code == "ORE-SCN-004"
        assert error.what.startswith(f"{field} is ")
        assert f"{bounds.low:g} to {bounds.high:g}" in error.fix
    if getattr(policy, field) is not None:
        kept = replace(policy, **{field: bounds.high})
        assert isinstance(getattr(kept, field), float)


@pytest.mark.parametrize(("policy", "field"), samples_with(lambda _: NAME_FIELDS), ids=shown)
def test_a_name_is_text(policy: Policy, field: str) -> None:
    wrong = ("", " ", 3, ["CHN"]) if getattr(type(policy), field, "") is None else ("", 3, None)
    for value in wrong:
        error = refusal(policy, **{field: value})
        assert error.code == "ORE-SCN-018"
        assert field in error.what


@pytest.mark.parametrize(("policy", "field"), samples_with(lambda _: LIST_FIELDS), ids=shown)
def test_a_list_is_a_sequence_of_names_kept_as_a_tuple(policy: Policy, field: str) -> None:
    for value in ("AUS", {"AUS"}, None, 3, ("AUS", 3), [""]):
        assert refusal(policy, **{field: value}).code == "ORE-SCN-018"
    kept = replace(policy, **{field: ["AUS", "JPN"]})
    assert getattr(kept, field) == ("AUS", "JPN")
    if field in FULL_LISTS:
        assert "empty" in refusal(policy, **{field: ()}).what


@pytest.mark.parametrize(("policy", "field"), samples_with(lambda _: FLAG_FIELDS), ids=shown)
def test_a_flag_is_true_or_false(policy: Policy, field: str) -> None:
    for value in (1, 0, "true", None):
        assert refusal(policy, **{field: value}).code == "ORE-SCN-018"


@pytest.mark.parametrize(
    ("policy", "changed", "code", "in_fix"),
    [
        (SAMPLES[0], {"link": "raw"}, "ORE-SCN-005", "ore, refined"),
        (PriceFloor("A", "m", "mined", 1.0), {"stage": "used"}, "ORE-SCN-006", "refined"),
        (DemandShift("m", 2.0), {"sector": "stel"}, "ORE-SCN-023", "'steel'"),
        (PriceFloor("A", "m", "mined", 1.0), {"price": None}, "ORE-SCN-024", "price or multiple"),
        (PriceFloor("A", "m", "mined", 1.0), {"multiple": 2.0}, "ORE-SCN-024", "price or multiple"),
        (StockRelease("A", "m", 1.0), {"days": 5.0}, "ORE-SCN-024", "tonnes or days"),
        (Sanction(("A",), "B", "m"), {"target": "a"}, "ORE-SCN-018", "others"),
    ],
)
def test_what_has_no_meaning_is_refused_with_a_way_out(
    policy: Policy, changed: dict[str, Any], code: str, in_fix: str
) -> None:
    error = refusal(policy, **changed)
    assert error.code == code
    assert in_fix in error.fix


@pytest.mark.parametrize("policy", SAMPLES, ids=lambda policy: type(policy).__name__)
def test_a_policy_is_a_frozen_value(policy: Policy) -> None:
    assert len({policy, replace(policy)}) == 1
    with pytest.raises(FrozenInstanceError):
        policy.mineral = "other"
    assert not is_idle(policy)


@pytest.mark.parametrize(
    ("one", "two", "clash"),
    [
        (ExportBan("A", "m"), ExportBan("A", "m", ("B",)), True),
        (ExportBan("A", "m", ("C",)), ExportBan("A", "m", ("B",)), False),
        (ExportBan("A", "m", link="ore"), ExportBan("A", "m", link="refined"), False),
        (ExportBan("A", "m"), ExportBan("A", "n"), False),
        (ExportBan("A", "m"), ExportTax("A", "m", 0.1), False),
        (ImportTariff("A", "m", 0.1), ImportTariff("A", "m", 0.2, ("B",)), True),
        (Sanction(("A", "B"), "C", "m"), Sanction(("B", "D"), "C", "m"), True),
        (Sanction(("A",), "C", "m"), Sanction(("B",), "C", "m"), False),
        (PriceFloor("A", "m", "mined", 1.0), PriceFloor("A", "m", "refined", 1.0), False),
        (StockRelease("A", "m", 1.0), StockBuild("A", "m", 1.0), True),
        (StockRelease("A", "m", 1.0), StockBuild("B", "m", 1.0), False),
        (DemandShift("m", 2.0), DemandShift("m", 2.0, "A"), True),
        (DemandShift("m", 2.0, sector="steel"), DemandShift("m", 2.0, sector="other"), False),
        (Certification("m", ("A",), ("B",)), Certification("m", ("C",), ("D",)), True),
    ],
)
def test_policies_that_state_one_thing_twice_or_contradict_clash(
    one: Policy, two: Policy, clash: bool
) -> None:
    assert overlaps([one, two]) == ([(0, 1)] if clash else [])
    assert overlaps([two, one]) == ([(0, 1)] if clash else [])


def test_doers_are_those_who_act() -> None:
    found = [doers(policy) for policy in SAMPLES]
    assert found[0] == ("CHN",)
    assert found[7] == ("USA", "EU")
    assert found[14] == ("EU",)
    assert found[-1] == ()
