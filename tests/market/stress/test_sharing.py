"""Shortages of the embedded world, divided by rule; suppliers that serve allies first."""

from __future__ import annotations

import numpy as np
import pytest

from oreacle.core.errors import MarketError
from oreacle.market.clear import clear
from oreacle.market.outcome import Outcome
from oreacle.market.policies import CapacityLoss, ExportBan, StockRelease
from oreacle.market.stress.rules import RULES
from oreacle.market.stress.sharing import share_shortage
from oreacle.market.stress.supplier import serve_allies_first
from oreacle.world.load import load_world

CLUB = ("USA", "JPN", "EU")
BAN = ExportBan("CHN", "antimony")


@pytest.fixture(scope="module")
def banned() -> Outcome:
    return clear(load_world(), "antimony", [BAN])


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_divides_what_the_market_left_and_no_more(banned: Outcome, rule: str) -> None:
    allies = ("JPN",) if rule == "allies first" else ()
    found = share_shortage(load_world(), banned, CLUB, rule, allies=allies).table
    assert float(found["received"].sum()) == pytest.approx(float(found["market"].sum()), rel=1e-9)
    assert (found["received"] <= found["need"] * (1 + 1e-9)).all()


def test_in_one_country_price_is_what_the_market_does_and_other_rules_lose_value(
    banned: Outcome,
) -> None:
    world = load_world()
    price = share_shortage(world, banned, ["USA"], "price")
    assert np.allclose(price.table["received"], price.table["market"], rtol=1e-5)
    assert share_shortage(world, banned, ["USA"], "pro rata").cost > 0.0
    assert share_shortage(world, banned, ["USA"], "defence first").cost > 0.0


def test_defence_first_serves_defence_in_full(banned: Outcome) -> None:
    found = share_shortage(load_world(), banned, CLUB, "defence first")
    defence = [name for name in found.groups if "defence" in name]
    rows = found.table.sel(group=defence)
    assert np.allclose(rows["received"], rows["need"])


def test_allies_first_changes_only_the_split(banned: Outcome) -> None:
    world = load_world()
    first = share_shortage(world, banned, CLUB, "allies first", allies=("JPN",)).table
    even = share_shortage(world, banned, CLUB, "pro rata").table
    assert np.allclose(first.sel(member="JPN")["received"], first.sel(member="JPN")["need"])
    assert float(first["received"].sum()) == pytest.approx(float(even["received"].sum()))
    assert float(first.sel(member="USA")["received"].sum()) < float(
        even.sel(member="USA")["received"].sum()
    )


def test_what_cannot_be_divided_is_refused(banned: Outcome) -> None:
    world = load_world()
    with pytest.raises(MarketError, match="ORE-MKT-062"):
        share_shortage(world, banned, ["CHN"], "pro rata")
    with pytest.raises(MarketError, match="ORE-MKT-061"):
        share_shortage(world, banned, [], "pro rata")
    with pytest.raises(MarketError, match="ORE-MKT-061"):
        share_shortage(world, banned, CLUB, "allies first", allies=("KOR",))


def test_a_supplier_restores_its_allies_at_the_cost_of_others() -> None:
    loss = CapacityLoss("COD", "cobalt", "mined", 0.3)
    found = serve_allies_first(load_world(), "cobalt", [loss], "COD", ["EU", "USA"])
    assert found.is_restored
    assert found.with_priority == pytest.approx(found.before, rel=1e-3)
    assert found.without < found.before
    change = [one.prices["delivered_change"] for one in (found.plain, found.outcome)]
    assert float(change[1].sel(country="CHN")) > float(change[0].sel(country="CHN"))
    assert float(change[1].sel(country="USA")) < float(change[0].sel(country="USA"))


def test_a_supplier_that_is_not_short_has_nothing_to_order() -> None:
    loss = CapacityLoss("AUS", "cobalt", "mined", 0.01)
    with pytest.raises(MarketError, match="ORE-MKT-063"):
        serve_allies_first(load_world(), "cobalt", [loss], "COD", ["EU"])


def test_a_trigger_holds_a_stock_back_until_the_price_is_there() -> None:
    world = load_world()
    alone = clear(world, "antimony", [BAN])
    price = float(alone.prices["delivered_change"].sel(country="JPN")) + 1.0
    never = StockRelease("JPN", "antimony", tonnes=2000.0, trigger=price * 1.01)
    early = StockRelease("JPN", "antimony", tonnes=2000.0, trigger=1.05)
    held, sold = (clear(world, "antimony", [BAN, one]) for one in (never, early))
    assert np.allclose(
        held.prices["delivered"].to_numpy(), alone.prices["delivered"].to_numpy(), equal_nan=True
    )
    after = float(sold.prices["delivered_change"].sel(country="JPN")) + 1.0
    assert 1.05 <= after < price


def test_a_large_stock_holds_the_price_at_its_trigger() -> None:
    world = load_world()
    release = StockRelease("USA", "antimony", tonnes=20_000.0, trigger=1.3)
    outcome = clear(world, "antimony", [BAN, release])
    price = float(outcome.prices["delivered_change"].sel(country="USA")) + 1.0
    assert 1.3 <= price <= 1.3 * 1.03
    assert 0.0 < float(outcome.quantities["released"].sel(country="USA")) < 20_000.0


def test_released_stocks_stand_in_the_quantities() -> None:
    world = load_world()
    plain = clear(world, "antimony", [BAN]).quantities["released"]
    more = clear(
        world, "antimony", [BAN, StockRelease("JPN", "antimony", tonnes=500.0)]
    ).quantities["released"]
    gained = float((more - plain).sel(country="JPN"))
    assert 0.0 < gained <= 500.0
    assert float(plain.sum()) > 0.0


def test_a_country_is_not_divided_twice_and_idle_allies_are_refused(banned: Outcome) -> None:
    world = load_world()
    with pytest.raises(MarketError, match="ORE-MKT-065"):
        share_shortage(world, banned, ["EU", "DEU"], "pro rata")
    with pytest.raises(MarketError, match="ORE-MKT-064"):
        share_shortage(world, banned, CLUB, "pro rata", allies=("JPN",))
    once = share_shortage(world, banned, ["USA", "usa"], "pro rata")
    assert once.members == ("USA",)
