"""Blockades and revoked licences take mines out while they last, more where benefits fell."""

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
    setting_with,
)

from oreacle.engine.mechanisms.contract import MINED, Moment
from oreacle.engine.mechanisms.licence import (
    LICENCE,
    LicenceFacts,
    LicencePiece,
    spread_hazard,
)
from oreacle.engine.mechanisms.licence_usual import mean_days, usual_closed
from oreacle.engine.mechanisms.machinery import Machinery
from oreacle.engine.mechanisms.siting import SITING, SitingPiece
from oreacle.scenario.assumptions import ShockRate, Span


@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=6), st.floats(0.0, 2.0))
def test_hazards_of_mines_sum_to_the_rate_of_the_world(shares: list[float], rate: float) -> None:
    share = np.array(shares) / sum(shares)
    found = spread_hazard(rate, share, np.linspace(1.0, 2.0, share.size), 0.015)
    assert found.sum() == pytest.approx(rate)
    assert (found >= 0.0).all()


def ready(*others: object) -> tuple[Machinery, Moment, LicenceFacts, dict[str, np.ndarray]]:
    setting = setting_with()
    machinery = machinery_of(setting, LICENCE, *others)  # type: ignore[arg-type]
    moment, numbers = moment_of(machinery, setting)
    facts = machinery.running[0].facts
    assert isinstance(facts, LicenceFacts)
    still = {name: np.ones_like(draw) for name, draw in numbers["licence"].items()}
    still["length"][:] = 0.0
    return machinery, moment, facts, still


def cell_of(moment: Moment, facts: LicenceFacts, mineral: str, country: str) -> int:
    chain = moment.setting.world.chains[mineral]
    k = position(moment.setting, mineral)
    return int(facts.first[k]) + chain.miners.index(country)


def test_copper_has_the_events_that_were_noted_and_risky_places_more_of_them() -> None:
    _, moment, facts, _ = ready()
    k = position(moment.setting, "copper")
    noted = [
        event
        for event in moment.setting.world.disruptions.events_of(
            mineral="copper", cause="blockade_unrest"
        )
        if event.year >= 2010
    ]
    assert facts.blockade[facts.cells(k)].sum() == pytest.approx((len(noted) + 0.25) / 15.0)
    chain = moment.setting.world.chains["copper"]
    per_tonne = facts.blockade[facts.cells(k)] / chain.mined
    at = chain.miners.index
    assert per_tonne[at("COD")] > 1.5 * per_tonne[at("AUS")]
    # The rate of all minerals stays near what the table of rates has for the world.
    assert 0.8 < facts.blockade.sum() < 2.5
    assert 0.3 < facts.permit.sum() < 1.5


def without_closed(moment: Moment) -> Moment:
    """The same year, before which every site has its licence."""
    piece = moment.state.pieces["licence"]
    assert isinstance(piece, LicencePiece)
    none = {**moment.state.pieces, "licence": LicencePiece(np.zeros_like(piece.closed))}
    return replace(moment, state=replace(moment.state, pieces=none))


def test_a_quiet_year_runs_by_what_is_usually_stopped_above_the_base_year() -> None:
    machinery, moment, facts, still = ready()
    quiet = machinery.conditions(without_closed(moment), {"licence": still})
    for k, said in enumerate(quiet):
        usual = facts.usual[facts.cells(k)]
        assert usual.max() > 0.0
        assert np.asarray(said.mines) * (1.0 - usual) == pytest.approx(1.0)
    piece = machinery.advance(moment, {"licence": still})["licence"].piece
    assert isinstance(piece, LicencePiece)
    assert (piece.closed == facts.closed).all()


def test_what_is_usually_closed_is_what_a_chain_of_its_states_holds_in_the_long_run() -> None:
    # Three sites of 0.4: closed is 0, 0.4, 0.8 or 1. Each year all open again with 0.45, then one
    # more closes with 0.1.
    hazard, reopening = 0.1, 0.45
    chain = np.zeros((4, 4))
    for k in range(4):
        for start, chance in ((0, reopening), (k, 1.0 - reopening)):
            chain[k, min(start + 1, 3)] += chance * hazard
            chain[k, start] += chance * (1.0 - hazard)
    long_run = np.linalg.matrix_power(chain, 200)[0] @ np.array([0.0, 0.4, 0.8, 1.0])
    found = usual_closed(np.array([hazard]), np.array([0.4]), reopening)
    assert found[0] == pytest.approx(long_run)


def test_days_of_a_blockade_are_those_of_a_cut_log_normal_length() -> None:
    normal = np.random.default_rng(1).standard_normal(400_000)
    drawn = np.minimum(50.0 * np.exp(normal), 365.0).mean()
    assert mean_days(50.0, 1.0, 365.0) == pytest.approx(drawn, rel=0.005)


def test_on_average_over_many_years_and_members_mines_run_as_in_the_base_year() -> None:
    machinery, _, facts, _ = ready()
    setting = setting_with()
    moment, _ = moment_of(machinery, setting, members=1000)
    for year in range(4):
        drawn = moment_of(machinery, setting, members=1000, seed=11 + year)[1]
        said = machinery.conditions(moment, drawn)
        running = np.concatenate([np.asarray(one.mines) for one in said], axis=1)
        assert float((running @ facts.worth).mean()) == pytest.approx(1.0, abs=0.0007), year
        piece = machinery.advance(moment, drawn)["licence"].piece
        pieces = {**moment.state.pieces, "licence": piece}
        moment = replace(moment, state=replace(moment.state, pieces=pieces))


