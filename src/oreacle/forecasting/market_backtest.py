"""The market backtest: past measures, predicted from what was known before them.

Does      Fits on cases before a stated year, predicts all, scores them beside four naive rules.
Units     Errors and skills of 1; log prices.
Method    Skill is 1 - error / error of the naive rule that turned out best in that case, which is
          a hard bar: it is chosen with hindsight. Drift is fitted on windows without a measure,
          the rest on the early cases, and the model to report is chosen by them alone.
          `volume`: the restricted flow after the measure is given, as the naive rules know it.
          `announced`: its share that goes on is drawn from the early cases of the same class.
Assumes   Cases are independent; some share a commodity.
Not here  The kernel: `oreacle.market`. Words and tables: `oreacle.present.backtest_text`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from oreacle.core.errors import RunError
from oreacle.core.streams import member_stream
from oreacle.forecasting.market_models import (
    EQUILIBRIUM_DRIFT,
    MODELS,
    RESAMPLES,
    SEED,
    SUMS,
    Fitted,
    choose,
    errors_of,
    points_of,
    responses_at,
)
from oreacle.forecasting.market_windows import DriftFit
from oreacle.market.case_market import clear_case
from oreacle.market.case_rules import Drift, naive_rules, shares, without_measure
from oreacle.market.case_score import CaseError, case_error, placebo_drift
from oreacle.market.cases import CaseOutcome, MarketCase

FIT_BEFORE = 2016
FEWEST = 3
"""Early cases without which nothing can be fitted."""
FEWEST_RESAMPLED = 5
"""Cases without which resampling says nothing: one case resampled is itself each time."""
LARGE_SHOCK = 0.3
LOW, HIGH = 0.05, 0.95
PRICE_LOW, PRICE_HIGH = 0.1, 0.9
PARTIAL = frozenset({"export_tax", "export_quota", "export_licensing"})
"""Measures that let trade go on at a cost; the others stop it, or lift a stop."""
LIFTED = (0.2, 0.35, 0.5, 0.65, 0.8, 0.95)
"""Share of the former flow that comes back after a lifting: assumed, no early case shows it [1]."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Announced:
    """A case predicted from the measure as announced.

    Attributes
    ----------
    remaining
        Shares that may go on, the draws [1].
    error
        Of the mean prediction over the draws.
    low, high
        World error over the draws, 5 and 95 % [1].
    naive
        Best naive rule on the same announcement: persistence, full removal (full return after a
        lifting), and refill.
    """

    remaining: tuple[float, ...]
    error: CaseError
    low: float
    high: float
    naive: CaseError


@dataclass(frozen=True)
class CaseResult:
    """All that is said of one case.

    Attributes
    ----------
    case, measure, year, fitted
        Label, words, year, and True if it was fitted on.
    shock_to_normal
        Size of the shock over usual change [1].
    newcomers
        Share of the outcome in pairs that no rule could name [1].
    drift
        Error of persistence in a window without the measure.
    naive, models
        Errors by rule and by model.
    low, high
        World error of each model over the resampled fits, 5 and 95 % [1].
    price, price_low, price_high, price_seen
        Log change of the world price: predicted, its 80 % interval, and that of the unit value.
    announced
        The same case as announced.
    """

    case: str
    measure: str
    year: int
    fitted: bool
    shock_to_normal: float
    newcomers: float
    drift: CaseError
    naive: dict[str, CaseError]
    models: dict[str, CaseError]
    low: dict[str, float]
    high: dict[str, float]
    price: float
    price_low: float
    price_high: float
    price_seen: float
    announced: Announced

    def best_naive(self, part: str = "world") -> float:
        """Return the least error of the naive rules, chosen with hindsight."""
        return float(min(getattr(error, part) for error in self.naive.values()))

    def skill(self, model: str, part: str = "world") -> float:
        """Return 1 - error / error of the best naive rule; NaN where that rule missed nothing."""
        return skill_of(getattr(self.models[model], part), self.best_naive(part))


