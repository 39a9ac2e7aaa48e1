"""The market by month on the embedded world: conservation, switches, refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from oreacle.core.errors import MarketError
from oreacle.market.clear import clear
from oreacle.market.monthly.months import in_part, monthly_market
from oreacle.market.monthly.path import Notice, PathParameters
from oreacle.market.policies import CapacityLoss, ExportBan, ExportLicensing, ExportQuota
from oreacle.world.load import load_world

NOTICE = Notice(date(2025, 1, 10), date(2025, 3, 1))
USUAL = PathParameters(rush=1.8, delay=2.75, rate=5.0, floor=0.36, payback=0.37)
LICENCE = ExportLicensing("CHN", "graphite", 0.1)


def test_every_month_solves_and_nothing_moves_before_the_measure() -> None:
    table = monthly_market(load_world(), LICENCE, NOTICE, USUAL).table
    assert (table["solved"] == 1.0).all()
    before = table["in_force"] == 0.0
    assert np.allclose(table["outside"][before], 1.0, atol=1e-9)
    assert np.allclose(table["inside"][before], 1.0, atol=1e-9)
    assert (table["shortage"][before] == 0.0).all()


def test_licensing_holds_exports_at_the_path() -> None:
    result = monthly_market(load_world(), LICENCE, NOTICE, USUAL)
    held = result.table["in_force"].to_numpy() == 1.0
    assert (
        result.table["exports_ratio"].to_numpy()[held] <= result.path.exports[held] + 1e-6
    ).all()


def test_without_a_rush_only_the_early_stock_and_what_follows_from_it_is_gone() -> None:
    world = load_world()
    ban = ExportBan("CHN", "gallium")
    rushed = monthly_market(world, ban, NOTICE, USUAL).table
    calm = monthly_market(world, ban, NOTICE, replace(USUAL, rush=0.0)).table
    assert (calm["early_stock"] == 0.0).all()
    assert (rushed["early_stock"] > 0.0).any()
    first_full = int(np.flatnonzero(rushed["in_force"].to_numpy() == 1.0)[0])
    assert rushed["outside"][first_full] < calm["outside"][first_full]


def test_private_stocks_fall_by_what_is_released() -> None:
    table = monthly_market(
        load_world(), ExportQuota("CHN", "antimony", 0.4), NOTICE, replace(USUAL, rush=0.0)
    ).table
    held = table["in_force"].to_numpy() == 1.0
    stock = table["private_stock"].to_numpy()[held]
    assert (stock >= 0.0).all()
    assert (np.diff(stock) < 0.0).all()  # dearer abroad in every month: holders sell


def test_private_stocks_are_those_abroad_alone() -> None:
    world = load_world()
    table = monthly_market(world, LICENCE, NOTICE, USUAL).table
    held = [one for one in world.inventories("graphite") if one.kind.startswith("private")]
    abroad = sum(one.tonnes for one in held if one.country != "CHN")
    assert abroad < 0.5 * sum(one.tonnes for one in held)
    assert float(table["private_stock"][0]) == pytest.approx(abroad, rel=1e-6)


def test_after_a_year_a_quota_is_near_the_yearly_market() -> None:
    world = load_world()
    quota = ExportQuota("CHN", "tungsten", 0.8)
    last = monthly_market(world, quota, NOTICE, replace(USUAL, rush=0.0), months=14).table.isel(
        month=-1
    )
    outcome = clear(world, "tungsten", [quota])
    use = outcome.quantities["used"] - outcome.quantities["used_change"]
    outside = use.where(use["country"] != "CHN").dropna("country")
    change = outcome.prices["delivered_change"].sel(country=outside["country"])
    yearly = float((change * outside).sum() / outside.sum())
    assert float(last["outside"]) - 1.0 == pytest.approx(yearly, rel=0.35)


def test_half_a_month_of_a_measure_is_half_of_it() -> None:
    assert in_part(ExportQuota("CHN", "tin", 0.6), 0.5).allowed == pytest.approx(0.8)
    assert in_part(ExportBan("CHN", "tin", enforcement=0.9), 0.5).enforcement == pytest.approx(0.45)


def test_what_is_no_measure_on_exports_is_refused() -> None:
    with pytest.raises(MarketError, match="ORE-MKT-073"):
        monthly_market(
            load_world(),
            CapacityLoss("COD", "cobalt", "mined", 0.3),  # type: ignore[arg-type]
            NOTICE,
            USUAL,
        )
