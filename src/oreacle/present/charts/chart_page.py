"""A page of charts that opens anywhere, without a network and without scripts from elsewhere.

Does      Fills one template with drawn charts.
Units     In the charts.
Method    Each chart stands in the page as a picture of lines (SVG). What is under the pointer is
          told by a script of ours from the description of each mark; the content policy is that
          of the report, which forbids to load anything.
Assumes   Charts were drawn by `oreacle.present.charts.chart_files`.
Not here  The report of a forecast: see `oreacle.present.report`.
"""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from oreacle.present.charts.chart_files import with_own_marks
from oreacle.present.charts.chart_style import Spec
from oreacle.present.page_assets import asset


def chart_page(specs: Sequence[Spec], drawings: Sequence[str], title: str, note: str) -> str:
    """Return a page with charts below each other.

    Parameters
    ----------
    specs, drawings
        Charts, and the same as SVG.
    title, note
        Heading and first paragraph; the heading is that of the first chart if empty.
    """
    environment = Environment(
        loader=PackageLoader("oreacle.present"), autoescape=True, undefined=StrictUndefined
    )
    pictures = [
        (headline(spec), Markup(with_own_marks(drawing, f"chart{k}-")))  # noqa: S704 (drawn and escaped by the library)
        for k, (spec, drawing) in enumerate(zip(specs, drawings, strict=True))
    ]
    return environment.get_template("charts.html.j2").render(
        title=title or headline(specs[0]),
        note=note,
        pictures=pictures,
        style=asset("charts.css"),
        script=asset("charts.js"),
    )


def headline(spec: Spec) -> str:
    """Return the headline of a chart in one line."""
    text = spec.get("title", {}).get("text", [])
    return text if isinstance(text, str) else " ".join(text)
