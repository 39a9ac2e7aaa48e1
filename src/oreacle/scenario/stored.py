"""A scenario from the plain values that a run folder keeps.

Does      Undoes `Scenario.as_dict`.
Units     Strengths as in `oreacle.market.policies`; calendar years.
Method    Lists become tuples; each policy checks itself; the result must give the same values.
Assumes   The values come from a scenario that was validated for the world of the run.
Not here  Files that people write: see `oreacle.scenario.spec`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from oreacle.core.errors import ScenarioError
from oreacle.market.policies.catalogue import INSTRUMENTS
from oreacle.scenario.scenario import Scenario, ScheduledPolicy

KINDS = {one.kind.__name__: one.kind for one in INSTRUMENTS}
"""Policies by the name under which they are kept."""


def scenario_of(values: Mapping[str, Any]) -> Scenario:
    """Return the scenario that `Scenario.as_dict` gave these values of.

    Raises
    ------
    ScenarioError
        ORE-SCN-018 if there is none; the code of a policy that refuses its values.

    Examples
    --------
    >>> from oreacle.market.policies import ExportBan
    >>> ban = ScheduledPolicy(ExportBan("CHN", "gallium", targets=("USA",)), 2027, 2029)
    >>> ours = Scenario("mine", "A ban.", "STEPS", 2040, (ban,))
    >>> scenario_of(ours.as_dict()) == ours
    True
    """
    try:
        policies = tuple(_scheduled(dict(entry)) for entry in values["policies"])
        made = Scenario(**{**values, "policies": policies})
        is_same = _text(made.as_dict()) == _text(values)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise _refused(f"{type(fault).__name__}: {fault}") from fault
    if not is_same:
        raise _refused("it would read back differently")
    return made


def _scheduled(entry: dict[str, Any]) -> ScheduledPolicy:
    kind = KINDS[entry.pop("instrument")]
    first, last = entry.pop("first_year"), entry.pop("last_year")
    fields = {
        name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()
    }
    return ScheduledPolicy(kind(**fields), first, last)


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(values, sort_keys=True)


def _refused(reason: str) -> ScenarioError:
    return ScenarioError(
        "ORE-SCN-018",
        f"the values describe no scenario: {reason}.",
        why="it would not be the one that was run.",
        fix="give values as `Scenario.as_dict` makes them.",
    )
