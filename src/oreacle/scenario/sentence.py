"""What-if sentences: a small written grammar, read and written.

Does      Turns "CHN bans exports of gallium to USA" into policies, and policies into sentences.
Units     "25 %" and "0.25" are the share 0.25 [1]; a bare number of 1 or more is refused.
Method    One pattern for each verb; what `policy_sentence` writes, `parse_sentence` reads back.
Assumes   Clauses are joined by ";" and hold at once.
Not here  Years: policies with a beginning and an end stand in a scenario file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import NamedTuple, NoReturn

from oreacle.core.errors import ScenarioError
from oreacle.market.policies import (
    CapacityLoss,
    ExportBan,
    ExportLicensing,
    ExportQuota,
    ExportTax,
    LiftMeasure,
    Policy,
)
from oreacle.scenario.names import EVERYONE_WORDS, NameBook, fold, shown
from oreacle.scenario.scenario import ScheduledPolicy, refuse_conflicts

LONGEST_SENTENCE = 2_000
"""Longest text that is read [characters]."""
VERB_LIKENESS = 0.75
"""Likeness from which a word counts as a verb with a slip of the pen [1]."""
LARGEST_BARE = Decimal(1)
_SHARE = r"(?P<share>[-+]?[\d.,]+\s*(?:%|percent|per cent)?)"
_EXPORTS = r"(?:the\s+)?exports?\s+of\s+(?P<good>.+?)"
_TARGETS = r"(?:\s+to\s+(?P<targets>.+?))?"


class _Form(NamedTuple):
    verbs: tuple[str, ...]
    pattern: re.Pattern[str]
    example: str
    make: Callable[[dict[str, str], NameBook], Policy]


def parse_sentence(text: str, names: NameBook) -> tuple[Policy, ...]:
    """Return the policies that a sentence states.

    Parameters
    ----------
    text
        One clause, or several joined by ";".
    names
        Names of the world that the policies will meet.

    Raises
    ------
    ScenarioError
        ORE-SCN-021 if a clause cannot be read; ORE-SCN-022 on a share without a clear unit;
        ORE-SCN-002, 003, 008, 014 or 015 on a name; ORE-SCN-004 on a share out of range;
        ORE-SCN-020 if two clauses overlap.
    """
    if len(text) > LONGEST_SENTENCE:
        raise ScenarioError(
            "ORE-SCN-021",
            f"the sentence has {len(text)} characters.",
            why=f"sentences are read up to {LONGEST_SENTENCE} characters.",
            fix="put a long list of policies into a scenario file.",
        )
    clauses = [clause.strip().rstrip(".") for clause in text.split(";") if clause.strip()]
    if not clauses:
        _refuse_clause(text)
    policies = tuple(_parse_clause(" ".join(clause.split()), names) for clause in clauses)
    refuse_conflicts([ScheduledPolicy(policy, 0) for policy in policies])
    return policies


def policy_sentence(policy: Policy) -> str:
    """Return the sentence that states a policy.

    Examples
    --------
    >>> policy_sentence(ExportTax("CHN", "tungsten", 0.25, ("USA", "EU"), "ore"))
    'CHN taxes exports of tungsten ore to USA, EU by 25 %'
    """
    if isinstance(policy, LiftMeasure):
        return f"lift {policy.measure_id} on {policy.mineral}"
    if isinstance(policy, CapacityLoss):
        share = _percent(policy.share)
        return f"{policy.place} loses {share} of {policy.stage} {policy.mineral}"
    good = {"ore": f"{policy.mineral} ore", "refined": f"refined {policy.mineral}"}.get(
        policy.link or "", policy.mineral
    )
    if isinstance(policy, ExportQuota):
        return f"{policy.actor} limits exports of {good} to {_percent(policy.allowed)}"
    to = f" to {', '.join(policy.targets)}" if policy.targets else ""
    if isinstance(policy, ExportBan):
        how = f"with enforcement {_percent(policy.enforcement)}"
        return f"{policy.actor} bans exports of {good}{to} {how}"
    if isinstance(policy, ExportTax):
        return f"{policy.actor} taxes exports of {good}{to} by {_percent(policy.rate)}"
    return f"{policy.actor} licenses exports of {good}{to} at {_percent(policy.cost)}"


def parse_share(text: str, *, may_be_one: bool = False) -> float:
    """Return the share that "25 %" or "0.25" means [1].

    Raises
    ------
    ScenarioError
        ORE-SCN-022 if it is not a number, or a bare number that may be a share or per cent.

    Examples
    --------
    >>> parse_share("25 %"), parse_share("0.25"), parse_share("7%")
    (0.25, 0.25, 0.07)
    """
    number = re.sub(r"\s*(%|percent|per cent)$", "", text.strip())
    try:
        value = Decimal(number) if re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)", number) else None
    except InvalidOperation:
        value = None
    if value is None:
        raise ScenarioError(
            "ORE-SCN-022",
            f"'{shown(text)}' is not a share.",
            why="the strength of the measure is not known.",
            fix="write 25 % or 0.25, with a dot for decimals.",
        )
    if number != text.strip():
        return float(value.scaleb(-2))
    if value > LARGEST_BARE or (value == LARGEST_BARE and not may_be_one):
        raise ScenarioError(
            "ORE-SCN-022",
            f"'{shown(text)}' can be a share or per cent.",
            why="the model does not guess which is meant.",
            fix=f"write {shown(number)} % or {shown(_percent(float(value)))}.",
        )
    return float(value)


def _percent(share: float) -> str:
    """Return a share in per cent, exactly: reading it back gives the same float."""
    number = f"{Decimal(repr(float(share))).scaleb(2):f}"
    return f"{number.rstrip('0').rstrip('.') if '.' in number else number} %"


def _parse_clause(clause: str, names: NameBook) -> Policy:
    words = clause.casefold().split()
    form = next((one for one in _FORMS if set(one.verbs) & set(words)), None)
    match = None if form is None else form.pattern.fullmatch(clause)
    if form is None or match is None:
        _refuse_clause(clause, form)
    parts = {key: value for key, value in match.groupdict().items() if value is not None}
    return form.make(parts, names)


def _refuse_clause(clause: str, form: _Form | None = None) -> NoReturn:
    verbs = {verb: one for one in _FORMS for verb in one.verbs}
    near = [
        verb
        for word in clause.casefold().split()
        for verb in get_close_matches(word, verbs, n=1, cutoff=VERB_LIKENESS)
    ]
    guess = form or (verbs[near[0]] if near else None)
    if guess is not None:
        fix = f'write it like "{guess.example}".'
    else:
        fix = "use one of: " + "; ".join(f'"{one.example}"' for one in _FORMS) + "."
    raise ScenarioError(
        "ORE-SCN-021",
        f"cannot read '{shown(clause)}'." if clause.strip() else "the sentence is empty.",
        why="a what-if needs who, what and which mineral in a known order.",
        fix=fix,
    )


def _good(parts: dict[str, str], names: NameBook) -> tuple[str, str | None]:
    """Return mineral and link of "gallium", "nickel ore" or "refined nickel"."""
    words = parts["good"].split()
    if len(words) > 1 and words[-1].casefold() in ("ore", "ores"):
        return names.mineral(" ".join(words[:-1])), "ore"
    if len(words) > 1 and words[0].casefold() == "refined":
        return names.mineral(" ".join(words[1:])), "refined"
    return names.mineral(parts["good"]), None


def _targets(parts: dict[str, str], names: NameBook) -> tuple[str, ...]:
    text = parts.get("targets", "")
    if not text or fold(text) in EVERYONE_WORDS:
        return ()
    found: list[str] = []
    for piece in filter(None, (part.strip() for part in text.split(","))):
        found += _target_list(re.sub(r"^and\s+", "", piece, flags=re.IGNORECASE), names)
    return tuple(dict.fromkeys(found))


def _target_list(piece: str, names: NameBook) -> list[str]:
    """Return the actors of "JPN and EU"; a name that holds "and" itself comes first."""
    parts = re.split(r"\s+and\s+", piece, flags=re.IGNORECASE)
    if len(parts) == 1 or fold(piece) in names.places:
        return [names.target(piece)]
    return [names.target(part) for part in parts]


def _make_ban(parts: dict[str, str], names: NameBook) -> Policy:
    actor, (mineral, link) = names.actor(parts["actor"]), _good(parts, names)
    targets = _targets(parts, names)
    if "share" not in parts:
        return ExportBan(actor, mineral, targets, link=link)
    return ExportBan(actor, mineral, targets, parse_share(parts["share"], may_be_one=True), link)


def _make_tax(parts: dict[str, str], names: NameBook) -> Policy:
    actor, (mineral, link) = names.actor(parts["actor"]), _good(parts, names)
    return ExportTax(actor, mineral, parse_share(parts["share"]), _targets(parts, names), link)


def _make_licensing(parts: dict[str, str], names: NameBook) -> Policy:
    actor, (mineral, link) = names.actor(parts["actor"]), _good(parts, names)
    cost = parse_share(parts["share"])
    return ExportLicensing(actor, mineral, cost, _targets(parts, names), link)


def _make_quota(parts: dict[str, str], names: NameBook) -> Policy:
    if " to " in parts["good"]:
        raise ScenarioError(
            "ORE-SCN-021",
            f"a quota on '{shown(parts['good'])}' names targets.",
            why="a quota caps all that leaves the territory; who gets it is left to the market.",
            fix="leave the targets out, or ban or tax exports to them.",
        )
    actor, (mineral, link) = names.actor(parts["actor"]), _good(parts, names)
    return ExportQuota(actor, mineral, parse_share(parts["share"]), link)


def _make_loss(parts: dict[str, str], names: NameBook) -> Policy:
    place, mineral = names.place(parts["actor"]), names.mineral(parts["good"])
    return CapacityLoss(place, mineral, parts["stage"].lower(), parse_share(parts["share"]))


def _make_lift(parts: dict[str, str], names: NameBook) -> Policy:
    mineral = names.mineral(parts["good"])
    return LiftMeasure(names.measure(parts["measure"], mineral), mineral)


def _form(
    verbs: tuple[str, ...],
    pattern: str,
    example: str,
    make: Callable[[dict[str, str], NameBook], Policy],
) -> _Form:
    return _Form(verbs, re.compile(pattern, re.IGNORECASE), example, make)


_FORMS = (
    _form(
        ("bans", "ban"),
        rf"(?P<actor>.+?) bans? {_EXPORTS}{_TARGETS}(?: with enforcement {_SHARE})?",
        "CHN bans exports of gallium to USA with enforcement 90 %",
        _make_ban,
    ),
    _form(
        ("taxes", "tax"),
        rf"(?P<actor>.+?) tax(?:es)? {_EXPORTS}{_TARGETS} by {_SHARE}",
        "CHN taxes exports of tungsten to USA by 25 %",
        _make_tax,
    ),
    _form(
        ("limits", "limit"),
        rf"(?P<actor>.+?) limits? {_EXPORTS} to {_SHARE}",
        "CHN limits exports of rare_earths_heavy to 60 %",
        _make_quota,
    ),
    _form(
        ("licenses", "license", "licences", "licence"),
        rf"(?P<actor>.+?) licen[cs]es? {_EXPORTS}{_TARGETS} at {_SHARE}",
        "CHN licenses exports of antimony at 15 %",
        _make_licensing,
    ),
    _form(
        ("loses", "lose"),
        rf"(?P<actor>.+?) loses? {_SHARE} of (?P<stage>mined|refined) (?P<good>.+)",
        "COD loses 30 % of mined cobalt",
        _make_loss,
    ),
    _form(
        ("lift", "lifts"),
        r"lifts? (?P<measure>\S+) on (?P<good>.+)",
        "lift MEASURE on gallium",
        _make_lift,
    ),
)
