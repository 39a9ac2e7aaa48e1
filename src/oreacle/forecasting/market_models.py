"""Models of who sells to whom after a measure, and their parameters, fitted on early cases.

Does      Gives the predictions of each model over a grid of parameters, and chooses the point.
Units     Shares of world trade [1]; log prices.
Method    Five models: the market on the flows of the base years; the market on flows with drift;
          partial refill on flows with drift; the mean of these two; the median of drift, removal
          and refill. The point of
          the grid with the least mean ratio to the best naive rule over the cases to fit on.
          Intervals come from choosing again on resampled cases.
Assumes   Elasticities of supply and demand matter for flows by their ratio: their sum is held at
          0.5, what platinum in 2008 showed over a year.
Not here  The windows that drift is fitted on: `market_windows`. Scores: `market_backtest`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from oreacle.core.streams import member_stream
from oreacle.market.case_market import Responses, clear_case
from oreacle.market.case_rules import (
    PERSISTENT,
    Drift,
    median_rule,
    partial_refill,
    shares,
    without_measure,
)
from oreacle.market.case_score import CaseError, case_error
from oreacle.market.cases import CaseOutcome, MarketCase

ELASTICITY_SUM = 0.5
SUMS = (0.3, 0.5, 1.0)
"""Elasticities of supply and demand together: 0.5 from platinum in 2008 over a year; 0.3 and 1.0
are the short priors and the longer run of the published estimates [1]."""
SUBSTITUTIONS = (0.5, 2.0, 6.0)
REFILLS = (0.05, 0.2, 0.4, 0.7)
"""Share of the supply elasticity in the sum: what others make up of a loss [1]."""
PARTS = (0.0, 0.25, 0.5, 0.75, 1.0)
RESAMPLES = 200
SEED = 1
EQUILIBRIUM = "equilibrium"
EQUILIBRIUM_DRIFT = "equilibrium_drift"
PARTIAL_REFILL = "partial_refill"
MEAN = "mean"
MEDIAN = "median"
MODELS = (EQUILIBRIUM, EQUILIBRIUM_DRIFT, PARTIAL_REFILL, MEAN, MEDIAN)

Point = tuple[float, ...]


@dataclass(frozen=True)
class Fitted:
    """A model's chosen parameters.

    Attributes
    ----------
    model
        Name.
    point
        (substitution, refill), (part,), all three, or () [1].
    ratio
        Mean over the cases fitted on of its error over that of the best naive rule [1].
    again
        Index of the point chosen in each resample of the cases, shape (resample,).
    """

    model: str
    point: Point
    ratio: float
    again: np.ndarray


def responses_at(point: Point, total: float = ELASTICITY_SUM) -> Responses:
    """Return the responses of a point (substitution, refill) at a sum of elasticities."""
    substitution, refill = point
    return Responses(substitution, refill * total, (1.0 - refill) * total)


def points_of(model: str) -> tuple[Point, ...]:
    """Return the grid of a model."""
    market, parts = tuple(product(SUBSTITUTIONS, REFILLS)), tuple((part,) for part in PARTS)
    grids: dict[str, tuple[Point, ...]] = {
        EQUILIBRIUM: market,
        EQUILIBRIUM_DRIFT: market,
        PARTIAL_REFILL: parts,
        MEAN: tuple((*point, *part) for point in market for part in parts),
        MEDIAN: ((),),
    }
    return grids[model]


def predictions(case: MarketCase, drift: Drift) -> dict[str, np.ndarray]:
    """Return the predicted shares by model, shape (point, exporter, importer) each."""
    on_base = _cleared(case, without_measure(case, PERSISTENT))
    on_drift = _cleared(case, without_measure(case, drift))
    refill = np.stack([shares(partial_refill(case, drift, part)) for part in PARTS])
    both = 0.5 * (on_drift[:, None] + refill[None, :])
    return {
        EQUILIBRIUM: on_base,
        EQUILIBRIUM_DRIFT: on_drift,
        PARTIAL_REFILL: refill,
        MEAN: both.reshape(-1, *refill.shape[1:]),
        MEDIAN: shares(median_rule(case, drift))[None],
    }


def errors_of(
    case: MarketCase, drift: Drift, outcome: CaseOutcome
) -> dict[str, tuple[CaseError, ...]]:
    """Return the errors of each model at each point of its grid."""
    return {
        model: tuple(case_error(case, one, outcome) for one in found)
        for model, found in predictions(case, drift).items()
    }


def _cleared(case: MarketCase, base: np.ndarray) -> np.ndarray:
    points = points_of(EQUILIBRIUM)
    responses = [responses_at(point) for point in points]
    flows = clear_case(case, base, [case.volume] * len(points), responses).flows
    return np.stack([shares(flow) for flow in flows])


def choose(
    model: str, errors: Sequence[Sequence[CaseError]], naive: Sequence[Mapping[str, CaseError]]
) -> Fitted:
    """Return the point with the least mean ratio over the cases to fit on.

    Parameters
    ----------
    model
        Name.
    errors
        Errors by case and point.
    naive
        Errors of the naive rules by case.
    """
    best = np.array([min(error.world for error in rules.values()) for rules in naive])
    ratios = np.array([[error.world for error in row] for row in errors]) / best[:, None]
    mean = ratios.mean(axis=0)
    stream = member_stream(SEED, 0)
    drawn = stream.integers(0, len(ratios), (RESAMPLES, len(ratios)))
    again = ratios[drawn].mean(axis=1).argmin(axis=1)
    k = int(mean.argmin())
    return Fitted(model, points_of(model)[k], float(mean[k]), again)
