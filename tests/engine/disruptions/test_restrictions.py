"""Restrictions are those of the engine's first year, less what the register has already."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from tests.engine.real import run, setting

from oreacle.engine.disruptions.restrictions import cause, drawn_restrictions, effective
from oreacle.engine.measures import ActiveMeasure
from oreacle.market.policies import CapacityLoss, ExportLicensing, ExportTax, Policy
from oreacle.world.load import load_world
from oreacle.world.snapshot import World


@cache
def world() -> World:
    return load_world()


def new(
    instrument: str, *, mineral: str = "gallium", targets: tuple[str, ...] = ()
) -> ActiveMeasure:
    return ActiveMeasure("CHN", mineral, "refined", instrument, 0.2, targets, 2025)


def told(*started: ActiveMeasure) -> tuple[Policy, ...]:
    return effective(world(), started[0].mineral, started, lambda _: True)


@pytest.mark.slow
def test_draw_k_restricts_what_member_k_of_a_forecast_does_in_its_first_year() -> None:
    members = (0, 1, 2, 3, 4, 5, 6, 7)
    events = run(setting(), members, seed=5).events
    first = events[(events["kind"] == "restriction") & (events["year"] == events["year"].min())]
    assert len(first)
    for mineral in world().mineral_names:
        found = drawn_restrictions(world(), mineral, len(members), 1.0, seed=5)
        ours = [
            (member, m.actor, m.link, m.instrument, ";".join(m.targets))
            for member in members
            for m in found.started[member]
        ]
        part = first[first["mineral"] == mineral]
        theirs = part[["member", "actor", "link", "instrument", "targets"]]
        assert sorted(ours) == sorted(theirs.itertuples(index=False, name=None)), mineral


def test_the_chance_is_that_of_the_record_of_the_engine() -> None:
    arrays = run(setting(), (0, 1, 2, 3), seed=5).arrays
    chance = arrays["mineral_probability"].isel(year=0).sel(mineral="nickel").to_numpy()
    found = drawn_restrictions(world(), "nickel", 4, 1.0, seed=5)
    assert found.chance == pytest.approx(1.0 - np.prod(1.0 - chance, axis=1), rel=1e-5)


def test_licensing_that_is_in_force_is_not_put_in_force_again() -> None:
    assert told(new("export_licensing")) == ()


def test_a_stronger_measure_comes_on_top_of_what_is_in_force() -> None:
    assert told(new("export_tax")) == (ExportTax("CHN", "gallium", 0.2, (), "refined"),)


def test_of_two_new_measures_on_one_cell_the_stronger_is_left() -> None:
    found = told(new("export_tax"), new("export_ban"))
    assert [type(policy).__name__ for policy in found] == ["ExportBan"]


def test_a_measure_that_touches_no_trade_is_dropped() -> None:
    assert effective(world(), "gallium", [new("export_ban")], lambda _: False) == ()


def test_causes_are_words() -> None:
    assert cause(ExportLicensing("IDN", "tin", 0.1)) == "export licensing of IDN"
    assert cause(CapacityLoss("MMR", "tin", "mined", 0.1)) == "capacity loss of MMR"
