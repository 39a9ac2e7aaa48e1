"""A chain says its own name."""

from __future__ import annotations

from oreacle.world.load import load_world


def test_a_name_within_a_sentence_keeps_its_symbols() -> None:
    world = load_world()
    assert world.chain("rare_earths_heavy").in_words == "heavy magnet rare earths (Dy, Tb)"
    assert world.chain("copper").in_words == "copper"
