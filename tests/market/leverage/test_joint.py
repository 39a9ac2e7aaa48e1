"""Joint threats and sums of power on the embedded world."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from oreacle.core.errors import MarketError
from oreacle.market.leverage.bands import pair_bands
from oreacle.market.leverage.joint import joint_threat, smallest_set
from oreacle.market.leverage.matrix import leverage, leverage_all
from oreacle.market.leverage.power import between, power
from oreacle.world.load import load_world

FEW = ("gallium", "cobalt", "palladium")


@pytest.fixture(scope="module")
def few() -> xr.Dataset:
    return leverage_all(load_world(), FEW, threads=1)


def test_substitutes_together_hurt_more_than_the_sum_of_each() -> None:
    joint = joint_threat(load_world(), "palladium", ["RUS", "ZAF"], "EU")
    assert joint.failed == 0
    assert joint.loss >= max(joint.single) * (1 - 1e-6)
    assert joint.loss > sum(joint.single)


def test_a_single_loss_is_that_of_the_matrix() -> None:
    world = load_world()
    joint = joint_threat(world, "palladium", ["RUS", "ZAF"], "EU")
    table = leverage(world, "palladium", actors=["EU"])
    for supplier, loss in zip(joint.suppliers, joint.single, strict=True):
        cell = float(table["loss"].sel(actor=supplier, target="EU"))
        assert loss == pytest.approx(cell, rel=1e-6)


def test_a_joint_threat_of_one_or_against_itself_is_refused() -> None:
    world = load_world()
    for suppliers in (["RUS"], ["RUS", "RUS"], ["RUS", "EU"]):
        with pytest.raises(MarketError, match="ORE-MKT-042"):
            joint_threat(world, "palladium", suppliers, "EU")


def test_the_smallest_set_reaches_the_loss_and_no_smaller_one_does() -> None:
    world = load_world()
    single = leverage(world, "palladium", actors=["EU"])["loss"].sel(target="EU")
    above = 1.2 * float(single.max())
    found = smallest_set(world, "palladium", "EU", above)
    assert len(found.suppliers) >= 2
    assert found.loss > above


def test_power_adds_up_the_matrix(few: xr.Dataset) -> None:
    found = power(few, load_world())
    by_hand = few["loss"].clip(min=0.0).sel(actor="CHN").sum()
    assert float(found["outgoing"].sel(actor="CHN")) == pytest.approx(float(by_hand))
    assert float(found["outgoing"].sel(actor="ROW")) == 0.0
    assert (found["hands"].dropna("actor") <= 1.0 + 1e-12).all()


def test_what_two_can_do_to_each_other_is_symmetric(few: xr.Dataset) -> None:
    found = between(few)
    net = found["net"].to_numpy()
    assert np.allclose(net, -net.T)
    mutual = found["mutual"].to_numpy()
    assert np.allclose(mutual, mutual.T)


def test_intervals_hold_the_central_value_and_come_again_with_their_seed() -> None:
    world = load_world()
    one, two = (pair_bands(world, "gallium", [("CHN", "JPN")], draws=20, seed=3) for _ in range(2))
    assert one == two
    loss = one[0].figures["loss"]
    assert loss.low is not None
    assert loss.high is not None
    assert loss.low < loss.high
