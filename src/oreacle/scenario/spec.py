"""The file model of a scenario: what may stand in it, and every fault of one that is wrong.

Does      Checks the values of a file and turns them into a `Scenario`.
Units     Strengths as in `oreacle.market.policies`; calendar years.
Method    Strict pydantic models; names are checked against the world inside the models, so that
          one pass reports all faults, each with place, reason and fix.
Assumes   Values come from `oreacle.scenario.reading`: plain and small.
Not here  Finding and opening files: see `oreacle.scenario.presets`.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from oreacle.scenario.layers import COMPOSING
from oreacle.scenario.mechanism_names import check_mechanism
from oreacle.scenario.scenario import Scenario, ScheduledPolicy
from oreacle.scenario.spec_assumptions import (
    SECTIONS,
    ClubSpec,
    DoctrineSpec,
    OddsSpec,
    RulesSpec,
    ShockRateSpec,
    ShockSpec,
    TrendSpec,
    records_of,
)
from oreacle.scenario.spec_entries import ENTRIES, EntrySpec
from oreacle.scenario.spec_fields import FAULT, Actor, Name, Year, checked_by, once, year_error

__all__ = ["ENTRIES", "FAULT", "ScenarioSpec", "known_keys", "year_error"]
MOST_POLICIES = 500
MOST_ENTRIES = 200
DEFAULT_UNTIL = 2040
_MANY = Field(max_length=MOST_ENTRIES)
_Mechanism = Annotated[Name, checked_by(check_mechanism)]
_Bloc = Annotated[list[Actor], Field(min_length=1, max_length=100)]

if TYPE_CHECKING:
    PolicySpec = EntrySpec
else:
    PolicySpec = Annotated[reduce(or_, ENTRIES.values()), Field(discriminator="instrument")]


class ScenarioSpec(BaseModel):
    """A whole scenario file.

    Attributes
    ----------
    oreacle
        Version of the file format: 1.
    name
        Lower-case letters, digits and hyphens: it names run folders.
    description
        One sentence for readers.
    demand_scenario
        Published demand path.
    until
        Last simulated year.
    policies
        Imposed on top of what governments decide in the run.
    off
        Mechanisms that are switched off.
    parameters
        Value by ``mechanism.parameter``.
    blocs
        Groups of actors.
    doctrines, shock_rates, shocks, clubs, rules, trends, odds
        As in `oreacle.scenario.spec_assumptions`.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    oreacle: Literal[1]
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    description: Annotated[str, Field(max_length=500)] = ""
    demand_scenario: Literal["STEPS", "APS", "NZE"]
    until: Year = DEFAULT_UNTIL
    policies: Annotated[list[PolicySpec], Field(max_length=MOST_POLICIES)] = []

    off: Annotated[list[_Mechanism], AfterValidator(once)] = []
    parameters: Annotated[dict[str, float], Field(max_length=500)] = {}
    blocs: Annotated[list[_Bloc], Field(max_length=20)] = []
    doctrines: Annotated[list[DoctrineSpec], _MANY] = []
    shock_rates: Annotated[list[ShockRateSpec], _MANY] = []
    shocks: Annotated[list[ShockSpec], _MANY] = []
    clubs: Annotated[list[ClubSpec], _MANY] = []
    rules: Annotated[list[RulesSpec], _MANY] = []
    trends: Annotated[list[TrendSpec], _MANY] = []
    odds: Annotated[list[OddsSpec], _MANY] = []

    def scenario(self) -> Scenario:
        """Return the scenario of the file.

        Raises
        ------
        ScenarioError
            ORE-SCN-020 if two policies overlap.
        """
        scheduled = tuple(
            ScheduledPolicy(entry.policy(), entry.first_year, entry.last_year)
            for entry in self.policies
        )
        return Scenario(
            self.name,
            self.description,
            self.demand_scenario,
            self.until,
            scheduled,
            off=tuple(self.off),
            parameters=tuple(self.parameters.items()),
            blocs=tuple(tuple(bloc) for bloc in self.blocs),
            **{key: records_of(getattr(self, key)) for key in SECTIONS},
        )


def known_keys(place: tuple[Any, ...], instrument: str) -> list[str]:
    """Return the keys that may stand at a place of a file."""
    if not place:
        return [*COMPOSING, *_keys_of(ScenarioSpec)]
    if instrument in ENTRIES:
        return _keys_of(ENTRIES[instrument])
    return _keys_of(SECTIONS.get(str(place[0]), ScenarioSpec))


def _keys_of(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]
