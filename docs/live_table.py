"""Tables in Markdown for the live parts of pages.

Does      Writes rows as a table.
Units     As given.
Method    Numbers to three digits; a missing number is an empty cell.
Assumes   No cell holds a line break.
Not here  What stands in the tables: see `live_parts` and its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np


def table_of(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(_cell(value) for value in line) + " |" for line in lines)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.3g}"
    return str(value).replace("|", "\\|")
