"""The HTML report: one file that opens anywhere, without a network.

Does      Fills one template with sentences, figures and tables of an outlook.
Units     In headings, cells and axes.
Method    Style, script and the drawing library are written into the file; a content policy in it
          forbids the browser to load anything else.
Assumes   plotly is installed (extra `report`).
Not here  What figures and tables hold: see `oreacle.present.tables` and the figure modules.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from oreacle.core.errors import RunError
from oreacle.forecasting.outlook import Outlook
from oreacle.present import tables, tables_relations, words
from oreacle.present.page_assets import asset
from oreacle.present.risk_table import risk_table
from oreacle.present.sanity_table import sanity_table
from oreacle.present.story import headlines, stock_sentences, summary_sentences
from oreacle.present.table_view import Column, Place, TableView

HIDDEN = (Place.SPARK, Place.STRIP)
"""Columns that only a terminal draws."""
NARROW = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Chart:
    """A figure of the report.

    Attributes
    ----------
    label
        Identifier in the page.
    figure
        The figure as JSON, safe inside a script element.
    height
        Height to keep free [px].
    caption
        One sentence: what to see.
    """

    label: str
    figure: Markup
    height: int
    caption: str


@dataclass(frozen=True)
class Section:
    """A heading with its charts and tables; `is_drawn` where a chart belongs to it."""

    label: str
    title: str
    charts: tuple[Chart, ...]
    tables: tuple[TableView, ...]
    folded: Chart | None = None
    is_drawn: bool = True


def write_report(outlook: Outlook, path: Path, *, sources: Sequence[str] = ()) -> Path:
    """Write an outlook as one self-contained HTML file.

    Parameters
    ----------
    outlook
        What to show.
    path
        File to write; its folder must exist.
    sources
        Lines on sources and licences for the foot of the page.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    RunError
        ORE-RUN-080 if plotly is not installed, ORE-RUN-081 if the file cannot be written.
    """
    page = render_report(outlook, sources=sources)
    try:
        path.write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        raise RunError(
            "ORE-RUN-081",
            f"the report could not be written to {path}: {error.strerror or error}.",
            why="nothing was saved.",
            fix="name a folder that exists, has room and may be written to.",
        ) from error
    return path


def render_report(outlook: Outlook, *, sources: Sequence[str] = ()) -> str:
    """Return the report as text; see `write_report`."""
    library = _plotly()
    environment = Environment(
        loader=PackageLoader("oreacle.present"), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["glued"] = glued
    environment.globals["visible"] = visible
    return environment.get_template("report.html.j2").render(
        outlook=outlook,
        sentences=(*summary_sentences(outlook), *stock_sentences(outlook)),
        headlines=headlines(outlook),
        sections=_sections(outlook),
        sources=tuple(sources),
        style=asset("report.css"),
        script=asset("report.js"),
        plotly=library,
    )


def glued(text: str) -> str:
    """Return text in which a number and its unit stay on one line.

    Examples
    --------
    >>> glued("62 % of 3").replace(NARROW, "_")
    '62_% of 3'
    """
    return text.replace(" %", f"{NARROW}%").replace("USD ", f"USD{NARROW}")


def visible(view: TableView) -> list[tuple[int, Column]]:
    """Return the columns that the report shows, with their numbers."""
    return [(k, column) for k, column in enumerate(view.columns) if column.place not in HIDDEN]


def require_plotly() -> None:
    """Refuse to go on without the library that draws.

    Raises
    ------
    RunError
        ORE-RUN-080 if plotly is not installed.
    """
    _plotly()


def _plotly() -> Markup:
    try:
        from plotly.offline import get_plotlyjs
    except ImportError as error:
        raise RunError(
            "ORE-RUN-080",
            "the report needs plotly, which is not installed.",
            why="its charts could not be drawn.",
            fix="pip install 'oreacle[report]'",
        ) from error
    return Markup(get_plotlyjs())  # noqa: S704 (the library's own file)


class Drawable(Protocol):
    """What a plotly figure is to the report."""

    def to_json(self) -> str:
        """Return the figure as JSON."""


def chart(label: str, figure: Drawable, caption: str) -> Chart:
    """Return a plotly figure for the page; `<` is written so that it cannot end the script."""
    plain = json.loads(figure.to_json())
    text = json.dumps(
        {"data": plain["data"], "layout": _without_template(plain["layout"])},
        sort_keys=True,
        separators=(",", ":"),
    )
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    height = int(plain["layout"]["height"])
    return Chart(label, Markup(safe), height, caption)  # noqa: S704 (escaped on the line above)


def _without_template(layout: dict[str, Any]) -> dict[str, Any]:
    """Drop plotly's default template: every colour that we use is set by us."""
    return {key: value for key, value in layout.items() if key != "template"}


