"""Closed passages of the embedded world: nothing is lost, wedges are the table's, who is hurt."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from oreacle.core.labels import LINKS
from oreacle.market.apply.routes import route_effect
from oreacle.market.carriage import BASE, planner_of
from oreacle.market.clear import cleared
from oreacle.market.passages import RouteDesk, dependence, host_changes, moved, rerouting
from oreacle.market.policies import RouteClosure
from oreacle.market.route_use import minerals_touched
from oreacle.world.load import load_world
from oreacle.world.routing.changes import RouteChanges

WORLD = load_world()
PASSAGES = tuple(WORLD.routes.chokepoints)


def shut(*routes: str) -> RouteChanges:
    """Return the closure of some routes."""
    return RouteChanges(closed=frozenset(routes))


def used_by(mineral: str, link: str, passage: str) -> float:
    """Return base tonnes through a passage by the shares of the base plan [t/yr]."""
    planner = planner_of(WORLD, mineral)
    assert planner is not None
    plan, flow = planner.base(link), WORLD.chain(mineral).flow(link)
    share = plan.through[:, :, plan.passages.index(passage)] if passage in plan.passages else 0.0
    return float(np.nansum(flow * share))


def cells(passage: str) -> Iterator[tuple[str, str]]:
    """Yield minerals and links whose base trade goes through a passage."""
    for mineral in minerals_touched(WORLD, RouteClosure("any", passage)):
        for link in LINKS:
            if used_by(mineral, link, passage) > 0.0:
                yield mineral, link


@pytest.mark.parametrize("passage", PASSAGES)
def test_tonnes_rerouted_and_stranded_are_those_that_used_it(passage: str) -> None:
    for mineral, link in cells(passage):
        planner = planner_of(WORLD, mineral)
        assert planner is not None
        found = moved(planner, link, shut(passage))
        used = used_by(mineral, link, passage)
        assert found.used.sum() == pytest.approx(used, rel=1e-9), (mineral, link)
        gone = found.rerouted.sum() + found.stranded.sum()
        assert gone == pytest.approx(used, rel=1e-9), (mineral, link)
        after = planner.plan(link, shut(passage))
        left = after.through[:, :, after.passages.index(passage)]
        assert np.nansum(left) == 0.0


@pytest.mark.parametrize("passage", PASSAGES)
def test_the_wedge_of_the_market_is_the_extra_cost_of_the_table(passage: str) -> None:
    for mineral, link in cells(passage):
        planner = planner_of(WORLD, mineral)
        assert planner is not None
        effect = route_effect(planner, link, [RouteClosure(mineral, passage)])
        found, flow = moved(planner, link, shut(passage)), WORLD.chain(mineral).flow(link)
        whole = found.stranded == 0.0
        np.testing.assert_allclose(
            (effect.extra * flow)[whole], found.paid[whole], rtol=1e-9, atol=1e-3
        )
        touched = found.used > 0.0
        assert (effect.extra[(flow > 0.0) & ~touched] == 0.0).all()
        assert (effect.kept[~touched & (flow > 0.0)] == 1.0).all()


def test_half_a_year_is_half_of_the_tonnes() -> None:
    year = rerouting(WORLD, "copper", shut("suez"))
    half = rerouting(WORLD, "copper", [RouteClosure("copper", "suez", 6.0)])
    assert float(half.used.sum()) == pytest.approx(float(year.used.sum()) / 2)
    assert float(half.paid.sum()) == pytest.approx(float(year.paid.sum()) / 2)
    np.testing.assert_allclose(half.extra_cost.to_numpy(), year.extra_cost.to_numpy())


def test_hormuz_strands_the_aluminium_of_the_inner_gulf() -> None:
    found = rerouting(WORLD, "aluminium", shut("hormuz")).to_dataframe()
    metal = found[found["link"] == "refined"].groupby("exporter")[["used", "stranded"]].sum()
    share = metal["stranded"] / metal["used"]
    assert (share[["BHR", "QAT", "ARE"]] > 0.95).all()
    outcome = cleared(WORLD, "aluminium", [RouteClosure("aluminium", "hormuz")])
    made = outcome.quantities["refined_change"] / (
        outcome.quantities["refined"] - outcome.quantities["refined_change"]
    )
    assert float(made.sel(country="BHR")) < -0.3
    assert float(outcome.prices["delivered_change"].sel(country="DEU")) > 0.0


def test_malacca_hurts_japan_and_korea_more_than_germany() -> None:
    gdp = dict(zip(WORLD.countries["country"], WORLD.countries["gdp_usd"], strict=True))
    lost = dict.fromkeys(("JPN", "KOR", "DEU"), 0.0)
    for mineral in minerals_touched(WORLD, RouteClosure("any", "malacca")):
        outcome = cleared(WORLD, mineral, [RouteClosure(mineral, "malacca")])
        welfare = outcome.welfare["total"].to_series().dropna()
        for country in lost:
            lost[country] -= float(welfare.get(country, 0.0)) / float(gdp[country])
    assert lost["JPN"] > lost["DEU"]
    assert lost["KOR"] > lost["DEU"]


def test_the_desk_clears_what_clearing_one_by_one_clears() -> None:
    desk = RouteDesk(WORLD)
    policies = [RouteClosure(mineral, "panama", 6.0) for mineral in ("copper", "lithium")]
    for mineral, (problem, solution) in desk.clear(policies).items():
        assert solution.solved.all()
        outcome = cleared(WORLD, mineral, [p for p in policies if p.mineral == mineral])
        price = problem.price_delivered * np.exp(solution.prices.delivered[0])
        shown = outcome.prices["delivered"].sel(country=list(problem.users)).to_numpy()
        np.testing.assert_allclose(price, shown, rtol=1e-9)


def test_dependence_is_a_share_of_all_intake_and_sales() -> None:
    index = dependence(WORLD, ["copper", "aluminium"])
    share = index.share
    assert float(share.min()) >= 0.0
    assert float(share.max()) <= 1.0 + 1e-9
    flow = WORLD.chain("aluminium").flow("refined")
    assert flow.sum() > 0.0
    # All metal of Bahrain leaves by Hormuz, and some is used at home.
    bahrain = float(share.sel(role="exporter", country="BHR", route="hormuz"))
    assert 0.5 < bahrain <= 1.0
    assert float(share.sel(role="importer", country="DEU", route="hormuz")) < 0.1


def test_dependence_moves_to_whoever_is_round_the_corner() -> None:
    before, after = (dependence(WORLD, ["zinc"], changes) for changes in (BASE, shut("suez")))
    total = {
        name: [float(one.value.sel(route=name, role="importer").sum()) for one in (before, after)]
        for name in ("cape", "EGY")
        if name in after.route
    }
    assert total["cape"][1] > total["cape"][0]
    assert "suez" not in after.route or float(after.value.sel(route="suez").sum()) == 0.0


def test_a_host_can_close_what_lies_in_it() -> None:
    egypt, angola = host_changes(WORLD, "EGY"), host_changes(WORLD, "AGO")
    assert "suez" in egypt.closed
    assert any(route.startswith("COD-") for route in angola.closed)
    assert host_changes(WORLD, "LUX").closed == frozenset()
