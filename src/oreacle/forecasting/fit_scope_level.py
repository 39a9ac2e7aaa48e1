"""The level of the scope: how many links an act covers.

Does      Moves the constant of the scope model so that an act covers as many links as in the last
          observed years.
Units     Links per act; shifts in log-odds.
Method    Bisection, draw by draw, on the mean number of links covered given that one is, over the
          actors at risk weighted by their probability to act. Without this step acts would grow:
          the fit sees only acts that cover a link and is then conditioned on that again, and the
          memory of recent acts is fuller than that of the fitting rows.
Assumes   The last ten years are the long-run level.
Not here  The level of acts: see `oreacle.forecasting.fit_level`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oreacle.core.errors import RelationsError
from oreacle.engine.features import (
    links_at_risk,
    restriction_at_risk,
    restriction_features,
    scope_features,
    scope_offset,
)
from oreacle.engine.inputs import FeatureInputs
from oreacle.forecasting.fit_rows import FitRows
from oreacle.relations.logistic import sigmoid
from oreacle.relations.model import ActModel
from oreacle.relations.sampling import nonempty_inclusion

LARGEST_SHIFT = 8.0
BISECTIONS = 40


def links_per_act(rows: FitRows, last_years: int) -> float:
    """Return the mean number of links covered by an act of the last years of the rows.

    Raises
    ------
    RelationsError
        ORE-REL-011 if there was no act.
    """
    recent = rows.year > rows.year.max() - last_years
    acts = {(int(y), str(u)) for y, u in zip(rows.year[recent], rows.unit[recent], strict=True)}
    if not acts:
        raise RelationsError(
            "ORE-REL-011",
            f"no act in the last {last_years} years of '{rows.model}'.",
            why="the number of links that an act covers has no level.",
            fix="use a longer window.",
        )
    return float(rows.outcome[recent].sum() / len(acts))


def at_scope_level(
    scope: ActModel, act: ActModel, inputs: FeatureInputs, target: float
) -> ActModel:
    """Return the scope model whose acts cover `target` links on average, in every draw.

    Parameters
    ----------
    scope, act
        The two models of a restriction, with equally many draws.
    inputs
        What is known in the first year of a run.
    target
        Links per act, above one.
    """
    draws = np.arange(len(scope.draws))
    log_odds, weight = _first_year(scope, act, inputs, draws)
    low, high = np.full(len(draws), -LARGEST_SHIFT), np.full(len(draws), LARGEST_SHIFT)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2.0
        many = _mean_links(log_odds, weight, middle) > target
        low, high = np.where(many, low, middle), np.where(many, middle, high)
    moved = scope.draws.copy()
    moved[:, 0] += (low + high) / 2.0
    return replace(scope, draws=moved)


def _first_year(
    scope: ActModel, act: ActModel, inputs: FeatureInputs, draws: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return log-odds of links (draw, actor, link; -inf off risk) and weights (draw, actor)."""

    def wide(array: np.ndarray) -> np.ndarray:
        return np.broadcast_to(array, (len(draws), *array.shape[1:]))

    risk = links_at_risk(inputs)
    chance = scope.probability(
        wide(scope_features(inputs)), draws, at_risk=wide(risk), offset=wide(scope_offset(risk))
    )
    flat = chance.reshape(*chance.shape[:2], -1)
    with np.errstate(divide="ignore"):
        log_odds = np.log(flat) - np.log1p(-flat)
    weight = act.probability(
        wide(restriction_features(inputs)), draws, at_risk=wide(restriction_at_risk(inputs))
    )
    return log_odds, weight


def _mean_links(log_odds: np.ndarray, weight: np.ndarray, shift: np.ndarray) -> np.ndarray:
    chance = sigmoid(log_odds + shift[:, None, None])
    links = nonempty_inclusion(chance).sum(axis=-1)
    return np.asarray((weight * links).sum(axis=-1) / weight.sum(axis=-1))
