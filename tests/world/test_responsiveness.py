"""Each mineral has its own responses with intervals; nothing is left without one."""

from __future__ import annotations

from dataclasses import fields

import pandas as pd
import pytest

from oreacle.core.errors import DataError, ScenarioError
from oreacle.data.store import read_table
from oreacle.world.load import load_world
from oreacle.world.parameters import CHOKE_PREFIX, MarketParameters
from oreacle.world.responsiveness import (
    OWN,
    responsiveness_from_table,
    shared_parameters,
)


def rows(**changes: object) -> pd.DataFrame:
    values = {"used": 2.0, "low": 1.0, "high": 4.0, "basis": "estimated", "source": "made up"}
    return pd.DataFrame(
        [{"mineral": "testium", "parameter": name, **values, **changes} for name in OWN]
    )


def test_each_parameter_comes_back_by_name() -> None:
    table = rows()
    table.loc[table["parameter"] == "ore_substitution", "used"] = 3.5
    own = responsiveness_from_table(table)["testium"]
    assert own.ore_substitution.value == 3.5
    assert [p.name for p in own.parameters()] == list(OWN)
    assert own.demand_elasticity.basis == "estimated"


def test_a_missing_parameter_and_a_value_outside_its_interval_are_refused() -> None:
    with pytest.raises(DataError, match="ORE-DAT-124"):
        responsiveness_from_table(rows().iloc[1:])
    with pytest.raises(DataError, match="ORE-DAT-123"):
        responsiveness_from_table(rows(used=5.0))


def test_priors_are_not_listed_among_what_minerals_share() -> None:
    table = pd.DataFrame(
        {
            "parameter": ["ore_substitution", "choke_width"],
            "value": [3.0, 0.15],
            "low": [1.5, 0.05],
            "high": [6.0, 0.3],
            "unit": ["1", "log points"],
            "basis": "assumed",
            "reason": "made up",
        }
    )
    assert [(p.name, p.unit) for p in shared_parameters(table)] == [("choke_width", "log points")]


def test_every_parameter_of_every_market_has_an_interval_around_its_value() -> None:
    world = load_world()
    wanted = {f.name for f in fields(MarketParameters) if f.name != "choke_multiples"} | set(OWN)
    for mineral in world.mineral_names:
        found = world.uncertainty(mineral)
        names = [parameter.name for parameter in found]
        assert len(set(names)) == len(names)
        assert wanted <= set(names)
        assert sum(name.startswith(CHOKE_PREFIX) for name in names) == 7
        assert all(p.low < p.high for p in found)


def test_the_chain_uses_the_values_of_the_table() -> None:
    world = load_world()
    table = read_table("elasticities", world.directory).set_index(["mineral", "parameter"])["used"]
    for mineral, chain in world.chains.items():
        assert chain.supply_elasticity == table[mineral, "supply_elasticity"]
        assert chain.demand_elasticity == table[mineral, "demand_elasticity"]
        assert chain.responsiveness is not None


def test_an_unknown_mineral_is_refused() -> None:
    with pytest.raises(ScenarioError, match="ORE-SCN-002"):
        load_world().uncertainty("unobtainium")
