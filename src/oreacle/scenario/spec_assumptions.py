"""Entries of a scenario file beside policies: one model for each kind of assumption.

Does      Makes the file models of doctrines, shocks, clubs, rules, trends and odds, and turns an
          entry into its record of `oreacle.scenario.assumptions`.
Units     As in `oreacle.scenario.assumptions`; calendar years.
Method    The keys are the fields of the record; `from` and `to` stand for its span.
Assumes   Validation runs with the names of a world in its context.
Not here  What contradicts between entries: see `oreacle.scenario.contradictions`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    model_validator,
)

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import SECTORS
from oreacle.market.policies.checks import FACTOR, STAGES, Range
from oreacle.scenario.assumptions import (
    BETWEEN,
    CLUB_CHANGES,
    CLUB_INSTRUMENTS,
    TREND_REASONS,
    ActOdds,
    ClubChange,
    DemandTrend,
    Doctrine,
    PlannedShock,
    RulesPoint,
    ShockRate,
    Span,
)
from oreacle.scenario.causes import (
    DEMAND,
    PASSAGE,
    check_act,
    check_closing,
    check_planned_cause,
    check_rate_cause,
)
from oreacle.scenario.spec_fields import (
    FIELD_KINDS,
    Actor,
    LastYear,
    Name,
    Place,
    Year,
    checked_by,
    club_field,
    fault,
    names_of,
    number_within,
    once,
)

WEIGHT = Range(-1.0, 1.0, example="0.5; 0 is as fitted, 1 the most")
LOSS = Range(0.0, 1.0)
STRENGTH = Range(0.0, 2.0, example="0.5; 0 is none, 1 as in the years of the fit")
GROWTH = Range(-1.0, 1.0, "1/yr")
_Mineral = FIELD_KINDS["mineral"]
_Actors = Annotated[list[Actor], Field(max_length=100), AfterValidator(once)]
_Minerals = Annotated[list[_Mineral], Field(max_length=100), AfterValidator(once)]  # type: ignore[valid-type]
_Instruments = Annotated[
    list[Literal[CLUB_INSTRUMENTS]], Field(max_length=20), AfterValidator(once)  # type: ignore[valid-type]
]


class AssumptionSpec(BaseModel):
    """What every entry has in common: strict, frozen, no unknown keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class DatedSpec(AssumptionSpec):
    """An entry that holds in a span of years; without `to` it holds to the end of the run."""

    first_year: Year = Field(alias="from")
    last_year: LastYear = Field(default=None, alias="to")

    @property
    def span(self) -> Span:
        """Years in which the entry holds."""
        return Span(self.first_year, self.last_year)


class DoctrineSpec(DatedSpec):
    """How an actor differs from what its past acts say of it."""

    actor: Actor
    security: number_within("security", WEIGHT) = 0.0  # type: ignore[valid-type]
    patience: number_within("patience", WEIGHT) = 0.0  # type: ignore[valid-type]
    openness: number_within("openness", WEIGHT) = 0.0  # type: ignore[valid-type]

    def record(self) -> Doctrine:
        """Return the record of the entry."""
        return Doctrine(self.actor, self.span, self.security, self.patience, self.openness)


class ShockRateSpec(DatedSpec):
    """A cause of disruption that comes more or less often."""

    cause: Annotated[Name, checked_by(check_rate_cause)]
    factor: number_within("factor", FACTOR)  # type: ignore[valid-type]
    place: Place | None = None

    def record(self) -> ShockRate:
        """Return the record of the entry."""
        return ShockRate(self.cause, self.factor, self.span, self.place)


def _hit_place(value: str, info: ValidationInfo) -> str:
    """Return the place that a planned shock hits: a passage if that is its cause."""
    names = names_of(info)
    try:
        if info.data.get("cause") != PASSAGE:
            return names.place(value)
        return check_closing(names.route(value))
    except ScenarioError as error:
        raise fault(error) from None


class ShockSpec(DatedSpec):
    """A disruption that is set for certain."""

    cause: Annotated[Name, checked_by(check_planned_cause)]
    place: Annotated[Name, AfterValidator(_hit_place)]
    loss: number_within("loss", LOSS)  # type: ignore[valid-type]
    mineral: _Mineral | None = None  # type: ignore[valid-type]
    stage: Literal[STAGES] | None = None  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _has_what_its_cause_hits(self) -> ShockSpec:
        none_of = {PASSAGE: ("mineral", "stage"), DEMAND: ("stage",)}.get(self.cause, ())
        odd = [value for key in none_of if (value := getattr(self, key)) is not None]
        if odd:
            raise fault(
                ScenarioError(
                    "ORE-SCN-081",
                    f"'{self.cause}' cannot be about {odd[0]} alone.",
                    why="a passage is shut for all that goes through it, and use has no stage.",
                    fix="leave it out; a way of one mineral is a policy `route_closure`.",
                )
            )
        return self

    def record(self) -> PlannedShock:
        """Return the record of the entry."""
        return PlannedShock(self.cause, self.place, self.loss, self.span, self.mineral, self.stage)


class ClubSpec(AssumptionSpec):
    """A dated change of a club."""

    club: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_+ -]{0,59}$"), club_field()]
    change: Literal[CLUB_CHANGES]  # type: ignore[valid-type]
    year: Year
    members: _Actors = []
    minerals: _Minerals = []
    instruments: _Instruments = []

    def record(self) -> ClubChange:
        """Return the record of the entry."""
        return ClubChange(
            self.club,
            self.change,
            self.year,
            tuple(self.members),
            tuple(self.minerals),
            tuple(self.instruments),
        )


class RulesSpec(AssumptionSpec):
    """Strength of the trade rules in a year."""

    year: Year
    strength: number_within("strength", STRENGTH)  # type: ignore[valid-type]

    def record(self) -> RulesPoint:
        """Return the record of the entry."""
        return RulesPoint(self.year, self.strength)


class TrendSpec(DatedSpec):
    """Use that grows faster or slower than on the published path."""

    yearly: number_within("yearly", GROWTH)  # type: ignore[valid-type]
    reason: Literal[TREND_REASONS]  # type: ignore[valid-type]
    mineral: _Mineral | None = None  # type: ignore[valid-type]
    sector: Literal[SECTORS] | None = None  # type: ignore[valid-type]
    place: Place | None = None

    def record(self) -> DemandTrend:
        """Return the record of the entry."""
        return DemandTrend(
            self.yearly, self.span, self.reason, self.mineral, self.sector, self.place
        )


class OddsSpec(DatedSpec):
    """Acts of a class that are likelier or less likely than fitted."""

    act: Annotated[Name, checked_by(check_act)]
    factor: number_within("factor", FACTOR)  # type: ignore[valid-type]
    between: Literal[BETWEEN] = "anyone"  # type: ignore[valid-type]
    actor: Actor | None = None

    def record(self) -> ActOdds:
        """Return the record of the entry."""
        return ActOdds(self.act, self.factor, self.span, self.between, self.actor)


SECTIONS: dict[str, type[AssumptionSpec]] = {
    "doctrines": DoctrineSpec,
    "shock_rates": ShockRateSpec,
    "shocks": ShockSpec,
    "clubs": ClubSpec,
    "rules": RulesSpec,
    "trends": TrendSpec,
    "odds": OddsSpec,
}
"""File models by the key of the list in which they stand."""


def records_of(entries: list[Any]) -> tuple[Any, ...]:
    """Return the records of a list of entries, in its order."""
    return tuple(entry.record() for entry in entries)
