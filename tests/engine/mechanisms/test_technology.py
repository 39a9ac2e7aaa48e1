"""Refining technology: ventures teach, leaders ban, and both work through projects alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.mechanisms.bench import (
    machinery_of,
    moment_of,
    position,
    real_setting,
    setting_with,
)

from oreacle.core.errors import RunError
from oreacle.engine.act_chances import Acts
from oreacle.engine.capacity import Prospects, YearDraws, next_fleet
from oreacle.engine.mechanisms.contract import REFINED, Moment
from oreacle.engine.mechanisms.investment import InvestmentTerms
from oreacle.engine.mechanisms.machinery import Machinery
from oreacle.engine.mechanisms.parameters import parameters_of
from oreacle.engine.mechanisms.technology import (
    NOBODY,
    TECHNOLOGY,
    TechnologyParameters,
    TechnologyPiece,
    ban_chance,
    taught,
)
from oreacle.engine.mechanisms.ventures.terms import VenturesPiece
from oreacle.engine.setting import Setting
from oreacle.scenario.assumptions import ClubChange

MEMBERS = 3
MINERAL = "lithium"
LEADER = "CHN"


def parameters() -> TechnologyParameters:
    return parameters_of(TechnologyParameters, "technology", {})


def actor(setting: Setting, name: str) -> int:
    return setting.acting.index(name)


def moment_with(
    setting: Setting, *, gain: tuple[str, float] | None = None, banned: bool = False
) -> tuple[Machinery, Moment, dict[str, dict[str, np.ndarray]]]:
    """A year in which the first member has a ban or an actor with a gain."""
    machinery = machinery_of(setting, TECHNOLOGY)
    moment, numbers = moment_of(machinery, setting, members=MEMBERS)
    piece = moment.state.pieces["technology"]
    assert isinstance(piece, TechnologyPiece)
    k = position(setting, MINERAL)
    if gain is not None:
        piece.gain[0, actor(setting, gain[0]), k] = gain[1]
    if banned:
        piece.banned_by[0, k] = actor(setting, LEADER)
    return machinery, moment, numbers


def terms(setting: Setting, **named: object) -> InvestmentTerms:
    machinery, moment, numbers = moment_with(setting, **named)  # type: ignore[arg-type]
    return machinery.investment(moment, numbers)(position(setting, MINERAL), REFINED)


def after(
    setting: Setting,
    moment: Moment,
    numbers: dict[str, dict[str, np.ndarray]],
    machinery: Machinery,
) -> TechnologyPiece:
    found = machinery.advance(moment, numbers)["technology"].piece
    assert isinstance(found, TechnologyPiece)
    return found


def plant_of(setting: Setting, name: str) -> int:
    owner = setting.space.plant_actor[position(setting, MINERAL)]
    return int(np.flatnonzero(owner == setting.space.actors.index(name))[0])


@given(st.floats(0.0, 1.0), st.floats(-1.0, 1.0), st.floats(0.0, 1.0))
def test_nobody_learns_more_than_there_is_to_learn_nor_from_who_knows_less(
    gain: float, gap: float, rate: float
) -> None:
    new = float(taught(np.array(gain), np.array(gap), rate))
    assert 0.0 <= new <= 1.0 - gain + 1e-12
    assert new == 0.0 or gap > 0.0


@given(st.integers(0, 20), st.floats(0.0, 10.0))
def test_the_chance_of_a_ban_rises_with_rivalry_up_to_a_bound(led: int, rivalry: float) -> None:
    minerals = np.array([[led, 20 - led]])
    low, high = (
        float(ban_chance(parameters(), minerals, np.array([[r, 1.0]]))[0, 0])
        for r in (rivalry, rivalry + 1.0)
    )
    assert 0.0 <= low <= high <= min(3.0 * parameters().ban_rate, 1.0)


def test_bans_come_at_the_measured_rate_over_all_leaders_at_base_rivalry() -> None:
    led = np.array([[15, 3, 2, 0]])
    chance = ban_chance(parameters(), led, np.ones((1, 4)))
    assert chance.sum() == pytest.approx(0.14)
    assert chance[0, 0] == pytest.approx(0.14 * 15 / 20)


def test_a_parameter_out_of_range_is_refused() -> None:
    with pytest.raises(RunError) as caught:
        machinery_of(setting_with(parameters=(("technology.ban_end", 2.0),)), TECHNOLOGY)
    assert "technology.ban_end" in caught.value.what


def test_at_the_start_investors_are_told_nothing() -> None:
    setting = real_setting()
    machinery, moment, numbers = moment_with(setting)
    assert machinery.running[0].mechanism.investment is not None
    told = machinery.investment(moment, numbers)
    assert all(told(k, REFINED) == InvestmentTerms() for k in range(len(setting.space.minerals)))


def test_a_ban_slows_plants_of_who_does_not_know_how_and_spares_the_leader() -> None:
    setting, chosen = real_setting(), parameters()
    found = terms(setting, banned=True)
    assert found.lead is not None
    assert found.hurdle is not None
    assert found.attraction is not None
    leader = plant_of(setting, LEADER)
    assert found.lead[0, leader] == 1.0
    assert found.hurdle[0, leader] == 0.0
    others = np.delete(found.lead[0], leader)
    assert others.max() > 1.05
    assert others.max() <= np.exp(chosen.ban_lead) + 1e-12
    assert np.delete(found.attraction[0], leader).min() >= -chosen.ban_attraction - 1e-12
    # Other members have no ban.
    assert (found.lead[1:] == 1.0).all()


def test_a_gain_shields_from_a_ban() -> None:
    setting = real_setting()
    k = position(setting, MINERAL)
    names = [setting.space.actors[a] for a in setting.space.plant_actor[k]]
    weak = next(n for n in names if n in setting.acting and n != LEADER)
    bare, learned = (terms(setting, banned=True, gain=(weak, g)).hurdle for g in (0.0, 0.8))
    at = plant_of(setting, weak)
    assert bare is not None
    assert learned is not None
    assert learned[0, at] == pytest.approx(0.2 * bare[0, at])


def test_a_ban_costs_rivals_capacity_only_after_their_lead_time() -> None:
    setting = real_setting()
    k = position(setting, MINERAL)
    chain = list(setting.world.chains.values())[k]
    leader = plant_of(setting, LEADER)
    lead = float(setting.traits.plant_lead[k])
    moved = []
    for banned in (False, True):
        told = terms(setting, banned=banned)
        _, moment, _ = moment_with(setting)
        fleet = moment.state.plants[k]
        none = np.zeros_like(fleet.level)
        prospects = Prospects(none + 0.2, 0.05, 0.1, lead, 0.0, chain.refined)
        path = []
        for _ in range(12):
            fleet = next_fleet(fleet, prospects, YearDraws(none, none), setting.settings, told)
            path.append(np.delete(fleet.level[0] * chain.refined, leader).sum())
        moved.append(np.array(path))
    lost = 1.0 - moved[1] / moved[0]
    # A project started in the first year stands after its lead time, not before.
    before = int(np.floor(lead)) - 1
    assert np.allclose(lost[:before], 0.0, atol=1e-12)
    assert lost[-1] > 0.01
    assert lost[-1] < 0.5


def test_a_venture_with_a_leader_teaches_the_partner_and_not_under_a_ban() -> None:
    setting = real_setting()
    k = position(setting, MINERAL)
    rows = list(setting.first["pair"])
    china = actor(setting, LEADER)
    partner = actor(setting, "ARG")
    gained = {}
    for banned in (False, True):
        machinery, moment, numbers = moment_with(setting, banned=banned)
        one = np.array([0])
        pact = np.zeros((MEMBERS, len(rows), len(setting.acting)))
        book = VenturesPiece(
            one,
            np.array([rows.index(china)]),
            np.array([partner]),
            np.array([k]),
            np.array([REFINED]),
            np.array([1e4]),
            np.array([moment.year - 1]),
            np.array([True]),
            pact,
        )
        pieces = {**moment.state.pieces, "ventures": book}
        moment = replace(moment, state=replace(moment.state, pieces=pieces))
        gained[banned] = after(setting, moment, numbers, machinery).gain[:, partner, k]
    know = min(float(moment.state.shares[-1][0, partner, k, REFINED]) / 0.1, 1.0)
    assert gained[False][0] == pytest.approx(0.25 * (1.0 - know))
    assert (gained[False][1:] == 0.0).all()
    assert (gained[True] == 0.0).all()


def test_an_agreement_teaches_less_than_a_venture_and_only_what_the_partner_mines() -> None:
    setting = real_setting()
    machinery, moment, numbers = moment_with(setting)
    rows = list(setting.first["pair"])
    china, partner = actor(setting, LEADER), actor(setting, "ARG")
    signed = np.zeros((MEMBERS, len(rows), len(setting.acting)), dtype=bool)
    signed[0, rows.index(china), partner] = True
    size = (MEMBERS, len(setting.acting), len(setting.space.minerals), 2)
    acts = Acts({"agreement": signed}, np.zeros(size, dtype=bool))
    found = after(setting, replace(moment, acts=acts), numbers, machinery).gain
    mines = setting.published[0, partner, :, 0] >= 0.005
    assert found[0, partner, position(setting, MINERAL)] == pytest.approx(0.01, rel=0.7)
    assert 0.0 < found[0, partner].max() <= 0.01
    assert (found[0, partner][~mines] == 0.0).all()
    assert found[1:].max() == 0.0


def test_joint_research_teaches_year_by_year() -> None:
    founded = ClubChange("lab", "founded", 2000, (LEADER, "ARG"), instruments=("research",))
    setting = setting_with(clubs=(founded,))
    machinery, moment, numbers = moment_with(setting)
    k = position(setting, MINERAL)
    found = after(setting, moment, numbers, machinery).gain
    assert 0.0 < found[0, actor(setting, "ARG"), k] <= 0.03
    assert found[0, actor(setting, LEADER), k] == 0.0


def test_a_sure_ban_lies_on_minerals_that_the_leader_leads() -> None:
    setting = setting_with(parameters=(("technology.ban_rate", 1.0), ("technology.ban_end", 0.0)))
    machinery, moment, numbers = moment_with(setting)
    numbers["technology"]["starts"] = np.zeros_like(numbers["technology"]["starts"])
    found = after(setting, moment, numbers, machinery).banned_by
    shares = moment.state.shares[-1][:, :, :, REFINED]
    for member, k in np.argwhere(found != NOBODY):
        assert shares[member, found[member, k], k] >= parameters().leader_share
    assert ((found != NOBODY).sum(axis=1) >= 1).all()
    notes = machinery.tell(moment, numbers)
    assert any(n.actor == LEADER and "bans" in n.what for n in notes)


def test_off_it_says_nothing_and_keeps_nothing() -> None:
    setting = setting_with(off=("technology",))
    machinery = machinery_of(setting, TECHNOLOGY)
    moment, numbers = moment_of(machinery, setting)
    assert moment.state.pieces == {}
    assert machinery.investment(moment, numbers)(0, REFINED) == InvestmentTerms()
