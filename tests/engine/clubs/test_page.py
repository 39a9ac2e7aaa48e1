"""The page on what a club is worth names every lever, rule and term as the program has them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from oreacle.engine.clubs.purposes import NAMES
from oreacle.engine.clubs.rules import RULES
from oreacle.engine.clubs.terms import ClubTerms
from oreacle.engine.clubs.values import CHECKS, EXACT_PLAYERS

PAGE = (Path(__file__).parents[3] / "docs" / "coalitions.md").read_text(encoding="utf-8")
PACKAGE = Path(__file__).parents[3] / "src" / "oreacle"


@pytest.mark.parametrize("name", [*NAMES, *RULES])
def test_every_purpose_and_rule_has_a_row(name: str) -> None:
    assert f"\n| `{name}` |" in PAGE


@pytest.mark.parametrize("name", ClubTerms.names())
def test_every_term_is_in_the_table(name: str) -> None:
    assert f"\n| `{name}` |" in PAGE


def test_names_in_the_text_exist() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    named = set(re.findall(r"`([a-z]+_[a-z_]+)`", PAGE))
    assert len(named) > 15
    assert not {name for name in named if name not in source}


def test_counts_are_those_of_the_program() -> None:
    assert f"Up to {EXACT_PLAYERS} players" in PAGE
    assert f"{CHECKS} other clubs" in PAGE
