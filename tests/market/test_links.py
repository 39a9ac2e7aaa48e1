"""Links: the quota split is exact, and slopes are true slopes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.market.small import PARAMETERS, own_territory, random_chain

from oreacle.market.calibrate import base_problem
from oreacle.market.links import LinkTerms, link_state
from oreacle.market.quotas import water_levels

flows = st.lists(st.tuples(st.floats(0.01, 100.0), st.floats(0.0, 1.0)), min_size=1, max_size=8)


@given(flows, st.floats(0.0, 1.0))
def test_the_water_level_hands_out_the_whole_quota(
    rows: list[tuple[float, float]], share: float
) -> None:
    wish = np.array([row[0] for row in rows])
    limit = wish * np.array([row[1] for row in rows])
    total = share * limit.sum()
    level = water_levels(wish[None], limit[None], np.array([total]))[0]
    assert np.minimum(level * wish, limit).sum() == pytest.approx(total, rel=1e-9, abs=1e-12)


def test_a_quota_holds_to_the_last_digit_beside_a_wish_without_measure() -> None:
    wish = np.array([[2.5e8, 2.4e8]])
    limit = np.array([[0.2, 2.4e8]])
    level = water_levels(wish, limit, np.array([0.7]))
    assert np.minimum(level[:, None] * wish, limit).sum() == pytest.approx(0.7, rel=1e-15)


def test_no_quota_means_no_tonne() -> None:
    assert water_levels(np.ones((1, 1)), np.ones((1, 1)), np.zeros(1)) == np.zeros(1)


def terms(seed: int, quota: float) -> LinkTerms:
    chain = random_chain(np.random.default_rng(seed), 4, 3, 5)
    territory = own_territory(chain.miners, chain.refiners, chain.users)
    made = base_problem(chain, PARAMETERS, territory).ore
    limits = made.quota.copy()
    limits[0, 0] = quota * chain.ore_flow[0].sum()
    return replace(made, quota=limits)


@pytest.mark.parametrize("quota", [0.4, np.inf])
def test_slopes_to_head_and_tail_prices_are_true(quota: float) -> None:
    made = terms(1, quota)
    rng = np.random.default_rng(2)
    tail, head = rng.normal(0, 0.1, (1, 4)), rng.normal(0, 0.1, (1, 3))
    here = link_state(made, tail, head)
    step = 1e-6
    for j in range(3):
        shift = np.zeros((1, 3))
        shift[0, j] = step
        up, down = link_state(made, tail, head + shift), link_state(made, tail, head - shift)
        numeric = (up.flow - down.flow)[0] / (2 * step)
        slope = np.zeros((4, 3))
        slope[:, j] = here.free[0, :, j] + here.bound[0, :, j]
        shared = np.where(here.shared_total[0] > 0, here.shared_total[0], np.inf)
        slope -= here.bound[0, :, j][:, None] * here.shared[0] / shared[:, None]
        assert np.abs(numeric - slope).max() <= 1e-5 * max(1.0, np.abs(slope).max())
    for i in range(4):
        shift = np.zeros((1, 4))
        shift[0, i] = step
        up, down = link_state(made, tail + shift, head), link_state(made, tail - shift, head)
        numeric = (up.flow - down.flow)[0, i] / (2 * step)
        assert np.abs(numeric + here.free_tail[0, i]).max() <= 1e-5 * max(1.0, numeric.max())


def test_policies_commute_within_their_slot() -> None:
    made = terms(1, np.inf)
    tail, head = np.zeros((1, 4)), np.zeros((1, 3))
    one = replace(made, export_rate=made.export_rate + 0.1)
    both = replace(one, export_rate=one.export_rate + 0.2)
    other = replace(made, export_rate=made.export_rate + 0.2)
    again = replace(other, export_rate=other.export_rate + 0.1)
    assert np.allclose(
        link_state(both, tail, head).flow, link_state(again, tail, head).flow, rtol=1e-14
    )
