"""Each class of acts is switched off alone: its draws change, and those of no other class."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from tests.engine.real import setting, silent

from oreacle.engine.act_chances import (
    Acts,
    Chances,
    chances,
    draw_acts,
    expected_levels,
    next_levels,
    remembered,
)
from oreacle.engine.acts.classes import ACTOR, CLASS_NAMES, CLASSES, PAIR, SCOPE
from oreacle.engine.acts.feature import FeatureBook
from oreacle.engine.acts.link_features import scope_features, scope_offset
from oreacle.engine.acts.risk import at_risk, links_at_risk
from oreacle.engine.acts.units import class_features
from oreacle.engine.draws import Draws, Streams
from oreacle.engine.setting import Setting
from oreacle.relations.logistic import sigmoid

MEMBERS = 8
ROWS = np.arange(MEMBERS)
each_class = pytest.mark.parametrize("name", CLASS_NAMES)
each_other = pytest.mark.parametrize("name", [n for n in CLASS_NAMES if n != "restriction"])


def years(chosen: Setting, count: int = 3) -> list[Draws]:
    """Return the draws of the first years."""
    streams = Streams(1, range(MEMBERS))
    return [streams.year(chosen) for _ in range(count)]


def first_year(chosen: Setting) -> tuple[Chances, Acts]:
    """Return the probabilities of the first year and what is drawn, without any market."""
    draws = years(chosen, 1)[0]
    last = {name: chosen.last_levels[name][ROWS] for name in chosen.levels}
    chance = chances(chosen, chosen.known, ROWS, next_levels(chosen, last, draws))
    return chance, draw_acts(chance, draws)


@cache
def usual() -> tuple[Chances, Acts]:
    return first_year(setting())


def same_but(name: str, found: tuple[Chances, Acts]) -> None:
    """Check that probabilities and acts of all classes but one are as usual, to the last bit."""
    chance, acts = usual()
    for new, old in ((found[0].by_class, chance.by_class), (found[1].by_class, acts.by_class)):
        for other in set(CLASS_NAMES) - {name}:
            np.testing.assert_array_equal(new[other], old[other], err_msg=other)
    if name != "restriction":
        np.testing.assert_array_equal(found[0].mineral, chance.mineral)
        np.testing.assert_array_equal(found[1].link, acts.link)


def without_slopes(name: str) -> Setting:
    """Return the setting in which the model of a class has a constant alone."""
    model = CLASSES[name].model
    fitted = setting().models[model]
    flat = np.column_stack([fitted.draws[:, 0], np.zeros_like(fitted.draws[:, 1:])])
    effects = {group: np.zeros_like(values) for group, values in setting().effects[model].items()}
    return replace(
        setting(),
        models={**setting().models, model: replace(fitted, draws=flat)},
        effects={**setting().effects, model: effects},
    )


@each_class
def test_without_coefficients_all_units_of_a_class_at_risk_are_alike_and_others_as_usual(
    name: str,
) -> None:
    found = first_year(without_slopes(name))
    same_but(name, found)
    chance = found[0].by_class[name]
    last = {other: setting().last_levels[other][ROWS] for other in CLASS_NAMES}
    level = next_levels(setting(), last, years(setting(), 1)[0])[name]
    constant = setting().models[CLASSES[name].model].draws[:MEMBERS, 0]
    for member in range(MEMBERS):
        alike = chance[member][chance[member] > 0.0]
        np.testing.assert_allclose(alike, sigmoid(constant[member] + level[member]))
    np.testing.assert_array_equal(chance > 0.0, usual()[0].by_class[name] > 0.0)
    assert np.ptp(usual()[0].by_class[name][usual()[0].by_class[name] > 0.0]) > 1e-3


@each_other
def test_a_class_that_is_dropped_is_neither_drawn_nor_missed(name: str) -> None:
    levels = {other: path for other, path in setting().levels.items() if other != name}
    dropped = replace(setting(), levels=levels)
    found = first_year(dropped)
    same_but(name, found)
    assert name not in found[1].by_class
    memory = remembered(dropped, found[1])
    assert set(memory) == set(CLASS_NAMES)
    assert not memory[name].any()
    assert memory[name].shape[1:] == setting().known.memory.acts[name].shape[1:]


@each_other
def test_dropping_a_class_moves_no_number_of_any_other_in_any_year(name: str) -> None:
    levels = {other: path for other, path in setting().levels.items() if other != name}
    for new, old in zip(years(replace(setting(), levels=levels)), years(setting()), strict=True):
        for other in levels:
            np.testing.assert_array_equal(new.acts[other], old.acts[other], err_msg=other)
            np.testing.assert_array_equal(new.level[other], old.level[other], err_msg=other)
        for part in ("shock", "scope", "instrument", "target", "lift", "told"):
            np.testing.assert_array_equal(getattr(new, part), getattr(old, part), err_msg=part)
        for part in ("mine_drift", "mine_lead", "plant_drift", "plant_lead"):
            for one, two in zip(getattr(new, part), getattr(old, part), strict=True):
                np.testing.assert_array_equal(one, two, err_msg=part)


def test_numbers_differ_between_classes_members_and_years() -> None:
    first, second, _ = years(setting())
    levels = np.stack([first.level[name] for name in CLASS_NAMES])
    assert len(np.unique(levels)) == levels.size
    actors = [name for name in CLASS_NAMES if CLASSES[name].unit == ACTOR]
    acts = np.stack([year.acts[name] for year in (first, second) for name in actors])
    assert len(np.unique(acts)) == acts.size


@each_class
def test_a_class_that_never_acts_is_never_drawn(name: str) -> None:
    found = first_year(silent(setting(), name))
    same_but(name, found)
    assert not found[1].by_class[name].any()
    if name == "restriction":
        assert not found[0].mineral.any()
        assert not found[1].link.any()


def test_without_spread_levels_are_the_expected_ones() -> None:
    flat = {name: replace(path, spread=0.0) for name, path in setting().levels.items()}
    chosen = replace(setting(), levels=flat)
    levels = {name: chosen.last_levels[name][ROWS] for name in flat}
    assert all(np.ptp(level) > 0.01 for level in levels.values())
    for step, draws in enumerate(years(chosen)):
        levels = dict(next_levels(chosen, levels, draws))
        expected = expected_levels(chosen, step, ROWS)
        assert set(expected) == set(levels)
        for name, level in levels.items():
            np.testing.assert_allclose(level, expected[name], atol=1e-12, err_msg=name)


def test_levels_of_members_differ_by_the_spread_of_their_class() -> None:
    name = "agreement"
    path = replace(setting().levels[name], last=0.0)
    chosen = replace(setting(), levels={**setting().levels, name: path})
    draws = Streams(1, range(400)).year(chosen)
    level = next_levels(chosen, {n: np.zeros(400) for n in chosen.levels}, draws)[name]
    expected = path.spread * np.sqrt(1.0 - path.persistence**2)
    assert level.std() == pytest.approx(expected, rel=0.12)


@each_class
def test_a_chance_is_the_probability_of_the_model_with_effects_and_level_added(name: str) -> None:
    event_class, known = CLASSES[name], setting().known
    book = FeatureBook(known, setting().first)
    wide = (MEMBERS, *at_risk(known, event_class, dict(setting().first)).shape[1:])
    features = class_features(book, event_class)
    effects = {
        group: values[ROWS] for group, values in setting().effects[event_class.model].items()
    }
    if event_class.unit == ACTOR:
        offset = effects["actor"]
    else:
        rows = setting().first[event_class.unit]
        offset = effects["first"][:, rows, None] + effects["second"][:, None, :]
    level = np.linspace(-1.0, 1.0, MEMBERS).reshape(-1, *[1] * (len(wide) - 1))
    expected = (
        setting()
        .models[event_class.model]
        .probability(
            np.broadcast_to(features, (*wide, features.shape[-1])),
            ROWS,
            at_risk=np.broadcast_to(at_risk(known, event_class, dict(setting().first)), wide),
            offset=offset + level,
        )
    )
    levels = {other: np.zeros(MEMBERS) for other in setting().levels} | {name: level.ravel()}
    found = chances(setting(), known, ROWS, levels).by_class[name]
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    assert found.max() > 0.0


def test_a_scope_is_the_probability_of_its_model_with_effects_and_offset() -> None:
    known = setting().known
    risk = np.broadcast_to(links_at_risk(known), (MEMBERS, *links_at_risk(known).shape[1:]))
    features = scope_features(known)
    effects = setting().effects[SCOPE]
    expected = (
        setting()
        .models[SCOPE]
        .probability(
            np.broadcast_to(features, (MEMBERS, *features.shape[1:])),
            ROWS,
            at_risk=risk,
            offset=scope_offset(risk)
            + effects["actor"][ROWS][:, :, None, None]
            + effects["mineral"][ROWS][:, None, :, None],
        )
    )
    np.testing.assert_allclose(usual()[0].scope, expected, rtol=1e-9)


def test_a_restriction_of_a_mineral_is_the_act_times_what_it_covers() -> None:
    chance = usual()[0]
    actor = int(np.argmax(chance.act[0]))
    covered = chance.scope[0, actor]
    none = float(np.prod(1.0 - covered))
    by_hand = (1.0 - np.prod(1.0 - covered, axis=-1)) / (1.0 - none) * chance.act[0, actor]
    by_hand *= setting().reach
    assert 0.5 < chance.reach == setting().reach < 1.0
    np.testing.assert_allclose(chance.mineral[0, actor], by_hand, rtol=1e-9)
    assert (chance.mineral <= chance.act[..., None] + 1e-12).all()


def test_an_act_within_reach_covers_a_link_and_no_other_does() -> None:
    chance, acts = usual()
    draws = years(setting(), 1)[0]
    within = draws.told < setting().reach
    assert (acts.act & within).any()
    np.testing.assert_array_equal(acts.link.any(axis=(2, 3)), acts.act & within)
    assert not (acts.link & ~links_at_risk(setting().known)).any()
    for told, expected in ((0.0, acts.act), (1.0, np.zeros_like(acts.act))):
        found = draw_acts(chance, replace(draws, told=np.full_like(draws.told, told)))
        np.testing.assert_array_equal(found.link.any(axis=(2, 3)), expected)
        np.testing.assert_array_equal(found.act, acts.act)


def test_remembered_acts_stand_on_all_actors_and_pairs_on_both_sides() -> None:
    acts = usual()[1]
    found = remembered(setting(), acts)
    for name, array in found.items():
        unit = CLASSES[name].unit
        if unit == ACTOR:
            np.testing.assert_array_equal(array, acts.by_class[name])
            continue
        rows = setting().first[unit]
        part = acts.by_class[name]
        if unit == PAIR:
            np.testing.assert_array_equal(array, np.swapaxes(array, 1, 2))
            assert array.sum() == 2.0 * part.sum()
        else:
            np.testing.assert_array_equal(array[:, rows], part)
            assert array.sum() == part.sum()
        assert (array[:, rows] >= part).all()


def test_a_level_moves_the_log_odds_of_all_units_of_its_class_alike() -> None:
    zero = {name: np.zeros(MEMBERS) for name in setting().levels}
    raised = {**zero, "club": np.full(MEMBERS, 0.7)}
    old, new = (
        chances(setting(), setting().known, ROWS, levels).by_class for levels in (zero, raised)
    )
    at = old["club"] > 0.0
    odds = np.log(old["club"][at] / (1.0 - old["club"][at]))
    np.testing.assert_allclose(new["club"][at], sigmoid(odds + 0.7), rtol=1e-9)
    for name in set(CLASS_NAMES) - {"club"}:
        np.testing.assert_array_equal(new[name], old[name])
