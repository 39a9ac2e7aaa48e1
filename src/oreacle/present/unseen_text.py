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
from typing import Any

import pandas as pd
from rich.console import RenderableType

from oreacle.data.codes import actor_name
from oreacle.engine.acts.classes import CLASSES, DYAD
from oreacle.forecasting.events.rows import LINKS
from oreacle.forecasting.events.unseen import UnseenForecasts
from oreacle.forecasting.scoring.class_score import ClassScore
from oreacle.forecasting.scoring.forecasts import MODEL
from oreacle.forecasting.scoring.measures import LIKELIEST
from oreacle.present import words
from oreacle.present.events_text import SHORT_NAMES, class_words, in_order
from oreacle.present.table_view import Cell, Column, TableView
from oreacle.present.terminal import DrawnTable, Page, heading, paragraph

ROWS = 12


def unseen_text(scores: Sequence[ClassScore], found: UnseenForecasts) -> RenderableType:
    """Return the scores of one unseen window to print with a rich console.

    Parameters
    ----------
    scores
        Of the forecasts, from `oreacle.forecasting.scoring.scoreboard.scoreboard`.
    found
        The forecasts.
    """
    return Page(
        (
            heading("Frozen models on unseen events"),
            *(paragraph(f"- {line}") for line in sentences(scores, found)),
            DrawnTable(_class_view(in_order(scores), found.table), rest="--json shows them"),
            DrawnTable(_act_view(found.table), rest="--json shows them"),
        )
    )


def unseen_record(scores: Sequence[ClassScore], found: UnseenForecasts) -> dict[str, Any]:
    """Return the same content for `--json`, with every unit's forecast."""
    return {
        "from": found.window.first.isoformat(),
        "to": found.window.last.isoformat(),
        "events": found.events,
        "uncounted": [
            {"event_class": name, "reason": reason, "count": count}
            for (name, reason), count in found.uncounted.items()
        ],
        "notes": sentences(scores, found),
        "classes": [
            {"expected": expected, **one.as_dict()}
            for one, expected in zip(scores, _expected(scores, found.table), strict=True)
        ],
        "forecasts": found.table.to_dict("records"),
    }


def sentences(scores: Sequence[ClassScore], found: UnseenForecasts) -> list[str]:
    """Return what a reader must know of the scores."""
    counted = [one for one in scores if one.event_class != LINKS]
    acted = sum(one.events for one in counted)
    expected = sum(_expected(counted, found.table))
    lines = [
        f"the models know nothing after {found.window.origin}-12-31; scored are the days from "
        f"{found.window.first.isoformat()} to {found.window.last.isoformat()}.",
        f"{_many(found.events, 'event of the file lies', 'events of the file lie')} in the window; "
        f"{_many(acted, 'unit', 'units')} acted, {expected:.1f} were expected. A unit counts once, "
        "however often it acts; what a restriction covers is scored beside it, by mineral.",
    ]
    if found.uncounted:
        lines.append(f"no forecast is about: {'; '.join(_uncounted(found))}.")
    return [
        *lines,
        "an act that the file does not name counts as one that did not happen: a file that is "
        "thinner than the chronicle makes the models look too bold.",
        "points without intervals: one window is one draw of the years. Mean of best two is here "
        "that of unit frequency and last five years.",
    ]


def _uncounted(found: UnseenForecasts) -> list[str]:
    return [
        f"{count} {reason}" if not name else f"{count} {reason} ({class_words(name)})"
        for (name, reason), count in found.uncounted.items()
    ]


def _expected(scores: Sequence[ClassScore], table: pd.DataFrame) -> list[float]:
    """Return the expected number of units that act, by score."""
    total = table.groupby("event_class")[MODEL].sum()
    return [float(total[one.event_class]) for one in scores]


def _class_view(scores: Sequence[ClassScore], table: pd.DataFrame) -> TableView:
    rows = tuple(
        (
            Cell(class_words(one.event_class)),
            Cell(str(one.units), one.units),
            Cell(str(one.events), one.events),
            Cell(f"{expected:.1f}", expected),
            _number(one.gain_climatology.value, "{:+.2f}"),
            _number(one.gain_best.value, "{:+.2f}"),
            Cell(SHORT_NAMES[one.best_baseline] if one.events else "-"),
            Cell(words.percent(one.precision20) if one.events else "-", one.precision20),
        )
        for one, expected in zip(scores, _expected(scores, table), strict=True)
    )
    titles = ("units", "acted", "expected", "over clim.", "over best")
    return TableView(
        "By class",
        "Units that acted, beside the sum of their probabilities. Gains in bits per event over "
        "climatology and over the best baseline of the window, which is named; in "
        f"{LIKELIEST}: share of the {LIKELIEST} likeliest units that acted.",
        (
            Column("class"),
            *(Column(title, is_number=True) for title in titles),
            Column("best baseline"),
            Column(f"in {LIKELIEST}", is_number=True),
        ),
        rows,
    )


def _act_view(forecasts: pd.DataFrame) -> TableView:
    acted = forecasts[forecasts["outcome"] == 1].sort_values(MODEL, ascending=False, kind="stable")
    rows = tuple(
        (
            Cell(class_words(str(row["event_class"]))),
            Cell(_unit(str(row["unit"]), str(row["event_class"]))),
            Cell(words.percent(float(row[MODEL])), float(row[MODEL])),
            Cell(words.percent(float(row["unit_frequency"])), float(row["unit_frequency"])),
        )
        for row in acted.head(ROWS).to_dict("records")
    )
    return TableView(
        "Acts that happened, the likeliest first",
        "Probability that the model gave, and that of the unit's own past frequency.",
        (
            Column("class"),
            Column("unit"),
            Column("model", is_number=True),
            Column("frequency", is_number=True),
        ),
        rows,
        len(acted) - len(rows),
    )


def _unit(label: str, event_class: str) -> str:
    """Return the parties of a unit in words.

    Examples
    --------
    >>> _unit("CHN;rare_earths_heavy", "restriction_links"), _unit("USA;CHN", "dispute")
    ('China, rare earths heavy', 'United States -> China')
    """
    first, _, second = label.partition(";")
    name = actor_name(first)
    if not second:
        return name
    if event_class == LINKS:
        return f"{name}, {second.replace('_', ' ')}"
    sign = "->" if CLASSES[event_class].unit == DYAD else "with"
    return f"{name} {sign} {actor_name(second)}"


def _number(value: float, form: str) -> Cell:
    return Cell("-") if math.isnan(value) else Cell(form.format(value), value)


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"
