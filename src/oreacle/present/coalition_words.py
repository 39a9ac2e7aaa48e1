"""What a club is worth, in a few sentences.

Does      Says whether a club pays, what its joint form adds, who changes nothing, whether it holds.
Units     USD a year, in the words; shares and probabilities in percent.
Method    A sign is stated only if two independent sets of draws agree on it.
Assumes   Intervals in brackets are 90 % of the draws.
Not here  Tables: see `oreacle.present.coalition_tables`. What mends it: `.coalition_mending`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from oreacle.coalitions.confirmation import NEGATIVE, NO, POSITIVE, YES, ExpectedValue
from oreacle.engine.clubs.evidence import ByRule
from oreacle.engine.clubs.purposes import PURPOSES, Purpose
from oreacle.engine.clubs.study import ClubStudy
from oreacle.market.intervals import Figure
from oreacle.present import words
from oreacle.present.charts.shock_charts import named
from oreacle.present.shock_tables import Names, label
from oreacle.present.shock_words import dollars, scale_of, scaled, span

UNSETTLED = "not settled by the draws"
OPEN_ON_BOTH = "is not settled alike by the two sets of draws: no conclusion"
NEXT_TO_NOTHING = 1e-9
"""Gain over the largest one up to which a member gets nothing [1]."""
FIRST_USE = "Use is first use: what arrives inside goods counts where those are made."
LITTLE = 0.05
"""Part of the joint gain below which acting together adds little [1]."""
ONLY_IN_SHOCKS = frozenset({"stockpile"})
"""Purposes whose gains come with disruptions alone, so that likelier ones scale them."""
NEEDED = {
    "stockpile": ("uses",),
    "procurement": ("uses",),
    "refining": ("refines", "uses"),
    "research": ("uses",),
    "certification": ("mines", "uses"),
    "recycling": ("refines", "uses"),
}
"""What members must do for a purpose to have an effect; a floor needs mines or refineries."""
SCALES = ((1e9, "USD bn"), (1e6, "USD m"), (1e3, "USD k"), (1.0, "USD"))


def figure(one: ExpectedValue, at: int | None = None) -> Figure:
    """Return an expected value as a figure; without an interval if its error is not known."""
    value, low, high = (
        float(part if at is None else part[at]) for part in (one.value, one.low, one.high)
    )
    if math.isnan(low):
        return Figure(value)
    return Figure(value, low, high)


def money_scale(values: Iterable[float]) -> tuple[float, str]:
    """Return the divisor and unit in which the largest of these sums reads well in a column.

    Examples
    --------
    >>> money_scale([2.8e6, -1e3])
    (1000.0, 'USD k')
    """
    largest = max((abs(v) for v in values if words.is_known(v)), default=0.0)
    return next((scale for scale in SCALES if largest >= 10.0 * scale[0]), SCALES[-1])


def money(value: float) -> str:
    """Return a sum [USD] with its scale, such as ``USD 1.9 thousand``."""
    return dollars(_rounded(value))


def _rounded(value: float) -> Figure:
    return Figure(float(f"{value:.3g}"))


def listed(names: Sequence[str]) -> str:
    """Return names as a list in a sentence.

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    return " and ".join(
        part for part in (", ".join(names[:-1]), names[-1] if names else "") if part
    )


def named_list(codes: Iterable[str], names: Names) -> str:
    """Return actors by name as a list in a sentence."""
    return listed([label(code, names) for code in codes])


def rate(share: float | None) -> str:
    """Return a yearly probability with two digits.

    Examples
    --------
    >>> rate(0.0244), rate(0.0), rate(1.0)
    ('2.4 %', '0 %', '100 %')
    """
    plain = words.known(share)
    return words.NOT_KNOWN if plain is None else f"{float(f'{100.0 * plain:.2g}'):g} %"


def rates(low: float, high: float) -> str:
    """Return two yearly probabilities as a range; one where they read alike."""
    first, last = rate(low), rate(high)
    return last if first == last else f"{first.removesuffix(' %')} to {last}"


def called(purposes: Sequence[Purpose]) -> str:
    """Return what a mix of purposes is called."""
    if len(purposes) == len(PURPOSES):
        return "all purposes at once"
    return listed([purpose.called for purpose in purposes])


def story(study: ClubStudy, names: Names) -> tuple[str, ...]:
    """Return the answer, most important first."""
    if is_idle(study):
        asked = [one.name for one in study.question.purposes]
        why = listed(list(dict.fromkeys(why_nothing(name, study) for name in asked)))
        lines = [f"It changes nothing: {why}. {FIRST_USE}"]
    else:
        lines = [_worth(study), _together(study), _breaking_even(study), _hold(study, names)]
    return tuple(line for line in (*lines, _idle(study, names)) if line)


def is_idle(study: ClubStudy) -> bool:
    """Return True if nothing that the club is for changes anything."""
    asked = {purpose.name for purpose in study.question.purposes}
    return all(line.does_nothing for line in study.instruments if line.purpose in asked)


