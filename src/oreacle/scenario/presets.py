"""Scenarios by name or by path.

Does      Loads a scenario of the package or a file of the user, with all that it stands on.
Units     None.
Method    Files are joined first, then checked as one; every fault is named with its file.
Assumes   A scenario without faults in its values and between its entries can be run.
Not here  Which files there are: see `oreacle.scenario.sources`; what a file may hold: see
          `oreacle.scenario.spec`.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from oreacle.core.errors import ScenarioError
from oreacle.scenario.composition import Composed, composed
from oreacle.scenario.contradictions import contradictions
from oreacle.scenario.faults import joined_error, placed_fault, plain_mapping, value_faults
from oreacle.scenario.names import NameBook
from oreacle.scenario.reading import Document
from oreacle.scenario.scenario import Scenario
from oreacle.scenario.sources import preset_names
from oreacle.scenario.spec import ScenarioSpec, year_error

__all__ = [
    "baseline",
    "checked_scenario",
    "load_scenario",
    "preset_names",
    "scenario_from",
    "with_last_year",
]


def load_scenario(
    source: str | Path, names: NameBook, overlays: Sequence[str | Path] = ()
) -> Scenario:
    """Return a scenario by the name of a preset or by the path of a file.

    Parameters
    ----------
    source
        ``baseline``, or a path such as ``mine.yaml``.
    names
        Names of the world that the scenario will meet.
    overlays
        Presets or files to lay on top, in order.

    Raises
    ------
    ScenarioError
        ORE-SCN-001 on an unknown preset; ORE-SCN-012 or 013 on a file that cannot be read;
        the code of the fault, or ORE-SCN-011 naming all, on files that are wrong.
    """
    return checked_scenario(composed(source, overlays), names)


def baseline() -> Scenario:
    """Return the baseline; it names no country or mineral, so it needs no world.

    Examples
    --------
    >>> baseline().demand_scenario, baseline().policies
    ('STEPS', ())
    """
    nobody = NameBook({}, {}, {}, {}, {}, (), 0, sys.maxsize)
    return load_scenario("baseline", nobody)


def scenario_from(document: Document, names: NameBook) -> Scenario:
    """Return the scenario that the values of one file describe; raises as `load_scenario`."""
    plain_mapping(document)
    return checked_scenario(Composed(document, (document.name,), ()), names)


def checked_scenario(whole: Composed, names: NameBook) -> Scenario:
    """Return the scenario that joined files describe; raises as `load_scenario`."""
    document, faults = whole.document, list(whole.faults)
    values = plain_mapping(document)
    context = {"names": names}
    scenario = None
    try:
        scenario = ScenarioSpec.model_validate(values, context=context).scenario()
        sound = scenario
    except ValidationError as error:
        details = error.errors(include_url=False)
        # What could not be joined may hold the key that is missing.
        details = [one for one in details if not (faults and one["type"] == "missing")]
        faults += value_faults(document, details)
        sound = _sound_part(values, {str(one["loc"][0]) for one in error.errors()}, context)
    except ScenarioError as error:
        faults.append(placed_fault(document, ("policies",), error))
        sound = _sound_part(values, {"policies"}, context)
    faults += [placed_fault(document, *one) for one in contradictions(sound, names)]
    if faults or scenario is None:
        raise joined_error(document.name, faults)
    return scenario


def _sound_part(
    values: Mapping[str, Any], wrong: Collection[str], context: dict[str, Any]
) -> Scenario:
    """Return what is left of a scenario without its wrong keys, to look for contradictions."""
    last = context["names"].last_year
    stand_ins = {"oreacle": 1, "name": "x", "demand_scenario": "STEPS", "until": last}
    # Without blocs, odds between them would seem to be wrong as well.
    dropped = {*wrong, *(["odds"] if "blocs" in wrong else [])}
    left = {key: value for key, value in values.items() if key not in dropped}
    try:
        return ScenarioSpec.model_validate(stand_ins | left, context=context).scenario()
    except ScenarioError:  # two policies overlap, and something else is wrong too
        del left["policies"]
        return ScenarioSpec.model_validate(stand_ins | left, context=context).scenario()


def with_last_year(scenario: Scenario, until: int, names: NameBook) -> Scenario:
    """Return the scenario with another last year.

    Raises
    ------
    ScenarioError
        ORE-SCN-019 if the year cannot be simulated, or lies before the start of a policy.
    """
    if not names.first_year <= until <= names.last_year:
        raise year_error(until, names)
    late = [item for item in scenario.policies if item.first_year > until]
    if late:
        raise ScenarioError(
            "ORE-SCN-019",
            f"{until} is before {late[0].first_year}, when a policy of '{scenario.name}' starts.",
            why="the policy would never be in force.",
            fix="give a later year, or a scenario without the policy.",
        )
    return replace(scenario, until=until)
