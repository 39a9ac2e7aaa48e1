"""Taxes and permits follow lost share, promises work where they are believed, importers build."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

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

from oreacle.engine.capacity import Prospects, YearDraws, next_fleet
from oreacle.engine.measures import ActiveMeasure
from oreacle.engine.mechanisms.contract import MINED, REFINED, Moment
from oreacle.engine.mechanisms.machinery import Machinery
from oreacle.engine.mechanisms.parameters import parameters_of
from oreacle.engine.mechanisms.siting import (
    SITING,
    SitingFacts,
    SitingParameters,
    SitingPiece,
    benefit_left,
    next_cut,
)
from oreacle.scenario.assumptions import Doctrine, Span

P = parameters_of(SitingParameters, "siting", {})
part = st.floats(0.0, 1.0)


@given(part, st.floats(-2.0, 2.0), part)
def test_cuts_stay_between_none_and_the_most(cut: float, lost: float, most: float) -> None:
    first = min(cut, most)
    found = next_cut(np.array([[first]]), np.array([[lost]]), 0.1, np.array([most]), P)
    assert -1e-12 <= found[0, 0] <= most + 1e-12


def test_a_fifth_of_the_share_lost_brings_a_fifth_of_the_cut_in_the_first_year() -> None:
    lost = -np.log(0.8)
    found = next_cut(np.zeros((1, 1)), np.array([[lost]]), 0.1, np.array([0.1]), P)
    assert float(found[0, 0]) == pytest.approx(0.2 * 0.1 * (lost - 0.1))


def test_benefits_fall_with_tax_and_permits_and_an_unknown_tax_is_left_alone() -> None:
    tax = np.array([0.25, np.nan])
    left = benefit_left(tax, np.array([[0.05, 0.0]]), np.array([[0.4, 0.0]]), P)
    assert left[0].tolist() == pytest.approx([1.0 - 0.5 * 0.2 - 0.3 * 0.4, 1.0])


def ready(**scenario: object) -> tuple[Machinery, Moment, SitingFacts]:
    setting = setting_with(**scenario)
    machinery = machinery_of(setting, SITING)
    moment, _ = moment_of(machinery, setting)
    facts = machinery.running[0].facts
    assert isinstance(facts, SitingFacts)
    return machinery, moment, facts


def with_piece(moment: Moment, **changed: np.ndarray) -> Moment:
    own = moment.state.pieces["siting"]
    assert isinstance(own, SitingPiece)
    pieces = {"siting": replace(own, **changed)}
    return replace(moment, state=replace(moment.state, pieces=pieces))


def test_in_the_first_year_nothing_pulls_and_nobody_reacts() -> None:
    machinery, moment, _ = ready()
    terms: Any = machinery.investment(moment, {})(position(moment.setting, "copper"), MINED)
    assert terms.started is None
    assert not terms.attraction.any()
    assert (terms.lead == 1.0).all()
    piece = machinery.advance(moment, {})["siting"].piece
    assert isinstance(piece, SitingPiece)
    assert not piece.tax_cut.any()
    assert (piece.benefit == 1.0).all()


def test_a_tax_cut_draws_projects_by_the_published_elasticity_where_it_is_believed() -> None:
    machinery, moment, facts = ready()
    k = position(moment.setting, "copper")
    chain = moment.setting.world.chains["copper"]
    own = moment.state.pieces["siting"]
    assert isinstance(own, SitingPiece)
    pulls = {}
    for country in ("AUS", "COD"):
        cut = np.zeros_like(own.tax_cut)
        cut[:, facts.places.countries.index(country)] = 0.05
        terms: Any = machinery.investment(with_piece(moment, tax_cut=cut), {})(k, MINED)
        pulls[country] = terms.attraction[0, chain.miners.index(country)]
        if country == "AUS":
            drawn = terms
    assert 0.08 < pulls["AUS"] < 3.3 * 0.05
    assert pulls["COD"] < 0.3 * pulls["AUS"]
    zero = np.zeros_like(moment.state.mines[k].level)
    view = Prospects(zero, 0.03, 0.1, 4.0, 0.0, chain.mined)
    settings, draws = moment.setting.settings, YearDraws(zero, zero)
    plain = next_fleet(moment.state.mines[k], view, draws, settings)
    moved = next_fleet(moment.state.mines[k], view, draws, settings, drawn)
    aus = chain.miners.index("AUS")
    assert moved.level[:, aus] == pytest.approx(plain.level[:, aus])
    gain = moved.queue[:, aus, 2] / plain.queue[:, aus, 2]
    assert (gain > 1.05).all()
    total = ((moved.queue - plain.queue).sum(axis=2) * chain.mined).sum(axis=1)
    assert total == pytest.approx(0.0, abs=1.0)


def test_a_place_that_loses_share_cuts_and_its_permits_get_shorter() -> None:
    machinery, moment, facts = ready()
    at = facts.places.countries.index("CHL")
    own = moment.state.pieces["siting"]
    assert isinstance(own, SitingPiece)
    held = own.share.copy()
    held[:, at] *= 1.5
    piece = machinery.advance(with_piece(moment, share=held), {})["siting"].piece
    assert isinstance(piece, SitingPiece)
    lost = np.log(1.5) - 0.1
    assert piece.tax_cut[:, at] == pytest.approx(0.2 * 0.1 * lost)
    assert (piece.benefit[:, at] < 1.0).all()
    later = with_piece(moment, permit_cut=piece.permit_cut)
    k = position(moment.setting, "copper")
    mine = moment.setting.world.chains["copper"].miners.index("CHL")
    lead = np.asarray(machinery.investment(later, {})(k, MINED).lead)[:, mine]
    assert lead == pytest.approx(1.0 - 0.3 * 0.2 * 0.5 * lost)


def ban() -> ActiveMeasure:
    return ActiveMeasure("CHN", "rare_earths_light", "refined", "export_ban", 1.0, (), 2026)


def test_a_ban_has_importers_build_in_proportion_to_what_hangs_on_the_banner() -> None:
    machinery, moment, facts = ready()
    k = position(moment.setting, "rare_earths_light")
    hit = replace(moment, measures=((ban(),), (), ()))
    started: Any = machinery.investment(hit, {})(k, REFINED).started
    space = moment.setting.space
    owner = space.plant_actor[k]
    china = space.actors.index("CHN")
    assert started[0].max() > 0.0
    assert not started[1:].any()
    assert started.max() <= P.incentive_limit
    assert not started[0, owner == china].any()
    node = int(np.flatnonzero(started[0])[0])
    row = facts.hanging[1][k, china, owner[node]] * facts.goal[1][k, owner[node]]
    assert started[0, node] == pytest.approx(min(P.incentive_rate * row, P.incentive_limit))
    cost = machinery.record(hit, {})["incentive_cost"].values
    assert cost[0].sum() > 0.0
    assert not cost[1:].any()


def test_a_doctrine_of_security_has_an_importer_build_more() -> None:
    measure = replace(ban(), mineral="tungsten")
    found: list[Any] = []
    for doctrines in ((), (Doctrine("USA", Span(2020), security=1.0),)):
        machinery, moment, _ = ready(
            doctrines=doctrines, parameters=(("siting.incentive_limit", 10.0),)
        )
        hit = replace(moment, measures=((measure,), (), ()))
        found.append(machinery.record(hit, {})["incentive_cost"].values[0])
    at = real_setting().space.actors.index("USA")
    assert found[1][at] == pytest.approx(2.0 * found[0][at])
    assert found[0][at] > 0.0


def test_off_it_is_gone() -> None:
    setting = setting_with(off=("siting",))
    machinery = machinery_of(setting, SITING)
    assert machinery.running == ()
    moment, numbers = moment_of(machinery, setting)
    assert numbers == {}
    assert machinery.investment(moment, numbers)(0, MINED).attraction is None
    assert "siting" not in moment.state.pieces
