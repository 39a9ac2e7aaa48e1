"""Time and error of valuing all clubs of twelve actors, and what pooling a stock adds.

Run `python benchmarks/club_values.py`; it takes several minutes on two idle cores. A mineral and a
purpose may follow: `python benchmarks/club_values.py tungsten stockpile`.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from oreacle.engine.clubs.clearing import cleared
from oreacle.engine.clubs.invitations import candidates
from oreacle.engine.clubs.piece import apart, club
from oreacle.engine.clubs.purposes import NAMES, read_purposes
from oreacle.engine.clubs.question import Question, drawn_set
from oreacle.engine.clubs.rules import Rule
from oreacle.engine.clubs.values import club_values
from oreacle.world.load import load_world
from oreacle.world.snapshot import World

CORE = ("USA", "JPN", "KOR", "EU", "AUS")
PLAYERS = 12
DRAWS = 500
WORKERS = 2
MINERALS = ("rare_earths_light", "gallium", "tungsten", "cobalt", "lithium", "copper")
PURPOSES = ("stockpile", "procurement", "refining", "recycling", "floor", "research", "insurance")


def a_table(world: World, mineral: str, purpose: str) -> None:
    """Print time and error of all clubs of twelve actors for one purpose."""
    players = (*CORE, *candidates(world, mineral, CORE, PLAYERS - len(CORE)))
    question = Question(mineral, players, read_purposes(purpose), draws=DRAWS)
    start = time.perf_counter()
    draws = drawn_set(world, question, players)
    values = club_values(draws.field, question.purposes, Rule(), workers=WORKERS)
    spent = time.perf_counter() - start
    check = values.check
    error = (
        "all exact"
        if check is None
        else (
            f"{check.clubs} clubs again: {check.typical:.3%} at the 95th percentile, "
            f"{check.worst:.3%} at most, {check.draws} draws"
        )
    )
    print(
        f"{mineral} {purpose}: {len(players)} actors, {len(values.others) - 1} clubs, "
        f"{draws.field.draws} distinct of {DRAWS} draws, {spent:.1f} s; {error}; "
        f"v(N) {values.raw[-1].sum():.3g} USD/yr; not cleared {values.failed:.3%}",
        flush=True,
    )


def pooled_and_apart(world: World) -> None:
    """Print for every mineral what a joint stock of five adds to the same tonnes apart."""
    n = len(CORE)
    groups = np.array([club(n, range(n)), apart(n, range(n))])
    better = 0
    for mineral in world.mineral_names:
        question = Question(mineral, CORE, read_purposes("stockpile"), draws=DRAWS)
        draws = drawn_set(world, question, CORE)
        found = cleared(draws.field, groups, question.purposes, Rule())
        joint, side = found.mean.sum(axis=1)
        better += int(joint > side)
        print(
            f"{mineral}: joint {joint:.3g}, apart {side:.3g}, cost {found.cost[0]:.3g}, "
            f"others {found.mean_others[0].sum():.3g} USD/yr; not cleared {found.failed:.3%}",
            flush=True,
        )
    print(f"joint above apart in {better} of {len(world.mineral_names)} minerals")


def main() -> None:
    """Print all figures, or those of one mineral and purpose."""
    world = load_world()
    if len(sys.argv) > 2:
        a_table(world, sys.argv[1], sys.argv[2])
        return
    for mineral in MINERALS:
        a_table(world, mineral, "stockpile")
    for purpose in PURPOSES[1:]:
        a_table(world, "tungsten", purpose)
    a_table(world, "gallium", NAMES[4])
    pooled_and_apart(world)


if __name__ == "__main__":
    main()
