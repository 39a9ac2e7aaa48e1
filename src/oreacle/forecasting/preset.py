"""The scenario that a forecast runs, by whatever it is given.

Does      Reads a preset or a file for the world in use; the shipped baseline if none is named.
Units     None.
Method    None.
Assumes   The preset ``baseline`` ships with the package.
Not here  What a file may hold: see `oreacle.scenario.presets`.
"""

from __future__ import annotations

from pathlib import Path

from oreacle.scenario.names import name_book
from oreacle.scenario.presets import load_scenario
from oreacle.scenario.scenario import Scenario
from oreacle.world.load import load_world


def baseline(data: Path | None = None) -> Scenario:
    """Return the baseline scenario for the world in `data`."""
    return load_scenario("baseline", name_book(load_world(data)))


def chosen_scenario(scenario: Scenario | str | Path | None, data: Path | None = None) -> Scenario:
    """Return a scenario as given, by the name of a preset or by the path of a file.

    Raises
    ------
    ScenarioError
        As `oreacle.scenario.presets.load_scenario`.
    """
    if isinstance(scenario, Scenario):
        return scenario
    return (
        baseline(data) if scenario is None else load_scenario(scenario, name_book(load_world(data)))
    )
