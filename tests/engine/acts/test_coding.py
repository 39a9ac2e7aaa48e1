"""Acts of the past are coded by class, unit and link, and what cannot be coded is counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
from tests.engine.acts.made import (
    ACTOR_OF,
    EU,
    A,
    C,
    made_events,
    made_tables,
    panel_of,
)

from oreacle.data.store import read_table
from oreacle.engine.acts.classes import ACTOR, EVENT_CLASSES, PAIR
from oreacle.engine.acts.coding import CLUBS, HistoryActs, acts_from_events, parties
from oreacle.world.institutions import load_institutions

FIRST = 1995


def coded(events: pd.DataFrame | None = None) -> HistoryActs:
    """Return the acts of a chronicle; of the made-up one if None."""
    rows = made_events() if events is None else events
    return acts_from_events(rows, panel_of(made_tables()), ACTOR_OF)


def event(kind: str, actors: str, targets: str = "", **other: object) -> pd.DataFrame:
    """Return a chronicle of one event of 2005 on copper ore."""
    row = {"year": 2005, "kind": kind, "actors": actors, "targets": targets}
    row |= {"minerals": "copper", "minerals_raw": "copper", "stage": "ore"}
    return pd.DataFrame([row | other])


def test_restrictions_are_coded_by_actor_and_link() -> None:
    acts = coded()
    found, links = acts.by_class["restriction"], acts.links
    assert found.sum() == 4.0
    assert links[2005 - FIRST, A].tolist() == [[1.0, 0.0], [0.0, 0.0]]
    assert links[2006 - FIRST, A].tolist() == [[1.0, 1.0], [1.0, 1.0]]
    assert found[2011 - FIRST].tolist() == [0.0, 0.0, 1.0, 0.0]
    assert links[2011 - FIRST, C].tolist() == [[0.0, 0.0], [0.0, 1.0]]


def test_one_on_all_minerals_is_an_act_without_a_scope() -> None:
    acts = coded()
    assert acts.by_class["restriction"][2007 - FIRST].tolist() == [0.0, 1.0, 0.0, 0.0]
    assert acts.links[2007 - FIRST].sum() == 0.0


def test_two_measures_of_a_year_are_one_act_that_covers_the_union() -> None:
    pair = [event("export_ban", "AAA"), event("export_tax", "AAA", stage="refined")]
    acts = coded(pd.concat(pair))
    assert acts.by_class["restriction"].sum() == 1.0
    assert acts.links[2005 - FIRST, A, 0].tolist() == [1.0, 1.0]


def test_an_agreement_has_two_parties_and_members_stand_for_their_bloc() -> None:
    found = coded().by_class["agreement"]
    assert found[2008 - FIRST, A, EU] == found[2008 - FIRST, EU, A] == 1.0
    assert found.sum() == 2.0


def test_an_act_on_targets_is_coded_for_each_named_one_and_never_on_oneself() -> None:
    found = coded().by_class["trade_barrier"]
    assert found[2009 - FIRST, A].tolist() == [0.0, 1.0, 0.0, 1.0]
    assert found.sum() == 2.0
    assert not coded().by_class["investment_block"].any()


def test_a_club_is_an_act_of_each_party_in_the_model() -> None:
    assert coded().by_class["club"][2010 - FIRST].tolist() == [1.0, 0.0, 0.0, 1.0]
    assert coded().by_class["control"][2010 - FIRST].tolist() == [0.0, 1.0, 0.0, 0.0]
    assert coded().by_class["lifting"][2011 - FIRST].tolist() == [1.0, 0.0, 0.0, 0.0]


def test_who_joins_a_club_acts_and_the_club_that_is_joined_does_not() -> None:
    joined = coded(event("club_joined", "BBB;MSP;DEU")).by_class["club"]
    assert joined[2005 - FIRST].tolist() == [0.0, 1.0, 0.0, 1.0]
    founded = coded(event("multilateral_club_founded", "BBB;G7")).by_class["club"]
    assert founded[2005 - FIRST].tolist() == [0.0, 1.0, 0.0, 1.0]


def test_what_is_left_out_is_counted_by_class_and_reason() -> None:
    assert coded().left_out == {
        "restriction on all minerals: no information on scope": 1,
        "restriction on minerals outside the model": 1,
        "restriction on components or technology": 1,
        "restriction outside the years of the history": 1,
        "agreement of more or fewer than two parties": 2,
        "investment_block without a named target inside the model": 1,
        "club by an actor outside the model": 1,
    }


def test_a_pair_with_a_party_outside_the_model_is_no_act_and_is_counted() -> None:
    acts = coded(event("bilateral_mou", "AAA;ZZZ"))
    assert not acts.by_class["agreement"].any()
    assert acts.left_out == {"agreement by an actor outside the model": 1}


def named(text: str, moment: str = "2021-03-12") -> tuple[str, ...]:
    return parties(text, ACTOR_OF, load_institutions(), moment)


def test_clubs_stand_for_their_members_and_everyone_for_nobody() -> None:
    assert named("DEU;FRA;QUAD") == ("EU", "AUS", "IND", "JPN", "USA")
    assert named("WLD") == ()
    assert named("") == ()


def test_clubs_stand_for_the_members_of_the_day_and_later_for_those_of_the_last() -> None:
    assert named("MSP") == ()
    assert "IND" not in named("MSP", "2023-02")
    assert "IND" in named("MSP", "2023-06-22")
    assert named("MSP", "2030-01-01") == named("MSP", "2024-12-31")


def test_clubs_of_the_chronicle_had_members_when_they_acted() -> None:
    events = read_table("events")
    found = [
        named(club, str(row["date"]))
        for row in events.to_dict("records")
        for club in CLUBS
        if club in str(row["actors"]).split(";")
    ]
    assert len(found) > 5
    assert all(len(one) >= 4 for one in found)


def test_pairs_are_symmetric_and_nobody_acts_on_itself() -> None:
    acts = coded()
    for one in EVENT_CLASSES:
        found = acts.by_class[one.name]
        assert set(np.unique(found)) <= {0.0, 1.0}
        if one.unit == PAIR:
            np.testing.assert_array_equal(found, np.swapaxes(found, 1, 2))
        if one.unit != ACTOR:
            assert not found[:, np.arange(4), np.arange(4)].any(), one.name


def test_every_kind_of_a_class_is_coded_as_that_class_alone() -> None:
    for one in EVENT_CLASSES:
        for kind in one.kinds:
            acts = coded(event(kind, "AAA;BBB" if one.unit == PAIR else "AAA", "CCC"))
            moved = {name for name, found in acts.by_class.items() if found.any()}
            assert moved == {one.name}, kind
            assert acts.links.any() == (one.name == "restriction"), kind


def test_the_order_of_the_chronicle_does_not_matter() -> None:
    turned = coded(made_events().iloc[::-1])
    for name, found in coded().by_class.items():
        np.testing.assert_array_equal(found, turned.by_class[name])
    np.testing.assert_array_equal(coded().links, turned.links)


def test_what_was_coded_with_hindsight_is_not_read() -> None:
    told = made_events()
    for column in ("status", "end_date", "intensity", "confidence"):
        told[column] = "told later"
    seen = coded(told)
    for name, found in coded().by_class.items():
        np.testing.assert_array_equal(found, seen.by_class[name])
    np.testing.assert_array_equal(coded().links, seen.links)
    assert coded().left_out == seen.left_out


def test_a_shorter_history_is_its_beginning() -> None:
    short = coded().to(2008 - FIRST)
    for name, found in coded().by_class.items():
        np.testing.assert_array_equal(short.by_class[name], found[: 2008 - FIRST])
    assert len(short.links) == 2008 - FIRST
    assert short.links.sum() == 5.0
