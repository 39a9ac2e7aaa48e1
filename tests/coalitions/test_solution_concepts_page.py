"""The page on solution concepts runs, and says what its code gives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from oreacle.coalitions.stability import ClubStability

PAGE = (Path(__file__).parents[2] / "docs" / "solution_concepts.md").read_text(encoding="utf-8")
PACKAGE = Path(__file__).parents[2] / "src" / "oreacle" / "coalitions"


def test_its_code_runs_and_gives_the_numbers_beside_it() -> None:
    room: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL):
        exec(block, room)
    given = {name: eval(f"{name}(estate)", room) for name in ("core", "nucleolus", "shapley")}
    assert given["core"].status.value == "non_empty"
    assert given["nucleolus"].point == pytest.approx([50, 100, 150])
    assert given["shapley"] == pytest.approx([50, 100, 150])
    club = room["club"]
    assert isinstance(club, ClubStability)
    assert (club.internal, club.surplus) == (False, 2.0)


def test_functions_that_it_names_exist() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.glob("*.py"))
    named = set(re.findall(r"`([a-z]+_[a-z_]+|[A-Z]\w+)`", PAGE))
    missing = {name for name in named if name not in source}
    assert len(named) > 15
    assert not missing
