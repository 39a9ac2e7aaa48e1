"""Joint stocks: when they are sold, to whom, and what pooling them is worth."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engine.clubs.fields import (
    BAN,
    BAN_ON_JAPAN,
    CALM,
    NOISE,
    PLAYERS,
    made_field,
    plain_field,
    runs,
    together_apart_alone,
)
from tests.engine.clubs.states import Case, case_of

from oreacle.engine.clubs.levers.stockpile import DAYS
from oreacle.engine.clubs.piece import apart, club
from oreacle.engine.clubs.rules import RULES
from oreacle.engine.clubs.terms import club_terms

ALL = club(3, range(3))
JAPAN = PLAYERS.index("JPN")


def ordered(case: Case) -> np.ndarray:
    """Return the largest release of each player, shape (draw, player) [t/yr]."""
    assert case.problem.stocks is not None
    return np.asarray(case.problem.stocks.release @ case.piece.field.places.user.T)


def sold(case: Case) -> np.ndarray:
    """Return what is released at each player's users, shape (draw, player) [t/yr]."""
    assert case.state.problem.stocks is not None
    released, _ = case.state.problem.stocks.released(case.state.prices.delivered)
    return np.asarray(released @ case.piece.field.places.user.T)


def first_of(rule: str) -> tuple[str, ...]:
    return ("USA",) if rule == "allies first" else ()


@pytest.mark.parametrize("rule", RULES)
def test_stock_is_sold_above_the_trigger_only_and_not_in_a_calm_year(rule: str) -> None:
    case = case_of(plain_field(), "stockpile", ALL, rule, first_of(rule))
    stocks = case.state.problem.stocks
    assert stocks is not None
    released, _ = stocks.released(case.state.prices.delivered)
    field = plain_field()
    trigger = field.calm_price + np.log(field.terms.stock_trigger)
    assert (
        case.state.prices.delivered[released > 0.0]
        > np.broadcast_to(trigger, released.shape)[released > 0.0]
    ).all()
    assert not released[CALM].any()
    assert released[BAN].any()


@pytest.mark.parametrize("rule", RULES)
def test_a_pool_gives_out_what_it_holds_and_no_more(rule: str) -> None:
    field = plain_field()
    held = field.use * field.terms.stock_days / DAYS
    case = case_of(field, "stockpile", ALL, rule, first_of(rule))
    assert ordered(case).sum(axis=1) == pytest.approx(np.full(field.draws, held.sum()))
    assert (sold(case) <= ordered(case) + 1e-12).all()
    alone = case_of(field, "stockpile", apart(3, range(3)), rule, first_of(rule))
    assert ordered(alone) == pytest.approx(np.tile(held, (field.draws, 1)))


@pytest.mark.parametrize("days", [10.0, 60.0, 365.0])
def test_by_need_nobody_gets_more_than_it_lacks_before_all_have_what_they_lack(
    days: float,
) -> None:
    field = made_field(terms=club_terms(stock_days=days))
    parts = ordered(case_of(field, "stockpile", ALL))
    pool = field.use.sum() * days / DAYS
    for got, need in zip(parts, field.need, strict=True):
        if need.sum() >= pool:
            assert (got <= need + 1e-9).all()
            assert got == pytest.approx(pool * need / need.sum())
        else:
            # A tonne released makes up for less than one of lost use: needs claim the whole pool.
            assert (got >= need - 1e-9).all()
            claims = need if need.sum() > 1e-9 else field.use
            assert got == pytest.approx(pool * claims / claims.sum(), rel=1e-6)


