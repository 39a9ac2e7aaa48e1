"""Power crises stop what needs power; dear energy cuts refining where it needs much of it."""

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

from oreacle.core.errors import DataError
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import Moment
from oreacle.engine.mechanisms.energy import (
    ENERGY,
    EnergyFacts,
    EnergyPiece,
    advance,
    conditions,
    in_crisis,
    missing_power,
    record,
    reliability_factors,
    running,
    tell,
)
from oreacle.engine.mechanisms.energy_costs import (
    REGION_WORDS,
    REGIONS,
    PriceProcess,
    energy_places,
    energy_use,
)
from oreacle.engine.setting import Setting
from oreacle.scenario.assumptions import PlannedShock, ShockRate, Span


def seen(setting: Setting, *, members: int = 200, seed: int = 1) -> Moment:
    """What the mechanism sees of the first year."""
    machinery = machinery_of(setting, ENERGY)
    moment, numbers = moment_of(machinery, setting, members=members, seed=seed)
    return machinery._seen(machinery.running[0], moment, numbers)


@lru_cache(maxsize=1)
def usual() -> Moment:
    return seen(real_setting())


def calm(moment: Moment, **price: float) -> Moment:
    """The same without new crises, and energy at a stated log price by region."""
    numbers = {name: np.ones_like(v) for name, v in moment.numbers.items()}
    numbers["price"] = np.zeros_like(numbers["price"])
    for name, value in price.items():
        numbers["price"][:, 1 + REGIONS.index(name)] = value / 0.08
    return replace(moment, numbers=numbers)


@given(st.floats(0.001, 0.5), st.floats(0.1, 0.9), st.integers(0, 30))
def test_odds_of_a_crisis_follow_from_those_of_the_year_before(
    onset: float, ending: float, years: int
) -> None:
    now, then = (float(in_crisis(np.array(onset), ending, n)) for n in (years, years + 1))
    if onset + ending <= 1.0:
        assert then == pytest.approx(now * (1.0 - ending) + (1.0 - now) * onset, abs=1e-12)
    assert -1e-12 <= now <= 1.0


def test_what_energy_costs_is_on_average_what_it_cost() -> None:
    process = PriceProcess(0.6, 0.2, 0.1, 0.1, 0.7)
    # One year: e^(s^2 / 2) times 1 + p (2.01 - 1).
    assert process.mean_factor(1) == pytest.approx(np.exp(0.025) * 1.1013753, rel=1e-6)
    rng = np.random.default_rng(1)
    price = np.zeros((200_000, 2))
    for _ in range(3):
        draws = rng.standard_normal(price.shape), rng.random((len(price), 1))
        price = process.next(price, *draws, np.ones(1))
    assert np.exp(price.sum(axis=1)).mean() == pytest.approx(process.mean_factor(3), rel=0.01)


def test_a_mineral_without_a_row_is_refused() -> None:
    with pytest.raises(DataError, match="unobtainium"):
        energy_use(("copper", "unobtainium"))


def test_power_is_cut_more_often_where_it_is_poor() -> None:
    table = real_setting().world.jurisdictions
    good, poor, worst = reliability_factors(table, ("NOR", "ZAF", "UKR"), 2.0)
    assert (good, poor, worst) == (0.25, 2.0, 4.0)


def test_on_average_no_capacity_is_lost() -> None:
    moment = usual()
    left = np.mean(
        [running(m, missing_power(m)) for m in (seen(real_setting(), seed=k) for k in range(8))],
        axis=(0, 1),
    )
    worth = moment.fact(EnergyFacts).cells.worth
    assert float(left @ worth) == pytest.approx(1.0, abs=0.002)


def test_a_tenth_less_power_in_south_africa_costs_the_belt_a_tenth_of_its_platinum() -> None:
    # January 2008: about 90 % of usual power; platinum of the year 10.6 to 11.9 % lower.
    plain = calm(seen(real_setting(), members=1))
    facts = plain.fact(EnergyFacts)
    short = np.zeros((1, len(facts.countries)))
    short[0, facts.countries.index("ZAF")] = 0.11
    crisis = replace(plain, own=replace(plain.piece(EnergyPiece), short=short))
    k = position(real_setting(), "platinum")
    said = [conditions(moment)[k].mines for moment in (crisis, plain)]
    miners = np.array(real_setting().world.chains["platinum"].miners)
    ratio = (said[0] / said[1])[0]  # type: ignore[operator]
    assert ratio[miners == "ZAF"] == pytest.approx(1.0 - 0.11)
    assert ratio[miners != "ZAF"] == pytest.approx(1.0)
    dark, light = (
        cleared_under(real_setting(), "platinum", Conditions(mines=m), members=1) for m in said
    )
    lost = 1.0 - dark.mined[0, miners == "ZAF"] / light.mined[0, miners == "ZAF"]
    assert 0.07 < float(lost[0]) < 0.12
    assert dark.price_delivered[0] > light.price_delivered[0]


