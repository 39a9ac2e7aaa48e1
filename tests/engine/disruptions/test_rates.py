"""Rates and sizes of outages: worked by hand, and between a mineral's own and all minerals'."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from oreacle.core.errors import RunError
from oreacle.data.assumptions import read_assumed
from oreacle.engine.disruptions.noted import (
    KINDS,
    LEFT_OUT,
    YEARS,
    noted_losses,
    outage_model,
)
from oreacle.engine.disruptions.rates import (
    GammaRate,
    credibility_constant,
    event_counts,
    loss_sizes,
    prior_rate,
    shrunken_rate,
)
from oreacle.world.disruptions import Disruption, load_disruptions
from oreacle.world.load import load_world

COUNTS = st.lists(st.integers(0, 40), min_size=2, max_size=40)


def event(**changed: object) -> Disruption:
    plain: dict[str, Any] = {
        "event_id": "e",
        "year": 2015,
        "since": "2015-01-01",
        "duration_days": 10.0,
        "open": False,
        "country": "CHL",
        "event": "a mine",
        "commodities": "Cu;Mo",
        "minerals": ("copper", "molybdenum"),
        "stage": "mine",
        "cause": "strike",
        "loss": None,
        "loss_unit": "",
        "loss_share": 0.01,
        "loss_basis": "",
        "loss_confidence": "",
        "confidence": "",
        "seen": "",
        "source": "",
        "note": "",
    }
    return Disruption(**(plain | changed))


def test_the_prior_and_the_shrunken_rate_are_those_worked_by_hand() -> None:
    # Counts 0, 0, 6 in 10 years: mean 2, variance 12, so T m = 2 and T^2 m^2 / shape = 10:
    # m = 0.2 a year and shape = 4 / 10 = 0.4, exposure = 0.4 / 0.2 = 2 years.
    prior = prior_rate(np.array([0, 0, 6]), 10.0)
    assert prior.mean == pytest.approx(0.2)
    assert prior.shape == pytest.approx(0.4)
    # With 6 events: (0.4 + 6) / (2 + 10); with none: 0.4 / 12.
    assert shrunken_rate(prior, 6, 10.0).mean == pytest.approx(6.4 / 12.0)
    assert shrunken_rate(prior, 0, 10.0).mean == pytest.approx(0.4 / 12.0)


def test_counts_that_differ_no_more_than_chance_makes_them_are_pooled_wholly() -> None:
    prior = prior_rate(np.array([2, 2, 2, 2]), 10.0)
    assert prior.shape == np.inf
    assert shrunken_rate(prior, 2, 10.0).mean == pytest.approx(0.2)
    assert prior.quantile(np.array([0.1, 0.9])).tolist() == [0.2, 0.2]


@given(COUNTS, st.floats(1.0, 50.0))
def test_a_shrunken_rate_lies_between_the_own_and_the_pooled_rate(
    counts: list[int], years: float
) -> None:
    prior = prior_rate(np.array(counts), years)
    for count in counts:
        low, high = sorted((count / years, prior.mean))
        assert low - 1e-9 <= shrunken_rate(prior, count, years).mean <= high + 1e-9


@given(COUNTS)
def test_shrunken_rates_keep_the_order_of_counts(counts: list[int]) -> None:
    prior = prior_rate(np.array(counts), 10.0)
    rates = [shrunken_rate(prior, count, 10.0).mean for count in sorted(counts)]
    assert all(a <= b + 1e-12 for a, b in pairwise(rates))


def test_quantiles_of_a_rate_are_those_of_the_gamma_distribution() -> None:
    at = np.array([0.05, 0.5, 0.95])
    expected = stats.gamma.ppf(at, 3.2, scale=0.5 / 3.2)
    assert GammaRate(0.5, 3.2).quantile(at) == pytest.approx(expected)


def test_the_credibility_constant_is_the_one_worked_by_hand() -> None:
    # Within: (1 + 1 + 1 + 1) / (4 - 2) = 2. Between: means 1 and 5 around 3 give
    # (2 x 4 + 2 x 4 - (2 - 1) x 2) / (4 - 8 / 4) = 14 / 2 = 7. k = 2 / 7.
    groups = [np.array([0.0, 2.0]), np.array([4.0, 6.0])]
    assert credibility_constant(groups) == pytest.approx(2.0 / 7.0)


def test_minerals_that_do_not_differ_have_no_sizes_of_their_own() -> None:
    assert credibility_constant([np.array([0.0, 2.0]), np.array([0.0, 2.0])]) == np.inf
    sizes = loss_sizes(np.array([0.1]), [np.array([0.1]), np.array([0.3])], np.inf)
    assert sizes.own_weight == 0.0
    assert sizes.mean == pytest.approx(0.2)


def test_pooled_sizes_weigh_each_mineral_the_same_however_many_events_it_has() -> None:
    sizes = loss_sizes(np.array([]), [np.array([0.3]), np.array([0.1, 0.1, 0.1])], 1.0)
    drawn = [sizes.at(0.5, place) for place in (np.arange(1000) + 0.5) / 1000]
    assert np.mean(drawn) == pytest.approx(0.2)
    assert sizes.mean == pytest.approx(0.2)


def test_three_own_losses_weigh_three_quarters_at_a_constant_of_one() -> None:
    sizes = loss_sizes(np.array([0.1, 0.2, 0.3]), [np.array([0.5])], 1.0)
    assert sizes.own_weight == pytest.approx(0.75)
    assert sizes.mean == pytest.approx(0.75 * 0.2 + 0.25 * 0.5)
    assert sizes.at(0.74, 0.99) == 0.3
    assert sizes.at(0.76, 0.0) == 0.5


def test_counts_have_the_mean_and_variance_of_a_gamma_poisson() -> None:
    uniforms = np.random.default_rng(3).random((40_000, 2))
    counts = event_counts(GammaRate(1.5, 2.0), 2.0, uniforms)
    assert counts.mean() == pytest.approx(3.0, abs=0.05)
    assert counts.var() == pytest.approx(3.0 + 9.0 / 2.0, rel=0.05)


def test_a_rate_of_zero_gives_no_event() -> None:
    uniforms = np.random.default_rng(3).random((100, 2))
    assert not event_counts(GammaRate(1.5, 2.0), 0.0, uniforms).any()


def test_every_cause_of_the_tables_has_a_kind_and_a_reason() -> None:
    table = read_assumed("disruption_causes").set_index("cause")
    assert set(table.index) == set(load_disruptions().rates)
    assert set(table["kind"]) == {"social", "other", LEFT_OUT}
    assert (table["reason"].str.len() > 0).all()


def test_an_event_counts_for_the_commodity_that_its_loss_is_a_share_of() -> None:
    found = noted_losses((event(),))
    assert found["mine_social"]["copper"].tolist() == [0.01]
    assert not any("molybdenum" in by_mineral for by_mineral in found.values())


@pytest.mark.parametrize(
    "changed",
    [
        {"loss_share": None},
        {"loss_share": 0.0},
        {"year": 2009},
        {"cause": "export_restriction"},
        {"cause": "pandemic"},
        {"cause": "price_curtailment"},
    ],
)
def test_events_that_say_nothing_about_rates_are_left_out(changed: dict[str, Any]) -> None:
    assert not any(noted_losses((event(**changed),)).values())


@pytest.mark.parametrize(
    ("stage", "cause", "kind"),
    [
        ("mine/port", "flood", "mine_other"),
        ("policy", "licence_regulation", "mine_social"),
        ("smelter", "strike", "refinery"),
        ("smelter", "power_shortage", "refinery"),
    ],
)
def test_stage_and_cause_make_the_kind(stage: str, cause: str, kind: str) -> None:
    assert noted_losses((event(stage=stage, cause=cause),))[kind]


def test_a_cause_without_a_kind_is_refused_and_named() -> None:
    with pytest.raises(RunError) as caught:
        noted_losses((event(cause="meteorite"),))
    assert caught.value.code == "ORE-RUN-139"
    assert "meteorite" in caught.value.what


def test_platinum_loses_more_at_a_time_than_copper() -> None:
    found = noted_losses(load_disruptions().events)
    every = [
        np.concatenate([found[kind].get(name, []) for kind in KINDS]) for name in _names(found)
    ]
    # The page says 0.85, 0.25 % and 9 %.
    assert credibility_constant([np.log(losses) for losses in every]) == pytest.approx(
        0.85, abs=0.005
    )
    at_mines = {
        name: np.concatenate([found[kind][name] for kind in ("mine_social", "mine_other")]).mean()
        for name in ("copper", "platinum")
    }
    assert at_mines == pytest.approx({"copper": 0.0025, "platinum": 0.088}, rel=0.02)


def _names(found: dict[str, dict[str, np.ndarray]]) -> list[str]:
    return sorted({name for by_mineral in found.values() for name in by_mineral})


def test_platinum_rests_on_the_three_strikes_of_south_africa() -> None:
    # Impala 2012, Marikana and the wave of strikes of 2012, and five months of 2014.
    social = outage_model(load_world(), "platinum")["mine_social"]
    assert social.events == 3
    assert social.sizes.own.tolist() == [0.02, 0.13, 0.2]
    assert 0.5 * 3 / YEARS < social.rate.mean < 3 / YEARS


def test_a_mineral_without_events_has_a_rate_above_zero_and_below_that_of_all() -> None:
    model = outage_model(load_world(), "germanium")
    for kind in KINDS:
        assert model[kind].events == 0
        assert 0.0 < model[kind].rate.mean < 0.02
