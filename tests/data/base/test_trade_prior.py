from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oreacle.data.base.balance import balance
from oreacle.data.base.margins import LinkMargins
from oreacle.data.base.trade_prior import (
    DOMESTIC,
    GRAVITY,
    PRIOR,
    TRADE,
    GravityParameters,
    LinkPrior,
    gravity,
    gravity_prior,
    levels_of_pattern,
    observed_prior,
    with_absent_links,
    with_sourcing,
)

PARAMETERS = GravityParameters(
    distance_exponent=1.0,
    home_bias=5.0,
    domestic_floor=0.05,
    pattern_export_floor=0.2,
    coverage_for_scaling=0.5,
)


def margins() -> LinkMargins:
    return LinkMargins(
        ("CHL", "CHN"), np.array([60.0, 40.0]), ("CHN", "JPN"), np.array([80.0, 20.0])
    )


DISTANCE = np.array([[1000.0, 2000.0], [100.0, 500.0]])


def test_gravity_falls_with_distance_and_prefers_home() -> None:
    matrix = gravity(margins(), DISTANCE, PARAMETERS)
    assert matrix.sum() == pytest.approx(100.0)
    assert matrix[0, 0] / matrix[0, 1] == pytest.approx((80 / 1000) / (20 / 2000))
    assert matrix[1, 0] / matrix[0, 0] == pytest.approx(5 * (40 / 100) / (60 / 1000))


def test_home_supply_is_what_exports_leave() -> None:
    observed = np.array([[50.0, 10.0], [0.0, 10.0]])
    prior = observed_prior(observed, margins(), DISTANCE, PARAMETERS)
    assert prior.matrix[1, 0] == pytest.approx(30.0)
    assert prior.basis[1, 0] == DOMESTIC
    assert prior.basis[0, 0] == TRADE


def test_home_supply_is_at_least_what_imports_leave_of_need() -> None:
    observed = np.array([[45.0, 10.0], [0.0, 40.0]])
    prior = observed_prior(observed, margins(), DISTANCE, PARAMETERS)
    assert prior.matrix[1, 0] == pytest.approx(35.0)


def test_a_surplus_that_trade_does_not_show_goes_by_gravity() -> None:
    observed = np.array([[10.0, 0.0], [0.0, 0.0]])
    prior = observed_prior(observed, margins(), DISTANCE, PARAMETERS)
    assert prior.matrix[0].sum() == pytest.approx(60.0)
    # Chile is seen to trade with China only: the surplus stays with it.
    assert prior.matrix[0, 1] == 0.0
    assert prior.basis[0, 0] == GRAVITY


def test_absent_links_carry_the_estimated_weight_and_no_epsilon() -> None:
    prior = LinkPrior(
        np.array([[50.0, 0.0], [30.0, 10.0]]),
        np.array([[TRADE, PRIOR], [DOMESTIC, TRADE]]),
    )
    filled = with_absent_links(prior, margins(), 0.04)
    # Chile exports 50 of 60; Japan imports 10: 0.04 x 50/60 x 10.
    assert filled.matrix[0, 1] == pytest.approx(0.04 * 50 / 60 * 10)
    assert filled.basis[0, 1] == PRIOR
    assert filled.matrix[0, 0] == 50.0


def test_a_closed_link_must_first_reopen() -> None:
    prior = gravity_prior(margins(), DISTANCE, PARAMETERS)
    closed = np.array([[False, True], [False, False]])
    filled = with_absent_links(prior, margins(), 0.04, closed)
    foreign = prior.matrix.copy()
    foreign[1, 0] = foreign[0, 1] = 0.0
    share = foreign[0].sum() / foreign.sum()
    assert filled.matrix[0, 1] == pytest.approx(0.04**2 * share * foreign[:, 1].sum())


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**31))
def test_any_prior_with_absent_links_can_be_balanced(seed: int) -> None:
    rng = np.random.default_rng(seed)
    supply, demand = rng.dirichlet(np.ones(4)) + 0.01, rng.dirichlet(np.ones(5)) + 0.01
    ends = LinkMargins(
        ("CHL", "CHN", "PER", "ROW"),
        supply / supply.sum(),
        ("CHN", "JPN", "KOR", "PER", "ROW"),
        demand / demand.sum(),
    )
    observed = rng.exponential(1.0, (4, 5)) * (rng.random((4, 5)) < 0.3)
    distance = rng.uniform(100, 20_000, (4, 5))
    prior = observed_prior(observed, ends, distance, PARAMETERS)
    filled = with_absent_links(prior, ends, 0.04)
    assert balance(filled.matrix, ends.supply, ends.demand).converged


def test_published_sourcing_replaces_a_column() -> None:
    prior = gravity_prior(margins(), DISTANCE, PARAMETERS)
    japan = np.array([False, True])
    changed = with_sourcing(prior, margins(), japan, {"CHL": 0.7, "CHN": 0.3}, holds_own=False)
    column = changed.matrix[:, 1]
    assert column / column.sum() == pytest.approx([0.7, 0.3])
    assert column.sum() == pytest.approx(prior.matrix[:, 1].sum())
    assert np.array_equal(changed.matrix[:, 0], prior.matrix[:, 0])


def test_partners_that_are_no_node_leave_their_share_to_all() -> None:
    prior = gravity_prior(margins(), DISTANCE, PARAMETERS)
    japan = np.array([False, True])
    changed = with_sourcing(prior, margins(), japan, {"CHL": 0.2, "DEU": 0.8}, holds_own=False)
    before = prior.matrix[:, 1] / prior.matrix[:, 1].sum()
    after = changed.matrix[:, 1] / changed.matrix[:, 1].sum()
    assert after == pytest.approx([0.2 + 0.8 * before[0], 0.8 * before[1]])


def test_a_bundled_code_gives_directions_and_margins_give_levels() -> None:
    ends = LinkMargins(
        ("CHN",), np.array([100.0]), ("CHN", "JPN", "USA"), np.array([55.0, 30.0, 15.0])
    )
    levels = levels_of_pattern(np.array([[9.0, 3.0, 1.0]]), ends, PARAMETERS)
    assert levels[0].tolist() == pytest.approx([0.0, 45.0 * 0.75, 45.0 * 0.25])


def test_a_block_that_no_named_supplier_reaches_keeps_its_prior() -> None:
    matrix = np.zeros((len(margins().suppliers), len(margins().buyers)))
    prior = LinkPrior(matrix, np.full(matrix.shape, "trade"))
    buyers = np.array([code == margins().buyers[0] for code in margins().buyers])
    changed = with_sourcing(prior, margins(), buyers, {"XYZ": 1.0}, holds_own=False)
    assert np.array_equal(changed.matrix, matrix)