def _sections(outlook: Outlook) -> tuple[Section, ...]:
    return (
        _restriction_section(outlook),
        _agreement_section(outlook),
        _other_section(outlook),
        _price_section(outlook),
        _exposure_section(outlook),
        _table_section("risk-section", risk_table(outlook)),
        _concentration_section(outlook),
        _table_section("sanity-section", sanity_table(outlook)),
    )


def _table_section(label: str, view: TableView) -> Section:
    return Section(label, view.title, (), (view,), is_drawn=False)


def _restriction_section(outlook: Outlook) -> Section:
    from oreacle.present.figures_events import event_figure, heat_figure

    charts = []
    if outlook.restrictions:
        charts.append(
            chart(
                "restrictions",
                event_figure(outlook.restrictions, outlook),
                "Where the blue dot lies right of the open orange diamond, the model sees more "
                "risk than the actor's own past alone; the bar is the 10 to 90 % band over "
                "members.",
            )
        )
    if outlook.restricted_minerals:
        charts.append(
            chart(
                "heat",
                heat_figure(outlook),
                "Each cell is the probability, in per cent, of a new export restriction by this "
                "actor on this mineral, the likelier of ore and refined; an empty cell is not "
                "among the likeliest and is not zero."
                + words.blind_note(outlook, (e.mineral for e in outlook.restricted_minerals)),
            )
        )
    return Section(
        "restrictions-section",
        "New export restrictions",
        tuple(charts),
        (
            tables.restriction_table(outlook, combined=False),
            tables.restricted_mineral_table(outlook, combined=False),
        ),
    )


def _agreement_section(outlook: Outlook) -> Section:
    from oreacle.present.figures_events import event_figure

    charts: tuple[Chart, ...] = ()
    if outlook.agreements:
        figure = event_figure(outlook.agreements, outlook)
        caption = (
            "A dot far to the right of its diamond marks a pair that more than habit draws "
            "together; a dot on its diamond says nothing that the past did not."
        )
        charts = (chart("agreements", figure, caption),)
    view = tables.agreement_table(outlook, combined=False)
    return Section("agreements-section", "Bilateral agreements", charts, (view,))


def _other_section(outlook: Outlook) -> Section:
    views = (
        tables_relations.other_table(outlook, of_each=None),
        *tables_relations.relations_views(outlook),
    )
    title = "Other acts, blocs and hedging"
    return Section("relations-section", title, (), views, is_drawn=False)


def _price_section(outlook: Outlook) -> Section:
    from oreacle.present.figures_markets import chosen_minerals, price_figure

    chosen = chosen_minerals(outlook)
    rest = [record for record in outlook.minerals if record not in chosen]
    charts: tuple[Chart, ...] = ()
    folded = None
    caption = (
        "A fan that opens upwards means that the bad cases are dear, not that a rise is expected: "
        "read the median line for that. 1 is the price of 2024; all panels share one scale."
    )
    if chosen:
        caption += words.blind_note(outlook, (record.mineral for record in chosen))
        charts = (chart("prices", price_figure(chosen), caption),)
    if rest:
        title = (
            f"The other {len(rest)} minerals, on one scale of their own; 1 is the price of 2024."
        ) + words.blind_note(outlook, (record.mineral for record in rest))
        folded = chart("prices-rest", price_figure(rest), title)
    view = tables.market_table(outlook)
    return Section("prices-section", "Prices and shortages", charts, (view,), folded)


def _exposure_section(outlook: Outlook) -> Section:
    from oreacle.present.figures_markets import exposure_figure

    charts: tuple[Chart, ...] = ()
    if outlook.exposures:
        caption = (
            "The bar is the mean loss of users a year, the orange line the bad case; the wider "
            "the gap between them, the more the risk lies in rare years. Beside each, the "
            "minerals that make most of it."
        ) + words.blind_note(outlook, (slug for r in outlook.exposures for slug, _ in r.minerals))
        charts = (chart("exposure", exposure_figure(outlook), caption),)
    view = tables.exposure_table(outlook)
    return Section("exposure-section", "Most exposed actors", charts, (view,))


def _concentration_section(outlook: Outlook) -> Section:
    from oreacle.present.figures_markets import concentration_figure

    charts: tuple[Chart, ...] = ()
    if any(words.is_known(record.refined_hhi) for record in outlook.minerals):
        caption = (
            "Minerals above the dotted line are refined by fewer actors than mine them: there the "
            "choke point is the refinery. On the line lie those without a trade in ore."
        ) + words.blind_note(outlook, (record.mineral for record in outlook.minerals))
        charts = (chart("concentration", concentration_figure(outlook), caption),)
    view = tables.concentration_table(outlook)
    return Section("concentration-section", "Concentration", charts, (view,))
