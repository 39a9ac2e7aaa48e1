"""The scenario that a forecast runs when none is named.

Does      Reads the shipped baseline for the world in use.
Units     None.
Method    None.
Assumes   The preset ``baseline`` ships with the package.
Not here  Other scenarios: see `oreacle.scenario.presets`.
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
