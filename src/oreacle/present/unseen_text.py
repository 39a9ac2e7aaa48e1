"""Frozen forecasts beside unseen events, in the terminal.

Does      Shows by class what was expected and what happened, and the acts given least chance.
Units     Bits per event; probabilities [1].
Method    Points without intervals: one window is one draw of the years.
Assumes   The file of events is complete for the window.
Not here  The forecasts: see `oreacle.forecasting.events.unseen`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
from rich.console import RenderableType

from oreacle.forecasting.scoring.class_score import ClassScore
from oreacle.present.events_text import BASELINE_NAMES, class_words
from oreacle.present.table_view import Cell, Column, TableView
from oreacle.present.terminal import DrawnTable, Page, heading, paragraph

ROWS = 12


def unseen_text(
    scores: Sequence[ClassScore], forecasts: pd.DataFrame, first: date, last: date
) -> RenderableType:
    """Return the scores of one unseen window to print with a rich console."""
    return Page(
        (
            heading("Frozen models on unseen events"),
            *(paragraph(f"- {line}") for line in sentences(scores, forecasts, first, last)),
            DrawnTable(_class_view(scores), rest="--json shows them"),
            DrawnTable(_act_view(forecasts), rest="--json shows them"),
        )
    )


def unseen_record(
    scores: Sequence[ClassScore], forecasts: pd.DataFrame, first: date, last: date
) -> dict[str, Any]:
    """Return the same content for `--json`, with every unit's forecast."""
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "notes": sentences(scores, forecasts, first, last),
        "classes": [one.as_dict() for one in scores],
        "forecasts": forecasts.to_dict("records"),
    }


def sentences(
    scores: Sequence[ClassScore], forecasts: pd.DataFrame, first: date, last: date
) -> list[str]:
    """Return what a reader must know of the scores."""
    events = sum(one.events for one in scores)
    expected = float(forecasts["model"].sum())
    return [
        f"the models know nothing after {int(forecasts['origin'].iloc[0])}-12-31; scored are the "
        f"days from {first.isoformat()} to {last.isoformat()}.",
        f"{events} units acted, {expected:.1f} were expected (a restriction counts by actor and by "
        "mineral).",
        "an act that the file does not name counts as one that did not happen: a file that is "
        "thinner than the chronicle makes the models look too bold.",
        "points without intervals: one window is one draw of the years. Mean of best two is here "
        "that of unit frequency and last five years.",
    ]


def _class_view(scores: Sequence[ClassScore]) -> TableView:
    rows = tuple(
        (
            Cell(class_words(one.event_class)),
            Cell(str(one.units), one.units),
            Cell(str(one.events), one.events),
            _number(one.base_rate * one.units * one.expected_over_observed.value, "{:.1f}"),
            _number(one.gain_climatology.value, "{:+.2f}"),
            _number(one.gain_best.value, "{:+.2f}"),
            Cell(BASELINE_NAMES[one.best_baseline] if one.events else "-"),
            _number(one.precision20, "{:.0%}"),
        )
        for one in scores
    )
    titles = ("units", "events", "expected", "over clim.", "over best")
    return TableView(
        "By class",
        "Gains in bits per event over climatology and over the best baseline of the window.",
        (
            Column("class"),
            *(Column(title, is_number=True) for title in titles),
            Column("best"),
            Column("in 20", is_number=True),
        ),
        rows,
    )


def _act_view(forecasts: pd.DataFrame) -> TableView:
    acted = forecasts[forecasts["outcome"] == 1].sort_values("model", ascending=False)
    rows = tuple(
        (
            Cell(class_words(str(row["event_class"]))),
            Cell(str(row["unit"])),
            _number(float(row["model"]), "{:.1%}"),
            _number(float(row["unit_frequency"]), "{:.1%}"),
        )
        for row in acted.head(ROWS).to_dict("records")
    )
    return TableView(
        "Acts that happened, the likeliest first",
        "Probability that the model gave, and the unit's own past frequency.",
        (
            Column("class"),
            Column("unit"),
            Column("model", is_number=True),
            Column("frequency", is_number=True),
        ),
        rows,
        len(acted) - len(rows),
    )


def _number(value: float, form: str) -> Cell:
    return Cell("-") if math.isnan(value) else Cell(form.format(value), value)
