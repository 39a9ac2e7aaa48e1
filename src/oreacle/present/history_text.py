"""The history of one member as text.

Does      Draws acts, ends of measures, prices and notes year by year.
Units     In the text.
Method    None.
Assumes   Text of the records is data: it is never read as markup.
Not here  What happened: see `oreacle.forecasting.histories`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from oreacle.data.codes import actor_name
from oreacle.forecasting.histories.records import (
    ActTold,
    CauseOfMove,
    MemberHistory,
    NoteTold,
    PriceMove,
    YearTold,
)
from oreacle.forecasting.risk import ANSWERS
from oreacle.present.risk_table import CAUSE_WORDS
from oreacle.present.table_view import Cell, Column, TableView
from oreacle.present.terminal import DrawnTable, Page, paragraph
from oreacle.present.words import change, percent, ratio

INDENT = 2
TOLD_ALONE = ("restriction", "control")
"""Classes of acts that are told one by one with their reasons; the others are in `--json`."""
PAIRS = ("agreement", "venture")
MOST_CAUSES = 3
LEAST_CAUSE = 0.02
"""Part of a cause from which it is told [log points]."""
LEAST_OF_LARGEST = 0.1
"""The same, over the largest part [1]."""
LARGE_REST = 0.3
"""Share of a move from which what the told causes leave of it is told [1]."""


def history_text(history: MemberHistory, names: Mapping[str, str]) -> RenderableType:
    """Return a history to print with a rich console.

    Parameters
    ----------
    history
        What to show.
    names
        English name of each mineral, by slug.
    """
    head = paragraph(
        f"One path of scenario {history.scenario}: member {history.member}, seed {history.seed}. "
        "It shows how the model reasons; it is one draw, and what happens in it is no forecast. "
        "A percentage after an act is the probability that it had in this year of this path; "
        f"prices are world means over {history.base_year}. After a price stand the causes whose "
        "effect on it changed most since the year before, each by itself and to first order; their "
        "factors multiply. Answers of the market are what causes leave of the move: growth, "
        "capacity, private stocks, slow demand and the bend of curves."
    )
    years = [_year(year, names, history.base_year) for year in history.years]
    return Page((head, *years))


def summary_text(history: MemberHistory, names: Mapping[str, str]) -> RenderableType:
    """Return a line for each year: acts, export measures in force and the price that moved most."""
    rows = tuple(
        (
            Cell(str(year.year), year.year),
            Cell(str(len(year.acts)), len(year.acts)),
            Cell(str(year.in_force), year.in_force),
            Cell(_first_move(year)),
            Cell(_short(year, names)),
        )
        for year in history.years
    )
    columns = (
        Column("Year"),
        Column("Acts", is_number=True),
        Column("Export measures in force", is_number=True),
        Column("Price that moved most"),
        Column("Use lost to new measures"),
    )
    return Page(
        (
            paragraph(
                f"One path of scenario {history.scenario}: member {history.member}, seed "
                f"{history.seed}. With --trace it is told in full."
            ),
            DrawnTable(
                TableView("Years", "Prices are changes over the year before.", columns, rows)
            ),
        )
    )


def _first_move(year: YearTold) -> str:
    return "" if not year.moves else f"{year.moves[0].name} {change(year.moves[0].change)}"


def _short(year: YearTold, names: Mapping[str, str]) -> str:
    return ", ".join(f"{names.get(s, s)} {percent(v)}" for s, v in year.shortages[:3])


def _year(year: YearTold, names: Mapping[str, str], base: int) -> RenderableType:
    parts: list[RenderableType] = [Text(f"\n{year.year}", style="bold")]
    for title, lines in (
        ("Governments", _acts(year.acts, names)),
        (
            f"New measures together, against {year.year} without them",
            [_minerals(line, names) for line in year.effects],
        ),
        ("Measures that ended", [_minerals(_named(line), names) for line in year.ended]),
        ("Also in the year", [_note(note, names) for note in year.notes]),
        (f"Prices against {year.year - 1}, and what changed", [_move(m, base) for m in year.moves]),
        ("Prices that stayed though a large cause changed", [_stayed(m) for m in year.cancelled]),
    ):
        if lines:
            parts.append(Padding(Text(title, style="italic"), (0, 0, 0, INDENT)))
            parts += [_item(line) for line in lines]
    parts.append(Padding(paragraph(_closing(year, names)), (0, 0, 0, INDENT)))
    return Group(*parts)


def _item(line: str) -> RenderableType:
    return Padding(paragraph(f"- {line}"), (0, 0, 0, 2 * INDENT))


def _acts(acts: Sequence[ActTold], names: Mapping[str, str]) -> list[str]:
    """Return restrictions and mandates one by one, and the other acts of each class in a line."""
    lines = [_act(act, names) for act in acts if act.kind in TOLD_ALONE or act.details]
    rest = [act for act in acts if act.kind not in TOLD_ALONE and not act.details]
    kinds = dict.fromkeys(act.kind for act in rest)
    return lines + [_together([act for act in rest if act.kind == kind]) for kind in kinds]


def _together(acts: Sequence[ActTold]) -> str:
    """Return acts of one class in a line, by who acts, likeliest first."""
    by_actor: dict[str, list[str]] = {}
    for act in acts:
        whom = actor_name(act.partner) if act.partner else ""
        by_actor.setdefault(act.actor, []).append(f"{whom} {percent(act.probability)}".strip())
    join = " and " if acts[0].kind in PAIRS else " against "
    parts = [
        actor_name(actor) + (join if acts[0].partner else " ") + ", ".join(whom)
        for actor, whom in by_actor.items()
    ]
    return f"{acts[0].title}: {'; '.join(parts)}"


def _act(act: ActTold, names: Mapping[str, str]) -> str:
    who = actor_name(act.actor)
    if act.partner:
        joint = " and " if act.kind in PAIRS else " against "
        who += joint + actor_name(act.partner)
    what = f"{who}: {act.title[0].lower()}{act.title[1:]} ({percent(act.probability)}"
    what += f"; {', '.join(act.reasons)})" if act.reasons else ")"
    details = "; ".join(_minerals(detail, names) for detail in act.details)
    return f"{what}: {details}" if details else what


def _note(note: NoteTold, names: Mapping[str, str]) -> str:
    subject = [actor_name(note.actor)] if note.actor else []
    subject += [names.get(note.mineral, note.mineral)] if note.mineral else []
    text = f"{', '.join(subject)}: {note.what}" if subject else note.what
    text += f" ({note.why})" if note.why else ""
    return text + (f"; {note.effect}" if note.effect else "")


def _named(line: str) -> str:
    actor, _, rest = line.partition(": ")
    return f"{actor_name(actor)}: {rest}"


def _move(move: PriceMove, base: int) -> str:
    level = f"{move.name} {change(move.change)}, to {ratio(move.level)} of {base}"
    told = causes_words(move.causes)
    return f"{level}: {told}" if told else level


def _stayed(move: PriceMove) -> str:
    return f"{move.name} {change(move.change)}: {causes_words(move.causes)}"


def causes_words(causes: Sequence[CauseOfMove]) -> str:
    """Return the causes that changed a price most, as changes of it, and a large rest.

    Parameters
    ----------
    causes
        All parts of a move, the answers of the market among them.

    Examples
    --------
    >>> parts = (("demand", 0.4), ("stocks", -0.1), (ANSWERS, -0.2))
    >>> causes_words([CauseOfMove(name, x, math.expm1(x)) for name, x in parts])
    'luck in demand +49 %; stocking and release -9.5 %; answers of the market -18 %'
    """
    own = [one for one in causes if one.cause != ANSWERS]
    largest = max((abs(one.log_points) for one in own), default=0.0)
    least = max(LEAST_CAUSE, LEAST_OF_LARGEST * largest)
    told = sorted(own, key=lambda one: -abs(one.log_points))[:MOST_CAUSES]
    told = [one for one in told if abs(one.log_points) >= least]
    move = sum(one.log_points for one in causes)
    answers = sum(one.log_points for one in causes if one.cause == ANSWERS)
    others = sum(one.log_points for one in own) - sum(one.log_points for one in told)
    parts = [f"{CAUSE_WORDS.get(one.cause, one.cause)} {change(one.change)}" for one in told]
    parts += [
        f"{words} {change(math.expm1(part))}"
        for words, part in (("other causes", others), (CAUSE_WORDS[ANSWERS], answers))
        if abs(part) >= max(least, LARGE_REST * abs(move))
    ]
    return "; ".join(parts)


def _closing(year: YearTold, names: Mapping[str, str]) -> str:
    short = [f"{names.get(slug, slug)} {percent(share)}" for slug, share in year.shortages]
    lines = [f"{year.in_force} export measures in force at the end of the year."]
    if year.barriers is not None and year.blocks is not None:
        lines.append(_barriers(year.barriers, year.blocks))
    if short:
        lines.append(f"Use lost to new measures: {', '.join(short)}.")
    if year.unsolved:
        lines.append(f"Markets that did not solve: {', '.join(year.unsolved)}.")
    return " ".join(lines)


def _barriers(barriers: int, blocks: int) -> str:
    """Return what the count of barriers is of: acts hold from the year after theirs."""
    count = (
        f"{barriers} tariffs, curbs, sanctions and mandates and {blocks} investment blocks"
        if barriers or blocks
        else "no tariffs, curbs, sanctions, mandates or investment blocks"
    )
    return (
        f"In force through the year from earlier years of the run: {count}; those of this year "
        "hold from next year on."
    )


def _minerals(text: str, names: Mapping[str, str]) -> str:
    """Return text with slugs of minerals of several words written out."""
    for slug, name in _compound(names):
        text = text.replace(slug, name)
    return text


def _compound(names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((slug, name[:1].lower() + name[1:]) for slug, name in names.items() if "_" in slug)
