"""Stocks of ore and metal, private and strategic."""

from __future__ import annotations

import functools
from dataclasses import replace

import pytest

from oreacle.data.assumptions import read_assumed
from oreacle.world.inventories import (
    PRIVATE_METAL,
    PRIVATE_ORE,
    STRATEGIC_METAL,
    Inventory,
    cover_of,
    holding,
    inventories,
)
from oreacle.world.load import load_world
from oreacle.world.snapshot import World
from oreacle.world.stockpiles import Stockpile, Stockpiles


@functools.cache
def world() -> World:
    return load_world()


def statement(**changes: object) -> Stockpile:
    row = next(r for r in world().stockpiles.statements if r.country == "JPN" and r.value == 60)
    plain = replace(row, minerals=("nickel",), kind="holding_days_consumption", unit="days")
    return replace(plain, low=None, high=None, year=2019, **changes)  # type: ignore[arg-type]


def held(*rows: Stockpile) -> list[Inventory]:
    found = inventories(world().chain("nickel"), Stockpiles(rows))
    return [item for item in found if item.kind == STRATEGIC_METAL]


@pytest.mark.parametrize("mineral", load_world().mineral_names)
def test_every_stock_lies_in_its_range_and_says_where_it_is_from(mineral: str) -> None:
    rows = world().inventories(mineral)
    assert rows
    for row in rows:
        assert 0.0 < row.low <= row.tonnes <= row.high
        assert row.basis in ("assumed", "estimated", "reported")
        assert row.source


def test_private_stocks_are_weeks_of_flow_by_hand() -> None:
    # Platinum: 21 weeks of use; nickel ore: 8 weeks of the intake of refineries.
    platinum, nickel = world().chain("platinum"), world().chain("nickel")
    metal = [r for r in world().inventories("platinum") if r.kind == PRIVATE_METAL]
    assert sum(r.tonnes for r in metal) == pytest.approx(platinum.used.sum() * 21 / 52)
    ore = [r for r in world().inventories("nickel") if r.kind == PRIVATE_ORE]
    assert sum(r.tonnes for r in ore) == pytest.approx(nickel.refined.sum() * 8 / 52)


def test_a_mineral_without_traded_ore_holds_none() -> None:
    assert world().chain("gallium").is_integrated
    assert not [r for r in world().inventories("gallium") if r.kind == PRIVATE_ORE]


def test_a_mineral_without_a_row_of_its_own_has_that_of_all() -> None:
    assert cover_of("tungsten", "metal") == cover_of("all", "metal")


def test_assumed_covers_are_of_known_minerals_and_stages() -> None:
    table = read_assumed("inventories")
    assert set(table["mineral"]) <= {*world().mineral_names, "all"}
    assert set(table["stage"]) == {"ore", "metal"}
    assert not table.duplicated(["mineral", "stage"]).any()
    assert (table["low"] < table["value"]).all()
    assert (table["value"] < table["high"]).all()


def test_days_of_use_become_tonnes_by_hand() -> None:
    assert holding(statement(), 730.0) == pytest.approx(120.0)
    assert holding(statement(kind="target_days_consumption"), 730.0) is None
    assert holding(statement(), float("nan")) is None


def test_tonnes_come_before_days_and_later_years_before_earlier() -> None:
    days = statement()
    old = statement(kind="holding_tonnes", value=500.0, unit="t", confidence="low")
    new = replace(old, year=2021, value=900.0)
    (row,) = held(new, days, old)
    assert (row.tonnes, row.low, row.high) == (900.0, 450.0, 1350.0)
    (row,) = held(days, replace(new, low=800.0, high=1000.0))
    assert [row.low, row.high] == pytest.approx([800.0, 1000.0])


def test_a_country_that_says_nothing_has_no_row() -> None:
    assert held() == []
