"""The fits of the event models in words: what is said of convergence, branching and gaps."""

from __future__ import annotations

import json

import numpy as np
from rich.console import Console

from oreacle.engine.acts.classes import SCOPE
from oreacle.forecasting.events.branching import Branching
from oreacle.forecasting.events.diagnostics import FitDiagnostics
from oreacle.present.fits_text import fits_record, fits_text, sentences

FITS = (
    FitDiagnostics("club", 90, 12, 7, 2e-9, {"actor": 0.4, "year": 1.25}, 2, {"too late": 3}),
    FitDiagnostics("dispute", 50, 1, None, None, {}, 0, {}),
    FitDiagnostics(SCOPE, 40, 9, 4, 1e-10, {"mineral": 0.5}, 1, {}),
)
FOUND = Branching(("club",), np.array([[0.375]]), np.array([[0.6]]))


def text() -> str:
    console = Console(width=130, record=True, force_terminal=False)
    console.print(fits_text(FITS, FOUND))
    return console.export_text()


def test_every_model_has_a_row_with_its_figures() -> None:
    shown = text()
    for part in ("Club", "90", "12", "2e-09", "actor 0.40, year 1.25", "Links of a restriction"):
        assert part in shown
    assert "0.38" in shown or "0.37" in shown


def test_a_class_without_a_model_and_events_left_out_are_said() -> None:
    lines = sentences(FITS, FOUND)
    assert any("too few acts for a model: WTO dispute." in line for line in lines)
    assert any(line == "left out, Club: 3 too late." for line in lines)


def test_the_record_is_plain_and_complete() -> None:
    record = fits_record(FITS, FOUND)
    assert json.loads(json.dumps(record)) == record
    assert [one["name"] for one in record["fits"]] == ["club", "dispute", SCOPE]
    assert record["branching"]["classes"]["club"] == {"direct": 0.375, "whole": 0.6}
