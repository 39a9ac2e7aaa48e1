"""The file model of a scenario: what may stand in it, and every fault of one that is wrong.

Does      Checks the values of a file and turns them into a `Scenario`.
Units     Strengths as in `oreacle.market.policies`; calendar years.
Method    Strict pydantic models; names are checked against the world inside the models, so that
          one pass reports all faults, each with place, reason and fix.
Assumes   Values come from `oreacle.scenario.reading`: plain and small.
Not here  Finding and opening files: see `oreacle.scenario.presets`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import EVERYONE
from oreacle.market.policies import (
    CapacityLoss,
    ExportBan,
    ExportLicensing,
    ExportQuota,
    ExportTax,
    LiftMeasure,
    Policy,
)
from oreacle.scenario.names import EVERYONE_WORDS, NameBook, fold
from oreacle.scenario.scenario import Scenario, ScheduledPolicy

FAULT = "oreacle"
"""Type of pydantic errors that carry code, what, why and fix in their context."""
MOST_POLICIES = 500
DEFAULT_UNTIL = 2040


def _fault(error: ScenarioError) -> PydanticCustomError:
    return PydanticCustomError(FAULT, "{what}", dict(error.as_dict()))


def _looked_up(find: Callable[[NameBook, str], str]) -> AfterValidator:
    """Return a validator that replaces a written name by its code."""

    def check(value: str, info: ValidationInfo) -> str:
        try:
            return find(_names(info), value)
        except ScenarioError as error:
            raise _fault(error) from None

    return AfterValidator(check)


def _within(make: Callable[[float], object]) -> AfterValidator:
    """Return a validator that refuses what the policy itself would refuse: one place for bounds."""

    def check(value: float) -> float:
        try:
            make(value)
        except ScenarioError as error:
            raise _fault(error) from None
        return value

    return AfterValidator(check)


def _names(info: ValidationInfo) -> NameBook:
    book = (info.context or {})["names"]
    if not isinstance(book, NameBook):
        raise TypeError("validation needs the names of a world in its context")
    return book


def _check_year(value: int, info: ValidationInfo) -> int:
    book = _names(info)
    if not book.first_year <= value <= book.last_year:
        raise _fault(year_error(value, book))
    return value


def year_error(year: int, names: NameBook) -> ScenarioError:
    """Return the error for a year that cannot be simulated."""
    return ScenarioError(
        "ORE-SCN-019",
        f"{year} is outside {names.first_year} to {names.last_year}.",
        why="there is no demand path for it, or it lies in the past.",
        fix=f"use a year from {names.first_year} to {names.last_year}.",
    )


def _everyone_is_empty(values: list[str]) -> list[str]:
    return [] if EVERYONE in values else list(dict.fromkeys(values))


def _target(book: NameBook, name: str) -> str:
    return EVERYONE if fold(name) in EVERYONE_WORDS else book.target(name)


Name = Annotated[str, Field(min_length=1, max_length=100)]
Mineral = Annotated[Name, _looked_up(NameBook.mineral)]
Actor = Annotated[Name, _looked_up(NameBook.actor)]
Target = Annotated[Name, _looked_up(_target)]
PlaceName = Annotated[Name, _looked_up(NameBook.place)]
Targets = Annotated[list[Target], Field(max_length=100), AfterValidator(_everyone_is_empty)]
Year = Annotated[int, AfterValidator(_check_year)]
Enforcement = Annotated[float, _within(lambda v: ExportBan("any", "any", enforcement=v))]
Allowed = Annotated[float, _within(lambda v: ExportQuota("any", "any", v))]
Rate = Annotated[float, _within(lambda v: ExportTax("any", "any", v))]
Cost = Annotated[float, _within(lambda v: ExportLicensing("any", "any", v))]
Lost = Annotated[float, _within(lambda v: CapacityLoss("any", "any", "mined", v))]
Link = Literal["ore", "refined"] | None


class EntrySpec(BaseModel):
    """What every entry of `policies` holds: its years."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    first_year: Year = Field(alias="from")
    last_year: Year | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> EntrySpec:
        try:
            ScheduledPolicy(LiftMeasure("any", "this mineral"), self.first_year, self.last_year)
        except ScenarioError as error:
            raise _fault(error) from None
        return self


class BanSpec(EntrySpec):
    """Exports stop up to leakage."""

    instrument: Literal["export_ban"]
    actor: Actor
    mineral: Mineral
    targets: Targets = []
    enforcement: Enforcement = ExportBan("any", "any").enforcement
    link: Link = None

    def policy(self) -> Policy:
        """Return the policy of the entry."""
        targets = tuple(self.targets)
        return ExportBan(self.actor, self.mineral, targets, self.enforcement, self.link)


class QuotaSpec(EntrySpec):
    """All that leaves the territory is capped."""

    instrument: Literal["export_quota"]
    actor: Actor
    mineral: Mineral
    allowed: Allowed
    link: Link = None

    def policy(self) -> Policy:
        """Return the policy of the entry."""
        return ExportQuota(self.actor, self.mineral, self.allowed, self.link)


class TaxSpec(EntrySpec):
    """An ad-valorem tax on exports."""

    instrument: Literal["export_tax"]
    actor: Actor
    mineral: Mineral
    rate: Rate
    targets: Targets = []
    link: Link = None

    def policy(self) -> Policy:
        """Return the policy of the entry."""
        return ExportTax(self.actor, self.mineral, self.rate, tuple(self.targets), self.link)


class LicensingSpec(EntrySpec):
    """Licensing of exports, as the ad-valorem equivalent of its delay and doubt."""

    instrument: Literal["export_licensing"]
    actor: Actor
    mineral: Mineral
    cost: Cost
    targets: Targets = []
    link: Link = None

    def policy(self) -> Policy:
        """Return the policy of the entry."""
        return ExportLicensing(self.actor, self.mineral, self.cost, tuple(self.targets), self.link)


class LossSpec(EntrySpec):
    """Part of a place's mines or refineries stops."""

    instrument: Literal["capacity_loss"]
    place: PlaceName
    mineral: Mineral
    stage: Literal["mined", "refined"]
    share: Lost

    def policy(self) -> Policy:
        """Return the policy of the entry."""
        return CapacityLoss(self.place, self.mineral, self.stage, self.share)


class LiftSpec(EntrySpec):
    """A measure of the policy register ends."""

    instrument: Literal["lift_measure"]
    mineral: Mineral
    measure: Name

    @model_validator(mode="after")
    def _is_registered(self, info: ValidationInfo) -> LiftSpec:
        try:
            _names(info).measure(self.measure, self.mineral)
        except ScenarioError as error:
            raise _fault(error) from None
        return self

    def policy(self) -> Policy:
        """Return the policy of the entry."""
        return LiftMeasure(self.measure, self.mineral)


PolicySpec = Annotated[
    BanSpec | QuotaSpec | TaxSpec | LicensingSpec | LossSpec | LiftSpec,
    Field(discriminator="instrument"),
]
ENTRIES: dict[str, type[EntrySpec]] = {
    "export_ban": BanSpec,
    "export_quota": QuotaSpec,
    "export_tax": TaxSpec,
    "export_licensing": LicensingSpec,
    "capacity_loss": LossSpec,
    "lift_measure": LiftSpec,
}


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
            raise _fault(
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
