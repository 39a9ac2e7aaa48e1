"""Naive rules, drift and scores of cases by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.market.small_cases import small_case, small_outcome, tables

from oreacle.market.case_rules import (
    PERSISTENT,
    Drift,
    drifted,
    median_rule,
    naive_rules,
    partial_refill,
    refilled,
    shares,
)
from oreacle.market.case_score import case_error, placebo_drift
from oreacle.market.cases import case_outcomes, market_cases


def test_the_four_naive_rules_by_hand() -> None:
    case = small_case()
    rules = naive_rules(case)
    assert rules["persistence"].tolist() == [[60, 0], [40, 50], [0, 50]]
    assert rules["removal"].tolist() == [[30, 0], [40, 50], [0, 50]]
    assert rules["refill"].tolist() == [[30, 0], [70, 50], [0, 50]]  # B makes up P's 30
    assert rules["refill_trend"] == pytest.approx(rules["refill"])  # nothing trended


def test_trends_go_on_at_their_own_slope_and_within_bounds() -> None:
    # B's own sales to Q double each year: two years on they would be four times as large.
    made = tables()
    flows = made["market_case_flows"]
    hit = (flows["exporter"] == "CCC") & (flows["importer"] == "QQQ")
    flows.loc[hit, "quantity"] = 50.0 * 2.0 ** (flows.loc[hit, "year"] - 2009)
    case = market_cases(made)[0]
    rules = naive_rules(case)
    assert rules["refill_trend"][2, 1] == pytest.approx(4.0 * rules["refill"][2, 1])
    flows.loc[hit, "quantity"] = 50.0 * 9.0 ** (flows.loc[hit, "year"] - 2009)
    bounded = naive_rules(market_cases(made)[0])
    assert bounded["refill_trend"][2, 1] == pytest.approx(4.0 * 50.0)


def test_a_lifting_comes_back_on_the_pattern_of_the_reference_years() -> None:
    case = small_case(kind="lifting", remaining=2.0)
    assert naive_rules(case)["removal"][0].tolist() == [120.0, 0.0]
    # P's others give way in full: 40 - 60 < 0 leaves them nothing.
    assert naive_rules(case)["refill"][1].tolist() == [0.0, 50.0]


def test_a_target_is_the_only_one_touched() -> None:
    case = small_case(targets="QQQ")
    assert not case.restricted[:, case.importers.index("PPP")].any()


def test_errors_by_hand_count_a_newcomer_as_missed() -> None:
    case = small_case()
    outcome = small_outcome(case)
    error = case_error(case, case.base, outcome)
    # predicted .3 .2 .25 .25 against .1 .4 .2 .2 and a newcomer's .1
    assert error.world == pytest.approx(0.5 * (0.2 + 0.2 + 0.05 + 0.05 + 0.1))
    # P's origins: .6 .4 against 1/6 4/6 and a newcomer's 1/6
    assert error.affected == pytest.approx(0.5 * (0.6 - 1 / 6 + 4 / 6 - 0.4 + 1 / 6))
    assert error.origins == error.affected


def test_a_perfect_prediction_without_newcomers_has_no_error() -> None:
    made = tables()
    made["market_case_outcomes"] = made["market_case_outcomes"].query("exporter != 'NEW'")
    case = market_cases(made)[0]
    outcome = case_outcomes(made, (case,))[case.case]
    assert case_error(case, outcome.shares, outcome).world == pytest.approx(0.0, abs=1e-12)


def test_placebo_drift_is_what_persistence_misses_before_the_measure() -> None:
    assert placebo_drift(small_case()).world == 0.0
    case = small_case(growth=2.0)
    recent = case.recent
    assert placebo_drift(case).world == pytest.approx(0.5 * np.abs(recent[0] - recent[-1]).sum())


def test_outcomes_change_no_prediction() -> None:
    other = tables()
    other["market_case_outcomes"]["share"] = [0.0, 0.0, 0.0, 1.0, 0.0]
    one, two = small_case(), market_cases(other)[0]
    for left, right in zip(naive_rules(one).values(), naive_rules(two).values(), strict=True):
        assert np.array_equal(left, right)
    assert one.exporters == two.exporters == ("AAA", "BBB", "CCC")


def test_drift_by_hand() -> None:
    recent = np.array([[0.64, 0.36], [0.16, 0.84]])
    expected = shares((0.2 * np.sqrt(recent[0]) + 0.8 * np.sqrt(recent[1])) ** 2)
    assert drifted(recent, Drift(0.25, 0.5, 0.0)) == pytest.approx(expected)
    flat = drifted(recent, Drift(0.25, 0.5, 0.5))
    assert flat == pytest.approx(shares(expected ** (1 - 0.5 * 0.48)))


@given(
    st.lists(st.floats(0.01, 1.0), min_size=3, max_size=3),
    st.floats(0.05, 1.0),
    st.floats(0.3, 1.0),
    st.floats(0.0, 0.3),
)
def test_trade_that_does_not_move_is_expected_to_stay(
    row: list[float], weight: float, power: float, flattening: float
) -> None:
    still = shares(np.array(row))
    found = drifted(np.stack([still] * 3), Drift(weight, power, flattening))
    assert found == pytest.approx(still)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.5))
def test_refill_makes_up_its_part_of_each_importers_loss(part: float, remaining: float) -> None:
    case = small_case(remaining=remaining)
    after = refilled(case, case.base, case.volume, part)
    lost = 60.0 * (1.0 - remaining)
    assert after[:, 0].sum() == pytest.approx(100.0 - (1.0 - part) * lost)
    assert after[:, 1] == pytest.approx(case.base[:, 1])
    assert after[0, 0] == pytest.approx(case.volume)


def test_partial_refill_without_drift_is_between_removal_and_refill() -> None:
    case = small_case()
    rules = naive_rules(case)
    assert np.array_equal(partial_refill(case, PERSISTENT, 0.0), rules["removal"])
    assert np.array_equal(partial_refill(case, PERSISTENT, 1.0), rules["refill"])
    middle = median_rule(case, PERSISTENT)
    options = np.stack([shares(rules[k]) for k in ("persistence", "removal", "refill")])
    assert (middle >= options.min(axis=0)).all()
    assert (middle <= options.max(axis=0)).all()


def test_a_year_that_the_measure_cut_short_is_no_part_of_a_trend() -> None:
    # Base year 2009 itself is hit in August: the slope is of 2006 to 2008, not of 2007 to 2009.
    made = tables()
    flows = made["market_case_flows"]
    older = flows[flows["year"] == 2007].assign(year=2006)
    made["market_case_flows"] = flows = pd.concat([older, flows], ignore_index=True)
    hit = (flows["exporter"] == "CCC") & (flows["importer"] == "QQQ")
    flows.loc[hit & (flows["year"] == 2009), "quantity"] = 500.0
    made["market_cases"]["effective"] = "2009-08-06"
    rules = naive_rules(market_cases(made)[0])
    assert rules["refill_trend"][2, 1] == pytest.approx(rules["refill"][2, 1])
    made["market_cases"]["effective"] = "2009-11-19"
    assert naive_rules(market_cases(made)[0])["refill_trend"][2, 1] > 500.0
