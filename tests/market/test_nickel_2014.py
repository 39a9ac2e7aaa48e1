"""Indonesia's ban of 2014: ore stocks carry the market for a year, and the next one hurts more."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.market.nickel_2014 import (
    CHINA_2013,
    PRICE_2013,
    PRICE_2014,
    STOCK,
    Nickel2014,
    implied_draw,
    implied_swing,
    nickel_2014,
    smelted_2013,
)

from oreacle.data.store import read_table
from oreacle.market.balance import evaluate
from oreacle.market.problem import Prices
from oreacle.world.load import load_world
from oreacle.world.snapshot import World


@pytest.fixture(scope="module")
def world() -> World:
    return load_world()


@pytest.fixture(scope="module")
def flows() -> pd.DataFrame:
    return read_table("market_case_flows")


@pytest.fixture(scope="module")
def refined() -> float:
    table = read_table("production_history")
    rows = table[
        (table["mineral"] == "nickel") & (table["stage"] == "refined") & (table["year"] == 2013)
    ]
    return float(rows["quantity_t"].sum())


@pytest.fixture(scope="module")
def nickel(world: World, flows: pd.DataFrame, refined: float) -> Nickel2014:
    return nickel_2014(world, flows, refined=refined)


def test_base_year_stands_without_the_ban(nickel: Nickel2014) -> None:
    problem = nickel.problem
    still = Prices(np.zeros((1, 5)), np.zeros((1, 4)), np.zeros((1, 4)), np.zeros((1, 1)))
    flow = evaluate(problem, still).ore.flow[0, :, 0] / nickel.content
    assert flow[:2] == pytest.approx([CHINA_2013["IDN"], CHINA_2013["PHL"]])


def test_what_the_case_implies_worked_by_hand() -> None:
    # 29 Mt for six months: 58 Mt a year. Imports 71.2 and 47.8; output 693.5 and 690.5.
    assert smelted_2013() == pytest.approx(58.0)
    assert implied_swing() == pytest.approx(71.2 - 47.8 - 58.0 * 3.0 / 693.5)
    assert implied_draw() == pytest.approx(58.0 * 690.5 / 693.5 - 47.8)


def test_annual_price_rises_by_five_to_twenty_five_per_cent(nickel: Nickel2014) -> None:
    answer = nickel.ban(stock=STOCK)
    assert 0.05 <= answer.metal <= 0.25
    assert answer.metal == pytest.approx(PRICE_2014 / PRICE_2013 - 1.0, abs=0.05)


def test_stocks_give_what_imports_and_output_imply(nickel: Nickel2014) -> None:
    assert nickel.ban(stock=STOCK).drawn == pytest.approx(implied_swing(), rel=0.3)


def test_same_ban_a_year_later_hurts_more(nickel: Nickel2014) -> None:
    first = nickel.ban(stock=STOCK)
    for left in (STOCK - first.drawn, STOCK - implied_draw()):
        second = nickel.ban(stock=left)
        assert second.metal > first.metal
        assert second.gate > first.gate
        assert second.smelted < first.smelted


def test_stocks_alone_make_the_difference(nickel: Nickel2014) -> None:
    with_stock, without = nickel.ban(stock=STOCK), nickel.ban(stock=0.0)
    assert without.drawn == 0.0
    assert without.metal > 2.0 * with_stock.metal
    slow = nickel.ban(stock=STOCK, response=0.0)
    assert (slow.metal, slow.gate) == pytest.approx((without.metal, without.gate))
