"""All forecasts that can be made at one origin from records up to it.

Does      Runs the engine for each mineral and form, and sets the baselines beside it.
Units     Log price changes from the origin; shares of output [1].
Method    See `.forward`, `.variants`, `.baselines`. Forms share their draws.
Assumes   The records end at the origin: nothing here could see further.
Not here  What happened: see `.price_scores` and `.share_scores`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from oreacle.engine.settings import EngineSettings
from oreacle.forecasting.backcast.baselines import (
    PERSISTENCE,
    RANDOM_WALK,
    REVERSION,
    Normal,
    mean_reversion,
    persistence,
    random_walk,
)
from oreacle.forecasting.backcast.forward import (
    YEARS,
    Course,
    Launch,
    Luck,
    launch,
    luck_of,
    run_forward,
)
from oreacle.forecasting.backcast.known import Known, drift_of, known_at
from oreacle.forecasting.backcast.origin_market import origin_world
from oreacle.forecasting.backcast.records import Records
from oreacle.forecasting.backcast.use_paths import trend_use
from oreacle.forecasting.backcast.variants import AS_IT_IS, Variant, blended
from oreacle.world.snapshot import World

POOLED_WALK = "pooled random walk"


@dataclass(frozen=True)
class Plan:
    """How a backcast is run.

    Attributes
    ----------
    base
        World of the base year, for its parameters.
    settings
        Assumptions of the engine.
    members
        Size of the ensembles.
    seed
        Root seed; each origin adds its year.
    """

    base: World
    settings: EngineSettings
    members: int = 100
    seed: int = 0


@dataclass(frozen=True)
class Foreseen:
    """Forecasts of one mineral at one origin.

    Attributes
    ----------
    known, start, luck
        What they rest on.
    ensembles
        Log price changes by name of the form, shape (member, year) [log points].
    normals
        Baselines by name and horizon.
    course
        The run of the engine as it is: output by node.
    """

    known: Known
    start: Launch
    luck: Luck
    ensembles: Mapping[str, np.ndarray]
    normals: Mapping[str, tuple[Normal, ...]]
    course: Course


def foresee(
    records: Records, minerals: Sequence[str], variants: Sequence[Variant], plan: Plan
) -> dict[str, Foreseen]:
    """Return the forecasts of each mineral at the end of the records.

    Parameters
    ----------
    records
        Cut at the origin.
    minerals
        Slugs. Those without a price series are run as the engine is, for their output.
    variants
        Forms of the price forecast.
    plan
        How it is run.
    """
    origin = records.last_year
    known = known_at(records, minerals)
    drift = drift_of(records.actor_shares)
    world = origin_world(plan.base, known, origin)
    numbers = {mineral: k for k, mineral in enumerate(plan.base.chains)}
    found = {}
    for mineral, one in known.items():
        start = launch(world, one, drift, plan.settings, plan.members)
        luck = luck_of(plan.seed + origin, numbers[mineral], plan.members, start)
        priced = mineral in records.prices.columns
        asked = variants if priced else ()
        courses = _courses(start, luck, one, asked)
        found[mineral] = Foreseen(
            one,
            start,
            luck,
            {form.name: _ensemble(form, courses[form.run], one, luck) for form in asked},
            _normals(one, np.log(records.prices[mineral].to_numpy(dtype=float))) if priced else {},
            courses[AS_IT_IS.run],
        )
    return found


def _courses(
    start: Launch, luck: Luck, known: Known, variants: Sequence[Variant]
) -> dict[tuple[float, bool], Course]:
    """Return the runs that the forms need, each once; the engine as it is among them."""
    use = trend_use(known.trend, luck.trend)
    wider = replace(start, shock=start.shock * known.pooled_volatility / known.volatility)
    wanted = {AS_IT_IS.run, *(form.run for form in variants)}
    return {
        (gap, is_pooled): run_forward(wider if is_pooled else start, luck, use, gap * known.gap)
        for gap, is_pooled in sorted(wanted)
    }


def _ensemble(form: Variant, course: Course, known: Known, luck: Luck) -> np.ndarray:
    if not form.is_blended:
        return course.log_price
    size = known.pooled_volatility if form.is_pooled else known.volatility
    years = np.sqrt(np.arange(1, YEARS + 1))
    return blended(course.log_price, size * years * luck.shock[:, :1])


def _normals(known: Known, log_price: np.ndarray) -> dict[str, tuple[Normal, ...]]:
    horizons = range(1, YEARS + 1)
    size, wide = known.volatility, known.pooled_volatility
    return {
        RANDOM_WALK: tuple(random_walk(size, h) for h in horizons),
        POOLED_WALK: tuple(random_walk(wide, h) for h in horizons),
        REVERSION: tuple(mean_reversion(log_price, size, h) for h in horizons),
        PERSISTENCE: tuple(persistence() for _ in horizons),
    }
