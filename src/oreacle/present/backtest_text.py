"""The market backtest in the terminal: case by case, then in sum, then what was fitted.

Does      Draws errors, skills with intervals, prices, and the case as announced.
Units     Errors and skills of 1, price moves in per cent.
Method    Cases in order of date; those fitted on are marked. Losses stand beside gains.
Assumes   Skill is 1 - error / error of the naive rule that turned out best in the case.
Not here  The numbers: see `oreacle.forecasting.market_backtest`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.console import RenderableType

from oreacle.forecasting.market_backtest import (
    LARGE_SHOCK,
    Backtest,
    CaseResult,
    median_interval,
    skill_of,
)
from oreacle.forecasting.market_models import EQUILIBRIUM_DRIFT, MODELS
from oreacle.present.table_view import Cell, Column, TableView
from oreacle.present.terminal import DrawnTable, Page, heading, paragraph

NAMES = {
    "equilibrium": "market on base years",
    "equilibrium_drift": "market on drift",
    "partial_refill": "partial refill on drift",
    "mean": "mean of market and refill",
    "median": "median of rules",
}
RULES = {
    "persistence": "persist.",
    "removal": "removal",
    "refill": "refill",
    "refill_trend": "trend",
}
POINT_NAMES: dict[int, tuple[str, ...]] = {
    0: (),
    1: ("refill share",),
    2: ("substitution", "supply share of the elasticities"),
    3: ("substitution", "supply share of the elasticities", "refill share"),
}
PARTS = ("world", "affected", "origins")


def backtest_text(backtest: Backtest) -> RenderableType:
    """Return a backtest to print with a rich console.

    Parameters
    ----------
    backtest
        From `oreacle.forecasting.market_backtest.run_backtest`.
    """
    views = (
        _case_view(backtest),
        _model_view(backtest),
        _price_view(backtest),
        _announced_view(backtest),
        _summary_view(backtest),
    )
    return Page(
        (
            *(DrawnTable(view, rest="--json shows them") for view in views),
            heading("What was fitted on what"),
            *(paragraph(f"- {line}") for line in fit_sentences(backtest)),
            heading("In short"),
            *(paragraph(f"- {line}") for line in verdict_sentences(backtest)),
        )
    )


def groups(backtest: Backtest) -> list[tuple[str, list[CaseResult]]]:
    """Return the groups of cases that are summed up: not fitted, large shocks of those, fitted."""
    later = [one for one in backtest.results if not one.fitted]
    return [
        ("not fitted on", later),
        (
            f"of these, shock >= {LARGE_SHOCK:g} of normal",
            [one for one in later if one.shock_to_normal >= LARGE_SHOCK],
        ),
        ("fitted on", [one for one in backtest.results if one.fitted]),
    ]


def naive_skill(one: CaseResult, rule: str) -> float:
    """Return the skill of one naive rule over the one that was best in the case."""
    return skill_of(one.naive[rule].world, one.best_naive())


def steady_rule(backtest: Backtest) -> str:
    """Return the naive rule with the highest mean skill on the cases fitted on, or removal."""
    early = [one for one in backtest.results if one.fitted]
    if not early:
        return "removal"
    return max(RULES, key=lambda rule: sum(naive_skill(one, rule) for one in early))


def price_coverage(results: Sequence[CaseResult]) -> tuple[int, int]:
    """Return the cases whose unit-value move lies in the price interval, and those with one."""
    known = [one for one in results if math.isfinite(one.price_seen)]
    inside = [one for one in known if one.price_low <= one.price_seen <= one.price_high]
    return len(inside), len(known)


def fit_sentences(backtest: Backtest) -> list[str]:
    """Return what was fitted, on what, and what came of it."""
    drift, before = backtest.drift, backtest.fit_before
    lines = [
        f"drift: weight {drift.drift.weight:g} a year back, power {drift.drift.power:g}, "
        f"flattening {drift.drift.flattening:g}; chosen on {drift.windows} windows of embedded "
        f"trade before {before} without a case, where its error is {drift.ratio:.3f} of "
        "that of persistence."
    ]
    for model in MODELS:
        fit = backtest.fits[model]
        named = zip(POINT_NAMES[len(fit.point)], fit.point, strict=True)
        point = ", ".join(f"{name} {value:g}" for name, value in named) or "nothing to choose"
        lines.append(
            f"{NAMES[model]}: {point}; mean ratio to the best naive rule on cases before "
            f"{before}: {fit.ratio:.3f}."
        )
    lines.append(f"the model to report is the one with the least of these: {NAMES[backtest.main]}.")
    return lines


def verdict_sentences(backtest: Backtest) -> list[str]:
    """Return the outcome in words, losses as plainly as gains."""
    lines = []
    for name, results in groups(backtest):
        if not results:
            continue
        skills = [one.skill(backtest.main) for one in results]
        middle, low, high = median_interval(skills)
        better = sum(skill > 0.0 for skill in skills)
        lines.append(
            f"{name}: median skill {middle:+.3f} ({_spread(low, high)}), mean "
            f"{_mean(skills):+.3f}; better than the best naive rule in "
            f"{better} of {len(results)} cases."
        )
    rule = steady_rule(backtest)
    later = [one for one in backtest.results if not one.fitted]
    if later:
        middle, low, high = median_interval([naive_skill(one, rule) for one in later])
        better = sum(one.models[backtest.main].world < one.naive[rule].world for one in later)
        lines.append(
            f"the best rule is known only afterwards: always {rule}, the best single rule on "
            f"early cases, has a median skill of {middle:+.3f} ({_spread(low, high)}) on "
            f"the others; the model is better than it in {better} of {len(later)}."
        )
    inside, known = price_coverage([one for one in backtest.results if not one.fitted])
    if known:
        lines.append(
            f"prices: the 80 % interval holds the move of the unit value in {inside} of {known} "
            f"cases not fitted on ({inside / known:.0%}{_too_wide(inside, known)})."
        )
    return lines


def _too_wide(inside: int, known: int) -> str:
    return ": too wide" if inside == known > 5 else ""


def _spread(low: float, high: float) -> str:
    """Return an interval of skill in words; without bounds there are too few cases."""
    if math.isnan(low):
        return "too few cases for an interval"
    verdict = "not told apart from zero" if low <= 0.0 <= high else "clear of zero"
    return f"90 % interval {low:+.3f} to {high:+.3f}: {verdict}"


def _case_row(one: CaseResult, main: str) -> tuple[Cell, ...]:
    error = one.models[main].world
    return (
        _label(one),
        _number(one.shock_to_normal, 2),
        *(_number(one.naive[rule].world, 3) for rule in RULES),
        Cell(f"{error:.3f}", error, f"[{one.low[main]:.3f}, {one.high[main]:.3f}]"),
        _signed(one.skill(main)),
        _signed(one.skill(main, "affected")),
        _number(one.drift.world, 3),
        _signed(error - one.drift.world),
    )


def _case_view(backtest: Backtest) -> TableView:
    main = backtest.main
    rows = tuple(_case_row(one, main) for one in backtest.results)
    return TableView(
        "Case by case, restricted volume given",
        f"Errors are half the sum of absolute differences of world trade shares. Model: "
        f"{NAMES[main]}, with the 90 % interval over refits on resampled early cases. Skill is "
        "1 - error / best naive error, in the world and for the affected importers. Drift: what "
        "persistence misses in two years before the measure; net: model less drift. "
        f"* fitted on (before {backtest.fit_before}). Shock is over normal change.",
        (
            Column("case"),
            Column("shock", is_number=True),
            *(Column(name, is_number=True) for name in RULES.values()),
            Column("model", is_number=True),
            Column("skill", is_number=True),
            Column("buyers", is_number=True),
            Column("drift", is_number=True),
            Column("net", is_number=True),
        ),
        rows,
    )


def _model_view(backtest: Backtest) -> TableView:
    rows = tuple(
        (
            _label(one),
            *(
                _interval(
                    (
                        one.skill(model),
                        skill_of(one.high[model], one.best_naive()),
                        skill_of(one.low[model], one.best_naive()),
                    )
                )
                for model in MODELS
            ),
        )
        for one in backtest.results
    )
    return TableView(
        "Skill of every model",
        "World shares; 90 % intervals over refits.",
        (Column("case"), *(Column(NAMES[model], is_number=True) for model in MODELS)),
        rows,
    )


def _price_view(backtest: Backtest) -> TableView:
    rows = []
    for one in backtest.results:
        held = one.price_low <= one.price_seen <= one.price_high
        rows.append(
            (
                _label(one),
                _per_cent(one.price),
                _per_cent(one.price_low),
                _per_cent(one.price_high),
                _per_cent(one.price_seen),
                Cell("-" if math.isnan(one.price_seen) else "yes" if held else "NO"),
            )
        )
    return TableView(
        "Price that importers pay, change in %",
        f"{NAMES[EQUILIBRIUM_DRIFT]} with elasticities that sum to 0.5; the 80 % interval takes "
        "0.3, 0.5 and 1.0 and the usual two-year moves of unit values. Seen: unit value of world "
        "trade, a mix of price and product.",
        (
            Column("case"),
            *(Column(name, is_number=True) for name in ("model", "low", "high", "seen")),
            Column("inside"),
        ),
        tuple(rows),
    )


def _announced_view(backtest: Backtest) -> TableView:
    rows = []
    for one in backtest.results:
        said = one.announced
        rows.append(
            (
                _label(one),
                Cell(f"{min(said.remaining):.2f}-{max(said.remaining):.2f}", min(said.remaining)),
                Cell(
                    f"{said.error.world:.3f}",
                    said.error.world,
                    f"[{said.low:.3f}, {said.high:.3f}]",
                ),
                _number(said.naive.world, 3),
                _signed(skill_of(said.error.world, said.naive.world)),
            )
        )
    return TableView(
        "The measure as announced",
        f"{NAMES[EQUILIBRIUM_DRIFT]}; the share that goes on is drawn from earlier cases of its "
        "class (liftings: assumed 0.2 to 0.95). Naive: the best of persistence, full removal or "
        "return, and refill on the same knowledge.",
        (
            Column("case"),
            *(Column(name, is_number=True) for name in ("goes on", "model", "naive", "skill")),
        ),
        tuple(rows),
    )


def _summary_view(backtest: Backtest) -> TableView:
    rows = []
    for name, results in groups(backtest):
        for part in PARTS if results else ():
            cells = [Cell(f"{name} ({len(results)})"), Cell(part)]
            cells.append(_number(_median([one.best_naive(part) for one in results]), 3))
            cells.append(_signed(_median([_net(one, backtest.main, part) for one in results])))
            cells += [
                _interval(median_interval([one.skill(model, part) for one in results]))
                for model in MODELS
            ]
            rows.append(tuple(cells))
        if results:
            announced = [
                skill_of(r.announced.error.world, r.announced.naive.world) for r in results
            ]
            rest = [Cell("-") for _ in MODELS]
            rest[MODELS.index(EQUILIBRIUM_DRIFT)] = _interval(median_interval(announced))
            middle = _median([one.announced.naive.world for one in results])
            first = Cell(f"{name} ({len(results)})")
            rows.append((first, Cell("as announced"), _number(middle, 3), Cell("-"), *rest))
    return TableView(
        "Medians over cases",
        "Skill with its 90 % interval over resampled cases. World: all pairs; affected: pairs of "
        "the affected importers; origins: origin shares of each of them, averaged. Net: error of "
        f"the model ({NAMES[backtest.main]}) less placebo drift.",
        (
            Column("cases"),
            Column("shares"),
            Column("naive", is_number=True),
            Column("net", is_number=True),
            *(Column(NAMES[model], is_number=True) for model in MODELS),
        ),
        tuple(rows),
    )


def _label(one: CaseResult) -> Cell:
    return Cell(one.case + (" *" if one.fitted else ""))


def _net(one: CaseResult, model: str, part: str) -> float:
    return float(getattr(one.models[model], part) - getattr(one.drift, part))


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if math.isfinite(value)]
    return math.fsum(known) / len(known) if known else math.nan


def _median(values: Sequence[float]) -> float:
    return median_interval(values)[0]


def _interval(found: tuple[float, float, float]) -> Cell:
    middle, low, high = found
    if math.isnan(low):
        return _signed(middle)
    return Cell(f"{middle:+.3f}", middle, f"[{low:+.3f}, {high:+.3f}]")


def _number(value: float, digits: int) -> Cell:
    return Cell("-") if math.isnan(value) else Cell(f"{value:.{digits}f}", value)


def _signed(value: float) -> Cell:
    return Cell("-") if math.isnan(value) else Cell(f"{value:+.3f}", value)


def _per_cent(log_change: float) -> Cell:
    if math.isnan(log_change):
        return Cell("-")
    change = 100.0 * math.expm1(log_change)
    return Cell(f"{change:+.0f}", change)
