"""Events at passages: rates of the record, freight in proportion, and links without a way round."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

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
from oreacle.core.labels import CLOSING_PASSAGES
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import Moment
from oreacle.engine.mechanisms.passage_events import Detours, LinkEffect, noted_cuts
from oreacle.engine.mechanisms.passages import (
    PASSAGES,
    PassageFacts,
    PassagesPiece,
    advance,
    conditions,
    events,
    on_links,
    parts_lost,
    record,
    tell,
)
from oreacle.engine.setting import Setting
from oreacle.scenario.assumptions import PlannedShock, ShockRate, Span


def seen(setting: Setting, *, members: int = 1) -> Moment:
    """What the mechanism sees of the first year."""
    machinery = machinery_of(setting, PASSAGES)
    moment, numbers = moment_of(machinery, setting, members=members)
    return machinery._seen(machinery.running[0], moment, numbers)


@lru_cache(maxsize=1)
def quiet() -> Moment:
    """A year without a new event."""
    moment = seen(real_setting())
    return replace(moment, numbers={k: np.ones_like(v) * 0.999 for k, v in moment.numbers.items()})


def closed(passage: str, cut: float, years: float = 1.0) -> Moment:
    """The same with an event that goes on at one passage."""
    one = np.zeros((1, len(CLOSING_PASSAGES)))
    one[0, CLOSING_PASSAGES.index(passage)] = 1.0
    return replace(quiet(), own=PassagesPiece(cut * one, years * one))


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_freight_rises_in_proportion_and_what_is_kept_falls(one: float, two: float) -> None:
    effect = LinkEffect(
        (np.array([[30.0]]), np.array([[10.0]])), (np.array([[1.0]]), np.array([[0.2]]))
    )
    said = on_links([(np.sort(np.array([one, two])), effect)])
    assert said.ore_freight[:, 0, 0] == pytest.approx(30.0 * np.sort([one, two]))  # type: ignore[index]
    assert said.ore_cap is None
    if said.metal_cap is not None:
        low, high = np.minimum(said.metal_cap[:, 0, 0], 1.0)
        assert low >= high >= 0.2 - 1e-12


def test_two_passages_add_up_on_a_link() -> None:
    half = np.array([0.5])
    first = LinkEffect((np.array([[20.0]]),) * 2, (np.array([[0.0]]),) * 2)
    second = LinkEffect((np.array([[8.0]]),) * 2, (np.array([[0.6]]),) * 2)
    said = on_links([(half, first), (half, second)])
    assert said.ore_freight is not None
    assert said.ore_cap is not None
    assert float(said.ore_freight.item()) == pytest.approx(14.0)
    assert float(said.ore_cap.item()) == pytest.approx(0.5 * 0.8)


def test_rates_are_those_of_noted_events_and_without_any_they_are_refused() -> None:
    found = quiet().fact(PassageFacts).noted
    # Two groundings at Suez, piracy and attacks at Bab el-Mandeb, two droughts at Panama, war at
    # the Bosporus: seven in the 25 years from 2000, and passages do not differ beyond chance.
    assert found.cut.size == 7
    assert found.rate.sum() == pytest.approx(7.0 / 25.0)
    assert found.cut.max() == 1.0
    assert found.cut[found.years > 1.0].max() == pytest.approx(0.63)
    with pytest.raises(RunError) as caught:
        noted_cuts((), 2000, 2024, 2.0, 0.005)
    assert caught.value.code == "ORE-RUN-201"


def test_a_year_without_an_event_touches_no_market() -> None:
    assert conditions(quiet()) == {}
    assert record(quiet())["transits_lost"].values.tolist() == [0.0]
    assert list(tell(quiet())) == []


def test_an_event_lasts_as_long_as_the_one_it_is_like() -> None:
    moment = closed("panama", 0.35, 1.25)
    assert parts_lost(moment)[0, CLOSING_PASSAGES.index("panama")] == pytest.approx(0.35)
    second = replace(moment, own=advance(moment).piece)
    assert parts_lost(second).sum() == pytest.approx(0.35 * 0.25)
    third = replace(second, own=advance(second).piece)
    assert parts_lost(third).sum() == 0.0


def test_a_drought_at_panama_costs_a_third_of_what_its_closure_does() -> None:
    full, drought = (conditions(closed("panama", cut)) for cut in (1.0, 0.35))
    assert set(full) == set(drought)
    for k, said in full.items():
        assert said.metal_freight is not None
        assert drought[k].metal_freight == pytest.approx(0.35 * said.metal_freight)
    k = position(real_setting(), "copper")
    # Chile to the east coast of the Americas and to Europe: tens of dollars a tonne, not hundreds.
    extra = full[k].ore_freight
    assert extra is not None
    assert 5.0 < float(extra.max()) < 300.0


def test_without_hormuz_the_aluminium_of_the_gulf_reaches_nobody_by_sea() -> None:
    k = position(real_setting(), "aluminium")
    said = conditions(closed("hormuz", 1.0))[k]
    shut = cleared_under(real_setting(), "aluminium", said, members=1)
    usual = cleared_under(real_setting(), "aluminium", Conditions(), members=1)
    refiners = real_setting().world.chains["aluminium"].refiners
    gulf = [refiners.index(c) for c in ("ARE", "BHR", "QAT") if c in refiners]
    assert gulf
    lost = 1.0 - shut.from_ore[0, gulf].sum() / usual.from_ore[0, gulf].sum()
    assert lost > 0.3
    assert 1.0 < shut.price_delivered[0] / usual.price_delivered[0] < 1.6


def test_dear_metals_do_not_notice_a_longer_way() -> None:
    detours = Detours(real_setting().world, 0.001)
    platinum = position(real_setting(), "platinum")
    assert platinum not in detours.of("panama")
    assert position(real_setting(), "copper") in detours.of("panama")


def test_a_scenario_makes_events_likelier_beside_a_country() -> None:
    often = ShockRate("passage", 5.0, Span(2025), "EGY")
    more, less = (
        (events(seen(s, members=3000)).cut > 0.0).mean(axis=0)
        for s in (setting_with(shock_rates=(often,)), real_setting())
    )
    suez = CLOSING_PASSAGES.index("suez")
    assert more[suez] > 3.0 * less[suez] > 0.0
    np.testing.assert_array_equal(np.delete(more, suez), np.delete(less, suez))


def test_a_closure_is_told_once_with_its_part_and_length() -> None:
    moment = quiet()
    numbers = {name: v.copy() for name, v in moment.numbers.items()}
    numbers["start"][0, CLOSING_PASSAGES.index("panama")] = 0.0
    numbers["like"][:] = 4.5 / 7.0  # the drought of 2023 and 2024
    started = replace(moment, numbers=numbers)
    notes = list(tell(started))
    assert len(notes) == 1
    assert "Panama Canal" in notes[0].what
    assert list(tell(replace(quiet(), own=advance(started).piece))) == []


@pytest.mark.parametrize(("loss", "year"), [(0.5, 2025), (1.0, 2025), (1.0, 2026)])
def test_a_planned_closure_shuts_its_passage_in_its_year_by_its_part(
    loss: float, year: int
) -> None:
    planned = PlannedShock("passage", "hormuz", loss, Span(year, year))
    machinery = machinery_of(setting_with(shocks=(planned,)), PASSAGES)
    moment, numbers = moment_of(machinery, setting_with(shocks=(planned,)), members=1)
    still = {name: np.ones_like(value) * 0.999 for name, value in numbers["passages"].items()}
    seen_now = machinery._seen(machinery.running[0], moment, {"passages": still})
    shut = loss if year == moment.year else 0.0
    lost = parts_lost(seen_now)[0]
    assert lost[CLOSING_PASSAGES.index("hormuz")] == shut
    assert np.delete(lost, CLOSING_PASSAGES.index("hormuz")).tolist() == [0.0] * (
        len(CLOSING_PASSAGES) - 1
    )
    assert [note.why for note in tell(seen_now)] == ["set by the scenario"] * int(shut > 0.0)
    assert bool(conditions(seen_now)) == (shut > 0.0)


def test_off_nothing_closes() -> None:
    off = machinery_of(setting_with(off=("passages",)), PASSAGES)
    moment, numbers = moment_of(off, real_setting())
    assert off.first_pieces(moment) == {}
    assert all(one.is_empty for one in off.conditions(moment, numbers))