def verdict(study: ClubStudy) -> str:
    """Return whether a club pays, in words."""
    sign = study.holds("joint gain")
    known = {POSITIVE: "It pays", NEGATIVE: "It does not pay on average"}
    return known.get(sign or "", "Whether it pays is open")


def _worth(study: ClubStudy) -> str:
    first = study.first
    cost = f", after {money(first.cost)} of costs" if first.cost > 0.0 else ""
    again = _again(study, "joint gain", f"they {_moves(figure(study.second.joint))}")
    return (
        f"{verdict(study)}: together the members {_moves(figure(first.joint))} a year over "
        f"{compared_with(study)}{cost}{_range(study)}{again}. In the worst twentieth of years they "
        f"{_moves(_rounded(first.worst_years))}."
    )


def compared_with(study: ClubStudy) -> str:
    """Return what gains are over: a pool is compared with capital that each holds by itself."""
    if {one.name for one in study.question.purposes} == {"insurance"}:
        return "each holding capital for its own losses"
    return "doing nothing"


def _moves(one: Figure) -> str:
    """Return a gain or a loss with its interval.

    Examples
    --------
    >>> _moves(Figure(-2e6, -3e6, 1e6))
    'lose USD 2 (-1 to 3) million'
    """
    return f"gain {dollars(one)}" if one.value >= 0.0 else f"lose {dollars(turned(one))}"


def turned(one: Figure) -> Figure:
    """Return a figure with the opposite sign."""
    low, high = one.low, one.high
    return Figure(-one.value, None if high is None else -high, None if low is None else -low)


def _range(study: ClubStudy) -> str:
    """Return the range of the joint gain over market parameters."""
    if study.parameters is None:
        return ""
    joint = Figure(float(study.first.joint.value), *study.parameters.joint)
    scale, name = scale_of(joint)
    return f"; USD {span(scaled(joint, scale), words.number)} {name} over market parameters"


def _again(study: ClubStudy, key: str, second: str) -> str:
    """Return what the second set says, where a sign is not settled."""
    return "" if study.holds(key) else f"; {UNSETTLED}: on the second set {second}"


def _together(study: ClubStudy) -> str:
    """Return what the joint form adds to the same members side by side."""
    first, second = study.first, study.second
    lone = [one.called for one in study.question.purposes if not one.is_shared]
    again = _again(study, "gain over alone", f"they {_moves(figure(second.surplus))}")
    over = f"Over the sum of each alone they {_moves(figure(first.surplus))} a year{again}."
    if lone:
        return (
            f"{over} Members side by side cannot be told from a club with {listed(lone)}: a "
            "market holds one regime."
        )
    return f"{_over_apart(study)} {over}"


def _over_apart(study: ClubStudy) -> str:
    """Return what the joint form adds to members that act apart, if they would."""
    first, second = study.first, study.second
    shy = _would_not_act(study)
    if all(
        abs(float(one.pooling.value)) <= NEXT_TO_NOTHING * abs(float(one.joint.value))
        for one in (first, second)
    ):
        return f"Acting together adds nothing to the same members side by side{shy}."
    again = _again(study, "gain over apart", _compared(second.pooling))
    return (
        f"The joint form gives {_compared(first.pooling)} a year than the same members side by "
        f"side, each with its own{shy}{again}.{'' if shy else _little(study)}"
    )


def _would_not_act(study: ClubStudy) -> str:
    """Return that some members lose by acting alone, so that side by side is no way out."""
    loses = [
        bool((one.each_alone.value < -NEXT_TO_NOTHING * abs(float(one.joint.value))).any())
        for one in (study.first, study.second)
    ]
    if not any(loses):
        return ""
    verb = "would" if all(loses) else "might"
    return f" (though some of them {verb} not act by themselves: alone they lose)"


def _compared(one: ExpectedValue) -> str:
    """Return a difference as so much more or less."""
    value = figure(one)
    return f"{dollars(turned(value))} less" if value.value < 0.0 else f"{dollars(value)} more"


def _little(study: ClubStudy) -> str:
    joint, more = float(study.first.joint.value), float(study.first.pooling.value)
    if study.holds("joint gain") != POSITIVE or not abs(more) < LITTLE * joint:
        return ""
    return " Nearly all of the gain needs no club."


def _breaking_even(study: ClubStudy) -> str:
    """Return when a club that loses would pay."""
    joint, cost = float(study.first.joint.value), study.first.cost
    if joint >= 0.0:
        return ""
    fear = "The expected value leaves out fear of the worst years."
    if cost <= 0.0:
        return fear
    if joint + cost <= 0.0:
        return f"Even without its costs it would lose. {fear}"
    text = f"It would pay at less than {words.percent((joint + cost) / cost)} of its cost"
    if {one.name for one in study.question.purposes} <= ONLY_IN_SHOCKS:
        times = break_even(joint, cost)
        text += f", or if disruptions were {words.number(times)} times as likely"
    return f"{text}. {fear}"


