"""Every club among some players: exact for few, and within the printed error for many."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.engine.clubs.fields import NOISE, PLAYERS, made_field, plain_field, runs
from tests.engine.clubs.real import drawn

from oreacle.coalitions.game import membership
from oreacle.core.errors import CoalitionError
from oreacle.engine.clubs import values as module
from oreacle.engine.clubs.cubature import Cubature
from oreacle.engine.clubs.piece import PASSIVE
from oreacle.engine.clubs.purposes import NAMES, read_purposes
from oreacle.engine.clubs.rules import Rule
from oreacle.engine.clubs.terms import club_terms
from oreacle.engine.clubs.values import CHECKS, ClubValues, club_values

NINE = ("USA", "JPN", "EU", "KOR", "IND", "GBR", "TWN", "AUS", "CAN")
EVERYBODY = ("USA", "JPN", "AUS", "IND", "CHN")


def valued(purpose: str) -> ClubValues:
    return club_values(plain_field(), read_purposes(purpose), Rule())


@pytest.mark.parametrize("purpose", NAMES)
def test_few_players_are_valued_exactly(purpose: str) -> None:
    found = valued(purpose)
    assert found.check is None
    assert found.exact.all()
    inside = membership(3)
    cleared = runs(plain_field(), purpose, list(np.where(inside, 0, PASSIVE)))
    assert found.raw == pytest.approx(cleared.mean, abs=NOISE)
    assert found.failed == 0.0


@pytest.mark.parametrize("purpose", NAMES)
def test_a_club_whose_members_lose_does_not_act_and_what_it_would_lose_is_kept(
    purpose: str,
) -> None:
    found = valued(purpose)
    joint = (found.raw * membership(3)).sum(axis=1)
    acts = joint > 0.0
    assert found.payoffs.payoff[acts] == pytest.approx(found.raw[acts])
    assert not found.payoffs.payoff[~acts].any()
    assert not found.others[~acts].any()
    assert (found.payoffs.game().values >= 0.0).all()


def test_some_clubs_of_the_hand_made_market_act_and_some_do_not() -> None:
    joint = (valued("floor").raw * membership(3)).sum(axis=1)
    assert (joint[1:] > 0.0).any()
    assert (joint[1:] < 0.0).any()


def test_passive_players_are_paid_what_rides_on_a_club() -> None:
    found = valued("stockpile")
    usa_japan = 0b011
    assert found.payoffs.payoff[usa_japan, PLAYERS.index("AUS")] != 0.0


def test_a_cubature_of_all_draws_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    field = made_field(players=EVERYBODY)
    exact = club_values(field, read_purposes("stockpile"), Rule())
    monkeypatch.setattr(module, "EXACT_PLAYERS", 2)
    monkeypatch.setattr(module, "SAMPLE", 8)
    found = club_values(field, read_purposes("stockpile"), Rule(), checks=5)
    assert found.check is not None
    assert (found.check.clubs, found.check.draws) == (5, 6)
    assert found.check.worst < 1e-6
    size = np.abs(exact.raw).max()
    assert found.raw == pytest.approx(exact.raw, abs=1e-6 * size)
    assert not found.exact.all()


def test_clubs_through_few_draws_are_the_weighted_sum_over_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    field = made_field(players=EVERYBODY)
    few = Cubature(np.array([1, 3]), np.array([0.5, 0.8]), 0.0)
    monkeypatch.setattr(module, "EXACT_PLAYERS", 2)
    monkeypatch.setattr(module, "SAMPLE", 4)
    monkeypatch.setattr(module, "choose_draws", lambda *_, **__: few)
    found = club_values(field, read_purposes("recycling"), Rule("contribution"), checks=3)
    masks = np.flatnonzero(~found.exact)
    groups = np.where(membership(5)[masks], 0, PASSIVE)
    cleared = runs(field, "recycling", list(groups), "contribution")
    aim = 0.5 * cleared.gain[:, 1] + 0.8 * cleared.gain[:, 3]
    assert found.raw[masks] == pytest.approx(aim, abs=NOISE)
    others = (0.5 * cleared.others[:, 1] + 0.8 * cleared.others[:, 3]).sum(axis=1)
    assert found.raw[found.exact].shape[0] + masks.size == 32
    joint = (found.raw[masks] * membership(5)[masks]).sum(axis=1)
    assert found.others[masks] == pytest.approx(np.where(joint > 0.0, others, 0.0), abs=NOISE)


def test_without_clubs_to_check_no_error_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EXACT_PLAYERS", 2)
    monkeypatch.setattr(module, "SAMPLE", 8)
    field = made_field(players=EVERYBODY)
    found = club_values(field, read_purposes("stockpile"), Rule(), checks=0)
    assert found.check is not None
    assert found.check.clubs == 0
    assert np.isnan([found.check.typical, found.check.worst, found.check.typical_usd]).all()


@pytest.mark.parametrize("purpose", ["refining", "insurance"])
def test_many_players_that_can_do_nothing_are_worth_nothing(
    monkeypatch: pytest.MonkeyPatch, purpose: str
) -> None:
    monkeypatch.setattr(module, "EXACT_PLAYERS", 1)
    monkeypatch.setattr(module, "SAMPLE", 1)
    off = {"refining": {"plant_share": 0.0}, "insurance": {"cover_share": 0.0}}
    field = made_field(players=EVERYBODY, terms=club_terms(**off[purpose]))
    found = club_values(field, read_purposes(purpose), Rule(), checks=5)
    assert np.abs(found.raw).max() <= NOISE
    assert found.check is not None
    assert np.isnan(found.check.typical) or found.check.typical_usd <= NOISE


def test_insurance_is_the_same_through_few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    field = made_field(players=EVERYBODY)
    exact = club_values(field, read_purposes("insurance"), Rule())
    monkeypatch.setattr(module, "EXACT_PLAYERS", 2)
    monkeypatch.setattr(module, "SAMPLE", 4)
    monkeypatch.setattr("oreacle.engine.clubs.cubature.FEWEST_DRAWS", 2)
    found = club_values(field, read_purposes("insurance"), Rule(), checks=3)
    joint = [(one.raw * membership(5)).sum(axis=1) for one in (exact, found)]
    assert joint[1] == pytest.approx(joint[0], abs=1e-3 * np.abs(joint[0]).max())


def test_nobody_is_no_player() -> None:
    nobody = replace(plain_field(), players=())
    with pytest.raises(CoalitionError) as caught:
        club_values(nobody, read_purposes("floor"), Rule())
    assert caught.value.code == "ORE-COA-002"


@pytest.mark.slow
@pytest.mark.parametrize("purpose", ["stockpile", "procurement"])
def test_nine_players_are_valued_within_the_printed_error(
    monkeypatch: pytest.MonkeyPatch, purpose: str
) -> None:
    field = drawn("rare_earths_heavy", NINE, 80).field
    ticks = []
    found = club_values(
        field,
        read_purposes(purpose),
        Rule(),
        progress=lambda done, todo: ticks.append((done, todo)),
    )
    assert found.check is not None
    assert found.check.clubs == CHECKS
    assert found.check.draws < field.draws
    assert ticks[-1][0] == ticks[-1][1] == 511 + CHECKS
    monkeypatch.setattr(module, "EXACT_PLAYERS", 9)
    exact = club_values(field, read_purposes(purpose), Rule())
    inside = membership(9)
    gap = np.abs(((found.raw - exact.raw) * inside).sum(axis=1))
    grand = exact.raw[-1].sum()
    assert np.quantile(gap / abs(grand), 0.95) <= max(2.0 * found.check.typical, 1e-9)
    assert found.check.typical < 0.02
    kept = found.exact
    assert found.raw[kept] == pytest.approx(exact.raw[kept], abs=1e-9 * np.abs(exact.raw).max())


@pytest.mark.slow
def test_more_processes_give_the_same_bytes() -> None:
    field = drawn("rare_earths_heavy", NINE).field
    one, two = (
        club_values(field, read_purposes("stockpile"), Rule(), seed=4, workers=workers)
        for workers in (1, 2)
    )
    assert one.raw.tobytes() == two.raw.tobytes()
    assert one.others.tobytes() == two.others.tobytes()
    assert one.check == two.check
