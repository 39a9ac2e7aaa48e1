"""The words of leverage: numbers as people read them, the story of an actor, and caveats.

Does      Writes months, ratios and the sentences that stand before the tables of power.
Units     In the text.
Method    None: templates over facts.
Assumes   Facts are those of `oreacle.present.power_facts`.
Not here  Tables: see `oreacle.present.power_text`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from oreacle.data.codes import actor_name
from oreacle.market.leverage.command import OWNER
from oreacle.present import words
from oreacle.present.power_facts import ActorFacts, ThreatFact
from oreacle.world.grades import footnote
from oreacle.world.snapshot import World

Names = Mapping[str, str]
BLUNT = 0.33
"""Share of a loss left by circumvention below which a threat counts as blunted [1]; assumed."""
NO_COST = "no cost"


def label(code: str, names: Names) -> str:
    """Return the name of an actor, or its code."""
    return names.get(code) or actor_name(code)


def millions(value: float | None) -> str:
    """Return dollars as a bare number of millions.

    Examples
    --------
    >>> millions(1.234e9), millions(-2.5e6), millions(float("nan"))
    ('1,230', '-2.5', 'not known')
    """
    plain = words.known(value)
    if plain is None:
        return words.NOT_KNOWN
    if plain != 0.0 and abs(plain) < 5e2:
        return "< 0.001"
    return words.significant(plain / 1e6)


def months(value: float | None) -> str:
    """Return months with one decimal below ten.

    Examples
    --------
    >>> months(2.04), months(14.2), months(float("nan"))
    ('2.0', '14', 'not known')
    """
    plain = words.known(value)
    if plain is None:
        return words.NOT_KNOWN
    return f"{plain:.1f}" if plain < 9.95 else f"{plain:,.0f}"


def times(ratio: float) -> str:
    """Return loss over own cost.

    Examples
    --------
    >>> times(3.75), times(float("inf")), times(float("nan"))
    ('3.8', 'no cost', 'not known')
    """
    if math.isinf(ratio):
        return NO_COST
    plain = words.known(ratio)
    return words.NOT_KNOWN if plain is None else words.significant(plain, 2)


def basis_words(by: str) -> str:
    """Return what an actor commands and what a threat is."""
    command = (
        "the exports that its owners control in any country, as far as a source names them "
        "(assumed: who controls output can direct its sales)"
        if by == OWNER
        else "the exports of ore and refined product that leave its customs territory"
    )
    return (
        f"A threat: all of {command}, stopped towards one target, for one year and one mineral, "
        "with full enforcement. Loss is welfare (users, producers, state, traders)."
    )


def story(facts: ActorFacts, names: Names) -> tuple[str, ...]:
    """Return four to six sentences on an actor's power."""
    who = label(facts.actor, names)
    lines = [
        f"{who} can hurt {facts.hurts[0]} actors in {facts.hurts[1]} of {len(facts.minerals)} "
        f"minerals; its threats, one at a time, add up to {words.dollars(facts.outgoing)} a year. "
        f"{facts.hurt_by[0]} actors can hurt it in {facts.hurt_by[1]} minerals, "
        f"{words.dollars(facts.incoming)} a year in all "
        f"({words.gdp_share(facts.incoming_share)} of its gross domestic product).",
    ]
    if facts.threats:
        lines.append("Its largest threat: " + _sharp(facts.threats[0], names, "target"))
    if facts.grips:
        grips = ", ".join(
            f"{_good(one)} to {label(one.target, names)} ({words.change(one.price_rise.value)})"
            for one in facts.grips
        )
        lines.append(f"Its tightest grips, by the target's delivered price: {grips}.")
    blunt = [one for one in facts.threats if one.left < BLUNT]
    if blunt:
        which = ", ".join(
            f"{_good(one)} to {label(one.target, names)} ({words.percent(one.left)} left)"
            for one in blunt[:3]
        )
        lines.append(f"Blunted by ways through third countries: {which}.")
    if facts.dangers:
        lines.append("The largest threat to it: " + _sharp(facts.dangers[0], names, "actor"))
    lines += _balance(facts, names)
    return tuple(lines)


def _sharp(one: ThreatFact, names: Names, other: str) -> str:
    """Return one threat as a sentence; `other` is ``target`` or ``actor``."""
    end = (
        f"to {label(one.target, names)}" if other == "target" else f"from {label(one.actor, names)}"
    )
    cost = one.own_cost.value
    bears = (
        "and the one who cuts gains"
        if cost <= 0.0
        else f"at {words.dollars(cost)} to the one who cuts"
    )
    held = months(one.stock_months)
    stocks = "" if held == words.NOT_KNOWN else f"; known stocks cover {held} months of use"
    left = "" if math.isnan(one.left) else f"; ways round leave {words.percent(one.left)} of it"
    return f"{_good(one)} {end}, {words.dollars(one.loss.value)} a year, {bears}{left}{stocks}."


def _balance(facts: ActorFacts, names: Names) -> list[str]:
    above = [one for one in facts.partners if one.net > 0.0]
    below = [one for one in facts.partners if one.net < 0.0]
    parts = []
    if above:
        best = max(above, key=lambda one: one.net)
        parts.append(
            f"most over {label(best.other, names)} ({words.dollars(best.loss)} against "
            f"{words.dollars(best.back)})"
        )
    if below:
        worst = min(below, key=lambda one: one.net)
        parts.append(
            f"least with {label(worst.other, names)} ({words.dollars(worst.loss)} against "
            f"{words.dollars(worst.back)})"
        )
    return [f"Net leverage over all minerals: {'; '.join(parts)}."] if parts else []


def _good(one: ThreatFact) -> str:
    return words.short_name(one.name).lower()


def caveats(facts: ActorFacts, world: World) -> tuple[str, ...]:
    """Return what the numbers of an actor rest on."""
    shown = {one.mineral: one for one in (*facts.threats, *facts.dangers)}
    note = footnote((words.short_name(one.name), one.grade) for one in shown.values())
    lines = [
        "Within one year, from the trade of the base year: the longer a cut lasts, the more of it "
        "others replace.",
        "Ways through third countries: trade data show part of them, the rest is assumed to be "
        f"{words.percent(world.parameters.unseen_reexport_share)} of a link.",
        (
            f"Intervals hold 90 % of {facts.draws} draws of the parameters."
            if facts.draws
            else "Central values, without intervals."
        ),
        (
            f"{facts.failed} cases did not clear and are missing, not zero."
            if facts.failed
            else "Every case cleared to its certificate."
        ),
    ]
    if note:
        lines.append(f"{note} Pairs of actors there are estimates.")
    return tuple(lines)
