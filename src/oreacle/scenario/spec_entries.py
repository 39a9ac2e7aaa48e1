"""Entries of `policies` in a scenario file: one model for each instrument.

Does      Makes the file model of every policy type, and turns an entry into its policy.
Units     As in `oreacle.market.policies`.
Method    The fields of a policy type are the keys of its entry, with the same defaults; a new
          instrument needs nothing here.
Assumes   Every field has a kind in `oreacle.scenario.spec_fields` or bounds in its type.
Not here  The whole file: see `oreacle.scenario.spec`.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from dataclasses import Field as PolicyField
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, create_model, model_validator

from oreacle.core.errors import ScenarioError
from oreacle.market.policies import LiftMeasure, Policy
from oreacle.market.policies.catalogue import INSTRUMENTS, Instrument
from oreacle.scenario.scenario import ScheduledPolicy
from oreacle.scenario.spec_fields import FIELD_KINDS, LastYear, Year, fault, names_of, number_within

_KEYS = {"measure_id": "measure"}
"""Keys that are not the name of their field."""


class EntrySpec(BaseModel):
    """What every entry of `policies` holds: its instrument and its years."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    instrument: str
    first_year: Year = Field(alias="from")
    last_year: LastYear = Field(default=None, alias="to")

    def policy(self) -> Policy:
        """Return the policy of the entry.

        Raises
        ------
        ScenarioError
            ORE-SCN-024 if its size is stated in no way or in several.
        """
        kind = _KINDS[self.instrument]
        values = {f.name: getattr(self, f.name) for f in fields(kind)}
        return kind(**{n: tuple(v) if isinstance(v, list) else v for n, v in values.items()})

    @model_validator(mode="after")
    def _holds_together(self, info: ValidationInfo) -> EntrySpec:
        try:
            policy = self.policy()
            ScheduledPolicy(policy, self.first_year, self.last_year)
            if isinstance(policy, LiftMeasure):
                names_of(info).measure(policy.measure_id, policy.mineral)
        except ScenarioError as error:
            raise fault(error) from None
        return self


def _entry_of(instrument: Instrument) -> type[EntrySpec]:
    """Return the file model of an instrument."""
    keys: dict[str, Any] = {"instrument": (Literal[instrument.slug], ...)}
    for field in fields(instrument.kind):
        keys[field.name] = _key_of(field, instrument.kind)
    name = f"{instrument.kind.__name__}Spec"
    return create_model(name, __base__=EntrySpec, __doc__=instrument.kind.__doc__, **keys)


def _key_of(field: PolicyField[Any], kind: type[Policy]) -> tuple[Any, Any]:
    bounds = kind.RANGES.get(field.name)
    holds: Any = FIELD_KINDS[field.name] if bounds is None else number_within(field.name, bounds)
    if field.default is None:
        holds = holds | None
    given = list(field.default) if isinstance(field.default, tuple) else field.default
    settings: dict[str, Any] = {} if field.default is MISSING else {"default": given}
    return holds, Field(alias=_KEYS.get(field.name), **settings)


_KINDS = {one.slug: one.kind for one in INSTRUMENTS}
ENTRIES: dict[str, type[EntrySpec]] = {one.slug: _entry_of(one) for one in INSTRUMENTS}
"""File models by the name of their instrument."""
