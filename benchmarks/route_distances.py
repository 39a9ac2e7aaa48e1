"""Distances by sea beside published ones, detours of closed passages, and times of replanning.

Run: python benchmarks/route_distances.py
"""

from __future__ import annotations

import time

import numpy as np

from oreacle.data.store import read_table
from oreacle.world.load import load_world
from oreacle.world.routing import BASE, RouteChanges, mineral_routes
from oreacle.world.routing.costs import KM_PER_NM
from oreacle.world.routing.sea import SHUT_IN_BASE

WORLD = load_world()
NETWORK = WORLD.route_network
LINKS = ("ore", "refined")
DETOURS = (
    # pair of places (lat, lon), passages shut, detour as the table of passages states it [nmi]
    ("Rotterdam-Shanghai", (51.95, 4.1), (31.35, 121.6), ("suez", "panama"), 3320),
    ("Tubarao-Qingdao", (-20.29, -40.24), (36.05, 120.3), ("sunda",), 176),
    ("Tubarao-Qingdao", (-20.29, -40.24), (36.05, 120.3), ("cape",), 1503),
    ("Port Hedland-Qingdao", (-20.31, 118.58), (36.05, 120.3), ("lombok",), 54),
    ("Port Hedland-Qingdao", (-20.31, 118.58), (36.05, 120.3), ("lombok", "makassar"), 112),
    ("Rotterdam-Singapore", (51.95, 4.1), (1.26, 103.84), ("malacca",), 737),
    ("Rotterdam-Singapore", (51.95, 4.1), (1.26, 103.84), ("gibraltar",), 3488),
    ("Rotterdam-Singapore", (51.95, 4.1), (1.26, 103.84), ("dover",), 771),
    ("Singapore-Shanghai", (1.26, 103.84), (31.35, 121.6), ("taiwan",), 127),
    ("Durban-Dar es Salaam", (-29.87, 31.02), (-6.82, 39.29), ("mozambique",), 991),
    ("Gladstone-Singapore", (-23.83, 151.25), (1.26, 103.84), ("torres",), 806),
)


def miles(one: tuple[float, float], two: tuple[float, float], shut: tuple[str, ...]) -> float:
    ports = NETWORK.sea.ports
    ways = NETWORK.sea.ways({*SHUT_IN_BASE, "kiel", *shut})
    return float(ways.km[ports.index(one), ports.index(two)]) / KM_PER_NM


def distances() -> None:
    errors = []
    print(f"{'pair':28}{'shut':14}{'published':>10}{'computed':>10}{'error':>8}")
    for row in read_table("distance_checks").to_dict("records"):
        ends = [(row[f"{end}_lat"], row[f"{end}_lon"]) for end in ("origin", "destination")]
        found = miles(ends[0], ends[1], tuple(filter(None, row["closed"].split(";"))))
        errors.append(found / row["published_nm"] - 1.0)
        pair = f"{row['origin']}-{row['destination']}"
        print(
            f"{pair:28}{row['closed']:14}{row['published_nm']:10.0f}{found:10.0f}{errors[-1]:+8.1%}"
        )
    print(f"within 5 %: {np.sum(np.abs(errors) <= 0.05)} of {len(errors)}")


def detours() -> None:
    print(f"\n{'pair':28}{'shut':20}{'stated':>8}{'computed':>10}")
    for name, one, two, shut, stated in DETOURS:
        found = miles(one, two, shut) - miles(one, two, ())
        print(f"{name:28}{'+'.join(shut):20}{stated:8}{found:10.0f}")


def plan_all(changes: RouteChanges) -> float:
    start = time.perf_counter()
    for mineral in WORLD.mineral_names:
        for link in LINKS:
            mineral_routes(WORLD, mineral, link, changes)
    return time.perf_counter() - start


def times() -> None:
    print(f"\nbase plans, all minerals and links, first time: {plan_all(BASE) * 1e3:.0f} ms")
    for name in ("malacca", "suez", "hormuz", "panama", "taiwan"):
        print(f"replanned, {name} shut: {plan_all(RouteChanges(frozenset({name}))) * 1e3:.0f} ms")
    changes = RouteChanges(frozenset({"suez", "malacca"}))
    NETWORK.sea_ways(changes, "bulk"), NETWORK.sea_ways(changes, "container")
    start = time.perf_counter()
    mineral_routes(WORLD, "copper", "ore", changes)
    print(f"copper ore alone, ways by sea known: {(time.perf_counter() - start) * 1e3:.1f} ms")


if __name__ == "__main__":
    distances()
    detours()
    times()
