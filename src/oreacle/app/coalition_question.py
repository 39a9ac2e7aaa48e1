"""What the options of `coalition` ask, and the question that the engine takes.

Does      Checks that options go together, and reads names, purposes, rules, terms and a threat.
Units     As the fields say.
Method    Members are names of trade actors, countries and clubs, apart by commas or blanks.
Assumes   None.
Not here  The command: see `oreacle.app.coalition`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

from oreacle.app.faults import InputError

if TYPE_CHECKING:
    from oreacle.engine.clubs.question import ClubQuestion
    from oreacle.engine.clubs.terms import ClubTerms
    from oreacle.market.policies import Policy
    from oreacle.scenario.names import NameBook
    from oreacle.world.snapshot import World

PARAMETERS = 20
"""Draws of the market's parameters unless told otherwise."""
SUBJECTS = ("allocation", "price_sharing", "dispute_settlement", "exit")
"""Rules of a real club that are shown beside those that are asked about."""
SHARE = 0.5
"""Share of a loss that a cover makes up for, unless told otherwise [1]."""
EXAMPLE = "write oreacle coalition USA,JPN,EU --mineral gallium, or --around USA --mineral gallium."


@dataclass(frozen=True)
class Asked:
    """The options as they were given.

    Attributes
    ----------
    rates
        Factors on the likelihood of restrictions and of outages [1].
    terms
        Texts such as ``stock_days=90``.

    Raises
    ------
    InputError
        ORE-APP-001 if options do not go together.
    """

    members: tuple[str, ...]
    mineral: str | None
    purpose: str
    rule: str
    first: str | None
    around: str | None
    covers: str | None
    share: float | None
    terms: tuple[str, ...]
    rates: tuple[float, float]
    draws: int
    seed: int
    parameters: int | None
    workers: int | None
    save: Path | None

    def __post_init__(self) -> None:
        """Refuse options that say nothing together."""
        if not self.members and self.around is None:
            raise _refused("neither members nor --around are given", "there is no club to study.")
        if self.mineral is None and self.covers is None:
            raise _refused("--mineral is missing", "a club acts in the market of one mineral.")
        if self.covers is not None and self.around is None:
            raise _refused("--covers is given without --around", "whom it covers is not said.")
        if self.share is not None and self.covers is None:
            raise _refused("--share is given without --covers", "it would change nothing.")
        if self.around is not None and (self.save is not None or self.parameters is not None):
            raise _refused(
                "--save or --parameters is given with --around",
                "searched clubs have no chart and no range over parameters.",
            )


def _refused(what: str, why: str) -> InputError:
    return InputError("ORE-APP-001", f"{what}.", why=why, fix=EXAMPLE)


@dataclass(frozen=True)
class Reading:
    """What the options mean in a world.

    Attributes
    ----------
    question
        For the engine; its members are the candidates of a search.
    around
        The actor of a search; "" for none.
    threat
        Policies to be covered against.
    notes
        What to say on the members.
    """

    question: ClubQuestion
    around: str
    threat: tuple[Policy, ...]
    notes: tuple[str, ...]


def read_question(world: World, asked: Asked) -> Reading:
    """Return what the options mean.

    Raises
    ------
    ScenarioError, DataError, RunError, InputError
        ORE-SCN-002 on an unknown mineral, ORE-DAT-163 to 165 on members and the actor of a
        search, ORE-APP-001 if that is not one actor, ORE-SCN-060 to 063 on terms, rules and
        purposes, ORE-APP-018 on a term that cannot be read, ORE-APP-019 on a threat to another
        mineral.
    """
    from oreacle.core.streams import check_seed
    from oreacle.engine.clubs.purposes import read_purposes
    from oreacle.engine.clubs.question import ClubQuestion
    from oreacle.engine.clubs.rules import read_rule
    from oreacle.engine.disruptions import DisruptionSettings
    from oreacle.scenario.names import name_book

    book = name_book(world)
    mineral, threat = _threat(asked, book)
    members, notes = _actors(world, asked.members, book)
    favoured, _ = _actors(world, () if asked.first is None else (asked.first,), book)
    around, of_actor = _around(world, asked.around, book)
    question = ClubQuestion(
        mineral=mineral,
        members=members,
        purposes=read_purposes(asked.purpose),
        rule=read_rule(asked.rule, favoured),
        draws=asked.draws,
        seed=check_seed(asked.seed),
        terms=_terms(asked.terms),
        settings=DisruptionSettings(restriction_rate=asked.rates[0], outage_rate=asked.rates[1]),
        parameter_draws=_parameter_draws(asked.parameters),
        workers=_workers(asked.workers),
    )
    return Reading(question, around, threat, tuple(dict.fromkeys((*of_actor, *notes))))


