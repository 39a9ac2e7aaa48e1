"""How the event models were fitted, in the terminal.

Does      Shows rows, acts, convergence and branching of each model, and events left out.
Units     Standard deviations of effects in log-odds; branching in acts per act.
Method    None: words and cells of two records.
Assumes   Both records are of the same fits.
Not here  The figures: see `oreacle.forecasting.events.diagnostics` and `.branching`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType

from oreacle.engine.acts.classes import SCOPE
from oreacle.forecasting.events.branching import MOST_DIRECT, Branching
from oreacle.forecasting.events.diagnostics import FitDiagnostics
from oreacle.present.events_text import class_words
from oreacle.present.table_view import Cell, Column, TableView
from oreacle.present.terminal import DrawnTable, Page, heading, paragraph


def fits_text(fits: Sequence[FitDiagnostics], found: Branching) -> RenderableType:
    """Return the fits to print with a rich console."""
    return Page(
        (
            heading("Fits of the event models"),
            *(paragraph(f"- {line}") for line in sentences(fits, found)),
            DrawnTable(_view(fits, found), rest="--json shows them"),
        )
    )


def fits_record(fits: Sequence[FitDiagnostics], found: Branching) -> dict[str, Any]:
    """Return the same content for `--json`."""
    return {
        "fits": [one.as_dict() for one in fits],
        "branching": found.as_dict(),
        "notes": sentences(fits, found),
    }


def sentences(fits: Sequence[FitDiagnostics], found: Branching) -> list[str]:
    """Return what a reader must know of the fits."""
    without = [_name(one.name) for one in fits if not one.is_fitted]
    worst = max(found.names, key=found.own)
    lines = [
        "a fit that has not converged is refused: these have. Residual: largest component of the "
        "gradient over the rows.",
        f"branching is how many further acts of its class one act brings by its own memory: at "
        f"most {found.own(worst):.2f} ({_name(worst)}); over all classes the largest eigenvalue is "
        f"{found.radius:.2f}. Below 1 no wave feeds itself; {MOST_DIRECT} is refused by the tests.",
    ]
    if without:
        lines.append(f"too few acts for a model: {', '.join(without)}.")
    lines += [f"left out, {_name(one.name)}: {_reasons(one)}." for one in fits if one.left_out]
    return lines


def _reasons(one: FitDiagnostics) -> str:
    return "; ".join(f"{count} {reason}" for reason, count in one.left_out.items())


def _name(name: str) -> str:
    return "Links of a restriction" if name == SCOPE else class_words(name)


def _view(fits: Sequence[FitDiagnostics], found: Branching) -> TableView:
    rows = tuple(
        (
            Cell(_name(one.name)),
            Cell(str(one.rows), one.rows),
            Cell(str(one.acts), one.acts),
            Cell(str(one.outside), one.outside),
            Cell("-" if one.rounds is None else str(one.rounds), one.rounds),
            Cell("-" if one.residual is None else f"{one.residual:.0e}", one.residual),
            Cell(", ".join(f"{group} {sd:.2f}" for group, sd in one.spread.items()) or "-"),
            _branching(one.name, found),
        )
        for one in fits
    )
    titles = ("rows", "acts", "outside", "rounds", "residual")
    return TableView(
        "By class",
        "Outside: acts of units that were not at risk, not fitted. Spread: standard deviations of "
        "effects in log-odds.",
        (
            Column("class"),
            *(Column(title, is_number=True) for title in titles),
            Column("spread"),
            Column("branching", is_number=True),
        ),
        rows,
    )


def _branching(name: str, found: Branching) -> Cell:
    if name not in found.names:
        return Cell("-")
    return Cell(f"{found.own(name):.2f}", found.own(name))
