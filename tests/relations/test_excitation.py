"""Branching of a self- and cross-exciting process on dyads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime
from tests.relations.dyad_histories import simulated

from oreacle.core.errors import RelationsError
from oreacle.core.status import SolveStatus
from oreacle.relations.escalation import Branching
from oreacle.relations.excitation import ExcitationFit, fit_excitation
from oreacle.relations.excitation_likelihood import MOST_BRANCHING, negative_likelihood
from oreacle.relations.excitation_memory import DyadActs, kernel_memory, memory_of
from oreacle.relations.excitation_profile import profile_excitation
from oreacle.relations.hostility import answer_outlook, hostility_of


def by_hand() -> DyadActs:
    """Two pairs over two years: 0 acts in month 3; 1 in month 5, and again in month 15 or 16."""
    return DyadActs(
        direction=np.array([0, 1, 1]),
        first=np.array([3, 5, 15]),
        last=np.array([3, 5, 16]),
        class_of=np.array([0, 1, 0, 1]),
        year_of=np.arange(24) // 12,
        start=0,
    )


@given(st.floats(0.3, 60.0), st.integers(0, 30))
def test_a_kernel_never_weighs_more_than_one_act_and_in_the_end_all_of_it(
    half_life: float, month: int
) -> None:
    weights = kernel_memory(np.array([month]), np.arange(4000), half_life)
    assert weights[: month + 1].max() == 0.0
    assert weights.sum() == pytest.approx(1.0)


def test_memory_by_hand_looks_at_both_sides_and_spreads_over_a_coarse_date() -> None:
    memory = memory_of(by_hand(), 1.0)
    assert memory.cross.tolist() == pytest.approx([0.0, 0.25, (2.0**-12 + 2.0**-13) / 2])
    assert memory.own.tolist() == pytest.approx([0.0, 0.0, (2.0**-10 + 2.0**-11) / 2])
    assert memory.own_total[0] == pytest.approx(1.0 - 2.0**-20)
    assert memory.own_total[1] == pytest.approx((1.0 - 2.0**-18) + (1.0 - 2.0**-7))
    assert memory.cross_total.tolist() == memory.own_total[::-1].tolist()
    assert memory.idle.tolist() == [[0.0, 1.0], [0.0, 0.0]]
    assert memory.year.tolist() == [0, 0, 1]


def test_acts_before_the_window_excite_and_acts_after_it_do_not() -> None:
    late = replace(by_hand(), start=4, year_of=np.zeros(12, dtype=int))
    memory = memory_of(late, 1.0)
    assert memory.cross.tolist() == pytest.approx([0.25])
    assert memory.own_total[0] == pytest.approx(1.0 - 2.0**-12)


def test_the_slopes_are_those_of_the_likelihood() -> None:
    acts = replace(
        simulated(0.2, 0.1, seed=3, pairs=40),
        class_of=np.arange(80) % 2,
        year_of=np.arange(240) // 60,
    )
    memory = memory_of(acts, 4.0)
    point = np.array([-6.0, -5.5, 0.1, -0.2, 0.3, 0.0, 0.9, 0.6, 0.3, 0.4])
    for held in ({}, {"cross": 0.1}, {"own": 0.2}):
        slope = negative_likelihood(point, memory, held)[1]
        near = approx_fprime(point, lambda x: negative_likelihood(x, memory, held)[0], 1e-6)  # noqa: B023
        assert slope == pytest.approx(near, rel=1e-3, abs=5e-3)


@pytest.mark.slow
@pytest.mark.parametrize(("own", "cross"), [(0.25, 0.2), (0.0, 0.3), (0.0, 0.0)])
def test_known_branching_is_found_again(own: float, cross: float) -> None:
    found = [fit_excitation(simulated(own, cross, seed=seed), 4.0) for seed in (1, 2)]
    assert all(fit.status is SolveStatus.SOLVED for fit in found)
    assert np.mean([fit.own for fit in found]) == pytest.approx(own, abs=0.06)
    assert np.mean([fit.cross for fit in found]) == pytest.approx(cross, abs=0.06)


def test_lasting_hostility_left_out_is_taken_for_excitation() -> None:
    acts = simulated(0.0, 0.0, seed=5, spread=1.5)
    bare = fit_excitation(acts, 12.0, held={"pair_spread": 1e-3, "side_spread": 1e-3})
    whole = fit_excitation(acts, 12.0)
    assert bare.own + bare.cross > 0.2
    assert whole.own + whole.cross < 0.08
    assert whole.pair_spread == pytest.approx(1.5, abs=0.4)


def test_branching_stays_below_its_bound() -> None:
    found = fit_excitation(simulated(0.5, 0.42, seed=2, pairs=40), 4.0)
    assert 0.6 < found.own + found.cross <= MOST_BRANCHING + 1e-9


@pytest.mark.slow
def test_profiles_hold_the_truth_and_tell_it_from_none() -> None:
    found = [
        profile_excitation(simulated(0.1, 0.3, seed=seed, pairs=50), (4.0,)) for seed in (1, 2, 3)
    ]
    held = [one.cross[0] <= 0.3 <= one.cross[1] for one in found]
    assert sum(held) >= 2  # of 90 % intervals, one in ten may miss
    assert all(one.cross[0] > 0.0 and one.p_value < 0.01 for one in found)
    assert all(one.own[0] <= one.best.own <= one.own[1] for one in found)


def test_the_likeliest_half_life_is_near_the_true_one() -> None:
    found = profile_excitation(simulated(0.0, 0.4, seed=4, pairs=60), (0.5, 4.0, 32.0))
    assert found.best.half_life == 4.0
    assert found.half_life == (4.0, 4.0)
    assert not found.half_life_is_open


@pytest.mark.slow
def test_without_answers_the_test_against_zero_rejects_about_as_rarely_as_it_says() -> None:
    gains = []
    for seed in range(12):
        acts = simulated(0.0, 0.0, seed=200 + seed, pairs=60)
        free, none = (fit_excitation(acts, 4.0, held=held) for held in ({}, {"cross": 0.0}))
        gains.append(2.0 * (free.value - none.value))
    assert sum(gain > 2.706 for gain in gains) <= 2  # one in twenty is expected
    assert sum(gain < 0.1 for gain in gains) >= 4  # half lie at zero


def test_without_answers_the_interval_of_cross_branching_is_narrow_and_near_zero() -> None:
    found = profile_excitation(simulated(0.0, 0.0, seed=8, pairs=60), (4.0,))
    assert found.cross[0] < 0.05
    assert found.cross[1] < 0.15
    assert found.half_life_is_open


def test_no_act_in_the_window_is_refused() -> None:
    with pytest.raises(RelationsError) as caught:
        memory_of(replace(by_hand(), start=100), 4.0)
    assert caught.value.code == "ORE-REL-050"


def level_fit(cross: float, spread: float = 1.0) -> ExcitationFit:
    return ExcitationFit(
        own=0.0,
        cross=cross,
        half_life=6.0,
        class_level=np.array([-5.0, -5.0]),
        year_level=np.zeros(2),
        pair_spread=spread,
        side_spread=1e-3,
        value=0.0,
        status=SolveStatus.SOLVED,
    )


def test_a_pair_that_acted_is_more_hostile_than_one_that_did_not() -> None:
    fit = level_fit(0.0)
    w, seen = hostility_of(by_hand(), fit, 0)
    _, quiet = hostility_of(by_hand(), fit, 1)
    assert seen.sum(axis=(1, 2)) == pytest.approx([1.0, 1.0])
    assert (seen[0] * w).sum() > 1.5
    assert (quiet[0] * w).sum() < 1.0


@settings(max_examples=15, deadline=None)
@given(st.floats(0.0, 0.5), st.integers(1, 36))
def test_a_new_act_never_makes_an_answer_less_likely(cross: float, months: int) -> None:
    spread = (0.0, cross), (cross / 2, min(cross * 1.5, 0.7)), (6.0, 6.0)
    branching = Branching(0.0, cross, 6.0, *spread, "measured")
    found = answer_outlook(by_hand(), level_fit(cross), branching, 0, months)
    assert found.after.low <= found.after.value <= found.after.high
    assert found.after.value == pytest.approx(found.without.value + found.added.value)
    assert 0.0 <= found.added.low <= found.added.value + 1e-12
    assert found.added.value <= found.added.high + 1e-12
    assert found.after.low >= found.without.low
    assert found.without.low <= found.without.value <= found.without.high


def test_an_answer_by_hand() -> None:
    branching = Branching(0.0, 0.4, 6.0, (0.0, 0.0), (0.4, 0.4), (6.0, 6.0), "measured")
    quiet = DyadActs(
        np.array([2]), np.array([0]), np.array([0]), by_hand().class_of, by_hand().year_of, 0
    )
    found = answer_outlook(quiet, level_fit(0.4, 1e-3), branching, 0, 12)
    base = 12.0 * np.exp(-5.0)
    assert found.without.value == pytest.approx(1.0 - np.exp(-base), rel=1e-4)
    assert found.after.value == pytest.approx(1.0 - np.exp(-base - 0.4 * 0.75), rel=1e-4)
