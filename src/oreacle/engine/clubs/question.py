"""What is asked about a club, and the draws that answer it.

Does      Holds a question, checks its members and makes its sets of draws.
Units     See the fields.
Method    The second set of draws has another root seed: independent streams. Both use the same
          draws of the coefficients of acts, as one model was fitted.
Assumes   Members are trade actors: a country of a bloc acts with its bloc.
Not here  How names become trade actors: see `oreacle.world.member_actors`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from oreacle.core.errors import RunError, ScenarioError
from oreacle.engine.clubs.evidence import Draws
from oreacle.engine.clubs.field import club_field
from oreacle.engine.clubs.purposes import Purpose
from oreacle.engine.clubs.rules import Rule
from oreacle.engine.clubs.terms import ClubTerms, club_terms
from oreacle.engine.disruptions import (
    DisruptionDraws,
    DisruptionSettings,
    disruption_draws,
    distinct,
)
from oreacle.world.snapshot import World

MOST_MEMBERS = 12
SECOND = 1 << 40
"""Bit of the root seed that tells the second set of draws: no seed that people write shares it."""
FEWEST_DRAWS = 20
"""Below this many draws a 5 % point is not inside the sample."""


@dataclass(frozen=True)
class ClubQuestion:
    """What is asked about a club.

    Attributes
    ----------
    mineral, members
        Slug and trade actors, 2 to 12.
    purposes, rule
        What the club does and how it shares.
    draws, seed
        Draws of a set, and the root seed of the first set.
    terms, settings
        Terms of clubs; parts and rates of disruptions.
    parameter_draws
        Draws of the market's parameters; 0 for none.
    candidates
        Outsiders that are tried as members.
    workers
        Processes that share large tables of clubs; the answer does not depend on their number.
    """

    mineral: str
    members: tuple[str, ...]
    purposes: tuple[Purpose, ...]
    rule: Rule = field(default_factory=Rule)
    draws: int = 500
    seed: int = 0
    terms: ClubTerms = field(default_factory=club_terms)
    settings: DisruptionSettings = field(default_factory=DisruptionSettings)
    parameter_draws: int = 20
    candidates: int = 5
    workers: int = 1


Question = ClubQuestion
"""Short name inside the engine."""


def checked_members(world: World, question: Question) -> tuple[str, ...]:
    """Return the members as trade actors.

    Raises
    ------
    ScenarioError
        ORE-SCN-003 or 015 on unknown names; ORE-SCN-064 on fewer than two members, more than 12,
        one named twice, or favoured ones that are no members.
    RunError
        ORE-RUN-151 if fewer than 20 draws are asked for.
    """
    members = tuple(world.territory.acting(name) for name in question.members)
    if not 2 <= len(members) <= MOST_MEMBERS or len(set(members)) < len(members):
        raise ScenarioError(
            "ORE-SCN-064",
            f"a club of {', '.join(members) or 'nobody'} cannot be studied.",
            why=f"a club has 2 to {MOST_MEMBERS} different members here: all its parts are valued.",
            fix="name each member once, such as USA,JPN,KOR,EU,AUS.",
        )
    if strangers := set(question.rule.first) - set(members):
        raise ScenarioError(
            "ORE-SCN-064",
            f"{', '.join(sorted(strangers))} comes first in a club of {', '.join(members)}.",
            why="favoured members are among the members.",
            fix="name favoured members that are in the club.",
        )
    if question.draws < FEWEST_DRAWS:
        raise RunError(
            "ORE-RUN-151",
            f"{question.draws} draws of disruptions were asked for.",
            why=f"an interval needs {FEWEST_DRAWS} draws or more, and rare events many more.",
            fix="ask for 500.",
        )
    return members


def disruptions_of(
    world: World, question: ClubQuestion, *, second: bool = False
) -> DisruptionDraws:
    """Return the draws of disruptions of a question, the first set or the independent one.

    Raises
    ------
    ScenarioError, RunError
        As `oreacle.engine.disruptions.disruption_draws`.
    """
    return disruption_draws(
        world,
        question.mineral,
        draws=question.draws,
        seed=question.seed ^ (SECOND if second else 0),
        settings=question.settings,
    )


def drawn_set(
    world: World, question: Question, players: Sequence[str], *, second: bool = False
) -> Draws:
    """Return the market of a question under a set of draws, cleared without a club.

    Parameters
    ----------
    players
        Trade actors that may be in clubs.
    second
        True for the independent set.

    Raises
    ------
    ScenarioError, RunError
        As `oreacle.engine.disruptions.disruption_draws` and `club_field`.
    """
    draws = disruptions_of(world, question, second=second)
    few, inverse = distinct(draws)
    market = club_field(world, question.mineral, players, few, question.terms)
    return Draws(market, inverse, few.causes)
