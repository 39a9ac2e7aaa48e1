"""A scenario in words: how it differs from another, usually the baseline.

Does      Writes one sentence for each value or entry that differs.
Units     Per cent, calendar years.
Method    Field by field; entries are compared as wholes.
Assumes   None.
Not here  What the differences do: see a run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from oreacle.data.mechanisms import mechanisms
from oreacle.scenario.assumptions import (
    ActOdds,
    ClubChange,
    DemandTrend,
    Doctrine,
    PlannedShock,
    RulesPoint,
    ShockRate,
    Span,
)
from oreacle.scenario.causes import DEMAND, PASSAGE, act_words, shock_causes
from oreacle.scenario.mechanism_names import parameter_range
from oreacle.scenario.scenario import Scenario, ScheduledPolicy
from oreacle.scenario.sentence import policy_sentence


def differences(scenario: Scenario, other: Scenario) -> tuple[str, ...]:
    """Return sentences on what a scenario has that another has not, and the other way round.

    Examples
    --------
    >>> one = Scenario("one", "", "STEPS", 2040)
    >>> two = Scenario("two", "", "NZE", 2040, rules=(RulesPoint(2032, 0.3),))
    >>> differences(two, one)
    ('Demand follows NZE, not STEPS.', 'The trade rules have strength 0.3 in 2032.')
    >>> differences(one, one)
    ()
    """
    lines = []
    if scenario.demand_scenario != other.demand_scenario:
        lines.append(f"Demand follows {scenario.demand_scenario}, not {other.demand_scenario}.")
    if scenario.until != other.until:
        lines.append(f"The last year is {scenario.until}, not {other.until}.")
    for key, write in _WRITERS.items():
        mine, others = getattr(scenario, key), getattr(other, key)
        lines += [write(entry) for entry in mine if entry not in others]
        lines += [f"Not here: {write(entry)}" for entry in others if entry not in mine]
    return tuple(lines)


def span_words(span: Span) -> str:
    """Return the years of a span in words.

    Examples
    --------
    >>> span_words(Span(2027)), span_words(Span(2027, 2027)), span_words(Span(2027, 2030))
    ('from 2027', 'in 2027', 'from 2027 to 2030')
    """
    if span.last_year is None:
        return f"from {span.first_year}"
    if span.last_year == span.first_year:
        return f"in {span.first_year}"
    return f"from {span.first_year} to {span.last_year}"


def policy_words(item: ScheduledPolicy) -> str:
    """Return a policy and its years in words.

    Examples
    --------
    >>> from oreacle.market.policies import CapacityLoss
    >>> policy_words(ScheduledPolicy(CapacityLoss("CHN", "zinc", "refined", 0.3), 2026, 2027))
    'CHN loses 30 % of refined zinc, from 2026 to 2027'
    """
    return f"{policy_sentence(item.policy)}, {span_words(Span(item.first_year, item.last_year))}"


def _policy(item: ScheduledPolicy) -> str:
    return f"{policy_words(item)}."


def _off(mechanism: str) -> str:
    table = mechanisms()
    words = dict(zip(table["mechanism"], table["words"], strict=True))
    return f"The mechanism {mechanism} is off ({words.get(mechanism, 'unknown')})."


def _parameter(pair: tuple[str, float]) -> str:
    usual, low, high = parameter_range(pair[0])
    return f"{pair[0]} is {pair[1]:g}, not {usual:g} (range {low:g} to {high:g})."


def _bloc(bloc: Sequence[str]) -> str:
    return f"A bloc: {', '.join(bloc)}."


def _doctrine(one: Doctrine) -> str:
    parts = [
        f"{name} {getattr(one, name):+g}"
        for name in ("security", "patience", "openness")
        if getattr(one, name)
    ]
    return f"{one.actor} leans to {', '.join(parts) or 'nothing new'} {span_words(one.span)}."


def _shock_rate(one: ShockRate) -> str:
    place = f" in {one.place}" if one.place else ""
    cause = f"{one.cause} ({shock_causes()[one.cause]})"
    return f"{cause} comes {one.factor:g} times as often{place} {span_words(one.span)}."


def _shock(one: PlannedShock) -> str:
    goods, share = one.mineral or "all minerals", f"{100 * one.loss:g} %"
    when = span_words(one.span)
    if one.cause == PASSAGE:
        return f"Ships lose {share} of the transits of {one.place} {when}."
    if one.cause == DEMAND:
        return f"Use of {goods} in {one.place} falls by {share} {when}."
    stage = {None: "mines and plants", "mined": "mines", "refined": "plants"}[one.stage]
    return f"{one.place} loses {share} of its {stage} of {goods} to {one.cause} {when}."


def _club(one: ClubChange) -> str:
    who = ", ".join(one.members)
    if one.change == "founded":
        goods = f" on {', '.join(one.minerals)}" if one.minerals else ""
        does = f", with {', '.join(one.instruments)}" if one.instruments else ""
        return f"{who} found {one.club}{goods} in {one.year}{does}."
    if one.change == "dissolved":
        return f"{one.club} is dissolved in {one.year}."
    return f"{who} {'join' if one.change == 'joined' else 'leave'} {one.club} in {one.year}."


def _rules(one: RulesPoint) -> str:
    return f"The trade rules have strength {one.strength:g} in {one.year}."


def _trend(one: DemandTrend) -> str:
    about = [one.mineral or "all minerals", *(part for part in (one.sector, one.place) if part)]
    speed = f"{100 * abs(one.yearly):g} % a year {'faster' if one.yearly > 0 else 'slower'}"
    return f"Use of {', '.join(about)} grows {speed} {span_words(one.span)} ({one.reason})."


def _odds(one: ActOdds) -> str:
    between = {
        "anyone": "",
        "blocs": " between parties of different blocs",
        "members": " between members of one bloc",
    }[one.between]
    who = f" by {one.actor}" if one.actor else ""
    act = f"{act_words()[one.act]}{who}{between}"
    return f"{act}: odds times {one.factor:g} {span_words(one.span)}."


_WRITERS: dict[str, Callable[[Any], str]] = {
    "policies": _policy,
    "off": _off,
    "parameters": _parameter,
    "blocs": _bloc,
    "doctrines": _doctrine,
    "shock_rates": _shock_rate,
    "shocks": _shock,
    "clubs": _club,
    "rules": _rules,
    "trends": _trend,
    "odds": _odds,
}
"""How an entry is written, by the field in which it stands."""
