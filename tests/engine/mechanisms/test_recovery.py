"""A by-product that has been dear is recovered where its host holds it, no more than is there."""

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

from oreacle.engine.capacity import Prospects, YearDraws, next_fleet
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import MINED, REFINED, Moment
from oreacle.engine.mechanisms.machinery import Machinery
from oreacle.engine.mechanisms.parameters import parameters_of
from oreacle.engine.mechanisms.recovery import (
    RECOVERY,
    Latent,
    RecoveryParameters,
    RecoveryPiece,
    starts,
)

P = parameters_of(RecoveryParameters, "recovery", {})


@given(st.floats(-3.0, 3.0), st.floats(-5.0, 500.0))
def test_starts_are_never_negative_nor_above_their_limit(price: float, unused: float) -> None:
    found = float(starts(np.array(price), np.array(unused), P))
    assert 0.0 <= found <= P.start_limit
    if price <= P.threshold:
        assert found == 0.0


def test_a_log_point_above_the_threshold_starts_the_stated_part_of_what_is_unused() -> None:
    assert float(starts(np.array(1.4), np.array(20.0), P)) == pytest.approx(0.005 * 20.0)


def ready(**scenario: object) -> tuple[Machinery, Moment]:
    setting = setting_with(**scenario)
    machinery = machinery_of(setting, RECOVERY)
    moment, _ = moment_of(machinery, setting)
    return machinery, moment


def latent(machinery: Machinery, moment: Moment, mineral: str) -> tuple[int, Latent]:
    latents = machinery.running[0].facts
    assert isinstance(latents, tuple)
    k = position(moment.setting, mineral)
    row = [one.mineral for one in latents].index(k)
    return row, latents[row]


def dear(machinery: Machinery, moment: Moment, mineral: str, price: float) -> Moment:
    row, _ = latent(machinery, moment, mineral)
    own = moment.state.pieces["recovery"]
    assert isinstance(own, RecoveryPiece)
    prices = list(own.price)
    prices[row] = np.full_like(prices[row], price)
    pieces = {"recovery": RecoveryPiece(tuple(prices))}
    return replace(moment, state=replace(moment.state, pieces=pieces))


def test_alumina_holds_the_gallium_that_the_share_recovered_leaves_and_more_in_rich_places() -> (
    None
):
    machinery, moment = ready()
    _, one = latent(machinery, moment, "gallium")
    chain = moment.setting.world.chains["gallium"]
    rows = [chain.miners[m] for m in one.mines]
    made = moment.setting.world.chains["aluminium"].refined
    at = moment.setting.world.chains["aluminium"].refiners.index("RUS")
    assert one.held[rows.index("RUS")] == pytest.approx(made[at] * 1.118241758e-05 / 0.056 / 6.0)
    # China wins more of its alumina's gallium than the world: 1 / 0.056 of it is held at least.
    assert one.held[rows.index("CHN")] == pytest.approx(1.0 / 0.056)


def test_at_base_prices_nothing_is_started() -> None:
    machinery, moment = ready()
    said: Any = machinery.investment(moment, {})
    for mineral in ("gallium", "germanium", "indium", "tellurium"):
        assert not said(position(moment.setting, mineral), MINED).started.any()
    assert said(position(moment.setting, "cobalt"), MINED).started is None


def test_a_high_price_brings_capacity_after_the_lead_time_and_the_price_falls_then() -> None:
    machinery, moment = ready()
    k = position(moment.setting, "germanium")
    chain = moment.setting.world.chains["germanium"]
    said: Any = machinery.investment(dear(machinery, moment, "germanium", 1.4), {})
    terms = said(k, MINED)
    added = (terms.started @ chain.mined) / chain.mined.sum()
    # A few percent of world output for a year at such a price: a slow answer, but one.
    assert (added > 0.02).all()
    assert (added < 0.2).all()
    assert said(k, REFINED).started == pytest.approx(terms.started)
    zero = np.zeros_like(terms.started)
    view = Prospects(zero, 0.0, 0.0, 2.0, 0.0, chain.mined)
    fleet = moment.state.mines[k]
    draws, settings = YearDraws(zero, zero), moment.setting.settings
    one, two = (
        next_fleet(fleet, view, draws, settings, t) for t in (terms, replace(terms, started=None))
    )
    assert one.level == pytest.approx(two.level)
    gain = one.queue[:, :, 0] - two.queue[:, :, 0]
    assert gain == pytest.approx(terms.started)
    more = cleared_under(
        moment.setting, "germanium", Conditions(mines=1.0 + gain, plants=1.0 + gain)
    )
    base = cleared_under(moment.setting, "germanium", Conditions())
    assert (more.price_delivered < 0.99 * base.price_delivered).all()


def test_capacity_has_no_room_beyond_what_the_host_holds_and_none_is_taken_away() -> None:
    machinery, moment = ready()
    k = position(moment.setting, "tellurium")
    _, one = latent(machinery, moment, "tellurium")
    terms: Any = machinery.investment(dear(machinery, moment, "tellurium", 3.0), {})(k, MINED)
    host = moment.state.plants[one.host].level[:, one.nodes]
    assert terms.room[:, one.mines] == pytest.approx(np.maximum(0.6 * one.held * host, 1.0))
    apart = np.setdiff1d(np.arange(terms.room.shape[1]), one.mines)
    assert np.isinf(terms.room[:, apart]).all()
    assert not terms.started[:, apart].any()


def test_one_dear_year_counts_half() -> None:
    machinery, moment = ready()
    row, one = latent(machinery, moment, "germanium")
    base = cleared_under(moment.setting, "germanium", Conditions())
    mine = np.full_like(base.prices.mine, 0.8)
    up = replace(base, prices=replace(base.prices, mine=mine))
    cleared = tuple(up for _ in moment.setting.space.minerals)
    latents = machinery.running[0].facts
    assert isinstance(latents, tuple)
    only = replace(machinery.running[0], facts=(one,))
    own = moment.state.pieces["recovery"]
    assert isinstance(own, RecoveryPiece)
    pieces = {"recovery": RecoveryPiece((own.price[row],))}
    seen = replace(moment, cleared=cleared, state=replace(moment.state, pieces=pieces))
    piece = Machinery((only,)).advance(seen, {})["recovery"].piece
    assert isinstance(piece, RecoveryPiece)
    assert piece.price[0] == pytest.approx(0.4)


def test_off_it_is_gone() -> None:
    machinery, moment = ready(off=("recovery",))
    assert machinery.running == ()
    assert "recovery" not in moment.state.pieces
    k = position(moment.setting, "gallium")
    assert machinery.investment(moment, {})(k, MINED).room is None
