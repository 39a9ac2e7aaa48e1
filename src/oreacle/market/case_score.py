"""Errors of predicted trade shares, in the world and for the buyers that a measure hits.

Does      Gives the total-variation error of a prediction, and the drift of a window without a
          measure that every prediction has to live with.
Units     Shares of 1.
Method    Half the sum of absolute differences of shares: of world trade; of the columns of the
          affected importers taken together; and of each affected importer's origins, averaged.
Assumes   A pair with a country that no prediction could know counts as missed in full.
Not here  What is compared with what: see `oreacle.forecasting.market_backtest`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.market.case_rules import shares
from oreacle.market.cases import CaseOutcome, MarketCase


@dataclass(frozen=True)
class CaseError:
    """Errors of one prediction of one case [1].

    Attributes
    ----------
    world
        Of all pairs' shares of world trade.
    affected
        Of all pairs of the affected importers, as shares of their purchases together.
    origins
        Of the change of origin shares of each affected importer, mean over them.
    """

    world: float
    affected: float
    origins: float

    def minus(self, other: CaseError) -> CaseError:
        """Return the errors less those of another prediction."""
        return CaseError(
            self.world - other.world, self.affected - other.affected, self.origins - other.origins
        )


def case_error(case: MarketCase, predicted: np.ndarray, outcome: CaseOutcome) -> CaseError:
    """Return the errors of a prediction.

    Parameters
    ----------
    case
        The case.
    predicted
        Flows or shares, shape (exporter, importer).
    outcome
        What came out.
    """
    return _errors(case, predicted, outcome.shares, outcome.newcomers)


def placebo_drift(case: MarketCase) -> CaseError:
    """Return the error of persistence over the last years before the measure.

    The window runs from the first to the last of the three years before, two years, like the
    usual distance from base to outcome: no rule that knows of no measure does better by much.
    """
    recent = case.recent
    nobody = np.zeros(len(case.importers) + 1)
    return _errors(case, recent[0], recent[-1], nobody)


def _errors(
    case: MarketCase, predicted: np.ndarray, actual: np.ndarray, newcomers: np.ndarray
) -> CaseError:
    columns = list(case.affected)
    world = _variation(shares(predicted), actual, newcomers.sum())
    if not columns:
        return CaseError(world, float("nan"), float("nan"))
    each = [_column_error(predicted[:, [j]], actual[:, [j]], newcomers[[j]]) for j in columns]
    return CaseError(
        world,
        _column_error(predicted[:, columns], actual[:, columns], newcomers[columns]),
        float(np.mean(each)),
    )


def _column_error(predicted: np.ndarray, actual: np.ndarray, newcomers: np.ndarray) -> float:
    total = actual.sum() + newcomers.sum()
    if total <= 0.0:  # who buys nothing any more has no origins: nothing there to predict
        return float(predicted.sum() > 0.0)
    return _variation(shares(predicted), actual / total, newcomers.sum() / total)


def _variation(predicted: np.ndarray, actual: np.ndarray, unseen: float) -> float:
    return float(0.5 * (np.abs(predicted - actual).sum() + unseen))
