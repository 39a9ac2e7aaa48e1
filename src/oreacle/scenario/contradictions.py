"""What contradicts itself between the entries of a scenario.

Does      Finds pairs of entries that cannot both hold, and entries that speak of what is not
          there: each with its place.
Units     Calendar years.
Method    Each kind of entry by its own rule; nothing stops at the first fault.
Assumes   Every entry is right in itself: see `oreacle.scenario.spec`.
Not here  Whether an entry touches anything in a world: see `oreacle.scenario.reach`. Clubs: see
          `oreacle.scenario.club_course`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any

from oreacle.core.errors import ScenarioError
from oreacle.scenario.assumptions import ActOdds, Doctrine, PlannedShock, ShockRate, Span
from oreacle.scenario.causes import lone_acts
from oreacle.scenario.club_course import club_faults
from oreacle.scenario.mechanism_names import check_parameter
from oreacle.scenario.names import NameBook
from oreacle.scenario.reading import Place
from oreacle.scenario.scenario import Scenario

PlacedFault = tuple[Place, ScenarioError]
ENERGY, PASSAGES, SECTORS, SHOCKS = "energy", "passages", "sectors", "shocks"
MECHANISM_OF = {"rules": "rules", "clubs": "clubs", "trends": SECTORS, "odds": "doctrine"}
"""Mechanism that reads a list of a scenario."""
READERS = {
    "security": ("doctrine", "siting", "ownership"),
    "patience": ("retaliation",),
    "openness": ("doctrine",),
}
"""Mechanisms that read a weight of a doctrine."""
MECHANISM_OF_CAUSE = {
    "power": ENERGY,
    "power_shortage": ENERGY,
    "energy_price": ENERGY,
    "passage": PASSAGES,
    "demand": SECTORS,
}
"""Mechanism that draws a cause, if it is not that of shocks."""


def contradictions(scenario: Scenario, names: NameBook) -> list[PlacedFault]:
    """Return every contradiction of a scenario with its place in the file.

    Parameters
    ----------
    scenario
        Whose entries are each right in themselves.
    names
        Names of the world that the scenario will meet.

    Returns
    -------
    list of (place, ScenarioError)
        ORE-SCN-019 on what starts too late, 068 and 069 on parameters, 070 on mechanisms that are
        off, 071 on doctrines, 072 on what is said twice, 073 on rules, 074 on blocs, 075 on
        clubs.
    """
    rules: tuple[Callable[[Scenario], Iterator[PlacedFault]], ...] = (
        _late_entries,
        _parameters,
        _used_but_off,
        _unread_doctrines,
        _doctrines,
        _repeated,
        _rules,
        _blocs,
        _odds_without_blocs,
    )
    found = [fault for rule in rules for fault in rule(scenario)]
    return [*found, *club_faults(scenario.clubs, names)]


def _late_entries(scenario: Scenario) -> Iterator[PlacedFault]:
    for key in ("policies", "doctrines", "shock_rates", "shocks", "trends", "odds"):
        for k, entry in enumerate(getattr(scenario, key)):
            span = getattr(entry, "span", entry)
            if span.first_year > scenario.until:
                yield (key, k, "from"), _late(span.first_year, scenario.until)
    for k, change in enumerate(scenario.clubs):
        if change.year > scenario.until:
            yield ("clubs", k, "year"), _late(change.year, scenario.until)


def _late(year: int, until: int) -> ScenarioError:
    return ScenarioError(
        "ORE-SCN-019",
        f"{year} is after the last year of the run, {until}.",
        why="the entry would never hold.",
        fix="start it earlier, or raise `until`.",
    )


def _parameters(scenario: Scenario) -> Iterator[PlacedFault]:
    for name, value in scenario.parameters:
        try:
            check_parameter(name, value)
        except ScenarioError as error:
            yield ("parameters", name), error


def _used_but_off(scenario: Scenario) -> Iterator[PlacedFault]:
    off = set(scenario.off)
    for name, _ in scenario.parameters:
        mechanism = name.partition(".")[0]
        if mechanism in off:
            yield ("parameters", name), _is_off(mechanism, "a parameter of it is set")
    for key, mechanism in MECHANISM_OF.items():
        if mechanism in off and getattr(scenario, key):
            yield (key,), _is_off(mechanism, f"`{key}` has entries that it would read")
    for key in ("shock_rates", "shocks"):
        for k, entry in enumerate(getattr(scenario, key)):
            mechanism = MECHANISM_OF_CAUSE.get(entry.cause, SHOCKS)
            if mechanism in off:
                yield (key, k), _is_off(mechanism, f"'{entry.cause}' is drawn by it")


def _unread_doctrines(scenario: Scenario) -> Iterator[PlacedFault]:
    off = set(scenario.off)
    for k, doctrine in enumerate(scenario.doctrines):
        for weight, readers in READERS.items():
            if getattr(doctrine, weight) and off.issuperset(readers):
                yield ("doctrines", k, weight), _is_off(readers[0], f"{weight} is read by no other")


def _is_off(mechanism: str, but: str) -> ScenarioError:
    return ScenarioError(
        "ORE-SCN-070",
        f"the mechanism '{mechanism}' is off, but {but}.",
        why="what is set would change nothing.",
        fix=f"take {mechanism} out of `off`, or take out what it would read.",
    )


def _doctrines(scenario: Scenario) -> Iterator[PlacedFault]:
    for (i, one), (k, two) in _pairs(scenario.doctrines):
        if one.actor == two.actor and share_years(one.span, two.span):
            yield (
                ("doctrines", k),
                ScenarioError(
                    "ORE-SCN-071",
                    f"{two.actor} has two doctrines in the same years: doctrines[{i}] and "
                    f"doctrines[{k}].",
                    why="which one holds is not clear.",
                    fix="let one end before the other starts, or join them.",
                ),
            )


def _repeated(scenario: Scenario) -> Iterator[PlacedFault]:
    for key, about in _ABOUT.items():
        for (i, one), (k, two) in _pairs(getattr(scenario, key)):
            if about(one) == about(two) and share_years(one.span, two.span):
                said = ", ".join(str(part) for part in about(two) if part is not None)
                yield (
                    (key, k),
                    ScenarioError(
                        "ORE-SCN-072",
                        f"{key}[{i}] and {key}[{k}] both say something on {said} in the same "
                        "years.",
                        why="whether they add up or replace each other is not clear.",
                        fix="join them, or let one end before the other starts.",
                    ),
                )


def _about_rate(entry: ShockRate) -> tuple[Any, ...]:
    return entry.cause, entry.place


def _about_shock(entry: PlannedShock) -> tuple[Any, ...]:
    return entry.cause, entry.place, entry.mineral, entry.stage


def _about_odds(entry: ActOdds) -> tuple[Any, ...]:
    return entry.act, entry.between, entry.actor


_ABOUT: dict[str, Callable[[Any], tuple[Any, ...]]] = {
    "shock_rates": _about_rate,
    "shocks": _about_shock,
    "trends": lambda entry: (entry.reason, entry.mineral, entry.sector, entry.place),
    "odds": _about_odds,
}
"""What an entry is about: two with the same may not hold in the same year."""


def _rules(scenario: Scenario) -> Iterator[PlacedFault]:
    seen: dict[int, int] = {}
    for k, point in enumerate(scenario.rules):
        if point.year in seen:
            yield (
                ("rules", k),
                ScenarioError(
                    "ORE-SCN-073",
                    f"rules[{seen[point.year]}] and rules[{k}] both give a strength for "
                    f"{point.year}.",
                    why="a year has one strength.",
                    fix="keep one of them.",
                ),
            )
        seen.setdefault(point.year, k)


def _blocs(scenario: Scenario) -> Iterator[PlacedFault]:
    seen: dict[str, int] = {}
    for k, bloc in enumerate(scenario.blocs):
        for position, actor in enumerate(bloc):
            if actor in seen:
                yield (
                    ("blocs", k, position),
                    ScenarioError(
                        "ORE-SCN-074",
                        f"{actor} stands in blocs[{seen[actor]}] and again in blocs[{k}].",
                        why="an actor is in one bloc, once.",
                        fix="keep it in one of them.",
                    ),
                )
            seen.setdefault(actor, k)


def _odds_without_blocs(scenario: Scenario) -> Iterator[PlacedFault]:
    least = {"blocs": 2, "members": 1}
    for k, entry in enumerate(scenario.odds):
        needed = least.get(entry.between, 0)
        if needed and entry.act in lone_acts():
            yield ("odds", k), _no_bloc(f"{entry.act} is an act of one actor, with no other party")
        if len(scenario.blocs) < needed:
            yield ("odds", k), _no_bloc(f"there are {len(scenario.blocs)} blocs, not {needed}")
        elif needed and entry.actor and not any(entry.actor in bloc for bloc in scenario.blocs):
            yield ("odds", k), _no_bloc(f"{entry.actor} is in no bloc")


def _no_bloc(what: str) -> ScenarioError:
    return ScenarioError(
        "ORE-SCN-074",
        f"the entry is about blocs, but {what}.",
        why="no act would become likelier or less likely.",
        fix="name the blocs under `blocs`, or leave `between` out and name the `actor`.",
    )


def _pairs(entries: Sequence[Any]) -> Iterator[tuple[tuple[int, Any], tuple[int, Any]]]:
    return combinations(enumerate(entries), 2)


def share_years(one: Span, two: Span) -> bool:
    """Return True if two spans have a year in common.

    Examples
    --------
    >>> share_years(Span(2026, 2028), Span(2028)), share_years(Span(2026, 2027), Span(2028))
    (True, False)
    """
    first = max(one.first_year, two.first_year)
    return one.holds(first) and two.holds(first)


def doctrine_is_neutral(doctrine: Doctrine) -> bool:
    """Return True if a doctrine differs in nothing from what is fitted."""
    return doctrine.security == doctrine.patience == doctrine.openness == 0.0
