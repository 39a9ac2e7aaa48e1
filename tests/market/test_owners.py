"""Owners of profit: whole, and where the tables do not know them, where the output lies."""

from __future__ import annotations

import numpy as np
import pytest
from tests.app.small_world import small_world

from oreacle.market.owners import located_owners, mineral_owners
from oreacle.world.load import load_world

WORLD = load_world()


@pytest.mark.parametrize("mineral", ["nickel", "gallium", "cobalt", "copper"])
@pytest.mark.parametrize("stage", ["mined", "refined"])
def test_every_dollar_has_an_owner(mineral: str, stage: str) -> None:
    owners, chain = mineral_owners(WORLD, mineral), WORLD.chain(mineral)
    places = chain.miners if stage == "mined" else chain.refiners
    matrix = owners.matrix(stage, places)
    assert np.abs(matrix.sum(axis=1) - 1.0).max() <= 1e-12
    assert matrix.min() >= 0.0
    known = owners.known(stage, places)
    assert known.min() >= 0.0
    assert known.max() <= 1.0 + 1e-6


def test_chinese_owners_hold_part_of_indonesian_nickel() -> None:
    owners = mineral_owners(WORLD, "nickel")
    matrix = owners.matrix("refined", ["IDN"])
    share = matrix[0, owners.actors.index("CHN")]
    control = WORLD.ownership.control
    row = control[
        (control["mineral"] == "nickel")
        & (control["stage"] == "refined")
        & (control["country"] == "IDN")
        & (control["owner_actor"] == "CHN")
    ]
    assert share == pytest.approx(float(row["share"].sum()), abs=1e-9)
    assert share > 0.0


def test_a_country_that_the_tables_do_not_know_owns_what_lies_there() -> None:
    world = small_world()
    owners = located_owners(world.territory)
    matrix = owners.matrix("mined", ["DEU", "USA"])
    assert matrix[0, owners.actors.index("EU")] == 1.0
    assert matrix[1, owners.actors.index("USA")] == 1.0
    assert owners.known("mined", ["DEU"])[0] == 0.0
    assert mineral_owners(WORLD, "gallium").matrix("mined", ["FJI"]).sum() == 1.0
