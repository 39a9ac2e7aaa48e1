"""Clubs form, admit, strain and break as stated, and act on markets while they last."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.mechanisms.bench import (
    cleared_under,
    machinery_of,
    moment_of,
    position,
    real_setting,
    setting_with,
)

from oreacle.core.errors import RunError
from oreacle.engine.act_chances import Acts
from oreacle.engine.capacity import Prospects, YearDraws, first_fleet, next_fleet
from oreacle.engine.measures import ActiveMeasure
from oreacle.engine.mechanisms.clubs.dynamics import exit_chance, next_clubs, next_strain
from oreacle.engine.mechanisms.clubs.mechanism import CLUBS, desk_pull
from oreacle.engine.mechanisms.clubs_piece import ClubsPiece, no_clubs
from oreacle.engine.mechanisms.contract import MINED, REFINED, Moment
from oreacle.engine.setting import Setting
from oreacle.relations.network.state import NetworkState
from oreacle.scenario.assumptions import ClubChange

YEAR = int(real_setting().years[0])


def founded(
    *instruments: str,
    members: tuple[str, ...] = ("USA", "JPN", "KOR"),
    mineral: str = "gallium",
) -> ClubChange:
    return ClubChange("ours", "founded", YEAR, members, (mineral,), instruments)


def seen(setting: Setting, **changes: Any) -> Moment:  # noqa: ANN401 - fields of a moment
    machinery = machinery_of(setting, CLUBS)
    moment, numbers = moment_of(machinery, setting)
    one = machinery.running[0]
    return replace(
        moment,
        facts=one.facts,
        parameters=one.parameters,
        own=moment.state.pieces["clubs"],
        numbers=numbers["clubs"],
        **changes,
    )


def actor(name: str) -> int:
    return real_setting().space.actors.index(name)


def acts_of(names: tuple[str, ...], members: int = 3) -> Acts:
    drawn = np.zeros((members, len(real_setting().acting)), dtype=bool)
    drawn[0, [actor(name) for name in names]] = True
    return Acts({"club": drawn}, np.zeros((members, 1, 1, 1), dtype=bool))


def calm(moment: Moment, **numbers: float) -> Moment:
    """The year with fixed draws: nobody leaves unless told so."""
    chosen = {"exit": 1.0, "join": 0.0, "club": 0.0} | numbers
    return replace(
        moment, numbers={name: np.full_like(moment.numbers[name], v) for name, v in chosen.items()}
    )


def peaceful(moment: Moment) -> Moment:
    size = len(moment.setting.acting)
    network = NetworkState(np.zeros((1, size, size)), np.zeros((1, size, size)))
    return replace(moment, state=replace(moment.state, network=network))


def test_no_club_of_the_world_acts_on_a_market_in_the_base_year() -> None:
    moment = seen(real_setting())
    assert not moment.piece(ClubsPiece).is_running.any()


def test_the_piece_tells_who_acts_together_and_on_what() -> None:
    piece = no_clubs(2, 5, 3, ("one",))
    piece.member_of[0, 0, [1, 3]] = True
    piece.instruments[0, 0, 0] = True
    piece.minerals[0, 0, 2] = True
    together = piece.together("stockpile")
    assert together[0, 1, 3]
    assert together.sum() == 4
    assert np.argwhere(piece.covered("stockpile")).tolist() == [[0, 1, 2], [0, 3, 2]]
    assert not piece.together("floor").any()


def test_a_club_of_the_scenario_is_there_from_its_year_and_ends_when_it_says() -> None:
    clubs = (
        replace(founded("stockpile"), year=YEAR + 1),
        ClubChange("ours", "left", YEAR + 2, ("KOR",)),
        ClubChange("ours", "dissolved", YEAR + 3),
    )
    setting = setting_with(clubs=clubs)
    moment = calm(seen(setting))
    sizes = []
    for step in range(4):
        sizes.append(int(moment.piece(ClubsPiece).member_of[0].sum()))
        piece = next_clubs(moment).piece
        moment = replace(moment, own=piece, year=YEAR + step + 1, step=step + 1)
    assert sizes == [0, 3, 2, 0]


def test_governments_drawn_together_found_a_club_and_a_third_joins_it() -> None:
    moment = calm(peaceful(seen(real_setting())))
    first = next_clubs(replace(moment, acts=acts_of(("USA", "JPN"))))
    assert first.piece.is_running.sum() == 1
    assert set(np.flatnonzero(first.piece.member_of[0].any(axis=0))) == {actor("USA"), actor("JPN")}
    later = replace(moment, own=first.piece, acts=acts_of(("KOR",)), year=YEAR + 1)
    second = next_clubs(later).piece
    assert second.member_of[0].sum() == 3
    without = next_clubs(calm(replace(moment, acts=acts_of(("USA", "JPN"))), club=0.99))
    assert not without.piece.is_running.any()


def test_rivals_do_not_found_a_club() -> None:
    moment = calm(peaceful(seen(real_setting())))
    rivalry = np.zeros_like(moment.state.network.rivalry)
    rivalry[0, actor("USA"), actor("JPN")] = 1.0
    network = replace(moment.state.network, rivalry=rivalry)
    moment = replace(moment, state=replace(moment.state, network=network))
    assert not next_clubs(replace(moment, acts=acts_of(("USA", "JPN")))).piece.is_running.any()


def test_a_club_of_one_ends_and_an_exit_leaves_rivalry() -> None:
    moment = calm(peaceful(seen(setting_with(clubs=(founded("floor", members=("USA", "JPN")),)))))
    draws = np.ones_like(moment.numbers["exit"])
    draws[0, 0, actor("USA")] = 0.0
    moved = next_clubs(replace(moment, numbers={**moment.numbers, "exit": draws}))
    assert moved.piece.is_running[:, 0].tolist() == [False, True, True]
    assert moved.rivalry is not None
    assert moved.rivalry[0, actor("USA"), actor("JPN")] == pytest.approx(0.5)
    assert moved.rivalry.sum() == pytest.approx(0.5)


@given(st.floats(0.0, 0.5), st.floats(0.0, 20.0), st.floats(0.0, 20.0))
def test_more_strain_never_keeps_a_member(rate: float, one: float, two: float) -> None:
    low, high = exit_chance(rate, np.sort(np.array([one, two])))
    assert low <= high <= 1.0
    assert low >= rate - 1e-12


def test_a_measure_by_a_member_strains_those_it_hits() -> None:
    moment = peaceful(seen(setting_with(clubs=(founded("procurement"),))))
    aimed = ActiveMeasure("USA", "gallium", "refined", "export_ban", 1.0, ("JPN",), YEAR)
    moment = replace(moment, started=((aimed,), (), ()))
    strain = next_strain(moment, moment.piece(ClubsPiece))
    assert strain[0, 0, actor("JPN")] == pytest.approx(1.5)
    assert strain[0, 0, actor("KOR")] == 0.0
    assert strain[1].sum() == 0.0
    again = replace(
        moment, started=((), (), ()), own=replace(moment.piece(ClubsPiece), strain=strain)
    )
    assert next_strain(again, again.piece(ClubsPiece))[0, 0, actor("JPN")] == pytest.approx(1.05)


def test_a_desk_leans_away_from_a_dominant_supplier_and_not_from_home() -> None:
    flow = np.array([[80.0, 10.0], [20.0, 0.0], [50.0, 0.0]])
    tail, head = np.array([1, 2, 0]), np.array([0, 3])
    buys = np.array([[True, False]])
    factor = desk_pull(flow, tail, head, buys, 0.5)
    # Shares abroad 0.8 and 0.2, sum of squares 0.68.
    assert factor[0, :, 0] == pytest.approx([np.exp(-0.06), np.exp(0.24), 1.0])
    assert (factor[0, :, 1] == 1.0).all()


def test_pooled_procurement_moves_purchases_from_the_largest_supplier() -> None:
    setting = setting_with(
        clubs=(founded("procurement", members=("USA", "JPN", "KOR", "EU"), mineral="silicon"),)
    )
    moment, numbers = moment_of(machinery_of(setting, CLUBS), setting)
    k = position(setting, "silicon")
    said = machinery_of(setting, CLUBS).conditions(moment, numbers)[k]
    assert said.metal_pull is not None
    largest = int(np.argmax(setting.world.chains["silicon"].refined))
    before, after = (cleared_under(setting, "silicon", c).refined[0] for c in (type(said)(), said))
    assert -0.2 < after[largest] / before[largest] - 1.0 < -0.001


def test_shared_refining_adds_plants_after_their_lead_time_and_only_at_members() -> None:
    setting = setting_with(clubs=(founded("refining", mineral="copper"),))
    machinery = machinery_of(setting, CLUBS)
    moment, numbers = moment_of(machinery, setting)
    k = position(setting, "copper")
    terms = machinery.investment(moment, numbers)(k, REFINED)
    chain, owner = setting.world.chains["copper"], setting.space.plant_actor[k]
    inside = np.isin(owner, [actor(n) for n in ("USA", "JPN", "KOR")])
    assert terms.started is not None
    assert (terms.started[0, ~inside] == 0.0).all()
    users = np.isin(setting.space.user_actor[k], [actor(n) for n in ("USA", "JPN", "KOR")])
    tonnes = float((terms.started[0] * chain.refined).sum())
    assert tonnes == pytest.approx(0.1 / 5.0 * chain.used[users].sum(), rel=1e-9)
    nodes = chain.refined.size
    zero = np.zeros((3, nodes))
    fleet = first_fleet(3, nodes, np.ones(4), 2)
    view = Prospects(zero, 0.0, 0.1, 2.0, 0.0, chain.refined)
    settings = replace(setting.settings, lead_time_spread=0.0)
    one = next_fleet(fleet, view, YearDraws(zero, zero), settings, terms)
    two = next_fleet(one, view, YearDraws(zero, zero), settings)
    assert one.level[0] == pytest.approx(fleet.level[0])
    assert two.level[0] - one.level[0] == pytest.approx(terms.started[0])


def test_a_floor_lowers_what_investors_in_members_mines_ask_for() -> None:
    setting = setting_with(clubs=(founded("floor", members=("CHN", "USA")),))
    machinery = machinery_of(setting, CLUBS)
    moment, numbers = moment_of(machinery, setting)
    k = position(setting, "gallium")
    terms = machinery.investment(moment, numbers)(k, MINED)
    assert terms.hurdle is not None
    inside = np.isin(setting.space.mine_actor[k], [actor("CHN"), actor("USA")])
    assert terms.hurdle[0] == pytest.approx(np.where(inside, -0.05, 0.0))
    assert machinery.investment(moment, numbers)(position(setting, "copper"), MINED).hurdle is None


def test_too_many_named_clubs_and_changes_about_nobody_are_refused() -> None:
    many = tuple(ClubChange(f"c{n}", "founded", YEAR, ("USA", "JPN")) for n in range(9))
    with pytest.raises(RunError) as caught:
        machinery_of(setting_with(clubs=many), CLUBS)
    assert caught.value.code == "ORE-RUN-231"
    with pytest.raises(RunError) as caught:
        machinery_of(setting_with(clubs=(ClubChange("x", "founded", YEAR),)), CLUBS)
    assert caught.value.code == "ORE-RUN-232"


def test_off_there_is_no_piece_and_nothing_on_markets() -> None:
    setting = setting_with(clubs=(founded("procurement"),), off=("clubs",))
    machinery = machinery_of(setting, CLUBS)
    moment, numbers = moment_of(machinery, setting)
    assert "clubs" not in moment.state.pieces
    assert all(one.is_empty for one in machinery.conditions(moment, numbers))
