"""The long-run level of acts in a forecast.

Does      Moves the constant of a model so that a run forward neither swells nor dies out.
Units     Acts per year; shifts in log-odds.
Method    With markets as last known and unchanged prices, acts are run forward for sixteen years
          at their expected values (each year's probabilities enter the memory of the next); the
          constant is moved until their yearly mean is that of the last ten observed years.
Assumes   The last ten years are the long-run level of reported acts. Memory of the early years
          is too short because the chronicle is thin there; without this step the models would
          answer the fuller memory of later years with ever more acts.
Not here  Slopes: see `oreacle.relations.levels`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oreacle.core.errors import RelationsError
from oreacle.engine.features import restriction_at_risk, restriction_features
from oreacle.engine.features_agreements import (
    agreement_at_risk,
    agreement_features,
    demand_side,
)
from oreacle.engine.inputs import FeatureInputs, advance_memory
from oreacle.forecasting.fit_rows import AGREEMENT, RESTRICTION
from oreacle.relations.levels import LevelPath
from oreacle.relations.model import ActModel

FORWARD_YEARS = 16
"""Length of the run [yr]: to the default horizon of a forecast."""
MOST_STEPS = 40
FIRST_DAMPING = 0.8
"""Share of the gap that a step closes; halved for a draw that overshoots [1]."""
CLOSENESS = 1e-3
"""Largest relative gap between run and target [1]."""


def at_long_run_level(
    model: ActModel, inputs: FeatureInputs, target: np.ndarray, path: LevelPath
) -> ActModel:
    """Return the model with constants at which the forward run meets its target.

    Parameters
    ----------
    model
        `restriction_act` or `agreement_act`.
    inputs
        What is known in the first year of the run.
    target : ndarray (draw,)
        Acts per year of the last observed years, by draw.
    path
        How the level of the last year fades: it is part of the run.

    Raises
    ------
    RelationsError
        ORE-REL-011 if no constant meets the target.
    """
    moved, before = model, np.zeros(len(target))
    damping = np.full(len(target), FIRST_DAMPING)
    for _ in range(MOST_STEPS):
        gap = np.log(target) - np.log(forward_acts(moved, inputs, path))
        if np.abs(gap).max() < CLOSENESS:
            return moved
        damping = np.where(gap * before < 0.0, 0.5 * damping, damping)
        draws = moved.draws.copy()
        draws[:, 0] += damping * gap
        moved, before = replace(moved, draws=draws), gap
    raise RelationsError(
        "ORE-REL-011",
        f"no constant of '{model.name}' gives the long-run level.",
        why="the model would forecast a level that nobody has seen.",
        fix="look at the features of the last year: one may lie far outside the fitting rows.",
    )


def forward_acts(
    model: ActModel, inputs: FeatureInputs, path: LevelPath, years: int = FORWARD_YEARS
) -> np.ndarray:
    """Return expected acts per year of a run at expected values, shape (draw,)."""
    draws = np.arange(len(model.draws))
    step = {RESTRICTION: _restriction_step, AGREEMENT: _agreement_step}[model.name]
    total, known = np.zeros(len(draws)), inputs
    for year in range(years):
        expected, known = step(model, known, draws, path.offset(year + 1))
        total += expected
        market = known.market
        known = replace(
            known,
            market=replace(
                market,
                price_change_1=np.zeros_like(market.price_change_1),
                price_change_3=np.zeros_like(market.price_change_3),
            ),
        )
    return total / years


def _restriction_step(
    model: ActModel, known: FeatureInputs, draws: np.ndarray, offset: float
) -> tuple[np.ndarray, FeatureInputs]:
    chance = model.probability(
        _wide(restriction_features(known), draws),
        draws,
        at_risk=_wide(restriction_at_risk(known), draws),
        offset=offset,
    )
    memory = known.memory
    later = advance_memory(
        memory, chance, np.zeros_like(memory.link_acts), np.zeros_like(memory.pair_acts)
    )
    kept = replace(memory, own_acts=later.own_acts, last_year=later.last_year)
    return chance.sum(axis=-1), replace(known, memory=kept)


def _agreement_step(
    model: ActModel, known: FeatureInputs, draws: np.ndarray, offset: float
) -> tuple[np.ndarray, FeatureInputs]:
    demand = demand_side(known)
    chance = model.probability(
        _wide(agreement_features(known, demand), draws),
        draws,
        at_risk=_wide(agreement_at_risk(known, demand), draws),
        offset=offset,
    )
    memory = known.memory
    pairs = np.zeros((len(draws), len(known.actors), len(known.actors)))
    pairs[:, demand, :] = chance
    pairs += np.swapaxes(pairs, 1, 2)
    later = advance_memory(
        memory, np.zeros_like(memory.own_acts), np.zeros_like(memory.link_acts), pairs
    )
    kept = replace(memory, pair_acts=later.pair_acts)
    return chance.sum(axis=(-2, -1)), replace(known, memory=kept)


def _wide(array: np.ndarray, draws: np.ndarray) -> np.ndarray:
    return np.broadcast_to(array, (len(draws), *array.shape[1:]))
