"""What-ifs on routes as sentences: names as people write them, all minerals, refusals."""

from __future__ import annotations

import pytest

from oreacle.core.errors import ScenarioError
from oreacle.market.policies import CorridorOpening, ExportBan, RouteClosure, RouteRisk
from oreacle.scenario.names import name_book
from oreacle.scenario.route_names import bare
from oreacle.scenario.sentence import parse_sentence
from oreacle.scenario.sentence_numbers import parse_months
from oreacle.world.load import load_world

NAMES = name_book(load_world())


@pytest.mark.parametrize(
    ("words", "route"),
    [
        ("Strait of Malacca", "malacca"),
        ("the Straits of Malacca", "malacca"),
        ("Malacca Strait", "malacca"),
        ("MALACCA", "malacca"),
        ("Hormuz", "hormuz"),
        ("Strait of Hormuz", "hormuz"),
        ("Suez Canal", "suez"),
        ("Bab el-Mandeb", "babelmandeb"),
        ("Bab al-Mandab", "babelmandeb"),
        ("Panama", "panama"),
        ("Cape of Good Hope", "cape"),
        ("the Cape", "cape"),
        ("Taiwan Strait", "taiwan"),
        ("Danish Straits", "danish"),
        ("Bosphorus", "bosporus"),
        ("Northern Sea Route", "nsr"),
        ("Gibraltar", "gibraltar"),
        ("Lobito", "LOBITO"),
        ("Lobito Corridor", "LOBITO"),
        ("TAZARA", "TAZARA"),
        ("Nacala", "NACALA"),
        ("Maputo Corridor", "MAPUTO"),
        ("Middle Corridor", "TITR"),
        ("Walvis Bay", "WBNLDC"),
        ("Simandou", "SIMANDOU"),
        ("AGO-1", "AGO-1"),
    ],
)
def test_names_of_routes_as_people_write_them(words: str, route: str) -> None:
    assert NAMES.route(words) == route


def test_words_that_say_what_kind_of_route_it_is_do_not_count() -> None:
    assert bare("the Port of Durban Corridor Railway") == "port of durban"


@pytest.mark.parametrize(
    ("text", "policies"),
    [
        ("Malacca closed for 6 months for tin", [RouteClosure("tin", "malacca", 6.0)]),
        ("the Suez Canal is shut for tin", [RouteClosure("tin", "suez")]),
        (
            "close Suez and Bab el-Mandeb for 3 months for copper",
            [RouteClosure("copper", "suez", 3.0), RouteClosure("copper", "babelmandeb", 3.0)],
        ),
        (
            "Panama closes for a month for copper and tin",
            [RouteClosure("copper", "panama", 1.0), RouteClosure("tin", "panama", 1.0)],
        ),
        (
            "the Turkish Straits are blocked for zinc",
            [RouteClosure("zinc", "bosporus"), RouteClosure("zinc", "dardanelles")],
        ),
        (
            "ships through Suez pay 1 % for 6 months for zinc",
            [RouteRisk("zinc", "suez", 0.01, 6.0)],
        ),
        (
            "Lobito opens at 1.7 Mt/yr for copper",
            [CorridorOpening("copper", "LOBITO", 1_700_000.0)],
        ),
        ("Lobito expands to 900 kt a year for cobalt", [CorridorOpening("cobalt", "LOBITO", 9e5)]),
        (
            "Suez closed for tin and CHN bans exports of gallium",
            [RouteClosure("tin", "suez"), ExportBan("CHN", "gallium")],
        ),
    ],
)
def test_sentences_on_routes(text: str, policies: list[object]) -> None:
    assert list(parse_sentence(text, NAMES)) == policies


def test_without_a_mineral_a_sentence_is_about_all_that_go_there() -> None:
    found = parse_sentence("Malacca closed for 6 months", NAMES)
    minerals = [policy.mineral for policy in found]
    assert len(minerals) > 10
    assert len(set(minerals)) == len(minerals)
    assert all(type(p) is RouteClosure and p.route == "malacca" and p.months == 6.0 for p in found)
    assert parse_sentence("Malacca closed for 6 months for all minerals", NAMES) == found


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("Malaca closed", "ORE-SCN-030", "malacca"),
        ("Kerch closed", "ORE-SCN-031", "kerch"),
        ("Malacca closed for unobtainium", "ORE-SCN-002", "unobtainium"),
        ("Malacca closed for 14 months for tin", "ORE-SCN-004", "14"),
        ("Malacca closed until 2030 for tin", "ORE-SCN-021", "closed"),
        ("Suez closed for tin; Suez closed for 3 months for tin", "ORE-SCN-020", "tin"),
    ],
)
def test_what_cannot_be_read_or_done_is_refused(text: str, code: str, words: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_sentence(text, NAMES)
    assert caught.value.code == code
    assert words in str(caught.value)


def test_one_policy_is_about_one_route() -> None:
    with pytest.raises(ScenarioError) as caught:
        NAMES.route("Turkish Straits")
    assert caught.value.code == "ORE-SCN-033"


def test_lengths_of_time() -> None:
    assert parse_months("6 months") == 6.0
    assert parse_months("half a year".removeprefix("half ")) == 12.0
    assert parse_months("73 days") == pytest.approx(2.4)
    assert parse_months("2 weeks") == pytest.approx(2 * 7 / 365 * 12)
    assert parse_months("1.5months") == 1.5
