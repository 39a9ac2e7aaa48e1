"""Style and script of the pages that are written as one file.

Does      Reads a file of this package to be put into a page.
Units     None.
Method    None.
Assumes   What is read is ours: it is written as it is.
Not here  The pages: see `oreacle.present.report` and `oreacle.present.charts.chart_page`.
"""

from __future__ import annotations

from importlib.resources import files

from markupsafe import Markup


def asset(name: str) -> Markup:
    """Return a file of the folder `assets`; it is ours, so it is written as it is."""
    text = (files("oreacle.present") / "assets" / name).read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 (our own style and script)
