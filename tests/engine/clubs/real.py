"""Small questions on the embedded world that tests of clubs share."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from oreacle.engine.clubs.evidence import Draws
from oreacle.engine.clubs.purposes import read_purposes
from oreacle.engine.clubs.question import Question, drawn_set
from oreacle.engine.clubs.study import ClubStudy, study_club
from oreacle.world.load import load_world
from oreacle.world.snapshot import World


@cache
def world() -> World:
    return load_world()


def question(purposes: str = "stockpile", **changed: object) -> Question:
    """Return a small question on heavy rare earths."""
    asked = Question(
        mineral="rare_earths_heavy",
        members=("USA", "JPN", "KOR"),
        purposes=read_purposes(purposes),
        draws=40,
        seed=3,
        parameter_draws=2,
        candidates=2,
    )
    return replace(asked, **changed)  # type: ignore[arg-type]  # fields of the question


@cache
def drawn(
    mineral: str, players: tuple[str, ...], draws: int = 40, *, second: bool = False
) -> Draws:
    return drawn_set(world(), question(mineral=mineral, draws=draws), players, second=second)


@cache
def study(purposes: str = "stockpile") -> ClubStudy:
    return study_club(world(), question(purposes))
