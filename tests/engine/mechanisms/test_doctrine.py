"""Doctrines and odds of a scenario shift what they name, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.mechanisms.bench import machinery_of, moment_of, real_setting, setting_with
from tests.engine.real import run, setting

from oreacle.engine.act_chances import chances, known_inputs
from oreacle.engine.acts.classes import CLASSES
from oreacle.engine.mechanisms.attitudes import Attitudes
from oreacle.engine.mechanisms.doctrine import (
    DOCTRINE,
    DoctrineParameters,
    actor_shift,
    weights,
)
from oreacle.engine.mechanisms.parameters import parameters_of
from oreacle.scenario.assumptions import ActOdds, Doctrine, Span

ALWAYS = Span(2025)


def parameters() -> DoctrineParameters:
    return parameters_of(DoctrineParameters, "doctrine", {})


def said(**scenario: object) -> Attitudes:
    setting = setting_with(**scenario)
    machinery = machinery_of(setting, DOCTRINE)
    moment, numbers = moment_of(machinery, setting)
    return machinery.attitudes(moment, numbers)


def at(actor: str) -> int:
    return real_setting().acting.index(actor)


@given(st.floats(-1.0, 1.0), st.floats(-1.0, 1.0))
def test_more_security_never_makes_rivalry_less_likely(one: float, two: float) -> None:
    low, high = actor_shift("control", parameters(), np.sort(np.array([one, two])), np.zeros(2))
    assert low <= high


def test_a_half_doctrine_shifts_by_half_the_stated_coefficient() -> None:
    found = said(doctrines=(Doctrine("CHN", ALWAYS, security=0.5),))
    shift = found.by_class["restriction"][0]
    assert shift[at("CHN")] == pytest.approx(0.5 * parameters().security_rivalry)
    assert np.count_nonzero(shift) == 1


def test_security_shifts_acts_of_the_imposer_and_not_those_against_it() -> None:
    shift = said(doctrines=(Doctrine("USA", ALWAYS, security=1.0),)).by_class["trade_barrier"][0]
    rows = real_setting().first["dyad"]
    own = np.flatnonzero(rows == at("USA"))
    assert (shift[own] > 0).all()
    assert not np.delete(shift, own, axis=0).any()


def test_odds_across_blocs_reach_pairs_of_two_blocs_alone() -> None:
    blocs = (("USA", "EU"), ("CHN", "RUS"))
    odds = (ActOdds("trade_barrier", 3.0, ALWAYS, between="blocs"),)
    shift = said(odds=odds, blocs=blocs).by_class["trade_barrier"][0]
    first = list(real_setting().first["dyad"])
    assert shift[first.index(at("USA")), at("CHN")] == pytest.approx(np.log(3.0))
    assert shift[first.index(at("USA")), at("EU")] == 0.0
    assert shift[first.index(at("USA")), at("JPN")] == 0.0


def test_odds_that_double_raise_a_small_probability_to_about_twice() -> None:
    setting = setting_with(odds=(ActOdds("restriction", 2.0, ALWAYS),))
    machinery = machinery_of(setting, DOCTRINE)
    moment, numbers = moment_of(machinery, setting)
    draw = np.zeros(moment.members, dtype=int)
    known = known_inputs(setting, moment.state, 0)
    before = chances(setting, known, draw, moment.state.levels)
    after = chances(setting, known, draw, moment.state.levels, machinery.attitudes(moment, numbers))
    small = (before.act > 0) & (before.act < 0.05)
    ratio = after.act[small] / before.act[small]
    assert (ratio > 1.9).all()
    assert (ratio <= 2.0 + 1e-9).all()
    np.testing.assert_array_equal(after.pair, before.pair)


def test_a_doctrine_outside_its_years_says_nothing() -> None:
    assert said(doctrines=(Doctrine("CHN", Span(2030), security=1.0),)).by_class == {}


def test_an_actor_that_the_run_does_not_know_has_no_weight() -> None:
    setting = setting_with(doctrines=(Doctrine("ATA", ALWAYS, security=1.0),))
    assert not weights(setting, 2026)[0].any()


def test_switched_off_it_says_nothing() -> None:
    found = said(off=("doctrine",), doctrines=(Doctrine("CHN", ALWAYS, security=1.0),))
    assert found.by_class == {}


BLOCS = (("USA", "EU"), ("CHN", "RUS"))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("act", "who"),
    [
        ("venture", {}),
        ("venture", {"actor": "CHN"}),
        ("venture", {"between": "blocs"}),
        ("trade_barrier", {"actor": "CHN", "between": "blocs"}),
        ("agreement", {"actor": "CHN"}),
        ("restriction", {"actor": "CHN"}),
        ("lifting", {}),
    ],
)
def test_a_factor_of_zero_means_never_and_changes_no_bit_for_others(
    act: str, who: dict[str, str]
) -> None:
    # What a tenth moves is what the entry reaches.
    tenth, zero = (
        shifted(act, odds=(ActOdds(act, factor, ALWAYS, **who),), blocs=BLOCS)
        for factor in (0.1, 0.0)
    )
    before = shifted(act)
    reached = tenth[act] != before[act]
    assert reached.any()
    assert (zero[act][reached] == 0.0).all()
    np.testing.assert_array_equal(zero[act][~reached], before[act][~reached])
    for name in set(before) - {act}:
        np.testing.assert_array_equal(zero[name], before[name])


def shifted(act: str, **scenario: object) -> Mapping[str, np.ndarray]:
    """Probabilities by class, with whatever else shifts the odds of the class."""
    doctrine = Doctrine("CHN", ALWAYS, security=1.0, openness=1.0)
    setting = setting_with(doctrines=(doctrine,), **scenario)
    machinery = machinery_of(setting, DOCTRINE)
    moment, numbers = moment_of(machinery, setting)
    known, draw = known_inputs(setting, moment.state, 0), np.zeros(moment.members, dtype=int)
    levels, said = moment.state.levels, machinery.attitudes(moment, numbers)
    assert act in setting.levels
    return chances(setting, known, draw, levels, said).by_class


def test_liftings_that_are_ruled_out_leave_the_fitted_rate_of_the_rest_as_it_was() -> None:
    setting = setting_with(odds=(ActOdds("lifting", 0.0, ALWAYS),))
    machinery = machinery_of(setting, DOCTRINE)
    moment, numbers = moment_of(machinery, setting)
    known, draw = known_inputs(setting, moment.state, 0), np.zeros(moment.members, dtype=int)
    plain = chances(setting, known, draw, moment.state.levels)
    never = chances(setting, known, draw, moment.state.levels, machinery.attitudes(moment, numbers))
    assert not never.by_class["lifting"].any()
    assert never.fitted_lifting is not None
    np.testing.assert_array_equal(never.fitted_lifting, plain.by_class["lifting"])
    assert plain.fitted_lifting is None


@pytest.mark.filterwarnings("error")
def test_a_run_in_which_one_actor_never_ventures_has_no_venture_of_it() -> None:
    odds = (ActOdds("venture", 0.0, ALWAYS, actor="CHN"), ActOdds("lifting", 0.0, ALWAYS))
    short = setting()
    never = run(replace(short, scenario=replace(short.scenario, odds=odds)), (0, 1))
    drawn = never.arrays["venture_drawn"].to_numpy()
    row = short.first[CLASSES["venture"].unit].tolist().index(at("CHN"))
    assert drawn.any()
    assert not drawn[:, :, row].any()
    assert not never.arrays["lifting_drawn"].any()