def _threat(asked: Asked, book: NameBook) -> tuple[str, tuple[Policy, ...]]:
    """Return the mineral and what threatens it; a closed route is closed for all minerals."""
    from oreacle.app.shock_routes import route_policies
    from oreacle.scenario.sentence import parse_sentence

    stated = () if asked.covers is None else tuple(parse_sentence(asked.covers, book))
    ways = route_policies(stated)
    touched = list(dict.fromkeys(one.mineral for one in stated if one not in ways))
    if asked.mineral is not None:
        mineral = book.mineral(asked.mineral)
    elif touched:
        mineral = touched[0]
    else:
        raise _refused("--mineral is missing", "the threat is on the routes of many minerals.")
    if others := [name for name in touched if name != mineral]:
        raise InputError(
            "ORE-APP-019",
            f"the threat is on {', '.join(others)}; the club is asked about {mineral}.",
            why="a club acts in the market of one mineral: the rest would do nothing there.",
            fix="state a threat to that mineral, and ask about others one by one.",
        )
    return mineral, tuple(one for one in stated if one.mineral == mineral)


def _actors(
    world: World, texts: Sequence[str], book: NameBook
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return trade actors of names apart by commas, and what to say on them."""
    from oreacle.world.member_actors import member_actors

    names = [part.strip() for text in texts for part in text.split(",") if part.strip()]
    if not names:
        return (), ()
    found = member_actors(world, names, aliases=book.places)
    return found.actors, (*found.notes, *(_own_rules(world, code) for code in found.clubs))


def _around(world: World, text: str | None, book: NameBook) -> tuple[str, tuple[str, ...]]:
    """Return the actor of a search, "" for none, read as members are; and what to say on it."""
    if text is None:
        return "", ()
    found, notes = _actors(world, (text,), book)
    if len(found) != 1:
        meant = f": {', '.join(found)}" if found else ""
        raise InputError(
            "ORE-APP-001",
            f"--around '{text}' means {len(found)} trade actors{meant}.",
            why="clubs are searched around one actor, for what that one gains.",
            fix="name one, such as --around USA, and others as members to be tried.",
        )
    return found[0], notes


def _own_rules(world: World, code: str) -> str:
    """Return what a club has agreed itself on what is asked about here."""
    agreed = [world.institutions.rule(code, subject) for subject in SUBJECTS]
    said = ", ".join(f"{one.subject.replace('_', ' ')} {one.rule}" for one in agreed)
    return f"{code} itself (known at the end of 2024, not used here): {said}."


def _terms(texts: Sequence[str]) -> ClubTerms:
    from oreacle.engine.clubs.terms import club_terms

    values: dict[str, float] = {}
    for text in texts:
        name, sign, value = (part.strip() for part in text.partition("="))
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not sign or isnan(number) or name in values:
            twice = name in values
            raise InputError(
                "ORE-APP-018",
                f"the term '{text}' {'is given twice' if twice else 'cannot be read'}.",
                why="it would not be known which value holds.",
                fix="write a name and a number once each, such as --term stock_days=90.",
            )
        values[name] = number
    return club_terms(**values)


def _parameter_draws(asked: int | None) -> int:
    from oreacle.market.draws import check_count

    count = PARAMETERS if asked is None else asked
    check_count(count)
    return count


def _workers(asked: int | None) -> int:
    from oreacle.engine.executors.choice import MOST_WORKERS, available_cores

    count = available_cores() if asked is None else asked
    if not 1 <= count <= MOST_WORKERS:
        raise InputError(
            "ORE-APP-001",
            f"{count} workers.",
            why=f"1 to {MOST_WORKERS} processes can share the work.",
            fix="write --workers 2, or leave it out for all cores.",
        )
    return count
