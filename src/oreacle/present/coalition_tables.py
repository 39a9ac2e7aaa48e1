"""The tables of a club: who gets what, where it breaks by rule, and other purposes.

Does      Turns a study into table views.
Units     USD a year at one scale for each table, in its headings; shares in percent.
Method    A question mark follows a number whose sign two sets of draws do not settle.
Assumes   Members that change nothing are named elsewhere and left out.
Not here  Sentences: see `oreacle.present.coalition_words`.
"""

from __future__ import annotations

from collections.abc import Sequence

from oreacle.engine.clubs.instruments import InstrumentLine
from oreacle.engine.clubs.study import ClubStudy
from oreacle.present import words
from oreacle.present.coalition_words import (
    compared_with,
    figure,
    is_break_up_settled,
    money_scale,
    rate,
    rates,
    under_rule,
)
from oreacle.present.shock_tables import INTERVAL, Names, cells, label, table
from oreacle.present.table_view import Cell, Column, Place, TableView

OPEN = "?"
"""Marks a number whose sign is not settled."""
DASH = "-"
RIDERS = 1


def member_view(study: ClubStudy, names: Names) -> TableView:
    """Return what each member has alone, in the club, and by leaving."""
    first, under = study.first, under_rule(study)
    members = under.lines.members
    shown = [k for k, name in enumerate(members) if name not in study.idle_members]
    sums = [first.each_alone.value, under.inside.value, under.lines.expected_gain]
    if _acts(study):
        sums.append(first.shapley)
    size, unit = money_scale(float(part[k]) for part in sums for k in shown)
    columns = (
        Column("Member"),
        Column("World use", True),
        Column("Alone", True),
        Column("In the club", True),
        Column(INTERVAL, True, Place.EXTRA),
        Column("Shapley value", True),
        Column("Nucleo- lus", True),
        Column("By leaving", True),
        Column("Walks out", True),
    )
    rows = [(_name(members[k], study, names), *_shares(study, k, size)) for k in shown]
    compared = compared_with(study)
    over = "no club" if compared == "doing nothing" else compared
    caption = (
        f"{unit} a year over {over}. By leaving: expected gain, with {OPEN} where its sign is not "
        f"settled. Walks out: of years.{_no_act(study)}"
    )
    return table(f"Who gets what, shared by {study.question.rule.name}", caption, columns, rows)


def _acts(study: ClubStudy) -> bool:
    """Return True if the whole club would act: its game then has something to divide."""
    return float(study.first.joint.value) > 0.0


def _no_act(study: ClubStudy) -> str:
    """Return why there are no solution concepts where the whole club loses."""
    if _acts(study):
        return ""
    return f" {DASH}: a club that loses would not act, so that nothing is divided."


def _name(member: str, study: ClubStudy, names: Names) -> Cell:
    first = " (first)" if member in study.question.rule.first else ""
    return Cell(f"{label(member, names)}{first}")


def _shares(study: ClubStudy, k: int, size: float) -> tuple[Cell, ...]:
    first, under = study.first, under_rule(study)
    alone = float(first.each_alone.value[k])
    point, middle = float(first.shapley[k]), float(first.nucleolus.point[k])
    key = f"gain from leaving under {study.question.rule.name}"
    settled = study.holds(key, under.lines.members[k]) is not None
    leaving, walks = float(under.lines.expected_gain[k]), float(under.lines.walk_probability[k])
    divided = [Cell(DASH), Cell(DASH)]
    if _acts(study):
        divided = [Cell(words.signed(part / size), part) for part in (point, middle)]
    return (
        Cell(words.percent(float(study.use_share[k])), float(study.use_share[k])),
        Cell(words.signed(alone / size), alone),
        *cells(figure(under.inside, k), words.signed, size),
        *divided,
        Cell(_signed(leaving / size, is_open=not settled), leaving),
        Cell(rate(walks), walks),
    )


def _signed(value: float, *, is_open: bool) -> str:
    return f"{words.signed(value)} {OPEN}" if is_open and value != 0.0 else words.signed(value)


