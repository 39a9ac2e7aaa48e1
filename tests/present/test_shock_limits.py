"""What a what-if says when it asks for nothing that binds, or for more than is there."""

from __future__ import annotations

import pytest

from oreacle.market.clear import clear
from oreacle.market.policies import ProcessingMandate, StockRelease
from oreacle.present.shock_facts import shock_facts
from oreacle.present.shock_text import country_labels, shock_sentences
from oreacle.present.shock_trust import holding_sentence
from oreacle.world.load import load_world

WORLD = load_world()


@pytest.mark.parametrize(
    ("release", "says"),
    [
        (StockRelease("JPN", "gallium", tonnes=200.0), "MORE than the 34.8 t"),
        (StockRelease("JPN", "gallium", days=10.0), "within the 34.8 t"),
        (StockRelease("USA", "gallium", tonnes=5.0), "is not known"),
    ],
)
def test_a_release_is_set_against_what_is_held(release: StockRelease, says: str) -> None:
    assert says in holding_sentence(release, WORLD)


@pytest.mark.parametrize(("share", "idle"), [(0.3, True), (0.95, False)])
def test_a_measure_that_does_not_bind_is_said_to_change_nothing(share: float, idle: bool) -> None:
    policy = ProcessingMandate("IDN", "nickel", share)
    facts = shock_facts(clear(WORLD, "nickel", [policy]), WORLD.territory, [policy])
    sentences = shock_sentences(facts, country_labels(WORLD))
    assert sentences[0].startswith("Nothing changes") is idle
