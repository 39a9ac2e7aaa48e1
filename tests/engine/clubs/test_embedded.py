"""Levers on the embedded world: with indirect ways, private stocks and measures in force."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from tests.engine.clubs.real import drawn
from tests.engine.clubs.states import case_of
from tests.engine.clubs.test_clearing import SWITCHED_OFF

from oreacle.engine.clubs.clearing import cleared
from oreacle.engine.clubs.field import ClubField
from oreacle.engine.clubs.levers.stockpile import DAYS
from oreacle.engine.clubs.piece import PASSIVE, apart, club
from oreacle.engine.clubs.purposes import NAMES, PURPOSES, read_purposes
from oreacle.engine.clubs.rules import RULES, Rule
from oreacle.engine.clubs.terms import club_terms

PLAYERS = ("USA", "JPN", "EU", "KOR")
ALL = club(4, range(4))
NOISE = 1e-10
"""Error of a solve over the value of world use [1]."""


@cache
def field(mineral: str = "gallium") -> ClubField:
    return drawn(mineral, PLAYERS).field


def size(one: ClubField) -> float:
    """Return the value of world use [USD/yr]."""
    return one.calm.price_delivered * one.world_use


def test_the_market_has_ways_stocks_and_a_calm_year_that_is_not_the_base_year() -> None:
    assert field().problem.refined.ways is not None
    assert field().problem.stocks is not None
    assert np.abs(field().calm_price).max() > 0.01


@pytest.mark.parametrize("mineral", ["gallium", "rare_earths_heavy"])
@pytest.mark.parametrize("purpose", NAMES)
def test_a_lever_that_is_off_changes_nothing(mineral: str, purpose: str) -> None:
    one = replace(field(mineral), terms=club_terms(**SWITCHED_OFF[purpose]))
    found = cleared(one, np.array([ALL, apart(4, range(4))]), read_purposes(purpose), Rule())
    assert np.abs(found.gain).max() <= NOISE * size(one)
    assert np.abs(found.others).max() <= NOISE * size(one)


def test_where_nobody_acts_nobody_gains() -> None:
    found = cleared(field(), np.full(4, PASSIVE), PURPOSES, Rule())
    assert np.abs(found.gain).max() <= NOISE * size(field())
    assert np.abs(found.others).max() <= NOISE * size(field())


def test_margins_of_a_desk_stand_on_indirect_ways_too() -> None:
    case = case_of(field(), "procurement", ALL)
    now, before = case.problem.refined, field().problem.refined
    assert now.ways is not None
    assert before.ways is not None
    direct = (now.tariff_rate - before.tariff_rate)[:, now.ways.tail, now.ways.head]
    around = now.ways.tariff_rate - before.ways.tariff_rate
    assert around == pytest.approx(direct)
    assert around.max() > 0.0


def test_what_is_saved_is_bought_less_on_every_way() -> None:
    case = case_of(field(), "research", ALL)
    now, before = case.problem.refined.ways, field().problem.refined.ways
    assert now is not None
    assert before is not None
    kept = (case.problem.demand / field().problem.demand)[:, now.head]
    assert now.strength == pytest.approx(before.strength * kept)
    # At the prices without the club demand and supply of every member fall alike.
    assert (case.problem.demand < field().problem.demand).all()


@pytest.mark.parametrize("rule", RULES)
def test_stock_is_sold_over_the_trigger_of_the_calm_year_and_no_more_than_there_is(
    rule: str,
) -> None:
    first = ("JPN",) if rule == "allies first" else ()
    case = case_of(field(), "stockpile", ALL, rule, first)
    stocks = case.state.problem.stocks
    assert stocks is not None
    sold, _ = stocks.released(case.state.prices.delivered)
    over = case.state.prices.delivered - field().calm_price
    assert (over[sold > 0.0] > np.log(field().terms.stock_trigger)).all()
    pool = field().use.sum() * field().terms.stock_days / DAYS
    assert (sold.sum(axis=1) <= pool * (1.0 + 1e-9)).all()
    assert sold.any()


def test_a_tonne_that_is_sold_is_bought_back_at_the_price_of_the_calm_year() -> None:
    case = case_of(field(), "stockpile", ALL)
    stocks = case.state.problem.stocks
    assert stocks is not None
    sold, _ = stocks.released(case.state.prices.delivered)
    calm = field().calm.price_delivered * (np.exp(field().calm_price) - 1.0)
    dearer = np.array(
        [(sold * calm)[:, inside > 0.0].sum(axis=1) for inside in field().places.user]
    )
    assert pytest.approx(-dearer, rel=1e-9) == case.money.placed.T
    assert np.abs(dearer).max() > 0.0


def test_countries_of_a_bloc_act_as_one() -> None:
    inside = field().places.user[PLAYERS.index("EU")]
    assert inside.sum() > 3
    case = case_of(field(), "stockpile", club(4, [PLAYERS.index("EU")]))
    assert case.problem.stocks is not None
    ordered = case.problem.stocks.release
    assert ordered[:, inside == 0.0].max() == 0.0
    held = field().use[PLAYERS.index("EU")] * field().terms.stock_days / DAYS
    assert ordered.sum(axis=1) == pytest.approx(np.full(field().draws, held))
