"""Choosing among options: cheapest first up to their room, and round a closure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.world.routing.gates import Gate, most_share, serving
from oreacle.world.routing.land import LandLink, land_ways
from oreacle.world.routing.plan import Options, filled, mean_of, rerouted

COSTS = st.lists(st.one_of(st.floats(1.0, 100.0), st.just(np.inf)), min_size=3, max_size=3)


def options(cost: list[float], most: list[float]) -> Options:
    shape = (1, len(cost), 1)
    values = np.array(cost).reshape(shape)
    none = np.zeros(shape, dtype=np.int64)
    return Options(values, values / 10.0, values * 10.0, none, none, np.array(most).reshape(shape))


def gate(name: str, rank: int, **changes: object) -> Gate:
    values: dict[str, object] = {
        "gateway": name,
        "country": "ZMB",
        "name": name,
        "host": "TZA",
        "port": 0,
        "rank": rank,
        "flow": "both",
        "minerals": (),
        "corridors": (),
        "cost": 1.0,
        "days": 1.0,
        "km": 1.0,
        "is_cost_known": True,
    }
    return Gate(**{**values, **changes})  # type: ignore[arg-type]


def test_the_cheapest_gate_is_filled_first_and_the_next_takes_the_rest() -> None:
    streams = filled(options([30.0, 10.0, 20.0], [1.0, 0.25, 1.0]))
    assert streams.share[0, :, 0].tolist() == [0.0, 0.25, 0.75]
    assert mean_of(streams, streams.cost)[0, 0] == pytest.approx(0.25 * 10.0 + 0.75 * 20.0)


def test_tonnes_of_a_shut_gate_move_to_the_cheapest_gate_with_room() -> None:
    base = filled(options([30.0, 10.0, 20.0], [1.0, 0.25, 1.0]))
    after = rerouted(base, options([30.0, 10.0, np.inf], [1.0, 0.25, 1.0]))
    assert after.option[0, :, 0].tolist() == [0, 1, 0]
    assert mean_of(after, after.cost)[0, 0] == pytest.approx(0.25 * 10.0 + 0.75 * 30.0)


def test_tonnes_keep_their_gate_while_sailing_round_is_cheaper() -> None:
    base = filled(options([30.0, 10.0, 90.0], [1.0, 1.0, 1.0]))
    after = rerouted(base, options([30.0, 25.0, 90.0], [1.0, 1.0, 1.0]))
    assert after.option[0, 1, 0] == 1
    assert mean_of(after, after.cost)[0, 0] == 25.0


def test_without_any_way_the_cost_is_infinite_and_never_zero() -> None:
    base = filled(options([30.0, 10.0, 20.0], [1.0, 1.0, 1.0]))
    after = rerouted(base, options([np.inf] * 3, [1.0, 1.0, 1.0]))
    assert mean_of(after, after.cost)[0, 0] == np.inf
    assert (after.option[0, :, 0] == -1).all()


@given(COSTS, COSTS, st.lists(st.sampled_from([0.1, 0.5, 1.0]), min_size=3, max_size=3))
def test_a_closure_never_makes_a_stream_cheaper(
    cost: list[float], more: list[float], most: list[float]
) -> None:
    base = filled(options(cost, most))
    dearer = [a + b for a, b in zip(cost, more, strict=True)]
    after = rerouted(base, options(dearer, most))
    used = base.share > 0.0
    assert (after.cost[used] >= base.cost[used]).all()


@given(COSTS, st.lists(st.sampled_from([0.1, 0.5, 1.0]), min_size=3, max_size=3))
def test_shares_of_a_pair_with_a_way_sum_to_one(cost: list[float], most: list[float]) -> None:
    total = filled(options(cost, most)).share.sum()
    assert total == pytest.approx(1.0 if np.isfinite(cost).any() else 0.0)


def test_a_corridor_carries_its_capacity_over_what_its_countries_ship() -> None:
    gates = (gate("ZMB-1", 1), gate("ZMB-6", 2, corridors=("TAZARA",)))
    assert most_share(gates, {"TAZARA": 0.5e6}, {"TAZARA": 2e6}).tolist() == [1.0, 0.25]


def test_the_main_gate_takes_the_rest_where_all_are_bound() -> None:
    gates = (gate("A", 1, corridors=("X",)), gate("B", 2, corridors=("X",)))
    assert most_share(gates, {"X": 1.0}, {"X": 4.0}).tolist() == [1.0, 0.25]


def test_gates_serve_the_minerals_and_the_direction_they_are_listed_for() -> None:
    listed = gate("A", 1, minerals=("copper",), flow="export")
    general = gate("B", 2, flow="import")
    assert serving((listed, general), "copper", "export") == (listed,)
    assert serving((listed, general), "tin", "export") == (listed,)
    assert serving((listed, general), "copper", "import") == (general,)


def test_land_goes_by_the_cheaper_of_border_and_corridor_and_names_who_is_crossed() -> None:
    links = [
        LandLink("A", "B", "", (), 10.0, 1.0, 100.0),
        LandLink("B", "C", "", (), 10.0, 1.0, 100.0),
        LandLink("A", "C", "RAIL", ("X",), 15.0, 3.0, 500.0),
    ]
    ways = land_ways(("A", "B", "C", "D"), links)
    assert (ways.cost[0, 2], ways.days[0, 2], ways.hosts[0, 2]) == (15.0, 3.0, ("X",))
    assert ways.corridors[0, 2] == ("RAIL",)
    shut = land_ways(("A", "B", "C", "D"), links, {"RAIL"})
    assert (shut.cost[0, 2], shut.hosts[0, 2]) == (20.0, ("B",))
    assert np.isinf(ways.cost[0, 3])
