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

from pydantic import BaseModel, ConfigDict, Field, model_validator

from oreacle.core.errors import ScenarioError
from oreacle.scenario.scenario import Scenario, ScheduledPolicy
from oreacle.scenario.spec_entries import ENTRIES, EntrySpec
from oreacle.scenario.spec_fields import FAULT, Year, fault, year_error

__all__ = ["ENTRIES", "FAULT", "ScenarioSpec", "known_keys", "year_error"]
MOST_POLICIES = 500
DEFAULT_UNTIL = 2040

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
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    oreacle: Literal[1]
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    description: Annotated[str, Field(max_length=500)] = ""
    demand_scenario: Literal["STEPS", "APS", "NZE"]
    until: Year = DEFAULT_UNTIL
    policies: Annotated[list[PolicySpec], Field(max_length=MOST_POLICIES)] = []

    @model_validator(mode="after")
    def _policies_start_in_time(self) -> ScenarioSpec:
        late = [k for k, entry in enumerate(self.policies) if entry.first_year > self.until]
        if late:
            places = ", ".join(f"policies[{k}].from" for k in late)
            raise fault(
                ScenarioError(
                    "ORE-SCN-019",
                    f"{places} is after the last year of the run, {self.until}.",
                    why="the policy would never be in force.",
                    fix="start it earlier, or raise `until`.",
                )
            )
        return self

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
        return Scenario(self.name, self.description, self.demand_scenario, self.until, scheduled)


def known_keys(place: tuple[Any, ...], instrument: str) -> list[str]:
    """Return the keys that may stand at a place of a file."""
    model = ENTRIES.get(instrument, ScenarioSpec) if place else ScenarioSpec
    return [field.alias or name for name, field in model.model_fields.items()]
