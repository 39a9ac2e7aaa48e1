"""Searched clubs in the terminal: the best around an actor, the smallest against a threat.

Does      Draws the pages of both searches.
Units     USD a year, in headings and words; shares in percent.
Method    The answer first, then the clubs, then what it rests on.
Assumes   Results are those of `oreacle.engine.clubs.search`.
Not here  One club in depth: see `oreacle.present.coalition_text`.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from oreacle.engine.clubs.question import ClubQuestion
from oreacle.engine.clubs.search import BestClubs, Cover, CoverOfSize, RankedClub
from oreacle.present import words
from oreacle.present.coalition_text import LIMITS, check_sentences, opening, terms_sentence
from oreacle.present.coalition_words import (
    called,
    causes_in_words,
    money,
    money_scale,
    named_list,
    rate,
)
from oreacle.present.shock_tables import Names, label, table
from oreacle.present.table_view import Cell, Column, TableView
from oreacle.present.terminal import DrawnTable, Page, heading, paragraph
from oreacle.world.snapshot import World

LITTLE_MORE = 0.01
"""Part of a loss below which what partners add to a cover is next to nothing [1]."""


def best_text(
    found: BestClubs, question: ClubQuestion, world: World, names: Names
) -> RenderableType:
    """Return the best clubs around an actor to print with a rich console."""
    parts: list[RenderableType] = [
        *_title(f"Clubs around {label(found.actor, names)}", question, world),
        paragraph(opening(question, world, names), "dim"),
        heading("In short"),
        *(paragraph(f"- {line}") for line in best_story(found, names)),
    ]
    if found.clubs:
        parts.append(DrawnTable(_best_view(found, names)))
    return Page((*parts, *_trust((*check_sentences(found.check), terms_sentence(question)))))


def best_story(found: BestClubs, names: Names) -> tuple[str, ...]:
    """Return the answer of a search of the best club."""
    actor = label(found.actor, names)
    tried = (
        f"{found.valued} clubs of {actor} with {named_list(found.candidates, names)} were valued"
    )
    lines = []
    if found.clubs:
        best = found.clubs[0]
        lines.append(
            f"Best for {actor}: with {_partners(best.members, found.actor, names)}. It gains "
            f"{money(best.own[0])} a year ({money(best.own[1])} on the second set of draws), all "
            f"together {money(best.joint[0])}, of which {money(best.surplus)} over each alone."
        )
    else:
        lines.append(
            f"No club of {actor} with these candidates is one that everyone gains from on both "
            "sets of draws, against acting alone and against doing nothing."
        )
    largest = found.largest_joint
    if largest is None:
        lines.append("No club gains at all.")
    elif not found.clubs or largest.members != found.clubs[0].members:
        wanted = "" if largest.agrees else "; not everyone gains from it"
        lines.append(
            f"Largest joint gain: with {_partners(largest.members, found.actor, names)}, "
            f"{money(largest.joint[0])} a year{wanted}."
        )
    lines.append(f"{tried}.")
    if found.left_out:
        left = ", ".join(f"{label(name, names)} ({rate(p)} of years)" for name, p in found.left_out)
        lines.append(f"Not tried, as likely to restrict the mineral themselves: {left}.")
    return tuple(lines)


def _partners(members: Sequence[str], actor: str, names: Names) -> str:
    return named_list([one for one in members if one != actor], names)


def _best_view(found: BestClubs, names: Names) -> TableView:
    clubs: tuple[RankedClub, ...] = found.clubs
    size, unit = money_scale(value for one in clubs for value in (*one.own, *one.joint))
    actor = label(found.actor, names)
    columns = (
        Column("With"),
        Column("Own gain", True),
        Column("Second set", True),
        Column("Joint gain", True),
        Column("Second set", True),
        Column("Over alone", True),
    )
    rows = [
        (
            Cell(_partners(one.members, found.actor, names)),
            *(Cell(words.signed(value / size), value) for value in (*one.own, *one.joint)),
            Cell(words.signed(one.surplus / size), one.surplus),
        )
        for one in clubs
    ]
    caption = (
        f"{unit} a year. Everyone in them gains, against acting alone and doing nothing, on both "
        f"sets. Own: {actor}."
    )
    return table(f"Clubs that everyone gains from, best for {actor} first", caption, columns, rows)


def cover_text(found: Cover, question: ClubQuestion, world: World, names: Names) -> RenderableType:
    """Return the smallest club against a threat to print with a rich console."""
    parts: list[RenderableType] = [
        *_title(f"Cover for {label(found.actor, names)}", question, world),
        paragraph(f"Against: {_threat(found, names)}", "bold"),
        heading("In short"),
        *(paragraph(f"- {line}") for line in cover_story(found, question, names)),
        DrawnTable(_cover_view(found, names)),
    ]
    exact = (
        "One stated threat, every club cleared at the central parameters: no intervals. Covered "
        "is the loss made up for before the cost. Whether the others would join for this is not "
        "asked here: see the study of the club."
    )
    return Page((*parts, *_trust((exact, terms_sentence(question)))))


def cover_story(found: Cover, question: ClubQuestion, names: Names) -> tuple[str, ...]:
    """Return the answer of a search of the smallest cover."""
    actor = label(found.actor, names)
    lines = [f"The threat costs {actor} {money(found.loss)} a year without a club."]
    best = found.smallest
    most = max(found.sizes, key=lambda one: one.covered)
    if best is None:
        lines.append(
            f"No club of {actor} with {named_list(found.candidates, names)} covers "
            f"{rate(found.asked)} of it. The most is {rate(most.covered)}, "
            f"{_by(most, found, names)}."
        )
    else:
        lines.append(
            f"The smallest club that covers {rate(found.asked)} of it: "
            f"{_by(best, found, names)}, which makes up for {rate(best.covered)} and "
            f"costs {actor} {money(best.cost)} a year, threat or not."
        )
    return (*lines, *_little_from_partners(most if best is None else best, found, question, names))


def _little_from_partners(
    club: CoverOfSize, found: Cover, question: ClubQuestion, names: Names
) -> tuple[str, ...]:
    """Return that partners add next to nothing to what the actor covers by itself, if so."""
    alone = found.sizes[0].covered
    if len(club.members) < 2 or club.covered - alone >= LITTLE_MORE:
        return ()
    has_stock = "stockpile" in {one.name for one in question.purposes}
    why = ": a stock sells only while the price is above its trigger" if has_stock else ""
    return (
        f"Partners add next to nothing to the {rate(alone)} that {label(found.actor, names)} "
        f"covers alone{why}.",
    )


def _by(one: CoverOfSize, found: Cover, names: Names) -> str:
    partners = _partners(one.members, found.actor, names)
    actor = label(found.actor, names)
    return f"{actor} with {partners}" if partners else f"{actor} alone"


def _threat(found: Cover, names: Names) -> str:
    return "; ".join(causes_in_words(one, names) for one in found.threat)


def _cover_view(found: Cover, names: Names) -> TableView:
    size, unit = money_scale(one.cost for one in found.sizes)
    columns = (
        Column("Members", True),
        Column("Club"),
        Column("Covered", True),
        Column(f"Own cost [{unit}/yr]", True),
    )
    rows = [
        (
            Cell(str(len(one.members)), float(len(one.members))),
            Cell(_by(one, found, names)),
            Cell(f"{100.0 * one.covered:.1f} %", one.covered),
            Cell(words.number(one.cost / size), one.cost),
        )
        for one in found.sizes
    ]
    caption = "The best club of each size, up to the first that covers enough."
    return table("By size", caption, columns, rows)


def _title(what: str, question: ClubQuestion, world: World) -> list[RenderableType]:
    purposes = called(question.purposes)
    name = world.chain(question.mineral).name
    return [
        Text(what, style="bold"),
        paragraph(f"{purposes[:1].upper()}{purposes[1:]}: {name}", "bold"),
    ]


def _trust(lines: Sequence[str]) -> list[RenderableType]:
    return [
        heading("How far to trust this"),
        *(paragraph(f"- {line}") for line in (*lines, LIMITS)),
    ]