def test_in_a_targeted_ban_the_pool_goes_to_its_victim() -> None:
    field = plain_field()
    held = field.use * field.terms.stock_days / DAYS
    together = sold(case_of(field, "stockpile", ALL))[BAN_ON_JAPAN]
    own = sold(case_of(field, "stockpile", apart(3, range(3))))[BAN_ON_JAPAN]
    assert together[JAPAN] > held[JAPAN] >= own[JAPAN] - 1e-12
    assert not np.delete(together, JAPAN).any()
    found = together_apart_alone(field, "stockpile")
    joint = found.gain[:2, BAN_ON_JAPAN].sum(axis=1)
    assert joint[0] >= joint[1]
    assert found.received[0, BAN_ON_JAPAN, JAPAN] == pytest.approx(together[JAPAN])


def test_more_days_protect_more_and_cost_more() -> None:
    few, many = (
        runs(made_field(terms=club_terms(stock_days=days)), "stockpile", [ALL])
        for days in (20.0, 60.0)
    )
    assert many.cost[0] == pytest.approx(3.0 * few.cost[0])
    before_cost = [one.gain[0, BAN].sum() - one.paid[0, BAN].sum() for one in (few, many)]
    assert before_cost[1] > before_cost[0] > 0.0


def test_holding_costs_are_tonnes_times_price_times_rate() -> None:
    terms = club_terms(stock_days=36.5, stock_cost=0.05)
    found = runs(made_field(terms=terms), "stockpile", [ALL])
    # Use of 17 + 19 + 10 t, a tenth of a year, 1,020 USD/t, 5 % a year.
    assert found.cost[0] == pytest.approx(46.0 * 0.1 * 1020.0 * 0.05)


def test_the_rule_of_price_only_moves_money_within_the_group() -> None:
    for group in (ALL, club(3, [0, 1]), apart(3, range(3))):
        money = case_of(plain_field(), "stockpile", group, "price").money
        size = np.abs(money.placed).max()
        for number in set(group.tolist()) - {-1}:
            inside = money.placed[:, group == number].sum(axis=1)
            assert np.abs(inside).max() <= 1e-9 * (1.0 + size)
    assert np.abs(case_of(plain_field(), "stockpile", ALL, "price").money.placed).max() > 100.0


def test_by_price_members_would_pay_one_price_for_what_the_pool_adds() -> None:
    field = plain_field()
    case = case_of(field, "stockpile", ALL, "price")
    assert case.problem.stocks is not None
    had = field.used_of_user[BAN] + case.problem.stocks.release[BAN]
    inside = field.places.user.sum(axis=0) > 0.0
    # The price at which each would use what it then has, by bisection on its own demand.
    low, high = np.full(had.shape, -1.0), np.full(had.shape, 4.0)
    for _ in range(80):
        middle = 0.5 * (low + high)
        used = field.problem.demand_curve.total(field.problem.demand[BAN][None], middle[None])[0][0]
        low, high = np.where(used > had, middle, low), np.where(used > had, high, middle)
    assert np.ptp(high[inside]) < 1e-6
    assert not case.problem.stocks.release[:, ~inside].any()


def test_allies_first_changes_who_gets_the_pool_and_not_how_large_it_is() -> None:
    field = plain_field()
    need, allies = (
        case_of(field, "stockpile", ALL, rule, first)
        for rule, first in (("need", ()), ("allies first", ("USA",)))
    )
    assert ordered(allies).sum(axis=1) == pytest.approx(ordered(need).sum(axis=1))
    usa = PLAYERS.index("USA")
    assert ordered(allies)[BAN, usa] == pytest.approx(
        min(field.need[BAN, usa], ordered(need)[BAN].sum())
    )
    by_need = runs(field, "stockpile", [ALL])
    favoured = runs(field, "stockpile", [ALL], "allies first", ("USA",))
    assert favoured.mean[0, usa] > by_need.mean[0, usa]
    assert favoured.mean[0, JAPAN] < by_need.mean[0, JAPAN]


def test_others_pay_less_when_a_club_releases() -> None:
    found = runs(plain_field(), "stockpile", [ALL])
    outside = [actor for actor in plain_field().actors if actor not in PLAYERS]
    assert found.others[0, BAN, outside.index("IND")] > NOISE
