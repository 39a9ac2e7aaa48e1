"""What fails: losses by place, single points of failure, and what is left (N-1)."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from tests.world.chains import TERRITORY, chains, located, worked

from oreacle.core.errors import DataError
from oreacle.world.chain import Chain
from oreacle.world.exposure import find_buyer
from oreacle.world.failure_points import (
    Coverage,
    buyer_coverage,
    losses,
    single_points,
    world_coverage,
)


def eu_losses() -> dict[str, dict[str, float]]:
    table = losses(worked(), find_buyer(TERRITORY, "EU"), TERRITORY)
    return {str(k): {str(s): float(v) for s, v in row.items()} for k, row in table.iterrows()}


def left(found: tuple[Coverage, ...], stage: str) -> Coverage:
    return next(item for item in found if item.stage == stage)


@given(chains())
def test_coverage_never_exceeds_demand_and_a_double_stop_is_never_milder(chain: Chain) -> None:
    territory = located(chain)
    for user in chain.users:
        found = buyer_coverage(chain, find_buyer(territory, user))
        assert all(-1e-9 <= item.left <= 1 + 1e-9 for item in found)
        assert left(found, "both").left <= min(item.left for item in found) + 1e-9
    assert all(item.left <= 1 + 1e-9 for item in world_coverage(chain))


@given(chains())
def test_losses_at_one_stage_add_up_to_the_use(chain: Chain) -> None:
    table = losses(chain, find_buyer(located(chain), chain.users[0]))
    assert table["mined"].sum() == pytest.approx(1.0)
    assert table["refined"].sum() == pytest.approx(1.0)
    assert (table["both"] >= table[["mined", "refined"]].max(axis=1) - 1e-9).all()
    assert (table["both"] <= table["mined"] + table["refined"] + 1e-9).all()


@given(chains())
def test_actors_that_are_single_countries_change_nothing(chain: Chain) -> None:
    territory = located(chain)
    buyer = find_buyer(territory, chain.users[0])
    one, other = losses(chain, buyer), losses(chain, buyer, territory)
    assert np.allclose(one.sort_index(), other.sort_index())


def test_hand_worked_losses() -> None:
    # EU: 10 from CHN (7.5 COD, 2.5 CHN), 30 from FIN (15 COD, 15 FIN).
    assert eu_losses() == {
        "EU": pytest.approx({"mined": 15 / 40, "refined": 30 / 40, "both": 30 / 40}),
        "COD": pytest.approx({"mined": 22.5 / 40, "refined": 0.0, "both": 22.5 / 40}),
        "CHN": pytest.approx({"mined": 2.5 / 40, "refined": 10 / 40, "both": 10 / 40}),
    }


def test_hand_worked_coverage_of_a_buyer_and_of_the_world() -> None:
    found = buyer_coverage(worked(), find_buyer(TERRITORY, "EU"), TERRITORY)
    assert [(item.stage, item.supplier) for item in found] == [
        ("mined", "COD"),
        ("refined", "CHN"),
        ("both", "COD"),
    ]
    assert [item.left for item in found] == pytest.approx([17.5 / 40, 30 / 40, 17.5 / 40])
    assert all(np.isnan(item.left_with_spare) for item in found)
    world = world_coverage(worked(), TERRITORY)
    assert [item.supplier for item in world] == ["COD", "CHN"]
    assert [item.left for item in world] == pytest.approx([40 / 130, 50 / 130])


def test_spare_capacity_elsewhere_fills_the_same_part_of_every_gap() -> None:
    room = xr.DataArray(
        [8.0, 100.0, 8.0], {"country": ["FIN", "CHN", "JPN"]}, "country", attrs={"units": "t/yr"}
    )
    spare = {"refined": room}
    buyer = find_buyer(TERRITORY, "EU")
    refined = left(buyer_coverage(worked(), buyer, TERRITORY, spare=spare), "refined")
    # CHN refines 80 and its own spare stops with it: 16 of 80 are filled.
    assert refined.left_with_spare == pytest.approx(30 / 40 + 10 / 40 * 0.2)
    world = left(world_coverage(worked(), TERRITORY, spare=spare), "refined")
    assert world.left_with_spare == pytest.approx(50 / 130 + 80 / 130 * 0.2)
    assert np.isnan(left(world_coverage(worked(), TERRITORY, spare=spare), "mined").left_with_spare)


def test_single_points_are_the_places_above_the_threshold() -> None:
    buyer = find_buyer(TERRITORY, "EU")
    table = single_points(worked(), buyer, TERRITORY, threshold=0.25)
    found = {(row.counted, row.stage, row.place): row.loss for row in table.itertuples()}
    assert found == pytest.approx(
        {
            ("country", "refined", "FIN"): 30 / 40,
            ("country", "mined", "COD"): 22.5 / 40,
            ("trade actor", "mined", "COD"): 22.5 / 40,
            ("country", "mined", "FIN"): 15 / 40,
            ("country", "ore link", "COD to FIN"): 15 / 40,
            ("country", "refined", "CHN"): 10 / 40,
            ("trade actor", "refined", "CHN"): 10 / 40,
        }
    )
    assert set(table.loc[table["is_home"], "place"]) == {"FIN"}


def test_owners_abroad_are_points_of_failure_too() -> None:
    control = xr.DataArray(
        [[0.8], [0.5]], {"country": ["COD", "FIN"], "actor": ["CHN"]}, ("country", "actor")
    )
    buyer = find_buyer(TERRITORY, "EU")
    table = single_points(worked(), buyer, TERRITORY, threshold=0.05, control={"mined": control})
    owners = table[table["counted"] == "owner"].set_index("place")["loss"].to_dict()
    # CHN: 0.8 of COD's 22.5, half of FIN's 15, all of its own 2.5.
    assert owners == pytest.approx({"CHN": 28 / 40, "EU": 7.5 / 40, "COD": 4.5 / 40})


@pytest.mark.parametrize("threshold", [0.0, -0.1, 25.0, float("nan")])
def test_a_threshold_that_is_no_share_is_refused(threshold: float) -> None:
    with pytest.raises(DataError) as caught:
        single_points(worked(), find_buyer(TERRITORY, "EU"), TERRITORY, threshold=threshold)
    assert caught.value.code == "ORE-DAT-089"


def test_owners_of_more_than_all_are_refused() -> None:
    control = xr.DataArray([[1.2]], {"country": ["COD"], "actor": ["CHN"]}, ("country", "actor"))
    with pytest.raises(DataError, match="COD") as caught:
        single_points(worked(), find_buyer(TERRITORY, "EU"), TERRITORY, control={"mined": control})
    assert caught.value.code == "ORE-DAT-089"
