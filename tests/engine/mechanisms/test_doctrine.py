"""Doctrines and odds of a scenario shift what they name, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.mechanisms.bench import machinery_of, moment_of, real_setting, setting_with

from oreacle.engine.act_chances import chances, known_inputs
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
