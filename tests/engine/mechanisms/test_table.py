"""The list of mechanisms, their streams, tables and entries hold together."""

from __future__ import annotations

import pytest
from tests.engine.mechanisms.bench import machinery_of, real_setting, setting_with

from oreacle.data.mechanisms import mechanism_parameters, mechanisms
from oreacle.engine.mechanisms.contract import Mechanism
from oreacle.engine.mechanisms.table import MECHANISMS


def test_every_listed_mechanism_is_entered_once_and_has_a_stream_of_its_own() -> None:
    names = [one.name for one in MECHANISMS]
    listed = mechanisms()
    assert sorted(names) == sorted(listed["mechanism"])
    assert listed["stream"].is_unique


def test_every_parameter_lies_in_its_range_and_says_why() -> None:
    table = mechanism_parameters()
    assert (table["low"].astype(float) <= table["value"].astype(float)).all()
    assert (table["value"].astype(float) <= table["high"].astype(float)).all()
    assert (table["reason"].str.strip() != "").all()


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda one: one.name)
def test_a_mechanism_that_is_off_is_not_run(mechanism: Mechanism) -> None:
    setting = setting_with(off=(mechanism.name,))
    assert machinery_of(setting, mechanism).running == ()
    assert len(machinery_of(real_setting(), mechanism).running) == 1
