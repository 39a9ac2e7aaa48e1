"""A short run on the embedded world that engine tests share."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from threadpoolctl import threadpool_limits

from oreacle.engine.block import BlockResult, run_block
from oreacle.engine.setting import Setting, make_setting
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


def run(chosen: Setting, members: tuple[int, ...] = (0, 1, 2, 3), seed: int = 1) -> BlockResult:
    """Run a few members."""
    with threadpool_limits(limits=1):
        return run_block(chosen, np.array(members), seed)


@cache
def baseline() -> BlockResult:
    """Return the first four members of the baseline."""
    return run(setting())
