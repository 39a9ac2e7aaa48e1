"""Features of pairs and of imposer and target, each worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.acts.made import (
    EU,
    A,
    B,
    C,
    forgetful,
    made_inputs,
    open_book,
    with_actor,
    with_acts,
    with_market,
    with_trade,
)

from oreacle.engine.acts.classes import DYAD, PAIR
from oreacle.engine.acts.feature import FeatureBook
from oreacle.engine.inputs import FeatureInputs


def of(inputs: FeatureInputs, name: str, event_class: str = "dispute") -> np.ndarray:
    """Return a feature of the only member, shape (first, second)."""
    return np.asarray(open_book(inputs).pair(name, event_class, DYAD)[0])


def acted(**acts: dict[tuple[int, int], float]) -> FeatureInputs:
    """Return a world with these past acts between two."""
    arrays = {}
    for name, cells in acts.items():
        arrays[name] = np.zeros((1, 4, 4))
        for cell, count in cells.items():
            arrays[name][(0, *cell)] = count
    return with_acts(forgetful(made_inputs()), **arrays)


def test_a_leader_is_no_alternative_to_itself() -> None:
    share, bought = np.zeros((1, 4, 2, 2)), np.ones((1, 4, 2, 2))
    share[0, B], share[0, C] = 0.81, 0.16
    found = of(with_market(made_inputs(4), share=share, import_share=bought), "partner_alternative")
    assert found[A] == pytest.approx([0.0, 0.0, np.sqrt(0.81 * 0.16), 0.0])


def test_an_alternative_counts_by_what_the_first_party_imports() -> None:
    share, bought = np.zeros((1, 4, 2, 2)), np.zeros((1, 4, 2, 2))
    share[0, B, 0, 0], share[0, C, 0, 0] = 0.6, 0.4
    bought[0, A, 0, 0], bought[0, A, 1, 1] = 0.1, 0.3
    bought[0, EU, 1, 1] = 0.5
    found = of(with_market(made_inputs(), share=share, import_share=bought), "partner_alternative")
    assert found[A, C] == pytest.approx(np.sqrt(0.25 * 0.6 * 0.4))
    assert found[EU, C] == 0.0


def test_dependence_is_the_root_of_a_share_of_imports() -> None:
    value = np.zeros((1, 4, 4))
    value[0, A, B], value[0, A, C], value[0, B, A] = 3.0, 1.0, 2.0
    world = with_trade(made_inputs(), value)
    found = of(world, "import_dependence")
    assert found[A] == pytest.approx([0.0, np.sqrt(0.75), 0.5, 0.0])
    assert found[B] == pytest.approx([1.0, 0.0, 0.0, 0.0])
    assert not found[EU].any()
    np.testing.assert_array_equal(of(world, "export_dependence"), found.T)


def test_distance_of_votes_and_of_places_is_mutual() -> None:
    points = np.array([[0.0, 1.0, -2.0, np.nan]])
    world = with_actor(made_inputs(), ideal_point=points)
    found = of(world, "ideal_distance")
    assert found[A, :3].tolist() == [0.0, 1.0, 2.0]
    assert found[B, C] == found[C, B] == 3.0
    assert np.isnan(found[EU]).all()
    np.testing.assert_array_equal(of(world, "log_distance"), world.ties.log_distance)


def test_ties_are_as_known() -> None:
    world = made_inputs(1)
    np.testing.assert_array_equal(of(world, "alliance"), world.ties.alliance[0])
    np.testing.assert_array_equal(of(world, "trade_agreement"), world.ties.trade_agreement[0])


def test_past_acts_of_two_count_up_to_three() -> None:
    world = acted(dispute={(A, B): 1.0, (A, C): 8.0}, trade_barrier={})
    found = of(world, "pair_acts", "dispute")
    assert found[A] == pytest.approx(np.log1p([0.0, 1.0, 3.0, 0.0]))
    assert not found[B].any()
    assert not of(world, "pair_acts", "trade_barrier").any()


def test_received_acts_are_those_of_rivalry_by_the_second_on_the_first() -> None:
    world = acted(
        dispute={(B, A): 0.5, (C, A): 5.0},
        trade_barrier={(B, A): 0.5},
        agreement={(A, EU): 1.0, (EU, A): 1.0},
    )
    found = of(world, "received_acts")
    assert found[A] == pytest.approx(np.log1p([0.0, 1.0, 3.0, 0.0]))
    assert not found[1:].any()


def test_the_lead_of_a_first_party_is_what_it_does_to_others_less_the_mean() -> None:
    world = acted(dispute={(A, B): 0.5, (A, C): 0.25})
    found = of(world, "own_lead", "dispute")
    # On B: A did 0.25 to others, the other three first parties nothing.
    assert found[:, B] == pytest.approx(np.log(1.25) * np.array([0.75, -0.25, -0.25, -0.25]))
    assert found[A, EU] == pytest.approx(np.log(1.75) * 0.75)


def test_the_mean_of_leads_is_taken_over_first_parties_of_the_unit() -> None:
    world = acted(dispute={(A, B): 0.5}, agreement={(A, C): 0.5, (C, A): 0.5})
    book = FeatureBook(world, {PAIR: np.array([A]), DYAD: np.array([A, B])})
    assert book.pair("own_lead", "dispute", DYAD)[0, :, EU] == pytest.approx(
        np.log(1.5) * np.array([0.5, -0.5])
    )
    assert not book.pair("own_lead", "agreement", PAIR).any()


def test_who_is_hit_by_others_is_set_against_the_mean_of_all() -> None:
    world = acted(dispute={(A, B): 0.5, (EU, B): 0.5}, trade_barrier={(C, B): 0.25})
    found = of(world, "other_lead")
    # From A: the others did 0.75 to B; nobody did anything to the other three.
    assert found[A] == pytest.approx(np.log(1.75) * np.array([-0.25, 0.75, -0.25, -0.25]))
    assert found[C, B] == pytest.approx(np.log(2.0) * 0.75)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.floats(1.0, 100.0))
def test_leads_are_bounded_and_past_acts_too_however_many_there_were(
    seed: int, times: float
) -> None:
    inputs = made_inputs(seed)
    memory = {name: times * array for name, array in inputs.memory.acts.items()}
    wave = with_acts(inputs, **memory)
    for name in ("own_lead", "other_lead"):
        assert np.abs(of(wave, name)).max() <= 1.0
    for name in ("pair_acts", "received_acts"):
        assert 0.0 <= of(wave, name).min() <= of(wave, name).max() <= np.log(4.0)


def test_a_wave_in_which_all_do_the_same_puts_nobody_ahead() -> None:
    everyone = {(one, two): 0.5 for one in range(4) for two in range(4) if one != two}
    world = acted(dispute=everyone)
    np.testing.assert_allclose(of(world, "other_lead")[A, 1:].std(), 0.0, atol=1e-12)
    found = of(world, "own_lead")
    # The three others do 1.0 each to all but EU.
    np.testing.assert_allclose(found[:3, EU] - found[0, EU], 0.0, atol=1e-12)
