"""Routes of the embedded world: distances as published, closures that bite, names refused."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.data.store import read_table
from oreacle.world.load import load_world
from oreacle.world.routing import RouteChanges, RoutePlan, mineral_routes
from oreacle.world.routing.costs import KM_PER_NM
from oreacle.world.routing.sea import SHUT_IN_BASE

WORLD = load_world()
NETWORK = WORLD.route_network
CHECKS = read_table("distance_checks").to_dict("records")
CLOSABLE = ("malacca", "suez", "hormuz", "panama", "taiwan", "cape", "LOBITO", "CHN-4", "bosporus")
NEAR, NEAR_COASTAL = 0.05, 0.15
COASTAL_NM = 1000.0
"""Below this the way from berth to lane, which published distances often leave out, weighs."""


def port(lat: float, lon: float) -> int:
    return NETWORK.sea.ports.index((lat, lon))


def miles(one: tuple[float, float], two: tuple[float, float], *shut: str) -> float:
    ways = NETWORK.sea.ways({*SHUT_IN_BASE, "kiel", *shut})
    return float(ways.km[port(*one), port(*two)]) / KM_PER_NM


def plan(mineral: str, link: str, *closed: str) -> RoutePlan:
    return mineral_routes(WORLD, mineral, link, RouteChanges(frozenset(closed)))


def of(found: RoutePlan, values: np.ndarray, exporter: str, importer: str) -> float:
    return float(values[found.exporters.index(exporter), found.importers.index(importer)])


@pytest.mark.parametrize("row", CHECKS, ids=lambda r: f"{r['origin']}-{r['destination']}")
def test_distances_are_within_5_percent_of_published_ones(row: dict[str, object]) -> None:
    ends = [
        (float(str(row[f"{end}_lat"])), float(str(row[f"{end}_lon"])))
        for end in ("origin", "destination")
    ]
    shut = [name for name in str(row["closed"]).split(";") if name]
    published = float(str(row["published_nm"]))
    near = NEAR if published > COASTAL_NM else NEAR_COASTAL
    assert miles(ends[0], ends[1], *shut) == pytest.approx(published, rel=near)


def test_at_least_ten_of_the_checked_pairs_are_long() -> None:
    assert sum(float(str(row["published_nm"])) > COASTAL_NM for row in CHECKS) >= 10


ROTTERDAM, SHANGHAI, QINGDAO = (51.95, 4.1), (31.35, 121.6), (36.05, 120.3)
TUBARAO, PORT_HEDLAND, CONSTANTA = (-20.29, -40.24), (-20.31, 118.58), (44.1, 28.66)
SINGAPORE, GLADSTONE, DURBAN, DAR = (
    (1.26, 103.84),
    (-23.83, 151.25),
    (-29.87, 31.02),
    (-6.82, 39.29),
)


@pytest.mark.parametrize(
    ("one", "two", "shut", "stated"),
    [
        (ROTTERDAM, SHANGHAI, ("suez", "panama"), 3320.0),
        (TUBARAO, QINGDAO, ("sunda",), 176.0),
        (PORT_HEDLAND, QINGDAO, ("lombok",), 54.0),
        (ROTTERDAM, SINGAPORE, ("gibraltar",), 3488.0),
        (TUBARAO, QINGDAO, ("cape",), 1503.0),
        (SINGAPORE, SHANGHAI, ("taiwan",), 127.0),
        (DURBAN, DAR, ("mozambique",), 991.0),
        (GLADSTONE, SINGAPORE, ("torres",), 806.0),
        (ROTTERDAM, SINGAPORE, ("dover",), 771.0),
    ],
)
def test_a_closure_adds_the_detour_that_the_table_states(
    one: tuple[float, float], two: tuple[float, float], shut: tuple[str, ...], stated: float
) -> None:
    detour = miles(one, two, *shut) - miles(one, two)
    assert detour == pytest.approx(stated, rel=NEAR, abs=5.0)


def test_the_black_sea_has_no_way_out_but_the_turkish_straits() -> None:
    assert np.isfinite(miles(CONSTANTA, ROTTERDAM))
    assert np.isinf(miles(CONSTANTA, ROTTERDAM, "bosporus"))
    assert np.isinf(miles(CONSTANTA, ROTTERDAM, "dardanelles"))


def test_qatar_ships_nothing_when_hormuz_is_shut() -> None:
    found = plan("aluminium", "refined", "hormuz")
    assert of(found, found.cost, "QAT", "USA") == np.inf
    assert of(found, found.reachable, "QAT", "USA") == 0.0
    base = plan("aluminium", "refined")
    assert np.isfinite(of(base, base.cost, "QAT", "USA"))
    assert of(base, base.through[:, :, base.passages.index("hormuz")], "QAT", "USA") == 1.0


def test_a_closure_far_away_changes_nothing() -> None:
    base, shut = plan("copper", "ore"), plan("copper", "ore", "bosporus")
    pair = "CHL", "JPN"
    assert of(shut, shut.cost, *pair) == of(base, base.cost, *pair)
    assert shut.passages == base.passages


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from(["copper", "aluminium", "lithium"]),
    st.sampled_from(["ore", "refined"]),
    st.lists(st.sampled_from(CLOSABLE), min_size=2, max_size=4, unique=True),
)
def test_more_closures_never_help(mineral: str, link: str, closed: list[str]) -> None:
    plans = [plan(mineral, link, *closed[:k]) for k in range(len(closed) + 1)]
    for before, after in pairwise(plans):
        known = before.is_known
        assert (after.reachable[known] <= before.reachable[known] + 1e-12).all()
        all_go = known & (after.reachable >= before.reachable - 1e-12)
        assert (after.cost[all_go] >= before.cost[all_go] * (1.0 - 1e-12)).all()


@settings(max_examples=8, deadline=None)
@given(st.sets(st.sampled_from(["malacca", "suez", "panama", "cape"])))
def test_ways_by_sea_are_symmetric_and_obey_the_triangle(shut: set[str]) -> None:
    km = NETWORK.sea.ways(SHUT_IN_BASE | shut).km
    np.testing.assert_allclose(km, km.T)
    for middle in range(0, len(km), 20):
        assert (km <= km[:, middle, None] + km[middle] + 1e-6).all()


def test_only_what_uses_a_passage_is_rerouted_when_it_closes() -> None:
    base, shut = plan("copper", "ore"), plan("copper", "ore", "panama")
    used = base.through[:, :, base.passages.index("panama")] > 0.0
    changed = (base.cost != shut.cost) & base.is_known
    assert used.any()
    assert not (changed & ~used).any()
    assert (shut.through[:, :, shut.passages.index("panama")] == 0.0).all()


def test_a_larger_corridor_takes_more_and_makes_the_trade_cheaper() -> None:
    base = plan("copper", "refined")
    grown = mineral_routes(WORLD, "copper", "refined", RouteChanges(capacity=(("LOBITO", 1.7e6),)))
    share = [of(p, p.along[:, :, p.corridors.index("LOBITO")], "COD", "CHN") for p in (base, grown)]
    assert 0.0 < share[0] < share[1]
    assert share[1] == pytest.approx(share[0] * 1.7e6 / 0.25e6, rel=1e-9)
    assert of(grown, grown.cost, "COD", "CHN") < of(base, base.cost, "COD", "CHN")


def test_a_planned_corridor_carries_nothing_until_it_is_opened() -> None:
    assert "LOBITO-ZMB" not in plan("copper", "refined").corridors
    opened = mineral_routes(
        WORLD, "copper", "refined", RouteChanges(opened=frozenset({"LOBITO-ZMB"}))
    )
    share = opened.along[:, :, opened.corridors.index("LOBITO-ZMB")]
    assert of(opened, share, "ZMB", "USA") > 0.5


def test_what_is_closed_and_opened_is_closed() -> None:
    both = RouteChanges(frozenset({"LOBITO-ZMB"}), frozenset({"LOBITO-ZMB"}))
    assert "LOBITO-ZMB" not in mineral_routes(WORLD, "copper", "refined", both).corridors


def test_hosts_are_third_countries_only() -> None:
    found = plan("copper", "refined")
    hosts = {name: k for k, name in enumerate(found.hosts)}
    assert of(found, found.across[:, :, hosts["ZMB"]], "COD", "CHN") > 0.5
    for row, name in enumerate(found.exporters):
        if name in hosts:
            assert (found.across[row, :, hosts[name]] == 0.0).all()


def test_trade_inside_a_country_costs_nothing_and_the_rest_of_the_world_is_missing() -> None:
    found = plan("copper", "refined")
    assert of(found, found.cost, "CHN", "CHN") == 0.0
    assert "ROW" in found.importers
    assert np.isnan(of(found, found.cost, "CHL", "ROW"))


@pytest.mark.parametrize(("name", "near"), [("sues", "suez"), ("LOBITA", "LOBITO")])
def test_an_unknown_name_is_refused_with_the_nearest(name: str, near: str) -> None:
    with pytest.raises(DataError, match="ORE-DAT-133") as refusal:
        plan("copper", "ore", name)
    assert near in refusal.value.fix


def test_a_corridor_on_which_nothing_hangs_is_refused() -> None:
    with pytest.raises(DataError, match="ORE-DAT-134"):
        plan("copper", "ore", "IMEC")
