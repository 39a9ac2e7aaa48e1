"""A scenario from the plain values of a run record.

Does      Makes the scenario of which a record holds the plain values.
Units     As in `oreacle.scenario.scenario`.
Method    Field by field of each record; instruments by the name of their type.
Assumes   Values were written by `Scenario.as_dict`, of this or an earlier version: a field that
          is not there has its default.
Not here  Files that people write: see `oreacle.scenario.presets`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from oreacle.core.errors import ScenarioError
from oreacle.core.spelling import shown
from oreacle.market.policies.catalogue import INSTRUMENTS
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
from oreacle.scenario.scenario import Scenario, ScheduledPolicy

RECORDS: Mapping[str, type[Any]] = {
    "doctrines": Doctrine,
    "shock_rates": ShockRate,
    "shocks": PlannedShock,
    "clubs": ClubChange,
    "rules": RulesPoint,
    "trends": DemandTrend,
    "odds": ActOdds,
}
"""Type of the records of each field."""
_TYPES = {one.kind.__name__: one.kind for one in INSTRUMENTS}
_LOST = (TypeError, KeyError, ValueError, AttributeError)
"""What goes wrong inside when values are not those of a scenario."""


def scenario_from_dict(values: Mapping[str, Any]) -> Scenario:
    """Return the scenario of a run record.

    Parameters
    ----------
    values
        As `Scenario.as_dict` returns them, also after a way through JSON.

    Raises
    ------
    ScenarioError
        ORE-SCN-080 if no scenario can be made of them; as `Scenario` on values it refuses.

    Examples
    --------
    >>> mine = Scenario("mine", "", "STEPS", 2030, off=("ventures",))
    >>> scenario_from_dict(mine.as_dict()) == mine
    True
    """
    try:
        return Scenario(
            str(values["name"]),
            str(values["description"]),
            str(values["demand_scenario"]),
            int(values["until"]),
            tuple(_policy(item) for item in values.get("policies", ())),
            off=tuple(values.get("off", ())),
            parameters=tuple((str(k), float(v)) for k, v in _pairs(values.get("parameters", {}))),
            blocs=tuple(tuple(bloc) for bloc in values.get("blocs", ())),
            **{
                key: tuple(_record(kind, item) for item in values.get(key, ()))
                for key, kind in RECORDS.items()
            },
        )
    except _LOST as error:
        raise ScenarioError(
            "ORE-SCN-080",
            f"no scenario can be made of the record: {type(error).__name__} {shown(error)}.",
            why="a run that goes on would not be the one that was begun.",
            fix="begin the run anew, or restore its record.",
        ) from error


def _pairs(parameters: object) -> list[tuple[Any, Any]]:
    if isinstance(parameters, Mapping):
        return list(parameters.items())
    return [(name, value) for name, value in parameters]  # type: ignore[attr-defined]


def _policy(item: Mapping[str, Any]) -> ScheduledPolicy:
    left = dict(item)
    kind = _TYPES[left.pop("instrument")]
    years = left.pop("first_year"), left.pop("last_year")
    return ScheduledPolicy(kind(**{key: _frozen(value) for key, value in left.items()}), *years)


def _record(kind: type[Any], item: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any record
    known = {field.name for field in fields(kind)}
    if set(item) - known:
        raise KeyError(min(set(item) - known))
    needed = {
        field.name
        for field in fields(kind)
        if field.default is MISSING and field.default_factory is MISSING
    }
    if needed - set(item):
        raise KeyError(min(needed - set(item)))
    made = {key: _frozen(value) for key, value in item.items()}
    if "span" in made:
        made["span"] = Span(**item["span"])
    return kind(**made)


def _frozen(value: Any) -> Any:  # noqa: ANN401 - any plain value
    return tuple(value) if isinstance(value, list) else value
