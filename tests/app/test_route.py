"""The command `world route`: legs as text and as JSON, refusals with their code."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from oreacle.app.world import app
from oreacle.core.errors import DataError
from oreacle.world.load import load_world
from oreacle.world.routing import RouteChanges, itinerary

RUN = CliRunner()
WORLD = load_world()


def record(*words: str) -> dict[str, object]:
    result = RUN.invoke(app, ["route", *words, "--json"])
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


def test_the_text_names_ports_passages_and_corridors() -> None:
    result = RUN.invoke(app, ["route", "COD", "CHN", "copper"])
    assert result.exit_code == 0
    for word in ("Dar es Salaam", "malacca", "DAR-ROAD", "LOBITO"):
        assert word in result.stdout


def test_closing_a_strait_takes_it_off_the_way() -> None:
    result = RUN.invoke(app, ["route", "COD", "CHN", "copper", "--close", "malacca"])
    assert "malacca" not in result.stdout.replace("closed: malacca", "")


def test_no_way_left_is_infinite_in_json_and_words_in_text() -> None:
    found = record("QAT", "USA", "aluminium", "--close", "hormuz")
    assert (found["cost_usd_per_chain_t"], found["reachable"]) == ("inf", 0.0)
    text = RUN.invoke(app, ["route", "QAT", "USA", "aluminium", "--close", "hormuz"]).stdout
    assert "no way is left" in text


def test_legs_and_money_add_to_the_cost_and_shares_to_one() -> None:
    streams = itinerary(WORLD, "copper", "refined", "COD", "CHN")
    assert sum(stream.share for stream in streams) == pytest.approx(1.0)
    for stream in streams:
        legs = sum(leg.cost for leg in stream.legs)
        assert legs + stream.money == pytest.approx(stream.cost)
        assert stream.money > 0.0
        assert sum(leg.km for leg in stream.legs) == pytest.approx(stream.km)
        assert sum(leg.days for leg in stream.legs) == pytest.approx(stream.days)


def test_a_country_without_the_trade_is_refused() -> None:
    with pytest.raises(DataError, match="ORE-DAT-136"):
        itinerary(WORLD, "copper", "ore", "CHE", "CHN")


def test_an_unknown_passage_is_refused() -> None:
    with pytest.raises(DataError, match="ORE-DAT-133"):
        itinerary(WORLD, "copper", "ore", "CHL", "CHN", RouteChanges(frozenset({"sues"})))


def test_both_ends_in_one_country_are_refused() -> None:
    with pytest.raises(DataError, match="ORE-DAT-136"):
        itinerary(WORLD, "copper", "refined", "CHN", "CHN")