def rule_view(study: ClubStudy) -> TableView:
    """Return break-up and strain by rule, the best rule first."""
    low, high = under_rule(study).terms.bounds
    columns = (
        Column("Rule"),
        Column("Breaks up", True),
        Column(INTERVAL, True),
        Column("Over discount", True),
        Column("Second set", True),
        Column("Strain", True),
        Column("Leavers", True),
    )
    rows = [_rule_row(study, rule) for rule in study.comparison.rules]
    caption = (
        f"Best rule first. Interval: of the draws, with the value of staying as known; {DASH} "
        "where the sign of a walker's gain from leaving is open. Over discount factors from "
        f"{low:g} to {high:g}. Strain: 0 leaving never pays, 1 staying never. Leavers: gain by "
        "leaving on both sets."
    )
    return table("Where it breaks, by rule of sharing", caption, columns, rows)


def _rule_row(study: ClubStudy, rule: str) -> tuple[Cell, ...]:
    lines = study.first.by_rule[rule].lines
    second = study.second.by_rule[rule].lines
    key = f"gain from leaving under {rule}"
    count = sum(study.holds(key, one) == "positive" for one in lines.members)
    interval = Cell(DASH)
    if is_break_up_settled(study, rule):
        interval = Cell(rates(*lines.break_up_interval), lines.break_up_interval[0])
    asked = " (asked)" if rule == study.question.rule.name else ""
    return (
        Cell(f"{rule}{asked}"),
        Cell(rate(lines.break_up), lines.break_up),
        interval,
        Cell(rates(*sorted(lines.break_up_range)), lines.break_up_range[0]),
        Cell(rate(second.break_up), second.break_up),
        Cell(_index(lines.strain_index), lines.strain_index),
        Cell(str(count), float(count)),
    )


def _index(value: float) -> str:
    return f"{value:.2f}" if words.is_known(value) else words.NOT_KNOWN


def purpose_view(study: ClubStudy, names: Names) -> TableView:
    """Return what each purpose that does something would be worth to the same members."""
    shown = [line for line in study.instruments if not line.does_nothing]
    shown.sort(key=lambda line: -line.joint)
    size, unit = money_scale(value for line in shown for value in (line.joint, line.others))
    asked = {purpose.name for purpose in study.question.purposes}
    is_mix = len(asked) > 1
    columns = (
        Column("Purpose"),
        Column("Joint", True),
        Column("Apart", True),
        Column("Alone", True),
        *([Column("Adds to the mix", True)] if is_mix else []),
        Column("Others", True),
        Column("Free riders", True),
        Column("Who", place=Place.EXTRA if is_mix else Place.ROW),
    )
    rows = [
        (
            Cell(f"{line.purpose}{' *' if line.purpose in asked else ''}"),
            *_values(line, size),
            *([_added(line, size)] if is_mix else []),
            Cell(words.signed(line.others / size), line.others),
            Cell(words.signed(line.free_riding / size), line.free_riding),
            Cell(_riders(line.riders, names)),
        )
        for line in shown
    ]
    caption = (
        f"{unit} a year; * asked; {OPEN}: the sign differs between the sets. Apart: side by side; "
        "alone: each while nobody else acts; free riders: outsiders that gain."
    )
    return table("Every purpose for the same members", caption, columns, rows)


def _values(line: InstrumentLine, size: float) -> tuple[Cell, ...]:
    apart = Cell(DASH) if line.apart is None else Cell(words.signed(line.apart / size), line.apart)
    return (
        Cell(_signed(line.joint / size, is_open=not line.agrees), line.joint),
        apart,
        Cell(words.signed(line.alone / size), line.alone),
    )


def _added(line: InstrumentLine, size: float) -> Cell:
    if line.added is None:
        return Cell("")
    return Cell(words.signed(line.added / size), line.added)


def _riders(riders: Sequence[tuple[str, float]], names: Names) -> str:
    if not riders:
        return "nobody"
    text = ", ".join(label(name, names) for name, _ in riders[:RIDERS])
    more = len(riders) - RIDERS
    return f"{text} +{more}" if more > 0 else text
