"""Scenarios by name or by path.

Does      Lists the scenarios of the package and loads one, or a file of the user.
Units     None.
Method    What ends in .yaml or .yml, or holds a slash, is a path; anything else is a name.
Assumes   A scenario file includes no other file.
Not here  What a file may hold: see `oreacle.scenario.spec`.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import suggestion
from oreacle.scenario.faults import file_error, plain_mapping
from oreacle.scenario.names import NameBook, shown
from oreacle.scenario.reading import Document, read_document
from oreacle.scenario.scenario import Scenario
from oreacle.scenario.spec import ScenarioSpec, year_error

PRESETS_DIRECTORY = Path(__file__).parent / "presets"
ENDINGS = (".yaml", ".yml")


def preset_names() -> tuple[str, ...]:
    """Return the names of the scenarios that the package ships, sorted."""
    return tuple(sorted(path.stem for path in PRESETS_DIRECTORY.glob("*.yaml")))


def load_scenario(source: str | Path, names: NameBook) -> Scenario:
    """Return a scenario by the name of a preset or by the path of a file.

    Parameters
    ----------
    source
        ``baseline``, or a path such as ``mine.yaml``.
    names
        Names of the world that the scenario will meet.

    Raises
    ------
    ScenarioError
        ORE-SCN-001 on an unknown preset; ORE-SCN-012 or 013 on a file that cannot be read;
        the code of the fault, or ORE-SCN-011 naming all, on a file that is wrong;
        ORE-SCN-020 if two policies overlap.
    """
    return scenario_from(_document(source), names)


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
    """Return the scenario that the values of a file describe; raises as `load_scenario`."""
    values = plain_mapping(document)
    try:
        spec = ScenarioSpec.model_validate(values, context={"names": names})
    except ValidationError as error:
        raise file_error(document, error.errors(include_url=False)) from None
    return spec.scenario()


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


def _document(source: str | Path) -> Document:
    text = str(source)
    if isinstance(source, Path) or "/" in text or "\\" in text or text.endswith(ENDINGS):
        if not text.endswith(ENDINGS):
            raise ScenarioError(
                "ORE-SCN-012",
                f"'{shown(text)}' is not a scenario file.",
                why="no other kind of file is opened.",
                fix="name a file that ends in .yaml or .yml.",
            )
        return read_document(Path(source))
    if text in preset_names():
        return read_document(PRESETS_DIRECTORY / f"{text}.yaml", name=text)
    near = suggestion(text, preset_names())
    raise ScenarioError(
        "ORE-SCN-001",
        f"unknown scenario '{shown(text)}'.",
        why="there is no scenario of that name to run.",
        fix=f"{near} Use one of {', '.join(preset_names())}, or the path of a .yaml file.".strip(),
    )
