"""The score of one class of events at one horizon.

Does      Holds all that is said of a class, and says which way it went.
Units     Each field says its own.
Method    Verdict: `worse` where the model has fewer bits than the best baseline, `better` where
          the interval of its gain lies above zero, else `not worse`; `rate only` without one.
Assumes   The best baseline was picked with hindsight, among seven, on the same windows: a hard
          bar, since no forecaster knew beforehand which it would be.
Not here  How it is made: see `oreacle.forecasting.scoring.scoreboard`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from oreacle.forecasting.scoring.measures import ReliabilityBin
from oreacle.forecasting.scoring.resampling import Estimate

BETTER, NOT_WORSE, WORSE, RATE_ONLY = "better", "not worse", "worse", "rate only"


@dataclass(frozen=True)
class ClassScore:
    """Scores of one class and horizon; gains are the model's over another forecaster.

    Attributes
    ----------
    event_class, horizon
        Name, and length of the windows [yr].
    first_origin, last_origin, origins
        Years at whose end forecasts were made, and how many.
    units, actors
        Forecasts (unit and window), and actors that occur.
    events
        Forecasts whose window holds an act.
    base_rate
        Events over units [1].
    bits, brier
        Mean log score [bits per unit] and Brier score [1] by forecaster.
    best_baseline
        The baseline with the best mean log score over all scored windows.
    gain_climatology, gain_best, market_gain
        Bits gained per event over climatology, the best baseline, and the model fitted without
        market features [bits].
    precision20, precision20_best
        Share of acts among the 20 likeliest units per origin, of the model and of the best
        baseline [1].
    lift
        Precision over that of a random pick at the same origins [1].
    expected_over_observed
        Sum of probabilities by events [1].
    slope, intercept
        Calibration of the log-odds: 1 and 0 are calibrated.
    reliability
        Expected and observed frequency by bins of probability.
    separate_windows
        Windows that fit beside each other in the span of origins: the years that there really are.
    verdict
        Against the best baseline.
    reason
        Why there is no verdict; "" if there is one.
    """

    event_class: str
    horizon: int
    first_origin: int
    last_origin: int
    origins: int
    units: int
    actors: int
    events: int
    base_rate: float
    bits: Mapping[str, float]
    brier: Mapping[str, float]
    best_baseline: str
    gain_climatology: Estimate
    gain_best: Estimate
    market_gain: Estimate
    precision20: float
    precision20_best: float
    lift: float
    expected_over_observed: Estimate
    slope: Estimate
    intercept: Estimate
    reliability: tuple[ReliabilityBin, ...]
    separate_windows: float
    verdict: str
    reason: str

    def as_dict(self) -> dict[str, Any]:
        """Return all fields as plain values; NaN is a number that is not known."""
        return asdict(self)


def verdict_of(gain: Estimate) -> str:
    """Return the verdict on a gain over the best baseline.

    Examples
    --------
    >>> verdict_of(Estimate(0.2, 0.1, 0.3)), verdict_of(Estimate(0.2, -0.1, 0.3))
    ('better', 'not worse')
    >>> verdict_of(Estimate(-0.1, -0.3, 0.1)), verdict_of(Estimate(0.2))
    ('worse', 'rate only')
    """
    if not gain.known:
        return RATE_ONLY
    if gain.value < 0.0:
        return WORSE
    return BETTER if gain.low > 0.0 else NOT_WORSE
