"""The scoreboard of event forecasts in the terminal: gains, losses, and what has no verdict.

Does      Draws one table for each horizon, says where the model loses, and how to read it all.
Units     Gains in bits per event; precision, ratios and slopes of 1.
Method    Losses are said in full sentences before the classes without a verdict.
Assumes   Scores are of forecasts that knew nothing from after their origin.
Not here  The scores: see `oreacle.forecasting.scoring.scoreboard`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType

from oreacle.engine.acts.classes import CLASSES
from oreacle.forecasting.scoring.class_score import (
    BETTER,
    NOT_WORSE,
    RATE_ONLY,
    WORSE,
    ClassScore,
)
from oreacle.forecasting.scoring.forecasts import ALL, CHOICE_YEAR, EARLY, LATE
from oreacle.forecasting.scoring.measures import LIKELIEST
from oreacle.forecasting.scoring.resampling import Estimate
from oreacle.forecasting.scoring.scoreboard import FEWEST_EVENTS
from oreacle.present.table_view import Cell, Column, TableView
from oreacle.present.terminal import DrawnTable, Page, heading, paragraph
from oreacle.present.words import percent

BASELINE_NAMES = {
    "climatology": "climatology",
    "last_five": "last five years",
    "actor_frequency": "actor frequency",
    "unit_frequency": "unit frequency",
    "persistence": "persistence",
    "share_only": "share only",
    "best_two": "mean of best two",
}
SHORT_NAMES = BASELINE_NAMES | {
    "last_five": "last five",
    "actor_frequency": "actor freq.",
    "unit_frequency": "unit freq.",
    "best_two": "best two",
}
"""For cells: the widest column of the table is 12 letters."""
SCORED_UNITS = {
    "restriction": "Restriction by actor",
    "restriction_links": "Restriction by mineral",
    **{
        name: one.short[0].upper() + one.short[1:]
        for name, one in CLASSES.items()
        if name != "restriction"
    },
}
"""Names of classes for a cell, in the order of tables; one kind of act is scored on two units."""
SCORED = {
    LATE: f"scored are windows that close after {CHOICE_YEAR}; those of 3 and 5 years may start "
    "before that, so that only origins from then on are a clean test of them.",
    EARLY: f"THESE are such windows, closed by {CHOICE_YEAR}: this is no test of the model.",
    ALL: f"windows closed by {CHOICE_YEAR} are AMONG those scored here: this is no test of the "
    "model.",
}


def events_text(scores: Sequence[ClassScore], *, windows: str = LATE) -> RenderableType:
    """Return a scoreboard to print with a rich console.

    Parameters
    ----------
    scores, windows
        From `oreacle.forecasting.scoring.scoreboard.scoreboard`, and which windows it scored.
    """
    scores = in_order(scores)
    judged = [one for one in scores if one.verdict != RATE_ONLY]
    horizons = sorted({one.horizon for one in judged})
    views = [_horizon_view([one for one in judged if one.horizon == h]) for h in horizons]
    if judged:
        views.append(_market_view(judged))
    return Page(
        (
            heading("In short"),
            *(paragraph(f"- {line}") for line in verdict_sentences(scores)),
            *(DrawnTable(view, rest="--json shows them") for view in views),
            heading("Where it loses"),
            *(paragraph(f"- {line}") for line in loss_sentences(scores)),
            DrawnTable(_rate_view(scores), rest="--json shows them"),
            heading("Before you use these numbers"),
            *(paragraph(f"- {line}") for line in note_sentences(scores, windows=windows)),
        )
    )


def events_record(scores: Sequence[ClassScore], *, windows: str = LATE) -> dict[str, Any]:
    """Return the same content for `--json`; numbers that are not known are NaN."""
    return {
        "windows": windows,
        "classes": [one.as_dict() for one in scores],
        "in_short": verdict_sentences(scores),
        "loses": loss_sentences(scores),
        "rate_only": [
            {"event_class": one.event_class, "horizon": one.horizon, "reason": one.reason}
            for one in scores
            if one.verdict == RATE_ONLY
        ],
        "notes": note_sentences(scores, windows=windows),
    }


def verdict_sentences(scores: Sequence[ClassScore]) -> list[str]:
    """Return how many classes went which way, by horizon."""
    lines = []
    for horizon in sorted({one.horizon for one in scores}):
        here = [one.verdict for one in scores if one.horizon == horizon]
        counts = ", ".join(
            f"{here.count(verdict)} {verdict}" for verdict in (BETTER, NOT_WORSE, WORSE, RATE_ONLY)
        )
        lines.append(
            f"{_years(horizon)}: {_many(len(here), 'class', 'classes')} against their best "
            f"baseline: {counts}."
        )
    return lines


def loss_sentences(scores: Sequence[ClassScore]) -> list[str]:
    """Return every loss in words; of classes without a verdict there are none to tell."""
    judged = [one for one in in_order(scores) if one.verdict != RATE_ONLY]
    if not judged:
        return ["no class has enough events for a verdict."]
    lines = [line for one in judged for line in _losses(one)]
    return lines or ["no loss was found; a gain whose interval holds 0 is not shown to be one."]


def note_sentences(scores: Sequence[ClassScore], *, windows: str = LATE) -> list[str]:
    """Return what a reader must know before using the numbers."""
    span = ""
    judged = [one for one in scores if one.verdict != RATE_ONLY]
    if judged:
        least = min(one.separate_windows for one in judged)
        span = (
            f" At the longest horizon {least:.1f} windows fit beside each other: years that differ "
            "much from each other would make the true intervals wider than those shown."
        )
    return [
        "reported acts only: an act that no source reported counts as one that did not happen.",
        "acts of units that were not at risk, and events that fit no unit, are not scored: "
        "`oreacle backtest fits` counts them.",
        f"classes, features and half-lives were chosen on windows that close by {CHOICE_YEAR}; "
        + SCORED[windows],
        "a gain of one bit per event: what happened was, per act, given twice the probability "
        "(quiet units count, too).",
        "the best baseline is the one of seven with the best mean log score over all scored "
        "windows, picked with hindsight: the hardest to beat.",
        "better: the interval of the gain lies above 0. Worse: the gain is below 0, however "
        "little. Not worse: the rest.",
        "intervals are 95 %, over resampled actors and years, in blocks as long as the windows."
        + span,
        f"in {LIKELIEST}: share of acts among the {LIKELIEST} likeliest units at each origin, all "
        "origins together; under it over a random pick. Equal probabilities share their places.",
        "exp./obs.: expected by observed events. Slope: of the calibration of log-odds; below 1 "
        "is too sure.",
    ]


def in_order(scores: Sequence[ClassScore]) -> list[ClassScore]:
    """Return scores in the order of the classes, then of horizons."""
    place = {name: at for at, name in enumerate(SCORED_UNITS)}
    return sorted(scores, key=lambda one: (place.get(one.event_class, len(place)), one.horizon))


def class_words(event_class: str) -> str:
    """Return the name of a class as text.

    Examples
    --------
    >>> class_words("export_restriction")
    'Export restriction'
    """
    return SCORED_UNITS.get(event_class, event_class.replace("_", " ").capitalize())


def _losses(one: ClassScore) -> list[str]:
    """Return one sentence with all losses of a class and horizon, or nothing."""
    rival = BASELINE_NAMES[one.best_baseline]
    gains = {rival: one.gain_best, "climatology": one.gain_climatology}
    gains["the model without market features"] = one.market_gain
    parts = [_lost(words, gain) for words, gain in gains.items() if gain.value < 0.0]
    if one.precision20 < one.precision20_best:
        parts.append(
            f"{percent(one.precision20)} of the {LIKELIEST} likeliest units act, of those of "
            f"{rival} {percent(one.precision20_best)}"
        )
    parts += _miscalibrated(one)
    name = f"{class_words(one.event_class)}, {_years(one.horizon)}"
    return [f"{name}: {'; '.join(parts)}."] if parts else []


def _miscalibrated(one: ClassScore) -> list[str]:
    ratio, slope = one.expected_over_observed, one.slope
    parts = []
    if ratio.known and not ratio.low <= 1.0 <= ratio.high:
        side = "too many" if ratio.value > 1.0 else "too few"
        parts.append(f"{side} events expected, {ratio.value:.2f} for each observed")
    if slope.known and not slope.low <= 1.0 <= slope.high:
        side = "too sure" if slope.value < 1.0 else "too cautious"
        parts.append(f"{side}, slope {slope.value:.2f} ({slope.low:.2f} to {slope.high:.2f})")
    return parts


def _lost(rival: str, gain: Estimate) -> str:
    sure = "clear of zero" if gain.high < 0.0 else "not told apart from zero"
    span = f"gain {gain.low:+.2f} to {gain.high:+.2f}"
    return f"loses {-gain.value:.3f} bits per event to {rival} ({span}: {sure})"


def _horizon_view(scores: Sequence[ClassScore]) -> TableView:
    rows = tuple(
        (
            Cell(f"{class_words(one.event_class)}:\n{one.verdict}"),
            Cell(str(one.events), one.events),
            _estimate(one.gain_climatology, signed=True),
            _estimate(one.gain_best, signed=True, below=SHORT_NAMES[one.best_baseline]),
            Cell(f"{one.precision20:.2f}\n{_times(one.lift)}", one.precision20),
            _estimate(one.expected_over_observed),
            _estimate(one.slope),
        )
        for one in scores
    )
    first = min(one.first_origin for one in scores)
    last = max(one.last_origin for one in scores)
    return TableView(
        f"Within {_years(scores[0].horizon)}: bits per event gained",
        f"Origins {first} to {last}; under each figure its 95 % interval, under the gain over "
        "the best baseline which that is, under the precision its lift.",
        (
            Column("class"),
            *(
                Column(title, is_number=True)
                for title in (
                    "events",
                    "over climatology",
                    "over best baseline",
                    f"in {LIKELIEST}",
                    "exp./ obs.",
                    "slope",
                )
            ),
        ),
        rows,
    )


def _market_view(scores: Sequence[ClassScore]) -> TableView:
    horizons = sorted({one.horizon for one in scores})
    found = {(one.event_class, one.horizon): one.market_gain for one in scores}
    rows = tuple(
        (
            Cell(class_words(name)),
            *(
                _estimate(found[name, h], signed=True) if (name, h) in found else Cell("-")
                for h in horizons
            ),
        )
        for name in dict.fromkeys(one.event_class for one in scores)
    )
    return TableView(
        "What market features add: bits per event gained",
        "Over the same model fitted without market features; under each its 95 % interval.",
        (Column("class"), *(Column(_years(h), is_number=True) for h in horizons)),
        rows,
    )


def _rate_view(scores: Sequence[ClassScore]) -> TableView:
    rows = tuple(
        (
            Cell(class_words(one.event_class)),
            Cell(str(one.horizon), one.horizon),
            Cell(str(one.events), one.events),
            _number(one.gain_climatology.value, signed=True),
            _number(one.gain_best.value, signed=True),
            _number(one.expected_over_observed.value),
            Cell(one.reason),
        )
        for one in scores
        if one.verdict == RATE_ONLY
    )
    return TableView(
        "Rate only: points, no verdict",
        f"Fewer than {FEWEST_EVENTS} events in scored windows, or nothing to resample. Gains in "
        "bits per event over climatology and over the best baseline.",
        (
            Column("class"),
            *(
                Column(title, is_number=True)
                for title in ("years", "events", "over clim.", "over best", "exp./ obs.")
            ),
            Column("why"),
        ),
        rows,
    )


def _estimate(found: Estimate, *, signed: bool = False, below: str = "") -> Cell:
    """Return value, interval and a remark on lines of their own: seven columns fit 80 letters."""
    span = ""
    if found.known:
        low, high = (_number(value, signed=signed).text for value in (found.low, found.high))
        span = f"{low}..{high}"
    lines = [_number(found.value, signed=signed).text, span, below, " " if below else ""]
    return Cell("\n".join(line for line in lines if line), _order(found.value))


def _number(value: float, *, signed: bool = False) -> Cell:
    if math.isnan(value):
        return Cell("-")
    digits = 2 if abs(value) < 9.995 else 1
    return Cell(f"{value:{'+' if signed else ''}.{digits}f}", value)


def _times(lift: float) -> str:
    return "-" if math.isnan(lift) else f"{lift:.1f}x" if lift < 9.95 else f"{lift:.0f}x"


def _order(value: float) -> float | None:
    return None if math.isnan(value) else value


def _years(horizon: int) -> str:
    return _many(horizon, "year", "years")


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"
