"""Events as dyads, draws, and the relations that the chronicle gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.store import read_table
from oreacle.engine.relations_history.coding import CodedEvents, code_events
from oreacle.engine.relations_history.diplomacy import PANEL_TABLES, _test, dyad_panel
from oreacle.engine.relations_history.draws import draw_history
from oreacle.engine.relations_history.half_lives import half_life_profiles
from oreacle.engine.relations_history.history import (
    RelationsHistory,
    acts_of,
    coded_events,
    relations_history,
)
from oreacle.engine.relations_history.kinds import COOPERATION, RIVALRY
from oreacle.relations.network.blocs import NO_TIE
from oreacle.world.institutions import load_institutions

DEPENDENCE = pd.DataFrame(
    [
        (2010, "JPN", "CHN", 0.6),
        (2010, "USA", "CHN", 0.2),
        (2010, "CHN", "AUS", 0.5),
        (2010, "CHN", "BRA", 0.25),
        (2012, "IND", "CHN", 1.0),
    ],
    columns=["year", "importer", "exporter", "share"],
)


def event(kind: str, actors: str, targets: str = "", date: str = "2012-05-01") -> dict[str, Any]:
    return {
        "date": date,
        "year": int(date[:4]),
        "kind": kind,
        "actors": actors,
        "targets": targets,
        "intensity": 0.5,
    }


def coded(*events: dict[str, Any]) -> CodedEvents:
    return code_events(
        pd.DataFrame(events), read_table("countries"), DEPENDENCE, load_institutions()
    )


def dyads(found: CodedEvents) -> dict[tuple[str, str], float]:
    names = found.actors
    rows = zip(found.source, found.target, found.weight, strict=True)
    return {(names[one], names[two]): round(float(weight), 6) for one, two, weight in rows}


def test_two_parties_share_one_act() -> None:
    assert dyads(coded(event("bilateral_mou", "JPN;AGO"))) == {("JPN", "AGO"): 1.0}


def test_each_party_of_a_club_gets_one_act_in_all() -> None:
    found = dyads(coded(event("multilateral_club_founded", "USA;CAN;AUS;JPN;KOR")))
    assert len(found) == 10
    assert set(found.values()) == {0.25}


def test_members_of_a_bloc_stand_for_it_once() -> None:
    found = dyads(coded(event("financing_package", "JPN;DEU;ITA;EU")))
    assert found == {("JPN", "EU"): 1.0}


def test_who_joins_shares_one_act_over_those_inside_on_the_day() -> None:
    found = dyads(coded(event("club_joined", "IND;MSP", date="2023-06-22")))
    assert {one for one, _ in found} == {"IND"}
    assert sum(found.values()) == pytest.approx(1.0, abs=1e-5)
    assert ("IND", "EU") in found
    assert ("IND", "IND") not in found


def test_rivalry_runs_from_the_actor_to_each_target() -> None:
    found = coded(event("sanction", "USA", "RUS;CHN"))
    assert dyads(found) == {("USA", "RUS"): 1.0, ("USA", "CHN"): 1.0}
    good, bad = acts_of(found, found.weight[None], 2012)
    usa, rus = (found.actors.index(name) for name in ("USA", "RUS"))
    assert not good.any()
    assert bad[0, usa, rus] == 1.0
    assert bad[0, rus, usa] == 0.0


def test_an_act_on_everyone_is_one_act_spread_by_what_was_known_two_years_before() -> None:
    found = coded(event("export_ban", "CHN", "WLD"))
    assert dyads(found) == {("CHN", "JPN"): 0.75, ("CHN", "USA"): 0.25}
    assert found.is_spread.all()


def test_an_act_on_imports_from_everyone_hits_those_who_sell() -> None:
    found = dyads(coded(event("tariff", "CHN", "WLD")))
    assert found == {("CHN", "AUS"): pytest.approx(2 / 3), ("CHN", "BRA"): pytest.approx(1 / 3)}


def test_an_act_on_everyone_before_trade_was_known_is_counted_as_left_out() -> None:
    found = coded(event("export_ban", "CHN", "WLD", date="2005-01-01"))
    assert not len(found.weight)
    assert sum(found.left_out.values()) == 1


def test_intensity_is_not_used() -> None:
    one, two = event("sanction", "USA", "RUS"), event("sanction", "USA", "RUS")
    two["intensity"] = 1.0
    assert dyads(coded(one)) == dyads(coded(two))


def test_every_kind_of_the_codebook_has_a_weight_of_its_sign() -> None:
    table = read_assumed("event_kinds")
    signs = {"cooperation": COOPERATION, "rivalry": RIVALRY}
    for sign, weights in signs.items():
        assert set(table.loc[table["sign"] == sign, "kind"]) == set(weights)


def test_the_centre_has_each_event_once_at_its_assumed_weight() -> None:
    found = coded(event("sanction", "USA", "RUS"), event("bilateral_mou", "USA;JPN"))
    drawn = draw_history(found, 400, rng=np.random.default_rng(0))
    assert drawn.weight[0].tolist() == [1.0, 0.5]
    lives = np.asarray(drawn.half_lives.cooperation)
    assert lives[0] == 5.0
    assert np.quantile(lives[1:], [0.1, 0.9]) == pytest.approx([2.5, 10.0], rel=0.2)


@pytest.fixture(scope="module")
def history() -> RelationsHistory:
    return relations_history(2022, draws=8, seed=3)


def test_later_events_change_nothing_before_them(history: RelationsHistory) -> None:
    table, year = history.coded, 2015
    before = acts_of(table, table.weight[None], year)
    events = history.events[history.events["year"] <= year]
    alone = code_events(
        events, read_table("countries"), read_table("trade_dependence"), load_institutions()
    )
    after = acts_of(alone, alone.weight[None], year)
    at = [table.actors.index(name) for name in alone.actors]
    for full, cut in zip(before, after, strict=True):
        np.testing.assert_allclose(full[:, at][:, :, at], cut)


def test_china_and_the_united_states_stand_apart(history: RelationsHistory) -> None:
    usa, chn = (history.actors.index(name) for name in ("USA", "CHN"))
    labels = history.of(2024).labels
    assert labels[0, usa] != labels[0, chn]
    assert history.weights[0, usa, chn] < -0.5


def test_the_same_seed_gives_the_same_relations(history: RelationsHistory) -> None:
    again = relations_history(2022, draws=8, seed=3)
    for one, two in zip(history.years, again.years, strict=True):
        np.testing.assert_array_equal(one.labels, two.labels)
        np.testing.assert_array_equal(one.polarisation, two.polarisation)


def test_a_year_alone_is_as_in_a_longer_series(history: RelationsHistory) -> None:
    alone = relations_history(2023, 2023, draws=8, seed=3)
    np.testing.assert_array_equal(alone.years[0].labels, history.of(2023).labels)


def test_ties_add_up_from_the_acts_behind_them(history: RelationsHistory) -> None:
    rows = history.coded.is_rivalry
    assert history.strength[rows].sum() == pytest.approx(history.state.rivalry[0].sum())
    assert 2 * history.strength[~rows].sum() == pytest.approx(history.state.cooperation[0].sum())


def test_hedging_is_missing_only_without_cooperation_with_the_camps(
    history: RelationsHistory,
) -> None:
    year, good = history.of(2024), history.state.cooperation
    assert np.isnan(year.hedging[good.sum(axis=2) == 0.0]).all()
    assert np.isfinite(year.hedging[0]).any()
    assert (year.labels[0][~(history.weights[0] != 0.0).any(axis=1)] == NO_TIE).all()


@pytest.mark.parametrize(("first", "last"), [(1999, 2010), (2012, 2010), (2010, 2031)])
def test_years_outside_the_events_are_refused(first: int, last: int) -> None:
    with pytest.raises(DataError) as caught:
        relations_history(first, last, draws=0)
    assert caught.value.code == "ORE-DAT-160"


def test_half_lives_are_as_the_page_says() -> None:
    good, bad = half_life_profiles(coded_events()[0])
    assert not good.is_identified
    assert bad.is_identified
    assert bad.loss[list(bad.half_lives).index(5.0)] < 0.1


def test_dependence_brings_no_votes_closer_within_dyads() -> None:
    tables = {name: read_table(name) for name in PANEL_TABLES}
    panel = dyad_panel(tables, coded_events()[0], 2024)
    found = _test(panel, "distance of votes", 3, True)
    assert found.fit.low[0] < 0.0 < found.fit.high[0]
    assert found.fit.rows > 50_000
