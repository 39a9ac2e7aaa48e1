"""Lines at sea go through their passages and around the land; legs keep their tonnes."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oreacle.present.charts.closure_chart import closure_map
from oreacle.present.charts.route_lines import route_lines
from oreacle.present.charts.sea_lanes import great_circle, sea_way
from oreacle.world.load import load_world

SHANGHAI, ROTTERDAM = (122.0, 31.0), (4.1, 52.0)
SUEZ, MALACCA, CAPE = (32.5, 30.0), (100.5, 3.5), (18.4, -34.8)
degrees = st.tuples(st.floats(-180, 180), st.floats(-60, 70))


@dataclass(frozen=True)
class Leg:
    start: str
    end: str
    mode: str
    passages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stream:
    share: float
    legs: tuple[Leg, ...]


PLACES = {"CHN": (104.0, 36.0), "Shanghai": SHANGHAI, "Rotterdam": ROTTERDAM}
PASSAGES = {"suez": SUEZ}


def length(corners: tuple[tuple[float, float], ...]) -> float:
    return sum(great_circle(a, b) for a, b in itertools.pairwise(corners))


@settings(max_examples=30)
@given(degrees, degrees)
def test_every_two_places_are_joined_and_the_ends_are_kept(
    start: tuple[float, float], end: tuple[float, float]
) -> None:
    corners = sea_way(start, end)
    assert corners[0] == start
    assert corners[-1] == end
    assert length(corners) >= great_circle(start, end) - 1e-6


def test_a_way_goes_through_its_passage_and_is_longer_round_the_cape() -> None:
    by_suez = sea_way(SHANGHAI, ROTTERDAM, [MALACCA, SUEZ])
    by_cape = sea_way(SHANGHAI, ROTTERDAM, [CAPE])
    assert min(great_circle(corner, SUEZ) for corner in by_suez) < 50.0
    assert min(great_circle(corner, SUEZ) for corner in by_cape) > 3000.0
    # Shanghai to Rotterdam: about 19,500 km by Suez and 26,000 km by the Cape.
    assert length(by_suez) == pytest.approx(19_500, rel=0.05)
    assert length(by_cape) == pytest.approx(26_000, rel=0.05)


def test_a_passage_that_a_leg_does_not_use_is_not_drawn_through() -> None:
    mombasa, genoa = (39.7, -4.0), (8.9, 44.4)
    assert min(great_circle(corner, SUEZ) for corner in sea_way(mombasa, genoa)) < 50.0
    round_it = sea_way(mombasa, genoa, avoided=[SUEZ])
    assert min(great_circle(corner, SUEZ) for corner in round_it) > 1000.0
    lines, _ = route_lines(
        [Stream(1.0, (Leg("Mombasa", "Genoa", "sea"),))],
        1.0,
        {"Mombasa": mombasa, "Genoa": genoa},
        PASSAGES,
    )
    assert lines[0].corners == round_it


def test_legs_carry_the_share_of_their_stream_and_those_without_a_place_are_counted() -> None:
    good = Stream(
        0.75, (Leg("CHN", "Shanghai", "inland"), Leg("Shanghai", "Rotterdam", "sea", ("suez",)))
    )
    nowhere = Stream(0.25, (Leg("CHN", "Atlantis", "sea"),))
    lines, lost = route_lines([good, nowhere], 80.0, PLACES, PASSAGES)
    assert [line.tonnes for line in lines] == [60.0, 60.0]
    assert [line.by_land for line in lines] == [True, False]
    assert lost == 20.0
    assert route_lines([Stream(1.0, ())], 5.0, PLACES, PASSAGES) == ([], 5.0)


def test_a_closure_is_drawn_with_the_flows_of_the_base_year_and_what_is_left_out_is_told() -> None:
    world = load_world()

    def before(exporter: str, importer: str) -> list[Stream]:
        return [Stream(1.0, (Leg(exporter, importer, "sea", ("suez",)),))]

    def after(exporter: str, importer: str) -> list[Stream]:
        return [] if importer == "JPN" else before(exporter, importer)

    spec = closure_map(world, "gallium", "refined", (before, after), {"suez"})
    assert spec["title"]["text"] == ["Suez Canal closed: how refined gallium goes round"]
    note = " ".join(spec["vconcat"][-1]["mark"]["text"])
    assert "without a way or a place after" in note
    assert "Suez Canal: closed" in str(spec["vconcat"][0]["vconcat"][1])
