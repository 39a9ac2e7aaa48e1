"""Blocs, polarisation and hedging of a run as an outlook."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from tests.engine.real import baseline, setting

from oreacle.app.output import plain
from oreacle.engine.setting import Setting
from oreacle.forecasting.outlook import RelationsOutlook
from oreacle.forecasting.summary_events import other_events
from oreacle.forecasting.summary_relations import relations_outlook
from oreacle.relations.network.blocs import NO_TIE
from oreacle.relations.network.state import empty_network

ACTORS = ("AUS", "CHN", "EU", "JPN", "USA", "ZMB")
AUS, CHN, EU, JPN, USA, ZMB = range(6)


def made_setting() -> Setting:
    """Return a setting of six actors: USA with AUS, EU and JPN, against CHN; ZMB without ties."""
    network = empty_network(len(ACTORS))
    for one, two, acts in ((USA, EU, 4.0), (USA, JPN, 2.0), (USA, AUS, 1.0), (CHN, JPN, 0.5)):
        network.cooperation[0, one, two] = network.cooperation[0, two, one] = acts
    network.rivalry[0, USA, CHN] = 9.0
    space = replace(setting().space, actors=(*ACTORS, "ROW"))
    return replace(setting(), network=network, space=space)


def made_arrays(years: tuple[int, ...] = (2025, 2027, 2029, 2034)) -> xr.Dataset:
    """Return a run of four members in which JPN wavers and ZMB has no tie."""
    blocs = np.zeros((4, len(years), len(ACTORS)), dtype=np.int16)
    blocs[..., CHN] = 1
    blocs[..., ZMB] = NO_TIE
    blocs[0, :, JPN] = 1
    blocs[1, -1, CHN] = 0
    # The numbers of blocs mean nothing: the last member has them the other way round.
    blocs[3] = np.select([blocs[3] == 0, blocs[3] == 1], [1, 0], NO_TIE)
    hedging = np.full(blocs.shape, 0.25, dtype=np.float32)
    hedging[..., JPN] = np.array([0.9, 0.5, 0.4, 0.3])[:, None]
    hedging[..., ZMB] = np.nan
    hedging[:2, :, AUS] = np.nan
    shape = ("member", "relations_year")
    level = np.array([0.1, 0.2, 0.3, 0.4])[:, None] + 0.01 * np.arange(len(years))
    return xr.Dataset(
        {
            "bloc": ((*shape, "acting"), blocs),
            "hedging": ((*shape, "acting"), hedging),
            "polarisation": (shape, level),
            "balance": (shape, 1.0 - level),
        },
        {"member": np.arange(4), "relations_year": list(years), "acting": list(ACTORS)},
    )


def made(**options: tuple[int, ...]) -> RelationsOutlook:
    return relations_outlook(made_setting(), made_arrays(**options))


def test_the_poles_are_the_two_with_the_strongest_ties() -> None:
    found = made()
    assert found.poles == ("USA", "CHN")
    assert [one.actor for one in found.alignments] == ["EU", "JPN", "AUS", "ZMB"]
    assert found.alignments[0].name == "European Union"


def test_bands_are_quantiles_over_members_by_year() -> None:
    found = made()
    assert found.years == (2025, 2027, 2029, 2034)
    assert found.polarisation[0] == pytest.approx((0.13, 0.25, 0.37))
    assert found.polarisation[2] == pytest.approx((0.15, 0.27, 0.39))
    assert found.balance[0] == pytest.approx((0.63, 0.75, 0.87))


def test_poles_stand_together_where_members_put_them() -> None:
    found = made()
    assert found.together == (0.0, 0.0, 0.0, 0.25)
    assert found.together_now is False


def test_an_actor_stands_with_whom_it_shares_a_bloc_whatever_its_number() -> None:
    japan = made().alignments[1]
    assert (japan.with_first, japan.with_second) == (0.75, 0.25)
    assert (japan.with_first_now, japan.with_second_now) == (True, False)


def test_alignments_are_of_the_fifth_year_or_the_last_scored_one_before() -> None:
    assert made().year == 2029
    assert made(years=(2025, 2027, 2028)).year == 2028
    assert made(years=(2025, 2027, 2034)).year == 2027


def test_hedging_is_told_over_members_in_which_it_is_defined() -> None:
    _, japan, australia, _ = made().alignments
    assert japan.hedging_mid == pytest.approx(0.45)
    assert japan.hedging_high == pytest.approx(0.78)
    assert japan.hedging_now == pytest.approx(2 * 0.5 / 2.5)
    assert australia.hedging_low == australia.hedging_high == pytest.approx(0.25)


def test_an_actor_without_ties_stands_with_nobody_and_hedges_nothing() -> None:
    zambia = made().alignments[3]
    assert (zambia.with_first, zambia.with_second) == (0.0, 0.0)
    missing = (zambia.hedging_low, zambia.hedging_mid, zambia.hedging_high, zambia.hedging_now)
    assert missing == (None,) * 4


def test_two_actors_without_ties_are_not_in_one_bloc() -> None:
    alone = replace(made_setting(), network=empty_network(len(ACTORS)))
    arrays = made_arrays()
    arrays["bloc"][:] = NO_TIE
    found = relations_outlook(alone, arrays)
    assert set(found.together) == {0.0}
    assert not found.together_now
    assert {one.with_first for one in found.alignments} == {0.0}
    assert not any(one.with_second_now for one in found.alignments)


def test_a_network_without_triangles_has_no_balance_and_json_says_null() -> None:
    arrays = made_arrays()
    arrays["balance"][:] = np.nan
    found = relations_outlook(made_setting(), arrays)
    assert all(np.isnan(value) for band in found.balance for value in band)
    text = json.dumps(plain({"balance": found.balance}), allow_nan=False)
    assert json.loads(text)["balance"][0] == [None, None, None]


def test_the_embedded_run_is_told_whole() -> None:
    found = relations_outlook(setting(), baseline().arrays)
    assert found.years == (2025, 2027)
    assert set(found.poles) == {"USA", "CHN"}
    assert len(found.alignments) == 10
    assert not set(found.poles) & {one.actor for one in found.alignments}
    for band in (*found.polarisation, *found.balance):
        assert band[0] <= band[1] <= band[2]


def test_other_acts_come_by_class_in_order_the_likeliest_first() -> None:
    found = other_events(setting(), baseline().arrays, 3)
    kinds = list(dict.fromkeys(event.kind for event in found))
    fitted = [name for name in setting().levels if name not in ("restriction", "agreement")]
    assert kinds == fitted
    for kind in kinds:
        chances = [event.probability[-1] for event in found if event.kind == kind]
        assert len(chances) <= 3
        assert chances == sorted(chances, reverse=True)
        assert 0.0 < chances[-1] <= chances[0] <= 1.0
    for event in found:
        assert bool(event.partner) == (event.partner_name != "")
        assert event.low[0] <= event.high[0]
        assert all(0.0 <= rate <= 1.0 for rate in event.base_rate)
