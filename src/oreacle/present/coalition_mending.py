"""Whether a club holds, what would mend it, and whom to invite, in sentences.

Does      Writes stability, repairs and invitations.
Units     USD a year, in the words.
Method    A statement that two sets of draws do not share is said to be no conclusion.
Assumes   Repairs are those under the rule asked for.
Not here  What the club is worth: see `oreacle.present.coalition_words`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

import numpy as np

from oreacle.coalitions.confirmation import NEGATIVE, NO, YES
from oreacle.coalitions.fault_lines import FaultLines
from oreacle.coalitions.repairs import Repair
from oreacle.engine.clubs.invitations import Invitation
from oreacle.engine.clubs.study import SIDE_PAYMENTS, TARGET, ClubStudy
from oreacle.market.intervals import Figure
from oreacle.present import words
from oreacle.present.coalition_words import (
    OPEN_ON_BOTH,
    causes_in_words,
    listed,
    money,
    named_list,
    rate,
    rates,
    under_rule,
)
from oreacle.present.shock_tables import Names, label
from oreacle.present.shock_words import scale_of

REPAIRS = {
    "side payments": "Payments so that nobody gains by leaving",
    "payments against break-up": f"Payments so that it breaks up in {100.0 * TARGET:g} % of years "
    "at most",
    "payments in breaking draws": "Payments only in the years that would break it",
}
LIKELY = 0.01
"""Yearly probability from which a candidate's own measures are a warning [1]."""
TRIVIAL = 1e-6
"""Gain over the largest one asked about below which a candidate changes nothing [1]."""
SMALL = 1e-3
"""Payment over the largest one below which it is not named [1]."""
SHOCKS = 2
LEAST_DRAWS = 5.0
"""Draws behind a shock below which it is not named [1]."""
TORN = "differs between the two sets"


def stability_sentences(study: ClubStudy, names: Names) -> tuple[str, ...]:
    """Return what the concepts of stability say, each only if both sets of draws agree."""
    lines = (*_tempting(study, names), _core(study))
    return tuple(line for line in lines if line)


def _core(study: ClubStudy) -> str:
    if min(float(one.joint.value) for one in (study.first, study.second)) <= 0.0:
        return ""  # a club that loses does not act: there is nothing to divide
    empty = study.holds("core is empty")
    if empty is None:
        return f"Whether the core is empty {OPEN_ON_BOTH}."
    if empty == YES:
        return (
            "The core is empty: however the gain is divided, some members do better by themselves; "
            f"{money(study.first.core.missing)} a year from outside would fill it."
        )
    inside = study.holds("shapley in core")
    point = {YES: "the Shapley value is one of them", NO: "the Shapley value is none of them"}.get(
        inside or "", f"whether the Shapley value is one {OPEN_ON_BOTH}"
    )
    return f"Core not empty: no part can better some divisions by itself; {point}."


def _tempting(study: ClubStudy, names: Names) -> tuple[str, ...]:
    """Return the shocks that tempt members, and those in which the club breaks."""
    both = (under_rule(study).lines, under_rule(study, second=True).lines)
    tempted: dict[str, list[str]] = {}
    torn = []
    for member in both[0].members:
        worst = [_worst(lines, member) for lines in both]
        if member in study.idle_members or worst == [None, None]:
            continue
        if worst[0] is not None and worst[0] == worst[1]:
            tempted.setdefault(worst[0], []).append(label(member, names))
        else:
            torn.append(label(member, names))
    parts = [f"{causes_in_words(why, names)} ({', '.join(who)})" for why, who in tempted.items()]
    said = [f"Leaving tempts most after: {'; '.join(parts)}."] if parts else []
    if torn:
        said.append(f"The shock that tempts most {TORN}: {listed(torn)}.")
    return (*said, *_breaking(both, names))


def _worst(lines: FaultLines, member: str) -> str | None:
    """Return the cause that tempts a member most, of those that enough draws have."""
    gains = lines.gain_by_cause[lines.members.index(member)]
    seen = lines.cause_probability * len(lines.walks) >= LEAST_DRAWS
    gains = np.where(seen & np.isfinite(gains), gains, 0.0)
    at = int(gains.argmax()) if gains.size else 0
    return lines.causes[at] if gains.size and gains[at] > 0.0 else None


def _breaking(both: Sequence[FaultLines], names: Names) -> tuple[str, ...]:
    """Return the shocks behind most break-ups, as far as both sets rank them alike."""
    first, second = (
        [pair for pair in lines.breaking_causes() if pair[1] * len(lines.walks) >= LEAST_DRAWS]
        for lines in both
    )
    if not first and not second:
        return ()
    alike = list(
        takewhile(lambda pair: pair[0][0] == pair[1][0], zip(first, second, strict=False))
    )[:SHOCKS]
    if not alike:
        return (f"After which shock it breaks most often {TORN}.",)
    parts = [
        f"{causes_in_words(one[0], names)} ({rates(*sorted((one[1], two[1])))} of years)"
        for one, two in alike
    ]
    return (f"It breaks most often after: {'; '.join(parts)}.",)