def skill_of(error: float, naive: float) -> float:
    """Return the skill of an error over that of a naive rule.

    Examples
    --------
    >>> skill_of(0.1, 0.2), skill_of(0.1, 0.0)
    (0.5, nan)
    """
    return 1.0 - error / naive if naive > 0.0 else float("nan")


@dataclass(frozen=True)
class Backtest:
    """A whole backtest.

    Attributes
    ----------
    fit_before
        Cases before this year were fitted on.
    drift
        What the windows without a measure gave.
    fits
        Chosen parameters by model.
    main
        The model with the least mean ratio on the early cases.
    results
        By case, in the order of dates.
    """

    fit_before: int
    drift: DriftFit
    fits: dict[str, Fitted]
    main: str
    results: tuple[CaseResult, ...]


@dataclass(frozen=True)
class _Scored:
    """A case with the errors of every rule, and of every model at every point of its grid."""

    case: MarketCase
    outcome: CaseOutcome
    naive: dict[str, CaseError]
    models: dict[str, tuple[CaseError, ...]]


def run_backtest(
    cases: Sequence[MarketCase],
    outcomes: Mapping[str, CaseOutcome],
    drift: DriftFit,
    *,
    fit_before: int = FIT_BEFORE,
    lessons: tuple[Sequence[MarketCase], Mapping[str, CaseOutcome]] | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Return predictions and scores of all cases.

    Parameters
    ----------
    cases, outcomes
        Cases to predict, and what came out of them, by label.
    drift
        Fit of drift on windows before `fit_before`.
    fit_before
        Cases before this year may be fitted on.
    lessons
        Cases to fit on and their outcomes; None for the early ones among `cases`.
    progress
        Called with cases done and in all.

    Raises
    ------
    RunError
        ORE-RUN-090 if fewer than three cases can be fitted on.
    MarketError
        ORE-MKT-002 if the market of a case does not clear.
    """
    taught, known = (cases, outcomes) if lessons is None else lessons
    early = [case for case in taught if case.year < fit_before]
    _refuse_few(early, fit_before)
    say = progress or _silent
    steps = len(cases) + (0 if lessons is None else len(early))
    scored = []
    for done, case in enumerate(cases):
        say(done, steps)
        scored.append(_score(case, outcomes[case.case], drift.drift))
    if lessons is None:
        learnt = [one for one in scored if one.case.year < fit_before]
    else:
        learnt = []
        for done, case in enumerate(early):
            say(len(cases) + done, steps)
            learnt.append(_score(case, known[case.case], drift.drift))
    fits = {
        m: choose(m, [one.models[m] for one in learnt], [one.naive for one in learnt])
        for m in MODELS
    }
    names = {case.case for case in early}
    results = tuple(
        _result(one, drift, fits, early, fitted=one.case.case in names) for one in scored
    )
    say(steps, steps)
    main = min(fits, key=lambda model: fits[model].ratio)
    return Backtest(fit_before, drift, fits, main, results)


def median_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Return the median and its 90 % interval over resampled cases; NaN bounds for a handful.

    Examples
    --------
    >>> median_interval([0.1] * 5)
    (0.1, 0.1, 0.1)
    >>> median_interval([0.1])
    (0.1, nan, nan)
    """
    known = np.array([value for value in values if np.isfinite(value)])
    if not known.size:
        return float("nan"), float("nan"), float("nan")
    if known.size < FEWEST_RESAMPLED:
        return float(np.median(known)), float("nan"), float("nan")
    drawn = member_stream(SEED, 1).integers(0, known.size, (RESAMPLES * 5, known.size))
    medians = np.median(known[drawn], axis=1)
    low, high = np.quantile(medians, (LOW, HIGH))
    return float(np.median(known)), float(low), float(high)


def _score(case: MarketCase, outcome: CaseOutcome, drift: Drift) -> _Scored:
    return _Scored(
        case,
        outcome,
        {name: case_error(case, flows, outcome) for name, flows in naive_rules(case).items()},
        errors_of(case, drift, outcome),
    )


def _result(
    one: _Scored,
    drift: DriftFit,
    fits: Mapping[str, Fitted],
    early: Sequence[MarketCase],
    *,
    fitted: bool,
) -> CaseResult:
    case = one.case
    spread = {
        m: np.quantile([one.models[m][k].world for k in fit.again], (LOW, HIGH))
        for m, fit in fits.items()
    }
    price, price_low, price_high = _price(case, drift, fits[EQUILIBRIUM_DRIFT])
    return CaseResult(
        case=case.case,
        measure=case.measure,
        year=case.year,
        fitted=fitted,
        shock_to_normal=case.shock_to_normal,
        newcomers=float(one.outcome.newcomers.sum()),
        drift=placebo_drift(case),
        naive=one.naive,
        models={m: one.models[m][points_of(m).index(fit.point)] for m, fit in fits.items()},
        low={m: float(ends[0]) for m, ends in spread.items()},
        high={m: float(ends[1]) for m, ends in spread.items()},
        price=price,
        price_low=price_low,
        price_high=price_high,
        price_seen=one.outcome.unit_value_change,
        announced=_announced(one, drift.drift, fits[EQUILIBRIUM_DRIFT], early),
    )


def _price(case: MarketCase, drift: DriftFit, fit: Fitted) -> tuple[float, float, float]:
    """Return the log price predicted and its 80 % interval: elasticities and usual moves."""
    base = without_measure(case, drift.drift)
    responses = [responses_at(fit.point, total) for total in SUMS]
    prices = clear_case(case, base, [case.volume] * len(SUMS), responses).price
    moves = drift.moves if drift.moves.size else np.zeros(1)
    low, high = np.quantile(prices[:, None] + moves[None, :], (PRICE_LOW, PRICE_HIGH))
    return float(prices[len(SUMS) // 2]), float(low), float(high)


def announced_remaining(case: MarketCase, early: Sequence[MarketCase]) -> tuple[float, ...]:
    """Return the draws of the share that goes on, from early cases of the same class.

    A case never draws from itself. After a lifting the draws are the assumed ones.
    """
    if case.is_lifting:
        return LIFTED
    same = [
        other.remaining
        for other in early
        if other.case != case.case
        and not other.is_lifting
        and (other.kind in PARTIAL) == (case.kind in PARTIAL)
    ]
    return tuple(sorted(same)) or (0.0, 0.25, 0.5)


def _announced(one: _Scored, drift: Drift, fit: Fitted, early: Sequence[MarketCase]) -> Announced:
    case, outcome = one.case, one.outcome
    draws = announced_remaining(case, early)
    former = float(case.reference[case.restricted].sum())
    flows = clear_case(
        case,
        without_measure(case, drift),
        [share * former for share in draws],
        [responses_at(fit.point)] * len(draws),
    ).flows
    predicted = [shares(flow) for flow in flows]
    worlds = [case_error(case, part, outcome).world for part in predicted]
    low, high = np.quantile(worlds, (LOW, HIGH))
    full = replace(case, remaining=1.0 if case.is_lifting else 0.0)
    rules = [
        case_error(case, rule, outcome)
        for name, rule in naive_rules(full).items()
        if name != "refill_trend" and rule.sum() > 0.0
    ]
    return Announced(
        remaining=draws,
        error=case_error(case, np.mean(predicted, axis=0), outcome),
        low=float(low),
        high=float(high),
        naive=CaseError(
            min(rule.world for rule in rules),
            min(rule.affected for rule in rules),
            min(rule.origins for rule in rules),
        ),
    )


def _refuse_few(early: Sequence[MarketCase], fit_before: int) -> None:
    if len(early) < FEWEST:
        raise RunError(
            "ORE-RUN-090",
            f"{len(early)} cases are dated before {fit_before}; at least {FEWEST} are fitted on.",
            why="parameters of fewer would say nothing of the cases after them.",
            fix="name a later year with --fit-before.",
        )


def _silent(_done: int, _total: int) -> None:
    """Take no notice."""
