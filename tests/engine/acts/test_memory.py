"""Past acts fade by half in a half-life, and count for those who took them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.acts.made import (
    ACTOR_OF,
    A,
    B,
    C,
    made_events,
    made_memory,
    made_tables,
    panel_of,
)

from oreacle.engine.acts.classes import ACTOR, COOPERATION, EVENT_CLASSES, RIVALRY
from oreacle.engine.acts.coding import acts_from_events
from oreacle.engine.acts.memory import HALF_LIFE, Memory, advance, empty_memory
from oreacle.engine.history_inputs import memories

KEPT = 0.5 ** (1.0 / HALF_LIFE)
NOTHING = empty_memory(4, 2)


def with_act(name: str, *cell: int) -> Memory:
    """Return a memory with one act."""
    memory = empty_memory(4, 2)
    memory.acts[name][(0, *cell)] = 1.0
    return memory


def test_an_empty_memory_has_an_array_of_each_class_and_no_act() -> None:
    memory = empty_memory(4, 2, members=3)
    for one in EVENT_CLASSES:
        expected = (3, 4) if one.unit == ACTOR else (3, 4, 4)
        assert memory.acts[one.name].shape == expected, one.name
        assert not memory.acts[one.name].any()
    assert memory.links.shape == (3, 4, 2, 2)


def test_memory_halves_over_its_half_life() -> None:
    memory = Memory(
        {name: np.ones_like(array) for name, array in NOTHING.acts.items()},
        np.ones_like(NOTHING.links),
    )
    for _ in range(round(HALF_LIFE)):
        memory = advance(memory, NOTHING.acts, NOTHING.links)
    for array in (*memory.acts.values(), memory.links):
        np.testing.assert_allclose(array, 0.5)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_an_act_of_the_year_stands_whole_on_top_of_what_has_faded(seed: int) -> None:
    rng = np.random.default_rng(seed)
    old, new = made_memory(rng, 2), made_memory(rng, 2)
    moved = advance(old, new.acts, new.links)
    for name, array in moved.acts.items():
        np.testing.assert_allclose(array, KEPT * old.acts[name] + new.acts[name])
    np.testing.assert_allclose(moved.links, KEPT * old.links + new.links)


def test_an_act_counts_for_its_actor_for_both_of_a_pair_and_for_the_imposer() -> None:
    assert with_act("restriction", A).by_actor(RIVALRY)[0].tolist() == [1.0, 0.0, 0.0, 0.0]
    dispute = with_act("dispute", A, B)
    assert dispute.by_actor(RIVALRY)[0].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert not dispute.by_actor(COOPERATION).any()
    pact = with_act("agreement", A, C)
    pact.acts["agreement"][0, C, A] = 1.0
    assert pact.by_actor(COOPERATION)[0].tolist() == [1.0, 0.0, 1.0, 0.0]
    assert not pact.by_actor(RIVALRY).any()


def test_acts_between_two_are_added_over_classes_of_one_sign() -> None:
    both = with_act("dispute", A, B)
    both.acts["trade_barrier"][0, A, B] = 0.5
    both.acts["agreement"][0, A, B] = both.acts["agreement"][0, B, A] = 0.25
    both.acts["restriction"][0, A] = 9.0
    assert both.dyads(RIVALRY)[0, A, B] == 1.5
    assert both.dyads(RIVALRY).sum() == 1.5
    assert both.dyads(COOPERATION).sum() == 0.5


def test_memory_at_a_year_holds_no_act_of_that_year() -> None:
    panel = panel_of(made_tables())
    acts = acts_from_events(made_events(), panel, ACTOR_OF)
    past = memories(panel, acts, np.array([2005, 2006, 2010, 2013]))
    assert past[2005].acts["restriction"].sum() == 0.0
    assert past[2006].acts["restriction"][0].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert past[2006].links[0, A, 0].tolist() == [1.0, 0.0]
    assert past[2010].acts["trade_barrier"][0, A, B] == 1.0
    assert past[2013].acts["restriction"][0, C] == pytest.approx(KEPT)
    assert past[2013].acts["restriction"][0, A] == pytest.approx(KEPT**7 + KEPT**6)
    assert past[2013].acts["club"][0, A] == pytest.approx(KEPT**2)
