"""A switch in a whole run: it changes what its mechanism is said to move, and nothing else.

All runs share scenario, members and seed. `whole_runs` says what is compared and what leads where.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from graphlib import TopologicalSorter

import pytest
from tests.engine.mechanisms.whole_runs import (
    FIGURES,
    NAMES,
    PRESSES,
    READS,
    RECORD_NODES,
    SPLIT,
    STATE_NODES,
    Year,
    differing,
    moved_by,
    same,
    years_without,
)

from oreacle.engine.state import State, YearRecord

pytestmark = pytest.mark.slow
NOISE = 1e-6
"""Largest relative change that rounding, and where a market stops, could make [1]."""
FIRST, SECOND, THIRD = 0, 1, 2
MOVES: dict[str, tuple[tuple[int, str], ...]] = {
    "barriers": ((FIRST, "in_force"), (SECOND, "price_delivered"), (SECOND, "output")),
    "certification": ((SECOND, "use"), (SECOND, "price_delivered"), (SECOND, "capacity of mines")),
    "clubs": (
        (FIRST, "price_delivered"),
        (FIRST, "capacity of plants"),
        (SECOND, "odds of dispute"),
        (SECOND, "technology_gain"),
    ),
    "doctrine": (
        (FIRST, "odds of restriction"),
        (FIRST, "odds of agreement"),
        (FIRST, "odds of venture"),
        (FIRST, "odds of lifting"),
    ),
    "energy": ((FIRST, "output"), (FIRST, "price_delivered")),
    "exploration": ((FIRST, "capacity of mines"), (THIRD, "capacity of mines")),
    "finance": ((FIRST, "capacity of mines"), (FIRST, "capacity of plants"), (THIRD, "output")),
    "licence": ((FIRST, "output"), (FIRST, "price_delivered"), (SECOND, "mine_capacity")),
    "oversupply": ((FIRST, "price_delivered"), (FIRST, "output"), (FIRST, "capacity of plants")),
    "ownership": ((SECOND, "price_delivered"), (SECOND, "output")),
    "passages": ((FIRST, "price_delivered"),),
    "recovery": ((FIRST, "capacity of mines"), (THIRD, "output")),
    "recycling": ((FIRST, "output"), (FIRST, "price_delivered")),
    "retaliation": ((FIRST, "odds of dispute"), (SECOND, "odds of restriction")),
    "rules": (
        (FIRST, "odds of restriction"),
        (FIRST, "odds of trade_barrier"),
        (THIRD, "in_force"),
    ),
    "sectors": ((FIRST, "use"), (FIRST, "wanted"), (FIRST, "price_delivered")),
    "shocks": ((FIRST, "output"), (FIRST, "price_delivered")),
    "siting": ((FIRST, "capacity of mines"), (FIRST, "capacity of plants"), (THIRD, "output")),
    "stocks": ((FIRST, "price_delivered"), (FIRST, "use"), (FIRST, "wanted")),
    "technology": ((SECOND, "capacity of plants"), (THIRD, "output")),
    "ventures": ((FIRST, "capacity of mines"), (FIRST, "capacity of plants"), (THIRD, "output")),
}
"""What each mechanism is said to move, and the year of the run in which it does so."""


@dataclass(frozen=True)
class Switched:
    """A run in which one mechanism is off."""

    name: str
    years: list[Year]


@cache
def everything() -> list[Year]:
    """Return the run in which all mechanisms are on."""
    return years_without()


@pytest.fixture(scope="module", params=sorted(NAMES))
def switched(request: pytest.FixtureRequest) -> Switched:
    """Run without one mechanism; tests are grouped by it, so that it is run once."""
    return Switched(request.param, years_without(request.param))


def test_every_mechanism_and_all_that_a_year_leaves_is_in_the_tables() -> None:
    for table in (FIGURES, PRESSES, MOVES):
        assert sorted(table) == sorted(NAMES)
    assert STATE_NODES.keys() | {"pieces"} == {one.name for one in fields(State)}
    assert RECORD_NODES.keys() | SPLIT == {one.name for one in fields(YearRecord)}
    # In a circle two nodes could explain each other: this raises if there is one.
    TopologicalSorter(READS).prepare()


def test_what_it_is_said_to_move_moves(switched: Switched) -> None:
    for year, figure in MOVES[switched.name]:
        change = moved_by(everything()[year], switched.years[year], figure)
        assert change > NOISE, (figure, year, change)


def test_in_the_first_year_nothing_else_moves_but_by_what_it_moves(switched: Switched) -> None:
    moved = differing(everything()[FIRST], switched.years[FIRST])
    direct = PRESSES[switched.name] | {switched.name}
    leaks = {node for node in moved if node not in direct and not READS.get(node, set()) & moved}
    assert not leaks
    assert switched.name in moved


def test_no_other_draw_moves_in_any_year(switched: Switched) -> None:
    for usual, without in zip(everything(), switched.years, strict=True):
        assert same(usual.draws.base, without.draws.base)
        others = {k: v for k, v in usual.draws.mechanisms.items() if k != switched.name}
        assert same(others, without.draws.mechanisms)
        assert same(usual.after.shock, without.after.shock)
        assert same(usual.after.levels, without.after.levels)


def test_it_starts_from_the_same_world(switched: Switched) -> None:
    usual, without = everything()[FIRST].before, switched.years[FIRST].before
    for name in STATE_NODES:
        assert same(getattr(usual, name), getattr(without, name)), name
    others = {k: v for k, v in usual.pieces.items() if k != switched.name}
    assert same(others, without.pieces)


def test_off_leaves_no_trace(switched: Switched) -> None:
    name = switched.name
    for usual, without in zip(everything(), switched.years, strict=True):
        assert set(usual.record.figures) - set(without.record.figures) == set(FIGURES[name])
        assert set(without.record.figures) < set(usual.record.figures) or not FIGURES[name]
        assert name not in without.after.pieces
        assert name not in without.draws.mechanisms
        assert name not in without.record.effects[0]
        assert name not in {note.mechanism for note in without.record.notes}


def test_all_off_leave_no_trace_in_any_order_and_none_in_the_next_run() -> None:
    before = everything()
    bare = years_without(*NAMES)
    for year in bare:
        assert not year.after.pieces
        assert not year.draws.mechanisms
        assert not year.record.figures
        assert not year.record.notes
        assert year.record.effects[0] == ("demand", "measures")
    for one, two in zip(bare, years_without(*reversed(NAMES)), strict=True):
        assert not differing(one, two)
    for one, two in zip(before, years_without(), strict=True):
        assert not differing(one, two)


def test_the_order_in_which_some_are_listed_does_not_matter() -> None:
    some = ("clubs", "stocks", "rules")
    for one, two in zip(years_without(*some), years_without(*reversed(some)), strict=True):
        assert not differing(one, two)
