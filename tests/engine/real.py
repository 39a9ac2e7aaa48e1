"""A short run on the embedded world that engine tests share."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from threadpoolctl import threadpool_limits

from oreacle.data.mechanisms import mechanisms
from oreacle.engine.block import BlockResult, run_block
from oreacle.engine.setting import Setting, make_setting
from oreacle.relations.levels import LevelPath
from oreacle.scenario.scenario import Scenario, ScheduledPolicy

LAST_YEAR = 2027


@cache
def setting() -> Setting:
    """Return the baseline setting to 2027."""
    return make_setting(Scenario("test", "A short run.", "STEPS", LAST_YEAR))


def with_policies(*policies: ScheduledPolicy) -> Setting:
    """Return the setting with imposed policies."""
    scenario = Scenario("test", "A short run.", "STEPS", LAST_YEAR, policies)
    return replace(setting(), scenario=scenario)


def without_mechanisms(chosen: Setting) -> Setting:
    """Return a setting in which every mechanism is off."""
    names = tuple(str(name) for name in mechanisms()["mechanism"])
    return replace(chosen, scenario=replace(chosen.scenario, off=names))


def silent(chosen: Setting, *names: str) -> Setting:
    """Return a setting in which nobody acts in some classes; in none at all without names."""
    never = LevelPath(last=-1000.0, persistence=1.0, spread=0.0)
    which = names or tuple(chosen.levels)
    last = {name: np.full_like(chosen.last_levels[name], never.last) for name in which}
    return replace(
        chosen,
        levels={**chosen.levels, **dict.fromkeys(which, never)},
        last_levels={**chosen.last_levels, **last},
    )


def run(chosen: Setting, members: tuple[int, ...] = (0, 1, 2, 3), seed: int = 1) -> BlockResult:
    """Run a few members."""
    with threadpool_limits(limits=1):
        return run_block(chosen, np.array(members), seed)


@cache
def baseline() -> BlockResult:
    """Return the first four members of the baseline."""
    return run(setting())
