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

from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import MINED, Moment
from oreacle.engine.mechanisms.licence import (
    LICENCE,
    LicenceFacts,
    LicencePiece,
    spread_hazard,
)
from oreacle.engine.mechanisms.machinery import Machinery
from oreacle.engine.mechanisms.siting import SITING, SitingPiece


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


def test_a_quiet_year_touches_no_market() -> None:
    machinery, moment, _, still = ready()
    assert all(part.is_empty for part in machinery.conditions(moment, {"licence": still}))
    piece = machinery.advance(moment, {"licence": still})["licence"].piece
    assert isinstance(piece, LicencePiece)
    assert not piece.closed.any()


def test_a_blockade_takes_a_site_for_its_days_and_the_price_rises() -> None:
    machinery, moment, facts, still = ready()
    cell = cell_of(moment, facts, "copper", "PER")
    still["blockade"][:, cell] = 0.0
    k = position(moment.setting, "copper")
    said: Any = machinery.conditions(moment, {"licence": still})[k]
    mine = cell - int(facts.first[k])
    chain = moment.setting.world.chains["copper"]
    share = chain.mined[mine] / chain.mined.sum()
    lost = 1.0 - said.mines[:, mine]
    # 1.5 % of the world for 50 days: 0.2 % of a year's supply, as at Las Bambas in 2022.
    assert lost * share == pytest.approx(0.015 * 50 / 365)
    base = cleared_under(moment.setting, "copper", Conditions())
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
    lost: Any = 1.0 - np.asarray(machinery.conditions(later, {"licence": still})[k].mines)[:, mine]
    assert lost == pytest.approx(facts.site[cell])
    back = {**still, "reopening": np.zeros_like(still["reopening"])}
    assert machinery.conditions(later, {"licence": back})[k].is_empty


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
    k = position(moment.setting, "copper")
    assert machinery.conditions(moment, {"licence": still})[k].is_empty
    less = replace(siting, benefit=np.full_like(siting.benefit, 0.8))
    # exp(-2 log2 0.8) = 1.90: a draw at 1.5 times the usual hazard is hit now.
    pieces = {**moment.state.pieces, "siting": less}
    poorer = replace(moment, state=replace(moment.state, pieces=pieces))
    assert not machinery.conditions(poorer, {"licence": still})[k].is_empty


def test_off_it_is_gone_and_what_it_left_too() -> None:
    setting = setting_with(off=("licence",))
    machinery = machinery_of(setting, LICENCE, SITING)
    assert [one.mechanism.name for one in machinery.running] == ["siting"]
    moment, numbers = moment_of(machinery, setting)
    assert all(part.is_empty for part in machinery.conditions(moment, numbers))
    assert "licence" not in moment.state.pieces
