"""Baselines: hand-worked rates, laws of knowing nothing later, refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oreacle.core.errors import RunError
from oreacle.forecasting.scoring.baselines import (
    PRIOR_YEARS,
    AskedUnits,
    UnitYears,
    baselines,
    within,
    yearly_rates,
)
from oreacle.forecasting.scoring.forecasts import SINGLE_BASELINES
from oreacle.relations.rates import fit_beta_binomial


def panel(outcomes: dict[str, str], first: int = 2000) -> UnitYears:
    """Return yearly rows; a text such as "0010" holds the outcomes of a unit from `first` on."""
    rows = [
        (first + place, unit, unit[0], int(mark))
        for unit, marks in outcomes.items()
        for place, mark in enumerate(marks)
    ]
    year, unit, actor, outcome = (np.array(column) for column in zip(*rows, strict=True))
    return UnitYears(year, unit, actor, outcome.astype(float), np.full(len(rows), np.nan))


def asked(*units: str) -> AskedUnits:
    names = np.array(units)
    return AskedUnits(names, np.array([name[0] for name in units]), np.full(len(units), np.nan))


def random_panel(seed: int, first: int = 1995, last: int = 2024) -> UnitYears:
    rng = np.random.default_rng(seed)
    years = np.arange(first, last + 1)
    actors = np.array([f"A{k:02d}" for k in range(30)])
    actor = np.tile(np.repeat(actors, 8), len(years))
    unit = np.char.add(np.char.add(actor, ";"), np.tile(np.arange(8).astype(str), 30 * len(years)))
    share = np.tile(rng.beta(0.3, 4.0, 240), len(years))
    share[rng.random(len(share)) < 0.1] = np.nan
    strength = np.tile(rng.gamma(0.5, 2.0, 240), len(years))
    chance = np.minimum(0.01 * strength + 0.05 * np.nan_to_num(share), 0.9)
    outcome = (rng.random(len(share)) < chance).astype(float)
    return UnitYears(np.repeat(years, 240), unit, actor, outcome, share)


def test_pooled_rates_by_hand() -> None:
    rows = panel({"Ax": "1000000000", "Bx": "0000000011"})
    rates = yearly_rates(rows, asked("Ax", "Bx"), origin=2009)
    assert rates["climatology"] == pytest.approx(3.5 / 21)
    assert rates["last_five"] == pytest.approx(2.5 / 11)


def test_persistence_by_hand() -> None:
    rows = panel({"Ax": "0000010001", "Bx": "0000000000"})
    rates = yearly_rates(rows, asked("Ax", "Bx", "Cx"), origin=2009)["persistence"]
    level = 2.5 / 21
    # From 2005 on, A is active in 2006 to 2009 with one act; quiet rows: A in 2005, B in five.
    active = (1 + PRIOR_YEARS * level) / (4 + PRIOR_YEARS)
    quiet = (1 + PRIOR_YEARS * level) / (6 + PRIOR_YEARS)
    assert rates == pytest.approx([active, quiet, quiet])


def test_an_act_is_forgotten_after_five_years() -> None:
    rows = panel({"Ax": "0000000001000000", "Bx": "0000000000000001"})
    for origin, same in ((2013, False), (2014, True)):
        rate = yearly_rates(rows, asked("Ax", "Bx"), origin=origin)["persistence"]
        assert bool(rate[0] == rate[1]) is same


def test_actor_and_unit_frequency_are_those_of_the_class_fit() -> None:
    rows = random_panel(1)
    units = asked("A03;1", "A03;2", "Z99;1")
    units = replace(units, actor=np.array(["A03", "A03", "Z99"]))
    rates = yearly_rates(rows, units, origin=2010)
    known = rows.year <= 2010
    for name, label, ask in (
        ("actor_frequency", rows.actor, units.actor),
        ("unit_frequency", rows.unit, units.unit),
    ):
        names = np.unique(label)
        acts = np.array([rows.outcome[known & (label == one)].sum() for one in names])
        years = np.array([float((known & (label == one)).sum()) for one in names])
        prior = fit_beta_binomial(acts, years)
        count = dict(zip(names.tolist(), zip(acts, years, strict=True), strict=True))
        expected = [
            float(prior.rate(*np.array(count.get(one, (0.0, 0.0))))) for one in ask.tolist()
        ]
        assert rates[name] == pytest.approx(expected)
    assert rates["actor_frequency"][0] == rates["actor_frequency"][1]


def test_the_rate_by_share_rises_with_the_share_and_knows_a_gap_from_zero() -> None:
    rows = random_panel(2)
    names = asked("A00;0", "A00;1", "A00;2", "A00;3")
    units = replace(names, share=np.array([0.0, 0.05, 0.9, np.nan]))
    rate = yearly_rates(rows, units, origin=2015)["share_only"]
    assert rate[0] < rate[1] < rate[2]
    blank = (rows.year <= 2015) & np.isnan(rows.share)
    assert rate[3] == pytest.approx((rows.outcome[blank].sum() + 0.5) / (blank.sum() + 1))


def test_without_any_share_the_share_tells_no_more_than_climatology() -> None:
    rates = yearly_rates(panel({"Ax": "0010", "Bx": "0000"}), asked("Ax", "Bx"), origin=2003)
    np.testing.assert_allclose(rates["share_only"], rates["climatology"])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(2000, 2023))
def test_what_comes_after_the_origin_changes_no_byte(seed: int, origin: int) -> None:
    rows = random_panel(seed)
    units = AskedUnits(rows.unit[:240], rows.actor[:240], rows.share[:240])
    later = rows.year > origin
    turned = replace(
        rows,
        outcome=np.where(later, 1.0 - rows.outcome, rows.outcome),
        share=np.where(later, 0.5, rows.share),
    )
    cut = UnitYears(*(value[~later] for value in vars(rows).values()))
    for other in (turned, cut):
        one = baselines(rows, units, origin=origin, horizon=3)
        two = baselines(other, units, origin=origin, horizon=3)
        assert list(one) == list(two) == list(SINGLE_BASELINES)
        assert all(one[name].tobytes() == two[name].tobytes() for name in one)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_every_probability_can_be_scored_even_of_a_class_that_never_acts(seed: int) -> None:
    rows = random_panel(seed)
    units = AskedUnits(rows.unit[:240], rows.actor[:240], rows.share[:240])
    for outcome in (rows.outcome, np.zeros_like(rows.outcome)):
        found = baselines(replace(rows, outcome=outcome), units, origin=2005, horizon=5)
        assert all(((chance > 0.0) & (chance < 1.0)).all() for chance in found.values())


@given(st.floats(1e-6, 0.9), st.integers(1, 5))
def test_within_is_the_chance_of_not_staying_quiet_all_years(rate: float, years: int) -> None:
    assert within(np.array([rate]), years)[0] == pytest.approx(1.0 - (1.0 - rate) ** years)


def test_labels_do_not_matter() -> None:
    rows = random_panel(4)
    units = AskedUnits(rows.unit[:240], rows.actor[:240], rows.share[:240])
    one = yearly_rates(rows, units, origin=2012)
    other = yearly_rates(
        replace(rows, unit=np.char.add("9", rows.unit), actor=np.char.add("9", rows.actor)),
        replace(units, unit=np.char.add("9", units.unit), actor=np.char.add("9", units.actor)),
        origin=2012,
    )
    for name in one:
        np.testing.assert_array_equal(one[name], other[name])


def test_an_origin_before_all_rows_and_gaps_in_outcomes_are_refused() -> None:
    rows = panel({"Ax": "0010", "Bx": "0000"})
    gap = replace(rows, outcome=np.where(rows.year == 2001, np.nan, rows.outcome))
    for wrong, origin in ((rows, 1999), (gap, 2003)):
        with pytest.raises(RunError) as caught:
            yearly_rates(wrong, asked("Ax"), origin=origin)
        assert caught.value.code == "ORE-RUN-124"