def repair_sentences(study: ClubStudy, names: Names) -> tuple[str, ...]:
    """Return what mends the club, and whether it does so on the second set too."""
    needed = [
        (repair, holds)
        for repair, holds in zip(study.repairs, study.repairs_hold, strict=True)
        if repair.status != "not needed"
    ]
    if not needed and study.holds("joint gain") == NEGATIVE:
        return (
            "Payments among members mend nothing here: none of them gains by being the only one "
            "that leaves, but the whole loses.",
        )
    if not needed:
        return (
            "Nothing to mend on the first set: nobody expects to gain by leaving, and nobody walks "
            "out.",
        )
    lines = [_repair(repair, holds, names) for repair, holds in needed]
    return (*lines, *_better_rule(study))


def _repair(repair: Repair, holds: bool | None, names: Names) -> str:
    what = REPAIRS[repair.kind]
    if repair.status == "not reachable":
        return f"{what}: there are none{_from_outside(repair)}."
    if repair.status == "not settled" or repair.payments is None:
        return f"{what}: the search found none, and no proof that there are none."
    also = "holds on the second set too" if holds else "does NOT hold on the second set"
    return f"{what}: {money(repair.volume)} a year{_who_pays(repair, names)}; {also}."


def _from_outside(repair: Repair) -> str:
    if not repair.missing > 0.0:
        return ""
    least = "" if repair.kind == SIDE_PAYMENTS else " at least"
    return f"; it would take {money(repair.missing)} a year from outside{least}"


def _who_pays(repair: Repair, names: Names) -> str:
    """Return who pays whom; "" where it differs from year to year."""
    yearly = np.zeros(0) if repair.payments is None else repair.payments
    if yearly.ndim > 1 or not np.any(yearly):
        return ""
    size, _ = scale_of(Figure(repair.volume))
    parts = [
        f"{label(name, names)} {words.signed(float(value) / size)}"
        for name, value in zip(repair.before.members, yearly, strict=True)
        if abs(value) >= SMALL * np.abs(yearly).max()
    ]
    return f" ({', '.join(parts)})"


def _better_rule(study: ClubStudy) -> tuple[str, ...]:
    """Return a rule that mends the club without payments, on both sets."""
    first, second = study.comparison, study.second_comparison
    asked = first.current
    sound = [
        rule
        for rule in first.rules
        if first.is_sound[first.rules.index(rule)] and second.is_sound[second.rules.index(rule)]
    ]
    if asked in sound:
        return ()
    if sound:
        return (f"Another rule: by {sound[0]} it holds without payments, on both sets.",)
    return ("Another rule: under none of those above is it shown on both sets to hold by itself.",)


def invitation_sentences(study: ClubStudy, names: Names) -> tuple[str, ...]:
    """Return whom to invite, whom not, and where the draws do not settle it."""
    asked = study.invitations
    if not asked:
        return ("There is no room, or nobody else to ask.",)
    most = max(_size(one) for one in asked)
    left = [one for one in asked if _size(one) > TRIVIAL * most]
    still = [one for one in asked if one not in left]
    wanted = [one for one in left if one.is_wanted and one.would_join]
    costly = [one for one in left if max(one.members_gain) < 0.0]
    shy = [one for one in left if one.is_wanted and max(one.own_gain) < 0.0]
    open_ones = [one for one in left if one not in (*wanted, *costly, *shy)]
    lines = (
        _gains("Both sides gain", wanted, names),
        _gains("Members would lose by", costly, names),
        _who("Members would gain, but it would not join", shy, names),
        _who("Not settled by the draws", open_ones, names),
        _who("Would change nothing", still, names),
    )
    return tuple(line for line in lines if line)


def _size(one: Invitation) -> float:
    return max(abs(value) for value in (*one.members_gain, *one.own_gain))


def _who(title: str, ones: Sequence[Invitation], names: Names) -> str:
    return f"{title}: {named_list([one.actor for one in ones], names)}." if ones else ""


def _gains(title: str, ones: Sequence[Invitation], names: Names) -> str:
    if not ones:
        return ""
    sums = [value for one in ones for value in (one.members_gain[0], one.own_gain[0])]
    size, name = scale_of(Figure(max(sums, key=abs)))
    parts = [
        f"{label(one.actor, names)} {words.signed(one.members_gain[0] / size)} and "
        f"{words.signed(one.own_gain[0] / size)}{_warning(one)}"
        for one in ones
    ]
    unit = f"USD {name}".strip()
    return f"{title} ({unit} a year, members and itself): {'; '.join(parts)}."


def _warning(one: Invitation) -> str:
    if one.restricts < LIKELY:
        return ""
    return f" (but restricts the mineral itself in {rate(one.restricts)} of years)"