def test_what_a_scenario_says_of_unrest_holds_where_and_of_what_it_says() -> None:
    machinery, moment, facts, still = ready()
    cells = [cell_of(moment, facts, "copper", country) for country in ("PER", "CHL")]
    for kind in ("blockade", "permit"):
        still[kind][:, cells] = 1.5 * getattr(facts, kind)[cells]
    for cause, figures in (
        ("unrest", (1.0, 1.0)),
        ("blockade_unrest", (1.0, 0.0)),
        ("strike", (0.0, 0.0)),
    ):
        rates = (ShockRate(cause, 2.0, Span(2025), "PER"),)
        scenario = replace(moment.setting.scenario, shock_rates=rates)
        told = replace(moment, setting=replace(moment.setting, scenario=scenario))
        found = machinery.record(told, {"licence": still})
        names = ("sites_stopped", "licences_revoked")
        assert tuple(float(found[name].values[0]) for name in names) == figures, cause


def test_a_blockade_takes_a_site_for_its_days_and_the_price_rises() -> None:
    machinery, moment, facts, still = ready()
    moment = without_closed(moment)
    cell = cell_of(moment, facts, "copper", "PER")
    still["blockade"][:, cell] = 0.0
    k = position(moment.setting, "copper")
    said: Any = machinery.conditions(moment, {"licence": still})[k]
    mine = cell - int(facts.first[k])
    chain = moment.setting.world.chains["copper"]
    share = chain.mined[mine] / chain.mined.sum()
    lost = 1.0 - said.mines[:, mine] * (1.0 - facts.usual[cell])
    # 1.5 % of the world for 50 days: 0.2 % of a year's supply, as at Las Bambas in 2022.
    assert lost * share == pytest.approx(0.015 * 50 / 365)
    calm = {**still, "blockade": np.ones_like(still["blockade"])}
    base = cleared_under(
        moment.setting, "copper", machinery.conditions(moment, {"licence": calm})[k]
    )
    hit = cleared_under(moment.setting, "copper", said)
    rise = np.log(hit.price_delivered / base.price_delivered)
    assert (rise > 0.0005).all()
    assert (rise < 0.03).all()
    terms: Any = machinery.investment(moment, {"licence": still})(k, MINED)
    assert terms.delayed[:, mine] == pytest.approx(0.3)
    assert (terms.kept == 1.0).all()
    piece = machinery.advance(moment, {"licence": still})["licence"].piece
    assert isinstance(piece, LicencePiece)
    assert not piece.closed.any()


def test_a_revoked_licence_lasts_until_it_is_given_back_and_ends_projects() -> None:
    machinery, moment, facts, still = ready()
    moment = without_closed(moment)
    cell = cell_of(moment, facts, "copper", "PER")
    k = position(moment.setting, "copper")
    mine = cell - int(facts.first[k])
    gone = {**still, "permit": still["permit"].copy()}
    gone["permit"][:, cell] = 0.0
    terms: Any = machinery.investment(moment, {"licence": gone})(k, MINED)
    assert terms.kept[:, mine] == pytest.approx(0.8)
    piece = machinery.advance(moment, {"licence": gone})["licence"].piece
    assert isinstance(piece, LicencePiece)
    later = replace(moment, state=replace(moment.state, pieces={"licence": piece}))
    base = 1.0 - facts.usual[cell]
    ran: Any = np.asarray(machinery.conditions(later, {"licence": still})[k].mines)[:, mine]
    assert 1.0 - ran * base == pytest.approx(facts.site[cell])
    back = {**still, "reopening": np.zeros_like(still["reopening"])}
    again: Any = machinery.conditions(later, {"licence": back})[k].mines
    assert again[:, mine] * base == pytest.approx(1.0)


def test_a_site_is_at_most_all_that_a_country_has() -> None:
    _, _, facts, _ = ready()
    assert facts.site.max() == 1.0
    assert (facts.site > 0.0).all()


def test_lost_benefits_make_events_likelier_by_the_stated_factor() -> None:
    machinery, moment, facts, still = ready(SITING)
    cell = cell_of(moment, facts, "copper", "PER")
    still["blockade"][:, cell] = 1.5 * facts.blockade[cell]
    siting = moment.state.pieces["siting"]
    assert isinstance(siting, SitingPiece)
    assert not machinery.record(moment, {"licence": still})["sites_stopped"].values.any()
    less = replace(siting, benefit=np.full_like(siting.benefit, 0.8))
    # exp(-2 log2 0.8) = 1.90: a draw at 1.5 times the usual hazard is hit now.
    pieces = {**moment.state.pieces, "siting": less}
    poorer = replace(moment, state=replace(moment.state, pieces=pieces))
    assert machinery.record(poorer, {"licence": still})["sites_stopped"].values.tolist() == [
        1.0
    ] * len(less.benefit)


def test_off_it_is_gone_and_what_it_left_too() -> None:
    setting = setting_with(off=("licence",))
    machinery = machinery_of(setting, LICENCE, SITING)
    assert [one.mechanism.name for one in machinery.running] == ["siting"]
    moment, numbers = moment_of(machinery, setting)
    assert all(part.is_empty for part in machinery.conditions(moment, numbers))
    assert "licence" not in moment.state.pieces
