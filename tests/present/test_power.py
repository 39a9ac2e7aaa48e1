"""The text of power: an expert reads who, what, how much and how sure."""

from __future__ import annotations

import io

import pytest
from rich.console import Console, RenderableType

from oreacle.market.leverage.joint import joint_threat, smallest_set
from oreacle.market.leverage.matrix import leverage_all
from oreacle.market.leverage.power import power
from oreacle.present.power_facts import actor_facts, with_intervals
from oreacle.present.power_ranking import header, ranking_record, sharpest
from oreacle.present.power_text import actor_text, joint_text, ranking_text
from oreacle.present.power_words import story, times
from oreacle.present.shock_text import country_labels
from oreacle.world.load import load_world

WORLD = load_world()
NAMES = country_labels(WORLD)
MATRIX = leverage_all(WORLD, ("gallium", "graphite"))


def drawn(page: RenderableType) -> str:
    console = Console(file=io.StringIO(), width=160)
    console.print(page)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_an_actor_is_told_in_words_and_tables() -> None:
    facts = with_intervals(actor_facts(MATRIX, WORLD, "CHN", 4), WORLD, draws=20, seed=0, threads=1)
    assert [one.loss.value for one in facts.threats] == sorted(
        (one.loss.value for one in facts.threats), reverse=True
    )
    assert all(one.loss.low is not None for one in facts.threats)
    page = drawn(actor_text(facts, WORLD, NAMES))
    for words in ("Power of China", "Whom China can hurt", "Graphite", "USD/yr]", "20 draws"):
        assert words in page
    assert 3 <= len(story(facts, NAMES)) <= 6


def test_the_ranking_puts_the_strongest_first() -> None:
    powers = power(MATRIX, WORLD)
    rows = ranking_record(powers, MATRIX, WORLD)["actors"]
    assert rows[0]["actor"] == "CHN"
    best = sharpest(MATRIX, WORLD, NAMES)
    page = drawn(ranking_text(powers, best, NAMES, header(MATRIX, WORLD), 3))
    assert "Actors by what they can do" in page
    assert "China" in page


def test_a_joint_threat_is_shown_beside_single_ones() -> None:
    threat = joint_threat(WORLD, "palladium", ("RUS", "ZAF"), "USA")
    smallest = smallest_set(WORLD, "palladium", "USA", 1e15)
    page = drawn(joint_text([threat], smallest, WORLD, NAMES, 5))
    assert "Russia and South Africa against United States" in page
    assert "Even all suppliers together" in page


@pytest.mark.parametrize(("ratio", "shown"), [(float("inf"), "no cost"), (12.0, "12")])
def test_a_threat_without_cost_has_no_ratio(ratio: float, shown: str) -> None:
    assert times(ratio) == shown
