"""Draws of disruptions: the same bytes, parts that do not move each other, and what they hold."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from oreacle.core.errors import RunError, ScenarioError
from oreacle.engine.demand import next_shock
from oreacle.engine.disruptions import (
    DisruptionDraws,
    DisruptionSettings,
    disruption_draws,
    disruption_summary,
    distinct,
)
from oreacle.engine.disruptions.demand_levels import drawn_levels, level_means
from oreacle.engine.disruptions.outages import node_loss
from oreacle.engine.disruptions.rates import loss_sizes
from oreacle.engine.disruptions.restrictions import drawn_restrictions, first_year
from oreacle.engine.disruptions.sampling import PURPOSES, purpose_of
from oreacle.engine.draws import PURPOSES as ENGINE_PURPOSES
from oreacle.engine.relations_history.history import PURPOSE as HISTORY_PURPOSE
from oreacle.market.draws import STREAM
from oreacle.market.policies import ExportBan, ExportTax
from oreacle.world.load import load_world
from oreacle.world.snapshot import World

PARTS = ("restrictions", "outages", "demand", "slump")
FIELDS = {
    "restrictions": ("measures",),
    "outages": ("mine_social", "mine_other", "refinery"),
    "demand": ("demand",),
    "slump": ("slump",),
}


@cache
def world() -> World:
    return load_world()


@cache
def drawn(mineral: str = "platinum", draws: int = 300, **settings: bool | float) -> DisruptionDraws:
    chosen = DisruptionSettings(**settings)  # type: ignore[arg-type]  # some are switches
    return disruption_draws(world(), mineral, draws=draws, seed=7, settings=chosen)


def made(**changed: object) -> DisruptionDraws:
    """Return three draws of a market of one mine and one refinery: calm, a loss, and calm."""
    plain: dict[str, Any] = {
        "mineral": "tin",
        "seed": 0,
        "measures": ((), (), ()),
        "causes": ((), ("outage",), ()),
        "mine_social": np.array([[0.0], [0.5], [0.0]]),
        "mine_other": np.array([[0.0], [0.5], [0.0]]),
        "refinery": np.zeros((3, 1)),
        "demand": np.ones(3),
        "slump": np.zeros(3, dtype=bool),
        "miners": ("CHN",),
        "refiners": ("CHN",),
        "weight": np.array([0.2, 0.3, 0.5]),
    }
    return DisruptionDraws(**(plain | changed))


def same(one: DisruptionDraws, other: DisruptionDraws, part: str) -> bool:
    return all(
        getattr(one, name) == getattr(other, name)
        if name == "measures"
        else getattr(one, name).tobytes() == getattr(other, name).tobytes()
        for name in FIELDS[part]
    )


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    again = disruption_draws(world(), "platinum", draws=300, seed=7)
    other = disruption_draws(world(), "platinum", draws=300, seed=8)
    assert again.causes == drawn().causes
    for part in PARTS:
        assert same(again, drawn(), part), part
        assert not same(other, drawn(), part), part


def test_a_draw_is_the_same_however_many_others_there_are() -> None:
    few, many = drawn(draws=120), drawn().take(np.arange(120))
    assert few.causes == many.causes
    for part in PARTS:
        assert same(few, many, part), part


@pytest.mark.parametrize("part", PARTS)
def test_switching_a_part_off_empties_it_and_shifts_no_other(part: str) -> None:
    without = drawn(**{part: False})
    for other in PARTS:
        assert same(without, drawn(), other) == (other != part), other
    if part in ("restrictions", "slump"):
        assert not any(getattr(without, FIELDS[part][0]))


def test_with_all_parts_off_every_draw_is_calm() -> None:
    none = drawn(**dict.fromkeys(PARTS, False))
    assert none.is_calm.all()
    assert distinct(none)[0].size == 1
    assert not any(none.causes)


def test_streams_of_this_package_are_those_of_nothing_else() -> None:
    others = {*ENGINE_PURPOSES, STREAM, HISTORY_PURPOSE, 0}
    own = {purpose_of(part, name) for part in PURPOSES for name in world().mineral_names}
    assert len(own) == len(PURPOSES) * len(world().mineral_names)
    assert not own & others


def test_slumps_of_two_minerals_are_not_the_same() -> None:
    assert (drawn("gallium").slump != drawn().slump).any()


@pytest.mark.parametrize("part", ["mine_social", "mine_other", "refinery"])
def test_a_higher_rate_never_lowers_a_loss(part: str) -> None:
    usual, more = getattr(drawn(), part), getattr(drawn(outage_rate=3.0), part)
    assert (more >= usual - 1e-12).all()
    assert more.sum() > usual.sum()


def test_a_higher_rate_of_acts_takes_no_restriction_away() -> None:
    usual = drawn_restrictions(world(), "nickel", 100, 1.0, seed=7)
    more = drawn_restrictions(world(), "nickel", 100, 2.0, seed=7)
    for few, many in zip(usual.started, more.started, strict=True):
        assert set(few) <= set(many)
    assert (more.chance > usual.chance).all()
    none = drawn_restrictions(world(), "nickel", 100, 0.0, seed=7)
    assert not any(none.started)


@pytest.mark.slow
def test_restrictions_come_as_often_as_the_model_says() -> None:
    found = drawn_restrictions(world(), "nickel", 5000, 1.0, seed=3)
    happened = np.array([bool(started) for started in found.started])
    error = np.sqrt((found.chance * (1.0 - found.chance)).sum()) / happened.size
    assert 0.05 < found.chance.mean() < 0.95
    assert abs(happened.mean() - found.chance.mean()) < 3.0 * error


def test_outages_come_as_often_and_cost_as_much_as_the_model_says() -> None:
    from oreacle.engine.disruptions.noted import outage_model

    many = drawn("copper", 3000, restrictions=False, demand=False, slump=False)
    rate = outage_model(world(), "copper")["mine_social"].rate
    # No event at all: the zero term of the negative binomial.
    none = (1.0 + rate.mean / rate.shape) ** -rate.shape
    happened = many.mine_social.any(axis=1).mean()
    assert happened == pytest.approx(1.0 - none, abs=3.0 * np.sqrt(none * (1.0 - none) / 3000))


def test_a_loss_beyond_what_a_country_makes_is_all_of_it() -> None:
    sizes = loss_sizes(np.array([0.12]), [np.array([0.12])], 0.0)
    assert node_loss(sizes, 0.0, 0.5, 0.6) == pytest.approx(0.2)
    assert node_loss(sizes, 0.0, 0.5, 0.03) == 1.0


@given(st.sampled_from([1, 3, 5, 7, 21]), st.floats(2.0, 4.0))
def test_levels_of_demand_rise_and_are_symmetric_around_none(levels: int, limit: float) -> None:
    means = level_means(levels, limit)
    assert means[levels // 2] == 0.0
    assert (means == -means[::-1]).all()
    assert (np.diff(means) > 0.0).all()
    assert np.abs(means).max() <= limit


def test_means_of_levels_are_those_of_cut_normal_draws() -> None:
    at = (np.arange(700_000) + 0.5) / 700_000
    cut = np.clip(special.ndtri(at), -2.5, 2.5).reshape(7, -1).mean(axis=1)
    assert level_means(7, 2.5) == pytest.approx(cut, abs=1e-5)


def test_every_block_of_draws_has_each_level_once() -> None:
    found = drawn_levels(7, 40, seed=1, purpose=9)
    for block in range(5):
        assert sorted(found[7 * block : 7 * block + 7].tolist()) == list(range(7))
    assert (found[:7] != found[7:14]).any()


def test_the_largest_shock_is_no_larger_than_that_of_the_engine() -> None:
    setting = first_year(None)
    limit = setting.settings.shock_limit
    at = setting.space.minerals.index("platinum")
    most = next_shock(
        np.zeros((1, 1)), np.array([[limit]]), setting.traits.shock[at], setting.settings
    )
    assert 1.0 < drawn().demand.max() < float(np.exp(most[0, 0]))


def test_slumps_come_as_often_as_a_normal_is_below_its_threshold() -> None:
    many = drawn("tin", 3000, restrictions=False, outages=False, demand=False)
    chance = float(special.ndtr(-first_year(None).settings.slump_threshold))
    error = np.sqrt(chance * (1.0 - chance) / many.size)
    assert many.slump.mean() == pytest.approx(chance, abs=3.0 * error)


def test_a_measure_that_the_register_covers_is_left_out() -> None:
    # China bans gallium to the United States and licenses it to all: neither can come again.
    many = drawn("gallium", 2000, outages=False, demand=False, slump=False)
    found = {measure for measures in many.measures for measure in measures}
    aimed = {m for m in found if isinstance(m, ExportBan) and m.actor == "CHN" and m.targets}
    assert not any(m.targets == ("USA",) for m in aimed)
    assert any(isinstance(m, ExportTax) for m in found)


def test_mine_losses_of_both_kinds_multiply() -> None:
    assert made().mine[1, 0] == pytest.approx(0.75)


def test_equal_draws_are_joined_and_found_again() -> None:
    once, where = distinct(made())
    assert once.weight.tolist() == pytest.approx([0.7, 0.3])
    assert where.tolist() == [0, 1, 0]
    assert once.is_calm.tolist() == [True, False]


def test_an_expectation_over_different_draws_is_that_over_all() -> None:
    once, where = distinct(drawn())
    assert once.size < drawn().size
    lost = drawn().mine.sum(axis=1)
    assert once.weight @ once.mine.sum(axis=1) == pytest.approx(drawn().weight @ lost)
    assert (once.mine.sum(axis=1)[where] == lost).all()


def test_taken_draws_have_weights_that_sum_to_one() -> None:
    part = made().take(np.array([True, True, False]))
    assert part.weight.tolist() == pytest.approx([0.4, 0.6])


def test_a_summary_adds_up() -> None:
    told = disruption_summary(drawn(), world())
    calm = drawn().weight[drawn().is_calm].sum()
    assert told.calm == pytest.approx(calm)
    assert told.causes[0].probability >= told.causes[-1].probability
    assert len(told.causes) == 5
    chain = world().chain("platinum")
    share = chain.mined / chain.mined.sum()
    assert told.mined_lost == pytest.approx(float((drawn().mine * share).sum(axis=1).mean()))
    assert "social outage of mines in ZAF" in {one.cause for one in told.causes}
    assert any("ZAF" in line for line in told.lines())


@pytest.mark.parametrize("draws", [0, -1, 2.0, True, "5", 20_001])
def test_a_bad_number_of_draws_is_refused(draws: object) -> None:
    with pytest.raises(RunError) as caught:
        disruption_draws(world(), "tin", draws=draws)  # type: ignore[arg-type]  # a bad number
    assert caught.value.code == "ORE-RUN-133"


def test_an_unknown_mineral_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ScenarioError) as caught:
        disruption_draws(world(), "galium", draws=5)
    assert caught.value.code == "ORE-SCN-002"
    assert "gallium" in caught.value.fix


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"outage_rate": -1.0}, "ORE-RUN-134"),
        ({"slump_rate": float("nan")}, "ORE-RUN-134"),
        ({"demand_levels": 6}, "ORE-RUN-135"),
        ({"demand_levels": 23}, "ORE-RUN-135"),
    ],
)
def test_bad_settings_are_refused(settings: dict[str, Any], code: str) -> None:
    with pytest.raises(RunError) as caught:
        DisruptionSettings(**settings)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "changed",
    [
        {"mine_social": np.zeros((3, 2))},
        {"refinery": np.full((3, 1), 1.5)},
        {"demand": np.array([1.0, np.nan, 1.0])},
        {"weight": np.array([0.2, 0.2, 0.2])},
        {"measures": ((),)},
    ],
)
def test_parts_that_do_not_fit_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(RunError) as caught:
        replace(made(), **changed)
    assert caught.value.code == "ORE-RUN-131"


def test_taking_no_draw_is_refused() -> None:
    with pytest.raises(RunError) as caught:
        made().take(np.array([], dtype=int))
    assert caught.value.code == "ORE-RUN-132"
