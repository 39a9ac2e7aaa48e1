"""The shipping network: edges across a line, and a contraction that keeps every distance."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from oreacle.core.errors import DataError
from oreacle.data.routing.build import sea_tables
from oreacle.data.routing.sea_rates import fitted_rates
from oreacle.data.routing.shipping_network import ShippingNetwork, edges_across
from oreacle.data.store import read_table
from oreacle.world.routing.sea import sea_network

LINE = pd.DataFrame(
    {
        "chokepoint": ["strait"],
        "gate_lon1": [5.0],
        "gate_lat1": [-1.0],
        "gate_lon2": [5.0],
        "gate_lat2": [1.0],
    }
)
GATES = ("east", "north", "west")
KIEL = "kiel"


def test_an_edge_crosses_a_line_only_between_its_ends() -> None:
    places = np.array([[0, 0], [10, 0], [0, 2], [10, 2], [0, 0.5], [4, 0]], dtype=float)
    ends = np.array([[0, 1], [2, 3], [4, 1], [0, 5]])
    assert edges_across(places, ends, LINE)["strait"].tolist() == [True, False, True, False]


def test_an_edge_that_jumps_over_the_date_line_crosses_nothing() -> None:
    places = np.array([[-180, 0], [180, 0]], dtype=float)
    assert not edges_across(places, np.array([[0, 1]]), LINE)["strait"].any()


@st.composite
def networks(draw: st.DrawFn) -> tuple[ShippingNetwork, list[int]]:
    """Return a random connected network far from Kiel, some edges across gates, and its ports."""
    count = draw(st.integers(4, 9))
    pairs = {(draw(st.integers(0, k - 1)), k) for k in range(1, count)}
    every = [pair for pair in combinations(range(count), 2) if pair not in pairs]
    pairs |= set(draw(st.lists(st.sampled_from(every), max_size=8))) if every else set()
    ends = sorted(pairs)
    km = draw(st.lists(st.integers(1, 900), min_size=len(ends), max_size=len(ends)))
    crossed = draw(
        st.lists(
            st.frozensets(st.sampled_from(GATES), max_size=2),
            min_size=len(ends),
            max_size=len(ends),
        )
    )
    places = np.array([(10.0 * k - 40.0, -30.0 + 3.0 * (k % 3)) for k in range(count)])
    network = ShippingNetwork(
        places, np.array(ends), np.array(km, dtype=float), tuple(tuple(sorted(n)) for n in crossed)
    )
    ports = draw(st.lists(st.integers(0, count - 1), min_size=2, max_size=4, unique=True))
    return network, ports


def full_distances(network: ShippingNetwork, ports: list[int], shut: set[str]) -> np.ndarray:
    kept = [not shut.intersection(names) for names in network.passages]
    one, two = network.ends[kept].T
    size = len(network.places)
    graph = csr_matrix((network.km[kept], (one, two)), shape=(size, size))
    return np.asarray(dijkstra(graph, directed=False, indices=ports)[:, ports])


@settings(max_examples=60, deadline=None)
@given(networks(), st.sets(st.sampled_from(GATES)))
def test_the_contraction_has_the_distances_of_the_network_for_every_closure(
    drawn: tuple[ShippingNetwork, list[int]], shut: set[str]
) -> None:
    network, ports = drawn
    places = pd.DataFrame(network.places[ports], columns=["lon", "lat"])
    graph = sea_network(*sea_tables(network, places))
    found = graph.ways({*shut, KIEL})
    np.testing.assert_allclose(found.km, full_distances(network, ports, shut), rtol=1e-9)
    # Sought anew from what was known before, the same ways are found.
    again = graph.ways({*shut, KIEL}, base=graph.ways({KIEL}))
    np.testing.assert_allclose(again.km, found.km, rtol=1e-12)
    for name in shut & set(graph.passages):
        assert not (found.through & graph.bits({name})).any()


def test_a_dozen_distances_are_those_of_the_shipping_package() -> None:
    package = pytest.importorskip("searoute")
    nodes = read_table("sea_nodes")
    graph = sea_network(nodes, read_table("sea_legs"))
    ports = nodes[nodes["kind"] == "port"].reset_index(drop=True)
    ways = graph.ways({"nsr", "bering", KIEL})
    near = ports[ports["snap_km"] < 10.0].index.to_numpy()
    half = len(near) // 2
    places = ports[["lon", "lat"]].to_numpy(dtype=float)
    for one, two in zip(near[:12], near[half : half + 12], strict=True):
        ends = places[[one, two]].tolist()
        route = package.searoute(*ends, units="km", restrictions=["northwest"])
        # The package ties a port to a node, the tables to the nearest point of a lane.
        expected = float(route.properties["length"])
        assert ways.km[one, two] == pytest.approx(expected, rel=0.01, abs=60.0)


def test_a_rate_is_refused_if_a_quotation_is_in_another_unit() -> None:
    quoted = pd.DataFrame(
        {"freight_id": ["A", "B"], "unit": ["USD/t", "days"], "value_low": 1.0, "value_high": 2.0}
    )
    legs = pd.DataFrame({"freight_id": ["A", "B"], "vessel": "bulk", "nm": [100.0, 200.0]})
    with pytest.raises(DataError, match="ORE-DAT-135") as refusal:
        fitted_rates(quoted, legs)
    assert "B" in refusal.value.what


def test_a_rate_that_falls_with_distance_is_refused() -> None:
    quoted = pd.DataFrame(
        {"freight_id": ["A", "B"], "unit": "USD/t", "value_low": [9.0, 1.0], "value_high": [9.0, 1]}
    )
    legs = pd.DataFrame({"freight_id": ["A", "B"], "vessel": "bulk", "nm": [100.0, 200.0]})
    with pytest.raises(DataError, match="ORE-DAT-135"):
        fitted_rates(quoted, legs)
