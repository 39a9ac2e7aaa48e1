"""Clubs in the market: who does nothing gains nothing, order does not matter, money is kept."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from tests.engine.clubs.fields import (
    MINERS,
    NOISE,
    PLAYERS,
    REFINERS,
    USERS,
    made_field,
    plain_field,
    runs,
    together_apart_alone,
)

from oreacle.core.errors import RunError
from oreacle.engine.clubs.clearing import Cleared, cleared
from oreacle.engine.clubs.field import Places
from oreacle.engine.clubs.piece import PASSIVE, apart, club
from oreacle.engine.clubs.purposes import NAMES, PURPOSES
from oreacle.engine.clubs.rules import RULES, Rule
from oreacle.engine.clubs.terms import LARGEST, SMALLEST, ClubTerms, club_terms
from oreacle.market.comparison import State

SWITCHED_OFF = {
    "stockpile": {"stock_days": 0.0},
    "procurement": {"desk_share": 0.0, "desk_cost": 0.0},
    "refining": {"plant_share": 0.0},
    "research": {"research_saving": 0.0, "research_cost": 0.0},
    "certification": {"certified_bound": 0.0},
    "floor": {"floor_level": 0.0},
    "insurance": {"cover_share": 0.0},
    "recycling": {"scrap_share": 0.0},
}


def first_of(rule: str) -> tuple[str, ...]:
    return ("JPN",) if rule == "allies first" else ()


@cache
def everything(rule: str = "need") -> Cleared:
    n = len(PLAYERS)
    groups = np.array([club(n, range(n)), apart(n, range(n)), club(n, [0, 1])])
    return cleared(plain_field(), groups, PURPOSES, Rule(rule, first_of(rule)))


def test_every_purpose_has_a_switch() -> None:
    assert set(SWITCHED_OFF) == set(NAMES)


@pytest.mark.parametrize("purpose", NAMES)
def test_a_club_whose_lever_is_off_changes_nothing(purpose: str) -> None:
    field = made_field(terms=club_terms(**SWITCHED_OFF[purpose]))
    found = together_apart_alone(field, purpose)
    assert np.abs(found.gain).max() <= NOISE
    assert np.abs(found.others).max(initial=0.0) <= NOISE
    assert np.abs(found.cost).max() <= NOISE


@pytest.mark.parametrize("purpose", NAMES)
def test_a_lever_that_is_on_changes_something(purpose: str) -> None:
    assert np.abs(together_apart_alone(plain_field(), purpose).gain[0]).max() > 1.0


@pytest.mark.parametrize("purpose", NAMES)
def test_where_nobody_acts_nobody_gains(purpose: str) -> None:
    found = runs(plain_field(), purpose, [np.full(len(PLAYERS), PASSIVE)])
    assert np.abs(found.gain).max() <= NOISE
    assert np.abs(found.others).max() <= NOISE
    assert not found.paid.any()


@pytest.mark.parametrize("rule", RULES)
def test_all_levers_together_without_strength_change_nothing(rule: str) -> None:
    off = {name: value for terms in SWITCHED_OFF.values() for name, value in terms.items()}
    field = made_field(terms=club_terms(**off))
    n = len(PLAYERS)
    found = cleared(field, club(n, range(n)), PURPOSES, Rule(rule, first_of(rule)))
    assert np.abs(found.gain).max() <= NOISE


@pytest.mark.parametrize("purpose", NAMES)
@pytest.mark.parametrize("rule", RULES)
def test_the_order_of_players_does_not_matter(purpose: str, rule: str) -> None:
    order = [2, 0, 1]
    other = made_field(players=[PLAYERS[k] for k in order])
    groups = [club(3, [0, 1, 2]), club(3, [0, 1]), apart(3, [0, 1, 2])]
    if purpose == "certification":
        groups = groups[:2]  # one regime: of those apart the first one's holds
    usual = runs(plain_field(), purpose, groups, rule, first_of(rule))
    moved = runs(other, purpose, [group[order] for group in groups], rule, first_of(rule))
    assert moved.gain == pytest.approx(usual.gain[:, :, order], abs=NOISE)
    assert moved.others == pytest.approx(usual.others, abs=NOISE)


@pytest.mark.parametrize("purpose", [one.name for one in PURPOSES if one.is_shared])
def test_names_of_groups_do_not_matter(purpose: str) -> None:
    one, other = (
        runs(plain_field(), purpose, [np.array(group)]) for group in ([0, 1, 0], [4, 2, 4])
    )
    assert other.gain == pytest.approx(one.gain, abs=NOISE)


@pytest.mark.parametrize("purpose", NAMES)
@pytest.mark.parametrize("rule", ["need", "contribution", "price"])
def test_a_club_of_one_does_as_it_would_alone_whatever_the_rule(purpose: str, rule: str) -> None:
    alone = runs(plain_field(), purpose, [apart(3, [1]), club(3, [1])], rule)
    assert alone.gain[0] == pytest.approx(alone.gain[1], abs=NOISE)
    if purpose != "stockpile" or rule != "price":
        by_need = runs(plain_field(), purpose, [club(3, [1])])
        assert alone.gain[0] == pytest.approx(by_need.gain[0], abs=NOISE)


@pytest.mark.parametrize("purpose", NAMES)
def test_a_player_without_a_stake_gets_nothing_and_moves_nothing(purpose: str) -> None:
    # A fourth player that lies nowhere in the chain.
    field = plain_field()
    places = Places(
        *(
            np.vstack([matrix, np.zeros(matrix.shape[1])])
            for matrix in (field.places.mine, field.places.plant, field.places.user)
        )
    )
    more = replace(
        field,
        players=(*PLAYERS, "ZZZ"),
        actors=(*field.actors, "ZZZ"),
        located=np.pad(field.located, ((0, 0), (0, 1))),
        losses=np.pad(field.losses, ((0, 0), (0, 1))),
        need=np.pad(field.need, ((0, 0), (0, 1))),
        use=np.append(field.use, 0.0),
        at=np.append(field.at, len(field.actors)),
        user_of_actor=np.vstack([field.user_of_actor, np.zeros(field.user_of_actor.shape[1])]),
        places=places,
        ledger=_WithNobody(field),  # type: ignore[arg-type]  # the part that is asked for
    )
    usual = runs(field, purpose, [club(3, range(3))])
    found = runs(more, purpose, [club(4, range(4)), club(4, [3])])
    assert found.gain[0, :, :3] == pytest.approx(usual.gain[0], abs=NOISE)
    assert np.abs(found.gain[:, :, 3]).max() <= NOISE
    assert np.abs(found.others[1]).max() <= NOISE


class _WithNobody:
    """A ledger with one more actor that owns nothing."""

    def __init__(self, field: object) -> None:
        self._ledger = field.ledger  # type: ignore[attr-defined]

    def total(self, kinds: object) -> np.ndarray:
        return np.pad(self._ledger.total(kinds), ((0, 0), (0, 1)))


def test_rules_of_money_only_move_it_between_members() -> None:
    """Where a rule does not touch tonnes, all rules give the club the same."""
    for purpose in NAMES:
        if purpose == "stockpile":
            continue
        joint = [
            runs(plain_field(), purpose, [club(3, range(3))], rule, first_of(rule)).mean[0].sum()
            for rule in RULES
        ]
        assert joint == pytest.approx([joint[0]] * len(joint), abs=NOISE), purpose


@pytest.mark.parametrize("rule", RULES)
def test_what_members_are_paid_is_the_pot(rule: str) -> None:
    found = everything(rule)
    pot = np.einsum("d,adp->a", found.weight, found.paid)
    assert -pot == pytest.approx(found.cost, abs=NOISE)


def test_an_arrangement_is_worth_the_same_whatever_else_is_cleared() -> None:
    n = len(PLAYERS)
    one = cleared(plain_field(), club(n, [0, 1]), PURPOSES, Rule())
    assert one.gain[0] == pytest.approx(everything().gain[2], abs=NOISE)


def test_other_weights_change_means_and_no_gain() -> None:
    field = plain_field()
    few = np.zeros(field.draws)
    few[[1, 3]] = 0.25, 0.75
    n = len(PLAYERS)
    found = cleared(field, club(n, range(n)), PURPOSES, Rule("contribution"), few)
    usual = everything("contribution")
    assert found.gain[0] == pytest.approx(usual.gain[0][[1, 3]], abs=NOISE)
    assert found.mean[0] == pytest.approx(few[[1, 3]] @ usual.gain[0][[1, 3]], abs=NOISE)


def test_a_draw_that_a_club_does_not_clear_is_left_out_of_all_arrangements(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[int] = []

    def all_but_one(state: State, solution: object) -> np.ndarray:
        del solution
        good: np.ndarray = np.ones(state.problem.size, dtype=bool)
        good[1] = bool(calls)
        calls.append(1)
        return good

    monkeypatch.setattr("oreacle.engine.clubs.clearing.certified", all_but_one)
    found = together_apart_alone(plain_field(), "stockpile")
    assert found.failed == pytest.approx(0.1)
    assert found.weight[1] == 0.0
    assert found.weight.sum() == pytest.approx(1.0)
    assert not found.gain[:, 1].any()


def test_where_no_draw_clears_there_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(state: State, solution: object) -> np.ndarray:
        del solution
        good: np.ndarray = np.zeros(state.problem.size, dtype=bool)
        return good

    monkeypatch.setattr("oreacle.engine.clubs.clearing.certified", none)
    with pytest.raises(RunError) as caught:
        together_apart_alone(plain_field(), "stockpile")
    assert caught.value.code == "ORE-RUN-150"
    assert "testium" in caught.value.what
    assert "seed" in caught.value.fix


@pytest.mark.parametrize("name", ClubTerms.names())
def test_terms_at_the_ends_of_what_can_be_asked_for_give_numbers(name: str) -> None:
    n = len(PLAYERS)
    for value in (SMALLEST.get(name, 0.0), LARGEST.get(name, 1.0)):
        field = made_field(terms=club_terms(**{name: value}))
        found = cleared(field, club(n, range(n)), PURPOSES, Rule())
        assert np.isfinite(found.gain).all()
        assert found.failed < 0.5


def test_the_hand_made_market_has_players_without_a_plant_or_a_mine() -> None:
    assert set(PLAYERS) - set(REFINERS) == {"JPN", "AUS"}
    assert set(PLAYERS) - set(MINERS) == {"JPN"}
    assert set(USERS) - set(PLAYERS) == {"CHN", "IND"}
