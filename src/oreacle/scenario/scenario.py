"""A scenario: which demand path, until when, and which policies are imposed from outside.

Does      Holds a validated scenario and finds policies that would count twice.
Units     Calendar years; strengths as in `oreacle.market.policies`.
Method    None: frozen records.
Assumes   A scheduled policy holds in whole years, first and last included.
Not here  Reading a scenario from a file: see `oreacle.scenario.presets` and `.spec`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import suggestion
from oreacle.market.policies import Policy
from oreacle.market.policies.catalogue import overlap_error, overlaps
from oreacle.scenario.assumptions import (
    ActOdds,
    ClubChange,
    DemandTrend,
    Doctrine,
    PlannedShock,
    RulesPoint,
    ShockRate,
)

DEMAND_SCENARIOS = ("STEPS", "APS", "NZE")


@dataclass(frozen=True)
class ScheduledPolicy:
    """A policy and the years in which it holds.

    Attributes
    ----------
    policy
        What is imposed.
    first_year, last_year
        First and last year in force; None means to the end of the run.
    """

    policy: Policy
    first_year: int
    last_year: int | None = None

    def __post_init__(self) -> None:
        if self.last_year is not None and self.last_year < self.first_year:
            raise ScenarioError(
                "ORE-SCN-019",
                f"a policy on {self.policy.mineral} ends in {self.last_year}, before it starts "
                f"in {self.first_year}.",
                why="it would never be in force.",
                fix="give a last year at or after the first, or none for an open end.",
            )

    def is_in_force(self, year: int) -> bool:
        """Return True if the policy holds in `year`."""
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)


@dataclass(frozen=True)
class Scenario:
    """What a forecast run is asked to assume.

    Attributes
    ----------
    name, description
        Slug that names run folders; one sentence for readers.
    demand_scenario
        Published demand path: STEPS, APS or NZE.
    until
        Last simulated year.
    policies
        Imposed on top of what governments decide in the run.
    off
        Mechanisms that are switched off, by name.
    parameters
        Parameters of mechanisms that differ from the embedded ones, as
        (``mechanism.parameter``, value).
    doctrines, shock_rates, shocks, clubs, rules, trends, odds
        Assumptions of `oreacle.scenario.assumptions`.
    blocs
        Groups of actors that the odds of acts refer to.

    Examples
    --------
    >>> from oreacle.market.policies import ExportBan
    >>> ban = ScheduledPolicy(ExportBan("CHN", "gallium"), 2027, 2029)
    >>> ours = Scenario("mine", "A ban.", "STEPS", 2040, (ban,))
    >>> [len(ours.in_force(year)) for year in (2026, 2027, 2029, 2030)]
    [0, 1, 1, 0]
    """

    name: str
    description: str
    demand_scenario: str
    until: int
    policies: tuple[ScheduledPolicy, ...] = ()
    off: tuple[str, ...] = ()
    parameters: tuple[tuple[str, float], ...] = ()
    doctrines: tuple[Doctrine, ...] = ()
    shock_rates: tuple[ShockRate, ...] = ()
    shocks: tuple[PlannedShock, ...] = ()
    clubs: tuple[ClubChange, ...] = ()
    rules: tuple[RulesPoint, ...] = ()
    trends: tuple[DemandTrend, ...] = ()
    odds: tuple[ActOdds, ...] = ()
    blocs: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        if self.demand_scenario not in DEMAND_SCENARIOS:
            near = suggestion(self.demand_scenario, DEMAND_SCENARIOS)
            raise ScenarioError(
                "ORE-SCN-018",
                f"unknown demand scenario '{self.demand_scenario}'.",
                why="there is no published demand path of that name.",
                fix=f"{near} Use one of {', '.join(DEMAND_SCENARIOS)}.".strip(),
            )
        refuse_conflicts(self.policies)

    def in_force(self, year: int) -> tuple[Policy, ...]:
        """Return the policies that hold in `year`, in the order of the scenario."""
        return tuple(item.policy for item in self.policies if item.is_in_force(year))

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for `--json` output and run records.

        `oreacle.scenario.record.scenario_from_dict` makes the same scenario from them.
        """
        policies = [
            {
                "instrument": type(item.policy).__name__,
                **asdict(item.policy),
                "first_year": item.first_year,
                "last_year": item.last_year,
            }
            for item in self.policies
        ]
        changed = {"policies": policies, "parameters": dict(self.parameters)}
        values: dict[str, Any] = _plain({**asdict(self), **changed})
        return values


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value of a record
    """Return a value with lists in place of tuples, as JSON holds it."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def refuse_conflicts(policies: Sequence[ScheduledPolicy]) -> None:
    """Refuse policies of one kind that touch the same thing in the same year, or contradict.

    Raises
    ------
    ScenarioError
        ORE-SCN-020 naming every such pair by its position, from 0.
    """
    pairs = [
        (i, k)
        for i, k in overlaps([item.policy for item in policies])
        if _share_years(policies[i], policies[k])
    ]
    if pairs:
        raise overlap_error([item.policy for item in policies], pairs)


def _share_years(one: ScheduledPolicy, two: ScheduledPolicy) -> bool:
    first = max(one.first_year, two.first_year)
    return all(item.last_year is None or first <= item.last_year for item in (one, two))
