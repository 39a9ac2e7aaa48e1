"""The market without clubs: what disruptions cost whom, and where money lies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.engine.clubs.fields import (
    BAN,
    BAN_ON_JAPAN,
    BOOM,
    CALM,
    METAL,
    ORE,
    PLAYERS,
    TERRITORY,
    USERS,
    made_draws,
    made_field,
    markets,
    plain_field,
)

from oreacle.core.errors import RunError, ScenarioError
from oreacle.engine.clubs.field import field_of
from oreacle.engine.clubs.terms import club_terms
from oreacle.market.comparison import State
from oreacle.market.incomes import costs
from oreacle.market.kernel import solve
from oreacle.market.money import (
    consumer_loss,
    dollar_prices,
    mine_profit,
    refinery_profit,
    scrap_profit,
)


def test_a_calm_draw_costs_nobody_anything() -> None:
    field = plain_field()
    assert not field.losses[CALM].any()
    assert np.abs(field.need[CALM]).max() < 1e-9
    assert np.abs(field.prices.delivered[CALM]).max() < 1e-9


def test_use_and_places_are_those_of_the_chain() -> None:
    field = plain_field()
    assert field.use == pytest.approx(METAL.sum(axis=0)[[USERS.index(name) for name in PLAYERS]])
    assert field.world_use == pytest.approx(METAL.sum())
    assert (field.places.mine @ ORE.sum(axis=1)).tolist() == pytest.approx([10.0, 0.0, 20.0])
    assert (field.places.plant @ METAL.sum(axis=1)).tolist() == pytest.approx([15.0, 0.0, 0.0])


def test_a_targeted_ban_hits_its_target_and_a_general_one_all() -> None:
    field = plain_field()
    assert (field.need[BAN] > 1.0).all()
    assert field.need[BAN_ON_JAPAN].argmax() == PLAYERS.index("JPN")
    assert field.losses[BAN_ON_JAPAN].argmax() == PLAYERS.index("JPN")


def test_need_is_use_that_is_lost_at_the_demand_of_the_draw() -> None:
    field = plain_field()
    # In a boom users want a tenth more than in the calm year, and need what they do not get of it.
    wanted = 1.1 * METAL.sum(axis=0)
    assert field.need_of_user[BOOM] == pytest.approx(wanted - field.used_of_user[BOOM])


def test_money_of_all_actors_is_worth_of_use_less_all_costs() -> None:
    made, field = markets(), plain_field()
    problem = made.disrupted
    state = State.of(problem, solve(problem, field.prices), np.arange(problem.size))
    mine, gate, refined, delivered = dollar_prices(problem, state.prices)
    balance = state.balance
    zero = np.zeros_like(state.prices.delivered)
    worth = (delivered * balance.use).sum(axis=1)
    worth -= consumer_loss(problem, zero, state.prices.delivered).sum(axis=1)
    spent = (mine * balance.output - mine_profit(problem, state.prices)).sum(axis=1)
    margin = (refined - gate) * balance.throughput
    spent += (margin - refinery_profit(problem, state.prices)).sum(axis=1)
    spent += (refined * balance.scrap - scrap_profit(problem, state.prices)).sum(axis=1)
    for pieces in costs(state, field.gaps).values():
        spent += sum(values.sum(axis=1) for _, values in pieces)
    located = field.money(state).sum(axis=1)
    assert located == pytest.approx(worth - spent, abs=1e-7 * np.abs(worth).max())


def test_no_actor_of_the_market_is_left_out_of_the_books() -> None:
    assert set(plain_field().actors) == set(TERRITORY.actors)


def test_an_unknown_player_is_refused() -> None:
    with pytest.raises(ScenarioError) as caught:
        made_field(players=("USA", "XXX"))
    assert caught.value.code == "ORE-SCN-003"


@pytest.mark.parametrize(("weight", "is_refused"), [(0.005, False), (0.02, True)])
def test_draws_that_do_not_clear_are_counted_and_too_many_are_refused(
    monkeypatch: pytest.MonkeyPatch, weight: float, is_refused: bool
) -> None:
    draws = made_draws()
    rest = draws.weight[1:] / draws.weight[1:].sum() * (1.0 - weight)
    draws = replace(draws, weight=np.array([weight, *rest]))

    def all_but_the_first(state: State, solution: object) -> np.ndarray:
        del solution
        good: np.ndarray = np.arange(state.problem.size) > 0
        return good

    monkeypatch.setattr("oreacle.engine.clubs.field.certified", all_but_the_first)

    def made() -> float:
        field = field_of(markets(), TERRITORY, PLAYERS, draws, club_terms())
        assert field.weight[0] == 0.0
        assert field.weight.sum() == pytest.approx(1.0)
        return field.failed

    if not is_refused:
        assert made() == pytest.approx(weight)
        return
    with pytest.raises(RunError) as caught:
        made()
    assert caught.value.code == "ORE-RUN-150"
    assert "2.0%" in caught.value.what
    assert "seed" in caught.value.fix
