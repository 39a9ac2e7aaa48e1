"""Insurance pools: the tail by brute force, less capital together than apart, and who gets what."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from oreacle.coalitions.core import core
from oreacle.coalitions.game import Game, membership
from oreacle.engine.clubs.insurance import insurance_pool, tail_mean
from oreacle.engine.clubs.terms import club_terms

DRAWS = 12
amount = st.floats(0.0, 1e6, allow_subnormal=False)
losses = arrays(float, (DRAWS, 3), elements=amount)
counts = arrays(np.int64, DRAWS, elements=st.integers(1, 5))


@given(arrays(float, DRAWS, elements=amount), counts, st.integers(1, 9))
def test_the_tail_mean_is_that_of_equal_draws_written_out(
    loss: np.ndarray, count: np.ndarray, tenths: int
) -> None:
    weight = count / count.sum()
    # Ten copies of each draw, so that any tenth of all draws is a whole number of them.
    every = np.sort(np.repeat(loss, 10 * count))[::-1]
    worst = every[: tenths * count.sum()]
    found = float(tail_mean(loss, weight, 1.0 - tenths / 10.0))
    assert found == pytest.approx(worst.mean(), rel=1e-9, abs=1e-9)


@given(losses, counts)
def test_a_pool_never_needs_more_capital_than_its_members_apart(
    loss: np.ndarray, count: np.ndarray
) -> None:
    pool = insurance_pool(loss, count / count.sum(), club_terms())
    assert pool.capital <= pool.capital_alone * (1.0 + 1e-9) + 1e-6


@given(losses, counts)
def test_members_money_sums_to_capital_saved_less_the_cost_of_running(
    loss: np.ndarray, count: np.ndarray
) -> None:
    terms, weight = club_terms(), count / count.sum()
    pool = insurance_pool(loss, weight, terms)
    running = terms.pool_cost * terms.cover_share * float((weight @ loss).sum())
    saved = terms.capital_cost * (pool.capital_alone - pool.capital)
    assert float((weight @ pool.money).sum()) == pytest.approx(saved - running, rel=1e-6, abs=1e-3)


@given(losses, counts)
@settings(max_examples=40)
def test_the_game_of_pools_has_a_core_before_the_cost_of_running(
    loss: np.ndarray, count: np.ndarray
) -> None:
    terms, weight = club_terms(pool_cost=0.0), count / count.sum()
    values = [0.0]
    for inside in membership(3)[1:]:
        pool = insurance_pool(loss[:, inside], weight, terms)
        values.append(float((weight @ pool.money).sum()))
    found = core(Game(("A", "B", "C"), np.array(values)))
    assert found.least_excess <= 1e-12 * (1.0 + float(loss.max()))


@given(losses, counts)
def test_without_cover_and_for_one_member_nothing_changes(
    loss: np.ndarray, count: np.ndarray
) -> None:
    weight = count / count.sum()
    assert not insurance_pool(loss, weight, club_terms(cover_share=0.0)).money.any()
    assert not insurance_pool(loss[:, :1], weight, club_terms()).money.any()


def test_two_members_hit_in_different_years_by_hand() -> None:
    # Twenty years; each is hit once by 200 and covers half, capital for the worst tenth.
    loss = np.zeros((20, 2))
    loss[0, 0] = loss[1, 1] = 200.0
    terms = club_terms(cover_share=0.5, tail_level=0.9, capital_cost=0.1, pool_cost=0.1)
    pool = insurance_pool(loss, np.full(20, 0.05), terms)
    # Premiums 5 each. Alone the worst two years hold one loss of 100: 50 on average, less 5.
    assert pool.capital_alone == pytest.approx(90.0)
    # Together both years lose 100, less premiums of 10.
    assert pool.capital == pytest.approx(90.0)
    assert pool.ruin == 0.0
    assert (np.full(20, 0.05) @ pool.money).tolist() == pytest.approx([-0.5, -0.5])


def test_a_pool_saves_where_years_are_worse_for_all_than_it_must_cover() -> None:
    # A worst tenth of twenty years has room for two losses; three members have three.
    loss = np.zeros((20, 3))
    loss[0, 0] = loss[1, 1] = loss[2, 2] = 200.0
    terms = club_terms(cover_share=0.5, tail_level=0.9, capital_cost=0.1, pool_cost=0.0)
    pool = insurance_pool(loss, np.full(20, 0.05), terms)
    assert pool.capital_alone == pytest.approx(135.0)
    assert pool.capital == pytest.approx(85.0)
    assert (np.full(20, 0.05) @ pool.money).tolist() == pytest.approx([5.0 / 3.0] * 3)


def test_a_pool_is_short_where_losses_exceed_premiums_and_capital() -> None:
    # Two members hit at once in one year of twenty, capital for the worst tenth: half of that.
    loss = np.zeros((20, 2))
    loss[0] = 200.0
    terms = club_terms(cover_share=0.5, tail_level=0.9, capital_cost=0.0, pool_cost=0.0)
    weight = np.full(20, 0.05)
    pool = insurance_pool(loss, weight, terms)
    assert pool.ruin == pytest.approx(0.05)
    # Both are paid alike and bear what is paid alike: no money moves.
    assert pool.money == pytest.approx(np.zeros((20, 2)))


def test_payouts_move_money_among_members_and_no_other() -> None:
    # One member is hit in one year of twenty, the other in another: each bears half of all payouts.
    loss = np.zeros((20, 2))
    loss[0, 0] = loss[1, 1] = 200.0
    terms = club_terms(cover_share=0.5, tail_level=0.9, capital_cost=0.0, pool_cost=0.0)
    pool = insurance_pool(loss, np.full(20, 0.05), terms)
    assert pool.money[0].tolist() == pytest.approx([50.0, -50.0])
    assert pool.money.sum(axis=1) == pytest.approx(np.zeros(20))


def test_the_spread_of_a_pool_carries_the_error_of_its_capital() -> None:
    rng = np.random.default_rng(3)
    loss = rng.exponential(10.0, (4000, 2))
    terms = club_terms(cover_share=1.0, tail_level=0.9, capital_cost=1.0, pool_cost=0.0)
    weight = np.full(4000, 1.0 / 4000.0)
    pool = insurance_pool(loss, weight, terms)
    assert abs(weight @ pool.spread) < 1e-9
    # The standard error that the spread gives is that over fresh samples.
    told = float(np.sqrt((pool.spread**2).mean() / 4000.0))
    fresh = [
        insurance_pool(rng.exponential(10.0, (4000, 2)), weight, terms).money.sum(axis=1).mean()
        for _ in range(200)
    ]
    assert told == pytest.approx(float(np.std(fresh)), rel=0.25)


def test_certain_losses_need_no_capital_and_running_still_costs() -> None:
    terms = club_terms(cover_share=0.5, pool_cost=0.1)
    pool = insurance_pool(np.tile([10.0, 30.0], (4, 1)), np.full(4, 0.25), terms)
    assert pool.capital == pool.capital_alone == pool.ruin == 0.0
    assert pool.money[0].tolist() == pytest.approx([-0.5, -1.5])
