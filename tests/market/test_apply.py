"""Putting policies in force: what each writes, that they commute, that an idle one is refused."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.market.traders import METAL, SAMPLES, applied, arrays, desk, market

from oreacle.core.errors import ScenarioError
from oreacle.market.certificate import certify
from oreacle.market.groups import writable
from oreacle.market.kernel import solve
from oreacle.market.policies import (
    DemandShift,
    ExportBan,
    ExportTax,
    ImportBan,
    ImportTariff,
    Offtake,
    Policy,
    PriceFloor,
    ProcessingMandate,
    ProductionSubsidy,
    Sanction,
    StockBuild,
    StockRelease,
)
from oreacle.market.policies.catalogue import INSTRUMENTS, instrument_of

WRITES: Mapping[str, set[str]] = {
    # Ways through the United States, of no tonnes here, are capped.
    "export_ban": {"refined.cap", "refined.ways.cap", "refined.ways.leak_rate"},
    "export_quota": {"ore.quota"},
    # China sells no ore abroad: the rate stands on a link that carries nothing.
    "export_tax": {
        "ore.export_rate",
        "ore.export_specific",
        "refined.export_rate",
        "refined.export_specific",
        "refined.ways.export_rate",
        "refined.ways.export_specific",
    },
    "export_licensing": {"ore.licence_rate", "refined.licence_rate", "refined.ways.licence_rate"},
    "processing_mandate": {"ore.quota"},
    "import_tariff": {"refined.tariff_rate"},
    # A way of Japanese metal comes to the EU from China: without rules of origin it is hit.
    "import_ban": {"refined.cap", "refined.ways.cap", "refined.ways.leak_rate"},
    "sanction": {"refined.cap", "refined.ways.cap", "refined.ways.leak_rate"},
    "capacity_loss": {"refinery_slack", "refinery_capacity"},
    "production_subsidy": {"support.mine_bonus"},
    "price_floor": {"support.refinery_floor"},
    "stock_release": {"stocks.release"},
    "stock_build": {"stocks.purchase"},
    "offtake": {"refined.strength", "refined.ways.strength"},
    "certification": {
        "certification.certified",
        "certification.bound",
        "certification.cost",
        "certification.fraud_share",
        "certification.fraud_cost",
    },
    "demand_shift": {
        "demand",
        "demand_curve.shares",
        "refined.strength",
        "refined.ways.strength",
    },
    # A half of the ore to Japan has no other way, and passes through China on a way of its own.
    "route_closure": {"ore.cap", "ore.ways.cap"},
    "route_risk": {"refined.freight", "refined.ways.freight"},
    # The way from China by Japan to the United States takes the line on its first leg.
    "corridor_opening": {"refined.freight", "refined.ways.freight"},
    "lift_measure": {"ore.export_rate", "ore.ways.export_rate"},
}
"""What the sample of each instrument writes on, and nothing else."""


@pytest.mark.parametrize("policy", SAMPLES, ids=lambda policy: type(policy).__name__)
def test_a_policy_writes_on_its_own_arrays_and_on_nothing_else(policy: Policy) -> None:
    before, after = writable(market()), writable(market())
    desk().put_in_force(after, [policy], slice(None))
    new = arrays(after)
    changed = {name for name, old in arrays(before).items() if not np.array_equal(old, new[name])}
    assert changed == WRITES[instrument_of(policy).slug]


@pytest.mark.parametrize("policy", SAMPLES, ids=lambda policy: type(policy).__name__)
def test_a_policy_moves_the_market_to_a_certified_answer(policy: Policy) -> None:
    case = applied(policy)
    solution = solve(case)
    assert certify(case, solution, 0).is_solved
    moved = max(float(np.abs(part).max()) for part in solution.prices.parts)
    assert moved > 1e-6 or isinstance(policy, ProcessingMandate)


def test_no_policy_is_the_base_year() -> None:
    case = applied()
    assert max(float(np.abs(part).max()) for part in solve(case).prices.parts) <= 1e-12


@settings(deadline=None, max_examples=60)
@given(st.permutations(SAMPLES), st.integers(2, len(SAMPLES)))
def test_any_permutation_of_policies_gives_the_same_bytes(
    policies: list[Policy], count: int
) -> None:
    some = policies[:count]
    more = [
        ExportTax("CHN", "testium", 0.1, ("USA",)),
        ExportTax("CHN", "testium", 0.7, ("JPN",)),
        StockBuild("EU", "testium", 0.3, 1.5),
        DemandShift("testium", 1.1),
        Offtake("USA", "CHN", "testium", 17.0),
    ]
    one, two = arrays(applied(*some, *more)), arrays(applied(*more[::-1], *some[::-1]))
    assert one.keys() == two.keys()
    assert all(one[name].tobytes() == two[name].tobytes() for name in one)


def test_only_the_chosen_case_is_written() -> None:
    batch = desk().apply(market(), SAMPLES[:4])
    wide = writable(market())
    assert not np.array_equal(batch.refined.cap, wide.refined.cap)
    from oreacle.market.problem import stack

    two = stack([market(), market()])
    case = desk().apply(two, [SAMPLES[0]], case=1)
    assert np.isinf(case.refined.cap[0]).all()
    assert np.isfinite(case.refined.cap[1]).any()


IDLE_STRENGTHS: tuple[Policy, ...] = (
    ExportBan("CHN", "testium", enforcement=0.0),
    ExportTax("CHN", "testium"),
    ProcessingMandate("AUS", "testium", 0.0),
    ImportTariff("USA", "testium", 0.0),
    ImportBan("USA", "testium", enforcement=0.0),
    Sanction(("USA",), "CHN", "testium", 0.0),
    ProductionSubsidy("AUS", "testium", "mined", 0.0),
    PriceFloor("AUS", "testium", "mined", price=0.0),
    PriceFloor("AUS", "testium", "mined", multiple=0.0),
    StockRelease("USA", "testium", days=0.0),
    StockBuild("USA", "testium", 0.0),
    Offtake("USA", "JPN", "testium", 0.0),
    DemandShift("testium", 1.0),
)


@pytest.mark.parametrize("policy", IDLE_STRENGTHS, ids=repr)
def test_a_strength_that_changes_nothing_is_refused_and_would_change_nothing(
    policy: Policy,
) -> None:
    with pytest.raises(ScenarioError) as caught:
        applied(policy)
    assert caught.value.code == "ORE-SCN-004"
    assert "changes nothing" in caught.value.why
    assert instrument_of(policy).called in caught.value.what
    after = writable(market())
    desk().put_in_force(after, [policy], slice(None))
    before = arrays(writable(market()))
    limits = {"cap", "quota", "purchase_limit"}
    assert all(
        np.array_equal(before[name], new) or name.split(".")[-1] in limits
        for name, new in arrays(after).items()
    )
    prices = solve(after).prices
    # A ban that stops nothing still caps each flow at the base year; so does a duty of 0.
    assert max(float(np.abs(part).max()) for part in prices.parts) <= 1e-9


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        (ImportTariff("AUS", "testium", 0.5), "AUS imports no testium that a tariff could touch"),
        (ImportBan("USA", "testium", ("AUS",)), "USA imports no testium from AUS that a ban on"),
        (ImportBan("USA", "testium", ("USA",)), "USA is the actor and the only target of a ban"),
        (ProcessingMandate("JPN", "testium", 0.5), "JPN exports no testium ore that could be"),
        (Sanction(("USA",), "AUS", "testium"), "USA and AUS trade no testium with each other"),
        (ProductionSubsidy("USA", "testium", "mined", 5.0), "USA mines no testium that could be"),
        (PriceFloor("EU", "testium", "refined", price=5.0), "EU refines no testium that could be"),
        (StockRelease("AUS", "testium", tonnes=5.0), "nobody in AUS uses testium"),
        (StockBuild("AUS", "testium", 5.0), "nobody in AUS uses testium"),
        (Offtake("AUS", "CHN", "testium", 5.0), "nobody in AUS takes in refined testium"),
        (Offtake("USA", "AUS", "testium", 5.0), "nobody in AUS makes refined testium"),
        (DemandShift("testium", 2.0, "AUS"), "nobody uses testium in AUS"),
        (DemandShift("testium", 2.0, "USA", "steel"), "nobody uses testium in steel"),
    ],
)
def test_a_policy_that_touches_nothing_is_refused_in_words(policy: Policy, says: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        applied(policy)
    assert caught.value.code == "ORE-SCN-007"
    assert caught.value.what.startswith(says)
    assert not desk().bites(policy, market())


def test_every_sample_bites_and_there_is_one_of_each_instrument() -> None:
    assert {type(policy) for policy in SAMPLES} == {one.kind for one in INSTRUMENTS}
    assert all(desk().bites(policy, market()) for policy in SAMPLES)
    assert set(WRITES) == {one.slug for one in INSTRUMENTS}
    assert METAL.sum() == market().world
