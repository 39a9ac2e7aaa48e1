"""Reserves deplete, are found again late, and bound capacity where they are known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.mechanisms.bench import machinery_of, moment_of, position, setting_with

from oreacle.engine.capacity import Prospects, YearDraws, next_fleet
from oreacle.engine.mechanisms.contract import MINED, Moment
from oreacle.engine.mechanisms.exploration import (
    EXPLORATION,
    ExplorationFacts,
    ExplorationParameters,
    ExplorationPiece,
    found_in_year,
    room_of,
)
from oreacle.engine.mechanisms.machinery import Machinery
from oreacle.engine.mechanisms.parameters import parameters_of

P = parameters_of(ExplorationParameters, "exploration", {})


@given(st.lists(st.floats(0.0, 1e4), min_size=2, max_size=6), st.floats(0.5, 20.0))
def test_more_reserves_never_leave_less_room_and_what_runs_stays(
    years: list[float], backed: float
) -> None:
    room = room_of(np.sort(np.array(years)), backed)
    assert (np.diff(room) >= 0.0).all()
    assert (room >= 1.0).all()


def test_what_is_found_follows_old_drilling_half_near_mines_half_new() -> None:
    drilled = np.ones(16)
    assert found_in_year(drilled, P) == pytest.approx(1.0)
    drilled[1] = 1.4
    assert found_in_year(drilled, P) == pytest.approx(0.5 * 1.4 + 0.5)
    drilled[10] = 2.0
    assert found_in_year(drilled, P) == pytest.approx(0.5 * 1.4 + 0.5 * 2.0)


def test_mapping_adds_new_deposits_and_brings_them_forward() -> None:
    mapped = replace(P, mapping=1.0)
    assert found_in_year(np.ones(16), mapped) == pytest.approx(1.0 + 0.5 * 0.3)
    drilled = np.ones(16)
    drilled[7] = 2.0
    assert found_in_year(drilled, mapped) == pytest.approx(0.5 + 0.5 * 2.0 * 1.3)
    assert found_in_year(drilled, P) == pytest.approx(1.0)


def ready(**scenario: object) -> tuple[Machinery, Moment, dict[str, Any], ExplorationFacts]:
    setting = setting_with(**scenario)
    machinery = machinery_of(setting, EXPLORATION)
    moment, numbers = moment_of(machinery, setting)
    facts = machinery.running[0].facts
    assert isinstance(facts, ExplorationFacts)
    return machinery, moment, numbers, facts


def test_reserves_of_chile_and_bauxite_of_china_back_the_published_years() -> None:
    _, moment, _, facts = ready()
    world = moment.setting.world

    def years(mineral: str, country: str) -> float:
        row = facts.minerals.index(position(moment.setting, mineral))
        return float(facts.years[facts.cells(row)][world.chains[mineral].miners.index(country)])

    # 190 million tonnes of copper over 5.5 a year; bauxite in the form in which it is mined.
    assert years("copper", "CHL") == pytest.approx(190e6 / 5.51e6, rel=0.01)
    assert 5.0 < years("aluminium", "CHN") < 12.0
    assert years("tin", "MMR") > 10.0
    assert years("titanium", "MOZ") == np.inf
    assert years("tin", "IDN") == np.inf


def test_by_products_and_minerals_without_a_figure_are_left_alone() -> None:
    machinery, moment, numbers, _ = ready()
    said: Any = machinery.investment(moment, numbers)
    for mineral in ("gallium", "tellurium", "molybdenum", "platinum"):
        assert said(position(moment.setting, mineral), MINED).room is None


def test_where_reserves_run_short_nothing_is_started_and_elsewhere_all_is() -> None:
    machinery, moment, numbers, facts = ready()
    k = position(moment.setting, "copper")
    chain = moment.setting.world.chains["copper"]
    chile = chain.miners.index("CHL")
    own = moment.state.pieces["exploration"]
    assert isinstance(own, ExplorationPiece)
    at = facts.cells(facts.minerals.index(k))
    years = own.years.copy()
    years[:, at.start + chile] = 4.0
    poor = replace(moment.state, pieces={"exploration": replace(own, years=years)})
    terms: Any = machinery.investment(replace(moment, state=poor), numbers)(k, MINED)
    zero = np.zeros_like(moment.state.mines[k].level)
    view = Prospects(zero, 0.05, 0.1, 4.0, 0.0, chain.mined)
    draws, settings = YearDraws(zero, zero), moment.setting.settings
    free = next_fleet(moment.state.mines[k], view, draws, settings)
    bound = next_fleet(moment.state.mines[k], view, draws, settings, terms)
    # Started now, there three years on; until then nothing differs.
    assert bound.level == pytest.approx(free.level)
    assert (free.queue[:, chile, 2] - bound.queue[:, chile, 2] > 0.03).all()
    others = np.arange(len(chain.miners)) != chile
    assert bound.queue[:, others] == pytest.approx(free.queue[:, others])


def test_reserves_fall_by_output_and_rise_by_finds_and_dear_metal_is_drilled_for() -> None:
    machinery, moment, numbers, facts = ready()
    still = {"exploration": {"luck": np.full_like(numbers["exploration"]["luck"], 0.25)}}
    k = position(moment.setting, "copper")
    row = facts.minerals.index(k)
    at = facts.cells(row)
    own = moment.state.pieces["exploration"]
    assert isinstance(own, ExplorationPiece)
    prices = tuple(p + np.log(2.0) for p in moment.state.log_price)
    dear = replace(moment, state=replace(moment.state, log_price=prices))
    piece = machinery.advance(dear, still)["exploration"].piece
    assert isinstance(piece, ExplorationPiece)
    # exp(0.5 x 0.25 - 0.5 x 0.25) = 1: a year of mean luck replaces what the world mines.
    assert piece.years[:, at] == pytest.approx(own.years[:, at])
    assert piece.drilled[:, row, 0] == pytest.approx(2.0**0.6)
    assert (piece.drilled[:, row, 1:] == 1.0).all()


def test_off_it_is_gone() -> None:
    setting = setting_with(off=("exploration",))
    machinery = machinery_of(setting, EXPLORATION)
    moment, numbers = moment_of(machinery, setting)
    assert machinery.running == ()
    assert numbers == {}
    k = position(setting, "copper")
    assert machinery.investment(moment, numbers)(k, MINED).room is None
