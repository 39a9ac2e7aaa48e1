"""What-if sentences: a small written grammar, read and written.

Does      Turns "CHN bans exports of gallium to USA" into policies, and policies into sentences.
Units     "25 %" and "0.25" are the share 0.25 [1]; a bare number of 1 or more is refused. Tonnes
          and dollars a tonne are written with their unit.
Method    One pattern for each form; what `policy_sentence` writes, `parse_sentence` reads back.
Assumes   Clauses are joined by ";", or by "and" where both sides are clauses, and hold at once.
Not here  Years: policies with a beginning and an end stand in a scenario file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import NoReturn

from oreacle.core.errors import ScenarioError
from oreacle.market.policies import Policy
from oreacle.scenario.names import NameBook, shown
from oreacle.scenario.scenario import ScheduledPolicy, refuse_conflicts
from oreacle.scenario.sentence_forms import FORMS, Form
from oreacle.scenario.sentence_numbers import parse_share
from oreacle.scenario.sentence_parts import option_values, without_options
from oreacle.scenario.sentence_words import policy_sentence

__all__ = ["parse_sentence", "parse_share", "policy_sentence"]
LONGEST_SENTENCE = 2_000
"""Longest text that is read [characters]."""
VERB_LIKENESS = 0.75
"""Likeness from which a word counts as a verb with a slip of the pen [1]."""
MOST_ANDS = 12
"""Most words "and" in a piece that may be cut at them: each is tried."""
_AND = re.compile(r",?\s+and\s+", re.IGNORECASE)
_YEARS = re.compile(
    r"(?:from|in|since|until|till|to|through|by|after)\s+((?:19|20|21)\d\d)$", re.IGNORECASE
)


def parse_sentence(text: str, names: NameBook) -> tuple[Policy, ...]:
    """Return the policies that a sentence states.

    Parameters
    ----------
    text
        One clause, or several joined by ";" or by "and".
    names
        Names of the world that the policies will meet.

    Raises
    ------
    ScenarioError
        ORE-SCN-021 if a clause cannot be read; ORE-SCN-022 on a number without a clear unit;
        ORE-SCN-002, 003, 008, 014 or 015 on a name; ORE-SCN-004 on a number out of range;
        ORE-SCN-020 if two clauses overlap or contradict; ORE-SCN-030, 031 or 033 on a route.
    """
    if len(text) > LONGEST_SENTENCE:
        raise ScenarioError(
            "ORE-SCN-021",
            f"the sentence has {len(text)} characters.",
            why=f"sentences are read up to {LONGEST_SENTENCE} characters.",
            fix="put a long list of policies into a scenario file.",
        )
    pieces = [" ".join(piece.split()).rstrip(".") for piece in text.split(";") if piece.strip()]
    if not pieces:
        _refuse_clause(text)
    policies = tuple(policy for piece in pieces for policy in _parse_piece(piece, names))
    refuse_conflicts([ScheduledPolicy(policy, 0) for policy in policies])
    return policies


def _parse_piece(piece: str, names: NameBook) -> list[Policy]:
    """Return the policies of a piece that may be cut into clauses at its "and"s."""
    cuts = [(match.start(), match.end()) for match in _AND.finditer(piece)]
    if not any(_fitting(piece[end:]) for _, end in cuts) or len(cuts) > MOST_ANDS:
        return _parse_clause(piece, names)
    readings = _readings(piece, cuts, 0, names)
    if len(readings) == 1:
        return readings[0]
    if not readings:
        clauses = _first_cut(piece, cuts)
        return [policy for clause in clauses for policy in _parse_clause(clause, names)]
    raise ScenarioError(
        "ORE-SCN-021",
        f"'{shown(piece)}' can be cut at its \"and\"s in more than one way.",
        why="who does what to whom differs.",
        fix='join clauses by ";" in place of "and".',
    )


def _readings(
    piece: str, cuts: Sequence[tuple[int, int]], start: int, names: NameBook
) -> list[list[Policy]]:
    """Return up to two ways to read a piece from `start` on as valid clauses."""
    found: list[list[Policy]] = []
    for end, after in [*((a, b) for a, b in cuts if a > start), (len(piece), len(piece))]:
        clause = piece[start:end]
        policies = _valid(clause, names) if _fitting(clause) else None
        if policies is None:
            continue
        rests = [[]] if end == len(piece) else _readings(piece, cuts, after, names)
        found += [[*policies, *rest] for rest in rests]
        if len(found) > 1:
            break
    return found[:2]


def _valid(clause: str, names: NameBook) -> list[Policy] | None:
    try:
        return _parse_clause(clause, names)
    except ScenarioError:
        return None


def _first_cut(piece: str, cuts: Sequence[tuple[int, int]]) -> list[str]:
    """Return clauses as their patterns alone cut them: the fault is in one of them."""
    for end, after in cuts:
        if _fitting(piece[:end]) and _fitting(piece[after:]):
            return [piece[:end], piece[after:]]
    return [piece]


def _fitting(clause: str) -> Form | None:
    """Return the form that a clause has, by its pattern alone."""
    bare, _ = without_options(clause)
    return next((form for form in _with_verb(bare) if form.pattern.fullmatch(bare)), None)


def _with_verb(clause: str) -> list[Form]:
    words = set(clause.casefold().split())
    return [form for form in FORMS if set(form.verbs) & words]


def _parse_clause(clause: str, names: NameBook) -> list[Policy]:
    if year := _YEARS.search(clause):
        raise ScenarioError(
            "ORE-SCN-021",
            f"'{shown(clause)}' names the year {year[1]}.",
            why="a what-if holds in the base year.",
            fix="leave the years out, or put the policy into a scenario file with from: and to:.",
        )
    bare, options = without_options(clause)
    form = _fitting(clause)
    match = None if form is None else form.pattern.fullmatch(bare)
    if form is None or match is None:
        _refuse_clause(clause)
    misplaced = [text for name, text in options.items() if name not in form.options]
    if misplaced:
        raise ScenarioError(
            "ORE-SCN-021",
            f"'{shown(misplaced[0])}' cannot be said of '{shown(bare)}'.",
            why="the measure has no such option.",
            fix=f'leave it out; write it like "{form.example}".',
        )
    parts = {key: value for key, value in match.groupdict().items() if value is not None}
    made = form.make(parts, names, option_values(options))
    return list(made) if isinstance(made, tuple) else [made]


def _refuse_clause(clause: str) -> NoReturn:
    forms = _with_verb(clause) or _nearly(clause)
    words = set(clause.casefold().split())
    if {"import", "imports"} & words:
        forms = [form for form in forms if "imports" in form.example] or forms
    if forms:
        fix = f'write it like "{forms[0].example}".'
    else:
        fix = "use one of: " + "; ".join(f'"{one.example}"' for one in FORMS) + "."
    raise ScenarioError(
        "ORE-SCN-021",
        f"cannot read '{shown(clause)}'." if clause.strip() else "the sentence is empty.",
        why="a what-if needs who, what and which mineral in a known order.",
        fix=fix,
    )


def _nearly(clause: str) -> list[Form]:
    """Return the forms whose verb is nearly one of the words."""
    verbs = {verb for form in FORMS for verb in form.verbs}
    near = {
        verb
        for word in clause.casefold().split()
        for verb in get_close_matches(word, verbs, n=1, cutoff=VERB_LIKENESS)
    }
    return [form for form in FORMS if near & set(form.verbs)]
