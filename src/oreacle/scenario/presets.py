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
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from oreacle.core.errors import ScenarioError
from oreacle.scenario.composition import Composed, composed
from oreacle.scenario.faults import joined_error, plain_mapping, value_faults
from oreacle.scenario.idle import cut_to, idle_entries
from oreacle.scenario.names import NameBook
from oreacle.scenario.reading import Document
from oreacle.scenario.rest import checked_rest
from oreacle.scenario.scenario import Scenario
from oreacle.scenario.sources import preset_names
from oreacle.scenario.spec import ScenarioSpec, year_error

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

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
    return checked_scenario(
        Composed(document, (document.name,), document.faults, (document.name,)), names
    )


def checked_scenario(whole: Composed, names: NameBook) -> Scenario:
    """Return the scenario that joined files describe; raises as `load_scenario`.

    Entries that were taken over from other files and start after the last year of the run are
    left out: see `idle_notes`.
    """
    document, faults = whole.document, list(whole.faults)
    details: list[ErrorDetails] = []
    try:
        ScenarioSpec.model_validate(plain_mapping(document), context={"names": names})
    except ValidationError as error:
        details = error.errors(include_url=False)
        # What could not be joined may hold the key that is missing.
        told = [one for one in details if not (faults and one["type"] == "missing")]
        faults += value_faults(document, told)
    scenario, more = checked_rest(document, details, idle_entries(whole, names), names)
    if faults or more:
        raise joined_error(document.name, [*faults, *more])
    return scenario


def with_last_year(scenario: Scenario, until: int, names: NameBook) -> Scenario:
    """Return the scenario with another last year, without assumptions that start after it.

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
    return cut_to(scenario, until)