def test_a_crisis_goes_on_until_it_ends() -> None:
    moment = calm(usual())
    short = np.zeros_like(moment.piece(EnergyPiece).short)
    short[:, 3] = 0.2
    after = replace(moment, own=replace(moment.piece(EnergyPiece), short=short))
    np.testing.assert_array_equal(missing_power(after), short)
    ended = replace(after, numbers={**after.numbers, "crisis": np.full_like(short, 0.59)})
    assert not missing_power(ended).any()
    piece = advance(after).piece
    assert isinstance(piece, EnergyPiece)
    np.testing.assert_array_equal(piece.short, short)


def test_energy_twice_as_dear_in_europe_cuts_its_aluminium_and_hardly_that_of_others() -> None:
    # Western and Central Europe made about 3.3 Mt of aluminium in 2021 and 2.9 Mt in 2022.
    moments = [calm(seen(real_setting(), members=1), europe=x) for x in (np.log(2.0), 0.0)]
    lost = {}
    for mineral in ("aluminium", "cobalt"):
        k = position(real_setting(), mineral)
        costs = [Conditions(plant_cost=conditions(m)[k].plant_cost) for m in moments]
        dear, cheap = (cleared_under(real_setting(), mineral, c, members=1) for c in costs)
        region, _ = energy_places(real_setting().world.chains[mineral].refiners)
        home = region == REGIONS.index("europe")
        ratio = dear.from_ore[0] / np.maximum(cheap.from_ore[0], 1e-9)
        made = cheap.from_ore[0] > 1.0
        lost[mineral] = 1.0 - float(ratio[home & made].mean())
        assert float(ratio[~home & made].min()) > 0.99
    assert 0.05 < lost["aluminium"] < 0.25
    assert lost["cobalt"] < 0.6 * lost["aluminium"]


def test_planned_cuts_and_rates_of_a_scenario_hold_where_and_when_it_says() -> None:
    cut = PlannedShock("power", "ZMB", 0.4, Span(2025, 2025), stage="refined")
    k = position(real_setting(), "copper")
    plain = conditions(calm(seen(real_setting(), members=1)))[k]
    hit = conditions(calm(seen(setting_with(shocks=(cut,)), members=1)))[k]
    refiners = np.array(real_setting().world.chains["copper"].refiners)
    ratio = hit.plants / plain.plants  # type: ignore[operator]
    assert ratio[0] == pytest.approx(np.where(refiners == "ZMB", 0.6, 1.0))
    np.testing.assert_array_equal(hit.mines, plain.mines)
    often = ShockRate("power", 5.0, Span(2025), "CHN")
    more = seen(setting_with(shock_rates=(often,)), members=1000)
    less = seen(real_setting(), members=1000)
    found = [(missing_power(m) > 0.0).mean(axis=0) for m in (more, less)]
    china = more.fact(EnergyFacts).countries.index("CHN")
    assert found[0][china] > 3.0 * found[1][china] > 0.0
    np.testing.assert_array_equal(np.delete(found[0], china), np.delete(found[1], china))


def test_large_crises_and_spikes_are_told_and_recorded() -> None:
    moment = calm(seen(real_setting(), members=1), europe=0.7)
    facts = moment.fact(EnergyFacts)
    crisis = moment.numbers["crisis"].copy()
    crisis[0, facts.countries.index("ZAF")] = 0.0
    notes = tell(replace(moment, numbers={**moment.numbers, "crisis": crisis}))
    assert {note.actor for note in notes} == {"ZAF", ""}
    assert any("energy in Europe costs 2.0 times" in note.what for note in notes)
    assert len(REGION_WORDS) == len(REGIONS)
    found = record(moment)
    assert found["power_lost"].values.tolist() == [0.0]
    assert found["energy_price"].values[0] == pytest.approx(0.7 / len(REGIONS))


def test_off_there_is_neither_a_crisis_nor_a_price() -> None:
    off = machinery_of(setting_with(off=("energy",)), ENERGY)
    moment, numbers = moment_of(off, real_setting())
    assert off.first_pieces(moment) == {}
    assert all(one.is_empty for one in off.conditions(moment, numbers))