def break_even(joint: float, cost: float) -> float | None:
    """Return how many times likelier disruptions must be for a club to pay; None if never.

    Examples
    --------
    >>> break_even(-2.0, 3.0), break_even(-2.0, 1.0)
    (3.0, None)
    """
    return cost / (joint + cost) if cost > 0.0 and joint + cost > 0.0 else None


def _hold(study: ClubStudy, names: Names) -> str:
    """Return how likely the club breaks, who would leave, and whether payments could hold it."""
    rule = study.question.rule.name
    loses = study.holds("joint gain") == NEGATIVE
    shared = f"Founded all the same and shared by {rule}" if loses else f"Shared by {rule}"
    return f"{shared} it breaks up {_break_up(study)}. {_leaving(study, names)}."


def _break_up(study: ClubStudy) -> str:
    """Return how often a club breaks, with an interval only where the value of staying is sure."""
    lines, second = under_rule(study).lines, under_rule(study, second=True).lines
    if not is_break_up_settled(study, study.question.rule.name):
        low, high = sorted((lines.break_up, second.break_up))
        if rate(low) == rate(high):
            return f"in {rate(low)} of years on both sets"
        return f"in between {rate(low)} and {rate(high)} of years on the two sets"
    return (
        f"in {rate(lines.break_up)} of years ({rates(*lines.break_up_interval)}; on the second set "
        f"{rate(second.break_up)})"
    )


def is_break_up_settled(study: ClubStudy, rule: str) -> bool:
    """Return True if all that walk out under a rule gain, or lose, by leaving on both sets.

    The interval of a break-up takes the value of staying as known. Where its sign is open, the
    draws could as well say that a member always walks out, or hardly ever.
    """
    walkers = {
        member
        for found in (study.first, study.second)
        for member, walks in zip(
            found.by_rule[rule].lines.members,
            np.asarray(found.by_rule[rule].lines.walks.any(axis=0)),
            strict=True,
        )
        if walks
    }
    return all(study.holds(f"gain from leaving under {rule}", one) for one in walkers)


def _leaving(study: ClubStudy, names: Names) -> str:
    """Return who expects to gain by leaving, on both sets of draws."""
    stable, paid = study.holds("internally stable"), study.holds("stable with side payments")
    if stable == YES:
        if study.holds("joint gain") == NEGATIVE:
            return (
                "Nobody gains by being the only one that leaves; all together do better without it"
            )
        return "Nobody expects to gain by leaving"
    who = gaining_by_leaving(study, study.question.rule.name)
    if who:
        first = f"{named_list(who, names)} {'gain' if len(who) > 1 else 'gains'} by leaving"
    elif stable == NO:
        first = f"Somebody gains by leaving, though who does is {UNSETTLED}"
    else:
        return f"Whether somebody expects to gain by leaving {OPEN_ON_BOTH}"
    ends = {
        YES: "what the others gain would pay for staying",
        NO: "no payments among them could hold it",
    }
    return f"{first}; {ends.get(paid or '', f'whether payments could hold it {OPEN_ON_BOTH}')}"


def under_rule(study: ClubStudy, *, second: bool = False) -> ByRule:
    """Return the club under the rule asked for, on the first or the second set of draws."""
    found = study.second if second else study.first
    return found.by_rule[study.question.rule.name]


def gaining_by_leaving(study: ClubStudy, rule: str) -> tuple[str, ...]:
    """Return members that gain by leaving under a rule, on both sets of draws."""
    key = f"gain from leaving under {rule}"
    members = study.first.by_rule[rule].lines.members
    return tuple(one for one in members if study.holds(key, one) == POSITIVE)


def _idle(study: ClubStudy, names: Names) -> str:
    idle = study.idle_members
    if not idle or len(idle) == len(study.use_share):
        return ""
    under = under_rule(study)
    moved = max(abs(float(under.inside.value[under.lines.members.index(one)])) for one in idle)
    least = NEXT_TO_NOTHING * float(np.abs(under.inside.value).max())
    what = "nothing" if moved <= least else "next to nothing"
    verb = "adds and gets" if len(idle) == 1 else "add and get"
    return (
        f"{named_list(idle, names)} {verb} {what}: no mine, refinery or use of "
        f"it there in the model. {FIRST_USE}"
    )


def why_nothing(purpose: str, study: ClubStudy) -> str:
    """Return why a purpose does nothing for these members."""
    lacks = {
        "uses": float(study.use_share.sum()) <= 0.0,
        "mines": float(study.mined_share.sum()) <= 0.0,
        "refines": float(study.refined_share.sum()) <= 0.0,
    }
    if purpose == "floor":
        missing = ["mines", "refines"] if lacks["mines"] and lacks["refines"] else []
    else:
        missing = [verb for verb in NEEDED.get(purpose, ()) if lacks[verb]]
    if missing:
        return f"no member {' or '.join(missing)} it"
    if purpose == "insurance":
        return "no member loses by the disruptions"
    return "it changes nothing in any draw"


def causes_in_words(cause: str, names: Names) -> str:
    """Return a cause of disruption with names in place of codes."""
    return named(cause, names)
